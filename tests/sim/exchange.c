#include "sim/exchange.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "sim/exchange_server.h"

int
exchange_start(const struct sim_config *c, struct exchange **ret, struct err *err)
{
	int64_t now = sim_now(c, err);
	if (now < 0)
		return ERR_CONFIG;
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct exchange *x = arena_one(a, struct exchange);
	x->arena = a;
	x->scenario = c->scenario != NULL ? arena_strdup(a, c->scenario) : NULL;
	x->now = now;
	x->store = store_new(now);
	x->orders.kinds = &exchange_faults;
	struct web_config web = {.name = "Simulated Exchange CA",
		.headers = "Server: Microsoft-IIS/10.0\nX-Powered-By: ASP.NET\n"
			   "X-FEServer: SIM01\nX-BEServer: SIM01\n"
			   "Cache-Control: private",
		.port = c->port,
		.tls = c->tls,
		.expired = c->expired,
		.keep = c->keep,
		.answer = exchange_answer,
		.arg = x};
	int grade = ERR_NONE;
	if (x->scenario != NULL)
		grade = store_load(x->store, x->scenario, NULL, err);
	if (grade == ERR_NONE)
		grade = web_start(&web, &x->web, err);
	if (grade != ERR_NONE) {
		exchange_stop(x);
		return grade;
	}
	x->url = arena_printf(a, "%s/EWS/Exchange.asmx", web_url(x->web));
	*ret = x;
	return ERR_NONE;
}

void
exchange_stop(struct exchange *x)
{
	if (x == NULL)
		return;
	web_stop(x->web);
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
	return web_port(x->web);
}

const char *
exchange_ca(const struct exchange *x)
{
	return web_ca(x->web);
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
	web_lock(x->web);
	struct store *fresh = store_new(x->now), *old = x->store;
	int grade = store_load(fresh, x->scenario, old, err);
	if (grade == ERR_NONE)
		x->store = fresh;
	web_unlock(x->web);
	store_free(grade == ERR_NONE ? old : fresh);
	return grade;
}

int
exchange_put_server(struct exchange *x, const struct exchange_server *s, struct err *err)
{
	web_lock(x->web);
	int grade = store_put_server(x->store, s, err);
	web_unlock(x->web);
	return grade;
}

int
exchange_put_account(
	struct exchange *x, const struct exchange_account *a, struct err *err)
{
	web_lock(x->web);
	int grade = store_put_account(x->store, a, err);
	web_unlock(x->web);
	return grade;
}

int
exchange_put_room(struct exchange *x, const struct sim_room *r, struct err *err)
{
	web_lock(x->web);
	int grade = check_version(r, err);
	if (grade == ERR_NONE)
		grade = calendars_put_room(&x->store->calendars, r, err);
	web_unlock(x->web);
	return grade;
}

int
exchange_put(struct exchange *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err)
{
	web_lock(x->web);
	int grade = calendars_put_meeting(&x->store->calendars, mailbox, m, err);
	web_unlock(x->web);
	return grade;
}

bool
exchange_delete(struct exchange *x, const char *mailbox, const char *name)
{
	web_lock(x->web);
	bool was = calendars_delete(&x->store->calendars, mailbox, name);
	web_unlock(x->web);
	return was;
}

int
exchange_fail(struct exchange *x, const char *order, struct err *err)
{
	return orders_place(&x->orders, x->web, order, err);
}

void
exchange_heal(struct exchange *x)
{
	orders_cancel(&x->orders, x->web);
}

struct exchange_counters
exchange_counters(struct exchange *x)
{
	struct web_counters w = web_counters(x->web);
	web_lock(x->web);
	struct exchange_counters c = x->count;
	web_unlock(x->web);
	c.connections = w.connections;
	c.requests = w.requests;
	c.most_at_once = w.most_at_once;
	return c;
}

bool
exchange_request(struct exchange *x, size_t i, struct exchange_request *ret)
{
	struct web_kept k;
	if (!web_kept(x->web, i, &k))
		return false;
	*ret = (struct exchange_request){.operation = k.operation,
		.user = k.user,
		.agent = web_kept_header(x->web, &k, "User-Agent"),
		.anchor = web_kept_header(x->web, &k, "X-AnchorMailbox"),
		.body = k.body,
		.reply = k.reply,
		.body_size = k.body_size,
		.reply_size = k.reply_size,
		.status = k.status};
	return true;
}
