#include "serve/text.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "base/when.h"

/* What moves a cursor, turns text around or is not seen; by first character. */
static const struct {
	unsigned first, last;
} unseen[] = {
	{0x00, 0x1f},
	{0x7f, 0x9f},
	{0xad, 0xad},
	{0x61c, 0x61c},
	{0x180e, 0x180e},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0xfe00, 0xfe0f},
	{0xfeff, 0xfeff},
	{0xfff9, 0xfffd},
	{0xe0000, 0xe0fff},
};

static bool
is_unseen(unsigned cp)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen && cp >= unseen[i].first;
		i++)
		if (cp <= unseen[i].last)
			return true;
	return false;
}

static bool
is_break(unsigned cp)
{
	return cp == '\n' || cp == '\r' || cp == '\t' || cp == 0x2028 || cp == 0x2029;
}

const char *
text_clean(struct arena *a, const char *s, size_t max)
{
	struct buf b;
	buf_init(&b, a);
	size_t n = strlen(s), kept = 0;
	for (size_t i = 0; i < n && kept < max;) {
		unsigned cp;
		i += utf8_next(s + i, n - i, &cp);
		if (is_break(cp))
			cp = ' ';
		if (is_unseen(cp) || (cp == ' ' && (b.n == 0 || b.s[b.n - 1] == ' ')))
			continue;
		buf_utf8(&b, cp);
		kept++;
	}
	if (b.n > 0 && b.s[b.n - 1] == ' ')
		b.s[--b.n] = '\0';
	return b.s;
}

void
text_set(struct arena *a, json_t *object, const char *key, const char *s, size_t max)
{
	const char *clean = s != NULL ? text_clean(a, s, max) : "";
	if (*clean != '\0')
		json_object_set_new(object, key, json_string(clean));
}

void
text_set_time(json_t *object, const char *key, int64_t t)
{
	char text[WHEN_TEXT];
	if (t != 0)
		json_object_set_new(object, key, json_string(when_text(t, text)));
}
