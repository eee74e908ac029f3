/*
 * args: a command's options as the parameters of a call
 *
 * A command lists its options in a table; what was given becomes one JSON object, which
 * is what the socket takes as it stands. All commands take --json.
 *
 * Owns:    cli_args_release what cli_args filled.
 * Threads: one.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum cli_value {
	CLI_TEXT,
	CLI_NUMBER, /* whole, not negative */
	CLI_LIST,   /* texts between commas */
	CLI_TRUE,   /* takes no value */
	CLI_FALSE,
};

struct cli_option {
	const char *name;  /* "--url"; NULL in the last row */
	const char *param; /* "url" */
	enum cli_value kind;
	const char *const
		*allowed; /* the only values it takes, NULL-terminated; NULL: any */
};

struct cli_args {
	char **words; /* what is not an option, in order; within argv, which is reordered
		       */
	size_t n_words;
	json_t *params;
	bool json;
};

/* "--name VALUE" or "--name=VALUE"; after "--" nothing is an option, nor is "-". False
 * when it is none of `options` (NULL: none) or there are fewer than `min` or more than
 * `max` words: then the message is printed, which calls them `shape` ("NAME --url URL"),
 * and nothing is to be released. */
bool cli_args(int argc, char **argv, const struct cli_option *options, size_t min,
	size_t max, const char *shape, struct cli_args *ret);
void cli_args_release(struct cli_args *args);

const char *cli_args_text(
	const struct cli_args *args, const char *param); /* NULL: not given */
bool cli_args_flag(const struct cli_args *args, const char *param);

#endif
