/*
 * text: clean text in the making
 *
 * Takes what a part shows, character by character or in runs, folds it, cuts it into
 * lines, takes "> " marks off their beginnings, and remembers where each byte stood.
 *
 * Owns:    everything lives in the given arena.
 * Threads: one at a time.
 */
#ifndef INVITE_TEXT_H
#define INVITE_TEXT_H

#include "invite.h"

/* A link's target, written into the text behind what was shown for it. */
struct href {
	uint32_t at, len;          /* the target */
	uint32_t shown, shown_len; /* the visible text; of length 0 when that is it */
};

struct text {
	struct arena *arena;
	char *s;
	size_t n, room;
	struct invite_span *spans;
	size_t n_spans, room_spans;
	struct invite_line *lines;
	size_t n_lines, room_lines;
	struct href *hrefs;
	size_t n_hrefs, room_hrefs;
	uint32_t *folds; /* offsets of ASCII bytes that stand for something else */
	size_t n_folds, room_folds;
	size_t line_at; /* where the line that is written began */
	size_t end;     /* where the last byte written ends in the original */
	bool start;     /* nothing of that line yet but quote marks */
	uint16_t marks; /* how many */
	uint16_t depth; /* of quoting around it, that is not in marks */
	bool forwarded;
};

void text_init(struct text *t, struct arena *a, size_t expected);

/* Of eight bytes, the high bit of each that is no printable ASCII; above the first such it
 * may be set wrongly. */
static inline uint64_t
text_special(uint64_t v)
{
	const uint64_t each = 0x0101010101010101u;
	return (v | (v + each) | (v - 0x20 * each)) & (0x80 * each);
}

/* Bytes to copy from s before one that needs text_char. */
size_t text_plain(const char *s, size_t n);

/* What text_plain let pass, as it stands at `origin`. */
void text_run(struct text *t, const char *s, size_t n, size_t origin);

/* The character at s, '\n' ends the line. Returns its bytes. */
size_t text_char(struct text *t, const char *s, size_t n, size_t origin);

/* A character that was written otherwise in the original, in `size` bytes. */
void text_code(struct text *t, unsigned code_point, size_t origin, size_t size);

/* A byte that is ours, standing for nothing in the original but its place. */
void text_mark(struct text *t, char c, size_t origin);

/* Bytes that are neither folded nor cut: a link's target. Malformed ones become U+FFFD. */
void text_verbatim(struct text *t, const char *s, size_t n, size_t origin);

/* What stood at `origin` in another way, in `size` bytes. */
void text_instead(struct text *t, const char *s, size_t n, size_t origin, size_t size);

void text_href(struct text *t, struct href h);
void text_break(struct text *t, size_t origin); /* ends the line */
void text_trim(struct text *t);                 /* takes blanks off the end of the line */
void text_finish(struct text *t);               /* the last line, and the last span */

/* The lines of another text, which nobody sees, at the end. Both are finished. */
void text_add_hidden(struct text *t, const struct text *hidden);

/* Room for one more in a list of the arena's. */
void *text_grow(struct arena *a, void *list, size_t n, size_t *room, size_t size);

#endif
