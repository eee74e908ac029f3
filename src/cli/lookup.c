#include "cli/lookup.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

void
lookup_init(struct lookup *l, struct arena *a, bool any_case)
{
	*l = (struct lookup){.arena = a, .any_case = any_case};
}

void
lookup_put(struct lookup *l, const char *key, const char *value)
{
	if (l->n == l->room) {
		struct lookup_pair *more = arena_many(
			l->arena, struct lookup_pair, l->room = l->room * 2 + 32);
		if (l->n > 0)
			memcpy(more, l->pairs, l->n * sizeof *more);
		l->pairs = more;
	}
	l->pairs[l->n++] = (struct lookup_pair){key, value, strlen(key)};
}

static bool
same(const struct lookup *l, const struct lookup_pair *p, const char *s)
{
	return l->any_case ? strncasecmp(p->key, s, p->n) == 0
			   : memcmp(p->key, s, p->n) == 0;
}

const char *
lookup_get(const struct lookup *l, const char *key, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->pairs[i].n == n && same(l, &l->pairs[i], key))
			return l->pairs[i].value;
	return NULL;
}

size_t
lookup_count(const struct lookup *l)
{
	return l->n;
}

const char *
lookup_prefix(const struct lookup *l, const char *s, size_t n, size_t *ret_n)
{
	const struct lookup_pair *best = NULL;
	for (size_t i = 0; i < l->n; i++)
		if (l->pairs[i].n <= n && (best == NULL || l->pairs[i].n > best->n) &&
			same(l, &l->pairs[i], s))
			best = &l->pairs[i];
	if (best == NULL)
		return NULL;
	*ret_n = best->n;
	return best->value;
}
