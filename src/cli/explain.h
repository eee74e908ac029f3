/*
 * explain: why an invite was understood as it was
 *
 * For people: the invite with the found pieces marked and named, each field with the rule
 * that found it, wrappers undone step by step, and the candidates that lost.
 *
 * Threads: one.
 */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <jansson.h>

struct arena;
struct reader_invite;

/* On standard output; colours only on a terminal, the marks always. */
void explain_invite(struct arena *a, const struct reader_invite *invite);

/* [{"url":…,"as_written":…,"wrappers":[…]}]: each link that a wrapper stood around. */
json_t *explain_wrappers(const struct reader_invite *invite);

#endif
