/*
 * state: what the files of core share
 *
 * A *link* here is what is known of one server and account: its troubles, its refusals, who
 * is asking it. A *room* is when it is due, and its agenda. What was set up is the site's.
 *
 * Owns:    the core owns all; a link or room that was removed is freed by its last user.
 * Threads: `lock` guards everything below that is not said to be somebody's own. It is never
 *          held across I/O, nor while an agenda is made. Order: changing, keeping, lock.
 */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/http.h"
#include "budget.h"
#include "calendar/calendar.h"
#include "core.h"
#include "reader/reader.h"
#include "store.h"

enum {
	LINK_REFUSALS = 2,
	LINK_LOOK_MS =
		5 * 1000, /* how often a credential file that must change is looked at */
	KEEP_MS = 60 * 1000,    /* how often the agendas are looked through for storing */
	KEEP_SYNCED_S = 5 * 60, /* how far what is stored may lie behind */
	SPREAD_PER_S = 20,      /* rooms that are polled in a second when all are to be */
	REFRESH_AGAIN_MS = 10 * 1000,
	REFRESH_FAILED_MS = 30 * 1000,
	EXPIRY_MS = 24 * 3600 * 1000,  /* how often it is asked when the password ends */
	EXPIRY_AGAIN_MS = 3600 * 1000, /* and when there was no answer */
};

/* What went wrong last, and since when something has. */
struct trouble {
	struct err err;
	int64_t since;
	unsigned failures; /* in a row */
};
enum trouble_news { TROUBLE_SAME, TROUBLE_BEGAN, TROUBLE_CHANGED, TROUBLE_ENDED };

/* `err` NULL: all is well. */
enum trouble_news trouble_take(struct trouble *t, const struct err *err, int64_t now);
/* Logs news of "room" or "link" `name`, and keeps it with what happened. No lock is held. */
void trouble_tell(struct core *c, const char *noun, const char *name,
	enum trouble_news news, const struct err *err);

/* How often within the last hour. */
struct hourly {
	uint32_t counts[60];
	int64_t minute;
};
void hourly_add(struct hourly *h, int64_t ms);
uint64_t hourly_sum(const struct hourly *h, int64_t ms);

/* One generation of the data files: proven, and copied to where readers find just these. */
struct data {
	atomic_uint refs;
	const struct providers *providers;
	char *dir, *dirs[4]; /* patterns, site patterns, providers, site providers */
};
int data_load(const struct core_config *config, struct data **ret, struct err *err);
/* Removes what a daemon that was killed left of its own. Nobody else has the state open. */
void data_sweep(const struct core_config *config);
struct data *data_ref(struct data *d);
void data_unref(struct data *d); /* takes NULL; the last removes the copies */
struct reader *data_reader(const struct data *d, const atomic_bool *stop); /* or NULL */

struct core_link {
	char *name;
	size_t users; /* batches and tests under way */
	bool gone;
	uint64_t
		version; /* another one: it is connected anew, and old failures are not its own */
	struct core_room **rooms; /* in c->by_link */
	size_t n_rooms;

	const struct calendar_kind *kind;
	unsigned asking; /* requests under way */
	struct budget budget;
	struct trouble trouble;
	int64_t troubled_at, hold_until; /* milliseconds */
	bool locked; /* nothing is tried until its credential or itself is changed */
	int64_t look_at, tried_at;
	int64_t refused; /* the credential's version, and how often it was */
	int refusals;

	struct auth *auth; /* of kinds that take tokens; see token.h */
	uint64_t auth_version;

	char *server_version;
	int64_t last_good, password_expires;
	int64_t kept_good; /* last_good as stored */
	int64_t expiry_at; /* milliseconds: when to ask about the password */
	int64_t credential;       /* the version that was sent last; 0: none */
	int64_t warned, warned_of; /* the step that was logged last, of which end; see expiry.h */
	struct hourly requests;
};

struct core_room {
	char *name;
	struct core_link *link;
	int group; /* who may share a batch: readers assume one country for all of a reply */
	bool gone, busy, wanted;
	bool anew; /* all its events are to be read again: other rules, or another country */
	uint64_t epoch; /* another one: what was asked before is not its calendar */
	struct agenda *agenda;
	char *cursor; /* how far the calendar was read for it; see poll_result */
	uint64_t cursor_version; /* of the link that it is of */

	int64_t due, interval, polled_at; /* milliseconds; never polled: 0 */
	uint64_t polls;
	bool doubted; /* suddenly empty, and asked again */
	struct trouble trouble;
	unsigned unread_polls; /* in a row that left an event unread */
	int64_t unread_at;     /* when those are tried again */

	int64_t kept_synced; /* synced_at as stored */
	int64_t shed_at;     /* when a meeting ends whose secrets are stored */
	struct hourly requests;
};

struct watcher {
	void (*call)(void *arg, enum core_event what, const char *room);
	void *arg;
};

struct core {
	struct core_config config;
	struct arena *arena; /* the configuration's texts; the starter's own */
	struct store *store;
	atomic_bool stop;
	int64_t started;

	pthread_mutex_t changing; /* one change at a time */
	pthread_mutex_t
		keeping; /* what is stored of a room and what it is change together */
	pthread_mutex_t lock;
	pthread_cond_t changed; /* anything that a waiting thread may look at */

	struct site *site;
	struct data *data;
	uint64_t terms; /* differs when agendas made under site and data before differ */
	char *data_error;
	struct core_link **links; /* by name, as the rooms */
	struct core_room **rooms, **by_link;
	struct schedule_room *scan; /* of one link's rooms */
	size_t n_links, n_rooms;
	size_t turn;     /* the link that is looked at first */
	int64_t keep_at; /* milliseconds */
	uint64_t versions;
	struct trouble storing;

	struct worker *workers[CORE_MAX_WORKERS]; /* added to by the changing thread */
	size_t n_workers;

	pthread_mutex_t telling;
	struct watcher watchers[CORE_MAX_WATCHERS];
	size_t n_watchers;

	pthread_mutex_t extracting;
	struct reader *extractor; /* the extracting thread's, as the next */
	struct data *extractor_data;
};

int64_t core_now(const struct core *c);
int64_t core_ms(const struct core *c);
struct core_room *core_find_room(const struct core *c, const char *name); /* or NULL */
struct core_link *core_find_link(const struct core *c, const char *name);
void core_tell(
	struct core *c, enum core_event what, const char *room); /* no lock is held */
void core_count(const struct agenda *g, size_t *ret_joinable, size_t *ret_bodies_missing);
void core_wait(struct core *c, int64_t ms); /* on `changed`, with `lock`; real time */

/* Both with `lock`: freed now, or by the last user. */
void core_release_room(struct core_room *r);
void core_release_link(struct core_link *l);

/*
 * A site and data files that are to be the ones in force (NULL: as they are), with every
 * agenda that is planned otherwise under them: all that can fail is done by adoption_new.
 * The references given are taken over. `changing` is held from new to take or drop.
 */
struct adoption;
struct adoption *adoption_new(struct core *c, struct site *site, struct data *data,
	bool (*affects)(const struct room *r, const char *name), const char *name,
	struct err *err); /* `affects` NULL: no agenda is; NULL when memory is short */
void adoption_renew(struct adoption *a, const char *link); /* forgets its troubles */
void adoption_empty(
	struct adoption *a, const char *room); /* it has another calendar now */
void adoption_take(struct core *c, struct adoption *a);
void adoption_drop(struct core *c, struct adoption *a); /* takes NULL */

/* Starts the workers that the links now keep busy. */
int core_grow(struct core *c, struct err *err);

#endif
