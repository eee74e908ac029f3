/* extract: what invites in files say. The reader reads them, as for the daemon. */
#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "cli/anonymise.h"
#include "cli/args.h"
#include "cli/check.h"
#include "cli/cli.h"
#include "cli/explain.h"
#include "cli/folder.h"
#include "cli/invites.h"
#include "cli/progress.h"
#include "cli/show.h"
#include "cli/survey.h"
#include "report.h"

static const struct cli_option extract_options[] = {
	{"--explain", "explain", CLI_TRUE, NULL,
		"show where, by which rule, and what was put aside", NULL},
	{"--anonymise", "anonymise", CLI_TRUE, NULL,
		"a copy of one file with other names, addresses and numbers", NULL},
	{"--room-country", "country", CLI_TEXT, "CC",
		"what a room in this country would dial (US)", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

struct run {
	struct invites invites;
	bool json, explain, many;
	struct survey *survey; /* NULL: every file in full */
	struct progress progress;
};

static const struct {
	int at_least;
	const char *words;
} confidences[] = {{95, "almost certain"}, {85, "very likely"}, {65, "likely"},
	{40, "doubtful"}, {0, "a guess"}};

static void
print_meeting(
	struct arena *a, const struct run *run, const struct meeting *m, json_t *facts)
{
	const struct invites *in = &run->invites;
	const struct provider *p = providers_find(in->providers, m->provider);
	const struct plan *plan =
		plan_make(a, in->providers, m, &in->policy, NULL, 0, NULL);
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

static void
print_json(struct arena *a, const struct run *run, const char *path,
	const struct reader_invite *invite, json_t *report)
{
	json_t *o = invites_row(a, path);
	json_object_update(o, report);
	if (run->explain)
		json_object_set_new(o, "unwrapped", explain_wrappers(invite));
	show_json(o);
	json_decref(o);
}

static void
answer(struct arena *a, const struct run *run, const char *path,
	const struct reader_invite *invite)
{
	const struct invites *in = &run->invites;
	if (run->survey != NULL) {
		survey_invite(run->survey, a, path, invite->extraction, &in->policy);
		return;
	}
	json_t *report = report_extraction(
		invite->extraction, in->providers, &in->policy, run->explain);
	if (run->json)
		print_json(a, run, path, invite, report);
	else
		print_invite(a, run, path, invite, report);
	json_decref(report);
}

/* With --json a file that cannot be read has its line like the others. */
static void
fail(struct arena *a, const struct run *run, const char *path, const struct err *err)
{
	if (run->survey != NULL) {
		survey_unread(run->survey, a, path, err);
		return;
	}
	if (run->json) {
		json_t *o = invites_row(a, path);
		json_object_set_new(o, "meetings", json_array());
		json_object_set_new(o, "error", show_err(a, err));
		show_json(o);
		json_decref(o);
		return;
	}
	struct err said;
	bool names_it = strstr(err->text, path) != NULL || strcmp(path, "-") == 0;
	err_set(&said, err->grade, err->code, "%s%s%s", names_it ? "" : path,
		names_it ? "" : ": ", err->text);
	err_cure(&said, "%s", err->cure);
	cli_fail(&said);
}

enum outcome { JOINABLE, NOTHING, UNREAD, N_OUTCOMES };

static enum outcome
one_file(struct run *run, const struct folder_file *file)
{
	struct arena *a = arena_new(0);
	struct err err = file->err;
	struct reader_invite invite;
	enum outcome outcome = UNREAD;
	int r = (int)err.grade;
	if (r == ERR_NONE)
		r = invites_read(&run->invites, a, file->path, run->explain, &invite, &err);
	progress_clear(&run->progress);
	if (r != ERR_NONE) {
		fail(a, run, file->path, &err);
	} else {
		outcome = invite.extraction->n_meetings > 0 ? JOINABLE : NOTHING;
		answer(a, run, file->path, &invite);
	}
	arena_free(a);
	return outcome;
}

/* Of files that were named each is asked about, of a folder whether there is anything. */
static int
status_of(const size_t outcomes[N_OUTCOMES], bool folder)
{
	if (outcomes[UNREAD] > 0 || outcomes[JOINABLE] == 0)
		return CLI_NO;
	return outcomes[NOTHING] > 0 && !folder ? CLI_NO : CLI_DONE;
}

static int
every_file(struct arena *a, struct run *run, struct cli_args *args)
{
	struct folder folder;
	size_t outcomes[N_OUTCOMES] = {0};
	folder_find(a, args->words, args->n_words, &folder);
	run->many = folder.any || folder.n > 1;
	if (folder.any && !run->json && !run->explain)
		run->survey = survey_new(a, &folder, run->invites.providers);
	progress_start(&run->progress, folder.n);
	for (size_t i = 0; i < folder.n; i++) {
		outcomes[one_file(run, &folder.files[i])]++;
		progress_at(&run->progress, i + 1);
	}
	progress_clear(&run->progress);
	if (run->survey != NULL)
		survey_sum(run->survey, folder.passed_over);
	return status_of(outcomes, folder.any);
}

static int
run_extract(struct cli_args *args)
{
	const char *country = cli_args_text(args, "country");
	if (country != NULL && !phone_known_country(country))
		return cli_usage(args->command,
			"--room-country is two letters, such as US or DE, not \"%s\"",
			country);
	bool anonymise = cli_args_flag(args, "anonymise");
	if (anonymise && (args->n_words > 1 || cli_args_flag(args, "explain")))
		return cli_usage(args->command, "--anonymise takes one file, and no --explain");
	struct arena *a = arena_new(0);
	struct run run = {
		.json = args->json, .explain = cli_args_flag(args, "explain")};
	struct data_dirs dirs;
	struct err err = {0};
	int r = check_dirs(a, &dirs, &err);
	if (r == ERR_NONE && anonymise) {
		int copied = anonymise_run(&dirs, country, args->words[0]);
		arena_free(a);
		return copied;
	}
	if (r == ERR_NONE)
		r = invites_open(&dirs, country, &run.invites, &err);
	int status = r == ERR_NONE ? every_file(a, &run, args) : cli_fail(&err);
	invites_close(&run.invites);
	arena_free(a);
	return status;
}

static const struct cli_option check_options[] = {
	{"--against", "against", CLI_TEXT, "DIR",
		"what these files would change in the invites of a folder", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

const struct cli_command cli_extract_commands[] = {
	{.noun = "extract",
		.words = "FILE…",
		.options = extract_options,
		.summary = "what an invite says, and what a room would dial",
		.about =
			"Reads .txt, .html, .eml, .ics and a calendar's own JSON; \"-\" is "
			"standard input. Of a folder, all in it and below it is read: a line "
			"each, then a table of what can be joined how. Needs no daemon and "
			"makes no network request. Exit status 1 when a file cannot be read "
			"or has nothing to join; of a folder, when none has.",
		.example = "convoke extract --room-country DE invite.ics\n"
			   "convoke extract --anonymise meeting.eml >to-send.eml\n"
			   "convoke extract --explain meeting.eml\n"
			   "convoke extract ~/saved-invites",
		.run = run_extract},
	{.noun = "check",
		.words = "[FILE…]",
		.options = check_options,
		.summary = "prove the pattern and provider files",
		.about =
			"Loads the shipped and the site's files and runs every proof in "
			"them; then shows that the reader is sealed. A FILE is checked with "
			"its whole directory, which is called patterns or providers, as if "
			"it were the site's. With --against every invite of a folder is read "
			"with the installed rules and with these (without FILE: with the "
			"shipped rules and with the installed ones), and what differs is "
			"told; exit status 1 when anything does.",
		.example = "convoke check ./patterns/zoom.yaml\n"
			   "convoke check --against ~/saved-invites ./patterns/zoom.yaml",
		.run = check_run},
	{.noun = NULL},
};
