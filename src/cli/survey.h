/*
 * survey: many invites, a line each, and what they come to
 *
 * Keeps counts, not invites: a folder of ten thousand takes no more memory than one.
 *
 * Threads: one.
 */
#ifndef CLI_SURVEY_H
#define CLI_SURVEY_H

#include <stddef.h>

#include "base/err.h"
#include "meeting.h"
#include "plan.h"

struct arena;
struct folder;

struct survey;

/* Lives in the arena, and aligns its lines for the files of that folder. */
struct survey *survey_new(
	struct arena *a, const struct folder *folder, const struct providers *ps);

/* One file's line; `a` is that file's arena. */
void survey_invite(struct survey *s, struct arena *a, const char *path,
	const struct extraction *x, const struct policy *policy);
void survey_unread(
	struct survey *s, struct arena *a, const char *path, const struct err *err);

/* The table below the lines. */
void survey_sum(struct survey *s, size_t passed_over);

#endif
