#include <string.h>

#include "base/arena.h"
#include "extract/scan.h"

enum { MAX_LOOSE = 32, MAX_WAITING = 32 };

bool
scan_has_said(const struct scan *s, enum slot slot, const char *value)
{
	const struct fragment *f = s->f;
	for (size_t i = 0; i < f->n_said; i++)
		if (f->said[i].slot == slot && f->said[i].how == HOW_LABEL &&
			(value == NULL || strcmp(f->said[i].finding.value, value) == 0))
			return true;
	return false;
}

static void
keep_number(struct scan *s, struct number_place *n)
{
	struct arena *a = s->r->fs->arena;
	n->number.from = evidence_at(
		a, s->part, n->understood ? "one_tap" : "number", n->at, n->len);
	for (enum slot slot = 0; slot < N_SLOTS; slot++)
		if (n->values[slot] != NULL)
			fragment_say(
				a, s->f, slot, HOW_TAIL, n->values[slot], n->number.from);
	fragment_number(a, s->f, n);
	/* the service by its number, the meeting by its tail: as good as a link */
	s->f->linked |= n->understood && n->listed;
}

static void
keep_loose(struct scan *s, const struct number_place *n)
{
	if (s->loose == NULL)
		s->loose = arena_many(s->r->fs->arena, struct number_place, MAX_LOOSE);
	if (s->n_loose < MAX_LOOSE)
		s->loose[s->n_loose++] = *n;
}

/*
 * A number is the meeting's when the provider's own tail or code stands behind it, when the
 * provider publishes it, or when it stands in a list of numbers to call; in what language
 * that list is announced matters little once something was printed for the phone alone.
 */
void
scan_take_number(struct scan *s, struct number_place *n)
{
	bool sure = n->understood || n->listed || n->number.phone_id != NULL ||
		    n->number.phone_pin != NULL;
	bool listed =
		(n->open && n->owner != OWNER_PERSON &&
			(n->owner == OWNER_NONE || s->prose <= 1)) ||
		(s->tapped && s->prose <= 1 && n->in_country && n->owner == OWNER_NONE);
	if (n->tail && !n->understood)
		return;
	if (!sure && !listed) {
		if ((n->in_country || n->dial_in) && n->owner == OWNER_NONE &&
			s->n_waiting < MAX_WAITING) {
			if (s->waiting == NULL)
				s->waiting = arena_many(s->r->fs->arena,
					struct number_place, MAX_WAITING);
			s->waiting[s->n_waiting++] = *n;
		}
		return;
	}
	s->counted = true;
	s->prose = 0;
	if (n->national == NULL)
		keep_number(s, n);
	else
		keep_loose(s, n);
	/* below the passcode, a published number begins the phone's section in any language */
	if (n->understood || (n->listed && scan_has_said(s, SLOT_PASSCODE, NULL)))
		scan_begin_phone(s, false);
}

/*
 * What the phone alone has need of makes this the phone's section, and the numbers right
 * above it the meeting's. Those below a code are too, unless the code's numbers stood above:
 * what follows then is somebody's signature as well as not.
 */
void
scan_begin_phone(struct scan *s, bool above)
{
	s->tapped = true;
	s->open = !above;
	if (s->section == SECTION_WEB)
		s->section = SECTION_PHONE;
	for (size_t i = 0; i < s->n_waiting; i++) {
		s->waiting[i].open = true;
		scan_take_number(s, &s->waiting[i]);
	}
	s->n_waiting = 0;
}

/*
 * "(866) 679-9995" is of the country that the numbers around it are of. Without such, of
 * the room's own, if it looks like that.
 */
void
scan_place_loose(struct scan *s)
{
	const struct fragment *f = s->f;
	const char *country =
		f->n_numbers > 0 ? f->numbers[0].number.phone.country : NULL;
	bool guess = f->n_numbers == 0;
	for (size_t i = 1; i < f->n_numbers; i++)
		if (f->numbers[i].number.phone.country_code !=
			f->numbers[0].number.phone.country_code)
			country = NULL;
	if (guess)
		country = s->r->country;
	for (size_t i = 0; i < s->n_loose; i++)
		if (number_place_in(&s->loose[i], f->set->provider, country, guess))
			keep_number(s, &s->loose[i]);
}

bool
scan_has_letters(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z') ||
			(unsigned char)s[i] >= 0x80)
			return true;
	return false;
}

/* Letters outside of numbers and links. */
static bool
has_words(const struct scan *s, const struct line_scan *l)
{
	const struct invite_line *il = &s->part->lines[l->line];
	size_t link = 0, number = 0;
	for (uint32_t i = il->at; i < il->at + il->len; i++) {
		while (link < l->n_links && i >= l->links[link].at + l->links[link].len)
			link++;
		while (number < l->n_numbers &&
			i >= l->numbers[number].at + l->numbers[number].len)
			number++;
		if ((link < l->n_links && i >= l->links[link].at) ||
			(number < l->n_numbers && i >= l->numbers[number].at))
			continue;
		if (scan_has_letters(s->part->text + i, 1))
			return true;
	}
	return false;
}

/* Letters before a number, and no word that tells what they are there for. */
static bool
is_of_other_words(
	const struct scan *s, const struct line_scan *l, const struct number_place *n)
{
	const struct invite_line *il = &s->part->lines[l->line];
	return !l->explained && !n->dial_in && !n->in_country &&
	       scan_has_letters(s->part->text + il->at, n->at - il->at);
}

/*
 * Of no known service, a number in a list must be explained by words on its own line, or be
 * all that stands there, before the code: people's own numbers stand near a bridge's. It is
 * announced by a conference's words on its line, or by such a line right above its list.
 */
static void
doubt_numbers(const struct scan *s, const struct line_scan *l)
{
	if (!s->f->set->provider->general || l->n_numbers == 0)
		return;
	bool plain = l->hits > 0 || (!has_words(s, l) && !(s->tapped && s->counted));
	for (size_t i = 0; i < l->n_numbers; i++) {
		struct number_place *n = &l->numbers[i];
		n->open &= plain || n->dial_in || n->in_country;
		n->called = l->calls || (s->called && !is_of_other_words(s, l, n));
		if (asides_cover(&l->asides, n->at)) { /* nobody's to call */
			n->tail = true;
			n->understood = n->called = false;
		}
	}
}

/*
 * Of any service: "Tel. +1 … | Cell +44 …" is a line of somebody's own, and a long sentence
 * with a number that nothing in it explains is no list's.
 */
static void
disown_numbers(const struct scan *s, const struct line_scan *l)
{
	enum { SENTENCE = 120 };
	bool person = false;
	bool sentence = l->hits == 0 && s->part->lines[l->line].len > SENTENCE;
	uint32_t at = s->part->lines[l->line].at;
	const char *text = s->part->text + at;
	for (size_t i = 0; i < l->n_numbers; i++)
		person |= l->numbers[i].owner == OWNER_PERSON;
	person &= l->hits == 0;
	for (size_t i = 0; i < l->n_numbers; i++) {
		struct number_place *n = &l->numbers[i];
		bool explained = n->dial_in || n->in_country;
		/* "IT helpdesk: +1 … or +1 …" */
		bool joined = i > 0 && n[-1].owner == OWNER_PERSON && !explained;
		/* "Ann | Fabrikam | Tel. +1 …", and what followed stands on the next line */
		bool card = l->hits == 0 && n->owner == OWNER_PHONE && !explained &&
			    memchr(text, '|', n->at - at) != NULL;
		if (card || (person && (n->owner == OWNER_PHONE || joined)))
			n->owner = OWNER_PERSON;
		n->open &= !sentence || explained;
	}
}

void
scan_judge_numbers(const struct scan *s, const struct line_scan *l)
{
	disown_numbers(s, l);
	doubt_numbers(s, l);
}
