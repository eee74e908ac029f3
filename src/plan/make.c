/* One plan for one meeting in one room. */
#include <string.h>

#include "plan/build.h"

/* Once each; the parts tell the worst first, should there be more than fit. */
void
build_refuse(struct build *b, enum transport via, const char *reason, const char *number)
{
	struct plan *p = b->plan;
	size_t n = number != NULL ? strlen(number) : 0;
	const char *ends = n > 2 ? arena_strdup(b->arena, number + n - 2) : NULL;
	for (size_t i = 0; i < p->n_refused; i++) {
		const struct plan_refusal *r = &b->refused[i];
		if (r->via == via && strcmp(r->reason, reason) == 0 &&
			(ends == NULL || (r->ends_with != NULL &&
						 strcmp(r->ends_with, ends) == 0)))
			return;
	}
	if (p->n_refused == PLAN_MAX_REFUSED)
		return;
	b->refused[p->n_refused++] = (struct plan_refusal){via, reason, ends};
	p->refused = b->refused;
}

/* Only what has the provider's shape is ever dialled or keyed. */
static void
take_values(struct build *b, const char *said_pin)
{
	const struct provider *p = b->provider;
	for (enum slot s = 0; s < N_SLOTS; s++) {
		const char *v = b->meeting->slots[s].value;
		if (v != NULL && provider_accepts(p, s, v))
			b->values[s] = v;
	}
	if (said_pin == NULL || b->pin == PIN_NEVER)
		return;
	b->pin_said = true;
	said_pin = said_value(b->arena, p, p->pin_slot, said_pin);
	b->values[p->pin_slot] =
		provider_accepts(p, p->pin_slot, said_pin) ? said_pin : NULL;
}

static void
build_web(struct build *b)
{
	struct plan *p = b->plan;
	if (b->values[SLOT_URL] == NULL)
		return;
	p->web.url = b->values[SLOT_URL];
	p->web.meeting_id = b->values[SLOT_MEETING_ID];
	p->web.passcode = b->values[SLOT_PASSCODE];
	p->has[VIA_WEB] = true;
}

static void
warn(struct build *b)
{
	const struct provider *p = b->provider;
	const char **list = arena_many(b->arena, const char *, PLAN_MAX_WARNINGS);
	size_t n = 0;
	if (p->retired != NULL)
		list[n++] = arena_printf(
			b->arena, "retired: %s ended on %s", p->name, p->retired);
	if (b->meeting->registration)
		list[n++] = arena_printf(b->arena,
			"registration: %s wants everybody to register first", p->name);
	if (b->pin != PIN_NEVER && b->values[SLOT_PASSCODE] != NULL &&
		b->values[p->pin_slot] == NULL)
		list[n++] = arena_printf(b->arena,
			"pin_unknown: the passcode cannot be keyed; %s will ask for a "
			"numeric one",
			p->name);
	if (b->values[SLOT_URL] != NULL && p->n_tails == 0 && p->n_sip == 0 &&
		p->n_h323 == 0 && b->settings->sip_endpoint == NULL &&
		b->settings->sip_template == NULL && b->settings->h323_endpoint == NULL)
		list[n++] = arena_printf(b->arena,
			"web_only: %s has no telephone number and no address for a room "
			"system: open the link",
			p->name);
	b->plan->warnings = list;
	b->plan->n_warnings = n;
}

/* Whether a PIN is missing that must be there, be it for one number alone. */
static bool
pin_is_missing(const struct build *b)
{
	const struct meeting *m = b->meeting;
	enum slot slot = b->provider->pin_slot;
	if (b->values[slot] != NULL)
		return false;
	if (b->pin_said)
		return true;
	if (b->pin != PIN_REQUIRED)
		return false;
	for (size_t i = 0; i < m->n_numbers && slot == SLOT_PHONE_PIN; i++)
		if (m->numbers[i].phone_pin != NULL)
			return false;
	return true;
}

static void
dial_by(struct build *b, enum transport via)
{
	static void (*const builders[N_TRANSPORTS])(struct build *) = {
		[VIA_SIP] = build_sip,
		[VIA_H323] = build_h323,
		[VIA_PSTN] = build_pstn,
		[VIA_WEB] = build_web,
	};
	/* without the PIN that must be given, only a link can lead somewhere */
	bool open = b->pin != PIN_REQUIRED || b->values[b->provider->pin_slot] != NULL ||
		    via == VIA_WEB || via == VIA_PSTN;
	if (via >= N_TRANSPORTS || b->plan->has[via])
		return;
	if (b->meeting->registration)
		build_refuse(b, via, "registration", NULL);
	else if (open && (!b->plan->needs_pin || via == VIA_WEB))
		builders[via](b);
}

/* The parts build in memory that is thrown away; what is left over of it is little. */
static const char *
keep_text(struct arena *a, const char *s)
{
	return s != NULL ? arena_strdup(a, s) : NULL;
}

static const struct plan_step *
keep_steps(struct arena *a, const struct plan_step *steps, size_t n)
{
	struct plan_step *kept = arena_many(a, struct plan_step, n);
	for (size_t i = 0; i < n; i++) {
		kept[i] = steps[i];
		kept[i].text = keep_text(a, steps[i].text);
	}
	return kept;
}

static const char *const *
keep_texts(struct arena *a, const char *const *texts, size_t n)
{
	const char **kept = arena_many(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		kept[i] = arena_strdup(a, texts[i]);
	return kept;
}

static const struct plan *
keep(struct arena *a, const struct plan *built)
{
	struct plan *p = arena_one(a, struct plan);
	*p = *built;
	const char **texts[] = {&p->sip.uri, &p->h323.dial, &p->h323.address, &p->h323.id,
		&p->h323.pin, &p->pstn.number, &p->pstn.country, &p->pstn.id,
		&p->pstn.pin, &p->pstn.dial, &p->web.url, &p->web.meeting_id,
		&p->web.passcode};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = keep_text(a, *texts[i]);
	p->sip.steps = keep_steps(a, p->sip.steps, p->sip.n_steps);
	p->h323.steps = keep_steps(a, p->h323.steps, p->h323.n_steps);
	p->pstn.steps = keep_steps(a, p->pstn.steps, p->pstn.n_steps);
	p->pstn.alternatives =
		keep_texts(a, p->pstn.alternatives, p->pstn.n_alternatives);
	p->warnings = keep_texts(a, p->warnings, p->n_warnings);
	struct plan_refusal *refused = arena_many(a, struct plan_refusal, p->n_refused);
	for (size_t i = 0; i < p->n_refused; i++) {
		refused[i] = p->refused[i];
		refused[i].ends_with = keep_text(a, refused[i].ends_with);
	}
	p->refused = refused;
	return p;
}

static void
decide(struct build *b, const enum transport *via, size_t n_via)
{
	for (size_t i = 0; i < n_via; i++) {
		dial_by(b, via[i]);
		build_dropped(b, via[i]);
	}
	plan_prefer(b->plan, b->policy, via, n_via);
}

const struct plan *
plan_make(struct arena *a, const struct providers *ps, const struct meeting *m,
	const struct policy *policy, const enum transport *via, size_t n_via,
	const char *pin)
{
	struct plan plan = {.provider = providers_find(ps, m->provider)};
	if (plan.provider == NULL)
		return keep(a, &plan);
	struct arena *scratch = arena_new(0);
	struct build b = {
		.arena = scratch != NULL ? scratch : a,
		.provider = plan.provider,
		.meeting = m,
		.policy = policy,
		.settings = policy_settings(policy, m->provider),
		.plan = &plan,
	};
	b.pin = b.settings->pin_set ? b.settings->pin : plan.provider->pin;
	b.refused = arena_many(b.arena, struct plan_refusal, PLAN_MAX_REFUSED);
	take_values(&b, pin);
	warn(&b);
	plan.needs_pin = !m->registration && pin_is_missing(&b);
	decide(&b, via != NULL ? via : policy->order,
		via != NULL ? n_via : policy->n_order);
	const struct plan *kept = keep(a, &plan);
	arena_free(scratch);
	return kept;
}
