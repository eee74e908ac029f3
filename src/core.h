/*
 * core: the daemon's heart, as the socket sees it
 *
 * Holds the site, the agendas, the links' health and the workers; `serve` asks it and
 * tells it, and knows nothing of how agendas come to be.
 *
 * Owns:    everything between start and stop.
 * Threads: any, unless said otherwise. No call but core_refresh, core_link_test and
 *          core_link_rooms waits for the network.
 */
#ifndef CORE_H
#define CORE_H

#include "agenda.h"
#include "base/err.h"
#include "site.h"

struct arena;
struct core;
struct providers;
struct reader_invite;
struct store_audit;
struct store_event;

enum { CORE_MAX_ROOMS = 10000, CORE_MAX_WORKERS = 32, CORE_MAX_WATCHERS = 8 };

struct core_config {
	const char *state_dir;   /* the SQLite file and nothing else */
	const char *credentials; /* directory of credential files of mode 0600 */
	const char *patterns, *site_patterns, *providers, *site_providers;
	int workers;             /* 0: as many as keep the links busy */
	int poll_near_s, poll_far_s; /* 0: 60 and 300 */
	const char *scratch;     /* where readers' copies of the data files go; NULL: $TMPDIR */
	/* Wall clock in seconds, and a clock for waiting in milliseconds. NULL: the machine's.
	 * Tests give their own: nobody waits by them, so core_refresh makes all look again. */
	int64_t (*now)(void);
	int64_t (*monotonic_ms)(void);
};

int core_start(const struct core_config *config, struct core **ret, struct err *err);
/* From now on nothing is polled and nobody waits: core_refresh, core_link_test,
 * core_link_rooms and core_extract come back within 2 s. What is known can still be asked. */
void core_wind_down(struct core *c);
/* Within 2 s, whatever the network does. Nobody may be in another call, nor come later. */
void core_stop(struct core *c); /* takes NULL */

/* Snapshots; release with site_unref, agenda_unref and core_providers_unref. An agenda holds
 * the providers that its own plans name. */
struct site *core_site(struct core *c);
struct agenda *core_agenda(struct core *c, const char *room); /* NULL: never synced */
const struct providers *core_providers(struct core *c);
void core_providers_unref(struct core *c, const struct providers *ps);

/* Asks for a poll of the room now and waits at most max_wait_ms (0: does not wait). One poll
 * of a room at a time; a poll younger than 10 s is not repeated, nor a failed one younger than
 * 30 s, and a server that asked us to wait is not bothered. */
void core_refresh(struct core *c, const char *room, int max_wait_ms);

/* Health, for status.get and `convoke status`. */
struct room_status {
	const char *room, *link;
	int64_t synced_at, next_poll; /* wall clock; 0 never; now while it is polled */
	struct err err;               /* its own or its link's; grade 0: well */
	int64_t err_since;
	uint64_t requests_hour;       /* HTTP requests of the last hour's polls that it was in */
	size_t meetings, joinable;
	size_t bodies_missing;        /* events whose body was empty */
};
struct link_status {
	const char *link;
	struct err err;
	int64_t err_since, last_good; /* 0: never */
	int64_t retry_at;             /* 0: well, or nothing is tried until something is changed */
	int64_t password_expires;     /* 0: not known; INT64_MAX: never */
	const char *credential_kind;  /* "password", "client secret", "certificate", "key";
	                                 NULL: it has none */
	const char *renew;            /* what to do about its end; NULL: it is not known */
	const char *server_version;   /* NULL: not known */
	uint64_t requests_hour;
	size_t rooms, rooms_ok;
};
struct core_status {
	int64_t started;
	const struct link_status *links;
	size_t n_links;
	const struct room_status *rooms;
	size_t n_rooms;
	const char *data_error; /* a reload that was refused, in words; NULL: none */
};
void core_status(struct core *c, struct arena *a, struct core_status *ret);

/* Changes. Each is checked, stored, published as a new site, and written to the audit trail
 * with `who` ("uid 0 (root)"); an error names what is allowed. Nothing changes on an error.
 * A link without `credential` has one of its own name; `secret` NULL: the file stays as it
 * is. A room without `profile` has the default one. */
int core_link_put(struct core *c, const struct link *link, const char *secret,
	bool may_replace, const char *who, struct err *err);
int core_link_remove(struct core *c, const char *name, const char *who, struct err *err);
int core_room_put(struct core *c, const struct room *room, bool may_replace, const char *who,
	struct err *err);
int core_room_remove(struct core *c, const char *name, const char *who, struct err *err);
int core_profile_put(struct core *c, const struct profile *p, const char *who, struct err *err);
int core_profile_remove(struct core *c, const char *name, const char *who, struct err *err);
int core_provider_put(struct core *c, const struct provider_settings *s, const char *who,
	struct err *err);
/* Forgets its settings: what its file says holds again. Not of the default one. */
int core_provider_remove(struct core *c, const char *provider, const char *who,
	struct err *err);
int core_provider_default(struct core *c, const char *provider, const char *who,
	struct err *err);
int core_reload(struct core *c, const char *who, struct err *err); /* data files */

/* Tries a link, and the rooms given (or all of it), with one request batch. Waits for it. A
 * password that was refused twice is not tried again, and a room tried has at most a day read. */
struct link_finding {
	const char *subject; /* "connection", "tls", "address", "login", "server",
	                        "version", "permissions", a credential_kind, or the room's name */
	bool ok;             /* may have a cure all the same: a certificate that ends soon */
	char detail[400];    /* "15.2.1544.9 (Exchange 2019 or SE)" or what is wrong */
	char cure[600];
};
int core_link_test(struct core *c, struct arena *a, const char *link,
	const char *const *rooms, size_t n_rooms, const struct link_finding **ret,
	size_t *ret_n, struct err *err);

/* The rooms that the link's server knows, whether they are watched or not. Waits for it.
 * ERR_CONFIG no_list: this kind of calendar cannot tell. */
struct found_room {
	const char *mailbox, *name; /* as the server has them: checked when a room is put */
	const char *place;          /* "Building 3, floor 2"; NULL: not said */
	unsigned capacity;          /* 0: not said */
	const char *room;           /* that watches it already; NULL: none */
};
int core_link_rooms(struct core *c, struct arena *a, const char *link,
	const struct found_room **ret, size_t *ret_n, struct err *err);

/* What a device reported (meeting.outcome): kept for `convoke why`. */
int core_outcome(struct core *c, const char *room, const char *meeting,
	enum transport via, const char *outcome, const char *detail, struct err *err);

/* What happened to a room, oldest first, and who changed what (see store.h). */
int core_history(struct core *c, struct arena *a, const char *room, int64_t from, int64_t to,
	const struct store_event **ret, size_t *ret_n, struct err *err);
int core_audits(struct core *c, struct arena *a, size_t max, const struct store_audit **ret,
	size_t *ret_n, struct err *err);

/* `call` is told of changes, on a core thread or the changing one, and must not block or call
 * back. `room` is NULL where all are meant. */
enum core_event { CORE_AGENDA_CHANGED, CORE_STATUS_CHANGED };
void core_watch(struct core *c, void (*call)(void *arg, enum core_event what,
	const char *room), void *arg);
void core_unwatch(struct core *c, void *arg); /* no call is under way when it returns */

/* For invite.extract: a reader of its own, one job at a time; ERR_LIMIT when it is busy. */
int core_extract(struct core *c, struct arena *a, const char *name, const char *country,
	const char *bytes, size_t size, struct reader_invite *ret, struct err *err);

#endif
