/*
 * verdict: whether what an invite is understood to say is true
 *
 * Every string that any of its plans would dial has to be one that the truth names. A plan that
 * mixes two meetings is wrong even where a room would ask first.
 *
 * Owns:    texts live in the given arena.
 * Threads: any.
 */
#ifndef VERDICT_H
#define VERDICT_H

#include "extract.h"
#include "generate/generate.h"
#include "plan.h"

enum verdict {
	VERDICT_RIGHT, /* all that the invite says, or nothing where there is nothing */
	VERDICT_INCOMPLETE, /* nothing wrong, something missing */
	VERDICT_ASKED,      /* the room would ask, or found nothing */
	VERDICT_WRONG,
	N_VERDICTS
};

const char *verdict_name(enum verdict v);

/* What a judge needs: rules and providers as shipped. */
struct court {
	const struct rules *rules;
	const struct providers *providers;
};

struct judgement {
	enum verdict verdict;
	const char *why; /* for all but VERDICT_RIGHT */
	int confidence; /* of the first meeting; -1: there is none, or nothing of it is dialled */
	bool true_first; /* the first is the meeting that is meant, and nothing in it is false */
};

/* Reads bytes as the sample's file and judges; `bytes` may be a part of the sample's. */
struct judgement verdict_of(struct arena *a, const struct court *court,
	const struct sample *s, const char *bytes, size_t size);

#endif
