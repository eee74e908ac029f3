/* One event of iCalendar (RFC 5545, 7986) or vCalendar 1.0. */
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/strict_json.h"
#include "invite/formats.h"
#include "invite/ics_line.h"
#include "invite/ics_time.h"

enum { MAX_DEPTH = 8, MAX_COMPONENTS = 2000 };

struct reading {
	struct draft *d;
	struct draft draft; /* becomes *d when the event is whole */
	const char *components[MAX_DEPTH];
	size_t depth, n_components;
	bool found, whole; /* the event's beginning, and its end */
	size_t n_others;   /* events after it */
	bool tentative, transparent;
	struct ics_clock start, end;
	int64_t duration;
	struct ics_zones zones;
	const char *zone_name; /* of the VTIMEZONE that is being read */
	const char *recurrence, *sequence, *stamp;
	bool cancelled; /* the whole file is a cancellation */
};

/* The properties. `value` is decoded; it lives in the arena. */

static void
read_start(struct reading *r, const struct ics_line *l, const char *value)
{
	r->start = ics_clock(value, ics_param(l, "TZID"));
}

static void
read_end(struct reading *r, const struct ics_line *l, const char *value)
{
	r->end = ics_clock(value, ics_param(l, "TZID"));
}

static void
read_duration(struct reading *r, const struct ics_line *l, const char *value)
{
	(void)l;
	r->duration = ics_duration(value);
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

/* HTML that does not say so is found in the text by invite_clean. */
static void
read_description(struct reading *r, const struct ics_line *l, const char *value)
{
	const char *type = ics_param(l, "FMTTYPE");
	bool html = type != NULL && strcasecmp(type, "text/html") == 0;
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

/* Where a file lies, not the file itself. */
static void
read_attachment(struct reading *r, const struct ics_line *l, const char *value)
{
	if (strncasecmp(value, "http", 4) == 0 && strstr(value, "://") != NULL)
		draft_body(&r->draft, EVENT_TEXT, l->name, value, strlen(value));
}

/* An address of digits is a conference's; any other is a person's. */
static void
read_contact(struct reading *r, const struct ics_line *l, const char *value)
{
	size_t n = strspn(value, "0123456789");
	if (n > 0 && value[n] == '@' && strpbrk(value, " \t\n,;") == NULL)
		draft_entry(&r->draft,
			&(struct entry_point){.kind = ENTRY_SIP,
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
	{"CLASS", read_class},
	{"TRANSP", read_transparency},
	{"STATUS", read_status},
	{"X-MICROSOFT-CDO-ALLDAYEVENT", read_all_day},
	{"ORGANIZER", read_organizer},
	{"DESCRIPTION", read_description},
	{"X-ALT-DESC", read_description},
	{"STYLED-DESCRIPTION", read_description},
	{"CONFERENCE", read_conference},
	{"X-GOOGLE-CONFERENCE", read_uri},
	{"X-MICROSOFT-SKYPETEAMSMEETINGURL", read_uri},
	{"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK", read_uri},
	{"X-MICROSOFT-CONFERENCETELURI", read_uri},
	{"X-MICROSOFT-ONLINEMEETINGCONFLINK", read_focus},
	{"X-MS-LOCATIONS", read_locations},
	{"X-MICROSOFT-LOCATIONS", read_locations},
	{"URL", read_uri},
	{"ATTACH", read_attachment},
	{"CONTACT", read_contact},
};

/* Those that are kept as they are. */
static const struct {
	const char *name;
	size_t at;
} texts[] = {
	{"UID", offsetof(struct reading, draft.event.uid)},
	{"SUMMARY", offsetof(struct reading, draft.event.subject)},
	{"LOCATION", offsetof(struct reading, draft.event.location)},
	{"RECURRENCE-ID", offsetof(struct reading, recurrence)},
	{"SEQUENCE", offsetof(struct reading, sequence)},
	{"DTSTAMP", offsetof(struct reading, stamp)},
};

static void
read_event_line(struct reading *r, const struct ics_line *l)
{
	size_t size;
	for (size_t i = 0; i < sizeof properties / sizeof *properties; i++)
		if (strcasecmp(properties[i].name, l->name) == 0)
			properties[i].read(r, l, ics_text(r->d->arena, l, &size));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcasecmp(texts[i].name, l->name) == 0)
			*(const char **)((char *)r + texts[i].at) =
				draft_text(ics_text(r->d->arena, l, &size));
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
		r->zones.calendar = draft_text(value);
}

/* Some say beside a zone's name of their own which zone it is. Its rules are not read. */
static void
read_zone_line(struct reading *r, const struct ics_line *l)
{
	size_t size;
	if (strcasecmp(l->name, "TZID") == 0)
		r->zone_name = ics_text(r->d->arena, l, &size);
	else if (strcasecmp(l->name, "X-LIC-LOCATION") == 0 && r->zone_name != NULL &&
		 r->zones.n_own < ICS_MAX_ZONES) {
		r->zones.own[r->zones.n_own].name = r->zone_name;
		r->zones.own[r->zones.n_own++].zone = ics_text(r->d->arena, l, &size);
	}
}

/* No times at all when one of them cannot be told. */
static void
set_times(const struct reading *r, struct event *e)
{
	int64_t start, end;
	e->all_day |= r->start.date;
	if (!ics_instant(&r->zones, &r->start, &start))
		return;
	end = start + (r->duration > 0 ? r->duration : r->start.date ? ICS_DAY_S : 0);
	if (r->end.given && !ics_instant(&r->zones, &r->end, &end))
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
	if (r->n_others > 0)
		draft_unread(&r->draft,
			arena_printf(a, DRAFT_FIRST_OF, r->n_others + 1));
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
	err_set(err, ERR_LIMIT, "ics_too_deep",
		"iCalendar with more than %d components, or more than %d within each "
		"other",
		MAX_COMPONENTS, MAX_DEPTH);
	err_cure(err, "Save the one meeting, not the whole calendar.");
	return ERR_LIMIT;
}

/* One that was cut off may be cut within a meeting's ID. */
static int
no_event(const struct reading *r, struct err *err)
{
	err_set(err, ERR_BAD_REPLY, "no_event",
		r->found ? "the iCalendar file ends within its event"
			 : "no event (VEVENT) in the iCalendar file");
	err_cure(err, "Save the meeting again, as .ics.");
	return ERR_BAD_REPLY;
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
			r.n_others += r.whole && is_in(&r, 2, "VEVENT");
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
		return no_event(&r, err);
	finish(&r);
	return ERR_NONE;
}
