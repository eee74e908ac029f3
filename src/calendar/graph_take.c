#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/origin.h"
#include "calendar/explain.h"
#include "calendar/graph_poll.h"

static void
fail_room(struct graph_room *r, const struct err *err)
{
	window_fail(&r->window, err);
	r->listed = true;
}

/* The trouble is that of every room which is not finished; a limit is only of what was
 * asked. */
static void
fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct graph_room *r = &p->rooms[i];
		if (r->listed && !window_is_open(&r->window))
			continue;
		fail_room(r, err);
		r->window.of_link = err->grade != ERR_LIMIT;
	}
	p->over = true;
}

static void
give_up_item(struct item *i, const struct err *err)
{
	/* The meeting is shown without what its body would have said. */
	i->state = ITEM_DONE;
	if (i->sighting.err.grade == ERR_NONE)
		i->sighting.err = *err;
}

/* One request of the batch alone is to blame: the others are asked for without it. */
static void
fail_one(struct poll *p, size_t at, const struct err *err)
{
	if (p->now.events)
		give_up_item(p->now.items[at], err);
	else
		fail_room(p->now.rooms[at], err);
}

static void
ask_less(struct poll *p, const struct err *err)
{
	if (p->now.n > 1)
		p->max = p->now.n / 2;
	else
		fail_one(p, 0, err);
}

/* One character of a path, percent-decoded (RFC 3986, 2.1), and how long it stood there. */
static char
decoded(const char *s, size_t n, size_t *ret_len)
{
	char hex[3] = {n > 2 ? s[1] : '\0', n > 2 ? s[2] : '\0', '\0'}, *end = hex;
	long c = s[0] == '%' ? strtol(hex, &end, 16) : 0;
	*ret_len = s[0] == '%' && end == hex + 2 ? 3 : 1;
	return *ret_len == 3 ? (char)c : s[0];
}

static bool
is_guid(const char *s, size_t n)
{
	size_t hex = strspn(s, "0123456789abcdefABCDEF-");
	return n == 36 && hex >= n;
}

/* "/users/MAILBOX" or "/users('MAILBOX')", by its address or by the GUID it stands for. */
static bool
names_mailbox(const char *path, size_t n, const char *mailbox)
{
	bool quoted = strncmp(path, "/users('", 8) == 0;
	size_t from = quoted ? 8 : 7, len;
	if (!quoted && strncmp(path, "/users/", 7) != 0)
		return false;
	if (quoted && (n < 10 || strncmp(path + n - 2, "')", 2) != 0))
		return false;
	size_t to = quoted ? n - 2 : n;
	if (to > from && is_guid(path + from, to - from))
		return true;
	for (; from < to && *mailbox != '\0'; from += len, mailbox++) {
		char c = decoded(path + from, to - from, &len);
		if (tolower((unsigned char)c) != tolower((unsigned char)*mailbox))
			return false;
	}
	return from == to && *mailbox == '\0';
}

/*
 * Whether the server's link to the next page is one to follow, as a path below the link's
 * URL: of the same origin, below the same path, and about this room's calendar view. The
 * token goes nowhere else.
 */
static const char *
page_below(const struct poll *p, const char *mailbox, const char *next)
{
	struct origin ours, theirs;
	if (!origin_read(p->link->url, &ours))
		return NULL;
	bool same = origin_read(next, &theirs);
	if (same) {
		same = origin_same(&ours, &theirs);
		origin_release(&theirs);
	}
	origin_release(&ours);
	const char *base = strstr(p->link->url, "://"), *path = strstr(next, "://");
	if (!same || base == NULL || path == NULL)
		return NULL;
	base = strchr(base + 3, '/');
	path = strchr(path + 3, '/');
	size_t n = base != NULL ? strlen(base) : 0;
	while (n > 0 && base[n - 1] == '/')
		n--;
	if (path == NULL || strncmp(path, base != NULL ? base : "", n) != 0)
		return NULL;
	path += n;
	size_t segments = strcspn(path, "?#");
	static const char view[] = "/calendarView";
	size_t user = segments - (sizeof view - 1);
	return segments > sizeof view - 1 && path[segments] == '?' &&
			       strncasecmp(path + user, view, sizeof view - 1) == 0 &&
			       names_mailbox(path, user, mailbox)
		       ? path
		       : NULL;
}

static void
take_list(struct poll *p, const struct reply *reply, size_t at)
{
	struct graph_room *r = p->now.rooms[at];
	const struct answer *answer = &reply->answers[at];
	struct err err;
	for (size_t i = 0; i < reply->n_sightings; i++)
		if (reply->sightings[i].slot == at)
			window_add(p->arena, &r->window, &reply->sightings[i]);
	if (answer->next == NULL) {
		r->listed = answer->complete;
		if (answer->complete)
			return;
		graph_explain(&err, graph_trouble("bad_answer"), "bad_answer",
			r->window.asked->mailbox, p->link);
		fail_room(r, &err);
		return;
	}
	const char *next = page_below(p, r->window.asked->mailbox, answer->next),
		   *code = NULL;
	if (next == NULL)
		code = "foreign_link";
	else if (r->next != NULL && strcmp(next, r->next) == 0)
		code = "page_loop";
	else if (++r->pages == GRAPH_MAX_PAGES)
		code = "too_many_pages";
	if (code != NULL) {
		graph_explain(&err, graph_trouble(code), code, r->window.asked->mailbox,
			p->link);
		fail_room(r, &err);
		return;
	}
	r->next = arena_strdup(p->arena, next);
}

static void
take_event(struct poll *p, const struct reply *reply, size_t at)
{
	struct item *i = p->now.items[at];
	const struct sighting *s = NULL;
	for (size_t k = 0; k < reply->n_sightings && s == NULL; k++)
		if (reply->sightings[k].slot == at)
			s = &reply->sightings[k];
	if (s != NULL && s->err.grade == ERR_NONE && window_fill(i, s))
		return;
	struct err err;
	graph_explain(&err, graph_trouble("bad_answer"), "bad_answer",
		p->now.rooms[at]->window.asked->mailbox, p->link);
	give_up_item(i, s != NULL && s->err.grade != ERR_NONE ? &s->err : &err);
}

static void
take_trouble(struct poll *p, const struct http_answer *http, const struct reply *reply,
	size_t at)
{
	struct graph_room *r = p->now.rooms[at];
	const char *code = reply->answers[at].err.code;
	const struct graph_trouble *t = graph_trouble(code);
	struct err err;
	graph_explain(&err, t, code, r->window.asked->mailbox, p->link);
	calendar_set_retry(&err, p->link, http, reply);
	if (t->scope == GRAPH_OF_LINK)
		fail_all(p, &err);
	else if (t->scope == GRAPH_OF_ROOM)
		fail_room(r, &err); /* one that has to wait is asked again as a whole */
	else
		fail_one(p, at, &err);
}

static const struct window *
window_at(const struct poll *p, size_t i)
{
	return &p->rooms[i].window;
}

/* Those that say they have become empty are asked about once more. */
static void
doubt(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		if (!p->rooms[i].listed)
			return;
	if (p->doubted || !windows_are_doubtful(window_at, p, p->n_rooms))
		return;
	p->doubted = true;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct graph_room *r = &p->rooms[i];
		if (!window_is_emptied(&r->window))
			continue;
		r->listed = false;
		r->next = NULL;
	}
}

static void
take_answers(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	struct err err;
	if (reply->n_answers != p->now.n) {
		graph_explain(
			&err, graph_trouble("bad_answer"), "bad_answer", NULL, p->link);
		ask_less(p, &err);
		return;
	}
	for (size_t i = 0; i < p->now.n && !p->over; i++) {
		if (reply->answers[i].err.grade != ERR_NONE)
			take_trouble(p, http, reply, i);
		else if (p->now.events)
			take_event(p, reply, i);
		else
			take_list(p, reply, i);
	}
	if (!p->now.events && !p->over)
		doubt(p);
}

void
graph_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct err err;
	const struct graph_trouble *t;
	if (http == NULL) {
		if (failed->grade == ERR_LIMIT)
			ask_less(p, failed);
		else
			fail_all(p, failed);
		return;
	}
	const char *code = reply != NULL ? reply->err.code : "";
	if (reply != NULL && reply->err.grade == ERR_NONE && http->status == 200) {
		take_answers(p, http, reply);
		return;
	}
	/* one room's own word, asked for alone */
	if (http->status != 401 && http->status != 429 && http->status < 500 &&
		graph_knows(code) && p->now.n == 1) {
		t = graph_trouble(code);
		graph_explain(
			&err, t, code, p->now.rooms[0]->window.asked->mailbox, p->link);
		calendar_set_retry(&err, p->link, http, reply);
		if (t->scope == GRAPH_OF_LINK)
			fail_all(p, &err);
		else if (t->scope == GRAPH_OF_ROOM)
			fail_room(p->now.rooms[0], &err);
		else
			fail_one(p, 0, &err);
		return;
	}
	t = graph_status(http->status);
	if (t != NULL) {
		graph_explain(&err, t, t->code, NULL, p->link);
		calendar_set_retry(&err, p->link, http, reply);
		fail_all(p, &err);
	} else {
		ask_less(p, failed != NULL ? failed : &reply->err);
	}
}
