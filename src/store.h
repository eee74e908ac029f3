/*
 * store: what survives a restart
 *
 * The site, each room's agenda, what links said of themselves, the last days' history and
 * the audit trail, in one file. Secrets are never in it. What holds the file is hidden,
 * so that another keeper can take its place.
 *
 * Owns:    the file, of mode 0600, which no second process may have open meanwhile.
 * Threads: any; calls wait for each other, and for the disk.
 */
#ifndef STORE_H
#define STORE_H

#include "site.h"

struct arena;
struct err;
struct store;

enum {
	STORE_HISTORY_DAYS = 7,
	STORE_MAX_HISTORY = 200 * 1000, /* rows; the oldest go first */
	STORE_MAX_AUDIT = 100 * 1000,
	STORE_MAX_AGENDA = 16 << 20, /* bytes of one room's */
};

/*
 * Opens or makes `dir`/convoke.db. ERR_CONFIG, each with its cure: state_directory,
 * state_damaged, state_newer (made by a later version), state_in_use. A file that is
 * damaged or newer is left as it is.
 */
int store_open(const char *dir, struct store **ret, struct err *err);
void store_close(struct store *s); /* takes NULL */

int store_site(struct store *s, struct site **ret, struct err *err);

/* Each change and its line of the audit trail are kept together, or neither is; once it
 * returns they are on disk. */
struct store_audit {
	int64_t at;
	const char *who;  /* "uid 0 (root)" */
	const char *what; /* "room.put SEA_38_0021", never a secret */
};
int store_put(struct store *s, enum site_part part, const void *item,
	const struct store_audit *audit, struct err *err);
/* With a room its agenda and history go too, with a link what it said of itself. */
int store_drop(struct store *s, enum site_part part, const char *name,
	const struct store_audit *audit, struct err *err);
int store_set_default(struct store *s, const char *provider,
	const struct store_audit *audit, struct err *err);
int store_note(struct store *s, const struct store_audit *audit, struct err *err);

/* The newest `max`, oldest first. */
int store_audits(struct store *s, struct arena *a, size_t max,
	const struct store_audit **ret, size_t *ret_n, struct err *err);

/* Agendas as agenda_pack made them. What no longer is what was written is not handed on.
 */
int store_put_agenda(struct store *s, const char *room, const char *bytes, size_t size,
	struct err *err);
int store_drop_agenda(struct store *s, const char *room, struct err *err);
int store_agendas(struct store *s,
	void (*each)(void *arg, const char *room, const char *bytes, size_t size),
	void *arg, struct err *err);

/* What a link said of itself, and how often which credential was refused. */
struct store_link {
	const char *server_version; /* NULL: not known */
	int64_t last_good, password_expires;
	int64_t refused; /* the credential's version, see credential.h */
	int refusals;
};
int store_put_link_facts(struct store *s, const char *link,
	const struct store_link *facts, struct err *err);
int store_link_facts(struct store *s, struct arena *a, const char *link,
	struct store_link *ret, struct err *err); /* all zero when there are none */

/* What happened to a room. */
struct store_event {
	int64_t at;
	const char *room;
	const char *what;    /* "outcome", "trouble", "well", "changed" */
	const char *meeting; /* NULL: none */
	const char *text;
};
int store_add_event(struct store *s, const struct store_event *e, struct err *err);
int store_events(struct store *s, struct arena *a, const char *room, int64_t from,
	int64_t to, const struct store_event **ret, size_t *ret_n, struct err *err);

#endif
