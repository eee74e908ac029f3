/*
 * keep: agendas, into the store
 *
 * One that has changed is stored at once; one that was only seen again, now and then: what
 * a restart finds may be older than what was known, and says so, but never the reverse. A
 * meeting that is over is stored again without its secrets.
 *
 * Owns:    nothing.
 * Threads: any, without `lock`.
 */
#ifndef CORE_KEEP_H
#define CORE_KEEP_H

#include "core/work.h"

/* A busy room's agenda, unless the room is another one by now. */
void keep_room(struct core *c, struct core_room *r, uint64_t epoch, struct agenda *g);

/* All that are due; at a stop, all that are behind, as long as `until` (milliseconds) allows. */
void keep_due(struct core *c);
void keep_all(struct core *c, int64_t until);

/* From the store, for rooms that have none: before there are workers. */
int keep_restore(struct core *c, struct err *err);

/* What came of storing something; a repeated trouble is logged once. NULL: it is stored. */
void keep_said(struct core *c, const struct err *err);

#endif
