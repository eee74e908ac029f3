/*
 * zone: what a wall clock shows, as an instant
 *
 * Zones by their IANA names and by Windows' (CLDR's table in ICU); the rules are the
 * system's, tzdata, since ICU's are as old as ICU. An unknown zone is an error, never UTC.
 *
 * Owns:    what tzdata says, read once, until the process ends.
 * Threads: any.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct tm;

/* Reads tzdata, which else the first call below does. Once, before a process seals itself. */
void zone_setup(void);

/*
 * Seconds since 1970 of year, month, day, hour, minute and second of `local` in `zone`.
 * False: an unknown zone, a day or hour that no clock shows, or a year before 1970 or past
 * 9999. An hour that a clock skips is read as if it had not been set forward, an hour that
 * it shows twice is the first.
 */
bool zone_instant(const char *zone, const struct tm *local, int64_t *ret);

/* The same by rules of the caller's own: `offset` says how many seconds east of UTC clocks
 * are set to at an instant; `local` is what they show, as if it were UTC. */
int64_t zone_by_rules(
	int (*offset)(const void *rules, int64_t t), const void *rules, int64_t local);

#endif
