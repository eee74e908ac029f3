#include "extract/drop.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "extract/printed.h"

enum { MIN_DIALLED = 2 };

static const char *const rules[] = {
	[DROPPED_NUMBER] = "dropped/number",
	[DROPPED_TONES] = "dropped/tones",
	[DROPPED_SIP] = "dropped/sip",
	[DROPPED_H323] = "dropped/h323",
};

static void
drop(struct arena *a, struct fragment *f, enum dropped kind, const char *text,
	const struct invite_part *part, size_t at, size_t len)
{
	if (!f->set->provider->general)
		fragment_drop(
			a, f, kind, text, evidence_at(a, part, rules[kind], at, len));
}

static const struct number_place *
taken_at(const struct number_place *numbers, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (numbers[i].at <= at && at < numbers[i].at + numbers[i].len)
			return &numbers[i];
	return NULL;
}

/* "*72,,84473302265#" is one too: what forwards the line stands where the number should. */
static bool
starts_dial(const char *s, size_t i)
{
	return strchr("+*0123456789(", s[i]) != NULL &&
	       (i == 0 || strchr(" \t:(<>", s[i - 1]) != NULL);
}

/* A dial string at s[at…n); returns where it, or whatever stands there, ends. */
static size_t
read_dial(const struct number_context *k, struct fragment *f,
	const struct invite_part *part, const struct invite_line *line, size_t at,
	const struct number_place *numbers, size_t n_numbers)
{
	const char *s = part->text + line->at;
	size_t star = s[at] == '*', skip;
	struct printed text;
	printed_read(s + at + star, line->len - at - star, &text);
	if (text.digits < MIN_DIALLED)
		return at + 1;
	size_t end = at + star + text.used;
	size_t tail = printed_tail(s + end, line->len - end, &skip);
	/* pauses and digits alone may be a list, or somebody's extension */
	if (tail == 0 || (memchr(s + end + skip, '#', tail) == NULL &&
				 memchr(s + end + skip, '*', tail) == NULL))
		return end;
	const struct number_place *n = taken_at(numbers, n_numbers, line->at + at);
	if (n == NULL || (n->tail && !n->understood))
		drop(k->arena, f, n == NULL ? DROPPED_NUMBER : DROPPED_TONES,
			arena_printf(k->arena, "%s%s", star ? "*" : "", text.text), part,
			line->at + at, end + skip + tail - at);
	return end + skip + tail;
}

/* "tel:+1911,,84473302265#" behind a harmless word. */
static void
read_tel(const struct number_context *k, struct fragment *f,
	const struct invite_part *part, const struct invite_link *link)
{
	struct number_place n;
	struct printed text;
	if (strcmp(link->scheme, "tel") != 0 || strncasecmp(link->url, "tel:", 4) != 0 ||
		strpbrk(link->url, ",;*#") == NULL)
		return;
	bool is_number = number_of_uri(k, link->url, &n);
	printed_read(link->url + 4, strlen(link->url + 4), &text);
	if (text.digits >= MIN_DIALLED && (!is_number || (n.tail && !n.understood)))
		drop(k->arena, f, is_number ? DROPPED_TONES : DROPPED_NUMBER,
			arena_strdup(k->arena, text.text), part, link->at, link->len);
}

void
drop_dials(const struct number_context *k, struct fragment *f,
	const struct invite_part *part, const struct invite_line *line,
	const struct number_place *numbers, size_t n_numbers,
	const struct invite_link *links, size_t n_links)
{
	const char *s = part->text + line->at;
	uint32_t from = f->from > line->at ? f->from - line->at : 0;
	for (size_t i = from; i < line->len && line->at + i < f->to;) {
		while (n_links > 0 && links->at + links->len <= line->at + i) {
			links++;
			n_links--;
		}
		if (n_links > 0 && line->at + i >= links->at) {
			read_tel(k, f, part, links);
			i = links->at + links->len - line->at;
		} else if (starts_dial(s, i)) {
			i = read_dial(k, f, part, line, i, numbers, n_numbers);
		} else {
			i++;
		}
	}
}

void
drop_gateway(struct arena *a, struct fragment *f, const struct invite_part *part,
	size_t at, size_t n, size_t limit)
{
	const char *s = part->text + at;
	size_t end = n + 2;
	if (end >= limit || s[n] != '#' || s[n + 1] != '#')
		return;
	while (end < limit && strchr("0123456789#", s[end]) != NULL)
		end++;
	if (end > n + 2)
		drop(a, f, DROPPED_H323, arena_strndup(a, s, end), part, at, end);
}

/* In the service's own form, at its own host: "1774007047.northwind@lync.webex.com" is for
 * another program, and no wrong address. */
static bool
is_for_others(const struct provider *p, const struct stranger *s)
{
	const char *host = strchr(s->text, '@') + 1;
	bool own = false;
	for (size_t g = 0; g < p->n_sip && !own; g++)
		own = gateway_has_host(&p->sip[g], host);
	return own && s->plain && s->text[0] != '+';
}

void
drop_strangers(struct reading *r, struct fragment *f)
{
	const struct invite_part *part = &r->invite->parts[f->part];
	for (size_t i = 0; i < r->anchors.n_strangers; i++) {
		const struct stranger *s = &r->anchors.strangers[i];
		if (s->at >= f->from && s->at < f->to &&
			!is_for_others(f->set->provider, s))
			drop(r->fs->arena, f, DROPPED_SIP, s->text, part, s->at, s->len);
	}
}
