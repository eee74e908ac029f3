/*
 * folder: the invites that lie in a folder and below it
 *
 * Told by their names' endings. What begins with a dot, what a symbolic link to a folder leads
 * to, and expectations of our own fixtures (.expect.json) are passed over.
 *
 * Owns:    paths live in the given arena.
 * Threads: one.
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;

struct folder_file {
	const char *path;
	struct err err; /* a folder that cannot be listed is a file that cannot be read */
};

struct folder {
	struct arena *arena;
	struct folder_file *files;
	size_t n, room;
	size_t passed_over;
	bool any;      /* at least one word named a folder */
	size_t common; /* bytes that all paths begin with, when it was the only word */
};

/* Each word: the file itself, or those of the folder, sorted by name. */
void folder_find(struct arena *a, char *const *words, size_t n, struct folder *ret);

#endif
