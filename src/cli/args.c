#include "cli/args.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static const struct cli_option *
find(const struct cli_option *options, const char *word, size_t n)
{
	for (const struct cli_option *o = options; o != NULL && o->name != NULL; o++)
		if (strlen(o->name) == n && memcmp(o->name, word, n) == 0)
			return o;
	return NULL;
}

bool
cli_word(const char *words, size_t i, struct cli_word *ret)
{
	const char *s = words != NULL ? words : "";
	for (; i > 0 && *s != '\0'; i--) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	if (*s == '\0')
		return false;
	static const char more[] = "…";
	bool optional = *s == '[';
	s += optional;
	*ret = (struct cli_word){.name = s, .n = strcspn(s, " ]"), .optional = optional};
	size_t tail = sizeof more - 1;
	if (ret->n > tail && memcmp(s + ret->n - tail, more, tail) == 0) {
		ret->many = true;
		ret->n -= tail;
	}
	return true;
}

static json_t *
list_of(const char *text)
{
	json_t *list = json_array();
	for (const char *s = text; *s != '\0';) {
		size_t n = strcspn(s, ",");
		if (n > 0)
			json_array_append_new(list, json_stringn(s, n));
		s += n + (s[n] == ',');
	}
	return list;
}

static bool
is_allowed(const struct cli_option *o, const char *value)
{
	if (o->allowed == NULL)
		return true;
	for (const char *const *a = o->allowed; *a != NULL; a++)
		if (strcmp(*a, value) == 0)
			return true;
	return false;
}

static void
say_allowed(const struct cli_command *c, const struct cli_option *o, const char *value)
{
	char all[200] = "";
	for (const char *const *a = o->allowed; *a != NULL; a++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
			*all ? ", " : "", *a);
	cli_usage(c, "%s is one of %s, not \"%s\"", o->name, all, value);
}

/* NULL when the value is not of the option's kind, which was said then. */
static json_t *
value_of(const struct cli_command *c, const struct cli_option *o, const char *value)
{
	json_t *v = NULL;
	char *end;
	switch (o->kind) {
	case CLI_TRUE:
		return json_true();
	case CLI_FALSE:
		return json_false();
	case CLI_LIST:
		v = list_of(value);
		for (size_t i = 0; i < json_array_size(v); i++) {
			const char *one = json_string_value(json_array_get(v, i));
			if (is_allowed(o, one))
				continue;
			say_allowed(c, o, one);
			json_decref(v);
			return NULL;
		}
		return v;
	case CLI_NUMBER:
		errno = 0;
		long long number = strtoll(value, &end, 10);
		if (errno == 0 && end != value && *end == '\0' && number >= 0)
			return json_integer(number);
		cli_usage(c, "%s takes a number, not \"%s\"", o->name, value);
		return NULL;
	case CLI_TEXT:
		if (!is_allowed(o, value)) {
			say_allowed(c, o, value);
			return NULL;
		}
		v = json_string(value);
		if (v == NULL)
			cli_usage(c, "the value of %s is not UTF-8", o->name);
		return v;
	}
	return v;
}

/* A password that somebody typed where `ps` shows it is at least not shown any longer. */
static bool
hide_password(int argc, char **argv, int i)
{
	static const char *const names[] = {"--password", "--secret", "--pass"};
	size_t n = strcspn(argv[i], "=");
	bool it_is = false;
	for (size_t k = 0; k < sizeof names / sizeof *names; k++)
		it_is |= strlen(names[k]) == n && memcmp(names[k], argv[i], n) == 0;
	if (!it_is)
		return false;
	for (char *s = argv[i] + n; *s != '\0'; s++)
		*s = '*';
	for (char *s = i + 1 < argc ? argv[i + 1] : argv[i] + n; *s != '\0'; s++)
		*s = '*';
	argv[i][n] = '\0';
	return true;
}

/* One option at argv[i]; *ret_next is the first word after it. */
static bool
take(const struct cli_command *c, int argc, char **argv, int i, json_t *params,
	int *ret_next)
{
	size_t n = strcspn(argv[i], "=");
	const struct cli_option *o = find(c->options, argv[i], n);
	bool bare = o != NULL && (o->kind == CLI_TRUE || o->kind == CLI_FALSE);
	const char *value = argv[i][n] == '=' ? argv[i] + n + 1 : NULL;
	*ret_next = i + 1;
	if (o == NULL) {
		if (hide_password(argc, argv, i))
			cli_usage(c,
				"a password is never an argument, which everybody on "
				"this machine can see: it is asked for, or read by "
				"--password-file");
		else
			cli_usage(c, "no such option: %.*s", (int)n, argv[i]);
		return false;
	}
	if (bare && value != NULL) {
		cli_usage(c, "%s takes no value", o->name);
		return false;
	}
	if (!bare && value == NULL) {
		if (i + 1 >= argc) {
			cli_usage(
				c, "%s needs a value: %s %s", o->name, o->name, o->value);
			return false;
		}
		value = argv[i + 1];
		*ret_next = i + 2;
	}
	json_t *v = value_of(c, o, value);
	return v != NULL && json_object_set_new(params, o->param, v) == 0;
}

static bool
enough_words(const struct cli_command *c, size_t n)
{
	struct cli_word w = {0};
	size_t least = 0, most = 0;
	for (size_t i = 0; cli_word(c->words, i, &w); i++) {
		least += !w.optional;
		most = w.many ? SIZE_MAX : most + 1;
	}
	if (n >= least && n <= most)
		return true;
	if (most == 0)
		cli_usage(c, "this command takes options only");
	else
		cli_usage(c, "too %s words: this command takes %s",
			n < least ? "few" : "many", c->words);
	return false;
}

static bool
all_needed(const struct cli_command *c, const json_t *params)
{
	struct cli_word w;
	for (size_t i = 0; cli_word(c->needs, i, &w); i++) {
		const struct cli_option *o = find(c->options, w.name, w.n);
		if (json_object_get(params, o->param) != NULL)
			continue;
		cli_usage(c, "%s %s is needed: %s", o->name, o->value, o->about);
		return false;
	}
	return true;
}

bool
cli_args(const struct cli_command *command, int argc, char **argv, struct cli_args *ret)
{
	struct cli_args args = {
		.command = command, .words = argv, .params = json_object()};
	bool ok = true, ended = false;
	for (int i = 0, next; ok && i < argc; i = next) {
		char *word = argv[i];
		next = i + 1;
		if (!ended && strcmp(word, "--") == 0)
			ended = true;
		else if (!ended && strcmp(word, "--json") == 0)
			args.json = true;
		else if (!ended && word[0] == '-' && word[1] != '\0')
			ok = take(command, argc, argv, i, args.params, &next);
		else
			argv[args.n_words++] = word; /* never ahead of i */
	}
	ok = ok && enough_words(command, args.n_words) &&
	     all_needed(command, args.params);
	if (!ok) {
		cli_args_release(&args);
		return false;
	}
	*ret = args;
	return true;
}

void
cli_args_release(struct cli_args *args)
{
	json_decref(args->params);
	args->params = NULL;
}

const char *
cli_args_text(const struct cli_args *args, const char *param)
{
	return json_string_value(json_object_get(args->params, param));
}

bool
cli_args_flag(const struct cli_args *args, const char *param)
{
	return json_is_true(json_object_get(args->params, param));
}
