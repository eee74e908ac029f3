#include "serve/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "serve/serve.h"

enum {
	PASSED_FD = 3, /* the first that systemd passes */
	MAX_GROUPS = 65536,
	WAITING = 128, /* connections not yet accepted */
};

static int
refuse(struct err *err, const char *path, const char *what)
{
	err_set(err, ERR_CONFIG, "socket_path", "%s: %s", path, what);
	err_cure(err,
		"Name another socket (CONVOKE_SOCKET), or look what that file is and "
		"move it away.");
	return ERR_CONFIG;
}

static bool
is_listening(int fd)
{
	int listens = 0, family = 0, type = 0;
	socklen_t n = sizeof(int);
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) == 0 && listens &&
	       getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &n) == 0 &&
	       family == AF_UNIX && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0 &&
	       type == SOCK_STREAM;
}

static bool
is_passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	return pid != NULL && n != NULL && strtol(pid, NULL, 10) == (long)getpid() &&
	       strtol(n, NULL, 10) > 0;
}

static int
take_passed(struct listener *l, struct err *err)
{
	if (strtol(getenv("LISTEN_FDS"), NULL, 10) != 1 || !is_listening(PASSED_FD)) {
		err_set(err, ERR_CONFIG, "socket_passed",
			"systemd passed something else than one stream socket");
		err_cure(err, "The socket unit has one ListenStream=, a path, and "
			      "Accept=no.");
		return ERR_CONFIG;
	}
	l->fd = PASSED_FD;
	fcntl(l->fd, F_SETFD, FD_CLOEXEC);
	fcntl(l->fd, F_SETFL, fcntl(l->fd, F_GETFL) | O_NONBLOCK);
	return ERR_NONE;
}

/* A socket file that nobody listens at any more is removed. */
static int
clear_path(const struct sockaddr_un *at, struct err *err)
{
	struct stat st;
	if (lstat(at->sun_path, &st) != 0)
		return errno == ENOENT ? ERR_NONE
				       : refuse(err, at->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return refuse(err, at->sun_path, "there is a file, and it is no socket");
	if (st.st_uid != geteuid())
		return refuse(err, at->sun_path, "there is a socket of another user's");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = fd < 0 ? -1 : connect(fd, (const struct sockaddr *)at, sizeof *at);
	int why = errno;
	close(fd);
	if (r != 0 && why == ECONNREFUSED)
		return unlink(at->sun_path) == 0
			       ? ERR_NONE
			       : refuse(err, at->sun_path, strerror(errno));
	err_set(err, ERR_CONFIG, "socket_in_use", "%s: a daemon answers there already",
		at->sun_path);
	err_cure(err, "Stop that one first (`systemctl stop convoked`), or name another "
		      "socket (CONVOKE_SOCKET).");
	return ERR_CONFIG;
}

static int
find_group(const char *name, gid_t *ret, struct err *err)
{
	struct group entry, *found = NULL;
	char *room = malloc(MAX_GROUPS);
	int r = room == NULL ? ENOMEM
			     : getgrnam_r(name, &entry, room, MAX_GROUPS, &found);
	if (r == 0 && found != NULL)
		*ret = entry.gr_gid;
	free(room);
	if (found != NULL)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "socket_group", "there is no group called \"%s\"", name);
	err_cure(err, "`groupadd --system %s` makes it.", name);
	return ERR_CONFIG;
}

/* Nobody can connect before owner and mode are right: it listens only then. */
static int
make(struct listener *l, const struct serve_config *config, const struct sockaddr_un *at,
	struct err *err)
{
	gid_t group = (gid_t)-1;
	struct stat st;
	if (config->group != NULL && find_group(config->group, &group, err) != ERR_NONE)
		return ERR_CONFIG;
	if (clear_path(at, err) != ERR_NONE)
		return ERR_CONFIG;
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0 || bind(l->fd, (const struct sockaddr *)at, sizeof *at) != 0)
		return refuse(err, at->sun_path, strerror(errno));
	if (lstat(at->sun_path, &st) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
	}
	strcpy(l->path, at->sun_path);
	if ((group != (gid_t)-1 && lchown(at->sun_path, (uid_t)-1, group) != 0) ||
		chmod(at->sun_path, 0660) != 0 || listen(l->fd, WAITING) != 0)
		return refuse(err, at->sun_path, strerror(errno));
	return ERR_NONE;
}

int
listen_start(const struct serve_config *config, struct listener *ret, struct err *err)
{
	struct listener l = {.fd = -1};
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int grade = ERR_NONE;
	l.has_admins = config->admin_group != NULL;
	if (l.has_admins)
		grade = find_group(config->admin_group, &l.admins, err);
	if (grade == ERR_NONE && is_passed()) {
		grade = take_passed(&l, err);
	} else if (grade == ERR_NONE) {
		size_t n = strlen(config->path);
		if (n == 0 || n >= sizeof at.sun_path)
			return refuse(
				err, config->path, "a socket's path has 1 to 107 bytes");
		memcpy(at.sun_path, config->path, n);
		grade = make(&l, config, &at, err);
	}
	if (grade != ERR_NONE)
		listen_stop(&l);
	else
		*ret = l;
	return grade;
}

void
listen_stop(struct listener *l)
{
	struct stat st;
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	if (l->path[0] != '\0' && lstat(l->path, &st) == 0 && st.st_dev == l->device &&
		st.st_ino == l->inode)
		unlink(l->path);
	l->path[0] = '\0';
}

/* Its other groups as they were when it connected. */
static bool
in_group(int fd, gid_t wanted)
{
	gid_t few[64], *groups = few;
	socklen_t n = sizeof few;
	int r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &n);
	if (r != 0 && errno == ERANGE && (groups = malloc(n)) != NULL)
		r = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &n);
	bool found = false;
	for (size_t i = 0; r == 0 && i < n / sizeof *groups; i++)
		found |= groups[i] == wanted;
	if (groups != few)
		free(groups);
	return found;
}

struct peer
listen_peer(const struct listener *l, int fd)
{
	struct ucred cred;
	socklen_t n = sizeof cred;
	struct peer peer = {.uid = (uid_t)-1};
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) != 0)
		return peer;
	peer.uid = cred.uid;
	peer.admin =
		cred.uid == 0 || cred.uid == geteuid() ||
		(l->has_admins && (cred.gid == l->admins || in_group(fd, l->admins)));
	return peer;
}
