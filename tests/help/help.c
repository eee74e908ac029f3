#include "help/help.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"

const char *
help_path(struct arena *a, const char *below)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	assert_true(n > 0);
	exe[n] = '\0';
	for (char *slash; (slash = strrchr(exe, '/')) != NULL;) {
		*slash = '\0';
		struct stat st;
		if (stat(arena_printf(a, "%s/Makefile", exe), &st) == 0)
			return arena_printf(a, "%s/%s", exe, below);
	}
	fail_msg("no source tree above the test program");
	return NULL;
}

char *
help_read(struct arena *a, const char *below, size_t *ret_size)
{
	char *bytes = NULL;
	size_t size = 0;
	struct err err;
	if (file_read(a, help_path(a, below), SIZE_MAX / 2, &bytes, &size, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	if (ret_size != NULL)
		*ret_size = size;
	return bytes;
}

static char made[64][64];
static size_t n_made;

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

static void
remove_made(void)
{
	while (n_made > 0)
		nftw(made[--n_made], remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
help_tmpdir(struct arena *a)
{
	assert_true(n_made < sizeof made / sizeof *made);
	if (n_made == 0)
		atexit(remove_made);
	strcpy(made[n_made], "/tmp/convoke-test-XXXXXX");
	assert_non_null(mkdtemp(made[n_made]));
	return arena_strdup(a, made[n_made++]);
}

void
help_write(const char *path, const char *bytes, size_t size)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

const char *
help_put(struct arena *a, const char *dir, const char *name, const char *text)
{
	const char *path = arena_printf(a, "%s/%s", dir, name);
	help_write(path, text, strlen(text));
	return path;
}
