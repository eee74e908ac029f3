#include "help/daemon.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/when.h"
#include "help/help.h"
#include "help/run.h"

enum { MAX_OPTIONS = 16 };

void
daemon_place(struct arena *a, struct daemon *ret)
{
	*ret = (struct daemon){.arena = a, .dir = help_tmpdir(a)};
	static const char *const dirs[] = {"state", "site"};
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
			mkdir(arena_printf(a, "%s/%s", ret->dir, dirs[i]), 0700), 0);
	setenv("CONVOKE_SOCKET", arena_printf(a, "%s/convoke.sock", ret->dir), 1);
	setenv("CONVOKE_STATE", arena_printf(a, "%s/state", ret->dir), 1);
	setenv("CONVOKE_SITE", arena_printf(a, "%s/site", ret->dir), 1);
	unsetenv("CONVOKE_DATA");
	unsetenv("CREDENTIALS_DIRECTORY");
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	strcpy(at.sun_path, arena_printf(a, "%s/notify", ret->dir));
	ret->notifications = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(ret->notifications >= 0);
	assert_int_equal(bind(ret->notifications, (struct sockaddr *)&at, sizeof at), 0);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
}

static void
start(struct daemon *d, const char *const *options)
{
	const char *argv[MAX_OPTIONS + 2] = {run_program(d->arena, "convoked")};
	for (size_t i = 0; options != NULL && options[i] != NULL && i < MAX_OPTIONS; i++)
		argv[i + 1] = options[i];
	d->pid = run_start(d->arena, argv, arena_printf(d->arena, "%s/log", d->dir));
}

void
daemon_await(struct daemon *d, const char *text)
{
	int64_t until = when_monotonic_ms() + RUN_PATIENCE_S * 1000;
	for (;;) {
		char said[1024];
		struct pollfd p = {d->notifications, POLLIN, 0};
		int got = poll(&p, 1, 100);
		bool gone = got == 0 && waitpid(d->pid, NULL, WNOHANG) != 0;
		if (gone || when_monotonic_ms() > until)
			fail_msg("the daemon did not say %s:\n%s", text, daemon_log(d));
		if (got <= 0)
			continue;
		ssize_t n = recv(d->notifications, said, sizeof said - 1, 0);
		assert_true(n >= 0);
		said[n] = '\0';
		if (strstr(said, text) != NULL)
			return;
	}
}

void
daemon_start(struct daemon *d, const char *const *options)
{
	start(d, options);
	daemon_await(d, "READY=1");
}

int
daemon_stop(struct daemon *d)
{
	assert_int_equal(kill(d->pid, SIGTERM), 0);
	return run_wait(d->pid);
}

int
daemon_fail(struct daemon *d, const char *const *options)
{
	start(d, options);
	return run_wait(d->pid);
}

const char *
daemon_log(struct daemon *d)
{
	char *bytes = NULL;
	size_t size;
	static struct err err;
	int r = file_read(d->arena, arena_printf(d->arena, "%s/log", d->dir), 64 << 20,
		&bytes, &size, &err);
	return r == ERR_NONE ? bytes : err.text;
}
