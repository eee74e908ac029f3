#include "cli/import.h"

#include <fnmatch.h>
#include <string.h>

#include "base/arena.h"
#include "cli/client.h"
#include "cli/show.h"

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};

const struct cli_option import_options[] = {
	{"--dry-run", "dry_run", CLI_TRUE, NULL,
		"show what would be added, and add nothing", NULL},
	{"--only", "only", CLI_TEXT, "PATTERN",
		"only addresses such as 'sea-*' (quote it from the shell)", NULL},
	{"--profile", "profile", CLI_TEXT, "PROFILE",
		"what they may dial (see `convoke profile`); else: default", NULL},
	{"--transports", "transports", CLI_LIST, "VIA,…",
		"their equipment, best first: sip, h323, pstn, web", transports},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

#define ALLOWED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=#;:?@&-"
enum { MAX_NAME = 100, MAX_SAME = 1000 };

/* Of the first `n` bytes, those that a name may have. */
static const char *
cleaned(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;
	for (size_t i = 0; i < n && k < MAX_NAME; i++)
		if (strchr(ALLOWED, s[i]) != NULL)
			out[k++] = s[i];
		else if ((s[i] == ' ' || s[i] == '.') && k > 0 && out[k - 1] != '_')
			out[k++] = '_';
	while (k > 0 && out[k - 1] == '_')
		k--;
	out[k] = '\0';
	return out;
}

const char *
import_name(struct arena *a, const char *name, const char *mailbox, const json_t *taken)
{
	const char *best = strspn(name, ALLOWED " .") == strlen(name)
				   ? cleaned(a, name, strlen(name))
				   : "";
	if (*best == '\0' || json_object_get(taken, best) != NULL)
		best = cleaned(a, mailbox, strcspn(mailbox, "@"));
	if (*best == '\0')
		best = "ROOM";
	const char *one = best;
	for (int i = 2; json_object_get(taken, one) != NULL && i < MAX_SAME; i++)
		one = arena_printf(a, "%.90s_%d", best, i);
	return one;
}

/* The names that rooms have already, as an object's keys. */
static int
names_taken(json_t **ret)
{
	json_t *result = NULL, *room;
	size_t i;
	int status = client_ask("room.list", NULL, &result);
	if (status != CLI_DONE)
		return status;
	*ret = json_object();
	json_array_foreach (show_list(result, "rooms"), i, room)
		json_object_set_new(*ret,
			json_string_value(json_object_get(room, "name")), json_true());
	json_decref(result);
	return CLI_DONE;
}

static int
add_room(const struct cli_args *args, const char *link, const char *name, json_t *room)
{
	json_t *result = NULL;
	json_t *params = json_pack("{s:s, s:s, s:O}", "name", name, "link", link,
		"mailbox", json_object_get(room, "mailbox"));
	static const char *const passed[] = {"profile", "transports"};
	for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
		if (json_object_get(args->params, passed[i]) != NULL)
			json_object_set(params, passed[i],
				json_object_get(args->params, passed[i]));
	if (json_object_get(room, "place") != NULL)
		json_object_set(params, "description", json_object_get(room, "place"));
	int status = client_ask("room.add", params, &result);
	json_decref(result);
	return status;
}

static bool
is_meant(const struct cli_args *args, const json_t *room)
{
	const char *only = cli_args_text(args, "only");
	const char *mailbox = json_string_value(json_object_get(room, "mailbox"));
	return mailbox != NULL &&
	       (only == NULL || fnmatch(only, mailbox, FNM_CASEFOLD) == 0);
}

/* What became of each goes into it as `done`; false when one could not be added. */
static bool
import_each(const struct cli_args *args, struct arena *a, json_t *rooms, json_t *taken)
{
	bool dry = cli_args_flag(args, "dry_run"), well = true;
	size_t i;
	json_t *room;
	json_array_foreach (rooms, i, room) {
		const char *done = "watched already";
		if (json_object_get(room, "room") == NULL) {
			const char *name =
				json_string_value(json_object_get(room, "name"));
			name = import_name(a, name != NULL ? name : "",
				json_string_value(json_object_get(room, "mailbox")),
				taken);
			done = dry ? "would be added" : "added";
			if (!dry &&
				add_room(args, args->words[0], name, room) != CLI_DONE) {
				done = "failed";
				well = false;
			}
			json_object_set_new(room, "room", json_string(name));
			json_object_set_new(taken, name, json_true());
		}
		json_object_set_new(room, "done", json_string(done));
	}
	return well;
}

static void
print_rooms(struct arena *a, const json_t *rooms)
{
	size_t i;
	json_t *room;
	struct cli_table *t =
		cli_table_new("ROOM", "MAILBOX", "PLACE", "SEATS", "", NULL);
	json_array_foreach (rooms, i, room)
		cli_table_row(t, show_get(a, room, "room"), show_get(a, room, "mailbox"),
			show_get(a, room, "place"), show_get(a, room, "capacity"),
			show_get(a, room, "done"), NULL);
	cli_table_print(t, stdout);
}

int
import_rooms(struct cli_args *args)
{
	json_t *result = NULL, *taken = NULL, *room;
	size_t i;
	int status = client_ask(
		"link.rooms", json_pack("{s:s}", "link", args->words[0]), &result);
	if (status == CLI_DONE)
		status = names_taken(&taken);
	if (status == CLI_DONE) {
		struct arena *a = arena_new(0);
		json_t *rooms = json_array();
		json_array_foreach (json_object_get(result, "rooms"), i, room)
			if (is_meant(args, room))
				json_array_append(rooms, room);
		if (!import_each(args, a, rooms, taken))
			status = CLI_NO;
		json_object_set_new(result, "rooms", rooms);
		if (args->json)
			show_json(result);
		else if (json_array_size(rooms) == 0)
			printf("%s has no such room.\n", args->words[0]);
		else
			print_rooms(a, rooms);
		arena_free(a);
	}
	json_decref(taken);
	json_decref(result);
	return status;
}
