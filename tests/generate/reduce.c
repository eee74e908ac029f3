#include "generate/reduce.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"

enum { MAX_LINES = 4000, MAX_TRIES = 1500 };

struct reduction {
	const struct court *court;
	const struct sample *sample;
	struct judgement wanted;
	const char *lines[MAX_LINES];
	size_t sizes[MAX_LINES], n, tries;
};

static bool
still(struct reduction *r, const char *bytes, size_t size)
{
	struct arena *a = arena_new(0);
	struct judgement j = verdict_of(a, r->court, r->sample, bytes, size);
	bool same = j.verdict == r->wanted.verdict && strcmp(j.why, r->wanted.why) == 0;
	arena_free(a);
	return same;
}

/* The lines but those from `at` to `end`. */
static const char *
without(struct arena *a, const struct reduction *r, size_t at, size_t end,
	size_t *ret_size)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < r->n; i++)
		if (i < at || i >= end)
			buf_add(&b, r->lines[i], r->sizes[i]);
	*ret_size = b.n;
	return b.s;
}

static bool
cut(struct reduction *r, size_t at, size_t end)
{
	struct arena *a = arena_new(0);
	size_t size;
	const char *bytes = without(a, r, at, end, &size);
	bool same = size > 0 && still(r, bytes, size);
	arena_free(a);
	r->tries++;
	if (!same)
		return false;
	memmove(r->lines + at, r->lines + end, (r->n - end) * sizeof *r->lines);
	memmove(r->sizes + at, r->sizes + end, (r->n - end) * sizeof *r->sizes);
	r->n -= end - at;
	return true;
}

/* Halves, quarters, … single lines, until none can go. */
static void
cut_lines(struct reduction *r)
{
	for (size_t step = r->n / 2; step > 0; step /= 2)
		for (size_t at = r->n; at > 0 && r->tries < MAX_TRIES;) {
			at = at > step ? at - step : 0;
			if (at + step <= r->n)
				cut(r, at, at + step);
			if (at > r->n)
				at = r->n;
		}
}

void
reduce(struct arena *a, const struct court *court, const struct generator *g,
	uint64_t seed, const struct judgement *j, struct sample *ret)
{
	static const int order[] = {CHOOSE_CARRIER, CHOOSE_WRAPPER, CHOOSE_NOISE};
	unsigned plain = 0;
	struct sample s;
	struct reduction *r = arena_one(a, struct reduction);
	*r = (struct reduction){.court = court, .sample = &s, .wanted = *j};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		generate(a, g, seed, plain | 1u << order[i], &s);
		if (still(r, s.bytes, s.size))
			plain |= 1u << order[i];
	}
	generate(a, g, seed, plain, &s);
	for (const char *at = s.bytes, *end = s.bytes + s.size;
		at < end && r->n < MAX_LINES;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		r->lines[r->n] = at;
		r->sizes[r->n] =
			newline != NULL ? (size_t)(newline + 1 - at) : (size_t)(end - at);
		at += r->sizes[r->n++];
	}
	if (r->n < MAX_LINES)
		cut_lines(r);
	s.bytes = without(a, r, 0, 0, &s.size);
	*ret = s;
}

static bool
put(const char *path, const char *bytes, size_t size)
{
	FILE *f = fopen(path, "wb");
	if (f == NULL)
		return false;
	bool whole = fwrite(bytes, 1, size, f) == size;
	return fclose(f) == 0 && whole;
}

const char *
reduce_save(struct arena *a, const char *dir, const struct sample *s,
	const struct judgement *j)
{
	static const char *const kinds[N_FACTS] = {
		"url", "meeting_id", "passcode", "sip", "h323", "dial", "number"};
	const char *stem = arena_printf(a, "%s/%s-%llu", dir, verdict_name(j->verdict),
		(unsigned long long)s->seed);
	const char *path = arena_printf(a, "%s%s", stem, strrchr(s->file, '.'));
	struct buf b;
	buf_init(&b, a);
	buf_printf(&b,
		"seed %llu: %s\ntemplate %s\ncarrier %s\nwrapper %s\nnoise %s\ncountry %s\n",
		(unsigned long long)s->seed, j->why != NULL ? j->why : "",
		s->choices[CHOOSE_TEMPLATE], s->choices[CHOOSE_CARRIER],
		s->choices[CHOOSE_WRAPPER], s->choices[CHOOSE_NOISE], s->country);
	for (size_t t = 0; t < s->n_truths; t++) {
		buf_printf(&b, "%s %s\n", t == 0 ? "meant" : "beside",
			s->truths[t].provider);
		for (size_t i = 0; i < s->truths[t].n_facts; i++)
			buf_printf(&b, "  %s%s %s\n", kinds[s->truths[t].facts[i].kind],
				s->truths[t].facts[i].may ? " (may)" : "",
				s->truths[t].facts[i].value);
	}
	mkdir(dir, 0777);
	if (!put(path, s->bytes, s->size) ||
		!put(arena_printf(a, "%s.truth", stem), b.s, b.n))
		return NULL;
	return path;
}
