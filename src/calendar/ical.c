#include "calendar/ical.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/charset.h"
#include "base/err.h"
#include "base/record.h"
#include "extract.h"
#include "invite.h"
#include "invite/formats.h"
#include "invite/ics_line.h"

enum { MAX_DEPTH = 8, MAX_ZONE = 64 };

#define MAX_TIME INT64_C(253402300799) /* the end of the year 9999 */

void
ical_put_asked(struct buf *b, const struct ical_asked *asked)
{
	record_put_i64(b, asked->from);
	record_put_i64(b, asked->to);
	record_put_text(b, asked->room, ICAL_MAX_ROOM);
	record_put_text(b, asked->zone, MAX_ZONE);
}

void
ical_get_asked(struct record *r, struct ical_asked *ret)
{
	ret->from = record_i64(r, 0, MAX_TIME);
	ret->to = record_i64(r, 0, MAX_TIME);
	ret->room = record_text(r, ICAL_MAX_ROOM);
	ret->zone = record_text_or_null(r, MAX_ZONE);
}

/* FNV-1a (RFC 9923), 64 bits. */
static uint64_t
hash_of(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return h;
}

enum { HASH_DIGITS = 16 };
#define HASH_START 0xcbf29ce484222325u

static void
put_hash(uint64_t h, char ret[HASH_DIGITS + 1])
{
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < HASH_DIGITS; i++)
		ret[i] = digits[h >> (60 - 4 * i) & 15];
	ret[HASH_DIGITS] = '\0';
}

void
ical_tag(const char *name, char ret[ICAL_TAG + 1])
{
	put_hash(hash_of(HASH_START, name, strlen(name)), ret);
}

void
ical_init(struct ical *o, struct arena *a, const struct ical_asked *asked)
{
	*o = (struct ical){.arena = a, .asked = *asked};
}

static void
add_sighting(struct ical *o, const struct sighting *s)
{
	if (o->n_sightings == o->room_sightings && o->n_sightings < ICAL_MAX_SIGHTINGS) {
		o->room_sightings = o->room_sightings > 0 ? o->room_sightings * 2 : 32;
		struct sighting *more =
			arena_many(o->arena, struct sighting, o->room_sightings);
		if (o->n_sightings > 0)
			memcpy(more, o->sightings, o->n_sightings * sizeof *more);
		o->sightings = more;
	}
	if (o->n_sightings < ICAL_MAX_SIGHTINGS) {
		o->sightings[o->n_sightings++] = *s;
		return;
	}
	err_set(&o->err, ERR_LIMIT, "too_many_events",
		"more than %d meetings within the days that are watched",
		ICAL_MAX_SIGHTINGS);
	err_cure(&o->err, "Look at the calendar for a series that repeats too often.");
}

void
ical_add_trouble(struct ical *o, const char *id, const char *tag, const struct err *err)
{
	struct sighting s = {.err = *err};
	s.event.id = arena_strdup(o->arena, id);
	s.event.change_key = arena_strdup(o->arena, tag);
	add_sighting(o, &s);
}

void
ical_add_occurrence(
	struct ical *o, struct ical_event *e, const char *id, int64_t start, int64_t end)
{
	char hash[HASH_DIGITS + 1];
	put_hash(e->hash, hash);
	struct sighting s = {.body_hash = e->hash != 0 ? e->hash : 1};
	s.event.id = id;
	s.event.change_key = arena_printf(o->arena, "%s-%s", e->file->tag, hash);
	s.event.start = start;
	s.event.end = end;
	s.slot = (size_t)(e - o->events); /* until it is filled */
	add_sighting(o, &s);
}

/* Nothing in a name that a terminal or a log would obey. */
static const char *
shown(struct arena *a, const char *name)
{
	char *s = arena_strdup(a, name);
	for (char *c = s; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	return s;
}

static void
not_whole(struct ical *o, const struct ical_file *f, const char *why)
{
	struct err err;
	const char *name = shown(o->arena, f->name);
	err_set(&err, ERR_BAD_REPLY, "not_whole", "%.200s: %s", name, why);
	err_cure(&err,
		"What is known of it stays as it was. Write the file anew, under another name "
		"first and then renamed; or remove it.");
	ical_add_trouble(o, name, f->tag, &err);
}

static struct ical_event *
add_event(struct ical *o)
{
	if (o->n_events == ICAL_MAX_EVENTS) {
		err_set(&o->err, ERR_LIMIT, "too_many_events",
			"the calendar has more than %d events", ICAL_MAX_EVENTS);
		err_cure(&o->err, "Take out what is over.");
		return NULL;
	}
	if (o->n_events == o->room) {
		o->room = o->room > 0 ? o->room * 2 : 64;
		struct ical_event *more =
			arena_many(o->arena, struct ical_event, o->room);
		if (o->n_events > 0)
			memcpy(more, o->events, o->n_events * sizeof *more);
		o->events = more;
	}
	return &o->events[o->n_events++];
}

/* One VEVENT, with the calendar's own lines around it. */
static void
take_event(struct ical *o, struct ical_file *f, const char *text, size_t size)
{
	struct buf b;
	struct err err = {.grade = ERR_NONE};
	struct ical_event *e = add_event(o);
	if (e == NULL)
		return;
	buf_init(&b, o->arena);
	buf_str(&b, "BEGIN:VCALENDAR\n");
	buf_add(&b, f->head, f->head_size);
	buf_add(&b, text, size);
	buf_str(&b, "\nEND:VCALENDAR\n");
	*e = (struct ical_event){.file = f, .text = b.s, .size = b.n};
	e->hash = hash_of(HASH_START, b.s, b.n);
	if (ical_event_read(o->arena, o->asked.room, e, &err) != ERR_NONE) {
		struct err named;
		err_set(&named, err.grade, err.code, "%.150s: %.200s",
			shown(o->arena, f->name), err.text);
		ical_add_trouble(o, f->name, f->tag, &named);
		o->n_events--;
		return;
	}
	e->cancelled |= f->cancelled;
}

/* What asks for no meeting: an answer to an invitation, or a wish (RFC 5546). */
static void
read_head(struct ical *o, struct ical_file *f)
{
	static const char *const ignored[] = {
		"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"};
	struct ics_lines lines;
	struct ics_line l;
	size_t n;
	f->zones.named.calendar = o->asked.zone;
	if (ics_lines_open(&lines, o->arena, f->head, f->head_size, NULL) != ERR_NONE)
		return;
	while (ics_lines_next(&lines, &l)) {
		const char *value = ics_text(o->arena, &l, &n);
		if (strcasecmp(l.name, "X-WR-TIMEZONE") == 0 && *value != '\0')
			f->zones.named.calendar = value;
		if (strcasecmp(l.name, "METHOD") != 0)
			continue;
		f->cancelled = strcasecmp(value, "CANCEL") == 0;
		for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
			if (strcasecmp(ignored[i], value) == 0)
				f->ignored = ignored[i];
	}
}

/* The text of a file, line by line as it stands. */
struct cut {
	struct ical *o;
	struct ical_file *f;
	struct buf head;
	const char *names[MAX_DEPTH]; /* of what is open */
	size_t sizes[MAX_DEPTH];
	size_t depth;
	struct {
		const char *text;
		size_t size;
	} * events;
	size_t n_events, room;
	const char *began; /* the component within the calendar that is open */
	bool any;
};

static bool
is_name(const char *s, size_t n, const char *name)
{
	return n == strlen(name) && strncasecmp(s, name, n) == 0;
}

static void
keep_event(struct cut *c, const char *end)
{
	if (c->n_events == c->room) {
		c->room = c->room > 0 ? c->room * 2 : 16;
		void *more = arena_array(c->o->arena, c->room, sizeof *c->events);
		if (c->n_events > 0)
			memcpy(more, c->events, c->n_events * sizeof *c->events);
		c->events = more;
	}
	c->events[c->n_events].text = c->began;
	c->events[c->n_events++].size = (size_t)(end - c->began);
}

/* All of a calendar is there: its events can be told of. */
static void
end_calendar(struct cut *c)
{
	struct ical_file *f = c->f;
	f->head = c->head.s;
	f->head_size = c->head.n;
	read_head(c->o, f);
	for (size_t i = 0; f->ignored == NULL && i < c->n_events; i++)
		take_event(c->o, f, c->events[i].text, c->events[i].size);
	c->any = true;
}

static void
begin_calendar(struct cut *c)
{
	struct ical_file *f = arena_one(c->o->arena, struct ical_file);
	*f = *c->f;
	f->zones = (struct ical_zones){
		.arena = c->o->arena, .from = c->o->asked.from, .to = c->o->asked.to};
	f->ignored = NULL;
	c->f = f;
	c->n_events = 0;
	buf_init(&c->head, c->o->arena);
}

/* NULL; else why the file is not whole. */
static const char *
begin_component(struct cut *c, const char *line, const char *name, size_t n)
{
	if (c->depth == MAX_DEPTH)
		return "its components stand too deep within each other";
	if (c->depth == 0 && !is_name(name, n, "VCALENDAR"))
		return "it does not begin with BEGIN:VCALENDAR";
	if (c->depth == 0)
		begin_calendar(c);
	if (c->depth == 1)
		c->began = line;
	c->names[c->depth] = name;
	c->sizes[c->depth++] = n;
	return NULL;
}

static const char *
end_component(struct cut *c, const char *next, const char *name, size_t n)
{
	if (c->depth == 0 || c->sizes[c->depth - 1] != n ||
		strncasecmp(c->names[c->depth - 1], name, n) != 0)
		return "a component ends that did not begin";
	c->depth--;
	if (c->depth == 0)
		end_calendar(c);
	else if (c->depth == 1 && is_name(name, n, "VEVENT"))
		keep_event(c, next);
	else if (c->depth == 1 && is_name(name, n, "VTIMEZONE"))
		ical_zones_add(&c->f->zones, c->began, (size_t)(next - c->began));
	return NULL;
}

static const char *
cut_line(struct cut *c, const char *line, size_t n, const char *next)
{
	static const char begin[] = "BEGIN:", end[] = "END:";
	while (n > 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
		n--;
	if (n >= 6 && strncasecmp(line, begin, 6) == 0)
		return begin_component(c, line, line + 6, n - 6);
	if (n >= 4 && strncasecmp(line, end, 4) == 0)
		return end_component(c, next, line + 4, n - 4);
	if (c->depth == 1)
		buf_add(&c->head, line, (size_t)(next - line));
	return NULL;
}

static void
cut_file(struct ical *o, const struct ical_file *f, const char *text, size_t size)
{
	struct ical_file copy = *f;
	struct cut c = {.o = o, .f = &copy};
	size_t had = o->n_events;
	const char *why = NULL, *end = text + size;
	for (const char *line = text; line < end && why == NULL;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		const char *next = stop != NULL ? stop + 1 : end;
		why = cut_line(&c, line, (size_t)(next - line), next);
		line = next;
	}
	if (why == NULL && (c.depth > 0 || !c.any))
		why = c.depth > 0 ? "it ends before END:VCALENDAR" : "it is empty";
	if (why != NULL) {
		o->n_events = had;
		not_whole(o, f, why);
	} else if (o->n_events == had + 1) {
		o->events[had].mail = f->mail;
	}
}

static void
add_message(struct ical *o, struct ical_file *f, const char *bytes, size_t size)
{
	struct draft *d = arena_one(o->arena, struct draft);
	struct event *mail = arena_one(o->arena, struct event);
	struct err err;
	draft_init(d, o->arena);
	if (mime_read(d, bytes, size, &err) != ERR_NONE)
		not_whole(o, f, err.text);
	else if (d->cut_short || size == 0)
		not_whole(o, f, "the message ends within one of its parts");
	else if (d->calendar != NULL) { /* else it is mail about something else */
		draft_event(d, mail);
		f->mail = mail;
		cut_file(o, f, d->calendar, d->calendar_size);
	}
}

void
ical_add(struct ical *o, const char *name, const char *bytes, size_t size)
{
	struct ical_file f = {.name = name};
	size_t n = strlen(name);
	ical_tag(name, f.tag);
	if (n > 4 && strcasecmp(name + n - 4, ".eml") == 0) {
		add_message(o, &f, bytes, size);
		return;
	}
	const char *text = charset_text(o->arena, NULL, bytes, size, &n);
	size_t lead = strspn(text, " \t\r\n");
	cut_file(o, &f, text + lead, n - lead);
}

/* What an event says of the meeting, once for all of a series. */
static void
fill_event(struct ical *o, struct ical_event *e, const struct rules *rules,
	const char *country)
{
	struct draft *d = arena_one(o->arena, struct draft);
	struct event *event = arena_one(o->arena, struct event);
	draft_init(d, o->arena);
	if (e->mail != NULL)
		*event = *e->mail;
	else if (ics_read(d, e->text, e->size, NULL) == ERR_NONE)
		draft_event(d, event);
	e->event = event;
	e->extraction = extract(o->arena, rules, invite_clean(o->arena, event), country);
}

static void
fill(struct ical *o, struct sighting *s, const struct rules *rules, const char *country)
{
	struct ical_event *e = &o->events[s->slot];
	if (e->event == NULL)
		fill_event(o, e, rules, country);
	struct event had = s->event;
	s->slot = 0;
	s->event = *e->event;
	s->event.id = had.id;
	s->event.change_key = had.change_key;
	s->event.uid = *e->uid != '\0' ? e->uid : NULL;
	s->event.start = had.start;
	s->event.end = had.end;
	s->event.all_day |= e->start.date;
	s->event.cancelled |= e->cancelled;
	s->event.response = e->response;
	s->event.bodies = NULL;
	s->event.entries = NULL;
	s->event.n_bodies = s->event.n_entries = 0;
	s->extraction = e->extraction;
}

void
ical_finish(
	struct ical *o, const struct rules *rules, const char *country, struct reply *ret)
{
	struct answer *answer = arena_one(o->arena, struct answer);
	if (o->err.grade == ERR_NONE)
		ical_expand(o);
	for (size_t i = 0; o->err.grade == ERR_NONE && i < o->n_sightings; i++)
		if (o->sightings[i].err.grade == ERR_NONE)
			fill(o, &o->sightings[i], rules, country);
	answer->err = o->err;
	answer->complete = o->err.grade == ERR_NONE;
	*ret = (struct reply){.answers = answer,
		.n_answers = 1,
		.sightings = o->sightings,
		.n_sightings = answer->complete ? o->n_sightings : 0};
}
