/*
 * runaway: expressions whose cost grows out of hand
 *
 * What an expression costs is bounded when it meets an invite (rules.c); here it is found
 * when the file is loaded, so that no link is ever lost to that bound. By structure: a
 * repetition of a repetition. By trial: its own proofs, repeated at every place with pieces
 * of the expression itself, must stay within the bound. Private to extract/.
 *
 * Owns:    results live in the matcher's arena.
 * Threads: any.
 */
#ifndef EXTRACT_RUNAWAY_H
#define EXTRACT_RUNAWAY_H

#include "extract/rules.h"

/* Where the group begins that repeats nothing but a repetition, "(a+)+"; NULL: nowhere. */
const char *runaway_nested(const char *match);

/* A short text from which a longer one runs away, "/j/000000…"; NULL: none was found.
 * `subject` is what the pattern takes of one of its `yes` lines. */
const char *runaway_witness(
	struct matcher *m, const struct pattern *p, const char *subject);

#endif
