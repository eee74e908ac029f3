/*
 * caldav: calendars of CalDAV servers (RFC 4791, 6578, 6764), what its files share
 *
 * A room's calendar is found once; then one request a poll asks whether anything has changed, and
 * what has is read whole, in the window. Series are expanded here, since servers do it in as many
 * ways as there are of them.
 *
 * Owns:    nothing; everything is the given arena's.
 * Threads: any.
 */
#ifndef CALENDAR_CALDAV_H
#define CALENDAR_CALDAV_H

#include "calendar/calendar.h"

enum {
	CALDAV_MAX_PATH = 1024,
	CALDAV_MAX_TOKEN = 900,
	CALDAV_MAX_FOUND =
		2000, /* calendars of one home, or changes: more need not be counted */
	CALDAV_MAX_LISTED = 5000,
	CALDAV_AT_ONCE = 20,  /* events asked for by name */
	CALDAV_MAX_STEPS = 8, /* to find a calendar */
};

/* What a request was, and so what its reply is read as. */
enum caldav_op {
	CALDAV_FIND =
		1, /* answer: `next` its home, `room` its principal; sightings: calendars, by
	                    path and name */
	CALDAV_STATE, /* answer: `next` the sync token, `room` the tag; complete: a calendar */
	CALDAV_CHANGES, /* answer: `next` the new token; sightings: what changed */
	CALDAV_EVENTS, /* occurrences; what came without its text, as a trouble "no_data" */
	CALDAV_LIST,   /* the same, of which nothing has its text */
};

enum caldav_scope { CALDAV_OF_ROOM, CALDAV_OF_LINK };
struct caldav_trouble {
	const char *code;
	enum err_grade grade;
	enum caldav_scope scope;
	const char *text, *cure; /* with {room}, {user} and {host} */
};
const struct caldav_trouble *caldav_trouble(const char *code); /* never NULL */
const struct caldav_trouble *caldav_status(long status);       /* NULL: none */

/* The path that an href or Location leads to at the link's own server, percent-encoded as it came;
 * NULL when it leads elsewhere, or is none that can be asked for. */
const char *caldav_path(struct arena *a, const char *link_url, const char *href);

/* The server, without a path. */
const char *caldav_server(struct arena *a, const char *link_url);

/* Requests; bodies are the arena's. */
void caldav_ask_find(struct arena *a, const char *url, bool all, struct http_ask *ret);
void caldav_ask_state(struct arena *a, const char *url, struct http_ask *ret);
void caldav_ask_changes(
	struct arena *a, const char *url, const char *token, struct http_ask *ret);
void caldav_ask_events(struct arena *a, const char *url, int64_t from, int64_t to,
	bool texts, struct http_ask *ret);
void caldav_ask_these(struct arena *a, const char *url, const char *const *paths,
	size_t n, struct http_ask *ret);

/* In the reader. `bytes` begin with what ical_put_asked wrote. */
void caldav_read(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret);

struct poll *caldav_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to);
bool caldav_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
void caldav_preface(struct poll *p, struct buf *ret);
void caldav_take(struct poll *p, const struct http_answer *http,
	const struct reply *reply, const struct err *failed);
const struct poll_result *caldav_results(struct poll *p);
void caldav_end(struct poll *p);

#endif
