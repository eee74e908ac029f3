/*
 * google: a simulated Google Workspace
 *
 * A token server, Calendar v3 and the Directory's list of rooms on loopback, as strict
 * about what they are asked as Google's own; a scenario file says who may see what, and
 * faults can be ordered. It shares no code with the client but base/.
 *
 * Owns:    a suite owns its data, and copies all that it is given; what it returns lives
 * until suite_stop. Threads: any may call anything while the server runs.
 */
#ifndef SIM_GOOGLE_H
#define SIM_GOOGLE_H

#include "sim/program.h"
#include "sim/scenario.h"

struct err;

/* What a scenario file says beside its rooms: the fields are the file's keys,
 * fixtures/calendars/google/README.md tells each. */
struct suite_project {
	const char *id, *number;
	bool api_disabled; /* of the calendar; the Directory's is there */
	unsigned page; /* events in an answer at most, whatever is asked for; 0: 2500 */
};

struct suite_account { /* a service account */
	const char *email, *client_id;
	const char *key_file;         /* its key is written there; NULL: nowhere */
	const char *state;            /* "disabled"; NULL: fine */
	const char *const *delegated; /* the scopes of its domain-wide delegation */
	unsigned delegated_count;
};

struct suite_user {
	const char *email;
	bool admin;
};

struct suite_grant {
	const char *calendar; /* a room's address; "*@example.com" and "*" are patterns */
	const char *who;      /* of an account or a user */
	const char *role; /* "none", or as of accessRole; the first that matches counts */
};

struct suite;

/* ERR_CONFIG: the scenario is wrong. ERR_RETRY: the port is taken. */
int suite_start(const struct sim_config *c, struct suite **ret, struct err *err);
void suite_stop(struct suite *x); /* takes NULL; ends answers that hang */

const char *suite_url(const struct suite *x); /* "http://127.0.0.1:PORT/calendar/v3" */
const char *suite_token_url(const struct suite *x); /* "http://127.0.0.1:PORT/token" */
unsigned suite_port(const struct suite *x);
const char *suite_ca(const struct suite *x); /* PEM of the CA; NULL without TLS */

/* With a `now` of its own, time stands still but for this. */
void suite_pass(struct suite *x, int seconds);

/* The key of an account as the console gives it, JSON; the server keeps the public half.
 * A new one revokes the one before. NULL: no such account. */
const char *suite_new_key(struct suite *x, const char *email);

/* Every token given so far is worth nothing any more. */
void suite_revoke(struct suite *x);

int suite_reload(struct suite *x, struct err *err);
int suite_put_project(struct suite *x, const struct suite_project *p, struct err *err);
int suite_put_account(struct suite *x, const struct suite_account *a, struct err *err);
int suite_put_user(struct suite *x, const struct suite_user *u, struct err *err);
int suite_put_grant(struct suite *x, const struct suite_grant *g, struct err *err);
int suite_put_room(struct suite *x, const struct sim_room *r, struct err *err);
int suite_put(struct suite *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err);
/* `name` NULL: the room itself. False: there was none. */
bool suite_delete(struct suite *x, const char *mailbox, const char *name);

/* KIND[=NUMBER][@OPERATION][:COUNT]; operations are token, events and rooms. */
int suite_fail(struct suite *x, const char *order, struct err *err);
void suite_heal(struct suite *x);
bool suite_fault(size_t i, struct sim_fault *ret);

struct suite_counters {
	unsigned long requests, tokens, lists, rooms;
	unsigned long unmodified; /* 304 */
	unsigned long refused;    /* 4xx */
	unsigned long sent;       /* bytes of bodies, before compression */
};
struct suite_counters suite_counters(struct suite *x);

/* The i-th request that was kept, its target: "/calendar/v3/…". NULL: not kept. */
const char *suite_request(struct suite *x, size_t i);

#endif
