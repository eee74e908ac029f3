#include "paths.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static const char *
if_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? path : NULL;
}

const char *
paths_shipped(struct arena *a, const char *what)
{
	const char *data = getenv("CONVOKE_DATA");
	if (data != NULL)
		return if_directory(arena_printf(a, "%s/%s", data, what));
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	static const char *const above[] = {"share/convoke/", "", NULL};
	const char *found = NULL;
	/* bin/convoke of an installation, build/gcc/tests/bench/x of a tree */
	for (int up = 0; up < 5 && found == NULL; up++) {
		char *slash = strrchr(exe, '/');
		if (slash == NULL)
			break;
		*slash = '\0';
		for (size_t i = 0; above[i] != NULL && found == NULL; i++)
			found = if_directory(arena_printf(a, "%s/%s%s", exe, above[i], what));
	}
	return found;
}

const char *
paths_site(struct arena *a, const char *what)
{
	const char *site = getenv("CONVOKE_SITE");
	return arena_printf(a, "%s/%s", site != NULL ? site : "/etc/convoke", what);
}

const char *
paths_socket(struct arena *a)
{
	const char *path = getenv("CONVOKE_SOCKET"), *run = getenv("RUNTIME_DIRECTORY");
	if (path != NULL)
		return arena_strdup(a, path);
	return arena_printf(a, "%s/convoke.sock", run != NULL ? run : "/run/convoke");
}

const char *
paths_state(struct arena *a)
{
	const char *path = getenv("CONVOKE_STATE");
	if (path == NULL)
		path = getenv("STATE_DIRECTORY");
	return arena_strdup(a, path != NULL ? path : "/var/lib/convoke");
}

const char *
paths_credentials(struct arena *a)
{
	const char *path = getenv("CREDENTIALS_DIRECTORY");
	return path != NULL ? arena_strdup(a, path)
			    : arena_printf(a, "%s/credentials", paths_state(a));
}
