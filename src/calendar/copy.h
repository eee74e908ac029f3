/*
 * copy: the organizer's own event, where the room's says nothing to join
 *
 * Exchange deletes the text of what it books for a room; the organizer's calendar still has it.
 * It is looked at for a meeting that begins soon, a few in one poll, and not again while the
 * room's event is the same. Never of a private event, and never of somebody in another domain.
 *
 * Owns:    nothing; what is taken from a reply is the reply's own.
 * Threads: a list of copies belongs to one poll.
 */
#ifndef CALENDAR_COPY_H
#define CALENDAR_COPY_H

#include "calendar/window.h"

enum {
	COPY_MAX = 5,            /* in one poll */
	COPY_AHEAD_S = 2 * 3600, /* before a meeting begins */
	COPY_DENIED_S = 24 * 3600, /* until an organizer who may not be read is asked for again */
	COPY_LATER_S = 15 * 60,
};

/* Whether the organizer's event is to be looked at now. */
bool copy_is_wanted(const struct event *e, const struct extraction *x,
	const struct event_copy *copy, int64_t now);

/* Whether its organizer is to be left alone for a time, of all meetings. */
bool copy_is_refused(
	const struct event *e, const struct event_copy *copy, int64_t now);

struct copy {
	struct item *item;
	const char *organizer; /* whose calendar is asked */
	const char *id;        /* of the event there; NULL: it is still to be found */
	int64_t from, to;      /* where it is to be found */
};

struct copies {
	struct copy list[COPY_MAX];
	size_t n, done;
	bool gathered;
};

/* What is to be asked for next; NULL: nothing. `at` gives the i-th of n windows, which all
 * have been read. */
struct copy *copies_next(struct copies *c,
	const struct window *(*at)(const struct poll *p, size_t i), const struct poll *p,
	size_t n, const struct calendar_link *link);

/* The answer to that: about one calendar, or one event. */
void copies_take(struct copies *c, const struct calendar_link *link,
	const struct reply *reply);

/* There is none, and why. */
void copies_fail(
	struct copies *c, const struct calendar_link *link, enum err_grade grade);

/* iCalendar UIDs and Outlook's GlobalObjectIds, in which an occurrence carries its date
 * (MS-OXOCAL 2.2.1.27): whether both are of the same meeting or series. */
bool copy_is_same_uid(const char *a, const char *b);

#endif
