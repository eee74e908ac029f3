/*
 * change: one change that an administrator makes, on its way
 *
 * Checked, prepared, stored with its line of the audit trail, then put in force all at once:
 * whatever fails before leaves everything as it is.
 *
 * Owns:    a change holds `changing` from begin to end.
 * Threads: any; changes wait for each other.
 */
#ifndef CORE_CHANGE_H
#define CORE_CHANGE_H

#include "core/state.h"

struct change {
	struct core *c;
	struct arena *arena;
	struct store_audit audit;
	struct adoption *adoption;
};

void change_begin(struct core *c, struct change *ret, const char *who);

/* As adoption_new, whose arguments it takes: everything that needs memory. `site` and `data`
 * NULL: memory was short for them. */
int change_prepare(struct change *ch, struct site *site, struct data *data,
	bool (*affects)(const struct room *r, const char *name), const char *name,
	struct err *err);

/* `grade` is what came of all: ERR_NONE puts it in force. Returns it. */
int change_end(struct change *ch, int grade);

int change_exists(const char *noun, const char *name, struct err *err);
int change_in_use(
	const char *noun, const char *name, size_t n, const char *room, struct err *err);

/* How many rooms have it, and the first of them. */
size_t change_count(const struct site *s,
	bool (*has)(const struct room *r, const char *name), const char *name,
	const char **ret_first);

#endif
