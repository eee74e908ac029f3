/*
 * listen: the socket that clients connect to
 *
 * Threads: start and stop from one; listen_peer from any.
 */
#ifndef SERVE_LISTEN_H
#define SERVE_LISTEN_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct err;
struct serve_config;

struct listener {
	int fd;
	char path[108]; /* "" when systemd made it, and keeps it */
	dev_t device;   /* of the file made, so that no other's is removed */
	ino_t inode;
	bool has_admins;
	gid_t admins;
};

/*
 * Takes systemd's socket when one was passed (sd_listen_fds(3)), else makes one at
 * config->path. What was left there by a daemon that died is replaced; anything else is
 * left as it is. ERR_CONFIG, each with its cure: socket_path, socket_in_use, socket_group,
 * socket_passed.
 */
int listen_start(
	const struct serve_config *config, struct listener *ret, struct err *err);

/* Closes it, and removes the file when it is still the one made. */
void listen_stop(struct listener *l);

/* Who is at the other end, and whether that is an administrator. */
struct peer {
	uid_t uid;
	bool admin;
};
struct peer listen_peer(const struct listener *l, int fd);

#endif
