/*
 * worker: a thread that carries batches of rooms from the calendar to their agendas
 *
 * Each has a reader and, per link, a connection that is kept alive.
 *
 * Owns:    its reader and connections.
 * Threads: a worker without a thread of its own (worker_init) serves the caller's.
 */
#ifndef CORE_WORKER_H
#define CORE_WORKER_H

#include "core/work.h"

struct auth;
struct connection;

struct worker {
	struct core *core;
	pthread_t thread;
	bool certificate; /* connections keep the server's */
	struct reader *reader;
	struct data *data; /* that the reader has read */
	struct connection *connections;
};

struct worker *worker_start(struct core *c, struct err *err);
void worker_join(struct worker *w); /* after c->stop */

void worker_init(struct worker *w, struct core *c);
void worker_release(struct worker *w);

/* A whole conversation about the batch's rooms; NULL: none of them can be asked about. */
struct poll *worker_converse(struct worker *w, struct batch *b);

/* The same about the rooms that the link's server knows; its kind has to have `list`. */
struct poll *worker_list(struct worker *w, struct batch *b);

struct http *worker_connection(const struct worker *w, const char *link); /* or NULL */
/* By what that link's connection is authorised; NULL: by a password, or there is none. */
struct auth *worker_auth(const struct worker *w, const char *link);
void worker_disconnect(struct worker *w, const char *link);

#endif
