/*
 * client: the daemon's socket, from the command line's side
 *
 * JSON-RPC 2.0, one object a line; docs/socket.md has the methods.
 *
 * Owns:    a client owns its connection; results are new references.
 * Threads: one.
 */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include <jansson.h>

#include "base/err.h"

struct client;

/* ERR_ABSENT: nobody answers there; err names the socket and the cure. */
int client_open(const char *path, struct client **ret, struct err *err);
void client_close(struct client *c); /* takes NULL */

/* Steals `params` (NULL: none). What the daemon refuses comes back in err, with its cure;
 * code is the JSON-RPC number. Notifications that arrive meanwhile are dropped. */
int client_call(struct client *c, const char *method, json_t *params, json_t **ret,
	struct err *err);

/* Waits for the next notification, without limit. ERR_ABSENT: the daemon closed. */
int client_next(struct client *c, json_t **ret, struct err *err);

/* The whole of it for a command: connects to paths_socket, calls, prints what went wrong.
 * CLI_DONE when *ret was filled, else the exit status. */
int client_ask(const char *method, json_t *params, json_t **ret);

#endif
