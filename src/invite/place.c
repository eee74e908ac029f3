#include "invite/place.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "invite/url.h"

enum { MAX_SCHEME = 16, MAX_HOST = 253 };

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
	static const bool ends[128] = {[0 ... ' '] = true,
		['<'] = true,
		['>'] = true,
		['"'] = true,
		['`'] = true,
		['|'] = true,
		['^'] = true,
		['{'] = true,
		['}'] = true,
		[0x7f] = true};
	unsigned char c = (unsigned char)*s;
	if (c < 0x80)
		return !ends[c];
	unsigned cp;
	size_t len = utf8_next(s, n, &cp);
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

/* Takes off what belongs to the sentence around the URL, which has `before` before it. */
static size_t
trim(const char *s, size_t at, size_t end, char before)
{
	static const char closers[] = ")]", openers[] = "([";
	size_t open[2], closed[2];
	for (int k = 0; k < 2; k++) {
		open[k] = count(s + at, end - at, openers[k]);
		closed[k] = count(s + at, end - at, closers[k]);
	}
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
		} else if (c == '(' || c == '[') {
			open[c == '[']--;
		} else if (strchr(".,;:!?'", c) == NULL &&
			   !((c == '*' || c == '_' || c == '~') && c == before)) {
			break;
		}
		end--;
	}
	return end;
}

/* Where the next bracket, colon or the like stands that was not ASCII: no URL's own. */
static size_t
next_folded(const struct text *t, size_t at, size_t to)
{
	size_t low = 0, high = t->n_folds;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (t->folds[mid] < at)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < t->n_folds && t->folds[low] < to; low++)
		if (!is_host(t->s[t->folds[low]]) && t->s[t->folds[low]] != '_')
			return t->folds[low];
	return to;
}

/* The end of the URL that begins at `at`, of which all before `i` is known. */
static size_t
url_end(const struct places *k, size_t at, size_t i)
{
	const char *s = k->s;
	size_t end = i, len, to = k->to;
	bool query = false;
	while (end < to && (len = url_char(s + end, to - end)) > 0) {
		if (s[end] == '&' && to - end > 3 &&
			(strncasecmp(s + end, "&gt;", 4) == 0 ||
				strncasecmp(s + end, "&lt;", 4) == 0))
			break;
		if (s[end] == ']' && end + 1 < to &&
			(s[end + 1] == '(' || s[end + 1] == '['))
			break; /* "[text](target)", "[text][1]" */
		query |= s[end] == '?';
		if ((s[end] == ';' || s[end] == ',') && !query && to - end > 5 &&
			strncasecmp(s + end + 1, "http", 4) == 0)
			break; /* a list */
		end += len;
	}
	if (k->text->n_folds > 0)
		end = next_folded(k->text, i, end);
	return trim(s, i, end, at > 0 ? s[at - 1] : ' ');
}

/* The schemes that are taken from text, and what all their links have. */
static const struct scheme {
	const char *name;
	size_t n;
	enum { SLASHES, ANYTHING, ADDRESS, NUMBER } needs;
} schemes[] = {
	{"https", 5, SLASHES},
	{"http", 4, SLASHES},
	{"zoommtg", 7, SLASHES},
	{"zoomus", 6, SLASHES},
	{"chime", 5, SLASHES},
	{"pexip", 5, SLASHES},
	{"msteams", 7, ANYTHING},
	{"conf", 4, ADDRESS},
	{"sip", 3, ADDRESS},
	{"sips", 4, ADDRESS},
	{"h323", 4, ADDRESS},
	{"mailto", 6, ADDRESS},
	{"tel", 3, NUMBER},
};

static bool
is_web(const struct scheme *c)
{
	return c < schemes + 2;
}

/* The scheme that ends before s[end], NULL for none that we know. */
static const struct scheme *
scheme_before(const char *s, size_t from, size_t end)
{
	if (end == from || !(is_alpha(s[end - 1]) || s[end - 1] == '3'))
		return NULL;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		const struct scheme *c = &schemes[i];
		if (end - from < c->n || (s[end - 1] | 32) != c->name[c->n - 1] ||
			strncasecmp(s + end - c->n, c->name, c->n) != 0)
			continue;
		/* "meetinghttps://…", glued by a bad converter */
		if (!is_web(c) && end - c->n > from &&
			(is_alpha(s[end - c->n - 1]) || is_digit(s[end - c->n - 1])))
			continue;
		return c;
	}
	return NULL;
}

/* "tel:+1…" is a link, "Tel:+1" and "SIP: 1@…" are labels. */
static bool
has_what_it_needs(const struct scheme *c, const char *s, size_t at, size_t end)
{
	const char *value = s + at + c->n + 1;
	size_t n = end - at - c->n - 1, digits = 0;
	switch (c->needs) {
	case SLASHES:
		return n > 2 && value[0] == '/' && value[1] == '/';
	case ANYTHING:
		return n > 0;
	case ADDRESS:
		return memchr(value, '@', n) != NULL;
	case NUMBER:
		for (size_t i = 0; i < n; i++)
			digits += is_digit(value[i]);
		return s[at] == 't' && digits >= 7;
	}
	return false;
}

static bool
with_scheme(struct places *k, size_t colon, struct place *ret)
{
	const char *s = k->s;
	const struct scheme *c = scheme_before(s, k->at, colon);
	if (c == NULL || (c->needs == SLASHES && strncmp(s + colon, "://", 3) != 0) ||
		(c->needs == ADDRESS && colon < k->no_address) ||
		(c->needs == NUMBER && colon < k->no_number))
		return false;
	struct place p = {.at = colon - c->n};
	p.end = url_end(k, p.at, colon + 1);
	if (has_what_it_needs(c, s, p.at, p.end)) {
		*ret = p;
		return true;
	}
	/* nor has any other that begins in the same run */
	if (c->needs == ADDRESS)
		k->no_address = p.end;
	else if (s[p.at] == 't')
		k->no_number = p.end;
	return false;
}

/* "meet.google.com/abc-defg-hij", around the slash: a host's name, a slash, a path. */
static bool
without_scheme(const struct places *k, size_t slash, struct place *ret)
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
	if (at > 0 && (strchr(" \t\n(<[{\"'|,;:>*~", s[at - 1]) == NULL ||
			      (s[at - 1] == ':' && scheme_before(s, 0, at - 1) != NULL)))
		return false;
	struct place p = {.at = at, .end = url_end(k, at, slash), .schemeless = true};
	if (p.end <= slash + 1)
		return false;
	*ret = p;
	return true;
}

/* "<https://…>", and "<+1%20323-…,,1#>" as Gmail leaves of a tel: link. */
static bool
in_brackets(const struct places *k, size_t bracket, struct place *ret)
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
	while (colon < end && colon - at < MAX_SCHEME &&
		(is_alpha(s[colon]) || is_digit(s[colon])))
		colon++;
	const struct scheme *c = s[colon] == ':' ? scheme_before(s, at, colon) : NULL;
	bool known = c != NULL && c->n == colon - at, web = known && is_web(c);
	if (known && bars > 0)
		end = bars; /* "<https://…|what is shown>" */
	bool phone = !known && memmem(s + at, end - at, ",,", 2) != NULL &&
		     strspn(s + at, "+0123456789()-. %,;*#") >= end - at;
	if (!phone &&
		(!known || (web && blanks > 0) || !has_what_it_needs(c, s, at, end)))
		return false;
	*ret = (struct place){.at = at, .end = end, .bracketed = true, .phone = phone};
	return true;
}

static size_t
find(const struct places *k, size_t from, char c)
{
	const char *p = from < k->to ? memchr(k->s + from, c, k->to - from) : NULL;
	return p != NULL ? (size_t)(p - k->s) : k->to;
}

struct places
places_in(const struct text *t, size_t from, size_t to)
{
	struct places k = {.text = t, .s = t->s, .at = from, .to = to};
	k.colon = find(&k, from, ':');
	k.slash = find(&k, from, '/');
	k.bracket = find(&k, from, '<');
	return k;
}

bool
places_next(struct places *k, struct place *ret)
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
		if (ret->end - ret->at <= URL_MAX)
			return true;
	}
	return false;
}
