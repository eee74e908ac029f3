/* why and audit: what happened to a room, and who changed what. */
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "cli/answer.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"

enum { AROUND_S = 2 * 3600 /* before and after the moment that is asked about */ };

static const struct cli_option why_options[] = {
	{"--at", "at", CLI_TEXT, "TIME", "about that moment: 2026-11-23T15:00:00Z", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static const struct cli_option audit_options[] = {
	{"--max", "max", CLI_NUMBER, "N", "the last so many (100)", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

/* When, and what of each: `keys` ends with NULL. */
static void
print_events(
	const json_t *events, const char *const headings[2], const char *const keys[2])
{
	struct arena *a = arena_new(0);
	struct cli_table *t = cli_table_new("WHEN", headings[0], headings[1], NULL);
	size_t i;
	json_t *e;
	json_array_foreach (events, i, e)
		cli_table_row(t, show_when(a, e, "at"), show_get(a, e, keys[0]),
			show_get(a, e, keys[1]), NULL);
	cli_table_print(t, stdout);
	arena_free(a);
}

static void
print_why(const json_t *answer, const json_t *events)
{
	answer_show(answer);
	putchar('\n');
	if (json_array_size(events) > 0)
		print_events(events, (const char *const[]){"WHAT", "OF IT"},
			(const char *const[]){"what", "text"});
	else
		puts("Nothing is known to have happened there then.");
}

/* What is asked of room.history about a moment; NULL: now. */
static json_t *
moment(const char *room, const char *at)
{
	int64_t when = when_now();
	char from[WHEN_TEXT], to[WHEN_TEXT];
	if (at != NULL && !when_parse(at, &when))
		return NULL;
	return json_pack("{s:s, s:s, s:s}", "room", room, "from",
		when_text(when - AROUND_S, from), "to", when_text(when + AROUND_S, to));
}

static int
run_why(struct cli_args *args)
{
	const char *at = cli_args_text(args, "at");
	json_t *answer = NULL, *history = NULL;
	json_t *params = moment(args->words[0], at);
	if (params == NULL)
		return cli_usage(args->command,
			"--at takes a time such as 2026-11-23T15:00:00Z, not \"%s\"", at);
	json_object_set_new(args->params, "room", json_string(args->words[0]));
	int status = client_ask("meeting.join", json_incref(args->params), &answer);
	if (status == CLI_DONE)
		status = client_ask("room.history", json_incref(params), &history);
	const json_t *events = json_object_get(history, "events");
	if (status == CLI_DONE && args->json) {
		json_object_set(answer, "events", (json_t *)events);
		show_json(answer);
	} else if (status == CLI_DONE) {
		print_why(answer, events);
	}
	json_decref(params);
	json_decref(history);
	json_decref(answer);
	return status;
}

static int
run_audit(struct cli_args *args)
{
	json_t *result = NULL;
	int status = client_ask("audit.list", json_incref(args->params), &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		print_events(json_object_get(result, "audits"),
			(const char *const[]){"WHO", "WHAT"},
			(const char *const[]){"who", "what"});
	json_decref(result);
	return status;
}

const struct cli_command cli_history_commands[] = {
	{.noun = "why",
		.words = "ROOM",
		.options = why_options,
		.summary = "why a room did, or did not, join",
		.about =
			"What the room would be answered, from what is known today, and what "
			"happened within two hours of that moment: calls that devices "
			"reported, troubles of its calendar, changes of its meetings. Kept "
			"for a week.",
		.example = "convoke why SEA_38_0021 --at 2026-11-23T15:00:00Z",
		.run = run_why},
	{.noun = "audit",
		.options = audit_options,
		.summary = "who changed what",
		.example = "convoke audit --max 20",
		.run = run_audit},
	{.noun = NULL},
};
