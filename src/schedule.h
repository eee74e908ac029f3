/*
 * schedule: when a room is due, and with which others
 *
 * Often near a meeting, seldom else, later after a failure; each room a little off the
 * others, always by the same amount. Pure: what time it is, is told.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	SCHEDULE_NEAR_S = 15 * 60,   /* of a meeting's start or end */
	SCHEDULE_BACK_S = 24 * 3600, /* the window that is watched: from so long ago */
	SCHEDULE_AHEAD_S = 7 * 24 * 3600, /* to so far ahead */
	SCHEDULE_CONFIRM_S = 30, /* an answer that is doubted is asked for again */
	SCHEDULE_FIRST_S = 5,    /* after a failure; doubled with each one more */
	SCHEDULE_LAST_S = 5 * 60,
	SCHEDULE_DENIED_S = 15 * 60, /* what an administrator has to cure */
	SCHEDULE_REFUSED_S = 2 * 3600, /* where asking again too soon keeps it refused */
	SCHEDULE_WAIT_S = 3600,      /* the longest that a server may make us wait */
	SCHEDULE_WARN_DAYS = 14,     /* before a credential ends it is told the first time */
};

struct schedule_meeting {
	int64_t start, end; /* wall clock */
};

/* Milliseconds from `now` (wall clock) to the next poll after a good one. */
int64_t schedule_after_good(const char *room, int64_t now, int near_s, int far_s,
	const struct schedule_meeting *meetings, size_t n);

/* Likewise after a failure, the `failures`th in a row. `name` is a room's or a link's. */
int64_t schedule_after_failure(
	const char *name, int64_t now, const struct err *err, unsigned failures);

/* The first poll of a room after a start: spread over `span_s`. */
int64_t schedule_first(const char *room, int span_s);

/*
 * Whether it is told that a credential ends at `expires` (0: not known, INT64_MAX: never). The
 * step is another one whenever it is told again: 14, 7, 3 and 1 days before, and each day from
 * then on, below zero when it has ended.
 */
bool schedule_warns(int64_t expires, int64_t now, int64_t *ret_step);

/* One room of a link, as batches see it. */
struct schedule_room {
	int64_t due;      /* any one clock's milliseconds */
	int64_t interval; /* between its last poll and its next */
	bool busy;        /* being polled, or not to be */
	int group;        /* only rooms of one group go together */
};

/*
 * The rooms to poll now in one batch: none when none is due; else the longest due one
 * and, up to `max`, those of its group that are next: due, or within a quarter of their
 * interval. However many are late, none is passed over. Returns how many; ret_rooms are indices.
 */
size_t schedule_batch(const struct schedule_room *rooms, size_t n, int64_t now,
	size_t max, size_t *ret_rooms);

#endif
