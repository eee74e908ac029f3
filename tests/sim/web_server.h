/*
 * web_server: what the parts of a simulated web server share
 *
 * Owns:    struct web owns the daemon and what was kept.
 * Threads: each connection has one; `lock` is held while an answer is made, not while it
 * is sent.
 */
#ifndef SIM_WEB_SERVER_H
#define SIM_WEB_SERVER_H

#include <pthread.h>
#include <microhttpd.h>

#include "sim/web.h"

struct web {
	struct web_config config;
	pthread_mutex_t lock;
	pthread_cond_t ends; /* broadcast when `stopping` is set */
	bool stopping;
	struct arena *arena;
	struct MHD_Daemon *daemon;
	unsigned port;
	const char *url, *ca;
	struct web_counters count;
	unsigned long at_once;
	struct web_kept *kept;
	size_t n_kept;
};

enum MHD_Result web_send(
	struct web *w, struct MHD_Connection *c, const struct web_answer *a);

/* A certification authority of this run's own, and a certificate for loopback; PEM in the
 * arena. */
struct identity {
	const char *key, *certificate, *ca;
};
void make_identity(struct arena *a, const char *name, bool expired, struct identity *ret);

#endif
