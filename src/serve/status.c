#include "serve/status.h"

#include <string.h>

#include "serve/text.h"

static void
set_count(json_t *o, const char *key, uint64_t n)
{
	json_object_set_new(o, key, json_integer((json_int_t)n));
}

static void
set_error(struct call *c, json_t *o, const struct err *err, int64_t since)
{
	if (err->grade == ERR_NONE)
		return;
	json_t *e = json_object();
	text_set(c->arena, e, "code", err->code, TEXT_NAME);
	json_object_set_new(e, "grade", json_string(err_grade_name(err->grade)));
	text_set(c->arena, e, "text", err->text, TEXT_LONG);
	text_set(c->arena, e, "cure", err->cure, TEXT_LONG);
	text_set_time(e, "since", since);
	json_object_set_new(o, "error", e);
}

static void
set_link(struct call *c, json_t *o, const struct link_status *s)
{
	set_count(o, "rooms", s->rooms);
	set_count(o, "rooms_ok", s->rooms_ok);
	text_set_time(o, "last_good", s->last_good);
	text_set_time(o, "retry_at", s->retry_at);
	if (s->password_expires != INT64_MAX) /* never does */
		text_set_time(o, "password_expires", s->password_expires);
	text_set(c->arena, o, "credential_kind", s->credential_kind, TEXT_NAME);
	text_set(c->arena, o, "renew", s->renew, TEXT_LONG);
	text_set(c->arena, o, "server_version", s->server_version, TEXT_NAME);
	set_count(o, "requests_hour", s->requests_hour);
	set_error(c, o, &s->err, s->err_since);
}

static void
set_room(struct call *c, json_t *o, const struct room_status *s)
{
	text_set_time(o, "synced_at", s->synced_at);
	text_set_time(o, "next_poll", s->next_poll);
	set_count(o, "meetings", s->meetings);
	set_count(o, "joinable", s->joinable);
	set_count(o, "bodies_missing", s->bodies_missing);
	set_count(o, "requests_hour", s->requests_hour);
	set_error(c, o, &s->err, s->err_since);
}

json_t *
status_get(struct call *c)
{
	struct core_status status;
	json_t *o = json_object(), *links = json_array(), *rooms = json_array();
	core_status(c->view.core, c->arena, &status);
	for (size_t i = 0; i < status.n_links; i++) {
		json_t *one = json_pack("{s:s}", "link", status.links[i].link);
		set_link(c, one, &status.links[i]);
		json_array_append_new(links, one);
	}
	for (size_t i = 0; i < status.n_rooms; i++) {
		json_t *one = json_pack("{s:s, s:s}", "room", status.rooms[i].room,
			"link", status.rooms[i].link);
		set_room(c, one, &status.rooms[i]);
		json_array_append_new(rooms, one);
	}
	text_set_time(o, "started", status.started);
	json_object_set_new(o, "links", links);
	json_object_set_new(o, "rooms", rooms);
	text_set(c->arena, o, "data_error", status.data_error, TEXT_LONG);
	return o;
}

void
status_add_link(struct call *c, json_t *object, const char *name)
{
	struct core_status status;
	core_status(c->view.core, c->arena, &status);
	for (size_t i = 0; i < status.n_links; i++)
		if (strcmp(status.links[i].link, name) == 0)
			set_link(c, object, &status.links[i]);
}

void
status_add_room(struct call *c, json_t *object, const char *name)
{
	struct core_status status;
	core_status(c->view.core, c->arena, &status);
	for (size_t i = 0; i < status.n_rooms; i++)
		if (strcmp(status.rooms[i].room, name) == 0)
			set_room(c, object, &status.rooms[i]);
}
