/*
 * bench_extract: from the bytes of a body to its meetings, against memchr over them
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "bench/bench.h"
#include "extract.h"
#include "paths.h"

struct subject {
	const struct rules *rules;
	enum event_body_kind kind;
	const char *bytes;
	size_t size, meetings;
};

static volatile size_t sink;

/* The floor: one pass, looking for a byte that is not there. */
static void
scan(void *arg)
{
	struct subject *s = arg;
	sink += memchr(s->bytes, '\1', s->size) != NULL;
}

static void
whole(void *arg)
{
	struct subject *s = arg;
	struct arena *a = arena_new(0);
	struct event_body body = {s->kind, "body", s->bytes, s->size};
	struct event event = {.id = "1", .bodies = &body, .n_bodies = 1};
	s->meetings = extract(a, s->rules, invite_clean(a, &event), "US")->n_meetings;
	arena_free(a);
}

static const char zoom[] =
	"Join Zoom Meeting\nhttps://northwind.zoom.us/j/91847302265?pwd=abc\n"
	"Meeting ID: 918 4730 2265\nPasscode: 04471963\nOne tap mobile\n"
	"+13017158592,,91847302265#,,,,*04471963# US (Washington DC)\n"
	"Dial by your location\n+1 301 715 8592 US (Washington DC)\n";

/* What Outlook wraps around 12 words of text. */
static const char outlook[] =
	"<p class=\"MsoNormal\" style=\"margin:0in;font-size:11pt;font-family:Calibri,sans-serif\">"
	"<span style=\"color:#1F497D\">The minutes of the last review, and what we meant to do "
	"about them&nbsp;next.</span><o:p></o:p></p>\r\n";

static const char *
repeat(struct arena *a, const char *unit, size_t size, const char *end, size_t *ret_size)
{
	struct buf b;
	buf_init(&b, a);
	while (b.n < size)
		buf_str(&b, unit);
	buf_str(&b, end);
	*ret_size = b.n;
	return b.s;
}

int
main(void)
{
	mallopt(M_MMAP_THRESHOLD, 16 << 20); /* as a reader does */
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	struct arena *a = arena_new(0);
	struct providers *ps;
	struct rules *rules;
	struct err err;
	if (providers_load(paths_shipped(a, "providers"), NULL, &ps, &err) != ERR_NONE ||
		rules_load(paths_shipped(a, "patterns"), NULL, ps, &rules, &err) != ERR_NONE) {
		fprintf(stderr, "bench_extract: %s\n", err.text);
		return 1;
	}
	static const struct {
		const char *name;
		enum event_body_kind kind;
		const char *unit;
		size_t size, rounds;
	} subjects[] = {
		{"text, 2 KB", EVENT_TEXT, "The minutes of the last review, and what we meant to do.\n", 2000, 500},
		{"text, 100 KB", EVENT_TEXT, "The minutes of the last review, and what we meant to do.\n", 100000, 200},
		{"Outlook HTML, 100 KB", EVENT_HTML, outlook, 100000, 200},
		{"Outlook HTML, 1 MB", EVENT_HTML, outlook, 1000000, 30},
		{"hostile: +1 +1 +1, 1 MB", EVENT_TEXT, "+1 ", 1000000, 10},
		{"hostile: https://zoom.us/j/, 1 MB", EVENT_TEXT, "https://zoom.us/j/12345678901 ", 1000000, 10},
		{"hostile: <a href=, 1 MB", EVENT_HTML, "<a href=", 1000000, 10},
		{"hostile: Passcode:, 1 MB", EVENT_TEXT, "Passcode:", 1000000, 10},
		{"hostile: a line a byte, 1 MB", EVENT_TEXT, "x\n", 1000000, 10},
		{"hostile: <a href=x>, 1 MB", EVENT_HTML, "<a href=https://x.example>y</a>", 1000000, 10},
		{"hostile: Meeting ID:, 1 MB", EVENT_TEXT, "Meeting ID: 123 456 ", 1000000, 10},
	};
	printf("%-36s %10s %10s %9s %9s\n", "extraction", "memchr us", "whole us", "x memchr",
		"ns/byte");
	for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
		struct subject s = {.rules = rules, .kind = subjects[i].kind};
		s.bytes = repeat(a, subjects[i].unit, subjects[i].size, zoom, &s.size);
		struct bench_result r = bench_compare(scan, whole, &s, subjects[i].rounds);
		printf("%-36s %10.1f %10.1f %9.0f %9.1f\n", subjects[i].name, r.floor_ns / 1e3,
			r.subject_ns / 1e3, r.ratio, r.subject_ns / (double)s.size);
	}
	rules_free(rules);
	providers_free(ps);
	arena_free(a);
	return 0;
}
