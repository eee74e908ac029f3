/* The command line against a daemon that is feigned: what is sent, and passwords. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
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

static bool
file_has(const char *path, const char *secret)
{
	char bytes[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, bytes, sizeof bytes) : 0;
	if (fd >= 0)
		close(fd);
	return n > 0 && memmem(bytes, (size_t)n, secret, strlen(secret)) != NULL;
}

/* What `ps` shows, of every process. */
static void
assert_not_shown(const char *secret)
{
	static const char *const files[] = {"cmdline", "environ"};
	DIR *proc = opendir("/proc");
	assert_non_null(proc);
	for (struct dirent *d; (d = readdir(proc)) != NULL;)
		for (size_t i = 0; i < 2 && d->d_name[0] >= '0' && d->d_name[0] <= '9';
			i++)
			assert_false(file_has(
				arena_printf(a, "/proc/%s/%s", d->d_name, files[i]),
				secret));
	closedir(proc);
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
	argv[10] = help_put(a, dir, "password", "canary 5317\r\nsecond line\n");
	pid_t pid = run_start(a, argv, log);
	json_t *request = take_request(at, &fd);
	assert_not_shown("canary 5317");
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

/* learn.microsoft.com/graph/deployments. */
static void
a_cloud_is_a_login_and_a_graph(void **state)
{
	(void)state;
	static const struct {
		const char *cloud, *option, *login, *graph;
	} rows[] = {
		{NULL, NULL, "https://login.microsoftonline.com",
			"https://graph.microsoft.com"},
		{"global", "--legacy-assertion", "https://login.microsoftonline.com",
			"https://graph.microsoft.com"},
		{"gcc-high", "--current-assertion", "https://login.microsoftonline.us",
			"https://graph.microsoft.us"},
		{"dod", NULL, "https://login.microsoftonline.us",
			"https://dod-graph.microsoft.us"},
		{"china", NULL, "https://login.partner.microsoftonline.cn",
			"https://microsoftgraph.chinacloudapi.cn"},
	};
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *argv[20] = {run_program(a, "convoke"), "link", "add",
			"office365", "cloud", "--tenant", "example.com", "--client-id",
			"11111111-2222-4333-8444-555555555555", "--credential", "cloud"};
		size_t n = 11;
		if (rows[i].option != NULL)
			argv[n++] = rows[i].option;
		if (rows[i].cloud != NULL) {
			argv[n++] = "--cloud";
			argv[n++] = rows[i].cloud;
		}
		pid_t pid = run_start(a, argv, "/dev/null");
		json_t *request = take_request(at, &fd);
		const json_t *legacy = json_object_get(
			json_object_get(request, "params"), "legacy_assertion");
		assert_string_equal(
			param(request, "url"), arena_printf(a, "%s/v1.0", rows[i].graph));
		assert_string_equal(param(request, "token_url"),
			arena_printf(
				a, "%s/example.com/oauth2/v2.0/token", rows[i].login));
		assert_null(param(request, "cloud"));
		assert_null(param(request, "tenant"));
		assert_int_equal(json_is_true(legacy), i == 1);
		assert_int_equal(json_is_false(legacy), i == 2);
		give_answer(fd, request, "\"result\":{}");
		assert_int_equal(run_wait(pid), CLI_DONE);
		json_decref(request);
	}
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
	assert_not_shown("canary 5317");
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
an_interrupt_leaves_the_terminal_as_it_was(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), tty;
	const char *argv[16] = {run_program(a, "convoke")};
	memcpy(argv + 1, add_words, sizeof add_words);
	pid_t pid = run_on_terminal(a, argv, &tty);
	struct termios before, after;
	run_read_until(a, tty, "Password: ");
	assert_int_equal(tcgetattr(tty, &before), 0);
	assert_int_equal(before.c_lflag & ECHO, 0);
	assert_int_equal(write(tty, "cana\003", 5), 5);
	assert_non_null(
		strstr(run_read_until(a, tty, "nothing was done"), "interrupted"));
	assert_int_equal(tcgetattr(tty, &after), 0);
	assert_int_equal(after.c_lflag & ECHO, ECHO);
	assert_int_equal(run_wait(pid), CLI_NO);
	close(at);
	close(tty);
}

/* Only a file can be a key of many lines. */
static void
a_typed_password_may_begin_as_a_key_does(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd, tty;
	const char *argv[16] = {run_program(a, "convoke")};
	memcpy(argv + 1, add_words, sizeof add_words);
	pid_t pid = run_on_terminal(a, argv, &tty);
	run_read_until(a, tty, "Password: ");
	assert_int_equal(write(tty, "{5317}\n", 7), 7);
	json_t *request = take_request(at, &fd);
	assert_string_equal(param(request, "secret"), "{5317}");
	give_answer(fd, request, "\"result\":{}");
	run_read_until(a, tty, NULL);
	assert_int_equal(run_wait(pid), CLI_DONE);
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
	argv[10] = help_put(a, dir, "empty", "\n");
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

/* What `convoke` prints, asked with these words, when the daemon answers so. */
static const char *
answered(const char *const *words, const char *result, int *ret_status)
{
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	const char *log = arena_printf(a, "%s/log", dir), *argv[8] = {run_program(a, "convoke")};
	for (size_t i = 0; words[i] != NULL; i++)
		argv[i + 1] = words[i];
	pid_t pid = run_start(a, argv, log);
	json_t *request = take_request(at, &fd);
	give_answer(fd, request, arena_printf(a, "\"result\":%s", result));
	*ret_status = run_wait(pid);
	json_decref(request);
	close(at);
	unlink(arena_printf(a, "%s/feigned.sock", dir));
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", log, NULL}, &r);
	unlink(log);
	return r.out;
}

static void
what_ends_is_told_for_a_timer_that_mails(void **state)
{
	(void)state;
#define LINKS(first)                                                                     \
	"{\"rooms\":[],\"links\":[" first "{\"link\":\"hq\",\"password_expires\":"           \
	"\"9999-01-01T00:00:00Z\",\"credential_kind\":\"password\"},{\"link\":\"new\"}]}"
	static const char old[] = LINKS("{\"link\":\"cloud\",\"password_expires\":"
					"\"1971-01-01T00:00:00Z\",\"credential_kind\":"
					"\"client secret\",\"renew\":\"Make another one.\"},");
	const char *const mail[] = {"status", "--expiring", NULL};
	const char *const json[] = {"status", "--expiring", "30", "--json", NULL};
	int status;
	const char *said = answered(mail, LINKS(""), &status);
	assert_string_equal(said, "");
	assert_int_equal(status, CLI_DONE);
	said = answered(mail, old, &status);
	assert_non_null(strstr(said, "cloud: its client secret expired "));
	assert_non_null(strstr(said, "\n  Make another one.\n"));
	assert_null(strstr(said, "hq"));
	assert_int_equal(status, CLI_NO);
	said = answered(json, old, &status);
	assert_non_null(strstr(said, "\"expiring\""));
	assert_null(strstr(said, "hq"));
	assert_int_equal(status, CLI_NO);
}

static void
a_day_without_time_is_its_beginning(void **state)
{
	(void)state;
	int at = listen_at(arena_printf(a, "%s/feigned.sock", dir)), fd;
	const char *argv[] = {run_program(a, "convoke"), "link", "set", "cloud",
		"--secret-expires", "2027-06-30", NULL};
	pid_t pid = run_start(a, argv, arena_printf(a, "%s/log", dir));
	json_t *request = take_request(at, &fd);
	assert_string_equal(param(request, "secret_expires"), "2027-06-30T00:00:00Z");
	give_answer(fd, request, "\"result\":{}");
	assert_int_equal(run_wait(pid), CLI_DONE);
	json_decref(request);
	close(at);
}

/* As `answered`, of a command that asks twice. */
static const char *
prepared(const char *room, const char *link, const char *rooms, int *ret_status)
{
	const char *path = arena_printf(a, "%s/feigned.sock", dir);
	const char *out = arena_printf(a, "%s/out", dir);
	const char *argv[] = {run_program(a, "convoke"), "link", "prepare", "l", room, NULL};
	int at = listen_at(path), fd;
	pid_t pid = run_start(a, argv, out);
	json_t *request = take_request(at, &fd);
	give_answer(fd, request, arena_printf(a, "\"result\":%s", link));
	json_decref(request);
	request = take_request(at, &fd);
	give_answer(fd, request, arena_printf(a, "\"result\":{\"rooms\":%s}", rooms));
	json_decref(request);
	*ret_status = run_wait(pid);
	close(at);
	unlink(path);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", out, NULL}, &r);
	unlink(out);
	return r.out;
}

#define LINK(kind, more)                                                                 \
	"{\"name\":\"l\",\"kind\":\"" kind "\",\"user\":\"svc'; rm\"" more "}"
#define TWO_ROOMS                                                                        \
	"[{\"name\":\"A\",\"link\":\"l\",\"mailbox\":\"a@example.com\"},"                     \
	"{\"name\":\"B\",\"link\":\"other\",\"mailbox\":\"b@example.com\"}]"

static void
a_link_is_prepared_for_these_rooms(void **state)
{
	(void)state;
	static const struct {
		const char *link, *has[5];
	} kinds[] = {
		{LINK("exchange", ""),
			{"Add-MailboxFolderPermission", "Remove-MailboxFolderPermission",
				"Get-MailboxFolderPermission", "-DeleteComments $false",
				"('svc''; rm')"}},
		{LINK("exchange", ",\"impersonate\":true"),
			{"-Role ApplicationImpersonation", "Remove-ManagementRoleAssignment",
				"Get-DistributionGroupMember", "MemberOfGroup -eq",
				"Remove-ManagementScope"}},
		{LINK("office365", ""),
			{"'Application Calendars.Read'", "Test-ServicePrincipalAuthorization",
				"-CustomResourceScope $name", "Remove-ManagementScope",
				"Export-Clixml"}},
		{LINK("google", ""),
			{"See all event details", "svc'; rm", "Undo:", "convoke link test l", "a"}},
		{LINK("google", ",\"subject\":\"u@example.com\""),
			{"client ID", "auth/calendar.events.readonly", "u@example.com", "Undo:", "a"}},
		{LINK("caldav", ""), {"svc'; rm", "Undo:", "link test", "Check:", "a"}},
		{LINK("ics", ",\"url\":\"/srv/it's\""),
			{"cd '/srv/it'\\''s'", "mkdir -p -- 'a@example.com'", "rmdir", "Undo", "a"}},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int status;
		const char *said = prepared(NULL, kinds[i].link, TWO_ROOMS, &status);
		assert_int_equal(status, CLI_DONE);
		for (size_t h = 0; h < 5; h++)
			if (strstr(said, kinds[i].has[h]) == NULL)
				fail_msg("no %s in: %s", kinds[i].has[h], said);
		assert_non_null(strstr(said, "a@example.com"));
		assert_null(strstr(said, "b@example.com")); /* another link's */
	}
}

/* Whatever a room is called, the script says it and does not run it. */
static void
a_rooms_name_is_never_a_command(void **state)
{
	(void)state;
	static const struct {
		const char *room, *is;
	} cases[] = {
		{"a'; Remove-Mailbox x; '@example.com", "  ('a''; Remove-Mailbox x; ''@example.com')\n"},
		{"$(x)`n\"@example.com", "  ('$(x)`n\"@example.com')\n"},
		{"a\xe2\x80\x99; x@example.com", "  ('a' + [char]0x2019 + '; x@example.com')\n"},
		/* U+0451: its second byte is a quote in code page 1251 and 1252 */
		{"\xd1\x91@example.com", "  ('' + [char]0x0451 + '@example.com')\n"},
		{"\xf0\x9f\x98\x80@example.com",
			"  ('' + [char]0xD83D + [char]0xDE00 + '@example.com')\n"},
		{"a\n)\nx@example.com", "  ('a ) x@example.com')\n"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status;
		const char *said = prepared(cases[i].room, LINK("exchange", ""), "[]", &status);
		assert_int_equal(status, CLI_DONE);
		if (strstr(said, cases[i].is) == NULL)
			fail_msg("no %s in: %s", cases[i].is, said);
	}
	int status;
	assert_non_null(strstr(prepared("NOWHERE", LINK("exchange", ""), TWO_ROOMS, &status),
		"link l has no room NOWHERE"));
	assert_int_equal(status, CLI_NO);
	assert_non_null(strstr(
		prepared("B", LINK("exchange", ""), TWO_ROOMS, &status), "no room B"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_password_from_a_file_reaches_the_daemon_only, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_cloud_is_a_login_and_a_graph, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_password_that_is_asked_for_is_not_echoed, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_interrupt_leaves_the_terminal_as_it_was, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_typed_password_may_begin_as_a_key_does, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_a_terminal_nothing_is_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_the_daemon_refuses_is_said_with_its_cure, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_ends_is_told_for_a_timer_that_mails, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_day_without_time_is_its_beginning, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_link_is_prepared_for_these_rooms, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_rooms_name_is_never_a_command, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_daemon_that_hangs_up_is_no_answer, setup, teardown),
	};
	return cmocka_run_group_tests_name("cli: client", tests, NULL, NULL);
}
