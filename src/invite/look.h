/*
 * look: how a page shows what it says
 *
 * Keeps those elements that are open and change whether their content is seen, quoted or
 * preformatted; all others leave no trace.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_LOOK_H
#define INVITE_LOOK_H

#include "invite/tag.h"

enum { LOOK_MAX_DEPTH = 256 }; /* elements within each other that change something */

/* What a tag does to the text. */
enum effect {
	INLINE, /* most */
	BLOCK,
	PARAGRAPH, /* a block that the next block closes */
	LINE_BREAK,
	TABLE,
	ROW,
	CELL,
	ANCHOR,
	AREA,
	PREFORMATTED,
	QUOTE,
	RAW,    /* its content is not text */
	UNSEEN, /* nor is that of this one, but it is written like text */
};

struct look {
	bool none, invisible, tiny; /* ways not to be seen */
	bool preformatted;
	bool forwarded;
	uint16_t depth; /* of quoting */
};

struct looks {
	struct look now;
	struct element {
		char name[TAG_NAME];
		enum effect effect;
		struct look outside;
	} stack[LOOK_MAX_DEPTH];
	size_t depth;
	uint16_t open[256]; /* elements on the stack, by a hash of their name */
};

void looks_open(struct looks *l, const struct tag *tag, enum effect effect);
void looks_close(struct looks *l, const struct tag *tag);
bool look_is_hidden(const struct look *l);

#endif
