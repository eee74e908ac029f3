/* The tenant's own list of rooms: learn.microsoft.com/graph/api/place-list. */
#include <string.h>

#include "base/arena.h"
#include "calendar/explain.h"
#include "calendar/graph_poll.h"

#define ROOMS "/places/microsoft.graph.room"

struct poll *
graph_list(const struct calendar_link *link)
{
	struct poll *p = graph_begin(link, NULL, 0, 0, 0);
	if (p == NULL)
		return NULL;
	p->listing = arena_one(p->arena, struct listing);
	listing_init(p->listing, p->arena);
	return p;
}

int
graph_listed(
	struct poll *p, const struct calendar_room **ret, size_t *ret_n, struct err *err)
{
	return listing_result(p->listing, ret, ret_n, err);
}

bool
graph_ask_places(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	const struct listing *l = p->listing;
	size_t n;
	if (l->over)
		return false;
	const char **headers = graph_headers(p, a, &n);
	*ret = (struct http_ask){.method = HTTP_GET,
		.url = graph_url(p, a,
			l->next != NULL ? l->next
					: ROOMS
				"?$select=displayName,emailAddress,building,"
				"floorNumber,floorLabel,capacity&$top=100"),
		.headers = headers,
		.n_headers = n};
	*ret_op = GRAPH_PLACES;
	return true;
}

/* Where the next page is; NULL: nowhere to go. */
static const char *
next_page(const struct poll *p, const char *link)
{
	const char *path = graph_below(p->link, link);
	return path != NULL && strncmp(path, ROOMS "?", strlen(ROOMS) + 1) == 0 ? path
										: NULL;
}

/* The application may read calendars, and yet not the list. */
static const char *
code_of(const struct http_answer *http, const struct reply *reply)
{
	const char *code = reply != NULL ? reply->err.code : "";
	if (http->status == 403)
		return "no_places";
	if (http->status != 401 && http->status != 429 && http->status < 500 &&
		graph_knows(code))
		return code;
	return NULL;
}

void
graph_take_places(struct poll *p, const struct http_answer *http,
	const struct reply *reply, const struct err *failed)
{
	struct listing *l = p->listing;
	struct err err;
	if (http == NULL) {
		listing_fail(l, failed);
		return;
	}
	bool well = reply != NULL && reply->err.grade == ERR_NONE &&
		    http->status == 200 && reply->n_answers == 1;
	const char *link = well ? reply->answers[0].next : NULL;
	const char *next = link != NULL ? next_page(p, link) : NULL;
	if (well && (link == NULL || next != NULL)) {
		listing_add(l, reply, next);
		return;
	}
	const char *code = well ? "foreign_link" : code_of(http, reply);
	const struct graph_trouble *t =
		code != NULL ? graph_trouble(code) : graph_status(http->status);
	if (t == NULL)
		t = graph_trouble("bad_answer");
	graph_explain(&err, t, t->code[0] != '\0' ? t->code : code, NULL, p->link);
	calendar_set_retry(&err, p->link, http, reply);
	listing_fail(l, &err);
}
