/*
 * buf: a growing string in an arena
 *
 * Always NUL-terminated, may hold NUL bytes within.
 *
 * Owns:    nothing; the bytes are the arena's.
 * Threads: one at a time.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct arena;

struct buf {
	struct arena *arena;
	char *s;        /* never NULL after buf_init */
	size_t n, room;
};

void buf_init(struct buf *b, struct arena *a);
void buf_add(struct buf *b, const char *s, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_utf8(struct buf *b, unsigned code_point); /* U+FFFD when it is none */
void buf_xml(struct buf *b, const char *s); /* escaped for element content and attributes */

#endif
