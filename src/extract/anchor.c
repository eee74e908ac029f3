#include "extract/anchor.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "extract/value.h"

enum { MAX_USER = 64, MAX_HOST = 253, MIN_NUMBER = 9, MAX_NUMBER = 15, MIN_CODE = 4 };
enum { NAME_LINES = 2, NAME_WORDS = 16, LOCATION_MAX = 1024 };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *const schemes[] = {"sip", "sips", "mailto", "h323", "pexip"};

struct reading {
	struct matcher *matcher;
	const struct invite *invite;
	const struct invite_part *part;
	struct anchors *out;
	size_t line; /* of the last offset looked up, since they come in order */
	bool linked; /* a link or an address tells whose meeting it is */
};

static uint32_t
line_of(struct reading *r, size_t at)
{
	const struct invite_part *p = r->part;
	if (r->line >= p->n_lines || p->lines[r->line].at > at)
		r->line = 0;
	while (r->line + 1 < p->n_lines && p->lines[r->line + 1].at <= at)
		r->line++;
	return (uint32_t)r->line;
}

static void
add(struct reading *r, struct anchor a)
{
	struct anchors *out = r->out;
	if (out->n == MAX_ANCHORS)
		return;
	if (out->n == out->room) {
		out->room = out->room * 2 + 16;
		struct anchor *more =
			arena_many(r->matcher->arena, struct anchor, out->room);
		if (out->n > 0)
			memcpy(more, out->list, out->n * sizeof *more);
		out->list = more;
	}
	out->list[out->n++] = a;
}

static bool
is_user(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("._-+", c) != NULL);
}

static bool
is_host(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-';
}

/* "sip:sip:1@x" before s[at] */
static bool
has_two_schemes(const char *s, size_t at)
{
	if (at == 0 || s[at - 1] != ':')
		return false;
	size_t from = at - 1;
	while (from > 0 && is_user(s[from - 1]))
		from--;
	return from > 0 && s[from - 1] == ':';
}

/* "sip:" before s[at], perhaps with spaces between: "SIP: 4102@vc.example.com" */
static const char *
scheme_before(const char *s, size_t at)
{
	size_t n = at;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	for (size_t i = 0; i < COUNT(schemes); i++) {
		size_t len = strlen(schemes[i]);
		if (n > len && s[n - 1] == ':' &&
			strncasecmp(s + n - 1 - len, schemes[i], len) == 0 &&
			(n - 1 == len || !is_user(s[n - 2 - len])))
			return schemes[i];
	}
	return "";
}

/* Somebody's mailbox: the organizer's, or one that a link writes to. */
static bool
is_mailbox(const struct invite *invite, const char *address)
{
	const char *organizer = invite->event != NULL ? invite->event->organizer : NULL;
	if (organizer != NULL && strcasecmp(organizer, address) == 0)
		return true;
	for (size_t i = 0; i < invite->n_links; i++)
		if (strcmp(invite->links[i].scheme, "mailto") == 0 &&
			strncasecmp(invite->links[i].url, "mailto:", 7) == 0 &&
			strcasecmp(invite->links[i].url + 7, address) == 0)
			return true;
	return false;
}

/* Something to dial, as it seems, that nobody knows: not a person's mailbox. */
static void
add_stranger(struct reading *r, const char *text, size_t offset, bool plain)
{
	struct anchors *out = r->out;
	size_t digits = strspn(text + (*text == '+'), "0123456789");
	if (digits < MIN_NUMBER || out->n_strangers == MAX_STRANGERS)
		return;
	if (out->strangers == NULL)
		out->strangers =
			arena_many(r->matcher->arena, struct stranger, MAX_STRANGERS);
	out->strangers[out->n_strangers++] =
		(struct stranger){(uint32_t)offset, (uint32_t)strlen(text), text, plain};
}

/* user@host around the '@' at s[at]; host in lower case. `scheme` NULL: what stands before. */
static void
read_address(struct reading *r, const char *scheme, const char *s, size_t n, size_t at,
	size_t offset)
{
	size_t from = at, end = at + 1;
	while (from > 0 && at - from <= MAX_USER && is_user(s[from - 1]))
		from--;
	while (end < n && end - at <= MAX_HOST && is_host(s[end]))
		end++;
	while (end > at + 1 && (s[end - 1] == '.' || s[end - 1] == '-'))
		end--;
	/* a port, a second @, a parameter or a header makes it another address */
	if (from == at || end == at + 1)
		return;
	char *text = arena_strndup(r->matcher->arena, s + from, end - from);
	for (char *c = text + (at - from); *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
	if (has_two_schemes(s, from) ||
		(from > 0 && (s[from - 1] == '@' || s[from - 1] == '%')) ||
		(end < n && (s[end] == '@' || s[end] == '%' || s[end] == '_')) ||
		(end + 1 < n && (s[end] == ':' || s[end] == ';' || s[end] == '?') &&
			is_user(s[end + 1]))) {
		add_stranger(r, text, offset + from, false);
		return;
	}
	if (scheme == NULL)
		scheme = scheme_before(s, from);
	struct anchor a = {.kind = ANCHOR_ADDRESS,
		.at = (uint32_t)(offset + from),
		.len = (uint32_t)(end - from),
		.text = text};
	a.line = line_of(r, a.at);
	bool known = false;
	for (int general = 0; general < 2; general++) {
		const struct written w = {scheme, general != 0};
		a.pattern = match_address(r->matcher, text, &w, &a.captures);
		if (a.pattern == NULL || (w.general && is_mailbox(r->invite, text)))
			continue;
		a.set = a.pattern->set;
		add(r, a);
		known |= !w.general;
	}
	if (!known)
		add_stranger(r, text, a.at, true);
}

/* "sip:1@zoomcrc.com", "sip:sip:1@x" is nothing; "mailto:" as Outlook makes of addresses.
 */
static const char *
address_of(const struct invite_link *l)
{
	for (size_t i = 0; i < COUNT(schemes); i++) {
		size_t n = strlen(schemes[i]);
		if (strcmp(l->scheme, schemes[i]) == 0 &&
			strncasecmp(l->url, schemes[i], n) == 0 && l->url[n] == ':')
			return l->url + n + 1;
	}
	return NULL;
}

static void
read_links(struct reading *r, const struct invite *invite, size_t part)
{
	for (size_t i = 0; i < invite->n_links; i++) {
		const struct invite_link *l = &invite->links[i];
		if (l->part != part)
			continue;
		const char *address = address_of(l);
		if (address != NULL) {
			const char *sign = strchr(address, '@');
			size_t n = strlen(address);
			size_t before = r->out->n, known = r->out->n_strangers;
			/* a second scheme in it makes it another thing */
			if (sign != NULL && n < MAX_USER + MAX_HOST &&
				strchr(address, ':') == NULL)
				read_address(r, l->scheme, address, n,
					(size_t)(sign - address), 0);
			for (size_t k = before; k < r->out->n; k++) {
				struct anchor *a = &r->out->list[k];
				a->at = (uint32_t)l->at;
				a->len = (uint32_t)l->len;
				a->line = (uint32_t)l->line;
			}
			for (size_t k = known; k < r->out->n_strangers; k++) {
				r->out->strangers[k].at = (uint32_t)l->at;
				r->out->strangers[k].len = (uint32_t)l->len;
			}
			continue;
		}
		struct anchor a = {.kind = ANCHOR_LINK,
			.at = (uint32_t)l->at,
			.len = (uint32_t)l->len,
			.line = (uint32_t)l->line,
			.link = l};
		a.pattern = match_link(r->matcher, l, &a.captures);
		if (a.pattern == NULL) {
			r->out->look_alike |=
				!rules_know_host(r->matcher->rules, l->host) &&
				match_look_alike(r->matcher, l->host);
			continue;
		}
		a.set = a.pattern->set;
		add(r, a);
	}
}

/* Addresses in the text, outside of links. */
static void
read_addresses(struct reading *r, const struct invite *invite, size_t part)
{
	const struct invite_part *p = r->part;
	size_t next = 0;
	const char *end = p->text + p->size;
	for (const char *s = p->text; (s = memchr(s, '@', (size_t)(end - s))) != NULL;
		s++) {
		size_t at = (size_t)(s - p->text);
		while (next < invite->n_links &&
			(invite->links[next].part < part ||
				(invite->links[next].part == part &&
					invite->links[next].at +
							invite->links[next].len <=
						at)))
			next++;
		if (next < invite->n_links && invite->links[next].part == part &&
			invite->links[next].at <= at)
			continue;
		read_address(r, NULL, p->text, p->size, at, 0);
	}
}

/* "Zoom 918 4730 2265": with a value behind it, the provider's name is a meeting. */
static bool
names_meeting(struct reading *r, const struct rule_set *set, const struct label *label,
	const struct words_hit *w, size_t line)
{
	struct value_place v;
	return value_read(r->matcher->arena, set->provider, label, r->part, line, w, &v);
}

/* What a service's name by itself says of a phrase: this service's, another's, nothing. */
enum named { NAMED_NOT, NAMED_THIS, NAMED_OTHER };

static enum named
named_by(const struct words_hit *w, const struct rule_set *set)
{
	enum named ret = NAMED_NOT;
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->kind != USE_LABEL || !use->label->names ||
			use->label->slot != SLOT_MEETING_ID ||
			use->set->provider->general)
			continue;
		if (use->set == set)
			return NAMED_THIS;
		ret = NAMED_OTHER;
	}
	return ret;
}

/* The one service that is named before the i-th phrase, on its line or right above. */
static bool
named_above(const struct reading *r, size_t i, const struct rule_set *set, size_t line)
{
	const struct words_hit *words = r->out->words;
	bool named = false;
	uint32_t from = r->part->lines[line > NAME_LINES ? line - NAME_LINES : 0].at;
	for (size_t n = 0; n < NAME_WORDS && i > n && words[i - n - 1].at >= from; n++) {
		enum named by = named_by(&words[i - n - 1], set);
		if (by == NAMED_OTHER)
			return false;
		named |= by == NAMED_THIS;
	}
	return named;
}

/* "Location: Zoom", and no other service. */
static bool
named_in_location(const struct reading *r, const struct rule_set *set)
{
	struct words_hit words[NAME_WORDS];
	bool named = false;
	for (size_t i = 0; i < r->invite->n_parts; i++) {
		const struct invite_part *p = &r->invite->parts[i];
		size_t from = 0, n;
		if (p->source != SOURCE_LOCATION || p->size > LOCATION_MAX)
			continue;
		n = words_find(r->matcher->rules, p->text, p->size, &from, words, NAME_WORDS);
		for (size_t k = 0; k < n; k++) {
			enum named by = named_by(&words[k], set);
			if (by == NAMED_OTHER)
				return false;
			named |= by == NAMED_THIS;
		}
	}
	return named;
}

/*
 * "Weekly on Zoom (Meeting ID: 618 5550 4311)": a label that many services use is that one's
 * which is named right before it, where no link says whose it is.
 */
static bool
follows_name(struct reading *r, size_t i, const struct use *use, size_t line)
{
	const struct label *label = use->label;
	if (label->slot != SLOT_MEETING_ID || label->names || label->weak ||
		use->set->provider->general || r->linked)
		return false;
	return (named_above(r, i, use->set, line) || named_in_location(r, use->set)) &&
	       names_meeting(r, use->set, label, &r->out->words[i], line);
}

/* In any part: what the location's link says needs no guess from the text. */
static bool
is_linked(const struct reading *r)
{
	for (size_t i = 0; i < r->out->n; i++)
		if (!r->out->list[i].set->provider->general)
			return true;
	for (size_t i = 0; i < r->invite->n_links; i++)
		if (rules_know_host(r->matcher->rules, r->invite->links[i].host))
			return true;
	return false;
}

static void
read_words(struct reading *r)
{
	struct anchors *out = r->out;
	r->linked = is_linked(r);
	for (size_t i = 0; i < out->n_words; i++) {
		const struct words_hit *w = &out->words[i];
		for (size_t u = 0; u < w->phrase->n_uses; u++) {
			const struct use *use = &w->phrase->uses[u];
			struct anchor a = {.at = w->at,
				.len = w->len,
				.line = line_of(r, w->at),
				.set = use->set};
			if (use->kind == USE_LABEL &&
				((use->label->names && names_meeting(r, use->set,
							       use->label, w, a.line)) ||
					follows_name(r, i, use, a.line))) {
				a.kind = ANCHOR_MARKER;
			} else if (use->kind == USE_SECTION) {
				a.kind = ANCHOR_ASIDE;
				a.aside = use->section == SECTION_ASIDE;
			} else if (use->kind == USE_MARKER) {
				a.kind = ANCHOR_MARKER;
				a.heading = true;
			} else {
				continue;
			}
			add(r, a);
		}
	}
}

/*
 * A published access number tells whose meeting it is, even where nothing else does:
 * "+1 415-655-0002, access code 177 400 7047". Digits are compared, no more: whether it is
 * a number to call is found out when its line is read.
 */
static void
read_numbers(struct reading *r)
{
	const struct invite_part *p = r->part;
	for (size_t i = 0; i < p->size; i++) {
		char digits[MAX_NUMBER + 1];
		size_t n = 0, at = i, end = i;
		if (p->text[i] < '0' || p->text[i] > '9')
			continue;
		for (; i < p->size && p->text[i] != '\0' &&
			(strchr("0123456789", p->text[i]) != NULL ||
				strchr(" ().-", p->text[i]) != NULL);
			i++) {
			if (p->text[i] < '0')
				continue;
			if (n < MAX_NUMBER)
				digits[n] = p->text[i];
			n++;
			end = i + 1;
		}
		if (n < MIN_NUMBER || n > MAX_NUMBER)
			continue;
		digits[n] = '\0';
		const struct rule_set *set = listed_find(r->matcher->rules, digits);
		if (set != NULL)
			add(r, (struct anchor){.kind = ANCHOR_MARKER,
				       .at = (uint32_t)at,
				       .len = (uint32_t)(end - at),
				       .line = line_of(r, at),
				       .set = set});
	}
}

/*
 * "+1 206 555 0143,,445566#" is a meeting's by what is keyed, whoever's that is: pauses,
 * digits, '#'. Without the '#' it may be somebody's extension.
 */
static bool
is_tail(const char *s, size_t n)
{
	size_t i = 0, digits = 0;
	while (i < n && (s[i] == ',' || s[i] == ';'))
		i++;
	for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
		digits++;
	return digits >= MIN_CODE && i < n &&
	       (s[i] == '#' || (i + 2 < n && memcmp(s + i, "%23", 3) == 0));
}

static void
read_tails(struct reading *r)
{
	const struct rules *rules = r->matcher->rules;
	const struct invite_part *p = r->part;
	for (size_t i = 1; i < p->size; i++) {
		if ((p->text[i] != ',' && p->text[i] != ';') ||
			strchr("0123456789) ", p->text[i - 1]) == NULL ||
			!is_tail(p->text + i, p->size - i))
			continue;
		for (size_t k = 0; k < rules->n_sets; k++)
			if (rules->sets[k].provider->general)
				add(r, (struct anchor){.kind = ANCHOR_MARKER,
					       .at = (uint32_t)i,
					       .len = 1,
					       .line = line_of(r, i),
					       .set = &rules->sets[k]});
	}
}

static void
number_regions(const struct invite_part *p, uint32_t *regions)
{
	uint32_t region = 0;
	const struct invite_line *last = NULL;
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct invite_line *l = &p->lines[i];
		if (l->hidden)
			continue;
		if (last == NULL || l->head || (l->len > 0 && !line_alike(last, l))) {
			region++;
			last = l;
		}
		regions[i] = region;
	}
}

static void
find_words(struct reading *r)
{
	const struct invite_part *p = r->part;
	struct anchors *out = r->out;
	for (size_t from = 0, room = 256; from < p->size && room <= MAX_WORDS;
		room *= 2) {
		struct words_hit *more =
			arena_many(r->matcher->arena, struct words_hit, room);
		if (out->n_words > 0)
			memcpy(more, out->words, out->n_words * sizeof *more);
		out->words = more;
		out->n_words += words_find(r->matcher->rules, p->text, p->size, &from,
			more + out->n_words, room - out->n_words);
	}
}

static int
by_place(const void *a, const void *b)
{
	const struct anchor *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

void
anchors_find(
	struct matcher *m, const struct invite *invite, size_t part, struct anchors *ret)
{
	const struct invite_part *p = &invite->parts[part];
	struct arena *a = m->arena;
	struct reading r = {m, invite, p, ret, 0, false};
	*ret = (struct anchors){.words = NULL};
	find_words(&r);
	ret->regions = arena_many(a, uint32_t, p->n_lines + 1);
	number_regions(p, ret->regions);
	read_links(&r, invite, part);
	read_addresses(&r, invite, part);
	read_words(&r);
	read_numbers(&r);
	read_tails(&r);
	if (ret->n > 1)
		qsort(ret->list, ret->n, sizeof *ret->list, by_place);
}
