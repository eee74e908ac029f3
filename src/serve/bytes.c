#include "serve/bytes.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 4096, KEPT = 64 * 1024 };

static bool
grow(struct bytes *b, size_t more)
{
	size_t room = b->room > 0 ? b->room : LEAST;
	while (room - b->n < more)
		room *= 2;
	char *s = malloc(room);
	if (s == NULL) {
		b->failed = true;
		return false;
	}
	if (b->n > 0)
		memcpy(s, b->s, b->n);
	struct bytes old = *b;
	b->s = s;
	b->room = room;
	bytes_release(&old);
	return true;
}

void
bytes_add(struct bytes *b, const char *s, size_t n)
{
	if (n == 0 || b->failed || (b->room - b->n < n && !grow(b, n)))
		return;
	memcpy(b->s + b->n, s, n);
	b->n += n;
}

void
bytes_str(struct bytes *b, const char *s)
{
	bytes_add(b, s, strlen(s));
}

void
bytes_drop(struct bytes *b, size_t n)
{
	b->n -= n;
	memmove(b->s, b->s + n, b->n);
	explicit_bzero(b->s + b->n, n);
}

void
bytes_clear(struct bytes *b)
{
	if (b->room > KEPT) {
		bytes_release(b);
	} else if (b->n > 0) {
		explicit_bzero(b->s, b->n);
		b->n = 0;
	}
}

void
bytes_release(struct bytes *b)
{
	if (b->s != NULL)
		explicit_bzero(b->s, b->n);
	free(b->s);
	*b = (struct bytes){.s = NULL};
}
