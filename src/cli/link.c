/* link: the calendar servers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/cloud.h"
#include "cli/prepare.h"
#include "cli/secret.h"
#include "cli/show.h"

static const char *const clouds[] = {"global", "gcc-high", "dod", "china", NULL};

static const struct cli_option link_options[] = {
	{"--url", "url", CLI_TEXT, "URL", "Exchange: https://HOST/EWS/Exchange.asmx",
		NULL},
	{"--directory", "url", CLI_TEXT, "DIR", "ics: where each room has a directory",
		NULL},
	{"--user", "user", CLI_TEXT, "USER",
		"Exchange: the account, as user@domain or DOMAIN\\user", NULL},
	{"--client-id", "user", CLI_TEXT, "ID", "Office 365: the application's", NULL},
	{"--tenant", "tenant", CLI_TEXT, "TENANT",
		"Office 365: the directory's GUID or domain", NULL},
	{"--cloud", "cloud", CLI_TEXT, "CLOUD",
		"Office 365: global unless said otherwise", clouds},
	{"--legacy-assertion", "legacy_assertion", CLI_TRUE, NULL,
		"Office 365: sign with RS256 and x5t, the older way", NULL},
	{"--current-assertion", "legacy_assertion", CLI_FALSE, NULL,
		"Office 365: sign with PS256 (default)", NULL},
	{"--subject", "subject", CLI_TEXT, "USER",
		"Google: the user to act for, by domain-wide delegation", NULL},
	{"--token-url", "token_url", CLI_TEXT, "URL",
		"where tokens come from, unless from the cloud's own", NULL},
	{"--password-file", "password_file", CLI_TEXT, "FILE",
		"password, client secret or key (-: standard input)", NULL},
	{"--ask-password", "ask_password", CLI_TRUE, NULL,
		"ask for the password, as add does unless told otherwise", NULL},
	{"--secret-expires", "secret_expires", CLI_TEXT, "DATE",
		"the day it ends, where no server tells: 2027-06-30", NULL},
	{"--credential", "credential", CLI_TEXT, "NAME",
		"use one that the daemon has already", NULL},
	{"--impersonate", "impersonate", CLI_TRUE, NULL,
		"Exchange: by the role ApplicationImpersonation", NULL},
	{"--delegation", "impersonate", CLI_FALSE, NULL,
		"Exchange: by permission on each calendar (default)", NULL},
	{"--ca-file", "ca_file", CLI_TEXT, "FILE",
		"trust this authority (PEM), not the system's", NULL},
	{"--insecure-loopback", "insecure_loopback", CLI_TRUE, NULL,
		"allow http:// to 127.0.0.1, for tests on one machine", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static const struct cli_option test_options[] = {
	{"--rooms", "rooms", CLI_LIST, "ROOM,…", "try these rooms only", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

/* From where it was said to come; *ret stays NULL when it stays as it is. */
static int
get_secret(const struct cli_args *args, bool needed, char **ret, struct err *err)
{
	const char *file = cli_args_text(args, "password_file");
	if (file != NULL)
		return secret_read(file, ret, err);
	bool ask = cli_args_flag(args, "ask_password") ||
		   (needed && cli_args_text(args, "credential") == NULL);
	return ask ? secret_ask("Password: ", ret, err) : ERR_NONE;
}

/* The password becomes the parameter `secret`; where it came from stays here. */
static int
add_secret(struct cli_args *args, bool needed)
{
	struct err err = {0};
	char *secret = NULL;
	if (cli_args_text(args, "password_file") != NULL &&
		cli_args_text(args, "credential") != NULL)
		return cli_usage(args->command,
			"--password-file and --credential exclude each other");
	if (get_secret(args, needed, &secret, &err) != ERR_NONE)
		return cli_fail(&err);
	json_object_del(args->params, "password_file");
	json_object_del(args->params, "ask_password");
	if (secret == NULL)
		return CLI_DONE;
	json_object_set_new(args->params, "secret", json_string(secret));
	secret_free(secret);
	if (cli_args_text(args, "secret") != NULL)
		return CLI_DONE;
	err_set(&err, ERR_CONFIG, "not_utf8", "the password is not UTF-8");
	return cli_fail(&err);
}

/* A day ends where it begins: better warned too early. */
static void
add_expiry(struct cli_args *args)
{
	const char *date = cli_args_text(args, "secret_expires");
	struct arena *a = arena_new(0);
	if (date != NULL && *date == '\0')
		json_object_set_new(args->params, "secret_expires", json_null());
	else if (date != NULL && strchr(date, 'T') == NULL)
		json_object_set_new(args->params, "secret_expires",
			json_string(arena_printf(a, "%sT00:00:00Z", date)));
	arena_free(a);
}

/* The daemon reads it, and is somewhere else. */
static int
resolve(struct cli_args *args, const char *param)
{
	const char *given = cli_args_text(args, param);
	struct err err = {0};
	if (given == NULL || *given == '\0' || *given == '/')
		return CLI_DONE;
	char *full = realpath(given, NULL);
	if (full == NULL) {
		err_set(&err, ERR_CONFIG, "unreadable", "%s: %s", given, strerror(errno));
		return cli_fail(&err);
	}
	json_object_set_new(args->params, param, json_string(full));
	free(full);
	return CLI_DONE;
}

static int
link_add(struct cli_args *args)
{
	struct arena *a = arena_new(0);
	const char *kind = args->words[0];
	json_object_set_new(args->params, "kind", json_string(kind));
	args->words++; /* the name is now the first, as everywhere */
	int status = resolve(args, "ca_file");
	if (status == CLI_DONE)
		status = cloud_complete(args, kind);
	if (status == CLI_DONE && strcmp(kind, "ics") == 0)
		status = resolve(args, "url");
	add_expiry(args);
	if (status == CLI_DONE)
		status = add_secret(args, cloud_needs_secret(kind));
	if (status == CLI_DONE)
		status = cloud_name_user(args, kind);
	if (status == CLI_DONE)
		status = call_change(args, "name", "link.add",
			arena_printf(a, "added; `convoke link test %s` tries it",
				args->words[0]));
	arena_free(a);
	return status;
}

static int
link_set(struct cli_args *args)
{
	int status = resolve(args, "ca_file");
	add_expiry(args);
	if (status == CLI_DONE)
		status = add_secret(args, false);
	if (status == CLI_DONE)
		status = call_change(args, "name", "link.set", "changed");
	return status;
}

static int
link_remove(struct cli_args *args)
{
	return call_change(args, "name", "link.remove", "removed");
}

static int
link_list(struct cli_args *args)
{
	static const struct call_column columns[] = {{"LINK", "name"}, {"KIND", "kind"},
		{"URL", "url"}, {"USER", "user"}, {"CREDENTIAL", "credential"},
		{"ROOMS", "rooms"}, {NULL, NULL}};
	return call_list(args, "link.list", "links", columns);
}

static int
link_show(struct cli_args *args)
{
	return call_show(args, "name", "link.get");
}

static bool
print_finding(struct arena *a, const json_t *f, int wide)
{
	bool ok = json_is_true(json_object_get(f, "ok"));
	const char *subject = show_get(a, f, "subject"), *cure = show_get(a, f, "cure");
	cli_wrap(stdout, 6, true,
		arena_printf(a, "%s%-4s%s  %s%-*s%s  %s", ok ? cli_green() : cli_red(),
			ok ? "ok" : "FAIL", cli_plain(), cli_bold(), wide, subject,
			cli_plain(), show_get(a, f, "detail")));
	cli_wrap(stdout, 6, false, cure);
	return ok;
}

static bool
print_findings(const json_t *findings)
{
	struct arena *a = arena_new(0);
	size_t i, wide = 0;
	json_t *f;
	bool well = true;
	json_array_foreach (findings, i, f) {
		size_t w = strlen(show_get(a, f, "subject"));
		wide = w > wide ? w : wide;
	}
	json_array_foreach (findings, i, f)
		well &= print_finding(a, f, (int)wide);
	arena_free(a);
	return well;
}

static int
link_test(struct cli_args *args)
{
	json_t *result = NULL, *f;
	size_t i;
	bool well = true;
	json_object_set_new(args->params, "link", json_string(args->words[0]));
	int status = client_ask("link.test", json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	const json_t *findings = json_object_get(result, "findings");
	if (args->json) {
		show_json(result);
		json_array_foreach (findings, i, f)
			well &= json_is_true(json_object_get(f, "ok"));
	} else {
		well = print_findings(findings);
	}
	json_decref(result);
	return well ? CLI_DONE : CLI_NO;
}

const struct cli_command cli_link_commands[] = {
	{.noun = "link",
		.verb = "add",
		.words = "KIND NAME",
		.options = link_options,
		.summary = "connect to a calendar server",
		.about =
			"KIND is exchange, office365, google, caldav or ics. The password is asked for on "
			"the terminal unless --password-file or --credential says where it "
			"is; it is kept by the daemon, and never shown again. For Office 365 "
			"it is a client secret, or a file with certificate and key (PEM); for "
			"Google the service account's key (JSON). A directory (ics) needs none.",
		.example = "convoke link add exchange hq "
			   "--url https://mail.example.com/EWS/Exchange.asmx "
			   "--user svc-convoke@example.com",
		.run = link_add},
	{.noun = "link",
		.verb = "list",
		.summary = "the calendar servers",
		.example = "convoke link list",
		.run = link_list},
	{.noun = "link",
		.verb = "show",
		.words = "LINK",
		.summary = "one link in full, without its password",
		.example = "convoke link show hq",
		.run = link_show},
	{.noun = "link",
		.verb = "test",
		.words = "LINK",
		.options = test_options,
		.summary = "try a link, and say what to correct",
		.about =
			"Tries the certificate, the login, the server's version and each "
			"room's calendar, now. Exit status 1 when anything fails; each "
			"failure names its cure.",
		.example = "convoke link test hq",
		.run = link_test},
	{.noun = "link",
		.verb = "prepare",
		.words = "LINK [ROOM…]",
		.summary = "a script that lets a link read just these rooms",
		.about =
			"For whoever administers the calendars: a PowerShell script for Exchange and "
			"Office 365 with its check and its undo, steps for Google and CalDAV. "
			"ROOM is a room's name or a calendar's address; without any, all of the "
			"link's. Nothing is changed by printing it.",
		.example = "convoke link prepare hq SEA_38_0021 lon-01@example.com",
		.run = prepare_run},
	{.noun = "link",
		.verb = "set",
		.words = "LINK",
		.options = link_options,
		.summary = "change a link, or its password",
		.about = "What is not given stays as it is.",
		.example = "convoke link set hq --ask-password",
		.run = link_set},
	{.noun = "link",
		.verb = "remove",
		.words = "LINK",
		.summary = "forget a link that no room uses",
		.example = "convoke link remove hq",
		.run = link_remove},
	{.noun = NULL},
};
