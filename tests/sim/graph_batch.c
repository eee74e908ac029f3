/* Many requests in one: learn.microsoft.com/graph/json-batching. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "sim/graph_call.h"

enum { MOST = 20 };

static const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* Why the batch as a whole is refused; NULL: it is not. */
static const char *
fault_of(const json_t *asked, const json_t *requests)
{
	size_t n = json_array_size(requests);
	if (!json_is_object(asked) || !json_is_array(requests) || n == 0)
		return "Invalid batch payload format.";
	if (n > MOST)
		return "Number of batch request steps exceeds the maximum value of 20.";
	for (size_t i = 0; i < n; i++) {
		const json_t *r = json_array_get(requests, i);
		const char *id = text(r, "id"), *url = text(r, "url");
		if (id == NULL || *id == '\0' || url == NULL || text(r, "method") == NULL)
			return "A batch request lacks its id, method or url.";
		for (size_t k = 0; k < i; k++)
			if (strcasecmp(id, text(json_array_get(requests, k), "id")) == 0)
				return "The request ids of a batch have to be unique.";
	}
	return NULL;
}

static enum operation
operation_of(const struct call *c)
{
	const char *last = c->n_segments > 0 ? c->segments[c->n_segments - 1] : "";
	if (c->n_segments > 0 && strcasecmp(c->segments[0], "places") == 0)
		return OP_PLACES;
	if (strcasecmp(last, "calendarView") == 0)
		return OP_VIEW;
	return c->n_segments == 4 ? OP_EVENT : OP_NONE;
}

/* "Name: value" lines as an object. */
static json_t *
headers_of(const struct call *c)
{
	json_t *o = json_pack("{s:s}", "Content-Type", "application/json");
	for (const char *s = c->headers; s != NULL && *s != '\0';) {
		size_t n = strcspn(s, "\n"), k = strcspn(s, ":");
		if (k + 2 < n)
			json_object_set_new(o, arena_strndup(c->arena, s, k),
				json_stringn(s + k + 2, n - k - 2));
		s += n + (s[n] == '\n');
	}
	return o;
}

static json_t *
answer_part(struct call *whole, const json_t *request)
{
	struct call c = {.arena = whole->arena,
		.graph = whole->graph,
		.as = whole->as,
		.method = text(request, "method"),
		.prefer = text(json_object_get(request, "headers"), "Prefer")};
	if (c.prefer == NULL)
		c.prefer = "";
	bool readable = call_read(&c, text(request, "url"));
	c.operation = operation_of(&c);
	if (c.operation != OP_NONE)
		orders_take(&whole->graph->orders, (int)c.operation, c.arena, &c.fault);
	if (readable && strcmp(c.n_segments > 0 ? c.segments[0] : "", "$batch") != 0)
		graph_dispatch(&c);
	else
		call_refuse(&c, 400, "BadRequest", "The url of the request is invalid.");
	whole->graph->count.parts++;
	return json_pack("{s:s, s:i, s:o, s:o?}", "id", text(request, "id"), "status",
		(int)c.status, "headers", headers_of(&c), "body", c.body);
}

/* Answers come in any order: here, the last first. */
void
answer_batch(struct call *c, const json_t *asked)
{
	const json_t *requests = json_object_get(asked, "requests");
	const char *fault = fault_of(asked, requests);
	if (c->fault.spoil == SPOIL_CODE) {
		call_refuse_as(c, c->fault.code);
		return;
	}
	if (fault != NULL) {
		call_refuse(c, 400, "BadRequest", fault);
		return;
	}
	json_t *parts = json_array();
	for (size_t i = json_array_size(requests); i-- > 0;)
		json_array_append_new(parts, answer_part(c, json_array_get(requests, i)));
	if (c->fault.spoil == SPOIL_PART)
		json_array_remove(parts, json_array_size(parts) - 1);
	if (c->fault.spoil == SPOIL_OTHER && json_array_size(parts) > 1)
		json_object_set(json_array_get(parts, 0), "id",
			json_object_get(json_array_get(parts, 1), "id"));
	c->status = 200;
	c->body = json_pack("{s:o}", "responses", parts);
	c->graph->count.batches++;
}
