#include "invite/sink.h"

enum { MAX_BREAKS = 2 }; /* more than one empty line says nothing more */

void
sink_init(struct sink *k, struct arena *a, size_t expected)
{
	*k = (struct sink){.due_at = 0};
	text_init(&k->text, a, expected);
}

static void
due(struct sink *k, int breaks, size_t at)
{
	if (k->breaks == 0 && !k->cell)
		k->due_at = at;
	k->breaks = breaks;
	k->cell = false;
}

void
sink_block(struct sink *k, size_t at)
{
	if (k->breaks == 0 && !k->fresh)
		due(k, 1, at);
}

void
sink_newline(struct sink *k, size_t at)
{
	due(k, k->breaks < MAX_BREAKS ? k->breaks + 1 : MAX_BREAKS, at);
	k->fresh = false;
}

void
sink_blank(struct sink *k, size_t at)
{
	if (k->blank || k->breaks > 0 || k->cell)
		return;
	k->blank = true;
	k->due_at = at;
}

void
sink_table(struct sink *k, bool opens, size_t at)
{
	sink_block(k, at);
	if (opens) {
		if (k->n_tables < SINK_MAX_TABLES) {
			k->tables[k->n_tables].row_started = k->row_started;
			k->tables[k->n_tables].row_line = k->row_line;
		}
		k->n_tables++;
	} else if (k->n_tables > 0 && --k->n_tables < SINK_MAX_TABLES) {
		k->row_started = k->tables[k->n_tables].row_started;
		k->row_line = k->tables[k->n_tables].row_line;
	}
}

void
sink_row(struct sink *k, bool opens, size_t at)
{
	sink_block(k, at);
	if (opens && !k->fresh)
		k->row_started = false;
}

void
sink_cell(struct sink *k, bool opens, size_t at)
{
	sink_block(k, at);
	/* a cell of several lines is a column of the page, not a value beside a label */
	if (!opens || k->fresh || !k->row_started || k->row_line != k->text.n_lines)
		return;
	k->cell = k->fresh = true;
	k->breaks = 0;
}

void
sink_flush(struct sink *k)
{
	struct text *t = &k->text;
	if (k->breaks > 0) {
		int breaks = k->breaks - k->ended;
		for (; breaks > 0 && t->n > 0; breaks--)
			text_break(t, k->due_at);
	} else if (k->cell) {
		text_trim(t);
		text_code(t, '\t', k->due_at, 0);
	} else if (k->blank && t->n > t->line_at && t->s[t->n - 1] != ' ' &&
		   t->s[t->n - 1] != '\t') {
		text_code(t, ' ', k->due_at, 1);
	}
	k->breaks = 0;
	k->ended = k->cell = k->blank = k->fresh = false;
	if (!k->row_started) {
		k->row_started = true;
		k->row_line = t->n_lines;
	}
}

void
sink_settle(struct sink *k, size_t at)
{
	if (k->text.n > k->text.line_at) {
		text_break(&k->text, at);
		k->ended = true;
	}
	k->breaks = 0;
	k->cell = k->blank = k->fresh = false;
}
