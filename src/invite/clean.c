/* An event's parts, one after the other: entries, location, bodies, subject. */
#include "invite.h"

#include <string.h>

#include "base/arena.h"
#include "invite/html.h"
#include "invite/join.h"
#include "invite/lines.h"
#include "invite/links.h"
#include "invite/text.h"

struct cleaning {
	struct arena *arena;
	struct invite *invite;
	struct invite_part *parts;
	struct links links;
};

/* Plain text; returns how many bytes were read. */
static size_t
read_plain(struct arena *a, const char *s, size_t n, struct text *ret)
{
	size_t end = n < INVITE_MAX_BODY ? n : INVITE_MAX_BODY;
	while (end < n && end > 0 && ((unsigned char)s[end] & 0xc0) == 0x80)
		end--;
	text_init(ret, a, end);
	size_t i = 0;
	while (i < end && ret->n_lines < INVITE_MAX_LINES) {
		size_t run = text_plain(s + i, end - i);
		if (run > 0)
			text_run(ret, s + i, run, i);
		else
			run = text_char(ret, s + i, end - i, i);
		i += run;
	}
	text_finish(ret);
	return i;
}

static struct invite_part *
add_part(struct cleaning *c, enum invite_source source, const char *name, const char *s,
	size_t n, bool html)
{
	struct text t;
	bool tags = !html && html_in_text(s, n);
	size_t used = html || tags ? html_read(c->arena, s, n, tags, &t)
				   : read_plain(c->arena, s, n, &t);
	c->invite->truncated |= used < n;
	join_broken(&t);
	lines_mark(&t);
	links_find(&c->links, &t, c->invite->n_parts);
	struct invite_part *p = &c->parts[c->invite->n_parts++];
	*p = (struct invite_part){.source = source,
		.name = name,
		.text = t.s,
		.size = t.n,
		.lines = t.lines,
		.n_lines = t.n_lines,
		.original = s,
		.original_size = used,
		.spans = t.spans,
		.n_spans = t.n_spans};
	return p;
}

static const char *
or_else(const char *s, const char *other)
{
	return s != NULL ? s : other;
}

const struct invite *
invite_clean(struct arena *a, const struct event *event)
{
	struct invite *invite = arena_one(a, struct invite);
	struct cleaning c = {.arena = a, .invite = invite};
	c.parts =
		arena_many(a, struct invite_part, event->n_entries + event->n_bodies + 2);
	links_init(&c.links, a);
	invite->event = event;
	invite->parts = c.parts;
	for (size_t i = 0; i < event->n_entries; i++) {
		const struct entry_point *e = &event->entries[i];
		const char *uri = or_else(e->uri, "");
		add_part(&c, SOURCE_ENTRY, or_else(e->name, "entry"), uri, strlen(uri),
			false)
			->entry = e;
	}
	if (event->location != NULL)
		add_part(&c, SOURCE_LOCATION, "location", event->location,
			strlen(event->location), false);
	for (size_t i = 0; i < event->n_bodies; i++) {
		const struct event_body *b = &event->bodies[i];
		add_part(&c, SOURCE_BODY, or_else(b->name, "body"), or_else(b->text, ""),
			b->text != NULL ? b->size : 0, b->kind == EVENT_HTML);
	}
	if (event->subject != NULL)
		add_part(&c, SOURCE_SUBJECT, "subject", event->subject,
			strlen(event->subject), false);
	invite->links = c.links.list;
	invite->n_links = c.links.n;
	const char **opaque = arena_many(a, const char *, c.links.n_opaque + 1);
	memcpy(opaque, c.links.opaque, c.links.n_opaque * sizeof *opaque);
	invite->opaque = opaque;
	invite->n_opaque = c.links.n_opaque;
	invite->truncated |= c.links.full;
	return invite;
}

size_t
invite_origin(const struct invite_part *part, size_t at)
{
	size_t low = 0, high = part->n_spans;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (part->spans[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return 0;
	const struct invite_span *span = &part->spans[low - 1];
	size_t origin = span->origin + (span->literal ? at - span->at : 0);
	return origin < part->original_size ? origin : part->original_size;
}
