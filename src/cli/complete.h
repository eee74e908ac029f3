/*
 * complete: what a shell may offer next
 *
 * Shells call `convoke complete WORD…` with the words after "convoke", the last one being
 * typed; the scripts in packaging/completion do no more than that.
 *
 * Threads: one.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/cli.h"

/*
 * A line each: the candidate, a tab, what it is. ":files" when a file is wanted. Names of
 * rooms, links, profiles and providers are the daemon's; silent when it is not there.
 */
int complete_run(const struct cli_group *groups, int argc, char **argv);

#endif
