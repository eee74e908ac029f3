/*
 * lines: which of them are somebody's earlier mail, and which a signature
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_LINES_H
#define INVITE_LINES_H

#include "invite/text.h"

/* Marks t's lines as forwarded or signature by what is written on them. */
void lines_mark(struct text *t);

#endif
