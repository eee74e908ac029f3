/*
 * call: commands that are one call to the daemon
 *
 * The first word and the options are the call's parameters as they stand.
 *
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef CLI_CALL_H
#define CLI_CALL_H

#include "cli/cli.h"

/* Changes what the first word names, which goes into `param`; then prints "NAME: done". */
int call_change(
	struct cli_args *args, const char *param, const char *method, const char *done);

/* What a list shows: a heading and the member below it; the last has no heading. */
enum { CALL_COLUMNS = 7 };
struct call_column {
	const char *heading, *key;
};
int call_list(struct cli_args *args, const char *method, const char *key,
	const struct call_column *columns);

/* Every member of what the first word names, a line each. */
int call_show(struct cli_args *args, const char *param, const char *method);

#endif
