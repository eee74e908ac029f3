/*
 * paths: where things are on this machine
 *
 * Each has a default and an environment variable that overrides it; docs/convoked.8 lists
 * them.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef PATHS_H
#define PATHS_H

struct arena;

/*
 * The directory that holds `what` ("patterns", "providers") as shipped: in $CONVOKE_DATA, else
 * in share/convoke of the installation the program belongs to, else of the source tree that
 * it was built in. NULL when there is none.
 */
const char *paths_shipped(struct arena *a, const char *what);

/* The site's own: $CONVOKE_SITE/what, else /etc/convoke/what. */
const char *paths_site(struct arena *a, const char *what);

/* $CONVOKE_SOCKET, else $RUNTIME_DIRECTORY/convoke.sock, else /run/convoke/convoke.sock. */
const char *paths_socket(struct arena *a);

/* $CONVOKE_STATE, else $STATE_DIRECTORY, else /var/lib/convoke. */
const char *paths_state(struct arena *a);

/* $CREDENTIALS_DIRECTORY (systemd.exec(5)), else credentials/ in the state directory. */
const char *paths_credentials(struct arena *a);

#endif
