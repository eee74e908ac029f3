/*
 * exchange_server: a simulated Exchange on its socket
 *
 * Owns:    struct exchange owns the web server, the store and the orders.
 * Threads: what is here is the web server's lock's.
 */
#ifndef SIM_EXCHANGE_SERVER_H
#define SIM_EXCHANGE_SERVER_H

#include "sim/exchange_soap.h"

struct exchange {
	struct arena *arena; /* of what is here, but the store */
	struct web *web;
	int64_t now;
	const char *url, *scenario;
	struct store *store;
	struct orders orders;
	struct exchange_counters count; /* but what the web server counts */
};

/* web_config's `answer`. */
void exchange_answer(void *arg, struct web_request *r, struct web_answer *ret);

#endif
