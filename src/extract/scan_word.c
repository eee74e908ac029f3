#include <string.h>

#include "extract/scan.h"
#include "extract/value.h"

enum { ACCESS_MIN = 10, RECORDING_LINES = 2 };

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
	scan_begin_phone(s, above);
}

/* "Passcode\tMeeting ID\tPhone", a table's head: what begins another label is no value. */
static bool
begins_label(const struct scan *s, const struct value_place *v)
{
	const struct anchors *anchors = &s->r->anchors;
	for (size_t i = s->word; i < anchors->n_words && anchors->words[i].at <= v->at;
		i++)
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
is_of_recording(
	struct scan *s, size_t line, const struct words_hit *w, const struct label *label)
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
		begins_label(s, &v) ||
		is_access_number(s->r->rules, label->slot, v.value))
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
		     scan_has_said(s, SLOT_MEETING_ID, v.value);
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
		scan_take_number(s, own);
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

void
scan_words(struct scan *s, struct line_scan *l, uint32_t from, uint32_t end)
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
