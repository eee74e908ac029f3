#include "invite/text.h"

#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "invite/fold.h"

enum { MAX_BLANKS = 2 }; /* of those that are folded, in a row */

void *
text_grow(struct arena *a, void *list, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return list;
	*room = n * 2 + 16;
	void *more = arena_array(a, *room, size);
	if (n > 0)
		memcpy(more, list, n * size);
	return more;
}

void
text_init(struct text *t, struct arena *a, size_t expected)
{
	*t = (struct text){.arena = a, .start = true, .room = expected + 64};
	t->s = arena_alloc(a, t->room);
}

static void
reserve(struct text *t, size_t n)
{
	if (t->room - t->n > n)
		return;
	t->room = (t->n + n) * 2;
	char *more = arena_alloc(t->arena, t->room);
	memcpy(more, t->s, t->n);
	t->s = more;
}

/* What comes next stood at `origin`. */
static void
map(struct text *t, size_t origin, bool literal)
{
	struct invite_span *last = t->n_spans > 0 ? &t->spans[t->n_spans - 1] : NULL;
	if (last != NULL && last->literal == literal &&
		last->origin + (literal ? t->n - last->at : 0) == origin)
		return;
	if (last == NULL || last->at != t->n) {
		t->spans = text_grow(
			t->arena, t->spans, t->n_spans, &t->room_spans, sizeof *t->spans);
		last = &t->spans[t->n_spans++];
	}
	*last = (struct invite_span){(uint32_t)t->n, (uint32_t)origin, literal};
}

static void
put(struct text *t, const char *s, size_t n, size_t origin, size_t size, bool literal)
{
	reserve(t, n);
	map(t, origin, literal);
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->start = false;
	t->end = origin + size;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
blanks_before(const struct text *t)
{
	size_t n = 0;
	while (n < MAX_BLANKS && t->n - n > t->line_at && is_blank(t->s[t->n - n - 1]))
		n++;
	return n;
}

static void
put_blank(struct text *t, char c, size_t origin, size_t size, bool literal)
{
	if (!t->start && blanks_before(t) < MAX_BLANKS)
		put(t, &c, 1, origin, size, literal);
}

static void
add_mark(struct text *t)
{
	if (t->marks < UINT16_MAX / 2)
		t->marks++;
}

size_t
text_plain(const char *s, size_t n)
{
	size_t i = 0;
	uint64_t v;
	for (; i + sizeof v <= n; i += sizeof v) {
		memcpy(&v, s + i, sizeof v);
		if (text_special(v) != 0)
			break;
	}
	while (i < n && (unsigned char)(s[i] - 0x20) < 0x7f - 0x20)
		i++;
	return i;
}

void
text_run(struct text *t, const char *s, size_t n, size_t origin)
{
	size_t i = 0;
	for (; t->start && i < n && (s[i] == ' ' || s[i] == '>'); i++)
		if (s[i] == '>')
			add_mark(t);
	if (i < n)
		put(t, s + i, n - i, origin + i, n - i, true);
}

void
text_trim(struct text *t)
{
	while (t->n > t->line_at && is_blank(t->s[t->n - 1]))
		t->n--;
	while (t->n_spans > 0 && t->spans[t->n_spans - 1].at >= t->n &&
		t->spans[t->n_spans - 1].at > 0)
		t->n_spans--;
}

static void
end_line(struct text *t)
{
	text_trim(t);
	t->lines = text_grow(
		t->arena, t->lines, t->n_lines, &t->room_lines, sizeof *t->lines);
	t->lines[t->n_lines++] = (struct invite_line){.at = (uint32_t)t->line_at,
		.len = (uint32_t)(t->n - t->line_at),
		.quote = (uint16_t)(t->marks + t->depth),
		.forwarded = t->forwarded};
	t->start = true;
	t->marks = 0;
}

/* More than two empty lines in a row say no more than two. */
static bool
is_one_more(const struct text *t)
{
	if (!t->start || t->n_lines < 2)
		return false;
	const struct invite_line *last = &t->lines[t->n_lines - 1];
	return last[0].len == 0 && last[-1].len == 0 &&
	       last[0].quote == t->marks + t->depth && last[-1].quote == last[0].quote;
}

static void
new_line(struct text *t, size_t origin, bool literal)
{
	if (is_one_more(t)) {
		t->marks = 0;
		return;
	}
	end_line(t);
	put(t, "\n", 1, origin, 1, literal);
	t->line_at = t->n;
	t->start = true;
}

static void
put_code(struct text *t, unsigned c, size_t origin, size_t size, const char *literal)
{
	unsigned to = fold(c);
	char out[4];
	if (to == FOLD_DROP)
		return;
	if (to == '\n') {
		new_line(t, origin, c == to && literal != NULL);
	} else if (to == ' ' || to == '\t') {
		put_blank(t, (char)to, origin, size, false);
	} else if (to == '>' && t->start) {
		add_mark(t);
	} else if (to == c && literal != NULL) {
		put(t, literal, size, origin, size, true);
	} else {
		size_t at = t->n;
		put(t, out, utf8_put(to, out), origin, size, false);
		if (c < 0x80 || to >= 0x80)
			return;
		t->folds = text_grow(
			t->arena, t->folds, t->n_folds, &t->room_folds, sizeof *t->folds);
		t->folds[t->n_folds++] = (uint32_t)at;
	}
}

void
text_code(struct text *t, unsigned c, size_t origin, size_t size)
{
	put_code(t, c, origin, size, NULL);
}

/* Many bad bytes in a row say no more than one. */
static void
put_bad(struct text *t, size_t origin)
{
	static const char bad[] = "\xef\xbf\xbd";
	if (t->n >= 3 && t->end == origin && memcmp(t->s + t->n - 3, bad, 3) == 0)
		t->end++;
	else
		put(t, bad, 3, origin, 1, false);
}

/* One byte between ASCII ones that windows-1252 has a mark for was written in that. */
static bool
is_windows(const char *s, size_t n, bool alone_before)
{
	unsigned char c = (unsigned char)s[0];
	return alone_before && c >= 0x80 && c <= 0xa0 &&
	       (n == 1 || (unsigned char)s[1] < 0x80);
}

size_t
text_char(struct text *t, const char *s, size_t n, size_t origin)
{
	if (s[0] == '\r' && n > 1 && s[1] == '\n') {
		text_break(t, origin);
		return 2;
	}
	unsigned c;
	size_t used = utf8_next(s, n, &c);
	if (s[0] == '\r')
		text_break(t, origin);
	else if (s[0] == '\0')
		put_bad(t, origin);
	else if (c != UTF8_BAD || used > 1)
		put_code(t, c, origin, used, s);
	else if (is_windows(s, n, origin == 0 || (unsigned char)s[-1] < 0x80))
		put_code(t, (unsigned char)s[0], origin, 1, NULL);
	else
		put_bad(t, origin);
	return used;
}

void
text_mark(struct text *t, char c, size_t origin)
{
	text_instead(t, &c, 1, origin, 0);
}

void
text_instead(struct text *t, const char *s, size_t n, size_t origin, size_t size)
{
	put(t, s, n, origin, size, false);
}

void
text_verbatim(struct text *t, const char *s, size_t n, size_t origin)
{
	for (size_t i = 0; i < n;) {
		size_t len = 0;
		unsigned c = 0;
		while (i + len < n && (unsigned char)s[i + len] < 0x80)
			len++;
		if (len == 0) {
			len = utf8_next(s + i, n - i, &c);
			if (c == UTF8_BAD && len == 1) {
				put_bad(t, origin + i);
				i++;
				continue;
			}
		}
		put(t, s + i, len, origin + i, len, true);
		i += len;
	}
}

void
text_href(struct text *t, struct href h)
{
	t->hrefs = text_grow(
		t->arena, t->hrefs, t->n_hrefs, &t->room_hrefs, sizeof *t->hrefs);
	t->hrefs[t->n_hrefs++] = h;
}

void
text_break(struct text *t, size_t origin)
{
	new_line(t, origin, false);
}

static bool
in_host(char c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-';
}

/*
 * A digit or dash in a host that was something else is '_', which no host has: "zoom-x.de"
 * with a typographic hyphen is not that host, nor is one with fullwidth digits.
 */
static void
guard_hosts(struct text *t)
{
	const char *s = t->s;
	size_t from = 0, to = 0;
	bool host = false;
	for (size_t i = 0; i < t->n_folds; i++) {
		size_t at = t->folds[i];
		if (!in_host(s[at]))
			continue;
		if (at >= to) {
			size_t dots = 0, letters = 0;
			for (from = at; from > 0 && in_host(s[from - 1]);)
				from--;
			for (to = from; to < t->n && in_host(s[to]); to++) {
				dots += s[to] == '.';
				letters += (s[to] | 32) >= 'a' && (s[to] | 32) <= 'z';
			}
			bool named =
				from > 0 &&
				(s[from - 1] == '@' || (s[from - 1] == '/' && from > 1 &&
							       s[from - 2] == '/'));
			bool path = to < t->n && (s[to] == '/' || s[to] == ':') &&
				    (from == 0 || s[from - 1] != '/');
			host = dots > 0 && letters > 0 && (named || path);
		}
		if (host)
			t->s[at] = '_';
	}
}

void
text_finish(struct text *t)
{
	if (t->n > t->line_at || t->n_lines == 0) {
		end_line(t);
	} else { /* ended by a newline, which ends no other line */
		t->n--;
		t->end--;
		t->line_at = t->n;
		text_trim(t);
	}
	reserve(t, 1);
	map(t, t->end, false);
	t->s[t->n] = '\0';
	guard_hosts(t);
}

void
text_add_hidden(struct text *t, const struct text *hidden)
{
	if (hidden->n == 0)
		return;
	uint32_t shift = (uint32_t)t->n + 1;
	reserve(t, hidden->n + 1);
	t->s[t->n++] = '\n';
	memcpy(t->s + t->n, hidden->s, hidden->n + 1);
	t->n += hidden->n;
	for (size_t i = 0; i < hidden->n_spans; i++) {
		t->spans = text_grow(
			t->arena, t->spans, t->n_spans, &t->room_spans, sizeof *t->spans);
		t->spans[t->n_spans] = hidden->spans[i];
		t->spans[t->n_spans++].at += shift;
	}
	for (size_t i = 0; i < hidden->n_lines; i++) {
		t->lines = text_grow(
			t->arena, t->lines, t->n_lines, &t->room_lines, sizeof *t->lines);
		t->lines[t->n_lines] = hidden->lines[i];
		t->lines[t->n_lines].hidden = true;
		t->lines[t->n_lines++].at += shift;
	}
	for (size_t i = 0; i < hidden->n_hrefs; i++) {
		struct href h = hidden->hrefs[i];
		text_href(t,
			(struct href){h.at + shift, h.len, h.shown + shift, h.shown_len});
	}
	for (size_t i = 0; i < hidden->n_folds; i++) {
		t->folds = text_grow(
			t->arena, t->folds, t->n_folds, &t->room_folds, sizeof *t->folds);
		t->folds[t->n_folds++] = hidden->folds[i] + shift;
	}
}
