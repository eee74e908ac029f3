/*
 * scan: the lines of one fragment, under way
 *
 * Its words say what its numbers are, and its numbers where the phone's part begins; both
 * share what was seen so far. Private to extract/.
 *
 * Owns:    everything lives in the arena.
 * Threads: one.
 */
#ifndef EXTRACT_SCAN_H
#define EXTRACT_SCAN_H

#include "extract/aside.h"
#include "extract/number.h"
#include "extract/reading.h"

struct scan {
	struct reading *r;
	struct fragment *f;
	const struct invite_part *part;
	struct number_context numbers_of;
	struct number_place numbers[NUMBERS_A_LINE]; /* of the line that is read */
	size_t word, link, anchor;                   /* the next of the part */
	enum section section;
	bool open;    /* numbers stand here */
	bool called;  /* words announced them that a conference alone has */
	bool counted; /* some did */
	bool has_above;
	struct number_place above;  /* the last number of the line above */
	struct number_place *loose; /* national ones whose country is not known yet */
	size_t n_loose;
	bool tapped;                  /* a code was printed that is for the phone alone */
	bool announced;               /* the line above says that numbers follow */
	size_t prose;                 /* lines of it since the last number */
	struct number_place *waiting; /* numbers that may belong to such a code below */
	size_t n_waiting;
	uint32_t value_from,
		value_to; /* the last label's value, which may stand lines below it */
};

/* What stands on one line. */
struct line_scan {
	size_t line;
	const struct invite_link *links;
	size_t n_links;
	struct number_place *numbers; /* NUMBERS_A_LINE of room */
	size_t n_numbers;
	size_t hits;          /* words that meant something */
	struct asides asides; /* sentences that are about something else */
	bool calls;           /* words that announce a number to call stand here */
	bool explained;       /* … or others that are of a telephone's section */
};

/* Labels and what else the words of the line mean, between two offsets of the part. */
void scan_words(struct scan *s, struct line_scan *l, uint32_t from, uint32_t end);

/* Whether a label said it, that value or any. */
bool scan_has_said(const struct scan *s, enum slot slot, const char *value);

/* Finds those numbers of the line that are somebody's own, or that nothing announces. */
void scan_judge_numbers(const struct scan *s, const struct line_scan *l);
void scan_take_number(struct scan *s, struct number_place *n);
/* The phone's part begins; `above`: its numbers stood before this. */
void scan_begin_phone(struct scan *s, bool above);
void scan_place_loose(struct scan *s); /* at the end: whose country is known by now */

/* ASCII letters and all that is not ASCII. */
bool scan_has_letters(const char *s, size_t n);

#endif
