/*
 * watch: what happens, told to those who asked to be told
 *
 * Changes come from the core's threads into a queue; meetings that start and passwords
 * that expire come by the clock. All of it is told by the loop.
 *
 * Owns:    its queue.
 * Threads: watch_note from any, the rest from the loop.
 */
#ifndef SERVE_WATCH_H
#define SERVE_WATCH_H

#include "serve/bytes.h"
#include "serve/call.h"

struct watch;

/* The method: checks the rooms; the loop subscribes the connection. */
json_t *watch_start(struct call *c);

/* `wake` is written to (eventfd(2)) when there is something new. */
struct watch *watch_new(int wake);
void watch_free(struct watch *w); /* takes NULL */

void watch_note(void *w, enum core_event what, const char *room);

/* The rooms of a `watch` call as a set, a new reference; NULL: all. */
json_t *watch_filter(const json_t *params);
bool watch_wants(const json_t *filter, const char *room); /* room NULL: of none */

/* One more watches, whose first lines go to `out`; one fewer. */
void watch_begin(struct watch *w, const struct view *v, struct bytes *out);
void watch_end(struct watch *w);

/* Tells what is new; call it whenever woken, and when watch_wait is over. */
void watch_run(struct watch *w, const struct view *v,
	void (*tell)(void *arg, const char *room, const struct bytes *line), void *arg);

/* Whether there is anything to run for at `now`, without looking at the core. */
bool watch_due(struct watch *w, int64_t now);

/* Seconds until it is due by the clock; -1: never. */
int64_t watch_wait(const struct watch *w, int64_t now);

#endif
