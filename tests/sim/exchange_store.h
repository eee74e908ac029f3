/*
 * exchange_store: what a simulated Exchange holds
 *
 * Accounts, rooms and meetings, checked and with their times resolved; which meetings lie
 * in a window; ids and ChangeKeys.
 *
 * Owns:    a store owns all of it. What is replaced stays in its arena until the end, so
 * nothing that was handed out goes away. Threads: one at a time.
 */
#ifndef SIM_EXCHANGE_STORE_H
#define SIM_EXCHANGE_STORE_H

#include "sim/exchange.h"

struct arena;
struct buf;

/* The values of RequestServerVersion that an Exchange in one's own house takes, oldest
 * first; "since" in the schema's tables is one of these. */
enum version {
	V2007,
	V2007_SP1,
	V2009,
	V2010,
	V2010_SP1,
	V2010_SP2,
	V2012,
	V2013,
	V2013_SP1,
	V2015,
	V2016,
	V_NONE, /* Exchange Online's, and whatever else */
};
enum version version_named(const char *name); /* V_NONE: not known */

struct server {
	int major, minor, build, revision;
	enum version newest;
	const char *schema; /* what ServerVersionInfo calls it */
	unsigned find_limit, batch_limit, lockout_after;
};

enum right { RIGHT_NONE, RIGHT_HIDDEN, RIGHT_READ_ITEMS, RIGHT_REVIEWER, RIGHT_OWNER };

struct grant {
	const char *mailbox;
	enum right right;
};

enum account_state { ACCOUNT_FINE, ACCOUNT_DISABLED, ACCOUNT_LOCKED, ACCOUNT_BLOCKED };

struct account {
	const char *user, *password, *mailbox;
	int64_t password_expires; /* INT64_MAX: never */
	enum account_state state;
	bool no_basic;
	const struct grant *grants;
	size_t n_grants;
	const char *const *impersonates;
	size_t n_impersonates;
	unsigned wrong_passwords; /* since the last right one */
};

struct body {
	const char *text; /* NULL: none */
	size_t size;
	bool html;
};

struct property {
	const char *name, *value;
};

/* What of one occurrence is not as its series says. */
struct exception {
	unsigned instance;
	bool deleted, cancelled;
	int64_t start, end; /* 0: as the series */
	const char *subject, *location;
	struct body body;
};

enum repeat { REPEAT_NOT, REPEAT_DAILY, REPEAT_WEEKLY };

struct meeting {
	const char *name;
	unsigned number;          /* within its room, for ever */
	unsigned long version;    /* its ChangeKey */
	unsigned long long print; /* the same for meetings that say the same */
	int64_t start, end, created;
	const char *subject, *location, *organizer_name, *organizer;
	struct body body;
	const char *busy, *sensitivity, *response, *zone, *join_url;
	bool all_day, cancelled, corrupt;
	const struct property *properties;
	size_t n_properties;
	enum repeat repeat;
	unsigned every, times, days; /* days: a bit for each, Sunday the lowest */
	const struct exception *exceptions;
	size_t n_exceptions;
};

struct room {
	unsigned long long key; /* of the mailbox: rooms are sorted by it */
	const char *mailbox, *name;
	enum version newest; /* that its own server takes; V_NONE: as the one asked */
	bool delete_comments, delete_subject, add_organizer_to_subject;
	struct meeting **meetings;
	size_t n_meetings, space;
	unsigned last_number;
};

struct store {
	struct arena *arena;
	int64_t now;
	const char *directory; /* that `file` starts from */
	struct server server;
	struct account **accounts;
	size_t n_accounts, account_space;
	struct room **rooms;
	size_t n_rooms, room_space;
	unsigned long last_version;
};

struct store *store_new(int64_t now);
void store_free(struct store *s); /* takes NULL */

/* A scenario file into a fresh store. `before` (may be NULL) is what it was before: what
 * is the same keeps its numbers and versions. */
int store_load(
	struct store *s, const char *path, const struct store *before, struct err *err);

int store_put_server(
	struct store *s, const struct exchange_server *from, struct err *err);
int store_put_account(
	struct store *s, const struct exchange_account *from, struct err *err);
int store_put_room(struct store *s, const struct exchange_room *from, struct err *err);
int store_put_meeting(struct store *s, struct room *r,
	const struct exchange_meeting *from, struct err *err);
bool store_delete(struct store *s, const char *mailbox, const char *name);

/* Names are compared without case. NULL: none. */
struct account *store_account(struct store *s, const char *user);
struct room *store_room(const struct store *s, const char *mailbox);
struct room *store_room_of(const struct store *s, unsigned long long key);
bool matches(const char *pattern, const char *mailbox); /* "*" and "*@domain" */
enum right right_on(const struct account *a, const char *mailbox);

/* Checks and resolves; the copy is the arena's. ERR_CONFIG when a field is wrong. */
int take_meeting(const struct store *s, const struct exchange_meeting *from,
	struct meeting **ret, struct err *err);
bool take_time(const char *text, int64_t now, int64_t *ret);

/* One meeting as it stands in a calendar. */
struct occurrence {
	const struct meeting *meeting;
	int64_t start, end;
	int64_t original; /* when the series has it; 0: it is of no series */
	const struct exception *exception; /* or NULL */
};

/* All that do not end before `from` or start at or after `to`, by start. */
size_t room_view(struct arena *a, const struct room *r, int64_t from, int64_t to,
	struct occurrence **ret);

/* That which a series has at `original`. False: it has none then, or it was deleted. */
bool occurrence_at(const struct meeting *m, int64_t original, struct occurrence *ret);

enum { ID_LENGTH = 120, ID_TEXT = ID_LENGTH + 1, KEY_TEXT = 41 };
/* Neighbouring meetings' ids differ in a letter's case alone. */
const char *item_id(const struct room *r, const struct occurrence *o, char ret[ID_TEXT]);
const char *folder_id(const struct room *r, char ret[ID_TEXT]);
const char *change_key(const struct room *r, unsigned long version, char ret[KEY_TEXT]);

enum id_kind { ID_MALFORMED, ID_ABSENT, ID_ITEM, ID_FOLDER };
/* ret_o is set for ID_ITEM; a master of a series is told by `original` 0. */
enum id_kind find_id(const struct store *s, const char *id, const struct room **ret_r,
	struct occurrence *ret_o);

/* The UID of all its occurrences, and of all rooms' copies: those of the same name and
 * organizer. 112 hexadecimal digits. */
void put_uid(struct buf *b, const struct room *r, const struct meeting *m);

/* `h` is 0 to begin with; takes NULL. */
unsigned long long hash_text(unsigned long long h, const char *s);

#endif
