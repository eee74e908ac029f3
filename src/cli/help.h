/*
 * help: what the commands are, from their tables
 *
 * Threads: one.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

/* Everything, a line a command, group by group. */
void help_all(const struct cli_group *groups);

/* The commands of one noun, a line each. False when there is none of that name. */
bool help_noun(const struct cli_group *groups, const char *noun);

/* One command: its usage, what it does, each option, an example. */
void help_command(const struct cli_command *c);

/* The noun, or verb of `noun`, that is spelled most like `word`; NULL: none is near. */
const char *help_nearest(
	const struct cli_group *groups, const char *noun, const char *word);

#endif
