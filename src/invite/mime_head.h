/*
 * mime_head: the header of a message, or of a part of one (RFC 5322, 2045, 2047, 2231)
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef INVITE_MIME_HEAD_H
#define INVITE_MIME_HEAD_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum {
	MIME_MAX_HEAD = 256 << 10, /* bytes of one header that are looked at */
	MIME_MAX_FIELD = 16 << 10, /* bytes of one field that are looked at */
};

struct mime_head {
	const char *s;
	size_t n;
};

/* The header at s; returns where the body begins. A header without a body ends the text.
 */
size_t mime_head_read(const char *s, size_t n, struct mime_head *ret);

/* The first field of that name, unfolded; NULL when absent. */
const char *mime_field(struct arena *a, const struct mime_head *h, const char *name);

/* "text/plain" of "Text/Plain; charset=…": what stands before the parameters, in lower
 * case; "" for NULL. */
const char *mime_word(struct arena *a, const char *field);

/* A parameter of a field; NULL when absent, and for a NULL field. Pieces (RFC 2231) are
 * put together. */
const char *mime_param(struct arena *a, const char *field, const char *name);

/* Words for people, as UTF-8: encoded ones and raw bytes decoded. NULL for NULL. */
const char *mime_decode(struct arena *a, const char *field);

/* An address of a From field; each may be NULL. */
void mime_address(struct arena *a, const char *field, const char **ret_address,
	const char **ret_name);

#endif
