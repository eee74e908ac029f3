/*
 * place: where URLs stand in a text
 *
 * With a scheme, as host and path, or in angle brackets; without what belongs to the
 * sentence around them.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_PLACE_H
#define INVITE_PLACE_H

#include "invite/text.h"

struct place {
	size_t at, end;
	bool schemeless; /* "meet.google.com/abc-defg-hij" */
	bool bracketed;  /* between '<' and '>' */
	bool phone;      /* "<+1%20…,,1#>", a tel: link that lost its scheme */
};

struct places {
	const struct text *text;
	const char *s;
	size_t at, to;
	size_t colon, slash, bracket; /* the next of each, `to` when there is none */
	size_t no_address, no_number; /* there is none before */
};

/* Those in s[from, to) of the text. */
struct places places_in(const struct text *t, size_t from, size_t to);

/* The next, in order; false when there is none. */
bool places_next(struct places *p, struct place *ret);

#endif
