/*
 * auth: how a link proves who it is to a cloud
 *
 * OAuth 2.0 client credentials of Microsoft Entra (RFC 6749 4.4, RFC 7523) and service
 * accounts of Google (RFC 7523), the token kept, and renewed from half of its life. Replies are
 * secrets, so they are read here in the core and not by the reader.
 *
 * Owns:    a struct auth owns its token and its copy of the secret, wiped when freed.
 * Threads: any; one asks for a new token while others use the old one, or wait.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/http.h"

struct arena;
struct auth_claims;
struct err;
struct auth;

enum auth_way { AUTH_ENTRA, AUTH_GOOGLE };

struct auth_config {
	enum auth_way way;
	const char *token_url; /* Entra: its whole address; Google:
				  https://oauth2.googleapis.com/token */
	const char *client_id; /* Entra: the application's */
	const char *scope;
	const char *subject;   /* Google: the user acted for; NULL: the account itself */
	bool legacy_assertion; /* Entra with a certificate: RS256 and x5t, not PS256 and
				  x5t#S256 */
	const char *credentials; /* directory, see credential.h */
	const char *credential;  /* a secret, PEM (certificate and key), or Google's JSON
				    key */
	const char *ca_file;     /* NULL: the system's */
	bool loopback;           /* see http_config */
	const atomic_bool *stop; /* NULL, or see http_config */
	int64_t (*now)(void);    /* wall clock; NULL: when_now */
};

/* Nothing is sent yet. NULL when memory is short. Counted: the last free ends it. */
struct auth *auth_new(const struct auth_config *config);
struct auth *auth_ref(struct auth *auth);
void auth_free(struct auth *auth); /* takes NULL */

/*
 * "Authorization: Bearer …" for a request, waiting for a new token when the old one has
 * ended. A new credential is taken up by itself. ERR_RETRY and ERR_WAIT are of the token
 * server; ERR_DENIED and ERR_CONFIG have its cure: what to correct in Entra or Google's
 * console. After a failure the token server is asked again only once its time has come.
 */
int auth_header(struct auth *auth, struct arena *a, const char **ret, struct err *err);

/* A server did not take this header: the next auth_header asks for another token. False
 * when it is younger than a minute, and another would be of no use. */
bool auth_refused(struct auth *auth, const char *header);

/* A server understood it and forbade what was asked: rights come with a token, and it may be
 * another's. Another is asked for, at most one a minute, while this one goes on to be used. */
void auth_doubted(struct auth *auth, const char *header);

/* Somebody who may have set it right wants to know: the token server is asked at once, unless
 * it asked for a pause. */
void auth_try(struct auth *auth);

/* When the credential itself ends, if it says so (a certificate); 0 unknown. */
int64_t auth_expires(struct auth *auth);

/* What the token that is held says of the application (claims.h). False: there is none, or it
 * cannot be read. */
bool auth_claims(struct auth *auth, struct arena *a, struct auth_claims *ret);

/* The halves of auth_header without the network, for tests and fuzzing. */
int auth_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct http_ask *ret, struct err *err);
struct auth_token {
	const char *token; /* the given arena's */
	int64_t expires;   /* seconds since 1970 */
};
int auth_read(const struct auth_config *config, const struct http_answer *answer,
	struct arena *a, int64_t now, struct auth_token *ret, struct err *err);

#endif
