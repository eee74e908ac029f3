/*
 * claims: what a token says of the application it was given to
 *
 * For an administrator who asks what is missing, never to decide anything: a token is for the
 * service that takes it, and may be of a form that says nothing.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef AUTH_CLAIMS_H
#define AUTH_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum { CLAIMS_MAX_ROLES = 32 };

struct auth_claims {
	const char *
		object_id; /* of the enterprise application in the tenant; NULL: not said */
	const char
		*roles[CLAIMS_MAX_ROLES]; /* application permissions: "Calendars.Read" */
	size_t n_roles;
};

/* A JSON Web Token (RFC 7519) whose signature is not looked at. False: it is none. */
bool auth_claims_read(struct arena *a, const char *token, struct auth_claims *ret);

#endif
