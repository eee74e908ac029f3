#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/arena.h"

enum { MAX_DEPTH = 64 };

static const char *const endings[] = {".txt", ".htm", ".html", ".eml", ".ics", ".json"};

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n > m && strcasecmp(name + n - m, end) == 0;
}

static bool
is_invite(const char *name)
{
	if (ends_with(name, ".expect.json"))
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (ends_with(name, endings[i]))
			return true;
	return false;
}

static struct folder_file *
add(struct folder *f, const char *path)
{
	if (f->n == f->room) {
		struct folder_file *more = arena_many(
			f->arena, struct folder_file, f->room = f->room * 2 + 16);
		if (f->n > 0)
			memcpy(more, f->files, f->n * sizeof *more);
		f->files = more;
	}
	f->files[f->n].path = path;
	return &f->files[f->n++];
}

static void
cannot_list(struct folder *f, const char *dir, const char *why)
{
	struct err *err = &add(f, dir)->err;
	err_set(err, ERR_CONFIG, "unreadable", "%s", why);
	err_cure(err, "Check the name, and that you may list it.");
}

static void walk(struct folder *f, const char *dir, unsigned depth);

static void
one_entry(struct folder *f, const char *dir, const char *name, unsigned depth)
{
	struct stat st;
	const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
	const char *path = arena_printf(f->arena, "%s%s%s", dir, slash, name);
	if (lstat(path, &st) != 0)
		f->passed_over++;
	else if (S_ISDIR(st.st_mode))
		walk(f, path, depth + 1);
	else if (is_invite(name) && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		add(f, path);
	else
		f->passed_over++;
}

static void
walk(struct folder *f, const char *dir, unsigned depth)
{
	struct dirent **entries = NULL;
	int n = depth < MAX_DEPTH ? scandir(dir, &entries, NULL, alphasort) : -1;
	if (n < 0)
		cannot_list(f, dir,
			depth < MAX_DEPTH ? strerror(errno) : "too many folders within");
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		if (name[0] != '.')
			one_entry(f, dir, name, depth);
		else if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
			f->passed_over++;
		free(entries[i]);
	}
	free(entries);
}

void
folder_find(struct arena *a, char *const *words, size_t n, struct folder *ret)
{
	*ret = (struct folder){.arena = a};
	for (size_t i = 0; i < n; i++) {
		struct stat st;
		if (strcmp(words[i], "-") != 0 && stat(words[i], &st) == 0 &&
			S_ISDIR(st.st_mode)) {
			ret->any = true;
			walk(ret, words[i], 0);
		} else {
			add(ret, words[i]);
		}
	}
	if (n == 1 && ret->any) {
		size_t len = strlen(words[0]);
		ret->common = len + (words[0][len - 1] != '/');
	}
}
