#include "reader/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"
#include "reader/job.h"
#include "reader/sandbox.h"
#include "reader/wire.h"

enum {
	START_MS = 30 * 1000, /* loading the rules, on a machine that is busy */
	WORN_MS = SANDBOX_CPU_S * 1000 /
		  2, /* a fresh one takes over before the limit bites */
};

struct reader {
	char *dirs[4]; /* patterns, site patterns, providers, site providers; "" for none
			*/
	int deadline_ms;
	const atomic_bool *stop;
	pid_t pid; /* 0: none runs */
	int fd;
	int64_t worked_ms; /* by this process */
};

struct reader *
reader_new(const struct reader_config *config)
{
	const char *const dirs[] = {config->patterns, config->site_patterns,
		config->providers, config->site_providers};
	struct reader *r = calloc(1, sizeof *r);
	if (r == NULL)
		return NULL;
	r->deadline_ms =
		config->deadline_ms > 0 ? config->deadline_ms : READER_DEADLINE_MS;
	r->stop = config->stop;
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if ((r->dirs[i] = strdup(dirs[i] != NULL ? dirs[i] : "")) == NULL) {
			reader_free(r);
			return NULL;
		}
	return r;
}

/* Ends the process and returns its wait status; -1 when somebody else reaped it. */
static int
end(struct reader *r)
{
	int status = -1;
	if (r->pid == 0)
		return status;
	close(r->fd);
	kill(r->pid,
		SIGKILL); /* changes nothing for one that is dying of something else */
	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR) {
			status = -1;
			break;
		}
	r->pid = 0;
	return status;
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	end(r);
	for (size_t i = 0; i < sizeof r->dirs / sizeof *r->dirs; i++)
		free(r->dirs[i]);
	free(r);
}

long
reader_pid(const struct reader *r)
{
	return r->pid;
}

static int
died(struct reader *r, struct err *err)
{
	int status = end(r);
	if (status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		err_set(err, ERR_BAD_REPLY, "reader_sealed",
			"the reader was ended at a system call that it is not allowed");
	else if (status != -1 && WIFEXITED(status) &&
		 WEXITSTATUS(status) == ARENA_EXHAUSTED)
		err_set(err, ERR_BAD_REPLY, "reader_memory",
			"reading it takes more memory than is allowed");
	else if (status != -1 && WIFSIGNALED(status))
		err_set(err, ERR_BAD_REPLY, "reader_died",
			"the reader was ended by signal %d", WTERMSIG(status));
	else
		err_set(err, ERR_BAD_REPLY, "reader_died",
			"the reader ended without an answer");
	err_cure(err, "Nothing else is affected. Please keep what was read and report "
		      "it: it should "
		      "have been understood or refused.");
	return ERR_BAD_REPLY;
}

static int
too_slow(struct reader *r, int ms, struct err *err)
{
	end(r);
	err_set(err, ERR_BAD_REPLY, "reader_slow",
		"not read within %d ms; the reader was ended", ms);
	err_cure(err, "Nothing else is affected. Should the machine be overloaded, the "
		      "next try "
		      "succeeds; else please keep what was read and report it.");
	return ERR_BAD_REPLY;
}

static int
nonsense(struct reader *r, const char *why, struct err *err)
{
	end(r);
	err_set(err, ERR_BAD_REPLY, "reader_nonsense",
		"the reader's answer is not in order: %s", why);
	err_cure(err,
		"Nothing else is affected. Please keep what was read and report it.");
	return ERR_BAD_REPLY;
}

static bool
is_stopped(const struct reader *r)
{
	return r->stop != NULL && atomic_load(r->stop);
}

/* Waits until the socket is ready. ERR_WAIT: the deadline is over. */
static int
ready(const struct reader *r, short events, int64_t deadline)
{
	for (;;) {
		int64_t now = when_monotonic_ms(), left = deadline - now;
		struct pollfd p = {.fd = r->fd, .events = events};
		if (r->stop != NULL && left > READER_STOP_MS)
			left = READER_STOP_MS;
		int n = poll(&p, 1, left > 0 ? (int)left : 0);
		if (n > 0)
			return ERR_NONE;
		if (is_stopped(r))
			return ERR_RETRY;
		if (n == 0 && deadline <= now)
			return ERR_WAIT;
		if (n < 0 && errno != EINTR)
			return ERR_RETRY;
	}
}

static int
transfer(struct reader *r, bool out, char *bytes, size_t n, int64_t deadline)
{
	while (n > 0) {
		ssize_t done = out ? send(r->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT)
				   : recv(r->fd, bytes, n, MSG_DONTWAIT);
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
			continue;
		}
		if (done == 0 || (errno != EAGAIN && errno != EINTR))
			return ERR_RETRY;
		int wait = ready(r, out ? POLLOUT : POLLIN, deadline);
		if (wait != ERR_NONE)
			return wait;
	}
	return ERR_NONE;
}

/* One frame from the reader, and the err that it begins with. */
static int
receive(struct reader *r, struct arena *a, int ms, int64_t deadline, struct record *ret,
	struct err *err)
{
	unsigned char head[JOB_HEAD];
	int got = transfer(r, false, (char *)head, sizeof head, deadline);
	size_t n = 0;
	char *bytes = NULL;
	if (got == ERR_NONE) {
		n = (size_t)head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16 |
		    (size_t)head[3] << 24;
		if (n > READER_MAX_ANSWER)
			return nonsense(r, "it is too long", err);
		bytes = arena_alloc(a, n + 1);
		got = transfer(r, false, bytes, n, deadline);
	}
	if (got == ERR_WAIT)
		return too_slow(r, ms, err);
	if (got != ERR_NONE)
		return died(r, err);
	struct err said;
	record_open(ret, bytes, n);
	wire_get_err(ret, &said);
	if (ret->wrong != NULL)
		return nonsense(r, ret->wrong, err);
	if (said.grade != ERR_NONE && err != NULL)
		*err = said;
	return (int)said.grade;
}

static int
spawn(struct reader *r, int theirs)
{
	char name[] = "convoke-reader", argument[] = JOB_ARGUMENT,
	     locale[] = "LC_ALL=C.UTF-8", zone[] = "TZ=UTC0";
	char *argv[] = {
		name, argument, r->dirs[0], r->dirs[1], r->dirs[2], r->dirs[3], NULL};
	char *bare[] = {locale, zone, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, theirs, JOB_FD);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (sandbox_seals()) /* what a sanitizer finds is to be seen */
		posix_spawn_file_actions_addopen(
			&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	int wrong = posix_spawn(&r->pid, "/proc/self/exe", &files, &attr, argv,
		sandbox_seals() ? bare : environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return wrong;
}

static int
start(struct reader *r, struct err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(err, ERR_RETRY, "no_reader", "cannot start a reader: %s",
			strerror(errno));
	int wrong = spawn(r, pair[1]);
	close(pair[1]);
	if (wrong != 0) {
		close(pair[0]);
		r->pid = 0;
		return err_set(err, ERR_RETRY, "no_reader", "cannot start a reader: %s",
			strerror(wrong));
	}
	r->fd = pair[0];
	r->worked_ms = 0;
	struct arena *a = arena_new(0);
	if (a == NULL) {
		end(r);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	struct record hello;
	int grade = receive(r, a, START_MS, when_monotonic_ms() + START_MS, &hello, err);
	if (grade == ERR_NONE && !record_done(&hello))
		grade = nonsense(r, "more than was asked for", err);
	if (grade != ERR_NONE)
		end(r);
	arena_free(a);
	return grade;
}

/* A reader that ended while it had nothing to do costs nothing: another takes its place.
 */
static void
end_if_spent(struct reader *r)
{
	char c;
	if (r->pid == 0)
		return;
	bool silent = recv(r->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
		      (errno == EAGAIN || errno == EINTR);
	if (!silent || r->worked_ms > WORN_MS)
		end(r);
}

static void
begin(struct buf *b, struct arena *a, enum job kind)
{
	buf_init(b, a);
	buf_add(b, "\0\0\0\0", JOB_HEAD);
	record_put_u8(b, (uint8_t)kind);
}

static int
ask(struct reader *r, struct arena *a, struct buf *job, struct record *ret,
	struct err *err)
{
	size_t n = job->n - JOB_HEAD;
	for (size_t i = 0; i < JOB_HEAD; i++)
		job->s[i] = (char)(n >> (8 * i) & 0xff);
	end_if_spent(r);
	int grade = r->pid != 0 ? ERR_NONE : start(r, err);
	if (grade != ERR_NONE)
		return grade;
	int64_t began = when_monotonic_ms(), deadline = began + r->deadline_ms;
	int sent = transfer(r, true, job->s, job->n, deadline);
	if (sent == ERR_WAIT)
		return too_slow(r, r->deadline_ms, err);
	if (sent != ERR_NONE)
		return died(r, err);
	grade = receive(r, a, r->deadline_ms, deadline, ret, err);
	r->worked_ms += when_monotonic_ms() - began;
	return grade;
}

static int
too_large(size_t size, struct err *err)
{
	err_set(err, ERR_LIMIT, "too_large",
		"%zu bytes, more than the %d MiB that are read", size,
		READER_MAX_JOB >> 20);
	return ERR_LIMIT;
}

int
reader_read(struct reader *r, struct arena *a, const char *kind, int op,
	const char *country, const char *bytes, size_t size, struct reply *ret,
	struct err *err)
{
	if (size > READER_MAX_JOB)
		return too_large(size, err);
	struct arena *scratch = arena_new(0); /* what is asked need not live as long */
	if (scratch == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	struct buf job;
	struct record answer;
	struct reply reply;
	begin(&job, scratch, JOB_READ);
	record_put_text(&job, kind, JOB_MAX_NAME);
	record_put_u32(&job, (uint32_t)op);
	record_put_text(&job, country, 2);
	record_put_bytes(&job, bytes, size);
	int grade = ask(r, a, &job, &answer, err);
	arena_free(scratch);
	if (grade != ERR_NONE)
		return grade;
	wire_get_reply(a, &answer, &reply);
	if (!record_done(&answer))
		return nonsense(r,
			answer.wrong != NULL ? answer.wrong : "something follows", err);
	*ret = reply;
	return ERR_NONE;
}

int
reader_extract(struct reader *r, struct arena *a, const char *name, const char *country,
	bool explain, const char *bytes, size_t size, struct reader_invite *ret,
	struct err *err)
{
	if (size > READER_MAX_JOB)
		return too_large(size, err);
	struct buf job;
	struct record answer;
	struct reader_invite invite;
	begin(&job, a, JOB_INVITE);
	record_put_text(&job, name, JOB_MAX_NAME);
	record_put_text(&job, country, 2);
	record_put_u8(&job, explain);
	record_put_bytes(&job, bytes, size);
	int grade = ask(r, a, &job, &answer, err);
	if (grade != ERR_NONE)
		return grade;
	wire_get_invite(a, &answer, &invite);
	if (!record_done(&answer))
		return nonsense(r,
			answer.wrong != NULL ? answer.wrong : "something follows", err);
	*ret = invite;
	return ERR_NONE;
}

int
reader_prove(struct reader *r, const char *what, struct err *err)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	struct buf job;
	struct record answer;
	begin(&job, a, JOB_PROVE);
	record_put_text(&job, what, JOB_MAX_NAME);
	int grade = ask(r, a, &job, &answer, err);
	if (grade == ERR_NONE && !record_done(&answer))
		grade = nonsense(r, "something follows", err);
	arena_free(a);
	return grade;
}
