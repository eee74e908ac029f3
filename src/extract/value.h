/*
 * value: what stands after a label
 *
 * On the same line behind a colon, or alone on one of the next two lines that are not
 * empty. Digits may be grouped; a run that could be read two ways is not read.
 *
 * Owns:    values live in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_VALUE_H
#define EXTRACT_VALUE_H

#include "extract/rules.h"

struct value_place {
	const char *value;
	uint32_t at, len; /* in the part's clean text */
};

/* `words` is where the label stood. False when no value of the slot's shape is there. */
bool value_read(struct arena *a, const struct provider *p, const struct label *label,
	const struct invite_part *part, size_t line, const struct words_hit *words,
	struct value_place *ret);

/* The 4 to 12 digits behind words on their own line, whatever they are for. */
enum { VALUE_CODE_MAX = 12 };
bool value_read_code(const struct invite_part *part, size_t line,
	const struct words_hit *words, char ret[VALUE_CODE_MAX + 1]);

/* Whether the slot and the provider allow the value. "000 000 000" is how an ID is
 * blotted out. */
bool value_fits(const struct provider *p, enum slot slot, const char *value);
bool value_is_digits(const struct provider *p, enum slot slot);

/* Whether two lines stand at the same depth of quoting, both shown or both hidden. */
bool line_alike(const struct invite_line *a, const struct invite_line *b);

#endif
