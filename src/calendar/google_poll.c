#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"
#include "calendar/explain.h"
#include "calendar/google.h"
#include "calendar/window.h"

/* An unchanged calendar costs its keys; a changed one is then read whole. */
enum stage { STAGE_KEYS, STAGE_EVENTS, STAGE_DONE };

struct google_room {
	struct window window;
	enum stage stage;
	const char *page; /* the token of the next page; NULL: the first */
	size_t pages;
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

#define FACTS                                                                             \
	"id,status,iCalUID,summary,location,start,end,visibility,transparency,eventType," \
	"organizer(email,displayName),attendees(self,responseStatus),etag"
#define KEYS "nextPageToken,accessRole,timeZone,items(" FACTS ")"
#define WHOLE                                                                            \
	"nextPageToken,accessRole,timeZone,items(" FACTS                                 \
	",description,conferenceData,hangoutLink)"

static enum stage
first_stage(const struct poll_room *r)
{
	return r->n_known > 0 ? STAGE_KEYS : STAGE_EVENTS;
}

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
	for (size_t i = 0; i < n_rooms; i++) {
		p->rooms[i].window.asked = &rooms[i];
		p->rooms[i].stage = first_stage(&rooms[i]);
	}
	return p;
}

void
google_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
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

bool
google_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	p->now = NULL;
	for (size_t i = 0; i < p->n_rooms && p->now == NULL && !p->over; i++)
		if (p->rooms[i].stage != STAGE_DONE)
			p->now = &p->rooms[i];
	if (p->now == NULL)
		return false;
	char from[WHEN_TEXT], to[WHEN_TEXT];
	const char *room = p->now->window.asked->mailbox;
	bool whole = p->now->stage == STAGE_EVENTS;
	size_t n = strlen(p->link->url), n_headers = 0;
	const char **headers = arena_many(a, const char *, 2);
	struct buf b;
	while (n > 0 && p->link->url[n - 1] == '/')
		n--;
	buf_init(&b, a);
	buf_printf(&b, "%.*s/calendars/", (int)n, p->link->url);
	put(&b, room);
	buf_printf(&b,
		"/events?singleEvents=true&orderBy=startTime&timeMin=%s&timeMax=%s"
		"&maxResults=%d&maxAttendees=1&quotaUser=",
		when_text(p->from, from), when_text(p->to, to), GOOGLE_PAGE);
	put(&b, room); /* each room has its own share of the account's quota */
	buf_str(&b, "&fields=");
	put(&b, whole ? WHOLE : KEYS);
	if (p->now->page != NULL) {
		buf_str(&b, "&pageToken=");
		put(&b, p->now->page);
	}
	headers[n_headers++] = "Accept: application/json";
	if (p->link->user_agent != NULL)
		headers[n_headers++] =
			arena_printf(a, "User-Agent: %s", p->link->user_agent);
	*ret = (struct http_ask){.method = HTTP_GET,
		.url = b.s,
		.headers = headers,
		.n_headers = n_headers};
	*ret_op = whole ? GOOGLE_EVENTS : GOOGLE_KEYS;
	return true;
}

static void
fail_room(struct google_room *r, const struct err *err)
{
	window_fail(&r->window, err);
	r->stage = STAGE_DONE;
}

static void
fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct google_room *r = &p->rooms[i];
		if (r->stage == STAGE_DONE)
			continue;
		fail_room(r, err);
		r->window.of_link = err->grade != ERR_LIMIT;
	}
	p->over = true;
}

static void
fail(struct poll *p, const struct google_trouble *t, const char *code,
	const struct http_answer *http, const struct reply *reply)
{
	struct err err;
	bool link = t->scope == GOOGLE_OF_LINK;
	google_trouble_explain(
		&err, t, code, link ? NULL : p->now->window.asked->mailbox, p->link);
	calendar_set_retry(&err, p->link, http, reply);
	if (link)
		fail_all(p, &err);
	else
		fail_room(p->now, &err);
}

static void
start_over(struct google_room *r, enum stage stage)
{
	r->window.n_items = 0;
	r->page = NULL;
	r->pages = 0;
	r->stage = stage;
}

/* The last page came. */
static void
finish(struct poll *p, struct google_room *r)
{
	if (r->stage == STAGE_KEYS && !window_result(p->arena, &r->window).unchanged)
		start_over(r, STAGE_EVENTS);
	else
		r->stage = STAGE_DONE;
	for (size_t i = 0; r->stage == STAGE_DONE && i < r->window.n_items; i++)
		r->window.items[i].state = ITEM_DONE;
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
		if (p->rooms[i].stage != STAGE_DONE)
			return;
	if (p->doubted || !windows_are_doubtful(window_at, p, p->n_rooms))
		return;
	p->doubted = true;
	for (size_t i = 0; i < p->n_rooms; i++)
		if (window_is_emptied(&p->rooms[i].window))
			start_over(&p->rooms[i], STAGE_EVENTS);
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
	else if (answer->next != NULL && ++r->pages == GOOGLE_MAX_PAGES)
		code = "too_many_pages";
	if (code != NULL) {
		fail(p, google_trouble(code), code, http, reply);
		return;
	}
	for (size_t i = 0; i < reply->n_sightings; i++)
		window_add(p->arena, &r->window, &reply->sightings[i]);
	r->page = answer->next != NULL ? arena_strdup(p->arena, answer->next) : NULL;
	if (r->page == NULL)
		finish(p, r);
	doubt(p);
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
}

const struct poll_result *
google_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = window_result(p->arena, &p->rooms[i].window);
	return p->results;
}
