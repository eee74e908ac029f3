/*
 * printed: a telephone number as it stands in text, and what is keyed after it
 *
 * Reads characters; knows no country and no service.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef EXTRACT_PRINTED_H
#define EXTRACT_PRINTED_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_PRINTED = 40 };

struct printed {
	char text[MAX_PRINTED + 1]; /* without what a URI escapes */
	size_t n, used, digits;     /* of text; of what was read; digits in it */
};

/* The number at s, which ends in a digit; n is 0 when there is none. */
void printed_read(const char *s, size_t n, struct printed *ret);

/*
 * Bytes of what is keyed after a number: commas, digits, '*' and '#', from the first comma or
 * ';'. *ret_skip bytes of spaces, or of a country in brackets, stand before. "…, 2 hours"
 * and "+1 …, +1 …" are lists: a dial string has no spaces.
 */
size_t printed_tail(const char *s, size_t n, size_t *ret_skip);

/* " x1234", ";ext=1234", " ext. 12": somebody's desk. */
bool printed_extension(const char *s, size_t n);

/* "162.255.37.11" is a gateway. */
bool printed_is_address(const char *s);

#endif
