#include "extract/reading.h"

#include <string.h>

#include "base/arena.h"
#include "extract/aside.h"
#include "extract/derive.h"
#include "extract/drop.h"
#include "extract/region.h"
#include "extract/value.h"

enum { LINE_MAX_BYTES = 4096, MAX_LOOSE = 32, MAX_WAITING = 32, ACCESS_MIN = 10, RECORDING_LINES = 2 };

struct scan {
	struct reading *r;
	struct fragment *f;
	const struct invite_part *part;
	struct number_context numbers_of;
	struct number_place numbers[NUMBERS_A_LINE]; /* of the line that is read */
	size_t word, link, anchor;                   /* the next of the part */
	enum section section;
	bool open;    /* numbers stand here */
	bool called;  /* words announced them that a conference alone has */
	bool counted; /* some did */
	bool has_above;
	struct number_place above;  /* the last number of the line above */
	struct number_place *loose; /* national ones whose country is not known yet */
	size_t n_loose;
	bool tapped;                  /* a code was printed that is for the phone alone */
	bool announced;               /* the line above says that numbers follow */
	size_t prose;                 /* lines of it since the last number */
	struct number_place *waiting; /* numbers that may belong to such a code below */
	size_t n_waiting;
	uint32_t value_from, value_to; /* the last label's value, which may stand lines below it */
};

/* What stands on one line. */
struct line_scan {
	size_t line;
	const struct invite_link *links;
	size_t n_links;
	struct number_place *numbers; /* NUMBERS_A_LINE of room */
	size_t n_numbers;
	size_t hits;          /* words that meant something */
	struct asides asides; /* sentences that are about something else */
	bool calls;           /* words that announce a number to call stand here */
	bool explained;       /* … or others that are of a telephone's section */
};

/* "Access code" is a label, and what stands around it is for the phone. */
static bool
is_section(const struct words_hit *w, const struct rule_set *set, enum section section)
{
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set == set && use->kind == USE_SECTION &&
			use->section == section)
			return true;
	}
	return false;
}

/* Numbers */

static void begin_phone(struct scan *s, bool above);

static bool
has_said(const struct fragment *f, enum slot slot, const char *value)
{
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
static void
take_number(struct scan *s, struct number_place *n)
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
	if (n->understood || (n->listed && has_said(s->f, SLOT_PASSCODE, NULL)))
		begin_phone(s, false);
}

/*
 * What the phone alone has need of makes this the phone's section, and the numbers right
 * above it the meeting's. Those below a code are too, unless the code's numbers stood above:
 * what follows then is somebody's signature as well as not.
 */
static void
begin_phone(struct scan *s, bool above)
{
	s->tapped = true;
	s->open = !above;
	if (s->section == SECTION_WEB)
		s->section = SECTION_PHONE;
	for (size_t i = 0; i < s->n_waiting; i++) {
		s->waiting[i].open = true;
		take_number(s, &s->waiting[i]);
	}
	s->n_waiting = 0;
}

/*
 * "(866) 679-9995" is of the country that the numbers around it are of. Without such, of
 * the room's own, if it looks like that.
 */
static void
place_loose(struct scan *s)
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

/* Words */

/* "+1 413-648-4559 PIN: 934959535#": that number's own, and no other's. */
static struct number_place *
owner_of(struct scan *s, struct line_scan *l, const struct words_hit *w)
{
	struct number_place *own = s->has_above && l->n_numbers == 0 ? &s->above : NULL;
	for (size_t i = 0; i < l->n_numbers && l->numbers[i].at < w->at; i++)
		own = &l->numbers[i];
	return own;
}

/* "Zoom 646 558 8656": to be called, not to be keyed. */
static bool
is_access_number(const struct rules *r, enum slot slot, const char *value)
{
	return slot == SLOT_MEETING_ID && strlen(value) >= ACCESS_MIN &&
	       listed_find(r, value) != NULL;
}

/*
 * A code for the phone. "phone +1 571 317 3129, access code 691-818-141": the numbers before
 * it on its own line are the meeting's. Where any stood before it, none are looked for below.
 */
static void
begin_phone_by_code(struct scan *s, struct line_scan *l, const struct words_hit *w)
{
	bool above = s->f->n_numbers + s->n_loose + s->n_waiting > 0;
	for (size_t i = 0; i < l->n_numbers && l->numbers[i].at < w->at; i++) {
		l->numbers[i].open |= l->numbers[i].owner != OWNER_PERSON;
		above = true;
	}
	begin_phone(s, above);
}

/* "Passcode\tMeeting ID\tPhone", a table's head: what begins another label is no value. */
static bool
begins_label(const struct scan *s, const struct value_place *v)
{
	const struct anchors *anchors = &s->r->anchors;
	for (size_t i = s->word; i < anchors->n_words && anchors->words[i].at <= v->at; i++)
		if (anchors->words[i].at == v->at && anchors->words[i].len > v->len)
			return true;
	return false;
}

/* "+1 206 555 0143, code 998877": where a code goes with a number that is nobody's known
 * one, it is that number's. */
static bool
is_other_code(struct scan *s, struct line_scan *l, const struct words_hit *w,
	const struct label *label)
{
	bool audio = false;
	for (size_t u = 0; u < w->phrase->n_uses; u++)
		audio |= w->phrase->uses[u].set == s->f->set &&
			 w->phrase->uses[u].kind == USE_OTHER_AUDIO;
	if (!audio || label->slot != SLOT_PASSCODE)
		return false;
	const struct number_place *own = owner_of(s, l, w);
	return own != NULL && !own->listed && !own->understood;
}

/* "Recording: https://… Passcode: 998877": opens what is seen, and no meeting. */
static bool
is_of_recording(struct scan *s, size_t line, const struct words_hit *w,
	const struct label *label)
{
	const struct anchors *anchors = &s->r->anchors;
	if (label->slot != SLOT_PASSCODE && label->slot != SLOT_PHONE_PIN)
		return false;
	while (s->anchor < anchors->n && anchors->list[s->anchor].at < w->at)
		s->anchor++;
	if (s->anchor == 0)
		return false;
	const struct anchor *last = &anchors->list[s->anchor - 1];
	return last->kind == ANCHOR_LINK && last->pattern->kind == KIND_RECORDING &&
	       line - last->line <= RECORDING_LINES;
}

/* "Voicemail: +1 206 555 0143, PIN 1449": what somebody's own number asks for. Behind a number
 * that is nobody's, it is no passcode of the web either. */
static bool
is_of_person(const struct line_scan *l, const struct words_hit *w, enum slot slot)
{
	const struct number_place *own = NULL;
	for (size_t i = 0; i < l->n_numbers && l->numbers[i].at < w->at; i++)
		own = &l->numbers[i];
	if (own == NULL || own->understood || own->listed)
		return false;
	return slot == SLOT_PASSCODE ||
	       (own->owner == OWNER_PERSON &&
		       (slot == SLOT_PHONE_ID || slot == SLOT_PHONE_PIN));
}

/* False when no value stands there. */
static bool
take_label(struct scan *s, struct line_scan *l, const struct words_hit *w,
	const struct label *label)
{
	struct arena *a = s->r->fs->arena;
	struct value_place v;
	if (is_other_code(s, l, w, label) || is_of_recording(s, l->line, w, label) ||
		!value_read(a, s->f->set->provider, label, s->part, l->line, w, &v) ||
		begins_label(s, &v) || is_access_number(s->r->rules, label->slot, v.value))
		return false;
	s->value_from = v.at;
	s->value_to = v.at + v.len;
	/* a code is no telephone number, and what is keyed behind one is no tail */
	for (size_t i = 0; i < l->n_numbers; i++)
		if (l->numbers[i].at < v.at + v.len &&
			v.at < l->numbers[i].at + l->numbers[i].len) {
			l->numbers[i].tail = true;
			l->numbers[i].understood = false;
		}
	if (is_of_person(l, w, label->slot))
		return true;
	struct number_place *own = label->own ? owner_of(s, l, w) : NULL;
	/* an ID that is printed again below numbers is there to be keyed */
	bool again = label->slot == SLOT_MEETING_ID && s->n_waiting > 0 &&
		     has_said(s->f, SLOT_MEETING_ID, v.value);
	if (label->slot == SLOT_PHONE_ID || again ||
		is_section(w, s->f->set, SECTION_PHONE))
		begin_phone_by_code(s, l, w);
	if (own == NULL ||
		(label->slot != SLOT_PHONE_ID && label->slot != SLOT_PHONE_PIN)) {
		fragment_say(a, s->f, label->slot, label->weak ? HOW_HINT : HOW_LABEL,
			v.value, evidence_at(a, s->part, label->label, v.at, v.len));
		return true;
	}
	if (label->slot == SLOT_PHONE_ID)
		own->number.phone_id = v.value;
	else
		own->number.phone_pin = v.value;
	if (own == &s->above)
		take_number(s, own);
	return true;
}

/* "Dial-in:", "Telecon": the words of a conference that no service's are. */
static void
call_in(struct scan *s, struct line_scan *l)
{
	s->section = SECTION_PHONE;
	s->open = s->called = l->calls = true;
}

static void
take_use(struct scan *s, struct line_scan *l, const struct words_hit *w,
	const struct use *use)
{
	char code[VALUE_CODE_MAX + 1];
	switch (use->kind) {
	case USE_SECTION:
		s->open = use->section == SECTION_PHONE;
		s->called &= s->open;
		l->explained |= s->open;
		s->counted = s->counted && s->open;
		if (use->section != SECTION_END)
			s->section = use->section;
		break;
	case USE_NO_PSTN:
		s->f->no_pstn = true;
		break;
	case USE_OTHER_AUDIO:
		if (value_read_code(s->part, l->line, w, code))
			fragment_other_code(s->r->fs->arena, s->f, code);
		break;
	case USE_MARKER:
		if (s->f->set->provider->general)
			call_in(s, l);
		break;
	case USE_LABEL:
	case USE_IGNORE:
		break;
	}
}

/*
 * Of no known service, what follows "Help desk" or "Door" is somebody else's number and code
 * until the words of a conference come back: a bare "code" does not.
 */
static bool
is_aside(const struct scan *s, const struct words_hit *w)
{
	if (!s->f->set->provider->general || s->section != SECTION_ASIDE)
		return false;
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set == s->f->set &&
			(use->kind == USE_MARKER ||
				(use->kind == USE_LABEL && !use->label->weak)))
			return false;
	}
	return true;
}

/* A phrase is the first of its labels that has a value, else whatever else it may be.
 * False when it means nothing here. */
static bool
take_phrase(struct scan *s, struct line_scan *l, const struct words_hit *w)
{
	bool fits = false;
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set != s->f->set || use->kind != USE_LABEL ||
			(use->label->in != 0 && (use->label->in & 1 << s->section) == 0))
			continue;
		if (take_label(s, l, w, use->label))
			return true;
		fits = true;
	}
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set != s->f->set || use->kind == USE_LABEL)
			continue;
		take_use(s, l, w, use);
		fits = true;
	}
	return fits;
}

/* "?pin=…" is part of a link, no label. */
static bool
in_link(const struct line_scan *l, size_t at)
{
	for (size_t i = 0; i < l->n_links && l->links[i].at <= at; i++)
		if (at < l->links[i].at + l->links[i].len)
			return true;
	return false;
}

/* What is said now is not about joining. */
static void
leave(struct scan *s)
{
	s->section = SECTION_ASIDE;
	s->open = s->called = false;
	s->n_waiting = 0;
}

static void
read_words(struct scan *s, struct line_scan *l, uint32_t from, uint32_t end)
{
	const struct anchors *anchors = &s->r->anchors;
	size_t next = 0;
	uint32_t read = from; /* words within what was read already are not looked at */
	for (; s->word < anchors->n_words && anchors->words[s->word].at < end;
		s->word++) {
		const struct words_hit *w = &anchors->words[s->word];
		if (w->at < read || in_link(l, w->at))
			continue;
		for (; next < l->n_numbers && l->numbers[next].at < w->at; next++)
			l->numbers[next].open = s->open;
		if (asides_cover(&l->asides, w->at)) {
			leave(s);
			continue;
		}
		if (is_aside(s, w) || !take_phrase(s, l, w))
			continue;
		read = w->at + w->len;
		l->hits++;
	}
	for (; next < l->n_numbers; next++)
		l->numbers[next].open = s->open;
}

/* Values that prove each other */

/* "fJk9Wm2pLs4 (35599627 vanaf telefoons)": what both are needs no word. */
static void
take_pair(struct scan *s, const struct invite_line *l, const struct derivation *d,
	size_t open)
{
	struct arena *a = s->r->fs->arena;
	const char *text = s->part->text + l->at, *value;
	size_t at;
	if (!derive_beside(a, s->f->set->provider, d, text, l->len, open, &value, &at))
		return;
	size_t n = strspn(text + open + 1, "0123456789");
	fragment_say(a, s->f, d->from, HOW_LABEL, value,
		evidence_at(a, s->part, "derived_beside", l->at + at, strlen(value)));
	fragment_say(a, s->f, d->slot, HOW_LABEL, arena_strndup(a, text + open + 1, n),
		evidence_at(a, s->part, "derived_beside", l->at + open + 1, n));
}

static void
take_pairs(struct scan *s, const struct invite_line *l)
{
	enum { A_LINE = 4 };
	const struct rule_set *set = s->f->set;
	const char *text = s->part->text + l->at, *open = text;
	for (size_t k = 0; k < A_LINE && l->len <= LINE_MAX_BYTES; k++, open++) {
		open = memchr(open, '(', l->len - (size_t)(open - text));
		if (open == NULL)
			return;
		size_t at = l->at + (size_t)(open - text);
		if (at < s->f->from || at >= s->f->to)
			continue;
		for (size_t f = 0; f < set->n_files; f++)
			for (unsigned i = 0; i < set->files[f]->derive_count; i++)
				take_pair(s, l, &set->files[f]->derive[i],
					(size_t)(open - text));
	}
}

/* Gateways */

/* An IPv4 address that the provider names is a gateway; any other digits are not. */
static void
take_addresses(struct scan *s, const struct invite_line *l)
{
	struct arena *a = s->r->fs->arena;
	const struct provider *p = s->f->set->provider;
	const char *text = s->part->text + l->at;
	size_t limit = l->len > LINE_MAX_BYTES ? LINE_MAX_BYTES : l->len;
	for (size_t i = 0; i < limit && p->n_h323 > 0;) {
		size_t n = 0, dots = 0;
		while (i + n < limit && ((text[i + n] >= '0' && text[i + n] <= '9') ||
						text[i + n] == '.'))
			dots += text[i + n++] == '.';
		if (n > 0 && text[i + n - 1] == '.') {
			dots--;
			n--;
		}
		if (dots == 3 && n >= 7 && n <= 15) {
			char ip[16] = "";
			memcpy(ip, text + i, n);
			bool known = false;
			for (size_t g = 0; g < p->n_h323 && !known; g++)
				known = gateway_has_host(&p->h323[g], ip);
			if (known)
				fragment_say(a, s->f, SLOT_H323, HOW_ADDRESS,
					arena_strdup(a, ip),
					evidence_at(a, s->part, "gateway", l->at + i, n));
			else
				drop_gateway(a, s->f, s->part, l->at + i, n, limit - i);
		}
		i += n + 1;
	}
}

/* Lines */

static bool
has_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] >= '0' && s[i] <= '9')
			return true;
	return false;
}

static bool
has_letters(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((s[i] | 32) >= 'a' && (s[i] | 32) <= 'z') ||
			(unsigned char)s[i] >= 0x80)
			return true;
	return false;
}

static bool
is_blank(const char *s, size_t n)
{
	size_t i = 0;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i == n;
}

static void
find_links(struct scan *s, struct line_scan *l, uint32_t from, uint32_t end)
{
	const struct invite *invite = s->r->invite;
	while (s->link < invite->n_links &&
		(invite->links[s->link].part < s->r->part ||
			(invite->links[s->link].part == s->r->part &&
				invite->links[s->link].at < from)))
		s->link++;
	l->links = invite->n_links > 0 ? invite->links + s->link : NULL;
	while (s->link + l->n_links < invite->n_links &&
		l->links[l->n_links].part == s->r->part && l->links[l->n_links].at < end)
		l->n_links++;
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
		if (has_letters(s->part->text + i, 1))
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
	       has_letters(s->part->text + il->at, n->at - il->at);
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

static bool
has_web_link(const struct line_scan *l)
{
	for (size_t i = 0; i < l->n_links; i++)
		if (strncmp(l->links[i].scheme, "http", 4) == 0)
			return true;
	return false;
}

static void
scan_line(struct scan *s, size_t line)
{
	struct reading *r = s->r;
	const struct invite_line *il = &s->part->lines[line];
	const char *text = s->part->text + il->at;
	uint32_t end = il->at + il->len, from = il->at;
	from = from < s->f->from ? s->f->from : from;
	end = end > s->f->to ? s->f->to : end;
	struct line_scan l = {.line = line, .numbers = s->numbers};
	find_links(s, &l, il->at, end);
	bool digits = has_digits(text, il->len);
	s->numbers_of.bare = s->f->set->provider->general ||
			     (s->announced && !has_letters(text, il->len));
	if (il->len <= LINE_MAX_BYTES && (digits || l.n_links > 0))
		l.n_numbers = numbers_find(&s->numbers_of, s->part, line, l.links,
			l.n_links, &r->budget, l.numbers);
	if (s->f->set->provider->general)
		asides_find(&l.asides, s->f->set, s->part, line,
			r->anchors.words + s->word, r->anchors.n_words - s->word);
	read_words(s, &l, from, end);
	disown_numbers(s, &l);
	doubt_numbers(s, &l);
	if (has_web_link(&l)) /* numbers above a link to join by are not of the phone's part */
		s->n_waiting = 0;
	for (size_t i = 0; i < l.n_numbers; i++)
		if (l.numbers[i].at >= from && l.numbers[i].at < end &&
			!(l.numbers[i].at < s->value_to &&
				s->value_from < l.numbers[i].at + l.numbers[i].len))
			take_number(s, &l.numbers[i]);
	if (digits && il->len <= LINE_MAX_BYTES)
		drop_dials(&s->numbers_of, s->f, s->part, il, l.numbers, l.n_numbers,
			l.links, l.n_links);
	if (digits) {
		take_pairs(s, il);
		take_addresses(s, il);
	}
	if (is_blank(text, il->len))
		return;
	s->announced = s->open && l.hits > 0 && l.n_numbers == 0;
	s->has_above = l.n_numbers > 0;
	if (s->has_above)
		s->above = l.numbers[l.n_numbers - 1];
	bool prose = l.n_numbers == 0 && l.hits == 0 && l.n_links == 0 &&
		     region_is_prose(&r->rules->words, text, il->len);
	s->called &= !prose;
	bool listing = (s->open && s->counted) || s->n_waiting > 0 || s->tapped;
	if (listing && prose) {
		s->open &= !s->counted;
		s->n_waiting = 0;
		s->prose++;
	}
}

void
scan_fragment(struct reading *r, struct fragment *f)
{
	struct scan s = {.r = r,
		.f = f,
		.part = &r->invite->parts[f->part],
		.numbers_of = {r->fs->arena, &r->rules->words, f->set->provider, false},
		.section = SECTION_WEB};
	for (size_t l = 0; l < s.part->n_lines; l++) {
		const struct invite_line *line = &s.part->lines[l];
		if (r->anchors.regions[l] != f->region || line->hidden)
			continue;
		if (line->at + line->len < f->from || line->at >= f->to)
			continue;
		scan_line(&s, l);
	}
	place_loose(&s);
	drop_strangers(r, f);
}
