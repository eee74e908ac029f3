/*
 * api_event: one event as a calendar's API gives it
 *
 * Microsoft Graph (learn.microsoft.com/graph/api/resources/event) and Google Calendar
 * (developers.google.com/workspace/calendar/api/v3/reference/events). What is missing or of
 * the wrong type is absent; an event whose times cannot be told has none.
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef INVITE_API_EVENT_H
#define INVITE_API_EVENT_H

#include <jansson.h>

#include "event.h"

void api_graph_event(struct arena *a, const json_t *o, struct event *ret);

/* `zone` is the calendar's own, for days without a zone; NULL: UTC. */
void api_google_event(
	struct arena *a, const json_t *o, const char *zone, struct event *ret);

#endif
