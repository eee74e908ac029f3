/* One event as Microsoft Graph or Google Calendar tells it. */
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/strict_json.h"
#include "base/when.h"
#include "base/zone.h"
#include "invite/api_event.h"
#include "invite/formats.h"

struct word {
	const char *text;
	int value;
};

/* The value of the word that `text` is; `otherwise` when it is none of them: both APIs
 * may learn new ones. */
static int
find_word(const struct word *words, size_t n, const char *text, int otherwise)
{
	for (size_t i = 0; text != NULL && i < n; i++)
		if (strcmp(words[i].text, text) == 0)
			return words[i].value;
	return otherwise;
}

#define WORD(words, text, otherwise)                                                     \
	find_word((words), sizeof(words) / sizeof *(words), (text), (otherwise))

/* A copy, since the document does not live as long as the event; NULL when blank. */
static const char *
text_of(struct arena *a, const json_t *o, const char *name)
{
	const char *s = draft_text(strict_json_text(o, name));
	return s != NULL ? arena_strdup(a, s) : NULL;
}

static void
add_body(struct draft *d, enum event_body_kind kind, const char *name, const char *text)
{
	size_t size = text != NULL ? strlen(text) : 0;
	if (size == 0)
		return;
	draft_body(d, kind, name, arena_strndup(d->arena, text, size), size);
}

static void
add_uri(struct draft *d, const char *name, const char *uri)
{
	if (uri != NULL)
		draft_entry(
			d, &(struct entry_point){
				   .kind = draft_kind(uri), .name = name, .uri = uri});
}

/* "2026-11-23T15:00:00.0000000" with a zone beside it, or with an offset of its own. */
static bool
read_time(const char *text, const char *zone, int64_t *ret)
{
	struct tm tm = {0};
	if (text == NULL)
		return false;
	if (when_parse(text, ret))
		return true;
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (rest != NULL && *rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	return rest != NULL && *rest == '\0' && zone != NULL &&
	       zone_instant(zone, &tm, ret);
}

static bool
read_date(const char *text, const char *zone, int64_t *ret)
{
	struct tm tm = {0};
	const char *rest = text != NULL ? strptime(text, "%Y-%m-%d", &tm) : NULL;
	return rest != NULL && *rest == '\0' &&
	       zone_instant(zone != NULL ? zone : "UTC", &tm, ret);
}

/* One end of it. Google gives a date without a time for a whole day. */
static bool
read_moment(const json_t *o, const char *otherwise, int64_t *ret, bool *ret_date)
{
	const char *zone = strict_json_text(o, "timeZone");
	zone = zone != NULL ? zone : otherwise;
	*ret_date = json_object_get(o, "date") != NULL;
	return *ret_date ? read_date(strict_json_text(o, "date"), zone, ret)
			 : read_time(strict_json_text(o, "dateTime"), zone, ret);
}

/* No times at all when one of them cannot be told. */
static void
read_times(const json_t *o, const char *zone, struct event *e)
{
	int64_t start, end;
	bool date, end_date;
	if (!read_moment(json_object_get(o, "start"), zone, &start, &date) ||
		!read_moment(json_object_get(o, "end"), zone, &end, &end_date) ||
		end < start)
		return;
	e->start = start;
	e->end = end;
	e->all_day |= date;
}

/* Microsoft Graph: learn.microsoft.com/graph/api/resources/event */

static const struct word graph_busy[] = {
	{"free", EVENT_FREE},
	{"tentative", EVENT_TENTATIVE},
	{"oof", EVENT_AWAY},
};

static const struct word graph_responses[] = {
	{"organizer", EVENT_ACCEPTED}, /* a room that booked itself */
	{"accepted", EVENT_ACCEPTED},
	{"tentativelyAccepted", EVENT_MAYBE},
	{"declined", EVENT_DECLINED},
};

/* The first location names them all as people see them; what another adds goes after it.
 */
static void
read_graph_locations(struct draft *d, const json_t *event)
{
	const json_t *first = json_object_get(event, "location"), *one;
	const char *name = strict_json_text(first, "displayName");
	struct buf all;
	size_t i;
	buf_init(&all, d->arena);
	buf_str(&all, name != NULL ? name : "");
	add_uri(d, "locationUri", text_of(d->arena, first, "locationUri"));
	json_array_foreach (json_object_get(event, "locations"), i, one) {
		name = strict_json_text(one, "displayName");
		if (i == DRAFT_MAX_ENTRIES)
			break;
		add_uri(d, "locationUri", text_of(d->arena, one, "locationUri"));
		if (name == NULL || strstr(all.s, name) != NULL)
			continue;
		if (all.n > 0)
			buf_str(&all, "; ");
		buf_str(&all, name);
	}
	d->event.location = draft_text(all.s);
}

static void
add_graph_number(struct draft *d, const char *number, const char *region, const char *id)
{
	if (draft_text(number) == NULL)
		return;
	draft_entry(d, &(struct entry_point){.kind = ENTRY_PHONE,
			       .name = "onlineMeeting",
			       .uri = arena_printf(d->arena, "tel:%s", number),
			       .label = region,
			       .access_code = id});
}

/* Its conferenceId is keyed on the phone; it is not the meeting's ID. */
static void
read_graph_meeting(struct draft *d, const json_t *o)
{
	struct arena *a = d->arena;
	const char *id = text_of(a, o, "conferenceId");
	const json_t *one;
	size_t i;
	add_uri(d, "onlineMeeting", text_of(a, o, "joinUrl"));
	add_graph_number(d, strict_json_text(o, "tollNumber"), NULL, id);
	json_array_foreach (json_object_get(o, "tollFreeNumbers"), i, one)
		add_graph_number(d, json_string_value(one), NULL, id);
	json_array_foreach (json_object_get(o, "phones"), i, one)
		add_graph_number(d, strict_json_text(one, "number"),
			text_of(a, one, "region"), id);
}

static void
read_graph(struct draft *d, const json_t *o)
{
	struct arena *a = d->arena;
	struct event *e = &d->event;
	const json_t *body = json_object_get(o, "body");
	const json_t *organizer =
		json_object_get(json_object_get(o, "organizer"), "emailAddress");
	const char *type = strict_json_text(body, "contentType");
	const char *sensitivity = strict_json_text(o, "sensitivity");
	e->id = text_of(a, o, "id");
	e->change_key = text_of(a, o, "changeKey");
	if (e->change_key == NULL)
		e->change_key = text_of(a, o, "@odata.etag");
	e->uid = text_of(a, o, "iCalUId");
	e->subject = text_of(a, o, "subject");
	e->organizer = text_of(a, organizer, "address");
	e->organizer_name = text_of(a, organizer, "name");
	e->all_day = json_is_true(json_object_get(o, "isAllDay"));
	e->cancelled = json_is_true(json_object_get(o, "isCancelled"));
	e->is_private = sensitivity != NULL && strcmp(sensitivity, "normal") != 0;
	e->busy = (enum event_busy)WORD(
		graph_busy, strict_json_text(o, "showAs"), EVENT_BUSY);
	e->response = (enum event_response)WORD(graph_responses,
		strict_json_text(json_object_get(o, "responseStatus"), "response"),
		EVENT_UNANSWERED);
	read_times(o, NULL, e);
	read_graph_meeting(d, json_object_get(o, "onlineMeeting"));
	read_graph_locations(d, o);
	add_uri(d, "onlineMeetingUrl", text_of(a, o, "onlineMeetingUrl"));
	add_body(d,
		type != NULL && strcasecmp(type, "html") == 0 ? EVENT_HTML : EVENT_TEXT,
		"body", strict_json_text(body, "content"));
}

/* Google Calendar: developers.google.com/workspace/calendar/api/v3/reference/events */

static const struct word google_responses[] = {
	{"accepted", EVENT_ACCEPTED},
	{"tentative", EVENT_MAYBE},
	{"declined", EVENT_DECLINED},
};

static const struct word google_entries[] = {
	{"video", ENTRY_VIDEO},
	{"phone", ENTRY_PHONE},
	{"sip", ENTRY_SIP},
};

static void
read_google_entry(struct draft *d, const json_t *o)
{
	struct arena *a = d->arena;
	draft_entry(d, &(struct entry_point){
			       .kind = (enum entry_kind)WORD(google_entries,
				       strict_json_text(o, "entryPointType"), ENTRY_MORE),
			       .name = "conferenceData",
			       .uri = text_of(a, o, "uri"),
			       .label = text_of(a, o, "label"),
			       .region = text_of(a, o, "regionCode"),
			       .meeting_code = text_of(a, o, "meetingCode"),
			       .access_code = text_of(a, o, "accessCode"),
			       .passcode = text_of(a, o, "passcode"),
			       .password = text_of(a, o, "password"),
			       .pin = text_of(a, o, "pin")});
}

/* How the calendar's own attendee answered. */
static enum event_response
read_google_response(const json_t *event)
{
	const json_t *one;
	size_t i;
	json_array_foreach (json_object_get(event, "attendees"), i, one) {
		if (json_is_true(json_object_get(one, "self")))
			return (enum event_response)WORD(google_responses,
				strict_json_text(one, "responseStatus"),
				EVENT_UNANSWERED);
	}
	return EVENT_UNANSWERED;
}

static void
read_google_in(struct draft *d, const json_t *o, const char *zone)
{
	struct arena *a = d->arena;
	struct event *e = &d->event;
	const json_t *organizer = json_object_get(o, "organizer");
	const json_t *conference = json_object_get(o, "conferenceData"), *one;
	const char *status = strict_json_text(o, "status");
	const char *visibility = strict_json_text(o, "visibility");
	const char *transparency = strict_json_text(o, "transparency");
	size_t i;
	e->id = text_of(a, o, "id");
	e->change_key = text_of(a, o, "etag");
	e->uid = text_of(a, o, "iCalUID");
	e->subject = text_of(a, o, "summary");
	e->location = text_of(a, o, "location");
	e->organizer = text_of(a, organizer, "email");
	e->organizer_name = text_of(a, organizer, "displayName");
	e->cancelled = status != NULL && strcmp(status, "cancelled") == 0;
	e->is_private =
		visibility != NULL && (strcmp(visibility, "private") == 0 ||
					      strcmp(visibility, "confidential") == 0);
	if (transparency != NULL && strcmp(transparency, "transparent") == 0)
		e->busy = EVENT_FREE;
	else if (status != NULL && strcmp(status, "tentative") == 0)
		e->busy = EVENT_TENTATIVE;
	e->response = read_google_response(o);
	read_times(o, zone, e);
	json_array_foreach (json_object_get(conference, "entryPoints"), i, one)
		read_google_entry(d, one);
	add_uri(d, "hangoutLink", text_of(a, o, "hangoutLink"));
	/* either may be HTML, which invite_clean sees */
	add_body(d, EVENT_TEXT, "description", strict_json_text(o, "description"));
	add_body(d, EVENT_TEXT, "conferenceData.notes",
		strict_json_text(conference, "notes"));
}

static void
read_google(struct draft *d, const json_t *o)
{
	read_google_in(d, o, NULL);
}

void
api_graph_event(struct arena *a, const json_t *o, struct event *ret)
{
	struct draft d;
	draft_init(&d, a);
	read_graph(&d, o);
	draft_event(&d, ret);
}

void
api_google_event(struct arena *a, const json_t *o, const char *zone, struct event *ret)
{
	struct draft d;
	draft_init(&d, a);
	read_google_in(&d, o, zone);
	draft_event(&d, ret);
}

/* Members that only one of the two has. */
static const struct sign {
	const char *name;
	void (*read)(struct draft *d, const json_t *o);
} signs[] = {
	{"iCalUId", read_graph},
	{"@odata.etag", read_graph},
	{"changeKey", read_graph},
	{"subject", read_graph},
	{"body", read_graph},
	{"onlineMeeting", read_graph},
	{"kind", read_google}, /* all that a cancelled one may have */
	{"iCalUID", read_google},
	{"summary", read_google},
	{"description", read_google},
	{"conferenceData", read_google},
	{"hangoutLink", read_google},
	{"originalStartTime", read_google},
	{"htmlLink", read_google},
};

/* Of a list of events; NULL: the document is no list. */
static const json_t *
list_of(const json_t *document)
{
	static const char *const lists[] = {"value", "items"};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		const json_t *list = json_object_get(document, lists[i]);
		if (json_is_array(list))
			return list;
	}
	return NULL;
}

/* The event itself, or the first of a list; NULL: no event. */
static const json_t *
event_of(const json_t *document)
{
	const json_t *list = list_of(document);
	return list != NULL ? json_array_get(list, 0) : document;
}

static void
note_others(struct draft *d, const json_t *document)
{
	size_t n = json_array_size(list_of(document));
	if (n > 1)
		draft_unread(d, arena_printf(d->arena, DRAFT_FIRST_OF, n));
}

/* NULL: it is no event. Google also has summaries of calendars, and says so. */
static const struct sign *
find_sign(const json_t *event)
{
	const char *kind = strict_json_text(event, "kind");
	if (kind != NULL && strcmp(kind, "calendar#event") != 0)
		return NULL;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (json_object_get(event, signs[i].name) != NULL)
			return &signs[i];
	return NULL;
}

int
json_event_read(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	json_t *document;
	int r = strict_json_read(bytes, size, &document, err);
	if (r != ERR_NONE)
		return r;
	const json_t *event = event_of(document);
	const struct sign *sign = find_sign(event);
	if (sign != NULL) {
		sign->read(d, event);
		note_others(d, document);
	}
	json_decref(document);
	if (sign != NULL)
		return ERR_NONE;
	err_set(err, ERR_BAD_REPLY, "no_event",
		"JSON, but no event of Microsoft Graph or Google Calendar");
	err_cure(err, "Give one event as the API answers it, or a list with one.");
	return ERR_BAD_REPLY;
}
