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
	bool parameter = false;
	for (size_t i = 0; i < n; i++) {
		parameter |= s[i] == '&';
		if ((s[i] == '%' && i + 2 < n && is_hex(s[i + 1]) && is_hex(s[i + 2])) ||
			(s[i] == '=' && parameter))
			return true;
	}
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

/* Spans as they are without the cuts: one begins behind each. */
static void
cut_spans(struct joining *j)
{
	struct text *t = j->t;
	size_t n = 0, s = 0, gone = 0;
	struct invite_span *spans =
		arena_many(t->arena, struct invite_span, t->n_spans + j->n);
	for (size_t k = 0; k <= j->n; k++) {
		size_t end = k < j->n ? j->cuts[k].at : t->n + 1;
		for (; s < t->n_spans && t->spans[s].at < end; s++) {
			spans[n] = t->spans[s];
			spans[n++].at -= (uint32_t)gone;
		}
		if (k == j->n)
			break;
		while (s < t->n_spans && t->spans[s].at <= j->cuts[k].end)
			s++;
		struct invite_span next = t->spans[s - 1];
		if (next.literal)
			next.origin += (uint32_t)(j->cuts[k].end - next.at);
		gone += j->cuts[k].end - j->cuts[k].at;
		next.at = (uint32_t)(j->cuts[k].end - gone);
		spans[n++] = next;
	}
	t->spans = spans;
	t->n_spans = t->room_spans = n;
}

static void
cut_lines(struct joining *j)
{
	struct text *t = j->t;
	size_t n = 0, k = 0, gone = 0;
	for (size_t i = 0; i < t->n_lines; i++) {
		struct invite_line line = t->lines[i];
		bool joined = k < j->n && line.at == j->cuts[k].end;
		if (joined) {
			gone += j->cuts[k].end - j->cuts[k].at;
			k++;
		}
		line.at -= (uint32_t)gone;
		if (joined)
			t->lines[n - 1].len = line.at + line.len - t->lines[n - 1].at;
		else
			t->lines[n++] = line;
	}
	t->n_lines = n;
}

static void
cut_marks(struct joining *j)
{
	struct text *t = j->t;
	size_t k = 0, gone = 0;
	for (size_t i = 0; i < t->n_hrefs; i++) {
		struct href *h = &t->hrefs[i];
		for (; k < j->n && j->cuts[k].end <= h->shown; k++)
			gone += j->cuts[k].end - j->cuts[k].at;
		size_t within = 0; /* a link may show a broken one */
		for (size_t l = k; l < j->n && j->cuts[l].end <= h->at; l++)
			within += j->cuts[l].end - j->cuts[l].at;
		h->shown -= (uint32_t)gone;
		h->shown_len -= (uint32_t)(within < h->shown_len ? within : h->shown_len);
		h->at -= (uint32_t)(gone + within);
	}
	k = gone = 0;
	for (size_t i = 0; i < t->n_folds; i++) {
		for (; k < j->n && j->cuts[k].end <= t->folds[i]; k++)
			gone += j->cuts[k].end - j->cuts[k].at;
		t->folds[i] -= (uint32_t)gone;
	}
}

static void
cut_text(struct joining *j)
{
	struct text *t = j->t;
	size_t to = j->cuts[0].at;
	for (size_t k = 0; k < j->n; k++) {
		size_t from = j->cuts[k].end,
		       end = k + 1 < j->n ? j->cuts[k + 1].at : t->n;
		memmove(t->s + to, t->s + from, end - from);
		to += end - from;
	}
	t->s[to] = '\0';
	t->n = to;
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
		size_t end_at = at + run(t->s, at, stop);
		s = t->s + end_at - 1; /* a URL within it is its own */
		if (end_at < stop)
			continue;
		bool bracket = from > t->lines[i].at && t->s[from - 1] == '<';
		size_t last =
			bracket ? join_brackets(&j, from, i) : join_query(&j, from, i);
		if (last > i) {
			i = last;
			s = t->s + t->lines[i].at;
		}
	}
	if (j.n == 0)
		return;
	cut_spans(&j);
	cut_lines(&j);
	cut_marks(&j);
	cut_text(&j);
}
