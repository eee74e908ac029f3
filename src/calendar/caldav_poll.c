#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/caldav.h"
#include "calendar/explain.h"
#include "calendar/ical_poll.h"

enum { MARGIN_S = 24 * 3600 }; /* servers read days and times without a zone otherwise */

/* Where the account's calendars are: asked once for all rooms that are known by name only. */
enum find { FIND_BASE, FIND_WELL_KNOWN, FIND_PRINCIPAL, FIND_HOME, FIND_DONE };

enum stage {
	STAGE_FIND,
	STAGE_CHANGES,
	STAGE_STATE,
	STAGE_EVENTS,
	STAGE_LIST,
	STAGE_GET,
	STAGE_DONE
};

struct caldav_room {
	struct ical_take take;
	enum stage stage;
	const char *path;   /* of its calendar */
	const char *state;  /* "sTOKEN" or "cTAG", as it was known; NULL: not */
	const char *news;   /* the same, as it is now */
	bool found;         /* by its name */
	const char **paths; /* of events that are still to be read */
	size_t n_paths, at;
	struct poll_result result;
};

struct poll {
	struct arena *arena;
	const struct calendar_link *link;
	const char *server;
	struct caldav_room *rooms, *now;
	size_t n_rooms;
	enum find find;
	bool well_known; /* was asked */
	int steps;
	const char *at; /* where the next step of finding is */
	struct poll_result *results;
};

/* Percent-encoded (RFC 3986, 2.1). */
static void
put(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~@";
	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			buf_char(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
}

static const char *
url_path(const struct poll *p)
{
	const char *path = p->link->url + strlen(p->server);
	return *path != '\0' ? path : "/";
}

/* Where a room's calendar is, if its mailbox and the link say; else NULL. */
static const char *
path_of(struct poll *p, const char *mailbox)
{
	static const char slot[] = "{room}";
	const char *path = url_path(p), *at = strstr(path, slot);
	struct buf b;
	if (*mailbox == '/')
		return caldav_path(p->arena, p->link->url, mailbox);
	if (at == NULL)
		return NULL;
	buf_init(&b, p->arena);
	buf_add(&b, path, (size_t)(at - path));
	put(&b, mailbox);
	buf_str(&b, at + sizeof slot - 1);
	return b.s;
}

/* A state is kept with the path that it is of: "PATH sTOKEN". */
static void
begin_room(struct poll *p, struct caldav_room *r, const struct poll_room *asked)
{
	r->path = path_of(p, asked->mailbox);
	const char *had = ical_take_state(p->arena, &r->take);
	const char *space = had != NULL ? strchr(had, ' ') : NULL;
	r->found = r->path == NULL;
	if (space != NULL) {
		const char *path = arena_strndup(p->arena, had, (size_t)(space - had));
		if (r->path == NULL)
			r->path = path;
		if (strcmp(r->path, path) == 0)
			r->state = space + 1;
	}
	r->stage = r->path == NULL    ? STAGE_FIND
		   : r->state != NULL ? STAGE_CHANGES
				      : STAGE_STATE;
}

struct poll *
caldav_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct poll *p = arena_one(a, struct poll);
	*p = (struct poll){.arena = a, .link = link, .n_rooms = n_rooms};
	p->server = caldav_server(a, link->url);
	p->at = url_path(p);
	p->rooms = arena_many(a, struct caldav_room, n_rooms);
	p->results = arena_many(a, struct poll_result, n_rooms);
	for (size_t i = 0; i < n_rooms; i++) {
		ical_take_init(&p->rooms[i].take, &rooms[i], from, to);
		begin_room(p, &p->rooms[i], &rooms[i]);
	}
	return p;
}

void
caldav_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

static void
ask_room(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	struct caldav_room *r = p->now;
	const char *url = arena_printf(a, "%s%s", p->server, r->path);
	int64_t from = r->take.from - MARGIN_S,
		to = r->take.to + ICAL_BEYOND_S + MARGIN_S;
	size_t n = r->n_paths - r->at;
	switch (r->stage) {
	case STAGE_CHANGES:
		if (*r->state == 's') {
			*ret_op = CALDAV_CHANGES;
			caldav_ask_changes(a, url, r->state + 1, ret);
			return;
		}
		/* fall through */
	case STAGE_STATE:
		*ret_op = CALDAV_STATE;
		caldav_ask_state(a, url, ret);
		return;
	case STAGE_GET:
		*ret_op = CALDAV_EVENTS;
		caldav_ask_these(a, url, r->paths + r->at,
			n < CALDAV_AT_ONCE ? n : CALDAV_AT_ONCE, ret);
		return;
	default:
		*ret_op = r->stage == STAGE_LIST ? CALDAV_LIST : CALDAV_EVENTS;
		caldav_ask_events(a, url, from, to, r->stage != STAGE_LIST, ret);
	}
}

bool
caldav_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	p->now = NULL;
	for (size_t i = 0; i < p->n_rooms && p->now == NULL; i++)
		if (p->rooms[i].stage != STAGE_DONE)
			p->now = &p->rooms[i];
	if (p->now == NULL)
		return false;
	if (p->now->stage != STAGE_FIND) {
		ask_room(p, a, ret, ret_op);
	} else {
		*ret_op = CALDAV_FIND;
		caldav_ask_find(a, arena_printf(a, "%s%s", p->server, p->at),
			p->find == FIND_HOME, ret);
	}
	if (p->link->user_agent != NULL) {
		const char **headers = arena_many(a, const char *, ret->n_headers + 1);
		memcpy(headers, ret->headers, ret->n_headers * sizeof *headers);
		headers[ret->n_headers++] =
			arena_printf(a, "User-Agent: %s", p->link->user_agent);
		ret->headers = headers;
	}
	return true;
}

void
caldav_preface(struct poll *p, struct buf *ret)
{
	const struct ical_take *t = &p->now->take;
	ical_put_asked(ret, &(struct ical_asked){.from = t->from,
				    .to = t->to + ICAL_BEYOND_S,
				    .room = t->window.asked->mailbox,
				    .zone = t->window.asked->zone});
}

static void
fail_room(struct caldav_room *r, const struct err *err, bool of_link)
{
	r->stage = STAGE_DONE;
	r->result = (struct poll_result){.err = *err, .of_link = of_link};
}

static void
fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		if (p->rooms[i].stage != STAGE_DONE)
			fail_room(&p->rooms[i], err, true);
}

static void
fail(struct poll *p, const struct caldav_trouble *t, const struct http_answer *http,
	const struct reply *reply)
{
	struct err err;
	bool link = t->scope == CALDAV_OF_LINK;
	calendar_explain(&err, t->grade, t->code, (struct words){t->text, t->cure},
		link ? NULL : p->now->take.window.asked->mailbox, p->link);
	if (http != NULL)
		calendar_set_retry(&err, p->link, http, reply);
	if (link)
		fail_all(p, &err);
	else
		fail_room(p->now, &err, false);
}

/* A step of finding: to that place, if it is the link's own server's. */
static void
go(struct poll *p, enum find to, const char *href)
{
	const char *path = caldav_path(p->arena, p->link->url, href);
	if (path == NULL)
		fail(p,
			caldav_trouble(
				strstr(href, "://") != NULL ? "other_host" : "bad_href"),
			NULL, NULL);
	else if (++p->steps > CALDAV_MAX_STEPS)
		fail(p, caldav_trouble("too_far"), NULL, NULL);
	else {
		p->find = to;
		p->at = path;
	}
}

/* "/calendars/convoke/sea-38/" is called sea-38. */
static bool
is_called(struct arena *a, const char *path, const char *name)
{
	struct buf b;
	size_t n = strlen(path);
	while (n > 0 && path[n - 1] == '/')
		n--;
	size_t at = n;
	while (at > 0 && path[at - 1] != '/')
		at--;
	buf_init(&b, a);
	put(&b, name);
	return (b.n == n - at && strncasecmp(path + at, b.s, b.n) == 0) ||
	       (strlen(name) == n - at && strncasecmp(path + at, name, n - at) == 0);
}

/* By the last part of its path, else by the name that it is shown under. */
static void
take_home(struct poll *p, const struct reply *reply)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct caldav_room *r = &p->rooms[i];
		const char *name = r->take.window.asked->mailbox, *by_path = NULL,
			   *by_name = NULL;
		size_t names = 0;
		if (r->stage != STAGE_FIND)
			continue;
		for (size_t k = 0; k < reply->n_sightings; k++) {
			const struct event *e = &reply->sightings[k].event;
			const char *path = caldav_path(p->arena, p->link->url, e->id);
			if (path == NULL)
				continue;
			if (is_called(p->arena, path, name))
				by_path = path;
			if (e->subject != NULL && strcasecmp(e->subject, name) == 0) {
				by_name = path;
				names++;
			}
		}
		p->now = r;
		r->path = by_path != NULL ? by_path : by_name;
		r->stage = STAGE_STATE;
		if (r->path == NULL)
			fail(p, caldav_trouble("no_calendar"), NULL, NULL);
		else if (by_path == NULL && names > 1)
			fail(p, caldav_trouble("two_calendars"), NULL, NULL);
	}
	p->find = FIND_DONE;
}

static void
take_found(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	bool well = http->status == 207 && reply != NULL &&
		    reply->err.grade == ERR_NONE && reply->n_answers == 1;
	const struct answer *answer = well ? &reply->answers[0] : NULL;
	const struct caldav_trouble *t = caldav_status(http->status);
	bool elsewhere = http->status == 404 || http->status == 405 ||
			 http->status == 403 ||
			 (well && answer->next == NULL && answer->room == NULL);
	if (http->status >= 300 && http->status < 400 && *http->location != '\0')
		go(p, p->find, http->location);
	else if (well && p->find == FIND_HOME)
		take_home(p, reply);
	else if (well && answer->next != NULL)
		go(p, FIND_HOME, answer->next);
	else if (well && answer->room != NULL && p->find != FIND_PRINCIPAL)
		go(p, FIND_PRINCIPAL, answer->room);
	else if (elsewhere && !p->well_known && p->find == FIND_BASE) {
		p->well_known = true;
		go(p, FIND_WELL_KNOWN, "/.well-known/caldav");
	} else if (elsewhere)
		fail(p, caldav_trouble("no_home"), http, reply);
	else {
		struct caldav_trouble of_link =
			*(t != NULL ? t : caldav_trouble("bad_answer"));
		of_link.scope = CALDAV_OF_LINK;
		fail(p, &of_link, http, reply);
	}
}

/* Of the place that was asked for: it may have moved, if it was found by its name. */
static bool
find_again(struct poll *p, struct caldav_room *r, long status)
{
	if (!r->found || (status != 404 && status != 410) || r->state == NULL)
		return false;
	r->state = NULL;
	r->path = NULL;
	r->stage = STAGE_FIND;
	if (p->find == FIND_DONE) {
		p->find = FIND_BASE;
		p->at = url_path(p);
	}
	return true;
}

static void
finish(struct poll *p, struct caldav_room *r)
{
	const char *state = r->news != NULL
				    ? arena_printf(p->arena, "%s %s", r->path, r->news)
				    : NULL;
	r->result = ical_take_result(p->arena, &r->take, state);
	r->stage = STAGE_DONE;
}

static const char *
news(struct poll *p, char what, const char *token)
{
	return token != NULL && strlen(token) <= CALDAV_MAX_TOKEN
		       ? arena_printf(p->arena, "%c%s", what, token)
		       : NULL;
}

static void
be_unchanged(struct poll *p, struct caldav_room *r)
{
	r->result = ical_take_unchanged(p->arena, &r->take);
	r->stage = STAGE_DONE;
}

static void
take_changes(struct poll *p, struct caldav_room *r, const struct reply *reply)
{
	const struct answer *answer = &reply->answers[0];
	r->news = answer->complete ? news(p, 's', answer->next) : NULL;
	if (answer->complete && reply->n_sightings == 0)
		be_unchanged(p, r);
	else
		r->stage = r->news != NULL ? STAGE_EVENTS : STAGE_STATE;
}

static void
take_state(struct poll *p, struct caldav_room *r, const struct reply *reply)
{
	const struct answer *answer = &reply->answers[0];
	if (!answer->complete) {
		fail(p, caldav_trouble("not_calendar"), NULL, NULL);
		return;
	}
	r->news = news(p, 's', answer->next);
	if (r->news == NULL)
		r->news = news(p, 'c', answer->room);
	if (r->state != NULL && r->news != NULL && *r->state == 'c' &&
		strcmp(r->state, r->news) == 0)
		be_unchanged(p, r);
	else
		r->stage = STAGE_EVENTS;
}

/* An event that came without its text, if it is of this calendar. */
static void
want(struct poll *p, struct caldav_room *r, const char *href)
{
	const char *path = caldav_path(p->arena, p->link->url, href);
	size_t n = strlen(r->path);
	if (path == NULL || strncmp(path, r->path, n) != 0 ||
		r->n_paths == CALDAV_MAX_LISTED)
		return;
	if (r->paths == NULL)
		r->paths = arena_many(p->arena, const char *, CALDAV_MAX_LISTED);
	r->paths[r->n_paths++] = path;
}

static void
take_events(struct poll *p, struct caldav_room *r, const struct reply *reply)
{
	struct sighting *seen = arena_many(p->arena, struct sighting, reply->n_sightings);
	struct reply rest = *reply;
	rest.sightings = seen;
	rest.n_sightings = 0;
	for (size_t i = 0; i < reply->n_sightings; i++) {
		const struct sighting *s = &reply->sightings[i];
		if (strcmp(s->err.code, "no_data") != 0)
			seen[rest.n_sightings++] = *s;
		else if (r->stage != STAGE_GET)
			want(p, r, s->event.id);
	}
	ical_take_reply(p->arena, &r->take, &rest);
	if (r->stage == STAGE_GET) {
		size_t left = r->n_paths - r->at;
		r->at += left < CALDAV_AT_ONCE ? left : CALDAV_AT_ONCE;
	}
	r->stage = STAGE_GET;
	if (r->at == r->n_paths)
		finish(p, r);
}

/* Too much for one answer: the events are asked for by their names, some at a time. */
static bool
ask_less(struct caldav_room *r, const struct err *err)
{
	if (r->stage != STAGE_EVENTS || err->grade != ERR_LIMIT)
		return false;
	r->stage = STAGE_LIST;
	return true;
}

static void
take_room(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	struct caldav_room *r = p->now;
	if (reply->n_answers != 1)
		fail(p, caldav_trouble("bad_answer"), http, reply);
	else if (reply->answers[0].err.grade != ERR_NONE) {
		if (!ask_less(r, &reply->answers[0].err))
			fail(p, caldav_trouble("too_many_events"), http, reply);
	} else if (r->stage == STAGE_CHANGES && *r->state == 's')
		take_changes(p, r, reply);
	else if (r->stage == STAGE_CHANGES || r->stage == STAGE_STATE)
		take_state(p, r, reply);
	else
		take_events(p, r, reply);
}

/* What was known cannot be compared with: all is read anew, and nothing is forgotten before. */
static bool
start_over(
	struct caldav_room *r, const struct http_answer *http, const struct reply *reply)
{
	bool said = reply != NULL && strcmp(reply->err.code, "valid-sync-token") == 0;
	bool hinted = http->status == 403 || http->status == 409 || http->status == 410 ||
		      http->status == 412 || http->status == 400 || http->status == 415 ||
		      http->status == 501;
	if (r->stage != STAGE_CHANGES || (!said && !hinted))
		return false;
	r->state = NULL;
	r->stage = STAGE_STATE;
	return true;
}

void
caldav_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct caldav_room *r = p->now;
	const struct caldav_trouble *t;
	if (failed != NULL && failed->grade == ERR_LIMIT) {
		if (!ask_less(r, failed))
			fail_room(r, failed, false);
	} else if (http == NULL) {
		fail_all(p, failed);
	} else if (r->stage == STAGE_FIND) {
		take_found(p, http, reply);
	} else if (find_again(p, r, http->status) || start_over(r, http, reply)) {
		return;
	} else if (http->status == 207 && reply != NULL && reply->err.grade == ERR_NONE) {
		take_room(p, http, reply);
	} else if (http->status == 207 && reply != NULL) {
		if (!ask_less(r, &reply->err))
			fail(p, caldav_trouble("bad_answer"), http, reply);
	} else if (reply != NULL && strcmp(reply->err.code, "need-privileges") == 0) {
		fail(p, caldav_trouble("need-privileges"), http, reply);
	} else if ((t = caldav_status(http->status)) != NULL) {
		fail(p, t, http, reply);
	} else if (failed != NULL) {
		fail_room(r, failed, false);
	} else {
		fail(p, caldav_trouble("bad_answer"), http, reply);
	}
}

const struct poll_result *
caldav_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = p->rooms[i].result;
	return p->results;
}
