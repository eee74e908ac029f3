#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/when.h"
#include "help/help.h"
#include "help/talk.h"

/* The simulated servers as they are started by hand. */

struct program {
	pid_t pid;
	char said[4096]; /* the first of standard output or, where it failed, of both */
};

static const char *
program_path(struct arena *a, const char *name)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = '\0';
	return arena_printf(a, "%s/%s", dirname(dirname(exe)), name);
}

/* Starts it and reads one line, or all of it when it ends at once. */
static void
start_program(struct program *p, struct arena *a, const char *name,
	const char *const *arguments)
{
	const char *argv[16] = {program_path(a, name)};
	int out[2];
	size_t n = 0;
	for (size_t i = 0; arguments[i] != NULL; i++)
		argv[i + 1] = arguments[i];
	assert_int_equal(pipe(out), 0);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0) {
		dup2(out[1], 1);
		dup2(out[1], 2);
		close(out[0]);
		close(out[1]);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(out[1]);
	for (ssize_t k; n < sizeof p->said - 1 &&
			(k = read(out[0], p->said + n, sizeof p->said - 1 - n)) > 0;) {
		n += (size_t)k;
		if (memcmp(p->said, "http", n < 4 ? n : 4) == 0 && p->said[n - 1] == '\n')
			break;
	}
	p->said[n] = '\0';
	close(out[0]);
}

static void
start(struct program *p, struct arena *a, const char *const *arguments)
{
	start_program(p, a, "sim-exchange", arguments);
}

static int
end_of(struct program *p, int sig)
{
	int status;
	if (sig != 0)
		assert_int_equal(kill(p->pid, sig), 0);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
ask(struct arena *a, const char *url, const char *ca, struct http_answer *ret)
{
	struct http_config c = {.url = url,
		.user = "svc",
		.password = "x",
		.ca_file = ca,
		.loopback = true};
	const char *body = ASK(FIND(SHAPE("", TIMES), DAY, ROOM("one@example.com")));
	struct http_ask post = {.method = HTTP_POST,
		.url = url,
		.body = body,
		.body_size = strlen(body),
		.content_type = "text/xml"};
	struct http *h;
	struct err err;
	assert_int_equal(http_new(&c, &h, &err), ERR_NONE);
	int grade = http_do(h, &post, a, ret, &err);
	http_free(h);
	return grade;
}

#define SCENARIO(subject)                                                                   \
	"accounts: [{user: svc, password: x, rights: [{mailbox: '*', right: Reviewer}]}]\n" \
	"rooms: [{mailbox: one@example.com, meetings: [{name: a, subject: " subject         \
	", start: now, end: +1h}]}]\n"

static void
it_says_where_it_listens_and_reads_again(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct program p;
	struct http_answer answer;
	const char *dir = help_tmpdir(a), *path = arena_printf(a, "%s/s.yaml", dir);
	const char *port = arena_printf(a, "%s/port", dir);
	help_write(path, SCENARIO("Old"), strlen(SCENARIO("Old")));
	start(&p, a,
		(const char *[]){"--scenario", path, "--port-file", port, "--now", NOW,
			"--fail", "busy=1000", NULL});
	char *url = arena_strndup(a, p.said, strcspn(p.said, "\n"));
	assert_int_equal(strncmp(url, "http://127.0.0.1:", 17), 0);
	FILE *f = fopen(port, "r");
	unsigned n = 0;
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%u", &n), 1);
	fclose(f);
	assert_string_equal(
		url, arena_printf(a, "http://127.0.0.1:%u/EWS/Exchange.asmx", n));
	assert_int_equal(ask(a, url, NULL, &answer), ERR_NONE);
	assert_non_null(strstr(answer.body, "ErrorServerBusy"));
	assert_int_equal(ask(a, url, NULL, &answer), ERR_NONE);
	assert_non_null(strstr(answer.body, "<t:Subject>Old</t:Subject><t:Start>" NOW));

	help_write(path, SCENARIO("New"), strlen(SCENARIO("New")));
	assert_int_equal(kill(p.pid, SIGHUP), 0);
	int64_t enough = when_monotonic_ms() + 10000;
	do
		assert_int_equal(ask(a, url, NULL, &answer), ERR_NONE);
	while (strstr(answer.body, "New") == NULL && when_monotonic_ms() < enough);
	assert_non_null(strstr(answer.body, "<t:Subject>New</t:Subject><t:Start>" NOW));
	assert_int_equal(end_of(&p, SIGTERM), 0);
	assert_int_equal(ask(a, url, NULL, &answer), ERR_RETRY);
	arena_free(a);
}

static void
it_speaks_tls_under_its_own_authority(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct program p;
	struct http_answer answer;
	const char *dir = help_tmpdir(a), *path = arena_printf(a, "%s/s.yaml", dir);
	const char *ca = arena_printf(a, "%s/ca.pem", dir);
	help_write(path, SCENARIO("Here"), strlen(SCENARIO("Here")));
	start(&p, a,
		(const char *[]){"--scenario", path, "--tls", "--ca-file", ca, "--now",
			NOW, NULL});
	char *url = arena_strndup(a, p.said, strcspn(p.said, "\n"));
	assert_int_equal(strncmp(url, "https://127.0.0.1:", 18), 0);
	assert_int_equal(ask(a, url, ca, &answer), ERR_NONE);
	assert_non_null(strstr(answer.body, "Here"));
	assert_int_equal(end_of(&p, SIGINT), 0);
	arena_free(a);
}

static void
what_it_cannot_do_it_says(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a), *path = arena_printf(a, "%s/s.yaml", dir);
	help_write(path, SCENARIO("Here"), strlen(SCENARIO("Here")));
	const struct {
		const char *arguments[6];
		int status;
		const char *within;
	} cases[] = {
		{{"--help", NULL}, 0, "login-timeout"},
		{{NULL}, 2, "usage: sim-exchange"},
		{{"--scenario", path, "--listen", "0.0.0.0", NULL}, 2,
			"usage: sim-exchange"},
		{{"--scenario", "/nowhere.yaml", NULL}, 1, "/nowhere.yaml"},
		{{"--scenario", path, "--fail", "nonsense", NULL}, 1,
			"no such fault: nonsense"},
		{{"--scenario", path, "--now", "noon", NULL}, 1, "no time: noon"},
		{{"--scenario", path, "--port", "70000", NULL}, 2, "usage: sim-exchange"},
		{{"--scenario", path, "--port-file", "/nowhere/port", NULL}, 1,
			"/nowhere/port"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct program p;
		start(&p, a, cases[i].arguments);
		assert_int_equal(end_of(&p, 0), cases[i].status);
		if (strstr(p.said, cases[i].within) == NULL)
			fail_msg("no %s in: %s", cases[i].within, p.said);
	}
	arena_free(a);
}

#define ROOM_ONLY "rooms: [{mailbox: one@example.com, name: One}]\n"

static void
the_clouds_start_and_refuse_alike(void **state)
{
	(void)state;
	static const struct {
		const char *program, *path;
	} clouds[] = {{"sim-google", "/calendar/v3"}, {"sim-graph", "/v1.0"}};
	struct arena *a = arena_new(0);
	struct program p;
	const char *path = arena_printf(a, "%s/s.yaml", help_tmpdir(a));
	help_write(path, ROOM_ONLY, strlen(ROOM_ONLY));
	for (size_t i = 0; i < sizeof clouds / sizeof *clouds; i++) {
		const char *name = clouds[i].program;
		start_program(&p, a, name,
			(const char *[]){"--scenario", path, "--now", NOW, NULL});
		const char *url = arena_strndup(a, p.said, strcspn(p.said, "\n"));
		assert_int_equal(strncmp(url, "http://127.0.0.1:", 17), 0);
		assert_string_equal(strrchr(url, ':') + 1 +
					    strspn(strrchr(url, ':') + 1, "0123456789"),
			clouds[i].path);
		assert_int_equal(end_of(&p, SIGTERM), 0);

		start_program(&p, a, name, (const char *[]){NULL});
		assert_int_equal(end_of(&p, 0), 2);
		assert_non_null(strstr(p.said, arena_printf(a, "usage: %s", name)));
		start_program(&p, a, name,
			(const char *[]){"--scenario", path, "--fail", "nonsense", NULL});
		assert_int_equal(end_of(&p, 0), 1);
		assert_non_null(strstr(p.said, "no such fault: nonsense"));
		start_program(&p, a, name,
			(const char *[]){"--scenario", "/nowhere.yaml", NULL});
		assert_int_equal(end_of(&p, 0), 1);
		assert_non_null(strstr(p.said, "/nowhere.yaml"));
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_where_it_listens_and_reads_again),
		cmocka_unit_test(it_speaks_tls_under_its_own_authority),
		cmocka_unit_test(what_it_cannot_do_it_says),
		cmocka_unit_test(the_clouds_start_and_refuse_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
