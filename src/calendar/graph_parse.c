#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strict_json.h"
#include "calendar/graph.h"
#include "calendar/json_reply.h"
#include "invite/api_event.h"

enum { MAX_SIGHTINGS = GRAPH_BATCH * GRAPH_PAGE * 4 };

struct parse {
	struct arena *a;
	struct json_reply out;
	bool whole;
};

/* The deepest code that we know, since the outer one is often "BadRequest"; else the outer
 * one, if it is a word. */
static const char *
code_of(struct arena *a, const json_t *error)
{
	const char *outer = strict_json_text(error, "code"), *known = NULL;
	const char *message = strict_json_text(error, "message");
	for (const json_t *e = error; e != NULL;) {
		const char *code = strict_json_text(e, "code");
		if (code != NULL && graph_knows(code))
			known = code;
		const json_t *inner = json_object_get(e, "innerError");
		e = inner != NULL ? inner : json_object_get(e, "innererror");
	}
	/* the policy's refusal has no code of its own: learn.microsoft.com/graph/auth-limit-
	   mailbox-access */
	if (known != NULL && strcmp(known, "ErrorAccessDenied") == 0 && message != NULL &&
		strstr(message, "Access to OData is disabled") != NULL)
		return "access_policy";
	return json_reply_code(a, known != NULL ? known : outer);
}

static void
set_code(struct err *err, const char *code)
{
	err_set(err, graph_trouble(code)->grade, code, "Graph answered %s", code);
}

static void
add_event(struct parse *p, const json_t *o, size_t slot)
{
	struct event event;
	api_graph_event(p->a, o, &event);
	const char *type = strict_json_text(o, "type");
	if (type != NULL && strcmp(type, "seriesMaster") == 0)
		return; /* its times are those of its first occurrence ever */
	json_reply_event(&p->out, &event, slot, p->whole);
}

static void
read_list(struct parse *p, const json_t *body, struct answer *answer, size_t slot)
{
	const json_t *list = json_object_get(body, "value"), *o;
	const char *next = strict_json_text(body, "@odata.nextLink");
	size_t i;
	if (!json_is_array(list)) {
		set_code(&answer->err, "bad_answer");
		return;
	}
	json_array_foreach (list, i, o)
		add_event(p, o, slot);
	answer->next = next != NULL ? arena_strdup(p->a, next) : NULL;
	answer->complete = next == NULL && !p->out.full;
}

static void
read_body(struct parse *p, const json_t *body, long status, struct answer *answer,
	size_t slot)
{
	const json_t *error = json_object_get(body, "error");
	if (error != NULL || status >= 400) {
		const char *code = code_of(p->a, error);
		if (code == NULL)
			code = status == 429   ? "http_429"
			       : status >= 500 ? "http_5xx"
					       : "bad_answer";
		set_code(&answer->err, code);
	} else if (!p->whole) {
		read_list(p, body, answer, slot);
	} else if (strict_json_text(body, "id") == NULL) {
		set_code(&answer->err, "bad_answer");
	} else {
		add_event(p, body, slot);
		answer->complete = true;
	}
}

/* Parts of a batch come in any order, each under its request's id. */
static void
read_parts(struct parse *p, const json_t *document, struct reply *ret)
{
	const json_t *parts = json_object_get(document, "responses"), *o;
	size_t n = json_array_size(parts), i;
	if (n == 0 || n > GRAPH_BATCH) {
		set_code(&ret->err, "bad_answer");
		return;
	}
	struct answer *answers = arena_many(p->a, struct answer, n);
	bool seen[GRAPH_BATCH] = {false};
	json_array_foreach (parts, i, o) {
		const char *id = strict_json_text(o, "id");
		char *end = NULL;
		unsigned long slot = id != NULL && *id >= '0' && *id <= '9'
					     ? strtoul(id, &end, 10)
					     : n;
		if (slot >= n || *end != '\0' || seen[slot]) {
			set_code(&ret->err, "bad_answer");
			return;
		}
		seen[slot] = true;
		const json_t *headers = json_object_get(o, "headers");
		json_reply_wait(ret, strict_json_text(headers, "Retry-After"));
		read_body(p, json_object_get(o, "body"),
			(long)json_integer_value(json_object_get(o, "status")),
			&answers[slot], slot);
	}
	ret->answers = answers;
	ret->n_answers = n;
}

/* "Building 3, floor 2": of what is said. */
static const char *
place_of(struct arena *a, const json_t *o)
{
	const char *building = strict_json_text(o, "building");
	const char *floor = strict_json_text(o, "floorLabel");
	const json_t *number = json_object_get(o, "floorNumber");
	bool has_building = building != NULL && *building != '\0';
	if ((floor == NULL || *floor == '\0') && json_is_integer(number))
		floor = arena_printf(
			a, "%" JSON_INTEGER_FORMAT, json_integer_value(number));
	if (floor == NULL || *floor == '\0')
		return has_building ? arena_strdup(a, building) : NULL;
	return arena_printf(a, "%s%sfloor %s", has_building ? building : "",
		has_building ? ", " : "", floor);
}

/* learn.microsoft.com/graph/api/resources/room. A room without an address is none. */
static void
read_places(struct arena *a, const json_t *document, struct answer *answer,
	struct reply *ret)
{
	const json_t *list = json_object_get(document, "value"), *o;
	const char *next = strict_json_text(document, "@odata.nextLink");
	size_t i, n = 0;
	if (!json_is_array(list)) {
		set_code(&answer->err, "bad_answer");
		return;
	}
	struct calendar_room *rooms =
		arena_many(a, struct calendar_room, json_array_size(list));
	json_array_foreach (list, i, o) {
		const char *mailbox = strict_json_text(o, "emailAddress");
		const char *name = strict_json_text(o, "displayName");
		json_int_t capacity = json_integer_value(json_object_get(o, "capacity"));
		if (mailbox == NULL || *mailbox == '\0')
			continue;
		rooms[n++] = (struct calendar_room){.mailbox = arena_strdup(a, mailbox),
			.name = arena_strdup(a, name != NULL ? name : mailbox),
			.place = place_of(a, o),
			.capacity = capacity > 0 && capacity < 100000 ? (unsigned)capacity
								      : 0};
	}
	ret->rooms = rooms;
	ret->n_rooms = n;
	answer->next = next != NULL ? arena_strdup(a, next) : NULL;
	answer->complete = next == NULL;
}

void
graph_parse(struct arena *a, int op, const char *bytes, size_t size, struct reply *ret,
	const struct event **ret_events)
{
	json_t *document = NULL;
	*ret = (struct reply){0};
	struct parse p = {.a = a, .whole = op == GRAPH_EVENT || op == GRAPH_EVENTS};
	json_reply_init(&p.out, a, MAX_SIGHTINGS);
	if (op < GRAPH_LIST || op > GRAPH_PLACES) {
		err_set(&ret->err, ERR_CONFIG, "bad_op", "no such request of Graph: %d",
			op);
	} else if (strict_json_read(bytes, size, &document, &ret->err) != ERR_NONE) {
		;
	} else if (op == GRAPH_LISTS || op == GRAPH_EVENTS) {
		const json_t *error = json_object_get(document, "error");
		const char *code = error != NULL ? code_of(a, error) : NULL;
		if (error != NULL)
			set_code(&ret->err, code != NULL ? code : "bad_answer");
		else
			read_parts(&p, document, ret);
	} else {
		struct answer *answer = arena_one(a, struct answer);
		if (op == GRAPH_PLACES && json_object_get(document, "error") == NULL)
			read_places(a, document, answer, ret);
		else
			read_body(&p, document, 200, answer, 0);
		if (answer->err.grade != ERR_NONE) {
			ret->err = answer->err;
		} else {
			ret->answers = answer;
			ret->n_answers = 1;
		}
	}
	json_decref(document);
	json_reply_end(&p.out, ret);
	*ret_events = p.out.events;
}
