/* Bytes as a location, a text and a page, read by the shipped rules: what comes out obeys
 * meeting_check, evidence stands within the original, and every plan passes a second
 * reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "extract.h"
#include "help/help.h"
#include "help/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct providers *providers;
static struct rules *rules;

static void
load(void)
{
	static struct arena *a;
	if (a != NULL)
		return;
	a = arena_new(0);
	if (providers_load(help_path(a, "providers"), NULL, &providers, NULL) !=
			ERR_NONE ||
		rules_load(help_path(a, "patterns"), NULL, providers, &rules, NULL) !=
			ERR_NONE)
		abort();
}

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(struct arena *a, const struct meeting *m, size_t size, const struct policy *policy)
{
	const char *why;
	must(meeting_check(m, &why));
	for (enum slot s = 0; s < N_SLOTS; s++)
		must(m->slots[s].value == NULL ||
			m->slots[s].from.at + m->slots[s].from.len <= size);
	for (size_t i = 0; i < m->n_numbers; i++)
		must(m->numbers[i].from.at + m->numbers[i].from.len <= size);
	const struct plan *p = plan_make(a, providers, m, policy, NULL, 0, NULL);
	must(judge_plan(p, m, policy, NULL) == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	load();
	struct arena *a = arena_new(0);
	const char *text = arena_strndup(a, (const char *)data, size);
	/* a line of its own tells the location from the body */
	size_t first = strcspn(text, "\f");
	struct event_body bodies[] = {
		{EVENT_TEXT, "body", text, strlen(text)},
		{EVENT_HTML, "X-ALT-DESC", text, strlen(text)},
	};
	struct policy policy = policy_default("US");
	for (size_t i = 0; i < 3; i++) {
		struct event e = {.id = "1", .bodies = &bodies[i % 2], .n_bodies = 1};
		if (i == 2)
			e.location = arena_strndup(a, text, first);
		const struct extraction *x =
			extract(a, rules, invite_clean(a, &e), i == 1 ? NULL : "US");
		must(x->n_meetings <= MEETING_MAX && x->n_lost <= MEETING_MAX);
		must(!x->tie || x->n_meetings >= 2);
		for (size_t k = 0; k < x->n_meetings; k++)
			check(a, &x->meetings[k], size, &policy);
		for (size_t k = 0; k < x->n_lost; k++)
			check(a, &x->lost[k], size, &policy);
	}
	arena_free(a);
	return 0;
}
