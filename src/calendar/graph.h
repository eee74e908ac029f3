/*
 * graph: Microsoft Graph, what its files share
 *
 * Calendar views of rooms in Exchange Online, in batches: learn.microsoft.com/graph/api/
 * user-list-calendarview and /graph/json-batching. One room alone is asked for without a
 * batch.
 *
 * Owns:    nothing; everything is the given arena's.
 * Threads: any.
 */
#ifndef CALENDAR_GRAPH_H
#define CALENDAR_GRAPH_H

#include "calendar/calendar.h"

enum {
	GRAPH_BATCH = 20,     /* requests in one, by Graph's own limit */
	GRAPH_PAGE = 100,     /* events in one answer */
	GRAPH_MAX_PAGES = 50, /* of one room */
};

/* What a request was, and so what its reply is read as. */
enum graph_op {
	GRAPH_LIST = 1, /* one room's events, without their bodies */
	GRAPH_LISTS,    /* a batch of these */
	GRAPH_EVENT,    /* one event whole */
	GRAPH_EVENTS,   /* a batch of these */
	GRAPH_PLACES,   /* the tenant's rooms */
};

/* Whose trouble a code is. */
enum graph_scope { GRAPH_OF_EVENT, GRAPH_OF_ROOM, GRAPH_OF_LINK };
struct graph_trouble {
	const char *code; /* Graph's, or one of ours */
	enum err_grade grade;
	enum graph_scope scope;
	const char *text, *cure; /* with {room}, {user} and {host} */
};
const struct graph_trouble *graph_trouble(const char *code); /* never NULL */
bool graph_knows(const char *code);

void graph_explain(struct err *err, const struct graph_trouble *t, const char *code,
	const char *room, const struct calendar_link *link);

/* What a status says when the body has no word of Graph's; NULL: nothing. */
const struct graph_trouble *graph_status(long status);

/* A reply as records. *ret_events has, for each sighting, the event with its body and
 * entries, which the sighting's own lacks. */
void graph_parse(struct arena *a, int op, const char *bytes, size_t size,
	struct reply *ret, const struct event **ret_events);

/*
 * Whether a server's link is one to follow, as a path below the link's URL; NULL: it is not.
 * The token goes nowhere else: the same origin, below the same path; and of a next page, about
 * this room's calendar view.
 */
const char *graph_below(const struct calendar_link *link, const char *url);
const char *graph_next_view(
	const struct calendar_link *link, const char *mailbox, const char *url);

struct poll *graph_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to);
bool graph_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op);
void graph_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed);
const struct poll_result *graph_results(struct poll *p);
void graph_end(struct poll *p);

int graph_permissions(const struct calendar_link *link,
	const struct calendar_token *token, const char *denied, struct err *err);

struct poll *graph_list(const struct calendar_link *link);
int graph_listed(struct poll *p, const struct calendar_room **ret, size_t *ret_n,
	struct err *err);

#endif
