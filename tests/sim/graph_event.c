/* One event in Graph's words: learn.microsoft.com/graph/api/resources/event. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/graph_event.h"

enum { DAY = 86400, PREVIEW = 255 };

/* All-day events have their dates, whatever the zone. */
static json_t *
time_of(const struct shown *s, int64_t t)
{
	char text[WHEN_TEXT];
	if (s->at->meeting->all_day)
		t = (t + DAY / 2) / DAY * DAY;
	when_text(t, text);
	return json_pack("{s:o, s:s}", "dateTime", json_sprintf("%.19s.0000000", text),
		"timeZone", "UTC");
}

static json_t *
put_start(const struct shown *s)
{
	return time_of(s, s->at->start);
}

static json_t *
put_end(const struct shown *s)
{
	return time_of(s, s->at->end);
}

static json_t *
put_id(const struct shown *s)
{
	char id[GRAPH_ID];
	return json_string(graph_id(s->immutable, s->room, s->at, id));
}

static json_t *
put_change_key(const struct shown *s)
{
	return json_sprintf("%016lxAAA==", s->at->meeting->version);
}

/* A GlobalObjectId: in it, an occurrence of a series has its day. */
static json_t *
put_uid(const struct shown *s)
{
	const struct meeting *m = s->at->meeting;
	char day[9] = "00000000", when[WHEN_TEXT];
	unsigned long long h = hash_text(
		hash_text(0, m->organizer != NULL ? m->organizer : s->room->mailbox),
		m->name);
	if (s->at->original != 0) {
		int year, month, date;
		when_text(s->at->original, when);
		if (sscanf(when, "%d-%d-%d", &year, &month, &date) == 3)
			snprintf(day, sizeof day, "%04X%02X%02X", (unsigned)year & 0xffff,
				(unsigned)month & 0xff, (unsigned)date & 0xff);
	}
	return json_sprintf("040000008200E00074C5B7101A82E008%s%016llX%016llX00000000"
			    "10000000%016llX%016llX",
		day, h, h ^ 0x5555, h * 3, h * 7);
}

static json_t *
put_series(const struct shown *s)
{
	char id[GRAPH_ID];
	struct occurrence master = {.meeting = s->at->meeting};
	return s->at->original != 0
		       ? json_string(graph_id(s->immutable, s->room, &master, id))
		       : json_null();
}

static json_t *
put_type(const struct shown *s)
{
	return json_string(s->at->exception != NULL               ? "exception"
			   : s->at->original != 0                 ? "occurrence"
			   : s->at->meeting->repeat != REPEAT_NOT ? "seriesMaster"
								  : "singleInstance");
}

static json_t *
put_subject(const struct shown *s)
{
	return json_string(subject_of(s->arena, s->room, s->at));
}

static struct body
shown_body(const struct shown *s, bool text)
{
	struct body b = body_of(s->room, s->at);
	if (b.text == NULL)
		b = (struct body){.text = "", .size = 0, .html = !text};
	if (text && b.html)
		b = html_to_text(s->arena, &b);
	else if (!text && !b.html)
		b = text_to_html(s->arena, &b);
	return b;
}

static json_t *
put_body(const struct shown *s)
{
	struct body b = shown_body(s, s->text);
	return json_pack("{s:s, s:s%}", "contentType", s->text ? "text" : "html",
		"content", b.text != NULL ? b.text : "", b.size);
}

static json_t *
put_preview(const struct shown *s)
{
	struct body b = shown_body(s, true);
	size_t n = b.size < PREVIEW ? b.size : PREVIEW;
	while (n > 0 && n < b.size && ((unsigned char)b.text[n] & 0xc0) == 0x80)
		n--;
	return json_stringn(b.text != NULL ? b.text : "", n);
}

static json_t *
put_all_day(const struct shown *s)
{
	return json_boolean(s->at->meeting->all_day);
}

static json_t *
put_cancelled(const struct shown *s)
{
	return json_boolean(is_cancelled(s->at));
}

static json_t *
put_is_organizer(const struct shown *s)
{
	return json_boolean(strcmp(s->at->meeting->response, "Organizer") == 0);
}

static json_t *
address(const char *name, const char *mailbox)
{
	return json_pack("{s:{s:s, s:s}}", "emailAddress", "name",
		name != NULL ? name : "", "address", mailbox != NULL ? mailbox : "");
}

static json_t *
put_organizer(const struct shown *s)
{
	const struct meeting *m = s->at->meeting;
	return m->organizer_name != NULL ? address(m->organizer_name, m->organizer)
					 : address(s->room->name, s->room->mailbox);
}

static json_t *
put_attendees(const struct shown *s)
{
	json_t *room = address(s->room->name, s->room->mailbox);
	json_object_set_new(room, "type", json_string("resource"));
	return json_pack("[o]", room);
}

static const char *
word(const char *const (*words)[2], const char *from)
{
	while ((*words)[0] != NULL && strcmp((*words)[0], from) != 0)
		words++;
	return (*words)[0] != NULL ? (*words)[1] : "unknown";
}

static json_t *
put_response(const struct shown *s)
{
	static const char *const words[][2] = {{"Accept", "accepted"},
		{"Tentative", "tentativelyAccepted"}, {"Decline", "declined"},
		{"Organizer", "organizer"}, {"NoResponseReceived", "notResponded"},
		{"Unknown", "none"}, {NULL, NULL}};
	return json_pack("{s:s, s:s}", "response", word(words, s->at->meeting->response),
		"time", "0001-01-01T00:00:00Z");
}

static json_t *
put_show_as(const struct shown *s)
{
	static const char *const words[][2] = {{"Busy", "busy"}, {"Free", "free"},
		{"Tentative", "tentative"}, {"OOF", "oof"},
		{"WorkingElsewhere", "workingElsewhere"}, {NULL, NULL}};
	return json_string(word(words, s->at->meeting->busy));
}

static json_t *
put_sensitivity(const struct shown *s)
{
	static const char *const words[][2] = {{"Normal", "normal"},
		{"Personal", "personal"}, {"Private", "private"},
		{"Confidential", "confidential"}, {NULL, NULL}};
	return json_string(word(words, s->at->meeting->sensitivity));
}

static json_t *
put_location(const struct shown *s)
{
	const char *text = location_of(s->at);
	return json_pack("{s:s, s:s, s:s}", "displayName", text != NULL ? text : "",
		"locationType", "default", "uniqueIdType",
		text != NULL ? "private" : "unknown");
}

static json_t *
put_locations(const struct shown *s)
{
	return location_of(s->at) != NULL ? json_pack("[o]", put_location(s))
					  : json_array();
}

/* Of Teams alone, from properties that survive what a room does to its bodies. */
static json_t *
put_online(const struct shown *s)
{
	const char *url = s->at->meeting->join_url;
	return url != NULL ? json_pack("{s:s}", "joinUrl", url) : json_null();
}

static json_t *
put_is_online(const struct shown *s)
{
	return json_boolean(s->at->meeting->join_url != NULL);
}

static json_t *
put_provider(const struct shown *s)
{
	return json_string(
		s->at->meeting->join_url != NULL ? "teamsForBusiness" : "unknown");
}

static json_t *
put_null(const struct shown *s)
{
	(void)s;
	return json_null();
}

static json_t *
put_false(const struct shown *s)
{
	(void)s;
	return json_false();
}

static json_t *
put_importance(const struct shown *s)
{
	(void)s;
	return json_string("normal");
}

static json_t *
put_categories(const struct shown *s)
{
	(void)s;
	return json_array();
}

static json_t *
put_zone(const struct shown *s)
{
	return json_string(s->at->meeting->zone);
}

static json_t *
put_original(const struct shown *s)
{
	char text[WHEN_TEXT];
	return s->at->original != 0 ? json_string(when_text(s->at->original, text))
				    : json_null();
}

static json_t *
put_created(const struct shown *s)
{
	char text[WHEN_TEXT];
	return json_string(when_text(s->at->meeting->created, text));
}

const struct event_property event_properties[] = {
	{"id", put_id, false},
	{"createdDateTime", put_created, true},
	{"lastModifiedDateTime", put_created, true},
	{"changeKey", put_change_key, false},
	{"categories", put_categories, false},
	{"originalStartTimeZone", put_zone, false},
	{"originalEndTimeZone", put_zone, false},
	{"iCalUId", put_uid, false},
	{"hasAttachments", put_false, false},
	{"subject", put_subject, false},
	{"bodyPreview", put_preview, false},
	{"importance", put_importance, false},
	{"sensitivity", put_sensitivity, false},
	{"isAllDay", put_all_day, false},
	{"isCancelled", put_cancelled, false},
	{"isOrganizer", put_is_organizer, false},
	{"isDraft", put_false, false},
	{"seriesMasterId", put_series, false},
	{"originalStart", put_original, false},
	{"showAs", put_show_as, false},
	{"type", put_type, false},
	{"webLink", put_null, false},
	{"onlineMeetingUrl", put_null, false},
	{"isOnlineMeeting", put_is_online, false},
	{"onlineMeetingProvider", put_provider, false},
	{"responseStatus", put_response, false},
	{"body", put_body, false},
	{"start", put_start, false},
	{"end", put_end, false},
	{"location", put_location, false},
	{"locations", put_locations, false},
	{"recurrence", put_null, false},
	{"attendees", put_attendees, false},
	{"organizer", put_organizer, false},
	{"onlineMeeting", put_online, false},
	{NULL, NULL, false},
};

json_t *
event_json(const struct shown *s, unsigned long long wanted)
{
	json_t *o = json_object();
	json_object_set_new(
		o, "@odata.etag", json_sprintf("W/\"%016lx\"", s->at->meeting->version));
	for (size_t i = 0; event_properties[i].name != NULL; i++)
		if ((wanted & 1ull << i) != 0 || i == 0)
			json_object_set_new(
				o, event_properties[i].name, event_properties[i].put(s));
	return o;
}

/* The two kinds of an event's id differ in length, and are told apart by case. */
static const char *const prefixes[] = {
	"AAMkAGVmMDEzMTM4LTZmYWUtNDdkNC1hMDZiLTU1OGY5OTZhYmY4OABGAAAAAAAiQ8W967B7TKBjgx9rVEUR"
	"BwAiIsqMbYjsT5e",
	"AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A"};

const char *
graph_id(bool immutable, const struct room *r, const struct occurrence *o,
	char ret[GRAPH_ID])
{
	snprintf(ret, GRAPH_ID, "%s%016llx%08x%012llxAAA=", prefixes[immutable], r->key,
		o->meeting->number, (unsigned long long)o->original);
	return ret;
}

bool
graph_id_read(const char *id, bool immutable, unsigned long long *ret_room,
	unsigned *ret_number, int64_t *ret_original)
{
	size_t n = strlen(prefixes[immutable]);
	unsigned long long original;
	int end = 0;
	if (strncmp(id, prefixes[immutable], n) != 0 ||
		sscanf(id + n, "%16llx%8x%12llxAAA=%n", ret_room, ret_number, &original,
			&end) != 3 ||
		end == 0 || id[n + (size_t)end] != '\0')
		return false;
	*ret_original = (int64_t)original;
	return true;
}
