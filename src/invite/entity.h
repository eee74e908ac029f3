/*
 * entity: "&amp;", "&#43;" and "&#x2b;"
 *
 * The names of HTML 4 and those of HTML 5 for punctuation.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_ENTITY_H
#define INVITE_ENTITY_H

#include <stddef.h>

/* Bytes of the reference that begins at s[0] = '&', 0 when it is none. */
size_t entity_read(const char *s, size_t n, unsigned *ret_code_point);

#endif
