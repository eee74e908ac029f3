/*
 * graph: a simulated Microsoft 365: Entra's tokens and Microsoft Graph
 *
 * Answers on loopback as login.microsoftonline.com and graph.microsoft.com do, as strictly
 * about what they are asked; a scenario file says which application may read which room, and
 * faults can be ordered. It shares no code with the client that it is there to test but base/.
 *
 * Owns:    a service owns its data, and copies all that it is given; what it returns lives
 * until graph_stop. Threads: any may call anything while it runs.
 */
#ifndef SIM_GRAPH_H
#define SIM_GRAPH_H

#include "sim/program.h"
#include "sim/scenario.h"
#include "sim/web.h"

/* The fields are the scenario's keys: fixtures/calendars/office365/README.md. */
struct graph_application {
	const char *client_id, *name;
	const char *object_id; /* of its enterprise application */
	const char *secret, *secret_id;
	const char *secret_expires;   /* a time; NULL: never */
	const char *certificate;      /* PEM; NULL: none is registered */
	const char *certificate_file; /* or where it is, from the scenario's directory */
	const char *const *roles;     /* consented to in Entra: "Calendars.Read" */
	unsigned roles_count;
	const char *const *scope; /* rooms of its RBAC role Application Calendars.Read */
	unsigned scope_count;
	const char *const *policy; /* rooms that an application access policy leaves it */
	unsigned policy_count;
	unsigned token_life;     /* seconds; 0: 3599 */
	bool conditional_access; /* refuses it */
};

struct graph;

/* Without a scenario: tenant "example.com", nobody and nothing. */
int graph_start(const struct sim_config *c, struct graph **ret, struct err *err);
void graph_stop(struct graph *x); /* takes NULL */
int graph_reload(struct graph *x, struct err *err);

const char *graph_base(const struct graph *x);      /* "http://127.0.0.1:PORT/v1.0" */
const char *graph_token_url(const struct graph *x); /* of its tenant */
unsigned graph_port(const struct graph *x);
const char *graph_ca(const struct graph *x);

/* With `now` given, time stands still but for this. */
void graph_pass(struct graph *x, int64_t seconds);

/* Adds, or replaces what has the same client id, mailbox or name. */
int graph_put_application(
	struct graph *x, const struct graph_application *a, struct err *err);
int graph_put_room(struct graph *x, const struct sim_room *r, struct err *err);
int graph_put(struct graph *x, const char *mailbox, const struct sim_meeting *m,
	struct err *err);
bool graph_delete(struct graph *x, const char *mailbox, const char *name);

/* KIND[=NUMBER][@OPERATION][:COUNT], see fault.h; operations are token, view, event, places
 * and batch, a batch's parts each by their own. Besides the table's, every code of Graph's
 * ("ErrorItemNotFound") and of Entra's ("AADSTS7000215"). */
int graph_fail(struct graph *x, const char *order, struct err *err);
void graph_heal(struct graph *x);
bool graph_fault(size_t i, struct sim_fault *ret);

struct graph_counters {
	unsigned long requests;                      /* of all kinds */
	unsigned long tokens, views, events, places; /* answered well; parts too */
	unsigned long batches, parts;
	unsigned long refused; /* 4xx, but 429 */
};
struct graph_counters graph_counters(struct graph *x);
bool graph_kept(struct graph *x, size_t i, struct web_kept *ret);

#endif
