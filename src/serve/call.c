#include "serve/call.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/when.h"

void
view_open(struct view *v, struct core *core, int64_t (*clock)(void))
{
	*v = (struct view){
		.core = core,
		.providers = core_providers(core),
		.site = core_site(core),
		.clock = clock,
		.now = clock(),
	};
}

void
view_close(struct view *v)
{
	site_unref(v->site);
	core_providers_unref(v->core, v->providers);
}

void
call_renew(struct call *c)
{
	struct view old = c->view;
	view_open(&c->view, old.core, old.clock);
	view_close(&old);
}

const char *
call_text(const struct call *c, const char *name)
{
	const char *text = json_string_value(json_object_get(c->params, name));
	return text != NULL && *text != '\0' ? text : NULL;
}

const char *const *
call_texts(const struct call *c, const char *name, size_t *ret_n)
{
	const json_t *list = json_object_get(c->params, name);
	size_t n = json_array_size(list);
	const char **texts = arena_many(c->arena, const char *, n);
	for (size_t i = 0; i < n; i++)
		texts[i] = json_string_value(json_array_get(list, i));
	*ret_n = n;
	return json_is_array(list) ? texts : NULL;
}

bool
call_flag(const struct call *c, const char *name, bool otherwise)
{
	const json_t *v = json_object_get(c->params, name);
	return json_is_boolean(v) ? json_is_true(v) : otherwise;
}

int64_t
call_number(const struct call *c, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(c->params, name);
	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

int64_t
call_time(const struct call *c, const char *name)
{
	int64_t t = 0;
	const char *text = call_text(c, name);
	return text != NULL && when_parse(text, &t) ? t : 0;
}

size_t
call_transports(const struct call *c, const char *name, enum transport ret[N_TRANSPORTS])
{
	const json_t *list = json_object_get(c->params, name);
	size_t i;
	json_t *v;
	json_array_foreach (list, i, v)
		transport_find(json_string_value(v), &ret[i]);
	return json_array_size(list);
}

void
call_set_text(const struct call *c, const char *name, const char **text)
{
	if (json_object_get(c->params, name) != NULL)
		*text = call_text(c, name);
}

const char *
call_who(const struct call *c)
{
	struct passwd entry, *found = NULL;
	char room[4096];
	if (getpwuid_r(c->uid, &entry, room, sizeof room, &found) != 0 || found == NULL)
		return arena_printf(c->arena, "uid %u", (unsigned)c->uid);
	return arena_printf(c->arena, "uid %u (%s)", (unsigned)c->uid, entry.pw_name);
}

const struct room *
call_room(struct call *c, const char *name)
{
	const struct room *room = site_room(c->view.site, name);
	if (room != NULL)
		return room;
	call_fail(c, RPC_NO_ROOM, "no such room");
	return call_cure(c,
		"`convoke room list` names the rooms; an administrator adds one with "
		"`convoke room add`.");
}

const struct link *
call_link(struct call *c, const char *name)
{
	const struct link *link = site_link(c->view.site, name);
	if (link != NULL)
		return link;
	call_fail(c, RPC_NO_LINK, "no such link");
	return call_cure(c,
		"`convoke link list` names the links; an administrator adds one with "
		"`convoke link add`.");
}

const struct provider *
call_provider(struct call *c, const char *id)
{
	const struct provider *p = providers_find(c->view.providers, id);
	if (p != NULL)
		return p;
	call_fail(c, RPC_NO_LINK, "no such provider");
	return call_cure(c,
		"`convoke provider list` names the providers; a file in the site's "
		"providers directory adds one.");
}

void *
call_fail(struct call *c, enum rpc_code code, const char *fmt, ...)
{
	va_list ap;
	char text[sizeof c->err.text];
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	c->code = code;
	err_set(&c->err, ERR_CONFIG, "", "%s", text);
	return NULL;
}

void *
call_cure(struct call *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(c->err.cure, sizeof c->err.cure, fmt, ap);
	va_end(ap);
	return NULL;
}

void *
call_refuse(struct call *c, const struct err *err, enum rpc_code absent)
{
	static const enum rpc_code codes[] = {
		[ERR_NONE] = RPC_FAULT,
		[ERR_RETRY] = RPC_BUSY,
		[ERR_WAIT] = RPC_BUSY,
		[ERR_DENIED] = RPC_VALUE,
		[ERR_BAD_REPLY] = RPC_VALUE,
		[ERR_CONFIG] = RPC_VALUE,
		[ERR_LIMIT] = RPC_VALUE,
	};
	c->code = err->grade == ERR_ABSENT ? absent : codes[err->grade];
	c->err = *err;
	return NULL;
}
