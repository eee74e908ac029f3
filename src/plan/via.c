/* Which way first. */
#include <string.h>

#include "plan/build.h"

void
plan_prefer(struct plan *p, const struct policy *policy, const enum transport *via,
	size_t n_via)
{
	p->via = VIA_SIP;
	p->confirm = policy->confirm ? CONFIRM_POLICY : CONFIRM_NONE;
	for (size_t i = 0; i < n_via; i++) {
		if (via[i] >= N_TRANSPORTS || !p->has[via[i]])
			continue;
		p->via = via[i];
		if (p->via == VIA_PSTN && p->pstn.unknown)
			p->confirm = CONFIRM_UNKNOWN_NUMBER;
		return;
	}
}

static bool
is_in(enum transport via, const enum transport *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == via)
			return true;
	return false;
}

const struct plan *
plan_via(struct arena *a, const struct plan *plan, const struct policy *policy,
	const enum transport *via, size_t n_via)
{
	struct plan *p = arena_one(a, struct plan);
	for (size_t i = 0; i < n_via; i++)
		if (!is_in(via[i], policy->order, policy->n_order))
			return NULL;
	*p = *plan;
	struct plan_refusal *refused = arena_many(a, struct plan_refusal, p->n_refused);
	p->n_refused = 0;
	for (size_t i = 0; i < plan->n_refused; i++)
		if (is_in(plan->refused[i].via, via, n_via))
			refused[p->n_refused++] = plan->refused[i];
	p->refused = refused;
	for (enum transport t = 0; t < N_TRANSPORTS; t++)
		p->has[t] = plan->has[t] && is_in(t, via, n_via);
	plan_prefer(p, policy, via, n_via);
	return p;
}
