/*
 * bench_confidence: whether nine of ten that are said to be 90 % sure are right
 *
 * Counted on generated invites, and on those that no rule was written from. Right means that
 * the first meeting is the one that is meant, and that nothing of it is false.
 */
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "generate/tally.h"
#include "paths.h"

enum { SEEDS = 10000 };

static int
measure(struct arena *all, const struct court *court, const char *title, const char *dir)
{
	struct generator *g;
	struct err err = {0};
	struct tally *t = arena_one(all, struct tally);
	if (generator_load(all, dir, &g, &err) != ERR_NONE) {
		fprintf(stderr, "bench_confidence: %s\n", err.text);
		return 1;
	}
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct arena *a = arena_new(0);
		struct sample s;
		generate(a, g, seed, 0, &s);
		struct judgement j = verdict_of(a, court, &s, s.bytes, s.size);
		tally_add(t, &s, &j);
		arena_free(a);
	}
	printf("%s: %d, of which %llu wrong\n", title, SEEDS,
		(unsigned long long)t->counts[VERDICT_WRONG]);
	tally_print_confidence(stdout, t);
	return 0;
}

int
main(void)
{
	struct arena *a = arena_new(0);
	struct providers *ps;
	struct rules *rules;
	struct err err = {0};
	const char *patterns = paths_shipped(a, "patterns");
	if (patterns == NULL ||
		providers_load(paths_shipped(a, "providers"), NULL, &ps, &err) !=
			ERR_NONE ||
		rules_load(patterns, NULL, ps, &rules, &err) != ERR_NONE) {
		fprintf(stderr, "bench_confidence: %s\n", err.text);
		return 1;
	}
	const struct court court = {rules, ps};
	int r = measure(a, &court, "invites by template",
		arena_printf(a, "%s/../tests/generate/templates", patterns));
	putchar('\n');
	r |= measure(a, &court, "invites that no rule was written from",
		arena_printf(a, "%s/../tests/generate/holdout", patterns));
	rules_free(rules);
	providers_free(ps);
	arena_free(a);
	return r;
}
