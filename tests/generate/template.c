/* Templates: read, and filled with drawn values. README.md has the format. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "generate/parts.h"

enum { MAX_VALUES = 40 };

struct fill {
	struct arena *arena;
	struct dice *dice;
	struct {
		const char *name, *text;
	} values[MAX_VALUES];
	size_t n;
};

/* Printing: {name:FORMAT} */

static const char *
replace_char(struct arena *a, const char *s, char from, const char *to)
{
	struct buf b;
	buf_init(&b, a);
	for (; *s != '\0'; s++)
		if (*s != from)
			buf_char(&b, *s);
		else
			buf_str(&b, to);
	return b.s;
}

/* "3-4-4", then '/' and what stands between the groups; a space otherwise. */
static const char *
print_groups(struct arena *a, const char *value, const char *format)
{
	struct buf b;
	const char *between = strchr(format, '/');
	between = between != NULL ? between + 1 : " ";
	buf_init(&b, a);
	while (*value != '\0') {
		size_t n = strtoul(format, NULL, 10);
		format += strspn(format, "0123456789");
		format += *format == '-';
		n = n == 0 || n > strlen(value) ? strlen(value) : n;
		if (b.n > 0)
			buf_str(&b, between);
		buf_add(&b, value, n);
		value += n;
	}
	return b.s;
}

static const char *
print_as(struct arena *a, const char *value, const char *format)
{
	const char *country = strchr(value, ' ');
	if (isdigit((unsigned char)*format))
		return print_groups(a, value, format);
	if (strcmp(format, "e164") == 0)
		return replace_char(a, value, ' ', "");
	if (strcmp(format, "dash") == 0)
		return replace_char(a, value, ' ', "-");
	if (strcmp(format, "dot") == 0)
		return replace_char(a, value, ' ', ".");
	if (strcmp(format, "url") == 0)
		return replace_char(a, value, ' ', "%20");
	if (strcmp(format, "tel") == 0 && country != NULL) /* "+1%20323-849-4874" */
		return arena_printf(a, "%.*s%%20%s", (int)(country - value), value,
			replace_char(a, country + 1, ' ', "-"));
	if (strcmp(format, "one") == 0 && country != NULL) /* "+1 323-849-4874" */
		return arena_printf(a, "%.*s %s", (int)(country - value), value,
			replace_char(a, country + 1, ' ', "-"));
	if (strcmp(format, "paren") == 0 && country != NULL) { /* "+1 (323) 849-4874" */
		size_t n = strcspn(country + 1, " ");
		return arena_printf(a, "%.*s (%.*s) %s", (int)(country - value), value,
			(int)n, country + 1, replace_char(a, country + 2 + n, ' ', "-"));
	}
	if (strcmp(format, "lower") == 0) {
		char *s = arena_strdup(a, value);
		for (char *c = s; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		return s;
	}
	return value;
}

static const char *
find_value(const struct fill *f, const char *name, size_t n)
{
	for (size_t i = 0; i < f->n; i++)
		if (strlen(f->values[i].name) == n &&
			strncmp(f->values[i].name, name, n) == 0)
			return f->values[i].text;
	return NULL;
}

/* "{name}", "{name:format}", and "{~this|or that}". */
static const char *
expand(struct fill *f, const char *s)
{
	struct buf b;
	buf_init(&b, f->arena);
	while (*s != '\0') {
		if (*s != '{') {
			buf_char(&b, *s++);
			continue;
		}
		size_t n = strcspn(s, "}");
		const char *in = arena_strndup(f->arena, s + 1, n - 1);
		s += n + (s[n] == '}');
		if (*in == '~') {
			buf_str(&b, draw_value(f->arena, f->dice, "oneof", 5, in + 1));
			continue;
		}
		size_t name = strcspn(in, ":");
		const char *value = find_value(f, in, name);
		if (value == NULL)
			buf_printf(&b, "{%s}", in);
		else
			buf_str(&b, in[name] == ':'
					    ? print_as(f->arena, value, in + name + 1)
					    : value);
	}
	return b.s;
}

/* A line under a condition, "?flag …" or "?!flag …": NULL when it does not hold. */
static const char *
under_condition(const struct fill *f, const char *line)
{
	if (line[0] != '?' || line[1] == ' ' || line[1] == '\0')
		return line;
	bool wanted = line[1] != '!';
	const char *name = line + (wanted ? 1 : 2);
	size_t n = strcspn(name, " ");
	if ((find_value(f, name, n) != NULL) != wanted)
		return NULL;
	return name + n + (name[n] == ' ');
}

/* Filling */

static const char *const fact_names[N_FACTS] = {
	"url", "meeting_id", "passcode", "sip", "h323", "dial", "number"};

static void
take_fact(struct fill *f, struct truth *t, const char *args, bool may)
{
	size_t n = strcspn(args, " ");
	for (int k = 0; k < N_FACTS; k++) {
		if (strlen(fact_names[k]) != n || strncmp(fact_names[k], args, n) != 0)
			continue;
		const char *value = expand(f, args + n + 1);
		if (k == FACT_NUMBER)
			value = replace_char(f->arena, value, ' ', "");
		if (t->n_facts < MAX_FACTS)
			t->facts[t->n_facts++] =
				(struct fact){(enum fact_kind)k, value, may};
	}
}

static void
take_value(struct fill *f, const char *args)
{
	size_t n = strcspn(args, " ");
	const char *name = arena_strndup(f->arena, args, n),
		   *kind = args + n + (args[n] == ' ');
	size_t n_kind = strcspn(kind, " ");
	const char *rest = expand(f, kind + n_kind + (kind[n_kind] == ' '));
	const char *text = draw_value(f->arena, f->dice, kind, n_kind, rest);
	if (text != NULL && f->n < MAX_VALUES) {
		f->values[f->n].name = name;
		f->values[f->n++].text = text;
	}
}

/* "video URI key=value key=value" */
static void
take_entry(struct fill *f, struct filled *out, const char *args)
{
	char *save, *text = arena_strdup(f->arena, expand(f, args));
	struct entry e = {0};
	e.kind = strtok_r(text, " ", &save);
	e.uri = strtok_r(NULL, " ", &save);
	for (char *w; (w = strtok_r(NULL, " ", &save)) != NULL;) {
		char *eq = strchr(w, '=');
		if (eq == NULL)
			continue;
		*eq = '\0';
		if (strcmp(w, "pin") == 0)
			e.pin = eq + 1;
		else if (strcmp(w, "meetingCode") == 0)
			e.meeting_code = eq + 1;
		else if (strcmp(w, "accessCode") == 0)
			e.access_code = eq + 1;
		else if (strcmp(w, "passcode") == 0)
			e.passcode = eq + 1;
	}
	if (out->n_entries < MAX_ENTRIES)
		out->entries[out->n_entries++] = e;
}

static void
take_head(struct fill *f, struct filled *out, const char *line)
{
	line = under_condition(f, line);
	if (line == NULL)
		return;
	size_t n = strcspn(line, " ");
	const char *args = line + n + (line[n] == ' ');
	if (strncmp(line, "value ", 6) == 0)
		take_value(f, args);
	else if (strncmp(line, "truth ", 6) == 0 || strncmp(line, "may ", 4) == 0)
		take_fact(f, &out->truth, args, line[0] == 'm');
	else if (strncmp(line, "country ", 8) == 0)
		out->country = args;
	else if (strncmp(line, "subject ", 8) == 0)
		out->subject = expand(f, args);
	else if (strncmp(line, "location ", 9) == 0)
		out->location = expand(f, args);
	else if (strncmp(line, "entry ", 6) == 0)
		take_entry(f, out, args);
	else if (strcmp(line, "ask") == 0)
		out->ask = true;
}

void
fill_template(
	struct arena *a, const struct template *t, struct dice *d, struct filled *ret)
{
	struct fill f = {.arena = a, .dice = d};
	*ret = (struct filled){
		.doc = {.arena = a}, .provider = t->provider, .country = "US"};
	for (size_t i = 0; i < t->n_head; i++)
		take_head(&f, ret, t->head[i]);
	bool none = strcmp(t->provider, "none") == 0,
	     other = strcmp(t->provider, "other") == 0;
	ret->truth.provider = none || other ? NULL : t->provider;
	if (ret->subject == NULL)
		ret->subject = draw_value(a, d, "topic", 5, "");
	for (size_t i = 0; i < t->n_body; i++) {
		const char *line = under_condition(&f, t->body[i]);
		if (line != NULL)
			doc_add(&ret->doc, expand(&f, line));
	}
}

/* Loading */

enum { MAX_TEMPLATES = 400 };

static int
read_templates(struct arena *a, const char *path, struct generator *g, struct err *err)
{
	char *text;
	size_t size, n_line = 0;
	if (file_read(a, path, SIZE_MAX / 2, &text, &size, err) != ERR_NONE)
		return (int)err->grade;
	struct template *t = NULL;
	const char **lines = arena_many(a, const char *, size + 2);
	bool body = false;
	for (char *s = text; *s != '\0';) {
		char *end = s + strcspn(s, "\n");
		bool more = *end == '\n';
		*end = '\0';
		n_line++;
		if (strncmp(s, "=== ", 4) == 0) {
			if (g->n == MAX_TEMPLATES)
				return err_set(err, ERR_CONFIG, "template",
					"%s: too many", path);
			t = &g->list[g->n++];
			*t = (struct template){.name = s + 4, .head = lines};
			body = false;
		} else if (t == NULL) {
			if (*s != '\0' && *s != '#')
				return err_set(err, ERR_CONFIG, "template",
					"%s:%zu: before any ===", path, n_line);
		} else if (!body && strcmp(s, "---") == 0) {
			body = true;
			t->body = lines;
		} else if (body) {
			*lines++ = s;
			t->n_body++;
		} else if (strncmp(s, "provider ", 9) == 0) {
			t->provider = s + 9;
		} else if (strcmp(s, "fragment") == 0) {
			t->fragment = true;
		} else if (*s != '#' && *s != '\0') {
			*lines++ = s;
			t->n_head++;
		}
		s = end + more;
	}
	for (size_t i = 0; i < g->n; i++)
		if (g->list[i].provider == NULL)
			return err_set(err, ERR_CONFIG, "template",
				"%s: %s names no provider", path, g->list[i].name);
	return ERR_NONE;
}

int
generator_load(struct arena *a, const char *dir, struct generator **ret, struct err *err)
{
	struct generator *g = arena_one(a, struct generator);
	char **paths;
	size_t n;
	g->list = arena_many(a, struct template, MAX_TEMPLATES);
	int r = file_list(a, dir, ".txt", &paths, &n, err);
	for (size_t i = 0; i < n && r == ERR_NONE; i++)
		r = read_templates(a, paths[i], g, err);
	if (r == ERR_NONE && g->n == 0)
		r = err_set(err, ERR_CONFIG, "template", "%s: no templates", dir);
	if (r == ERR_NONE)
		*ret = g;
	return r;
}

size_t
generator_templates(const struct generator *g)
{
	return g->n;
}
