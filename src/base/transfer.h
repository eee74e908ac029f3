/*
 * transfer: what mail and iCalendar wrap bytes in (RFC 2045)
 *
 * Forgiving: what is no code is skipped (base64) or kept as it stands (quoted-printable).
 *
 * Owns:    results live in the given arena, NUL-terminated.
 * Threads: any.
 */
#ifndef BASE_TRANSFER_H
#define BASE_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* The value of a hexadecimal digit; -1 when it is none. */
int transfer_hex(char c);

char *transfer_base64(struct arena *a, const char *s, size_t n, size_t *ret_size);

/* `header`: the form within a header, where '_' is a space (RFC 2047, 4.2). */
char *transfer_quoted(
	struct arena *a, const char *s, size_t n, bool header, size_t *ret_size);

#endif
