/*
 * progress: how far a long piece of work is, for who watches a terminal
 *
 * On standard error, only when that is a terminal, and only once the work has taken a moment.
 *
 * Threads: one.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	size_t of;
	bool watched, shown;
	int64_t next_ms; /* the monotonic clock's, when it is drawn again */
};

void progress_start(struct progress *p, size_t of);
void progress_at(struct progress *p, size_t done);
void progress_clear(
	struct progress *p); /* before anything else is printed, and at the end */

#endif
