#include "cli/args.h"

#include <errno.h>
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
say_allowed(const struct cli_option *o, const char *value)
{
	char all[200] = "";
	for (const char *const *a = o->allowed; *a != NULL; a++)
		snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s",
			*all ? ", " : "", *a);
	cli_usage("%s is one of %s, not \"%s\"", o->name, all, value);
}

/* NULL when the value is not of the option's kind, which was said then. */
static json_t *
value_of(const struct cli_option *o, const char *value)
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
		for (size_t i = 0; i < json_array_size(v); i++)
			if (!is_allowed(o, json_string_value(json_array_get(v, i)))) {
				say_allowed(o, json_string_value(json_array_get(v, i)));
				json_decref(v);
				return NULL;
			}
		return v;
	case CLI_NUMBER:
		errno = 0;
		long long number = strtoll(value, &end, 10);
		if (errno == 0 && end != value && *end == '\0' && number >= 0)
			return json_integer(number);
		cli_usage("%s takes a number, not \"%s\"", o->name, value);
		return NULL;
	case CLI_TEXT:
		if (!is_allowed(o, value)) {
			say_allowed(o, value);
			return NULL;
		}
		v = json_string(value);
		if (v == NULL)
			cli_usage("the value of %s is not UTF-8", o->name);
		return v;
	}
	return v;
}

/* One option at argv[i]; *ret_next is the first word after it. */
static bool
take(int argc, char **argv, int i, const struct cli_option *options, json_t *params,
	int *ret_next)
{
	size_t n = strcspn(argv[i], "=");
	const struct cli_option *o = find(options, argv[i], n);
	bool bare = o != NULL && (o->kind == CLI_TRUE || o->kind == CLI_FALSE);
	const char *value = argv[i][n] == '=' ? argv[i] + n + 1 : NULL;
	*ret_next = i + 1;
	if (o == NULL) {
		cli_usage("no such option: %.*s", (int)n, argv[i]);
		return false;
	}
	if (bare && value != NULL) {
		cli_usage("%s takes no value", o->name);
		return false;
	}
	if (!bare && value == NULL) {
		if (i + 1 >= argc) {
			cli_usage("%s needs a value", o->name);
			return false;
		}
		value = argv[i + 1];
		*ret_next = i + 2;
	}
	json_t *v = value_of(o, value);
	return v != NULL && json_object_set_new(params, o->param, v) == 0;
}

bool
cli_args(int argc, char **argv, const struct cli_option *options, size_t min, size_t max,
	const char *shape, struct cli_args *ret)
{
	struct cli_args args = {.words = argv, .params = json_object()};
	bool ok = true, ended = false;
	for (int i = 0, next; ok && i < argc; i = next) {
		char *word = argv[i];
		next = i + 1;
		if (!ended && strcmp(word, "--") == 0)
			ended = true;
		else if (!ended && strcmp(word, "--json") == 0)
			args.json = true;
		else if (!ended && word[0] == '-' && word[1] != '\0')
			ok = take(argc, argv, i, options, args.params, &next);
		else
			argv[args.n_words++] = word; /* never ahead of i */
	}
	if (ok && (args.n_words < min || args.n_words > max)) {
		cli_usage("this command takes %s", shape);
		ok = false;
	}
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
