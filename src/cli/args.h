/*
 * args: a command's options as the parameters of a call
 *
 * A command lists its options in a table; what was given becomes one JSON object, which is
 * what the socket takes as it stands. The same table is what --help and completion show.
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
	const char *value;          /* what --help calls it: "URL"; NULL: takes none */
	const char *about;          /* one line */
	const char *const *allowed; /* the only values, NULL-terminated; NULL: any */
};

struct cli_command;

struct cli_args {
	const struct cli_command *command;
	char **words; /* what is no option, in order; within argv, which is reordered */
	size_t n_words;
	json_t *params;
	bool json;
};

/*
 * "--name VALUE" or "--name=VALUE"; after "--" nothing is an option, nor is "-". Every
 * command takes --json. False when what was given is not what the command's row asks for:
 * then it was said, and nothing is to be released.
 */
bool cli_args(
	const struct cli_command *command, int argc, char **argv, struct cli_args *ret);
void cli_args_release(struct cli_args *args);

const char *cli_args_text(const struct cli_args *args, const char *param); /* or NULL */
bool cli_args_flag(const struct cli_args *args, const char *param);

/* The i-th name in a list between spaces, such as a command's `words`: false past the last.
 * "[FILE…]" is optional and may come again. */
struct cli_word {
	const char *name; /* without brackets and "…" */
	size_t n;
	bool optional, many;
};
bool cli_word(const char *words, size_t i, struct cli_word *ret);

#endif
