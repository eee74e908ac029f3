/*
 * graph_event: one event in Graph's words, and its id
 *
 * Owns:    texts are the given arena's, objects are new references.
 * Threads: any.
 */
#ifndef SIM_GRAPH_EVENT_H
#define SIM_GRAPH_EVENT_H

#include <jansson.h>

#include "sim/calendars.h"

struct shown {
	struct arena *arena;
	const struct room *room;
	const struct occurrence *at;
	bool immutable, text; /* what Prefer said of ids and bodies */
};

/* What an event may be asked for. The last has no name; there are fewer than 64. */
struct event_property {
	const char *name;
	json_t *(*put)(const struct shown *s);
	bool not_in_view; /* a calendar view does not take it in $select */
};
extern const struct event_property event_properties[];

/* With those properties whose bits are set, and its id. */
json_t *event_json(const struct shown *s, unsigned long long wanted);

enum { GRAPH_ID = 200 };
const char *graph_id(bool immutable, const struct room *r, const struct occurrence *o,
	char ret[GRAPH_ID]);
bool graph_id_read(const char *id, bool immutable, unsigned long long *ret_room,
	unsigned *ret_number, int64_t *ret_original);

#endif
