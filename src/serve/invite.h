/*
 * invite: what an invite says, for whoever pastes one
 *
 * Threads: any; may wait for the reader.
 */
#ifndef SERVE_INVITE_H
#define SERVE_INVITE_H

#include "serve/call.h"

json_t *invite_extract(struct call *c);

#endif
