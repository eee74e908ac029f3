#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "sim/calendars.h"
#include "sim/shape.h"

const cyaml_schema_value_t sim_text_shape = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 400)};

static const cyaml_schema_field_t sim_property_fields[] = {
	TEXT(sim_property, name),
	TEXT(sim_property, value),
	CYAML_FIELD_END,
};
SHAPE(sim_property);

static const cyaml_schema_field_t sim_exception_fields[] = {
	COUNT(sim_exception, instance),
	FLAG(sim_exception, deleted),
	FLAG(sim_exception, cancelled),
	TEXT(sim_exception, start),
	TEXT(sim_exception, end),
	TEXT(sim_exception, subject),
	TEXT(sim_exception, location),
	TEXT(sim_exception, text),
	TEXT(sim_exception, html),
	TEXT(sim_exception, file),
	CYAML_FIELD_END,
};
SHAPE(sim_exception);

static const cyaml_schema_field_t sim_meeting_fields[] = {
	TEXT(sim_meeting, name),
	TEXT(sim_meeting, start),
	TEXT(sim_meeting, end),
	TEXT(sim_meeting, subject),
	TEXT(sim_meeting, location),
	TEXT(sim_meeting, organizer),
	TEXT(sim_meeting, text),
	TEXT(sim_meeting, html),
	TEXT(sim_meeting, file),
	TEXT(sim_meeting, busy),
	TEXT(sim_meeting, sensitivity),
	TEXT(sim_meeting, response),
	TEXT(sim_meeting, zone),
	TEXT(sim_meeting, join_url),
	FLAG(sim_meeting, all_day),
	FLAG(sim_meeting, cancelled),
	FLAG(sim_meeting, corrupt),
	LIST(sim_meeting, properties, sim_property_shape),
	TEXT(sim_meeting, repeat),
	COUNT(sim_meeting, every),
	COUNT(sim_meeting, times),
	LIST(sim_meeting, days, sim_text_shape),
	LIST(sim_meeting, exceptions, sim_exception_shape),
	CYAML_FIELD_END,
};
SHAPE(sim_meeting);

static const cyaml_schema_field_t sim_room_fields[] = {
	TEXT(sim_room, mailbox),
	TEXT(sim_room, name),
	TEXT(sim_room, version),
	TEXT(sim_room, state),
	FLAG(sim_room, delete_comments),
	FLAG(sim_room, delete_subject),
	FLAG(sim_room, add_organizer_to_subject),
	LIST(sim_room, meetings, sim_meeting_shape),
	CYAML_FIELD_END,
};
const cyaml_schema_value_t sim_room_shape = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sim_room, sim_room_fields)};

int
scenario_load(struct calendars *c, const char *path, const cyaml_schema_value_t *shape,
	int (*take)(void *arg, const void *data, struct err *err), void *arg,
	struct err *err)
{
	char *bytes;
	size_t size;
	void *data;
	struct err inner;
	if (file_read(c->arena, path, DATAFILE_MAX, &bytes, &size, err) != ERR_NONE)
		return ERR_CONFIG;
	if (datafile_load(path, bytes, size, shape, &data, err) != ERR_NONE)
		return ERR_CONFIG;
	const char *slash = strrchr(path, '/');
	if (slash != NULL)
		c->directory = arena_strndup(c->arena, path, (size_t)(slash - path));
	int grade = take(arg, data, &inner);
	datafile_free(shape, data);
	if (grade != ERR_NONE)
		return err_set(
			err, ERR_CONFIG, "bad_scenario", "%s: %s", path, inner.text);
	return ERR_NONE;
}
