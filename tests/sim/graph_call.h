/*
 * graph_call: one request to a simulated Microsoft 365, and what the parts of it share
 *
 * Owns:    struct graph owns the web server and all data; a call's texts are its arena's, its
 * body is the web server's to free. Threads: one at a time, by the web server's lock.
 */
#ifndef SIM_GRAPH_CALL_H
#define SIM_GRAPH_CALL_H

#include <jansson.h>

#include "base/buf.h"
#include "sim/calendars.h"
#include "sim/fault.h"
#include "sim/graph.h"

enum operation {
	OP_NONE,
	OP_TOKEN,
	OP_VIEW,
	OP_EVENT,
	OP_PLACES,
	OP_BATCH,
	N_OPERATIONS
};
extern const struct faults graph_faults;

enum spoil {
	SPOIL_NOT,
	SPOIL_CODE,         /* the code instead of an answer */
	SPOIL_EMPTY,        /* a calendar without a single event */
	SPOIL_FOREIGN_NEXT, /* its next page is another host's */
	SPOIL_LOOP,         /* its next page is this one */
	SPOIL_PART,         /* a batch's answer lacks a part */
	SPOIL_OTHER,        /* a batch's answer gives a part another's id */
};

struct application {
	struct graph_application is; /* copied */
	int64_t secret_expires;      /* INT64_MAX: never */
};

struct token {
	const char *text;
	const struct application *of;
	int64_t expires;
	struct token *next;
};

struct used {
	const char *jti;
	struct used *next;
};

struct graph {
	struct arena *arena;
	struct web *web;
	const char *scenario, *base, *token_url;
	int64_t now, passed; /* now: 0 when it is the clock's */
	const char *tenant, *domain;
	struct calendars calendars;
	struct application **applications;
	size_t n_applications, space;
	struct token *tokens;
	struct used *used;
	struct orders orders;
	struct graph_counters count;
};
int64_t graph_clock(const struct graph *x);
const char *graph_host(const struct graph *x); /* "http://127.0.0.1:PORT" */
struct application *graph_application(const struct graph *x, const char *client_id);

int graph_load(struct graph *x, const char *path, struct err *err);

struct argument {
	const char *name, *value;
};
enum { MAX_ARGUMENTS = 16, MAX_SEGMENTS = 8 };

struct call {
	struct arena *arena;
	struct graph *graph;
	const struct application *as;
	const char *method;
	const char *prefer; /* "" when absent */
	/* "/users/one%40example.com/events/X" undone, without "/v1.0" */
	const char *segments[MAX_SEGMENTS];
	size_t n_segments;
	struct argument arguments[MAX_ARGUMENTS];
	size_t n_arguments;
	const char *query; /* as it was sent */
	enum operation operation;
	struct fault fault;

	unsigned status;
	const char *headers; /* one a line; NULL: none */
	json_t *body;
};

/* Takes "/path?query" apart. False: there is something in it that cannot be. */
bool call_read(struct call *c, const char *target);
const char *call_argument(const struct call *c, const char *name); /* NULL: absent */

/* The answer is this error. */
void call_refuse(struct call *c, unsigned status, const char *code, const char *words);
void call_refuse_as(struct call *c, const char *code); /* with its usual status */

/* One request of Graph's, alone or a part; sets status and body. */
void graph_dispatch(struct call *c);
void answer_view(struct call *c);
void answer_event(struct call *c);
void answer_places(struct call *c);
/* `asked` is its body, read. */
void answer_batch(struct call *c, const json_t *asked);

/* The token endpoint; `form` is the body as it was sent. */
void entra_answer(struct call *c, const char *tenant, const char *form);
void entra_refuse(struct call *c, int code);

/* A client assertion (RFC 7523), looked at as Entra does; 0: it is one, else the code. */
int entra_check_assertion(struct call *c, const struct application *a, const char *jwt);

#endif
