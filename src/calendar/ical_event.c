#include "calendar/ical_event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "invite/ics_line.h"

struct attendee {
	const char *address, *name;
	enum event_response response;
	bool is_room; /* by its own word */
};

struct reading {
	struct arena *a;
	struct ical_event *e;
	struct attendee attendees[ICAL_MAX_ROOMS];
	size_t n_attendees;
	size_t room_dates, room_left_out; /* places in the lists */
};

static const char too_much[] = "more recurrence rules or dates than are followed";

static void
read_start(struct reading *r, const struct ics_line *l, const char *value)
{
	r->e->start = ics_clock(value, ics_param(l, "TZID"));
}

static void
read_end(struct reading *r, const struct ics_line *l, const char *value)
{
	r->e->end = ics_clock(value, ics_param(l, "TZID"));
}

static void
read_duration(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->e->duration = ics_duration(value);
	if (r->e->duration == 0 && strpbrk(value, "123456789") != NULL)
		r->e->wrong = "a duration that is none, or longer than a year";
}

static void
read_recurrence(struct reading *r, const struct ics_line *l, const char *value)
{
	const char *range = ics_param(l, "RANGE");
	r->e->recurrence = ics_clock(value, ics_param(l, "TZID"));
	r->e->this_and_future = range != NULL && strcasecmp(range, "THISANDFUTURE") == 0;
	if (range != NULL && !r->e->this_and_future)
		r->e->wrong = "an exception for a range that is not known";
}

static void
read_rule(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	if (r->e->n_rules == ICAL_MAX_RULES)
		r->e->wrong = too_much;
	else
		r->e->rules[r->e->n_rules++] = value;
}

static void
read_old_rule(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l, (void)value;
	r->e->wrong = "an EXRULE, which RFC 5545 has no more";
}

static void
add_date(struct reading *r, struct ical_date **list, size_t *n, size_t *room,
	const struct ical_date *date)
{
	if (*n == ICAL_MAX_DATES) {
		r->e->wrong = too_much;
		return;
	}
	if (*n == *room) {
		*room = *room > 0 ? *room * 2 : 16;
		struct ical_date *more = arena_many(r->a, struct ical_date, *room);
		if (*n > 0)
			memcpy(more, *list, *n * sizeof *more);
		*list = more;
	}
	(*list)[(*n)++] = *date;
}

/* "20261124T100000,20261125T100000/PT1H" */
static void
read_dates(struct reading *r, const struct ics_line *l, const char *value, bool left_out)
{
	struct ical_event *e = r->e;
	const char *zone = ics_param(l, "TZID");
	for (const char *s = value; *s != '\0' && e->wrong == NULL;) {
		size_t n = strcspn(s, ",");
		char *one = arena_strndup(r->a, s, n), *slash = strchr(one, '/');
		struct ical_date d = {.duration = 0};
		if (slash != NULL)
			*slash++ = '\0';
		d.at = ics_clock(one, zone);
		if (slash != NULL && *slash == 'P')
			d.duration = ics_duration(slash);
		else if (slash != NULL)
			d.end = ics_clock(slash, zone);
		if (left_out)
			add_date(r, &e->left_out, &e->n_left_out, &r->room_left_out, &d);
		else
			add_date(r, &e->dates, &e->n_dates, &r->room_dates, &d);
		s += n + (s[n] == ',');
	}
}

static void
read_more_dates(struct reading *r, const struct ics_line *l, const char *value)
{
	read_dates(r, l, value, false);
}

static void
read_left_out(struct reading *r, const struct ics_line *l, const char *value)
{
	read_dates(r, l, value, true);
}

static void
read_status(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->e->cancelled |= strcasecmp(value, "CANCELLED") == 0;
}

static void
read_sequence(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->e->sequence = strspn(value, "0123456789") <= 9 ? strtol(value, NULL, 10) : 0;
}

static void
read_uid(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	if (*value != '\0')
		r->e->uid = value;
}

static void
read_stamp(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->e->stamp = value;
}

static void
read_attendee(struct reading *r, const struct ics_line *l, const char *value)
{
	static const struct {
		const char *word;
		enum event_response response;
	} words[] = {{"ACCEPTED", EVENT_ACCEPTED}, {"TENTATIVE", EVENT_MAYBE},
		{"DECLINED", EVENT_DECLINED}};
	static const char scheme[] = "mailto:";
	const char *said = ics_param(l, "PARTSTAT"), *type = ics_param(l, "CUTYPE");
	if (r->n_attendees == ICAL_MAX_ROOMS)
		return;
	struct attendee *one = &r->attendees[r->n_attendees++];
	*one = (struct attendee){.address = value, .name = ics_param(l, "CN")};
	if (strncasecmp(value, scheme, sizeof scheme - 1) == 0)
		one->address += sizeof scheme - 1;
	for (size_t i = 0; said != NULL && i < sizeof words / sizeof *words; i++)
		if (strcasecmp(words[i].word, said) == 0)
			one->response = words[i].response;
	one->is_room = type != NULL && (strcasecmp(type, "ROOM") == 0 ||
					       strcasecmp(type, "RESOURCE") == 0);
}

static const struct {
	const char *name;
	void (*read)(struct reading *r, const struct ics_line *l, const char *value);
} properties[] = {
	{"DTSTART", read_start},
	{"DTEND", read_end},
	{"DURATION", read_duration},
	{"RECURRENCE-ID", read_recurrence},
	{"RRULE", read_rule},
	{"EXRULE", read_old_rule},
	{"RDATE", read_more_dates},
	{"EXDATE", read_left_out},
	{"STATUS", read_status},
	{"SEQUENCE", read_sequence},
	{"UID", read_uid},
	{"DTSTAMP", read_stamp},
	{"ATTENDEE", read_attendee},
};

static bool
is_text(const char *s, const char *part, size_t n)
{
	return s != NULL && strlen(s) == n && strncasecmp(s, part, n) == 0;
}

/* By its address, or by what stands before the @ or is shown: of a path, each part counts. */
static bool
is_named(const struct attendee *one, const char *room)
{
	size_t local = strcspn(one->address, "@");
	if (strcasecmp(one->address, room) == 0)
		return true;
	for (const char *s = room; *s != '\0';) {
		size_t n = strcspn(s, "/");
		if (n > 0 &&
			(is_text(one->name, s, n) ||
				(local == n && strncasecmp(one->address, s, n) == 0)))
			return true;
		s += n + (s[n] == '/');
	}
	return false;
}

/* The room is the attendee of its name; else the only one that says to be a room. */
static enum event_response
response_of(const struct reading *r, const char *room)
{
	const struct attendee *only = NULL;
	size_t rooms = 0;
	for (size_t i = 0; i < r->n_attendees; i++) {
		const struct attendee *one = &r->attendees[i];
		if (is_named(one, room))
			return one->response;
		if (one->is_room) {
			only = one;
			rooms++;
		}
	}
	return rooms == 1 ? only->response : EVENT_UNANSWERED;
}

int
ical_event_read(struct arena *a, const char *room, struct ical_event *e, struct err *err)
{
	struct ics_lines lines;
	struct ics_line l;
	size_t depth = 0, n;
	struct reading *r = arena_one(a, struct reading);
	*r = (struct reading){.a = a, .e = e};
	e->uid = e->stamp = "";
	int grade = ics_lines_open(&lines, a, e->text, e->size, err);
	if (grade != ERR_NONE)
		return grade;
	while (ics_lines_next(&lines, &l)) {
		bool begin = strcasecmp(l.name, "BEGIN") == 0;
		if (begin || strcasecmp(l.name, "END") == 0)
			depth = begin ? depth + 1 : depth > 0 ? depth - 1 : 0;
		else if (depth == 2)
			for (size_t i = 0; i < sizeof properties / sizeof *properties;
				i++)
				if (strcasecmp(properties[i].name, l.name) == 0)
					properties[i].read(r, &l, ics_text(a, &l, &n));
	}
	e->response = response_of(r, room);
	return ERR_NONE;
}
