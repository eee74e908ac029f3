#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"
#include "calendar/explain.h"
#include "calendar/google.h"
#include "calendar/window.h"

struct google_room {
	struct window window;
	const char *page; /* the token of the next page; NULL: the first */
	size_t pages;
	uint64_t address; /* of the first page: its hash */
	bool conditional; /* asked whether anything has changed */
	bool anew;        /* not to be asked so again */
	bool done;
	const char *tag, *role; /* of the answer; NULL: none */
};

struct poll {
	struct arena *arena;
	const struct calendar_link *link;
	int64_t from, to;
	struct google_room *rooms, *now;
	size_t n_rooms;
	bool doubted, over;
	struct poll_result *results;
};

/* No timeZone: an all-day event is one of the calendar's own zone, which is what the answer
 * says then. No showDeleted: a window of single events has none unless it is asked for. */
#define FIELDS                                                                             \
	"etag,nextPageToken,accessRole,timeZone,items(id,status,iCalUID,summary,location," \
	"start,end,visibility,transparency,eventType,organizer(email,displayName),"        \
	"attendees(self,responseStatus),etag,description,hangoutLink,conferenceData("      \
	"entryPoints(entryPointType,uri,label,regionCode,meetingCode,accessCode,passcode," \
	"password,pin),notes))"

struct poll *
google_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct poll *p = arena_one(a, struct poll);
	*p = (struct poll){
		.arena = a, .link = link, .from = from, .to = to, .n_rooms = n_rooms};
	p->rooms = arena_many(a, struct google_room, n_rooms);
	p->results = arena_many(a, struct poll_result, n_rooms);
	for (size_t i = 0; i < n_rooms; i++)
		p->rooms[i].window.asked = &rooms[i];
	return p;
}

void
google_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

/* FNV-1a (RFC 9923), 64 bits. */
static uint64_t
hash_of(const char *s)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return h;
}

/* Percent-encoded (RFC 3986, 2.1). */
static void
put(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			buf_char(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
}

/*
 * A window somewhat larger than was asked for, which moves in steps: in between the address
 * stays the same, and so does what an ETag is of. Rooms step at different times. quotaUser
 * gives each room its own share of the account's quota; Google takes 40 characters.
 */
static void
put_address(struct buf *b, const struct poll *p, const char *room)
{
	char from[WHEN_TEXT], to[WHEN_TEXT];
	uint64_t hash = hash_of(room);
	int64_t step = GOOGLE_STEP_S, phase = (int64_t)(hash % GOOGLE_STEP_S);
	size_t n = strlen(p->link->url);
	while (n > 0 && p->link->url[n - 1] == '/')
		n--;
	buf_printf(b, "%.*s/calendars/", (int)n, p->link->url);
	put(b, room);
	buf_printf(b,
		"/events?singleEvents=true&orderBy=startTime&timeMin=%s&timeMax=%s"
		"&maxResults=%d&maxAttendees=1&quotaUser=%016llx&fields=",
		when_text(p->from - (p->from + phase) % step, from),
		when_text(p->to - (p->to + phase) % step + step, to), GOOGLE_PAGE,
		(unsigned long long)hash);
	put(b, FIELDS);
}

/* The tag that the same address gave, when all that it told of is still known; or NULL. */
static const char *
known_tag(const struct google_room *r)
{
	const struct poll_room *asked = r->window.asked;
	char address[24];
	size_t n = (size_t)snprintf(
		address, sizeof address, "%016llx ", (unsigned long long)r->address);
	if (r->anew || asked->cursor == NULL || strncmp(asked->cursor, address, n) != 0 ||
		!google_is_tag(asked->cursor + n))
		return NULL;
	for (size_t i = 0; i < asked->n_known; i++)
		if (!asked->known[i].has_body)
			return NULL;
	return asked->cursor + n;
}

bool
google_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	struct google_room *r = NULL;
	for (size_t i = 0; i < p->n_rooms && r == NULL && !p->over; i++)
		if (!p->rooms[i].done)
			r = &p->rooms[i];
	p->now = r;
	if (r == NULL)
		return false;
	struct buf b;
	size_t n = 0;
	const char **headers = arena_many(a, const char *, 3);
	buf_init(&b, a);
	put_address(&b, p, r->window.asked->mailbox);
	r->address = hash_of(b.s);
	const char *tag = r->page == NULL ? known_tag(r) : NULL;
	r->conditional = tag != NULL;
	headers[n++] = "Accept: application/json";
	if (tag != NULL)
		headers[n++] = arena_printf(a, "If-None-Match: %s", tag);
	if (p->link->user_agent != NULL)
		headers[n++] = arena_printf(a, "User-Agent: %s", p->link->user_agent);
	if (r->page != NULL) {
		buf_str(&b, "&pageToken=");
		put(&b, r->page);
	}
	*ret = (struct http_ask){
		.method = HTTP_GET, .url = b.s, .headers = headers, .n_headers = n};
	*ret_op = GOOGLE_EVENTS;
	return true;
}

static void
fail_room(struct google_room *r, const struct err *err)
{
	window_fail(&r->window, err);
	r->done = true;
}

static void
fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct google_room *r = &p->rooms[i];
		if (r->done)
			continue;
		fail_room(r, err);
		r->window.of_link = err->grade != ERR_LIMIT;
	}
	p->over = true;
}

static void
start_over(struct google_room *r)
{
	r->window.n_items = 0;
	r->page = NULL;
	r->pages = 0;
	r->anew = true;
	r->done = false;
}

static void
fail(struct poll *p, const struct google_trouble *t, const char *code,
	const struct http_answer *http, const struct reply *reply)
{
	struct err err;
	bool link = t->scope == GOOGLE_OF_LINK;
	if (t->scope == GOOGLE_ANEW && !p->now->anew) {
		start_over(p->now);
		return;
	}
	google_trouble_explain(
		&err, t, code, link ? NULL : p->now->window.asked->mailbox, p->link);
	/* Google asks for longer and longer pauses rather than say how long one is to be. */
	if (err.grade == ERR_WAIT && http->retry_after_ms == 0)
		err.grade = ERR_RETRY;
	calendar_set_retry(&err, p->link, http, reply);
	if (link)
		fail_all(p, &err);
	else
		fail_room(p->now, &err);
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
		if (!p->rooms[i].done)
			return;
	if (p->doubted || !windows_are_doubtful(window_at, p, p->n_rooms))
		return;
	p->doubted = true;
	for (size_t i = 0; i < p->n_rooms; i++)
		if (window_is_emptied(&p->rooms[i].window))
			start_over(&p->rooms[i]);
}

/* The last page came. */
static void
finish(struct google_room *r)
{
	r->done = true;
	for (size_t i = 0; i < r->window.n_items; i++)
		r->window.items[i].state = ITEM_DONE;
}

/* An ETag is of one page: of several, the first says nothing of the others. */
static void
keep_tag(struct google_room *r, const struct answer *answer)
{
	r->role = answer->role;
	r->tag = r->pages == 0 && answer->next == NULL && answer->cursor != NULL &&
				 google_is_tag(answer->cursor)
			 ? answer->cursor
			 : NULL;
}

static void
take_page(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	struct google_room *r = p->now;
	const struct answer *answer = reply->n_answers == 1 ? &reply->answers[0] : NULL;
	const char *code = NULL;
	if (answer == NULL || (!answer->complete && answer->next == NULL))
		code = "bad_answer";
	else if (answer->next != NULL && r->page != NULL &&
		 strcmp(answer->next, r->page) == 0)
		code = "page_loop";
	else if (answer->next != NULL && r->pages + 1 == GOOGLE_MAX_PAGES)
		code = "too_many_pages";
	if (code != NULL) {
		fail(p, google_trouble(code), code, http, reply);
		return;
	}
	for (size_t i = 0; i < reply->n_sightings; i++)
		window_add(p->arena, &r->window, &reply->sightings[i]);
	keep_tag(r, answer);
	r->pages += answer->next != NULL;
	r->page = answer->next != NULL ? arena_strdup(p->arena, answer->next) : NULL;
	if (r->page == NULL)
		finish(r);
}

static void
take_unmodified(struct poll *p, const struct http_answer *http)
{
	if (p->now->conditional) {
		p->now->window.same = true;
		finish(p->now);
	} else {
		fail(p, google_trouble("bad_answer"), "bad_answer", http, NULL);
	}
}

void
google_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	const char *code = reply != NULL ? reply->err.code : "";
	const struct google_trouble *t;
	if (http == NULL) {
		if (failed->grade == ERR_LIMIT)
			fail_room(p->now, failed);
		else
			fail_all(p, failed);
	} else if (http->status == 304) {
		take_unmodified(p, http);
	} else if (reply != NULL && reply->err.grade == ERR_NONE && http->status == 200) {
		take_page(p, http, reply);
	} else if (google_knows(code)) {
		fail(p, google_trouble(code), code, http, reply);
	} else if ((t = google_status(http->status)) != NULL) {
		fail(p, t, t->code, http, reply);
	} else if (failed != NULL) {
		fail_room(p->now, failed);
	} else {
		fail(p, google_trouble(code), code, http, reply);
	}
	doubt(p);
}

static struct poll_result
result_of(const struct poll *p, const struct google_room *r)
{
	struct poll_result result = window_result(p->arena, &r->window);
	const struct google_trouble *hidden =
		r->role != NULL ? google_hidden(r->role) : NULL;
	if (!r->window.same && r->tag != NULL)
		result.cursor = arena_printf(
			p->arena, "%016llx %s", (unsigned long long)r->address, r->tag);
	if (hidden != NULL) {
		struct err *err = arena_one(p->arena, struct err);
		google_trouble_explain(
			err, hidden, hidden->code, r->window.asked->mailbox, p->link);
		result.hidden = err;
	}
	return result;
}

const struct poll_result *
google_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = result_of(p, &p->rooms[i]);
	return p->results;
}
