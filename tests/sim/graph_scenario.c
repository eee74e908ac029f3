#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "sim/graph_call.h"
#include "sim/shape.h"

/* The file as libcyaml reads it. */
struct tenant {
	const char *id, *domain;
};
struct scenario {
	struct tenant *tenant;
	struct graph_application *applications;
	struct sim_room *rooms;
	unsigned applications_count, rooms_count;
};

static const cyaml_schema_field_t graph_application_fields[] = {
	TEXT(graph_application, client_id),
	TEXT(graph_application, name),
	TEXT(graph_application, object_id),
	TEXT(graph_application, secret),
	TEXT(graph_application, secret_id),
	TEXT(graph_application, secret_expires),
	TEXT(graph_application, certificate),
	TEXT(graph_application, certificate_file),
	LIST(graph_application, roles, sim_text_shape),
	LIST(graph_application, scope, sim_text_shape),
	LIST(graph_application, policy, sim_text_shape),
	COUNT(graph_application, token_life),
	FLAG(graph_application, conditional_access),
	CYAML_FIELD_END,
};
SHAPE(graph_application);

static const cyaml_schema_field_t tenant_fields[] = {
	TEXT(tenant, id),
	TEXT(tenant, domain),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
	CYAML_FIELD_MAPPING_PTR(
		"tenant", OPTIONAL, struct scenario, tenant, tenant_fields),
	LIST(scenario, applications, graph_application_shape),
	LIST(scenario, rooms, sim_room_shape),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t scenario_shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields)};

static const char *
copy(const struct graph *x, const char *s)
{
	return s != NULL ? arena_strdup(x->arena, s) : NULL;
}

static const char *const *
copy_list(const struct graph *x, const char *const *from, unsigned n)
{
	const char **to = arena_many(x->arena, const char *, n);
	for (unsigned i = 0; i < n; i++)
		to[i] = copy(x, from[i]);
	return to;
}

static int
read_certificate(struct graph *x, struct application *a, struct err *err)
{
	char *bytes;
	size_t size;
	if (a->is.certificate_file == NULL)
		return ERR_NONE;
	const char *path = arena_printf(
		x->arena, "%s/%s", x->calendars.directory, a->is.certificate_file);
	int grade = file_read(x->arena, path, 1 << 16, &bytes, &size, err);
	if (grade == ERR_NONE)
		a->is.certificate = bytes;
	return grade;
}

static int
put_application(struct graph *x, const struct graph_application *from, struct err *err)
{
	if (from->client_id == NULL)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"an application needs a client_id");
	struct application *a = arena_one(x->arena, struct application);
	a->is = *from;
	const char **texts[] = {&a->is.client_id, &a->is.name, &a->is.object_id,
		&a->is.secret, &a->is.secret_id, &a->is.secret_expires,
		&a->is.certificate, &a->is.certificate_file};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i] = copy(x, *texts[i]);
	a->is.roles = copy_list(x, from->roles, from->roles_count);
	a->is.scope = copy_list(x, from->scope, from->scope_count);
	a->is.policy = copy_list(x, from->policy, from->policy_count);
	a->secret_expires = INT64_MAX;
	if (from->secret_expires != NULL &&
		!take_time(from->secret_expires, x->calendars.now, &a->secret_expires))
		return err_set(err, ERR_CONFIG, "bad_scenario", "%s: no time: %s",
			a->is.client_id, from->secret_expires);
	if (read_certificate(x, a, err) != ERR_NONE)
		return ERR_CONFIG;
	struct application *old = graph_application(x, a->is.client_id);
	if (old != NULL) { /* tokens that it has stay */
		*old = *a;
		return ERR_NONE;
	}
	x->applications = grown(x->arena, x->applications, x->n_applications, &x->space);
	x->applications[x->n_applications++] = a;
	return ERR_NONE;
}

/* What a mailbox may be besides there. */
static int
check_state(const struct sim_room *r, struct err *err)
{
	static const char *const states[] = {"on_premises", "unlicensed"};
	bool known = r->state == NULL;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		known |= !known && strcmp(r->state, states[i]) == 0;
	return known ? ERR_NONE
		     : err_set(err, ERR_CONFIG, "bad_scenario",
			       "%s: no state of a mailbox: %s", r->mailbox, r->state);
}

static int
take(void *arg, const void *data, struct err *err)
{
	struct graph *x = arg;
	const struct scenario *from = data;
	if (from->tenant != NULL && from->tenant->id != NULL)
		x->tenant = copy(x, from->tenant->id);
	if (from->tenant != NULL && from->tenant->domain != NULL)
		x->domain = copy(x, from->tenant->domain);
	for (unsigned i = 0; i < from->applications_count; i++)
		if (put_application(x, &from->applications[i], err) != ERR_NONE)
			return ERR_CONFIG;
	for (unsigned i = 0; i < from->rooms_count; i++)
		if (check_state(&from->rooms[i], err) != ERR_NONE)
			return ERR_CONFIG;
	return calendars_put_all(&x->calendars, from->rooms, from->rooms_count, err);
}

int
graph_load(struct graph *x, const char *path, struct err *err)
{
	struct calendars before = x->calendars;
	calendars_init(&x->calendars, x->arena, before.now);
	int grade = scenario_load(&x->calendars, path, &scenario_shape, take, x, err);
	if (grade == ERR_NONE)
		calendars_carry_over(&x->calendars, &before);
	else
		x->calendars = before;
	return grade;
}

int
graph_put_application(struct graph *x, const struct graph_application *a, struct err *err)
{
	web_lock(x->web);
	int grade = put_application(x, a, err);
	web_unlock(x->web);
	return grade;
}

int
graph_put_room(struct graph *x, const struct sim_room *r, struct err *err)
{
	int grade = check_state(r, err);
	web_lock(x->web);
	if (grade == ERR_NONE)
		grade = calendars_put_room(&x->calendars, r, err);
	web_unlock(x->web);
	return grade;
}

int
graph_put(struct graph *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err)
{
	web_lock(x->web);
	int grade = calendars_put_meeting(&x->calendars, mailbox, m, err);
	web_unlock(x->web);
	return grade;
}

bool
graph_delete(struct graph *x, const char *mailbox, const char *name)
{
	web_lock(x->web);
	bool was = calendars_delete(&x->calendars, mailbox, name);
	web_unlock(x->web);
	return was;
}
