/*
 * google: Google Calendar v3, what its files share
 *
 * Events of room calendars, expanded by the server, one request a room, which is answered
 * with 304 and nothing else while the calendar is what it was:
 * developers.google.com/workspace/calendar/api/v3/reference/events/list.
 *
 * Owns:    nothing; everything is the given arena's.
 * Threads: any.
 */
#ifndef CALENDAR_GOOGLE_H
#define CALENDAR_GOOGLE_H

#include "calendar/calendar.h"

enum {
	GOOGLE_PAGE = 250, /* events in one answer */
	GOOGLE_MAX_PAGES = 50,
	GOOGLE_STEP_S =
		6 * 3600, /* what a window moves by: until then its address is the same */
};

/* What a request was, and so what its reply is read as. */
enum google_op {
	GOOGLE_EVENTS = 1, /* one room's events, whole */
};

enum google_scope {
	GOOGLE_OF_ROOM,
	GOOGLE_OF_LINK,
	GOOGLE_ANEW, /* the room is to be read from the beginning */
};
struct google_trouble {
	const char *code; /* Google's reason, or one of ours */
	enum err_grade grade;
	enum google_scope scope;
	const char *text, *cure; /* with {room}, {user}, {host} and {project} */
};
const struct google_trouble *google_trouble(const char *code); /* never NULL */
bool google_knows(const char *code);
void google_trouble_explain(struct err *err, const struct google_trouble *t,
	const char *code, const char *room, const struct calendar_link *link);

/* What a status says when the body has no word of Google's; NULL: nothing. */
const struct google_trouble *google_status(long status);

/* What somebody with this accessRole does not see; NULL: sees all that is needed. */
const struct google_trouble *google_hidden(const char *role);

/* An ETag that can go into a header as it is (RFC 9110, 8.8.3). */
bool google_is_tag(const char *s);

/* A reply as records. *ret_events has, for each sighting, the event with its body and
 * entries, which the sighting's own lacks. */
void google_parse(struct arena *a, int op, const char *bytes, size_t size,
	struct reply *ret, const struct event **ret_events);

struct poll *google_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to);
bool google_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
void google_take(struct poll *p, const struct http_answer *http,
	const struct reply *reply, const struct err *failed);
const struct poll_result *google_results(struct poll *p);
void google_end(struct poll *p);

#endif
