/*
 * window: one room's events while they are being asked for
 *
 * What every kind of calendar does alike: an event that is told of twice is kept once,
 * one that was read before under the same change key is not read again, and a calendar
 * that has lost everything at once is doubted.
 *
 * Owns:    lists live in the poll's arena; what sightings point to is the replies' own.
 * Threads: a window belongs to one poll.
 */
#ifndef CALENDAR_WINDOW_H
#define CALENDAR_WINDOW_H

#include "calendar/calendar.h"

/* Bare: without the body that could not be had. */
enum item_state { ITEM_DONE, ITEM_WANTED, ITEM_WANTED_BARE };

struct item {
	struct sighting sighting;
	enum item_state state;
	bool known;
};

struct window {
	const struct poll_room *asked;
	struct err err;
	bool of_link; /* err is not its own */
	bool same;    /* the server said that what is known is all there is */
	struct item *items;
	size_t n_items, room;
};

void window_fail(struct window *w, const struct err *err);

/* Some event is still to be read in full. */
bool window_is_open(const struct window *w);

/* What a list told of; it is wanted in full unless it is known, or nonsense. */
void window_add(struct arena *a, struct window *w, const struct sighting *s);

/* What the whole event told: takes the place of what the list did. False when it is
 * another event than was asked for. */
bool window_fill(struct item *i, const struct sighting *s);

/* Whether the room had enough events to be missed, and all are gone. */
bool window_is_emptied(const struct window *w);

/*
 * A server that has just started, or a proxy's cache, may say that all calendars are empty:
 * whether that happened to more than half of those that were not. `at` gives the i-th of n.
 */
bool windows_are_doubtful(const struct window *(*at)(const struct poll *p, size_t i),
	const struct poll *p, size_t n);

struct poll_result window_result(struct arena *a, const struct window *w);

#endif
