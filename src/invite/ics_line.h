/*
 * ics_line: iCalendar's lines (RFC 5545, 3.1), and vCalendar's before it
 *
 * Unfolds, takes apart and decodes; knows nothing of events. Limits are met before
 * anything else is done.
 *
 * Owns:    all lives in the arena.
 * Threads: one.
 */
#ifndef INVITE_ICS_LINE_H
#define INVITE_ICS_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;

enum {
	ICS_MAX_BYTES = 1 << 20,
	ICS_MAX_LINE = 64 << 10, /* bytes of one line as it stands, not unfolded */
	ICS_MAX_PARAMS = 32,     /* of one property; more are ignored */
};

struct ics_param {
	const char *name, *value; /* value without quotes; "" when there is none */
};

struct ics_line {
	const char *name;
	struct ics_param params[ICS_MAX_PARAMS];
	size_t n_params;
	const char *raw; /* the value as it stands */
	size_t raw_size;
};

struct ics_lines {
	struct arena *arena;
	char *at, *end;
};

/* ERR_LIMIT past one of the limits. */
int ics_lines_open(struct ics_lines *l, struct arena *a, const char *text, size_t size,
	struct err *err);

/* The next line that is one; false at the end. */
bool ics_lines_next(struct ics_lines *l, struct ics_line *ret);

/* By its name in any case; NULL when absent. */
const char *ics_param(const struct ics_line *l, const char *name);

/* Whether the parameter's list ("AUDIO,VIDEO") has that word, in any case. */
bool ics_param_has(const struct ics_line *l, const char *name, const char *word);

/* The value with encoding and escapes undone. */
const char *ics_text(struct arena *a, const struct ics_line *l, size_t *ret_size);

#endif
