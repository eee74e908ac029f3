/*
 * reading: one invite on its way to fragments
 *
 * What the two passes share: the first cuts each part into fragments at its anchors
 * (fragment.c), the second reads the lines of each (scan.c). Private to extract/.
 *
 * Owns:    everything lives in the arena.
 * Threads: one.
 */
#ifndef EXTRACT_READING_H
#define EXTRACT_READING_H

#include "extract/anchor.h"
#include "extract/candidate.h"

struct reading {
	struct fragments *fs;
	const struct rules *rules;
	const struct invite *invite;
	const char *country;
	size_t part;
	struct anchors anchors; /* of that part */
	bool *aside;            /* one a set: what stands here is not about joining */
	bool general;           /* the second round: what is no service's of its own */
	bool quoted;            /* … a service is named in quoted text: look above it */
	bool signature;         /* … or in a signature */
	bool *worded;           /* one a set: words that name it stand in the part */
	size_t budget;          /* numbers that may still be tried */
};

/* What the calendar's own data in that part says, once the links of all parts are read. */
void entry_read(struct reading *r, size_t part);

/* Labels, numbers and gateways in the lines of one fragment of the part that is read. */
void scan_fragment(struct reading *r, struct fragment *f);

#endif
