#include "serve/lines.h"

#include <stdlib.h>
#include <string.h>

struct lines *
lines_new(void)
{
	struct lines *l = malloc(sizeof *l);
	if (l != NULL)
		l->from = l->end = l->seen = 0;
	return l;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	lines_clear(l);
	free(l);
}

char *
lines_room(struct lines *l, size_t *ret_n)
{
	size_t left = l->end - l->from;
	if (l->from > 0) {
		memmove(l->bytes, l->bytes + l->from, left);
		explicit_bzero(l->bytes + left, l->end - left);
		l->seen -= l->from;
		l->from = 0;
		l->end = left;
	}
	*ret_n = sizeof l->bytes - l->end;
	return l->bytes + l->end;
}

void
lines_came(struct lines *l, size_t n)
{
	l->end += n;
}

bool
lines_any(struct lines *l)
{
	char *at = memchr(l->bytes + l->seen, '\n', l->end - l->seen);
	l->seen = at != NULL ? (size_t)(at - l->bytes) : l->end;
	return at != NULL;
}

bool
lines_take(struct lines *l, const char **ret, size_t *ret_n)
{
	if (!lines_any(l))
		return false;
	*ret = l->bytes + l->from;
	*ret_n = l->seen - l->from;
	l->seen++;
	l->from = l->seen;
	return true;
}

bool
lines_rest(const struct lines *l)
{
	return l->end > l->from;
}

bool
lines_too_long(const struct lines *l)
{
	return l->end - l->from == sizeof l->bytes && l->seen == l->end;
}

void
lines_clear(struct lines *l)
{
	explicit_bzero(l->bytes, l->end);
	l->from = l->end = l->seen = 0;
}
