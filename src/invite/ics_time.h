/*
 * ics_time: iCalendar's dates, times, durations and zones
 *
 * Owns:    nothing; names are kept as they are given.
 * Threads: one.
 */
#ifndef INVITE_ICS_TIME_H
#define INVITE_ICS_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum {
	ICS_MAX_ZONES = 16,
	ICS_DAY_S = 86400,
	ICS_MAX_DURATION_S = 366 * ICS_DAY_S, /* no meeting lasts longer */
};

/* A date or time as it stands, before its zone is looked for. */
struct ics_clock {
	bool given; /* the property stands there, in order or not */
	bool in_order, date, utc;
	struct tm tm;
	const char *zone; /* NULL: floating */
};

/* Which zone is meant where a time does not say it, or says it in a name of the file's own.
 */
struct ics_zones {
	const char *calendar; /* X-WR-TIMEZONE, or NULL */
	struct {
		const char *name, *zone;
	} own[ICS_MAX_ZONES];
	size_t n_own;
};

/* "20261123", "20261123T150000" or "20261123T150000Z"; `zone` is its TZID or NULL. */
struct ics_clock ics_clock(const char *value, const char *zone);

/*
 * Seconds since 1970. A date is the day's beginning in the calendar's zone, else in UTC:
 * no calendar has more to tell. False for what is not in order, for a floating time where
 * the calendar has no zone, and for an unknown zone.
 */
bool ics_instant(
	const struct ics_zones *zones, const struct ics_clock *clock, int64_t *ret);

/* "PT1H30M", "P1D", "P2W" in seconds; 0 for what is none, negative or too long. */
int64_t ics_duration(const char *value);

#endif
