/*
 * daemon: a convoked of the test's own
 *
 * Its state, its socket and the site's files are in a fresh directory; the environment is set so
 * that `convoke` (run.h) finds it there.
 *
 * Owns:    the process, until daemon_stop or the test's end.
 * Threads: one.
 */
#ifndef HELP_DAEMON_H
#define HELP_DAEMON_H

#include <sys/types.h>

struct arena;

struct daemon {
	struct arena *arena;
	pid_t pid;
	int notifications; /* where it tells how it goes, as to systemd */
	const char *dir;   /* state/, site/, log, convoke.sock */
};

/* A place for one, with nothing in it. Sets CONVOKE_SOCKET, _STATE and _SITE. */
void daemon_place(struct arena *a, struct daemon *ret);

/* Starts it, with options that end with NULL, and waits until it is ready. */
void daemon_start(struct daemon *d, const char *const *options);

/* Waits until it said `text` ("READY=1"), or fails the test when it ends before. */
void daemon_await(struct daemon *d, const char *text);

/* Ends it as systemd does, and returns its status. */
int daemon_stop(struct daemon *d);

/* Starts one that is expected not to come up; returns its status. */
int daemon_fail(struct daemon *d, const char *const *options);

const char *daemon_log(struct daemon *d); /* all that it logged */

#endif
