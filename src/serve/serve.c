/* One thread looks after all connections; helpers run what may wait. */
#include "serve/serve.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/when.h"
#include "serve/conn.h"
#include "serve/listen.h"
#include "serve/pool.h"
#include "serve/rpc.h"
#include "serve/usual.h"
#include "serve/watch.h"

enum {
	EVENTS = 64,
	RESERVED = 16, /* connections, for who has to see why there are so many */
	JOINERS = 8, /* threads that wait for a poll */
	WAITERS = 4, /* for a link's test, a reader, a disk */
	SWEEP_MS = 60 * 1000,
	RETRY_MS = 100, /* after there was no descriptor for a new client */
	STOP_MS = 1500, /* then what is in hand is left */
};

/* A request in the hands of a helper. */
struct errand {
	struct job job; /* first, so that one is the other */
	struct serve *serve;
	struct conn *conn;
	struct rpc_request request;
	struct bytes answer;
	int64_t since; /* monotonic ms */
	uid_t uid;
};

struct serve {
	struct core *core;
	int64_t (*now)(void);
	int patience_ms;
	struct listener listener;
	int epoll, wake;
	pthread_t loop;
	atomic_bool stopping;
	struct pool *joiners, *waiters, *changer;

	pthread_mutex_t lock; /* for: */
	struct job *finished;

	/* the loop's own */
	struct conn *conns;
	size_t n_conns;
	struct spare spare;
	bool accepts;    /* epoll looks at the listener */
	bool stops;      /* only what is in hand is finished, */
	int64_t stop_by; /* and until then */
	struct usual *usual;
	struct watch *watch;
	int64_t deadline; /* monotonic ms, when to look at every connection */
};

static void
wake(struct serve *s)
{
	uint64_t one = 1;
	ssize_t ignored = write(s->wake, &one, sizeof one); /* full: it is awake */
	(void)ignored;
}

static void
look_by(struct serve *s, int64_t at_ms)
{
	if (at_ms < s->deadline)
		s->deadline = at_ms;
}

/* On a helper's thread. */
static void
run_errand(void *arg, struct job *job)
{
	struct serve *s = arg;
	struct errand *e = (struct errand *)job;
	rpc_run(&e->request, s->core, s->now, e->uid,
		(int)(when_monotonic_ms() - e->since), &e->answer);
	rpc_release(&e->request);
	pthread_mutex_lock(&s->lock);
	job->next = s->finished;
	s->finished = job;
	pthread_mutex_unlock(&s->lock);
	wake(s);
}

static void
send_errand(struct serve *s, struct conn *c, struct rpc_request *r)
{
	static const struct errand none;
	struct errand *e = malloc(sizeof *e);
	if (e == NULL) {
		rpc_release(r);
		c->dead = true;
		return;
	}
	*e = none;
	e->conn = c;
	e->request = *r;
	e->since = when_monotonic_ms();
	e->uid = c->uid;
	c->in_hand++;
	c->in_turn = r->method->when == IN_TURN;
	if (r->method->when == WAITS_IF_TOLD) /* begins before a helper is free to wait */
		core_refresh(s->core,
			json_string_value(json_object_get(r->params, "room")), 0);
	pool_put(r->method->when == IN_TURN         ? s->changer
		 : r->method->when == WAITS_IF_TOLD ? s->joiners
						    : s->waiters,
		&e->job);
}

static void
subscribe(struct serve *s, struct conn *c, const json_t *params)
{
	struct view v;
	json_decref(c->watched);
	c->watched = watch_filter(params);
	if (c->watches)
		return;
	c->watches = true;
	view_open(&v, s->core, s->now);
	watch_begin(s->watch, &v, &c->out);
	view_close(&v);
}

static void
take_line(
	struct serve *s, struct conn *c, const struct view *v, const char *line, size_t n)
{
	struct rpc_request r;
	if (usual_answer(s->usual, v, line, n, &c->out) ||
		!rpc_read(line, n, c->admin, &r, &c->out))
		return;
	if (rpc_waits(&r)) {
		send_errand(s, c, &r);
		return;
	}
	bool good = rpc_run(&r, s->core, s->now, c->uid, 0, &c->out);
	if (good && r.method->run == watch_start)
		subscribe(s, c, r.params);
	rpc_release(&r);
}

/* As many as have come, under one view. */
static void
take_lines(struct serve *s, struct conn *c)
{
	struct view v;
	const char *line;
	size_t n;
	if (!conn_takes(c) || !lines_any(c->lines))
		return;
	view_open(&v, s->core, s->now);
	while (conn_takes(c) && lines_take(c->lines, &line, &n))
		take_line(s, c, &v, line, n);
	view_close(&v);
	c->unfinished_since = 0;
}

static void
refuse_line(struct conn *c, const char *why)
{
	rpc_put_error(&c->out, RPC_NOT_JSON, why,
		"A request is one line of at most 64 KiB, sent within 30 seconds.");
	c->closing = true;
}

static void
close_conn(struct serve *s, struct conn *c)
{
	struct conn **at = &s->conns;
	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	s->n_conns--;
	if (c->watches)
		watch_end(s->watch);
	conn_free(c);
}

static void
set_interest(struct serve *s, struct conn *c)
{
	uint32_t wants = conn_wants(c);
	struct epoll_event e = {.events = wants, .data.ptr = c};
	if (wants == c->interest)
		return;
	int op = c->interest == 0 ? EPOLL_CTL_ADD
		 : wants == 0     ? EPOLL_CTL_DEL
				  : EPOLL_CTL_MOD;
	if (epoll_ctl(s->epoll, op, c->fd, &e) != 0)
		c->dead = true;
	c->interest = wants;
}

static void
set_timers(struct serve *s, struct conn *c, int64_t now_ms)
{
	bool unfinished = conn_takes(c) && !c->ended && lines_rest(c->lines);
	if (!unfinished)
		c->unfinished_since = 0;
	else if (c->unfinished_since == 0)
		c->unfinished_since = now_ms;
	if (unfinished)
		look_by(s, c->unfinished_since + s->patience_ms);
	if (c->unsent_since != 0)
		look_by(s, c->unsent_since + s->patience_ms);
}

/* When all is said: the client is told, and read until it has understood. */
static void
say_goodbye(struct conn *c, int64_t now_ms)
{
	if (!c->closing || c->told || conn_unsent(c) > 0)
		return;
	c->told = true;
	shutdown(c->fd, SHUT_WR);
	c->unsent_since = now_ms;
}

/* Answers what has come, sends it, and sees what to wait for next. */
static void
attend(struct serve *s, struct conn *c)
{
	int64_t now_ms = when_monotonic_ms();
	conn_borrow(c, &s->spare);
	do {
		take_lines(s, c);
		if (!c->dead && !c->closing && lines_too_long(c->lines))
			refuse_line(c, "a line of more than 64 KiB");
		conn_send(c, now_ms);
	} while (conn_takes(c) && lines_any(c->lines));
	if (usual_keeps(s->usual))
		look_by(s, now_ms + SWEEP_MS);
	say_goodbye(c, now_ms);
	set_timers(s, c, now_ms);
	conn_return(c, &s->spare);
	set_interest(s, c);
	if (conn_done(c))
		close_conn(s, c);
}

static void
finish_errands(struct serve *s)
{
	pthread_mutex_lock(&s->lock);
	struct job *job = s->finished;
	s->finished = NULL;
	pthread_mutex_unlock(&s->lock);
	while (job != NULL) {
		struct errand *e = (struct errand *)job;
		struct conn *c = e->conn;
		job = job->next;
		bytes_add(&c->out, e->answer.s, e->answer.n);
		c->out.failed |= e->answer.failed;
		bytes_release(&e->answer);
		c->in_hand--;
		if (e->request.method->when == IN_TURN)
			c->in_turn = false;
		free(e);
		attend(s, c);
	}
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

static void
attend_all(struct serve *s, bool (*which)(struct serve *, struct conn *))
{
	for (struct conn *c = s->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (which(s, c))
			attend(s, c);
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

/* Gives up on who kept us waiting; the others set their time anew. */
static bool
look_at(struct serve *s, struct conn *c)
{
	int64_t long_ago = when_monotonic_ms() - s->patience_ms;
	if (c->unsent_since != 0 && c->unsent_since <= long_ago)
		c->dead = true;
	else if (c->unfinished_since != 0 && c->unfinished_since <= long_ago)
		refuse_line(c, "a line that was not finished in time");
	return true;
}

static void
refuse_client(int fd)
{
	struct bytes out = {.s = NULL};
	rpc_put_error(&out, RPC_BUSY, "too many clients are connected",
		"Keep one connection and send all requests through it.");
	send(fd, out.s, out.n, MSG_DONTWAIT | MSG_NOSIGNAL);
	bytes_release(&out);
	close(fd);
}

static void
add_client(struct serve *s, int fd)
{
	struct peer peer = listen_peer(&s->listener, fd);
	bool full = s->n_conns + (peer.admin ? 0 : RESERVED) >= SERVE_MAX_CLIENTS;
	struct conn *c = full ? NULL : conn_new(fd);
	if (c == NULL) {
		refuse_client(fd);
		return;
	}
	c->uid = peer.uid;
	c->admin = peer.admin;
	c->next = s->conns;
	s->conns = c;
	s->n_conns++;
	attend(s, c);
}

static void
set_accepts(struct serve *s, bool accepts)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = &s->listener};
	if (accepts != s->accepts)
		epoll_ctl(s->epoll, accepts ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
			s->listener.fd, &e);
	s->accepts = accepts;
}

static void
accept_clients(struct serve *s)
{
	for (int i = 0; i < EVENTS; i++) {
		int fd =
			accept4(s->listener.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			add_client(s, fd);
		} else if (errno == EAGAIN) {
			return;
		} else if (errno != ECONNABORTED && errno != EINTR) {
			log_warn("cannot accept a client: %s", strerror(errno));
			set_accepts(s, false); /* it would be asked for at once */
			look_by(s, when_monotonic_ms() + RETRY_MS);
			return;
		}
	}
}

static void
hear(struct serve *s, struct conn *c, uint32_t events)
{
	conn_borrow(c, &s->spare);
	if ((events & ~(uint32_t)EPOLLOUT) != 0 && (c->interest & EPOLLIN) != 0)
		conn_read(c);
	attend(s, c);
}

/* Nothing more is read than what has come already. */
static bool
hear_last(struct serve *s, struct conn *c)
{
	conn_borrow(c, &s->spare);
	conn_read(c);
	c->ended = true;
	return true;
}

static void
wake_up(struct serve *s)
{
	uint64_t n;
	ssize_t ignored = read(s->wake, &n, sizeof n);
	(void)ignored;
	finish_errands(s);
	if (s->stops || !atomic_load(&s->stopping))
		return;
	s->stops = true;
	s->stop_by = when_monotonic_ms() + STOP_MS;
	look_by(s, s->stop_by);
	set_accepts(s, false);
	attend_all(s, hear_last);
}

static void
look_around(struct serve *s)
{
	if (when_monotonic_ms() < s->deadline)
		return;
	s->deadline = s->stops ? s->stop_by : INT64_MAX;
	set_accepts(s, !s->stops);
	usual_sweep(s->usual, s->now());
	attend_all(s, look_at);
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
				hear(s, what, events[i].events);
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
	pool_free(s->joiners);
	pool_free(s->waiters);
	pool_free(s->changer);
	while (s->finished != NULL) {
		struct errand *e = (struct errand *)s->finished;
		s->finished = e->job.next;
		bytes_release(&e->answer);
		free(e);
	}
	while (s->conns != NULL)
		close_conn(s, s->conns);
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
	s->joiners = pool_new(JOINERS, run_errand, s);
	s->waiters = pool_new(WAITERS, run_errand, s);
	s->changer = pool_new(1, run_errand, s);
	bool good = s->joiners != NULL && s->waiters != NULL && s->changer != NULL &&
		    pthread_create(&s->loop, NULL, loop, s) == 0;
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
	set_accepts(s, true);
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
	wake(s);
	pthread_join(s->loop, NULL);
	release(s);
}
