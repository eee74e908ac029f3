/*
 * settle: what came of a poll, made the rooms' agendas
 *
 * A complete answer replaces a room's window whole; a failure leaves what was known, and says
 * since when.
 *
 * Owns:    nothing.
 * Threads: the batch's worker.
 */
#ifndef CORE_SETTLE_H
#define CORE_SETTLE_H

#include "core/work.h"

enum settled { SETTLE_DONE, SETTLE_DOUBTED };

/* `results` NULL: memory was short. */
enum settled settle(struct core *c, struct batch *b, const struct poll_result *results);

/* What it means for the link alone. */
void settle_link(struct core *c, struct batch *b, const struct poll_result *results);

#endif
