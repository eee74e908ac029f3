#include "calendar/read.h"

#include <ctype.h>
#include <string.h>

#include "extract.h"
#include "invite.h"

/* FNV-1a (RFC 9923), 64 bits; never 0, which is "no body". */
static uint64_t
hash_of(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	return h != 0 ? h : 1;
}

static bool
is_blank(const struct event_body *b)
{
	return strspn(b->text, " \t\r\n") >= b->size;
}

void
read_body_facts(struct sighting *s, const struct event *event)
{
	uint64_t h = 0xcbf29ce484222325u;
	s->body_missing = true;
	for (size_t i = 0; i < event->n_bodies; i++) {
		if (is_blank(&event->bodies[i]))
			continue;
		h = hash_of(h, event->bodies[i].text, event->bodies[i].size);
		s->body_hash = h;
		s->body_missing = false;
	}
}

/* An HTML skeleton with nothing in it is what Exchange leaves of a body that it strips. */
static bool
has_text(const struct invite *invite)
{
	for (size_t i = 0; i < invite->n_parts; i++) {
		const struct invite_part *part = &invite->parts[i];
		for (size_t k = 0; part->source == SOURCE_BODY && k < part->size; k++)
			if (!isspace((unsigned char)part->text[k]))
				return true;
	}
	return false;
}

void
read_extract(struct arena *a, struct reply *reply, const struct event *events,
	const struct rules *rules, const char *country)
{
	struct sighting *sightings = (struct sighting *)reply->sightings;
	for (size_t i = 0; i < reply->n_sightings; i++) {
		if (sightings[i].err.grade != ERR_NONE)
			continue;
		const struct invite *invite = invite_clean(a, &events[i]);
		sightings[i].extraction = extract(a, rules, invite, country);
		if (events[i].n_bodies > 0 && !has_text(invite))
			sightings[i].body_missing = true;
	}
}
