/* ics: a directory of iCalendar files and messages, one below it for each room. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "calendar/bundle.h"
#include "calendar/ical_poll.h"

enum { OFTEN_S = 10, ICS_READ = 1 };

struct ics_room {
	struct ical_take take;
	const char *state; /* by which it was asked; NULL: all of it */
	bool done;
	struct poll_result result;
};

struct poll {
	struct arena *arena;
	const struct calendar_link *link;
	struct ics_room *rooms, *now;
	size_t n_rooms;
	struct poll_result *results;
};

static int
ics_check(const struct calendar_link *link, struct err *err)
{
	const char *path = link->url;
	size_t n = path != NULL ? strlen(path) : 0;
	if (n > 1 && n < 1000 && path[0] == '/' && path[n - 1] != '/' &&
		strstr(path, "//") == NULL && strstr(path, "/./") == NULL &&
		strstr(path, "/../") == NULL)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "bad_directory",
		"a link of kind ics needs a directory, not \"%.100s\"",
		n > 0 ? path : "");
	err_cure(err, "Give its whole path: --directory /srv/calendars");
	return ERR_CONFIG;
}

static int
ics_check_room(const struct calendar_link *link, const char *mailbox, struct err *err)
{
	size_t n = strlen(mailbox);
	bool well = n > 0 && n <= BUNDLE_MAX_NAME && mailbox[0] != '.' &&
		    strchr(mailbox, '/') == NULL;
	for (size_t i = 0; well && i < n; i++)
		well = (unsigned char)mailbox[i] >= ' ' && mailbox[i] != 0x7f;
	if (well)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "bad_mailbox",
		"a room's mailbox on such a link cannot be \"%.100s\"", mailbox);
	err_cure(err, "Give the name of its directory below %.200s, without a slash.",
		link->url);
	return ERR_CONFIG;
}

static struct poll *
ics_begin(const struct calendar_link *link, const struct poll_room *rooms, size_t n_rooms,
	int64_t from, int64_t to)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct poll *p = arena_one(a, struct poll);
	*p = (struct poll){.arena = a, .link = link, .n_rooms = n_rooms};
	p->rooms = arena_many(a, struct ics_room, n_rooms);
	p->results = arena_many(a, struct poll_result, n_rooms);
	for (size_t i = 0; i < n_rooms; i++) {
		ical_take_init(&p->rooms[i].take, &rooms[i], from, to);
		p->rooms[i].state = ical_take_state(a, &p->rooms[i].take);
	}
	return p;
}

static void
ics_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

/* As a conditional request has it: nothing is read when the state is still this. */
static bool
ics_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	p->now = NULL;
	for (size_t i = 0; i < p->n_rooms && p->now == NULL; i++)
		if (!p->rooms[i].done)
			p->now = &p->rooms[i];
	if (p->now == NULL)
		return false;
	const char **headers = arena_many(a, const char *, 1);
	if (p->now->state != NULL)
		headers[0] = arena_printf(a, "If-None-Match: %s", p->now->state);
	*ret = (struct http_ask){.method = HTTP_GET,
		.url = arena_printf(
			a, "%s/%s", p->link->url, p->now->take.window.asked->mailbox),
		.headers = headers,
		.n_headers = p->now->state != NULL};
	*ret_op = ICS_READ;
	return true;
}

static void
ics_preface(struct poll *p, struct buf *ret)
{
	const struct ical_take *t = &p->now->take;
	ical_put_asked(ret, &(struct ical_asked){.from = t->from,
				    .to = t->to + ICAL_BEYOND_S,
				    .room = t->window.asked->mailbox,
				    .zone = t->window.asked->zone});
}

static void
fail(struct poll *p, struct ics_room *r, const struct err *err)
{
	bool own = err->grade == ERR_ABSENT || err->grade == ERR_LIMIT;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct ics_room *each = &p->rooms[i];
		if (each->done || (own && each != r))
			continue;
		each->done = true;
		each->result = (struct poll_result){.err = *err, .of_link = !own};
	}
}

static void
ics_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct ics_room *r = p->now;
	if (http != NULL && http->status == 304) {
		r->result = ical_take_unchanged(p->arena, &r->take);
		r->done = true;
	} else if (reply == NULL && http == NULL) {
		fail(p, r, failed);
	} else if (reply == NULL || reply->err.grade != ERR_NONE ||
		   reply->n_answers != 1) {
		r->result.err = reply == NULL ? *failed : reply->err;
		if (r->result.err.grade == ERR_NONE)
			err_set(&r->result.err, ERR_BAD_REPLY, "bad_answer",
				"the reader said nothing of the directory");
		r->done = true;
	} else {
		if (reply->answers[0].err.grade != ERR_NONE)
			window_fail(&r->take.window, &reply->answers[0].err);
		else
			ical_take_reply(p->arena, &r->take, reply);
		r->result = ical_take_result(
			p->arena, &r->take, *http->etag != '\0' ? http->etag : NULL);
		r->done = true;
	}
}

static const struct poll_result *
ics_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = p->rooms[i].result;
	return p->results;
}

static void
ics_read_bundle(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	struct record r;
	struct ical_asked asked;
	struct ical *o = arena_one(a, struct ical);
	(void)op;
	*ret = (struct reply){.n_answers = 0};
	record_open(&r, bytes, size);
	ical_get_asked(&r, &asked);
	if (r.wrong == NULL && r.at == r.end)
		return; /* as it was */
	ical_init(o, a, &asked);
	size_t n = record_count(&r, BUNDLE_MAX_FILES, 12);
	for (size_t i = 0; i < n && r.wrong == NULL; i++) {
		struct bundle_file f;
		char tag[ICAL_TAG + 1];
		bundle_get(&r, &f);
		ical_tag(f.name, tag);
		if (r.wrong == NULL && f.err.grade == ERR_NONE)
			ical_add(o, f.name, f.bytes, f.size);
		else if (r.wrong == NULL)
			ical_add_trouble(o, f.name, arena_strdup(a, tag), &f.err);
	}
	if (record_done(&r))
		ical_finish(o, rules, country, ret);
	else
		err_set(&ret->err, ERR_BAD_REPLY, "bad_bundle",
			"the files did not reach the reader whole");
}

const struct calendar_kind calendar_ics = {
	.name = "ics",
	.access = CALENDAR_FILES,
	.often_s = OFTEN_S,
	.check = ics_check,
	.check_room = ics_check_room,
	.begin = ics_begin,
	.ask = ics_ask,
	.preface = ics_preface,
	.take = ics_take,
	.results = ics_results,
	.end = ics_end,
	.read = ics_read_bundle,
};
