/* The data files: proven, then copied to where readers find them, whatever becomes of the
 * originals. A reader that is started hours after a reload was refused, or after an upgrade
 * put other files there, must read as all the others do. */
#include "core/state.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/datafile.h"
#include "base/file.h"
#include "extract.h"
#include "provider.h"

static const char *const names[] = {
	"patterns", "site-patterns", "providers", "site-providers"};

enum { N_DIRS = sizeof names / sizeof *names };

static int
prove(const struct core_config *config, const struct providers **ret, struct err *err)
{
	struct providers *ps = NULL;
	struct rules *rules = NULL;
	int grade = providers_load(config->providers, config->site_providers, &ps, err);
	if (grade == ERR_NONE)
		grade = rules_load(
			config->patterns, config->site_patterns, ps, &rules, err);
	rules_free(rules);
	if (grade == ERR_NONE)
		*ret = ps;
	else
		providers_free(ps);
	return grade;
}

static bool
write_file(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "wbx");
	bool ok = f != NULL && fwrite(bytes, 1, n, f) == n;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	return ok;
}

static int
copy_files(struct arena *a, const char *from, const char *to, struct err *err)
{
	char **paths = NULL;
	size_t n = 0;
	bool ok = mkdir(to, 0700) == 0;
	int grade = ok && from != NULL ? file_list(a, from, ".yaml", &paths, &n, err)
				       : ERR_NONE;
	for (size_t i = 0; ok && grade == ERR_NONE && i < n; i++) {
		char *bytes;
		size_t size;
		grade = file_read(a, paths[i], DATAFILE_MAX, &bytes, &size, err);
		if (grade == ERR_NONE)
			ok = write_file(
				arena_printf(a, "%s%s", to, strrchr(paths[i], '/')),
				bytes, size);
	}
	if (ok)
		return grade;
	err_set(err, ERR_CONFIG, "scratch", "%s cannot be written: %s", to,
		strerror(errno));
	err_cure(err,
		"Readers find their copy of the data files there: make room, or set "
		"TMPDIR to a directory of the daemon's own.");
	return ERR_CONFIG;
}

static const char *
scratch_of(const struct core_config *config)
{
	const char *dir = config->scratch != NULL ? config->scratch : getenv("TMPDIR");
	return dir != NULL ? dir : "/tmp";
}

/* How the copies of this daemon begin, by the state that nobody else has open. */
static const char *
mark_of(struct arena *a, const struct core_config *config)
{
	uint32_t sum = 2166136261u;
	for (const char *s = config->state_dir; *s != '\0'; s++)
		sum = (sum ^ (unsigned char)*s) * 16777619u;
	return arena_printf(a, "convoke-data-%08x-", sum);
}

static int
copy_all(const struct core_config *config, struct data *d, struct err *err)
{
	const char *const from[N_DIRS] = {config->patterns, config->site_patterns,
		config->providers, config->site_providers};
	struct arena *a = arena_new(0);
	int grade = ERR_NONE;
	if (a == NULL || asprintf(&d->dir, "%s/%sXXXXXX", scratch_of(config),
				 mark_of(a, config)) < 0) {
		d->dir = NULL;
		arena_free(a);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	if (mkdtemp(d->dir) == NULL) {
		err_set(err, ERR_CONFIG, "scratch", "%s cannot be made: %s", d->dir,
			strerror(errno));
		err_cure(err, "Set TMPDIR to a directory of the daemon's own.");
		grade = ERR_CONFIG;
		free(d->dir);
		d->dir = NULL;
	}
	for (size_t i = 0; grade == ERR_NONE && i < N_DIRS; i++) {
		if (asprintf(&d->dirs[i], "%s/%s", d->dir, names[i]) < 0) {
			d->dirs[i] = NULL;
			grade = err_set(err, ERR_RETRY, "memory", "out of memory");
		} else {
			grade = copy_files(a, from[i], d->dirs[i], err);
		}
	}
	arena_free(a);
	return grade;
}

static void
remove_copies(struct data *d)
{
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < N_DIRS; i++) {
		char **paths = NULL;
		size_t n = 0;
		if (d->dirs[i] == NULL || a == NULL ||
			file_list(a, d->dirs[i], ".yaml", &paths, &n, NULL) != ERR_NONE)
			continue;
		for (size_t k = 0; k < n; k++)
			unlink(paths[k]);
		rmdir(d->dirs[i]);
	}
	if (d->dir != NULL)
		rmdir(d->dir);
	arena_free(a);
}

/* Only what is ours: in a directory for all, others may put links. */
static void
remove_left(struct arena *a, char *path)
{
	struct data d = {.dir = path};
	struct stat st;
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return;
	for (size_t i = 0; i < N_DIRS; i++)
		d.dirs[i] = arena_printf(a, "%s/%s", path, names[i]);
	remove_copies(&d);
}

void
data_sweep(const struct core_config *config)
{
	struct arena *a = arena_new(0);
	DIR *all = a != NULL ? opendir(scratch_of(config)) : NULL;
	const char *mark = all != NULL ? mark_of(a, config) : "";
	for (struct dirent *e; all != NULL && (e = readdir(all)) != NULL;)
		if (strncmp(e->d_name, mark, strlen(mark)) == 0)
			remove_left(a,
				arena_printf(a, "%s/%s", scratch_of(config), e->d_name));
	if (all != NULL)
		closedir(all);
	arena_free(a);
}

int
data_load(const struct core_config *config, struct data **ret, struct err *err)
{
	struct data *d = calloc(1, sizeof *d);
	if (d == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	atomic_init(&d->refs, 1);
	int grade = prove(config, &d->providers, err);
	if (grade == ERR_NONE)
		grade = copy_all(config, d, err);
	if (grade == ERR_NONE)
		*ret = d;
	else
		data_unref(d);
	return grade;
}

struct data *
data_ref(struct data *d)
{
	atomic_fetch_add(&d->refs, 1);
	return d;
}

void
data_unref(struct data *d)
{
	if (d == NULL || atomic_fetch_sub(&d->refs, 1) != 1)
		return;
	remove_copies(d);
	for (size_t i = 0; i < N_DIRS; i++)
		free(d->dirs[i]);
	free(d->dir);
	providers_free(d->providers);
	free(d);
}

struct reader *
data_reader(const struct data *d, const atomic_bool *stop)
{
	return reader_new(&(struct reader_config){.patterns = d->dirs[0],
		.site_patterns = d->dirs[1],
		.providers = d->dirs[2],
		.site_providers = d->dirs[3],
		.stop = stop});
}
