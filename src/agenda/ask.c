/* What "now" means. The numbers are the rows of docs/now.md. */
#include <stdlib.h>
#include <string.h>

#include "agenda.h"
#include "base/arena.h"

/* A meeting that may be meant, and how it stands to the moment asked about. */
struct candidate {
	const struct agenda_meeting *meeting;
	bool in_progress;
	bool leaving; /* in progress, and over within AGENDA_HANDOVER_S */
	bool near;    /* starts within AGENDA_HANDOVER_S */
	bool firm;    /* neither tentative nor background */
	bool meant;
	const struct agenda_choice *choices; /* what of it can be joined */
	size_t n_choices;
	bool sure; /* one choice, and nothing speaks against it */
};

struct asking {
	struct arena *arena;
	const struct providers *ps;
	const struct policy *policy;
	const struct agenda_query *q;
	int64_t at;
	struct candidate *list;
	size_t n;
};

int64_t
agenda_end(const struct event *e)
{
	return e->end > e->start ? e->end : e->start + AGENDA_SOON_S;
}

/* 6: what never holds the room. */
bool
agenda_holds(const struct event *e)
{
	return !e->cancelled && e->response != EVENT_DECLINED && e->busy != EVENT_FREE;
}

static bool
is_firm(const struct event *e)
{
	return e->busy != EVENT_TENTATIVE && e->response != EVENT_MAYBE && !e->all_day &&
	       agenda_end(e) - e->start < AGENDA_LONG_S;
}

static bool
is_background(const struct event *e)
{
	return e->all_day || agenda_end(e) - e->start >= AGENDA_LONG_S;
}

static bool
can_dial(const struct plan *p)
{
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		if (p->has[via])
			return true;
	return p->needs_pin;
}

static const struct plan *
plan_of(const struct asking *k, const struct agenda_meeting *m, size_t i)
{
	const struct agenda_query *q = k->q;
	const struct plan *p = m->plans[i];
	if (q->via != NULL && q->pin == NULL)
		p = plan_via(k->arena, p, k->policy, q->via, q->n_via);
	if (q->pin == NULL && p != NULL)
		return p;
	return plan_make(k->arena, k->ps, &m->extraction->meetings[i], k->policy, q->via,
		q->n_via, q->pin);
}

static struct agenda_choice
choice_of(const struct candidate *c, const struct meeting *conference,
	const struct plan *plan, size_t number)
{
	struct agenda_choice ch = {
		.meeting = c->meeting,
		.conference = conference,
		.plan = plan,
		.in_progress = c->in_progress,
	};
	strcpy(ch.id, c->meeting->id);
	if (number > 0) {
		size_t n = strlen(ch.id);
		ch.id[n++] = '/';
		if (number >= 10)
			ch.id[n++] = (char)('0' + number / 10);
		ch.id[n++] = (char)('0' + number % 10);
		ch.id[n] = '\0';
	}
	return ch;
}

/* 21 to 24: the invite itself leaves a doubt that only a person can settle. */
static bool
is_doubtful(const struct meeting *m)
{
	return m->quoted || m->conflict || m->confidence < AGENDA_SURE;
}

/*
 * What of one meeting can be joined. The best conference alone when it can be dialled and
 * none ties with it; else every one that can be, to choose from (20, 25).
 */
static void
find_choices(const struct asking *k, struct candidate *c)
{
	const struct extraction *x = c->meeting->extraction;
	struct agenda_choice *list =
		arena_many(k->arena, struct agenda_choice, x->n_meetings);
	bool best = false;
	size_t n = 0;
	for (size_t i = 0; i < x->n_meetings; i++) {
		const struct plan *p = plan_of(k, c->meeting, i);
		if (!can_dial(p))
			continue;
		best |= i == 0;
		list[n++] =
			choice_of(c, &x->meetings[i], p, x->n_meetings > 1 ? i + 1 : 0);
	}
	if (best && !x->tie) {
		list[0] = choice_of(c, list[0].conference, list[0].plan, 0);
		n = 1;
	} else if (best && n > 1 && list[1].conference == &x->meetings[1]) {
		n = 2; /* the two that tie */
	}
	c->choices = list;
	c->n_choices = n;
	c->sure = n == 1 && best && !x->tie && !is_doubtful(list[0].conference);
}

static void
look_at(const struct asking *k, const struct agenda_meeting *m, struct candidate *ret)
{
	int64_t start = m->event.start, end = agenda_end(&m->event);
	*ret = (struct candidate){
		.meeting = m,
		.in_progress = start <= k->at && k->at < end,
		.firm = is_firm(&m->event),
	};
	ret->leaving = ret->in_progress && end - k->at <= AGENDA_HANDOVER_S;
	ret->near = start > k->at && start - k->at <= AGENDA_HANDOVER_S;
}

static bool
is_declined(const struct agenda_query *q, const char *id)
{
	for (size_t i = 0; i < q->n_declined; i++)
		if (strcmp(q->declined[i], id) == 0)
			return true;
	return false;
}

/* 15: a declined id takes its meeting away, or that one conference of it. */
static bool
take_declined(const struct agenda_query *q, struct candidate *c)
{
	if (is_declined(q, c->meeting->id)) {
		c->n_choices = 0;
		return true;
	}
	struct agenda_choice *kept = (struct agenda_choice *)c->choices;
	size_t n = 0;
	for (size_t i = 0; i < c->n_choices; i++)
		if (!is_declined(q, c->choices[i].id))
			kept[n++] = c->choices[i];
	bool any = n < c->n_choices;
	c->n_choices = n;
	return any;
}

static int64_t
distance(const struct agenda_choice *c, int64_t at)
{
	int64_t d = c->meeting->event.start - at;
	return d < 0 ? -d : d;
}

/* Those in progress first, then the nearest start; the agenda's and the invite's order
 * decide the rest. */
static void
put_in_order(struct agenda_choice *c, size_t n, int64_t at)
{
	for (size_t i = 1; i < n; i++) {
		struct agenda_choice one = c[i];
		size_t k = i;
		for (; k > 0; k--) {
			bool later =
				c[k - 1].in_progress != one.in_progress
					? one.in_progress
					: distance(&one, at) < distance(&c[k - 1], at);
			if (!later)
				break;
			c[k] = c[k - 1];
		}
		c[k] = one;
	}
}

/* Joins what is one and sure, else asks. */
static void
answer_with(const struct agenda_choice *c, size_t n, bool sure, struct agenda_answer *ret)
{
	ret->choices = c;
	ret->n_choices = n;
	ret->decision = DECIDE_CHOOSE;
	if (n > 1 || !sure)
		return;
	ret->decision = DECIDE_JOIN;
	if (c->plan->needs_pin) { /* 26 */
		ret->decision = DECIDE_ASK;
		ret->ask = ASK_NEEDS_PIN;
	}
}

static void
answer_no_dial_in(
	const struct asking *k, const struct candidate *c, struct agenda_answer *ret)
{
	struct agenda_choice *one = arena_one(k->arena, struct agenda_choice);
	*one = choice_of(c, NULL, NULL, 0);
	ret->decision = DECIDE_ASK;
	ret->ask = ASK_NO_DIAL_IN;
	ret->choices = one;
	ret->n_choices = 1;
}

/* All choices of the candidates that `wanted` picks, in order. */
static bool
answer_from(const struct asking *k, bool (*wanted)(const struct candidate *), bool sure,
	struct agenda_answer *ret)
{
	size_t n = 0;
	for (size_t i = 0; i < k->n; i++)
		n += wanted(&k->list[i]) ? k->list[i].n_choices : 0;
	if (n == 0)
		return false;
	struct agenda_choice *all = arena_many(k->arena, struct agenda_choice, n);
	n = 0;
	for (size_t i = 0; i < k->n; i++)
		for (size_t c = 0; wanted(&k->list[i]) && c < k->list[i].n_choices; c++) {
			all[n++] = k->list[i].choices[c];
			sure &= k->list[i].sure;
		}
	put_in_order(all, n, k->at);
	answer_with(all, n, sure, ret);
	return true;
}

static bool
is_meant(const struct candidate *c)
{
	return c->meant;
}

static bool
is_next(const struct candidate *c)
{
	return c->firm && !c->in_progress;
}

static bool
is_any(const struct candidate *c)
{
	(void)c;
	return true;
}

/* 1 to 5, 9 to 12: of the firm ones, those that a person in the room would mean. */
static void
find_meant(struct asking *k)
{
	bool in_progress = false, stays = false, starts = false;
	for (size_t i = 0; i < k->n; i++) {
		const struct candidate *c = &k->list[i];
		in_progress |= c->firm && c->in_progress;
		stays |= c->firm && ((c->in_progress && !c->leaving) || c->near);
		starts |= is_next(c);
	}
	for (size_t i = 0; i < k->n; i++) {
		struct candidate *c = &k->list[i];
		c->meant = c->firm;
		if (in_progress && stays)
			c->meant &= (c->in_progress && !c->leaving) || c->near;
		else if (in_progress && starts)
			c->meant &= !c->in_progress;
	}
	for (size_t i = 0; i < k->n; i++) /* of two in a row, the first */
		for (size_t j = 0; j < k->n && k->list[i].meant; j++)
			if (j != i && k->list[j].meant &&
				agenda_end(&k->list[j].meeting->event) <=
					k->list[i].meeting->event.start)
				k->list[i].meant = false;
}

/* Without a meeting named: what is now. */
static void
ask_now(struct asking *k, const struct agenda *g, struct agenda_answer *ret)
{
	k->list = arena_many(k->arena, struct candidate, g->n_meetings);
	bool declined = false;
	for (size_t i = 0; i < g->n_meetings; i++) {
		const struct event *e = &g->meetings[i].event;
		struct candidate *c = &k->list[k->n];
		if (!agenda_holds(e) || agenda_end(e) <= k->at ||
			e->start > k->at + AGENDA_SOON_S)
			continue;
		look_at(k, &g->meetings[i], c);
		if (is_background(e) && !c->in_progress)
			continue;
		find_choices(k, c);
		declined |= take_declined(k->q, c);
		if (!is_declined(k->q, c->meeting->id))
			k->n++;
	}
	find_meant(k);
	if (answer_from(k, is_meant, !declined, ret) ||
		answer_from(k, is_next, !declined, ret) ||
		answer_from(k, is_any, false, ret))
		return;
	ret->decision = DECIDE_ASK;
	ret->ask = declined ? ASK_DECLINED : ASK_NO_MEETING;
	for (size_t i = 0; i < k->n && !declined; i++)
		if (k->list[i].meant) {
			answer_no_dial_in(k, &k->list[i], ret);
			return;
		}
}

/* 16 to 19: the user has chosen; only what cannot be told is asked again. */
static void
ask_for(struct asking *k, const struct agenda *g, struct agenda_answer *ret)
{
	const char *id = k->q->meeting;
	size_t n = strcspn(id, "/"), i = 0;
	while (i < g->n_meetings &&
		(strlen(g->meetings[i].id) != n || memcmp(g->meetings[i].id, id, n) != 0))
		i++;
	ret->decision = DECIDE_ASK;
	ret->ask = ASK_NO_MEETING;
	ret->unknown_meeting = i == g->n_meetings;
	if (ret->unknown_meeting || !agenda_holds(&g->meetings[i].event))
		return;
	struct candidate c;
	look_at(k, &g->meetings[i], &c);
	if (id[n] == '\0') {
		find_choices(k, &c);
		if (c.n_choices == 0)
			answer_no_dial_in(k, &c, ret);
		else
			answer_with(c.choices, c.n_choices, true, ret);
		return;
	}
	const struct extraction *x = c.meeting->extraction;
	char *end;
	unsigned long number = strtoul(id + n + 1, &end, 10);
	struct agenda_choice *one = arena_one(k->arena, struct agenda_choice);
	if (number >= 1 && number <= x->n_meetings)
		*one = choice_of(&c, &x->meetings[number - 1],
			plan_of(k, c.meeting, number - 1), number);
	if (strcmp(one->id, id) != 0)
		ret->unknown_meeting = true;
	else if (!can_dial(one->plan))
		answer_no_dial_in(k, &c, ret);
	else
		answer_with(one, 1, true, ret);
}

/* A clock that went back is trusted no more than one that ran on. */
static int64_t
age_of(const struct agenda *a, int64_t now)
{
	return now > a->synced_at ? now - a->synced_at : a->synced_at - now;
}

bool
agenda_stale(const struct agenda *a, int64_t now)
{
	return a == NULL || a->synced_at == 0 || age_of(a, now) >= AGENDA_STALE_S;
}

static void
sooner(int64_t *until, int64_t now, int64_t at)
{
	if (at > now && at < *until)
		*until = at;
}

int64_t
agenda_until(const struct agenda *a, int64_t now)
{
	static const int64_t ages[] = {AGENDA_STALE_S, AGENDA_EXPIRED_S};
	int64_t until = INT64_MAX;
	for (size_t i = 0; i < sizeof ages / sizeof *ages; i++) {
		sooner(&until, now, a->synced_at + ages[i]);
		sooner(&until, now, a->synced_at - ages[i] + 1); /* see age_of */
	}
	for (size_t i = 0; i < a->n_meetings; i++) {
		int64_t start = a->meetings[i].event.start;
		int64_t end = agenda_end(&a->meetings[i].event);
		sooner(&until, now, start - AGENDA_SOON_S);
		sooner(&until, now, start - AGENDA_HANDOVER_S);
		sooner(&until, now, start);
		sooner(&until, now, end - AGENDA_HANDOVER_S);
		sooner(&until, now, end);
	}
	return until;
}

void
agenda_ask(struct arena *a, const struct agenda *agenda, const struct providers *ps,
	const struct policy *policy, const struct agenda_query *q,
	struct agenda_answer *ret)
{
	struct asking k = {
		.arena = a,
		.ps = ps,
		.policy = policy,
		.q = q,
		.at = q->at != 0 ? q->at : q->now,
	};
	*ret = (struct agenda_answer){.decision = DECIDE_UNAVAILABLE};
	if (agenda == NULL || agenda->synced_at == 0) {
		ret->unavailable = "never_synced";
		return;
	}
	ret->stale = agenda_stale(agenda, q->now);
	if (age_of(agenda, q->now) >= AGENDA_EXPIRED_S) {
		ret->unavailable = "expired";
		return;
	}
	if (q->meeting != NULL)
		ask_for(&k, agenda, ret);
	else
		ask_now(&k, agenda, ret);
}
