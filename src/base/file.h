/*
 * file: whole files in, whole files out
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

struct arena;
struct err;

/* All of a file ("-" is standard input), NUL-terminated. ERR_CONFIG when it cannot be read,
 * ERR_LIMIT when it is larger than `max` bytes; err names the path. */
int file_read(struct arena *a, const char *path, size_t max, char **ret, size_t *ret_size,
	struct err *err);

/* The paths of the files in `dir` that end in `suffix`, sorted by name. A directory that is
 * absent has none. ERR_CONFIG when it cannot be listed. */
int file_list(struct arena *a, const char *dir, const char *suffix, char ***ret,
	size_t *ret_n, struct err *err);

#endif
