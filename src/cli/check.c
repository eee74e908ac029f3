#include "cli/check.h"

#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/against.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/show.h"
#include "extract.h"
#include "paths.h"
#include "reader/reader.h"
#include "reader/sandbox.h"

int
check_dirs(struct arena *a, struct data_dirs *ret, struct err *err)
{
	*ret = (struct data_dirs){paths_shipped(a, "patterns"), paths_site(a, "patterns"),
		paths_shipped(a, "providers"), paths_site(a, "providers")};
	if (ret->patterns != NULL && ret->providers != NULL)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "no_data", "the shipped %s files are not found",
		ret->patterns == NULL ? "pattern" : "provider");
	err_cure(err, "Install them (`make install`), or name the directory that holds "
		      "patterns/ and providers/ in CONVOKE_DATA.");
	return ERR_CONFIG;
}

/* A file stands for its directory, whose name says what it holds. */
static int
aim_at(struct arena *a, const char *file, struct data_dirs *dirs, struct err *err)
{
	const char *dir = dirname(arena_strdup(a, file));
	char *full = realpath(dir, NULL);
	const char *kind = full != NULL ? basename(arena_strdup(a, full)) : "";
	int r = ERR_NONE;
	if (full == NULL)
		r = err_set(err, ERR_CONFIG, "unreadable", "%s: no such directory", dir);
	else if (strcmp(kind, "patterns") == 0)
		dirs->site_patterns = arena_strdup(a, full);
	else if (strcmp(kind, "providers") == 0)
		dirs->site_providers = arena_strdup(a, full);
	else {
		r = err_set(err, ERR_CONFIG, "which_kind",
			"%s: whether it holds patterns or a provider is not to be seen",
			file);
		err_cure(err, "Put it into a directory called patterns or providers.");
	}
	free(full);
	return r;
}

/* What a reader must not be able to do, tried. *ret_sealed is false in sanitizer builds. */
static int
try_the_seal(const struct data_dirs *dirs, bool *ret_sealed, struct err *err)
{
	static const char *const tries[] = {"open", "socket", "execve"};
	struct reader *r = reader_new(&(struct reader_config){.patterns = dirs->patterns,
		.site_patterns = dirs->site_patterns,
		.providers = dirs->providers,
		.site_providers = dirs->site_providers});
	if (r == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	int got = ERR_NONE;
	bool sealed = true;
	for (size_t i = 0; sealed && i < sizeof tries / sizeof *tries; i++) {
		got = reader_prove(r, tries[i], err);
		sealed = got == ERR_BAD_REPLY && strcmp(err->code, "reader_sealed") == 0;
	}
	reader_free(r);
	*ret_sealed = sealed;
	if (sealed || !sandbox_seals())
		return ERR_NONE;
	if (got == ERR_NONE)
		err_set(err, ERR_CONFIG, "not_sealed",
			"the reader could do what it must never do");
	return (int)err->grade;
}

static void
report(const struct cli_args *args, struct rules_summary s, size_t providers, bool sealed)
{
	if (args->json) {
		json_t *o = json_pack("{s:b, s:I, s:I, s:I, s:I, s:b}", "ok", 1,
			"providers", (json_int_t)providers, "pattern_files",
			(json_int_t)s.files, "patterns", (json_int_t)s.patterns, "proofs",
			(json_int_t)s.proofs, "sealed", (int)sealed);
		show_json(o);
		json_decref(o);
		return;
	}
	printf("%zu providers\n%zu patterns in %zu files, %zu proofs hold\n", providers,
		s.patterns, s.files, s.proofs);
	puts(sealed ? "the reader is sealed: open, socket and execve end it"
		    : "the reader is not sealed: this is a sanitizer build");
}

int
check_run(struct cli_args *args)
{
	struct arena *a = arena_new(0);
	struct data_dirs dirs, installed;
	const char *folder = cli_args_text(args, "against");
	struct providers *ps = NULL;
	struct rules *rules = NULL;
	struct err err = {0};
	bool sealed = false;
	int r = check_dirs(a, &dirs, &err);
	installed = dirs;
	if (args->n_words == 0) /* then the question is what the installed ones change */
		installed.site_patterns = installed.site_providers = NULL;
	for (size_t i = 0; r == ERR_NONE && i < args->n_words; i++)
		r = aim_at(a, args->words[i], &dirs, &err);
	if (r == ERR_NONE)
		r = providers_load(dirs.providers, dirs.site_providers, &ps, &err);
	if (r == ERR_NONE)
		r = rules_load(dirs.patterns, dirs.site_patterns, ps, &rules, &err);
	if (r == ERR_NONE)
		r = try_the_seal(&dirs, &sealed, &err);
	int status = CLI_DONE;
	if (r == ERR_NONE && folder != NULL)
		status = against_run(args, folder, &installed, &dirs);
	else if (r == ERR_NONE)
		report(args, rules_summary(rules), providers_count(ps), sealed);
	else
		status = cli_fail(&err);
	rules_free(rules);
	providers_free(ps);
	arena_free(a);
	return status;
}
