/*
 * carrier_mail: a message taken apart part by part, and what its parts share with other files
 *
 * Owns:    results live in the given arena.
 * Threads: one at a time.
 */
#ifndef CLI_CARRIER_MAIL_H
#define CLI_CARRIER_MAIL_H

#include <stddef.h>

struct arena;
struct disguise;

char *carrier_mail(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size);
char *carrier_calendar(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size);
char *carrier_html(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size);

#endif
