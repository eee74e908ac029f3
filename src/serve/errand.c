/* What may wait is run by helpers, of three kinds, so that none waits for another's. */
#include <stdlib.h>

#include "base/when.h"
#include "serve/server.h"

enum {
	JOINERS = 8, /* wait for a poll */
	WAITERS = 4, /* for a link's test, a reader, a disk */
};

/* A request in the hands of a helper. */
struct errand {
	struct job job; /* first, so that one is the other */
	struct conn *conn;
	struct rpc_request request;
	struct bytes answer;
	int64_t since; /* monotonic ms */
	uid_t uid;
};

/* On a helper's thread. */
static void
run(void *arg, struct job *job)
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
	server_wake(s);
}

void
errand_send(struct serve *s, struct conn *c, struct rpc_request *r)
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

void
errands_finish(struct serve *s)
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

bool
errands_start(struct serve *s)
{
	s->joiners = pool_new(JOINERS, run, s);
	s->waiters = pool_new(WAITERS, run, s);
	s->changer = pool_new(1, run, s);
	return s->joiners != NULL && s->waiters != NULL && s->changer != NULL;
}

void
errands_stop(struct serve *s)
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
}
