#include "extract/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Hosts: "zoom.us", "*.zoom.us", or "{site}.webex.com" */

static struct host_rule
host_rule(const char *host, const struct pattern *p)
{
	struct host_rule h = {.host = host, .slot = -1, .pattern = p};
	const char *dot = strchr(host, '.');
	if (dot == NULL || (host[0] != '*' && host[0] != '{'))
		return h;
	h.host = dot + 1;
	h.wild = true;
	enum slot slot;
	if (host[0] == '{' && slot_find(host + 1, (size_t)(dot - host) - 2, &slot))
		h.slot = (int)slot;
	return h;
}

static bool
has_name(const struct pattern *list, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return true;
	return false;
}

/* A later file's pattern of the same name takes the place of an earlier one's. */
static void
mark_overridden(struct rule_set *set)
{
	for (size_t f = 0; f < set->n_files; f++) {
		struct pattern_file *file = set->files[f];
		for (size_t l = f + 1; l < set->n_files; l++) {
			const struct pattern_file *later = set->files[l];
			for (unsigned i = 0; i < file->links_count; i++)
				file->links[i].overridden |= has_name(later->links,
					later->links_count, file->links[i].name);
			for (unsigned i = 0; i < file->addresses_count; i++)
				file->addresses[i].overridden |=
					has_name(later->addresses, later->addresses_count,
						file->addresses[i].name);
		}
	}
}

static size_t
add_hosts(struct host_rule *to, size_t n, const struct rule_set *set, bool addresses)
{
	for (size_t f = 0; f < set->n_files; f++) {
		const struct pattern_file *file = set->files[f];
		const struct pattern *ps = addresses ? file->addresses : file->links;
		unsigned count = addresses ? file->addresses_count : file->links_count;
		for (unsigned i = 0; i < count; i++) {
			if (ps[i].overridden)
				continue;
			for (unsigned k = 0; k < ps[i].hosts_count; k++, n++)
				if (to != NULL)
					to[n] = host_rule(ps[i].hosts[k], &ps[i]);
		}
	}
	return n;
}

static int
by_host(const void *a, const void *b)
{
	const struct host_rule *x = a, *y = b;
	int c = strcmp(x->host, y->host);
	if (c == 0)
		c = (int)x->wild - (int)y->wild;
	if (c != 0)
		return c;
	/* the order of a file is the order of its array */
	return x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

static void
index_hosts(struct rules *r, bool addresses, struct host_rule **ret, size_t *ret_n)
{
	size_t n = 0, at = 0;
	for (size_t i = 0; i < r->n_sets; i++)
		n = add_hosts(NULL, n, &r->sets[i], addresses);
	*ret = arena_many(r->arena, struct host_rule, n + 1);
	for (size_t i = 0; i < r->n_sets; i++)
		at = add_hosts(*ret, at, &r->sets[i], addresses);
	if (n > 1)
		qsort(*ret, n, sizeof **ret, by_host);
	*ret_n = n;
}

/* Words */

struct pending {
	const char *text;
	size_t len, order;
	struct use use;
};

struct gathering {
	struct arena *arena;
	struct pending *list;
	size_t n;
};

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static void
gather(struct gathering *g, char **words, unsigned n, struct use use)
{
	for (unsigned i = 0; i < n; i++) {
		size_t len = strlen(words[i]);
		if (len < 2)
			continue;
		char *text = arena_strndup(g->arena, words[i], len);
		for (char *c = text; *c != '\0'; c++)
			*c = fold(*c);
		if (g->list != NULL)
			g->list[g->n] = (struct pending){text, len, g->n, use};
		g->n++;
	}
}

static void
gather_file(struct gathering *g, const struct rule_set *set, const struct pattern_file *f)
{
	for (unsigned i = 0; i < f->labels_count; i++)
		gather(g, f->labels[i].words, f->labels[i].words_count,
			(struct use){set, USE_LABEL, &f->labels[i], 0});
	const struct section_words *s = &f->sections;
	const struct {
		char **list;
		unsigned n;
	} sections[N_SECTIONS] = {{s->web, s->web_count}, {s->phone, s->phone_count},
		{s->room, s->room_count}, {s->aside, s->aside_count},
		{s->end, s->end_count}};
	for (enum section i = 0; i < N_SECTIONS; i++)
		gather(g, sections[i].list, sections[i].n,
			(struct use){set, USE_SECTION, NULL, i});
	gather(g, f->markers, f->markers_count, (struct use){set, USE_MARKER, NULL, 0});
	gather(g, f->no_pstn, f->no_pstn_count, (struct use){set, USE_NO_PSTN, NULL, 0});
	gather(g, f->other_audio, f->other_audio_count,
		(struct use){set, USE_OTHER_AUDIO, NULL, 0});
	gather(g, f->ignore, f->ignore_count, (struct use){set, USE_IGNORE, NULL, 0});
}

static int
by_text(const void *a, const void *b)
{
	const struct pending *x = a, *y = b;
	int c = memcmp(x->text, y->text, 2);
	if (c == 0 && x->len != y->len)
		return x->len > y->len ? -1 : 1;
	if (c == 0)
		c = strcmp(x->text, y->text);
	return c != 0 ? c : x->order < y->order ? -1 : 1;
}

static size_t
head(const char *text)
{
	return (size_t)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

static void
index_words(struct rules *r)
{
	struct gathering g = {r->arena, NULL, 0};
	for (int pass = 0; pass < 2; pass++) {
		if (pass == 1)
			g.list = arena_many(r->arena, struct pending, g.n + 1);
		g.n = 0;
		for (size_t s = 0; s < r->n_sets; s++)
			for (size_t f = 0; f < r->sets[s].n_files; f++)
				gather_file(&g, &r->sets[s], r->sets[s].files[f]);
		if (pass == 0 && g.n > UINT16_MAX - 1)
			g.n = UINT16_MAX - 1;
	}
	if (g.n > 1)
		qsort(g.list, g.n, sizeof *g.list, by_text);
	r->phrases = arena_many(r->arena, struct phrase, g.n + 1);
	r->heads = arena_many(r->arena, uint16_t, 1 << 16);
	struct use *uses = arena_many(r->arena, struct use, g.n + 1);
	for (size_t i = 0; i < g.n; i++) {
		struct phrase *p =
			r->n_phrases > 0 ? &r->phrases[r->n_phrases - 1] : NULL;
		uses[i] = g.list[i].use;
		if (p != NULL && strcmp(p->text, g.list[i].text) == 0) {
			p->n_uses++;
			continue;
		}
		uint16_t *first = &r->heads[head(g.list[i].text)];
		r->phrases[r->n_phrases++] =
			(struct phrase){g.list[i].text, g.list[i].len, &uses[i], 1};
		if (*first == 0)
			*first = (uint16_t)r->n_phrases;
		unsigned char c = (unsigned char)g.list[i].text[0];
		r->begins[c] = true;
		if (c >= 'a' && c <= 'z')
			r->begins[c - 'a' + 'A'] = true;
	}
}

/* Published numbers */

enum { LAST_DIGITS = 7 };

static const char *
last_digits(const char *digits)
{
	size_t n = strlen(digits);
	return n > LAST_DIGITS ? digits + n - LAST_DIGITS : digits;
}

static int
by_last_digits(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	return strcmp(last_digits(x->digits), last_digits(y->digits));
}

static void
index_listed(struct rules *r)
{
	size_t n = 0;
	for (size_t s = 0; s < r->n_sets; s++)
		n += r->sets[s].provider->n_numbers;
	r->listed = arena_many(r->arena, struct listed, n + 1);
	for (size_t s = 0; s < r->n_sets; s++)
		for (size_t i = 0; i < r->sets[s].provider->n_numbers; i++)
			r->listed[r->n_listed++] = (struct listed){
				r->sets[s].provider->numbers[i].e164 + 1, &r->sets[s]};
	if (n > 1)
		qsort(r->listed, n, sizeof *r->listed, by_last_digits);
}

const struct rule_set *
listed_find(const struct rules *r, const char *digits)
{
	digits += strspn(digits, "0"); /* a trunk's */
	size_t low = 0, high = r->n_listed, n = strlen(digits);
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (strcmp(last_digits(r->listed[mid].digits), last_digits(digits)) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < r->n_listed; low++) {
		const char *whole = r->listed[low].digits;
		size_t all = strlen(whole);
		if (strcmp(last_digits(whole), last_digits(digits)) != 0)
			break;
		/* at most a country's code may be missing */
		if (n >= LAST_DIGITS && n <= all && all - n <= 3 &&
			strcmp(whole + all - n, digits) == 0)
			return r->listed[low].set;
	}
	return NULL;
}

void
rules_index(struct rules *r)
{
	for (size_t i = 0; i < r->n_sets; i++)
		mark_overridden(&r->sets[i]);
	index_hosts(r, false, &r->link_hosts, &r->n_link_hosts);
	index_hosts(r, true, &r->address_hosts, &r->n_address_hosts);
	index_words(r);
	index_listed(r);
}

static bool
is_word(char c)
{
	static const bool words[256] = {['0'] = 1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		['A'] = 1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		['a'] = 1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1,
		1};
	return words[(unsigned char)c];
}

/* Bytes of text that the phrase covers, 0 when it is not there. A space is any number. */
static size_t
phrase_at(const struct phrase *p, const char *text, size_t n)
{
	size_t at = 0;
	for (size_t i = 0; i < p->len; i++, at++) {
		if (at >= n || fold(text[at]) != p->text[i])
			return 0;
		if (p->text[i] == ' ')
			while (at + 1 < n && text[at + 1] == ' ')
				at++;
	}
	bool open = is_word(p->text[p->len - 1]) && at < n && is_word(text[at]);
	return open ? 0 : at;
}

size_t
words_find(const struct rules *r, const char *text, size_t n, size_t *from,
	struct words_hit *ret, size_t max)
{
	size_t found = 0, i = *from;
	for (; i + 1 < n; i++) {
		/* the inside of a word begins no phrase, and most of a text is that */
		if (i > 0 && is_word(text[i - 1]))
			while (i + 1 < n && is_word(text[i]))
				i++;
		if (i + 1 >= n || !r->begins[(unsigned char)text[i]])
			continue;
		uint16_t first =
			r->heads[head((char[]){fold(text[i]), fold(text[i + 1])})];
		if (first == 0)
			continue;
		const struct phrase *p = &r->phrases[first - 1];
		const struct phrase *end = r->phrases + r->n_phrases;
		size_t before = found;
		for (const char *two = p->text; p < end && memcmp(p->text, two, 2) == 0;
			p++) {
			size_t len = 0;
			if (p->len == 2 || (i + 2 < n && fold(text[i + 2]) == p->text[2]))
				len = phrase_at(p, text + i, n - i);
			if (len == 0)
				continue;
			if (found == max) { /* all that begin here, or none */
				*from = i;
				return before;
			}
			ret[found++] = (struct words_hit){(uint32_t)i, (uint32_t)len, p};
		}
	}
	*from = n;
	return found;
}
