/* Which number is called, and what is keyed then: design in docs/refusals.md. */
#include <stdlib.h>
#include <string.h>

#include "plan/build.h"

/* How well a number is known; the lower one is dialled. */
enum source {
	SOURCE_SET,      /* by an administrator, for this provider */
	SOURCE_PROVIDER, /* in the invite, and in the provider's file */
	SOURCE_INVITE,   /* in the invite alone */
};

struct candidate {
	const char *number;
	enum number_verdict verdict;
	struct phone phone; /* unless it is refused, as all below */
	const char *country;
	enum source source;
	size_t place; /* in the provider's file, for a stable choice among equals */
	bool at_home, one_tap; /* of the room's own country; printed with its tail */
	bool toll_wanted;      /* toll-free or not, as the room prefers */
	const struct meeting_number *printed; /* NULL: not in the invite */
	struct tail tail;
};

struct choice {
	struct build *build;
	struct candidate list[MEETING_MAX_NUMBERS + 1];
	size_t n;
};

static const struct provider_number *
listed(const struct provider *p, const char *e164)
{
	for (size_t i = 0; i < p->n_numbers; i++)
		if (strcmp(p->numbers[i].e164, e164) == 0)
			return &p->numbers[i];
	return NULL;
}

/* Islands of +1 that are the United States', yet cost more: only known numbers there. */
static bool
is_territory(const char *country)
{
	static const char *const territories[] = {"PR", "GU", "VI", "AS", "MP"};
	for (size_t i = 0; i < sizeof territories / sizeof *territories; i++)
		if (strcmp(territories[i], country) == 0)
			return true;
	return false;
}

static void
add(struct choice *k, const char *number, const struct meeting_number *printed)
{
	const struct provider *p = k->build->provider;
	const struct policy *policy = k->build->policy;
	struct candidate *c = &k->list[k->n++];
	*c = (struct candidate){.number = number, .printed = printed};
	c->verdict = number_check(number, policy, &c->phone);
	if (c->verdict != NUMBER_OK && c->verdict != NUMBER_COUNTRY)
		return;
	/* a number without its country is another one in every room; the reader's records
	 * are E.164 already, or nothing */
	if (number[0] != '+' || (printed != NULL && strcmp(c->phone.e164, number) != 0)) {
		c->verdict = NUMBER_INVALID;
		return;
	}
	const struct provider_number *known = listed(p, c->phone.e164);
	if (c->verdict == NUMBER_COUNTRY && is_territory(c->phone.country) &&
		policy_allows(policy, "US") && (known != NULL || printed == NULL))
		c->verdict = NUMBER_OK;
	if (c->verdict != NUMBER_OK)
		return;
	c->country = known != NULL ? known->country : c->phone.country;
	c->place = known != NULL ? (size_t)(known - p->numbers) : 0;
	c->source = printed == NULL ? SOURCE_SET
		    : known != NULL ? SOURCE_PROVIDER
				    : SOURCE_INVITE;
	c->at_home = strcmp(c->country, policy->country) == 0;
	c->one_tap = printed != NULL && printed->one_tap;
	c->toll_wanted = (c->phone.kind == PHONE_TOLL_FREE) == policy->prefer_toll_free;
}

/* Where a number stands in the invite says nothing: whoever wrote it could choose that.
 * What is refused comes last, worst first. */
static int
better_first(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	if (a->verdict != b->verdict)
		return a->verdict < b->verdict ? -1 : 1;
	if (a->source != b->source)
		return a->source < b->source ? -1 : 1;
	if (a->at_home != b->at_home)
		return a->at_home ? -1 : 1;
	if (a->toll_wanted != b->toll_wanted)
		return a->toll_wanted ? -1 : 1;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->one_tap != b->one_tap)
		return a->one_tap ? -1 : 1;
	return strcmp(a->number, b->number);
}

static const char *
own_value(const struct meeting_number *n, enum slot slot)
{
	return slot == SLOT_PHONE_ID    ? n->phone_id
	       : slot == SLOT_PHONE_PIN ? n->phone_pin
					: NULL;
}

/*
 * What holds when this number is called. A value printed for one number alone is not
 * another's (Google Meet has a PIN for each): then a number without its own has none.
 */
static const char *
value_for(const struct build *b, const struct meeting_number *printed, enum slot slot)
{
	const struct meeting *m = b->meeting;
	const char *shared = b->values[slot];
	if (slot == b->provider->pin_slot && b->pin_said)
		return shared;
	const char *own = printed != NULL ? own_value(printed, slot) : NULL;
	if (own != NULL)
		return provider_accepts(b->provider, slot, own) ? own : NULL;
	for (size_t i = 0; i < m->n_numbers; i++) {
		own = own_value(&m->numbers[i], slot);
		if (own != NULL && (shared == NULL || strcmp(own, shared) != 0))
			return NULL;
	}
	return shared;
}

/*
 * The printed form where it keys all that is known and keyed at all by this service, else
 * the first of the provider's that can be filled. A PIN that the user said, or that must
 * be given, is keyed in any case.
 */
static bool
choose_tail(const struct build *b, const struct meeting_number *printed,
	const char *const *values, struct tail *ret)
{
	const struct provider *p = b->provider;
	bool must =
		values[p->pin_slot] != NULL && (b->pin_said || b->pin == PIN_REQUIRED);
	const char *first = NULL;
	struct tail t, best;
	if (b->pin == PIN_REQUIRED && values[p->pin_slot] == NULL)
		return false;
	for (size_t i = 0; i < p->n_tails; i++) {
		if (!tail_fill(b, p->tails[i], values, b->settings, &t))
			continue;
		if (first == NULL) {
			first = p->tails[i];
			best = t;
		} else if (must && !best.keys_pin && t.keys_pin) {
			best = t;
		}
	}
	if (first == NULL)
		return false;
	for (size_t i = 0; i < p->n_tails; i++)
		if (printed != NULL && printed->form != NULL &&
			strcmp(p->tails[i], printed->form) == 0 &&
			tail_fill(b, p->tails[i], values, b->settings, &t) &&
			(t.keys_pin || !best.keys_pin))
			best = t;
	if (must && !best.keys_pin &&
		!tail_fill(b, tail_with_pin(b, first), values, b->settings, &best))
		return false;
	*ret = best;
	return true;
}

static bool
fill(const struct build *b, struct candidate *c)
{
	const char *values[N_SLOTS];
	for (enum slot s = 0; s < N_SLOTS; s++)
		values[s] = value_for(b, c->printed, s);
	return choose_tail(b, c->printed, values, &c->tail);
}

static void
take(struct build *b, const struct candidate *c)
{
	struct plan *p = b->plan;
	struct plan_step *steps =
		arena_many(b->arena, struct plan_step, c->tail.n_steps + 1);
	const char *number = c->phone.e164;
	steps[0] = (struct plan_step){.kind = STEP_DIAL, .text = number};
	memcpy(steps + 1, c->tail.steps, c->tail.n_steps * sizeof *steps);
	p->pstn.number = number;
	p->pstn.country = c->country;
	p->pstn.toll_free = c->phone.kind == PHONE_TOLL_FREE;
	p->pstn.id = c->tail.id;
	p->pstn.pin = value_for(b, c->printed, b->provider->pin_slot);
	/* a number and what is keyed never run together */
	bool apart = c->tail.text[0] == ',' || c->tail.text[0] == '\0';
	p->pstn.dial =
		arena_printf(b->arena, "%s%s%s", number, apart ? "" : ",", c->tail.text);
	p->pstn.steps = steps;
	p->pstn.n_steps = c->tail.n_steps + 1;
	p->pstn.unknown = c->source == SOURCE_INVITE &&
			  !b->policy->trust_invite_numbers && !b->provider->own_numbers;
	p->has[VIA_PSTN] = sound_dial(p->pstn.dial, number);
}

/* Others as well known, after which the same is keyed. */
static void
add_alternatives(struct choice *k, size_t chosen)
{
	struct plan *p = k->build->plan;
	const struct candidate *best = &k->list[chosen];
	const char **list =
		arena_many(k->build->arena, const char *, PLAN_MAX_ALTERNATIVES);
	const char *last = best->phone.e164;
	size_t n = 0;
	for (size_t i = chosen + 1; i < k->n && n < PLAN_MAX_ALTERNATIVES; i++) {
		struct candidate *c = &k->list[i];
		if (c->source != best->source || strcmp(c->phone.e164, last) == 0 ||
			!fill(k->build, c) || strcmp(c->tail.text, best->tail.text) != 0)
			continue;
		list[n++] = c->phone.e164;
		last = c->phone.e164;
	}
	p->pstn.alternatives = list;
	p->pstn.n_alternatives = n;
}

/* The service's own number in another country is no news, unless somebody printed it. */
static void
refuse(struct build *b, const struct candidate *c)
{
	bool offered = c->printed == NULL || c->printed->from.rule != NULL;
	if (offered || c->verdict != NUMBER_COUNTRY)
		build_refuse(b, VIA_PSTN, number_verdict_name(c->verdict), c->number);
}

void
build_pstn(struct build *b)
{
	const struct meeting *m = b->meeting;
	const char *set = b->settings->number;
	if (m->no_pstn || (set == NULL && m->n_numbers == 0))
		return;
	if (!b->policy->outbound) {
		build_refuse(b, VIA_PSTN, "outbound", NULL);
		return;
	}
	struct choice *k = arena_one(b->arena, struct choice);
	k->build = b;
	for (size_t i = 0; i < m->n_numbers && i < MEETING_MAX_NUMBERS; i++)
		add(k, m->numbers[i].phone.e164, &m->numbers[i]);
	if (set != NULL)
		add(k, set, NULL);
	size_t found = k->n;
	qsort(k->list, found, sizeof *k->list, better_first);
	while (k->n > 0 && k->list[k->n - 1].verdict != NUMBER_OK)
		k->n--;
	for (size_t i = k->n; i < found; i++)
		refuse(b, &k->list[i]);
	for (size_t i = 0; i < k->n && !b->plan->has[VIA_PSTN]; i++) {
		if (!fill(b, &k->list[i]))
			continue;
		take(b, &k->list[i]);
		add_alternatives(k, i);
	}
}
