#include "extract/scan.h"

#include <string.h>

#include "base/arena.h"
#include "extract/derive.h"
#include "extract/drop.h"
#include "extract/region.h"

enum { LINE_MAX_BYTES = 4096 };

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
			     (s->announced && !scan_has_letters(text, il->len));
	if (il->len <= LINE_MAX_BYTES && (digits || l.n_links > 0))
		l.n_numbers = numbers_find(&s->numbers_of, s->part, line, l.links,
			l.n_links, &r->budget, l.numbers);
	if (s->f->set->provider->general)
		asides_find(&l.asides, s->f->set, s->part, line,
			r->anchors.words + s->word, r->anchors.n_words - s->word);
	scan_words(s, &l, from, end);
	scan_judge_numbers(s, &l);
	if (has_web_link(
		    &l)) /* numbers above a link to join by are not of the phone's part */
		s->n_waiting = 0;
	for (size_t i = 0; i < l.n_numbers; i++)
		if (l.numbers[i].at >= from && l.numbers[i].at < end &&
			!(l.numbers[i].at < s->value_to &&
				s->value_from < l.numbers[i].at + l.numbers[i].len))
			scan_take_number(s, &l.numbers[i]);
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
	scan_place_loose(&s);
	drop_strangers(r, f);
}
