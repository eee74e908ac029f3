#include "invite/tag.h"

#include <string.h>

enum { LETTER = 1, DIGIT = 2, NAME_MARK = 4, SPACE = 8, ENDS_NAME = 16 };

static const uint8_t kinds[256] = {
	['a' ... 'z'] = LETTER,
	['A' ... 'Z'] = LETTER,
	['0' ... '9'] = DIGIT,
	[':'] = NAME_MARK,
	['-'] = NAME_MARK,
	['_'] = NAME_MARK,
	[' '] = SPACE | ENDS_NAME,
	['\n'] = SPACE | ENDS_NAME,
	['\t'] = SPACE | ENDS_NAME,
	['\r'] = SPACE | ENDS_NAME,
	['\f'] = SPACE | ENDS_NAME,
	['='] = ENDS_NAME,
	['>'] = ENDS_NAME,
	['/'] = ENDS_NAME,
};

static bool
is(char c, int kind)
{
	return (kinds[(unsigned char)c] & kind) != 0;
}

/* `word` is in lower case. */
static bool
begins(const char *s, size_t n, const char *word)
{
	size_t i = 0;
	while (i < n && word[i] != '\0' && (s[i] | 32) == word[i])
		i++;
	return word[i] == '\0';
}

/* "<https://…>", "<tel:+1…>" and "<jane@example.com>" are text in angle brackets. */
static bool
is_address(const char *s, size_t n, size_t name, bool colon)
{
	static const char *const schemes[] = {
		"tel:", "sip:", "sips:", "h323:", "mailto:", "callto:"};
	char end = name < n ? s[name] : '>';
	if ((!is(end, SPACE) && end != '/' && end != '>') || s[name - 1] == ':')
		return true;
	if (!colon) /* which "<o:p>" has too */
		return false;
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (begins(s, name, schemes[i]))
			return true;
	return false;
}

static void
keep(struct tag *t, const char *name, size_t n, struct value v)
{
	static const struct {
		const char *name;
		size_t n, at;
	} wanted[] = {
		{"href", 4, offsetof(struct tag, href)},
		{"style", 5, offsetof(struct tag, style)},
		{"class", 5, offsetof(struct tag, class)},
		{"id", 2, offsetof(struct tag, id)},
		{"type", 4, offsetof(struct tag, type)},
	};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct value *to = (struct value *)((char *)t + wanted[i].at);
		if (n != wanted[i].n || !begins(name, n, wanted[i].name))
			continue;
		if (to->s == NULL) /* of two, the first counts */
			*to = v;
		return;
	}
	if (n == 6 && begins(name, n, "hidden"))
		t->hidden = true;
}

/* The attribute at s[i]; returns where it ends, n when it does not. */
static size_t
read_attribute(const char *s, size_t n, size_t i, struct tag *t)
{
	const char *name = s + i;
	struct value v = {"", 0};
	for (i++; i < n && !is(s[i], ENDS_NAME);) /* whatever the first is */
		i++;
	size_t len = (size_t)(s + i - name);
	while (i < n && is(s[i], SPACE))
		i++;
	if (i < n && s[i] == '=') {
		i++;
		while (i < n && is(s[i], SPACE))
			i++;
		if (i < n && (s[i] == '"' || s[i] == '\'')) {
			const char *end = memchr(s + i + 1, s[i], n - i - 1);
			v.s = s + i + 1;
			v.n = end != NULL ? (size_t)(end - v.s) : n - i - 1;
			i = end != NULL ? (size_t)(end - s) + 1 : n;
		} else {
			v.s = s + i;
			while (i < n && s[i] != '>' && !is(s[i], SPACE))
				i++;
			v.n = (size_t)(s + i - v.s);
		}
	}
	keep(t, name, len, v);
	return i;
}

size_t
tag_read(const char *s, size_t n, struct tag *ret)
{
	struct tag t = {.closing = n > 1 && s[1] == '/'};
	size_t from = 1 + t.closing, i = from;
	if (i >= n || !is(s[i], LETTER))
		return 0;
	bool colon = false;
	for (; i < n && is(s[i], LETTER | DIGIT | NAME_MARK); i++) {
		colon |= s[i] == ':';
		if (i - from < TAG_NAME)
			t.name[i - from] = (char)(s[i] | 32);
	}
	if (is_address(s + from, n - from, i - from, colon))
		return 0;
	while (i < n && s[i] != '>') {
		if (is(s[i], SPACE) || s[i] == '/')
			i++;
		else
			i = read_attribute(s, n, i, &t);
	}
	*ret = t;
	return i < n ? i + 1 : n;
}

/* Styles */

/* A length in hundredths of a pixel or point; of another unit it is told only from zero. */
static unsigned
hundredths(const char *s, size_t n)
{
	unsigned value = 0, scale = 100;
	bool fraction = false, number = false;
	size_t i = 0;
	for (; i < n && (is(s[i], DIGIT) || (s[i] == '.' && !fraction)); i++) {
		if (s[i] == '.') {
			fraction = true;
			continue;
		}
		number = true;
		scale /= fraction ? 10 : 1;
		unsigned digit = (unsigned)(s[i] - '0');
		value = fraction ? value + digit * scale : value * 10 + digit * 100;
		value = value > 10000 ? 10000 : value;
	}
	bool plain = i == n || begins(s + i, n - i, "px") || begins(s + i, n - i, "pt");
	return !number || (value > 0 && !plain) ? 10000 : value;
}

enum property {
	DISPLAY,
	VISIBILITY,
	FONT_SIZE,
	MSO_HIDE,
	WHITE_SPACE,
	MAX_HEIGHT,
	OPACITY,
	BORDER,
	BORDER_LEFT,
	N_PROPERTIES,
};

static enum property
property_of(const char *s, size_t n)
{
	static const struct {
		const char *name;
		size_t n;
	} names[N_PROPERTIES] = {
		[DISPLAY] = {"display", 7},
		[VISIBILITY] = {"visibility", 10},
		[FONT_SIZE] = {"font-size", 9},
		[MSO_HIDE] = {"mso-hide", 8},
		[WHITE_SPACE] = {"white-space", 11},
		[MAX_HEIGHT] = {"max-height", 10},
		[OPACITY] = {"opacity", 7},
		[BORDER] = {"border", 6},
		[BORDER_LEFT] = {"border-left", 11},
	};
	enum property p = 0;
	while (p < N_PROPERTIES && (n != names[p].n || !begins(s, n, names[p].name)))
		p++;
	return p;
}

static void
read_declaration(const char *s, size_t n, struct shown *to)
{
	size_t name = 0;
	while (name < n && s[name] != ':' && !is(s[name], SPACE))
		name++;
	enum property property = property_of(s, name);
	if (property == N_PROPERTIES)
		return;
	s += name;
	n -= name;
	while (n > 0 && (is(*s, SPACE) || *s == ':')) {
		s++;
		n--;
	}
	switch (property) {
	case DISPLAY:
		to->none |= begins(s, n, "none");
		break;
	case VISIBILITY:
		to->invisible = begins(s, n, "hidden") || begins(s, n, "collapse");
		break;
	case FONT_SIZE:
		to->tiny = hundredths(s, n) <= 100;
		break;
	case MSO_HIDE:
		to->outlook_hides = begins(s, n, "all");
		break;
	case WHITE_SPACE:
		to->preformatted = begins(s, n, "pre");
		break;
	case MAX_HEIGHT:
	case OPACITY:
		to->none |= hundredths(s, n) == 0;
		break;
	case BORDER:
		to->borderless = begins(s, n, "none") || begins(s, n, "0");
		break;
	case BORDER_LEFT:
		to->bordered = !begins(s, n, "none") && !begins(s, n, "0");
		break;
	case N_PROPERTIES:
		break;
	}
}

struct shown
style_read(struct value style)
{
	struct shown shown = {.invisible = -1, .tiny = -1, .preformatted = -1};
	const char *s = style.s, *end = style.n > 0 ? style.s + style.n : style.s;
	while (s < end) {
		const char *stop = memchr(s, ';', (size_t)(end - s));
		stop = stop != NULL ? stop : end;
		while (s < stop && is(*s, SPACE))
			s++;
		read_declaration(s, (size_t)(stop - s), &shown);
		s = stop + 1;
	}
	return shown;
}
