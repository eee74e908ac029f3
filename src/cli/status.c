/* status and watch: how the daemon is doing, and what it tells as it happens. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"
#include "paths.h"

static const struct cli_option status_options[] = {
	{"--watch", "watch", CLI_TRUE, NULL, "show it again at every change", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

/* "ok", or the error's words in red. */
static const char *
health(struct arena *a, const json_t *object)
{
	const char *text = show_get(a, json_object_get(object, "error"), "text");
	return *text == '\0' ? arena_printf(a, "%sok%s", cli_green(), cli_plain())
			     : arena_printf(a, "%s%s%s", cli_red(), text, cli_plain());
}

/* Each cure once, below the tables. */
static bool
print_cures(struct arena *a, const json_t *list, const char *key)
{
	size_t i, j;
	json_t *object, *earlier;
	bool well = true;
	json_array_foreach (list, i, object) {
		const json_t *error = json_object_get(object, "error");
		const char *cure = show_get(a, error, "cure");
		bool said = false;
		well &= *show_get(a, error, "text") == '\0';
		json_array_foreach (list, j, earlier) {
			if (j >= i)
				break;
			const json_t *other = json_object_get(earlier, "error");
			said |= strcmp(show_get(a, other, "cure"), cure) == 0;
		}
		if (*cure != '\0' && !said)
			printf("\n%s: %s\n", show_get(a, object, key), cure);
	}
	return well;
}

static int
print_status(const json_t *status)
{
	struct arena *a = arena_new(0);
	int64_t now = when_now();
	const json_t *links = show_list(json_object_get(status, "links"), "links");
	const json_t *rooms = show_list(json_object_get(status, "rooms"), "rooms");
	size_t i;
	json_t *o;
	struct cli_table *t =
		cli_table_new("LINK", "ROOMS", "LAST GOOD", "REQUESTS/H", "STATE", NULL);
	json_array_foreach (links, i, o)
		cli_table_row(t, show_get(a, o, "link"),
			arena_printf(a, "%s/%s", show_get(a, o, "rooms_ok"),
				show_get(a, o, "rooms")),
			show_ago(a, o, "last_good", now), show_get(a, o, "requests_hour"),
			health(a, o), NULL);
	cli_table_print(t, stdout);
	puts("");
	t = cli_table_new(
		"ROOM", "LINK", "SYNCED", "NEXT", "MEETINGS", "JOINABLE", "STATE", NULL);
	json_array_foreach (rooms, i, o)
		cli_table_row(t, show_get(a, o, "room"), show_get(a, o, "link"),
			show_ago(a, o, "synced_at", now),
			show_ago(a, o, "next_poll", now), show_get(a, o, "meetings"),
			show_get(a, o, "joinable"), health(a, o), NULL);
	cli_table_print(t, stdout);
	bool well = print_cures(a, links, "link");
	well &= print_cures(a, rooms, "room");
	const char *data_error = show_get(a, status, "data_error");
	if (*data_error != '\0')
		printf("\n%sA reload was refused%s: %s\n", cli_red(), cli_plain(),
			data_error);
	arena_free(a);
	return well && *data_error == '\0' ? CLI_DONE : CLI_NO;
}

static int
status_once(bool json)
{
	json_t *result = NULL;
	int status = client_ask("status.get", NULL, &result);
	if (status == CLI_DONE && json)
		show_json(result);
	else if (status == CLI_DONE)
		status = print_status(result);
	json_decref(result);
	return status;
}

/* Connects and subscribes; each notification goes to `each`. Ends with the daemon. */
static int
follow(json_t *params, int (*each)(const json_t *notification, bool json), bool json)
{
	struct arena *a = arena_new(0);
	struct client *c = NULL;
	struct err err = {0};
	json_t *got = NULL;
	int r = client_open(paths_socket(a), &c, &err);
	if (r == ERR_NONE)
		r = client_call(c, "watch", json_incref(params), &got, &err);
	json_decref(params);
	json_decref(got);
	for (got = NULL; r == ERR_NONE; got = NULL) {
		fflush(stdout);
		r = client_next(c, &got, &err);
		if (r == ERR_NONE)
			r = each(got, json);
		json_decref(got);
	}
	client_close(c);
	arena_free(a);
	if (err.grade != ERR_NONE)
		cli_fail(&err);
	return r == ERR_ABSENT ? CLI_NO_DAEMON : CLI_NO;
}

static int
again(const json_t *notification, bool json)
{
	(void)notification;
	if (!json)
		fputs("\033[H\033[2J", stdout);
	return status_once(json) == CLI_NO_DAEMON ? ERR_ABSENT : ERR_NONE;
}

static int
run_status(struct cli_args *args)
{
	int status = status_once(args->json);
	if (cli_args_flag(args, "watch") && status != CLI_NO_DAEMON)
		status = follow(NULL, again, args->json);
	return status;
}

static int
tell(const json_t *notification, bool json)
{
	if (json) {
		show_json(notification);
		return ERR_NONE;
	}
	struct arena *a = arena_new(0);
	const json_t *params = json_object_get(notification, "params");
	char now[WHEN_TEXT];
	const char *key;
	json_t *v;
	printf("%s%s%s %s%s%s", cli_dim(), when_text(when_now(), now), cli_plain(),
		cli_bold(), show_get(a, notification, "method"), cli_plain());
	json_object_foreach ((json_t *)params, key, v) {
		const char *text = show_get(a, params, key);
		if (*text != '\0')
			printf(" %s=%s", show_clean(a, key), text);
	}
	putchar('\n');
	arena_free(a);
	return ERR_NONE;
}

static int
run_watch(struct cli_args *args)
{
	json_t *rooms = json_array();
	for (size_t i = 0; i < args->n_words; i++)
		json_array_append_new(rooms, json_string(args->words[i]));
	if (args->n_words > 0)
		json_object_set(args->params, "rooms", rooms);
	json_decref(rooms);
	return follow(json_incref(args->params), tell, args->json);
}

static int
run_reload(struct cli_args *args)
{
	json_t *result = NULL;
	int status = client_ask("reload", NULL, &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		puts("The patterns and providers were read again.");
	json_decref(result);
	return status;
}

const struct cli_command cli_status_commands[] = {
	{.noun = "status",
		.options = status_options,
		.summary = "how links and rooms are doing, and what to correct",
		.about = "Exit status 1 when anything is wrong.",
		.example = "convoke status",
		.run = run_status},
	{.noun = "watch",
		.words = "[ROOM…]",
		.summary = "changes as they happen",
		.about = "One line a change, until the daemon ends.",
		.example = "convoke watch SEA_38_0021",
		.run = run_watch},
	{.noun = "reload",
		.summary = "read the pattern and provider files again",
		.about =
			"All of them or none: when one is wrong, those that are in force stay.",
		.example = "convoke reload",
		.run = run_reload},
	{.noun = NULL},
};
