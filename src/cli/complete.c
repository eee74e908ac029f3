#include "cli/complete.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "calendar/calendar.h"
#include "cli/client.h"
#include "cli/show.h"
#include "paths.h"

enum { PATIENCE_S = 2 /* then the shell is given nothing */ };

/* `typed` is what stands before the cursor; `given` what stands before that. */
struct completion {
	const char *typed;
	char **given;
	int n_given;
};

static void
offer(const struct completion *c, const char *before, const char *word, const char *about)
{
	size_t n = strlen(c->typed), b = strlen(before);
	if (n < b || strncmp(word, c->typed + b, n - b) == 0)
		printf("%s%s\t%s\n", before, word, about != NULL ? about : "");
}

/* Of "sip,h3" the part that stays: "sip,". */
static const char *
settled(struct arena *a, const char *typed)
{
	const char *comma = strrchr(typed, ',');
	return comma == NULL ? "" : arena_strndup(a, typed, (size_t)(comma - typed) + 1);
}

/* What the daemon has of these, by its own list. */
static void
offer_names(struct arena *a, const struct completion *c, const char *before,
	const char *method, const char *key, const char *name)
{
	struct client *client = NULL;
	json_t *result = NULL, *item;
	struct err err = {0};
	size_t i;
	alarm(PATIENCE_S);
	if (client_open(paths_socket(a), &client, &err) == ERR_NONE &&
		client_call(client, method, NULL, &result, &err) == ERR_NONE)
		json_array_foreach (show_list(result, key), i, item)
			offer(c, before, show_get(a, item, name),
				show_get(a, item, "description"));
	json_decref(result);
	client_close(client);
}

/* Something whose kind the tables name: "ROOM", "FILE", "ROOM,…". */
static void
offer_value(struct arena *a, const struct completion *c, const char *kind, size_t n)
{
	static const struct {
		const char *kind, *method, *key, *name;
	} lists[] = {{"ROOM", "room.list", "rooms", "name"},
		{"LINK", "link.list", "links", "name"},
		{"PROFILE", "profile.list", "profiles", "name"},
		{"PROVIDER", "provider.list", "providers", "id"}};
	bool many = memchr(kind, ',', n) != NULL;
	size_t length = many ? (size_t)((const char *)memchr(kind, ',', n) - kind) : n;
	if ((length == strlen("FILE") && memcmp(kind, "FILE", length) == 0) ||
		(length == strlen("DIR") && memcmp(kind, "DIR", length) == 0))
		puts(":files");
	if (length == strlen("KIND") && memcmp(kind, "KIND", length) == 0)
		for (size_t i = 0; calendar_kind_at(i) != NULL; i++)
			offer(c, "", calendar_kind_at(i)->name, NULL);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (strlen(lists[i].kind) == length &&
			memcmp(lists[i].kind, kind, length) == 0)
			offer_names(a, c, many ? settled(a, c->typed) : "",
				lists[i].method, lists[i].key, lists[i].name);
}

static const struct cli_option *
option_named(const struct cli_command *command, const char *name)
{
	for (const struct cli_option *o = command->options; o != NULL && o->name != NULL;
		o++)
		if (strcmp(o->name, name) == 0)
			return o;
	return NULL;
}

static void
offer_argument(struct arena *a, const struct completion *c, const struct cli_option *o)
{
	const char *before = o->kind == CLI_LIST ? settled(a, c->typed) : "";
	for (const char *const *v = o->allowed; v != NULL && *v != NULL; v++)
		offer(c, before, *v, NULL);
	if (o->allowed == NULL)
		offer_value(a, c, o->value, strlen(o->value));
}

static void
offer_options(const struct completion *c, const struct cli_command *command)
{
	for (const struct cli_option *o = command->options; o != NULL && o->name != NULL;
		o++)
		offer(c, "", o->name, o->about);
	offer(c, "", "--json", "the answer as JSON");
	offer(c, "", "--help", "what this command does");
}

/* Within a command: an option's value, an option, or its next word. */
static void
within(struct arena *a, const struct completion *c, const struct cli_command *command)
{
	const struct cli_option *o = NULL;
	size_t words = 0;
	for (int i = 0; i < c->n_given; i++) {
		if (o != NULL && o->value != NULL) {
			o = NULL; /* that was its value */
			continue;
		}
		o = option_named(command, c->given[i]);
		words += o == NULL && c->given[i][0] != '-';
	}
	struct cli_word w = {0}, next;
	for (size_t i = 0; i <= words && cli_word(command->words, i, &next); i++)
		w = i == words || next.many ? next : (struct cli_word){0};
	if (o != NULL && o->value != NULL)
		offer_argument(a, c, o);
	else if (c->typed[0] == '-')
		offer_options(c, command);
	else if (w.name != NULL)
		offer_value(a, c, w.name, w.n);
	else
		offer_options(c, command);
}

static void
offer_nouns(const struct completion *c, const struct cli_group *groups)
{
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *one = g->commands; one->noun != NULL;
			one++)
			if (one == g->commands ||
				strcmp(one->noun, one[-1].noun) != 0) /* each once */
				offer(c, "", one->noun,
					one->verb == NULL ? one->summary : g->title);
}

int
complete_run(const struct cli_group *groups, int argc, char **argv)
{
	struct arena *a = arena_new(0);
	struct completion c = {.typed = argc > 0 ? argv[argc - 1] : "", .given = argv};
	c.n_given = argc > 0 ? argc - 1 : 0;
	if (c.n_given == 0)
		offer_nouns(&c, groups);
	for (const struct cli_group *g = groups; c.n_given > 0 && g->title != NULL; g++)
		for (const struct cli_command *one = g->commands; one->noun != NULL;
			one++) {
			int used = one->verb == NULL ? 1 : 2;
			if (strcmp(one->noun, argv[0]) != 0)
				continue;
			struct completion rest = c;
			rest.given += used;
			rest.n_given -= used;
			if (c.n_given < used)
				offer(&c, "", one->verb, one->summary);
			else if (one->verb == NULL || strcmp(one->verb, argv[1]) == 0)
				within(a, &rest, one);
		}
	arena_free(a);
	return CLI_DONE;
}
