#include <string.h>

#include "serve/manage.h"
#include "serve/status.h"
#include "serve/text.h"

static json_t *
link_object(struct call *c, const struct link *l)
{
	const struct site *s = c->view.site;
	json_int_t rooms = 0;
	for (size_t i = 0; i < s->n_rooms; i++)
		rooms += strcmp(s->rooms[i].link, l->name) == 0;
	json_t *o = json_object();
	text_set(c->arena, o, "name", l->name, TEXT_LONG);
	text_set(c->arena, o, "kind", l->kind, TEXT_LONG);
	text_set(c->arena, o, "url", l->url, TEXT_LONG);
	text_set(c->arena, o, "user", l->user, TEXT_LONG);
	text_set(c->arena, o, "credential", l->credential, TEXT_LONG);
	json_object_set_new(o, "impersonate", json_boolean(l->impersonate));
	if (l->legacy_assertion)
		json_object_set_new(o, "legacy_assertion", json_true());
	text_set(c->arena, o, "token_url", l->token_url, TEXT_LONG);
	text_set(c->arena, o, "subject", l->subject, TEXT_LONG);
	text_set(c->arena, o, "ca_file", l->ca_file, TEXT_LONG);
	text_set_time(o, "secret_expires", l->secret_expires);
	if (l->insecure_loopback)
		json_object_set_new(o, "insecure_loopback", json_true());
	json_object_set_new(o, "rooms", json_integer(rooms));
	return o;
}

json_t *
link_list(struct call *c)
{
	const struct site *s = c->view.site;
	json_t *list = json_array();
	for (size_t i = 0; i < s->n_links; i++)
		json_array_append_new(list, link_object(c, &s->links[i]));
	return json_pack("{s:o}", "links", list);
}

json_t *
link_get(struct call *c)
{
	const struct link *l = call_link(c, call_text(c, "name"));
	if (l == NULL)
		return NULL;
	json_t *o = link_object(c, l);
	status_add_link(c, o, l->name);
	return o;
}

/* What was given, over what there was. */
static json_t *
put(struct call *c, struct link *l, bool may_replace)
{
	struct err err = {.grade = ERR_NONE};
	const char *secret = call_text(c, "secret");
	call_set_text(c, "kind", &l->kind);
	call_set_text(c, "url", &l->url);
	call_set_text(c, "user", &l->user);
	call_set_text(c, "credential", &l->credential);
	call_set_text(c, "token_url", &l->token_url);
	call_set_text(c, "subject", &l->subject);
	call_set_text(c, "ca_file", &l->ca_file);
	l->impersonate = call_flag(c, "impersonate", l->impersonate);
	if (secret != NULL || json_object_get(c->params, "secret_expires") != NULL)
		l->secret_expires = call_time(c, "secret_expires"); /* another ends another day */
	l->legacy_assertion = call_flag(c, "legacy_assertion", l->legacy_assertion);
	l->insecure_loopback = call_flag(c, "insecure_loopback", l->insecure_loopback);
	if (core_link_put(c->view.core, l, secret, may_replace, call_who(c), &err) !=
		ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	call_renew(c);
	return link_get(c);
}

json_t *
link_add(struct call *c)
{
	struct link l = {.name = call_text(c, "name")};
	return put(c, &l, false);
}

json_t *
link_set(struct call *c)
{
	const struct link *old = call_link(c, call_text(c, "name"));
	if (old == NULL)
		return NULL;
	struct link l = *old;
	return put(c, &l, true);
}

json_t *
link_remove(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct link *l = call_link(c, call_text(c, "name"));
	if (l == NULL)
		return NULL;
	if (core_link_remove(c->view.core, l->name, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	return json_object();
}

static json_t *
finding_object(struct call *c, const struct link_finding *f)
{
	json_t *o = json_object();
	text_set(c->arena, o, "subject", f->subject, TEXT_NAME);
	json_object_set_new(o, "ok", json_boolean(f->ok));
	text_set(c->arena, o, "detail", f->detail, TEXT_LONG);
	text_set(c->arena, o, "cure", f->cure, TEXT_LONG);
	return o;
}

json_t *
link_test(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct link *l = call_link(c, call_text(c, "link"));
	size_t n_rooms, n = 0;
	const char *const *rooms = call_texts(c, "rooms", &n_rooms);
	const struct link_finding *findings = NULL;
	if (l == NULL)
		return NULL;
	for (size_t i = 0; i < n_rooms; i++)
		if (site_room(c->view.site, rooms[i]) == NULL)
			return call_fail(c, RPC_NO_ROOM, "no such room: %s",
				text_clean(c->arena, rooms[i], TEXT_NAME));
	if (core_link_test(c->view.core, c->arena, l->name, rooms, n_rooms, &findings, &n,
		    &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, finding_object(c, &findings[i]));
	return json_pack("{s:s, s:o}", "link", l->name, "findings", list);
}

static json_t *
found_object(struct call *c, const struct found_room *r)
{
	json_t *o = json_object();
	text_set(c->arena, o, "mailbox", r->mailbox, TEXT_LONG);
	text_set(c->arena, o, "name", r->name, TEXT_LONG);
	text_set(c->arena, o, "place", r->place, TEXT_LONG);
	if (r->capacity > 0)
		json_object_set_new(o, "capacity", json_integer(r->capacity));
	text_set(c->arena, o, "room", r->room, TEXT_NAME);
	return o;
}

json_t *
link_rooms(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct link *l = call_link(c, call_text(c, "link"));
	const struct found_room *rooms = NULL;
	size_t n = 0;
	if (l == NULL)
		return NULL;
	if (core_link_rooms(c->view.core, c->arena, l->name, &rooms, &n, &err) !=
		ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, found_object(c, &rooms[i]));
	return json_pack("{s:s, s:o}", "link", l->name, "rooms", list);
}
