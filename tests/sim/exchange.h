/*
 * exchange: a simulated Exchange server
 *
 * Answers EWS on loopback as Exchange 2010 to 2019 does, as strictly about what it is
 * asked; a scenario file says who may see what, and faults can be ordered. It shares no
 * code with the client that it is there to test but base/ (arenas, strings, files).
 *
 * Owns:    a server owns its data, and copies all that it is given; what it returns lives
 * until exchange_stop. Threads: any may call anything while the server runs.
 */
#ifndef SIM_EXCHANGE_H
#define SIM_EXCHANGE_H

#include "sim/program.h"
#include "sim/scenario.h"

struct err;

/*
 * What a scenario file says of accounts and the server, beside its rooms: the fields are
 * the file's keys, fixtures/calendars/exchange/README.md tells each.
 */
struct exchange_grant {
	const char *mailbox; /* "*@example.com" and "*" are patterns */
	const char *right;   /* "none", "hidden", "ReadItems", "Reviewer", "Owner" */
};

struct exchange_account {
	const char *user, *password;
	const char *mailbox;          /* its own; NULL: it has none */
	const char *password_expires; /* a time, or "never" */
	const char *state; /* "disabled", "locked", "blocked" (no EWS); NULL: fine */
	bool no_basic;     /* only Negotiate and NTLM are offered to it */
	const struct exchange_grant *rights; /* the first that matches counts */
	unsigned rights_count;
	const char *const *impersonates; /* mailboxes, patterns; none: has not the role */
	unsigned impersonates_count;
};

/* What holds for all; a scenario's `server`. Zeros are Exchange 2019's own. */
struct exchange_server {
	const char *version;  /* NULL: "15.2.1544.9" */
	unsigned find_limit;  /* items of all folders of one FindItem; 0: 1000 */
	unsigned batch_limit; /* items that one GetItem's minute is enough for; 0: all */
	unsigned lockout_after; /* wrong passwords; 0: 10 */
};

struct exchange;

/* Without a scenario it is Exchange 2019. ERR_CONFIG: the scenario is wrong. ERR_RETRY: the port is taken. */
int exchange_start(const struct sim_config *c, struct exchange **ret, struct err *err);
void exchange_stop(struct exchange *x); /* takes NULL; ends answers that hang */

/* "http://127.0.0.1:PORT/EWS/Exchange.asmx" */
const char *exchange_url(const struct exchange *x);
unsigned exchange_port(const struct exchange *x);
const char *exchange_ca(const struct exchange *x); /* PEM of the CA; NULL without TLS */
int64_t exchange_now(const struct exchange *x);

/*
 * Reads the scenario file again: what is the same keeps its ids and ChangeKeys, times
 * still count from the first "now". On an error nothing changes.
 */
int exchange_reload(struct exchange *x, struct err *err);

/*
 * Adds, or replaces what has the same user, mailbox or name. A meeting that is put has a
 * new ChangeKey and its old id; a room that is put keeps the meetings that are not named.
 * ERR_CONFIG when a field is wrong, ERR_ABSENT when there is no such room.
 */
int exchange_put_server(
	struct exchange *x, const struct exchange_server *s, struct err *err);
int exchange_put_account(
	struct exchange *x, const struct exchange_account *a, struct err *err);
int exchange_put_room(struct exchange *x, const struct sim_room *r, struct err *err);
int exchange_put(struct exchange *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err);
/* `name` NULL: the room itself. False: there was none. */
bool exchange_delete(struct exchange *x, const char *mailbox, const char *name);

/*
 * Orders a fault for requests to come: KIND[=NUMBER][@OPERATION][:COUNT], as in "hang",
 * "busy=5000:2", "unavailable@GetItem:always". Orders wait for their turn, the first
 * first. KIND is one of exchange_fault's, or a ResponseCode: "ErrorTimeoutExpired" is
 * said of each room or item of an answer, "fault-ErrorServerBusy" of the request as a
 * whole. A request may name its own, in a header X-Fault.
 */
int exchange_fail(struct exchange *x, const char *order, struct err *err);
void exchange_heal(struct exchange *x); /* forgets all orders */

bool exchange_fault(size_t i, struct sim_fault *ret); /* false: there are no more */

struct exchange_counters {
	unsigned long connections, requests;
	unsigned long finds, gets, folders, expiries;
	unsigned long items;        /* that FindItem and GetItem gave */
	unsigned long unauthorized; /* 401 */
	unsigned long refused;      /* SOAP faults */
	unsigned long unanchored; /* impersonated without X-AnchorMailbox: may be slow */
	unsigned long most_at_once; /* requests */
};
struct exchange_counters exchange_counters(struct exchange *x);

/* One request and its answer, in the order of the answers. False: not kept. */
struct exchange_request {
	const char *operation;             /* "FindItem"; "" when it was none */
	const char *user, *agent, *anchor; /* "" when absent */
	const char *body, *reply;
	size_t body_size, reply_size;
	unsigned status;
};
bool exchange_request(struct exchange *x, size_t i, struct exchange_request *ret);

#endif
