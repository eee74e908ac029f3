#include "serve/invite.h"

#include "reader/reader.h"
#include "report.h"

static const struct {
	const char *param, *name;
} forms[] = {{"text", "invite.txt"}, {"html", "invite.html"}, {"ics", "invite.ics"}};

/* Which of the forms was given; NULL unless it is exactly one. */
static const json_t *
body_of(const struct call *c, const char **ret_name)
{
	const json_t *body = NULL;
	int given = 0;
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const json_t *v = json_object_get(c->params, forms[i].param);
		if (!json_is_string(v))
			continue;
		body = v;
		*ret_name = forms[i].name;
		given++;
	}
	return given == 1 ? body : NULL;
}

/* The room's, else what holds for a room of the default profile. */
static bool
find_policy(struct call *c, struct policy *ret)
{
	const struct room nowhere = {.profile = "default"}, *room = &nowhere;
	if (call_text(c, "room") != NULL)
		room = call_room(c, call_text(c, "room"));
	if (room != NULL)
		*ret = site_policy(c->view.site, room);
	return room != NULL;
}

json_t *
invite_extract(struct call *c)
{
	const char *name;
	const json_t *body = body_of(c, &name);
	struct policy policy;
	struct reader_invite invite;
	struct err err = {.grade = ERR_NONE};
	if (body == NULL)
		return call_fail(
			c, RPC_PARAMS, "one of \"text\", \"html\" and \"ics\" is needed");
	if (!find_policy(c, &policy))
		return NULL;
	if (core_extract(c->view.core, c->arena, name, policy.country,
		    json_string_value(body), json_string_length(body), &invite,
		    &err) != ERR_NONE) {
		call_refuse(c, &err, RPC_VALUE);
		if (err.grade == ERR_LIMIT) /* one job at a time */
			c->code = RPC_BUSY;
		return NULL;
	}
	return report_extraction(invite.extraction, c->view.providers, &policy, false);
}
