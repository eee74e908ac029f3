/* Invites made from known truth: none is understood wrongly, and nearly all are understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "generate/reduce.h"
#include "generate/tally.h"
#include "help/help.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SEEDS = 1000 }; /* ten times as slow */
#else
enum { SEEDS = 5000 };
#endif

struct desk {
	struct arena *arena;
	struct providers *providers;
	struct rules *rules;
	struct generator *generator;
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct desk *d = arena_one(a, struct desk);
	struct err err = {0};
	d->arena = a;
	if (providers_load(help_path(a, "providers"), NULL, &d->providers, &err) !=
			ERR_NONE ||
		rules_load(help_path(a, "patterns"), NULL, d->providers, &d->rules,
			&err) != ERR_NONE ||
		generator_load(a, help_path(a, "tests/generate/templates"), &d->generator,
			&err) != ERR_NONE)
		fail_msg("%s", err.text);
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct desk *d = *state;
	rules_free(d->rules);
	providers_free(d->providers);
	arena_free(d->arena);
	return 0;
}

/* Says which it was, and leaves it made small. */
static void
tell(const struct desk *d, const struct court *court, const struct sample *s,
	const struct judgement *j)
{
	struct arena *a = arena_new(0);
	struct sample small;
	reduce(a, court, d->generator, s->seed, j, &small);
	const char *path = reduce_save(a, help_path(a, "build/soak"), &small, j);
	print_error("seed %llu, %s: %s, %s, %s, %s: %s\n    %s\n",
		(unsigned long long)s->seed, verdict_name(j->verdict),
		s->choices[CHOOSE_TEMPLATE], s->choices[CHOOSE_CARRIER],
		s->choices[CHOOSE_WRAPPER], s->choices[CHOOSE_NOISE], j->why,
		path != NULL ? path : "(could not be written)");
	arena_free(a);
}

static void
what_is_made_from_truth_is_read_as_true(void **state)
{
	const struct desk *d = *state;
	const struct court court = {d->rules, d->providers};
	struct tally *t = arena_one(d->arena, struct tally);
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct arena *a = arena_new(0);
		struct sample s;
		generate(a, d->generator, seed, 0, &s);
		struct judgement j = verdict_of(a, &court, &s, s.bytes, s.size);
		tally_add(t, &s, &j);
		if (j.verdict == VERDICT_WRONG)
			tell(d, &court, &s, &j);
		arena_free(a);
	}
	assert_int_equal(t->counts[VERDICT_WRONG], 0);
	if (t->counts[VERDICT_RIGHT] * 1000 < (uint64_t)SEEDS * 990) {
		tally_print(stdout, t);
		fail_msg("fewer than 99.0 %% are right");
	}
}

/* Else a failure that a seed names could not be looked at. */
static void
a_seed_is_the_same_invite_again(void **state)
{
	const struct desk *d = *state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct arena *a = arena_new(0);
		struct sample one, two;
		generate(a, d->generator, seed, 0, &one);
		generate(a, d->generator, seed, 0, &two);
		assert_int_equal(one.size, two.size);
		assert_memory_equal(one.bytes, two.bytes, one.size);
		arena_free(a);
	}
}

/* The judge finds what is false: else nothing above means anything. */
static void
another_meetings_invite_is_judged_wrong(void **state)
{
	const struct desk *d = *state;
	const struct court court = {d->rules, d->providers};
	size_t tried = 0, wrong = 0;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct arena *a = arena_new(0);
		const unsigned plain =
			1u << CHOOSE_CARRIER | 1u << CHOOSE_WRAPPER | 1u << CHOOSE_NOISE;
		struct sample one, two;
		generate(a, d->generator, seed, plain, &one);
		generate(a, d->generator, seed + 1000, plain, &two);
		if (one.n_truths > 0 && two.n_truths > 0 && !one.ask && !two.ask) {
			tried++;
			wrong += verdict_of(a, &court, &one, two.bytes, two.size)
					 .verdict == VERDICT_WRONG;
		}
		arena_free(a);
	}
	assert_true(tried > 100);
	assert_int_equal(wrong, tried);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_made_from_truth_is_read_as_true, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_seed_is_the_same_invite_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			another_meetings_invite_is_judged_wrong, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
