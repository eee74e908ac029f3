/* link, room, provider: what an administrator sets up. Each command is one call to the
 * daemon, whose parameters are the options' own. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/secret.h"
#include "cli/show.h"

#define NO_MORE                                                                          \
	{                                                                                \
		NULL, NULL, CLI_TEXT, NULL                                               \
	}

static const struct cli_option link_options[] = {
	{"--url", "url", CLI_TEXT, NULL},
	{"--user", "user", CLI_TEXT, NULL},
	{"--impersonate", "impersonate", CLI_TRUE, NULL},
	{"--delegation", "impersonate", CLI_FALSE, NULL},
	{"--credential", "credential", CLI_TEXT, NULL},
	{"--password-file", "password_file", CLI_TEXT, NULL},
	{"--ca-file", "ca_file", CLI_TEXT, NULL},
	{"--insecure-loopback", "insecure_loopback", CLI_TRUE, NULL},
	NO_MORE,
};

static const struct cli_option link_test_options[] = {
	{"--rooms", "rooms", CLI_LIST, NULL},
	NO_MORE,
};

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};

static const struct cli_option room_options[] = {
	{"--mailbox", "mailbox", CLI_TEXT, NULL},
	{"--link", "link", CLI_TEXT, NULL},
	{"--profile", "profile", CLI_TEXT, NULL},
	{"--description", "description", CLI_TEXT, NULL},
	{"--transports", "transports", CLI_LIST, transports},
	NO_MORE,
};

static const char *const pins[] = {"never", "optional", "required", NULL};

static const struct cli_option provider_options[] = {
	{"--pin", "pin", CLI_TEXT, pins},
	{"--number", "number", CLI_TEXT, NULL},
	{"--id-delay-ms", "id_delay_ms", CLI_NUMBER, NULL},
	{"--pin-delay-ms", "pin_delay_ms", CLI_NUMBER, NULL},
	{"--sip-endpoint", "sip_endpoint", CLI_TEXT, NULL},
	{"--h323-endpoint", "h323_endpoint", CLI_TEXT, NULL},
	{"--sip-template", "sip_template", CLI_TEXT, NULL},
	NO_MORE,
};

/* Calls, and prints what was done to `name`, or with --json the whole result. */
static int
change(const char *method, const struct cli_args *args, const char *done,
	const char *name)
{
	json_t *result = NULL;
	int status = client_ask(method, json_incref(args->params), &result);
	if (status == CLI_DONE && args->json)
		show_json(result);
	else if (status == CLI_DONE)
		printf("%s: %s\n", name, done);
	json_decref(result);
	return status;
}

/* A command of the shape `noun verb NAME [options]`. */
static int
change_one(int argc, char **argv, const struct cli_option *options, const char *param,
	const char *method, const char *done)
{
	struct cli_args args;
	if (!cli_args(argc, argv, options, 1, 1, "one NAME", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, param, json_string(args.words[0]));
	int status = change(method, &args, done, args.words[0]);
	cli_args_release(&args);
	return status;
}

/* The password becomes the parameter `secret`; the file's name stays here. */
static int
add_secret(struct cli_args *args, bool needed)
{
	const char *file = cli_args_text(args, "password_file");
	struct err err = {0};
	char *secret = NULL;
	int r = ERR_NONE;
	if (file != NULL && cli_args_text(args, "credential") != NULL)
		return cli_usage("--password-file and --credential exclude each other");
	if (file != NULL)
		r = secret_read(file, &secret, &err);
	else if (needed && cli_args_text(args, "credential") == NULL)
		r = secret_ask("Password: ", &secret, &err);
	json_object_del(args->params, "password_file");
	if (r != ERR_NONE)
		return cli_fail(&err);
	if (secret != NULL) {
		json_object_set_new(args->params, "secret", json_string(secret));
		secret_free(secret);
		if (cli_args_text(args, "secret") == NULL)
			return cli_usage("the password is not UTF-8");
	}
	return CLI_DONE;
}

static int
link_add(int argc, char **argv)
{
	struct cli_args args;
	if (!cli_args(argc, argv, link_options, 2, 2, "KIND NAME, such as: exchange hq",
		    &args))
		return CLI_USAGE;
	int status = CLI_DONE;
	if (cli_args_text(&args, "url") == NULL || cli_args_text(&args, "user") == NULL)
		status = cli_usage("a link needs --url and --user");
	json_object_set_new(args.params, "kind", json_string(args.words[0]));
	json_object_set_new(args.params, "name", json_string(args.words[1]));
	if (status == CLI_DONE)
		status = add_secret(&args, true);
	if (status == CLI_DONE)
		status = change("link.add", &args,
			"Added. `convoke link test %s` tries it before rooms rely on "
			"it.\n",
			args.words[1]);
	cli_args_release(&args);
	return status;
}

static int
link_set(int argc, char **argv)
{
	struct cli_args args;
	if (!cli_args(argc, argv, link_options, 1, 1, "NAME and what to change", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, "name", json_string(args.words[0]));
	int status = add_secret(&args, false);
	if (status == CLI_DONE)
		status = change("link.set", &args, "changed", args.words[0]);
	cli_args_release(&args);
	return status;
}

static int
link_remove(int argc, char **argv)
{
	return change_one(argc, argv, NULL, "name", "link.remove", "removed");
}

static int
link_test(int argc, char **argv)
{
	struct cli_args args;
	json_t *result = NULL, *f;
	size_t i;
	bool all_well = true;
	if (!cli_args(argc, argv, link_test_options, 1, 1, "NAME", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, "link", json_string(args.words[0]));
	int status = client_ask("link.test", json_incref(args.params), &result);
	struct arena *a = arena_new(0);
	if (status == CLI_DONE) {
		json_array_foreach(show_list(result, "findings"), i, f)
		{
			bool ok = json_is_true(json_object_get(f, "ok"));
			const char *cure = show_get(a, f, "cure");
			all_well &= ok;
			if (args.json)
				continue;
			printf("%s%-4s%s %s: %s\n", ok ? cli_green() : cli_red(),
				ok ? "ok" : "FAIL", cli_plain(),
				show_get(a, f, "subject"), show_get(a, f, "detail"));
			if (*cure != '\0')
				printf("     %s\n", cure);
		}
		if (args.json)
			show_json(result);
		status = all_well ? CLI_DONE : CLI_NO;
	}
	arena_free(a);
	json_decref(result);
	cli_args_release(&args);
	return status;
}

/* What a list shows: a heading and the member below it. */
struct column {
	const char *heading, *key;
};

enum { MAX_COLUMNS = 7 };

static void
print_list(const json_t *list, const struct column *columns)
{
	struct arena *a = arena_new(0);
	const char *cells[MAX_COLUMNS] = {NULL};
	size_t i;
	json_t *item;
	for (size_t c = 0; c < MAX_COLUMNS && columns[c].key != NULL; c++)
		cells[c] = columns[c].heading;
	struct cli_table *t = cli_table_new(cells[0], cells[1], cells[2], cells[3],
		cells[4], cells[5], cells[6], NULL);
	json_array_foreach(list, i, item)
	{
		for (size_t c = 0; c < MAX_COLUMNS && columns[c].key != NULL; c++)
			cells[c] = show_get(a, item, columns[c].key);
		cli_table_row(t, cells[0], cells[1], cells[2], cells[3], cells[4],
			cells[5], cells[6], NULL);
	}
	cli_table_print(t, stdout);
	arena_free(a);
}

static int
list(int argc, char **argv, const char *method, const char *key,
	const struct column *columns)
{
	struct cli_args args;
	json_t *result = NULL;
	if (!cli_args(argc, argv, NULL, 0, 0, "no words", &args))
		return CLI_USAGE;
	int status = client_ask(method, NULL, &result);
	if (status == CLI_DONE && args.json)
		show_json(result);
	else if (status == CLI_DONE && json_array_size(show_list(result, key)) == 0)
		puts("None.");
	else if (status == CLI_DONE)
		print_list(show_list(result, key), columns);
	json_decref(result);
	cli_args_release(&args);
	return status;
}

/* Every member of one object, a line each. */
static int
show(int argc, char **argv, const char *method, const char *param)
{
	struct cli_args args;
	json_t *result = NULL, *v;
	const char *key;
	if (!cli_args(argc, argv, NULL, 1, 1, "NAME", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, param, json_string(args.words[0]));
	int status = client_ask(method, json_incref(args.params), &result);
	if (status == CLI_DONE && args.json) {
		show_json(result);
	} else if (status == CLI_DONE) {
		struct arena *a = arena_new(0);
		json_object_foreach(result, key, v)
		{
			const char *text = show_get(a, result, key);
			if (*text != '\0')
				printf("%-18s %s\n", show_clean(a, key), text);
			else if (json_is_object(v))
				printf("%-18s %s %s\n", show_clean(a, key),
					show_get(a, v, "text"), show_get(a, v, "cure"));
		}
		arena_free(a);
	}
	json_decref(result);
	cli_args_release(&args);
	return status;
}

static int
link_list(int argc, char **argv)
{
	static const struct column columns[] = {{"LINK", "name"}, {"KIND", "kind"},
		{"URL", "url"}, {"USER", "user"}, {"CREDENTIAL", "credential"},
		{"ROOMS", "rooms"}, {NULL, NULL}};
	return list(argc, argv, "link.list", "links", columns);
}

static int
link_show(int argc, char **argv)
{
	return show(argc, argv, "link.get", "name");
}

static int
room_list(int argc, char **argv)
{
	static const struct column columns[] = {{"ROOM", "name"}, {"MAILBOX", "mailbox"},
		{"LINK", "link"}, {"PROFILE", "profile"}, {"TRANSPORTS", "transports"},
		{"DESCRIPTION", "description"}, {NULL, NULL}};
	return list(argc, argv, "room.list", "rooms", columns);
}

static int
room_show(int argc, char **argv)
{
	return show(argc, argv, "room.get", "name");
}

static int
room_add(int argc, char **argv)
{
	struct cli_args args;
	if (!cli_args(argc, argv, room_options, 1, 1, "NAME", &args))
		return CLI_USAGE;
	int status;
	json_object_set_new(args.params, "name", json_string(args.words[0]));
	if (cli_args_text(&args, "mailbox") == NULL ||
		cli_args_text(&args, "link") == NULL)
		status = cli_usage("a room needs --mailbox and --link");
	else
		status = change("room.add", &args, "added; `convoke join` asks it",
			args.words[0]);
	cli_args_release(&args);
	return status;
}

static int
room_set(int argc, char **argv)
{
	return change_one(argc, argv, room_options, "name", "room.set", "changed");
}

static int
room_remove(int argc, char **argv)
{
	return change_one(argc, argv, NULL, "name", "room.remove", "removed");
}

static int
room_poll(int argc, char **argv)
{
	return change_one(
		argc, argv, NULL, "room", "room.poll", "its calendar was asked");
}

static int
provider_list(int argc, char **argv)
{
	static const struct column columns[] = {{"PROVIDER", "id"}, {"NAME", "name"},
		{"PIN", "pin"}, {"NUMBER", "number"}, {"DEFAULT", "default"},
		{"ENDED", "retired"}, {NULL, NULL}};
	return list(argc, argv, "provider.list", "providers", columns);
}

static int
provider_show(int argc, char **argv)
{
	return show(argc, argv, "provider.get", "provider");
}

static int
provider_set(int argc, char **argv)
{
	return change_one(
		argc, argv, provider_options, "provider", "provider.set", "changed");
}

static int
provider_default(int argc, char **argv)
{
	return change_one(argc, argv, NULL, "provider", "provider.default",
		"what an ad-hoc meeting uses from now on");
}

const struct cli_command cli_setup_commands[] = {
	{"link", "add", "connect to a calendar server",
		"convoke link add exchange NAME --url URL --user USER [--impersonate]\n"
		"    [--password-file FILE | --credential NAME] [--ca-file FILE]\n\n"
		"Asks for the password on the terminal unless told where it is: "
		"--password-file reads a\n"
		"file (\"-\": standard input), --credential names one that the daemon "
		"has already.\n"
		"Rooms are read as delegate (Reviewer on each calendar), or by "
		"--impersonate.\n\n"
		"  convoke link add exchange hq --url "
		"https://mail.example.com/EWS/Exchange.asmx \\\n"
		"      --user 'EXAMPLE\\svc-convoke'",
		link_add},
	{"link", "list", "the calendar links", "convoke link list [--json]", link_list},
	{"link", "show", "one link in full",
		"convoke link show NAME [--json]\n\nThe password is never shown.",
		link_show},
	{"link", "test", "try a link, and say what to correct",
		"convoke link test NAME [--rooms ROOM,…] [--json]\n\n"
		"Exit 1 when anything fails; each failure names its cure.\n\n  convoke "
		"link test hq",
		link_test},
	{"link", "set", "change a link",
		"convoke link set NAME [--url URL] [--user USER] "
		"[--impersonate|--delegation]\n"
		"    [--password-file FILE | --credential NAME] [--ca-file FILE]\n\n"
		"  convoke link set hq --password-file /root/new-password",
		link_set},
	{"link", "remove", "forget a link that no room uses", "convoke link remove NAME",
		link_remove},
	{"room", "add", "watch a room's calendar",
		"convoke room add NAME --mailbox ADDRESS --link LINK [--profile "
		"PROFILE]\n"
		"    [--description TEXT] [--transports sip,h323,pstn,web]\n\n"
		"  convoke room add SEA_38_0021 --mailbox sea-38-0021@example.com --link "
		"hq",
		room_add},
	{"room", "list", "the rooms", "convoke room list [--json]", room_list},
	{"room", "show", "one room in full", "convoke room show NAME [--json]",
		room_show},
	{"room", "set", "change a room",
		"convoke room set NAME [--mailbox ADDRESS] [--link LINK] [--profile "
		"PROFILE]\n"
		"    [--description TEXT] [--transports sip,h323,pstn,web]\n\n"
		"  convoke room set SEA_38_0021 --transports pstn",
		room_set},
	{"room", "poll", "look at a room's calendar now", "convoke room poll NAME",
		room_poll},
	{"room", "remove", "stop watching a room", "convoke room remove NAME",
		room_remove},
	{"provider", "list", "the conference providers that can be dialled",
		"convoke provider list [--json]", provider_list},
	{"provider", "show", "one provider and its settings",
		"convoke provider show PROVIDER [--json]", provider_show},
	{"provider", "set", "settings that override a provider's file",
		"convoke provider set PROVIDER [--pin never|optional|required] [--number "
		"E164]\n"
		"    [--id-delay-ms MS] [--pin-delay-ms MS] [--sip-endpoint HOST]\n"
		"    [--h323-endpoint HOST] [--sip-template TEMPLATE]\n\n"
		"  convoke provider set zoom --number +13017158592 --id-delay-ms 6000",
		provider_set},
	{"provider", "default", "which provider an ad-hoc meeting uses",
		"convoke provider default PROVIDER\n\n  convoke provider default zoom",
		provider_default},
	{NULL, NULL, NULL, NULL, NULL},
};
