/*
 * pool: threads for what may wait
 *
 * Jobs are run in the order they came, by as many threads as the pool has.
 *
 * Owns:    its threads; a job is the giver's again when `run` has returned.
 * Threads: pool_put from any.
 */
#ifndef SERVE_POOL_H
#define SERVE_POOL_H

#include <stddef.h>

struct pool;

struct job {
	struct job *next;
};

/* NULL when there is no memory or no thread to be had. */
struct pool *pool_new(size_t threads, void (*run)(void *arg, struct job *job), void *arg);
void pool_free(struct pool *p); /* takes NULL; after the last job */
void pool_put(struct pool *p, struct job *job);

#endif
