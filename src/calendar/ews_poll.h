/*
 * ews_poll: one poll of a batch of rooms, under way
 *
 * Rooms have spans of time still to be asked for, then events still to be read; asking
 * takes from these, taking an answer empties or refills them, and when there are none the
 * poll is over.
 *
 * Owns:    a poll owns its lists; what sightings point to is the replies' own.
 * Threads: a poll belongs to one worker.
 */
#ifndef CALENDAR_EWS_POLL_H
#define CALENDAR_EWS_POLL_H

#include "calendar/copy.h"
#include "calendar/ews.h"
#include "calendar/window.h"

enum { EWS_MAX_SPANS = 24 }; /* halves of one room that wait at once */

struct span {
	int64_t from, to;
};

struct ews_room {
	struct window window;
	size_t version;
	struct span spans[EWS_MAX_SPANS]; /* still to be asked for, the next one last */
	size_t n_spans;
};

/* What the request under way asked for, in its order. */
struct asked {
	enum ews_op op;
	size_t version;
	struct span span;
	struct ews_room *rooms[EWS_MAX_IDS]; /* which is more than CALENDAR_MAX_ROOMS */
	struct item *items[EWS_MAX_IDS];
	size_t n;
	const struct copy *copy; /* one organizer's event, and no rooms; else NULL */
};

struct poll {
	struct arena *arena;
	const struct calendar_link *link;
	struct ews_room *rooms;
	size_t n_rooms;
	struct asked now;
	size_t max_rooms, max_ids; /* of one request; less after one that was too much */
	size_t requests;
	bool doubted, over;
	struct copies copies;
	struct poll_result *results;
};

const struct window *ews_window(const struct poll *p, size_t i);

void ews_fail_room(struct ews_room *r, const struct err *err);

/* The account's trouble is that of every room which is not finished; a limit is only of what
 * was asked. */
void ews_fail_all(struct poll *p, const struct err *err);
bool ews_is_finished(const struct ews_room *r);

#endif
