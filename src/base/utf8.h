/*
 * utf8: reading and writing UTF-8 (RFC 3629)
 *
 * Overlong forms, surrogates and values above U+10FFFF are malformed.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

enum { UTF8_BAD = 0xfffd };

/* Bytes used, 1 to 4, and the code point; a malformed byte is 1 and UTF8_BAD. n > 0. */
size_t utf8_next(const char *s, size_t n, unsigned *ret);

/* Writes 1 to 4 bytes; UTF8_BAD for what is no code point. */
size_t utf8_put(unsigned code_point, char out[4]);

bool utf8_valid(const char *s, size_t n);

/* The longest prefix of at most `max` bytes that does not split a character. */
size_t utf8_cut(const char *s, size_t n, size_t max);

#endif
