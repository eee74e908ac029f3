/*
 * tally: verdicts counted by service, carrier, wrapper and noise
 *
 * Owns:    nothing: plain memory, which may be shared between processes, one tally each.
 * Threads: one a tally.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdio.h>

#include "generate/verdict.h"

enum { TALLY_ROWS = 160, TALLY_NAME = 40 };

enum tally_column {
	BY_PROVIDER,
	BY_TEMPLATE,
	BY_CARRIER,
	BY_WRAPPER,
	BY_NOISE,
	N_COLUMNS
};

struct tally_row {
	char name[TALLY_NAME];
	uint64_t counts[N_VERDICTS];
};

struct tally {
	uint64_t counts[N_VERDICTS];
	struct tally_row rows[N_COLUMNS][TALLY_ROWS];
	struct {
		uint64_t n, right;
	} confidence[101]; /* of the first meetings; right: it is the one that is meant */
};

void tally_add(struct tally *t, const struct sample *s, const struct judgement *j);
void tally_sum(struct tally *t, const struct tally *other);
uint64_t tally_all(const struct tally *t);
void tally_print(FILE *f, const struct tally *t);

/* A line for each band of confidence: how many, and what share of them was right. */
void tally_print_confidence(FILE *f, const struct tally *t);

#endif
