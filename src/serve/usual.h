/*
 * usual: the usual question, answered from bytes
 *
 * A meeting.join with nothing but a room, written as most clients write it, is answered
 * with what was said the last time, as long as that holds: the same site, providers and
 * agenda, and no moment passed at which the answer changes. Whatever else comes in is
 * left to rpc.
 *
 * Owns:    the answers kept, which carry passcodes and are wiped.
 * Threads: the loop's alone.
 */
#ifndef SERVE_USUAL_H
#define SERVE_USUAL_H

#include "serve/bytes.h"
#include "serve/call.h"

struct usual;

struct usual *usual_new(void);
void usual_free(struct usual *u); /* takes NULL */

/* False: it is not the usual question, or not one that is answered here. */
bool usual_answer(struct usual *u, const struct view *v, const char *line, size_t n,
	struct bytes *out);

/* Forgets what no longer holds at `now`. */
void usual_sweep(struct usual *u, int64_t now);
bool usual_keeps(const struct usual *u); /* anything at all */

/* Pure: the room and the id of a line that is the usual question. */
struct usual_question {
	const char *id, *room;
	size_t n_id, n_room;
};
bool usual_read(const char *line, size_t n, struct usual_question *ret);

#endif
