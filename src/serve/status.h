/*
 * status: how links and rooms are doing
 *
 * Threads: any.
 */
#ifndef SERVE_STATUS_H
#define SERVE_STATUS_H

#include "serve/call.h"

json_t *status_get(struct call *c);

/* Adds what status.get says of one link or room to what is known of it anyway. */
void status_add_link(struct call *c, json_t *object, const char *name);
void status_add_room(struct call *c, json_t *object, const char *name);

#endif
