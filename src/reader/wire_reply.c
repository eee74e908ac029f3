/* The whole answers: a calendar's reply, and one invite with its parts. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "reader/reader.h"
#include "reader/wire.h"

enum {
	MAX_NAME = 128,
	MAX_ORIGINAL = READER_MAX_JOB,
	LEAST_ANSWER = 6,
	LEAST_SIGHTING = 40,
	LEAST_LINE = 15,
	LEAST_SPAN = 12,
	LEAST_LINK = 40,
	LEAST_ROOM = 8,
};

static size_t
at_most(size_t n, size_t max)
{
	return n < max ? n : max;
}

/* An event whose key is too long to carry cannot be asked for again: it is one that
 * failed. */
static void
put_sighting(struct buf *b, const struct sighting *s)
{
	struct err err = s->err;
	if (s->event.id != NULL && strlen(s->event.id) > WIRE_MAX_KEY &&
		err.grade == ERR_NONE)
		err_set(&err, ERR_LIMIT, "id_too_long",
			"an event's id is longer than %d bytes", WIRE_MAX_KEY);
	record_put_text(b, s->room, WIRE_MAX_KEY);
	record_put_u32(b, (uint32_t)s->slot);
	wire_put_found(b, &s->event, s->extraction);
	record_put_i64(b, (int64_t)s->body_hash);
	record_put_u8(b, s->body_missing);
	wire_put_err(b, &err);
}

static void
get_sighting(struct arena *a, struct record *r, struct sighting *ret)
{
	ret->room = record_text_or_null(r, WIRE_MAX_KEY);
	ret->slot = record_u32(r, WIRE_MAX_ANSWERS - 1);
	wire_get_event(r, &ret->event);
	ret->extraction = wire_get_extraction(a, r);
	ret->body_hash = (uint64_t)record_i64(r, INT64_MIN, INT64_MAX);
	ret->body_missing = record_bool(r);
	wire_get_err(r, &ret->err);
}

static void
put_rooms(struct buf *b, const struct calendar_room *rooms, size_t n)
{
	record_put_count(b, n);
	for (size_t i = 0; i < n; i++) {
		record_put_text(b, rooms[i].mailbox, WIRE_MAX_KEY);
		record_put_text(b, rooms[i].name, WIRE_MAX_TEXT);
		record_put_text(b, rooms[i].place, WIRE_MAX_TEXT);
		record_put_u32(b, rooms[i].capacity);
	}
}

static const struct calendar_room *
get_rooms(struct arena *a, struct record *r, size_t *ret_n)
{
	*ret_n = record_count(r, CALENDAR_MAX_LISTED, LEAST_ROOM);
	struct calendar_room *rooms = arena_many(a, struct calendar_room, *ret_n);
	for (size_t i = 0; i < *ret_n; i++) {
		rooms[i].mailbox = record_text(r, WIRE_MAX_KEY);
		rooms[i].name = record_text(r, WIRE_MAX_TEXT);
		rooms[i].place = record_text_or_null(r, WIRE_MAX_TEXT);
		rooms[i].capacity = record_u32(r, UINT32_MAX);
	}
	return rooms;
}

static bool
fits_link(const char *link)
{
	return link == NULL || strlen(link) <= WIRE_MAX_LINK;
}

void
wire_put_reply(struct buf *b, const struct reply *reply)
{
	struct err err = reply->err;
	bool fits = reply->n_answers <= WIRE_MAX_ANSWERS &&
		    reply->n_sightings <= WIRE_MAX_SIGHTINGS &&
		    reply->n_rooms <= CALENDAR_MAX_LISTED;
	for (size_t i = 0; fits && i < reply->n_answers; i++)
		fits = fits_link(reply->answers[i].next) &&
		       fits_link(reply->answers[i].cursor);
	if (!fits &&
		err.grade == ERR_NONE) /* never a window with something cut off its end */
		err_set(&err, ERR_LIMIT, "reply_too_long",
			"the reply has %zu answers, %zu events and %zu rooms, more than "
			"are taken at once",
			reply->n_answers, reply->n_sightings, reply->n_rooms);
	wire_put_err(b, &err);
	record_put_count(b, fits ? reply->n_answers : 0);
	for (size_t i = 0; fits && i < reply->n_answers; i++) {
		wire_put_err(b, &reply->answers[i].err);
		record_put_u8(b, reply->answers[i].complete);
		record_put_text(b, reply->answers[i].room, WIRE_MAX_KEY);
		record_put_text(b, reply->answers[i].next, WIRE_MAX_LINK);
		record_put_text(b, reply->answers[i].cursor, WIRE_MAX_LINK);
		record_put_text(b, reply->answers[i].role, MAX_NAME);
	}
	record_put_count(b, fits ? reply->n_sightings : 0);
	for (size_t i = 0; fits && i < reply->n_sightings; i++)
		put_sighting(b, &reply->sightings[i]);
	put_rooms(b, reply->rooms, fits ? reply->n_rooms : 0);
	record_put_text(b, reply->server_version, MAX_NAME);
	record_put_i64(b, reply->wait_ms < 0 ? 0 : reply->wait_ms);
	record_put_i64(b, reply->password_expires < 0 ? 0 : reply->password_expires);
}

void
wire_get_reply(struct arena *a, struct record *r, struct reply *ret)
{
	*ret = (struct reply){0};
	wire_get_err(r, &ret->err);
	ret->n_answers = record_count(r, WIRE_MAX_ANSWERS, LEAST_ANSWER);
	struct answer *answers = arena_many(a, struct answer, ret->n_answers);
	for (size_t i = 0; i < ret->n_answers; i++) {
		wire_get_err(r, &answers[i].err);
		answers[i].complete = record_bool(r);
		answers[i].room = record_text_or_null(r, WIRE_MAX_KEY);
		answers[i].next = record_text_or_null(r, WIRE_MAX_LINK);
		answers[i].cursor = record_text_or_null(r, WIRE_MAX_LINK);
		answers[i].role = record_text_or_null(r, MAX_NAME);
	}
	ret->answers = answers;
	ret->n_sightings = record_count(r, WIRE_MAX_SIGHTINGS, LEAST_SIGHTING);
	struct sighting *sightings = arena_many(a, struct sighting, ret->n_sightings);
	for (size_t i = 0; i < ret->n_sightings; i++)
		get_sighting(a, r, &sightings[i]);
	ret->sightings = sightings;
	ret->rooms = get_rooms(a, r, &ret->n_rooms);
	ret->server_version = record_text_or_null(r, MAX_NAME);
	ret->wait_ms = record_i64(r, 0, INT64_MAX);
	ret->password_expires = record_i64(r, 0, INT64_MAX);
}

static void
put_part(struct buf *b, const struct invite_part *p)
{
	record_put_u8(b, (uint8_t)p->source);
	record_put_text(b, p->name, MAX_NAME);
	record_put_bytes(b, p->text, p->size);
	record_put_count(b, p->n_lines);
	for (size_t i = 0; i < p->n_lines; i++) {
		const struct invite_line *l = &p->lines[i];
		record_put_u32(b, l->at);
		record_put_u32(b, l->len);
		record_put_u32(b, l->quote);
		record_put_u8(
			b, (uint8_t)(l->forwarded | l->signature << 1 | l->hidden << 2));
	}
	record_put_bytes(b, p->original, p->original_size);
	record_put_count(b, p->n_spans);
	for (size_t i = 0; i < p->n_spans; i++) {
		record_put_u32(b, p->spans[i].at);
		record_put_u32(b, p->spans[i].origin);
		record_put_u8(b, p->spans[i].literal);
	}
}

static void
get_part(struct arena *a, struct record *r, struct invite_part *ret)
{
	ret->source = record_u8(r, SOURCE_SUBJECT);
	ret->name = record_text(r, MAX_NAME);
	ret->text = record_bytes(r, MAX_ORIGINAL, &ret->size);
	ret->n_lines = record_count(r, ret->size + 1, LEAST_LINE);
	struct invite_line *lines = arena_many(a, struct invite_line, ret->n_lines);
	for (size_t i = 0; i < ret->n_lines; i++) {
		lines[i].at = record_u32(r, (uint32_t)ret->size);
		lines[i].len = record_u32(r, (uint32_t)ret->size - lines[i].at);
		lines[i].quote = (uint16_t)record_u32(r, UINT16_MAX);
		uint8_t flags = record_u8(r, 7);
		lines[i].forwarded = flags & 1;
		lines[i].signature = flags >> 1 & 1;
		lines[i].hidden = flags >> 2 & 1;
	}
	ret->lines = lines;
	ret->original = record_bytes(r, MAX_ORIGINAL, &ret->original_size);
	ret->n_spans = record_count(r, ret->size + 1, LEAST_SPAN);
	struct invite_span *spans = arena_many(a, struct invite_span, ret->n_spans);
	for (size_t i = 0; i < ret->n_spans; i++) {
		spans[i].at = record_u32(r, (uint32_t)ret->size);
		spans[i].origin = record_u32(r, (uint32_t)ret->original_size);
		spans[i].literal = record_bool(r);
		if (i > 0 && spans[i].at < spans[i - 1].at)
			record_fail(r, "spans out of order");
	}
	ret->spans = spans;
}

static void
put_link(struct buf *b, const struct invite_link *l)
{
	record_put_text(b, l->url, WIRE_MAX_LINK);
	record_put_text(b, l->scheme, MAX_NAME);
	record_put_text(b, l->host, WIRE_MAX_KEY);
	record_put_text(b, l->rest, WIRE_MAX_LINK);
	record_put_u32(b, (uint32_t)l->part);
	record_put_u32(b, (uint32_t)l->at);
	record_put_u32(b, (uint32_t)l->len);
	record_put_u32(b, (uint32_t)l->line);
	record_put_count(b, at_most(l->n_wrappers, INVITE_MAX_UNWRAP));
	for (size_t i = 0; i < l->n_wrappers && i < INVITE_MAX_UNWRAP; i++)
		record_put_text(b, l->wrappers[i], MAX_NAME);
	record_put_u8(b, (uint8_t)(l->from_href | l->mismatch << 1 | l->schemeless << 2));
}

static void
get_link(struct arena *a, struct record *r, const struct reader_invite *i,
	struct invite_link *ret)
{
	ret->url = record_text(r, WIRE_MAX_LINK);
	ret->scheme = record_text(r, MAX_NAME);
	ret->host = record_text(r, WIRE_MAX_KEY);
	ret->rest = record_text(r, WIRE_MAX_LINK);
	ret->part = record_u32(r, UINT32_MAX);
	ret->at = record_u32(r, UINT32_MAX);
	ret->len = record_u32(r, UINT32_MAX);
	ret->line = record_u32(r, UINT32_MAX);
	if (ret->part >= i->n_parts || ret->line >= i->parts[ret->part].n_lines ||
		ret->at > i->parts[ret->part].size ||
		ret->len > i->parts[ret->part].size - ret->at)
		record_fail(r, "a link outside of its part");
	ret->n_wrappers = record_count(r, INVITE_MAX_UNWRAP, 6);
	const char **wrappers = arena_many(a, const char *, ret->n_wrappers);
	for (size_t w = 0; w < ret->n_wrappers; w++)
		wrappers[w] = record_text(r, MAX_NAME);
	ret->wrappers = wrappers;
	uint8_t flags = record_u8(r, 7);
	ret->from_href = flags & 1;
	ret->mismatch = flags >> 1 & 1;
	ret->schemeless = flags >> 2 & 1;
}

void
wire_put_invite(struct buf *b, const struct reader_invite *i)
{
	wire_put_event(b, &i->event);
	wire_put_extraction(b, i->extraction);
	size_t n_parts = at_most(i->n_parts, WIRE_MAX_PARTS), n_links = 0;
	record_put_count(b, n_parts);
	for (size_t p = 0; p < n_parts; p++)
		put_part(b, &i->parts[p]);
	for (size_t l = 0; l < i->n_links; l++)
		n_links += i->links[l].part < n_parts;
	record_put_count(b, n_links);
	for (size_t l = 0; l < i->n_links; l++)
		if (i->links[l].part < n_parts)
			put_link(b, &i->links[l]);
}

void
wire_get_invite(struct arena *a, struct record *r, struct reader_invite *ret)
{
	*ret = (struct reader_invite){0};
	wire_get_event(r, &ret->event);
	ret->extraction = wire_get_extraction(a, r);
	if (ret->extraction == NULL)
		record_fail(r, "an invite without an extraction");
	ret->n_parts = record_count(r, WIRE_MAX_PARTS, LEAST_LINE);
	struct invite_part *parts = arena_many(a, struct invite_part, ret->n_parts);
	ret->parts = parts;
	for (size_t i = 0; i < ret->n_parts; i++)
		get_part(a, r, &parts[i]);
	ret->n_links = record_count(r, INVITE_MAX_LINKS, LEAST_LINK);
	struct invite_link *links = arena_many(a, struct invite_link, ret->n_links);
	for (size_t i = 0; i < ret->n_links; i++)
		get_link(a, r, ret, &links[i]);
	ret->links = links;
}
