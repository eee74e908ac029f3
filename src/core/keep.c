#include "core/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/when.h"

void
keep_said(struct core *c, const struct err *err)
{
	pthread_mutex_lock(&c->lock);
	enum trouble_news news = trouble_take(&c->storing, err, core_now(c));
	pthread_mutex_unlock(&c->lock);
	if (news == TROUBLE_ENDED)
		log_info("state is stored again");
	else if (news != TROUBLE_SAME)
		log_error(
			"code=%s the state cannot be stored, and goes on in memory: %s. "
			"Cure: %s",
			err->code, err->text, err->cure);
}

/* When the first of its meetings ends that will be stored with secrets; 0: none. */
static int64_t
next_end(const struct agenda *g, int64_t now)
{
	int64_t first = 0;
	for (size_t i = 0; i < g->n_meetings; i++) {
		const struct agenda_meeting *m = &g->meetings[i];
		int64_t end = agenda_end(&m->event);
		bool bare = m->extraction->n_meetings == 0 &&
			    m->extraction->n_lost == 0 && m->event.location == NULL;
		if (!bare && end >= now && (first == 0 || end < first))
			first = end;
	}
	return first;
}

/* With `keeping`, for a room that cannot go meanwhile. */
static void
store_agenda(struct core *c, struct core_room *r, const struct agenda *g)
{
	struct err err = {0};
	size_t size = 0;
	int64_t now = core_now(c);
	char *bytes = agenda_pack(g, now, &size);
	int grade = bytes == NULL
			    ? err_set(&err, ERR_RETRY, "memory", "out of memory")
			    : store_put_agenda(c->store, r->name, bytes, size, &err);
	if (bytes != NULL)
		explicit_bzero(bytes, size);
	free(bytes);
	pthread_mutex_lock(&c->lock);
	if (grade == ERR_NONE) {
		r->kept_synced = g->synced_at;
		r->shed_at = next_end(g, now);
	}
	pthread_mutex_unlock(&c->lock);
	keep_said(c, grade == ERR_NONE ? NULL : &err);
}

void
keep_room(struct core *c, struct core_room *r, uint64_t epoch, struct agenda *g)
{
	pthread_mutex_lock(&c->keeping);
	pthread_mutex_lock(&c->lock);
	bool same = !r->gone && r->epoch == epoch;
	pthread_mutex_unlock(&c->lock);
	if (same)
		store_agenda(c, r, g);
	pthread_mutex_unlock(&c->keeping);
}

static bool
is_due(const struct core_room *r, int64_t now, int64_t behind)
{
	return r->agenda != NULL &&
	       (llabs(r->agenda->synced_at - r->kept_synced) >= behind ||
		       (r->shed_at != 0 && r->shed_at < now));
}

/* Stores the next one from *i on. Rooms in the table cannot go while `keeping` is held. */
static bool
store_next(struct core *c, size_t *i, int64_t behind)
{
	struct core_room *r = NULL;
	struct agenda *g = NULL;
	int64_t now = core_now(c);
	pthread_mutex_lock(&c->keeping);
	pthread_mutex_lock(&c->lock);
	for (; *i < c->n_rooms && r == NULL; (*i)++)
		if (is_due(c->rooms[*i], now, behind))
			r = c->rooms[*i];
	if (r != NULL)
		g = agenda_ref(r->agenda);
	pthread_mutex_unlock(&c->lock);
	if (r != NULL)
		store_agenda(c, r, g);
	pthread_mutex_unlock(&c->keeping);
	agenda_unref(g);
	return r != NULL;
}

void
keep_due(struct core *c)
{
	size_t i = 0;
	while (!atomic_load(&c->stop) && store_next(c, &i, KEEP_SYNCED_S))
		;
}

void
keep_all(struct core *c, int64_t until)
{
	size_t i = 0;
	while (when_monotonic_ms() < until && store_next(c, &i, 1))
		;
}

static void
restore(void *arg, const char *room, const char *bytes, size_t size)
{
	struct core *c = arg;
	struct core_room *r = core_find_room(c, room);
	struct err err;
	if (r == NULL)
		return;
	const struct room *set_up = site_room(c->site, room);
	struct policy policy = site_policy(c->site, set_up);
	struct agenda *g = agenda_unpack(bytes, size, c->data->providers, &policy, &err);
	if (g == NULL) {
		log_warn("room=%s code=%s %s; %s", room, err.code, err.text, err.cure);
	} else if (strcmp(g->link, set_up->link) != 0 || strcmp(g->room, room) != 0) {
		agenda_unref(g);
	} else {
		r->agenda = g;
		r->kept_synced = g->synced_at;
		r->shed_at = next_end(g, 1);
	}
}

int
keep_restore(struct core *c, struct err *err)
{
	return store_agendas(c->store, restore, c, err);
}
