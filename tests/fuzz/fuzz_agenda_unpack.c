#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "agenda.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What matters here is what comes before planning. */
const struct plan *
plan_make(struct arena *a, const struct providers *ps, const struct meeting *m,
	const struct policy *policy, const enum transport *via, size_t n_via,
	const char *pin)
{
	(void)ps, (void)m, (void)policy, (void)via, (void)n_via, (void)pin;
	struct plan *p = arena_one(a, struct plan);
	p->has[VIA_WEB] = m->slots[SLOT_URL].value != NULL;
	return p;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy policy = {0};
	struct agenda *g = agenda_unpack((const char *)data, size, NULL, &policy, NULL);
	if (g == NULL)
		return 0;
	struct arena *a = arena_new(0);
	struct agenda_answer answer;
	for (size_t i = 0; i < g->n_meetings && i < 4; i++) {
		struct agenda_query q = {
			.now = g->synced_at, .at = g->meetings[i].event.start};
		agenda_ask(a, g, NULL, &policy, &q, &answer);
		q.meeting = g->meetings[i].id;
		agenda_ask(a, g, NULL, &policy, &q, &answer);
	}
	size_t packed;
	char *bytes = agenda_pack(g, 0, &packed);
	struct agenda *again = agenda_unpack(bytes, packed, NULL, &policy, NULL);
	if (again == NULL || again->generation != g->generation)
		abort();
	agenda_unref(again);
	free(bytes);
	agenda_unref(g);
	arena_free(a);
	return 0;
}
