#include "serve/manage.h"
#include "serve/text.h"
#include "store.h"

enum { AUDITS = 100, DAY_S = 24 * 3600 };

json_t *
reload(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	if (core_reload(c->view.core, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_VALUE);
	return json_object();
}

json_t *
audit_list(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct store_audit *audits = NULL;
	size_t n = 0, max = (size_t)call_number(c, "max", AUDITS);
	if (core_audits(c->view.core, c->arena, max, &audits, &n, &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_VALUE);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();
		text_set_time(o, "at", audits[i].at);
		text_set(c->arena, o, "who", audits[i].who, TEXT_NAME);
		text_set(c->arena, o, "what", audits[i].what, TEXT_LONG);
		json_array_append_new(list, o);
	}
	return json_pack("{s:o}", "audits", list);
}

json_t *
room_history(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct store_event *events = NULL;
	const struct room *room = call_room(c, call_text(c, "room"));
	int64_t from = call_time(c, "from"), to = call_time(c, "to");
	size_t n = 0;
	if (room == NULL)
		return NULL;
	if (core_history(c->view.core, c->arena, room->name,
		    from != 0 ? from : c->view.now - DAY_S, to != 0 ? to : INT64_MAX,
		    &events, &n, &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_ROOM);
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object();
		text_set_time(o, "at", events[i].at);
		text_set(c->arena, o, "what", events[i].what, TEXT_NAME);
		text_set(c->arena, o, "meeting", events[i].meeting, TEXT_NAME);
		text_set(c->arena, o, "text", events[i].text, TEXT_LONG);
		json_array_append_new(list, o);
	}
	return json_pack("{s:s, s:o}", "room", room->name, "events", list);
}
