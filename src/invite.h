/*
 * invite: an event's text made clean
 *
 * HTML is turned to text with its links kept as `text <url>`, Unicode look-alikes of
 * spaces, dashes and digits are folded, quoting is marked, link wrappers (Safe Links,
 * Proofpoint, google.com/url …) are undone by parsing, never by fetching. Every byte of
 * clean text knows where it stood in the original.
 *
 * Owns:    nothing; everything returned lives in the given arena, or in the event.
 * Threads: any.
 */
#ifndef INVITE_H
#define INVITE_H

#include "event.h"

enum {
	INVITE_MAX_BODY = 1 << 20,  /* bytes read of one body, beside its images */
	INVITE_MAX_LINES = 1 << 16, /* of one part; what comes after them is not read */
	INVITE_MAX_LINKS = 512,     /* of one invite */
	INVITE_MAX_UNWRAP = 8,      /* wrappers around one link */
};

/* Strongest first: where a thing stood decides between two that disagree. */
enum invite_source { SOURCE_ENTRY, SOURCE_LOCATION, SOURCE_BODY, SOURCE_SUBJECT };

struct invite_line {
	uint32_t at, len;    /* in the part's text, without the newline */
	uint16_t quote;      /* depth of "> > " that stood before it; the marks are gone */
	bool forwarded;      /* below a "From: … Sent: …" or "-----Original" line */
	bool head;           /* such a line: another message begins */
	bool signature;      /* below a "-- " line */
	bool hidden;         /* display:none, one-pixel text: at the end of the part */
};

struct invite_part {
	enum invite_source source;
	const char *name;       /* "location", "body", "X-ALT-DESC", "X-GOOGLE-CONFERENCE" */
	const char *text;       /* clean, NUL-terminated, a \n between lines */
	size_t size;
	const struct invite_line *lines;
	size_t n_lines;
	const char *original;
	size_t original_size;
	const struct invite_span *spans; /* see invite_origin */
	size_t n_spans;
	const struct entry_point *entry; /* SOURCE_ENTRY only */
};

/* clean[at…] came from original[origin…], byte by byte, until the next span. */
struct invite_span {
	uint32_t at, origin;
	bool literal; /* false: all of it came from that one place (an entity, a fold) */
};

struct invite_link {
	const char *url;    /* unwrapped; else as written */
	const char *scheme; /* lower case: "https", "tel", "sip", "mailto", "zoommtg" */
	const char *host;   /* lower case ASCII, no port, no final dot; "" when there is none */
	const char *rest;   /* path, query and fragment, from the first '/', '?' or '#' */
	size_t part;        /* index of the part it stands in */
	size_t at, len;     /* the URL as it stands in that part's text */
	size_t line;        /* index into the part's lines */
	const char *const *wrappers; /* outermost first: "safelinks", "proofpoint-v2" */
	size_t n_wrappers;
	bool from_href;     /* an HTML attribute, not visible text */
	bool mismatch;      /* the visible text named another host */
	bool schemeless;    /* "meet.google.com/abc-defg-hij" */
};

struct invite {
	const struct event *event;
	const struct invite_part *parts;
	size_t n_parts;
	const struct invite_link *links; /* in order of appearance, parts in their order */
	size_t n_links;
	const char *const *opaque; /* hosts of wrappers that cannot be undone offline */
	size_t n_opaque;
	bool truncated; /* a limit above was met */
};

/*
 * Opens whatever the functions below would open when first used (zones, charsets), so that they
 * work in a process that may open nothing any more. Once, before the reader is sealed.
 */
void invite_preload(void);

/* Never fails: what cannot be understood stays text. */
const struct invite *invite_clean(struct arena *a, const struct event *event);

/* Where clean offset `at` of `part` stood in part->original. */
size_t invite_origin(const struct invite_part *part, size_t at);

/*
 * A file or message as one event: .txt, .html, .eml (MIME), .ics (its first VEVENT), or
 * one event as a calendar's API gives it in JSON (.json: Graph, Google). `name` decides by
 * its ending; another one, NULL or "-" looks at the content. Start and end are both 0 where
 * the file says none, or in a zone that nobody knows. ERR_BAD_REPLY when the bytes are not
 * what the name says, or nothing that is read here; ERR_LIMIT past a limit of the format.
 */
int invite_read_file(struct arena *a, const char *name, const char *bytes, size_t size,
	struct event *ret_event, struct err *err);

#endif
