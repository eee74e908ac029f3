/*
 * jwt: a signed assertion, instead of a password
 *
 * JSON Web Token (RFC 7519) in compact form, signed with RSA (RFC 7518, 3.3 and 3.5).
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef AUTH_JWT_H
#define AUTH_JWT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;

enum jwt_algorithm { JWT_RS256, JWT_PS256 };

struct jwt_key;

/* `pem` holds a private RSA key of at least 2048 bits, unencrypted. ERR_CONFIG, each with
 * its cure: key_unreadable, key_encrypted, key_kind. */
int jwt_key_read(const char *pem, struct jwt_key **ret, struct err *err);
void jwt_key_free(struct jwt_key *k); /* takes NULL; wipes */

/* The thumbprint of the certificate in `pem` that belongs to the key, base64url: of its
 * DER bytes with SHA-256, or SHA-1 (x5t, RFC 7515 4.1.7). ERR_CONFIG:
 * certificate_missing, certificate_foreign. */
int jwt_thumbprint(struct arena *a, const struct jwt_key *k, const char *pem, bool sha1,
	const char **ret, struct err *err);

/* When that certificate expires, seconds since 1970; 0 when there is none. */
long long jwt_certificate_expires(const char *pem);

/* `header` lacks alg and typ, which are added. NULL when OpenSSL cannot sign. */
const char *jwt_sign(struct arena *a, const struct jwt_key *k, enum jwt_algorithm alg,
	json_t *header, const json_t *claims);

#endif
