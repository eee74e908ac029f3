#include "calendar/json_reply.h"

#include <string.h>

#include "base/arena.h"
#include "calendar/read.h"

enum { MAX_CODE = 60 };

void
json_reply_init(struct json_reply *r, struct arena *a, size_t most)
{
	*r = (struct json_reply){.arena = a, .most = most};
}

static void *
grown(struct arena *a, const void *old, size_t n, size_t room, size_t size)
{
	void *more = arena_array(a, room, size);
	if (n > 0)
		memcpy(more, old, n * size);
	return more;
}

void
json_reply_event(struct json_reply *r, const struct event *event, size_t slot, bool whole)
{
	if (r->n == r->most) {
		r->full = true;
		return;
	}
	if (r->n == r->room) {
		r->room = r->room > 0 ? r->room * 2 : 32;
		r->sightings = grown(
			r->arena, r->sightings, r->n, r->room, sizeof *r->sightings);
		r->events = grown(r->arena, r->events, r->n, r->room, sizeof *r->events);
	}
	struct sighting *s = &r->sightings[r->n];
	struct event *e = &r->events[r->n++];
	*s = (struct sighting){.slot = slot};
	*e = *event;
	if (e->id == NULL || e->end == 0) {
		e->start = e->end = 0;
		err_set(&s->err, ERR_BAD_REPLY, "bad_event",
			"an event without an id or with impossible times");
	}
	e->id = e->id != NULL ? e->id : "";
	e->change_key = e->change_key != NULL ? e->change_key : "";
	s->event = *e;
	s->event.bodies = NULL;
	s->event.entries = NULL;
	s->event.n_bodies = s->event.n_entries = 0;
	if (whole)
		read_body_facts(s, e);
}

void
json_reply_end(const struct json_reply *r, struct reply *ret)
{
	bool well = ret->err.grade == ERR_NONE;
	ret->n_answers = well ? ret->n_answers : 0;
	ret->sightings = r->sightings;
	ret->n_sightings = well ? r->n : 0;
}

const char *
json_reply_code(struct arena *a, const char *code)
{
	size_t n = code != NULL ? strlen(code) : 0;
	return n > 0 && n <= MAX_CODE &&
			       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					    "abcdefghijklmnopqrstuvwxyz0123456789_") == n
		       ? arena_strdup(a, code)
		       : NULL;
}

void
json_reply_wait(struct reply *ret, const char *retry_after)
{
	int64_t ms = 0, scale = 1000;
	const char *c = retry_after != NULL ? retry_after : "";
	for (; *c >= '0' && *c <= '9' && ms < HTTP_MAX_WAIT_MS; c++)
		ms = ms * 10 + (*c - '0') * 1000;
	if (*c == '.')
		for (c++; *c >= '0' && *c <= '9' && scale > 1; c++) {
			scale /= 10;
			ms += (*c - '0') * scale;
		}
	if (ms > HTTP_MAX_WAIT_MS)
		ms = HTTP_MAX_WAIT_MS;
	if (ms > ret->wait_ms)
		ret->wait_ms = ms;
}
