/*
 * serve: the UNIX socket that the dialogue engine and the command line ask
 *
 * JSON-RPC 2.0, one object a line; docs/socket.md has every method. Answers are computed from
 * memory; only meeting.join with max_wait_ms, link.test and invite.extract may wait, and
 * they hold up nobody else.
 *
 * Owns:    its threads, connections and the socket file.
 * Threads: start and stop from one.
 */
#ifndef SERVE_H
#define SERVE_H

#include "core.h"

struct serve;

struct serve_config {
	const char *path;        /* made with mode 0660, unless systemd passed a socket */
	const char *group;       /* who may connect; NULL: the daemon's own */
	const char *admin_group; /* may change things, beside root and our uid; NULL: none */
	int64_t (*now)(void);    /* wall clock; NULL: when_now. Tests give their own */
	int patience_ms;         /* 0: SERVE_PATIENCE_MS; likewise */
};

enum {
	SERVE_MAX_LINE = 64 * 1024, /* bytes of one request */
	SERVE_MAX_UNSENT = 1 << 20, /* a client that leaves more unread is dropped */
	SERVE_MAX_CLIENTS = 256,
	SERVE_PATIENCE_MS = 30 * 1000, /* for the rest of a line, or to read an answer */
};

int serve_start(struct core *c, const struct serve_config *config, struct serve **ret,
	struct err *err);
/* Takes NULL. Answers in hand are finished first: core_wind_down before makes them few. */
void serve_stop(struct serve *s);

#endif
