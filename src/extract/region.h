/*
 * region: the words around a telephone number
 *
 * Which country they name, whose number they make it, and how they are shown. The words
 * are patterns/numbers.yaml.
 *
 * Threads: any.
 */
#ifndef EXTRACT_REGION_H
#define EXTRACT_REGION_H

#include "extract/number.h"

/* The country that a piece of text names: all of it, or a part between punctuation. */
const char *region_country(const struct number_words *w, const char *s, size_t n);

/* "US (San Jose)" behind the number, else "Germany" before it. NULL for none. */
const char *region_name(struct arena *a, const struct number_words *w, const char *before,
	size_t n_before, const char *after, size_t n_after);

/* "Toll free", "call-in": words that only stand beside a number to dial in by. */
bool region_says_dial_in(const struct number_words *w, const char *s, size_t n);

/* Whose the label right in front makes a number: "T +44 …", "Mobile: …". */
enum owner region_owner(const struct number_words *w, const char *s, size_t n);

/* "For support" right behind a number: to call somebody, not to join. */
bool region_is_for_person(const struct number_words *w, const char *s, size_t n);

/* Between numbers stand "or", "(Toll Free)", a country; a line of anything else ends the
 * list. */
bool region_is_prose(const struct number_words *w, const char *s, size_t n);

#endif
