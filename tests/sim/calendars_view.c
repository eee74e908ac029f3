#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/calendars.h"

enum { DAY = 86400, FOR_EVER = 366 * DAY };

/* 1970 began with a Thursday. */
static unsigned
weekday(int64_t t)
{
	return (unsigned)((t / DAY + 4) % 7);
}

/* One after the other, what a meeting's rule says, without exceptions. */
struct walk {
	const struct meeting *meeting;
	int64_t day; /* the next to be looked at, at the meeting's hour */
	unsigned instance;
};

static bool
is_its_day(const struct meeting *m, int64_t day)
{
	if (m->repeat == REPEAT_DAILY)
		return (day - m->start) / DAY % m->every == 0;
	int64_t monday = m->start - (weekday(m->start) + 6) % 7 * DAY;
	return (m->days & 1u << weekday(day)) != 0 &&
	       (day - monday) / (7 * DAY) % m->every == 0;
}

static bool
walk_on(struct walk *w, int64_t *ret_start)
{
	const struct meeting *m = w->meeting;
	for (; w->day < m->start + FOR_EVER; w->day += DAY) {
		if (m->times != 0 && w->instance == m->times)
			return false;
		if (!is_its_day(m, w->day))
			continue;
		*ret_start = w->day;
		w->day += DAY;
		w->instance++;
		return true;
	}
	return false;
}

static const struct exception *
find_exception(const struct meeting *m, unsigned instance)
{
	for (size_t i = 0; i < m->n_exceptions; i++)
		if (m->exceptions[i].instance == instance)
			return &m->exceptions[i];
	return NULL;
}

/* False when it was deleted. A moved one stays as long as it was, unless told else. */
static bool
make_occurrence(const struct walk *w, int64_t start, struct occurrence *ret)
{
	const struct meeting *m = w->meeting;
	const struct exception *e = find_exception(m, w->instance);
	*ret = (struct occurrence){
		.meeting = m, .start = start, .original = start, .exception = e};
	if (e != NULL && e->deleted)
		return false;
	if (e != NULL && e->start != 0)
		ret->start = e->start;
	ret->end = e != NULL && e->end != 0 ? e->end : ret->start + (m->end - m->start);
	return true;
}

bool
occurrence_at(const struct meeting *m, int64_t original, struct occurrence *ret)
{
	struct walk w = {.meeting = m, .day = m->start};
	int64_t start;
	while (m->repeat != REPEAT_NOT && walk_on(&w, &start))
		if (start == original)
			return make_occurrence(&w, start, ret);
	return false;
}

struct list {
	struct arena *arena;
	struct occurrence *all;
	size_t n, space;
	int64_t from, to;
};

static void
add(struct list *l, const struct occurrence *o)
{
	if (o->end < l->from || o->start >= l->to)
		return;
	if (l->n == l->space) {
		l->space = l->space > 0 ? l->space * 2 : 32;
		struct occurrence *more =
			arena_many(l->arena, struct occurrence, l->space);
		if (l->n > 0)
			memcpy(more, l->all, l->n * sizeof *more);
		l->all = more;
	}
	l->all[l->n++] = *o;
}

static int
by_start(const void *a, const void *b)
{
	const struct occurrence *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->meeting->number < y->meeting->number ? -1 : 1;
}

size_t
room_view(struct arena *a, const struct room *r, int64_t from, int64_t to,
	struct occurrence **ret)
{
	struct list l = {.arena = a, .from = from, .to = to};
	for (size_t i = 0; i < r->n_meetings; i++) {
		const struct meeting *m = r->meetings[i];
		struct walk w = {.meeting = m, .day = m->start};
		struct occurrence o = {.meeting = m, .start = m->start, .end = m->end};
		int64_t start;
		if (m->repeat == REPEAT_NOT)
			add(&l, &o);
		while (m->repeat != REPEAT_NOT && walk_on(&w, &start))
			if (make_occurrence(&w, start, &o))
				add(&l, &o);
	}
	if (l.n > 0)
		qsort(l.all, l.n, sizeof *l.all, by_start);
	*ret = l.all;
	return l.n;
}

bool
is_cancelled(const struct occurrence *o)
{
	return o->meeting->cancelled || (o->exception != NULL && o->exception->cancelled);
}

const char *
location_of(const struct occurrence *o)
{
	const struct exception *e = o->exception;
	return e != NULL && e->location != NULL ? e->location : o->meeting->location;
}

const char *
subject_of(struct arena *a, const struct room *r, const struct occurrence *o)
{
	const struct exception *e = o->exception;
	const char *subject =
		e != NULL && e->subject != NULL ? e->subject : o->meeting->subject;
	const char *organizer = o->meeting->organizer_name;
	if (subject == NULL || r->delete_subject)
		subject = "";
	if (r->add_organizer_to_subject && organizer != NULL)
		subject = arena_printf(
			a, "%s%s%s", organizer, *subject != '\0' ? " " : "", subject);
	return subject;
}

/* Of a stripped body, the skeleton stays. */
struct body
body_of(const struct room *r, const struct occurrence *o)
{
	static const char skeleton[] =
		"<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; "
		"charset=utf-8\"></head><body></body></html>";
	const struct exception *e = o->exception;
	if (r->delete_comments)
		return (struct body){skeleton, sizeof skeleton - 1, true};
	return e != NULL && e->body.text != NULL ? e->body : o->meeting->body;
}
