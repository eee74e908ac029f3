/*
 * budget: how many requests a link may make
 *
 * One budget a link, whoever asks: within any minute no more than so many, spread evenly but
 * for a small burst. Pure: what time it is, is told.
 *
 * Owns:    nothing.
 * Threads: one at a time.
 */
#ifndef BUDGET_H
#define BUDGET_H

#include <stdint.h>

enum {
	BUDGET_SHARE = 90, /* percent of what is published that is spread over a minute */
	BUDGET_BURST = 5,  /* and that may come at once: others use the quota as well */
};

struct budget {
	int64_t next_us; /* when the next one would come if they came evenly */
};

/* Milliseconds, on any one clock, until a request may be sent; 0: now, and it is counted.
 * `per_minute` is the service's limit, 0: it has none. */
int64_t budget_take(struct budget *b, int per_minute, int64_t now_ms);

#endif
