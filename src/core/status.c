/* How links and rooms are, and what happened to them. */
#include "core/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core/expiry.h"

enum { MAX_DETAIL = 200 };

static bool
is_joinable(const struct agenda_meeting *m)
{
	for (size_t i = 0; i < m->extraction->n_meetings; i++)
		for (size_t via = 0; via < N_TRANSPORTS; via++)
			if (m->plans[i]->has[via])
				return true;
	return false;
}

void
core_count(const struct agenda *g, size_t *ret_joinable, size_t *ret_bodies_missing)
{
	size_t joinable = 0, missing = 0;
	for (size_t i = 0; i < g->n_meetings; i++) {
		joinable += is_joinable(&g->meetings[i]);
		missing += g->meetings[i].body_missing;
	}
	*ret_joinable = joinable;
	*ret_bodies_missing = missing;
}

static int64_t
wall(const struct core *c, int64_t ms)
{
	return core_now(c) + (ms - core_ms(c)) / 1000;
}

static bool
is_ill(const struct core_link *l)
{
	return l != NULL && l->trouble.err.grade != ERR_NONE;
}

/* All but the agenda's figures, which are counted without `lock`. */
static void
room_status(struct core *c, struct arena *a, const struct core_room *r,
	struct room_status *ret)
{
	const struct core_link *l = r->link;
	const struct trouble *t =
		r->trouble.err.grade == ERR_NONE && is_ill(l) ? &l->trouble : &r->trouble;
	int64_t due = r->busy ? core_ms(c) : r->due;
	if (l != NULL && l->hold_until > due)
		due = l->hold_until;
	*ret = (struct room_status){.room = arena_strdup(a, r->name),
		.link = l != NULL ? arena_strdup(a, l->name) : NULL,
		.next_poll = l == NULL || l->locked ? 0 : wall(c, due),
		.err = t->err,
		.err_since = t->since,
		.requests_hour = hourly_sum(&r->requests, core_ms(c))};
}

static void
link_status(struct core *c, struct arena *a, const struct core_link *l,
	struct link_status *ret)
{
	*ret = (struct link_status){.link = arena_strdup(a, l->name),
		.err = l->trouble.err,
		.err_since = l->trouble.since,
		.last_good = l->last_good,
		.retry_at = is_ill(l) && !l->locked ? wall(c, l->hold_until) : 0,
		.server_version = l->server_version != NULL
					  ? arena_strdup(a, l->server_version)
					  : NULL,
		.requests_hour = hourly_sum(&l->requests, core_ms(c)),
		.rooms = l->n_rooms};
	struct expiry end = expiry_of(l, site_link(c->site, l->name));
	ret->password_expires = end.at;
	ret->credential_kind = end.kind;
	if (end.at != 0 && end.at != INT64_MAX)
		ret->renew = expiry_cure(a, &end);
	for (size_t i = 0; i < l->n_rooms; i++)
		ret->rooms_ok += l->rooms[i]->trouble.err.grade == ERR_NONE &&
				 !is_ill(l) && l->rooms[i]->agenda != NULL;
}

void
core_status(struct core *c, struct arena *a, struct core_status *ret)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->n_rooms;
	struct link_status *links = arena_many(a, struct link_status, c->n_links);
	struct room_status *rooms = arena_many(a, struct room_status, n);
	struct agenda **agendas = arena_many(a, struct agenda *, n);
	for (size_t i = 0; i < c->n_links; i++)
		link_status(c, a, c->links[i], &links[i]);
	for (size_t i = 0; i < n; i++) {
		room_status(c, a, c->rooms[i], &rooms[i]);
		if (c->rooms[i]->agenda != NULL)
			agendas[i] = agenda_ref(c->rooms[i]->agenda);
	}
	*ret = (struct core_status){.started = c->started,
		.links = links,
		.n_links = c->n_links,
		.rooms = rooms,
		.n_rooms = n,
		.data_error =
			c->data_error != NULL ? arena_strdup(a, c->data_error) : NULL};
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < n; i++) {
		if (agendas[i] == NULL)
			continue;
		rooms[i].synced_at = agendas[i]->synced_at;
		rooms[i].meetings = agendas[i]->n_meetings;
		core_count(agendas[i], &rooms[i].joinable, &rooms[i].bodies_missing);
		agenda_unref(agendas[i]);
	}
}

static int
unknown_room(const char *room, struct err *err)
{
	err_set(err, ERR_ABSENT, "unknown_room", "there is no room %.100s", room);
	err_cure(err, "`convoke room list` lists them.");
	return ERR_ABSENT;
}

int
core_outcome(struct core *c, const char *room, const char *meeting, enum transport via,
	const char *outcome, const char *detail, struct err *err)
{
	static const char *const outcomes[] = {
		"joined", "wrong_pin", "busy", "no_answer", "failed"};
	char text[MAX_DETAIL + 64];
	size_t i = 0;
	pthread_mutex_lock(&c->lock);
	bool known = core_find_room(c, room) != NULL;
	pthread_mutex_unlock(&c->lock);
	if (!known)
		return unknown_room(room, err);
	while (i < sizeof outcomes / sizeof *outcomes &&
		strcmp(outcomes[i], outcome) != 0)
		i++;
	if (i == sizeof outcomes / sizeof *outcomes) {
		err_set(err, ERR_CONFIG, "bad_outcome", "\"%.40s\" is no outcome",
			outcome);
		err_cure(err, "One of joined, wrong_pin, busy, no_answer, failed.");
		return ERR_CONFIG;
	}
	if (meeting != NULL && strspn(meeting, "abcdefghijklmnopqrstuvwxyz0123456789/") !=
				       strnlen(meeting, 32)) {
		err_set(err, ERR_CONFIG, "bad_meeting", "that is no meeting's id");
		err_cure(err, "Give the id as meeting.join answered it.");
		return ERR_CONFIG;
	}
	snprintf(text, sizeof text, "%s %s%s%.*s", transport_name(via), outcome,
		detail != NULL ? ": " : "", MAX_DETAIL, detail != NULL ? detail : "");
	return store_add_event(c->store,
		&(struct store_event){.at = core_now(c),
			.room = room,
			.what = "outcome",
			.meeting = meeting,
			.text = text},
		err);
}

static int
by_time(const void *a, const void *b)
{
	const struct store_event *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

int
core_history(struct core *c, struct arena *a, const char *room, int64_t from, int64_t to,
	const struct store_event **ret, size_t *ret_n, struct err *err)
{
	const struct store_event *own = NULL, *of_link = NULL;
	size_t n_own = 0, n_link = 0;
	pthread_mutex_lock(&c->lock);
	const struct core_room *r = core_find_room(c, room);
	const char *key = r != NULL && r->link != NULL
				  ? arena_printf(a, "link %s", r->link->name)
				  : "";
	pthread_mutex_unlock(&c->lock);
	if (r == NULL)
		return unknown_room(room, err);
	int grade = store_events(c->store, a, room, from, to, &own, &n_own, err);
	if (grade == ERR_NONE)
		grade = store_events(c->store, a, key, from, to, &of_link, &n_link, err);
	if (grade != ERR_NONE)
		return grade;
	struct store_event *all = arena_many(a, struct store_event, n_own + n_link);
	if (n_own > 0)
		memcpy(all, own, n_own * sizeof *all);
	if (n_link > 0)
		memcpy(all + n_own, of_link, n_link * sizeof *all);
	qsort(all, n_own + n_link, sizeof *all, by_time);
	*ret = all;
	*ret_n = n_own + n_link;
	return ERR_NONE;
}

int
core_audits(struct core *c, struct arena *a, size_t max, const struct store_audit **ret,
	size_t *ret_n, struct err *err)
{
	return store_audits(c->store, a, max, ret, ret_n, err);
}
