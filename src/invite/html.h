/*
 * html: what a reader of a page sees, as text
 *
 * One pass, no tree: blocks become lines, cells are told apart by a tab, a link is
 * followed by its target in angle brackets unless it shows just that. What nobody sees is
 * gathered behind the rest as hidden lines, so that it does not stand between words.
 *
 * Owns:    everything lives in the text's arena.
 * Threads: any.
 */
#ifndef INVITE_HTML_H
#define INVITE_HTML_H

#include "invite/text.h"

/*
 * Reads at most INVITE_MAX_BODY bytes, not counting images and the like within a tag;
 * returns how many of the original that were. `lines`: newlines of the source count, as
 * in text with a few tags in it. `ret` is finished.
 */
size_t html_read(struct arena *a, const char *s, size_t n, bool lines, struct text *ret);

/* Whether what is called text has tags in it, as descriptions of Google's calendar do. */
bool html_in_text(const char *s, size_t n);

#endif
