/*
 * lookup: texts and what stands for them
 *
 * Owns:    keys and values are the caller's; the list lives in the arena.
 * Threads: one at a time.
 */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct lookup {
	struct arena *arena;
	struct lookup_pair {
		const char *key, *value;
		size_t n;
	} * pairs;
	size_t n, room;
	bool any_case;
};

void lookup_init(struct lookup *l, struct arena *a, bool any_case);
void lookup_put(struct lookup *l, const char *key, const char *value);
const char *lookup_get(const struct lookup *l, const char *key, size_t n); /* or NULL */
size_t lookup_count(const struct lookup *l);

/* Of the longest key that s begins with; NULL: none. */
const char *lookup_prefix(const struct lookup *l, const char *s, size_t n, size_t *ret_n);

#endif
