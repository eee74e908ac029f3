/* The table of phrases, and the one pass over a text that finds them. */
#include "extract/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

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

void
words_index(struct rules *r)
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
