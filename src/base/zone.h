/*
 * zone: what a wall clock shows, as an instant
 *
 * Zones by their IANA names and by Windows' (CLDR's table), rules from ICU's data. An
 * unknown zone is an error, never UTC.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

struct tm;

/* After this no zone opens a file. Once, before a process seals itself. */
void zone_setup(void);

/*
 * Seconds since 1970 of year, month, day, hour, minute and second of `local` in `zone`.
 * False: an unknown zone, a day or hour that no clock shows, or a year before 1970 or
 * past 9999. An hour that a clock skips is read as if it had not been set forward, an
 * hour that it shows twice is the first.
 */
bool zone_instant(const char *zone, const struct tm *local, int64_t *ret);

#endif
