#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/exchange_soap.h"

enum {
	CUT = 255,         /* characters that FindItem gives of a text */
	STATE_MEETING = 1, /* MS-OXOCAL 2.2.1.10 */
	STATE_RECEIVED = 2,
	STATE_CANCELLED = 4,
};

/* One meeting on its way out. */
struct item {
	struct call *call;
	const struct shape *shape;
	const struct room *room;
	const struct meeting *meeting;
	const struct occurrence *at;
	bool whole; /* GetItem's; FindItem's is cut */
};

static struct buf *
out(const struct item *i)
{
	return &i->call->out;
}

static void
put_string(const struct item *i, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(out(i), "<t:%s>", name);
	put_text(out(i), text, i->whole ? 0 : CUT);
	if (i->call->spoil == SPOIL_CHARACTERS && strcmp(name, "Subject") == 0)
		buf_str(out(i), "&#x0;&#xB;\xef\xbf\xbf");
	buf_printf(out(i), "</t:%s>", name);
}

static void
put_bool(const struct item *i, const char *name, bool v)
{
	buf_printf(out(i), "<t:%s>%s</t:%s>", name, v ? "true" : "false", name);
}

static void
put_time(const struct item *i, const char *name, int64_t t)
{
	char text[WHEN_TEXT];
	buf_printf(out(i), "<t:%s>%s</t:%s>", name, when_text(t, text), name);
}

static bool
is_master(const struct item *i)
{
	return i->meeting->repeat != REPEAT_NOT && i->at->original == 0;
}

static void
put_subject(const struct item *i, const char *name)
{
	put_string(i, name, subject_of(i->call->arena, i->room, i->at));
}

static void
put_sensitivity(const struct item *i, const char *name)
{
	put_string(i, name, i->meeting->sensitivity);
}

/* The last byte at or before `n` that ends a character. */
static size_t
whole_characters(const char *s, size_t n)
{
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
put_body_of(const struct item *i, const char *name, int kind)
{
	struct arena *a = i->call->arena;
	struct body b = body_of(i->room, i->at);
	if (b.html && kind == BODY_TEXT)
		b = html_to_text(a, &b);
	else if (!b.html && kind == BODY_HTML)
		b = text_to_html(a, &b);
	size_t max = i->shape->max_body;
	bool cut = max > 0 && b.size > max;
	if (cut)
		b.text = arena_strndup(a, b.text, whole_characters(b.text, max));
	buf_printf(out(i), "<t:%s BodyType=\"%s\"", name, b.html ? "HTML" : "Text");
	if (i->call->version >= V2013)
		buf_printf(out(i), " IsTruncated=\"%s\"", cut ? "true" : "false");
	buf_str(out(i), ">");
	for (const char *s = b.text != NULL ? b.text : ""; *s != '\0';) {
		size_t n = strcspn(s, "\r\n");
		put_text(out(i), arena_strndup(a, s, n), 0);
		s += n;
		if (*s != '\0') /* every line ends in CRLF */
			buf_str(out(i), "&#xD;\n");
		s += *s == '\r';
		s += *s == '\n';
	}
	if (i->call->spoil == SPOIL_CHARACTERS)
		buf_str(out(i), "&#x0;&#x1F;\xef\xbf\xbf");
	buf_printf(out(i), "</t:%s>", name);
}

static void
put_body(const struct item *i, const char *name)
{
	put_body_of(i, name, (int)i->shape->body);
}

static void
put_text_body(const struct item *i, const char *name)
{
	put_body_of(i, name, BODY_TEXT);
}

static void
put_folder_id(const struct item *i, const char *name)
{
	char id[ID_TEXT], key[KEY_TEXT];
	buf_printf(out(i), "<t:%s Id=\"%s\" ChangeKey=\"%s\"/>", name,
		folder_id(i->room, id), change_key(i->room, 0, key));
}

static void
put_class(const struct item *i, const char *name)
{
	put_string(i, name, "IPM.Appointment");
}

static void
put_false(const struct item *i, const char *name)
{
	put_bool(i, name, false);
}

static void
put_modified(const struct item *i, const char *name)
{
	put_time(i, name, i->meeting->created + (int64_t)i->meeting->version);
}

static void
put_properties(const struct item *i, const char *name)
{
	for (size_t k = 0; k < i->shape->n_properties; k++)
		for (size_t p = 0; p < i->meeting->n_properties; p++) {
			const struct property *of = &i->meeting->properties[p];
			if (strcmp(of->name, i->shape->properties[k]) != 0)
				continue;
			buf_printf(out(i),
				"<t:%s><t:ExtendedFieldURI "
				"DistinguishedPropertySetId=\"PublicStrings\" "
				"PropertyName=\"",
				name);
			buf_xml(out(i), of->name);
			buf_str(out(i), "\" PropertyType=\"String\"/>");
			put_string(i, "Value", of->value);
			buf_printf(out(i), "</t:%s>", name);
		}
}

static void
put_item_uid(const struct item *i, const char *name)
{
	buf_printf(out(i), "<t:%s>", name);
	put_uid(out(i), i->room, i->meeting);
	buf_printf(out(i), "</t:%s>", name);
}

static void
put_original(const struct item *i, const char *name)
{
	if (i->at->original != 0)
		put_time(i, name, i->at->original);
}

static void
put_start(const struct item *i, const char *name)
{
	put_time(i, name, i->at->start);
}

static void
put_end(const struct item *i, const char *name)
{
	put_time(i, name, i->at->end);
}

static void
put_all_day(const struct item *i, const char *name)
{
	put_bool(i, name, i->meeting->all_day);
}

static void
put_busy(const struct item *i, const char *name)
{
	bool newer = strcmp(i->meeting->busy, "WorkingElsewhere") == 0;
	put_string(
		i, name, newer && i->call->version < V2013 ? "NoData" : i->meeting->busy);
}

static void
put_location(const struct item *i, const char *name)
{
	put_string(i, name, location_of(i->at));
}

static void
put_meeting(const struct item *i, const char *name)
{
	put_bool(i, name, i->meeting->organizer_name != NULL);
}

static void
put_cancelled(const struct item *i, const char *name)
{
	put_bool(i, name, is_cancelled(i->at));
}

static void
put_recurring(const struct item *i, const char *name)
{
	put_bool(i, name, i->meeting->repeat != REPEAT_NOT);
}

static void
put_type(const struct item *i, const char *name)
{
	put_string(i, name,
		is_master(i)               ? "RecurringMaster"
		: i->at->exception != NULL ? "Exception"
		: i->at->original != 0     ? "Occurrence"
					   : "Single");
}

static void
put_response(const struct item *i, const char *name)
{
	put_string(i, name, i->meeting->response);
}

/* FindItem looks no address up. */
static void
put_organizer(const struct item *i, const char *name)
{
	const struct meeting *m = i->meeting;
	if (m->organizer_name == NULL)
		return;
	buf_printf(out(i), "<t:%s><t:Mailbox>", name);
	put_string(i, "Name", m->organizer_name);
	if (i->whole && m->organizer != NULL) {
		put_string(i, "EmailAddress", m->organizer);
		buf_str(out(i), "<t:RoutingType>SMTP</t:RoutingType>");
	}
	buf_printf(out(i), "</t:Mailbox></t:%s>", name);
}

static void
put_state(const struct item *i, const char *name)
{
	int state = is_cancelled(i->at) ? STATE_CANCELLED : 0;
	if (i->meeting->organizer_name != NULL)
		state |= STATE_MEETING;
	if (state != 0 && strcmp(i->meeting->response, "Organizer") != 0)
		state |= STATE_RECEIVED;
	buf_printf(out(i), "<t:%s>%d</t:%s>", name, state, name);
}

static void
put_zone(const struct item *i, const char *name)
{
	put_string(i, name, i->meeting->zone);
}

static void
put_join_url(const struct item *i, const char *name)
{
	put_string(i, name, i->meeting->join_url);
}

static void
put_is_organizer(const struct item *i, const char *name)
{
	put_bool(i, name, strcmp(i->meeting->response, "Organizer") == 0);
}

/* In the schema's order, which is that of the answer. Fields that are not here are known
 * and never there. */
const struct item_field item_fields[ITEM_FIELDS] = {
	{"item:ParentFolderId", put_folder_id, false, false},
	{"item:ItemClass", put_class, false, false},
	{"item:Subject", put_subject, true, false},
	{"item:Sensitivity", put_sensitivity, false, false},
	{"item:Body", put_body, true, true},
	{"item:HasAttachments", put_false, true, false},
	{"ExtendedProperty", put_properties, true, false},
	{"item:LastModifiedTime", put_modified, false, false},
	{"item:TextBody", put_text_body, false, true},
	{"calendar:UID", put_item_uid, false, false},
	{"calendar:RecurrenceId", put_original, false, false},
	{"calendar:Start", put_start, true, false},
	{"calendar:End", put_end, true, false},
	{"calendar:OriginalStart", put_original, false, false},
	{"calendar:IsAllDayEvent", put_all_day, false, false},
	{"calendar:LegacyFreeBusyStatus", put_busy, true, false},
	{"calendar:Location", put_location, true, false},
	{"calendar:IsMeeting", put_meeting, false, false},
	{"calendar:IsCancelled", put_cancelled, false, false},
	{"calendar:IsRecurring", put_recurring, false, false},
	{"calendar:CalendarItemType", put_type, true, false},
	{"calendar:MyResponseType", put_response, false, false},
	{"calendar:Organizer", put_organizer, true, false},
	{"calendar:AppointmentState", put_state, false, false},
	{"calendar:StartTimeZoneId", put_zone, false, true},
	{"calendar:EndTimeZoneId", put_zone, false, true},
	{"calendar:JoinOnlineMeetingUrl", put_join_url, false, true},
	{"calendar:IsOrganizer", put_is_organizer, false, true},
};

void
put_item(struct call *c, const struct shape *s, const struct room *r,
	const struct occurrence *o, bool whole)
{
	struct item i = {c, s, r, o->meeting, o, whole};
	char id[ID_TEXT], key[KEY_TEXT];
	c->count->items++;
	buf_printf(&c->out, "<t:CalendarItem><t:ItemId Id=\"%s\" ChangeKey=\"%s\"/>",
		item_id(r, o, id), change_key(r, o->meeting->version, key));
	for (int k = 0; k < ITEM_FIELDS; k++) {
		const char *colon = strchr(item_fields[k].uri, ':');
		if ((s->fields & 1ull << k) != 0 && (whole || !item_fields[k].whole))
			item_fields[k].put(
				&i, colon != NULL ? colon + 1 : item_fields[k].uri);
	}
	buf_str(&c->out, "</t:CalendarItem>");
}
