/* status and watch: how the daemon is doing, and what it tells as it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"
#include "paths.h"
#include "schedule.h"

enum { DAY_S = 24 * 3600, MAX_DAYS = 3650 };

static const struct cli_option status_options[] = {
	{"--expiring", "expiring", CLI_TRUE, NULL,
		"only what ends within DAYS (14): passwords, secrets, keys", NULL},
	{"--watch", "watch", CLI_TRUE, NULL, "show it again at every change", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

/* "ok", or the error's code, which is explained below the tables. `since` is the member
 * that tells of success. */
static const char *
health(struct arena *a, const json_t *object, const char *since)
{
	const char *code = show_get(a, json_object_get(object, "error"), "code");
	if (*code != '\0')
		return arena_printf(a, "%s%s%s", cli_red(), code, cli_plain());
	if (json_object_get(object, since) == NULL)
		return arena_printf(a, "%snot yet%s", cli_dim(), cli_plain());
	return arena_printf(a, "%sok%s", cli_green(), cli_plain());
}

/* Each trouble once, with its cure: rooms have their link's, too. */
static void
print_troubles(struct arena *a, const json_t *list, const char *key, json_t *said)
{
	size_t i;
	json_t *object;
	json_array_foreach (list, i, object) {
		const json_t *error = json_object_get(object, "error");
		const char *text = show_get(a, error, "text");
		if (error == NULL || json_object_get(said, text) != NULL)
			continue;
		json_object_set_new(said, text, json_true());
		putchar('\n');
		cli_wrap(stdout, 2, true,
			arena_printf(a, "%s%s%s: %s", cli_bold(),
				show_get(a, object, key), cli_plain(), text));
		cli_wrap(stdout, 2, false, show_get(a, error, "cure"));
	}
}

static bool
is_well(const json_t *status)
{
	static const char *const lists[] = {"links", "rooms"};
	size_t i;
	json_t *o;
	bool well = json_object_get(status, "data_error") == NULL;
	for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
		json_array_foreach (json_object_get(status, lists[l]), i, o)
			well &= json_object_get(o, "error") == NULL;
	return well;
}

/* Whether a link's credential ends within so many days, or has ended. */
static bool
is_expiring(const json_t *link, int64_t now, int days)
{
	int64_t end;
	const char *text = json_string_value(json_object_get(link, "password_expires"));
	return text != NULL && when_parse(text, &end) && end - now <= days * (int64_t)DAY_S;
}

static void
print_expiring(struct arena *a, const json_t *link, int64_t now)
{
	const char *kind = show_get(a, link, "credential_kind");
	printf("%s: %sits %s %s %s%s\n", show_get(a, link, "link"), cli_yellow(),
		*kind != '\0' ? kind : "password",
		is_expiring(link, now, 0) ? "expired" : "expires",
		show_ago(a, link, "password_expires", now), cli_plain());
	cli_wrap(stdout, 2, false, show_get(a, link, "renew"));
}

static void
print_links(struct arena *a, const json_t *links, int64_t now)
{
	struct cli_table *t =
		cli_table_new("LINK", "ROOMS", "LAST GOOD", "REQUESTS/H", "STATE", NULL);
	size_t i;
	json_t *o;
	json_array_foreach (links, i, o)
		cli_table_row(t, show_get(a, o, "link"),
			arena_printf(a, "%s/%s", show_get(a, o, "rooms_ok"),
				show_get(a, o, "rooms")),
			show_ago(a, o, "last_good", now), show_get(a, o, "requests_hour"),
			health(a, o, "last_good"), NULL);
	cli_table_print(t, stdout);
}

static void
print_rooms(struct arena *a, const json_t *rooms, int64_t now)
{
	struct cli_table *t = cli_table_new(
		"ROOM", "LINK", "SYNCED", "NEXT", "MEETINGS", "JOINABLE", "STATE", NULL);
	size_t i;
	json_t *o;
	json_array_foreach (rooms, i, o)
		cli_table_row(t, show_get(a, o, "room"), show_get(a, o, "link"),
			show_ago(a, o, "synced_at", now),
			show_ago(a, o, "next_poll", now), show_get(a, o, "meetings"),
			show_get(a, o, "joinable"), health(a, o, "synced_at"), NULL);
	cli_table_print(t, stdout);
}

static void
print_status(const json_t *status)
{
	struct arena *a = arena_new(0);
	int64_t now = when_now();
	const json_t *links = json_object_get(status, "links");
	const json_t *rooms = json_object_get(status, "rooms");
	const char *data_error = show_get(a, status, "data_error");
	json_t *said = json_object(), *link;
	size_t i;
	if (json_array_size(links) == 0) {
		puts("The daemon runs, and nothing is set up yet: `convoke link add --help`");
	} else {
		print_links(a, links, now);
		puts("");
		print_rooms(a, rooms, now);
	}
	json_array_foreach (links, i, link) {
		if (!is_expiring(link, now, SCHEDULE_WARN_DAYS))
			continue;
		puts("");
		print_expiring(a, link, now);
	}
	print_troubles(a, links, "link", said);
	print_troubles(a, rooms, "room", said);
	if (*data_error != '\0')
		printf("\n%sA reload was refused%s: %s\n", cli_red(), cli_plain(),
			data_error);
	json_decref(said);
	arena_free(a);
}

static int
status_once(bool json)
{
	json_t *result = NULL;
	int status = client_ask("status.get", NULL, &result);
	if (status != CLI_DONE)
		return status;
	if (json)
		show_json(result);
	else
		print_status(result);
	status = is_well(result) ? CLI_DONE : CLI_NO;
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

/* For a timer that mails: nothing is printed when there is nothing to do. */
static int
status_expiring(bool json, int days)
{
	json_t *result = NULL, *link;
	int status = client_ask("status.get", NULL, &result);
	if (status != CLI_DONE)
		return status;
	json_t *found = json_array();
	struct arena *a = arena_new(0);
	int64_t now = when_now();
	size_t i;
	json_array_foreach (json_object_get(result, "links"), i, link)
		if (is_expiring(link, now, days))
			json_array_append(found, link);
	if (json_array_size(found) > 0)
		status = CLI_NO;
	if (json) {
		json_t *all = json_pack("{s:O}", "expiring", found);
		show_json(all);
		json_decref(all);
	} else {
		json_array_foreach (found, i, link)
			print_expiring(a, link, now);
	}
	json_decref(found);
	json_decref(result);
	arena_free(a);
	return status;
}

/* 0 when it is no such number. */
static int
read_days(const struct cli_args *args)
{
	char *end;
	if (args->n_words == 0)
		return SCHEDULE_WARN_DAYS;
	long days = strtol(args->words[0], &end, 10);
	return *end == '\0' && days > 0 && days <= MAX_DAYS ? (int)days : 0;
}

static int
run_status(struct cli_args *args)
{
	int days = read_days(args);
	bool expiring = cli_args_flag(args, "expiring");
	if (expiring && cli_args_flag(args, "watch"))
		return cli_usage(args->command, "--expiring and --watch exclude each other");
	if (args->n_words > 0 && !expiring)
		return cli_usage(args->command, "DAYS goes with --expiring");
	if (days == 0)
		return cli_usage(args->command, "DAYS is a whole number from 1 to %d, not \"%s\"",
			MAX_DAYS, args->words[0]);
	if (expiring)
		return status_expiring(args->json, days);
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
		.words = "[DAYS]",
		.options = status_options,
		.summary = "how links and rooms are doing, and what to correct",
		.about = "Exit status 1 when anything is wrong; with --expiring, when something "
			 "ends, and else nothing is printed.",
		.example = "convoke status\nconvoke status --expiring 30",
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
