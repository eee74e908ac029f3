/*
 * wrappers: links that mail filters wrap around links, undone by parsing
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef INVITE_WRAPPERS_H
#define INVITE_WRAPPERS_H

#include "invite.h"
#include "invite/url.h"

struct unwrapped {
	const char *text; /* the innermost link */
	struct url url;
	const char *names[INVITE_MAX_UNWRAP]; /* outermost first */
	size_t n_names;
	bool opaque; /* its host is a wrapper that cannot be undone offline */
};

/* False when `text` is no URL. */
bool unwrap(struct arena *a, const char *text, bool schemeless, struct unwrapped *ret);

#endif
