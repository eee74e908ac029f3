/*
 * radicale: a CalDAV server of the test's own
 *
 * Debian's Radicale on a free port of loopback, its files in a fresh directory. The account is
 * RADICALE_USER; its calendars lie below /convoke/.
 *
 * Owns:    the process, until radicale_stop or the test's end.
 * Threads: one.
 */
#ifndef HELP_RADICALE_H
#define HELP_RADICALE_H

#include <stddef.h>
#include <sys/types.h>

struct arena;

#define RADICALE_USER "convoke"
#define RADICALE_PASSWORD "quill-7"

struct radicale {
	struct arena *arena;
	pid_t pid;
	int port;
	const char *dir, *url; /* "http://127.0.0.1:5232" */
};

/* Waits until it listens; fails the test when it does not. */
void radicale_start(struct arena *a, struct radicale *ret);
void radicale_stop(struct radicale *r);

/* One request as the account; fails the test unless its status begins with 2. */
void radicale_send(
	struct radicale *r, const char *method, const char *path, const char *body);

#endif
