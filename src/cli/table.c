/* Rows of cells, in columns as wide as what stands in them. */
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"

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

static void
print_row(const struct cli_table *t, const struct row *r, const size_t *widths, FILE *out)
{
	size_t last = 0; /* nothing is padded after the last cell that says something */
	for (size_t i = 0; i < t->columns && r->cells[i] != NULL; i++)
		if (*r->cells[i] != '\0')
			last = i;
	for (size_t i = 0; i <= last; i++)
		fprintf(out, "%s%*s", r->cells[i],
			i < last ? (int)(widths[i] + 2 - cli_width(r->cells[i])) : 0, "");
}

void
cli_table_print(struct cli_table *t, FILE *out)
{
	size_t widths[MAX_COLUMNS] = {0};
	for (struct row *r = t->first; r != NULL; r = r->next)
		for (size_t i = 0; i < t->columns && r->cells[i] != NULL; i++)
			if (cli_width(r->cells[i]) > widths[i])
				widths[i] = cli_width(r->cells[i]);
	for (struct row *r = t->first; r != NULL; r = r->next) {
		bool heading = r == t->first;
		fputs(heading ? cli_dim() : "", out);
		print_row(t, r, widths, out);
		fputs(heading ? cli_plain() : "", out);
		fputc('\n', out);
	}
	cli_table_free(t);
}

void
cli_table_free(struct cli_table *t)
{
	arena_free(t->arena);
}
