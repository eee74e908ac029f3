#include "generate/verdict.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "help/judge.h"

enum { SURE = 70 }; /* below, a room asks: docs/now.md, row 23 */

const char *
verdict_name(enum verdict v)
{
	static const char *const names[] = {"right", "incomplete", "asked", "wrong"};
	return names[v];
}

/* Equal but for the length of pauses, which are the provider file's to say. */
static bool
sounds_like(const char *a, const char *b)
{
	while (*a == *b && *a != '\0') {
		size_t pause = strspn(a, ",");
		b += pause > 0 ? strspn(b, ",") : 1;
		a += pause > 0 ? pause : 1;
	}
	return *a == *b;
}

static bool
names_fact(const struct truth *t, enum fact_kind kind, const char *value)
{
	for (size_t i = 0; i < t->n_facts; i++)
		if (t->facts[i].kind == kind && sounds_like(t->facts[i].value, value))
			return true;
	return false;
}

/* What a plan dials, by kind; NULL where it dials nothing of it. */
static void
say(const struct plan *p, const char *ret[N_FACTS])
{
	memset(ret, 0, N_FACTS * sizeof *ret);
	if (p->has[VIA_WEB]) {
		ret[FACT_URL] = p->web.url;
		ret[FACT_MEETING_ID] = p->web.meeting_id;
		ret[FACT_PASSCODE] = p->web.passcode;
	}
	if (p->has[VIA_SIP])
		ret[FACT_SIP] = p->sip.uri + strlen("sip:");
	if (p->has[VIA_H323])
		ret[FACT_H323] = p->h323.dial;
	if (p->has[VIA_PSTN]) {
		ret[FACT_NUMBER] = p->pstn.number;
		ret[FACT_DIAL] = p->pstn.dial + strlen(p->pstn.number);
	}
}

static const char *const kinds[N_FACTS] = {"the link", "the meeting ID", "the passcode",
	"the SIP address", "the H.323 string", "what is keyed", "the number"};

/* NULL when all of it is true. */
static const char *
contradiction(struct arena *a, const struct plan *p, const struct truth *t)
{
	const char *said[N_FACTS];
	say(p, said);
	for (int k = 0; k < N_FACTS; k++)
		if (said[k] != NULL && !names_fact(t, (enum fact_kind)k, said[k]))
			return arena_printf(a, "%s is not \"%s\"", kinds[k], said[k]);
	for (size_t i = 0; p->has[VIA_PSTN] && i < p->pstn.n_alternatives; i++)
		if (!names_fact(t, FACT_NUMBER, p->pstn.alternatives[i]))
			return arena_printf(
				a, "the number is not \"%s\"", p->pstn.alternatives[i]);
	return NULL;
}

static const char *
missing(const struct plan *p, const struct truth *t)
{
	const char *said[N_FACTS];
	say(p, said);
	for (size_t i = 0; i < t->n_facts; i++)
		if (!t->facts[i].may && said[t->facts[i].kind] == NULL)
			return kinds[t->facts[i].kind];
	return NULL;
}

static bool
dials(const struct plan *p)
{
	for (int via = 0; via < N_TRANSPORTS; via++)
		if (p->has[via])
			return true;
	return false;
}

struct hearing {
	struct arena *arena;
	const struct court *court;
	const struct sample *sample;
	struct policy policy;
	struct judgement j;
};

static void
settle(struct hearing *h, enum verdict v, const char *why)
{
	if (v <= h->j.verdict)
		return;
	h->j.verdict = v;
	h->j.why = why;
}

/* Whether what is keyed is the beginning of it, up to some '#': the pauses do not count, nor
 * the '*' before a passcode. */
static bool
begins(const char *keyed, const char *whole)
{
	static const char idle[] = ",*";
	for (;; keyed++, whole++) {
		keyed += strspn(keyed, idle);
		whole += strspn(whole, idle);
		if (*keyed == '\0')
			return true;
		if (*keyed != *whole)
			return false;
	}
}

/*
 * A service that could not be recognised, dialled as anybody's conference bridge: the number
 * has to be the meeting's, and what is keyed as far as it goes.
 */
static bool
is_bridge_of(const struct plan *p, const struct truth *t)
{
	const char *said[N_FACTS];
	say(p, said);
	if (strcmp(p->provider->id, "bridge") != 0 || said[FACT_NUMBER] == NULL ||
		!names_fact(t, FACT_NUMBER, said[FACT_NUMBER]))
		return false;
	size_t n = strlen(said[FACT_DIAL]);
	bool whole = n > 0 && said[FACT_DIAL][n - 1] == '#';
	for (size_t i = 0; i < t->n_facts; i++)
		if (whole && t->facts[i].kind == FACT_DIAL &&
			begins(said[FACT_DIAL], t->facts[i].value))
			return true;
	return false;
}

/* Which of the truths a meeting is; n_truths when it is none, *ret_why says what is false. */
static size_t
recognise(struct hearing *h, const struct meeting *m, const struct plan *p,
	const char **ret_why)
{
	const char *why = NULL;
	for (size_t i = 0; i < h->sample->n_truths; i++) {
		const struct truth *t = &h->sample->truths[i];
		if (is_bridge_of(p, t))
			return i;
		if (strcmp(t->provider, m->provider) != 0)
			continue;
		const char *not_it = contradiction(h->arena, p, t);
		if (not_it == NULL)
			return i;
		why = why == NULL ? not_it : why;
	}
	*ret_why = arena_printf(h->arena, "%s: %s", m->provider,
		why != NULL ? why : "nobody wrote of such a meeting");
	return h->sample->n_truths;
}

static bool
is_sure(const struct extraction *x)
{
	const struct meeting *m = x->meetings;
	return x->n_meetings > 0 && !x->tie && !m->personal && !m->quoted &&
	       !m->conflict && m->confidence >= SURE;
}

static void
hear(struct hearing *h, const struct extraction *x)
{
	const struct sample *s = h->sample;
	const struct plan *meant = NULL;
	bool sure = is_sure(x);
	for (size_t i = 0; i < x->n_meetings; i++) {
		const struct meeting *m = &x->meetings[i];
		const struct plan *p = plan_make(
			h->arena, h->court->providers, m, &h->policy, NULL, 0, NULL);
		const char *why = judge_plan(p, m, &h->policy, NULL);
		if (why != NULL && strcmp(s->country, "US") == 0) {
			h->j = (struct judgement){
				VERDICT_WRONG, why, m->confidence, false};
			return;
		}
		if (!dials(p)) {
			if (i == 0) /* sure or not, it does nothing */
				h->j.confidence = -1;
			continue;
		}
		size_t which = recognise(h, m, p, &why);
		if (i == 0)
			h->j.true_first = which == 0 && s->n_truths > 0;
		if (which == s->n_truths) /* a question about nothing is no wrong dial */
			settle(h, sure || s->n_truths > 0 ? VERDICT_WRONG : VERDICT_ASKED,
				why);
		else if (which == 0 && meant == NULL)
			meant = p;
		else if (which > 0 && i == 0 && sure)
			settle(h, VERDICT_WRONG, "joins a meeting that is not meant");
	}
	if (h->j.verdict == VERDICT_WRONG || s->n_truths == 0)
		return;
	const char *lacks = meant != NULL ? missing(meant, &s->truths[0]) : NULL;
	if (meant == NULL && !s->blind)
		settle(h, VERDICT_ASKED, "the meeting is not found");
	else if (!sure && !s->ask && !s->blind)
		settle(h, VERDICT_ASKED, "the room asks");
	else if (lacks != NULL)
		settle(h, VERDICT_INCOMPLETE,
			arena_printf(h->arena, "%s is missing", lacks));
}

struct judgement
verdict_of(struct arena *a, const struct court *court, const struct sample *s,
	const char *bytes, size_t size)
{
	struct hearing h = {.arena = a,
		.court = court,
		.sample = s,
		.policy = policy_default(s->country),
		.j = {.confidence = -1}};
	struct event event;
	struct err err = {0};
	if (invite_read_file(a, s->file, bytes, size, &event, &err) != ERR_NONE) {
		h.j.verdict = VERDICT_WRONG;
		h.j.why = arena_strdup(a, err.text);
		return h.j;
	}
	const struct extraction *x =
		extract(a, court->rules, invite_clean(a, &event), s->country);
	if (x->n_meetings > 0)
		h.j.confidence = x->meetings[0].confidence;
	hear(&h, x);
	return h.j;
}
