/* provider: the conference services, and what the site sets for them. */
#include "cli/call.h"
#include "cli/cli.h"

static const char *const pins[] = {"never", "optional", "required", NULL};

static const struct cli_option provider_options[] = {
	{"--pin", "pin", CLI_TEXT, "WHEN", "whether a PIN is never, optional or required",
		pins},
	{"--number", "number", CLI_TEXT, "E164",
		"dial this number for it, such as +13017158592", NULL},
	{"--id-delay-ms", "id_delay_ms", CLI_NUMBER, "MS",
		"wait so long after the answer, before the meeting ID", NULL},
	{"--pin-delay-ms", "pin_delay_ms", CLI_NUMBER, "MS",
		"and so long again before the PIN", NULL},
	{"--sip-endpoint", "sip_endpoint", CLI_TEXT, "HOST",
		"the SIP host that takes the place of the provider's own", NULL},
	{"--h323-endpoint", "h323_endpoint", CLI_TEXT, "HOST", "likewise for H.323",
		NULL},
	{"--sip-template", "sip_template", CLI_TEXT, "TEXT",
		"how its SIP addresses are made: {id}[.{pin}]@{endpoint}", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static int
provider_list(struct cli_args *args)
{
	static const struct call_column columns[] = {{"PROVIDER", "id"}, {"NAME", "name"},
		{"PIN", "pin"}, {"NUMBER", "number"}, {"DEFAULT", "default"},
		{"ENDED", "retired"}, {NULL, NULL}};
	return call_list(args, "provider.list", "providers", columns);
}

static int
provider_show(struct cli_args *args)
{
	return call_show(args, "provider", "provider.get");
}

static int
provider_set(struct cli_args *args)
{
	return call_change(args, "provider", "provider.set", "changed");
}

static int
provider_remove(struct cli_args *args)
{
	return call_change(args, "provider", "provider.remove",
		"its settings are forgotten, and what its file says holds");
}

static int
provider_default(struct cli_args *args)
{
	return call_change(args, "provider", "provider.default",
		"what an ad-hoc meeting uses from now on");
}

const struct cli_command cli_provider_commands[] = {
	{.noun = "provider",
		.verb = "list",
		.summary = "the conference services that can be dialled",
		.example = "convoke provider list",
		.run = provider_list},
	{.noun = "provider",
		.verb = "show",
		.words = "PROVIDER",
		.summary = "one provider and its settings",
		.example = "convoke provider show zoom",
		.run = provider_show},
	{.noun = "provider",
		.verb = "set",
		.words = "PROVIDER",
		.options = provider_options,
		.summary = "settings that override a provider's file",
		.about = "What is not given stays as it is.",
		.example =
			"convoke provider set zoom --number +13017158592 --id-delay-ms 6000",
		.run = provider_set},
	{.noun = "provider",
		.verb = "default",
		.words = "PROVIDER",
		.summary = "the provider of meetings that no calendar knows",
		.example = "convoke provider default zoom",
		.run = provider_default},
	{.noun = "provider",
		.verb = "remove",
		.words = "PROVIDER",
		.summary = "forget its settings: what its file says holds",
		.example = "convoke provider remove zoom",
		.run = provider_remove},
	{.noun = NULL},
};
