#include "extract/candidate.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "extract/value.h"

enum { MAX_CANDIDATES = 48 };

struct merging {
	struct arena *arena;
	struct candidate **list; /* MAX_CANDIDATES of room */
	size_t n;
};

static enum standing
standing(const struct fragment *f)
{
	return f->hidden      ? STANDS_HIDDEN
	       : f->signature ? STANDS_SIGNATURE
	       : f->quoted    ? STANDS_QUOTED
			      : STANDS_PLAIN;
}

static bool
has_said(const struct fragment *f, enum slot slot)
{
	for (size_t i = 0; i < f->n_said; i++)
		if (f->said[i].slot == slot)
			return true;
	return false;
}

/* A weaker place may add what the stronger ones do not say, and never contradicts them.
 */
static void
absorb(struct arena *a, struct candidate *c, const struct fragment *f)
{
	struct fragment *to = &c->all;
	bool weaker = standing(f) < c->standing;
	bool known[N_SLOTS];
	for (enum slot s = 0; s < N_SLOTS; s++)
		known[s] = has_said(to, s);
	for (size_t i = 0; i < f->n_said; i++) {
		const struct said *s = &f->said[i];
		if (!weaker || !known[s->slot])
			fragment_say(a, to, s->slot, s->how, s->finding.value,
				s->finding.from);
	}
	if (!weaker || to->n_numbers == 0)
		for (size_t i = 0; i < f->n_numbers; i++)
			fragment_number(a, to, &f->numbers[i]);
	for (int k = 0; k < N_KEYS; k++)
		if (to->keys[k] == NULL)
			to->keys[k] = f->keys[k];
	if (f->linked)
		to->personal = f->personal && (to->personal || !to->linked);
	to->linked |= f->linked;
	to->headed |= f->headed;
	to->registration &= f->registration;
	to->mismatch |= f->mismatch;
	to->stranger |= f->stranger;
	to->look_alike |= f->look_alike;
	if (!weaker) {
		to->no_pstn |= f->no_pstn;
		to->conflict |= f->conflict;
	}
	for (size_t i = 0; i < f->n_dropped; i++)
		fragment_drop(a, to, f->dropped[i].kind, f->dropped[i].text,
			f->dropped[i].from);
	for (size_t i = 0; i < f->n_other_codes && !weaker; i++)
		fragment_other_code(a, to, f->other_codes[i]);
	c->in_entry |= f->source == SOURCE_ENTRY;
	c->in_location |= f->source == SOURCE_LOCATION;
}

/*
 * The candidate that a fragment speaks of: one with the same ID, name or key; else, for
 * text in plain view, the only one of its provider that nothing tells apart from it
 * (Teams' long link in one part, its short one in another).
 */
static struct candidate *
find(struct merging *m, const struct fragment *f)
{
	struct candidate *alike = NULL;
	size_t n_alike = 0;
	for (size_t i = 0; i < m->n; i++) {
		struct candidate *c = m->list[i];
		if (c->all.set != f->set || c->all.hidden != f->hidden ||
			fragments_contradict(&c->all, f))
			continue;
		if (fragments_agree(&c->all, f))
			return c;
		if (standing(f) == STANDS_PLAIN && c->standing == STANDS_PLAIN &&
			(c->all.personal == f->personal || !f->linked ||
				!c->all.linked) &&
			c->all.registration == f->registration) {
			alike = c;
			n_alike++;
		}
	}
	return n_alike == 1 ? alike : NULL;
}

/* An ID that only a label gives still tells meetings apart. */
static void
key_by_label(struct fragment *f)
{
	const char *id = NULL;
	enum slot slot =
		f->set->provider->general ? f->set->provider->id_slot : SLOT_MEETING_ID;
	for (size_t i = 0; i < f->n_said; i++) {
		const struct said *s = &f->said[i];
		if (s->slot != slot)
			continue;
		if (id != NULL && strcmp(id, s->finding.value) != 0)
			return;
		id = s->finding.value;
	}
	if (f->keys[BY_ID] == NULL)
		f->keys[BY_ID] = id;
}

static void
gather(struct merging *m, const struct fragments *fs)
{
	for (int pass = STANDS_PLAIN; pass >= STANDS_HIDDEN; pass--) {
		for (size_t k = 0; k < 2 * fs->n; k++) {
			struct fragment *f = fs->list[k % fs->n];
			bool known = f->linked || has_said(f, SLOT_MEETING_ID) ||
				     has_said(f, SLOT_PHONE_ID) ||
				     (f->set->provider->general && f->n_said > 0);
			/* what names no meeting of its own adds to those that do */
			if ((int)standing(f) != pass || known != (k < fs->n))
				continue;
			key_by_label(f);
			struct candidate *c = find(m, f);
			if (c != NULL) {
				absorb(m->arena, c, f);
				continue;
			}
			if (!known)
				continue;
			if (m->n == MAX_CANDIDATES)
				return;
			c = arena_one(m->arena, struct candidate);
			m->list[m->n] = c;
			*c = (struct candidate){.all = *f,
				.standing = (enum standing)pass,
				.in_entry = f->source == SOURCE_ENTRY,
				.in_location = f->source == SOURCE_LOCATION,
				.order = m->n};
			m->n++;
		}
	}
}

/* Ranks */

/*
 * Points of a hundred: what names the meeting, and what takes away from that. `make bench`
 * (bench_confidence) counts how many first meetings were right. In November 2026, of 10,000
 * invites by template and as many that no rule was written from: of those given 96 and 97,
 * 100 % and 90 %; 90 to 92, 100 % and 100 %; 75 to 79, 100 % and 100 %; 60 to 69, 98 % and
 * 83 %; 50 to 59, 100 % and 94 %; 40 to 49, 95 % and 73 %. What is quoted, personal or one of
 * two equals is said to be less sure than that: it is read rightly, and yet may not be what
 * was meant.
 */
enum {
	BY_ENTRY = 97,     /* the calendar gives it as data */
	BY_LINK = 92,      /* a link, an address, or a published number with its dial string */
	BY_TWO_WORDS = 75, /* a label's ID, and a dial string or published number with it */
	BY_HEADING = 70,   /* words that only this service's invites have */
	BY_WORDS = 60,
	WHOLE = 4,         /* with numbers or a passcode, as an invite has them */
	LESS_PERSONAL = 30,
	LESS_HELD_THERE = 10, /* a personal room that the invite says the meeting is in */
	LESS_QUOTED = 30,
	LESS_SIGNATURE = 45,
	LESS_CONFLICT = 40,
	LESS_STRANGE = 30, /* a host that is not the service's, or not the one that is seen */
	MOST_UNJOINABLE = 30,
	LEAST = 5,
};

/* Said to be where the meeting is, and not only whose room there is. */
static bool
is_held_there(const struct candidate *c, bool whole)
{
	return c->standing == STANDS_PLAIN && (whole || c->in_location || c->all.headed);
}

static int
confidence(const struct candidate *c)
{
	const struct fragment *f = &c->all;
	int points = c->in_entry    ? BY_ENTRY
		     : f->linked    ? BY_LINK
		     : c->confirmed ? BY_TWO_WORDS
		     : f->headed    ? BY_HEADING
				    : BY_WORDS;
	bool whole = f->n_numbers > 0 || c->meeting.slots[SLOT_PASSCODE].value != NULL;
	points += whole && points < BY_ENTRY ? WHOLE : 0;
	if (c->meeting.personal)
		points -= is_held_there(c, whole) ? LESS_HELD_THERE : LESS_PERSONAL;
	points -= c->standing == STANDS_QUOTED ? LESS_QUOTED : 0;
	points -= c->standing == STANDS_SIGNATURE ? LESS_SIGNATURE : 0;
	points -= c->meeting.conflict ? LESS_CONFLICT : 0;
	points -= f->mismatch || f->stranger || (f->look_alike && !f->linked)
			  ? LESS_STRANGE
			  : 0;
	if (!c->joinable && points > MOST_UNJOINABLE)
		points = MOST_UNJOINABLE;
	return points < LEAST ? LEAST : points;
}

/*
 * The place that decides: a meeting in plain view before a quoted one, scheduled before
 * somebody's own room, and the calendar's own data before text. What an organiser typed
 * into the location stands above a conference that the calendar added by itself.
 */
static int
rank(const struct candidate *c)
{
	int where = c->in_location ? 2 : c->in_entry ? 1 : 0;
	int place = c->standing == STANDS_PLAIN ? 4 : 2;
	if (c->standing == STANDS_SIGNATURE)
		place = 1;
	if (c->meeting.personal)
		place = c->standing == STANDS_PLAIN && where == 0 ? 2 : place - 1;
	if (where > 0 && c->standing == STANDS_PLAIN)
		place = 4;
	return (c->joinable ? 100 : 0) + place * 10 + where;
}

static int
better_first(const void *a, const void *b)
{
	const struct candidate *x = *(struct candidate *const *)a;
	const struct candidate *y = *(struct candidate *const *)b;
	if (rank(x) != rank(y))
		return rank(x) > rank(y) ? -1 : 1;
	if (x->meeting.confidence != y->meeting.confidence)
		return x->meeting.confidence > y->meeting.confidence ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void
annotate(struct candidate *c)
{
	if (c->in_entry)
		candidate_note(c, "the calendar gives it as data");
	if (c->in_location)
		candidate_note(c, "stands in the location");
	if (c->standing == STANDS_QUOTED)
		candidate_note(c, "stands only in quoted or forwarded text");
	if (c->standing == STANDS_SIGNATURE)
		candidate_note(c, "stands only in a signature");
	if (c->standing == STANDS_HIDDEN)
		candidate_note(c, "stands only in hidden text");
	if (c->meeting.personal)
		candidate_note(c, "somebody's own room");
	if (c->meeting.registration)
		candidate_note(c, "needs registration first");
	if (c->all.mismatch)
		candidate_note(c, "the visible text of its link names another host");
	if (c->all.stranger)
		candidate_note(c, "its link's host is not the organizer's");
	if (c->all.look_alike && !c->all.linked)
		candidate_note(c, "a link beside it only looks like a service's");
	if (!c->all.linked)
		candidate_note(c, "no link names it, only words");
}

static struct meeting *
collect(struct arena *a, struct candidate *const *list, size_t n, bool hidden,
	size_t *ret_n)
{
	size_t wanted = 0;
	for (size_t i = 0; i < n; i++)
		wanted += (list[i]->standing == STANDS_HIDDEN) == hidden;
	wanted = wanted > MEETING_MAX ? MEETING_MAX : wanted;
	struct meeting *out = arena_many(a, struct meeting, wanted);
	*ret_n = 0;
	for (size_t i = 0; i < n && *ret_n < wanted; i++) {
		struct candidate *c = list[i];
		if ((c->standing == STANDS_HIDDEN) != hidden)
			continue;
		const char **notes = arena_many(a, const char *, c->n_notes);
		memcpy(notes, c->notes, c->n_notes * sizeof *notes);
		c->meeting.notes = notes;
		c->meeting.n_notes = c->n_notes;
		out[(*ret_n)++] = c->meeting;
	}
	return out;
}

static void
cap(struct candidate *c, uint8_t most)
{
	if (c->meeting.confidence > most)
		c->meeting.confidence = most;
}

/*
 * Where they stand decides between services, since calendars add one by themselves. Two
 * meetings of one service are two that somebody meant, and one may have been forgotten.
 */
static bool
are_equal(const struct candidate *first, const struct candidate *second)
{
	if (first->all.set->provider->general && second->joinable &&
		second->standing == STANDS_PLAIN)
		return true; /* a number and a code, and somebody's room: which is meant? */
	return rank(first) == rank(second) ||
	       (first->all.set == second->all.set && first->joinable &&
		       first->standing == STANDS_PLAIN &&
		       second->standing == STANDS_PLAIN &&
		       first->meeting.personal == second->meeting.personal);
}

/* A code that goes with no number, of no service that is known. */
static bool
is_nothing(const struct candidate *c)
{
	return c->all.set->provider->general && c->meeting.n_numbers == 0 &&
	       c->meeting.slots[SLOT_SIP].value == NULL;
}

const struct extraction *
extraction_build(struct arena *a, const struct fragments *fs, const struct invite *invite)
{
	struct merging m = {a, arena_many(a, struct candidate *, MAX_CANDIDATES), 0};
	struct extraction *x = arena_one(a, struct extraction);
	gather(&m, fs);
	size_t settled = m.n;
	m.n = 0;
	for (size_t i = 0; i < settled; i++) {
		struct candidate *c = m.list[i];
		candidate_settle(a, c);
		if (is_nothing(c))
			continue;
		c->meeting.confidence = (uint8_t)confidence(c);
		annotate(c);
		m.list[m.n++] = c;
	}
	if (m.n > 1)
		qsort(m.list, m.n, sizeof *m.list, better_first);
	struct candidate *first = NULL, *second = NULL;
	for (size_t i = 0; i < m.n && second == NULL; i++) {
		if (m.list[i]->standing == STANDS_HIDDEN)
			continue;
		if (first == NULL)
			first = m.list[i];
		else
			second = m.list[i];
	}
	x->tie = second != NULL && second->joinable && are_equal(first, second);
	/* a rival in plain view is a doubt, an equal one is a question */
	if (second != NULL && second->joinable && second->standing == STANDS_PLAIN)
		cap(first, second->meeting.personal ? 90 : 80);
	if (x->tie) {
		cap(first, 50);
		cap(second, 50);
	}
	x->meetings = collect(a, m.list, m.n, false, &x->n_meetings);
	x->lost = collect(a, m.list, m.n, true, &x->n_lost);
	const struct event *e = invite->event;
	const char **warnings =
		arena_many(a, const char *, invite->n_opaque + e->n_unread + 2);
	for (size_t i = 0; i < invite->n_opaque; i++)
		warnings[x->n_warnings++] =
			arena_printf(a, "opaque_wrapper: %s", invite->opaque[i]);
	for (size_t i = 0; i < e->n_unread; i++)
		warnings[x->n_warnings++] =
			arena_printf(a, "not_read: %s", e->unread[i]);
	if (invite->truncated)
		warnings[x->n_warnings++] =
			"truncated: only a part of the invite was read";
	x->warnings = warnings;
	return x;
}

const struct extraction *
extract(struct arena *a, const struct rules *rules, const struct invite *invite,
	const char *country)
{
	struct fragments fs = {.arena = a};
	fragments_read(&fs, rules, invite, country);
	return extraction_build(a, &fs, invite);
}
