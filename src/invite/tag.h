/*
 * tag: one tag of HTML, and what its attributes say of how its content is shown
 *
 * Reads as browsers do (WHATWG HTML, 13.2.5), so that what they show is what is read.
 *
 * Owns:    nothing; values point into the source.
 * Threads: any.
 */
#ifndef INVITE_TAG_H
#define INVITE_TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TAG_NAME = 8 };

struct value {
	const char *s; /* NULL: the attribute is absent */
	size_t n;
};

struct tag {
	char name[TAG_NAME]; /* its first letters in lower case, then NULs */
	bool closing, hidden;
	struct value href, style, class, id, type;
};

/*
 * Bytes of the tag that begins at s[0] = '<', 0 when it is text: "<3", "<https://…>",
 * "<jane@example.com>". A tag that does not end takes all there is.
 */
size_t tag_read(const char *s, size_t n, struct tag *ret);

/* What a style attribute says; -1 where it says nothing. */
struct shown {
	bool none;                 /* display:none and the like, for all within */
	bool outlook_hides;        /* mso-hide:all */
	int invisible;             /* visibility:hidden */
	int tiny;                  /* a font of a pixel or less */
	int preformatted;          /* white-space:pre */
	bool bordered, borderless; /* a line on the left, as quotes have; none at all */
};

struct shown style_read(struct value style);

#endif
