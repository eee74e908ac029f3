/*
 * graph_poll: one poll of a batch of rooms, under way
 *
 * Rooms are asked for their lists, page after page, then for the events that are new or
 * changed.
 *
 * Owns:    a poll owns its lists; what sightings point to is the replies' own.
 * Threads: a poll belongs to one worker.
 */
#ifndef CALENDAR_GRAPH_POLL_H
#define CALENDAR_GRAPH_POLL_H

#include "calendar/copy.h"
#include "calendar/graph.h"
#include "calendar/listing.h"
#include "calendar/window.h"

struct graph_room {
	struct window window;
	bool listed;
	const char *next; /* the next page, below the link's URL; NULL: the first */
	size_t pages;
};

/* What the request under way asked for, in its order. */
struct graph_asked {
	bool events;
	struct graph_room *rooms[GRAPH_BATCH];
	struct item *items[GRAPH_BATCH];
	size_t n;
	const struct copy *copy; /* one organizer's event, and no rooms; else NULL */
};

struct poll {
	struct arena *arena;
	const struct calendar_link *link;
	int64_t from, to;
	struct graph_room *rooms;
	size_t n_rooms;
	struct graph_asked now;
	size_t max; /* requests in one batch; less after one that was too much */
	size_t requests;
	bool doubted, over;
	struct copies copies;
	struct poll_result *results;
	struct listing *listing; /* the rooms are what is asked for; NULL: what is in them */
};

const struct window *graph_window(const struct poll *p, size_t i);

/* A link's URL may end in a slash. */
const char *graph_url(const struct poll *p, struct arena *a, const char *below);

/* That every request has; room is left for one more. */
const char **graph_headers(const struct poll *p, struct arena *a, size_t *ret_n);

/* The ask and take of a list of rooms. */
bool graph_ask_places(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
void graph_take_places(struct poll *p, const struct http_answer *http,
	const struct reply *reply, const struct err *failed);

#endif
