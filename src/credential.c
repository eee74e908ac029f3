#include "credential.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static bool
path_of(char path[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(path, PATH_MAX, "%s/%s", dir, name);
	return credential_name_ok(name) && n > 0 && n < PATH_MAX;
}

bool
credential_name_ok(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789-_";
	size_t n = strlen(name);
	return n > 0 && n <= CREDENTIAL_MAX_NAME && strspn(name, allowed) == n;
}

static int64_t
version_of(const struct stat *st)
{
	uint64_t v = (uint64_t)st->st_mtim.tv_sec * 1000000000u +
		     (uint64_t)st->st_mtim.tv_nsec + (uint64_t)st->st_ino * 2654435761u;
	v &= INT64_MAX;
	return v != 0 ? (int64_t)v : 1;
}

int64_t
credential_version(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	if (!path_of(path, dir, name) || stat(path, &st) != 0)
		return 0;
	return version_of(&st);
}

/* systemd lets the service read its files by an access list, whose mask stat(2) shows as
 * the group's bits. */
static bool
is_systemds(const char *dir)
{
	const char *given = getenv("CREDENTIALS_DIRECTORY");
	return given != NULL && strcmp(given, dir) == 0;
}

static int
absent(const char *path, const char *name, int why, struct err *err)
{
	err_set(err, ERR_DENIED, "no_credential",
		"the credential %s cannot be read: %s: %s", name, path, strerror(why));
	err_cure(err,
		"Give the link its password again: `convoke link set LINK --ask-password`.");
	return ERR_DENIED;
}

static int
check_file(const char *path, const char *dir, const struct stat *st, struct err *err)
{
	if (!S_ISREG(st->st_mode)) {
		err_set(err, ERR_DENIED, "credential_unusable", "%s is not a file", path);
		err_cure(err, "Remove it, and give the link its password again.");
		return ERR_DENIED;
	}
	if ((st->st_mode & 0007) != 0 ||
		((st->st_mode & 0070) != 0 && !is_systemds(dir))) {
		err_set(err, ERR_DENIED, "credential_open",
			"%s can be read by others than its owner (mode %04o)", path,
			(unsigned)st->st_mode & 07777u);
		err_cure(err, "chmod 600 %s", path);
		return ERR_DENIED;
	}
	if (st->st_uid != geteuid() && st->st_uid != 0) {
		err_set(err, ERR_DENIED, "credential_owner",
			"%s belongs to another user (uid %u)", path,
			(unsigned)st->st_uid);
		err_cure(err, "chown %u %s", (unsigned)geteuid(), path);
		return ERR_DENIED;
	}
	return ERR_NONE;
}

/* A key in PEM or JSON has lines. */
static bool
is_key(const char *secret, size_t n)
{
	static const char pem[] = "-----BEGIN ";
	return n > sizeof pem &&
	       (secret[0] == '{' || memcmp(secret, pem, sizeof pem - 1) == 0);
}

/* HTTP Basic has no way to say a control character (RFC 7617, 2). */
bool
credential_usable(const char *secret, size_t n)
{
	bool lines = is_key(secret, n);
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)secret[i] < ' ' || secret[i] == 0x7f) &&
			!(lines && strchr("\r\n\t", secret[i]) != NULL && secret[i] != '\0'))
			return false;
	return n > 0 && n <= CREDENTIAL_MAX;
}

static int
unusable(const char *name, struct err *err)
{
	err_set(err, ERR_DENIED, "credential_unusable",
		"the credential %s is empty, longer than %d bytes, or has a control "
		"character",
		name, (int)CREDENTIAL_MAX);
	err_cure(err, "Write the password alone into it, in one line; or a whole key file.");
	return ERR_DENIED;
}

/* All of the file, but no more than one byte beyond what is allowed. */
static size_t
read_some(int fd, char *bytes, size_t max)
{
	size_t n = 0;
	while (n < max) {
		ssize_t got = read(fd, bytes + n, max - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n;
}

int
credential_read(
	const char *dir, const char *name, struct credential *ret, struct err *err)
{
	char path[PATH_MAX];
	struct stat st;
	if (!path_of(path, dir, name))
		return absent(dir, name, EINVAL, err);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return absent(path, name, errno, err);
	int grade = fstat(fd, &st) != 0 ? absent(path, name, errno, err)
					: check_file(path, dir, &st, err);
	if (grade != ERR_NONE) {
		close(fd);
		return grade;
	}
	size_t room = CREDENTIAL_MAX + 3; /* its "\r\n", and one too many */
	char *secret = calloc(1, room + 1);
	size_t n = secret != NULL ? read_some(fd, secret, room) : 0;
	close(fd);
	if (secret == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	if (n > 0 && secret[n - 1] == '\n')
		secret[--n] = '\0';
	if (n > 0 && secret[n - 1] == '\r')
		secret[--n] = '\0';
	*ret = (struct credential){secret, n, version_of(&st)};
	if (credential_usable(secret, n))
		return ERR_NONE;
	credential_wipe(ret);
	return unusable(name, err);
}

void
credential_wipe(struct credential *c)
{
	if (c->secret != NULL)
		explicit_bzero(c->secret, CREDENTIAL_MAX);
	free(c->secret);
	*c = (struct credential){.secret = NULL};
}

static bool
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t put = write(fd, bytes, n);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		bytes += put;
		n -= (size_t)put;
	}
	return true;
}

static bool
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

int
credential_write(const char *dir, const char *name, const char *secret, struct err *err)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	size_t n = strlen(secret);
	if (!credential_usable(secret, n))
		return unusable(name, err);
	if (!path_of(path, dir, name) ||
		snprintf(fresh, sizeof fresh, "%s/.%s.XXXXXX", dir, name) >= PATH_MAX)
		return absent(dir, name, EINVAL, err);
	mkdir(dir, 0700);
	int fd = mkostemp(fresh, O_CLOEXEC); /* of mode 0600 */
	bool ok = fd >= 0 && write_all(fd, secret, n) && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	ok = ok && rename(fresh, path) == 0 && sync_dir(dir);
	if (ok)
		return ERR_NONE;
	int why = errno;
	if (fd >= 0)
		unlink(fresh);
	err_set(err, ERR_CONFIG, "credential_write", "%s cannot be written: %s", path,
		strerror(why));
	err_cure(err, "%s",
		why == EROFS || is_systemds(dir) ? "systemd gives this credential: "
						   "change it where LoadCredential= "
						   "takes it from, and restart convoked."
						 : "The directory must belong to the "
						   "daemon's user, and the disk have "
						   "room.");
	return ERR_CONFIG;
}

bool
credential_remove(const char *dir, const char *name)
{
	char path[PATH_MAX];
	return path_of(path, dir, name) && (unlink(path) == 0 || errno == ENOENT);
}
