/*
 * server: what the socket's own files share
 *
 * The loop (serve.c) waits for all connections at once; attend.c answers one, accept.c
 * lets them in, errand.c hands what may wait to helpers.
 *
 * Owns:    everything between serve_start and serve_stop.
 * Threads: the loop's alone, but for what the struct says.
 */
#ifndef SERVE_SERVER_H
#define SERVE_SERVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "serve/conn.h"
#include "serve/listen.h"
#include "serve/pool.h"
#include "serve/rpc.h"
#include "serve/usual.h"
#include "serve/watch.h"

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
	bool starved;    /* there was no descriptor for the last client */
	bool stops;      /* only what is in hand is finished, */
	int64_t stop_by; /* and until then */
	struct usual *usual;
	struct watch *watch;
	int64_t deadline; /* monotonic ms, when to look at every connection */
};

/* Sees to it that the loop looks at every connection at that time, or before. */
void server_look_by(struct serve *s, int64_t at_ms);

void server_wake(struct serve *s); /* from any thread */

/* Answers what has come, sends it, and sees what to wait for next. The connection may be
 * gone when it returns. */
void attend(struct serve *s, struct conn *c);

/* Attends to those that `which` picks; it may do something to each before. */
void attend_all(struct serve *s, bool (*which)(struct serve *s, struct conn *c));

void attend_hear(struct serve *s, struct conn *c, uint32_t events); /* epoll's */
bool attend_hear_last(struct serve *s, struct conn *c); /* reads no more after that */
bool attend_give_up(struct serve *s, struct conn *c);   /* on whom we waited for too long */
void attend_end(struct serve *s, struct conn *c);

/* Steals the request: a helper runs it, and errands_finish hands out what it made. */
void errand_send(struct serve *s, struct conn *c, struct rpc_request *r);
bool errands_start(struct serve *s);
void errands_finish(struct serve *s);
void errands_stop(struct serve *s); /* after the last */

void accept_clients(struct serve *s);
void accept_set(struct serve *s, bool accepts); /* whether the loop looks for new ones */

#endif
