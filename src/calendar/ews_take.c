#include <string.h>

#include "base/arena.h"
#include "calendar/ews_poll.h"
#include "calendar/explain.h"

enum {
	SHORTEST_SPAN_S =
		3600, /* an incomplete answer is asked for in halves, down to this */
};

/* Halves the room's next span. False when it is as short as it may be. */
static bool
split_span(struct ews_room *r)
{
	struct span s = r->spans[r->n_spans - 1];
	if (s.to - s.from < 2 * SHORTEST_SPAN_S || r->n_spans == EWS_MAX_SPANS)
		return false;
	int64_t middle = s.from + (s.to - s.from) / 2;
	r->spans[r->n_spans - 1] = (struct span){middle, s.to};
	r->spans[r->n_spans++] = (struct span){s.from, middle};
	return true;
}

static void
give_up_item(struct item *i, const struct err *err)
{
	/* The meeting is shown without what its body would have said. */
	i->state = i->state == ITEM_WANTED ? ITEM_WANTED_BARE : ITEM_DONE;
	if (i->sighting.err.grade == ERR_NONE)
		i->sighting.err = *err;
}

/*
 * The request was too much: less of it, or, of one alone, what it can do without. A
 * shorter time helps against size and slowness, not against an answer that cannot be
 * read.
 */
static void
ask_less(struct poll *p, const struct err *err)
{
	struct asked *q = &p->now;
	if (q->op == EWS_EXPIRY)
		return;
	if (q->n > 1)
		*(q->op == EWS_FIND ? &p->max_rooms : &p->max_ids) = q->n / 2;
	else if (q->op != EWS_FIND)
		give_up_item(q->items[0], err);
	else if (err->grade == ERR_BAD_REPLY || !split_span(q->rooms[0]))
		ews_fail_room(q->rooms[0], err);
}

static void
ask_older(struct ews_room *r, size_t version, const struct err *err)
{
	size_t older = version + 1;
	if (older == EWS_VERSIONS)
		ews_fail_room(r, err);
	else if (r->version < older)
		r->version = older;
}

/* A trouble of the request as a whole. */
static void
take_fault(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	const struct asked *q = &p->now;
	const struct ews_trouble *t = ews_trouble(reply->err.code);
	struct err err;
	ews_explain(&err, reply->err.code,
		q->n > 0 ? q->rooms[0]->window.asked->mailbox : NULL, p->link);
	calendar_set_retry(&err, p->link, http, reply);
	switch (t->scope) {
	case EWS_ACCOUNT:
		ews_fail_all(p, &err);
		break;
	case EWS_OLDER:
		for (size_t i = 0; i < p->n_rooms; i++)
			if (p->rooms[i].version == q->version &&
				!ews_is_finished(&p->rooms[i]))
				ask_older(&p->rooms[i], q->version, &err);
		break;
	case EWS_OLDER_MAILBOX:
		if (q->n > 1 && q->version + 1 == EWS_VERSIONS) {
			ask_less(p, &err);
			break;
		}
		for (size_t i = 0; i < q->n; i++)
			ask_older(q->rooms[i], q->version, &err);
		break;
	case EWS_ROOM:
		if (q->n == 1 && q->op == EWS_FIND)
			ews_fail_room(q->rooms[0], &err);
		else
			ask_less(p, &err);
		break;
	case EWS_SMALLER:
	case EWS_AGAIN:
		ask_less(p, &err);
		break;
	}
}

/* One answer's own trouble. */
static void
take_trouble(struct poll *p, const struct http_answer *http, const struct reply *reply,
	size_t at)
{
	struct asked *q = &p->now;
	struct ews_room *r = q->rooms[at];
	const char *code = reply->answers[at].err.code;
	struct err err;
	ews_explain(&err, code, r->window.asked->mailbox, p->link);
	calendar_set_retry(&err, p->link, http, reply);
	switch (ews_trouble(code)->scope) {
	case EWS_ACCOUNT:
		ews_fail_all(p, &err);
		break;
	case EWS_AGAIN:
		break; /* it is still pending */
	case EWS_OLDER:
	case EWS_OLDER_MAILBOX:
		ask_older(r, q->version, &err);
		break;
	case EWS_SMALLER:
		/* What was slow among others is not broken; what is damaged stays so. */
		if (q->op != EWS_FIND && (q->n == 1 || err.grade != ERR_RETRY))
			give_up_item(q->items[at], &err);
		else if (q->n > 1)
			ask_less(p, &err);
		else if (!split_span(r))
			ews_fail_room(r, &err);
		break;
	case EWS_ROOM:
		if (q->op == EWS_FIND)
			ews_fail_room(r, &err);
		else
			give_up_item(q->items[at], &err);
		break;
	}
}

static void
take_window(struct poll *p, const struct reply *reply, size_t at)
{
	struct ews_room *r = p->now.rooms[at];
	if (!reply->answers[at].complete) {
		struct err err;
		ews_explain(&err, "incomplete", r->window.asked->mailbox, p->link);
		if (!split_span(r))
			ews_fail_room(r, &err);
		return;
	}
	r->n_spans--;
	for (size_t i = 0; i < reply->n_sightings; i++)
		if (reply->sightings[i].slot == at)
			window_add(p->arena, &r->window, &reply->sightings[i]);
}

static void
take_event(struct poll *p, const struct reply *reply, size_t at)
{
	struct item *i = p->now.items[at];
	const struct sighting *s = NULL;
	for (size_t k = 0; k < reply->n_sightings && s == NULL; k++)
		if (reply->sightings[k].slot == at)
			s = &reply->sightings[k];
	if (s == NULL || s->err.grade != ERR_NONE || !window_fill(i, s)) {
		struct err err;
		err_set(&err, ERR_BAD_REPLY, "wrong_event",
			"Exchange answered with another event");
		give_up_item(i, s != NULL && s->err.grade != ERR_NONE ? &s->err : &err);
	}
}

/* Those that say they have become empty are asked about once more. */
static void
doubt(struct poll *p)
{
	for (size_t i = 0; i < p->n_rooms; i++)
		if (p->rooms[i].n_spans > 0)
			return;
	if (p->doubted || !windows_are_doubtful(ews_window, p, p->n_rooms))
		return;
	p->doubted = true;
	for (size_t i = 0; i < p->n_rooms; i++) {
		struct ews_room *r = &p->rooms[i];
		if (window_is_emptied(&r->window))
			r->spans[r->n_spans++] = p->now.span;
	}
}

static void
take_answers(struct poll *p, const struct http_answer *http, const struct reply *reply)
{
	const struct asked *q = &p->now;
	if (q->op == EWS_EXPIRY)
		return;
	if (reply->n_answers != q->n) {
		struct err err;
		ews_explain(&err, "wrong_answer_count",
			q->rooms[0]->window.asked->mailbox, p->link);
		ask_less(p, &err);
		return;
	}
	for (size_t i = 0; i < q->n && !p->over; i++) {
		if (reply->answers[i].err.grade != ERR_NONE)
			take_trouble(p, http, reply, i);
		else if (q->op == EWS_FIND)
			take_window(p, reply, i);
		else
			take_event(p, reply, i);
	}
	if (q->op == EWS_FIND && !p->over)
		doubt(p);
}

static bool
is_soap(const struct reply *reply)
{
	return reply != NULL &&
	       (reply->err.grade == ERR_NONE ||
		       (strncmp(reply->err.code, "bad_xml", 7) != 0 &&
			       strcmp(reply->err.code, "not_soap") != 0));
}

/* What goes wrong here costs no room what it has. */
static void
take_copy(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct err err;
	if (http == NULL || reply == NULL)
		copies_fail(&p->copies, p->link, failed->grade);
	else if (ews_explain_http(&err, http, is_soap(reply), p->link))
		copies_fail(&p->copies, p->link, ERR_RETRY);
	else if (reply->err.grade != ERR_NONE)
		copies_fail(&p->copies, p->link, reply->err.grade);
	else
		copies_take(&p->copies, p->link, reply);
}

void
ews_take(struct poll *p, const struct http_answer *http, const struct reply *reply,
	const struct err *failed)
{
	struct err err;
	if (p->now.copy != NULL) {
		take_copy(p, http, reply, failed);
		return;
	}
	if (http == NULL) {
		if (failed->grade == ERR_LIMIT)
			ask_less(p, failed);
		else
			ews_fail_all(p, failed);
		return;
	}
	/* A page that killed the reader, or was too large for it, may still be
	 * Exchange's. */
	if (ews_explain_http(&err, http, is_soap(reply), p->link)) {
		calendar_set_retry(&err, p->link, http, reply);
		ews_fail_all(p, &err);
	} else if (failed != NULL) {
		ask_less(p, failed);
	} else if (reply->err.grade == ERR_NONE) {
		take_answers(p, http, reply);
	} else if (strcmp(reply->err.code, "bad_xml") == 0 ||
		   strcmp(reply->err.code, "xml_limit") == 0) {
		ask_less(p, &reply->err);
	} else {
		take_fault(p, http, reply);
	}
}
