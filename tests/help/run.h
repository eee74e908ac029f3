/*
 * run: programs as people and other programs run them
 *
 * Nothing here waits longer than RUN_PATIENCE_S; then the test fails.
 *
 * Owns:    results live in the given arena; processes that a test leaves are killed when
 *          it ends.
 * Threads: one.
 */
#ifndef HELP_RUN_H
#define HELP_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct arena;

enum { RUN_PATIENCE_S = 60 };

/* A program that was built beside the test program: "convoke". */
const char *run_program(struct arena *a, const char *name);

struct run {
	const char *in;  /* standard input; NULL: empty */
	int status;      /* as exited; 128 and the signal's number when it was killed */
	char *out, *err; /* what it wrote */
	size_t out_size;
};

/* Runs argv (ends with NULL) with this process's environment, and waits for its end. */
void run(struct arena *a, const char *const *argv, struct run *ret);

/* Lists ended by NULL: run_words(a, &r, "convoke", "join", "A", NULL). */
void run_words(struct arena *a, struct run *ret, const char *program, ...)
	__attribute__((sentinel));

/* `convoke` with these words, ended by NULL; fails the test when its status is another. */
struct run *run_convoke(struct arena *a, int status, ...) __attribute__((sentinel));

/* Starts one and does not wait. Its output goes where `log` names a file. */
pid_t run_start(struct arena *a, const char *const *argv, const char *log);
int run_wait(pid_t pid); /* its status as above */

/* One on a terminal of its own: `fd` is the person's side. */
pid_t run_on_terminal(struct arena *a, const char *const *argv, int *ret_fd);

/* What comes from fd until `text` came, or the end when `text` is NULL. */
char *run_read_until(struct arena *a, int fd, const char *text);

/* Every run of white space as one space: for text that was broken into lines. */
const char *run_flat(struct arena *a, const char *text);

/* Fails the test unless `text`, made flat, has `part` in it. */
void run_has(struct arena *a, const char *text, const char *part);

#endif
