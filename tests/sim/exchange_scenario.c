#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/datafile.h"
#include "base/err.h"
#include "base/file.h"
#include "sim/exchange_store.h"

/* The file as libcyaml reads it. The structs of exchange.h are its schema's. */
struct scenario {
	struct exchange_server *server;
	struct exchange_account *accounts;
	struct exchange_room *rooms;
	unsigned accounts_count, rooms_count;
};

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(type, key)                                                                  \
	CYAML_FIELD_STRING_PTR(#key, OPTIONAL, struct type, key, 0, 1 << 20)
#define COUNT(type, key) CYAML_FIELD_UINT(#key, CYAML_FLAG_OPTIONAL, struct type, key)
#define FLAG(type, key) CYAML_FIELD_BOOL(#key, CYAML_FLAG_OPTIONAL, struct type, key)
#define LIST(type, key, of)                                                              \
	CYAML_FIELD_SEQUENCE(#key, OPTIONAL, struct type, key, &(of), 0, 100000)
#define SHAPE(type)                                                                      \
	static const cyaml_schema_value_t type##_shape = {                               \
		CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct type, type##_fields)}

static const cyaml_schema_value_t text_shape = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 400)};

static const cyaml_schema_field_t exchange_property_fields[] = {
	TEXT(exchange_property, name),
	TEXT(exchange_property, value),
	CYAML_FIELD_END,
};
SHAPE(exchange_property);

static const cyaml_schema_field_t exchange_exception_fields[] = {
	COUNT(exchange_exception, instance),
	FLAG(exchange_exception, deleted),
	FLAG(exchange_exception, cancelled),
	TEXT(exchange_exception, start),
	TEXT(exchange_exception, end),
	TEXT(exchange_exception, subject),
	TEXT(exchange_exception, location),
	TEXT(exchange_exception, text),
	TEXT(exchange_exception, html),
	TEXT(exchange_exception, file),
	CYAML_FIELD_END,
};
SHAPE(exchange_exception);

static const cyaml_schema_field_t exchange_meeting_fields[] = {
	TEXT(exchange_meeting, name),
	TEXT(exchange_meeting, start),
	TEXT(exchange_meeting, end),
	TEXT(exchange_meeting, subject),
	TEXT(exchange_meeting, location),
	TEXT(exchange_meeting, organizer),
	TEXT(exchange_meeting, text),
	TEXT(exchange_meeting, html),
	TEXT(exchange_meeting, file),
	TEXT(exchange_meeting, busy),
	TEXT(exchange_meeting, sensitivity),
	TEXT(exchange_meeting, response),
	TEXT(exchange_meeting, zone),
	TEXT(exchange_meeting, join_url),
	FLAG(exchange_meeting, all_day),
	FLAG(exchange_meeting, cancelled),
	FLAG(exchange_meeting, corrupt),
	LIST(exchange_meeting, properties, exchange_property_shape),
	TEXT(exchange_meeting, repeat),
	COUNT(exchange_meeting, every),
	COUNT(exchange_meeting, times),
	LIST(exchange_meeting, days, text_shape),
	LIST(exchange_meeting, exceptions, exchange_exception_shape),
	CYAML_FIELD_END,
};
SHAPE(exchange_meeting);

static const cyaml_schema_field_t exchange_room_fields[] = {
	TEXT(exchange_room, mailbox),
	TEXT(exchange_room, name),
	TEXT(exchange_room, version),
	FLAG(exchange_room, delete_comments),
	FLAG(exchange_room, delete_subject),
	FLAG(exchange_room, add_organizer_to_subject),
	LIST(exchange_room, meetings, exchange_meeting_shape),
	CYAML_FIELD_END,
};
SHAPE(exchange_room);

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
	LIST(exchange_account, impersonates, text_shape),
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
	LIST(scenario, rooms, exchange_room_shape),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t scenario_shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields)};

static int
take(struct store *s, const struct scenario *from, struct err *err)
{
	if (from->server != NULL && store_put_server(s, from->server, err) != ERR_NONE)
		return ERR_CONFIG;
	for (unsigned i = 0; i < from->accounts_count; i++)
		if (store_put_account(s, &from->accounts[i], err) != ERR_NONE)
			return ERR_CONFIG;
	for (unsigned i = 0; i < from->rooms_count; i++) {
		const struct exchange_room *r = &from->rooms[i];
		if (store_put_room(s, r, err) != ERR_NONE)
			return ERR_CONFIG;
		if (store_room(s, r->mailbox)->n_meetings != r->meetings_count)
			return err_set(err, ERR_CONFIG, "bad_scenario",
				"%s: two meetings of one name, or the room twice",
				r->mailbox);
	}
	return ERR_NONE;
}

/* What a room's meetings were called before: same name, same id; same words, same key. */
static void
carry_over_room(struct store *s, struct room *r, const struct room *before)
{
	r->last_number = before->last_number;
	for (size_t i = 0; i < r->n_meetings; i++) {
		struct meeting *m = r->meetings[i];
		const struct meeting *was = NULL;
		for (size_t k = 0; k < before->n_meetings && was == NULL; k++)
			if (strcmp(before->meetings[k]->name, m->name) == 0)
				was = before->meetings[k];
		m->number = was != NULL ? was->number : ++r->last_number;
		m->version = was != NULL && was->print == m->print ? was->version
								   : ++s->last_version;
	}
}

static void
carry_over(struct store *s, const struct store *before)
{
	if (s->last_version < before->last_version)
		s->last_version = before->last_version;
	for (size_t i = 0; i < s->n_rooms; i++) {
		const struct room *was = store_room(before, s->rooms[i]->mailbox);
		if (was != NULL)
			carry_over_room(s, s->rooms[i], was);
	}
}

int
store_load(struct store *s, const char *path, const struct store *before, struct err *err)
{
	char *bytes;
	size_t size;
	void *data;
	if (file_read(s->arena, path, DATAFILE_MAX, &bytes, &size, err) != ERR_NONE)
		return ERR_CONFIG;
	if (datafile_load(path, bytes, size, &scenario_shape, &data, err) != ERR_NONE)
		return ERR_CONFIG;
	const char *slash = strrchr(path, '/');
	if (slash != NULL)
		s->directory = arena_strndup(s->arena, path, (size_t)(slash - path));
	struct err inner;
	int grade = take(s, data, &inner);
	datafile_free(&scenario_shape, data);
	if (grade != ERR_NONE)
		return err_set(
			err, ERR_CONFIG, "bad_scenario", "%s: %s", path, inner.text);
	if (before != NULL)
		carry_over(s, before);
	return ERR_NONE;
}
