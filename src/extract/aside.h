/*
 * aside: sentences of a line that are about something else
 *
 * "Questions? Call +1 855 555 0156 and quote PIN 765 263 8714." has a number and a code, and
 * is no conference. Only the set's own words say so (`sections: aside`). Private to extract/.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef EXTRACT_ASIDE_H
#define EXTRACT_ASIDE_H

#include "extract/rules.h"

enum { ASIDES_A_LINE = 8 };

struct asides {
	struct {
		uint32_t from, to; /* clean text of the part */
	} list[ASIDES_A_LINE];
	size_t n;
};

/* Those of one line; `words` are the part's, from the line's first on. A line of more than
 * are counted is one. */
void asides_find(struct asides *a, const struct rule_set *set,
	const struct invite_part *part, size_t line, const struct words_hit *words,
	size_t n_words);

bool asides_cover(const struct asides *a, uint32_t at);

#endif
