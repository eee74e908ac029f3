/*
 * reduce: a failing invite made small
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef REDUCE_H
#define REDUCE_H

#include "generate/verdict.h"

/*
 * The sample again without what the failure does not need: first the carrier, the wrapper and
 * the noise, then lines, as long as the judgement
 * stays the same. What was cut out may have been what
 * the truth stands on, so a person reads the result. ret->bytes and ret->size are what is left.
 */
void reduce(struct arena *a, const struct court *court, const struct generator *g,
	uint64_t seed, const struct judgement *j, struct sample *ret);

/* Writes it to DIRECTORY/VERDICT-SEED.ext, and what is true of it beside it; returns the path,
 * or NULL when it cannot be written. */
const char *reduce_save(struct arena *a, const char *dir, const struct sample *s,
	const struct judgement *j);

#endif
