/*
 * arena: memory that dies together
 *
 * Everything one unit of work needs (a poll, a request, a file) is taken from one arena
 * and released by one call. There is no free of a single piece.
 *
 * Owns:    all that it hands out, until arena_free or arena_reset.
 * Threads: one at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* `limit` is the most bytes the arena may hold, 0 for none. NULL when memory is short. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *a); /* takes NULL; wipes first, since invites carry passcodes */
size_t arena_used(const struct arena *a);

/*
 * Zeroed, aligned for any type, never NULL: over the limit or out of memory the process
 * ends with status ARENA_EXHAUSTED. In the reader that costs one reply, which is what the
 * limit is for; the core bounds what it takes in before it allocates, keeps its state on
 * disk, and is started again.
 */
enum { ARENA_EXHAUSTED = 71 };
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull, malloc));
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define arena_one(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_many(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

#endif
