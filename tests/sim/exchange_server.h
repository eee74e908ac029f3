/*
 * exchange_server: a simulated Exchange on its socket
 *
 * Owns:    struct exchange owns the daemon, the store, the orders and what was kept.
 * Threads: each connection has one; `lock` is held while an answer is made, not while it
 * is sent.
 */
#ifndef SIM_EXCHANGE_SERVER_H
#define SIM_EXCHANGE_SERVER_H

#include <pthread.h>
#include <microhttpd.h>

#include "sim/exchange_fault.h"

struct exchange {
	pthread_mutex_t lock;
	pthread_cond_t ends; /* broadcast when `stopping` is set */
	bool stopping;
	struct arena *arena; /* of what is here, but the store */
	struct MHD_Daemon *daemon;
	unsigned port;
	int64_t now;
	const char *url, *ca, *scenario;
	struct store *store;
	struct orders orders;
	struct exchange_counters count;
	unsigned long at_once;
	struct exchange_request *kept;
	size_t n_kept, keep;
};

enum MHD_Result http_request(void *arg, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *size,
	void **state);
void http_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode why);
void http_connection(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what);

/* What is sent, once it is known. */
struct answer {
	unsigned status;
	const char *reason, *headers, *type; /* headers: one a line; NULL: none */
	const char *body;
	size_t size;
	enum way way;
};
enum MHD_Result http_send(
	struct exchange *x, struct MHD_Connection *c, const struct answer *a);

/* A certification authority of this run's own, and a certificate for loopback; PEM in the
 * arena. */
struct identity {
	const char *key, *certificate, *ca;
};
void make_identity(struct arena *a, bool expired, struct identity *ret);

#endif
