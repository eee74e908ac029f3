/*
 * cli: what every command of `convoke` is made of
 *
 * A command is one row of a table and one function. Text is for people, --json for
 * programs.
 *
 * Owns:    tables of rows own their cells until they are printed.
 * Threads: one.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/args.h"

struct err;

enum { CLI_DONE = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_NO_DAEMON = 3 };

struct cli_command {
	const char *noun, *verb; /* "link" "add"; the verb is NULL where there is none */
	const char *words;       /* what is no option: "ROOM", "[FILE…]"; NULL: none */
	const char *needs; /* options that must be given: "--url --user"; NULL: none */
	const struct cli_option *options; /* NULL: none but --json */
	const char *summary;              /* one line for the list of commands */
	const char *about;   /* more, lines ended by \n; NULL: the summary says it */
	const char *example; /* a command line that works as it stands; more behind \n */
	int (*run)(struct cli_args *args);
};

/* One table a file; the last row's noun is NULL. */
extern const struct cli_command cli_ask_commands[];
extern const struct cli_command cli_dial_commands[];
extern const struct cli_command cli_extract_commands[];
extern const struct cli_command cli_link_commands[];
extern const struct cli_command cli_room_commands[];
extern const struct cli_command cli_profile_commands[];
extern const struct cli_command cli_provider_commands[];
extern const struct cli_command cli_status_commands[];
extern const struct cli_command cli_history_commands[];

struct cli_group {
	const char *title; /* NULL in the last row */
	const struct cli_command *commands;
};

/*
 * Prints `err` on standard error as "convoke: text" and its cure below; returns CLI_NO. After
 * cli_errors_as_json, for a command line with --json: {"error":{"code":…,"text":…,"cure":…}}.
 */
void cli_errors_as_json(void);
int cli_fail(const struct err *err);
/* The same of wrong usage, and where help is (of `command`, or NULL: of all); CLI_USAGE. */
int cli_usage(const struct cli_command *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* ANSI colour, only when standard output is a terminal and NO_COLOR is unset; else "". */
const char *cli_bold(void);
const char *cli_red(void);
const char *cli_green(void);
const char *cli_yellow(void);
const char *cli_dim(void);
const char *cli_plain(void);

/* Text broken between words at the terminal's width; lines after the first are indented by
 * `indent`, and the first too unless `hang`. What stands between backticks is a command to
 * be copied, and never broken. */
void cli_wrap(FILE *out, size_t indent, bool hang, const char *text);

/* Columns, aligned by display width, under a dim heading; cells end with NULL. */
struct cli_table;
struct cli_table *cli_table_new(const char *first_heading, ...) __attribute__((sentinel));
void cli_table_row(struct cli_table *t, const char *first_cell, ...)
	__attribute__((sentinel));
void cli_table_print(struct cli_table *t, FILE *out); /* and frees it */
void cli_table_free(struct cli_table *t);

/* Cells on a terminal; escape sequences take none. */
size_t cli_width(const char *s);

#endif
