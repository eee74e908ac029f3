/*
 * help: what tests share
 *
 * Owns:    results live in the given arena.
 * Threads: one.
 */
#ifndef HELP_H
#define HELP_H

#include <stddef.h>

struct arena;

/* A path below the source tree, found from the test program's own place: "fixtures/invites". */
const char *help_path(struct arena *a, const char *below);

/* A whole file below the source tree; fails the test when it cannot be read. */
char *help_read(struct arena *a, const char *below, size_t *ret_size);

/* A fresh directory of mode 0700, removed with all in it when the process ends. */
const char *help_tmpdir(struct arena *a);

/* Writes a whole file; fails the test when it cannot. */
void help_write(const char *path, const char *bytes, size_t size);

/* Likewise of a text, to a file of this name; returns its path. */
const char *help_put(
	struct arena *a, const char *dir, const char *name, const char *text);

#endif
