/* One connection: its lines taken, its answers sent, its time kept. */
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/when.h"
#include "serve/server.h"

enum { SWEEP_MS = 60 * 1000 };

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
		errand_send(s, c, &r);
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

void
attend_end(struct serve *s, struct conn *c)
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
		server_look_by(s, c->unfinished_since + s->patience_ms);
	if (c->unsent_since != 0)
		server_look_by(s, c->unsent_since + s->patience_ms);
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

void
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
		server_look_by(s, now_ms + SWEEP_MS);
	say_goodbye(c, now_ms);
	set_timers(s, c, now_ms);
	conn_return(c, &s->spare);
	set_interest(s, c);
	if (conn_done(c))
		attend_end(s, c);
}

void
attend_all(struct serve *s, bool (*which)(struct serve *, struct conn *))
{
	for (struct conn *c = s->conns, *next; c != NULL; c = next) {
		next = c->next;
		if (which(s, c))
			attend(s, c);
	}
}

void
attend_hear(struct serve *s, struct conn *c, uint32_t events)
{
	conn_borrow(c, &s->spare);
	if ((events & ~(uint32_t)EPOLLOUT) != 0 && (c->interest & EPOLLIN) != 0)
		conn_read(c);
	attend(s, c);
}

bool
attend_hear_last(struct serve *s, struct conn *c)
{
	conn_borrow(c, &s->spare);
	conn_read(c);
	c->ended = true;
	return true;
}

/* Nobody else is harmed by being looked at: they set their time anew. */
bool
attend_give_up(struct serve *s, struct conn *c)
{
	int64_t long_ago = when_monotonic_ms() - s->patience_ms;
	if (c->unsent_since != 0 && c->unsent_since <= long_ago)
		c->dead = true;
	else if (c->unfinished_since != 0 && c->unfinished_since <= long_ago)
		refuse_line(c, "a line that was not finished in time");
	return true;
}
