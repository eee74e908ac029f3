/*
 * google_server: what the files of the simulated Workspace share
 *
 * Owns:    struct suite owns the web server, the calendars and the orders.
 * Threads: what is here is the web server's lock's.
 */
#ifndef SIM_GOOGLE_SERVER_H
#define SIM_GOOGLE_SERVER_H

#include <jansson.h>
#include <openssl/evp.h>

#include "sim/calendars.h"
#include "sim/fault.h"
#include "sim/google.h"

enum operation { OP_NONE, OP_TOKEN, OP_EVENTS, OP_ROOMS, N_OPERATIONS };
enum spoil { SPOIL_NOT, SPOIL_EMPTY, SPOIL_LOOP, SPOIL_EXPIRED };

enum role {
	ROLE_NONE,
	ROLE_FREE_BUSY,
	ROLE_READER,
	ROLE_LIMITED_WRITER,
	ROLE_WRITER,
	ROLE_OWNER,
	N_ROLES
};
extern const char *const suite_role_names[N_ROLES]; /* the first: "none" */

struct account {
	const char *email, *client_id, *key_file;
	bool disabled;
	const char *const *delegated;
	size_t n_delegated;
	EVP_PKEY *key; /* the public half; NULL: it has none yet */
	const char *key_id;
};

struct grant {
	const char *calendar, *who;
	enum role role;
};

struct token {
	const char *text, *who, *scope;
	int64_t expires;
};

/* All that a scenario says. */
struct domain {
	struct arena *arena;
	struct suite_project project;
	struct account **accounts;
	struct suite_user **users;
	struct grant **grants;
	size_t n_accounts, account_space, n_users, user_space, n_grants, grant_space;
	struct calendars calendars;
	unsigned long deleted; /* how often something was */
};

struct suite {
	struct arena *arena; /* of what is here, but the domain */
	struct web *web;
	int64_t now; /* 0: the clock's */
	const char *url, *token_url, *scenario;
	struct domain *domain;
	struct orders orders;
	struct token **tokens;
	size_t n_tokens, token_space, given;
	struct suite_counters count;
};

int64_t suite_clock(const struct suite *x);

struct domain *domain_new(int64_t now);
void domain_free(struct domain *d); /* takes NULL */
/* A scenario into a fresh domain; `before` (may be NULL) is what it was before. */
int domain_load(
	struct domain *d, const char *path, const struct domain *before, struct err *err);
int domain_put_project(
	struct domain *d, const struct suite_project *from, struct err *err);
int domain_put_account(
	struct domain *d, const struct suite_account *from, struct err *err);
int domain_put_user(struct domain *d, const struct suite_user *from, struct err *err);
int domain_put_grant(struct domain *d, const struct suite_grant *from, struct err *err);
struct account *domain_account(const struct domain *d, const char *email); /* or NULL */
const struct suite_user *domain_user(const struct domain *d, const char *email);
enum role domain_role(const struct domain *d, const char *who, const char *calendar);

/* An RSA key: the account gets the public half, the answer is the JSON with the other. */
const char *suite_make_key(struct suite *x, struct account *a);

/* Of a compact JWT (RFC 7515, 3.1) the parts; NULL: it is none. The caller's to release. */
json_t *suite_jwt_part(const char *jwt, size_t part);
bool suite_jwt_verifies(const char *jwt, EVP_PKEY *key);

/* web_config's `answer`. */
void suite_answer(void *arg, struct web_request *r, struct web_answer *ret);
void suite_answer_token(struct suite *x, struct web_request *r, struct web_answer *ret);

/* Who asks, by a token with one of these scopes; NULL: the answer is set. */
struct scopes {
	const char *const *any;
	size_t n;
};
const struct token *suite_authenticate(struct suite *x, struct web_request *r,
	const struct scopes *scopes, struct web_answer *ret);
/* NULL: the address is right. */
void suite_answer_events(struct suite *x, struct web_request *r, const char *calendar,
	const struct token *who, enum spoil spoil, struct web_answer *ret);
void suite_answer_rooms(struct suite *x, struct web_request *r, const struct token *who,
	struct web_answer *ret);

/* An error as Google writes it. */
void suite_say_error(struct web_request *r, struct web_answer *ret, unsigned status,
	const char *domain, const char *reason, const char *message);
/* `o` (taken over) as the answer, of which `fields` are chosen; NULL: all. False: it names
 * what there is not, and the answer says so. */
bool suite_say_json(
	struct web_request *r, struct web_answer *ret, json_t *o, const char *fields);
/* Each of the query's arguments must be in the list, once. False: the answer is set. */
bool suite_check_arguments(struct web_request *r, struct web_answer *ret,
	const char *const *known, size_t n);

/* One occurrence as somebody of this role sees it. */
json_t *suite_event_json(struct arena *a, const struct room *room,
	const struct occurrence *o, enum role role, long max_attendees);

extern const struct faults suite_faults;

#endif
