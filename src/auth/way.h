/*
 * way: what differs between the clouds. Private to auth/.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef AUTH_WAY_H
#define AUTH_WAY_H

#include <jansson.h>

#include "auth/auth.h"
#include "base/buf.h"

/* A value of an application/x-www-form-urlencoded body. */
void auth_form(struct buf *b, const char *name, const char *value);

int auth_entra_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct buf *body, struct err *err);
int auth_google_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct buf *body, struct err *err);

/* The number by which the consoles know a service account, out of its key; NULL: not there. */
const char *auth_google_client(struct arena *a, const char *secret);

/* What a refusal means. `reply` is the object that came, NULL for anything else. */
int auth_entra_explain(
	const struct auth_config *config, const json_t *reply, struct err *err);
int auth_google_explain(
	const struct auth_config *config, const json_t *reply, struct err *err);

#endif
