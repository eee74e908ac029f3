#include "core/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "calendar/bundle.h"

enum { FRESH_S = 2, MAX_ENTRIES = 100000 };

struct entry {
	const char *name;
	struct stat st;
};

struct listing {
	struct arena *arena;
	const char *path;
	int fd;
	struct entry *entries;
	size_t n, room, bytes;
	uint64_t state;
	bool fresh; /* something may have changed since it was looked at, and look the same */
};

static uint64_t
mix(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *s = bytes;
	for (size_t i = 0; i < n; i++) /* FNV-1a (RFC 9923) */
		h = (h ^ s[i]) * 0x100000001b3u;
	return h;
}

static bool
is_calendar(const char *name)
{
	size_t n = strlen(name);
	return name[0] != '.' && n > 4 &&
	       (strcasecmp(name + n - 4, ".ics") == 0 ||
		       strcasecmp(name + n - 4, ".eml") == 0);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static int
too_many(struct err *err, const char *path)
{
	err_set(err, ERR_LIMIT, "directory_too_large",
		"%.200s has more than %d files or %d MiB in them", path, BUNDLE_MAX_FILES,
		BUNDLE_MAX_BYTES >> 20);
	err_cure(err, "Take out the files of meetings that are over.");
	return ERR_LIMIT;
}

static int
add_entry(struct listing *l, const char *name, struct err *err)
{
	struct stat st;
	if (fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return ERR_NONE; /* it has just gone */
	if (l->n == BUNDLE_MAX_FILES)
		return too_many(err, l->path);
	if (l->n == l->room) {
		l->room = l->room > 0 ? l->room * 2 : 64;
		struct entry *more = arena_many(l->arena, struct entry, l->room);
		if (l->n > 0)
			memcpy(more, l->entries, l->n * sizeof *more);
		l->entries = more;
	}
	l->entries[l->n++] = (struct entry){arena_strdup(l->arena, name), st};
	return ERR_NONE;
}

static void
name_state(struct listing *l)
{
	struct stat dir;
	time_t now = time(NULL);
	uint64_t h = 0xcbf29ce484222325u;
	if (fstat(l->fd, &dir) == 0) {
		h = mix(h, &dir.st_dev, sizeof dir.st_dev);
		h = mix(h, &dir.st_ino, sizeof dir.st_ino);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct stat *st = &l->entries[i].st;
		h = mix(h, l->entries[i].name, strlen(l->entries[i].name) + 1);
		h = mix(h, &st->st_mtim.tv_sec, sizeof st->st_mtim.tv_sec);
		h = mix(h, &st->st_mtim.tv_nsec, sizeof st->st_mtim.tv_nsec);
		h = mix(h, &st->st_size, sizeof st->st_size);
		h = mix(h, &st->st_ino, sizeof st->st_ino);
		l->fresh |= st->st_mtim.tv_sec + FRESH_S > now &&
			    st->st_mtim.tv_sec <= now + FRESH_S;
	}
	l->state = h;
}

static int
list(struct listing *l, struct err *err)
{
	int grade = ERR_NONE, copy = dup(l->fd);
	size_t seen = 0;
	DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
	if (d == NULL) {
		if (copy >= 0)
			close(copy);
		return err_set(err, ERR_RETRY, "directory_unreadable",
			"%.200s cannot be listed: %s", l->path, strerror(errno));
	}
	for (const struct dirent *e; grade == ERR_NONE && (e = readdir(d)) != NULL;) {
		if (++seen > MAX_ENTRIES)
			grade = too_many(err, l->path);
		else if (is_calendar(e->d_name))
			grade = add_entry(l, e->d_name, err);
	}
	closedir(d);
	if (l->n > 0)
		qsort(l->entries, l->n, sizeof *l->entries, by_name);
	name_state(l);
	return grade;
}

static bool
read_all(int fd, char *to, size_t n)
{
	while (n > 0) {
		ssize_t got = read(fd, to, n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		n -= (size_t)got;
	}
	return true;
}

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* One file whole, as it was at one moment; else why not. */
static void
read_file(struct listing *l, const struct entry *e, struct bundle_file *ret)
{
	struct stat st, after;
	const char *why = NULL;
	*ret = (struct bundle_file){.name = e->name};
	int fd = S_ISREG(e->st.st_mode)
			 ? openat(l->fd, e->name,
				   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
			 : -1;
	if (!S_ISREG(e->st.st_mode)) {
		why = "it is no regular file, and nothing is followed";
	} else if (fd < 0 || fstat(fd, &st) != 0) {
		why = strerror(errno);
	} else if (!S_ISREG(st.st_mode) || !is_same(&st, &e->st)) {
		why = "it is being written";
	} else if (st.st_size > BUNDLE_MAX_FILE) {
		why = "it is larger than is read";
	} else {
		char *bytes = arena_alloc(l->arena, (size_t)st.st_size + 1);
		if (!read_all(fd, bytes, (size_t)st.st_size) || fstat(fd, &after) != 0 ||
			!is_same(&st, &after)) {
			why = "it is being written";
		} else {
			ret->bytes = bytes;
			ret->size = (size_t)st.st_size;
		}
	}
	if (fd >= 0)
		close(fd);
	if (why == NULL)
		return;
	char name[BUNDLE_MAX_NAME + 1];
	snprintf(name, sizeof name, "%s", e->name);
	for (char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	err_set(&ret->err, ERR_CONFIG, "file_unreadable", "%.200s: %s", name, why);
	err_cure(&ret->err,
		"Let the daemon's user read it, or remove it. What is known of it stays "
		"as it was.");
}

static int
bundle(struct listing *l, struct http_answer *ret, struct err *err)
{
	struct buf b;
	size_t bytes = 0;
	buf_init(&b, l->arena);
	record_put_count(&b, l->n);
	for (size_t i = 0; i < l->n; i++) {
		struct bundle_file f;
		bytes += (size_t)l->entries[i].st.st_size;
		if (bytes > BUNDLE_MAX_BYTES)
			return too_many(err, l->path);
		read_file(l, &l->entries[i], &f);
		bundle_put(&b, &f);
	}
	ret->status = 200;
	ret->body = b.s;
	ret->body_size = b.n;
	return ERR_NONE;
}

static int
refuse(struct err *err, enum err_grade grade, const char *path, int no)
{
	err_set(err, grade, grade == ERR_ABSENT ? "no_room_directory" : "no_directory",
		"%.250s: %s", path, strerror(no));
	if (no == ENOENT)
		err_cure(err, "Make the directory: mkdir '%.250s'", path);
	else if (no == ENOTDIR || no == ELOOP)
		err_cure(err, "It has to be a directory itself, and no symbolic link.");
	else
		err_cure(err,
			"Let the daemon's user read it: chmod o+rx '%.250s', or make it "
			"of the group that convoked runs as.",
			path);
	return (int)grade;
}

static int
check_open(int fd, const char *path, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) == 0 && (st.st_mode & S_IWOTH) == 0)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "directory_open",
		"everybody may write to %.250s, and so make this room dial", path);
	err_cure(err, "chmod o-w '%.250s'", path);
	return ERR_CONFIG;
}

/* The room's directory below the link's; -1 with err. */
static int
open_both(struct arena *a, const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	const char *above =
		arena_strndup(a, path, slash == path ? 1 : (size_t)(slash - path));
	int top = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (top < 0) {
		refuse(err, ERR_CONFIG, above, errno);
		return -1;
	}
	int fd = -1;
	if (check_open(top, above, err) == ERR_NONE) {
		fd = openat(
			top, slash + 1, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			refuse(err, ERR_ABSENT, path, errno);
		else if (check_open(fd, path, err) != ERR_NONE) {
			err->grade = ERR_ABSENT; /* this room's alone */
			close(fd);
			fd = -1;
		}
	}
	close(top);
	return fd;
}

static const char *
state_asked(const struct http_ask *ask)
{
	static const char name[] = "If-None-Match: ";
	for (size_t i = 0; i < ask->n_headers; i++)
		if (strncmp(ask->headers[i], name, sizeof name - 1) == 0)
			return ask->headers[i] + sizeof name - 1;
	return "";
}

int
directory_do(const struct http_ask *ask, struct arena *a, struct http_answer *ret,
	struct err *err)
{
	struct listing l = {.arena = a, .path = ask->url};
	struct http_answer answer = {.content_type = "",
		.location = "",
		.www_authenticate = "",
		.etag = "",
		.body = ""};
	l.fd = open_both(a, ask->url, err);
	if (l.fd < 0)
		return (int)err->grade;
	int grade = list(&l, err);
	if (grade == ERR_NONE) {
		const char *state =
			arena_printf(a, "%016llx", (unsigned long long)l.state);
		if (!l.fresh)
			answer.etag = state;
		if (!l.fresh && strcmp(state_asked(ask), state) == 0)
			answer.status = 304;
		else
			grade = bundle(&l, &answer, err);
	}
	close(l.fd);
	if (grade == ERR_NONE)
		*ret = answer;
	return grade;
}
