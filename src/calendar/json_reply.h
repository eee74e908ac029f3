/*
 * json_reply: a calendar's JSON as a reply
 *
 * What the readers of Graph's and Google's answers have in common.
 *
 * Owns:    everything lives in the arena.
 * Threads: one.
 */
#ifndef CALENDAR_JSON_REPLY_H
#define CALENDAR_JSON_REPLY_H

#include "calendar/calendar.h"

struct json_reply {
	struct arena *arena;
	struct sighting *sightings;
	struct event *events; /* whole, one for each sighting */
	size_t n, room, most;
	bool full; /* more came than is taken */
};

void json_reply_init(struct json_reply *r, struct arena *a, size_t most);

/* `whole`: with its body, whose absence is remarked. An event without id or times is told of
 * as a trouble of its own. */
void json_reply_event(
	struct json_reply *r, const struct event *event, size_t slot, bool whole);

/* The sightings go into `ret`, or none when it is in error. */
void json_reply_end(const struct json_reply *r, struct reply *ret);

/* A code is a word; anything else would be the server's own text: NULL. */
const char *json_reply_code(struct arena *a, const char *code);

/* Seconds with a fraction ("2.128"), of a part of an answer; the longest one holds. */
void json_reply_wait(struct reply *ret, const char *retry_after);

#endif
