/*
 * join: URLs that a mail program broke over lines
 *
 * Quoting wraps long lines, and some put a '=' at each break. Lines are joined only where
 * nothing else is possible: within "<https://…>", or when a wrapped line ends within a
 * query and the next begins with more of it.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_JOIN_H
#define INVITE_JOIN_H

#include "invite/text.h"

/* On finished text, before anything is looked for in it. */
void join_broken(struct text *t);

#endif
