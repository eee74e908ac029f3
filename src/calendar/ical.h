/*
 * ical: files of iCalendar as what a room has in a window
 *
 * The reader's half that `ics` and `caldav` share. Series are expanded, exceptions take the place
 * of what they change, of several copies the newest counts. A file that is not whole is told of
 * as a sighting without times, and so is an event whose times cannot be told.
 *
 * Owns:    nothing; all lives in the arena.
 * Threads: one.
 */
#ifndef CALENDAR_ICAL_H
#define CALENDAR_ICAL_H

#include "calendar/calendar.h"
#include "calendar/ical_event.h"
#include "calendar/ical_zone.h"

struct buf;
struct record;

enum {
	ICAL_MAX_EVENTS = 20000,     /* VEVENTs in all files of a room */
	ICAL_MAX_OCCURRENCES = 1000, /* of one series in the window */
	ICAL_MAX_SIGHTINGS = 4000,   /* of all */
	ICAL_TAG = 16, /* letters of a file's tag, which begins its change keys */
	ICAL_MAX_ROOM = 2048,
};

/* What the reader has to know beside the bytes; stands before them. */
struct ical_asked {
	int64_t from, to;
	const char *room; /* its mailbox */
	const char *zone; /* of times that name none; NULL: not known */
};
void ical_put_asked(struct buf *b, const struct ical_asked *asked);
void ical_get_asked(struct record *r, struct ical_asked *ret);

/* What a file's tag is: the same for the same name. */
void ical_tag(const char *name, char ret[ICAL_TAG + 1]);

struct ical_file {
	const char *name;
	char tag[ICAL_TAG + 1];
	struct ical_zones zones;
	bool cancelled;      /* METHOD:CANCEL */
	const char *ignored; /* its METHOD, when it asks for no meeting: REPLY */
	const char *head;    /* the calendar's own lines */
	size_t head_size;
	const struct event *mail; /* the message that it came in */
};

struct ical {
	struct arena *arena;
	struct ical_asked asked;
	struct ical_event *events;
	size_t n_events, room;
	struct sighting *sightings;
	size_t n_sightings, room_sightings;
	struct err err; /* of all: over a limit */
};

void ical_init(struct ical *o, struct arena *a, const struct ical_asked *asked);

/* A file, told from others by its name; .eml: a message. */
void ical_add(struct ical *o, const char *name, const char *bytes, size_t size);

/* A file that cannot be had, or an event that cannot be told when it is. */
void ical_add_trouble(
	struct ical *o, const char *id, const char *tag, const struct err *err);

/* With all files there: what they say. */
void ical_finish(struct ical *o, const struct rules *rules, const char *country,
	struct reply *ret);

/* ical_series.c: the occurrences of each UID into sightings, unread as yet. */
void ical_expand(struct ical *o);
void ical_add_occurrence(
	struct ical *o, struct ical_event *e, const char *id, int64_t start, int64_t end);

#endif
