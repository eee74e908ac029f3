/* Events of one UID as occurrences: the series, and what is otherwise about some of them. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "calendar/ical.h"
#include "calendar/ical_days.h"
#include "calendar/ical_rule.h"

enum {
	MARGIN_S = 2 * ICS_DAY_S
}; /* more than any clock is away from UTC, or is set by */

struct series {
	struct ical *o;
	struct ical_event *
		*events; /* of one UID; the series itself first, if it is there */
	size_t n;
	struct ical_event *whole; /* NULL: only exceptions are known */
	int64_t start, duration;
	size_t n_found, found_from; /* sightings of it */
	const char *wrong;
};

static int
newer(const struct ical_event *a, const struct ical_event *b)
{
	if (a->sequence != b->sequence)
		return a->sequence > b->sequence ? 1 : -1;
	int by_stamp = strcmp(a->stamp, b->stamp);
	return by_stamp != 0 ? by_stamp : (int)a->cancelled - (int)b->cancelled;
}

/* By UID, then the series itself before its exceptions, the newest copy of each first. */
static int
in_order(const void *a, const void *b)
{
	const struct ical_event *x = *(struct ical_event *const *)a;
	const struct ical_event *y = *(struct ical_event *const *)b;
	int by_uid = strcmp(x->uid, y->uid);
	if (by_uid == 0 && *x->uid == '\0') /* without a UID each is alone */
		by_uid = (x > y) - (x < y);
	if (by_uid != 0)
		return by_uid;
	if (x->recurrence.given != y->recurrence.given)
		return x->recurrence.given ? 1 : -1;
	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	if (x->this_and_future != y->this_and_future)
		return x->this_and_future ? 1 : -1;
	int by_age = newer(y, x);
	return by_age != 0 ? by_age : (x > y) - (x < y);
}

static bool
same_uid(const struct ical_event *a, const struct ical_event *b)
{
	return *a->uid != '\0' && strcmp(a->uid, b->uid) == 0;
}

/* What the same event is called by all who look at it. */
static const char *
id_of(const struct series *s, const struct ical_event *e, int64_t of)
{
	struct arena *a = s->o->arena;
	const char *uid = *e->uid != '\0' ? e->uid : e->file->tag;
	if (of == 0)
		return uid;
	struct tm tm = clock_of(of);
	return arena_printf(a, "%s/%04d%02d%02dT%02d%02d%02dZ", uid, tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static bool
instant_of(struct ical_event *e, const struct ics_clock *c, int64_t *ret)
{
	return ical_instant(&e->file->zones, c, ret);
}

/* The end of what begins at `start`: of days, by the calendar; else so many seconds. NULL, or
 * why it cannot be told. */
static const char *
length_of(struct ical_event *e, int64_t start, int64_t *ret)
{
	static const char bad_end[] = "an end that is none, or in an unknown time zone";
	int64_t end = start + e->duration;
	if (e->start.date && (!e->end.given || e->end.date)) {
		if (e->end.given && !e->end.in_order)
			return bad_end;
		int64_t days =
			e->end.given
				? days_of(local_of(&e->end.tm) - local_of(&e->start.tm))
				: e->duration / ICS_DAY_S;
		end = start + (days > 0 ? days : 1) * ICS_DAY_S;
	} else if (e->end.given && !instant_of(e, &e->end, &end)) {
		return bad_end;
	}
	if (end < start)
		return "an end before its start";
	if (end - start > ICS_MAX_DURATION_S)
		return "a length of more than a year";
	*ret = end - start;
	return NULL;
}

/* NULL, or why it cannot be told. */
static const char *
times_of(struct ical_event *e, int64_t *ret_start, int64_t *ret_length)
{
	if (e->wrong != NULL)
		return e->wrong;
	if (!e->start.given)
		return "no start";
	if (!e->start.in_order)
		return "a start that is no time";
	if (instant_of(e, &e->start, ret_start))
		return length_of(e, *ret_start, ret_length);
	if (e->start.utc)
		return "a start that is no time";
	return e->start.zone != NULL
		       ? "a start in a time zone that nobody knows"
		       : "a start without a time zone, of a room that has none";
}

/* A day lasts from midnight to midnight, however long that is. */
static int64_t
end_of(struct ical_event *e, int64_t local, int64_t start, int64_t length)
{
	int64_t end;
	if (!e->start.date)
		return start + length;
	struct ics_clock c = e->start;
	c.tm = clock_of(local + length);
	return instant_of(e, &c, &end) ? end : start + length;
}

static void
say(struct series *s, const struct ical_event *e, const char *why)
{
	struct err err;
	char *name = arena_strdup(s->o->arena, e->file->name);
	for (char *c = name; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	err_set(&err, ERR_BAD_REPLY, "bad_times", "%.150s: an event with %s", name, why);
	err_cure(&err,
		"Open the meeting in the calendar and save it with a time zone that is "
		"generally known; a room's own zone is its profile's: `convoke profile "
		"set default --time-zone Europe/Berlin`.");
	ical_add_trouble(s->o, id_of(s, e, 0), "", &err);
}

static bool
is_left_out(struct ical_event *e, int64_t local, int64_t instant)
{
	for (size_t i = 0; i < e->n_left_out; i++) {
		const struct ical_date *d = &e->left_out[i];
		if (!d->at.in_order)
			continue;
		if (d->at.date && !e->start.date
				? days_of(local_of(&d->at.tm)) == days_of(local)
				: d->instant == instant)
			return true;
	}
	return false;
}

/* Whether an exception is about this occurrence. */
static bool
is_about(const struct series *s, const struct ical_event *x, int64_t local,
	int64_t instant)
{
	if (x->recurrence.date && !s->whole->start.date)
		return days_of(local_of(&x->recurrence.tm)) == days_of(local);
	return x->of == instant;
}

/* What changed all from some occurrence on: the last such that is not after this one. */
static struct ical_event *
changed_by(const struct series *s, int64_t instant)
{
	struct ical_event *found = NULL;
	for (size_t i = 1; i < s->n; i++)
		if (s->events[i]->this_and_future && s->events[i]->of <= instant &&
			(found == NULL || s->events[i]->of > found->of))
			found = s->events[i];
	return found;
}

static void
add(struct series *s, struct ical_event *e, int64_t of, int64_t start, int64_t end)
{
	struct ical *o = s->o;
	const char *id = id_of(s, e, of);
	if (start >= o->asked.to || (end <= o->asked.from && start < o->asked.from))
		return;
	for (size_t i = s->found_from; i < o->n_sightings; i++)
		if (strcmp(o->sightings[i].event.id, id) == 0)
			return; /* a date and a rule may name the same */
	if (s->n_found++ == ICAL_MAX_OCCURRENCES)
		s->wrong = "more occurrences in a week than a room can have";
	else
		ical_add_occurrence(o, e, id, start, end);
}

/* One that the rule or a date names; `length` is the series' own, or a period's. */
static void
add_one(struct series *s, int64_t local, int64_t instant, int64_t length)
{
	struct ical_event *e = s->whole;
	if (is_left_out(e, local, instant))
		return;
	for (size_t i = 1; i < s->n; i++)
		if (!s->events[i]->this_and_future &&
			is_about(s, s->events[i], local, instant))
			return; /* it is told of on its own */
	struct ical_event *x = changed_by(s, instant);
	int64_t start = instant, of = instant;
	if (x != NULL) {
		const char *why;
		struct ics_clock c = x->start;
		local += local_of(&x->start.tm) - local_of(&x->recurrence.tm);
		c.tm = clock_of(local);
		if (x->cancelled)
			return;
		if (x->start.utc != x->recurrence.utc ||
			(x->start.zone == NULL) != (x->recurrence.zone == NULL) ||
			(x->start.zone != NULL &&
				strcmp(x->start.zone, x->recurrence.zone) != 0) ||
			x->recurrence.utc != e->start.utc) {
			s->wrong =
				"an exception for all later meetings, in another time zone";
			return;
		}
		if ((why = times_of(x, &start, &length)) != NULL ||
			!instant_of(x, &c, &start)) {
			s->wrong = why != NULL ? why : "an exception that is no time";
			return;
		}
		e = x;
	}
	add(s, e, of, start, end_of(e, local, start, length));
}

/* How far exceptions for all later meetings move them. */
static int64_t
reach(const struct series *s)
{
	int64_t most = MARGIN_S;
	for (size_t i = 1; i < s->n; i++) {
		const struct ical_event *x = s->events[i];
		if (!x->this_and_future || !x->start.in_order)
			continue;
		int64_t moved =
			llabs(local_of(&x->start.tm) - local_of(&x->recurrence.tm));
		if (moved + MARGIN_S > most)
			most = moved + MARGIN_S;
	}
	return most < 366 * (int64_t)ICS_DAY_S ? most : 366 * (int64_t)ICS_DAY_S;
}

static bool
is_over(struct ical_event *e, const struct ical_rule *rule, int64_t local,
	int64_t instant)
{
	int64_t until;
	if (!rule->has_until)
		return false;
	if (rule->until.utc && instant_of(e, &rule->until, &until))
		return instant > until;
	if (rule->until.date)
		return days_of(local) > days_of(local_of(&rule->until.tm));
	return local > local_of(&rule->until.tm);
}

static void
follow_rule(struct series *s, const char *text)
{
	struct ical_rule rule;
	struct ical_event *e = s->whole;
	int64_t local, instant, far = reach(s);
	int64_t from = s->o->asked.from - s->duration - far, to = s->o->asked.to + far;
	s->wrong = ical_rule_begin(text, &e->start, to, &rule);
	if (s->wrong != NULL)
		return;
	ical_rule_skip(&rule, from);
	while (s->wrong == NULL && ical_rule_next(&rule, &local, &s->wrong)) {
		struct ics_clock c = e->start;
		c.tm = clock_of(local);
		if (local < from)
			continue;
		if (local > to || !instant_of(e, &c, &instant) ||
			is_over(e, &rule, local, instant))
			return;
		add_one(s, local, instant, s->duration);
	}
}

static void
follow_dates(struct series *s)
{
	struct ical_event *e = s->whole;
	for (size_t i = 0; s->wrong == NULL && i < e->n_dates; i++) {
		const struct ical_date *d = &e->dates[i];
		int64_t start, end, length = d->duration > 0 ? d->duration : s->duration;
		if (!instant_of(e, &d->at, &start) ||
			(d->end.given && !instant_of(e, &d->end, &end))) {
			s->wrong =
				"a date of its series that is none, or in an unknown zone";
			return;
		}
		if (d->end.given)
			length = end - start;
		if (length < 0 || length > ICS_MAX_DURATION_S)
			s->wrong = "a date of its series that ends before it starts";
		else
			add_one(s, local_of(&d->at.tm), start, length);
	}
}

/* What is not in order leaves nothing out, and so is no reason to leave the series out. */
static void
find_left_out(struct ical_event *e)
{
	for (size_t i = 0; i < e->n_left_out; i++)
		if (!instant_of(e, &e->left_out[i].at, &e->left_out[i].instant) &&
			!(e->left_out[i].at.date && !e->start.date))
			e->left_out[i].at.in_order = false;
}

static void
expand_whole(struct series *s)
{
	struct ical_event *e = s->whole;
	s->wrong = times_of(e, &s->start, &s->duration);
	if (s->wrong != NULL)
		return;
	if (e->n_rules == 0 && e->n_dates == 0) {
		int64_t local = local_of(&e->start.tm);
		if (s->n == 1)
			add(s, e, 0, s->start, end_of(e, local, s->start, s->duration));
		else
			add_one(s, local, s->start, s->duration);
		return;
	}
	find_left_out(e);
	add_one(s, local_of(&e->start.tm), s->start, s->duration);
	for (size_t i = 0; s->wrong == NULL && i < e->n_rules; i++)
		follow_rule(s, e->rules[i]);
	if (s->wrong == NULL)
		follow_dates(s);
}

static void
expand_exception(struct series *s, struct ical_event *x)
{
	int64_t start, length;
	const char *why = times_of(x, &start, &length);
	if (why == NULL)
		add(s, x, x->of, start, end_of(x, local_of(&x->start.tm), start, length));
	else if (!x->cancelled)
		say(s, x, why);
}

/* The newest copy of each; an exception that came before the series was changed as a whole is
 * out of date (RFC 5546, 3.2.2), unless it stands beside it. */
static void
drop_old(struct series *s)
{
	size_t kept = 0;
	s->whole = !s->events[0]->recurrence.given ? s->events[0] : NULL;
	for (size_t i = 0; i < s->n; i++) {
		struct ical_event *e = s->events[i];
		bool is_copy =
			kept > 0 && *e->uid != '\0' &&
			s->events[kept - 1]->recurrence.given == e->recurrence.given &&
			s->events[kept - 1]->of == e->of &&
			s->events[kept - 1]->this_and_future == e->this_and_future;
		bool is_old = s->whole != NULL && e->recurrence.given &&
			      e->file != s->whole->file &&
			      (e->sequence < s->whole->sequence ||
				      (s->whole->cancelled && newer(e, s->whole) <= 0));
		if (!is_copy && !is_old)
			s->events[kept++] = e;
	}
	s->n = kept;
}

static void
expand_series(struct series *s)
{
	struct ical *o = s->o;
	size_t had = o->n_sightings;
	drop_old(s);
	s->found_from = had;
	if (s->whole != NULL)
		expand_whole(s);
	if (s->wrong != NULL) { /* half of a series would be taken for all of it */
		o->n_sightings = had;
		say(s, s->whole, s->wrong);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->events[i] != s->whole &&
			(!s->events[i]->this_and_future || s->whole == NULL))
			expand_exception(s, s->events[i]);
}

void
ical_expand(struct ical *o)
{
	struct ical_event **order =
		arena_many(o->arena, struct ical_event *, o->n_events);
	size_t n = 0;
	for (size_t i = 0; i < o->n_events; i++) {
		struct ical_event *e = &o->events[i];
		struct series alone = {.o = o};
		order[n++] = e;
		if (!e->recurrence.given || instant_of(e, &e->recurrence, &e->of) ||
			e->cancelled)
			continue;
		say(&alone, e, "an exception of an unknown occurrence or time zone");
		n--;
	}
	qsort(order, n, sizeof(struct ical_event *), in_order);
	for (size_t i = 0; i < n && o->err.grade == ERR_NONE;) {
		struct series s = {.o = o, .events = order + i, .n = 1};
		while (i + s.n < n && same_uid(order[i], order[i + s.n]))
			s.n++;
		i += s.n;
		expand_series(&s);
	}
}
