/* The command line where no daemon is needed, or where one is feigned. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
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

static char *
in_dir(const char *name, const char *bytes)
{
	char *path = arena_printf(a, "%s/%s", dir, name);
	help_write(path, bytes, strlen(bytes));
	return path;
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
		{{"link", "add", "office365", "cloud", "--tenant=common", "--client-id=1"},
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

static const char zoom[] =
	"Join Zoom Meeting\n"
	"https://northwind.zoom.us/j/91847302265?pwd=q1w2e3r4\n\n"
	"Meeting ID: 918 4730 2265\nPasscode: quill7\n\n"
	"+13017158592,,91847302265#,,,,*04471963# US (Washington DC)\n";

static void
extract_reads_files_and_standard_input(void **state)
{
	(void)state;
	const char *good = in_dir("zoom.txt", zoom), *bad = in_dir("no.txt", "lunch\n");
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

static void
extract_json_is_an_object_a_file(void **state)
{
	(void)state;
	const char *good = in_dir("zoom.txt", zoom);
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
	run_words(a, &r, "convoke", "extract", dir, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "is a directory"));
	assert_non_null(strstr(r.err, "Name the files in it"));
	run_words(a, &r, "convoke", "extract", "/nowhere/x.ics", NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "/nowhere/x.ics"));
	assert_non_null(strstr(r.err, "Check the name"));
	const char *large = in_dir("large.ics", "");
	assert_int_equal(truncate(large, 100 << 20), 0);
	run_words(a, &r, "convoke", "extract", large, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "An invite is never that large"));
}

static void
nothing_from_an_invite_steers_the_terminal(void **state)
{
	(void)state;
	struct run r = {0};
	const char *path = in_dir("evil.txt",
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

static void
check_names_file_line_and_cure(void **state)
{
	(void)state;
	assert_int_equal(mkdir(arena_printf(a, "%s/providers", dir), 0700), 0);
	const char *path =
		in_dir("providers/acme.yaml", "id: acme\nname: Acme\npin: sometimes\n");
	struct run r = {0};
	run_words(a, &r, "convoke", "check", path, NULL);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "acme.yaml:3"));
	run_words(a, &r, "convoke", "check", "--json", path, NULL);
	assert_int_equal(r.status, CLI_NO);
	json_t *o = json_loads(r.out, 0, NULL);
	assert_true(json_is_false(json_object_get(o, "ok")));
	json_decref(o);
	run_words(a, &r, "convoke", "check", in_dir("acme.yaml", "id: acme\n"), NULL);
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
	in_dir("zoom.txt", zoom);
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

/* A daemon that is not one: takes one connection, one request, and gives one answer. */
static int
listen_at(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	strcpy(at.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(fd, 4), 0);
	setenv("CONVOKE_SOCKET", path, 1);
	return fd;
}

static json_t *
take_request(int at, int *ret_fd)
{
	*ret_fd = accept(at, NULL, NULL);
	assert_true(*ret_fd >= 0);
	json_t *o = json_loads(run_read_until(a, *ret_fd, "\n"), 0, NULL);
	assert_non_null(o);
	return o;
}

static void
give_answer(int fd, const json_t *request, const char *members)
{
	const char *line = arena_printf(a, "{\"jsonrpc\":\"2.0\",\"id\":%d,%s}\n",
		(int)json_integer_value(json_object_get(request, "id")), members);
	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	close(fd);
}

static const char *
param(const json_t *request, const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(request, "params"), name));
}

static const char *const add_words[] = {"link", "add", "exchange", "hq", "--url",
	"https://mail.example.com/EWS/Exchange.asmx", "--user", "svc@example.com"};

static void
assert_nowhere_in_proc(pid_t pid, const char *secret)
{
	static const char *const files[] = {"cmdline", "environ"};
	for (size_t i = 0; i < 2; i++) {
		char bytes[65536] = "";
		int fd = open(
			arena_printf(a, "/proc/%d/%s", (int)pid, files[i]), O_RDONLY);
		ssize_t n = read(fd, bytes, sizeof bytes);
		assert_true(n > 0);
		assert_null(memmem(bytes, (size_t)n, secret, strlen(secret)));
		close(fd);
	}
}

static void
a_password_from_a_file_reaches_the_daemon_only(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	const char *log = arena_printf(a, "%s/log", dir);
	const char *argv[16] = {run_program(a, "convoke")};
	memcpy(argv + 1, add_words, sizeof add_words);
	argv[9] = "--password-file";
	argv[10] = in_dir("password", "canary 5317\r\nsecond line\n");
	pid_t pid = run_start(a, argv, log);
	json_t *request = take_request(at, &fd);
	assert_nowhere_in_proc(pid, "canary 5317");
	assert_string_equal(
		json_string_value(json_object_get(request, "method")), "link.add");
	assert_string_equal(param(request, "secret"), "canary 5317");
	assert_string_equal(param(request, "kind"), "exchange");
	assert_string_equal(param(request, "name"), "hq");
	assert_null(param(request, "password_file"));
	give_answer(fd, request, "\"result\":{\"name\":\"hq\"}");
	assert_int_equal(run_wait(pid), CLI_DONE);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", log, NULL}, &r);
	assert_string_equal(r.out, "hq: added; `convoke link test hq` tries it\n");
	json_decref(request);
	close(at);
}

static void
a_password_that_is_asked_for_is_not_echoed(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd, tty;
	const char *argv[16] = {run_program(a, "convoke")};
	memcpy(argv + 1, add_words, sizeof add_words);
	pid_t pid = run_on_terminal(a, argv, &tty);
	const char *before = run_read_until(a, tty, "Password: ");
	assert_int_equal(write(tty, "canary 5317\n", 12), 12);
	json_t *request = take_request(at, &fd);
	assert_nowhere_in_proc(pid, "canary 5317");
	assert_string_equal(param(request, "secret"), "canary 5317");
	give_answer(fd, request, "\"result\":{}");
	const char *after = run_read_until(a, tty, NULL);
	assert_int_equal(run_wait(pid), CLI_DONE);
	assert_null(strstr(before, "canary"));
	assert_null(strstr(after, "canary"));
	json_decref(request);
	close(at);
	close(tty);
}

static void
without_a_terminal_nothing_is_asked(void **state)
{
	(void)state;
	struct run r = {0};
	const char *argv[16] = {run_program(a, "convoke")};
	memcpy(argv + 1, add_words, sizeof add_words);
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "no terminal"));
	assert_non_null(strstr(r.err, "--password-file"));
	argv[9] = "--password-file";
	argv[10] = "/nowhere/password";
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "/nowhere/password"));
	argv[10] = in_dir("empty", "\n");
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO);
	assert_non_null(strstr(r.err, "no password in its first line"));
}

static void
what_the_daemon_refuses_is_said_with_its_cure(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	const char *log = arena_printf(a, "%s/log", dir);
	const char *argv[] = {run_program(a, "convoke"), "join", "NOWHERE", NULL};
	pid_t pid = run_start(a, argv, log);
	json_t *request = take_request(at, &fd);
	give_answer(fd, request,
		"\"error\":{\"code\":-32001,\"message\":\"no such room: \\u001b[2JNOWHERE\","
		"\"data\":{\"cure\":\"`convoke room list` names them.\"}}");
	assert_int_equal(run_wait(pid), CLI_NO);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", log, NULL}, &r);
	assert_string_equal(r.out, "convoke: no such room: \xef\xbf\xbd[2JNOWHERE\n"
				   "  `convoke room list` names them.\n");
	json_decref(request);
	close(at);
}

static void
a_daemon_that_hangs_up_is_no_answer(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	const char *log = arena_printf(a, "%s/log", dir);
	const char *argv[] = {run_program(a, "convoke"), "join", "A", NULL};
	pid_t pid = run_start(a, argv, log);
	json_t *request = take_request(at, &fd);
	close(fd);
	assert_int_equal(run_wait(pid), CLI_NO_DAEMON);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", log, NULL}, &r);
	assert_non_null(strstr(r.out, "the daemon closed the connection"));
	json_decref(request);
	close(at);
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
			extract_reads_files_and_standard_input, setup, teardown),
		cmocka_unit_test_setup_teardown(
			extract_json_is_an_object_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_read_is_named_with_a_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			nothing_from_an_invite_steers_the_terminal, setup, teardown),
		cmocka_unit_test_setup_teardown(
			check_proves_the_data_files, setup, teardown),
		cmocka_unit_test_setup_teardown(
			check_names_file_line_and_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			dial_speaks_every_engines_notation, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_answer_that_cannot_be_written_is_a_failure, setup, teardown),
		cmocka_unit_test_setup_teardown(bash_completes, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_password_from_a_file_reaches_the_daemon_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_password_that_is_asked_for_is_not_echoed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_a_terminal_nothing_is_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_the_daemon_refuses_is_said_with_its_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_daemon_that_hangs_up_is_no_answer, setup, teardown),
	};
	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
