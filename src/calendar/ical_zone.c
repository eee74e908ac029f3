#include "calendar/ical_zone.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/zone.h"
#include "calendar/ical_days.h"
#include "calendar/ical_rule.h"
#include "invite/ics_line.h"

enum { MARGIN_S = 800 * ICS_DAY_S, MAX_RULES = 4, MAX_DATES = 400 };

/* STANDARD or DAYLIGHT: since when, and how often, clocks are set so. */
struct observance {
	struct ics_clock start;
	int before, after;
	bool has_before, has_after;
	const char *rules[MAX_RULES];
	size_t n_rules;
	struct ics_clock dates[MAX_DATES];
	size_t n_dates;
};

void
ical_zones_add(struct ical_zones *z, const char *text, size_t size)
{
	struct ics_lines lines;
	struct ics_line l;
	size_t n;
	if (z->n == ICS_MAX_ZONES ||
		ics_lines_open(&lines, z->arena, text, size, NULL) != 0)
		return;
	struct ical_zone *one = &z->list[z->n];
	*one = (struct ical_zone){.text = text, .size = size};
	const char *place = NULL;
	while (ics_lines_next(&lines, &l)) {
		if (strcasecmp(l.name, "TZID") == 0)
			one->name = ics_text(z->arena, &l, &n);
		else if (strcasecmp(l.name, "X-LIC-LOCATION") == 0)
			place = ics_text(z->arena, &l, &n);
	}
	if (one->name == NULL)
		return;
	z->n++;
	if (place != NULL && z->named.n_own < ICS_MAX_ZONES) {
		z->named.own[z->named.n_own].name = one->name;
		z->named.own[z->named.n_own++].zone = place;
	}
}

/* "+0100", "-033000" */
static bool
read_offset(const char *s, int *ret)
{
	size_t n = strlen(s);
	int v = 0, sign = *s == '-' ? -1 : 1;
	if ((*s != '+' && *s != '-') || (n != 5 && n != 7) ||
		strspn(s + 1, "0123456789") != n - 1)
		return false;
	for (size_t i = 1; i < n; i += 2)
		v = v * 60 + (s[i] - '0') * 10 + (s[i + 1] - '0');
	*ret = sign * (n == 5 ? v * 60 : v);
	return abs(*ret) <= ICAL_MAX_OFFSET_S;
}

static bool
add_turn(struct ical_zones *z, struct ical_zone *one, const struct observance *o,
	int64_t local)
{
	if (one->turns == NULL)
		one->turns = arena_many(z->arena, struct ical_turn, ICAL_MAX_TURNS);
	if (one->n_turns == ICAL_MAX_TURNS)
		return false;
	one->turns[one->n_turns++] =
		(struct ical_turn){local - o->before, o->before, o->after};
	return true;
}

/* Rules of long ago say nothing of a weekday: those years are passed over. */
static struct ics_clock
since_1970(const struct ics_clock *c)
{
	struct ics_clock since = *c;
	if (since.tm.tm_year < 70)
		since.tm.tm_year = 70;
	return since;
}

static bool
add_rule(struct ical_zones *z, struct ical_zone *one, const struct observance *o,
	const char *text)
{
	struct ical_rule rule;
	struct ics_clock start = since_1970(&o->start);
	const char *why;
	int64_t local, until = INT64_MAX;
	if (ical_rule_begin(text, &start, z->to + MARGIN_S, &rule) != NULL)
		return false;
	if (rule.has_until)
		until = local_of(&rule.until.tm) + (rule.until.utc ? 0 : -o->before);
	else /* what has ended says how it ended */
		ical_rule_skip(&rule, z->from - MARGIN_S);
	while (ical_rule_next(&rule, &local, &why))
		if (local - o->before > until)
			break;
		else if (!add_turn(z, one, o, local))
			return false;
	return why == NULL;
}

static bool
add_observance(struct ical_zones *z, struct ical_zone *one, const struct observance *o)
{
	bool ok = o->start.in_order && !o->start.date && o->has_before && o->has_after;
	if (!ok)
		return false;
	struct ics_clock start = since_1970(&o->start);
	ok = add_turn(z, one, o, local_of(&start.tm));
	for (size_t i = 0; ok && i < o->n_dates; i++)
		ok = o->dates[i].in_order &&
		     add_turn(z, one, o, local_of(&o->dates[i].tm));
	for (size_t i = 0; ok && i < o->n_rules; i++)
		ok = add_rule(z, one, o, o->rules[i]);
	return ok;
}

static bool
read_line(struct ical_zones *z, struct observance *o, const struct ics_line *l)
{
	size_t n;
	const char *value = ics_text(z->arena, l, &n);
	if (strcasecmp(l->name, "DTSTART") == 0) {
		o->start = ics_clock(value, NULL);
	} else if (strcasecmp(l->name, "TZOFFSETFROM") == 0) {
		o->has_before = read_offset(value, &o->before);
	} else if (strcasecmp(l->name, "TZOFFSETTO") == 0) {
		o->has_after = read_offset(value, &o->after);
	} else if (strcasecmp(l->name, "RRULE") == 0) {
		if (o->n_rules == MAX_RULES)
			return false;
		o->rules[o->n_rules++] = value;
	} else if (strcasecmp(l->name, "RDATE") == 0) {
		for (const char *s = value; *s != '\0';) {
			size_t len = strcspn(s, ",");
			if (o->n_dates == MAX_DATES)
				return false;
			o->dates[o->n_dates++] =
				ics_clock(arena_strndup(z->arena, s, len), NULL);
			s += len + (s[len] == ',');
		}
	}
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct ical_turn *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

/* False: rules that cannot be followed to the end are not followed at all. */
static bool
read_rules(struct ical_zones *z, struct ical_zone *one)
{
	struct ics_lines lines;
	struct ics_line l;
	struct observance *o = arena_one(z->arena, struct observance);
	bool within = false, ok = true;
	if (ics_lines_open(&lines, z->arena, one->text, one->size, NULL) != 0)
		return false;
	while (ok && ics_lines_next(&lines, &l)) {
		bool part = strcasecmp(l.raw, "STANDARD") == 0 ||
			    strcasecmp(l.raw, "DAYLIGHT") == 0;
		if (part && strcasecmp(l.name, "BEGIN") == 0) {
			*o = (struct observance){.n_rules = 0};
			within = true;
		} else if (part && strcasecmp(l.name, "END") == 0 && within) {
			ok = add_observance(z, one, o);
			within = false;
		} else if (within) {
			ok = read_line(z, o, &l);
		}
	}
	if (one->n_turns > 0)
		qsort(one->turns, one->n_turns, sizeof *one->turns, by_time);
	return ok && one->n_turns > 0;
}

static int
offset_at(const void *rules, int64_t t)
{
	const struct ical_zone *one = rules;
	size_t low = 0, high = one->n_turns; /* how many lie at or before t */
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (one->turns[mid].at <= t)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 ? one->turns[low - 1].after : one->turns[0].before;
}

static struct ical_zone *
find(struct ical_zones *z, const char *name)
{
	for (size_t i = 0; i < z->n; i++)
		if (strcmp(z->list[i].name, name) == 0)
			return &z->list[i];
	return NULL;
}

bool
ical_instant(struct ical_zones *z, const struct ics_clock *c, int64_t *ret)
{
	int64_t utc;
	if (ics_instant(&z->named, c, ret))
		return true;
	const char *name = c->zone != NULL ? c->zone : z->named.calendar;
	struct ical_zone *one = c->utc || name == NULL ? NULL : find(z, name);
	struct ics_clock as_utc = *c;
	as_utc.utc = true; /* whether there is such a day and hour */
	if (one == NULL || !c->in_order || !ics_instant(&z->named, &as_utc, &utc))
		return false;
	if (!one->read) {
		one->read = true;
		one->bad = !read_rules(z, one);
	}
	if (one->bad)
		return false;
	*ret = zone_by_rules(offset_at, one, local_of(&c->tm));
	return *ret >= 0;
}
