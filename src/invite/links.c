#include "invite/links.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "invite/wrappers.h"

enum { MAX_SCHEME = 16, MAX_HOST = 253 };

/* A URL as it stands in the text. */
struct place {
	size_t at, end;
	bool schemeless, bracketed;
};

/* Where in the text the search has come to. */
struct search {
	const char *s;
	size_t at, to;
	size_t colon, slash, bracket; /* the next of each, `to` when there is none */
};

static bool
is_alpha(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_host(char c)
{
	return is_alpha(c) || is_digit(c) || c == '.' || c == '-';
}

/*
 * Bytes of the character at s when a URL goes on with it. Letters of scripts that are
 * written with spaces belong to it, though no URL should have them: cutting it there
 * would make another one of it. What is written without spaces follows it.
 */
static size_t
url_char(const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;
	if (c > ' ' && c < 0x7f)
		return strchr("<>\"`|^{}", c) == NULL;
	unsigned cp;
	size_t len = c >= 0x80 ? utf8_next(s, n, &cp) : 0;
	if (len == 0)
		return 0;
	bool letter = (cp >= 0xc0 && cp <= 0x58f) || (cp >= 0x1e00 && cp <= 0x1fff) ||
		      cp == 0x212a;
	return letter || cp == UTF8_BAD ? len : 0;
}

static size_t
count(const char *s, size_t n, char c)
{
	size_t found = 0;
	for (size_t i = 0; i < n; i++)
		found += s[i] == c;
	return found;
}

/* Takes off what belongs to the sentence around the URL. */
static size_t
trim(const char *s, size_t at, size_t end)
{
	static const char closers[] = ")]", openers[] = "([";
	size_t open[2], closed[2];
	for (int k = 0; k < 2; k++) {
		open[k] = count(s + at, end - at, openers[k]);
		closed[k] = count(s + at, end - at, closers[k]);
	}
	char before = at > 0 ? s[at - 1] : ' ';
	while (end > at) {
		char c = s[end - 1];
		const char *closer = strchr(closers, c);
		if (closer != NULL && c != '\0') {
			size_t k = (size_t)(closer - closers);
			if (closed[k] <= open[k])
				break;
			closed[k]--;
		} else if (end - at > 3 && strncasecmp(s + end - 3, "%3e", 3) == 0) {
			end -= 2;
		} else if (strchr(".,;:!?'", c) == NULL &&
			   !((c == '*' || c == '_' || c == '~') && c == before)) {
			break;
		}
		end--;
	}
	return end;
}

static size_t
url_end(const char *s, size_t at, size_t to)
{
	size_t end = at, len;
	while (end < to && (len = url_char(s + end, to - end)) > 0) {
		if (s[end] == '&' && to - end > 3 &&
			(strncasecmp(s + end, "&gt;", 4) == 0 ||
				strncasecmp(s + end, "&lt;", 4) == 0))
			break;
		if (s[end] == ']' && end + 1 < to && s[end + 1] == '(')
			break; /* "[text](target)" */
		end += len;
	}
	return trim(s, at, end);
}

/* The schemes that are taken from text. */
static const struct {
	const char *name;
	bool slashes; /* only with "//" */
} schemes[] = {
	{"https", true},
	{"http", true},
	{"zoommtg", true},
	{"zoomus", true},
	{"chime", true},
	{"pexip", true},
	{"msteams", false},
	{"sip", false},
	{"sips", false},
	{"h323", false},
	{"mailto", false},
	{"tel", false},
};

/* Bytes of the scheme that ends before the colon at s[colon], 0 for none that we know. */
static size_t
scheme_before(const char *s, size_t from, size_t colon, size_t to)
{
	bool slashes = colon + 2 < to && s[colon + 1] == '/' && s[colon + 2] == '/';
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = strlen(schemes[i].name);
		if (colon - from < n || (schemes[i].slashes && !slashes) ||
			strncasecmp(s + colon - n, schemes[i].name, n) != 0)
			continue;
		/* "meetinghttps://…", glued by a bad converter */
		if (i > 1 && colon - n > from &&
			(is_alpha(s[colon - n - 1]) || is_digit(s[colon - n - 1])))
			continue;
		return n;
	}
	return 0;
}

/* "tel:+1…" is a link, "Tel:+1" and "SIP: 1@…" are labels. */
static bool
is_link(const char *s, size_t at, size_t end)
{
	size_t digits = 0;
	if (strncasecmp(s + at, "tel:", 4) == 0) {
		for (size_t i = at + 4; i < end; i++)
			digits += is_digit(s[i]);
		return s[at] == 't' && digits >= 7;
	}
	if (strncasecmp(s + at, "sip", 3) == 0 || strncasecmp(s + at, "h323", 4) == 0 ||
		strncasecmp(s + at, "mailto", 6) == 0)
		return memchr(s + at, '@', end - at) != NULL;
	return true;
}

static bool
with_scheme(const struct search *k, size_t colon, struct place *ret)
{
	size_t n = scheme_before(k->s, k->at, colon, k->to);
	if (n == 0)
		return false;
	struct place p = {.at = colon - n};
	p.end = url_end(k->s, colon + 1, k->to);
	if (p.end <= colon + 1 || p.end - p.at > URL_MAX || !is_link(k->s, p.at, p.end))
		return false;
	*ret = p;
	return true;
}

/* "meet.google.com/abc-defg-hij", around the slash: a host's name, a slash, a path. */
static bool
without_scheme(const struct search *k, size_t slash, struct place *ret)
{
	const char *s = k->s;
	size_t end = slash;
	while (end > k->at && is_digit(s[end - 1]))
		end--;
	end = end > k->at && end < slash && s[end - 1] == ':' ? end - 1 : slash;
	size_t at = end, letters = 0;
	while (at > k->at && end - at <= MAX_HOST && is_host(s[at - 1]))
		at--;
	while (end - letters > at && is_alpha(s[end - letters - 1]))
		letters++;
	if (letters < 2 || end - letters <= at + 1 || s[end - letters - 1] != '.' ||
		s[at] == '.' || s[at] == '-')
		return false;
	if (at > 0 && strchr(" \t\n(<[{\"'|,;:>*_~", s[at - 1]) == NULL)
		return false;
	struct place p = {.at = at, .end = url_end(s, slash, k->to), .schemeless = true};
	if (p.end <= slash + 1 || p.end - at > URL_MAX)
		return false;
	*ret = p;
	return true;
}

/* "<https://…>", and "<+1%20323-…,,1#>" as Gmail leaves of a tel: link. */
static bool
in_brackets(const struct search *k, size_t bracket, struct place *ret)
{
	const char *s = k->s;
	size_t at = bracket + 1, end = at, bars = 0, blanks = 0;
	while (end < k->to && s[end] != '>' && s[end] != '<' && s[end] != '\n') {
		bars += s[end] == '|' && bars == 0 ? end : 0;
		blanks += s[end++] == ' ';
	}
	if (end == k->to || s[end] != '>' || end == at || end - at > URL_MAX)
		return false;
	size_t colon = at;
	while (colon < end && colon - at < MAX_SCHEME && is_alpha(s[colon]))
		colon++;
	bool known = colon < end && s[colon] == ':' &&
		     scheme_before(s, at, colon, k->to) == colon - at;
	bool web = known && (s[at] | 32) == 'h' && (s[at + 1] | 32) == 't';
	if (web && bars > 0)
		end = bars; /* "<https://…|what is shown>" */
	bool phone = !known && memmem(s + at, end - at, ",,", 2) != NULL &&
		     strspn(s + at, "+0123456789()-. %,;*#") >= end - at;
	if (!phone && (!known || (web && blanks > 0) || !is_link(s, at, end)))
		return false;
	*ret = (struct place){.at = at, .end = end, .bracketed = true};
	return true;
}

static size_t
find(const struct search *k, size_t from, char c)
{
	const char *p = from < k->to ? memchr(k->s + from, c, k->to - from) : NULL;
	return p != NULL ? (size_t)(p - k->s) : k->to;
}

static struct search
search_in(const char *s, size_t from, size_t to)
{
	struct search k = {.s = s, .at = from, .to = to};
	k.colon = find(&k, from, ':');
	k.slash = find(&k, from, '/');
	k.bracket = find(&k, from, '<');
	return k;
}

/* The next URL, in order. */
static bool
next_place(struct search *k, struct place *ret)
{
	while (k->colon < k->to || k->slash < k->to || k->bracket < k->to) {
		bool found;
		if (k->bracket < k->colon && k->bracket < k->slash) {
			found = in_brackets(k, k->bracket, ret);
			if (!found)
				k->bracket = find(k, k->bracket + 1, '<');
		} else if (k->colon < k->slash) {
			found = with_scheme(k, k->colon, ret);
			if (!found)
				k->colon = find(k, k->colon + 1, ':');
		} else {
			found = without_scheme(k, k->slash, ret);
			if (!found)
				k->slash = find(k, k->slash + 1, '/');
		}
		if (!found)
			continue;
		k->at = ret->end;
		if (k->colon < k->at)
			k->colon = find(k, k->at, ':');
		if (k->slash < k->at)
			k->slash = find(k, k->at, '/');
		if (k->bracket < k->at)
			k->bracket = find(k, k->at, '<');
		return true;
	}
	return false;
}

/* From places to links */

void
links_init(struct links *l, struct arena *a)
{
	*l = (struct links){.arena = a};
	l->list = arena_many(a, struct invite_link, INVITE_MAX_LINKS);
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
	if (p->bracketed && strchr("+(0123456789", text[0]) != NULL)
		text = arena_printf(l->arena, "tel:%s", text);
	struct unwrapped u;
	if (!unwrap(l->arena, text, p->schemeless, &u))
		return NULL;
	if (u.opaque)
		note_opaque(l, u.url.host);
	while (r->line + 1 < t->n_lines && t->lines[r->line + 1].at <= p->at)
		r->line++;
	const char **names = NULL;
	if (u.n_names > 0) {
		names = arena_many(l->arena, const char *, u.n_names);
		memcpy(names, u.names, u.n_names * sizeof *names);
	}
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
		.n_wrappers = u.n_names,
		.from_href = from_href,
		.schemeless = p->schemeless && u.n_names == 0};
	return link;
}

/* The host that visible text names, and as it is once unwrapped; false for none. */
static bool
shown_hosts(struct arena *a, const char *s, size_t from, size_t to, const char *ret[2])
{
	struct search k = search_in(s, from, to);
	struct place p;
	struct unwrapped u;
	while (next_place(&k, &p)) {
		const char *text = arena_strndup(a, s + p.at, p.end - p.at);
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
	if (!is_web(link->scheme) || !shown_hosts(a, t->s, from, to, shown) ||
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
	struct search k = search_in(r->text->s, from, to);
	struct place p;
	while (!l->full && next_place(&k, &p)) {
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
