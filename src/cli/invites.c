#include "cli/invites.h"

#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/show.h"

int
invites_open(const struct data_dirs *dirs, const char *country, struct invites *ret,
	struct err *err)
{
	struct invites in = {.policy = policy_default(country != NULL ? country : "US")};
	int r = providers_load(dirs->providers, dirs->site_providers, &in.providers, err);
	if (r != ERR_NONE)
		return r;
	in.reader = reader_new(&(struct reader_config){.patterns = dirs->patterns,
		.site_patterns = dirs->site_patterns,
		.providers = dirs->providers,
		.site_providers = dirs->site_providers});
	if (in.reader == NULL) {
		invites_close(&in);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	*ret = in;
	return ERR_NONE;
}

void
invites_close(struct invites *in)
{
	reader_free(in->reader);
	providers_free(in->providers);
}

int
invites_bytes(
	struct arena *a, const char *path, char **ret, size_t *ret_size, struct err *err)
{
	struct stat st;
	bool named = strcmp(path, "-") != 0 && stat(path, &st) == 0;
	if (named && S_ISDIR(st.st_mode)) {
		err_set(err, ERR_CONFIG, "directory", "%s: is a directory", path);
		err_cure(err, "Name a file in it; `convoke extract %s` reads them all.",
			path);
		return ERR_CONFIG;
	}
	if (named && !S_ISREG(st.st_mode)) {
		err_set(err, ERR_CONFIG, "no_file",
			"%s: is no file, but a pipe, socket or device, which may never "
			"end",
			path);
		err_cure(
			err, "Give it on standard input: `convoke extract - <%s`.", path);
		return ERR_CONFIG;
	}
	int r = file_read(a, path, READER_MAX_JOB, ret, ret_size, err);
	if (r == ERR_LIMIT)
		err_cure(err,
			"An invite is never that large: is it a whole mailbox? Save "
			"the one meeting as .eml or .ics.");
	else if (r != ERR_NONE)
		err_cure(err, "Check the name, and that you may read it.");
	return r;
}

int
invites_read(struct invites *in, struct arena *a, const char *path, bool explain,
	struct reader_invite *ret, struct err *err)
{
	char *bytes;
	size_t size;
	int r = invites_bytes(a, path, &bytes, &size, err);
	if (r != ERR_NONE)
		return r;
	return reader_extract(
		in->reader, a, path, in->policy.country, explain, bytes, size, ret, err);
}

json_t *
invites_row(struct arena *a, const char *path)
{
	json_t *o = json_object(), *name = json_string(path);
	json_object_set_new(
		o, "file", name != NULL ? name : json_string(show_clean(a, path)));
	return o;
}
