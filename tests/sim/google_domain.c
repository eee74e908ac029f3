/* Who there is, and who may see what. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "sim/google_server.h"
#include "sim/shape.h"

const char *const suite_role_names[N_ROLES] = {"none", "freeBusyReader", "reader",
	"writerWithoutPrivateAccess", "writer", "owner"};

struct domain *
domain_new(int64_t now)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct domain *d = arena_one(a, struct domain);
	d->arena = a;
	d->project = (struct suite_project){.id = "northwind", .number = "104857600001"};
	calendars_init(&d->calendars, a, now);
	return d;
}

void
domain_free(struct domain *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n_accounts; i++)
		EVP_PKEY_free(d->accounts[i]->key);
	arena_free(d->arena);
}

static const char *
copy(const struct domain *d, const char *text)
{
	return text != NULL ? arena_strdup(d->arena, text) : NULL;
}

static int
wrong(struct err *err, const char *what)
{
	return err_set(err, ERR_CONFIG, "bad_scenario", "%s", what);
}

struct account *
domain_account(const struct domain *d, const char *email)
{
	for (size_t i = 0; i < d->n_accounts; i++)
		if (strcasecmp(d->accounts[i]->email, email) == 0)
			return d->accounts[i];
	return NULL;
}

const struct suite_user *
domain_user(const struct domain *d, const char *email)
{
	for (size_t i = 0; i < d->n_users; i++)
		if (strcasecmp(d->users[i]->email, email) == 0)
			return d->users[i];
	return NULL;
}

enum role
domain_role(const struct domain *d, const char *who, const char *calendar)
{
	for (size_t i = 0; i < d->n_grants; i++)
		if (strcasecmp(d->grants[i]->who, who) == 0 &&
			matches(d->grants[i]->calendar, calendar))
			return d->grants[i]->role;
	return ROLE_NONE;
}

int
domain_put_project(struct domain *d, const struct suite_project *from, struct err *err)
{
	(void)err;
	d->project.api_disabled = from->api_disabled;
	d->project.page = from->page;
	if (from->id != NULL)
		d->project.id = copy(d, from->id);
	if (from->number != NULL)
		d->project.number = copy(d, from->number);
	return ERR_NONE;
}

int
domain_put_account(struct domain *d, const struct suite_account *from, struct err *err)
{
	if (from->email == NULL)
		return wrong(err, "a service account without an email");
	if (from->state != NULL && strcmp(from->state, "disabled") != 0)
		return wrong(err, "an account's state is disabled, or not said");
	struct account *a = domain_account(d, from->email);
	if (a == NULL) {
		d->accounts =
			grown(d->arena, d->accounts, d->n_accounts, &d->account_space);
		a = d->accounts[d->n_accounts++] = arena_one(d->arena, struct account);
		a->email = copy(d, from->email);
	}
	const char **delegated =
		arena_many(d->arena, const char *, from->delegated_count);
	for (unsigned i = 0; i < from->delegated_count; i++)
		delegated[i] = copy(d, from->delegated[i]);
	a->client_id = copy(
		d, from->client_id != NULL ? from->client_id : "104857600000000000001");
	a->key_file = copy(d, from->key_file);
	a->disabled = from->state != NULL;
	a->delegated = delegated;
	a->n_delegated = from->delegated_count;
	return ERR_NONE;
}

int
domain_put_user(struct domain *d, const struct suite_user *from, struct err *err)
{
	if (from->email == NULL)
		return wrong(err, "a user without an email");
	d->users = grown(d->arena, d->users, d->n_users, &d->user_space);
	struct suite_user *u = arena_one(d->arena, struct suite_user);
	*u = (struct suite_user){copy(d, from->email), from->admin};
	d->users[d->n_users++] = u;
	return ERR_NONE;
}

/* One that is put again takes the place of what it said before. */
int
domain_put_grant(struct domain *d, const struct suite_grant *from, struct err *err)
{
	size_t role = 0, i = 0;
	while (role < N_ROLES &&
		(from->role == NULL || strcmp(suite_role_names[role], from->role) != 0))
		role++;
	if (role == N_ROLES || from->calendar == NULL || from->who == NULL)
		return wrong(err, "a grant has a calendar, who, and a role of Google's");
	while (i < d->n_grants && (strcmp(d->grants[i]->calendar, from->calendar) != 0 ||
					  strcmp(d->grants[i]->who, from->who) != 0))
		i++;
	if (i == d->n_grants) {
		d->grants = grown(d->arena, d->grants, i, &d->grant_space);
		d->grants[d->n_grants++] = arena_one(d->arena, struct grant);
	}
	*d->grants[i] = (struct grant){
		copy(d, from->calendar), copy(d, from->who), (enum role)role};
	return ERR_NONE;
}

/* The file as libcyaml reads it. */
struct scenario {
	struct suite_project *project;
	struct suite_account *accounts;
	struct suite_user *users;
	struct suite_grant *grants;
	struct sim_room *rooms;
	unsigned accounts_count, users_count, grants_count, rooms_count;
};

static const cyaml_schema_field_t suite_project_fields[] = {
	TEXT(suite_project, id),
	TEXT(suite_project, number),
	FLAG(suite_project, api_disabled),
	COUNT(suite_project, page),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t suite_account_fields[] = {
	TEXT(suite_account, email),
	TEXT(suite_account, client_id),
	TEXT(suite_account, key_file),
	TEXT(suite_account, state),
	LIST(suite_account, delegated, sim_text_shape),
	CYAML_FIELD_END,
};
SHAPE(suite_account);

static const cyaml_schema_field_t suite_user_fields[] = {
	TEXT(suite_user, email),
	FLAG(suite_user, admin),
	CYAML_FIELD_END,
};
SHAPE(suite_user);

static const cyaml_schema_field_t suite_grant_fields[] = {
	TEXT(suite_grant, calendar),
	TEXT(suite_grant, who),
	TEXT(suite_grant, role),
	CYAML_FIELD_END,
};
SHAPE(suite_grant);

static const cyaml_schema_field_t scenario_fields[] = {
	CYAML_FIELD_MAPPING_PTR(
		"project", OPTIONAL, struct scenario, project, suite_project_fields),
	LIST(scenario, accounts, suite_account_shape),
	LIST(scenario, users, suite_user_shape),
	LIST(scenario, grants, suite_grant_shape),
	LIST(scenario, rooms, sim_room_shape),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t scenario_shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields)};

static int
take(void *arg, const void *data, struct err *err)
{
	struct domain *d = arg;
	const struct scenario *from = data;
	int grade = ERR_NONE;
	if (from->project != NULL)
		grade = domain_put_project(d, from->project, err);
	for (unsigned i = 0; i < from->accounts_count && grade == ERR_NONE; i++)
		grade = domain_put_account(d, &from->accounts[i], err);
	for (unsigned i = 0; i < from->users_count && grade == ERR_NONE; i++)
		grade = domain_put_user(d, &from->users[i], err);
	for (unsigned i = 0; i < from->grants_count && grade == ERR_NONE; i++)
		grade = domain_put_grant(d, &from->grants[i], err);
	return grade == ERR_NONE ? calendars_put_all(&d->calendars, from->rooms,
					   from->rooms_count, err)
				 : grade;
}

int
domain_load(
	struct domain *d, const char *path, const struct domain *before, struct err *err)
{
	int grade = scenario_load(&d->calendars, path, &scenario_shape, take, d, err);
	if (grade != ERR_NONE || before == NULL)
		return grade;
	calendars_carry_over(&d->calendars, &before->calendars);
	d->deleted = before->deleted + 1; /* who knows */
	for (size_t i = 0; i < d->n_accounts; i++) {
		struct account *a = d->accounts[i];
		const struct account *was = domain_account(before, a->email);
		if (was == NULL || was->key == NULL)
			continue;
		EVP_PKEY_up_ref(was->key);
		a->key = was->key;
		a->key_id = copy(d, was->key_id);
	}
	return ERR_NONE;
}
