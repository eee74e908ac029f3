/*
 * sink: text with what is due before more of it
 *
 * A block that closes, a cell that opens or a run of spaces means nothing until something
 * is shown behind it; only then becomes it a newline, a tab or a space.
 *
 * Owns:    everything lives in the text's arena.
 * Threads: any.
 */
#ifndef INVITE_SINK_H
#define INVITE_SINK_H

#include "invite/text.h"

enum { SINK_MAX_TABLES = 32 }; /* within each other; deeper ones have no rows */

struct sink {
	struct text text;
	int breaks;       /* newlines that are due */
	bool ended;       /* one of them has been written already */
	bool cell;        /* a tab is due instead */
	bool blank;       /* a space is due */
	size_t due_at;    /* where what is due stood */
	bool fresh;       /* at the beginning of a cell: blocks do not break its row */
	bool row_started; /* the row has something in it */
	size_t row_line;  /* and began on this line */
	struct {
		bool row_started;
		size_t row_line;
	} tables[SINK_MAX_TABLES];
	size_t n_tables;
};

void sink_init(struct sink *k, struct arena *a, size_t expected);

/* At `at` in the original … */
void sink_block(struct sink *k, size_t at);   /* … a block begins or ends */
void sink_newline(struct sink *k, size_t at); /* … <br> */
void sink_blank(struct sink *k, size_t at);
void sink_table(struct sink *k, bool opens, size_t at);
void sink_row(struct sink *k, bool opens, size_t at);
void sink_cell(struct sink *k, bool opens, size_t at);

/* Writes what is due; the next byte goes to text.n. */
void sink_flush(struct sink *k);

/* Ends the line that is written, when there is one, before lines look another way. */
void sink_settle(struct sink *k, size_t at);

#endif
