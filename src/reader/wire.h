/*
 * wire: events and extractions as records
 *
 * What a reader answers, and what the store keeps of an agenda. Writing cuts and repairs
 * what exceeds a limit; reading takes nothing on trust, and leaves its verdict in the
 * record.
 *
 * Owns:    lists that are read live in the given arena, texts in the record's bytes.
 * Threads: any.
 */
#ifndef READER_WIRE_H
#define READER_WIRE_H

#include "base/record.h"
#include "calendar/calendar.h"

struct arena;
struct buf;
struct reader_invite;

enum {
	WIRE_MAX_KEY =
		2048, /* bytes of an id, change key or UID; a longer one is left out */
	WIRE_MAX_TEXT =
		4096, /* of a subject, location, name or link's text; the rest is cut */
	WIRE_MAX_LINK = 8192, /* of a link to the next page */
	WIRE_MAX_NOTES = 64,  /* notes of a meeting, warnings of an extraction */
	WIRE_MAX_LOST = 64,
	WIRE_MAX_ANSWERS = 1024,
	WIRE_MAX_SIGHTINGS = 8192,
	WIRE_MAX_PARTS = 64,
};

void wire_put_err(struct buf *b, const struct err *e);
void wire_get_err(struct record *r, struct err *ret);

/* Without bodies and entries. */
void wire_put_event(struct buf *b, const struct event *e);
void wire_get_event(struct record *r, struct event *ret);

/* NULL stays NULL. A meeting that meeting_check refuses is left out when written, with a
 * warning; when read, it makes the record wrong. */
void wire_put_extraction(struct buf *b, const struct extraction *x);
const struct extraction *wire_get_extraction(struct arena *a, struct record *r);

/*
 * An event of a calendar and what it offers, one after the other. Of a private one nobody
 * beyond the reader has more than it takes to join it: no subject, place, organizer or words of
 * its text, whatever the calendar tells its reader (Exchange leaves that to its clients,
 * MS-OXODLGT 3.2.4.2).
 */
void wire_put_found(struct buf *b, const struct event *e, const struct extraction *x);

void wire_put_reply(struct buf *b, const struct reply *reply);
void wire_get_reply(struct arena *a, struct record *r, struct reply *ret);

/* Parts and links as far as they are there; parts without `entry`. */
void wire_put_invite(struct buf *b, const struct reader_invite *i);
void wire_get_invite(struct arena *a, struct record *r, struct reader_invite *ret);

#endif
