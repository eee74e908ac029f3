/*
 * meeting: what the dialogue engine asks
 *
 * Threads: any.
 */
#ifndef SERVE_MEETING_H
#define SERVE_MEETING_H

#include "serve/call.h"

json_t *meeting_join(struct call *c);
json_t *meeting_list(struct call *c);
json_t *meeting_dial(struct call *c);
json_t *meeting_outcome(struct call *c);

/* What meeting.join answers when it is given nothing but the room. */
json_t *meeting_usual(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda);

#endif
