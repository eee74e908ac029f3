#include "core/work.h"

#include <string.h>

#include "base/arena.h"
#include "core/link.h"
#include "schedule.h"

enum {
	NAP_MS = 60 * 1000, /* and then all is looked at again, whatever was planned */
	SHORT_MS = 1000,    /* when memory is short */
};

bool
batch_begin(struct core *c, struct batch *b, enum work what, struct core_link *l)
{
	*b = (struct batch){.what = what, .arena = arena_new(0)};
	if (b->arena == NULL)
		return false;
	b->site = site_ref(c->site);
	b->data = data_ref(c->data);
	b->terms = c->terms;
	b->began = core_ms(c);
	b->at = core_now(c);
	b->from = b->at - SCHEDULE_BACK_S;
	b->to = b->at + SCHEDULE_AHEAD_S;
	if (l == NULL)
		return true;
	b->link = l;
	b->version = l->version;
	l->users++;
	b->set_up = site_link(b->site, l->name);
	b->kind = calendar_kind(b->set_up->kind);
	b->asked = (struct calendar_link){.name = b->set_up->name,
		.url = b->set_up->url,
		.user = b->set_up->user,
		.subject = b->set_up->subject,
		.impersonate = b->set_up->impersonate,
		.server_version = l->server_version != NULL
					  ? arena_strdup(b->arena, l->server_version)
					  : NULL,
		.now = c->config.now};
	return true;
}

static void
add_room(struct batch *b, struct core_room *r, int64_t ms)
{
	size_t i = b->n++;
	r->busy = true;
	r->wanted = false;
	b->rooms[i] = r;
	b->epochs[i] = r->epoch;
	b->agendas[i] = r->agenda != NULL ? agenda_ref(r->agenda) : NULL;
	b->anew[i] = r->anew;
	b->rereads[i] = r->anew || r->unread_polls == 0 || ms >= r->unread_at;
	r->anew = false;
	const struct room *set_up = site_room(b->site, r->name);
	const struct profile *profile = site_profile(b->site, set_up->profile);
	b->known[i].mailbox = set_up->mailbox;
	b->known[i].zone = profile != NULL ? profile->time_zone : NULL;
	if (r->cursor != NULL && r->agenda != NULL && !b->anew[i] &&
		r->cursor_version == b->version)
		b->known[i].cursor = arena_strdup(b->arena, r->cursor);
}

/* Rooms that somebody waits for go first, and with no others. */
static size_t
due_rooms(struct core *c, const struct core_link *l, size_t max, int64_t ms,
	int64_t *next, size_t ret[CALENDAR_MAX_ROOMS])
{
	for (size_t i = 0; i < l->n_rooms; i++) {
		const struct core_room *r = l->rooms[i];
		c->scan[i] = (struct schedule_room){.due = r->wanted ? 0 : r->due,
			.interval = r->wanted ? 0 : r->interval,
			.busy = r->busy,
			.group = r->group | r->wanted << 16};
		if (!r->busy && r->due < *next)
			*next = r->due;
	}
	return schedule_batch(c->scan, l->n_rooms, ms, max, ret);
}

static bool
take_rooms(
	struct core *c, struct core_link *l, int64_t ms, int64_t *next, struct batch *b)
{
	size_t at[CALENDAR_MAX_ROOMS];
	const struct link *set_up = site_link(c->site, l->name);
	size_t n = due_rooms(
		c, l, set_up->impersonate ? 1 : CALENDAR_MAX_ROOMS, ms, next, at);
	if (n == 0 || !batch_begin(c, b, WORK_POLL, l))
		return false;
	for (size_t i = 0; i < n; i++)
		add_room(b, l->rooms[at[i]], ms);
	const char *country =
		site_policy(b->site, site_room(b->site, b->rooms[0]->name)).country;
	memcpy(b->country, country, strnlen(country, sizeof b->country - 1));
	return true;
}

/* Of one that has shown that it is well. */
static bool
is_expiry_due(const struct core_link *l, int64_t ms)
{
	return l->tried_at != 0 && l->last_good != 0 && ms >= l->expiry_at &&
	       l->trouble.err.grade == ERR_NONE;
}

static bool
take_look(struct core *c, struct core_link *l, int64_t ms, int64_t *next, struct batch *b)
{
	bool look = false;
	if (ms >= l->look_at) {
		look = batch_begin(c, b, WORK_LOOK, l);
		l->look_at = ms + LINK_LOOK_MS;
	}
	if (l->look_at < *next)
		*next = l->look_at;
	return look;
}

/* However few workers there are, a server that hangs does not get them all. */
static size_t
share(const struct core *c, const struct core_link *l)
{
	size_t limit = link_limit(l);
	size_t half = c->n_links > 1 && c->n_workers > 1 ? c->n_workers / 2 : limit;
	return half < limit ? half : limit;
}

static bool
take_of_link(
	struct core *c, struct core_link *l, int64_t ms, int64_t *next, struct batch *b)
{
	if (l->n_rooms > 0 && link_wants_look(l) && take_look(c, l, ms, next, b))
		return true;
	if (link_held(l, ms)) {
		if (!l->locked && l->hold_until < *next)
			*next = l->hold_until;
		return false;
	}
	if (l->users >= share(c, l))
		return false; /* whoever works on it says when it is done */
	if (is_expiry_due(l, ms) && batch_begin(c, b, WORK_EXPIRY, l)) {
		l->expiry_at = ms + EXPIRY_MS;
		return true;
	}
	return take_rooms(c, l, ms, next, b);
}

static bool
take(struct core *c, int64_t ms, int64_t *next, struct batch *b)
{
	if (ms >= c->keep_at && batch_begin(c, b, WORK_KEEP, NULL)) {
		c->keep_at = ms + KEEP_MS;
		return true;
	}
	if (c->keep_at < *next)
		*next = c->keep_at;
	for (size_t i = 0; i < c->n_links; i++) {
		size_t at = (c->turn + i) % c->n_links;
		if (take_of_link(c, c->links[at], ms, next, b)) {
			c->turn = at + 1;
			return true;
		}
	}
	return false;
}

bool
work_take(struct core *c, struct batch *ret)
{
	bool taken = false;
	pthread_mutex_lock(&c->lock);
	while (!atomic_load(&c->stop) && !taken) {
		int64_t ms = core_ms(c), next = ms + NAP_MS;
		taken = take(c, ms, &next, ret);
		if (!taken)
			core_wait(c, next > ms ? next - ms : SHORT_MS);
	}
	if (taken) /* another may find more */
		pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	return taken;
}

void
work_done(struct core *c, struct batch *b)
{
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < b->n && b->rooms[i] != NULL; i++) {
		struct core_room *r = b->rooms[i];
		r->busy = false;
		r->anew |= b->anew[i]; /* what was read says otherwise */
		r->polled_at = b->began; /* what came since is not in it */
		r->polls++;
		core_release_room(r);
	}
	if (b->link != NULL) {
		b->link->users--;
		core_release_link(b->link);
	}
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < b->n; i++)
		agenda_unref(b->agendas[i]);
	site_unref(b->site);
	data_unref(b->data);
	arena_free(b->arena);
}
