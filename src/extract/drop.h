/*
 * drop: what is offered to dial, and nothing was taken from
 *
 * Dial strings whose number is none or whose tones the provider does not have, and addresses at
 * foreign hosts. They are kept for the administrator to see: plan refuses each of them.
 *
 * Owns:    what is kept lives in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_DROP_H
#define EXTRACT_DROP_H

#include "extract/reading.h"

/* The dial strings of a line, beside those that its `numbers` took; links are those on it. */
void drop_dials(const struct number_context *k, struct fragment *f,
	const struct invite_part *part, const struct invite_line *line,
	const struct number_place *numbers, size_t n_numbers,
	const struct invite_link *links, size_t n_links);

/* "192.0.2.7##84473302265": an address of `n` bytes that is no gateway's, at `at` of the part;
 * `limit` bytes from there may be read. Without an ID behind it, it is no offer. */
void drop_gateway(struct arena *a, struct fragment *f, const struct invite_part *part,
	size_t at, size_t n, size_t limit);

/* SIP addresses within the fragment that no service's pattern knows. */
void drop_strangers(struct reading *r, struct fragment *f);

#endif
