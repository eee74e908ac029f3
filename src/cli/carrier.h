/*
 * carrier: an invite's file taken apart, its text disguised, and put together again
 *
 * Text, HTML, mail, iCalendar and JSON: decoded to UTF-8 and encoded as they were, which the
 * file then says. Mail keeps the fields that people see; its pictures and attachments become
 * empty.
 *
 * Owns:    results live in the given arena.
 * Threads: one at a time.
 */
#ifndef CLI_CARRIER_H
#define CLI_CARRIER_H

#include <stddef.h>

struct arena;
struct disguise;
struct err;

/* `name` tells what it is, as for invite_read_file. ERR_BAD_REPLY when it is not that. */
int carrier_disguise(struct arena *a, struct disguise *d, const char *name,
	const char *bytes, size_t size, char **ret, size_t *ret_size, struct err *err);

#endif
