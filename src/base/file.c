#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

static int
read_all(struct arena *a, int fd, const char *path, size_t max, char **ret,
	size_t *ret_size, struct err *err)
{
	struct buf b;
	buf_init(&b, a);
	for (;;) {
		char chunk[16 * 1024];
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return (int)err_set(err, ERR_CONFIG, "unreadable", "%s: %s", path,
				strerror(errno));
		if (n == 0)
			break;
		if ((size_t)n > max - b.n)
			return (int)err_set(err, ERR_LIMIT, "too_large",
				"%s: larger than %zu bytes", path, max);
		buf_add(&b, chunk, (size_t)n);
	}
	*ret = b.s;
	*ret_size = b.n;
	return ERR_NONE;
}

int
file_read(struct arena *a, const char *path, size_t max, char **ret, size_t *ret_size,
	struct err *err)
{
	if (strcmp(path, "-") == 0)
		return read_all(a, STDIN_FILENO, "standard input", max, ret, ret_size, err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (int)err_set(err, ERR_CONFIG, "unreadable", "%s: %s", path, strerror(errno));
	int r = read_all(a, fd, path, max, ret, ret_size, err);
	close(fd);
	return r;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
file_list(struct arena *a, const char *dir, const char *suffix, char ***ret, size_t *ret_n,
	struct err *err)
{
	DIR *d = opendir(dir);
	if (d == NULL && errno != ENOENT)
		return (int)err_set(err, ERR_CONFIG, "unreadable", "%s: %s", dir, strerror(errno));
	char **paths = NULL;
	size_t n = 0, room = 0;
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		size_t len = strlen(e->d_name), tail = strlen(suffix);
		if (e->d_name[0] == '.' || len < tail ||
			strcmp(e->d_name + len - tail, suffix) != 0)
			continue;
		if (n == room) {
			char **more = arena_many(a, char *, room = room * 2 + 16);
			if (n > 0)
				memcpy(more, paths, n * sizeof *paths);
			paths = more;
		}
		paths[n++] = arena_printf(a, "%s/%s", dir, e->d_name);
	}
	if (d != NULL)
		closedir(d);
	if (n > 1)
		qsort(paths, n, sizeof *paths, by_name);
	*ret = paths;
	*ret_n = n;
	return ERR_NONE;
}
