/* join, next, agenda: what the dialogue engine asks, for people. */
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "cli/answer.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};

static const struct cli_option join_options[] = {
	{"--meeting", "meeting", CLI_TEXT, "ID", "this one of those it asked about",
		NULL},
	{"--declined", "declined", CLI_LIST, "ID,…", "the user said no to these", NULL},
	{"--pin", "pin", CLI_TEXT, "PIN", "the PIN that it asked for", NULL},
	{"--transports", "transports", CLI_LIST, "VIA,…",
		"what the device can do: sip, h323, pstn, web", transports},
	{"--at", "at", CLI_TEXT, "TIME", "as of another moment: 2026-11-23T15:00:00Z",
		NULL},
	{"--max-wait-ms", "max_wait_ms", CLI_NUMBER, "MS",
		"look at the calendar once more first, for at most so long", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static const struct cli_option agenda_options[] = {
	{"--from", "from", CLI_TEXT, "TIME", "from then on: 2026-11-23T15:00:00Z", NULL},
	{"--to", "to", CLI_TEXT, "TIME", "until then", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static int
name_room(struct cli_args *args)
{
	json_t *room = json_string(args->words[0]);
	if (room == NULL)
		return cli_usage(args->command, "\"%s\" is not UTF-8", args->words[0]);
	json_object_set_new(args->params, "room", room);
	return CLI_DONE;
}

static int
run_join(struct cli_args *args)
{
	int status = name_room(args);
	return status == CLI_DONE ? answer_ask("meeting.join", args) : status;
}

static struct cli_table *
agenda_table(void)
{
	return cli_table_new("START", "END", "SUBJECT", "JOINS", "ID", NULL);
}

static void
agenda_row(struct arena *a, struct cli_table *t, const json_t *m)
{
	const char *subject = show_get(a, m, "subject"), *end = show_when(a, m, "end");
	const char *provider = show_get(a, json_object_get(m, "provider"), "name");
	bool same_day = strncmp(show_when(a, m, "start"), end, strlen("Mon 23 Nov")) == 0;
	cli_table_row(t, show_when(a, m, "start"),
		same_day ? end + strlen("Mon 23 Nov ") : end,
		*subject ? subject : "(withheld)", *provider ? provider : "-",
		show_get(a, m, "id"), NULL);
}

static void
print_agenda(const json_t *result)
{
	struct arena *a = arena_new(0);
	const json_t *meetings = json_object_get(result, "meetings");
	const json_t *fresh = json_object_get(result, "freshness");
	struct cli_table *t = agenda_table();
	size_t i;
	json_t *m;
	json_array_foreach (meetings, i, m)
		agenda_row(a, t, m);
	if (json_array_size(meetings) > 0)
		cli_table_print(t, stdout);
	else
		cli_table_free(t);
	printf("%s%slast synced %s%s\n",
		json_array_size(meetings) > 0 ? "" : "Nothing on the calendar; ",
		json_is_true(json_object_get(fresh, "stale")) ? cli_yellow() : cli_dim(),
		show_ago(a, fresh, "synced_at", when_now()), cli_plain());
	arena_free(a);
}

static int
run_agenda(struct cli_args *args)
{
	json_t *result = NULL;
	int status = name_room(args);
	if (status == CLI_DONE)
		status = client_ask("meeting.list", json_incref(args->params), &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		print_agenda(result);
	json_decref(result);
	return status;
}

/* The first meeting that has not begun; NULL when there is none. */
static const json_t *
first_ahead(const json_t *meetings, int64_t now)
{
	size_t i;
	json_t *m;
	json_array_foreach (meetings, i, m) {
		int64_t start;
		const char *text = json_string_value(json_object_get(m, "start"));
		if (text != NULL && when_parse(text, &start) && start >= now)
			return m;
	}
	return NULL;
}

static void
print_next(const json_t *m)
{
	struct arena *a = arena_new(0);
	struct cli_table *t = agenda_table();
	agenda_row(a, t, m);
	cli_table_print(t, stdout);
	show_dial(a, json_object_get(m, "dial"), "  ");
	arena_free(a);
}

static int
run_next(struct cli_args *args)
{
	json_t *result = NULL;
	char from[WHEN_TEXT];
	int64_t now = when_now();
	int status = name_room(args);
	json_object_set_new(args->params, "from", json_string(when_text(now, from)));
	if (status == CLI_DONE)
		status = client_ask("meeting.list", json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	const json_t *m = first_ahead(json_object_get(result, "meetings"), now);
	if (args->json && m != NULL)
		show_json(m);
	else if (args->json)
		puts("null");
	else if (m != NULL)
		print_next(m);
	else
		puts("Nothing more on the calendar.");
	status = m != NULL ? CLI_DONE : CLI_NO;
	json_decref(result);
	return status;
}

const struct cli_command cli_ask_commands[] = {
	{.noun = "join",
		.words = "ROOM",
		.options = join_options,
		.summary = "what a room has to dial now",
		.about =
			"Answers as \"join my meeting\" said in that room would be: exit "
			"status 0 with what to dial, 1 when there is a question first.",
		.example = "convoke join SEA_38_0021",
		.run = run_join},
	{.noun = "next",
		.words = "ROOM",
		.summary = "the next meeting in a room",
		.about =
			"The first meeting that has not begun; exit status 1 when there is "
			"none.",
		.example = "convoke next SEA_38_0021",
		.run = run_next},
	{.noun = "agenda",
		.words = "ROOM",
		.options = agenda_options,
		.summary = "all meetings that are known of a room",
		.example = "convoke agenda SEA_38_0021",
		.run = run_agenda},
	{.noun = NULL},
};
