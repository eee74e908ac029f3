#include "sim/exchange.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "sim/exchange_server.h"

/* Loopback and nothing else: its passwords are in the source tree. */
static struct MHD_Daemon *
listen_on(struct exchange *x, unsigned port, const struct identity *identity)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)identity->key},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)identity->certificate},
		{MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			 MHD_USE_POLL;
	bool secure = identity->key != NULL;
	return MHD_start_daemon(secure ? flags | MHD_USE_TLS : flags, 0, NULL, NULL,
		http_request, x, MHD_OPTION_SOCK_ADDR, &sa, MHD_OPTION_NOTIFY_COMPLETED,
		http_completed, x, MHD_OPTION_NOTIFY_CONNECTION, http_connection, x,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY,
		secure ? tls : tls + 2, MHD_OPTION_END);
}

static int64_t
beginning(const char *now, struct err *err)
{
	int64_t t = when_now() / 60 * 60;
	if (now != NULL && !when_parse(now, &t)) {
		err_set(err, ERR_CONFIG, "bad_now", "no time: %.40s", now);
		err_cure(err, "It is written as 2026-11-23T15:00:00Z.");
		return -1;
	}
	return t;
}

static struct exchange *
new_exchange(const struct exchange_config *c)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct exchange *x = arena_one(a, struct exchange);
	x->arena = a;
	pthread_mutex_init(&x->lock, NULL);
	pthread_cond_init(&x->ends, NULL);
	x->scenario = c->scenario != NULL ? arena_strdup(a, c->scenario) : NULL;
	x->keep = c->keep;
	x->kept = arena_many(a, struct exchange_request, c->keep);
	return x;
}

int
exchange_start(const struct exchange_config *c, struct exchange **ret, struct err *err)
{
	struct identity identity = {.key = NULL};
	int64_t now = beginning(c->now, err);
	if (now < 0)
		return ERR_CONFIG;
	struct exchange *x = new_exchange(c);
	x->now = now;
	x->store = store_new(now);
	if (x->scenario != NULL &&
		store_load(x->store, x->scenario, NULL, err) != ERR_NONE) {
		exchange_stop(x);
		return ERR_CONFIG;
	}
	if (c->tls)
		make_identity(x->arena, c->expired, &identity);
	x->ca = identity.ca;
	x->daemon = listen_on(x, c->port, &identity);
	if (x->daemon == NULL) {
		exchange_stop(x);
		return err_set(err, ERR_RETRY, "no_port",
			"cannot listen on port %u of 127.0.0.1", c->port);
	}
	x->port = MHD_get_daemon_info(x->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	x->url = arena_printf(x->arena, "%s://127.0.0.1:%u/EWS/Exchange.asmx",
		c->tls ? "https" : "http", x->port);
	*ret = x;
	return ERR_NONE;
}

void
exchange_stop(struct exchange *x)
{
	if (x == NULL)
		return;
	pthread_mutex_lock(&x->lock);
	x->stopping = true;
	pthread_cond_broadcast(&x->ends);
	pthread_mutex_unlock(&x->lock);
	if (x->daemon != NULL)
		MHD_stop_daemon(x->daemon);
	pthread_mutex_destroy(&x->lock);
	pthread_cond_destroy(&x->ends);
	store_free(x->store);
	arena_free(x->arena);
}

const char *
exchange_url(const struct exchange *x)
{
	return x->url;
}

unsigned
exchange_port(const struct exchange *x)
{
	return x->port;
}

const char *
exchange_ca(const struct exchange *x)
{
	return x->ca;
}

int64_t
exchange_now(const struct exchange *x)
{
	return x->now;
}

int
exchange_reload(struct exchange *x, struct err *err)
{
	if (x->scenario == NULL)
		return err_set(
			err, ERR_CONFIG, "no_scenario", "there is no scenario file");
	pthread_mutex_lock(&x->lock);
	struct store *fresh = store_new(x->now), *old = x->store;
	int grade = store_load(fresh, x->scenario, old, err);
	if (grade == ERR_NONE)
		x->store = fresh;
	pthread_mutex_unlock(&x->lock);
	store_free(grade == ERR_NONE ? old : fresh);
	return grade;
}

int
exchange_put_server(struct exchange *x, const struct exchange_server *s, struct err *err)
{
	pthread_mutex_lock(&x->lock);
	int grade = store_put_server(x->store, s, err);
	pthread_mutex_unlock(&x->lock);
	return grade;
}

int
exchange_put_account(
	struct exchange *x, const struct exchange_account *a, struct err *err)
{
	pthread_mutex_lock(&x->lock);
	int grade = store_put_account(x->store, a, err);
	pthread_mutex_unlock(&x->lock);
	return grade;
}

int
exchange_put_room(struct exchange *x, const struct exchange_room *r, struct err *err)
{
	pthread_mutex_lock(&x->lock);
	int grade = store_put_room(x->store, r, err);
	pthread_mutex_unlock(&x->lock);
	return grade;
}

int
exchange_put(struct exchange *x, const char *mailbox, const struct exchange_meeting *m,
	struct err *err)
{
	pthread_mutex_lock(&x->lock);
	struct room *r = store_room(x->store, mailbox);
	int grade = r != NULL
			    ? store_put_meeting(x->store, r, m, err)
			    : err_set(err, ERR_ABSENT, "no_room", "no room %s", mailbox);
	pthread_mutex_unlock(&x->lock);
	return grade;
}

bool
exchange_delete(struct exchange *x, const char *mailbox, const char *name)
{
	pthread_mutex_lock(&x->lock);
	bool was = store_delete(x->store, mailbox, name);
	pthread_mutex_unlock(&x->lock);
	return was;
}

int
exchange_fail(struct exchange *x, const char *order, struct err *err)
{
	pthread_mutex_lock(&x->lock);
	int grade = orders_add(&x->orders, order, err);
	pthread_mutex_unlock(&x->lock);
	return grade;
}

void
exchange_heal(struct exchange *x)
{
	pthread_mutex_lock(&x->lock);
	x->orders.n = 0;
	pthread_mutex_unlock(&x->lock);
}

struct exchange_counters
exchange_counters(struct exchange *x)
{
	pthread_mutex_lock(&x->lock);
	struct exchange_counters c = x->count;
	pthread_mutex_unlock(&x->lock);
	return c;
}

bool
exchange_request(struct exchange *x, size_t i, struct exchange_request *ret)
{
	pthread_mutex_lock(&x->lock);
	bool is_kept = i < x->n_kept;
	if (is_kept)
		*ret = x->kept[i];
	pthread_mutex_unlock(&x->lock);
	return is_kept;
}
