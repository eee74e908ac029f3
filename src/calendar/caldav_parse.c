/* The reader's half: multistatus (RFC 4918, 13) as records. */
#include <string.h>

#include "base/arena.h"
#include "base/record.h"
#include "base/xml.h"
#include "calendar/caldav.h"
#include "calendar/ical.h"

static const char dav[] = "DAV:";
static const char cal[] = "urn:ietf:params:xml:ns:caldav";
static const char cs[] = "http://calendarserver.org/ns/";

struct parse {
	struct arena *a;
	struct reply *reply;
	struct answer *answer;
	struct ical *ical; /* of events */
	struct sighting *sightings;
	size_t n, room;
};

static const char *
text_of(const struct parse *p, const struct xml_node *n)
{
	const char *s = xml_text(p->a, n, NULL);
	if (s == NULL)
		return NULL;
	s += strspn(s, " \t\r\n");
	size_t len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	return len > 0 ? arena_strndup(p->a, s, len) : NULL;
}

/* "HTTP/1.1 200 OK"; 0: it does not say. */
static int
status_of(const struct parse *p, const struct xml_node *n)
{
	const char *s = text_of(p, xml_child(n, dav, "status"));
	s = s != NULL ? strchr(s, ' ') : NULL;
	int status = 0;
	for (s = s != NULL ? s + 1 : ""; *s >= '0' && *s <= '9' && status < 1000; s++)
		status = status * 10 + (*s - '0');
	return status;
}

/* A property that the server has; those that it has not stand under another status. */
static const struct xml_node *
property(const struct parse *p, const struct xml_node *response, const char *ns,
	const char *name)
{
	const struct xml_node *n = xml_child(response, dav, "propstat");
	for (; n != NULL; n = xml_next(n, dav, "propstat")) {
		const struct xml_node *found =
			xml_child(xml_child(n, dav, "prop"), ns, name);
		int status = status_of(p, n);
		if (found != NULL && (status == 200 || status == 0))
			return found;
	}
	return NULL;
}

static const char *
href_of(const struct parse *p, const struct xml_node *n)
{
	return text_of(p, xml_child(n, dav, "href"));
}

static void
see(struct parse *p, const char *id, const char *name, const struct err *err)
{
	if (p->n == CALDAV_MAX_FOUND)
		return;
	if (p->n == p->room) {
		p->room = p->room > 0 ? p->room * 2 : 32;
		struct sighting *more = arena_many(p->a, struct sighting, p->room);
		if (p->n > 0)
			memcpy(more, p->sightings, p->n * sizeof *more);
		p->sightings = more;
	}
	struct sighting *s = &p->sightings[p->n++];
	*s = (struct sighting){.event = {.id = id, .change_key = "", .subject = name}};
	if (err != NULL)
		s->err = *err;
}

static void
read_found(struct parse *p, const struct xml_node *response)
{
	const char *href = href_of(p, response);
	const char *principal =
		href_of(p, property(p, response, dav, "current-user-principal"));
	const char *home = href_of(p, property(p, response, cal, "calendar-home-set"));
	if (p->answer->room == NULL)
		p->answer->room = principal;
	if (p->answer->next == NULL)
		p->answer->next = home;
	const struct xml_node *type = property(p, response, dav, "resourcetype");
	if (href != NULL && xml_child(type, cal, "calendar") != NULL)
		see(p, href, text_of(p, property(p, response, dav, "displayname")), NULL);
}

static void
read_state(struct parse *p, const struct xml_node *response)
{
	const struct xml_node *type = property(p, response, dav, "resourcetype");
	p->answer->complete = xml_child(type, cal, "calendar") != NULL;
	p->answer->next = text_of(p, property(p, response, dav, "sync-token"));
	p->answer->room = text_of(p, property(p, response, cs, "getctag"));
}

static void
read_change(struct parse *p, const struct xml_node *response)
{
	const char *href = href_of(p, response);
	if (href != NULL)
		see(p, href, NULL, NULL);
}

/* What came without its text is asked for by its name, unless it has just gone. */
static void
read_event(struct parse *p, const struct xml_node *response)
{
	size_t size;
	struct err err;
	const char *href = href_of(p, response);
	const char *text =
		xml_text(p->a, property(p, response, cal, "calendar-data"), &size);
	if (href == NULL || status_of(p, response) == 404)
		return;
	if (text != NULL && strspn(text, " \t\r\n") < size) {
		ical_add(p->ical, href, text, size);
		return;
	}
	if (property(p, response, dav, "getetag") == NULL)
		return;
	err_set(&err, ERR_ABSENT, "no_data", "an event came without its text");
	ical_add_trouble(p->ical, href, "", &err);
}

/* The conditions that mean something to us; RFC 6578, 3.8 and RFC 4791, 7.8. */
static void
read_error(const struct xml_node *root, struct reply *ret)
{
	static const struct {
		const char *ns, *name;
	} known[] = {{dav, "valid-sync-token"}, {dav, "need-privileges"},
		{dav, "number-of-matches-within-limits"}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (xml_child(root, known[i].ns, known[i].name) != NULL) {
			err_set(&ret->err, ERR_BAD_REPLY, known[i].name,
				"the server refuses");
			return;
		}
	err_set(&ret->err, ERR_BAD_REPLY, "dav_error", "the server refuses");
}

static void (*const readers[])(struct parse *p, const struct xml_node *response) = {
	[CALDAV_FIND] = read_found,
	[CALDAV_STATE] = read_state,
	[CALDAV_CHANGES] = read_change,
	[CALDAV_EVENTS] = read_event,
	[CALDAV_LIST] = read_event,
};

static void
read_multistatus(struct parse *p, int op, const struct xml_node *root)
{
	const struct xml_node *n = xml_child(root, dav, "response");
	bool cut =
		false; /* 507 for the collection itself: there is more (RFC 6578, 3.6) */
	for (; n != NULL; n = xml_next(n, dav, "response")) {
		cut |= status_of(p, n) == 507;
		readers[op](p, n);
	}
	if (op == CALDAV_CHANGES) {
		p->answer->next = text_of(p, xml_child(root, dav, "sync-token"));
		p->answer->complete = !cut && p->answer->next != NULL;
	} else if (op == CALDAV_FIND) {
		p->answer->complete = true;
	} else if (cut) {
		err_set(&p->ical->err, ERR_LIMIT, "cut_off",
			"the server does not tell of all events");
	}
}

static void
finish(struct parse *p, int op, const struct rules *rules, const char *country)
{
	if (op == CALDAV_EVENTS || op == CALDAV_LIST) {
		ical_finish(p->ical, rules, country, p->reply);
		return;
	}
	*p->reply = (struct reply){.answers = p->answer,
		.n_answers = 1,
		.sightings = p->sightings,
		.n_sightings = p->n};
}

void
caldav_read(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	struct record r;
	struct ical_asked asked;
	struct xml_document *document = NULL;
	*ret = (struct reply){.n_answers = 0};
	record_open(&r, bytes, size);
	ical_get_asked(&r, &asked);
	if (r.wrong != NULL || op < CALDAV_FIND || op > CALDAV_LIST) {
		err_set(&ret->err, ERR_BAD_REPLY, "bad_answer", "not a CalDAV answer");
		return;
	}
	if (xml_read(r.at, (size_t)(r.end - r.at), &document, &ret->err) != ERR_NONE)
		return;
	struct parse p = {.a = a, .reply = ret};
	const struct xml_node *root = xml_root(document);
	p.answer = arena_one(a, struct answer);
	p.ical = arena_one(a, struct ical);
	ical_init(p.ical, a, &asked);
	if (xml_is(root, dav, "error")) {
		read_error(root, ret);
	} else if (!xml_is(root, dav, "multistatus")) {
		err_set(&ret->err, ERR_BAD_REPLY, "bad_answer", "not a CalDAV answer");
	} else {
		read_multistatus(&p, op, root);
		finish(&p, op, rules, country);
	}
	xml_free(document);
}
