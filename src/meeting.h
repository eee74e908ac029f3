/*
 * meeting: what an invite offers to join, with the evidence
 *
 * The facts that extract found, before any policy. This is what crosses from the sandboxed
 * reader to the core, which checks every field again (meeting_check).
 *
 * Owns:    nothing; everything lives in the arena of whoever filled it.
 * Threads: any.
 */
#ifndef MEETING_H
#define MEETING_H

#include <stdint.h>

#include "phone.h"
#include "slot.h"

struct arena;

enum {
	MEETING_MAX = 16,          /* meetings kept of one invite */
	MEETING_MAX_NUMBERS = 128, /* of one meeting */
	MEETING_MAX_DROPPED = 8,   /* … offers to dial that nothing was taken from */
	MEETING_MAX_DROPPED_TEXT = 320,
};

/* Where a value was found: a piece of one part of the invite, in its original bytes. */
struct evidence {
	const char *rule; /* "zoom/join", "zoom/label:meeting_id", "one_tap" */
	const char *part; /* "body", "location", "X-GOOGLE-CONFERENCE" */
	uint32_t at, len; /* in that part's original text */
	const char *quote; /* the clean text there, at most 120 bytes */
};

struct finding {
	const char *value; /* NULL: not found */
	bool derived;      /* computed (keypad of a web password), not printed */
	struct evidence from;
};

struct meeting_number {
	struct phone phone;
	const char *region; /* "United States (San Jose)", as printed; NULL when not */
	bool one_tap;       /* printed with its DTMF tail */
	const char *form;   /* the provider's tail form it was printed in, NULL for none */
	const char *phone_id, *phone_pin; /* that hold for this number alone (Meet), or NULL */
	struct evidence from;
};

/* What the invite offers to dial for this meeting, and no value was taken from: plan says why. */
struct meeting_dropped {
	enum dropped {
		DROPPED_NUMBER, /* a dial string whose number is none */
		DROPPED_TONES,  /* … that keys what the provider has no form for */
		DROPPED_SIP,    /* its ID at another host, or in another form at the provider's */
		DROPPED_H323,   /* digits at another IPv4 address */
		N_DROPPED
	} kind;
	const char *text; /* the number alone, or the whole address, as printed */
	struct evidence from;
};

struct meeting {
	const char *provider; /* the provider file's id: "zoom" */
	uint8_t confidence;   /* 0 to 100: of those given 90, about nine in ten are right */
	struct finding slots[N_SLOTS];
	const struct meeting_number *numbers;
	size_t n_numbers;
	const struct meeting_dropped *dropped;
	size_t n_dropped;
	bool personal;     /* somebody's permanent room, not scheduled for this meeting */
	bool quoted;       /* stands only in quoted, forwarded or signature text */
	bool no_pstn;      /* the invite says that there is no dial-in */
	bool registration; /* one must register first: nothing can be dialled */
	bool conflict;     /* the invite contradicts itself about this meeting */
	const char *const *notes; /* why it ranks where it does, in words */
	size_t n_notes;
};

/* Best first. `tie` says that the first two are equally good and differ in what is dialled. */
struct extraction {
	const struct meeting *meetings;
	size_t n_meetings;
	const struct meeting *lost; /* candidates put aside; notes say why */
	size_t n_lost;
	const char *const *warnings; /* "opaque_wrapper: protect-eu.mimecast.com" */
	size_t n_warnings;
	bool tie;
};

/*
 * Whether a meeting from outside obeys the limits and alphabets above; the core calls it on
 * everything that the reader sent. On false, *ret_why is a static text naming the field.
 */
bool meeting_check(const struct meeting *m, const char **ret_why);

#endif
