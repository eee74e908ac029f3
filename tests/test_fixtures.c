/*
 * One test for each file of fixtures/invites/PROVIDER/ that has a CASE.expect.json beside it,
 * through the code of `convoke extract --json`. `make bless` writes what is said now into
 * the expectations; their "source", which says where the invite's shape comes from, stays.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "extract.h"
#include "help/help.h"
#include "help/judge.h"
#include "report.h"

enum { MAX_FIXTURES = 2000 };

static const char invites[] = "fixtures/invites", expected[] = ".expect.json";

static struct arena *arena; /* lives as long as the program */
static struct providers *providers;
static struct rules *rules;

struct fixture {
	const char *name, *input, *expect; /* the last two are paths */
};

/* Finding them */

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	return n >= m && strcmp(s + n - m, end) == 0;
}

/* "zoom/2019-password.txt" as a test's name: zoom_2019_password_txt */
static const char *
test_name(const char *below)
{
	char *name = arena_strdup(arena, below);
	for (char *c = name; *c != '\0'; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9'))
			*c = '_';
	return name;
}

/* CASE.expect.json of CASE.txt, or of CASE.txt alone: CASE.txt.expect.json. */
static const char *
expectation_of(const char *input)
{
	size_t stem = strlen(input) - strlen(strrchr(input, '.'));
	return arena_printf(arena, "%.*s%s", (int)stem, input, expected);
}

static size_t
list_fixtures(struct fixture *list, size_t max)
{
	static const char *const kinds[] = {".eml", ".html", ".ics", ".json", ".txt"};
	const char *top = help_path(arena, invites);
	struct dirent **dirs;
	int n_dirs = scandir(top, &dirs, NULL, alphasort);
	size_t n = 0;
	for (int d = 0; d < n_dirs; d++) {
		const char *dir = arena_printf(arena, "%s/%s", top, dirs[d]->d_name);
		bool hidden = dirs[d]->d_name[0] == '.';
		free(dirs[d]);
		for (size_t k = 0; k < sizeof kinds / sizeof *kinds && !hidden; k++) {
			char **paths;
			size_t n_paths;
			struct err err;
			if (file_list(arena, dir, kinds[k], &paths, &n_paths, &err) !=
				ERR_NONE)
				continue;
			for (size_t i = 0; i < n_paths && n < max; i++)
				if (!ends_with(paths[i], expected))
					list[n++] = (struct fixture){
						test_name(paths[i] + strlen(top) + 1),
						paths[i], expectation_of(paths[i])};
		}
	}
	if (n_dirs >= 0)
		free(dirs);
	return n;
}

/* Reading them */

static json_t *
read_invite(struct arena *a, const char *path)
{
	char *bytes;
	size_t size;
	struct err err = {0};
	struct event event;
	struct policy policy = policy_default("US");
	if (file_read(a, path, SIZE_MAX / 2, &bytes, &size, &err) != ERR_NONE ||
		invite_read_file(a, path, bytes, size, &event, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	const struct extraction *x =
		extract(a, rules, invite_clean(a, &event), policy.country);
	for (size_t i = 0; i < x->n_meetings; i++) {
		const struct meeting *m = &x->meetings[i];
		const char *why = "";
		if (!meeting_check(m, &why))
			fail_msg("%s: meeting_check refuses %s", path, why);
		why = judge_plan(plan_make(a, providers, m, &policy, NULL, 0, NULL), m,
			&policy, NULL);
		if (why != NULL)
			fail_msg("%s: the plan is wrong: %s", path, why);
	}
	return report_extraction(x, providers, &policy, false);
}

/* Telling how they differ */

static const char *
shown(struct arena *a, const json_t *value)
{
	if (value == NULL)
		return "nothing";
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	const char *kept = arena_strdup(a, text);
	free(text);
	return kept;
}

static void
differ(struct arena *a, struct buf *out, const char *at, const json_t *want,
	const json_t *got)
{
	const char *key;
	json_t *value;
	if (json_equal(want, got))
		return;
	if (json_is_object(want) && json_is_object(got)) {
		json_object_foreach ((json_t *)want, key, value)
			differ(a, out, arena_printf(a, "%s.%s", at, key), value,
				json_object_get(got, key));
		json_object_foreach ((json_t *)got, key, value)
			if (json_object_get(want, key) == NULL)
				differ(a, out, arena_printf(a, "%s.%s", at, key), NULL,
					value);
		return;
	}
	if (json_is_array(want) && json_is_array(got)) {
		size_t n = json_array_size(want), m = json_array_size(got);
		for (size_t i = 0; i < n || i < m; i++)
			differ(a, out, arena_printf(a, "%s[%zu]", at, i),
				json_array_get(want, i), json_array_get(got, i));
		return;
	}
	buf_printf(out, "\n  %s\n    expected %s\n    but got  %s", at, shown(a, want),
		shown(a, got));
}

static void
check(void **state)
{
	const struct fixture *f = *state;
	struct arena *a = arena_new(0);
	json_error_t error;
	json_t *want = json_load_file(f->expect, JSON_REJECT_DUPLICATES, &error);
	if (want == NULL)
		fail_msg("%s:%d: %s (write it by hand, or let `make bless` do so)",
			f->expect, error.line, error.text);
	if (json_string_value(json_object_get(want, "source")) == NULL)
		fail_msg(
			"%s: \"source\" does not say where the invite's shape comes from",
			f->expect);
	json_object_del(want, "source");
	json_t *got = read_invite(a, f->input);
	struct buf out;
	buf_init(&out, a);
	differ(a, &out, "", want, got);
	json_decref(want);
	json_decref(got);
	if (out.n > 0)
		fail_msg("%s:%s", f->input, out.s);
	arena_free(a);
}

/* Blessing */

static void
bless(const struct fixture *f)
{
	struct arena *a = arena_new(0);
	json_t *old = json_load_file(f->expect, 0, NULL), *out = json_object();
	json_t *source = json_object_get(old, "source"), *got = read_invite(a, f->input);
	json_object_set(out, "source", source);
	if (source == NULL)
		json_object_set_new(out, "source", json_string("to be said"));
	json_object_update(out, got);
	json_object_set(old, "source", json_object_get(out, "source"));
	if (!json_equal(old, out)) {
		char *text = json_dumps(out, JSON_INDENT(1) | JSON_REAL_PRECISION(4));
		const char *line = arena_printf(a, "%s\n", text);
		help_write(f->expect, line, strlen(line));
		free(text);
		printf("%s\n", f->expect);
	}
	json_decref(old);
	json_decref(got);
	json_decref(out);
	arena_free(a);
}

int
main(int argc, char **argv)
{
	struct err err = {0};
	arena = arena_new(0);
	if (providers_load(help_path(arena, "providers"), NULL, &providers, &err) !=
			ERR_NONE ||
		rules_load(help_path(arena, "patterns"), NULL, providers, &rules, &err) !=
			ERR_NONE) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	struct fixture *list = arena_many(arena, struct fixture, MAX_FIXTURES);
	size_t n = list_fixtures(list, MAX_FIXTURES);
	struct CMUnitTest *tests = arena_many(arena, struct CMUnitTest, n);
	int failed = 0;
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){.name = list[i].name,
			.test_func = check,
			.initial_state = &list[i]};
	if (argc > 1 && strcmp(argv[1], "--bless") == 0) {
		for (size_t i = 0; i < n; i++)
			bless(&list[i]);
	} else {
		if (argc > 1)
			cmocka_set_test_filter(argv[1]); /* "zoom_*" */
		failed = _cmocka_run_group_tests("fixtures", tests, n, NULL, NULL);
	}
	rules_free(rules);
	providers_free(providers);
	arena_free(arena);
	return failed != 0;
}
