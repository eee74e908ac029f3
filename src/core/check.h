/*
 * check: whether what an administrator wrote can be set up
 *
 * Each returns ERR_NONE, or ERR_CONFIG or ERR_ABSENT with what is wrong, and in the cure what
 * is allowed.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include "site.h"

struct err;
struct providers;

/* Of a link or profile: letters, digits, - and _. `noun` for the words. */
int check_name(const char *noun, const char *name, struct err *err);
int check_link(const struct link *l, struct err *err);
int check_room(const struct site *s, const struct room *r, struct err *err);
int check_profile(const struct profile *p, struct err *err);
int check_provider(
	const struct providers *ps, const struct provider_settings *p, struct err *err);
int check_known_provider(const struct providers *ps, const char *id, struct err *err);

/* The error of a name that is none; ERR_ABSENT. */
int check_unknown(const char *noun, const char *name, struct err *err);

#endif
