/*
 * work: what a worker does next, and how it says that it is done
 *
 * A batch is rooms of one link that are due together; or a link's daily question about its
 * password; or a look at a credential that was refused; or the storing of what has changed.
 *
 * Owns:    a batch holds its snapshots, link and rooms, until work_done.
 * Threads: any; a batch belongs to the worker that took it.
 */
#ifndef CORE_WORK_H
#define CORE_WORK_H

#include "calendar/calendar.h"
#include "core/state.h"

enum work { WORK_POLL, WORK_EXPIRY, WORK_LOOK, WORK_KEEP, N_WORK };

struct batch {
	enum work what;
	struct arena *arena;
	struct site *site;
	struct data *data;
	uint64_t terms;

	struct core_link *link; /* none to keep */
	const struct link *set_up;
	uint64_t version; /* of the link */
	const struct calendar_kind *kind;
	struct calendar_link asked; /* as the kind sees it */

	struct core_room *rooms[CALENDAR_MAX_ROOMS]; /* none for a test of the link */
	struct agenda *agendas[CALENDAR_MAX_ROOMS];
	uint64_t epochs[CALENDAR_MAX_ROOMS];
	struct poll_room known[CALENDAR_MAX_ROOMS];
	bool rereads[CALENDAR_MAX_ROOMS]; /* tries again what it could not read before */
	bool anew[CALENDAR_MAX_ROOMS];    /* and what it could */
	size_t n;
	char country[3];
	int64_t began, at, from, to; /* milliseconds; wall clock */

	/* What came of it, beside the results. */
	bool held;    /* the link may not be asked now: its trouble is known */
	bool reached; /* some answer came */
	const char *server_version;
	int64_t password_expires; /* 0: nothing was said */
};

/* Waits for work. False: the core stops. */
bool work_take(struct core *c, struct batch *ret);
void work_done(struct core *c, struct batch *b);

/* With `lock`: a batch of its own for `link`, of no rooms yet. False: memory is short. */
bool batch_begin(struct core *c, struct batch *b, enum work what, struct core_link *l);

#endif
