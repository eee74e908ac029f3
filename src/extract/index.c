#include "extract/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* Hosts: "zoom.us", "*.zoom.us", or "{site}.webex.com"; "meet.*" and "*" are looked up as they
 * stand */

static struct host_rule
host_rule(const char *host, const struct pattern *p)
{
	struct host_rule h = {.host = host, .slot = -1, .pattern = p};
	const char *dot = strchr(host, '.');
	if (dot == NULL || (host[0] != '*' && host[0] != '{'))
		return h;
	h.host = dot + 1;
	h.wild = true;
	enum slot slot;
	if (host[0] == '{' && slot_find(host + 1, (size_t)(dot - host) - 2, &slot))
		h.slot = (int)slot;
	return h;
}

static bool
has_name(const struct pattern *list, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return true;
	return false;
}

/* A later file's pattern of the same name takes the place of an earlier one's. */
static void
mark_overridden(struct rule_set *set)
{
	for (size_t f = 0; f < set->n_files; f++) {
		struct pattern_file *file = set->files[f];
		for (size_t l = f + 1; l < set->n_files; l++) {
			const struct pattern_file *later = set->files[l];
			for (unsigned i = 0; i < file->links_count; i++)
				file->links[i].overridden |= has_name(later->links,
					later->links_count, file->links[i].name);
			for (unsigned i = 0; i < file->addresses_count; i++)
				file->addresses[i].overridden |=
					has_name(later->addresses, later->addresses_count,
						file->addresses[i].name);
		}
	}
}

static size_t
add_each(struct host_rule *to, size_t n, const struct pattern *p, char **hosts,
	unsigned n_hosts)
{
	for (unsigned i = 0; i < n_hosts; i++, n++)
		if (to != NULL)
			to[n] = host_rule(hosts[i], p);
	return n;
}

static size_t
add_hosts(struct host_rule *to, size_t n, const struct rule_set *set, bool addresses)
{
	for (size_t f = 0; f < set->n_files; f++) {
		const struct pattern_file *file = set->files[f];
		const struct pattern *ps = addresses ? file->addresses : file->links;
		unsigned count = addresses ? file->addresses_count : file->links_count;
		for (unsigned i = 0; i < count; i++) {
			if (ps[i].overridden)
				continue;
			n = add_each(to, n, &ps[i], ps[i].hosts, ps[i].hosts_count);
			/* a site's file tells the hosts of what is the same on all of them */
			for (size_t l = 0; l < set->n_files; l++)
				if (l != f && file->hosts != NULL &&
					ps[i].hosts == file->hosts)
					n = add_each(to, n, &ps[i], set->files[l]->hosts,
						set->files[l]->hosts_count);
		}
	}
	return n;
}

static int
by_host(const void *a, const void *b)
{
	const struct host_rule *x = a, *y = b;
	int c = strcmp(x->host, y->host);
	if (c == 0)
		c = (int)x->wild - (int)y->wild;
	if (c != 0)
		return c;
	/* the order of a file is the order of its array */
	return x->pattern < y->pattern ? -1 : x->pattern > y->pattern;
}

static void
index_hosts(struct rules *r, bool addresses, struct host_rule **ret, size_t *ret_n)
{
	size_t n = 0, at = 0;
	for (size_t i = 0; i < r->n_sets; i++)
		n = add_hosts(NULL, n, &r->sets[i], addresses);
	*ret = arena_many(r->arena, struct host_rule, n + 1);
	for (size_t i = 0; i < r->n_sets; i++)
		at = add_hosts(*ret, at, &r->sets[i], addresses);
	if (n > 1)
		qsort(*ret, n, sizeof **ret, by_host);
	*ret_n = n;
}

/* Published numbers */

enum { LAST_DIGITS = 7 };

static const char *
last_digits(const char *digits)
{
	size_t n = strlen(digits);
	return n > LAST_DIGITS ? digits + n - LAST_DIGITS : digits;
}

static int
by_last_digits(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	return strcmp(last_digits(x->digits), last_digits(y->digits));
}

static void
index_listed(struct rules *r)
{
	size_t n = 0;
	for (size_t s = 0; s < r->n_sets; s++)
		n += r->sets[s].provider->n_numbers;
	r->listed = arena_many(r->arena, struct listed, n + 1);
	for (size_t s = 0; s < r->n_sets; s++)
		for (size_t i = 0; i < r->sets[s].provider->n_numbers; i++)
			r->listed[r->n_listed++] = (struct listed){
				r->sets[s].provider->numbers[i].e164 + 1, &r->sets[s]};
	if (n > 1)
		qsort(r->listed, n, sizeof *r->listed, by_last_digits);
}

const struct rule_set *
listed_find(const struct rules *r, const char *digits)
{
	digits += strspn(digits, "0"); /* a trunk's */
	size_t low = 0, high = r->n_listed, n = strlen(digits);
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (strcmp(last_digits(r->listed[mid].digits), last_digits(digits)) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < r->n_listed; low++) {
		const char *whole = r->listed[low].digits;
		size_t all = strlen(whole);
		if (strcmp(last_digits(whole), last_digits(digits)) != 0)
			break;
		/* at most a country's code may be missing */
		if (n >= LAST_DIGITS && n <= all && all - n <= 3 &&
			strcmp(whole + all - n, digits) == 0)
			return r->listed[low].set;
	}
	return NULL;
}

/* Words around numbers */

static struct word_list
joined(struct arena *a, struct word_list to, const struct word_list *more)
{
	char **words = arena_many(a, char *, to.n + more->n);
	for (unsigned i = 0; i < to.n + more->n; i++)
		words[i] = i < to.n ? to.words[i] : more->words[i - to.n];
	return (struct word_list){words, to.n + more->n};
}

static void
index_number_words(struct rules *r)
{
	struct number_words *w = &r->words;
	for (size_t i = 0; i < r->n_files; i++) {
		const struct number_words *f = r->files[i]->numbers;
		if (f == NULL)
			continue;
		w->dial_in = joined(r->arena, w->dial_in, &f->dial_in);
		w->person = joined(r->arena, w->person, &f->person);
		w->phone = joined(r->arena, w->phone, &f->phone);
		w->joiner = joined(r->arena, w->joiner, &f->joiner);
		w->kind = joined(r->arena, w->kind, &f->kind);
	}
}

void
rules_index(struct rules *r)
{
	for (size_t i = 0; i < r->n_sets; i++)
		mark_overridden(&r->sets[i]);
	index_hosts(r, false, &r->link_hosts, &r->n_link_hosts);
	index_hosts(r, true, &r->address_hosts, &r->n_address_hosts);
	words_index(r);
	index_listed(r);
	index_number_words(r);
}
