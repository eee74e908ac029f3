/* room: the rooms whose calendars are watched. */
#include "base/arena.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/import.h"
#include "cli/show.h"

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};

static const struct cli_option room_options[] = {
	{"--mailbox", "mailbox", CLI_TEXT, "ADDRESS",
		"the room's address in the calendar", NULL},
	{"--link", "link", CLI_TEXT, "LINK", "the link that reads it", NULL},
	{"--profile", "profile", CLI_TEXT, "PROFILE",
		"what it may dial (see `convoke profile`); else: default", NULL},
	{"--transports", "transports", CLI_LIST, "VIA,…",
		"its equipment, best first: sip, h323, pstn, web", transports},
	{"--description", "description", CLI_TEXT, "TEXT", "where it is, for people",
		NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static int
room_add(struct cli_args *args)
{
	return call_change(args, "name", "room.add", "added");
}

static int
room_list(struct cli_args *args)
{
	static const struct call_column columns[] = {{"ROOM", "name"},
		{"MAILBOX", "mailbox"}, {"LINK", "link"}, {"PROFILE", "profile"},
		{"TRANSPORTS", "transports"}, {"DESCRIPTION", "description"},
		{NULL, NULL}};
	return call_list(args, "room.list", "rooms", columns);
}

static int
room_show(struct cli_args *args)
{
	return call_show(args, "name", "room.get");
}

static int
room_set(struct cli_args *args)
{
	return call_change(args, "name", "room.set", "changed");
}

/* It waits for the answer, so what went wrong is known. */
static int
room_poll(struct cli_args *args)
{
	json_t *result = NULL;
	json_object_set_new(args->params, "room", json_string(args->words[0]));
	int status = client_ask("room.poll", json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	struct arena *a = arena_new(0);
	const json_t *error = json_object_get(result, "error");
	if (args->json) {
		show_json(result);
	} else if (error != NULL) {
		printf("%s: %s%s%s\n", args->words[0], cli_red(),
			show_get(a, error, "text"), cli_plain());
		cli_wrap(stdout, 2, false, show_get(a, error, "cure"));
	} else {
		printf("%s: read; %s meetings, %s of them can be joined\n",
			args->words[0], show_get(a, result, "meetings"),
			show_get(a, result, "joinable"));
	}
	json_decref(result);
	arena_free(a);
	return error == NULL ? CLI_DONE : CLI_NO;
}

static int
room_remove(struct cli_args *args)
{
	return call_change(args, "name", "room.remove", "removed");
}

const struct cli_command cli_room_commands[] = {
	{.noun = "room",
		.verb = "add",
		.words = "NAME",
		.needs = "--mailbox --link",
		.options = room_options,
		.summary = "watch a room's calendar",
		.about = "NAME is what programs call the room: letters, digits and "
			 "_ - = # ; : ? @ &, up to 100.",
		.example = "convoke room add SEA_38_0021 "
			   "--mailbox sea-38-0021@example.com --link hq",
		.run = room_add},
	{.noun = "room",
		.verb = "import",
		.words = "LINK",
		.options = import_options,
		.summary = "watch the rooms that a calendar server lists",
		.about = "Adds every room that the server knows and nobody watches yet. A "
			 "room is called as its server calls it (\"SEA 38 0021\" becomes "
			 "SEA_38_0021), or else as its address. Not every server has such a "
			 "list.",
		.example = "convoke room import cloud --dry-run",
		.run = import_rooms},
	{.noun = "room",
		.verb = "list",
		.summary = "the rooms",
		.example = "convoke room list",
		.run = room_list},
	{.noun = "room",
		.verb = "show",
		.words = "ROOM",
		.summary = "one room in full",
		.example = "convoke room show SEA_38_0021",
		.run = room_show},
	{.noun = "room",
		.verb = "set",
		.words = "ROOM",
		.options = room_options,
		.summary = "change a room",
		.about = "What is not given stays as it is.",
		.example = "convoke room set SEA_38_0021 --transports pstn",
		.run = room_set},
	{.noun = "room",
		.verb = "poll",
		.words = "ROOM",
		.summary = "look at a room's calendar now",
		.example = "convoke room poll SEA_38_0021",
		.run = room_poll},
	{.noun = "room",
		.verb = "remove",
		.words = "ROOM",
		.summary = "stop watching a room",
		.example = "convoke room remove SEA_38_0021",
		.run = room_remove},
	{.noun = NULL},
};
