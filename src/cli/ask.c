/* join, next, agenda, dial: what the dialogue engine asks, for people. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "cli/args.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"
#include "paths.h"
#include "report.h"

static const char *const transports[] = {"sip", "h323", "pstn", "web", NULL};

static const struct cli_option join_options[] = {
	{"--meeting", "meeting", CLI_TEXT, NULL},
	{"--declined", "declined", CLI_LIST, NULL},
	{"--pin", "pin", CLI_TEXT, NULL},
	{"--at", "at", CLI_TEXT, NULL},
	{"--transports", "transports", CLI_LIST, transports},
	{"--max-wait-ms", "max_wait_ms", CLI_NUMBER, NULL},
	{NULL, NULL, CLI_TEXT, NULL},
};

static const struct cli_option agenda_options[] = {
	{"--from", "from", CLI_TEXT, NULL},
	{"--to", "to", CLI_TEXT, NULL},
	{NULL, NULL, CLI_TEXT, NULL},
};

static const char *const formats[] = {
	"tel", "asterisk", "freeswitch", "twilio", "a4b", NULL};

static const struct cli_option dial_options[] = {
	{"--provider", "provider", CLI_TEXT, NULL},
	{"--id", "meeting_id", CLI_TEXT, NULL},
	{"--pin", "pin", CLI_TEXT, NULL},
	{"--room", "room", CLI_TEXT, NULL},
	{"--room-country", "country", CLI_TEXT, NULL},
	{"--format", "format", CLI_TEXT, formats},
	{NULL, NULL, CLI_TEXT, NULL},
};

static void
show_meeting(struct arena *a, const json_t *meeting)
{
	const char *subject = show_get(a, meeting, "subject");
	const char *organizer = show_get(a, meeting, "organizer");
	printf("%s%s%s  %s%s%s%s\n", cli_bold(),
		*subject ? subject : "(subject withheld)", cli_plain(),
		show_when(a, meeting, "start"), *organizer ? ", by " : "", organizer,
		json_is_true(json_object_get(meeting, "in_progress")) ? ", in progress"
								      : "");
}

static const struct {
	const char *reason, *words;
} prompts[] = {
	{"no_meeting", "Nothing to join is on the calendar now. Ask for a meeting ID."},
	{"declined", "Every scheduled meeting was declined. Ask for a meeting ID."},
	{"no_dial_in",
		"The meeting has nothing that this room can dial. Ask for a meeting ID."},
	{"needs_pin",
		"The meeting needs a PIN that the invite does not give. Ask for it."},
};

static void
show_prompt(struct arena *a, const json_t *prompt)
{
	const char *reason = show_get(a, prompt, "reason"), *words = reason;
	for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
		if (strcmp(prompts[i].reason, reason) == 0)
			words = prompts[i].words;
	puts(words);
	const json_t *provider = json_object_get(prompt, "provider");
	const char *name = show_get(a, provider, "name"),
		   *needs = show_get(a, prompt, "needs");
	if (*name != '\0' || *needs != '\0')
		printf("  %s%s%s\n", name, *name && *needs ? " needs " : "", needs);
}

/* The four ways of meeting.join. CLI_DONE for a join, else CLI_NO. */
static int
show_answer(struct arena *a, const json_t *answer)
{
	const char *decision = show_get(a, answer, "decision");
	bool join = strcmp(decision, "join") == 0;
	size_t i;
	json_t *c;
	if (join) {
		const char *confirm = show_get(a, answer, "confirm");
		if (json_is_object(json_object_get(answer, "meeting")))
			show_meeting(a, json_object_get(answer, "meeting"));
		printf("%sjoin%s %s\n", cli_green(), cli_plain(),
			show_get(a, json_object_get(answer, "provider"), "name"));
		show_dial(a, json_object_get(answer, "dial"), "  ");
		if (*confirm != '\0')
			printf("  %sconfirm with the user first: %s%s\n", cli_yellow(),
				confirm, cli_plain());
	} else if (strcmp(decision, "choose") == 0) {
		puts("Several could be meant; ask again with --meeting ID:");
		json_array_foreach(json_object_get(answer, "choices"), i, c)
		{
			const json_t *m = json_object_get(c, "meeting");
			const char *id = show_get(a, c, "id");
			printf("  %s  ", *id ? id : show_get(a, m, "id"));
			show_meeting(a, m != NULL ? m : c);
		}
	} else if (strcmp(decision, "ask") == 0) {
		show_prompt(a, json_object_get(answer, "prompt"));
	} else {
		printf("%sThe room's calendar cannot be trusted now: %s%s\n", cli_red(),
			show_get(a, answer, "reason"), cli_plain());
		printf("  %s\n", show_get(a, answer, "cure"));
	}
	json_array_foreach(json_object_get(answer, "warnings"), i, c)
		printf("%swarning%s %s\n", cli_yellow(), cli_plain(),
			show_clean(a, json_string_value(c)));
	if (json_is_true(json_object_get(json_object_get(answer, "freshness"), "stale")))
		printf("%sstale%s: last synced %s\n", cli_yellow(), cli_plain(),
			show_ago(a, json_object_get(answer, "freshness"), "synced_at",
				when_now()));
	return join ? CLI_DONE : CLI_NO;
}

static int
answer(const char *method, struct cli_args *args)
{
	json_t *result = NULL;
	int status = client_ask(method, json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	struct arena *a = arena_new(0);
	const char *decision = json_string_value(json_object_get(result, "decision"));
	if (args->json) {
		show_json(result);
		status = decision != NULL && strcmp(decision, "join") == 0 ? CLI_DONE
									   : CLI_NO;
	} else {
		status = show_answer(a, result);
	}
	json_decref(result);
	arena_free(a);
	return status;
}

static int
run_join(int argc, char **argv)
{
	struct cli_args args;
	if (!cli_args(argc, argv, join_options, 1, 1, "ROOM", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, "room", json_string(args.words[0]));
	int status = answer("meeting.join", &args);
	cli_args_release(&args);
	return status;
}

static void
agenda_row(struct arena *a, struct cli_table *t, const json_t *m)
{
	const char *subject = show_get(a, m, "subject"), *end = show_when(a, m, "end");
	const json_t *p = json_object_get(m, "provider");
	const char *provider = show_get(a, p, "name");
	if (*provider == '\0')
		provider = show_get(a, m, "provider");
	size_t n = strlen(end);
	cli_table_row(t, show_when(a, m, "start"), n > 5 ? end + n - 5 : end,
		*subject ? subject : "(withheld)", *provider ? provider : "-",
		show_get(a, m, "id"), NULL);
}

static struct cli_table *
agenda_table(void)
{
	return cli_table_new("START", "END", "SUBJECT", "JOINS", "ID", NULL);
}

static int
run_agenda(int argc, char **argv)
{
	struct cli_args args;
	json_t *result = NULL;
	if (!cli_args(argc, argv, agenda_options, 1, 1, "ROOM", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, "room", json_string(args.words[0]));
	int status = client_ask("meeting.list", json_incref(args.params), &result);
	if (status == CLI_DONE && args.json) {
		show_json(result);
	} else if (status == CLI_DONE) {
		struct arena *a = arena_new(0);
		struct cli_table *t = agenda_table();
		size_t i;
		json_t *m;
		json_array_foreach(show_list(result, "meetings"), i, m)
			agenda_row(a, t, m);
		cli_table_print(t, stdout);
		const json_t *fresh = json_object_get(result, "freshness");
		printf("%slast synced %s%s\n",
			json_is_true(json_object_get(fresh, "stale")) ? cli_yellow()
								      : cli_dim(),
			show_ago(a, fresh, "synced_at", when_now()), cli_plain());
		arena_free(a);
	}
	json_decref(result);
	cli_args_release(&args);
	return status;
}

/* The first meeting that has not begun; NULL when there is none. */
static const json_t *
first_ahead(const json_t *meetings, int64_t now)
{
	size_t i;
	json_t *m;
	json_array_foreach(meetings, i, m)
	{
		int64_t start;
		const char *text = json_string_value(json_object_get(m, "start"));
		if (text != NULL && when_parse(text, &start) && start >= now)
			return m;
	}
	return NULL;
}

static int
run_next(int argc, char **argv)
{
	struct cli_args args;
	json_t *result = NULL;
	char from[WHEN_TEXT];
	int64_t now = when_now();
	if (!cli_args(argc, argv, NULL, 1, 1, "ROOM", &args))
		return CLI_USAGE;
	json_object_set_new(args.params, "room", json_string(args.words[0]));
	json_object_set_new(args.params, "from", json_string(when_text(now, from)));
	int status = client_ask("meeting.list", json_incref(args.params), &result);
	if (status == CLI_DONE) {
		const json_t *m = first_ahead(show_list(result, "meetings"), now);
		struct arena *a = arena_new(0);
		if (args.json) {
			json_t *none = json_null();
			show_json(m != NULL ? m : none);
		} else if (m == NULL) {
			puts("Nothing more on the calendar.");
		} else {
			struct cli_table *t = agenda_table();
			agenda_row(a, t, m);
			cli_table_print(t, stdout);
			show_dial(a, json_object_get(m, "dial"), "  ");
		}
		status = m != NULL ? CLI_DONE : CLI_NO;
		arena_free(a);
	}
	json_decref(result);
	cli_args_release(&args);
	return status;
}

/* The plan's telephone part out of the daemon's answer, to be written in another
 * notation. */
static void
pstn_of(struct arena *a, const json_t *pstn, struct plan *ret)
{
	const json_t *steps = json_object_get(pstn, "steps");
	size_t i, n = json_array_size(steps);
	struct plan_step *made = arena_many(a, struct plan_step, n);
	json_t *s;
	json_array_foreach(steps, i, s)
	{
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
print_format(struct arena *a, const struct plan *plan, const char *format)
{
	const char *text = plan->has[VIA_PSTN] ? plan_render(a, plan, format) : NULL;
	if (text == NULL) {
		fputs("convoke: nothing that may be dialled by telephone\n", stderr);
		return CLI_NO;
	}
	puts(text);
	return CLI_DONE;
}

static int
dial_for_room(struct arena *a, struct cli_args *args, const char *format)
{
	json_object_del(args->params, "country"); /* the room's own holds */
	if (format == NULL)
		return answer("meeting.dial", args);
	json_t *result = NULL;
	struct plan plan;
	int status = client_ask("meeting.dial", json_incref(args->params), &result);
	if (status != CLI_DONE)
		return status;
	pstn_of(a, json_object_get(json_object_get(result, "dial"), "pstn"), &plan);
	status = print_format(a, &plan, format);
	json_decref(result);
	return status;
}

/* Without a room there is no policy but the default, and no need of a daemon. */
static int
dial_alone(struct arena *a, const struct cli_args *args, const char *format)
{
	const char *name = cli_args_text(args, "provider");
	const char *country = cli_args_text(args, "country");
	const char *shipped = paths_shipped(a, "providers");
	struct providers *ps = NULL;
	struct meeting meeting;
	struct err err = {0};
	if (name == NULL)
		return cli_usage(
			"without --room, which has a default, --provider is needed");
	int r = shipped == NULL
			? err_set(&err, ERR_CONFIG, "no_providers",
				  "the provider files are missing")
			: providers_load(shipped, paths_site(a, "providers"), &ps, &err);
	const struct provider *p = r == ERR_NONE ? providers_find(ps, name) : NULL;
	if (r == ERR_NONE && p == NULL) {
		r = err_set(&err, ERR_ABSENT, "unknown_provider",
			"no provider is called \"%s\"", name);
		err_cure(&err, "`convoke check` lists the files that provide them.");
	}
	if (r == ERR_NONE)
		r = plan_meeting(a, p, cli_args_text(args, "meeting_id"),
			cli_args_text(args, "pin"), &meeting, &err);
	int status = CLI_NO;
	if (r != ERR_NONE) {
		cli_fail(&err);
	} else {
		struct policy policy = policy_default(country != NULL ? country : "US");
		const struct plan *plan = plan_make(
			a, ps, &meeting, &policy, NULL, 0, cli_args_text(args, "pin"));
		json_t *dial = report_dial(plan);
		bool any = false;
		for (size_t v = 0; v < N_TRANSPORTS; v++)
			any |= plan->has[v];
		status = any ? CLI_DONE : CLI_NO;
		if (format != NULL)
			status = print_format(a, plan, format);
		else if (args->json)
			show_json(dial != NULL ? dial : json_null());
		else
			show_dial(a, dial, "");
		if (plan->needs_pin)
			fputs("convoke: this provider wants a PIN; give it with --pin\n",
				stderr);
		json_decref(dial);
	}
	providers_free(ps);
	return status;
}

static int
run_dial(int argc, char **argv)
{
	struct cli_args args;
	if (!cli_args(argc, argv, dial_options, 0, 0, "no words: --id ID is an option",
		    &args))
		return CLI_USAGE;
	struct arena *a = arena_new(0);
	int status;
	const char *given = cli_args_text(&args, "format");
	char *format = given != NULL ? arena_strdup(a, given) : NULL;
	json_object_del(args.params, "format");
	if (cli_args_text(&args, "meeting_id") == NULL)
		status = cli_usage("--id is needed: the meeting ID to dial");
	else if (cli_args_text(&args, "room") != NULL)
		status = dial_for_room(a, &args, format);
	else
		status = dial_alone(a, &args, format);
	cli_args_release(&args);
	arena_free(a);
	return status;
}

const struct cli_command cli_ask_commands[] = {
	{"join", NULL, "what a room has to dial now",
		"convoke join ROOM [--meeting ID] [--declined ID,…] [--pin PIN] [--at "
		"TIME]\n"
		"             [--transports sip,h323,pstn,web] [--max-wait-ms MS] "
		"[--json]\n\n"
		"Answers as \"join my meeting\" would be in that room: exit 0 with what "
		"to dial, 1 when\n"
		"there is a question first. --max-wait-ms lets it look at the calendar "
		"once more.\n\n"
		"  convoke join SEA_38_0021",
		run_join},
	{"next", NULL, "the next meeting in a room",
		"convoke next ROOM [--json]\n\nThe first meeting that has not begun; "
		"exit 1 when there "
		"is none.\n\n  convoke next SEA_38_0021",
		run_next},
	{"agenda", NULL, "all meetings that are known of a room",
		"convoke agenda ROOM [--from TIME] [--to TIME] [--json]\n\n"
		"Times are RFC 3339: 2026-11-23T15:00:00Z.\n\n  convoke agenda "
		"SEA_38_0021",
		run_agenda},
	{"dial", NULL, "what to dial for a meeting that is not on the calendar",
		"convoke dial --id ID [--provider P] [--pin PIN] [--room ROOM | "
		"--room-country CC]\n"
		"             [--format tel|asterisk|freeswitch|twilio|a4b] [--json]\n\n"
		"With --room the daemon answers, under that room's policy and default "
		"provider; without,\n"
		"the default policy for --room-country (US) holds, and no daemon is "
		"needed.\n\n"
		"  convoke dial --provider zoom --id 91847302265 --format asterisk",
		run_dial},
	{NULL, NULL, NULL, NULL, NULL},
};
