#include "help/run.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"

enum { MAX_WORDS = 64 };

const char *
run_program(struct arena *a, const char *name)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(exe, '/') = '\0';
	return arena_printf(a, "%s/%s", exe, name);
}

/* In the child. It ends with the test, whatever becomes of that. */
static void
become(struct arena *a, const char *const *argv)
{
	char *words[MAX_WORDS + 1] = {NULL};
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; argv[i] != NULL && i < MAX_WORDS; i++)
		words[i] = arena_strdup(a, argv[i]);
	signal(SIGPIPE, SIG_DFL);
	execv(words[0], words);
	_exit(127);
}

static int
read_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void
out_of_patience(const char *program, pid_t pid)
{
	kill(pid, SIGKILL);
	fail_msg("%s did nothing for %d s", program, RUN_PATIENCE_S);
}

/* Feeds and drains at once, so that neither side waits for the other for ever. */
static void
converse(const char *program, pid_t pid, int in, int fds[2], const struct run *r,
	struct buf bufs[2])
{
	const char *left = r->in != NULL ? r->in : "";
	size_t n_left = strlen(left);
	bool open[2] = {true, true};
	while (open[0] || open[1]) {
		struct pollfd p[3] = {{open[0] ? fds[0] : -1, POLLIN, 0},
			{open[1] ? fds[1] : -1, POLLIN, 0}, {in, POLLOUT, 0}};
		if (n_left == 0 && in >= 0) {
			close(in);
			in = p[2].fd = -1;
		}
		if (poll(p, 3, RUN_PATIENCE_S * 1000) == 0)
			out_of_patience(program, pid);
		for (int i = 0; i < 2; i++) {
			char some[4096];
			if (p[i].revents == 0)
				continue;
			ssize_t n = read(fds[i], some, sizeof some);
			if (n > 0)
				buf_add(&bufs[i], some, (size_t)n);
			else
				open[i] = false;
		}
		if (in >= 0 && p[2].revents != 0) {
			ssize_t n = write(in, left, n_left);
			n_left = n < 0 ? 0 : n_left - (size_t)n;
			left += n < 0 ? 0 : n;
		}
	}
	if (in >= 0)
		close(in);
}

void
run(struct arena *a, const char *const *argv, struct run *ret)
{
	int in[2], out[2], err[2];
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	signal(SIGPIPE, SIG_IGN);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		setsid(); /* no terminal, wherever the tests run */
		become(a, argv);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	struct buf bufs[2];
	buf_init(&bufs[0], a);
	buf_init(&bufs[1], a);
	converse(argv[0], pid, in[1], (int[]){out[0], err[0]}, ret, bufs);
	close(out[0]);
	close(err[0]);
	ret->status = run_wait(pid);
	ret->out = bufs[0].s;
	ret->out_size = bufs[0].n;
	ret->err = bufs[1].s;
}

static void
run_list(struct arena *a, struct run *ret, const char *program, va_list ap)
{
	const char *argv[MAX_WORDS + 1] = {run_program(a, program)};
	for (size_t n = 1; n < MAX_WORDS; n++)
		if ((argv[n] = va_arg(ap, const char *)) == NULL)
			break;
	run(a, argv, ret);
}

void
run_words(struct arena *a, struct run *ret, const char *program, ...)
{
	va_list ap;
	va_start(ap, program);
	run_list(a, ret, program, ap);
	va_end(ap);
}

struct run *
run_convoke(struct arena *a, int status, ...)
{
	struct run *r = arena_one(a, struct run);
	va_list ap;
	va_start(ap, status);
	run_list(a, r, "convoke", ap);
	va_end(ap);
	if (r->status != status)
		fail_msg("status %d, not %d: %s%s", r->status, status, r->out, r->err);
	return r;
}

pid_t
run_start(struct arena *a, const char *const *argv, const char *log)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		int none = open("/dev/null", O_RDONLY);
		dup2(none, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		close_range(3, ~0U, 0);
		setsid();
		become(a, argv);
	}
	return pid;
}

int
run_wait(pid_t pid)
{
	int status;
	int64_t until = when_monotonic_ms() + RUN_PATIENCE_S * 1000;
	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);
		assert_true(got >= 0);
		if (got == pid)
			return read_status(status);
		if (when_monotonic_ms() > until)
			out_of_patience("a process", pid);
		poll(NULL, 0, 2);
	}
}

pid_t
run_on_terminal(struct arena *a, const char *const *argv, int *ret_fd)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	const char *name = arena_strdup(a, ptsname(fd));
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setsid();
		int tty =
			open(name, O_RDWR); /* the first one opened is ours to control */
		for (int i = 0; i < 3; i++)
			dup2(tty, i);
		close_range(3, ~0U, 0);
		become(a, argv);
	}
	*ret_fd = fd;
	return pid;
}

char *
run_read_until(struct arena *a, int fd, const char *text)
{
	struct buf b;
	buf_init(&b, a);
	for (;;) {
		char some[4096];
		struct pollfd p = {fd, POLLIN, 0};
		if (text != NULL && strstr(b.s, text) != NULL)
			return b.s;
		if (poll(&p, 1, RUN_PATIENCE_S * 1000) <= 0)
			fail_msg("\"%s\" did not come, only \"%s\"",
				text != NULL ? text : "the end", b.s);
		ssize_t n = read(fd, some, sizeof some);
		if (n > 0) {
			buf_add(&b, some, (size_t)n);
			continue;
		}
		if (text != NULL)
			fail_msg("\"%s\" did not come, only \"%s\"", text, b.s);
		return b.s;
	}
}

const char *
run_flat(struct arena *a, const char *text)
{
	struct buf b;
	buf_init(&b, a);
	for (const char *s = text; *s != '\0'; s++) {
		bool space = isspace((unsigned char)*s);
		if (!space || (b.n > 0 && b.s[b.n - 1] != ' '))
			buf_char(&b, space ? ' ' : *s);
	}
	return b.s;
}

void
run_has(struct arena *a, const char *text, const char *part)
{
	if (strstr(run_flat(a, text), part) == NULL)
		fail_msg("no \"%s\" in: %s", part, text);
}
