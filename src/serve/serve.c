/* One thread looks after all connections; helpers run what may wait. */
#include "serve/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/err.h"
#include "base/when.h"
#include "serve/server.h"

enum {
	EVENTS = 64,
	STOP_MS = 2500, /* then what is in hand is left */
};

void
server_wake(struct serve *s)
{
	uint64_t one = 1;
	ssize_t ignored = write(s->wake, &one, sizeof one); /* full: it is awake */
	(void)ignored;
}

void
server_look_by(struct serve *s, int64_t at_ms)
{
	if (at_ms < s->deadline)
		s->deadline = at_ms;
}

static void
tell_watcher(void *arg, const char *room, const struct bytes *line)
{
	struct serve *s = arg;
	for (struct conn *c = s->conns; c != NULL; c = c->next) {
		if (!c->watches || c->dead || !watch_wants(c->watched, room))
			continue;
		if (conn_unsent(c) > SERVE_MAX_UNSENT)
			c->dead = true; /* it does not read */
		else
			bytes_add(&c->out, line->s, line->n);
	}
}

static bool
watches(struct serve *s, struct conn *c)
{
	(void)s;
	return c->watches;
}

static void
tell_watchers(struct serve *s)
{
	struct view v;
	if (!watch_due(s->watch, s->now()))
		return;
	view_open(&v, s->core, s->now);
	watch_run(s->watch, &v, tell_watcher, s);
	view_close(&v);
	attend_all(s, watches);
}

static void
wake_up(struct serve *s)
{
	uint64_t n;
	ssize_t ignored = read(s->wake, &n, sizeof n);
	(void)ignored;
	errands_finish(s);
	if (s->stops || !atomic_load(&s->stopping))
		return;
	s->stops = true;
	s->stop_by = when_monotonic_ms() + STOP_MS;
	server_look_by(s, s->stop_by);
	accept_set(s, false);
	attend_all(s, attend_hear_last);
}

static void
look_around(struct serve *s)
{
	if (when_monotonic_ms() < s->deadline)
		return;
	s->deadline = s->stops ? s->stop_by : INT64_MAX;
	accept_set(s, !s->stops);
	usual_sweep(s->usual, s->now());
	attend_all(s, attend_give_up);
}

/* Milliseconds until there is something to do by the clock. */
static int
idle_ms(const struct serve *s)
{
	int64_t left = s->deadline - when_monotonic_ms();
	int64_t watch_s = watch_wait(s->watch, s->now());
	if (watch_s >= 0 && left > watch_s * 1000)
		left = watch_s * 1000;
	if (left < 0)
		return 0;
	return left > INT32_MAX ? -1 : (int)left;
}

static void *
loop(void *arg)
{
	struct serve *s = arg;
	struct epoll_event events[EVENTS];
	while (!s->stops || (s->n_conns > 0 && when_monotonic_ms() < s->stop_by)) {
		int n = epoll_wait(s->epoll, events, EVENTS, idle_ms(s));
		bool clients = false, woken = false;
		for (int i = 0; i < n; i++) {
			void *what = events[i].data.ptr;
			clients |= what == &s->listener;
			woken |= what == &s->wake;
			if (what != &s->listener && what != &s->wake)
				attend_hear(s, what, events[i].events);
		}
		if (woken) /* connections may go: only after the events of all */
			wake_up(s);
		if (clients && s->accepts)
			accept_clients(s);
		tell_watchers(s);
		look_around(s);
	}
	return NULL;
}

static void
release(struct serve *s)
{
	errands_stop(s);
	while (s->conns != NULL)
		attend_end(s, s->conns);
	conn_spare_free(&s->spare);
	usual_free(s->usual);
	watch_free(s->watch);
	if (s->epoll >= 0)
		close(s->epoll);
	if (s->wake >= 0)
		close(s->wake);
	listen_stop(&s->listener);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Signals are for the program's own thread. */
static bool
start_threads(struct serve *s)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	bool good = errands_start(s) && pthread_create(&s->loop, NULL, loop, s) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return good;
}

static bool
prepare(struct serve *s)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = &s->wake};
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->usual = usual_new();
	s->watch = s->wake >= 0 ? watch_new(s->wake) : NULL;
	if (s->epoll < 0 || s->usual == NULL || s->watch == NULL ||
		epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->wake, &e) != 0)
		return false;
	accept_set(s, true);
	return s->accepts;
}

int
serve_start(struct core *c, const struct serve_config *config, struct serve **ret,
	struct err *err)
{
	struct serve *s = calloc(1, sizeof *s);
	if (s == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	s->core = c;
	s->now = config->now != NULL ? config->now : when_now;
	s->patience_ms =
		config->patience_ms > 0 ? config->patience_ms : SERVE_PATIENCE_MS;
	s->deadline = INT64_MAX;
	s->epoll = s->wake = s->listener.fd = -1;
	pthread_mutex_init(&s->lock, NULL);
	int grade = listen_start(config, &s->listener, err);
	if (grade == ERR_NONE && (!prepare(s) || !start_threads(s))) {
		grade = err_set(err, ERR_RETRY, "serve_threads",
			"cannot start the threads of the socket: %s", strerror(errno));
		err_cure(err, "Is a limit of threads or descriptors met? `ulimit -a`");
	}
	if (grade != ERR_NONE) {
		release(s);
		return grade;
	}
	core_watch(c, watch_note, s->watch);
	*ret = s;
	return ERR_NONE;
}

void
serve_stop(struct serve *s)
{
	if (s == NULL)
		return;
	core_unwatch(s->core, s->watch);
	atomic_store(&s->stopping, true);
	server_wake(s);
	pthread_join(s->loop, NULL);
	release(s);
}
