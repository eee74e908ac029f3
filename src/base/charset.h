/*
 * charset: text of any charset of mail, as UTF-8
 *
 * Labels lie: a name is read as the larger set that web browsers read it as (WHATWG
 * Encoding), and text without a name, or with one that is not of mail, by what is in it.
 * What cannot be read becomes U+FFFD, a NUL a space.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stddef.h>

struct arena;

/* After this no conversion opens a file: all tables are in the library. Once, before a
 * process seals itself; elsewhere not needed. */
void charset_setup(void);

/*
 * `name` NULL: by a byte order mark, else UTF-8 when it is valid, else windows-1252. A
 * byte order mark is not part of the text. NUL-terminated; at most three times as long.
 */
char *charset_text(
	struct arena *a, const char *name, const char *bytes, size_t n, size_t *ret_size);

/* The same for HTML: without a name, and before it looks at the text, what a <meta> in
 * its first KiB names. */
char *charset_html(
	struct arena *a, const char *name, const char *bytes, size_t n, size_t *ret_size);

#endif
