/*
 * token: what a cloud's link is authorised by
 *
 * Owns:    results live in the given arena, or are counted (auth_free).
 * Threads: any; without `lock`.
 */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include "auth/auth.h"
#include "core/state.h"

/* The kind takes tokens, and not a password. */
bool token_is_used(const struct link *set_up);

/* How the link asks for one; points into `set_up`, the arena and the core's configuration. */
struct auth_config token_config(
	const struct core *c, struct arena *a, const struct link *set_up);

/* The link's own, the same for all workers until it is changed (`version`). NULL when memory
 * is short. */
struct auth *token_of(
	struct core *c, struct core_link *l, const struct link *set_up, uint64_t version);

#endif
