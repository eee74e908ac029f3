/*
 * bytes: what goes out, as it grows
 *
 * Answers carry passcodes: what is let go of is wiped.
 *
 * Owns:    its memory, until bytes_release.
 * Threads: one at a time.
 */
#ifndef SERVE_BYTES_H
#define SERVE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct bytes {
	char *s;
	size_t n, room;
	bool failed; /* out of memory: something is missing, and nothing more is added */
};

void bytes_add(struct bytes *b, const char *s, size_t n);
void bytes_str(struct bytes *b, const char *s);
void bytes_drop(struct bytes *b, size_t n); /* its first n */
void bytes_clear(struct bytes *b);          /* keeps a small memory for the next */
void bytes_release(struct bytes *b);

#endif
