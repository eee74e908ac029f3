/* Calendars of fixtures/calendars/ics: what the files of a room say in a window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/when.h"
#include "calendar/bundle.h"
#include "calendar/ical.h"
#include "extract.h"
#include "help/help.h"

static struct providers *providers;
static struct rules *rules;

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct err err;
	(void)state;
	assert_int_equal(
		providers_load(help_path(a, "providers"), NULL, &providers, &err),
		ERR_NONE);
	assert_int_equal(
		rules_load(help_path(a, "patterns"), NULL, providers, &rules, &err),
		ERR_NONE);
	arena_free(a);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rules_free(rules);
	providers_free(providers);
	return 0;
}

struct found {
	struct arena *a;
	const char *lines[2000];
	size_t n;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *
flags(struct arena *a, const struct sighting *s)
{
	static const char *const busy[] = {"", ", free", ", tentative", ", away"};
	static const char *const said[] = {"", ", accepted", ", maybe", ", declined"};
	const struct event *e = &s->event;
	const struct meeting *m =
		s->extraction->n_meetings > 0 ? &s->extraction->meetings[0] : NULL;
	return arena_printf(a, "%s%s%s%s%s%s%s%s%s", e->all_day ? ", all-day" : "",
		e->cancelled ? ", cancelled" : "", e->is_private ? ", private" : "",
		busy[e->busy], said[e->response], m != NULL ? ", " : "",
		m != NULL ? m->provider : "", m != NULL ? " " : "",
		m != NULL && m->slots[SLOT_MEETING_ID].value != NULL
			? m->slots[SLOT_MEETING_ID].value
			: "");
}

static void
tell(struct found *f, const struct reply *reply)
{
	char from[WHEN_TEXT], to[WHEN_TEXT];
	assert_int_equal(reply->err.grade, ERR_NONE);
	assert_int_equal(reply->n_answers, 1);
	if (reply->answers[0].err.grade != ERR_NONE)
		f->lines[f->n++] =
			arena_printf(f->a, "all %s", reply->answers[0].err.code);
	for (size_t i = 0; i < reply->n_sightings && f->n < 2000; i++) {
		const struct sighting *s = &reply->sightings[i];
		f->lines[f->n++] =
			s->err.grade != ERR_NONE
				? arena_printf(
					  f->a, "error %s %s", s->err.code, s->err.text)
				: arena_printf(f->a, "%s %s %s %s%s",
					  when_text(s->event.start, from),
					  when_text(s->event.end, to), s->event.id,
					  s->event.subject != NULL ? s->event.subject
								   : "-",
					  flags(f->a, s));
	}
	qsort(f->lines, f->n, sizeof *f->lines, by_text);
}

static void
read_files(struct arena *a, const struct ical_asked *asked,
	const struct bundle_file *files, size_t n, struct reply *ret)
{
	struct buf b;
	buf_init(&b, a);
	ical_put_asked(&b, asked);
	record_put_count(&b, n);
	for (size_t i = 0; i < n; i++)
		bundle_put(&b, &files[i]);
	calendar_ics.read(a, 1, b.s, b.n, rules, "US", ret);
}

/* "window FROM TO", "room NAME", "zone NAME", "what WORDS"; all else is expected. */
static void
take_line(struct arena *a, char *line, struct ical_asked *asked, struct found *expected)
{
	char from[40], to[40];
	if (strncmp(line, "window ", 7) == 0) {
		assert_int_equal(sscanf(line + 7, "%39s %39s", from, to), 2);
		assert_true(when_parse(from, &asked->from) && when_parse(to, &asked->to));
	} else if (strncmp(line, "room ", 5) == 0) {
		asked->room = arena_strdup(a, line + 5);
	} else if (strncmp(line, "zone ", 5) == 0) {
		asked->zone = arena_strdup(a, line + 5);
	} else if (strncmp(line, "what ", 5) != 0 && *line != '\0') {
		expected->lines[expected->n++] = arena_strdup(a, line);
	}
}

static void
one_case(const char *name)
{
	struct arena *a = arena_new(0);
	struct err err;
	struct found expected = {.a = a}, found = {.a = a};
	struct ical_asked asked = {.room = "room"};
	const char *dir =
		arena_printf(a, "%s/%s", help_path(a, "fixtures/calendars/ics"), name);
	struct bundle_file files[20];
	size_t n = 0, size;
	char *text, **paths;
	assert_int_equal(file_read(a, arena_printf(a, "%s/expect", dir), 1 << 20, &text,
				 &size, &err),
		ERR_NONE);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
		take_line(a, line, &asked, &expected);
	for (int i = 0; i < 2; i++) {
		size_t n_paths;
		assert_int_equal(file_list(a, dir, i == 0 ? ".ics" : ".eml", &paths,
					 &n_paths, &err),
			ERR_NONE);
		for (size_t k = 0; k < n_paths && n < 20; k++) {
			files[n] =
				(struct bundle_file){.name = strrchr(paths[k], '/') + 1};
			assert_int_equal(file_read(a, paths[k], 1 << 20, &text,
						 &files[n].size, &err),
				ERR_NONE);
			files[n++].bytes = text;
		}
	}
	struct reply reply;
	read_files(a, &asked, files, n, &reply);
	tell(&found, &reply);
	qsort(expected.lines, expected.n, sizeof *expected.lines, by_text);
	size_t i = 0;
	while (i < expected.n && i < found.n &&
		strcmp(expected.lines[i], found.lines[i]) == 0)
		i++;
	if (i < expected.n || i < found.n) {
		for (size_t k = 0; k < found.n; k++)
			print_error("  %s\n", found.lines[k]);
		fail_msg("%s: expected \"%s\"", name,
			i < expected.n ? expected.lines[i] : "no more");
	}
	arena_free(a);
}

static void
every_case_is_told_as_expected(void **state)
{
	struct arena *a = arena_new(0);
	DIR *d = opendir(help_path(a, "fixtures/calendars/ics"));
	size_t cases = 0;
	(void)state;
	assert_non_null(d);
	for (const struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.') {
			one_case(e->d_name);
			cases++;
		}
	closedir(d);
	arena_free(a);
	assert_true(cases >= 14);
}

int
main(int argc, char **argv)
{
	(void)argc, (void)argv;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_told_as_expected),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
