/*
 * text: words of an invite, made safe to hand on
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef SERVE_TEXT_H
#define SERVE_TEXT_H

#include <jansson.h>
#include <stdbool.h>

struct arena;

enum { TEXT_NAME = 256, TEXT_LONG = 1024 }; /* characters of a subject; of what we say */

/* Without control, direction, zero-width and tag characters; line breaks become spaces,
 * and no more than `max` characters are kept. */
const char *text_clean(struct arena *a, const char *s, size_t max);

/* Sets a member to the clean text; leaves it out when s is NULL or nothing is left. */
void text_set(
	struct arena *a, json_t *object, const char *key, const char *s, size_t max);

/* Sets a member to the time as text; leaves it out when it is 0. */
void text_set_time(json_t *object, const char *key, int64_t t);

#endif
