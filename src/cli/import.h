/*
 * import: a calendar's own list of rooms, watched from now on
 *
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include "cli/cli.h"

extern const struct cli_option import_options[];
int import_rooms(struct cli_args *args);

/*
 * What to call a room: as its server does where those are letters that a name may have, blanks
 * becoming "_"; else by its mailbox; with a number when that is among the keys of `taken`.
 * In the arena.
 */
struct arena;
const char *import_name(
	struct arena *a, const char *name, const char *mailbox, const json_t *taken);

#endif
