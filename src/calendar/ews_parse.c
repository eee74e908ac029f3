#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "base/xml.h"
#include "calendar/ews.h"
#include "calendar/read.h"

enum { MAX_ANSWERS = 1024, MAX_ENTRIES_OF_EVENT = 8 };

struct parse {
	struct arena *a;
	struct reply *reply;
	struct answer *answers;
	struct sighting *sightings;
	struct event *events;
	size_t n_answers, n_sightings, room;
	bool wants_body;
};

static const struct xml_node *
typed(const struct xml_node *n, const char *name)
{
	return xml_child(n, EWS_TYPES, name);
}

static const char *
text_of(struct arena *a, const struct xml_node *n, const char *name)
{
	const char *s = xml_text(a, typed(n, name), NULL);
	return s != NULL && *s != '\0' ? s : NULL;
}

static bool
is_true(const char *s)
{
	return s != NULL && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
}

struct word {
	const char *text;
	int value;
};

/* The value of the word that `text` is; the first row's when it is none of them. */
static int
find_word(const struct word *words, size_t n, const char *text)
{
	for (size_t i = 0; text != NULL && i < n; i++)
		if (strcmp(words[i].text, text) == 0)
			return words[i].value;
	return words[0].value;
}

static const struct word busy_words[] = {
	{"Busy", EVENT_BUSY},
	{"Free", EVENT_FREE},
	{"Tentative", EVENT_TENTATIVE},
	{"OOF", EVENT_AWAY},
};

/* A room that booked itself is its own organizer. */
static const struct word response_words[] = {
	{"Unknown", EVENT_UNANSWERED},
	{"Accept", EVENT_ACCEPTED},
	{"Organizer", EVENT_ACCEPTED},
	{"Tentative", EVENT_MAYBE},
	{"Decline", EVENT_DECLINED},
};

#define WORD(words, text) find_word((words), sizeof(words) / sizeof *(words), (text))

enum { STATE_CANCELLED = 4 }; /* MS-OXOCAL 2.2.1.10, PidLidAppointmentStateFlags */

static void
read_organizer(struct arena *a, const struct xml_node *item, struct event *ret)
{
	const struct xml_node *mailbox = typed(typed(item, "Organizer"), "Mailbox");
	ret->organizer_name = text_of(a, mailbox, "Name");
	const char *address = text_of(a, mailbox, "EmailAddress");
	if (address != NULL && strchr(address, '@') != NULL) /* else an X.500 name */
		ret->organizer = address;
}

static void
add_entry(struct arena *a, struct event *e, struct entry_point *entries, const char *name,
	const char *uri)
{
	if (uri == NULL || *uri == '\0' || e->n_entries == MAX_ENTRIES_OF_EVENT)
		return;
	entries[e->n_entries++] = (struct entry_point){
		.kind = strncmp(uri, "https:", 6) == 0 ? ENTRY_VIDEO : ENTRY_MORE,
		.name = arena_strdup(a, name),
		.uri = uri};
}

static void
read_entries(struct arena *a, const struct xml_node *item, struct event *ret)
{
	struct entry_point *entries =
		arena_many(a, struct entry_point, MAX_ENTRIES_OF_EVENT);
	ret->entries = entries;
	add_entry(a, ret, entries, "JoinOnlineMeetingUrl",
		text_of(a, item, "JoinOnlineMeetingUrl"));
	for (const struct xml_node *x = typed(item, "ExtendedProperty"); x != NULL;
		x = xml_next(x, EWS_TYPES, "ExtendedProperty")) {
		const char *name =
			xml_attribute(typed(x, "ExtendedFieldURI"), "PropertyName");
		if (name != NULL)
			add_entry(a, ret, entries, name, text_of(a, x, "Value"));
	}
}

static void
read_body(struct arena *a, const struct xml_node *item, struct sighting *s,
	struct event *ret)
{
	const struct xml_node *n = typed(item, "Body");
	const char *type = xml_attribute(n, "BodyType");
	struct event_body *body = arena_one(a, struct event_body);
	body->name = "body";
	body->kind = type != NULL && strcmp(type, "HTML") == 0 ? EVENT_HTML : EVENT_TEXT;
	body->text = xml_text(a, n, &body->size);
	if (body->text != NULL && body->size > 0) {
		ret->bodies = body;
		ret->n_bodies = 1;
	}
	read_body_facts(s, ret);
}

static bool
read_times(struct arena *a, const struct xml_node *item, struct event *ret)
{
	const char *start = text_of(a, item, "Start"), *end = text_of(a, item, "End");
	return start != NULL && end != NULL && when_parse(start, &ret->start) &&
	       when_parse(end, &ret->end) && ret->end >= ret->start;
}

static void
read_item(struct parse *p, const struct xml_node *item, size_t slot, bool whole)
{
	struct arena *a = p->a;
	struct sighting *s = &p->sightings[p->n_sightings];
	struct event e = {0};
	const struct xml_node *id = typed(item, "ItemId");
	const char *key = xml_attribute(id, "Id"),
		   *change = xml_attribute(id, "ChangeKey");
	const char *state = text_of(a, item, "AppointmentState");
	const char *sensitivity = text_of(a, item, "Sensitivity");
	s->slot = slot;
	if (key == NULL || *key == '\0' || !read_times(a, item, &e)) {
		e.start = e.end = 0;
		err_set(&s->err, ERR_BAD_REPLY, "bad_event",
			"an event without an id or with impossible times");
	}
	e.id = key != NULL ? arena_strdup(a, key) : "";
	e.change_key = change != NULL ? arena_strdup(a, change) : "";
	e.uid = text_of(a, item, "UID");
	e.subject = text_of(a, item, "Subject");
	e.location = text_of(a, item, "Location");
	e.all_day = is_true(text_of(a, item, "IsAllDayEvent"));
	e.cancelled = is_true(text_of(a, item, "IsCancelled")) ||
		      (state != NULL && (strtol(state, NULL, 10) & STATE_CANCELLED) != 0);
	e.is_private = sensitivity != NULL && strcmp(sensitivity, "Normal") != 0;
	e.busy = (enum event_busy)WORD(
		busy_words, text_of(a, item, "LegacyFreeBusyStatus"));
	e.response = (enum event_response)WORD(
		response_words, text_of(a, item, "MyResponseType"));
	read_organizer(a, item, &e);
	s->event = e;
	if (whole)
		read_entries(a, item, &e);
	if (whole && p->wants_body)
		read_body(a, item, s, &e);
	p->events[p->n_sightings++] = e;
}

/* A ResponseCode is letters; anything else would be the server's own words. */
static const char *
read_code(struct arena *a, const struct xml_node *n)
{
	const char *s = xml_text(a, n, NULL);
	if (s == NULL || *s == '\0' || strlen(s) > 60)
		return NULL;
	const char *colon = strrchr(s, ':');
	if (colon != NULL)
		s = colon + 1;
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
			 "_") == strlen(s)
		       ? s
		       : NULL;
}

static void
set_code(struct err *err, const char *code)
{
	const struct ews_trouble *t = ews_trouble(code);
	err_set(err, t->grade, code, "Exchange answered %s", code);
}

/* MessageXml holds named values in any order; the back-off and the true reason are there.
 */
static void
read_details(struct parse *p, const struct xml_node *details, const char **code)
{
	for (const struct xml_node *v = typed(details, "Value"); v != NULL;
		v = xml_next(v, EWS_TYPES, "Value")) {
		const char *name = xml_attribute(v, "Name"),
			   *text = xml_text(p->a, v, NULL);
		if (name == NULL)
			continue;
		if (strcmp(name, "InnerErrorResponseCode") == 0 &&
			strcmp(text, "ErrorServerBusy") == 0)
			*code = "ErrorServerBusy";
		if (strcmp(name, "BackOffMilliseconds") != 0 || *text == '\0' ||
			strspn(text, "0123456789") != strlen(text))
			continue;
		int64_t ms = strlen(text) > 9 ? HTTP_MAX_WAIT_MS : strtol(text, NULL, 10);
		ms = ms < 1000 ? 1000 : ms > HTTP_MAX_WAIT_MS ? HTTP_MAX_WAIT_MS : ms;
		if (ms > p->reply->wait_ms)
			p->reply->wait_ms = ms;
	}
}

static const char *
attribute_or(const struct xml_node *n, const char *name, const char *otherwise)
{
	const char *s = xml_attribute(n, name);
	return s != NULL ? s : otherwise;
}

/* Complete when the server says that the last is there, and as many came as it counts. */
static bool
read_folder(struct parse *p, const struct xml_node *folder, size_t slot)
{
	size_t n = 0;
	for (const struct xml_node *i = xml_child(typed(folder, "Items"), NULL, NULL);
		i != NULL; i = xml_next(i, NULL, NULL)) {
		if (++n > EWS_MAX_ENTRIES || p->n_sightings == p->room)
			return false;
		if (xml_is(i, EWS_TYPES, "CalendarItem"))
			read_item(p, i, slot, false);
	}
	const char *total = attribute_or(folder, "TotalItemsInView", "0");
	return is_true(xml_attribute(folder, "IncludesLastItemInRange")) &&
	       strtoul(total, NULL, 10) <= n;
}

static void
read_message(struct parse *p, int op, const struct xml_node *m)
{
	size_t slot = p->n_answers++;
	struct answer *answer = &p->answers[slot];
	const char *class = attribute_or(m, "ResponseClass", "");
	const char *code = read_code(p->a, xml_child(m, EWS_MESSAGES, "ResponseCode"));
	read_details(p, xml_child(m, EWS_MESSAGES, "MessageXml"), &code);
	if (code == NULL || strcmp(class, "Error") == 0 || strcmp(code, "NoError") != 0) {
		set_code(&answer->err, code != NULL && strcmp(code, "NoError") != 0
					       ? code
					       : "bad_answer");
		return;
	}
	if (op == EWS_FIND) {
		answer->complete =
			read_folder(p, xml_child(m, EWS_MESSAGES, "RootFolder"), slot);
		return;
	}
	const struct xml_node *item =
		typed(xml_child(m, EWS_MESSAGES, "Items"), "CalendarItem");
	if (item == NULL || p->n_sightings == p->room) {
		set_code(&answer->err, "bad_answer");
		return;
	}
	read_item(p, item, slot, true);
	answer->complete = true;
}

static size_t
count(const struct xml_node *n)
{
	size_t many = 0;
	for (n = xml_child(n, NULL, NULL); n != NULL; n = xml_next(n, NULL, NULL))
		many++;
	return many;
}

static void
read_messages(struct parse *p, int op, const struct xml_node *response, const char *name)
{
	const struct xml_node *list =
		xml_child(response, EWS_MESSAGES, "ResponseMessages");
	size_t n = count(list);
	if (list == NULL || n == 0 || n > MAX_ANSWERS) {
		set_code(&p->reply->err, "bad_answer");
		return;
	}
	p->room = n;
	for (const struct xml_node *m = xml_child(list, NULL, NULL);
		op == EWS_FIND && m != NULL; m = xml_next(m, NULL, NULL))
		p->room +=
			count(typed(xml_child(m, EWS_MESSAGES, "RootFolder"), "Items"));
	if (p->room > EWS_MAX_ENTRIES * CALENDAR_MAX_ROOMS)
		p->room = EWS_MAX_ENTRIES * CALENDAR_MAX_ROOMS;
	p->answers = arena_many(p->a, struct answer, n);
	p->sightings = arena_many(p->a, struct sighting, p->room);
	p->events = arena_many(p->a, struct event, p->room);
	for (const struct xml_node *m = xml_child(list, NULL, NULL); m != NULL;
		m = xml_next(m, NULL, NULL)) {
		if (!xml_is(m, EWS_MESSAGES, name)) {
			set_code(&p->reply->err, "bad_answer");
			return;
		}
		read_message(p, op, m);
	}
	p->reply->answers = p->answers;
	p->reply->n_answers = p->n_answers;
	p->reply->sightings = p->sightings;
	p->reply->n_sightings = p->n_sightings;
}

/* The answer is itself the message, without a list around it (Messages.xsd). A password
 * that never expires is expected as the last year there is. */
static void
read_expiry(struct parse *p, const struct xml_node *response)
{
	const struct xml_node *date =
		xml_child(response, EWS_MESSAGES, "PasswordExpirationDate");
	const char *code =
		read_code(p->a, xml_child(response, EWS_MESSAGES, "ResponseCode"));
	const char *text = xml_text(p->a, date, NULL);
	int64_t t;
	if (code != NULL && strcmp(code, "NoError") != 0)
		set_code(&p->reply->err, code);
	else if (code == NULL || text == NULL || !when_parse(text, &t))
		set_code(&p->reply->err, "bad_answer");
	else
		p->reply->password_expires =
			strncmp(text, "9999", 4) == 0 ? INT64_MAX : t;
}

static void
read_fault(struct parse *p, const struct xml_node *fault)
{
	const struct xml_node *detail = xml_child(fault, NULL, "detail");
	const char *code = read_code(p->a, xml_child(detail, EWS_ERRORS, "ResponseCode"));
	const char *words = xml_text(p->a, xml_child(fault, NULL, "faultstring"), NULL);
	if (code == NULL)
		code = read_code(p->a, xml_child(fault, NULL, "faultcode"));
	if (words != NULL && strstr(words, "specified server version is invalid") != NULL)
		code = "ErrorInvalidServerVersion";
	read_details(p, typed(detail, "MessageXml"), &code);
	if (code == NULL || strncmp(code, "Error", 5) != 0)
		code = "soap_fault";
	set_code(&p->reply->err, code);
}

static void
read_version(struct parse *p, const struct xml_node *header)
{
	const struct xml_node *v = typed(header, "ServerVersionInfo");
	if (v == NULL)
		return;
	p->reply->server_version = arena_printf(p->a, "%d.%d.%d.%d",
		atoi(attribute_or(v, "MajorVersion", "0")),
		atoi(attribute_or(v, "MinorVersion", "0")),
		atoi(attribute_or(v, "MajorBuildNumber", "0")),
		atoi(attribute_or(v, "MinorBuildNumber", "0")));
}

static const struct {
	const char *response, *message;
} shapes[] = {
	[EWS_FIND] = {"FindItemResponse", "FindItemResponseMessage"},
	[EWS_GET] = {"GetItemResponse", "GetItemResponseMessage"},
	[EWS_GET_BARE] = {"GetItemResponse", "GetItemResponseMessage"},
	[EWS_EXPIRY] = {"GetPasswordExpirationDateResponse", NULL},
};

static void
read_envelope(struct parse *p, int op, const struct xml_node *root)
{
	const struct xml_node *body = xml_child(root, EWS_SOAP, "Body");
	const struct xml_node *said = xml_child(body, NULL, NULL);
	if (!xml_is(root, EWS_SOAP, "Envelope") || said == NULL ||
		xml_next(said, NULL, NULL) != NULL ||
		xml_next(body, EWS_SOAP, "Body") != NULL) {
		set_code(&p->reply->err, "not_soap");
		return;
	}
	read_version(p, xml_child(root, EWS_SOAP, "Header"));
	if (xml_is(said, EWS_SOAP, "Fault"))
		read_fault(p, said);
	else if (!xml_is(said, EWS_MESSAGES, shapes[op].response))
		set_code(&p->reply->err, "bad_answer");
	else if (op == EWS_EXPIRY)
		read_expiry(p, said);
	else
		read_messages(p, op, said, shapes[op].message);
}

void
ews_parse(struct arena *a, int op, const char *bytes, size_t size, struct reply *ret,
	const struct event **ret_events)
{
	struct xml_document *doc;
	struct reply reply = {.n_answers = 0};
	struct parse p = {.a = a, .reply = &reply, .wants_body = op == EWS_GET};
	if (op < EWS_FIND || op > EWS_EXPIRY) {
		err_set(&reply.err, ERR_CONFIG, "bad_op",
			"no such request of Exchange: %d", op);
	} else if (xml_read(bytes, size, &doc, &reply.err) == ERR_NONE) {
		read_envelope(&p, op, xml_root(doc));
		xml_free(doc);
	}
	if (reply.err.grade != ERR_NONE)
		reply.n_answers = reply.n_sightings = 0;
	*ret = reply;
	if (ret_events != NULL)
		*ret_events = p.events;
}
