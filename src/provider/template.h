/*
 * template: the notation of tails and addresses
 *
 * One reader of `{slot}` and `[…]`, used to check a template, to fill one and to read a
 * printed tail back. Private to provider/.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef PROVIDER_TEMPLATE_H
#define PROVIDER_TEMPLATE_H

#include "provider.h"

enum { SLOT_ADDRESS = N_SLOTS }; /* `{ip}` or `{endpoint}` */

struct template_piece {
	enum {
		PIECE_END,
		PIECE_LITERAL,
		PIECE_SLOT,
		PIECE_OPEN,
		PIECE_CLOSE,
		PIECE_BAD
	} kind;
	char literal;
	int slot; /* enum slot, or SLOT_ADDRESS */
	const char *next;
};

struct template_piece template_next(const char *template);

enum template_use { TEMPLATE_TAIL, TEMPLATE_SIP, TEMPLATE_H323 };

/* NULL when the template can be used so by the provider, else a static text saying why
 * not. */
const char *template_wrong(
	const char *template, enum template_use use, const struct provider *p);

#endif
