/*
 * listing: a service's list of rooms while it is being asked for
 *
 * What every kind that has one does alike, page after page.
 *
 * Owns:    lists live in the arena given; what they point to is the replies' own.
 * Threads: a listing belongs to one poll.
 */
#ifndef CALENDAR_LISTING_H
#define CALENDAR_LISTING_H

#include "calendar/calendar.h"

enum { LISTING_MAX_PAGES = 200 };

struct listing {
	struct arena *arena;
	struct calendar_room *rooms;
	size_t n, space;
	const char *next; /* the next page, as the kind writes it; NULL: the first */
	size_t pages;
	bool over;
	struct err err;
};

void listing_init(struct listing *l, struct arena *a);
void listing_fail(struct listing *l, const struct err *err);

/* One page. `next` is the next one, already checked; NULL: this was the last. A list that
 * repeats a page, or does not end, is in error. */
void listing_add(struct listing *l, const struct reply *page, const char *next);

int listing_result(const struct listing *l, const struct calendar_room **ret,
	size_t *ret_n, struct err *err);

#endif
