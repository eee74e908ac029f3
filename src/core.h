/*
 * core: the daemon's heart, as the socket sees it
 *
 * Holds the site, the agendas, the links' health and the workers; `serve` asks it and
 * tells it, and knows nothing of how agendas come to be.
 *
 * Owns:    everything between start and stop.
 * Threads: any, unless said otherwise. No call but core_refresh and core_link_test waits for
 *          the network.
 */
#ifndef CORE_H
#define CORE_H

#include "agenda.h"
#include "base/err.h"
#include "site.h"

struct core;
struct rules;

struct core_config {
	const char *state_dir;   /* the SQLite file and nothing else */
	const char *credentials; /* directory of credential files of mode 0600 */
	const char *patterns, *site_patterns, *providers, *site_providers;
	int workers;             /* 0: by the links' limits */
	int poll_near_s, poll_far_s; /* 60 and 300 */
	bool unsealed;
};

int core_start(const struct core_config *config, struct core **ret, struct err *err);
void core_stop(struct core *c); /* within 2 s, whatever the network does */

/* Snapshots; release with site_unref and agenda_unref. Providers live as long as the core's
 * generation of data files: release with core_providers_unref. */
struct site *core_site(struct core *c);
struct agenda *core_agenda(struct core *c, const char *room); /* NULL: never synced */
const struct providers *core_providers(struct core *c);
void core_providers_unref(struct core *c, const struct providers *ps);

/* Asks for a poll of the room now and waits at most max_wait_ms (0: does not wait). One poll
 * of a room at a time; a poll younger than 10 s is not repeated. */
void core_refresh(struct core *c, const char *room, int max_wait_ms);

/* Health, for status.get and `convoke status`. */
struct room_status {
	const char *room, *link;
	int64_t synced_at, next_poll; /* wall clock; 0 never */
	struct err err;               /* grade 0: well */
	int64_t err_since;
	uint64_t requests_hour;       /* HTTP requests made for it in the last hour */
	size_t meetings, joinable;
	size_t bodies_missing;        /* events whose body was empty */
};
struct link_status {
	const char *link;
	struct err err;
	int64_t err_since, last_good, retry_at, password_expires;
	const char *server_version;
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
 * with `who` ("uid 0 (root)"); an error names what is allowed. Nothing changes on an error. */
int core_link_put(struct core *c, const struct link *link, const char *secret,
	bool may_replace, const char *who, struct err *err);
int core_link_remove(struct core *c, const char *name, const char *who, struct err *err);
int core_room_put(struct core *c, const struct room *room, bool may_replace, const char *who,
	struct err *err);
int core_room_remove(struct core *c, const char *name, const char *who, struct err *err);
int core_profile_put(struct core *c, const struct profile *p, const char *who, struct err *err);
int core_provider_put(struct core *c, const struct provider_settings *s, const char *who,
	struct err *err);
int core_provider_default(struct core *c, const char *provider, const char *who,
	struct err *err);
int core_reload(struct core *c, const char *who, struct err *err); /* data files */

/* Tries a link, and the rooms given (or all of it), with one request batch. Waits for it. */
struct link_finding {
	const char *subject; /* "tls", "login", "version", or the room's name */
	bool ok;
	char detail[400];    /* "15.2.1544.9 (Exchange 2019)" or what is wrong */
	char cure[600];
};
int core_link_test(struct core *c, struct arena *a, const char *link,
	const char *const *rooms, size_t n_rooms, const struct link_finding **ret,
	size_t *ret_n, struct err *err);

/* What a device reported (meeting.outcome): kept for `convoke why`. */
int core_outcome(struct core *c, const char *room, const char *meeting,
	enum transport via, const char *outcome, const char *detail, struct err *err);

/* `call` is told of changes, on a core thread, and must not block or call back. */
enum core_event { CORE_AGENDA_CHANGED, CORE_STATUS_CHANGED };
void core_watch(struct core *c, void (*call)(void *arg, enum core_event what,
	const char *room), void *arg);

/* For invite.extract: a reader of its own, one job at a time; ERR_LIMIT when it is busy. */
struct reader_invite;
int core_extract(struct core *c, struct arena *a, const char *name, const char *country,
	const char *bytes, size_t size, struct reader_invite *ret, struct err *err);

#endif
