/*
 * credential: a link's password or key, kept in a file of its own
 *
 * The file NAME in the credentials directory, of mode 0600 (or systemd's, see
 * LoadCredential= in systemd.exec(5)). It is read when it is needed and again when it has
 * changed.
 *
 * Owns:    a secret owns its bytes, wiped by credential_wipe.
 * Threads: any; two that write the same one: the later wins.
 */
#ifndef CREDENTIAL_H
#define CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum { CREDENTIAL_MAX = 8192 /* bytes */, CREDENTIAL_MAX_NAME = 64 };

struct credential {
	char *secret; /* NUL-terminated, one trailing newline taken off */
	size_t size;
	int64_t version;
};

/* A password of one line, or a key in PEM or JSON with its lines; not empty, nor longer than
 * CREDENTIAL_MAX. */
bool credential_usable(const char *secret, size_t n);

/* Letters, digits, - and _, as a link's name. */
bool credential_name_ok(const char *name);

/*
 * ERR_DENIED, each with its cure: no_credential, credential_open (others may read it),
 * credential_owner, credential_unusable (empty, too long, or with a control character).
 */
int credential_read(
	const char *dir, const char *name, struct credential *ret, struct err *err);
void credential_wipe(struct credential *c);

/* Differs when the file does; 0 when there is none. */
int64_t credential_version(const char *dir, const char *name);

/* Whole or not at all, and on disk when it returns. Makes the directory, of mode 0700. */
int credential_write(
	const char *dir, const char *name, const char *secret, struct err *err);

/* True: it is gone, or never was. */
bool credential_remove(const char *dir, const char *name);

#endif
