#include "core/settle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "core/keep.h"
#include "core/link.h"
#include "schedule.h"

enum {
	ENOUGH_TO_DOUBT = 3, /* events that vanish all at once */
	UNREAD_FIRST_MS =
		60 * 1000, /* until what could not be read is tried again; doubled */
	UNREAD_LAST_MS = 3600 * 1000,
};

static int
by_id(const void *a, const void *b)
{
	const struct agenda_meeting *const *x = a, *const *y = b;
	return strcmp((*x)->event.id, (*y)->event.id);
}

static int
to_id(const void *id, const void *b)
{
	return strcmp(id, (*(const struct agenda_meeting *const *)b)->event.id);
}

/* What was only seen again is as it was read before: a list tells less of an event than the
 * event itself. */
static const struct sighting *
with_known(struct arena *a, const struct agenda *g, const struct poll_result *r)
{
	if (g == NULL)
		return r->seen;
	struct sighting *seen = arena_many(a, struct sighting, r->n_seen);
	const struct agenda_meeting **known =
		arena_many(a, const struct agenda_meeting *, g->n_meetings);
	size_t n = 0;
	for (size_t i = 0; i < g->n_meetings; i++)
		if (g->meetings[i].event.id != NULL)
			known[n++] = &g->meetings[i];
	qsort(known, n, sizeof *known, by_id);
	for (size_t i = 0; i < r->n_seen; i++) {
		const struct event *e = &r->seen[i].event;
		const struct agenda_meeting **k =
			bsearch(e->id, known, n, sizeof *known, to_id);
		seen[i] = r->seen[i];
		if (k == NULL || seen[i].extraction != NULL || e->change_key == NULL ||
			(*k)->event.change_key == NULL ||
			strcmp(e->change_key, (*k)->event.change_key) != 0)
			continue;
		seen[i].event = (*k)->event;
		seen[i].extraction = (*k)->extraction;
		seen[i].body_hash = (*k)->body_hash;
		seen[i].body_missing = (*k)->body_missing;
		seen[i].copy = (*k)->copy;
	}
	return seen;
}

/* What an agenda is planned under. */
struct terms {
	struct site *site;
	struct data *data;
	uint64_t number;
};

static struct agenda *
make_agenda(struct core *c, const struct terms *t, const struct batch *b, size_t i,
	const struct poll_result *r)
{
	const struct room *room = site_room(b->site, b->rooms[i]->name);
	const struct room *now = site_room(t->site, b->rooms[i]->name);
	struct policy policy = site_policy(t->site, now != NULL ? now : room);
	if (!r->unchanged || b->agendas[i] == NULL)
		return agenda_build(room->name, room->link, b->at, b->from, b->to,
			with_known(b->arena, b->agendas[i], r), r->n_seen,
			t->data->providers, &policy);
	/* Planned anew it may be by now; what it says of the calendar is the same. */
	pthread_mutex_lock(&c->lock);
	struct agenda *g = b->rooms[i]->agenda != NULL ? agenda_ref(b->rooms[i]->agenda)
						       : agenda_ref(b->agendas[i]);
	pthread_mutex_unlock(&c->lock);
	struct agenda *again = agenda_again(g, b->at, b->from, b->to);
	agenda_unref(g);
	return again;
}

enum published { PUBLISH_AGAIN, PUBLISH_GONE, PUBLISH_SAME, PUBLISH_CHANGED };

/* Whoever asks from here on sees it. */
static enum published
swap(struct core *c, const struct terms *t, const struct batch *b, size_t i,
	struct agenda *g)
{
	struct core_room *r = b->rooms[i];
	struct agenda *old = NULL;
	enum published done = PUBLISH_GONE;
	pthread_mutex_lock(&c->lock);
	if (!r->gone && r->epoch == b->epochs[i]) {
		if (c->terms != t->number) {
			done = PUBLISH_AGAIN;
		} else {
			old = r->agenda;
			r->agenda = agenda_ref(g);
			done = old != NULL && old->generation == g->generation
				       ? PUBLISH_SAME
				       : PUBLISH_CHANGED;
		}
	}
	pthread_mutex_unlock(&c->lock);
	agenda_unref(old);
	return done;
}

/* Settings may change while an agenda is made: then it is made again. */
static enum published
publish(struct core *c, struct batch *b, size_t i, const struct poll_result *r,
	struct agenda **ret)
{
	enum published done = PUBLISH_AGAIN;
	*ret = NULL;
	while (done == PUBLISH_AGAIN) {
		pthread_mutex_lock(&c->lock);
		struct terms t = {site_ref(c->site), data_ref(c->data), c->terms};
		pthread_mutex_unlock(&c->lock);
		agenda_unref(*ret);
		*ret = make_agenda(c, &t, b, i, r);
		done = *ret != NULL ? swap(c, &t, b, i, *ret) : PUBLISH_GONE;
		site_unref(t.site);
		data_unref(t.data);
	}
	return done;
}

static void
note_change(struct core *c, const char *room, const struct agenda *g)
{
	char text[80];
	size_t joinable, missing;
	core_count(g, &joinable, &missing);
	snprintf(text, sizeof text, "%zu meetings, %zu of them can be dialled",
		g->n_meetings, joinable);
	log_debug("room=%s agenda changed: %s", room, text);
	store_add_event(c->store,
		&(struct store_event){
			.at = core_now(c), .room = room, .what = "changed", .text = text},
		NULL);
	core_tell(c, CORE_AGENDA_CHANGED, room);
}

/* What could not be read is tried again at the next poll, then less and less often. */
static void
note_unread(struct core_room *r, const struct poll_result *result, int64_t ms)
{
	bool unread = false;
	for (size_t i = 0; i < result->n_seen; i++)
		unread |= result->seen[i].err.grade != ERR_NONE;
	if (!unread) {
		r->unread_polls = 0;
		return;
	}
	int64_t wait = UNREAD_FIRST_MS;
	for (unsigned k = 1; k < r->unread_polls && wait < UNREAD_LAST_MS; k++)
		wait *= 2;
	r->unread_at = r->unread_polls++ == 0 ? ms : ms + wait;
}

static int
least(int often_s, int s)
{
	return often_s > 0 && often_s < s ? often_s : s;
}

static int64_t
next_poll(const struct core *c, const struct batch *b, const struct agenda *g)
{
	struct arena *a = b->arena;
	int often_s = b->kind->often_s;
	struct schedule_meeting *m =
		arena_many(a, struct schedule_meeting, g->n_meetings);
	for (size_t i = 0; i < g->n_meetings; i++)
		m[i] = (struct schedule_meeting){
			g->meetings[i].event.start, agenda_end(&g->meetings[i].event)};
	return schedule_after_good(g->room, core_now(c),
		least(often_s, c->config.poll_near_s),
		least(often_s, c->config.poll_far_s), m, g->n_meetings);
}

static void
fail_room(struct core *c, const struct batch *b, size_t i, const struct err *err)
{
	struct core_room *r = b->rooms[i];
	enum trouble_news news = TROUBLE_SAME;
	pthread_mutex_lock(&c->lock);
	if (!r->gone && r->epoch == b->epochs[i]) {
		news = trouble_take(&r->trouble, err, core_now(c));
		r->interval = schedule_after_failure(
			r->name, core_now(c), err, r->trouble.failures);
		r->due = core_ms(c) + r->interval;
	}
	pthread_mutex_unlock(&c->lock);
	trouble_tell(c, "room", r->name, news, err);
}

static void
take_room(struct core *c, struct batch *b, size_t i, const struct poll_result *result)
{
	struct core_room *r = b->rooms[i];
	struct agenda *g;
	struct err err;
	enum published done = publish(c, b, i, result, &g);
	if (g == NULL) {
		err_set(&err, ERR_BAD_REPLY, "bad_event",
			"the reader told of an event that cannot be one");
		fail_room(c, b, i, &err);
		return;
	}
	int64_t wait = next_poll(c, b, g);
	char *cursor = result->cursor != NULL ? strdup(result->cursor) : NULL;
	pthread_mutex_lock(&c->lock);
	enum trouble_news news = TROUBLE_SAME;
	if (done != PUBLISH_GONE) {
		news = trouble_take(&r->trouble, result->unread, core_now(c));
		char *had = r->cursor;
		r->cursor = cursor;
		r->cursor_version = b->version;
		cursor = had;
		r->doubted = false;
		b->anew[i] = false;
		r->interval = wait;
		r->due = b->began + wait; /* a slow answer makes no less fresh */
		if (b->rereads[i])
			note_unread(r, result, core_ms(c));
	}
	pthread_mutex_unlock(&c->lock);
	if (done == PUBLISH_CHANGED) {
		keep_room(c, r, b->epochs[i], g);
		note_change(c, r->name, g);
	}
	trouble_tell(c, "room", r->name, news, result->unread);
	free(cursor);
	agenda_unref(g);
}

static bool
is_emptied(const struct batch *b, size_t i, const struct poll_result *r)
{
	return r->err.grade == ERR_NONE && r->n_seen == 0 &&
	       b->known[i].n_known >= ENOUGH_TO_DOUBT;
}

/* Most rooms that had meetings have none: rather a server that has just started, or a cache,
 * than the truth. Of a room that was asked for alone nobody can tell. */
static bool
is_doubtful(const struct batch *b, const struct poll_result *results)
{
	size_t had = 0, lost = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (results[i].err.grade != ERR_NONE ||
			b->known[i].n_known < ENOUGH_TO_DOUBT)
			continue;
		had++;
		lost += is_emptied(b, i, &results[i]);
	}
	return lost * 2 > had;
}

/* Asked again once; a second time it is believed. */
static bool
doubt_room(struct core *c, const struct batch *b, size_t i)
{
	struct core_room *r = b->rooms[i];
	pthread_mutex_lock(&c->lock);
	bool first = !r->doubted;
	if (first) {
		r->doubted = true;
		r->interval = SCHEDULE_CONFIRM_S * 1000;
		r->due = b->began + r->interval;
	}
	pthread_mutex_unlock(&c->lock);
	return first;
}

void
settle_link(struct core *c, struct batch *b, const struct poll_result *results)
{
	const struct err *err = NULL;
	for (size_t i = 0; i < b->n && err == NULL; i++)
		if (results[i].of_link)
			err = &results[i].err;
	if (err == NULL && b->reached)
		link_well(c, b);
	else if (err != NULL && !b->held)
		link_failed(c, b, err);
}

enum settled
settle(struct core *c, struct batch *b, const struct poll_result *results)
{
	size_t doubted = 0;
	struct err err;
	if (atomic_load(&c->stop))
		return SETTLE_DONE;
	if (results == NULL) {
		err_set(&err, ERR_RETRY, "memory", "out of memory");
		for (size_t i = 0; i < b->n; i++)
			fail_room(c, b, i, &err);
		return SETTLE_DONE;
	}
	settle_link(c, b, results);
	bool doubtful = is_doubtful(b, results);
	for (size_t i = 0; i < b->n; i++) {
		if (results[i].of_link)
			continue; /* it stays due until the link may be asked */
		if (results[i].err.grade != ERR_NONE)
			fail_room(c, b, i, &results[i].err);
		else if (doubtful && is_emptied(b, i, &results[i]) && doubt_room(c, b, i))
			doubted++;
		else
			take_room(c, b, i, &results[i]);
	}
	if (doubted == 0)
		return SETTLE_DONE;
	log_warn(
		"link=%s says that %zu calendars are empty at once; they are asked for again "
		"in %d s",
		b->set_up->name, doubted, SCHEDULE_CONFIRM_S);
	return SETTLE_DOUBTED;
}
