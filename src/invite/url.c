#include "invite/url.h"

#include <string.h>

#include "base/arena.h"

enum { MAX_SCHEME = 24, MAX_HOST = 253, MAX_LABEL = 63 };

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

static char *
lower(struct arena *a, const char *s, size_t n)
{
	char *out = arena_strndup(a, s, n);
	for (char *c = out; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
	return out;
}

/* "162.255.37.11", and none of the other ways to write that number. */
static bool
is_ipv4(const char *s, size_t n)
{
	size_t numbers = 0;
	for (size_t i = 0, len; i < n; i += len + 1, numbers++) {
		unsigned value = 0;
		for (len = 0; i + len < n && is_digit(s[i + len]) && len < 3; len++)
			value = value * 10 + (unsigned)(s[i + len] - '0');
		if (len == 0 || value > 255 || (len > 1 && s[i] == '0') ||
			(i + len < n && s[i + len] != '.'))
			return false;
	}
	return numbers == 4 && s[n - 1] != '.';
}

/* Labels of letters, digits and hyphens, with dots between. */
static bool
is_host(const char *s, size_t n)
{
	size_t label = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.') {
			if (label == 0)
				return false;
			label = 0;
		} else if (!(is_alpha(s[i]) || is_digit(s[i]) || s[i] == '-') ||
			   ++label > MAX_LABEL) {
			return false;
		}
	}
	bool number = label > 0 && is_digit(s[n - label]);
	return label > 0 && n <= MAX_HOST && (!number || is_ipv4(s, n));
}

static void
read_authority(struct arena *a, const char *s, size_t n, struct url *u)
{
	if (memchr(s, '\\', n) != NULL) /* browsers take it for a slash, others do not */
		return;
	size_t user = n;
	while (user > 0 && s[user - 1] != '@')
		user--;
	u->plain = user == 0;
	s += user;
	n -= user;
	size_t end = n;
	while (end > 0 && is_digit(s[end - 1]))
		end--;
	if (end > 0 && s[end - 1] == ':') {
		const char *port = s + end;
		size_t digits = n - end;
		u->plain &= digits == 0 || (digits == 3 && memcmp(port, "443", 3) == 0) ||
			    (digits == 2 && memcmp(port, "80", 2) == 0);
		n = end - 1;
	}
	if (n > 1 && s[n - 1] == '.')
		n--;
	if (is_host(s, n))
		u->host = lower(a, s, n);
}

bool
url_read(struct arena *a, const char *text, bool schemeless, struct url *ret)
{
	struct url u = {.scheme = "https", .host = "", .plain = true};
	const char *s = text;
	size_t n = 0;
	if (!schemeless) {
		while (n < MAX_SCHEME && (is_alpha(s[n]) || is_digit(s[n]) ||
						 (s[n] != '\0' && strchr("+-.", s[n]))))
			n++;
		if (n == 0 || s[n] != ':' || !is_alpha(s[0]))
			return false;
		u.scheme = lower(a, s, n);
		s += n + 1;
	}
	u.rest = s + strcspn(s, "/?#");
	bool sip = strcmp(u.scheme, "sip") == 0 || strcmp(u.scheme, "sips") == 0 ||
		   strcmp(u.scheme, "h323") == 0 || strcmp(u.scheme, "mailto") == 0;
	if (schemeless) {
		read_authority(a, s, (size_t)(u.rest - s), &u);
	} else if (strncmp(s, "//", 2) == 0) {
		s += 2;
		u.rest = s + strcspn(s, "/?#");
		read_authority(a, s, (size_t)(u.rest - s), &u);
	} else if (sip) {
		read_authority(a, s, strcspn(s, ";/?#"), &u);
	}
	*ret = u;
	return true;
}

bool
url_host_is(const char *host, const char *name)
{
	if (name[0] != '.')
		return strcmp(host, name) == 0;
	size_t n = strlen(host), tail = strlen(name);
	return n > tail && strcmp(host + n - tail, name) == 0;
}

static bool
is_below(const char *host, const char *parent)
{
	size_t n = strlen(host), tail = strlen(parent);
	return n > tail && host[n - tail - 1] == '.' &&
	       strcmp(host + n - tail, parent) == 0;
}

/* The last two labels, when the first of them is too long for a "co" or "com". */
static const char *
house(const char *host)
{
	const char *last = strrchr(host, '.'), *s = last;
	while (s != NULL && s > host && s[-1] != '.')
		s--;
	return s != NULL && last - s > 3 ? s : NULL;
}

bool
url_same_house(const char *a, const char *b)
{
	const char *x = house(a), *y = house(b);
	return strcmp(a, b) == 0 || is_below(a, b) || is_below(b, a) ||
	       (x != NULL && y != NULL && strcmp(x, y) == 0);
}

static int
hex(char c)
{
	return is_digit(c)                          ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
						    : -1;
}

bool
url_unescape(char *s)
{
	char *to = s;
	for (; *s != '\0'; s++) {
		if (*s != '%') {
			*to++ = *s;
			continue;
		}
		int high = hex(s[1]), low = high < 0 ? -1 : hex(s[2]);
		int byte = high * 16 + low;
		if (low < 0 || byte < 0x20 || byte == 0x7f)
			return false;
		*to++ = (char)byte;
		s += 2;
	}
	*to = '\0';
	return true;
}
