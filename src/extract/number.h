/*
 * number: telephone numbers of an invite's line, with what is keyed after them
 *
 * Finds what is printed as a number; whether it is the meeting's is the caller's matter.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_NUMBER_H
#define EXTRACT_NUMBER_H

#include "extract/rules.h"

enum {
	NUMBERS_A_LINE = 16,
	NUMBERS_TRIED =
		512, /* in one invite: a number costs microseconds to understand */
};

/* Whose number the words before it make it. */
enum owner {
	OWNER_NONE,  /* they say nothing */
	OWNER_PHONE, /* "Tel:", "Phone": somebody's, or the meeting's in a list of such */
	OWNER_PERSON, /* "Mobile:", "Fax", "T": somebody's own */
};

struct number_place {
	struct meeting_number number; /* without evidence */
	const char *values[N_SLOTS];  /* that its tail gave */
	bool tail;                    /* something was keyed after it */
	bool understood;              /* … in a form of the provider's */
	bool open;                    /* in a list of numbers to call: the caller says */
	bool listed;                  /* one that the provider publishes */
	bool called;                  /* announced by words that a conference alone has */
	bool in_country;              /* the words around it name a country */
	bool dial_in;                 /* … say "toll free", "call-in" */
	enum owner owner;
	const char
		*national; /* printed without a country, which nothing on the line tells:
				 number.phone is empty until number_place_in; else NULL */
	uint32_t at, len;  /* in the part's clean text, the tail with it */
};

/* Whose numbers are read, and by which words. */
struct number_context {
	struct arena *arena;
	const struct number_words *words;
	const struct provider *provider;
	bool bare; /* a number that nothing on its line explains is one all the same */
};

/*
 * Numbers of one line, in order; links are the invite's that stand on it. `budget` is how
 * many may still be tried. Returns how many.
 */
size_t numbers_find(const struct number_context *k, const struct invite_part *part,
	size_t line, const struct invite_link *links, size_t n_links, size_t *budget,
	struct number_place ret[NUMBERS_A_LINE]);

/* A tel: URI's number and tail ("tel:+1%20323-849-4874,,63604949#"). */
bool number_of_uri(
	const struct number_context *k, const char *uri, struct number_place *ret);

/*
 * Takes a national number for one of `country` (NULL: none). A `guess` is not said by
 * the invite at all, so the number has to look like that country's too. False when it
 * cannot be one.
 */
bool number_place_in(struct number_place *n, const struct provider *p,
	const char *country, bool guess);

#endif
