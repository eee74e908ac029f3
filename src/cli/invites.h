/*
 * invites: files, read by a sealed reader as the daemon reads calendars
 *
 * Owns:    struct invites owns its reader and the provider files it loaded.
 * Threads: one.
 */
#ifndef CLI_INVITES_H
#define CLI_INVITES_H

#include <jansson.h>

#include "cli/check.h"
#include "plan.h"
#include "reader/reader.h"

struct invites {
	struct reader *reader;
	struct providers *providers;
	struct policy policy; /* of a room of that country, with nothing set */
};

/* `country` NULL: US. Only on success there is something to close. */
int invites_open(const struct data_dirs *dirs, const char *country, struct invites *ret,
	struct err *err);
void invites_close(struct invites *in); /* takes what was never opened, when zeroed */

/* A file's bytes. "-" is standard input; nothing else that is no regular file is waited for. */
int invites_bytes(
	struct arena *a, const char *path, char **ret, size_t *ret_size, struct err *err);

/* err does not name the file. */
int invites_read(struct invites *in, struct arena *a, const char *path, bool explain,
	struct reader_invite *ret, struct err *err);

/* {"file":…}: a file's name need not be UTF-8; JSON must be. */
json_t *invites_row(struct arena *a, const char *path);

#endif
