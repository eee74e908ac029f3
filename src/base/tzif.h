/*
 * tzif: one zone's rules, from a compiled file of tzdata (RFC 9636)
 *
 * Owns:    nothing; a struct tzif points into the bytes it was read from.
 * Threads: any.
 */
#ifndef BASE_TZIF_H
#define BASE_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When in a year the clock is set: on a day, at a second of it by the clock that is in
 * force until then. */
struct tzif_day {
	enum { TZIF_WEEKDAY, TZIF_JULIAN, TZIF_ORDINAL } form;
	int month, week, weekday; /* TZIF_WEEKDAY: 5 is the last week */
	int day; /* TZIF_JULIAN: 1 to 365, never 29 February; TZIF_ORDINAL: 0 to 365 */
	int seconds;
};

/* What holds after the last instant that the file lists. */
struct tzif_rule {
	bool given, two;              /* two: summer and winter differ */
	int standard, summer;         /* seconds east of UTC */
	struct tzif_day begins, ends; /* of summer */
};

struct tzif {
	const unsigned char *instants, *kinds, *offsets;
	size_t n_instants, n_offsets;
	struct tzif_rule rule;
};

/* False when it is not such a file, version 2 or later. */
bool tzif_read(const char *bytes, size_t size, struct tzif *ret);

/* Seconds east of UTC that the zone's clocks were set to at `t`, seconds since 1970. */
int tzif_offset(const struct tzif *z, int64_t t);

#endif
