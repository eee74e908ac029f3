/*
 * judge: a second opinion on a plan
 *
 * Reads every string of a plan by its own rules, which share nothing with those that built
 * it: what may be called from a room in the United States, which characters may be keyed,
 * where each keyed digit came from, and whose host an address is.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "plan.h"

/* NULL when nothing is wrong, else a static text. `policy` is policy_default("US") with any
 * settings and hosts; `pin` is what the user said, or NULL. */
const char *judge_plan(const struct plan *p, const struct meeting *m,
	const struct policy *policy, const char *pin);

/* Whether a room in the United States may ever call this, known or not. */
bool judge_number(const char *e164);

/* The same row of numbers on every machine. */
struct dice {
	uint64_t state;
};
uint32_t dice_roll(struct dice *d, uint32_t below);

#endif
