/*
 * candidate: meetings in the making
 *
 * A fragment is what one stretch of one part says of one meeting; fragments that speak of
 * the same become one meeting. Private to extract/.
 *
 * Owns:    everything lives in the given arena.
 * Threads: any.
 */
#ifndef EXTRACT_CANDIDATE_H
#define EXTRACT_CANDIDATE_H

#include "extract/number.h"

enum { MAX_FRAGMENTS = 64, MAX_SAID = 48, MAX_OTHER_CODES = 4, MAX_NOTES = 12 };

/* How a value was said: two different ways that agree outvote one that does not. */
enum how { HOW_ENTRY, HOW_LINK, HOW_ADDRESS, HOW_TAIL, HOW_LABEL, HOW_HINT };

struct said {
	enum slot slot;
	enum how how;
	struct finding finding;
};

/* What tells two meetings of one provider apart: by ID, by room name, by another key. */
enum { BY_ID, BY_NAME, BY_KEY, N_KEYS };

struct fragment {
	const struct rule_set *set;
	enum invite_source source;
	size_t part, region;
	uint32_t from, to; /* clean text of the part */
	bool hidden, quoted, signature;
	bool linked; /* a link, address or dial string names it; else only words do */
	bool headed; /* words that only its provider's invites have stand in it */
	bool look_alike; /* a link in its part only looks like a service's */
	bool stranger; /* a link's host is neither a known one nor the organizer's */
	bool personal, registration, mismatch, no_pstn, conflict;
	const char *keys[N_KEYS];
	struct said *said; /* MAX_SAID at most */
	size_t n_said;
	struct number_place *numbers; /* with evidence; MEETING_MAX_NUMBERS of room */
	size_t n_numbers;
	struct meeting_dropped *dropped; /* MEETING_MAX_DROPPED at most */
	size_t n_dropped;
	const char *other_codes[MAX_OTHER_CODES]; /* that go with another's numbers */
	size_t n_other_codes;
};

struct fragments {
	struct arena *arena;
	struct fragment **list; /* MAX_FRAGMENTS of room */
	size_t n;
};

/* Everything that the invite's parts say, in order. */
void fragments_read(struct fragments *fs, const struct rules *r,
	const struct invite *invite, const char *country);

void fragment_say(struct arena *a, struct fragment *f, enum slot slot, enum how how,
	const char *value, struct evidence from);
void fragment_number(struct arena *a, struct fragment *f, const struct number_place *n);
void fragment_drop(struct arena *a, struct fragment *f, enum dropped kind,
	const char *text, struct evidence from);
void fragment_other_code(struct arena *a, struct fragment *f, const char *code);

/* Some key of both is the same; some key of both differs. */
bool fragments_agree(const struct fragment *f, const struct fragment *g);
bool fragments_contradict(const struct fragment *f, const struct fragment *g);

struct evidence evidence_at(struct arena *a, const struct invite_part *part,
	const char *rule, size_t at, size_t len);

/* Weakest first; a meeting stands where its strongest fragment does. */
enum standing { STANDS_HIDDEN, STANDS_SIGNATURE, STANDS_QUOTED, STANDS_PLAIN };

struct candidate {
	struct fragment all; /* the first fragment, with what the others add */
	enum standing standing;
	bool in_entry, in_location, joinable;
	bool confirmed; /* a dial string, or a published number, goes with a label's ID */
	size_t order;
	const char *notes[MAX_NOTES];
	size_t n_notes;
	struct meeting meeting;
};

void candidate_note(struct candidate *c, const char *text);

/* Values out of all that was said: c->meeting's slots and numbers, and c->joinable. */
void candidate_settle(struct arena *a, struct candidate *c);

/* Fragments to meetings, best first. */
const struct extraction *extraction_build(
	struct arena *a, const struct fragments *fs, const struct invite *invite);

#endif
