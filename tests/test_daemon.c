/* The life of a daemon: from start to stop, and what survives it. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "cli/cli.h"
#include "help/daemon.h"
#include "help/help.h"
#include "help/line.h"
#include "help/run.h"
#include "sim/exchange.h"

static struct arena *a;
static struct exchange *server;
static struct daemon daemon_;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new(0);
	server = NULL;
	daemon_place(a, &daemon_);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (daemon_.pid > 0)
		kill(daemon_.pid, SIGKILL);
	exchange_stop(server);
	arena_free(a);
	return 0;
}

static const char secret[] = "canary-5317-delegate";

/* A server with one room, a link to it, and the room read once. */
static void
set_up_a_room(bool tls)
{
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	struct err err;
	struct sim_config config = {.tls = tls};
	assert_int_equal(exchange_start(&config, &server, &err), ERR_NONE);
	assert_int_equal(exchange_put_account(server,
				 &(struct exchange_account){.user = "svc@example.com",
					 .password = secret,
					 .password_expires = "never",
					 .rights = all,
					 .rights_count = 1},
				 &err),
		ERR_NONE);
	assert_int_equal(
		exchange_put_room(server,
			&(struct sim_room){.mailbox = "a@example.com"}, &err),
		ERR_NONE);
	assert_int_equal(
		exchange_put(server, "a@example.com",
			&(struct sim_meeting){.name = "review",
				.start = "-10m",
				.end = "+50m",
				.subject = "Design review",
				.text = "https://northwind.zoom.us/j/91847302265"},
			&err),
		ERR_NONE);
	run_convoke(a, CLI_DONE, "link", "add", "exchange", "hq", "--insecure-loopback",
		"--url", exchange_url(server), "--user", "svc@example.com",
		"--password-file", help_put(a, daemon_.dir, "password", secret),
		tls ? "--ca-file" : NULL,
		tls ? help_put(a, daemon_.dir, "ca.pem", exchange_ca(server)) : NULL,
		NULL);
	run_convoke(a, CLI_DONE, "room", "add", "A", "--mailbox", "a@example.com",
		"--link", "hq", NULL);
	run_convoke(a, CLI_DONE, "room", "poll", "A", NULL);
}

static void
what_was_set_up_survives(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	set_up_a_room(false);
	run_convoke(a, CLI_DONE, "provider", "default", "webex", NULL);
	run_convoke(a, CLI_DONE, "profile", "set", "loud", "--country", "DE", NULL);
	struct run *before = run_convoke(a, CLI_DONE, "room", "list", NULL);
	assert_int_equal(daemon_stop(&daemon_), 0);
	run_convoke(a, CLI_NO_DAEMON, "status", NULL);
	exchange_stop(server); /* the calendar is not needed to know it */
	server = NULL;
	daemon_start(&daemon_, NULL);
	assert_string_equal(
		run_convoke(a, CLI_DONE, "room", "list", NULL)->out, before->out);
	run_has(a, run_convoke(a, CLI_DONE, "join", "A", NULL)->out, "Design review");
	run_has(a, run_convoke(a, CLI_DONE, "profile", "list", NULL)->out, "loud DE");
	run_convoke(a, CLI_DONE, "room", "remove", "A", NULL);
	run_convoke(a, CLI_DONE, "link", "remove", "hq", NULL);
	run_convoke(a, CLI_DONE, "profile", "remove", "loud", NULL);
	run_has(a, run_convoke(a, CLI_DONE, "room", "list", NULL)->out, "None yet");
	run_has(a, run_convoke(a, CLI_DONE, "status", NULL)->out,
		"nothing is set up yet");
	assert_int_equal(daemon_stop(&daemon_), 0);
}

static void
it_survives_being_killed(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	set_up_a_room(false);
	assert_int_equal(kill(daemon_.pid, SIGKILL), 0);
	assert_int_equal(run_wait(daemon_.pid), 128 + SIGKILL);
	daemon_start(&daemon_, NULL); /* its socket still lies there */
	run_has(a, run_convoke(a, CLI_DONE, "join", "A", NULL)->out, "Design review");
	assert_int_equal(daemon_stop(&daemon_), 0);
}

static void
the_password_is_in_its_file_only(void **state)
{
	(void)state;
	daemon_start(&daemon_, (const char *const[]){"--verbose", NULL});
	set_up_a_room(true);
	run_convoke(a, CLI_DONE, "link", "test", "hq", NULL);
	assert_int_equal(daemon_stop(&daemon_), 0);
	struct stat st;
	const char *kept = arena_printf(a, "%s/state/credentials/hq", daemon_.dir);
	assert_int_equal(stat(kept, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	struct run r = {0};
	run(a, (const char *[]){"/bin/grep", "-rl", secret, daemon_.dir, NULL}, &r);
	assert_int_equal(unlink(arena_printf(a, "%s/password", daemon_.dir)), 0);
	run(a, (const char *[]){"/bin/grep", "-rl", secret, daemon_.dir, NULL}, &r);
	assert_string_equal(r.out, arena_printf(a, "%s\n", kept));
}

static void
the_environment_is_not_obeyed(void **state)
{
	(void)state;
	const char *keys = arena_printf(a, "%s/keys", daemon_.dir);
	setenv("SSLKEYLOGFILE", keys, 1);
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	daemon_start(&daemon_, NULL);
	set_up_a_room(true);
	unsetenv("SSLKEYLOGFILE");
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
	assert_int_equal(access(keys, F_OK), -1);
	assert_int_equal(daemon_stop(&daemon_), 0);
}

static void
it_leaves_no_core_dump(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	struct run r = {0};
	run(a,
		(const char *[]){"/bin/cat",
			arena_printf(a, "/proc/%d/limits", (int)daemon_.pid), NULL},
		&r);
	run_has(a, r.out, "Max core file size 0 0 bytes");
	assert_int_equal(daemon_stop(&daemon_), 0);
}

static void
two_cannot_have_one_state(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	struct daemon second = daemon_;
	setenv("CONVOKE_SOCKET", arena_printf(a, "%s/other.sock", daemon_.dir), 1);
	assert_int_equal(daemon_fail(&second, NULL), EXIT_FAILURE);
	run_has(a, daemon_log(&second), "code=state_in_use cannot start:");
	setenv("CONVOKE_SOCKET", arena_printf(a, "%s/convoke.sock", daemon_.dir), 1);
	run_convoke(a, CLI_DONE, "status", NULL);
	assert_int_equal(daemon_stop(&daemon_), 0);
}

static void
what_keeps_it_from_starting_is_said_once(void **state)
{
	(void)state;
	static const struct {
		const char *name, *value, *says;
	} rows[] = {
		{"CONVOKE_STATE", "/nowhere/state", "code=state_directory"},
		{"CONVOKE_SOCKET", "/nowhere/convoke.sock", "/nowhere/convoke.sock"},
		{"CONVOKE_DATA", "/nowhere",
			"name the directory that holds both in CONVOKE_DATA"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct daemon d;
		daemon_place(a, &d);
		setenv(rows[i].name, rows[i].value, 1);
		assert_int_equal(daemon_fail(&d, NULL), EXIT_FAILURE);
		const char *log = daemon_log(&d);
		run_has(a, log, rows[i].says);
		assert_non_null(strstr(log, "cannot start: "));
		assert_null(strstr(strstr(log, "cannot start: ") + 1, "error "));
	}
}

static void
wrong_options_are_usage(void **state)
{
	(void)state;
	static const char *const options[][2] = {{"--poll-near", "0"},
		{"--poll-far", "soon"}, {"--workers", "-1"}, {"--frob", NULL},
		{"words", NULL}};
	struct run r = {0};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
		run_words(a, &r, "convoked", options[i][0], options[i][1], NULL);
		assert_int_equal(r.status, 2);
		run_has(a, r.err, "`convoked --help`");
	}
	run_words(a, &r, "convoked", "--help", NULL);
	assert_int_equal(r.status, 0);
	const char *manual = help_read(a, "docs/convoked.8", NULL);
	for (const char *s = r.out; (s = strstr(s, "\n  --")) != NULL; s += 5) {
		const char *want =
			arena_printf(a, "Fl -%.*s", (int)strcspn(s + 5, " \n"), s + 5);
		if (strstr(manual, want) == NULL)
			fail_msg("not in docs/convoked.8: %s", want);
	}
	run_words(a, &r, "convoked", "--version", NULL);
	assert_int_equal(r.status, 0);
}

static void
hup_reads_the_data_files_again(void **state)
{
	(void)state;
	daemon_start(&daemon_, NULL);
	assert_int_equal(
		mkdir(arena_printf(a, "%s/site/providers", daemon_.dir), 0700), 0);
	help_put(a, daemon_.dir, "site/providers/acme.yaml", "id: acme\n");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	int64_t until = when_monotonic_ms() + RUN_PATIENCE_S * 1000;
	struct run r = {0};
	while (r.status == CLI_DONE && when_monotonic_ms() < until)
		run_words(a, &r, "convoke", "status", NULL);
	run_has(a, r.out, "A reload was refused");
	run_has(a, daemon_log(&daemon_), "the data files stay as they were");
	assert_int_equal(daemon_stop(&daemon_), 0);
}

/* A server that takes a connection and never answers; somebody waits for it. */
static void
it_ends_soon_whoever_waits(void **state)
{
	(void)state;
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof at;
	int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(silent, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(silent, 8), 0);
	getsockname(silent, (struct sockaddr *)&at, &n);
	daemon_start(&daemon_, NULL);
	run_convoke(a, CLI_DONE, "link", "add", "exchange", "hq", "--insecure-loopback",
		"--url", arena_printf(a, "http://127.0.0.1:%d/EWS", ntohs(at.sin_port)),
		"--user", "svc@example.com", "--password-file",
		help_put(a, daemon_.dir, "password", secret), NULL);
	run_convoke(a, CLI_DONE, "room", "add", "A", "--mailbox", "a@example.com",
		"--link", "hq", NULL);
	struct line_client *c = line_open(getenv("CONVOKE_SOCKET"));
	static const char asks[] =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"link.test\",\"params\":"
		"{\"link\":\"hq\"}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"meeting.join\",\"params\":"
		"{\"room\":\"A\",\"max_wait_ms\":5000}}\n"
		"{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"profile.list\"}\n";
	line_send(c, asks, strlen(asks));
	assert_non_null(strstr(line_next(c), "\"id\":3")); /* the others are in hand */
	int asked = accept(silent, NULL, NULL);
	int64_t then = when_monotonic_ms();
	assert_int_equal(daemon_stop(&daemon_), 0);
	assert_true(when_monotonic_ms() - then < 4500);
	for (int i = 0; i < 2; i++) /* and both were told something */
		assert_non_null(line_next(c));
	assert_null(line_next(c));
	line_close(c);
	close(asked);
	close(silent);
}

static void
the_watchdog_is_fed(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", "40000", 1);
	daemon_start(&daemon_, NULL);
	daemon_await(&daemon_, "WATCHDOG=1");
	daemon_await(&daemon_, "WATCHDOG=1");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(daemon_stop(&daemon_), 0);
	daemon_await(&daemon_, "STOPPING=1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_was_set_up_survives, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			it_survives_being_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_password_is_in_its_file_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_environment_is_not_obeyed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			it_leaves_no_core_dump, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			two_cannot_have_one_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_keeps_it_from_starting_is_said_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			wrong_options_are_usage, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			hup_reads_the_data_files_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			it_ends_soon_whoever_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_watchdog_is_fed, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("daemon", tests, NULL, NULL);
}
