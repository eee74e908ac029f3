/*
 * extract: what an invite offers to join
 *
 * Looks up each link's host, runs that provider's patterns there, then its label patterns
 * in the lines around, and keeps what agrees, best first. Rules are the files of
 * patterns/, proven by their own `yes` and `no` lines when loaded; docs/patterns.md has
 * the format.
 *
 * Owns:    extract's results live in the given arena.
 * Threads: any; rules are read-only after loading.
 */
#ifndef EXTRACT_H
#define EXTRACT_H

#include "invite.h"
#include "meeting.h"
#include "provider.h"

struct rules;

/* All or nothing, as providers_load. Proofs are run: a pattern that fails one is refused. */
int rules_load(const char *dir, const char *site_dir, const struct providers *ps,
	struct rules **ret, struct err *err);
void rules_free(struct rules *r); /* takes NULL */

struct rules_summary {
	size_t files, patterns, proofs;
};
struct rules_summary rules_summary(const struct rules *r);

/* Whether links to that host (lower case), or addresses at it, are looked at by some rule. */
bool rules_know_host(const struct rules *r, const char *host);

/* `country` (ISO 3166-1 alpha-2) is assumed for numbers printed without one; NULL: none. */
const struct extraction *extract(struct arena *a, const struct rules *rules,
	const struct invite *invite, const char *country);

#endif
