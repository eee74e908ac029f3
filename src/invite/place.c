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
	while (end < to && (len = url_char(s + end, to - end)) > 0) {
		if (s[end] == '&' && to - end > 3 &&
			(strncasecmp(s + end, "&gt;", 4) == 0 ||
				strncasecmp(s + end, "&lt;", 4) == 0))
			break;
		if (s[end] == ']' && end + 1 < to && s[end + 1] == '(')
			break; /* "[text](target)" */
		end += len;
	}
	if (k->text->n_folds > 0)
		end = next_folded(k->text, i, end);
	return trim(s, i, end, at > 0 ? s[at - 1] : ' ');
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

/* "https:zoom.us/j/1" is neither one thing nor the other. */
static bool
ends_in_scheme(const char *s, size_t end)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t n = strlen(schemes[i].name);
		if (end >= n && strncasecmp(s + end - n, schemes[i].name, n) == 0)
			return true;
	}
	return false;
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
with_scheme(const struct places *k, size_t colon, struct place *ret)
{
	size_t n = scheme_before(k->s, k->at, colon, k->to);
	if (n == 0)
		return false;
	struct place p = {.at = colon - n};
	p.end = url_end(k, p.at, colon + 1);
	size_t least = strncmp(k->s + colon, "://", 3) == 0 ? colon + 3 : colon + 1;
	if (p.end <= least || p.end - p.at > URL_MAX || !is_link(k->s, p.at, p.end))
		return false;
	*ret = p;
	return true;
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
			      (s[at - 1] == ':' && ends_in_scheme(s, at - 1))))
		return false;
	struct place p = {.at = at, .end = url_end(k, at, slash), .schemeless = true};
	if (p.end <= slash + 1 || p.end - at > URL_MAX)
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
		return true;
	}
	return false;
}
