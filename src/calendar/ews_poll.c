#include "calendar/ews_poll.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

void
ews_fail_room(struct ews_room *r, const struct err *err)
{
	window_fail(&r->window, err);
	r->n_spans = 0;
}

bool
ews_is_finished(const struct ews_room *r)
{
	return r->n_spans == 0 && !window_is_open(&r->window);
}

void
ews_fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct ews_room *r = &p->rooms[i];
		if (ews_is_finished(r))
			continue;
		ews_fail_room(r, err);
		r->window.of_link = err->grade != ERR_LIMIT;
	}
	p->over = true;
}

static bool
is_one_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ')
			return false;
	return true;
}

/* Microsoft has switched basic authentication off in Exchange Online; a try would only lock
 * the account. */
int
ews_check(const struct calendar_link *link, struct err *err)
{
	static const char *const online[] = {
		"//outlook.office365.com", "//outlook.office.com"};
	static const char *const other_pages[] = {
		"/owa", "/ecp", "/autodiscover", "/mapi", "/microsoft-server-activesync"};
	for (size_t i = 0; i < sizeof online / sizeof *online; i++) {
		if (strcasestr(link->url, online[i]) == NULL)
			continue;
		err_set(err, ERR_CONFIG, "exchange_online",
			"Exchange Online has taken no password for EWS since 2022, blocks EWS "
			"from 2026-10-01 on and ends it on 2027-04-01");
		err_cure(err,
			"EWS is for Exchange on your own servers. Link these rooms as "
			"office365 instead: convoke link add office365 NAME");
		return ERR_CONFIG;
	}
	const char *host = strstr(link->url, "//");
	const char *path = host != NULL ? strchr(host + 2, '/') : NULL;
	for (size_t i = 0; path != NULL && i < sizeof other_pages / sizeof *other_pages;
		i++) {
		if (strncasecmp(path, other_pages[i], strlen(other_pages[i])) != 0)
			continue;
		err_set(err, ERR_CONFIG, "owa_address",
			"%s is not where Exchange is asked for calendars: it is for browsers "
			"or mail programs",
			other_pages[i]);
		err_cure(err, "EWS is https://%.*s/EWS/Exchange.asmx",
			(int)(path - host - 2), host + 2);
		return ERR_CONFIG;
	}
	return ERR_NONE;
}

struct poll *
ews_begin(const struct calendar_link *link, const struct poll_room *rooms, size_t n_rooms,
	int64_t from, int64_t to)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct poll *p = arena_one(a, struct poll);
	p->arena = a;
	p->link = link;
	p->n_rooms = n_rooms;
	p->rooms = arena_many(a, struct ews_room, n_rooms);
	p->results = arena_many(a, struct poll_result, n_rooms);
	p->max_rooms = link->impersonate ? 1 : CALENDAR_MAX_ROOMS;
	p->max_ids = EWS_MAX_IDS;
	for (size_t i = 0; i < n_rooms; i++) {
		struct ews_room *r = &p->rooms[i];
		r->window.asked = &rooms[i];
		r->version = ews_version_for(link->server_version);
		r->spans[r->n_spans++] = (struct span){from, to};
		if (!is_one_line(rooms[i].mailbox)) {
			struct err err;
			ews_explain(&err, "ErrorInvalidSmtpAddress", "this", link);
			ews_fail_room(r, &err);
		}
	}
	struct err err;
	if (ews_check(link, &err) != ERR_NONE)
		ews_fail_all(p, &err);
	return p;
}

void
ews_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

/* Every room whose next span is the same and whose server speaks the same schema. */
static bool
gather_rooms(struct poll *p)
{
	struct asked *q = &p->now;
	for (size_t i = 0; i < p->n_rooms && q->n < p->max_rooms; i++) {
		struct ews_room *r = &p->rooms[i];
		if (r->n_spans == 0)
			continue;
		struct span s = r->spans[r->n_spans - 1];
		if (q->n == 0) {
			q->op = EWS_FIND;
			q->version = r->version;
			q->span = s;
		}
		if (r->version == q->version && s.from == q->span.from &&
			s.to == q->span.to)
			q->rooms[q->n++] = r;
	}
	return q->n > 0;
}

static bool
gather_items(struct poll *p, enum item_state state, enum ews_op op)
{
	struct asked *q = &p->now;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct ews_room *r = &p->rooms[i];
		if (q->n > 0 && (p->link->impersonate || r->version != q->version))
			continue;
		for (size_t j = 0; j < r->window.n_items && q->n < p->max_ids; j++) {
			if (r->window.items[j].state != state)
				continue;
			q->op = op;
			q->version = r->version;
			q->rooms[q->n] = r;
			q->items[q->n++] = &r->window.items[j];
		}
	}
	return q->n > 0;
}

const struct window *
ews_window(const struct poll *p, size_t i)
{
	return &p->rooms[i].window;
}

static bool
gather_copy(struct poll *p)
{
	struct asked *q = &p->now;
	q->copy = copies_next(&p->copies, ews_window, p, p->n_rooms, p->link);
	if (q->copy == NULL)
		return false;
	q->op = q->copy->id == NULL ? EWS_FIND : EWS_GET;
	q->version = ews_version_for(p->link->server_version);
	q->span = (struct span){q->copy->from, q->copy->to};
	return true;
}

static bool
gather(struct poll *p)
{
	p->now = (struct asked){.n = 0};
	if (p->over)
		return false;
	if (p->n_rooms == 0) {
		p->now.op = EWS_EXPIRY;
		p->now.version = ews_version_for(p->link->server_version);
		return p->requests == 0;
	}
	if (p->requests > 8 * p->n_rooms + 64) {
		struct err err;
		err_set(&err, ERR_LIMIT, "too_many_requests",
			"Exchange's answers would need more than %zu requests",
			p->requests);
		ews_fail_all(p, &err);
		return false;
	}
	return gather_rooms(p) || gather_items(p, ITEM_WANTED, EWS_GET) ||
	       gather_items(p, ITEM_WANTED_BARE, EWS_GET_BARE) || gather_copy(p);
}

/* Whose mailbox a request is about, where it is about one. */
static const char *
mailbox_asked(const struct asked *q)
{
	if (q->copy != NULL)
		return q->copy->organizer;
	return q->n > 0 ? q->rooms[0]->window.asked->mailbox : NULL;
}

static void
write_request(struct poll *p, struct buf *b)
{
	const struct asked *q = &p->now;
	const char *names[EWS_MAX_IDS];
	struct ews_request request = {.version = q->version};
	size_t n = q->copy != NULL ? 1 : q->n;
	if (p->link->impersonate)
		request.impersonate = mailbox_asked(q);
	if (q->copy != NULL)
		names[0] = q->op == EWS_FIND ? q->copy->organizer : q->copy->id;
	for (size_t i = 0; i < q->n; i++)
		names[i] = q->op == EWS_FIND ? q->rooms[i]->window.asked->mailbox
					     : q->items[i]->sighting.event.id;
	if (q->op == EWS_FIND)
		ews_write_find(b, &request, names, n, q->span.from, q->span.to);
	else if (q->op == EWS_EXPIRY)
		ews_write_expiry(b, &request);
	else
		ews_write_get(b, &request, names, n, q->op == EWS_GET);
}

bool
ews_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	struct buf b;
	if (!gather(p))
		return false;
	p->requests++;
	buf_init(&b, a);
	write_request(p, &b);
	const char **headers = arena_many(a, const char *, 3);
	size_t n = 0;
	headers[n++] = "Accept: text/xml";
	if (p->link->user_agent != NULL)
		headers[n++] = arena_printf(a, "User-Agent: %s", p->link->user_agent);
	if (p->link->impersonate && mailbox_asked(&p->now) != NULL)
		headers[n++] = arena_printf(
			a, "X-AnchorMailbox: %s", mailbox_asked(&p->now));
	*ret = (struct http_ask){.method = HTTP_POST,
		.url = p->link->url,
		.headers = headers,
		.n_headers = n,
		.body = b.s,
		.body_size = b.n,
		.content_type = "text/xml; charset=utf-8"};
	*ret_op = (int)p->now.op;
	return true;
}

const struct poll_result *
ews_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = window_result(p->arena, &p->rooms[i].window);
	return p->results;
}
