/*
 * web: an HTTP server on loopback, for simulated services
 *
 * Takes requests, hands each to one function, and sends its answer as an order wants it
 * sent: whole, cut, slowly or never. Of TLS it makes a certification authority of its own.
 *
 * Owns:    a server owns what it keeps, until web_stop; a request's arena lives until its
 * answer is sent. Threads: each connection has one; `answer` is called with the lock held.
 */
#ifndef SIM_WEB_H
#define SIM_WEB_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;
struct web;

enum way {
	WAY_WHOLE,
	WAY_TRUNCATED, /* the connection closes in the middle of the body */
	WAY_SLOW,      /* byte by byte */
	WAY_HANG,      /* a beginning, then nothing */
	WAY_DROP,      /* the connection closes before the answer */
	WAY_GZIP,      /* to those who accept it */
};

struct web_request {
	struct arena *arena;
	const char *method, *target; /* as sent: "/v1/me?$top=1" */
	const char *path;            /* without the query, its %XX undone */
	const char *body;
	size_t size;
	bool too_large; /* over 4 MiB; there is no body then */
	void *connection;

	/* `answer` may say what it was, for web_kept */
	const char *operation, *user;
};

/* What is sent. */
struct web_answer {
	unsigned status;
	const char *reason;  /* NULL: HTTP's own */
	const char *headers; /* one a line; NULL: none */
	const char *type, *body;
	size_t size;
	enum way way;
};

struct web_config {
	const char *name;    /* of its authority: "Simulated Exchange CA" */
	const char *headers; /* that all answers have, one a line; or NULL */
	unsigned port;       /* 0: any */
	bool tls, expired;   /* its certificate has been since 2001 */
	size_t keep;         /* how many requests web_kept can show; the first ones */
	void (*answer)(void *arg, struct web_request *r, struct web_answer *ret);
	void *arg;
};

/* ERR_RETRY: the port is taken. */
int web_start(const struct web_config *c, struct web **ret, struct err *err);
void web_stop(struct web *w); /* takes NULL; ends answers that hang */

const char *web_url(const struct web *w); /* "http://127.0.0.1:PORT" */
unsigned web_port(const struct web *w);
const char *web_ca(const struct web *w); /* PEM; NULL without TLS */

/* What `answer` uses may be touched by others between these. */
void web_lock(struct web *w);
void web_unlock(struct web *w);

/* "" when absent. */
const char *web_header(const struct web_request *r, const char *name);
/* The i-th of the query's arguments, its %XX undone. False: there are no more. */
bool web_argument(const struct web_request *r, size_t i, const char **ret_name,
	const char **ret_value);
/* NULL when absent. */
const char *web_query(const struct web_request *r, const char *name);
/* Of Basic authentication; false when there is none. */
bool web_basic(
	const struct web_request *r, const char **ret_user, const char **ret_password);

/* An answer of this body, a text. */
void web_say(struct web_answer *a, unsigned status, const char *headers, const char *type,
	const char *body);

struct web_counters {
	unsigned long connections, requests, most_at_once;
};
struct web_counters web_counters(struct web *w);

/* One request and its answer, in the order of the answers. False: not kept. */
struct web_kept {
	const char *method, *target, *operation, *user; /* "" when not said */
	const char *headers;                            /* one a line, as they came */
	const char *body, *reply;
	size_t body_size, reply_size;
	unsigned status;
};
bool web_kept(struct web *w, size_t i, struct web_kept *ret);
/* Of what was kept; "" when absent. In the server's memory. */
const char *web_kept_header(struct web *w, const struct web_kept *k, const char *name);

#endif
