/* convoke: the command line. Finds the command that the first words name, and runs it. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli/cli.h"
#include "cli/complete.h"
#include "cli/help.h"
#include "reader/reader.h"
#include "version.h"

static const struct cli_group groups[] = {
	{"ask a room", cli_ask_commands},
	{"dial by hand", cli_dial_commands},
	{"look into invites", cli_extract_commands},
	{"calendar servers", cli_link_commands},
	{"rooms", cli_room_commands},
	{"what rooms may dial", cli_profile_commands},
	{"conference services", cli_provider_commands},
	{"health", cli_status_commands},
	{"what happened", cli_history_commands},
	{NULL, NULL},
};

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* The command that the words begin with. NULL: none; *ret_used counts its words. */
static const struct cli_command *
find(int argc, char **argv, int *ret_used)
{
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++) {
			int n = c->verb == NULL ? 1 : 2;
			if (argc < n || strcmp(c->noun, argv[0]) != 0 ||
				(n == 2 && strcmp(c->verb, argv[1]) != 0))
				continue;
			*ret_used = n;
			return c;
		}
	return NULL;
}

/* --help anywhere before "--" explains instead of doing. */
static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return true;
	return false;
}

static bool
is_noun(const char *word)
{
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++)
			if (strcmp(c->noun, word) == 0)
				return true;
	return false;
}

/* Wherever it stands: what is wrong with the words before it is told as JSON too. */
static bool
asks_for_json(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

/* Words that name no command. */
static int
unknown(int argc, char **argv)
{
	bool noun = is_noun(argv[0]);
	if (noun && argc == 1) {
		help_noun(groups, argv[0]);
		return CLI_USAGE;
	}
	const char *word = noun ? argv[1] : argv[0];
	const char *near = help_nearest(groups, noun ? argv[0] : NULL, word);
	const char *before = noun ? argv[0] : "", *space = noun ? " " : "";
	return near != NULL
		       ? cli_usage(NULL, "there is no `%s%s%s`; did you mean `%s%s%s`?",
				 before, space, word, before, space, near)
		       : cli_usage(NULL, "there is no `%s%s%s`", before, space, word);
}

/* `convoke help [NOUN [VERB]]`, and --help where no command is named. */
static int
help(int argc, char **argv)
{
	int used;
	const struct cli_command *c = find(argc, argv, &used);
	if (c != NULL)
		help_command(c);
	else if (argc == 0)
		help_all(groups);
	else if (argc > 1 || !help_noun(groups, argv[0]))
		return unknown(argc, argv);
	return CLI_DONE;
}

static int
run(int argc, char **argv)
{
	int used;
	if (argc == 0) {
		help_all(groups);
		return CLI_USAGE;
	}
	if (strcmp(argv[0], "--version") == 0) {
		puts("convoke " CONVOKE_VERSION);
		return CLI_DONE;
	}
	if (is_help(argv[0]) || strcmp(argv[0], "help") == 0)
		return help(argc - 1, argv + 1);
	if (strcmp(argv[0], "complete") == 0)
		return complete_run(groups, argc - 1, argv + 1);
	const struct cli_command *c = find(argc, argv, &used);
	if (c == NULL)
		return argc == 2 && is_help(argv[1]) ? help(1, argv)
						     : unknown(argc, argv);
	if (asks_for_help(argc - used, argv + used)) {
		help_command(c);
		return CLI_DONE;
	}
	struct cli_args args;
	if (!cli_args(c, argc - used, argv + used, &args))
		return CLI_USAGE;
	int status = c->run(&args);
	cli_args_release(&args);
	return status;
}

/* Output is UTF-8 whatever the locale says; only its width is asked for. */
static void
speak_utf8(void)
{
	if (setlocale(LC_CTYPE, "") == NULL || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	speak_utf8();
	if (asks_for_json(argc - 1, argv + 1))
		cli_errors_as_json();
	int status = run(argc - 1, argv + 1);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		struct err err;
		err_set(&err, ERR_RETRY, "unwritten", "cannot write the answer: %s",
			strerror(errno));
		return cli_fail(&err);
	}
	return status;
}
