/*
 * ical_poll: what polls of iCalendar have in common
 *
 * A little more is read than is asked about, so that a calendar that has not changed need not be
 * read again before something of it comes into the window: that is what the cursor says.
 *
 * Owns:    everything lives in the given arena.
 * Threads: a poll's own.
 */
#ifndef CALENDAR_ICAL_POLL_H
#define CALENDAR_ICAL_POLL_H

#include "calendar/ical.h"
#include "calendar/window.h"

enum { ICAL_BEYOND_S = 24 * 3600, ICAL_MAX_STATE = 2000 };

struct ical_take {
	struct window window;
	int64_t from, to;
	int64_t next;      /* when something comes into the window */
	const char **torn; /* tags of files that are not whole */
	size_t n_torn;
	struct err unread; /* of the first thing that could not be read */
};

void ical_take_init(
	struct ical_take *t, const struct poll_room *room, int64_t from, int64_t to);

/* A reply's sightings. What is known of a file that is not whole stays as it was. */
void ical_take_reply(struct arena *a, struct ical_take *t, const struct reply *reply);

/* What the server called the calendar's state when this room was last read, if nothing else can
 * have changed since; else NULL. */
const char *ical_take_state(struct arena *a, const struct ical_take *t);

/* All is as it was. */
struct poll_result ical_take_unchanged(struct arena *a, const struct ical_take *t);

/* All was read; `state` NULL: it has no name. */
struct poll_result ical_take_result(
	struct arena *a, const struct ical_take *t, const char *state);

#endif
