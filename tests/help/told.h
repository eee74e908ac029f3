/*
 * told: an event as lines of text, to compare
 *
 * Owns:    results live in the given arena.
 * Threads: one.
 */
#ifndef HELP_TOLD_H
#define HELP_TOLD_H

#include <stddef.h>

struct arena;

/*
 * What is said, one thing a line, in the order of struct event; what is not said is absent:
 *
 *	subject Design review
 *	body DESCRIPTION text Join\nhere
 *	entry CONFERENCE phone tel:+12025550123 label=Dial in
 *
 * Newlines and backslashes within are written as \n and \\. An error is
 * "error CODE".
 */
const char *told(struct arena *a, const char *name, const char *bytes, size_t size);

struct told_case {
	const char *title, *name, *given, *expected;
};

/* Fails the test, naming the case, when `given` is told otherwise. */
void told_check(const struct told_case *cases, size_t n);

#endif
