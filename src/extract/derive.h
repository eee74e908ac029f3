/*
 * derive: a value out of another one
 *
 * "fJk9Wm2pLs4" is keyed as 35599627: what a pattern file's `derive` says, done to one value.
 * Private to extract/.
 *
 * Owns:    what is returned lives in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_DERIVE_H
#define EXTRACT_DERIVE_H

#include "extract/rules.h"

/* NULL when the value has none, or none that the provider accepts. */
const char *derive_from(struct arena *a, const struct provider *p,
	const struct derivation *d, const char *value);

/*
 * "fJk9Wm2pLs4 (35599627 …)": a value with its own derivation in the bracket behind it, which
 * in any language says what both are. `open` is the bracket's place in `line`. False when the
 * bracket holds another thing.
 */
bool derive_beside(struct arena *a, const struct provider *p, const struct derivation *d,
	const char *line, size_t n, size_t open, const char **ret_value, size_t *ret_at);

#endif
