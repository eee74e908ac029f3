/*
 * anchor: the places of a part that tell whose text it is
 *
 * Links, addresses and words of known providers, in the order they stand.
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_ANCHOR_H
#define EXTRACT_ANCHOR_H

#include "extract/rules.h"

enum { MAX_ANCHORS = 4096, MAX_WORDS = 8192, MAX_STRANGERS = 64 };

struct anchor {
	enum { ANCHOR_LINK, ANCHOR_ADDRESS, ANCHOR_MARKER, ANCHOR_ASIDE } kind;
	uint32_t at, len, line;
	const struct rule_set *set;
	const struct pattern *pattern;  /* of a link or an address */
	const struct invite_link *link; /* of a link */
	const char *text;               /* of an address: user@host */
	bool aside;                     /* ANCHOR_ASIDE: begins, else ends */
	bool heading; /* ANCHOR_MARKER: may stand above the next meeting */
	struct captures captures;
};

/* An address whose user is a number, and that no service's pattern knows. */
struct stranger {
	uint32_t at, len;
	const char *text; /* user@host, without what may follow */
	bool plain;       /* nothing follows, and no second scheme stands before */
};

struct anchors {
	struct anchor *list;
	size_t n, room;
	struct words_hit *words; /* of the whole part, in order */
	size_t n_words;
	bool look_alike; /* a link whose host begins like a service's and is nobody's */
	struct stranger *strangers; /* MAX_STRANGERS at most, in no order */
	size_t n_strangers;
	uint32_t *regions; /* one a line: lines of one quoting in a row; 0 for hidden ones
			    */
};

void anchors_find(
	struct matcher *m, const struct invite *invite, size_t part, struct anchors *ret);

#endif
