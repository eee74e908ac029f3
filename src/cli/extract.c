/* extract: what invites in files say. The reader reads them, as for the daemon. */
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/args.h"
#include "cli/check.h"
#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/show.h"
#include "paths.h"
#include "reader/reader.h"
#include "report.h"

static const struct cli_option extract_options[] = {
	{"--explain", "explain", CLI_TRUE, NULL,
		"show where, by which rule, and what was put aside", NULL},
	{"--room-country", "country", CLI_TEXT, "CC",
		"what a room in this country would dial (US)", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

struct run {
	struct reader *reader;
	struct providers *providers;
	struct policy policy;
	bool json, explain, many;
};

static int
read_invite_file(
	struct arena *a, const char *path, char **ret, size_t *ret_size, struct err *err)
{
	struct stat st;
	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		err_set(err, ERR_CONFIG, "directory", "%s: is a directory", path);
		err_cure(err, "Name the files in it: convoke extract %s/*", path);
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

static const struct {
	int at_least;
	const char *words;
} confidences[] = {{95, "almost certain"}, {85, "very likely"}, {65, "likely"},
	{40, "doubtful"}, {0, "a guess"}};

static void
print_meeting(
	struct arena *a, const struct run *run, const struct meeting *m, json_t *facts)
{
	const struct provider *p = providers_find(run->providers, m->provider);
	const struct plan *plan =
		plan_make(a, run->providers, m, &run->policy, NULL, 0, NULL);
	json_t *dial = report_dial(plan);
	json_t *refused = json_object_get(dial, "refused");
	size_t c = 0;
	while (m->confidence < confidences[c].at_least)
		c++;
	if (refused != NULL)
		json_object_set(facts, "refused", refused);
	printf("%s%s%s  %s (%d %%)\n", cli_bold(),
		p != NULL ? show_clean(a, p->name) : show_clean(a, m->provider),
		cli_plain(), confidences[c].words, m->confidence);
	show_dial(a, facts, "  ");
	static const struct {
		size_t at;
		const char *words;
	} flags[] = {
		{offsetof(struct meeting, personal), "somebody's permanent room"},
		{offsetof(struct meeting, quoted),
			"stands only in quoted or forwarded text"},
		{offsetof(struct meeting, no_pstn),
			"the invite says that there is no dial-in"},
		{offsetof(struct meeting, registration), "one must register first"},
		{offsetof(struct meeting, conflict), "the invite contradicts itself"},
	};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (*(const bool *)((const char *)m + flags[i].at))
			printf("  note     %s\n", flags[i].words);
	for (size_t i = 0; i < plan->n_warnings; i++)
		printf("  %swarning%s  %s\n", cli_yellow(), cli_plain(),
			show_clean(a, plan->warnings[i]));
	json_decref(dial);
}

static void
print_invite(struct arena *a, const struct run *run, const char *path,
	const struct reader_invite *invite, const json_t *report)
{
	const struct extraction *x = invite->extraction;
	if (run->many)
		printf("%s%s%s\n", cli_dim(), show_clean(a, path), cli_plain());
	if (run->explain)
		explain_invite(a, invite);
	for (size_t i = 0; i < x->n_meetings; i++)
		print_meeting(a, run, &x->meetings[i],
			json_array_get(json_object_get(report, "meetings"), i));
	if (x->n_meetings == 0)
		puts("Nothing to join.");
	if (x->tie)
		printf("%sThe first two are equally good: a room would ask which.%s\n",
			cli_yellow(), cli_plain());
	for (size_t i = 0; i < x->n_warnings; i++)
		printf("%swarning%s  %s\n", cli_yellow(), cli_plain(),
			show_clean(a, x->warnings[i]));
	if (run->many)
		putchar('\n');
}

/* A file's name need not be UTF-8; JSON must be. */
static json_t *
named(struct arena *a, const char *path)
{
	json_t *o = json_object();
	json_t *name = json_string(path);
	json_object_set_new(
		o, "file", name != NULL ? name : json_string(show_clean(a, path)));
	return o;
}

static int
fail(struct arena *a, const struct run *run, const char *path, const struct err *err)
{
	if (run->json) {
		json_t *o = named(a, path);
		json_object_set_new(o, "meetings", json_array());
		json_object_set_new(o, "error",
			json_pack("{s:s, s:s, s:s}", "code", err->code, "text",
				show_clean(a, err->text), "cure",
				show_clean(a, err->cure)));
		show_json(o);
		json_decref(o);
		return CLI_NO;
	}
	struct err said;
	bool names_it = strstr(err->text, path) != NULL || strcmp(path, "-") == 0;
	err_set(&said, err->grade, err->code, "%s%s%s", names_it ? "" : path,
		names_it ? "" : ": ", err->text);
	err_cure(&said, "%s", err->cure);
	return cli_fail(&said);
}

static int
one_file(const struct run *run, const char *path)
{
	struct arena *a = arena_new(0);
	struct err err = {0};
	struct reader_invite invite;
	char *bytes;
	size_t size;
	int status = CLI_NO;
	int r = read_invite_file(a, path, &bytes, &size, &err);
	if (r == ERR_NONE)
		r = reader_extract(run->reader, a, path, run->policy.country,
			run->explain, bytes, size, &invite, &err);
	if (r != ERR_NONE) {
		fail(a, run, path, &err);
	} else {
		json_t *report = report_extraction(
			invite.extraction, run->providers, &run->policy, run->explain);
		status = invite.extraction->n_meetings > 0 ? CLI_DONE : CLI_NO;
		if (run->json) {
			json_t *o = named(a, path);
			json_object_update(o, report);
			if (run->explain)
				json_object_set_new(
					o, "unwrapped", explain_wrappers(&invite));
			show_json(o);
			json_decref(o);
		} else {
			print_invite(a, run, path, &invite, report);
		}
		json_decref(report);
	}
	arena_free(a);
	return status;
}

static int
load(struct arena *a, struct run *run, struct err *err)
{
	struct data_dirs dirs;
	int r = check_dirs(a, &dirs, err);
	if (r == ERR_NONE)
		r = providers_load(
			dirs.providers, dirs.site_providers, &run->providers, err);
	if (r == ERR_NONE)
		run->reader =
			reader_new(&(struct reader_config){.patterns = dirs.patterns,
				.site_patterns = dirs.site_patterns,
				.providers = dirs.providers,
				.site_providers = dirs.site_providers});
	if (r == ERR_NONE && run->reader == NULL)
		r = err_set(err, ERR_RETRY, "memory", "out of memory");
	return r;
}

static int
run_extract(struct cli_args *args)
{
	const char *country = cli_args_text(args, "country");
	if (country != NULL && !phone_known_country(country))
		return cli_usage(args->command,
			"--room-country is two letters, such as US or DE, not \"%s\"",
			country);
	struct arena *a = arena_new(0);
	struct run run = {.policy = policy_default(country != NULL ? country : "US"),
		.json = args->json,
		.explain = cli_args_flag(args, "explain"),
		.many = args->n_words > 1};
	struct err err = {0};
	int status = CLI_DONE;
	if (load(a, &run, &err) != ERR_NONE) {
		status = cli_fail(&err);
	} else {
		for (size_t i = 0; i < args->n_words; i++)
			if (one_file(&run, args->words[i]) != CLI_DONE)
				status = CLI_NO;
	}
	reader_free(run.reader);
	providers_free(run.providers);
	arena_free(a);
	return status;
}

const struct cli_command cli_extract_commands[] = {
	{.noun = "extract",
		.words = "FILE…",
		.options = extract_options,
		.summary = "what an invite says, and what a room would dial",
		.about =
			"Reads .txt, .html, .eml, .ics and a calendar's own JSON; \"-\" is "
			"standard input. Needs no daemon and makes no network request. Exit "
			"status 1 when a file has nothing to join.",
		.example = "convoke extract --room-country DE invite.ics",
		.run = run_extract},
	{.noun = "check",
		.words = "[FILE…]",
		.summary = "prove the pattern and provider files",
		.about =
			"Loads the shipped and the site's files and runs every proof in "
			"them; then shows that the reader is sealed. A FILE is checked with "
			"its whole directory, which is called patterns or providers, as if "
			"it were the site's.",
		.example = "convoke check ./patterns/zoom.yaml",
		.run = check_run},
	{.noun = NULL},
};
