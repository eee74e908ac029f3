#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "cli/show.h"

static bool
colours(FILE *out)
{
	const char *no = getenv("NO_COLOR");
	return isatty(fileno(out)) && (no == NULL || *no == '\0');
}

const char *
cli_bold(void)
{
	return colours(stdout) ? "\033[1m" : "";
}

const char *
cli_red(void)
{
	return colours(stdout) ? "\033[31m" : "";
}

const char *
cli_green(void)
{
	return colours(stdout) ? "\033[32m" : "";
}

const char *
cli_yellow(void)
{
	return colours(stdout) ? "\033[33m" : "";
}

const char *
cli_dim(void)
{
	return colours(stdout) ? "\033[2m" : "";
}

const char *
cli_plain(void)
{
	return colours(stdout) ? "\033[0m" : "";
}

int
cli_fail(const struct err *err)
{
	struct arena *a = arena_new(0);
	fprintf(stderr, "convoke: %s\n", show_clean(a, err->text));
	if (err->cure[0] != '\0')
		fprintf(stderr, "  %s\n", show_clean(a, err->cure));
	arena_free(a);
	return CLI_NO;
}

int
cli_usage(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("convoke: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs("\n  `convoke --help` lists the commands, `convoke COMMAND --help` "
	      "explains one.\n",
		stderr);
	va_end(ap);
	return CLI_USAGE;
}

enum { MAX_COLUMNS = 12 };

struct row {
	struct row *next;
	const char *cells[MAX_COLUMNS];
};

struct cli_table {
	struct arena *arena;
	struct row *first, **last;
	size_t columns;
};

/* Columns on a terminal; escape sequences take none. */
static size_t
width(const char *s)
{
	size_t w = 0, n = strlen(s);
	for (size_t i = 0; i < n;) {
		unsigned cp;
		if (s[i] == '\033') {
			while (i < n && s[i] != 'm')
				i++;
			i++;
			continue;
		}
		i += utf8_next(s + i, n - i, &cp);
		int cells = wcwidth((wchar_t)cp);
		w += cells > 0 ? (size_t)cells : 0;
	}
	return w;
}

static void
add_row(struct cli_table *t, const char *first, va_list ap)
{
	struct row *r = arena_one(t->arena, struct row);
	size_t n = 0;
	for (const char *s = first; s != NULL && n < MAX_COLUMNS;
		s = va_arg(ap, const char *))
		r->cells[n++] = arena_strdup(t->arena, s);
	if (n > t->columns)
		t->columns = n;
	*t->last = r;
	t->last = &r->next;
}

struct cli_table *
cli_table_new(const char *first_heading, ...)
{
	struct arena *a = arena_new(0);
	struct cli_table *t = arena_one(a, struct cli_table);
	t->arena = a;
	t->last = &t->first;
	va_list ap;
	va_start(ap, first_heading);
	add_row(t, first_heading, ap);
	va_end(ap);
	return t;
}

void
cli_table_row(struct cli_table *t, const char *first_cell, ...)
{
	va_list ap;
	va_start(ap, first_cell);
	add_row(t, first_cell, ap);
	va_end(ap);
}

void
cli_table_print(struct cli_table *t, FILE *out)
{
	size_t widths[MAX_COLUMNS] = {0};
	for (struct row *r = t->first; r != NULL; r = r->next)
		for (size_t i = 0; i < t->columns && r->cells[i] != NULL; i++)
			if (width(r->cells[i]) > widths[i])
				widths[i] = width(r->cells[i]);
	for (struct row *r = t->first; r != NULL; r = r->next) {
		if (r == t->first && colours(out))
			fputs("\033[2m", out);
		for (size_t i = 0; i < t->columns && r->cells[i] != NULL; i++) {
			fputs(r->cells[i], out);
			bool last = i + 1 == t->columns || r->cells[i + 1] == NULL;
			for (size_t pad = last ? 0 : widths[i] + 2 - width(r->cells[i]);
				pad > 0; pad--)
				fputc(' ', out);
		}
		if (r == t->first && colours(out))
			fputs("\033[0m", out);
		fputc('\n', out);
	}
	arena_free(t->arena);
}
