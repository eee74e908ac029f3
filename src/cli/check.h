/*
 * check: the data files, where they are and whether they hold
 *
 * Owns:    paths live in the given arena.
 * Threads: one.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

struct arena;
struct cli_args;
struct err;

struct data_dirs {
	const char *patterns, *site_patterns, *providers, *site_providers;
};

/* ERR_CONFIG when the shipped ones are not found; err says where they may be. */
int check_dirs(struct arena *a, struct data_dirs *ret, struct err *err);

/* `convoke check` */
int check_run(struct cli_args *args);

#endif
