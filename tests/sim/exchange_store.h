/*
 * exchange_store: what a simulated Exchange holds
 *
 * Accounts and what they may do, the server's version, ids and ChangeKeys; rooms and
 * meetings are calendars'.
 *
 * Owns:    a store owns all of it. What is replaced stays in its arena until the end, so
 * nothing that was handed out goes away. Threads: one at a time.
 */
#ifndef SIM_EXCHANGE_STORE_H
#define SIM_EXCHANGE_STORE_H

#include "sim/calendars.h"
#include "sim/exchange.h"

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
enum version version_named(const char *name);  /* V_NONE: not known */
enum version version_of(const struct room *r); /* V_NONE: as the one asked */

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

struct store {
	struct arena *arena;
	struct calendars calendars;
	struct server server;
	struct account **accounts;
	size_t n_accounts, account_space;
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
int check_version(const struct sim_room *r, struct err *err);

/* Names are compared without case. NULL: none. */
struct account *store_account(struct store *s, const char *user);
enum right right_on(const struct account *a, const char *mailbox);

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

#endif
