/*
 * read: what every kind's reader does alike
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef CALENDAR_READ_H
#define CALENDAR_READ_H

#include "calendar/calendar.h"

/* What an event that was read whole says of its body: its hash, or that there is none. */
void read_body_facts(struct sighting *s, const struct event *event);

/* What each event offers to join, `events` being the whole ones in the reply's order. One
 * with a trouble of its own is passed over. */
void read_extract(struct arena *a, struct reply *reply, const struct event *events,
	const struct rules *rules, const char *country);

#endif
