/* dial: a meeting that is on no calendar. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "cli/answer.h"
#include "cli/check.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"
#include "report.h"

static const char *const formats[] = {
	"tel", "asterisk", "freeswitch", "twilio", "a4b", NULL};

static const struct cli_option dial_options[] = {
	{"--id", "meeting_id", CLI_TEXT, "ID", "the meeting ID, as a person says it",
		NULL},
	{"--provider", "provider", CLI_TEXT, "PROVIDER", "the conference service", NULL},
	{"--pin", "pin", CLI_TEXT, "PIN", "its PIN or passcode", NULL},
	{"--room", "room", CLI_TEXT, "ROOM", "under this room's profile; asks the daemon",
		NULL},
	{"--room-country", "country", CLI_TEXT, "CC",
		"without a room: as one in this country would (US)", NULL},
	{"--format", "format", CLI_TEXT, "ENGINE",
		"as tel, asterisk, freeswitch, twilio or a4b", formats},
	{NULL, NULL, CLI_TEXT, NULL, NULL, NULL},
};

/* The plan's telephone part out of the daemon's answer, for another notation. */
static void
pstn_of(struct arena *a, const json_t *pstn, struct plan *ret)
{
	const json_t *steps = json_object_get(pstn, "steps");
	size_t i, n = json_array_size(steps);
	struct plan_step *made = arena_many(a, struct plan_step, n);
	json_t *s;
	json_array_foreach (steps, i, s) {
		const char *dial = json_string_value(json_object_get(s, "dial"));
		const char *send = json_string_value(json_object_get(s, "send"));
		made[i].kind = dial != NULL   ? STEP_DIAL
			       : send != NULL ? STEP_SEND
					      : STEP_WAIT;
		made[i].text = dial != NULL ? dial : send;
		made[i].wait_ms = (int)json_integer_value(json_object_get(s, "wait_ms"));
	}
	*ret = (struct plan){.via = VIA_PSTN};
	ret->has[VIA_PSTN] = json_is_object(pstn);
	ret->pstn.number = json_string_value(json_object_get(pstn, "number"));
	ret->pstn.id = json_string_value(json_object_get(pstn, "id"));
	ret->pstn.pin = json_string_value(json_object_get(pstn, "pin"));
	ret->pstn.dial = json_string_value(json_object_get(pstn, "dial"));
	ret->pstn.steps = made;
	ret->pstn.n_steps = n;
}

static int
print_format(
	struct arena *a, const struct plan *plan, const char *format, const json_t *dial)
{
	const char *text = plan->has[VIA_PSTN] ? plan_render(a, plan, format) : NULL;
	if (text == NULL) {
		struct err err;
		err_set(&err, ERR_ABSENT, "no_phone",
			"nothing that may be dialled by telephone");
		cli_fail(&err);
		show_dial(a, dial, "  ");
		return CLI_NO;
	}
	puts(text);
	return CLI_DONE;
}

static int
needs_pin(void)
{
	struct err err;
	err_set(&err, ERR_ABSENT, "needs_pin", "this provider wants a PIN");
	err_cure(&err, "Give it with --pin.");
	return cli_fail(&err);
}

static int
dial_for_room(struct arena *a, const struct cli_args *args, const char *format)
{
	if (format == NULL)
		return answer_ask("meeting.dial", args);
	json_t *result = NULL;
	struct plan plan;
	int status = client_ask("meeting.dial", json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	const json_t *dial = json_object_get(result, "dial");
	const char *asks = show_get(a, json_object_get(result, "prompt"), "reason");
	pstn_of(a, json_object_get(dial, "pstn"), &plan);
	status = strcmp(asks, "needs_pin") == 0 ? needs_pin()
						: print_format(a, &plan, format, dial);
	json_decref(result);
	return status;
}

static int
find_provider(struct arena *a, const char *name, struct providers **ret,
	const struct provider **ret_provider, struct err *err)
{
	struct data_dirs dirs;
	int r = check_dirs(a, &dirs, err);
	if (r == ERR_NONE)
		r = providers_load(dirs.providers, dirs.site_providers, ret, err);
	if (r != ERR_NONE)
		return r;
	*ret_provider = providers_find(*ret, name);
	if (*ret_provider != NULL)
		return ERR_NONE;
	char all[400] = "";
	for (size_t i = 0; i < providers_count(*ret); i++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
			*all ? ", " : "", providers_at(*ret, i)->id);
	err_set(err, ERR_ABSENT, "unknown_provider", "no provider is called \"%s\"",
		name);
	err_cure(err, "It is one of %s.", all);
	return ERR_ABSENT;
}

static int
print_plan(struct arena *a, const struct cli_args *args, const struct plan *plan,
	const char *format)
{
	json_t *dial = report_dial(plan);
	int status = CLI_DONE;
	bool any = false;
	for (size_t v = 0; v < N_TRANSPORTS; v++)
		any |= plan->has[v];
	if (plan->needs_pin)
		status = needs_pin();
	else if (format != NULL)
		status = print_format(a, plan, format, dial);
	else if (args->json && dial != NULL)
		show_json(dial);
	else if (args->json)
		puts("null");
	else
		show_dial(a, dial, "");
	for (size_t i = 0; i < plan->n_warnings && !args->json && format == NULL; i++)
		printf("%swarning%s %s\n", cli_yellow(), cli_plain(),
			show_clean(a, plan->warnings[i]));
	json_decref(dial);
	return any ? status : CLI_NO;
}

/* Without a room there is no policy but the default, and no need of a daemon. */
static int
dial_alone(struct arena *a, const struct cli_args *args, const char *format)
{
	const char *name = cli_args_text(args, "provider");
	const char *country = cli_args_text(args, "country");
	const char *pin = cli_args_text(args, "pin");
	struct providers *ps = NULL;
	const struct provider *p;
	struct meeting meeting;
	struct err err = {0};
	if (name == NULL)
		return cli_usage(args->command,
			"--provider is needed, unless --room says whose default to use");
	if (country != NULL && !phone_known_country(country))
		return cli_usage(args->command,
			"--room-country is two letters, such as US or DE, not \"%s\"",
			country);
	int status, r = find_provider(a, name, &ps, &p, &err);
	if (r == ERR_NONE)
		r = plan_meeting(
			a, p, cli_args_text(args, "meeting_id"), pin, &meeting, &err);
	if (r != ERR_NONE) {
		status = cli_fail(&err);
	} else {
		struct policy policy = policy_default(country != NULL ? country : "US");
		status = print_plan(a, args,
			plan_make(a, ps, &meeting, &policy, NULL, 0, pin), format);
	}
	providers_free(ps);
	return status;
}

static int
run_dial(struct cli_args *args)
{
	struct arena *a = arena_new(0);
	const char *given = cli_args_text(args, "format");
	const char *format = given != NULL ? arena_strdup(a, given) : NULL;
	bool room = cli_args_text(args, "room") != NULL;
	int status;
	json_object_del(args->params, "format"); /* concerns nobody but this program */
	if (room && cli_args_text(args, "country") != NULL)
		status = cli_usage(args->command,
			"--room has a country of its own: leave out --room-country");
	else if (format != NULL && args->json)
		status = cli_usage(args->command,
			"--format and --json exclude each other: the answer is one line");
	else
		status = room ? dial_for_room(a, args, format)
			      : dial_alone(a, args, format);
	arena_free(a);
	return status;
}

const struct cli_command cli_dial_commands[] = {
	{.noun = "dial",
		.needs = "--id",
		.options = dial_options,
		.summary = "what to dial for a meeting that is on no calendar",
		.about =
			"With --room the daemon answers, under that room's profile and with "
			"its default provider. Without, no daemon is needed.",
		.example =
			"convoke dial --provider zoom --id 91847302265 --format asterisk",
		.run = run_dial},
	{.noun = NULL},
};
