/* One event: developers.google.com/workspace/calendar/api/v3/reference/events. */
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/google_server.h"

struct word {
	const char *exchange, *google;
};

static const char *
word_of(const struct word *words, size_t n, const char *exchange)
{
	for (size_t i = 0; exchange != NULL && i < n; i++)
		if (strcmp(words[i].exchange, exchange) == 0)
			return words[i].google;
	return words[0].google;
}

static const struct word responses[] = {{"Accept", "accepted"},
	{"Tentative", "tentative"}, {"Decline", "declined"}, {"Unknown", "needsAction"},
	{"NoResponseReceived", "needsAction"}, {"Organizer", "accepted"}};
static const struct word visibilities[] = {{"Normal", "default"}, {"Private", "private"},
	{"Confidential", "confidential"}, {"Personal", "private"}};
#define WORD(words, text) word_of((words), sizeof(words) / sizeof *(words), (text))

static json_t *
moment(int64_t t, bool all_day)
{
	char text[WHEN_TEXT];
	when_text(t, text);
	if (!all_day)
		return json_pack("{s:s, s:s}", "dateTime", text, "timeZone", "UTC");
	text[10] = '\0';
	return json_pack("{s:s}", "date", text);
}

static const char *
id_of(struct arena *a, const struct room *room, const struct occurrence *o)
{
	char text[WHEN_TEXT], compact[WHEN_TEXT];
	size_t n = 0;
	const char *master =
		arena_printf(a, "%016llx%05u", room->key, o->meeting->number);
	if (o->original == 0)
		return master;
	for (const char *c = when_text(o->original, text); *c != '\0'; c++)
		if (*c != '-' && *c != ':')
			compact[n++] = *c;
	compact[n] = '\0';
	return arena_printf(a, "%s_%s", master, compact);
}

static void
set_text(json_t *e, const char *name, const char *text)
{
	if (text != NULL && *text != '\0')
		json_object_set_new(e, name, json_string(text));
}

/* What a scenario says in Google's own words: a property's value is JSON, or a text. */
static void
set_properties(json_t *e, const struct meeting *m)
{
	for (size_t i = 0; i < m->n_properties; i++) {
		json_t *v = json_loads(m->properties[i].value, 0, NULL);
		json_object_set_new(e, m->properties[i].name,
			v != NULL ? v : json_string(m->properties[i].value));
	}
}

static void
set_conference(json_t *e, const char *url)
{
	if (url == NULL)
		return;
	bool meet = strstr(url, "://meet.google.com/") != NULL;
	if (meet)
		set_text(e, "hangoutLink", url);
	json_object_set_new(e, "conferenceData",
		json_pack("{s:[{s:s, s:s}], s:{s:{s:s}, s:s}, s:s}", "entryPoints",
			"entryPointType", "video", "uri", url, "conferenceSolution",
			"key", "type", meet ? "hangoutsMeet" : "addOn", "name",
			meet ? "Google Meet" : "Another", "conferenceId",
			strrchr(url, '/') + 1));
}

static void
set_people(json_t *e, const struct room *room, const struct meeting *m, long max)
{
	json_t *self = json_pack("{s:s, s:b, s:b, s:s}", "email", room->mailbox, "self",
		1, "resource", 1, "responseStatus", WORD(responses, m->response));
	json_t *list = json_pack("[o]", self);
	set_text(self, "displayName", room->name);
	if (m->organizer != NULL) {
		json_t *organizer = json_pack("{s:s}", "email", m->organizer);
		set_text(organizer, "displayName", m->organizer_name);
		json_object_set_new(e, "organizer", organizer);
		if (max != 1)
			json_array_append_new(list,
				json_pack("{s:s, s:b, s:s}", "email", m->organizer,
					"organizer", 1, "responseStatus", "accepted"));
		else
			json_object_set_new(e, "attendeesOmitted", json_true());
	}
	json_object_set_new(e, "attendees", list);
}

/* Of a private event those see the time who may not write. */
static bool
is_hidden(const char *visibility, enum role role)
{
	return role == ROLE_FREE_BUSY ||
	       (role < ROLE_WRITER && strcmp(visibility, "default") != 0);
}

json_t *
suite_event_json(struct arena *a, const struct room *room, const struct occurrence *o,
	enum role role, long max_attendees)
{
	const struct meeting *m = o->meeting;
	const char *visibility = WORD(visibilities, m->sensitivity);
	bool tentative = m->busy != NULL && strcmp(m->busy, "Tentative") == 0;
	json_t *e = json_pack("{s:s, s:o, s:s, s:s, s:o, s:o}", "kind", "calendar#event",
		"etag", json_sprintf("\"%lu\"", 2861896250000000 + m->version * 2000),
		"id", id_of(a, room, o), "status",
		is_cancelled(o) ? "cancelled"
		: tentative     ? "tentative"
				: "confirmed",
		"start", moment(o->start, m->all_day), "end", moment(o->end, m->all_day));
	if (strcmp(visibility, "default") != 0)
		set_text(e, "visibility", visibility);
	if (is_hidden(visibility, role))
		return e;
	const char *file = strrchr(m->name, '/');
	json_object_set_new(e, "iCalUID",
		json_sprintf("%016llx%05u@google.com", hash_text(0, m->organizer),
			(unsigned)(hash_text(0, file != NULL ? file : m->name) % 99999)));
	if (o->original != 0) {
		struct occurrence master = {.meeting = m};
		set_text(e, "recurringEventId", id_of(a, room, &master));
		json_object_set_new(
			e, "originalStartTime", moment(o->original, m->all_day));
	}
	set_text(e, "summary", subject_of(a, room, o));
	set_text(e, "location", location_of(o));
	set_text(e, "eventType", "default");
	if (m->busy != NULL && strcmp(m->busy, "Free") == 0)
		set_text(e, "transparency", "transparent");
	set_people(e, room, m, max_attendees);
	set_conference(e, m->join_url);
	struct body body = body_of(room, o);
	if (body.text != NULL && !room->delete_comments)
		json_object_set_new(e, "description", json_stringn(body.text, body.size));
	set_properties(e, m);
	return e;
}
