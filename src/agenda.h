/*
 * agenda: what a room has, and what that means now
 *
 * An immutable snapshot, built by a worker and published by swapping one pointer; queries
 * read it and nothing else. What "now" means is one table: docs/now.md.
 *
 * Owns:    an agenda owns all that it points to, and holds the providers that its plans name;
 *          it is counted, and freed with the last.
 * Threads: any may read and release; building is the caller's own.
 */
#ifndef AGENDA_H
#define AGENDA_H

#include "calendar/calendar.h"
#include "plan.h"

enum {
	AGENDA_SOON_S = 15 * 60,    /* a meeting that starts within this is "now" */
	AGENDA_HANDOVER_S = 5 * 60, /* the current one ends within this: the next is meant */
	AGENDA_STALE_S = 15 * 60,   /* without a good sync: the answer says so */
	AGENDA_EXPIRED_S = 24 * 3600, /* and from this on there is none: unavailable */
	AGENDA_LONG_S = 24 * 3600,  /* a meeting as long as this is background, as all-day ones */
	AGENDA_SURE = 70,           /* percent of confidence below which the user is asked */
};

struct agenda_meeting {
	char id[24];              /* short, stable over restarts: what `meeting` on the socket is */
	struct event event;       /* no bodies, no entries */
	uint64_t body_hash;
	bool body_missing;
	struct event_copy copy;
	const struct extraction *extraction; /* never NULL; may be empty */
	const struct plan *const *plans;     /* one for each extraction->meetings */
};

struct agenda {
	const char *room, *link;
	int64_t synced_at;        /* wall clock of the last complete answer, 0 never */
	int64_t from, to;         /* the window */
	const struct agenda_meeting *meetings; /* by start, then id */
	size_t n_meetings;
	uint64_t generation;      /* differs when what is said differs */
};

/*
 * Copies what it needs out of `seen`, through the same codec that the store uses: what
 * exceeds its limits is cut, and an event seen twice is kept once. Plans are made under the
 * room's policy. NULL when an event is not one that a reader could have sent.
 */
struct agenda *agenda_build(const char *room, const char *link, int64_t synced_at,
	int64_t from, int64_t to, const struct sighting *seen, size_t n_seen,
	const struct providers *ps, const struct policy *policy);
struct agenda *agenda_ref(struct agenda *a);
void agenda_unref(struct agenda *a); /* takes NULL */

/* The same meetings, seen again: shares the memory of `a`, and costs next to nothing. NULL
 * when memory is short. */
struct agenda *agenda_again(struct agenda *a, int64_t synced_at, int64_t from, int64_t to);

/* The same meetings under a changed policy or provider set; never NULL. */
struct agenda *agenda_replan(const struct agenda *a, const struct providers *ps,
	const struct policy *policy);

/* One packed block for the store; of meetings that ended before `now`, nothing that could
 * hold a passcode. And back, checked as if hostile: ERR_BAD_REPLY. Ids are made anew, so a
 * block cannot claim another meeting's. */
char *agenda_pack(const struct agenda *a, int64_t now, size_t *ret_size); /* malloc */
struct agenda *agenda_unpack(const char *bytes, size_t size, const struct providers *ps,
	const struct policy *policy, struct err *err);

enum decision { DECIDE_JOIN, DECIDE_CHOOSE, DECIDE_ASK, DECIDE_UNAVAILABLE };
enum ask_reason { ASK_NO_MEETING, ASK_DECLINED, ASK_NO_DIAL_IN, ASK_NEEDS_PIN };

struct agenda_query {
	int64_t now;                      /* wall clock: how old the agenda is */
	int64_t at;                       /* the moment asked about; 0: now */
	const char *meeting;              /* an id from a choose or ask, or NULL */
	const char *const *declined;
	size_t n_declined;
	const char *pin;
	const enum transport *via;        /* NULL: the policy's */
	size_t n_via;
};

/* One thing that could be joined: a calendar meeting and one of its conferences. */
struct agenda_choice {
	const struct agenda_meeting *meeting;
	const struct meeting *conference; /* NULL: nothing to dial */
	const struct plan *plan;          /* NULL likewise */
	char id[32];                      /* what the caller sends back: meeting id, or, of
	                                     several conferences, id/1, id/2 */
	bool in_progress;
};

struct agenda_answer {
	enum decision decision;
	const struct agenda_choice *choices; /* one for join; in order for choose; ask: of
	                                        needs_pin and no_dial_in, the one meant */
	size_t n_choices;
	enum ask_reason ask;              /* DECIDE_ASK */
	const char *unavailable;          /* DECIDE_UNAVAILABLE: "never_synced", "expired" */
	bool stale;
	bool unknown_meeting;             /* `meeting` is not in the window */
};

/* When a meeting is over: one without length is given AGENDA_SOON_S. */
int64_t agenda_end(const struct event *e);

/* Whether it holds the room: not when it is free, declined or cancelled. */
bool agenda_holds(const struct event *e);

/* Whether an answer at `now` is from too old an agenda; NULL is. */
bool agenda_stale(const struct agenda *a, int64_t now);

/* The first moment after `now` at which agenda_ask may say something else of this agenda,
 * asked with nothing but the time. */
int64_t agenda_until(const struct agenda *a, int64_t now);

/* Pure: the same agenda, policy and query give the same answer. `agenda` may be NULL. */
void agenda_ask(struct arena *a, const struct agenda *agenda, const struct providers *ps,
	const struct policy *policy, const struct agenda_query *q, struct agenda_answer *ret);

#endif
