/*
 * calendar: the kinds of calendar, and what each must be able to do
 *
 * A kind is two pure halves. *Ask* runs in the core: which request next for a batch of
 * rooms of one link. *Read* runs in the sandboxed reader: what a reply says. How bytes
 * travel, and whose password goes with them, is neither's business.
 *
 * Owns:    a poll owns its own state; requests and replies live in the given arenas.
 * Threads: a poll belongs to one worker.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "base/err.h"
#include "base/http.h"
#include "event.h"
#include "meeting.h"

struct arena;
struct buf;
struct rules;

enum {
	CALENDAR_MAX_ROOMS = 25,    /* in one batch */
	CALENDAR_AT_ONCE = 2,       /* requests: as many refusals as a password may earn */
	CALENDAR_MAX_LISTED = 1000, /* rooms in one answer of a service's list */
};

/* The organizer's own event, see calendar/copy.h. */
struct event_copy {
	bool used;        /* what there is to join was found there */
	int64_t again_at; /* it is not asked for before; 0: it never was */
};

/* One event of one room, as the reader tells it. */
struct sighting {
	const char *room;          /* the mailbox it belongs to; NULL where the reply cannot say */
	size_t slot;               /* which of the asked-for rooms or items, in order */
	struct event event;        /* without bodies and entries: the reader keeps those */
	const struct extraction *extraction; /* NULL when the reply had no body to read */
	uint64_t body_hash;        /* 0: no body */
	bool body_missing;         /* asked for, and empty */
	struct err err;            /* this item alone; grade 0 when fine */
	struct event_copy copy;    /* the core's, no reader's */
};

/* What is said of one asked-for room or item, in the order asked. */
struct answer {
	struct err err;   /* grade 0 when fine */
	bool complete;    /* everything in the window is here */
	const char *room; /* the mailbox this answer speaks for, if it says */
	const char *next; /* its next page, a link to be checked; NULL: none */
	const char *cursor; /* what to ask with next time for less; NULL: nothing */
	const char *role;   /* what the account may see, in the calendar's own word, or NULL */
};

/* A room as a service's own list of rooms has it. */
struct calendar_room {
	const char *mailbox, *name;
	const char *place; /* "Building 3, floor 2"; NULL: not said */
	unsigned capacity; /* 0: not said */
};

struct reply {
	struct err err;        /* of the whole reply; grade 0 when it could be read */
	const struct answer *answers;
	size_t n_answers;
	const struct sighting *sightings;
	size_t n_sightings;
	const struct calendar_room *rooms; /* of a list of rooms; its next page is answers[0]'s */
	size_t n_rooms;
	const char *server_version; /* "15.1.2507.6" */
	int64_t wait_ms;            /* the server's own back-off, 0 for none */
	int64_t password_expires;   /* seconds since 1970, 0 unknown, INT64_MAX never */
};

/* What a link says of itself, of what a kind needs to ask. */
struct calendar_link {
	const char *name, *url, *user;
	const char *subject;         /* whom `user` acts for; NULL: itself */
	bool impersonate;            /* Exchange: else delegation */
	const char *user_agent;      /* NULL: the product's */
	const char *server_version;  /* what its last reply said; NULL: not known yet */
	int64_t (*now)(void);        /* wall clock, for ERR_WAIT's retry_at; NULL: when_now */
};

/* What a room knew before this poll: (id, change key) of each event still in its agenda. */
struct known_event {
	const char *id, *change_key;
	bool has_body; /* it was read in full */
};

/* An organizer whose calendar is left alone until then. */
struct refusal {
	const char *organizer;
	int64_t until;
};

struct poll_room {
	const char *mailbox;
	const char *zone;   /* of times that name none; NULL: not known */
	const char *cursor; /* the last result's; NULL: none, or what was read is not kept */
	const struct known_event *known;
	size_t n_known;
	const struct refusal *refusals;
	size_t n_refusals;
};

/* What came of it, for one room. */
struct poll_result {
	struct err err;    /* grade 0: `seen` is the whole window */
	bool of_link;      /* err is the account's or the server's: others would fare the same */
	bool unchanged;    /* nothing new: every known event, and no other, was seen */
	const struct sighting *seen; /* each with extraction, or known before under the same key */
	size_t n_seen;
	const char *cursor;     /* how far it was read: the kind's own words; NULL: none */
	const struct err *unread; /* of what could not be read and is not seen; NULL: nothing */
	const struct err *hidden; /* what the account may not see of what it reads; NULL: nothing */
};

/* What a token says of its application. */
struct calendar_token {
	const char *object_id; /* NULL: not said */
	const char *const *roles;
	size_t n_roles;
};

struct poll;

/* How a link proves who it is. */
enum calendar_access {
	CALENDAR_PASSWORD, /* HTTP Basic */
	CALENDAR_ENTRA,    /* tokens of Microsoft Entra */
	CALENDAR_GOOGLE,   /* tokens of a Google service account */
	CALENDAR_FILES,    /* not at all: a directory on this machine, see core/directory.h */
};

/*
 * The reader's half is told what was asked by `op`, a number of the kind's own that
 * crosses the boundary with the bytes.
 */
struct calendar_kind {
	const char *name; /* "exchange" */
	enum calendar_access access;
	const char *scope; /* of the token asked for; NULL: Entra's ".default" of the link's URL */
	bool reads_copies; /* the organizers' events, see calendar/copy.h */
	int at_once;       /* requests of a link; 0: CALENDAR_AT_ONCE */
	int per_minute;    /* requests of a link, as the service publishes it; 0: it does not */
	int often_s;       /* the longest between two polls of a room; 0: as the site has it */

	/* What an administrator wrote, before it is set up: ERR_CONFIG, with the cure. */
	int (*check)(const struct calendar_link *link, struct err *err);

	/* NULL: a room's mailbox is an e-mail address. Else whether it can be one. */
	int (*check_room)(
		const struct calendar_link *link, const char *mailbox, struct err *err);

	/* `link` and `rooms` are the caller's and must live until end. No rooms at all: asks what
	 * the account itself can tell, which is in the reply (password_expires). */
	struct poll *(*begin)(const struct calendar_link *link, const struct poll_room *rooms,
		size_t n_rooms, int64_t from, int64_t to);
	/* True: ret is the next request and *ret_op what to read its reply as. False: done. */
	bool (*ask)(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
	/* NULL; or what the reader is told beside the last ask's op: it stands before the
	 * reply's bytes. */
	void (*preface)(struct poll *p, struct buf *ret);
	/*
	 * What came of the last ask. `http` is NULL when there was no answer. A body is read
	 * whatever the status, since Exchange's faults come with a 500: exactly one of `reply`,
	 * what the reader made of it, and `failed`, why there is none (http_do's error, or the
	 * reader's). `reply` lives until end, since results point into it; `http` until take
	 * returns.
	 */
	void (*take)(struct poll *p, const struct http_answer *http, const struct reply *reply,
		const struct err *failed);
	/* After ask returned false; n_rooms results in the order of begin, valid until end. */
	const struct poll_result *(*results)(struct poll *p);
	void (*end)(struct poll *p); /* takes NULL */

	/* The rooms that the service knows of, where it has a list of them (else both are NULL).
	 * A poll begun so is asked for and taken like any other; then `listed` says what came
	 * of it, valid until end. */
	struct poll *(*list)(const struct calendar_link *link);
	int (*listed)(struct poll *p, const struct calendar_room **ret, size_t *ret_n,
		struct err *err);

	/* Where there is no list: how to add them all, with `LINK` in the place of its name; NULL:
	 * no other way than one by one. */
	const char *rooms_cure;

	/* In the reader, sealed: bytes to records. Extracts from each body it finds. */
	void (*read)(struct arena *a, int op, const char *bytes, size_t size,
		const struct rules *rules, const char *country, struct reply *ret);

	/*
	 * What an account that has a token may do, for an administrator who tries the link:
	 * `denied` is a mailbox that was refused to it, when all were; else NULL. ERR_NONE, and err->text
	 * says what it may; else what it lacks, and how that is granted. NULL: nothing can be
	 * said.
	 */
	int (*permissions)(const struct calendar_link *link,
		const struct calendar_token *token, const char *denied, struct err *err);

	/* What people call a server of that version: "Exchange 2019"; NULL: not known. */
	const char *(*product)(const char *server_version);
	/* What to do when a room's events have all lost their texts; "{room}" is its mailbox. */
	const char *bodies_cure;
};

const struct calendar_kind *calendar_kind(const char *name); /* NULL: unknown */
int calendar_at_once(const struct calendar_kind *kind);
const struct calendar_kind *calendar_kind_at(size_t i); /* NULL: there are no more */
extern const struct calendar_kind calendar_exchange, calendar_office365, calendar_google,
	calendar_ics, calendar_caldav;

#endif
