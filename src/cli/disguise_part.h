/*
 * disguise_part: one reading of one text, by which numbers, hosts and words are found
 *
 * Each finder looks at where the cursor stands; when its kind of thing stands there, writes
 * what takes its place and moves on. Private to disguise*.c.
 *
 * Owns:    everything lives in the disguise's arena.
 * Threads: one at a time.
 */
#ifndef CLI_DISGUISE_PART_H
#define CLI_DISGUISE_PART_H

#include <stdbool.h>

#include "base/buf.h"
#include "cli/disguise.h"
#include "cli/lookup.h"

enum {
	DISGUISE_MIN_DIGITS =
		6, /* shorter ones are times, years and sizes, unless they were found */
	DISGUISE_MIN_NAME = 3,
};

struct disguise {
	struct arena *arena;
	const struct rules *rules;
	const struct providers *providers;
	struct lookup digits, secrets, tokens, names, hosts, people;
	unsigned n_phones;
};

/* One reading of one text. */
struct cursor {
	struct disguise *d;
	const char *s;
	size_t n, at;
	bool after_word; /* the byte before belongs to a word */
	bool in_url;
	struct buf out;
};

bool disguise_number(struct cursor *c);
bool disguise_address(struct cursor *c);
bool disguise_host(struct cursor *c);

/* Copies n bytes as they are. */
void disguise_keep(struct cursor *c, size_t n);
/* Bytes of letters, digits and what is not ASCII. */
bool disguise_is_word(char c);

/* A number with its country: that stays, and in North America so does the area. The same
 * number without its country becomes the same. */
const char *disguise_phone(struct disguise *d, const char *digits);
char *disguise_digits(struct disguise *d, const char *digits); /* as many others */
unsigned disguise_below(unsigned n);                           /* by chance */

#endif
