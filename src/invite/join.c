#include "invite/join.h"

#include <string.h>

#include "base/arena.h"
#include "invite/url.h"

enum {
	WRAPPED_MIN =
		60, /* bytes of a line that was wrapped for its length, with its marks */
	LEAST_REST = 8, /* of the rest of a URL: shorter ones are left alone */
};

/* A stretch of text that is taken out: a newline, and the '=' before it. */
struct cut {
	size_t at, end;
};

struct joining {
	struct text *t;
	struct cut *cuts;
	size_t n, room;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
in_url(char c)
{
	return (unsigned char)c > ' ' && c != '<' && c != '>' && c != '"' && c != 0x7f;
}

static size_t
run(const char *s, size_t at, size_t end)
{
	size_t i = at;
	while (i < end && in_url(s[i]))
		i++;
	return i - at;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (is_letter(c) && (c | 32) <= 'f');
}

/* What only the inside of a URL looks like: an escape, or the next parameter. */
static bool
goes_on(const char *s, size_t n)
{
	if (n < LEAST_REST || memmem(s, n, "://", 3) != NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s[i] == '%' && i + 2 < n && is_hex(s[i + 1]) && is_hex(s[i + 2])) ||
			(s[i] == '&' && memchr(s + i, '=', n - i) != NULL))
			return true;
	return memmem(s, n, "__;", 3) != NULL;
}

/* The next line, when it goes on at the same depth of quoting. */
static const struct invite_line *
next_line(const struct text *t, size_t i)
{
	const struct invite_line *l = &t->lines[i];
	const struct invite_line *next = i + 1 < t->n_lines ? l + 1 : NULL;
	return next != NULL && next->len > 0 && next->quote == l->quote &&
			       next->hidden == l->hidden
		       ? next
		       : NULL;
}

/* Whether a '=' that ends a line is quoted-printable's; the one of "&data=" is not. */
static bool
is_soft(const char *s, size_t from, size_t end)
{
	if (s[end - 1] != '=')
		return false;
	size_t i = end - 1;
	while (i > from && (is_digit(s[i - 1]) || is_letter(s[i - 1]) || s[i - 1] == '_'))
		i--;
	return i == from || strchr("?&;", s[i - 1]) == NULL;
}

/* Joins line i to the next. */
static void
cut(struct joining *j, size_t from, size_t i)
{
	size_t end = j->t->lines[i].at + j->t->lines[i].len;
	size_t at = end - is_soft(j->t->s, from, end);
	j->cuts = text_grow(j->t->arena, j->cuts, j->n, &j->room, sizeof *j->cuts);
	j->cuts[j->n++] = (struct cut){at, j->t->lines[i + 1].at};
}

/* "<https://…" up to its '>' on one of the next lines, without a blank between. */
static size_t
join_brackets(struct joining *j, size_t from, size_t i)
{
	const struct text *t = j->t;
	size_t first = i;
	for (const struct invite_line *l; (l = next_line(t, i)) != NULL; i++) {
		size_t n = run(t->s, l->at, l->at + l->len);
		if (l->at + n - from > URL_MAX)
			return first;
		if (n < l->len && t->s[l->at + n] != '>')
			return first;
		if (n == l->len)
			continue;
		for (size_t k = first; k <= i; k++)
			cut(j, from, k);
		return i + 1;
	}
	return first;
}

static size_t
join_query(struct joining *j, size_t from, size_t i)
{
	const struct text *t = j->t;
	for (const struct invite_line *l; (l = next_line(t, i)) != NULL; i++) {
		const struct invite_line *now = &t->lines[i];
		size_t end = now->at + now->len;
		size_t n = run(t->s, l->at, l->at + l->len);
		if (now->len + 2u * now->quote < WRAPPED_MIN ||
			l->at + n - from > URL_MAX ||
			(n < l->len && !is_blank(t->s[l->at + n]) &&
				t->s[l->at + n] != '>') ||
			memchr(t->s + from, '?', end - from) == NULL ||
			!goes_on(t->s + l->at, n))
			break;
		cut(j, from, i);
		if (n < l->len)
			return i + 1;
	}
	return i;
}

/* Moves everything down over the cuts. */
static void
close_cuts(struct joining *j)
{
	struct text *t = j->t;
	size_t to = j->cuts[0].at, lines = 0, spans = 0, hrefs = 0, folds = 0;
	size_t l = 0, s = 0, h = 0, f = 0;
	for (size_t k = 0; k <= j->n; k++) {
		size_t from = k > 0 ? j->cuts[k - 1].end : 0;
		size_t end = k < j->n ? j->cuts[k].at : t->n + 1;
		uint32_t shift = (uint32_t)(k > 0 ? from - to : 0);
		for (; l < t->n_lines && t->lines[l].at < end; l++) {
			struct invite_line line = t->lines[l];
			line.at -= shift;
			if (k > 0 &&
				t->lines[l].at == from) { /* it goes on with the last */
				t->lines[lines - 1].len =
					line.at + line.len - t->lines[lines - 1].at;
				continue;
			}
			t->lines[lines++] = line;
		}
		for (; s < t->n_spans && t->spans[s].at < end; s++)
			if (t->spans[s].at >= from) {
				t->spans[spans] = t->spans[s];
				t->spans[spans++].at -= shift;
			}
		for (; h < t->n_hrefs && t->hrefs[h].at < end; h++) {
			t->hrefs[hrefs] = t->hrefs[h];
			t->hrefs[hrefs].at -= shift;
			t->hrefs[hrefs++].shown -= shift;
		}
		for (; f < t->n_folds && t->folds[f] < end; f++)
			t->folds[folds++] = t->folds[f] - shift;
		if (k == 0)
			continue;
		memmove(t->s + to, t->s + from, end - from);
		to += end - from;
	}
	t->n = to - 1;
	t->n_lines = lines;
	t->n_spans = spans;
	t->n_hrefs = hrefs;
	t->n_folds = folds;
}

void
join_broken(struct text *t)
{
	struct joining j = {.t = t};
	size_t i = 0;
	const char *s = t->s, *end = t->s + t->n;
	for (; (s = memchr(s, ':', (size_t)(end - s))) != NULL; s++) {
		if (s[1] != '/' || s[2] != '/')
			continue;
		size_t at = (size_t)(s - t->s);
		while (i + 1 < t->n_lines && t->lines[i + 1].at <= at)
			i++;
		size_t stop = t->lines[i].at + t->lines[i].len;
		size_t from = at;
		while (from > t->lines[i].at && is_letter(t->s[from - 1]))
			from--;
		if (at + run(t->s, at, stop) < stop)
			continue;
		bool bracket = from > t->lines[i].at && t->s[from - 1] == '<';
		size_t last =
			bracket ? join_brackets(&j, from, i) : join_query(&j, from, i);
		if (last > i) {
			i = last;
			s = t->s + t->lines[i].at;
		}
	}
	if (j.n > 0)
		close_cuts(&j);
}
