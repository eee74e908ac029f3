#include "extract/reading.h"

#include <string.h>

#include "base/arena.h"
#include "extract/value.h"

enum { LINE_MAX_BYTES = 4096 };

struct scan {
	struct reading *r;
	struct fragment *f;
	size_t word, link; /* the next of the part */
	enum section section;
	bool open;    /* numbers stand here */
	bool counted; /* some did */
};

static const struct use *
use_of(const struct words_hit *w, const struct rule_set *set, enum section section)
{
	const struct use *found = NULL;
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set != set)
			continue;
		bool fits = use->kind != USE_LABEL || use->label->in == 0 ||
			    (use->label->in & 1 << section) != 0;
		if (fits && (found == NULL || found->kind == USE_MARKER))
			found = use;
	}
	return found;
}

static void
take_label(struct scan *s, size_t line, const struct words_hit *w,
	const struct label *label, struct number_place *numbers, size_t n_numbers)
{
	struct reading *r = s->r;
	struct arena *a = r->fs->arena;
	const struct invite_part *part = &r->invite->parts[r->part];
	struct value_place v;
	if (!value_read(a, s->f->set->provider, label, part, line, w, &v))
		return;
	/* "+1 413-648-4559 PIN: 934959535#": that number's own, and no other's */
	struct number_place *own = NULL;
	for (size_t i = 0; i < n_numbers && numbers[i].at < w->at; i++)
		own = &numbers[i];
	if (own != NULL && label->slot == SLOT_PHONE_ID)
		own->number.phone_id = v.value;
	else if (own != NULL && label->slot == SLOT_PHONE_PIN)
		own->number.phone_pin = v.value;
	else
		fragment_say(s->f, label->slot, HOW_LABEL, v.value,
			evidence_at(a, part, label->label, v.at, v.len));
}

static void
take_words(struct scan *s, size_t line, const struct words_hit *w, const struct use *use,
	struct number_place *numbers, size_t n_numbers)
{
	switch (use->kind) {
	case USE_LABEL:
		take_label(s, line, w, use->label, numbers, n_numbers);
		break;
	case USE_SECTION:
		s->open = use->section == SECTION_PHONE;
		s->counted = s->counted && s->open;
		if (use->section != SECTION_END)
			s->section = use->section;
		break;
	case USE_NO_PSTN:
		s->f->no_pstn = true;
		break;
	case USE_MARKER:
	case USE_IGNORE:
		break;
	}
}

static void
take_number(struct scan *s, struct number_place *n)
{
	struct reading *r = s->r;
	const struct invite_part *part = &r->invite->parts[r->part];
	bool own = n->number.phone_id != NULL || n->number.phone_pin != NULL;
	if (n->personal || (n->tail && !n->understood) ||
		(!n->understood && !own && !n->open))
		return;
	n->number.from = evidence_at(
		r->fs->arena, part, n->understood ? "one_tap" : "number", n->at, n->len);
	for (enum slot slot = 0; slot < N_SLOTS; slot++)
		if (n->values[slot] != NULL)
			fragment_say(
				s->f, slot, HOW_TAIL, n->values[slot], n->number.from);
	fragment_number(r->fs->arena, s->f, n);
	s->counted = true;
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

/* Between numbers stand "or", "(Toll Free)", a country; anything else ends the list. */
static bool
is_prose(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t*-(", *s) != NULL) {
		s++;
		n--;
	}
	while (n > 0 && strchr(" \t):", s[n - 1]) != NULL)
		n--;
	if (n <= 4 || !has_letters(s, n))
		return false;
	char low[64] = "";
	for (size_t i = 0; i < n && i + 1 < sizeof low; i++)
		low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] | 32 : s[i]);
	return n >= sizeof low ||
	       (strstr(low, "toll") == NULL && strstr(low, "united states") == NULL &&
		       phone_country(s, n) == NULL);
}

/* An IPv4 address that the provider names is a gateway; any other digits are not. */
static void
take_addresses(struct scan *s, size_t line)
{
	struct reading *r = s->r;
	const struct provider *p = s->f->set->provider;
	const struct invite_part *part = &r->invite->parts[r->part];
	const struct invite_line *l = &part->lines[line];
	const char *text = part->text + l->at;
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
			for (size_t g = 0; g < p->n_h323; g++)
				if (gateway_has_host(&p->h323[g], ip))
					fragment_say(s->f, SLOT_H323, HOW_ADDRESS,
						arena_strdup(r->fs->arena, ip),
						evidence_at(r->fs->arena, part, "gateway",
							l->at + i, n));
		}
		i += n + 1;
	}
}

/* "?pin=…" is part of a link, no label. */
static bool
in_link(const struct invite_link *links, size_t n, size_t at)
{
	for (size_t i = 0; i < n && links[i].at <= at; i++)
		if (at < links[i].at + links[i].len)
			return true;
	return false;
}

static void
scan_line(struct scan *s, size_t line)
{
	struct reading *r = s->r;
	const struct invite_part *part = &r->invite->parts[r->part];
	const struct invite_line *l = &part->lines[line];
	const struct invite *invite = r->invite;
	uint32_t end = l->at + l->len, from = l->at;
	from = from < s->f->from ? s->f->from : from;
	end = end > s->f->to ? s->f->to : end;
	while (s->link < invite->n_links &&
		(invite->links[s->link].part < r->part ||
			(invite->links[s->link].part == r->part &&
				invite->links[s->link].at < l->at)))
		s->link++;
	size_t links = 0;
	while (s->link + links < invite->n_links &&
		invite->links[s->link + links].part == r->part &&
		invite->links[s->link + links].at < end)
		links++;
	struct number_place numbers[NUMBERS_A_LINE];
	size_t n = l->len > LINE_MAX_BYTES
			   ? 0
			   : numbers_find(r->fs->arena, s->f->set->provider, part, line,
				     invite->links + s->link, links, r->country,
				     &r->budget, numbers);
	size_t next = 0, hits = 0;
	uint32_t read = from; /* words within what was read already are not looked at */
	for (; s->word < r->anchors.n_words && r->anchors.words[s->word].at < end;
		s->word++) {
		const struct words_hit *w = &r->anchors.words[s->word];
		if (w->at < read || in_link(invite->links + s->link, links, w->at))
			continue;
		const struct use *use = use_of(w, s->f->set, s->section);
		if (use == NULL)
			continue;
		for (; next < n && numbers[next].at < w->at; next++)
			numbers[next].open = s->open;
		take_words(s, line, w, use, numbers, n);
		read = w->at + w->len;
		hits++;
	}
	for (; next < n; next++)
		numbers[next].open = s->open;
	for (size_t i = 0; i < n; i++)
		if (numbers[i].at >= from && numbers[i].at < end)
			take_number(s, &numbers[i]);
	take_addresses(s, line);
	if (n == 0 && hits == 0 && links == 0 && s->counted &&
		is_prose(part->text + l->at, l->len))
		s->open = false;
}

void
scan_fragment(struct reading *r, struct fragment *f)
{
	const struct invite_part *part = &r->invite->parts[f->part];
	struct scan s = {.r = r, .f = f, .section = SECTION_WEB};
	for (size_t l = 0; l < part->n_lines; l++) {
		const struct invite_line *line = &part->lines[l];
		if (r->anchors.regions[l] != f->region || line->hidden)
			continue;
		if (line->at + line->len < f->from || line->at >= f->to)
			continue;
		scan_line(&s, l);
	}
}
