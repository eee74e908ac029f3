#include "serve/param.h"

#include <string.h>

#include "base/buf.h"
#include "base/when.h"
#include "credential.h"
#include "serve/text.h"

enum { MAX_ITEM = 128 /* bytes of one text of a list */ };

static bool
is_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool
is_word(const struct param *p, const char *text)
{
	for (size_t i = 0; p->words[i] != NULL; i++)
		if (strcmp(p->words[i], text) == 0)
			return true;
	return false;
}

static const char *
list_words(struct arena *a, const struct param *p)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; p->words[i] != NULL; i++)
		buf_printf(&b, "%s%s", i > 0 ? ", " : "", p->words[i]);
	return b.s;
}

/* The value is never repeated: it may be a password. */
static bool
wrong_type(struct call *c, const struct param *p, const char *what)
{
	call_fail(c, RPC_PARAMS, "\"%s\" must be %s", p->name, what);
	return false;
}

static bool
wrong_value(struct call *c, const struct param *p, const char *allowed)
{
	call_fail(c, RPC_VALUE, "\"%s\": %s", p->name, allowed);
	return false;
}

static bool
check_text(struct call *c, const struct param *p, const json_t *v)
{
	const char *s = json_string_value(v);
	int64_t t;
	if (s == NULL)
		return wrong_type(c, p, "a text");
	if (p->needed && *s == '\0')
		return wrong_value(c, p, "must not be empty");
	if (p->kind == PARAM_BODY)
		return true;
	if (p->kind == PARAM_SECRET && !credential_usable(s, strlen(s)))
		return wrong_value(c, p,
			arena_printf(c->arena,
				"one line of at most %d bytes, without control "
				"characters; or a key in PEM or JSON",
				(int)CREDENTIAL_MAX));
	if (p->kind == PARAM_TEXT && strlen(s) > (size_t)p->max)
		return wrong_value(
			c, p, arena_printf(c->arena, "at most %d bytes", p->max));
	if (p->kind == PARAM_TEXT && !is_line(s))
		return wrong_value(c, p, "one line, without control characters");
	if (p->kind == PARAM_TIME && !when_parse(s, &t))
		return wrong_value(
			c, p, "a time of RFC 3339, such as 2026-11-23T15:00:00Z");
	if (p->kind == PARAM_WORD && !is_word(p, s))
		return wrong_value(c, p,
			arena_printf(c->arena, "one of %s", list_words(c->arena, p)));
	return true;
}

static bool
check_texts(struct call *c, const struct param *p, const json_t *list)
{
	size_t i;
	json_t *v;
	if (!json_is_array(list))
		return wrong_type(c, p, "a list of texts");
	if (json_array_size(list) > (size_t)p->max)
		return wrong_value(c, p, arena_printf(c->arena, "at most %d", p->max));
	json_array_foreach (list, i, v) {
		const char *s = json_string_value(v);
		if (s == NULL)
			return wrong_type(c, p, "a list of texts");
		if (strlen(s) > MAX_ITEM || !is_line(s))
			return wrong_value(c, p,
				"each one line of at most 128 bytes, without control "
				"characters");
	}
	return true;
}

static bool
check_words(struct call *c, const struct param *p, const json_t *list)
{
	size_t i, k;
	json_t *v;
	const char *allowed = arena_printf(c->arena,
		"one or more of %s, each once, best first", list_words(c->arena, p));
	if (!json_is_array(list))
		return wrong_type(c, p, "a list of texts");
	if (json_array_size(list) == 0)
		return wrong_value(c, p, allowed);
	json_array_foreach (list, i, v) {
		const char *s = json_string_value(v);
		if (s == NULL)
			return wrong_type(c, p, "a list of texts");
		bool good = is_word(p, s);
		for (k = 0; k < i && good; k++)
			good = strcmp(json_string_value(json_array_get(list, k)), s) != 0;
		if (!good)
			return wrong_value(c, p, allowed);
	}
	return true;
}

static bool
check_number(struct call *c, const struct param *p, const json_t *v)
{
	if (!json_is_integer(v))
		return wrong_type(c, p, "a whole number");
	if (json_integer_value(v) < 0 || json_integer_value(v) > p->max)
		return wrong_value(c, p, arena_printf(c->arena, "0 to %d", p->max));
	return true;
}

static bool
check_flag(struct call *c, const struct param *p, const json_t *v)
{
	return json_is_boolean(v) || wrong_type(c, p, "true or false");
}

static bool (*const checks[])(struct call *, const struct param *, const json_t *) = {
	[PARAM_TEXT] = check_text,
	[PARAM_BODY] = check_text,
	[PARAM_SECRET] = check_text,
	[PARAM_WORD] = check_text,
	[PARAM_TIME] = check_text,
	[PARAM_FLAG] = check_flag,
	[PARAM_NUMBER] = check_number,
	[PARAM_TEXTS] = check_texts,
	[PARAM_WORDS] = check_words,
};

static const struct param *
find_param(const struct method *m, const char *name)
{
	for (const struct param *p = m->params; p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static bool
unknown(struct call *c, const struct method *m, const char *name)
{
	struct buf b;
	buf_init(&b, c->arena);
	for (const struct param *p = m->params; p->name != NULL; p++)
		buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", p->name);
	call_fail(c, RPC_PARAMS, "%s knows no parameter \"%s\"", m->name,
		text_clean(c->arena, name, RPC_MAX_ID));
	call_cure(c, "It takes %s.", b.n > 0 ? b.s : "none");
	return false;
}

bool
params_check(struct call *c, const struct method *m, const json_t *params)
{
	const char *name;
	json_t *v;
	json_object_foreach ((json_t *)params, name, v) {
		const struct param *p = find_param(m, name);
		if (p == NULL)
			return unknown(c, m, name);
		if (json_is_null(v) && !p->needed)
			continue; /* as if not given; what a set method clears */
		if (!checks[p->kind](c, p, v))
			return false;
	}
	for (const struct param *p = m->params; p->name != NULL; p++)
		if (p->needed && json_object_get(params, p->name) == NULL) {
			call_fail(c, RPC_PARAMS, "\"%s\" is missing", p->name);
			return false;
		}
	return true;
}
