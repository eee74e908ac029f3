/*
 * rpc: one line in, one line out (JSON-RPC 2.0)
 *
 * Reads the envelope, looks the method up, checks who asks and every parameter, and writes
 * what the method gave. docs/socket.md says all this to users.
 *
 * Owns:    a request owns its parameters.
 * Threads: a request belongs to one at a time.
 */
#ifndef SERVE_RPC_H
#define SERVE_RPC_H

#include "serve/bytes.h"
#include "serve/call.h"

enum param_kind {
	PARAM_TEXT,   /* one line of at most `max` bytes */
	PARAM_BODY,   /* any text */
	PARAM_SECRET, /* a password, or a key with its lines, see credential.h */
	PARAM_WORD,   /* one of `words` */
	PARAM_TIME,   /* RFC 3339 */
	PARAM_FLAG,
	PARAM_NUMBER, /* whole, 0 to `max` */
	PARAM_TEXTS,  /* at most `max` texts of one line */
	PARAM_WORDS,  /* different ones of `words`, at least one */
};

struct param {
	const char *name;
	enum param_kind kind;
	int max;
	const char *const *words;
	bool needed;
};

struct method {
	const char *name;
	json_t *(*run)(struct call *c);
	enum { ANYBODY, ADMINS } who;
	enum {
		AT_ONCE,       /* from memory */
		WAITS_IF_TOLD, /* when it is given max_wait_ms */
		WAITS,         /* for a network or a reader, or has every room to tell */
		IN_TURN,       /* for the disk, before what the connection asks next */
	} when;
	const struct param *params; /* ended by one without a name */
};

extern const struct method methods[]; /* ended by one without a name */

enum { RPC_MAX_ID = 64 /* bytes of an id that is a text */ };

struct rpc_request {
	const struct method *method;
	json_t *params;
	char id[8 * RPC_MAX_ID]; /* as JSON; "" when no answer is wanted */
};

/* A line without its end. False: there is nothing to run, and `out` has what is to be
 * said. */
bool rpc_read(const char *line, size_t n, bool admin, struct rpc_request *ret,
	struct bytes *out);

/* Whether rpc_run may wait: then it is for a helper thread. */
bool rpc_waits(const struct rpc_request *r);

/* Runs the method and adds the answer's line. False when it failed. */
bool rpc_run(const struct rpc_request *r, struct core *core, int64_t (*clock)(void),
	uid_t uid, int waited_ms, struct bytes *out);

/* Wipes the parameters, which may carry a password. */
void rpc_release(struct rpc_request *r);

/* An answer's line, around a result that is JSON already. */
void rpc_put_result(
	struct bytes *out, const char *id, size_t n_id, const char *result, size_t n);

/* A line that says why nothing could be read. */
void rpc_put_error(
	struct bytes *out, enum rpc_code code, const char *message, const char *cure);

/* A notification's line; steals `params`. */
void rpc_put_notice(struct bytes *out, const char *method, json_t *params);

#endif
