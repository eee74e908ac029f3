/*
 * draft: an event while a file of it is read
 *
 * Collects bodies and entries within limits; what the readers of the formats have in
 * common.
 *
 * Owns:    nothing; all lives in the arena.
 * Threads: one.
 */
#ifndef INVITE_DRAFT_H
#define INVITE_DRAFT_H

#include "invite.h"

enum { DRAFT_MAX_BODIES = 16, DRAFT_MAX_ENTRIES = 32, DRAFT_MAX_UNREAD = 4 };

/* printf's, for draft_unread: of how many */
#define DRAFT_FIRST_OF "the first of %zu events was read; save the others as files of their own"

struct draft {
	struct arena *arena;
	struct event event;
	struct event_body bodies[DRAFT_MAX_BODIES];
	struct entry_point entries[DRAFT_MAX_ENTRIES];
	const char *unread[DRAFT_MAX_UNREAD];
	size_t n_bodies, n_entries, n_unread;
	const char *calendar; /* of a message: the iCalendar text in it, whole or not; or NULL */
	size_t calendar_size;
	bool cut_short; /* a message that ends within one of its parts */
};

void draft_init(struct draft *d, struct arena *a);

/* What is blank, and what comes after the limits, is left out. Texts are kept as they are
 * given, whole (invite_clean cuts); names are copied. */
void draft_body(struct draft *d, enum event_body_kind kind, const char *name,
	const char *text, size_t size);
void draft_entry(struct draft *d, const struct entry_point *entry);

/* What the file also holds, and nobody reads: said in a warning, each once. */
void draft_unread(struct draft *d, const char *words);

/* What kind a URI is of by its scheme: "tel:" a phone, "https:" video. */
enum entry_kind draft_kind(const char *uri);

/* NULL for NULL and for what is blank. */
const char *draft_text(const char *text);

/* An event, with copies of its lists. */
void draft_event(const struct draft *d, struct event *ret);

#endif
