/* What is true of a meeting, out of all that was said of it. */
#include <string.h>

#include "base/arena.h"
#include "extract/candidate.h"
#include "extract/derive.h"

void
candidate_note(struct candidate *c, const char *text)
{
	if (c->n_notes < MAX_NOTES)
		c->notes[c->n_notes++] = text;
}

static bool
first_is_best(enum slot slot)
{
	return slot == SLOT_SIP || slot == SLOT_H323 || slot == SLOT_GATEWAY ||
	       slot == SLOT_SITE || slot == SLOT_NAME;
}

/* Of several links to one meeting, the one that says most: a button's, with its passcode.
 */
static const struct said *
best_url(const struct fragment *f)
{
	const struct said *best = NULL;
	for (size_t i = 0; i < f->n_said; i++) {
		const struct said *s = &f->said[i];
		if (s->slot != SLOT_URL)
			continue;
		if (best == NULL ||
			(strncmp(s->finding.value, best->finding.value,
				 strcspn(best->finding.value, "?#")) == 0 &&
				strlen(s->finding.value) > strlen(best->finding.value)))
			best = s;
	}
	return best;
}

/* The ways a value was said in, as a bit for each enum how. */
static unsigned
ways_of(const struct fragment *f, enum slot slot, const char *value)
{
	unsigned ways = 0;
	for (size_t i = 0; i < f->n_said; i++)
		if (f->said[i].slot == slot &&
			strcmp(f->said[i].finding.value, value) == 0)
			ways |= 1u << f->said[i].how;
	return ways;
}

/*
 * What the fragments agree on. Labels are edited and blotted out by people: a value that
 * two ways have in common wins over one that only a label gives. Every other
 * contradiction leaves none, since the block may be an older meeting's. It is reported
 * either way.
 */
/*
 * Said in a way that counts for less than another value of its slot: by a word of many uses,
 * or as the web's passcode where a dial string keys it on the phone.
 */
static bool
is_outdone(const struct fragment *f, const struct said *s)
{
	bool lesser = ways_of(f, s->slot, s->finding.value) == 1u << HOW_HINT;
	if (s->slot == SLOT_PASSCODE && s->how == HOW_LABEL)
		lesser |= (ways_of(f, SLOT_PHONE_PIN, s->finding.value) &
				  1u << HOW_TAIL) != 0;
	for (size_t i = 0; lesser && i < f->n_said; i++)
		if (f->said[i].slot == s->slot && f->said[i].how != HOW_HINT &&
			strcmp(f->said[i].finding.value, s->finding.value) != 0)
			return true;
	return false;
}

static const struct said *
agreed(const struct fragment *f, enum slot slot, bool *ret_conflict)
{
	const struct said *first = NULL, *firm = NULL;
	size_t values = 0, firm_values = 0;
	for (size_t i = 0; i < f->n_said; i++) {
		const struct said *s = &f->said[i];
		bool seen = s->slot != slot || is_outdone(f, s);
		for (size_t k = 0; k < i && !seen; k++)
			seen = f->said[k].slot == slot &&
			       strcmp(f->said[k].finding.value, s->finding.value) == 0;
		if (seen)
			continue;
		unsigned ways = ways_of(f, slot, s->finding.value);
		first = values++ == 0 ? s : first;
		if ((ways & ~(1u << HOW_LABEL | 1u << HOW_HINT)) != 0) {
			firm = (ways & (ways - 1)) != 0 ? s : NULL;
			firm_values++;
		}
	}
	if (values <= 1)
		return first;
	*ret_conflict = true;
	return firm_values == 1 ? firm : NULL;
}

static void
derive(struct arena *a, const struct rule_set *set, struct meeting *m)
{
	for (size_t f = 0; f < set->n_files; f++) {
		for (unsigned i = 0; i < set->files[f]->derive_count; i++) {
			const struct derivation *d = &set->files[f]->derive[i];
			const struct finding *from = &m->slots[d->from];
			/* a PIN that the dial strings key first is not keyed again */
			if (d->by == BY_MOVE && from->value != NULL &&
				m->slots[d->slot].value != NULL &&
				strcmp(m->slots[d->slot].value, from->value) == 0)
				m->slots[d->from] = (struct finding){0};
			if (m->slots[d->slot].value != NULL || from->value == NULL)
				continue;
			const char *value = derive_from(a, set->provider, d, from->value);
			if (value == NULL)
				continue;
			bool moved = d->by == BY_MOVE;
			m->slots[d->slot] = (struct finding){value, !moved, from->from};
			if (moved)
				m->slots[d->from] = (struct finding){0};
		}
	}
}

/* What every number has of its own is the meeting's. */
static void
share(struct meeting *m, enum slot slot)
{
	const char *shared = NULL;
	for (size_t i = 0; i < m->n_numbers; i++) {
		const struct meeting_number *n = &m->numbers[i];
		const char *own = slot == SLOT_PHONE_ID ? n->phone_id : n->phone_pin;
		if (own == NULL || (shared != NULL && strcmp(shared, own) != 0))
			return;
		shared = own;
	}
	if (shared != NULL && (m->slots[slot].value == NULL || m->slots[slot].derived))
		m->slots[slot] = (struct finding){shared, false, m->numbers[0].from};
}

/* Whether a code that goes with somebody's numbers is one of this meeting's. */
static bool
is_own_code(const struct meeting *m, const struct fragment *f, const char *code)
{
	static const enum slot slots[] = {
		SLOT_MEETING_ID, SLOT_PHONE_ID, SLOT_PHONE_PIN, SLOT_PASSCODE};
	for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
		const char *v = m->slots[slots[i]].value;
		if (v != NULL && strcmp(v, code) == 0)
			return true;
	}
	for (size_t i = 0; i < f->n_numbers; i++)
		if (f->numbers[i].number.phone_id != NULL &&
			strcmp(f->numbers[i].number.phone_id, code) == 0)
			return true;
	return false;
}

/* A label says that the code is a participant's: more than "code" or "PIN". */
static bool
has_code(const struct fragment *f)
{
	for (size_t i = 0; i < f->n_said; i++)
		if ((f->said[i].slot == SLOT_PHONE_ID ||
			    f->said[i].slot == SLOT_PHONE_PIN) &&
			f->said[i].how == HOW_LABEL)
			return true;
	return false;
}

/* Why a number is not the meeting's; NULL when it is. */
static const char *
foreign(const struct meeting *m, const struct number_place *n, bool other_audio)
{
	const char *id = m->slots[SLOT_MEETING_ID].value;
	if (id == NULL)
		id = m->slots[SLOT_PHONE_ID].value;
	for (enum slot s = 0; s < N_SLOTS; s++)
		if (n->values[s] != NULL &&
			(m->slots[s].value == NULL ||
				strcmp(n->values[s], m->slots[s].value) != 0))
			return "numbers that dial another ID were left out";
	if (n->understood || n->listed)
		return NULL;
	if (other_audio)
		return "numbers that go with another code were left out";
	/* "939 688 0476" under a label nobody knows */
	const char *e164 = n->number.phone.e164 + 1;
	size_t all = strlen(e164), size = id != NULL ? strlen(id) : 0;
	if (size >= 9 && size <= all && all - size <= 3 &&
		strcmp(e164 + all - size, id) == 0)
		return "a number that is the ID itself was left out";
	return NULL;
}

static void
settle_numbers(struct arena *a, struct candidate *c)
{
	const struct fragment *f = &c->all;
	struct meeting *m = &c->meeting;
	struct meeting_number *numbers =
		arena_many(a, struct meeting_number, f->n_numbers + 1);
	bool other_audio = false;
	const char *why = NULL;
	for (size_t i = 0; i < f->n_other_codes; i++)
		other_audio |= !is_own_code(m, f, f->other_codes[i]);
	/* of no known service, a bare code beside a bare number is a hotline's, or a parcel's */
	bool bare = f->set->provider->general && !has_code(f);
	for (size_t i = 0; i < f->n_numbers && !f->no_pstn; i++) {
		if (bare && !f->numbers[i].called && !f->numbers[i].understood)
			continue;
		const char *reason = foreign(m, &f->numbers[i], other_audio);
		if (reason == NULL)
			numbers[m->n_numbers++] = f->numbers[i].number;
		else
			why = reason;
	}
	if (why != NULL)
		candidate_note(c, why);
	m->numbers = numbers;
}

static bool
is_confirmed(const struct candidate *c)
{
	static const enum slot ids[] = {SLOT_MEETING_ID, SLOT_PHONE_ID};
	const struct fragment *f = &c->all;
	bool listed = false;
	for (size_t i = 0; i < f->n_numbers; i++) {
		const struct number_place *n = &f->numbers[i];
		listed |= n->listed;
		/* nothing else could say it of no service that is known */
		if (f->set->provider->general && n->called &&
			(n->understood || has_code(f)))
			return c->meeting.n_numbers > 0;
	}
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const char *id = c->meeting.slots[ids[i]].value;
		unsigned ways = id != NULL ? ways_of(f, ids[i], id) : 0;
		if ((ways & 1u << HOW_LABEL) != 0 &&
			(listed || (ways & 1u << HOW_TAIL) != 0))
			return true;
	}
	return false;
}

/* True when the slot was said in ways that contradict each other. */
static bool
settle_slot(struct arena *a, struct candidate *c, enum slot s)
{
	const struct fragment *f = &c->all;
	const struct said *found = NULL;
	bool contested = false;
	if (s == SLOT_URL)
		found = best_url(f);
	else if (first_is_best(s))
		for (size_t i = 0; i < f->n_said && found == NULL; i++)
			found = f->said[i].slot == s ? &f->said[i] : NULL;
	else
		found = agreed(f, s, &contested);
	if (found != NULL)
		c->meeting.slots[s] = found->finding;
	if (contested)
		candidate_note(
			c, arena_printf(a,
				   found != NULL ? "%s is printed differently in one "
						   "place"
						 : "%s is printed in two ways: taken "
						   "from neither",
				   slot_name(s)));
	return contested;
}

/* One code under two names ("Meeting ID", "Meeting PIN") is keyed once, unless a dial string
 * has it twice. */
static void
key_once(const struct fragment *f, struct meeting *m)
{
	const char *id = m->slots[SLOT_PHONE_ID].value;
	const char *pin = m->slots[SLOT_PHONE_PIN].value;
	if (id == NULL || pin == NULL || strcmp(id, pin) != 0 ||
		(ways_of(f, SLOT_PHONE_PIN, pin) & 1u << HOW_TAIL) != 0)
		return;
	m->slots[SLOT_PHONE_PIN] = (struct finding){0};
}

/*
 * An address that was not taken is this meeting's by its ID, or by the service's own host; any
 * other is somebody's mailbox.
 */
static bool
is_ours(const struct fragment *f, const struct meeting *m,
	const struct meeting_dropped *d)
{
	static const enum slot ids[] = {SLOT_MEETING_ID, SLOT_PHONE_ID, SLOT_VIDEO_ID};
	const struct provider *p = f->set->provider;
	const char *host = strchr(d->text, '@');
	if (d->kind != DROPPED_SIP)
		return true;
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const char *id = m->slots[ids[i]].value;
		if (id != NULL && strncmp(d->text, id, strlen(id)) == 0)
			return true;
	}
	for (size_t g = 0; g < p->n_sip && host != NULL; g++)
		if (gateway_has_host(&p->sip[g], host + 1))
			return true;
	return false;
}

static void
settle_dropped(struct arena *a, const struct fragment *f, struct meeting *m)
{
	struct meeting_dropped *kept =
		arena_many(a, struct meeting_dropped, f->n_dropped);
	for (size_t i = 0; i < f->n_dropped; i++)
		if (is_ours(f, m, &f->dropped[i]))
			kept[m->n_dropped++] = f->dropped[i];
	m->dropped = kept;
}

void
candidate_settle(struct arena *a, struct candidate *c)
{
	const struct fragment *f = &c->all;
	struct meeting *m = &c->meeting;
	bool contested[N_SLOTS];
	m->provider = f->set->provider->id;
	m->conflict = f->conflict;
	for (enum slot s = 0; s < N_SLOTS; s++) {
		contested[s] = settle_slot(a, c, s);
		m->conflict |= contested[s];
	}
	bool id_open =
		contested[SLOT_MEETING_ID] && m->slots[SLOT_MEETING_ID].value == NULL;
	if (id_open) /* an address carries the ID too */
		m->slots[SLOT_SIP].value = NULL;
	if (!contested[SLOT_PASSCODE] && !contested[SLOT_PHONE_PIN])
		derive(a, f->set, m);
	key_once(f, m);
	settle_numbers(a, c);
	if (!contested[SLOT_PHONE_ID])
		share(m, SLOT_PHONE_ID);
	if (!contested[SLOT_PHONE_PIN])
		share(m, SLOT_PHONE_PIN);
	settle_dropped(a, f, m);
	c->confirmed = is_confirmed(c);
	m->personal = f->personal;
	m->quoted = c->standing != STANDS_PLAIN;
	m->no_pstn = f->no_pstn;
	m->registration = f->registration;
	c->joinable =
		!m->registration && !id_open &&
		(m->slots[SLOT_URL].value != NULL || m->slots[SLOT_SIP].value != NULL ||
			m->slots[SLOT_MEETING_ID].value != NULL ||
			m->slots[SLOT_PHONE_ID].value != NULL);
}
