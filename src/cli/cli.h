/*
 * cli: what every command of `convoke` is made of
 *
 * A command is one row of the table in src/convoke.c and one function. Text is for
 * people,
 * --json for programs.
 *
 * Threads: one.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

struct err;

enum { CLI_DONE = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_NO_DAEMON = 3 };

struct cli_command {
	const char *noun, *verb; /* "link" "add"; the verb is NULL where there is none */
	const char *summary;     /* one line for the list of commands */
	const char *help;        /* usage, options and an example */
	int (*run)(
		int argc, char **argv); /* argv[0] is the first word after the command */
};

/* One group a file: extract.c, ask.c, link.c … The last row's noun is NULL. */
extern const struct cli_command cli_extract_commands[]; /* extract, check */
extern const struct cli_command cli_ask_commands[];     /* join, next, agenda, dial */
extern const struct cli_command cli_setup_commands[];   /* link, room, provider */
extern const struct cli_command cli_status_commands[];  /* status, watch */

/* Prints `err` as "convoke: text" and its cure below; returns CLI_NO. */
int cli_fail(const struct err *err);
/* Prints the message and where help is; returns CLI_USAGE. */
int cli_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ANSI colour, only when standard output is a terminal and NO_COLOR is unset; else "". */
const char *cli_bold(void);
const char *cli_red(void);
const char *cli_green(void);
const char *cli_yellow(void);
const char *cli_dim(void);
const char *cli_plain(void);

/*
 * Columns, aligned by display width. Rows of cells, cells separated by NULL-terminated
 * argument lists; printed by cli_table_print, with a dim heading.
 */
struct cli_table;
struct cli_table *cli_table_new(const char *first_heading, ...) __attribute__((sentinel));
void cli_table_row(struct cli_table *t, const char *first_cell, ...)
	__attribute__((sentinel));
void cli_table_print(struct cli_table *t, FILE *out); /* and frees it */

#endif
