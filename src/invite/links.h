/*
 * links: the URLs of a clean text
 *
 * Those that HTML pointed to, those in angle brackets, and those that just stand there,
 * with a scheme or as host and path.
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef INVITE_LINKS_H
#define INVITE_LINKS_H

#include "invite/text.h"

enum { MAX_OPAQUE = 16 };

struct links {
	struct arena *arena;
	struct invite_link *list;
	size_t n, room;
	const char *opaque[MAX_OPAQUE];
	size_t n_opaque;
	bool full;
};

void links_init(struct links *l, struct arena *a);

/* Adds those of the part of that number, whose text is finished. */
void links_find(struct links *l, const struct text *t, size_t part);

#endif
