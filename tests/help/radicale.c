#include "help/radicale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/when.h"
#include "help/help.h"

enum { PATIENCE_MS = 30 * 1000, TRIES = 5, LOOK_MS = 50 };

extern char **environ;

static struct sockaddr_in
address(int port)
{
	struct sockaddr_in sa = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return sa;
}

static int
free_port(void)
{
	struct sockaddr_in sa = address(0);
	socklen_t size = sizeof sa;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&sa, size) == 0 &&
		    getsockname(fd, (struct sockaddr *)&sa, &size) == 0);
	close(fd);
	return ntohs(sa.sin_port);
}

static int
try_connect(int port)
{
	struct sockaddr_in sa = address(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
write_config(struct radicale *r)
{
	const char *users = arena_printf(r->arena, "%s/users", r->dir);
	const char *config = arena_printf(r->arena,
		"[server]\nhosts = 127.0.0.1:%d\n"
		"[auth]\ntype = htpasswd\nhtpasswd_filename = %s\n"
		"htpasswd_encryption = plain\ndelay = 0\n"
		"[rights]\ntype = owner_only\n"
		"[storage]\nfilesystem_folder = %s/store\n"
		"[web]\ntype = none\n"
		"[logging]\nlevel = warning\n",
		r->port, users, r->dir);
	help_write(users, RADICALE_USER ":" RADICALE_PASSWORD "\n",
		strlen(RADICALE_USER ":" RADICALE_PASSWORD "\n"));
	help_write(arena_printf(r->arena, "%s/config", r->dir), config, strlen(config));
}

/* False: it ended, since somebody else had taken the port. */
static bool
start_once(struct radicale *r)
{
	char *config = arena_printf(r->arena, "--config=%s/config", r->dir);
	char name[] = "radicale";
	char *argv[] = {name, config, NULL};
	posix_spawn_file_actions_t files;
	r->port = free_port();
	write_config(r);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO,
		arena_printf(r->arena, "%s/log", r->dir), O_WRONLY | O_CREAT | O_APPEND,
		0600);
	int wrong = posix_spawnp(&r->pid, name, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	if (wrong != 0)
		fail_msg("radicale cannot be started (package radicale): %s",
			strerror(wrong));
	int64_t until = when_monotonic_ms() + PATIENCE_MS;
	while (when_monotonic_ms() < until) {
		int status, fd = try_connect(r->port);
		if (fd >= 0) {
			close(fd);
			return true;
		}
		if (waitpid(r->pid, &status, WNOHANG) == r->pid)
			return false;
		poll(NULL, 0, LOOK_MS); /* until it listens */
	}
	radicale_stop(r);
	return false;
}

static struct radicale *running; /* ends with the test program */

static void
stop_running(void)
{
	if (running != NULL)
		radicale_stop(running);
}

void
radicale_start(struct arena *a, struct radicale *ret)
{
	static bool registered;
	*ret = (struct radicale){.arena = a, .dir = help_tmpdir(a)};
	bool up = false;
	for (int i = 0; i < TRIES && !up; i++)
		up = start_once(ret);
	if (!up)
		fail_msg("radicale does not listen: see %s/log", ret->dir);
	ret->url = arena_printf(a, "http://127.0.0.1:%d", ret->port);
	running = ret;
	if (!registered)
		atexit(stop_running);
	registered = true;
}

void
radicale_stop(struct radicale *r)
{
	int status;
	if (r->pid > 0) {
		kill(r->pid, SIGTERM);
		waitpid(r->pid, &status, 0);
	}
	r->pid = 0;
	running = NULL;
}

void
radicale_send(struct radicale *r, const char *method, const char *path, const char *body)
{
	/* RADICALE_USER:RADICALE_PASSWORD */
	static const char login[] = "Y29udm9rZTpxdWlsbC03";
	char answer[4096] = "";
	size_t n = 0;
	int fd = try_connect(r->port);
	assert_true(fd >= 0);
	char *ask = arena_printf(r->arena,
		"%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\nAuthorization: Basic %s\r\n"
		"Content-Type: text/calendar; charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s",
		method, path, login, strlen(body), body);
	assert_int_equal(write(fd, ask, strlen(ask)), (ssize_t)strlen(ask));
	for (ssize_t got = 1; got > 0 && n < sizeof answer - 1; n += (size_t)got) {
		got = read(fd, answer + n, sizeof answer - 1 - n);
		assert_true(got >= 0);
	}
	close(fd);
	if (strncmp(answer, "HTTP/1.", 7) != 0 || answer[9] != '2')
		fail_msg("%s %s: %s", method, path, answer);
}
