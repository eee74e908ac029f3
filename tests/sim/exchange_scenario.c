#include "base/err.h"
#include "sim/exchange_store.h"
#include "sim/shape.h"

/* The file as libcyaml reads it. */
struct scenario {
	struct exchange_server *server;
	struct exchange_account *accounts;
	struct sim_room *rooms;
	unsigned accounts_count, rooms_count;
};

static const cyaml_schema_field_t exchange_grant_fields[] = {
	TEXT(exchange_grant, mailbox),
	TEXT(exchange_grant, right),
	CYAML_FIELD_END,
};
SHAPE(exchange_grant);

static const cyaml_schema_field_t exchange_account_fields[] = {
	TEXT(exchange_account, user),
	TEXT(exchange_account, password),
	TEXT(exchange_account, mailbox),
	TEXT(exchange_account, password_expires),
	TEXT(exchange_account, state),
	FLAG(exchange_account, no_basic),
	LIST(exchange_account, rights, exchange_grant_shape),
	LIST(exchange_account, impersonates, sim_text_shape),
	CYAML_FIELD_END,
};
SHAPE(exchange_account);

static const cyaml_schema_field_t exchange_server_fields[] = {
	TEXT(exchange_server, version),
	COUNT(exchange_server, find_limit),
	COUNT(exchange_server, batch_limit),
	COUNT(exchange_server, lockout_after),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t scenario_fields[] = {
	CYAML_FIELD_MAPPING_PTR(
		"server", OPTIONAL, struct scenario, server, exchange_server_fields),
	LIST(scenario, accounts, exchange_account_shape),
	LIST(scenario, rooms, sim_room_shape),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t scenario_shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields)};

static int
take(void *arg, const void *data, struct err *err)
{
	struct store *s = arg;
	const struct scenario *from = data;
	if (from->server != NULL && store_put_server(s, from->server, err) != ERR_NONE)
		return ERR_CONFIG;
	for (unsigned i = 0; i < from->accounts_count; i++)
		if (store_put_account(s, &from->accounts[i], err) != ERR_NONE)
			return ERR_CONFIG;
	for (unsigned i = 0; i < from->rooms_count; i++)
		if (check_version(&from->rooms[i], err) != ERR_NONE)
			return ERR_CONFIG;
	return calendars_put_all(&s->calendars, from->rooms, from->rooms_count, err);
}

int
store_load(struct store *s, const char *path, const struct store *before, struct err *err)
{
	int grade = scenario_load(&s->calendars, path, &scenario_shape, take, s, err);
	if (grade == ERR_NONE && before != NULL)
		calendars_carry_over(&s->calendars, &before->calendars);
	return grade;
}
