/*
 * ical_event: one VEVENT, as far as it says when it is and what it is part of
 *
 * What it says of the meeting is read from its text by ics_read, as an invite's is.
 *
 * Owns:    nothing; all lives in the arena.
 * Threads: one.
 */
#ifndef CALENDAR_ICAL_EVENT_H
#define CALENDAR_ICAL_EVENT_H

#include "event.h"
#include "invite/ics_time.h"

struct arena;
struct err;
struct ical_file;

enum { ICAL_MAX_RULES = 4, ICAL_MAX_DATES = 10000, ICAL_MAX_ROOMS = 64 };

struct ical_date {
	struct ics_clock at, end; /* end: of a period */
	int64_t duration;         /* of a period; 0: none is said */
	int64_t instant;          /* once it was looked for; of one left out */
};

struct ical_event {
	struct ical_file *file;
	const char *text; /* VCALENDAR around it */
	size_t size;
	uint64_t hash; /* of the text */

	const char *uid; /* never NULL */
	struct ics_clock start, end, recurrence;
	int64_t duration;
	bool this_and_future, cancelled;
	long sequence;
	const char *stamp; /* DTSTAMP; "" when it has none */
	const char *rules[ICAL_MAX_RULES];
	size_t n_rules;
	struct ical_date *dates, *left_out; /* RDATE, EXDATE */
	size_t n_dates, n_left_out;
	enum event_response response; /* the room's own */
	const char *wrong;            /* why it cannot be told when it is; NULL */

	const struct event *mail; /* the message that it came in, as an event */
	int64_t of;               /* the occurrence that it is about, as an instant */
	const struct event
		*event; /* what it says of the meeting, once that was asked for */
	const struct extraction *extraction;
};

/* `room` is whose calendar it is: a mailbox, a directory's name or a path. */
int ical_event_read(
	struct arena *a, const char *room, struct ical_event *e, struct err *err);

#endif
