/* One event of iCalendar (RFC 5545, 7986) or vCalendar 1.0. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/strict_json.h"
#include "base/zone.h"
#include "invite/formats.h"
#include "invite/ics_line.h"

enum { MAX_DEPTH = 8, MAX_COMPONENTS = 2000, MAX_ZONES = 16, DAY_S = 86400 };

/* A date or time as it stands, before its zone is looked for. */
struct clock {
	bool given, date, utc;
	struct tm tm;
	const char *zone; /* NULL: floating */
};

/* A name of the file's own for a zone, and what zone that is. */
struct alias {
	const char *name, *zone;
};

struct reading {
	struct draft *d;
	struct draft draft; /* becomes *d when the event is whole */
	const char *components[MAX_DEPTH];
	size_t depth, n_components;
	bool found, whole; /* the event's beginning, and its end */
	bool tentative, transparent;
	struct clock start, end;
	int64_t duration;
	const char *zone; /* the calendar's own, X-WR-TIMEZONE */
	struct alias aliases[MAX_ZONES];
	size_t n_aliases;
	const char *zone_name; /* of the VTIMEZONE that is being read */
	const char *recurrence, *sequence, *stamp;
	bool cancelled; /* the whole file is a cancellation */
};

/* n digits at *s, which moves past them; -1 when they are not there. */
static int
digits(const char **s, int n)
{
	int v = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

/* "20261123", "20261123T150000" or "20261123T150000Z". */
static bool
read_clock(const char *s, struct clock *ret)
{
	struct tm t = {0};
	int year = digits(&s, 4);
	t.tm_year = year - 1900;
	t.tm_mon = year >= 0 ? digits(&s, 2) - 1 : -1;
	t.tm_mday = t.tm_mon >= 0 ? digits(&s, 2) : -1;
	if (t.tm_mday < 0)
		return false;
	*ret = (struct clock){.given = true, .date = *s == '\0', .tm = t};
	if (ret->date)
		return true;
	if (*s++ != 'T')
		return false;
	ret->tm.tm_hour = digits(&s, 2);
	ret->tm.tm_min = ret->tm.tm_hour >= 0 ? digits(&s, 2) : -1;
	ret->tm.tm_sec = ret->tm.tm_min >= 0 ? digits(&s, 2) : -1;
	ret->utc = *s == 'Z';
	return ret->tm.tm_sec >= 0 && s[ret->utc] == '\0';
}

/* The properties. `value` is decoded; it lives in the arena. */

static void
read_start(struct reading *r, const struct ics_line *l, const char *value)
{
	if (read_clock(value, &r->start))
		r->start.zone = ics_param(l, "TZID");
}

static void
read_end(struct reading *r, const struct ics_line *l, const char *value)
{
	if (read_clock(value, &r->end))
		r->end.zone = ics_param(l, "TZID");
}

/* "PT1H30M", "P1D", "P2W". One that is not in order is none. */
static void
read_duration(struct reading *r, const struct ics_line *l, const char *s)
{
	static const struct {
		char unit;
		int seconds;
	} units[] = {{'W', 7 * DAY_S}, {'D', DAY_S}, {'H', 3600}, {'M', 60}, {'S', 1}};
	int64_t total = 0;
	(void)l;
	s += *s == '+';
	if (*s++ != 'P')
		return;
	while (*s != '\0') {
		int64_t n = 0;
		size_t u = 0;
		s += *s == 'T';
		size_t len = strspn(s, "0123456789");
		if (len == 0 || len > 7)
			return;
		for (; len > 0; len--)
			n = n * 10 + (*s++ - '0');
		while (u < sizeof units / sizeof *units && units[u].unit != *s)
			u++;
		if (u == sizeof units / sizeof *units)
			return;
		total += n * units[u].seconds;
		s++;
	}
	r->duration = total;
}

static void
read_uid(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->draft.event.uid = draft_text(value);
}

static void
read_recurrence(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->recurrence = draft_text(value);
}

static void
read_sequence(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->sequence = draft_text(value);
}

static void
read_stamp(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->stamp = draft_text(value);
}

static void
read_summary(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->draft.event.subject = draft_text(value);
}

static void
read_location(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->draft.event.location = draft_text(value);
}

static void
read_class(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->draft.event.is_private = strcasecmp(value, "PUBLIC") != 0;
}

static void
read_transparency(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->transparent = strcasecmp(value, "TRANSPARENT") == 0;
}

static void
read_status(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->tentative = strcasecmp(value, "TENTATIVE") == 0;
	r->draft.event.cancelled |= strcasecmp(value, "CANCELLED") == 0;
}

static void
read_all_day(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->draft.event.all_day |= strcasecmp(value, "TRUE") == 0;
}

static void
read_organizer(struct reading *r, const struct ics_line *l, const char *value)
{
	static const char scheme[] = "mailto:";
	if (strncasecmp(value, scheme, sizeof scheme - 1) == 0)
		value += sizeof scheme - 1;
	r->draft.event.organizer = strchr(value, '@') != NULL ? value : NULL;
	r->draft.event.organizer_name = draft_text(ics_param(l, "CN"));
}

/* A calendar keeps HTML in DESCRIPTION without saying so. */
static void
read_description(struct reading *r, const struct ics_line *l, const char *value)
{
	size_t size = strlen(value);
	(void)l;
	bool html = draft_is_html(value, size);
	if (html)
		value = draft_keep_lines(r->d->arena, value, size, &size);
	draft_body(&r->draft, html ? EVENT_HTML : EVENT_TEXT, l->name, value, size);
}

static void
read_formatted(struct reading *r, const struct ics_line *l, const char *value)
{
	const char *type = ics_param(l, "FMTTYPE");
	bool html = type != NULL ? strcasecmp(type, "text/html") == 0
				 : draft_is_html(value, strlen(value));
	draft_body(
		&r->draft, html ? EVENT_HTML : EVENT_TEXT, l->name, value, strlen(value));
}

static void
add_entry(struct reading *r, const struct ics_line *l, const char *uri)
{
	draft_entry(&r->draft, &(struct entry_point){.kind = draft_kind(uri),
				       .name = l->name,
				       .uri = uri,
				       .label = draft_text(ics_param(l, "LABEL"))});
}

/* What only the host may use is nothing for a room (RFC 7986, 6.3). */
static void
read_conference(struct reading *r, const struct ics_line *l, const char *value)
{
	if (!ics_param_has(l, "FEATURE", "MODERATOR"))
		add_entry(r, l, value);
}

static void
read_uri(struct reading *r, const struct ics_line *l, const char *value)
{
	add_entry(r, l, value);
}

/* Exchange gives a Teams meeting a focus of Skype for Business's form, which is none. */
static void
read_focus(struct reading *r, const struct ics_line *l, const char *value)
{
	if (strstr(value, "teams:") == NULL)
		add_entry(r, l, value);
}

/* An address of digits is a conference's; any other is a person's. */
static void
read_contact(struct reading *r, const struct ics_line *l, const char *value)
{
	size_t n = strspn(value, "0123456789");
	if (n > 0 && value[n] == '@' && strpbrk(value, " \t\n,;") == NULL)
		draft_entry(&r->draft, &(struct entry_point){.kind = ENTRY_SIP,
					       .name = l->name,
					       .uri = arena_printf(r->d->arena, "sip:%s", value)});
}

/* Outlook's list of places; a mailbox is none to join. */
static void
read_locations(struct reading *r, const struct ics_line *l, const char *value)
{
	json_t *list, *one;
	size_t i;
	if (strict_json_read(value, strlen(value), &list, NULL) != ERR_NONE)
		return;
	json_array_foreach (list, i, one) {
		const char *uri = strict_json_text(one, "LocationUri");
		if (uri != NULL && strstr(uri, "://") != NULL)
			add_entry(r, l, arena_strdup(r->d->arena, uri));
	}
	json_decref(list);
}

static const struct {
	const char *name;
	void (*read)(struct reading *r, const struct ics_line *l, const char *value);
} properties[] = {
	{"DTSTART", read_start},
	{"DTEND", read_end},
	{"DURATION", read_duration},
	{"UID", read_uid},
	{"RECURRENCE-ID", read_recurrence},
	{"SEQUENCE", read_sequence},
	{"DTSTAMP", read_stamp},
	{"SUMMARY", read_summary},
	{"LOCATION", read_location},
	{"CLASS", read_class},
	{"TRANSP", read_transparency},
	{"STATUS", read_status},
	{"X-MICROSOFT-CDO-ALLDAYEVENT", read_all_day},
	{"ORGANIZER", read_organizer},
	{"DESCRIPTION", read_description},
	{"X-ALT-DESC", read_formatted},
	{"STYLED-DESCRIPTION", read_formatted},
	{"CONFERENCE", read_conference},
	{"X-GOOGLE-CONFERENCE", read_uri},
	{"X-MICROSOFT-SKYPETEAMSMEETINGURL", read_uri},
	{"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", read_uri},
	{"X-MICROSOFT-CONFERENCETELURI", read_uri},
	{"X-MICROSOFT-ONLINEMEETINGCONFLINK", read_focus},
	{"X-MS-LOCATIONS", read_locations},
	{"X-MICROSOFT-LOCATIONS", read_locations},
	{"URL", read_uri},
	{"CONTACT", read_contact},
};

static void
read_event_line(struct reading *r, const struct ics_line *l)
{
	size_t size;
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (strcasecmp(properties[i].name, l->name) == 0) {
			properties[i].read(r, l, ics_text(r->d->arena, l, &size));
			return;
		}
}

/* Of the calendar itself. */
static void
read_calendar_line(struct reading *r, const struct ics_line *l)
{
	size_t size;
	const char *value = ics_text(r->d->arena, l, &size);
	if (strcasecmp(l->name, "METHOD") == 0)
		r->cancelled = strcasecmp(value, "CANCEL") == 0;
	else if (strcasecmp(l->name, "X-WR-TIMEZONE") == 0)
		r->zone = draft_text(value);
}

/* Some say beside a zone's name of their own which zone it is. Its rules are not read. */
static void
read_zone_line(struct reading *r, const struct ics_line *l)
{
	size_t size;
	if (strcasecmp(l->name, "TZID") == 0)
		r->zone_name = ics_text(r->d->arena, l, &size);
	else if (strcasecmp(l->name, "X-LIC-LOCATION") == 0 && r->zone_name != NULL &&
		 r->n_aliases < MAX_ZONES)
		r->aliases[r->n_aliases++] =
			(struct alias){r->zone_name, ics_text(r->d->arena, l, &size)};
}

/* "/mozilla.org/20050126_1/Europe/Berlin": the longest end of it that is a zone. */
static bool
in_zone(const char *zone, const struct tm *tm, int64_t *ret)
{
	for (const char *name = zone; name != NULL; name = strchr(name, '/')) {
		name += *name == '/';
		if (zone_instant(name, tm, ret))
			return true;
		if (*zone != '/')
			return false;
	}
	return false;
}

/* A date is the day's beginning in the calendar's zone, else in UTC: no calendar has more
 * to tell. A floating time without any zone is no instant. */
static bool
instant(const struct reading *r, const struct clock *c, int64_t *ret)
{
	const char *zone = c->utc ? "UTC" : c->zone != NULL ? c->zone : r->zone;
	if (!c->given || (zone == NULL && !c->date))
		return false;
	if (zone == NULL)
		zone = "UTC";
	if (in_zone(zone, &c->tm, ret))
		return true;
	for (size_t i = 0; i < r->n_aliases; i++)
		if (strcmp(r->aliases[i].name, zone) == 0)
			return in_zone(r->aliases[i].zone, &c->tm, ret);
	return false;
}

/* No times at all when one of them cannot be told. */
static void
set_times(const struct reading *r, struct event *e)
{
	int64_t start, end;
	if (!instant(r, &r->start, &start))
		return;
	e->all_day |= r->start.date;
	end = start + (r->duration > 0 ? r->duration : r->start.date ? DAY_S : 0);
	if (r->end.given && !instant(r, &r->end, &end))
		return;
	if (end < start)
		return;
	e->start = start;
	e->end = end;
}

static void
finish(struct reading *r)
{
	struct arena *a = r->d->arena;
	struct event *e = &r->draft.event;
	set_times(r, e);
	e->cancelled |= r->cancelled;
	e->busy = r->transparent ? EVENT_FREE
		  : r->tentative ? EVENT_TENTATIVE
				 : EVENT_BUSY;
	if (e->uid != NULL)
		e->id = r->recurrence == NULL
				? e->uid
				: arena_printf(a, "%s/%s", e->uid, r->recurrence);
	if (r->sequence != NULL || r->stamp != NULL)
		e->change_key =
			arena_printf(a, "%s/%s", r->sequence != NULL ? r->sequence : "",
				r->stamp != NULL ? r->stamp : "");
	*r->d = r->draft;
}

static bool
is_in(const struct reading *r, size_t depth, const char *component)
{
	return r->depth == depth && strcasecmp(r->components[depth - 1], component) == 0;
}

/* Ends what is open under that name, and what was left open within it. */
static void
end_component(struct reading *r, const char *name)
{
	size_t depth = r->depth;
	while (depth > 0 && strcasecmp(r->components[depth - 1], name) != 0)
		depth--;
	if (depth == 0)
		return;
	r->whole |= depth == 2 && strcasecmp(name, "VEVENT") == 0;
	r->depth = depth - 1;
}

static int
too_deep(struct err *err)
{
	return err_set(err, ERR_LIMIT, "ics_too_deep",
		"iCalendar with more than %d components, or more than %d within each "
		"other",
		MAX_COMPONENTS, MAX_DEPTH);
}

int
ics_read(struct draft *d, const char *text, size_t size, struct err *err)
{
	struct ics_lines lines;
	struct ics_line l;
	struct reading r = {.d = d, .draft = *d};
	int bad = ics_lines_open(&lines, d->arena, text, size, err);
	if (bad != ERR_NONE)
		return bad;
	while (ics_lines_next(&lines, &l)) {
		if (strcasecmp(l.name, "BEGIN") == 0) {
			if (r.depth == MAX_DEPTH || ++r.n_components > MAX_COMPONENTS)
				return too_deep(err);
			r.components[r.depth++] = l.raw;
			r.found |= is_in(&r, 2, "VEVENT");
		} else if (strcasecmp(l.name, "END") == 0) {
			end_component(&r, l.raw);
		} else if (is_in(&r, 1, "VCALENDAR")) {
			read_calendar_line(&r, &l);
		} else if (is_in(&r, 2, "VEVENT") && !r.whole) {
			read_event_line(&r, &l);
		} else if (is_in(&r, 2, "VTIMEZONE")) {
			read_zone_line(&r, &l);
		}
	}
	if (!r.whole)
		return err_set(err, ERR_BAD_REPLY, "no_event",
			r.found ? "the iCalendar file ends within its event"
				: "no event (VEVENT) in the iCalendar file");
	finish(&r);
	return ERR_NONE;
}
