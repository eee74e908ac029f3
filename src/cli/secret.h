/*
 * secret: a password, from where nobody else can read it
 *
 * Never an argument or an environment variable, which `ps` shows.
 *
 * Owns:    the caller wipes and frees what it gets (secret_free).
 * Threads: one.
 */
#ifndef CLI_SECRET_H
#define CLI_SECRET_H

struct err;

enum { SECRET_MAX = 8192 }; /* bytes */

/* The first line of a file, or all of one that holds a key in PEM or JSON; "-" is standard
 * input. ERR_CONFIG when it cannot be read, is empty or is longer than SECRET_MAX. */
int secret_read(const char *path, char **ret, struct err *err);

/* Asks on the terminal, without echo. ERR_CONFIG when there is no terminal, or when it was
 * interrupted. */
int secret_ask(const char *prompt, char **ret, struct err *err);

void secret_free(char *s); /* takes NULL */

#endif
