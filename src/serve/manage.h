/*
 * manage: what administrators set up, and what anybody may look at of it
 *
 * One file a noun: link.c, room.c, profile.c, provider.c, daemon.c. A set method takes what
 * is to change: what is not given stays, null takes it away.
 *
 * Threads: any; the methods that change something run one after another.
 */
#ifndef SERVE_MANAGE_H
#define SERVE_MANAGE_H

#include "serve/call.h"

json_t *link_list(struct call *c);
json_t *link_get(struct call *c);
json_t *link_add(struct call *c);
json_t *link_set(struct call *c);
json_t *link_remove(struct call *c);
json_t *link_test(struct call *c);
json_t *link_rooms(struct call *c);

json_t *room_list(struct call *c);
json_t *room_get(struct call *c);
json_t *room_add(struct call *c);
json_t *room_set(struct call *c);
json_t *room_remove(struct call *c);
json_t *room_poll(struct call *c);
json_t *room_history(struct call *c);

json_t *profile_list(struct call *c);
json_t *profile_get(struct call *c);
json_t *profile_set(struct call *c);
json_t *profile_remove(struct call *c);

json_t *provider_list(struct call *c);
json_t *provider_get(struct call *c);
json_t *provider_set(struct call *c);
json_t *provider_default(struct call *c);
json_t *provider_remove(struct call *c);

json_t *reload(struct call *c);
json_t *audit_list(struct call *c);

#endif
