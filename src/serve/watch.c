#include "serve/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schedule.h"
#include "serve/answer.h"
#include "serve/rpc.h"
#include "serve/text.h"

enum {
	LATE_S = 60, /* a start is not told later than this, after a suspend */
	NAP_S = 10,  /* the wall clock may be set meanwhile */
	CHECK_S = 3600,
	DAY_S = 24 * 3600,
};

struct note {
	struct note *next;
	enum core_event what;
	char *room; /* NULL: none */
};

struct watch {
	int wake;
	pthread_mutex_t lock;
	struct note *first, **last; /* under the lock */
	atomic_int watchers;

	int64_t told;   /* starts up to here were told */
	int64_t next;   /* the first start after it */
	int64_t check;  /* when passwords are looked at again */
	json_t *warned; /* link -> the days that were told last */
};

/* Told to whom, and how. */
struct telling {
	const struct view *v;
	void (*tell)(void *arg, const char *room, const struct bytes *line);
	void *arg;
};

struct watch *
watch_new(int wake)
{
	struct watch *w = calloc(1, sizeof *w);
	if (w == NULL)
		return NULL;
	w->wake = wake;
	w->last = &w->first;
	w->warned = json_object();
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

static struct note *
take_notes(struct watch *w)
{
	pthread_mutex_lock(&w->lock);
	struct note *first = w->first;
	w->first = NULL;
	w->last = &w->first;
	pthread_mutex_unlock(&w->lock);
	return first;
}

static void
free_notes(struct note *n)
{
	while (n != NULL) {
		struct note *next = n->next;
		free(n->room);
		free(n);
		n = next;
	}
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	free_notes(take_notes(w));
	json_decref(w->warned);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

void
watch_note(void *arg, enum core_event what, const char *room)
{
	struct watch *w = arg;
	if (atomic_load(&w->watchers) == 0)
		return;
	struct note *n = calloc(1, sizeof *n);
	if (n == NULL)
		return;
	n->what = what;
	n->room = room != NULL ? strdup(room) : NULL;
	pthread_mutex_lock(&w->lock);
	*w->last = n;
	w->last = &n->next;
	pthread_mutex_unlock(&w->lock);
	uint64_t one = 1;
	ssize_t ignored = write(w->wake, &one, sizeof one); /* full: it is awake */
	(void)ignored;
}

json_t *
watch_start(struct call *c)
{
	size_t n;
	const char *const *rooms = call_texts(c, "rooms", &n);
	for (size_t i = 0; rooms != NULL && i < n; i++)
		if (call_room(c, rooms[i]) == NULL)
			return NULL;
	return json_object();
}

json_t *
watch_filter(const json_t *params)
{
	const json_t *rooms = json_object_get(params, "rooms");
	if (!json_is_array(rooms))
		return NULL;
	json_t *set = json_object(), *room;
	size_t i;
	json_array_foreach (rooms, i, room)
		json_object_set_new(set, json_string_value(room), json_true());
	return set;
}

bool
watch_wants(const json_t *filter, const char *room)
{
	return filter == NULL || room == NULL || json_object_get(filter, room) != NULL;
}

static void
tell(const struct telling *t, const char *room, const char *method, json_t *params)
{
	struct bytes line = {.s = NULL};
	rpc_put_notice(&line, method, params);
	if (!line.failed)
		t->tell(t->arg, room, &line);
	bytes_release(&line);
}

static void
tell_start(
	const struct telling *t, const struct room *room, const struct agenda_meeting *m)
{
	struct arena *a = arena_new(0);
	tell(t, room->name, "meeting.starting",
		json_pack("{s:s, s:o}", "room", room->name, "meeting",
			answer_meeting(a, t->v, room, m, true)));
	arena_free(a);
}

/* Tells (when `t` is given) what started since the last time, and finds what is next. */
static void
look_at_room(struct watch *w, const struct view *v, const struct room *room,
	const struct telling *t)
{
	struct agenda *agenda = core_agenda(v->core, room->name);
	for (size_t i = 0; agenda != NULL && i < agenda->n_meetings; i++) {
		const struct event *e = &agenda->meetings[i].event;
		if (e->start <= w->told || !agenda_holds(e))
			continue;
		if (t != NULL && e->start <= v->now) {
			if (v->now - e->start < LATE_S)
				tell_start(t, room, &agenda->meetings[i]);
		} else if (e->start < w->next) {
			w->next = e->start;
		}
	}
	agenda_unref(agenda);
}

static void
tell_starts(struct watch *w, const struct telling *t)
{
	const struct site *s = t->v->site;
	if (t->v->now < w->told) /* the clock went back */
		w->told = t->v->now;
	w->next = INT64_MAX;
	for (size_t i = 0; i < s->n_rooms; i++)
		look_at_room(w, t->v, &s->rooms[i], t);
	w->told = t->v->now;
}

/* `again`: also what was told before, and it is not noted down. */
static void
tell_expiring(struct watch *w, const struct telling *t, bool again)
{
	struct arena *a = arena_new(0);
	struct core_status status;
	core_status(t->v->core, a, &status);
	for (size_t i = 0; i < status.n_links; i++) {
		const struct link_status *l = &status.links[i];
		int64_t step, now = t->v->now;
		if (!schedule_warns(l->password_expires, now, &step)) {
			json_object_del(w->warned, l->link);
			continue;
		}
		const json_t *last = json_object_get(w->warned, l->link);
		if (!again && last != NULL && json_integer_value(last) == step)
			continue;
		json_t *params = json_pack("{s:s, s:I}", "link", l->link, "days",
			(json_int_t)((l->password_expires - now) / DAY_S));
		text_set_time(params, "expires_at", l->password_expires);
		text_set(a, params, "credential_kind", l->credential_kind, TEXT_NAME);
		text_set(a, params, "cure", l->renew, TEXT_LONG);
		tell(t, NULL, "credential.expiring", params);
		if (!again)
			json_object_set_new(w->warned, l->link, json_integer(step));
	}
	w->check = t->v->now + CHECK_S;
	arena_free(a);
}

static void
tell_note(struct watch *w, const struct telling *t, const struct note *n)
{
	static const char *const names[] = {[CORE_AGENDA_CHANGED] = "agenda.changed",
		[CORE_STATUS_CHANGED] = "status.changed"};
	json_t *params = json_object();
	if (n->room != NULL)
		json_object_set_new(params, "room", json_string(n->room));
	tell(t, n->room, names[n->what], params);
	const struct room *room = n->room != NULL ? site_room(t->v->site, n->room) : NULL;
	if (n->what == CORE_AGENDA_CHANGED && room != NULL)
		look_at_room(w, t->v, room, NULL);
	if (n->what == CORE_STATUS_CHANGED && n->room == NULL)
		w->check = 0; /* a password may be another */
}

static void
add_line(void *out, const char *room, const struct bytes *line)
{
	(void)room;
	bytes_add(out, line->s, line->n);
}

void
watch_begin(struct watch *w, const struct view *v, struct bytes *out)
{
	struct telling t = {v, add_line, out};
	bool first = atomic_fetch_add(&w->watchers, 1) == 0;
	if (first) {
		json_object_clear(w->warned);
		w->told = v->now;
		w->next = 0; /* not known yet */
	}
	tell_expiring(w, &t, !first);
}

void
watch_end(struct watch *w)
{
	atomic_fetch_sub(&w->watchers, 1);
}

static bool
is_noted(struct watch *w)
{
	pthread_mutex_lock(&w->lock);
	bool any = w->first != NULL;
	pthread_mutex_unlock(&w->lock);
	return any;
}

bool
watch_due(struct watch *w, int64_t now)
{
	return atomic_load(&w->watchers) > 0 &&
	       (now >= w->next || now >= w->check || now < w->told || is_noted(w));
}

void
watch_run(struct watch *w, const struct view *v,
	void (*tell_one)(void *arg, const char *room, const struct bytes *line),
	void *arg)
{
	struct telling t = {v, tell_one, arg};
	struct note *notes = take_notes(w);
	for (struct note *n = notes; n != NULL; n = n->next)
		tell_note(w, &t, n);
	free_notes(notes);
	if (v->now >= w->next || v->now < w->told)
		tell_starts(w, &t);
	if (v->now >= w->check)
		tell_expiring(w, &t, false);
}

int64_t
watch_wait(const struct watch *w, int64_t now)
{
	if (atomic_load(&w->watchers) == 0)
		return -1;
	int64_t at = w->next < w->check ? w->next : w->check;
	int64_t s = at > now ? at - now : 0;
	return s < NAP_S ? s : NAP_S;
}
