#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *head;
	size_t limit, held;
};

struct arena *
arena_new(size_t limit)
{
	struct arena *a = calloc(1, sizeof *a);
	if (a != NULL)
		a->limit = limit;
	return a;
}

static void
free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;
		explicit_bzero(b->bytes, b->used); /* invites carry passcodes */
		free(b);
		b = next;
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->head);
	free(a);
}

size_t
arena_used(const struct arena *a)
{
	return a->held;
}

static _Noreturn void
exhausted(const struct arena *a)
{
	fprintf(stderr, "out of memory: an arena of %zu bytes, limit %zu\n", a->held, a->limit);
	_exit(ARENA_EXHAUSTED);
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t unit = alignof(max_align_t);
	if (size > SIZE_MAX / 2)
		exhausted(a);
	size_t need = (size + unit - 1) / unit * unit;
	if (need == 0)
		need = unit;
	struct block *b = a->head;
	if (b == NULL || b->size - b->used < need) {
		size_t room = need > BLOCK / 4 ? need : BLOCK;
		if (a->limit != 0 && a->held + room > a->limit)
			room = need;
		if (a->limit != 0 && (room > a->limit || a->held > a->limit - room))
			exhausted(a);
		struct block *fresh = calloc(1, sizeof *fresh + room);
		if (fresh == NULL)
			exhausted(a);
		fresh->size = room;
		a->held += room;
		if (b != NULL && room == need && room != BLOCK) { /* keep filling the old one */
			fresh->next = b->next;
			b->next = fresh;
		} else {
			fresh->next = b;
			a->head = fresh;
		}
		b = fresh;
	}
	void *p = b->bytes + b->used;
	b->used += need;
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 2 / size)
		exhausted(a);
	return arena_alloc(a, count * size);
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);
	memcpy(copy, s, n);
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	char *s = arena_alloc(a, (size_t)(n < 0 ? 0 : n) + 1);
	if (n > 0)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}
