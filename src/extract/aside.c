#include "extract/aside.h"

#include <string.h>

static bool
is_aside(const struct words_hit *w, const struct rule_set *set)
{
	for (size_t u = 0; u < w->phrase->n_uses; u++) {
		const struct use *use = &w->phrase->uses[u];
		if (use->set == set && use->kind == USE_SECTION &&
			use->section == SECTION_ASIDE)
			return true;
	}
	return false;
}

/* Whether a sentence, or a table's cell, ends at s[i] of n. */
static bool
ends_at(const char *s, size_t i, size_t n)
{
	if (s[i] == '\t' || s[i] == '|')
		return true;
	return s[i] != '\0' && strchr(".!?;", s[i]) != NULL &&
	       (i + 1 == n || s[i + 1] == ' ');
}

void
asides_find(struct asides *a, const struct rule_set *set, const struct invite_part *part,
	size_t line, const struct words_hit *words, size_t n_words)
{
	const struct invite_line *l = &part->lines[line];
	const char *s = part->text + l->at;
	a->n = 0;
	for (size_t i = 0; i < n_words && words[i].at < l->at + l->len; i++) {
		if (words[i].at < l->at || !is_aside(&words[i], set) ||
			asides_cover(a, words[i].at))
			continue;
		if (a->n == ASIDES_A_LINE) {
			a->list[0].from = l->at;
			a->list[0].to = l->at + l->len;
			a->n = 1;
			return;
		}
		size_t from = words[i].at - l->at, to = from + words[i].len;
		while (from > 0 && !ends_at(s, from - 1, l->len))
			from--;
		while (to < l->len && !ends_at(s, to, l->len))
			to++;
		a->list[a->n].from = l->at + (uint32_t)from;
		a->list[a->n++].to = l->at + (uint32_t)to + 1;
	}
}

bool
asides_cover(const struct asides *a, uint32_t at)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->list[i].from <= at && at < a->list[i].to)
			return true;
	return false;
}
