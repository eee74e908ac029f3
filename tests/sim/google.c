#include "sim/google.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "sim/google_server.h"

int64_t
suite_clock(const struct suite *x)
{
	return x->now != 0 ? x->now : when_now();
}

static bool
write_key(const char *path, const char *key)
{
	FILE *f = fopen(path, "w");
	bool ok = f != NULL && fputs(key, f) >= 0;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	return ok;
}

/* Those that a scenario wants to be written and that have none yet. */
static int
write_keys(struct suite *x, struct err *err)
{
	for (size_t i = 0; i < x->domain->n_accounts; i++) {
		struct account *a = x->domain->accounts[i];
		if (a->key_file != NULL && a->key == NULL &&
			!write_key(a->key_file, suite_make_key(x, a)))
			return err_set(err, ERR_CONFIG, "key_file", "cannot write %s",
				a->key_file);
	}
	return ERR_NONE;
}

int
suite_start(const struct sim_config *c, struct suite **ret, struct err *err)
{
	int64_t now = sim_now(c, err);
	if (now < 0)
		return ERR_CONFIG;
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct suite *x = arena_one(a, struct suite);
	x->arena = a;
	x->scenario = c->scenario != NULL ? arena_strdup(a, c->scenario) : NULL;
	x->now = c->now != NULL ? now : 0;
	x->domain = domain_new(now);
	x->orders.kinds = &suite_faults;
	struct web_config web = {.name = "Simulated Google CA",
		.headers = "Server: ESF\nX-Content-Type-Options: nosniff\n"
			   "Vary: Origin, X-Origin, Referer\n"
			   "Cache-Control: private, max-age=0, must-revalidate",
		.port = c->port,
		.tls = c->tls,
		.expired = c->expired,
		.keep = c->keep,
		.answer = suite_answer,
		.arg = x};
	int grade = ERR_NONE;
	if (x->scenario != NULL)
		grade = domain_load(x->domain, x->scenario, NULL, err);
	if (grade == ERR_NONE)
		grade = web_start(&web, &x->web, err);
	if (grade == ERR_NONE) {
		x->url = arena_printf(a, "%s/calendar/v3", web_url(x->web));
		x->token_url = arena_printf(a, "%s/token", web_url(x->web));
		grade = write_keys(x, err);
	}
	if (grade != ERR_NONE) {
		suite_stop(x);
		return grade;
	}
	*ret = x;
	return ERR_NONE;
}

void
suite_stop(struct suite *x)
{
	if (x == NULL)
		return;
	web_stop(x->web);
	domain_free(x->domain);
	arena_free(x->arena);
}

const char *
suite_url(const struct suite *x)
{
	return x->url;
}

const char *
suite_token_url(const struct suite *x)
{
	return x->token_url;
}

unsigned
suite_port(const struct suite *x)
{
	return web_port(x->web);
}

const char *
suite_ca(const struct suite *x)
{
	return web_ca(x->web);
}

void
suite_pass(struct suite *x, int seconds)
{
	web_lock(x->web);
	x->now += seconds;
	web_unlock(x->web);
}

const char *
suite_new_key(struct suite *x, const char *email)
{
	web_lock(x->web);
	struct account *a = domain_account(x->domain, email);
	const char *key = a != NULL ? suite_make_key(x, a) : NULL;
	web_unlock(x->web);
	return key;
}

void
suite_revoke(struct suite *x)
{
	web_lock(x->web);
	x->n_tokens = 0;
	web_unlock(x->web);
}

int
suite_reload(struct suite *x, struct err *err)
{
	if (x->scenario == NULL)
		return err_set(
			err, ERR_CONFIG, "no_scenario", "there is no scenario file");
	web_lock(x->web);
	struct domain *old = x->domain, *fresh = domain_new(old->calendars.now);
	int grade = domain_load(fresh, x->scenario, old, err);
	if (grade == ERR_NONE) {
		x->domain = fresh;
		grade = write_keys(x, err);
	}
	domain_free(x->domain == fresh ? old : fresh);
	web_unlock(x->web);
	return grade;
}

int
suite_put_project(struct suite *x, const struct suite_project *p, struct err *err)
{
	web_lock(x->web);
	int grade = domain_put_project(x->domain, p, err);
	web_unlock(x->web);
	return grade;
}

int
suite_put_account(struct suite *x, const struct suite_account *a, struct err *err)
{
	web_lock(x->web);
	int grade = domain_put_account(x->domain, a, err);
	web_unlock(x->web);
	return grade;
}

int
suite_put_user(struct suite *x, const struct suite_user *u, struct err *err)
{
	web_lock(x->web);
	int grade = domain_put_user(x->domain, u, err);
	web_unlock(x->web);
	return grade;
}

int
suite_put_grant(struct suite *x, const struct suite_grant *g, struct err *err)
{
	web_lock(x->web);
	int grade = domain_put_grant(x->domain, g, err);
	web_unlock(x->web);
	return grade;
}

int
suite_put_room(struct suite *x, const struct sim_room *r, struct err *err)
{
	web_lock(x->web);
	int grade = calendars_put_room(&x->domain->calendars, r, err);
	web_unlock(x->web);
	return grade;
}

int
suite_put(struct suite *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err)
{
	web_lock(x->web);
	int grade = calendars_put_meeting(&x->domain->calendars, mailbox, m, err);
	web_unlock(x->web);
	return grade;
}

bool
suite_delete(struct suite *x, const char *mailbox, const char *name)
{
	web_lock(x->web);
	bool was = calendars_delete(&x->domain->calendars, mailbox, name);
	x->domain->deleted += was;
	web_unlock(x->web);
	return was;
}

int
suite_fail(struct suite *x, const char *order, struct err *err)
{
	return orders_place(&x->orders, x->web, order, err);
}

void
suite_heal(struct suite *x)
{
	orders_cancel(&x->orders, x->web);
}

struct suite_counters
suite_counters(struct suite *x)
{
	struct web_counters w = web_counters(x->web);
	web_lock(x->web);
	struct suite_counters c = x->count;
	web_unlock(x->web);
	c.requests = w.requests;
	return c;
}

const char *
suite_request(struct suite *x, size_t i)
{
	struct web_kept k;
	return web_kept(x->web, i, &k) ? k.target : NULL;
}
