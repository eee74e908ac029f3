/*
 * ical_zone: the zones of one iCalendar file
 *
 * A zone is looked for by its name first, in tzdata and among Windows' names; then by the
 * place that its VTIMEZONE gives, then by the rules that stand there (RFC 5545, 3.6.5). What is
 * none of these is unknown, and never UTC.
 *
 * Owns:    nothing; all lives in the arena.
 * Threads: one.
 */
#ifndef CALENDAR_ICAL_ZONE_H
#define CALENDAR_ICAL_ZONE_H

#include "invite/ics_time.h"

struct arena;

enum { ICAL_MAX_TURNS = 4000, ICAL_MAX_OFFSET_S = 15 * 3600 };

/* When the clocks are set, and to what. */
struct ical_turn {
	int64_t at;
	int before, after; /* seconds east of UTC */
};

struct ical_zone {
	const char *name; /* its TZID */
	const char *text; /* the component whole */
	size_t size;
	bool read, bad;
	struct ical_turn *turns; /* in order of time */
	size_t n_turns;
};

struct ical_zones {
	struct arena *arena;
	int64_t from, to;       /* around which instants matter */
	struct ics_zones named; /* `calendar`: of times that name no zone */
	struct ical_zone list[ICS_MAX_ZONES];
	size_t n;
};

/* A whole VTIMEZONE; more than ICS_MAX_ZONES are ignored. */
void ical_zones_add(struct ical_zones *z, const char *text, size_t size);

/* False: not in order, or in a zone that nobody knows. */
bool ical_instant(struct ical_zones *z, const struct ics_clock *clock, int64_t *ret);

#endif
