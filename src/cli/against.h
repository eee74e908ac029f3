/*
 * against: what other rules would make of a folder of invites
 *
 * Reads every file twice, with the rules before and after, and tells where the answers differ.
 *
 * Threads: one.
 */
#ifndef CLI_AGAINST_H
#define CLI_AGAINST_H

struct cli_args;
struct data_dirs;

/* CLI_NO when anything differs, or a file cannot be read; as diff(1) does. */
int against_run(const struct cli_args *args, const char *folder,
	const struct data_dirs *before, const struct data_dirs *after);

#endif
