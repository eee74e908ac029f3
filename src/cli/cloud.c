#include "cli/cloud.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/cli.h"

/* learn.microsoft.com/graph/deployments: tokens of one hold in no other. */
static const struct {
	const char *name, *login, *graph;
} clouds[] = {
	{"global", "https://login.microsoftonline.com",
		"https://graph.microsoft.com/v1.0"},
	{"gcc-high", "https://login.microsoftonline.us",
		"https://graph.microsoft.us/v1.0"},
	{"dod", "https://login.microsoftonline.us",
		"https://dod-graph.microsoft.us/v1.0"},
	{"china", "https://login.partner.microsoftonline.cn",
		"https://microsoftgraph.chinacloudapi.cn/v1.0"},
};

static void
set_missing(struct cli_args *args, const char *param, const char *value)
{
	if (value != NULL && cli_args_text(args, param) == NULL)
		json_object_set_new(args->params, param, json_string(value));
}

static bool
is_tenant(const char *s)
{
	return *s != '\0' &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789.-") == strlen(s) &&
	       strcmp(s, "common") != 0 && strcmp(s, "organizations") != 0;
}

static int
complete_office365(struct cli_args *args)
{
	const char *tenant = cli_args_text(args, "tenant");
	const char *cloud = cli_args_text(args, "cloud");
	size_t c = 0;
	if (cli_args_text(args, "user") == NULL ||
		(tenant == NULL && cli_args_text(args, "token_url") == NULL))
		return cli_usage(
			args->command, "office365 needs --tenant and --client-id");
	if (tenant != NULL && !is_tenant(tenant))
		return cli_usage(args->command,
			"--tenant is the directory's GUID or domain, not \"%s\"", tenant);
	while (cloud != NULL && strcmp(clouds[c].name, cloud) != 0)
		c++;
	struct arena *a = arena_new(0);
	set_missing(args, "url", clouds[c].graph);
	if (tenant != NULL)
		set_missing(args, "token_url",
			arena_printf(
				a, "%s/%s/oauth2/v2.0/token", clouds[c].login, tenant));
	arena_free(a);
	return CLI_DONE;
}

static int
complete_google(struct cli_args *args)
{
	set_missing(args, "url", "https://www.googleapis.com/calendar/v3");
	set_missing(args, "token_url", "https://oauth2.googleapis.com/token");
	return CLI_DONE;
}

static int
complete_exchange(struct cli_args *args)
{
	return cli_args_text(args, "url") != NULL && cli_args_text(args, "user") != NULL
		       ? CLI_DONE
		       : cli_usage(args->command, "exchange needs --url and --user");
}

static int
complete_caldav(struct cli_args *args)
{
	return cli_args_text(args, "url") != NULL && cli_args_text(args, "user") != NULL
		       ? CLI_DONE
		       : cli_usage(args->command, "caldav needs --url and --user");
}

static int
complete_ics(struct cli_args *args)
{
	return cli_args_text(args, "url") != NULL
		       ? CLI_DONE
		       : cli_usage(args->command, "ics needs --directory");
}

static const struct {
	const char *kind;
	int (*complete)(struct cli_args *args);
	bool no_secret;
} kinds[] = {
	{"exchange", complete_exchange, false},
	{"office365", complete_office365, false},
	{"google", complete_google, false},
	{"caldav", complete_caldav, false},
	{"ics", complete_ics, true},
};

bool
cloud_needs_secret(const char *kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return !kinds[i].no_secret;
	return true;
}

int
cloud_complete(struct cli_args *args, const char *kind)
{
	int status = CLI_DONE;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			status = kinds[i].complete(args);
	json_object_del(args->params, "tenant");
	json_object_del(args->params, "cloud");
	return status;
}

int
cloud_name_user(struct cli_args *args, const char *kind)
{
	const char *secret = cli_args_text(args, "secret");
	json_t *key =
		secret != NULL ? json_loads(secret, JSON_REJECT_DUPLICATES, NULL) : NULL;
	set_missing(
		args, "user", json_string_value(json_object_get(key, "client_email")));
	json_decref(key);
	if (cli_args_text(args, "user") != NULL || !cloud_needs_secret(kind))
		return CLI_DONE;
	return cli_usage(args->command,
		"google needs --password-file with the service account's JSON key");
}
