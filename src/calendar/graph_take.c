#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "calendar/explain.h"
#include "calendar/graph_poll.h"

enum { DENIED_S = 1800, ABSENT_S = 3600 };

static void
fail_room(struct graph_room *r, const struct err *err)
{
	window_fail(&r->window, err);
	r->listed = true;
}

/* The trouble is that of every room which is not finished; a limit is only of what was
 * asked. */
static void
fail_all(struct poll *p, const struct err *err)
{
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct graph_room *r = &p->rooms[i];
		if (r->listed && !window_is_open(&r->window))
			continue;
		fail_room(r, err);
		r->window.of_link = err->grade != ERR_LIMIT;
	}
	p->over = true;
}

static void
give_up_item(struct item *i, const struct err *err)
{
	/* The meeting is shown without what its body would have said. */
	i->state = ITEM_DONE;
	if (i->sighting.err.grade == ERR_NONE)
		i->sighting.err = *err;
}

/* One request of the batch alone is to blame: the others are asked for without it. */
static void
fail_one(struct poll *p, size_t at, const struct err *err)
{
	if (p->now.events)
		give_up_item(p->now.items[at], err);
	else
		fail_room(p->now.rooms[at], err);
}

static void
ask_less(struct poll *p, const struct err *err)
{
	if (p->now.n > 1)
		p->max = p->now.n / 2;
	else
		fail_one(p, 0, err);
}

static void
take_list(struct poll *p, const struct reply *reply, size_t at)
{
	struct graph_room *r = p->now.rooms[at];
	const struct answer *answer = &reply->answers[at];
	struct err err;
	for (size_t i = 0; i < reply->n_sightings; i++)
		if (reply->sightings[i].slot == at)
			window_add(p->arena, &r->window, &reply->sightings[i]);
	if (answer->next == NULL) {
		r->listed = answer->complete;
		if (answer->complete)
			return;
		graph_explain(&err, graph_trouble("bad_answer"), "bad_answer",
			r->window.asked->mailbox, p->link);
		fail_room(r, &err);
		return;
	}
	const char *next = graph_next_view(p->link, r->window.asked->mailbox, answer->next),
		   *code = NULL;
	if (next == NULL)
		code = "foreign_link";
	else if (r->next != NULL && strcmp(next, r->next) == 0)
		code = "page_loop";
	else if (++r->pages == GRAPH_MAX_PAGES)
		code = "too_many_pages";
	if (code != NULL) {
		graph_explain(&err, graph_trouble(code), code, r->window.asked->mailbox,
			p->link);
		fail_room(r, &err);
		return;
	}
	r->next = arena_strdup(p->arena, next);
}

static void
take_event(struct poll *p, const struct reply *reply, size_t at)
{
	struct item *i = p->now.items[at];
	const struct sighting *s = NULL;
	for (size_t k = 0; k < reply->n_sightings && s == NULL; k++)
		if (reply->sightings[k].slot == at)
			s = &reply->sightings[k];
	if (s != NULL && s->err.grade == ERR_NONE && window_fill(i, s))
		return;
	struct err err;
	graph_explain(&err, graph_trouble("bad_answer"), "bad_answer",
		p->now.rooms[at]->window.asked->mailbox, p->link);
	give_up_item(i, s != NULL && s->err.grade != ERR_NONE ? &s->err : &err);
}

/*
 * When a room that was refused is asked about again. Graph keeps a refusal for up to two hours
 * after the grant, and as long as it is asked (learn.microsoft.com/graph/auth-limit-mailbox-
 * access, learn.microsoft.com/exchange/permissions-exo/application-rbac).
 */
static void
set_retry(struct err *err, const struct poll *p, const struct http_answer *http,
	const struct reply *reply)
{
	int64_t (*now)(void) = p->link->now != NULL ? p->link->now : when_now;
	calendar_set_retry(err, p->link, http, reply);
	if (err->grade == ERR_DENIED)
		err->retry_at = now() + DENIED_S;
	else if (err->grade == ERR_ABSENT)
		err->retry_at = now() + ABSENT_S;
}

/* An event that Graph fails to read must not cost the room the others. */
static bool
is_of_item(const struct poll *p, const struct graph_trouble *t)
{
	return p->now.events && t->grade == ERR_RETRY;
}

static void
take_trouble(struct poll *p, const struct http_answer *http, const struct reply *reply,
	size_t at)
{
	struct graph_room *r = p->now.rooms[at];
	const char *code = reply->answers[at].err.code;
	const struct graph_trouble *t = graph_trouble(code);
	struct err err;
	graph_explain(&err, t, code, r->window.asked->mailbox, p->link);
	set_retry(&err, p, http, reply);
	if (t->scope == GRAPH_OF_LINK)
		fail_all(p, &err);
	else if (t->scope == GRAPH_OF_ROOM && !is_of_item(p, t))
		fail_room(r, &err); /* one that has to wait is asked again as a whole */
	else
		fail_one(p, at, &err);
}

/* Those that say they have become empty are asked about once more. */
static void
doubt(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		if (!p->rooms[i].listed)
			return;
	if (p->doubted || !windows_are_doubtful(graph_window, p, p->n_rooms))
		return;
	p->doubted = true;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct graph_room *r = &p->rooms[i];
		if (!window_is_emptied(&r->window))
			continue;
		r->listed = false;
		r->next = NULL;
	}
}

static void
take_answers(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	struct err err;
	if (reply->n_answers != p->now.n) {
		graph_explain(
			&err, graph_trouble("bad_answer"), "bad_answer", NULL, p->link);
		ask_less(p, &err);
		return;
	}
	for (size_t i = 0; i < p->now.n && !p->over; i++) {
		if (reply->answers[i].err.grade != ERR_NONE)
			take_trouble(p, http, reply, i);
		else if (p->now.events)
			take_event(p, reply, i);
		else
			take_list(p, reply, i);
	}
	if (!p->now.events && !p->over)
		doubt(p);
}

/* What goes wrong here costs no room what it has. */
static void
take_copy(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	if (http == NULL || (http->status == 200 && reply == NULL))
		copies_fail(&p->copies, p->link, failed->grade);
	else if (http->status == 200 && reply->err.grade == ERR_NONE)
		copies_take(&p->copies, p->link, reply);
	else if (http->status == 403 || http->status == 404)
		copies_fail(&p->copies, p->link, ERR_DENIED);
	else
		copies_fail(&p->copies, p->link, ERR_RETRY);
}

void
graph_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct err err;
	const struct graph_trouble *t;
	if (p->listing != NULL) {
		graph_take_places(p, http, reply, failed);
		return;
	}
	if (p->now.copy != NULL) {
		take_copy(p, http, reply, failed);
		return;
	}
	if (http == NULL) {
		if (failed->grade == ERR_LIMIT)
			ask_less(p, failed);
		else
			fail_all(p, failed);
		return;
	}
	const char *code = reply != NULL ? reply->err.code : "";
	if (reply != NULL && reply->err.grade == ERR_NONE && http->status == 200) {
		take_answers(p, http, reply);
		return;
	}
	/* one room's or event's own word, asked for alone */
	t = graph_trouble(code);
	bool own = http->status != 401 && http->status != 429 && http->status < 500;
	own |= http->status == 500 && is_of_item(p, t);
	if (own && graph_knows(code) && p->now.n == 1) {
		graph_explain(
			&err, t, code, p->now.rooms[0]->window.asked->mailbox, p->link);
		set_retry(&err, p, http, reply);
		if (t->scope == GRAPH_OF_LINK)
			fail_all(p, &err);
		else if (t->scope == GRAPH_OF_ROOM && !is_of_item(p, t))
			fail_room(p->now.rooms[0], &err);
		else
			fail_one(p, 0, &err);
		return;
	}
	t = graph_status(http->status);
	if (t != NULL) {
		graph_explain(&err, t, t->code, NULL, p->link);
		calendar_set_retry(&err, p->link, http, reply);
		fail_all(p, &err);
	} else {
		ask_less(p, failed != NULL ? failed : &reply->err);
	}
}
