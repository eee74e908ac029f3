/*
 * lines: bytes as they come, whole lines as they are taken
 *
 * Pure. What was taken is wiped when its place is used again: it may carry a PIN.
 *
 * Owns:    its bytes; a line taken is good until the next lines_room.
 * Threads: one at a time.
 */
#ifndef SERVE_LINES_H
#define SERVE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "serve/serve.h"

struct lines {
	size_t from, end; /* what has come and was not taken */
	size_t seen;      /* up to here there is no line's end */
	char bytes[SERVE_MAX_LINE + 1];
};

struct lines *lines_new(void); /* NULL: no memory */
void lines_free(struct lines *l); /* takes NULL; wipes it */

/* Where the next bytes go, and how many there is room for; then how many came. */
char *lines_room(struct lines *l, size_t *ret_n);
void lines_came(struct lines *l, size_t n);

/* The next whole line, without its end. False: there is none yet. */
bool lines_take(struct lines *l, const char **ret, size_t *ret_n);

bool lines_any(struct lines *l); /* a whole line is there */

bool lines_rest(const struct lines *l);     /* anything is there */
bool lines_too_long(const struct lines *l); /* a line that will never be whole */

void lines_clear(struct lines *l); /* wiped, as if nothing had come */

#endif
