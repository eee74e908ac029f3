/* profile: what rooms may dial, and where they are. */
#include "cli/call.h"
#include "cli/cli.h"

static const struct cli_option profile_options[] = {
	{"--country", "country", CLI_TEXT, "CC", "where the rooms are, such as US", NULL},
	{"--countries", "countries", CLI_LIST, "CC,…",
		"countries that may be called beside it", NULL},
	{"--outbound", "outbound", CLI_TRUE, NULL, "allow calls to the telephone network",
		NULL},
	{"--no-outbound", "outbound", CLI_FALSE, NULL, "refuse them", NULL},
	{"--confirm", "confirm", CLI_TRUE, NULL, "always ask the user before joining",
		NULL},
	{"--no-confirm", "confirm", CLI_FALSE, NULL, "join at once where it is clear",
		NULL},
	{"--trust-invite-numbers", "trust_invite_numbers", CLI_TRUE, NULL,
		"dial numbers that only an invite names", NULL},
	{"--no-trust-invite-numbers", "trust_invite_numbers", CLI_FALSE, NULL,
		"ask before those", NULL},
	{"--prefer-toll-free", "prefer_toll_free", CLI_TRUE, NULL,
		"choose toll-free numbers where there are any", NULL},
	{"--no-prefer-toll-free", "prefer_toll_free", CLI_FALSE, NULL,
		"choose the local ones", NULL},
	{"--withhold-subjects", "withhold_subjects", CLI_TRUE, NULL,
		"tell nobody the subjects and organizers", NULL},
	{"--no-withhold-subjects", "withhold_subjects", CLI_FALSE, NULL,
		"tell, except of private meetings", NULL},
	{"--allowed-hosts", "allowed_hosts", CLI_LIST, "HOST,…",
		"SIP and H.323 hosts beside the providers' own", NULL},
	{"--time-zone", "time_zone", CLI_TEXT, "ZONE", "such as America/Los_Angeles",
		NULL},
	{"--address", "address", CLI_TEXT, "TEXT", "of the building, for people", NULL},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

static int
profile_list(struct cli_args *args)
{
	static const struct call_column columns[] = {{"PROFILE", "name"},
		{"COUNTRY", "country"}, {"ALSO", "countries"}, {"OUTBOUND", "outbound"},
		{"CONFIRM", "confirm"}, {"TIME ZONE", "time_zone"},
		{"ADDRESS", "address"}};
	return call_list(args, "profile.list", "profiles", columns);
}

static int
profile_show(struct cli_args *args)
{
	return call_show(args, "name", "profile.get");
}

static int
profile_set(struct cli_args *args)
{
	return call_change(args, "name", "profile.set", "set");
}

static int
profile_remove(struct cli_args *args)
{
	return call_change(args, "name", "profile.remove", "removed");
}

const struct cli_command cli_profile_commands[] = {
	{.noun = "profile",
		.verb = "list",
		.summary = "the profiles",
		.example = "convoke profile list",
		.run = profile_list},
	{.noun = "profile",
		.verb = "show",
		.words = "PROFILE",
		.summary = "one profile in full",
		.example = "convoke profile show default",
		.run = profile_show},
	{.noun = "profile",
		.verb = "set",
		.words = "PROFILE",
		.options = profile_options,
		.summary = "what its rooms may dial; makes a new one",
		.about =
			"A room has one profile; without another it is \"default\". What is "
			"not given stays as it is. Emergency, premium-rate, short and "
			"satellite numbers are refused whatever a profile says.",
		.example =
			"convoke profile set berlin --country DE --countries AT,CH --confirm",
		.run = profile_set},
	{.noun = "profile",
		.verb = "remove",
		.words = "PROFILE",
		.summary = "forget a profile that no room uses",
		.example = "convoke profile remove berlin",
		.run = profile_remove},
	{.noun = NULL},
};
