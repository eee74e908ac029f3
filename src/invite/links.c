#include "invite/links.h"

#include <string.h>

#include "base/arena.h"
#include "invite/place.h"
#include "invite/wrappers.h"

void
links_init(struct links *l, struct arena *a)
{
	*l = (struct links){.arena = a};
}

static void
note_opaque(struct links *l, const char *host)
{
	for (size_t i = 0; i < l->n_opaque; i++)
		if (strcmp(l->opaque[i], host) == 0)
			return;
	if (l->n_opaque < MAX_OPAQUE)
		l->opaque[l->n_opaque++] = host;
}

static bool
is_web(const char *scheme)
{
	return strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0;
}

/* Where the text that is read ends in lines. */
struct reading {
	struct links *links;
	const struct text *text;
	size_t part, line, first; /* the first link of this part */
};

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "=3D" and "=2E" of quoted-printable undone; false when a '=' is not of it. */
static bool
undo_printable(char *s, size_t *ret_escapes)
{
	char *to = s;
	*ret_escapes = 0;
	for (; *s != '\0'; s++, to++) {
		*to = *s;
		if (*s != '=')
			continue;
		int high = hex(s[1]), low = high < 0 ? -1 : hex(s[2]);
		int byte = high * 16 + low;
		if (low < 0 || byte <= 0x20 || byte >= 0x7f)
			return false;
		*to = (char)byte;
		s += 2;
		++*ret_escapes;
	}
	*to = '\0';
	return *ret_escapes > 0;
}

/* A message pasted as it travels has soft line breaks. */
static bool
has_soft_breaks(const struct text *t)
{
	for (size_t i = 0; i < t->n_lines; i++)
		if (t->lines[i].len > 0 &&
			t->s[t->lines[i].at + t->lines[i].len - 1] == '=')
			return true;
	return false;
}

/*
 * A link of a message that was pasted without being decoded, decoded; NULL for all others.
 * One "=3D" alone may be a token that begins so, in a host it cannot be.
 */
static char *
printable(struct reading *r, const char *text)
{
	size_t escapes;
	if (strstr(text, "=3D") == NULL && strstr(text, "=2E") == NULL)
		return NULL;
	char *plain = arena_strdup(r->links->arena, text);
	if (!undo_printable(plain, &escapes))
		return NULL;
	const char *host = strstr(text, "://");
	size_t n = host != NULL ? strcspn(host + 3, "/?#") : 0;
	return escapes > 1 || (n > 0 && memchr(host + 3, '=', n) != NULL) ||
			       has_soft_breaks(r->text)
		       ? plain
		       : NULL;
}

static struct invite_link *
add(struct reading *r, const struct place *p, bool from_href)
{
	struct links *l = r->links;
	const struct text *t = r->text;
	if (l->n == INVITE_MAX_LINKS) {
		l->full = true;
		return NULL;
	}
	char *text = arena_strndup(l->arena, t->s + p->at, p->end - p->at);
	if (p->phone)
		text = arena_printf(l->arena, "tel:%s", text);
	char *plain = printable(r, text);
	struct unwrapped u;
	if (!unwrap(l->arena, plain != NULL ? plain : text, p->schemeless, &u))
		return NULL;
	if (u.opaque)
		note_opaque(l, u.url.host);
	while (r->line + 1 < t->n_lines && t->lines[r->line + 1].at <= p->at)
		r->line++;
	const char **names = arena_many(l->arena, const char *, u.n_names + 1);
	size_t n_names = 0;
	if (plain != NULL)
		names[n_names++] = "quoted-printable";
	for (size_t i = 0; i < u.n_names && n_names < INVITE_MAX_UNWRAP; i++)
		names[n_names++] = u.names[i];
	l->list = text_grow(l->arena, l->list, l->n, &l->room, sizeof *l->list);
	struct invite_link *link = &l->list[l->n++];
	*link = (struct invite_link){.url = u.text,
		.scheme = u.url.scheme,
		.host = u.url.host,
		.rest = u.url.rest,
		.part = r->part,
		.at = p->at,
		.len = p->end - p->at,
		.line = r->line,
		.wrappers = names,
		.n_wrappers = n_names,
		.from_href = from_href,
		.schemeless = p->schemeless && u.n_names == 0};
	return link;
}

/* The host that visible text names, and as it is once unwrapped; false for none. */
static bool
shown_hosts(
	struct arena *a, const struct text *t, size_t from, size_t to, const char *ret[2])
{
	struct places k = places_in(t, from, to);
	struct place p;
	struct unwrapped u;
	while (places_next(&k, &p)) {
		const char *text = arena_strndup(a, t->s + p.at, p.end - p.at);
		struct url outer;
		if (!url_read(a, text, p.schemeless, &outer) || !is_web(outer.scheme) ||
			strchr(outer.host, '.') == NULL ||
			!unwrap(a, text, p.schemeless, &u))
			continue;
		ret[0] = outer.host;
		ret[1] = u.url.host;
		return true;
	}
	return false;
}

static bool
names_another(struct arena *a, const struct text *t, size_t from, size_t to,
	const struct place *target, const struct invite_link *link)
{
	const char *shown[2];
	struct url outer;
	const char *text = arena_strndup(a, t->s + target->at, target->end - target->at);
	if (!is_web(link->scheme) || !shown_hosts(a, t, from, to, shown) ||
		!url_read(a, text, target->schemeless, &outer))
		return false;
	return !url_same_house(shown[1], link->host) && strcmp(shown[0], outer.host) != 0;
}

/* "https://…<https://…>" and "[https://…](https://…)": the second is where it leads. */
static bool
is_shown_for(
	const struct text *t, const struct invite_link *before, const struct place *p)
{
	size_t end = before->at + before->len;
	size_t gap = p->at - end;
	const char *s = t->s + end;
	return is_web(before->scheme) &&
	       ((gap == 1 && *s == '<') || (gap == 2 && memcmp(s, " <", 2) == 0) ||
		       (gap == 2 && memcmp(s, "](", 2) == 0));
}

static void
read_text(struct reading *r, size_t from, size_t to)
{
	struct links *l = r->links;
	struct places k = places_in(r->text, from, to);
	struct place p;
	while (!l->full && places_next(&k, &p)) {
		bool shown =
			l->n > r->first && is_shown_for(r->text, &l->list[l->n - 1], &p);
		struct invite_link before = {.at = 0};
		if (shown)
			before = l->list[l->n - 1];
		struct invite_link *link = add(r, &p, p.bracketed || shown);
		if (!shown || link == NULL || !is_web(link->scheme))
			continue;
		link->mismatch = names_another(
			l->arena, r->text, before.at, before.at + before.len, &p, link);
		link[-1] = link[0]; /* what was shown is no link of its own */
		l->n--;
	}
}

void
links_find(struct links *l, const struct text *t, size_t part)
{
	struct reading r = {l, t, part, 0, l->n};
	size_t from = 0;
	for (size_t i = 0; i < t->n_hrefs && !l->full; i++) {
		const struct href *h = &t->hrefs[i];
		struct place p = {.at = h->at, .end = h->at + h->len};
		read_text(&r, from, h->shown);
		struct invite_link *link = add(&r, &p, true);
		if (link != NULL)
			link->mismatch = names_another(
				l->arena, t, h->shown, h->shown + h->shown_len, &p, link);
		from = p.end;
		r.first = l->n;
	}
	read_text(&r, from, t->n);
}
