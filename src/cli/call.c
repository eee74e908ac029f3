#include "cli/call.h"

#include <string.h>

#include "base/arena.h"
#include "cli/client.h"
#include "cli/show.h"

/* A file system's or terminal's word need not be UTF-8, JSON's must be. */
static int
name_it(struct cli_args *args, const char *param)
{
	json_t *name = json_string(args->words[0]);
	if (name == NULL)
		return cli_usage(args->command, "\"%s\" is not UTF-8", args->words[0]);
	json_object_set_new(args->params, param, name);
	return CLI_DONE;
}

int
call_change(
	struct cli_args *args, const char *param, const char *method, const char *done)
{
	json_t *result = NULL;
	int status = name_it(args, param);
	if (status == CLI_DONE)
		status = client_ask(method, json_incref(args->params), &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		printf("%s: %s\n", args->words[0], done);
	json_decref(result);
	return status;
}

static void
print_list(const json_t *list, const struct call_column *columns)
{
	struct arena *a = arena_new(0);
	const char *cells[CALL_COLUMNS] = {NULL};
	size_t i;
	json_t *item;
	for (size_t c = 0; c < CALL_COLUMNS && columns[c].key != NULL; c++)
		cells[c] = columns[c].heading;
	struct cli_table *t = cli_table_new(cells[0], cells[1], cells[2], cells[3],
		cells[4], cells[5], cells[6], NULL);
	json_array_foreach (list, i, item) {
		for (size_t c = 0; c < CALL_COLUMNS && columns[c].key != NULL; c++)
			cells[c] = show_get(a, item, columns[c].key);
		cli_table_row(t, cells[0], cells[1], cells[2], cells[3], cells[4],
			cells[5], cells[6], NULL);
	}
	cli_table_print(t, stdout);
	arena_free(a);
}

int
call_list(struct cli_args *args, const char *method, const char *key,
	const struct call_column *columns)
{
	json_t *result = NULL;
	int status = client_ask(method, NULL, &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE && json_array_size(show_list(result, key)) == 0)
		printf("None yet. For example: %s\n", args->command->example);
	else if (status == CLI_DONE)
		print_list(show_list(result, key), columns);
	json_decref(result);
	return status;
}

/* "prefer_toll_free" as people write it. */
static const char *
spaced(struct arena *a, const char *key)
{
	char *s = arena_strdup(a, show_clean(a, key));
	for (char *c = s; *c != '\0'; c++)
		*c = *c == '_' ? ' ' : *c;
	return s;
}

static void
print_object(json_t *object)
{
	struct arena *a = arena_new(0);
	const char *key;
	json_t *v;
	json_object_foreach (object, key, v) {
		const char *text = show_get(a, object, key);
		if (json_is_object(v)) /* an error: what, and its cure */
			text = arena_printf(a, "%s %s", show_get(a, v, "text"),
				show_get(a, v, "cure"));
		if (*text != '\0')
			printf("%s%-20s%s %s\n", cli_dim(), spaced(a, key), cli_plain(),
				text);
	}
	arena_free(a);
}

int
call_show(struct cli_args *args, const char *param, const char *method)
{
	json_t *result = NULL;
	int status = name_it(args, param);
	if (status == CLI_DONE)
		status = client_ask(method, json_incref(args->params), &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		print_object(result);
	json_decref(result);
	return status;
}
