#include "cli/help.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

enum { NEAR = 2 /* letters wrong at most, for a word to be suggested */ };

static const char *
name_of(struct arena *a, const struct cli_command *c)
{
	return c->verb == NULL ? c->noun : arena_printf(a, "%s %s", c->noun, c->verb);
}

static const char *
with_words(struct arena *a, const struct cli_command *c)
{
	return c->words == NULL ? name_of(a, c)
				: arena_printf(a, "%s %s", name_of(a, c), c->words);
}

/* "link add KIND NAME --url URL --user USER": all that cannot be left out. */
static const char *
shape(struct arena *a, const struct cli_command *c)
{
	struct buf b;
	struct cli_word w;
	buf_init(&b, a);
	buf_str(&b, with_words(a, c));
	for (size_t i = 0; cli_word(c->needs, i, &w); i++)
		for (const struct cli_option *o = c->options; o->name != NULL; o++)
			if (strlen(o->name) == w.n && memcmp(o->name, w.name, w.n) == 0)
				buf_printf(&b, " %s %s", o->name, o->value);
	return b.s;
}

static size_t
widest(struct arena *a, const struct cli_group *groups)
{
	size_t most = 0;
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++)
			if (cli_width(with_words(a, c)) > most)
				most = cli_width(with_words(a, c));
	return most;
}

static void
print_line(struct arena *a, const struct cli_command *c, size_t wide)
{
	const char *s = with_words(a, c);
	printf("  %s%*s  %s\n", s, (int)(wide - cli_width(s)), "", c->summary);
}

void
help_all(const struct cli_group *groups)
{
	struct arena *a = arena_new(0);
	size_t wide = widest(a, groups);
	puts("Convoke knows what each meeting room must dial to join its meeting.");
	for (const struct cli_group *g = groups; g->title != NULL; g++) {
		printf("\n%s%s%s\n", cli_bold(), g->title, cli_plain());
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++)
			print_line(a, c, wide);
	}
	puts("\n`convoke COMMAND --help` explains one; --json makes its answer JSON. Exit\n"
	     "status: 0 done, 1 the answer is no, 2 wrong usage, 3 no daemon there.");
	arena_free(a);
}

bool
help_noun(const struct cli_group *groups, const char *noun)
{
	struct arena *a = arena_new(0);
	bool any = false;
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++)
			if (strcmp(c->noun, noun) == 0) {
				if (!any)
					printf("%sconvoke %s%s\n\n", cli_bold(), noun,
						cli_plain());
				any = true;
				print_line(a, c, widest(a, groups));
			}
	if (any)
		printf("\n`convoke %s COMMAND --help` explains one.\n", noun);
	arena_free(a);
	return any;
}

static const char *
left_of(struct arena *a, const struct cli_option *o)
{
	return o->value == NULL ? o->name : arena_printf(a, "%s %s", o->name, o->value);
}

static void
print_options(struct arena *a, const struct cli_command *c)
{
	static const struct cli_option json = {
		"--json", "json", CLI_TRUE, NULL, "the answer as JSON", NULL};
	size_t wide = cli_width(json.name);
	for (const struct cli_option *o = c->options; o != NULL && o->name != NULL; o++)
		if (cli_width(left_of(a, o)) > wide)
			wide = cli_width(left_of(a, o));
	for (const struct cli_option *o = c->options; o != NULL && o->name != NULL; o++)
		printf("  %s%*s  %s\n", left_of(a, o),
			(int)(wide - cli_width(left_of(a, o))), "", o->about);
	printf("  %s%*s  %s\n", json.name, (int)(wide - cli_width(json.name)), "",
		json.about);
}

void
help_command(const struct cli_command *c)
{
	struct arena *a = arena_new(0);
	printf("%sconvoke %s%s%s\n", cli_bold(), shape(a, c),
		c->options != NULL ? " [OPTION…]" : " [--json]", cli_plain());
	printf("  %s\n\n", c->summary);
	if (c->about != NULL) {
		cli_wrap(stdout, 0, false, c->about);
		putchar('\n');
	}
	if (c->options != NULL) {
		print_options(a, c);
		putchar('\n');
	}
	printf("%sfor example%s\n", cli_dim(), cli_plain());
	for (const char *s = c->example; *s != '\0'; s += *s == '\n') {
		printf("  %.*s\n", (int)strcspn(s, "\n"), s);
		s += strcspn(s, "\n");
	}
	arena_free(a);
}

/* How many letters must be changed, put in, left out or swapped with their neighbour to
 * make one of the other; NEAR + 1 when it is more than NEAR. */
static size_t
distance(const char *s, const char *t)
{
	enum { MOST = 24 };
	size_t n = strlen(s), m = strlen(t), d[MOST + 1][MOST + 1];
	if (n > MOST || m > MOST)
		return NEAR + 1;
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			size_t least = d[i - 1][j - 1] + (s[i - 1] != t[j - 1]);
			if (d[i - 1][j] + 1 < least)
				least = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < least)
				least = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && s[i - 1] == t[j - 2] &&
				s[i - 2] == t[j - 1] && d[i - 2][j - 2] + 1 < least)
				least = d[i - 2][j - 2] + 1;
			d[i][j] = least;
		}
	return d[n][m];
}

const char *
help_nearest(const struct cli_group *groups, const char *noun, const char *word)
{
	const char *best = NULL;
	/* of a short word, a change of every second letter is another word */
	size_t least = (strlen(word) / 2 < NEAR ? strlen(word) / 2 : NEAR) + 1;
	for (const struct cli_group *g = groups; g->title != NULL; g++)
		for (const struct cli_command *c = g->commands; c->noun != NULL; c++) {
			if (noun != NULL && strcmp(c->noun, noun) != 0)
				continue;
			const char *name = noun != NULL ? c->verb : c->noun;
			if (name == NULL)
				continue;
			size_t d = distance(word, name);
			if (d < least) {
				least = d;
				best = name;
			}
		}
	return best;
}
