#include <string.h>

#include "serve/answer.h"
#include "serve/manage.h"
#include "serve/status.h"
#include "serve/text.h"

enum { POLL_MS = 20 * 1000 /* the longest that room.poll waits */ };

static json_t *
room_object(struct call *c, const struct room *r)
{
	json_t *o = json_object(), *transports = json_array();
	text_set(c->arena, o, "name", r->name, TEXT_LONG);
	text_set(c->arena, o, "description", r->description, TEXT_LONG);
	text_set(c->arena, o, "mailbox", r->mailbox, TEXT_LONG);
	text_set(c->arena, o, "link", r->link, TEXT_LONG);
	text_set(c->arena, o, "profile", r->profile, TEXT_LONG);
	struct policy policy = site_policy(c->view.site, r);
	for (size_t i = 0; i < policy.n_order; i++)
		json_array_append_new(
			transports, json_string(transport_name(policy.order[i])));
	json_object_set_new(o, "transports", transports);
	return o;
}

json_t *
room_list(struct call *c)
{
	const struct site *s = c->view.site;
	json_t *list = json_array();
	for (size_t i = 0; i < s->n_rooms; i++)
		json_array_append_new(list, room_object(c, &s->rooms[i]));
	return json_pack("{s:o}", "rooms", list);
}

json_t *
room_get(struct call *c)
{
	const struct room *r = call_room(c, call_text(c, "name"));
	if (r == NULL)
		return NULL;
	json_t *o = room_object(c, r);
	status_add_room(c, o, r->name);
	return o;
}

static json_t *
put(struct call *c, struct room *r, bool may_replace)
{
	struct err err = {.grade = ERR_NONE};
	call_set_text(c, "description", &r->description);
	call_set_text(c, "mailbox", &r->mailbox);
	call_set_text(c, "link", &r->link);
	call_set_text(c, "profile", &r->profile);
	if (json_object_get(c->params, "transports") != NULL)
		r->n_order = call_transports(c, "transports", r->order);
	if (r->link != NULL && call_link(c, r->link) == NULL)
		return NULL;
	if (core_room_put(c->view.core, r, may_replace, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_ROOM);
	call_renew(c);
	return room_get(c);
}

json_t *
room_add(struct call *c)
{
	struct room r = {.name = call_text(c, "name")};
	return put(c, &r, false);
}

json_t *
room_set(struct call *c)
{
	const struct room *old = call_room(c, call_text(c, "name"));
	if (old == NULL)
		return NULL;
	struct room r = *old;
	return put(c, &r, true);
}

json_t *
room_remove(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct room *r = call_room(c, call_text(c, "name"));
	if (r == NULL)
		return NULL;
	if (core_room_remove(c->view.core, r->name, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_ROOM);
	return json_object();
}

json_t *
room_poll(struct call *c)
{
	const struct room *r = call_room(c, call_text(c, "room"));
	if (r == NULL)
		return NULL;
	core_refresh(c->view.core, r->name, POLL_MS);
	call_renew(c);
	r = call_room(c, call_text(c, "room"));
	if (r == NULL)
		return NULL;
	struct agenda *agenda = core_agenda(c->view.core, r->name);
	json_t *o = json_pack("{s:s, s:o}", "room", r->name, "freshness",
		answer_freshness(&c->view, r, agenda));
	agenda_unref(agenda);
	status_add_room(c, o, r->name);
	return o;
}
