/* The command line itself: help, usage, completion, and what holds for every command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "help/help.h"
#include "help/run.h"

static struct arena *a;
static const char *dir;

static int
setup(void **state)
{
	(void)state;
	a = arena_new(0);
	dir = help_tmpdir(a);
	setenv("CONVOKE_SOCKET", arena_printf(a, "%s/none.sock", dir), 1);
	setenv("CONVOKE_SITE", arena_printf(a, "%s/site", dir), 1);
	unsetenv("CONVOKE_DATA");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* What completion offers after these words, ended by NULL; n of them. */
static char **
offered(size_t *ret_n, const char *first, ...)
{
	const char *argv[16] = {run_program(a, "convoke"), "complete"};
	size_t n = 2;
	va_list ap;
	va_start(ap, first);
	for (const char *s = first; s != NULL && n < 15; s = va_arg(ap, const char *))
		argv[n++] = s;
	va_end(ap);
	struct run r = {0};
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_DONE);
	char **list = arena_many(a, char *, r.out_size + 1), *save = NULL;
	*ret_n = 0;
	for (char *s = strtok_r(r.out, "\n", &save); s != NULL;
		s = strtok_r(NULL, "\n", &save)) {
		s[strcspn(s, "\t")] = '\0';
		list[(*ret_n)++] = s;
	}
	return list;
}

static bool
has(char **list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static void
assert_narrow(const char *text)
{
	for (const char *s = text; *s != '\0'; s += strcspn(s, "\n") + 1) {
		char *line = arena_strndup(a, s, strcspn(s, "\n"));
		if (cli_width(line) > 80 && strncmp(line, "  convoke ", 10) != 0)
			fail_msg("wider than a terminal: %s", line);
		if (s[strcspn(s, "\n")] == '\0')
			break;
	}
}

/* Options stand in the manual as "Fl -name"; mdoc wants the second dash so. */
static bool
is_in_manual(const char *manual, const char *option)
{
	const char *want = arena_printf(a, "Fl -%s", option + 2);
	size_t n = strlen(want);
	for (const char *s = manual; (s = strstr(s, want)) != NULL; s += n)
		if (strchr(" \n", s[n]) != NULL)
			return true;
	return false;
}

/* One command's --help and its place in the manual. `verb` may be NULL. */
static void
check_command(const char *manual, const char *noun, const char *verb)
{
	struct run r = {0};
	size_t n;
	run_words(a, &r, "convoke", noun, verb != NULL ? verb : "--help",
		verb != NULL ? "--help" : NULL, NULL);
	assert_int_equal(r.status, CLI_DONE);
	const char *name = verb != NULL ? arena_printf(a, "%s %s", noun, verb) : noun;
	const char *usage = arena_printf(a, "convoke %s", name);
	assert_int_equal(strncmp(r.out, usage, strlen(usage)), 0);
	assert_non_null(
		strstr(r.out, arena_printf(a, "for example\n  convoke %s", name)));
	assert_narrow(r.out);
	const char *section = verb != NULL
				      ? arena_printf(a, ".It Nm Cm %s Cm %s", noun, verb)
				      : arena_printf(a, ".It Nm Cm %s", noun);
	if (strstr(manual, section) == NULL)
		fail_msg("not in docs/convoke.1: %s", name);
	char **options = verb != NULL ? offered(&n, noun, verb, "--", NULL)
				      : offered(&n, noun, "--", NULL);
	assert_true(has(options, n, "--json") && has(options, n, "--help"));
	for (size_t i = 0; i < n; i++) {
		assert_non_null(strstr(r.out,
			strcmp(options[i], "--help") == 0 ? "--json" : options[i]));
		if (!is_in_manual(manual, options[i]))
			fail_msg("not in docs/convoke.1: %s %s", name, options[i]);
	}
}

static void
every_command_is_explained_and_in_the_manual(void **state)
{
	(void)state;
	const char *manual = help_read(a, "docs/convoke.1", NULL);
	size_t n_nouns, n_verbs, commands = 0;
	struct run list = {0};
	run_words(a, &list, "convoke", "--help", NULL);
	assert_int_equal(list.status, CLI_DONE);
	assert_narrow(list.out);
	char **nouns = offered(&n_nouns, "", NULL);
	for (size_t i = 0; i < n_nouns; i++) {
		assert_non_null(strstr(list.out, arena_printf(a, "\n  %s ", nouns[i])));
		char **verbs = offered(&n_verbs, nouns[i], "", NULL);
		bool takes_verbs = n_verbs > 0 && has(verbs, n_verbs, "list");
		if (!takes_verbs)
			check_command(manual, nouns[i], NULL);
		for (size_t v = 0; takes_verbs && v < n_verbs; v++)
			check_command(manual, nouns[i], verbs[v]);
		commands += takes_verbs ? n_verbs : 1;
	}
	assert_true(commands >= 25);
}

static void
help_is_found_however_it_is_asked_for(void **state)
{
	(void)state;
	struct run all = {0}, r = {0};
	run_words(a, &all, "convoke", "help", NULL);
	assert_int_equal(all.status, CLI_DONE);
	run_words(a, &r, "convoke", NULL);
	assert_int_equal(r.status, CLI_USAGE);
	assert_string_equal(r.out, all.out);
	run_words(a, &r, "convoke", "help", "link", NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_non_null(strstr(r.out, "link add KIND NAME"));
	run_words(a, &r, "convoke", "link", NULL);
	assert_int_equal(r.status, CLI_USAGE);
	assert_non_null(strstr(r.out, "link add KIND NAME"));
	run_words(a, &r, "convoke", "link", "--help", NULL);
	assert_int_equal(r.status, CLI_DONE);
	run_words(a, &r, "convoke", "help", "link", "add", NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_non_null(strstr(r.out, "--password-file FILE"));
	run_words(a, &r, "convoke", "--version", NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_int_equal(strncmp(r.out, "convoke ", 8), 0);
}

static void
wrong_usage_says_what_is_right(void **state)
{
	(void)state;
	static const struct {
		const char *words[8], *said;
	} rows[] = {
		{{"rom", "list"}, "there is no `rom`; did you mean `room`?"},
		{{"room", "lst"}, "there is no `room lst`; did you mean `room list`?"},
		{{"satus"}, "did you mean `status`?"},
		{{"xyzzy"}, "there is no `xyzzy`\n"},
		{{"help", "xyzzy"}, "there is no `xyzzy`\n"},
		{{"join"}, "too few words: this command takes ROOM"},
		{{"join", "A", "B"}, "too many words: this command takes ROOM"},
		{{"room", "list", "A"}, "takes options only"},
		{{"extract"}, "this command takes FILE…"},
		{{"join", "A", "--frob"}, "no such option: --frob"},
		{{"join", "A", "--frob=1"}, "no such option: --frob\n"},
		{{"join", "A", "--pin"}, "--pin needs a value: --pin PIN"},
		{{"join", "A", "--max-wait-ms", "soon"},
			"--max-wait-ms takes a number, not \"soon\""},
		{{"join", "A", "--max-wait-ms", "-5"}, "takes a number, not \"-5\""},
		{{"join", "A", "--transports", "sip,fax"},
			"--transports is one of sip, h323, pstn, web, not \"fax\""},
		{{"link", "add", "exchange", "hq"}, "exchange needs --url and --user"},
		{{"link", "add", "exchange", "hq", "--url", "u"},
			"exchange needs --url and --user"},
		{{"link", "add", "office365", "cloud", "--tenant", "example.com"},
			"office365 needs --tenant and --client-id"},
		{{"link", "add", "office365", "cloud", "--tenant=common",
			 "--client-id=1"},
			"--tenant is the directory's GUID or domain, not \"common\""},
		{{"link", "set", "hq", "--impersonate=yes"},
			"--impersonate takes no value"},
		{{"room", "add", "A", "--mailbox", "m"}, "--link LINK is needed"},
		{{"dial", "--provider", "zoom"}, "--id ID is needed"},
		{{"dial", "--id", "1"}, "--provider is needed, unless --room"},
		{{"dial", "--id", "1", "--room", "A", "--room-country", "DE"},
			"leave out --room-country"},
		{{"dial", "--id", "1", "--format", "morse"}, "--format is one of tel, "},
		{{"extract", "--room-country", "Germany", "-"},
			"--room-country is two letters"},
		{{"provider", "set", "zoom", "--pin", "maybe"},
			"--pin is one of never, optional, required"},
		{{"room", "list", "--json=yes"}, "no such option: --json"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *argv[10] = {run_program(a, "convoke")};
		memcpy(argv + 1, rows[i].words, sizeof rows[i].words);
		struct run r = {0};
		run(a, argv, &r);
		if (r.status != CLI_USAGE || strstr(r.err, rows[i].said) == NULL)
			fail_msg("%s …: %d, %s", rows[i].words[0], r.status, r.err);
		assert_string_equal(r.out, "");
		assert_non_null(strstr(r.err, "--help`"));
	}
}

static void
a_password_is_no_argument(void **state)
{
	(void)state;
	struct run r = {0};
	run_words(a, &r, "convoke", "link", "add", "exchange", "hq", "--password",
		"canary-5317", NULL);
	assert_int_equal(r.status, CLI_USAGE);
	assert_non_null(strstr(r.err, "--password-file"));
	assert_null(strstr(r.err, "canary"));
	run_words(a, &r, "convoke", "link", "set", "hq", "--password=canary-5317", NULL);
	assert_int_equal(r.status, CLI_USAGE);
	assert_non_null(strstr(r.err, "--password-file"));
	assert_null(strstr(r.err, "canary"));
}

static void
without_a_daemon_the_cure_is_named(void **state)
{
	(void)state;
	static const char *const commands[][4] = {{"join", "A"}, {"next", "A"},
		{"agenda", "A"}, {"status"}, {"status", "--watch"}, {"watch"},
		{"link", "list"}, {"link", "test", "hq"}, {"room", "list"},
		{"room", "poll", "A"}, {"room", "show", "A"}, {"profile", "list"},
		{"provider", "default", "zoom"}, {"reload"}};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *argv[6] = {run_program(a, "convoke")};
		memcpy(argv + 1, commands[i], sizeof commands[i]);
		struct run r = {0};
		run(a, argv, &r);
		assert_int_equal(r.status, CLI_NO_DAEMON);
		assert_string_equal(r.out, "");
		assert_non_null(strstr(r.err, "cannot reach the daemon at "));
		assert_non_null(strstr(run_flat(a, r.err), "`systemctl start convoked`"));
	}
}

static void
an_answer_that_cannot_be_written_is_a_failure(void **state)
{
	(void)state;
	struct run r = {0};
	const char *argv[] = {"/bin/sh", "-c",
		arena_printf(a, "exec %s --help >/dev/full", run_program(a, "convoke")),
		NULL};
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "cannot write the answer"));
}

/* bash is everywhere; the other shells' scripts do the same with the same answers. */
static void
bash_completes(void **state)
{
	(void)state;
	static const struct {
		const char *words, *offered;
	} rows[] = {{"convoke li", "link\n"}, {"convoke link t", "test\n"},
		{"convoke join A --tr", "--transports\n"},
		{"convoke join A --transports sip,h", "sip\\,h323\n"},
		{"convoke provider set zoom --pin ", "never\noptional\nrequired\n"},
		{"convoke extract --room-country DE zoom", "zoom.txt\n"},
		{"convoke xyzzy ", ""}};
	help_put(a, dir, "zoom.txt", "an invite\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool fresh = rows[i].words[strlen(rows[i].words) - 1] == ' ';
		struct run r = {0};
		const char *script = arena_printf(a,
			"cd %s; source %s; compopt() { :; }; COMP_WORDS=(%s%s);"
			"COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _convoke %s;"
			"((${#COMPREPLY[@]})) && printf '%%s\\n' \"${COMPREPLY[@]}\"",
			dir, help_path(a, "packaging/completion/convoke.bash"),
			rows[i].words, fresh ? " \"\"" : "", run_program(a, "convoke"));
		run(a, (const char *[]){"/bin/bash", "-c", script, NULL}, &r);
		assert_string_equal(r.err, "");
		assert_string_equal(r.out, rows[i].offered);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_command_is_explained_and_in_the_manual, setup, teardown),
		cmocka_unit_test_setup_teardown(
			help_is_found_however_it_is_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(
			wrong_usage_says_what_is_right, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_password_is_no_argument, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_a_daemon_the_cure_is_named, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_answer_that_cannot_be_written_is_a_failure, setup, teardown),
		cmocka_unit_test_setup_teardown(bash_completes, setup, teardown),
	};
	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
