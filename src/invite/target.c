#include "invite/target.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "invite/entity.h"
#include "invite/url.h"

enum { NO_PLACE = UINT32_MAX };

void
target_open(struct target *t, struct sink *sink, struct value href)
{
	t->open = href.n > 0;
	t->sink = sink;
	t->href = href;
	t->shown = NO_PLACE;
}

void
target_flushed(struct target *t, const struct sink *sink)
{
	if (t->open && t->sink == sink && t->shown == NO_PLACE)
		t->shown = (uint32_t)sink->text.n;
}

/* Targets within the page, and what only a browser would run. */
static bool
leads_out(const char *url)
{
	static const char *const inside[] = {"javascript:", "vbscript:", "data:", "file:",
		"cid:", "about:", "blob:", "x-apple-data-detectors:"};
	size_t n = strcspn(url, ":/?#");
	if (n == 0 || url[n] != ':')
		return false;
	for (size_t i = 0; i < sizeof inside / sizeof *inside; i++)
		if (strncasecmp(url, inside[i], strlen(inside[i])) == 0)
			return false;
	return true;
}

struct piece {
	size_t at, n;      /* in the value */
	size_t from, size; /* in the original */
	bool escaped;      /* all of it stands for what was there */
};

static void
begin(struct decoded *d, struct arena *a)
{
	enum { LONGEST_ESCAPE = 8 };
	if (d->s == NULL)
		d->s = arena_alloc(a, URL_MAX + LONGEST_ESCAPE);
	d->n = d->n_pieces = 0;
	d->s[0] = '\0';
}

static void
add(struct decoded *d, struct arena *a, const char *s, size_t n, size_t from, size_t size,
	bool escaped)
{
	struct piece *last = d->n_pieces > 0 ? &d->pieces[d->n_pieces - 1] : NULL;
	memcpy(d->s + d->n, s, n);
	if (last != NULL && !escaped && !last->escaped && last->from + last->n == from) {
		last->n += n;
		last->size += size;
	} else {
		d->pieces =
			text_grow(a, d->pieces, d->n_pieces, &d->room, sizeof *d->pieces);
		d->pieces[d->n_pieces++] = (struct piece){d->n, n, from, size, escaped};
	}
	d->n += n;
	d->s[d->n] = '\0';
}

/* Of an attribute; browsers leave out newlines within a link. */
static void
decode(struct decoded *d, struct arena *a, const char *original, struct value v)
{
	while (v.n > 0 && (unsigned char)v.s[0] <= ' ') {
		v.s++;
		v.n--;
	}
	while (v.n > 0 && (unsigned char)v.s[v.n - 1] <= ' ')
		v.n--;
	begin(d, a);
	for (size_t i = 0, used; i < v.n; i += used) {
		unsigned c = (unsigned char)v.s[i];
		size_t from = (size_t)(v.s - original) + i;
		char out[4];
		used = c == '&' ? entity_read(v.s + i, v.n - i, &c) : 0;
		bool escaped = used > 0;
		if (!escaped)
			used = 1;
		if (c < ' ' || c == 0x7f)
			continue;
		if (escaped)
			add(d, a, out, utf8_put(c, out), from, used, true);
		else
			add(d, a, v.s + i, 1, from, 1, false);
	}
}

/* " <", the target, ">" */
static struct href
write(struct text *t, const struct decoded *d, size_t at)
{
	if (t->n > t->line_at && t->s[t->n - 1] != ' ' && t->s[t->n - 1] != '\t')
		text_mark(t, ' ', at);
	text_mark(t, '<', at);
	struct href href = {.at = (uint32_t)t->n};
	for (size_t i = 0; i < d->n_pieces; i++) {
		const struct piece *p = &d->pieces[i];
		if (p->escaped)
			text_instead(t, d->s + p->at, p->n, p->from, p->size);
		else
			text_verbatim(t, d->s + p->at, p->n, p->from);
		at = p->from + p->size;
	}
	href.len = (uint32_t)(t->n - href.at);
	text_mark(t, '>', at);
	return href;
}

void
target_close(struct target *t, const char *original, size_t at)
{
	if (!t->open)
		return;
	struct text *text = &t->sink->text;
	t->open = false;
	if (t->href.n > URL_MAX)
		return;
	struct decoded *d = &t->decoded;
	decode(d, text->arena, original, t->href);
	if (!leads_out(d->s))
		return;
	size_t shown = t->shown, end = text->n;
	while (shown != NO_PLACE && end > shown &&
		strchr(" \t\n", text->s[end - 1]) != NULL)
		end--;
	if (shown == NO_PLACE || end <= shown) {
		sink_flush(t->sink);
		shown = end = text->n;
	} else if (end - shown == d->n && memcmp(text->s + shown, d->s, d->n) == 0) {
		text_href(text, (struct href){(uint32_t)shown, (uint32_t)d->n,
					(uint32_t)shown, 0});
		return;
	}
	struct href href = write(text, d, at);
	href.shown = (uint32_t)shown;
	href.shown_len = (uint32_t)(end - shown);
	text_href(text, href);
}

/* Of a JSON string only what stands in URLs: "\/" and "\u0026". */
static void
decode_json(struct decoded *d, struct arena *a, const char *original, struct value v)
{
	begin(d, a);
	for (size_t i = 0; i < v.n; i++) {
		size_t from = (size_t)(v.s - original) + i;
		const char *s = v.s + i;
		if ((unsigned char)*s < ' ' || *s == 0x7f) {
			continue;
		} else if (*s != '\\') {
			add(d, a, s, 1, from, 1, false);
		} else if (i + 1 < v.n && s[1] == '/') {
			add(d, a, "/", 1, from, 2, true);
			i++;
		} else if (i + 5 < v.n && strncasecmp(s, "\\u0026", 6) == 0) {
			add(d, a, "&", 1, from, 6, true);
			i += 5;
		} else {
			begin(d, a);
			return;
		}
	}
}

void
target_of_script(
	struct target *t, struct sink *k, const char *original, struct value script)
{
	static const char *const steps[] = {
		"\"potentialAction\"", "\"target\"", "\"https:"};
	const char *s = script.s, *end = script.s + script.n;
	for (size_t i = 0; i < sizeof steps / sizeof *steps && s != NULL; i++)
		s = memmem(s, (size_t)(end - s), steps[i], strlen(steps[i]));
	const char *close = s != NULL ? memchr(s + 1, '"', (size_t)(end - s) - 1) : NULL;
	if (close == NULL || close - s > URL_MAX)
		return;
	struct value v = {s + 1, (size_t)(close - s) - 1};
	struct decoded *d = &t->decoded;
	decode_json(d, k->text.arena, original, v);
	if (!leads_out(d->s))
		return;
	size_t at = (size_t)(s - original);
	sink_block(k, at);
	sink_flush(k);
	struct href href = write(&k->text, d, at);
	href.shown = href.at;
	text_href(&k->text, href);
	sink_block(k, at);
}
