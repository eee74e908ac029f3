#include "cli/answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "cli/client.h"
#include "cli/show.h"

/* "Design review  Mon 23 Nov 15:00, by ann@example.com, in progress" */
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

static void
show_join(struct arena *a, const json_t *answer)
{
	const char *confirm = show_get(a, answer, "confirm");
	const json_t *dial = json_object_get(answer, "dial");
	if (json_is_object(json_object_get(answer, "meeting")))
		show_meeting(a, json_object_get(answer, "meeting"));
	printf("%sjoin%s %s by %s\n", cli_green(), cli_plain(),
		show_get(a, json_object_get(answer, "provider"), "name"),
		show_transport(show_get(a, dial, "transport")));
	show_dial(a, dial, "  ");
	if (json_is_true(json_object_get(
		    json_object_get(answer, "meeting"), "organizer_copy")))
		puts("It stands in the organizer's own event only; the room's copy says "
		     "nothing to join.");
	if (strcmp(confirm, "policy") == 0)
		printf("%sAsk the user first%s: the room's profile wants it.\n",
			cli_yellow(), cli_plain());
	else if (*confirm != '\0')
		printf("%sAsk the user first%s: the number stands in the invite only, and "
		       "is none of the provider's own.\n",
			cli_yellow(), cli_plain());
}

static void
show_choices(struct arena *a, const json_t *answer)
{
	const char *room = show_get(a, answer, "room");
	struct cli_table *t = cli_table_new("ID", "START", "SUBJECT", "JOINS", NULL);
	size_t i;
	json_t *c;
	bool several = json_array_size(json_object_get(answer, "choices")) > 1;
	printf("%s `convoke join %s --meeting ID`\n",
		several ? "Several could be meant. Which?" : "Is this one meant?", room);
	json_array_foreach (json_object_get(answer, "choices"), i, c) {
		const json_t *m = json_object_get(c, "meeting");
		const char *subject = show_get(a, m, "subject");
		cli_table_row(t, show_get(a, c, "id"),
			arena_printf(a, "%s%s", show_when(a, m, "start"),
				json_is_true(json_object_get(m, "in_progress"))
					? ", in progress"
					: ""),
			*subject ? subject : "(withheld)",
			show_get(a, json_object_get(c, "provider"), "name"), NULL);
	}
	cli_table_print(t, stdout);
}

static const struct {
	const char *reason, *words;
} prompts[] = {
	{"no_meeting", "There is nothing to join on the calendar now."},
	{"declined", "All that is on the calendar was declined."},
	{"no_dial_in", "The meeting has nothing that this room can dial."},
	{"needs_pin", "The meeting needs a PIN that the invite does not give."},
};

/* What to ask the user for, and how to go on with it. */
static void
show_prompt(struct arena *a, const json_t *answer)
{
	const json_t *prompt = json_object_get(answer, "prompt");
	const char *reason = show_get(a, prompt, "reason"), *words = reason;
	const char *provider = show_get(a, json_object_get(prompt, "provider"), "name");
	const char *room = show_get(a, answer, "room"),
		   *meeting = show_get(a, prompt, "meeting");
	for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++)
		if (strcmp(prompts[i].reason, reason) == 0)
			words = prompts[i].words;
	if (json_is_object(json_object_get(answer, "meeting")))
		show_meeting(a, json_object_get(answer, "meeting"));
	printf("%sask%s %s\n", cli_yellow(), cli_plain(), words);
	show_dial(a, json_object_get(answer, "dial"), "  ");
	if (strcmp(reason, "needs_pin") == 0 && *meeting != '\0')
		printf("  With it: `convoke join %s --meeting %s --pin PIN`\n", room,
			meeting);
	else if (strcmp(reason, "needs_pin") == 0)
		puts("  With it: the same command and --pin PIN");
	else
		printf("  Ask for the %s%smeeting ID: `convoke dial --room %s%s --id ID%s`\n",
			provider, *provider ? " " : "provider and the ", room,
			*provider ? "" : " --provider PROVIDER",
			strcmp(show_get(a, prompt, "pin"), "required") == 0 ? " --pin PIN"
									    : "");
}

static void
show_unavailable(struct arena *a, const json_t *answer)
{
	static const struct {
		const char *reason, *words;
	} reasons[] = {
		{"never_synced", "The room's calendar was never read."},
		{"expired", "The room's calendar was read too long ago to be trusted."},
	};
	const char *reason = show_get(a, answer, "reason"), *words = reason;
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			words = reasons[i].words;
	printf("%sunavailable%s %s\n", cli_red(), cli_plain(), words);
	cli_wrap(stdout, 2, false, show_get(a, answer, "cure"));
}

void
answer_show(const json_t *answer)
{
	struct arena *a = arena_new(0);
	static const struct {
		const char *decision;
		void (*show)(struct arena *a, const json_t *answer);
	} ways[] = {{"join", show_join}, {"choose", show_choices}, {"ask", show_prompt},
		{"unavailable", show_unavailable}};
	const char *decision = show_get(a, answer, "decision");
	size_t i;
	json_t *w;
	for (i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(ways[i].decision, decision) == 0)
			ways[i].show(a, answer);
	json_array_foreach (json_object_get(answer, "warnings"), i, w)
		printf("%swarning%s %s\n", cli_yellow(), cli_plain(),
			show_clean(a, json_string_value(w)));
	arena_free(a);
}

int
answer_ask(const char *method, const struct cli_args *args)
{
	json_t *answer = NULL;
	int status = client_ask(method, json_incref(args->params), &answer);
	if (status != CLI_DONE)
		return status;
	const char *decision = json_string_value(json_object_get(answer, "decision"));
	if (args->json)
		show_json(answer);
	else
		answer_show(answer);
	status = decision != NULL && strcmp(decision, "join") == 0 ? CLI_DONE : CLI_NO;
	json_decref(answer);
	return status;
}
