#include "serve/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t came;
	struct job *first, **last;
	bool ending;
	void (*run)(void *arg, struct job *job);
	void *arg;
	size_t n;
	pthread_t threads[];
};

static struct job *
take(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	while (p->first == NULL && !p->ending)
		pthread_cond_wait(&p->came, &p->lock);
	struct job *job = p->first;
	if (job != NULL)
		p->first = job->next;
	if (p->first == NULL)
		p->last = &p->first;
	pthread_mutex_unlock(&p->lock);
	return job;
}

static void *
work(void *arg)
{
	struct pool *p = arg;
	for (struct job *job; (job = take(p)) != NULL;)
		p->run(p->arg, job);
	return NULL;
}

struct pool *
pool_new(size_t threads, void (*run)(void *arg, struct job *job), void *arg)
{
	struct pool *p = calloc(1, sizeof *p + threads * sizeof *p->threads);
	if (p == NULL)
		return NULL;
	p->last = &p->first;
	p->run = run;
	p->arg = arg;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->came, NULL);
	while (p->n < threads && pthread_create(&p->threads[p->n], NULL, work, p) == 0)
		p->n++;
	if (p->n == threads)
		return p;
	pool_free(p);
	return NULL;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->came);
	pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->n; i++)
		pthread_join(p->threads[i], NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->came);
	free(p);
}

void
pool_put(struct pool *p, struct job *job)
{
	job->next = NULL;
	pthread_mutex_lock(&p->lock);
	*p->last = job;
	p->last = &job->next;
	pthread_cond_signal(&p->came);
	pthread_mutex_unlock(&p->lock);
}
