/* What needs files and no daemon: extract, check, dial. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

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

static const char zoom[] =
	"Join Zoom Meeting\n"
	"https://northwind.zoom.us/j/91847302265?pwd=q1w2e3r4\n\n"
	"Meeting ID: 918 4730 2265\nPasscode: quill7\n\n"
	"+13017158592,,91847302265#,,,,*04471963# US (Washington DC)\n";

static void
extract_reads_files_and_standard_input(void **state)
{
	(void)state;
	const char *good = help_put(a, dir, "zoom.txt", zoom),
		   *bad = help_put(a, dir, "no.txt", "lunch\n");
	struct run r = {.in = zoom}, file = {0};
	run_words(a, &file, "convoke", "extract", good, NULL);
	assert_int_equal(file.status, CLI_DONE);
	assert_non_null(strstr(file.out, "Zoom"));
	assert_non_null(
		strstr(file.out, "dial +13017158592,,91847302265#,,,,*04471963#"));
	run_words(a, &r, "convoke", "extract", "-", NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_string_equal(r.out, file.out);
	r.in = NULL;
	run_words(a, &r, "convoke", "extract", bad, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_string_equal(r.out, "Nothing to join.\n");
	run_words(a, &r, "convoke", "extract", good, bad, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.out, "zoom.txt"));
	assert_non_null(strstr(r.out, "no.txt"));
	run_words(a, &r, "convoke", "extract", "--explain", good, NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_non_null(strstr(r.out, "zoom/label:passcode"));
}

/* What extraction takes nothing from is shown, with its reason and where it stands. */
static void
extract_shows_what_is_never_dialled(void **state)
{
	(void)state;
	static const char text[] = "Join Zoom Meeting\n"
				   "https://northwind.zoom.us/j/91847302265\n"
				   "+1911,,91847302265#\n"
				   "+13017158592,,91847302265#,,#*4\n"
				   "192.0.2.7##91847302265\n"
				   "91847302265@zoomcrc.com.evil.example\n";
	static const char *const said[] = {"phone …11 is an emergency",
		"phone …92 would be followed by tones", "H.323 …65 is not a host",
		"SIP …le is not a host"};
	static const char *const marked[] = {"«+1911,,91847302265#»‹refused›",
		"«192.0.2.7##91847302265»‹refused›", "dropped/tones", "dropped/sip"};
	const char *path = help_put(a, dir, "dropped.txt", text);
	struct run r = {0};
	run_words(a, &r, "convoke", "extract", path, NULL);
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		assert_non_null(strstr(r.out, said[i]));
	run_words(a, &r, "convoke", "extract", "--explain", path, NULL);
	for (size_t i = 0; i < sizeof marked / sizeof *marked; i++)
		assert_non_null(strstr(r.out, marked[i]));
}

static void
extract_json_is_an_object_a_file(void **state)
{
	(void)state;
	const char *good = help_put(a, dir, "zoom.txt", zoom);
	struct run r = {0};
	run_words(a, &r, "convoke", "extract", "--json", good,
		arena_printf(a, "%s/absent.ics", dir), NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_string_equal(r.err, "");
	char *second = strchr(r.out, '\n') + 1;
	json_t *o = json_loads(r.out, JSON_DISABLE_EOF_CHECK, NULL);
	const json_t *m = json_array_get(json_object_get(o, "meetings"), 0);
	assert_string_equal(json_string_value(json_object_get(o, "file")), good);
	assert_string_equal(json_string_value(json_object_get(m, "provider")), "zoom");
	json_decref(o);
	o = json_loads(second, 0, NULL);
	assert_int_equal(json_array_size(json_object_get(o, "meetings")), 0);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(o, "error"), "code")),
		"unreadable");
	json_decref(o);
}

static void
what_cannot_be_read_is_named_with_a_cure(void **state)
{
	(void)state;
	struct run r = {0};
	const char *pipe = arena_printf(a, "%s/pipe", dir);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	run_words(a, &r, "convoke", "extract", pipe, NULL);
	assert_int_equal(r.status, CLI_NO);
	run_has(a, r.err, "is no file, but a pipe");
	run_has(a, r.err, "convoke extract - <");
	run_words(a, &r, "convoke", "extract", "/nowhere/x.ics", NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "/nowhere/x.ics"));
	assert_non_null(strstr(r.err, "Check the name"));
	const char *large = help_put(a, dir, "large.ics", "");
	assert_int_equal(truncate(large, 100 << 20), 0);
	run_words(a, &r, "convoke", "extract", large, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "An invite is never that large"));
}

/* A line a file, in order; what is no invite is counted, what cannot be read is named. */
static void
a_folder_is_a_line_a_file_and_a_table(void **state)
{
	(void)state;
	const char *in = arena_printf(a, "%s/saved", dir);
	struct run r = {0};
	assert_int_equal(mkdir(in, 0700), 0);
	assert_int_equal(mkdir(arena_printf(a, "%s/below", in), 0700), 0);
	run_words(a, &r, "convoke", "extract", in, NULL);
	assert_int_equal(r.status, CLI_NO); /* nothing at all */
	help_put(a, in, "b.txt", zoom);
	help_put(a, in, "below/a.txt", zoom);
	help_put(a, in, "c.txt", "lunch\n");
	help_put(a, in, "d.doc", "lunch\n");
	help_put(a, in, ".hidden.txt", zoom);
	assert_int_equal(symlink(in, arena_printf(a, "%s/loop", in)), 0);
	run_words(a, &r, "convoke", "extract", in, NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_string_equal(r.err, "");
	static const char begins[] = "b.txt        zoom";
	assert_int_equal(strncmp(r.out, begins, strlen(begins)), 0);
	run_has(a, r.out, "b.txt zoom 91847302265 SIP phone 96 %");
	run_has(a, r.out, "below/a.txt zoom 91847302265 SIP phone 96 %");
	run_has(a, r.out, "c.txt nothing to join");
	run_has(a, r.out, "zoom 2 2 2 0 0 0 all 2 2 2 0 0 0");
	run_has(a, r.out, "3 files read, 1 with nothing to join; 0 could not be read; 3 others passed over");
	help_put(a, in, "e.ics", "no calendar\n");
	run_words(a, &r, "convoke", "extract", in, NULL);
	assert_int_equal(r.status, CLI_NO);
	run_has(a, r.out, "e.ics not read: by its name an iCalendar file");
	run_has(a, r.out, "zoom 2 2 2 0 0 0");
	run_words(a, &r, "convoke", "extract", "--json", in, NULL);
	size_t lines = 0;
	for (const char *s = r.out; (s = strchr(s, '\n')) != NULL; s++)
		lines++;
	assert_int_equal(lines, 4);
	assert_non_null(strstr(r.out, "saved/b.txt\""));
}

static void
errors_are_json_where_answers_are(void **state)
{
	(void)state;
	static const struct {
		const char *words[3];
		int status;
		const char *code;
	} rows[] = {
		{{"--json", "nonsense"}, CLI_USAGE, "usage"},
		{{"extract", "--nonsense", "--json"}, CLI_USAGE, "usage"},
		{{"check", "--json", "/nowhere/x.yaml"}, CLI_NO, "unreadable"},
		{{"status", "--json"}, CLI_NO_DAEMON, "no_daemon"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct run r = {0};
		run_words(a, &r, "convoke", rows[i].words[0], rows[i].words[1],
			rows[i].words[2], NULL);
		assert_int_equal(r.status, rows[i].status);
		assert_string_equal(r.out, "");
		json_t *o = json_loads(r.err, 0, NULL);
		const json_t *err = json_object_get(o, "error");
		assert_string_equal(json_string_value(json_object_get(err, "code")),
			rows[i].code);
		assert_non_null(json_string_value(json_object_get(err, "text")));
		assert_non_null(json_string_value(json_object_get(err, "cure")));
		json_decref(o);
	}
}

static void
nothing_from_an_invite_steers_the_terminal(void **state)
{
	(void)state;
	struct run r = {0};
	const char *path = help_put(a, dir, "evil.txt",
		"\033[2J\033]0;owned\007 https://northwind.zoom.us/j/91847302265\n"
		"Passcode: a\xe2\x80\xae"
		"b\n");
	run_words(a, &r, "convoke", "extract", "--explain", path, NULL);
	assert_null(strchr(r.out, '\033'));
	assert_null(strchr(r.out, '\007'));
	assert_null(strstr(r.out, "\xe2\x80\xae"));
}

static void
check_proves_the_data_files(void **state)
{
	(void)state;
	struct run r = {0};
	run_words(a, &r, "convoke", "check", NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_non_null(strstr(r.out, "proofs hold"));
	run_words(a, &r, "convoke", "check", "--json", NULL);
	assert_int_equal(r.status, CLI_DONE);
	json_t *o = json_loads(r.out, 0, NULL);
	assert_true(json_is_true(json_object_get(o, "ok")));
	assert_true(json_integer_value(json_object_get(o, "proofs")) > 0);
	json_decref(o);
}

/* The same to join in it, and nothing of whom it was from; published numbers stay. */
static void
an_anonymised_copy_says_the_same_of_nobody(void **state)
{
	(void)state;
	static const char mail[] = "From: \"Maria Kowalski\" <maria.kowalski@northwind.test>\n"
		"To: room@northwind.test\nSubject: Maria's review\nReceived: from 203.0.113.9\n"
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=iso-8859-1\n"
		"Content-Transfer-Encoding: quoted-printable\n\n"
		"Hello =E4 all, on Nov 5, 2026 10:00 AM. Kowalski\n";
	static const char *const gone[] = {"Maria", "Kowalski", "kowalski", "northwind",
		"203.0.113.9", "91847302265", "918 4730 2265", "quill7", "q1w2e3r4",
		"04471963"};
	struct run r = {0}, copy = {0};
	const char *path = help_put(a, dir, "mail.eml", arena_printf(a, "%s%s", mail, zoom));
	run_words(a, &r, "convoke", "extract", "--anonymise", path, NULL);
	assert_int_equal(r.status, CLI_DONE);
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
		if (strstr(r.out, gone[i]) != NULL)
			fail_msg("%s is still in it:\n%s", gone[i], r.out);
	assert_non_null(strstr(r.out, "@example.com"));
	assert_non_null(strstr(r.out, "Nov 5, 2026"));
	assert_non_null(strstr(r.out, "+13017158592,,"));
	run_words(a, &copy, "convoke", "extract", "--json",
		help_put(a, dir, "copy.eml", r.out), NULL);
	assert_int_equal(copy.status, CLI_DONE);
	assert_non_null(strstr(copy.out, "\"provider\":\"zoom\""));
	assert_non_null(strstr(copy.out, "\"sip\""));
	assert_non_null(strstr(copy.out, "+13017158592"));
	run_words(a, &r, "convoke", "extract", "--anonymise", path, path, NULL);
	assert_int_equal(r.status, CLI_USAGE);
}

/* One of each carrier; where one is refused, nothing comes out. */
static void
every_carrier_can_be_anonymised(void **state)
{
	(void)state;
	static const char *const files[] = {"zoom/2019-password.txt",
		"traps/qp-soft-break-in-id.eml", "traps/vcal-quoted-printable.ics",
		"traps/utf-16-body.eml", "traps/url-broken-by-quoting.txt"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct run r = {0};
		run_words(a, &r, "convoke", "extract", "--anonymise",
			help_path(a, arena_printf(a, "fixtures/invites/%s", files[i])), NULL);
		if (r.status != CLI_DONE)
			fail_msg("%s: %s", files[i], r.err);
		assert_true(r.out_size > 0);
	}
}

/* What a site's file would change is known before it is installed. */
static void
check_against_a_folder_tells_what_differs(void **state)
{
	(void)state;
	static const char rule[] = "provider: zoom\nlinks:\n  - name: portal\n"
		"    hosts: [meet.northwind.example]\n    match: '/z/(?<meeting_id>\\d{9,11})'\n"
		"    yes: ['https://meet.northwind.example/z/123456789 -> meeting_id=123456789']\n";
	struct run r = {0};
	const char *in = arena_printf(a, "%s/saved", dir);
	assert_int_equal(mkdir(in, 0700), 0);
	assert_int_equal(mkdir(arena_printf(a, "%s/patterns", dir), 0700), 0);
	const char *file = help_put(a, dir, "patterns/mine.yaml", rule);
	help_put(a, in, "a.txt", zoom);
	run_words(a, &r, "convoke", "check", "--against", in, file, NULL);
	assert_int_equal(r.status, CLI_DONE);
	assert_string_equal(r.out, "1 file, 1 same, 0 changed, 0 gained, 0 lost, 0 unreadable\n");
	help_put(a, in, "b.txt", "https://meet.northwind.example/z/91847302265\n");
	run_words(a, &r, "convoke", "check", "--against", in, file, NULL);
	assert_int_equal(r.status, CLI_NO);
	run_has(a, r.out, "b.txt gained meetings[0]: nothing → {");
	run_has(a, r.out, "2 files, 1 same, 0 changed, 1 gained, 0 lost, 0 unreadable");
	run_words(a, &r, "convoke", "check", "--json", "--against", in, file, NULL);
	assert_int_equal(r.status, CLI_NO);
	json_t *o = json_loads(r.out, JSON_DISABLE_EOF_CHECK, NULL);
	assert_string_equal(json_string_value(json_object_get(o, "change")), "gained");
	json_decref(o);
	run_words(a, &r, "convoke", "check", "--against", in, NULL);
	assert_int_equal(r.status, CLI_DONE); /* nothing is installed */
}

static void
check_names_file_line_and_cure(void **state)
{
	(void)state;
	assert_int_equal(mkdir(arena_printf(a, "%s/providers", dir), 0700), 0);
	const char *path = help_put(
		a, dir, "providers/acme.yaml", "id: acme\nname: Acme\npin: sometimes\n");
	struct run r = {0};
	run_words(a, &r, "convoke", "check", path, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "acme.yaml:3"));
	run_words(a, &r, "convoke", "check", "--json", path, NULL);
	assert_int_equal(r.status, CLI_NO);
	json_t *o = json_loads(r.err, 0, NULL);
	assert_non_null(json_object_get(json_object_get(o, "error"), "cure"));
	json_decref(o);
	run_words(a, &r, "convoke", "check", help_put(a, dir, "acme.yaml", "id: acme\n"),
		NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(
		strstr(run_flat(a, r.err), "directory called patterns or providers"));
	setenv("CONVOKE_DATA", dir, 1);
	run_words(a, &r, "convoke", "check", NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "CONVOKE_DATA"));
}

static void
dial_speaks_every_engines_notation(void **state)
{
	(void)state;
	static const struct {
		const char *format, *has;
	} rows[] = {{"tel", "tel:+13017158592,"}, {"asterisk", "Dial("},
		{"freeswitch", "send_dtmf"}, {"twilio", "<Dial>"}, {"a4b", "PSTNDialIn"}};
	struct run r = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		run_words(a, &r, "convoke", "dial", "--provider", "zoom", "--id",
			"918 4730 2265", "--format", rows[i].format, NULL);
		assert_int_equal(r.status, CLI_DONE);
		assert_non_null(strstr(r.out, rows[i].has));
		assert_non_null(strstr(r.out, "3017158592"));
	}
	run_words(a, &r, "convoke", "dial", "--provider", "zoom", "--id", "91847302265",
		"--json", NULL);
	assert_int_equal(r.status, CLI_DONE);
	json_t *o = json_loads(r.out, 0, NULL);
	assert_non_null(json_object_get(o, "sip"));
	json_decref(o);
	run_words(a, &r, "convoke", "dial", "--provider", "zoom", "--id", "911", NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "9 to 11 digits"));
	run_words(a, &r, "convoke", "dial", "--provider", "zom", "--id", "1", NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "zoom"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			extract_reads_files_and_standard_input, setup, teardown),
		cmocka_unit_test_setup_teardown(
			extract_shows_what_is_never_dialled, setup, teardown),
		cmocka_unit_test_setup_teardown(
			extract_json_is_an_object_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_read_is_named_with_a_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_folder_is_a_line_a_file_and_a_table, setup, teardown),
		cmocka_unit_test_setup_teardown(
			errors_are_json_where_answers_are, setup, teardown),
		cmocka_unit_test_setup_teardown(
			nothing_from_an_invite_steers_the_terminal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			check_proves_the_data_files, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_anonymised_copy_says_the_same_of_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(
			every_carrier_can_be_anonymised, setup, teardown),
		cmocka_unit_test_setup_teardown(
			check_against_a_folder_tells_what_differs, setup, teardown),
		cmocka_unit_test_setup_teardown(
			check_names_file_line_and_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			dial_speaks_every_engines_notation, setup, teardown),
	};
	return cmocka_run_group_tests_name("cli: files", tests, NULL, NULL);
}
