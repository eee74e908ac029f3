#include "calendar/graph_poll.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"

/* Names are checked by Graph: learn.microsoft.com/graph/api/resources/event. */
#define LIST                                                                             \
	"id,changeKey,iCalUId,type,subject,start,end,isAllDay,isCancelled,showAs,"       \
	"sensitivity,responseStatus,location,organizer"
#define WHOLE LIST ",locations,body,isOnlineMeeting,onlineMeeting,onlineMeetingUrl"

#define PREFER                                                                           \
	"outlook.timezone=\"UTC\", outlook.body-content-type=\"html\", "                 \
	"IdType=\"ImmutableId\", odata.maxpagesize=100"

struct poll *
graph_begin(const struct calendar_link *link, const struct poll_room *rooms,
	size_t n_rooms, int64_t from, int64_t to)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct poll *p = arena_one(a, struct poll);
	*p = (struct poll){.arena = a,
		.link = link,
		.from = from,
		.to = to,
		.n_rooms = n_rooms,
		.max = GRAPH_BATCH};
	p->rooms = arena_many(a, struct graph_room, n_rooms);
	p->results = arena_many(a, struct poll_result, n_rooms);
	for (size_t i = 0; i < n_rooms; i++)
		p->rooms[i].window.asked = &rooms[i];
	return p;
}

void
graph_end(struct poll *p)
{
	if (p != NULL)
		arena_free(p->arena);
}

const struct window *
graph_window(const struct poll *p, size_t i)
{
	return &p->rooms[i].window;
}

static bool
gather(struct poll *p)
{
	struct graph_asked *q = &p->now;
	*q = (struct graph_asked){.n = 0};
	for (size_t i = 0; i < p->n_rooms && q->n < p->max; i++)
		if (!p->rooms[i].listed)
			q->rooms[q->n++] = &p->rooms[i];
	if (q->n > 0)
		return true;
	q->events = true;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct window *w = &p->rooms[i].window;
		for (size_t j = 0; j < w->n_items && q->n < p->max; j++) {
			if (w->items[j].state == ITEM_DONE)
				continue;
			q->rooms[q->n] = &p->rooms[i];
			q->items[q->n++] = &w->items[j];
		}
	}
	if (q->n > 0)
		return true;
	q->copy = copies_next(&p->copies, graph_window, p, p->n_rooms, p->link);
	q->events = q->copy != NULL && q->copy->id != NULL;
	return q->copy != NULL;
}

/* A segment of a path (RFC 3986, 3.3). */
static void
put_segment(struct buf *b, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~@";
	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			buf_char(b, *s);
		else
			buf_printf(b, "%%%02X", (unsigned char)*s);
}

/* The i-th request's path and query, below the link's URL. */
static const char *
below(const struct poll *p, struct arena *a, size_t i)
{
	const struct copy *copy = p->now.copy;
	const struct graph_room *r = p->now.rooms[i];
	char from[WHEN_TEXT], to[WHEN_TEXT];
	struct buf b;
	if (copy == NULL && !p->now.events && r->next != NULL)
		return r->next;
	buf_init(&b, a);
	buf_str(&b, "/users/");
	put_segment(&b, copy != NULL ? copy->organizer : r->window.asked->mailbox);
	if (p->now.events) {
		buf_str(&b, "/events/");
		put_segment(&b, copy != NULL ? copy->id
					     : p->now.items[i]->sighting.event.id);
		buf_str(&b, "?$select=" WHOLE);
	} else {
		buf_printf(&b,
			"/calendarView?startDateTime=%s&endDateTime=%s&$select=" LIST
			"&$top=%d",
			when_text(copy != NULL ? copy->from : p->from, from),
			when_text(copy != NULL ? copy->to : p->to, to), GRAPH_PAGE);
	}
	return b.s;
}

static const char *
batch_body(const struct poll *p, struct arena *a)
{
	json_t *requests = json_array();
	for (size_t i = 0; i < p->now.n; i++)
		json_array_append_new(requests,
			json_pack("{s:o, s:s, s:s, s:{s:s}}", "id",
				json_string(arena_printf(a, "%zu", i)), "method", "GET",
				"url", below(p, a, i), "headers", "Prefer", PREFER));
	json_t *body = json_pack("{s:o}", "requests", requests);
	char *dumped = json_dumps(body, JSON_COMPACT);
	const char *text = dumped != NULL ? arena_strdup(a, dumped) : "{}";
	free(dumped);
	json_decref(body);
	return text;
}

const char *
graph_url(const struct poll *p, struct arena *a, const char *below)
{
	size_t n = strlen(p->link->url);
	while (n > 0 && p->link->url[n - 1] == '/')
		n--;
	return arena_printf(a, "%.*s%s", (int)n, p->link->url, below);
}

const char **
graph_headers(const struct poll *p, struct arena *a, size_t *ret_n)
{
	const char **headers = arena_many(a, const char *, 3);
	size_t n = 0;
	headers[n++] = "Accept: application/json";
	if (p->link->user_agent != NULL)
		headers[n++] = arena_printf(a, "User-Agent: %s", p->link->user_agent);
	*ret_n = n;
	return headers;
}

bool
graph_ask(struct poll *p, struct arena *a, struct http_ask *ret, int *ret_op)
{
	if (p->listing != NULL)
		return graph_ask_places(p, a, ret, ret_op);
	if (p->over || !gather(p))
		return false;
	if (p->requests++ > (GRAPH_MAX_PAGES + 8) * p->n_rooms + 64) {
		struct err err;
		err_set(&err, ERR_LIMIT, "too_many_requests",
			"Graph's answers would need more than %zu requests", p->requests);
		for (size_t i = 0; i < p->now.n; i++)
			window_fail(&p->now.rooms[i]->window, &err);
		p->over = true;
		return false;
	}
	size_t n;
	const char **headers = graph_headers(p, a, &n);
	*ret = (struct http_ask){.method = HTTP_GET, .headers = headers};
	if (p->now.n <= 1) {
		headers[n++] = "Prefer: " PREFER;
		ret->url = graph_url(p, a, below(p, a, 0));
		*ret_op = p->now.events ? GRAPH_EVENT : GRAPH_LIST;
	} else {
		ret->method = HTTP_POST;
		ret->url = graph_url(p, a, "/$batch");
		ret->body = batch_body(p, a);
		ret->body_size = strlen(ret->body);
		ret->content_type = "application/json";
		*ret_op = p->now.events ? GRAPH_EVENTS : GRAPH_LISTS;
	}
	ret->n_headers = n;
	return true;
}

const struct poll_result *
graph_results(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		p->results[i] = window_result(p->arena, &p->rooms[i].window);
	return p->results;
}
