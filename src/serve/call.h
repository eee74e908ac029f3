/*
 * call: one request, as a method sees it
 *
 * A method is `json_t *noun_verb(struct call *)`: it gives the result, a new reference, or
 * NULL after call_fail. Its parameters were checked against its row of the table in
 * methods.c, so that a getter's NULL always means "not given".
 *
 * Owns:    texts live in the call's arena or in its parameters.
 * Threads: a call belongs to one thread; methods run on any.
 */
#ifndef SERVE_CALL_H
#define SERVE_CALL_H

#include <jansson.h>
#include <sys/types.h>

#include "base/arena.h"
#include "core.h"

enum rpc_code {
	RPC_NOT_JSON = -32700,
	RPC_NO_REQUEST = -32600,
	RPC_NO_METHOD = -32601,
	RPC_PARAMS = -32602,
	RPC_FAULT = -32603,
	RPC_NO_ROOM = -32001,
	RPC_NO_LINK = -32002, /* or provider, or profile */
	RPC_NOT_PERMITTED = -32003,
	RPC_NOT_WATCHED = -32004, /* not in the window that is watched */
	RPC_VALUE = -32005,
	RPC_BUSY = -32006,
};

/* What holds while requests are looked at. The providers are taken before any agenda:
 * plans point into them. */
struct view {
	struct core *core;
	struct site *site;
	const struct providers *providers;
	int64_t (*clock)(void);
	int64_t now;
};

void view_open(struct view *v, struct core *core, int64_t (*clock)(void));
void view_close(struct view *v);

struct call {
	struct view view;
	struct arena *arena;
	const json_t *params;
	uid_t uid;
	int waited_ms; /* since the request came in */

	enum rpc_code code; /* after call_fail */
	struct err err;
};

/* The view is another by now: after a wait. What pointed into the old one is gone. */
void call_renew(struct call *c);

const char *call_text(const struct call *c, const char *name);
const char *const *call_texts(const struct call *c, const char *name, size_t *ret_n);
bool call_flag(const struct call *c, const char *name, bool otherwise);
int64_t call_number(const struct call *c, const char *name, int64_t otherwise);
int64_t call_time(const struct call *c, const char *name); /* 0: not given */
size_t call_transports(
	const struct call *c, const char *name, enum transport ret[N_TRANSPORTS]);

/* A set method's parameter: untouched when it was not given, NULL when it was null or
 * empty. */
void call_set_text(const struct call *c, const char *name, const char **text);

/* "uid 0 (root)", for the audit trail. The name may come over the network. */
const char *call_who(const struct call *c);

/* What is called so (NULL: nothing is); NULL after call_fail. */
const struct room *call_room(struct call *c, const char *name);
const struct link *call_link(struct call *c, const char *name);
const struct provider *call_provider(struct call *c, const char *id);

/* Returns NULL, so that `return call_fail(…)` reads well. call_cure adds what to do. */
void *call_fail(struct call *c, enum rpc_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void *call_cure(struct call *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* As the core refused it; `absent` is the code when something did not exist. */
void *call_refuse(struct call *c, const struct err *err, enum rpc_code absent);

#endif
