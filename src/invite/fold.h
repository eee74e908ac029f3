/*
 * fold: what a character is taken for
 *
 * Spaces of every width become a space, dashes '-', quotation marks '"' and '\'', fullwidth
 * digits and the punctuation that people type around numbers their ASCII twins; what is
 * invisible is dropped. Letters stay what they are, and so do the fullwidth dot, slash and
 * at sign: a host that is not plain ASCII must not become one that is.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef INVITE_FOLD_H
#define INVITE_FOLD_H

enum { FOLD_DROP = 0 };

/* The code point to write, FOLD_DROP for none. '\n' and '\t' stay, other controls are spaces. */
unsigned fold(unsigned code_point);

/* What a byte from 0x80 to 0x9f means in windows-1252, when text was taken for Latin-1. */
unsigned fold_windows(unsigned byte);

#endif
