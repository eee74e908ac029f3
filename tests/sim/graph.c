#include "sim/graph.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "sim/graph_call.h"

#define JSON "application/json; odata.metadata=minimal"

int64_t
graph_clock(const struct graph *x)
{
	return (x->now != 0 ? x->now : when_now()) + x->passed;
}

const char *
graph_host(const struct graph *x)
{
	return web_url(x->web);
}

struct application *
graph_application(const struct graph *x, const char *client_id)
{
	for (size_t i = 0; i < x->n_applications; i++)
		if (strcasecmp(x->applications[i]->is.client_id, client_id) == 0)
			return x->applications[i];
	return NULL;
}

/* 0: taken. */
static const char *
authorize(struct call *c, const struct web_request *r)
{
	const char *h = web_header(r, "Authorization");
	if (*h == '\0')
		return "Access token is empty.";
	if (strncmp(h, "Bearer ", 7) != 0)
		return "Access token is not of type Bearer.";
	for (const struct token *t = c->graph->tokens; t != NULL; t = t->next) {
		if (strcmp(t->text, h + 7) != 0)
			continue;
		c->as = t->of;
		return graph_clock(c->graph) < t->expires
			       ? NULL
			       : "Lifetime validation failed, the token is expired.";
	}
	return "CompactToken parsing failed with error code: 80049217";
}

static void
answer_graph(struct call *c, const struct web_request *r, struct web_answer *ret)
{
	const char *no = authorize(c, r);
	c->prefer = web_header(r, "Prefer");
	if (no != NULL) {
		call_refuse(c, 401, "InvalidAuthenticationToken", no);
		c->headers = "WWW-Authenticate: Bearer realm=\"\", "
			     "authorization_uri=\"https://login.microsoftonline.com/"
			     "common/oauth2/authorize\"";
	} else if (r->too_large) {
		call_refuse(c, 413, "RequestEntityTooLarge", "The request is too large.");
	} else if (c->operation == OP_BATCH) {
		json_t *asked = json_loadb(r->body, r->size, 0, NULL);
		const char *type = web_header(r, "Content-Type");
		if (strncasecmp(type, "application/json", 16) != 0)
			call_refuse(c, 400, "BadRequest",
				"Unsupported media type or no Content-Type.");
		else
			answer_batch(c, asked);
		json_decref(asked);
	} else {
		graph_dispatch(c);
	}
	ret->type = JSON;
}

/* "/TENANT/oauth2/v2.0/token": the tenant; NULL: it is not that. */
static const char *
token_tenant(struct arena *a, const char *path)
{
	static const char rest[] = "/oauth2/v2.0/token";
	size_t n = strlen(path), k = sizeof rest - 1;
	return n > k + 1 && strcmp(path + n - k, rest) == 0 &&
			       strchr(path + 1, '/') == path + n - k
		       ? arena_strndup(a, path + 1, n - k - 1)
		       : NULL;
}

static enum operation
operation_of(const char *method, const char *path)
{
	if (strncmp(path, "/v1.0/", 6) != 0)
		return OP_NONE;
	if (strcmp(path, "/v1.0/$batch") == 0 && strcmp(method, "POST") == 0)
		return OP_BATCH;
	if (strncmp(path, "/v1.0/places/", 13) == 0)
		return OP_PLACES;
	if (strstr(path, "/events/") != NULL)
		return OP_EVENT;
	return strstr(path, "/calendarView") != NULL ? OP_VIEW : OP_NONE;
}

static void
answer_asked(
	struct call *c, struct web_request *r, const char *tenant, struct web_answer *ret)
{
	if (tenant != NULL && strcmp(r->method, "POST") == 0) {
		ret->type = "application/json; charset=utf-8";
		if (strncasecmp(web_header(r, "Content-Type"),
			    "application/x-www-form-urlencoded", 33) != 0)
			entra_refuse(c, 900144);
		else
			entra_answer(c, tenant, r->body);
	} else if (strncmp(r->path, "/v1.0/", 6) == 0 && call_read(c, r->target + 5)) {
		answer_graph(c, r, ret);
	} else {
		call_refuse(c, 404, "ResourceNotFound", "Invalid version or path.");
		ret->type = JSON;
	}
}

static void
answer(void *arg, struct web_request *r, struct web_answer *ret)
{
	struct graph *x = arg;
	const char *tenant = token_tenant(r->arena, r->path);
	struct call c = {.arena = r->arena,
		.graph = x,
		.method = r->method,
		.operation =
			tenant != NULL ? OP_TOKEN : operation_of(r->method, r->path)};
	x->count.requests++;
	orders_take(&x->orders, (int)c.operation, r->arena, &c.fault);
	if (c.fault.status != 0) {
		web_say(ret, c.fault.status, c.fault.headers, c.fault.type, c.fault.body);
	} else {
		answer_asked(&c, r, tenant, ret);
		char *text = json_dumps(c.body, JSON_COMPACT);
		ret->status = c.status;
		ret->headers = c.headers;
		ret->body = arena_strdup(r->arena, text != NULL ? text : "");
		ret->size = strlen(ret->body);
		free(text);
		if (c.fault.type != NULL)
			ret->type = c.fault.type;
	}
	if (ret->status >= 400 && ret->status < 500 && ret->status != 429)
		x->count.refused++;
	ret->way = c.fault.way;
	r->operation = graph_faults.operations[c.operation];
	r->user = c.as != NULL ? c.as->is.client_id : NULL;
	json_decref(c.body);
}

int
graph_start(const struct sim_config *c, struct graph **ret, struct err *err)
{
	int64_t now = sim_now(c, err);
	if (now < 0)
		return ERR_CONFIG;
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct graph *x = arena_one(a, struct graph);
	x->arena = a;
	x->now = c->now != NULL ? now : 0;
	x->scenario = c->scenario != NULL ? arena_strdup(a, c->scenario) : NULL;
	x->tenant = "01234567-89ab-4def-8123-456789abcdef";
	x->domain = "example.com";
	x->orders.kinds = &graph_faults;
	calendars_init(&x->calendars, a, now);
	struct web_config web = {.name = "Simulated Microsoft 365 CA",
		.headers = "Cache-Control: no-store, no-cache\n"
			   "request-id: 00000000-0000-4000-8000-000000000001\n"
			   "Strict-Transport-Security: max-age=31536000",
		.port = c->port,
		.tls = c->tls,
		.expired = c->expired,
		.keep = c->keep,
		.answer = answer,
		.arg = x};
	int grade = x->scenario != NULL ? graph_load(x, x->scenario, err) : ERR_NONE;
	if (grade == ERR_NONE)
		grade = web_start(&web, &x->web, err);
	if (grade != ERR_NONE) {
		graph_stop(x);
		return grade;
	}
	x->base = arena_printf(a, "%s/v1.0", web_url(x->web));
	x->token_url =
		arena_printf(a, "%s/%s/oauth2/v2.0/token", web_url(x->web), x->domain);
	*ret = x;
	return ERR_NONE;
}

void
graph_stop(struct graph *x)
{
	if (x == NULL)
		return;
	web_stop(x->web);
	arena_free(x->arena);
}

int
graph_reload(struct graph *x, struct err *err)
{
	if (x->scenario == NULL)
		return err_set(
			err, ERR_CONFIG, "no_scenario", "there is no scenario file");
	web_lock(x->web);
	int grade = graph_load(x, x->scenario, err);
	web_unlock(x->web);
	return grade;
}

const char *
graph_base(const struct graph *x)
{
	return x->base;
}

const char *
graph_token_url(const struct graph *x)
{
	return x->token_url;
}

unsigned
graph_port(const struct graph *x)
{
	return web_port(x->web);
}

const char *
graph_ca(const struct graph *x)
{
	return web_ca(x->web);
}

void
graph_pass(struct graph *x, int64_t seconds)
{
	web_lock(x->web);
	x->passed += seconds;
	web_unlock(x->web);
}

int
graph_fail(struct graph *x, const char *order, struct err *err)
{
	return orders_place(&x->orders, x->web, order, err);
}

void
graph_heal(struct graph *x)
{
	orders_cancel(&x->orders, x->web);
}

struct graph_counters
graph_counters(struct graph *x)
{
	web_lock(x->web);
	struct graph_counters c = x->count;
	web_unlock(x->web);
	return c;
}

bool
graph_kept(struct graph *x, size_t i, struct web_kept *ret)
{
	return web_kept(x->web, i, ret);
}
