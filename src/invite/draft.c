#include "invite/draft.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

void
draft_init(struct draft *d, struct arena *a)
{
	*d = (struct draft){.arena = a};
}

static bool
is_blank(const char *s, size_t n)
{
	return strspn(s, " \t\r\n") >= n;
}

void
draft_body(struct draft *d, enum event_body_kind kind, const char *name, const char *text,
	size_t size)
{
	if (is_blank(text, size) || d->n_bodies == DRAFT_MAX_BODIES)
		return;
	d->bodies[d->n_bodies++] = (struct event_body){
		.kind = kind,
		.name = arena_strdup(d->arena, name),
		.text = text,
		.size = size,
	};
}

void
draft_entry(struct draft *d, const struct entry_point *entry)
{
	if (draft_text(entry->uri) == NULL || d->n_entries == DRAFT_MAX_ENTRIES)
		return;
	d->entries[d->n_entries] = *entry;
	d->entries[d->n_entries++].name = arena_strdup(d->arena, entry->name);
}

void
draft_unread(struct draft *d, const char *words)
{
	for (size_t i = 0; i < d->n_unread; i++)
		if (strcmp(d->unread[i], words) == 0)
			return;
	if (d->n_unread < DRAFT_MAX_UNREAD)
		d->unread[d->n_unread++] = words;
}

enum entry_kind
draft_kind(const char *uri)
{
	static const struct {
		const char *scheme;
		enum entry_kind kind;
	} kinds[] = {{"https:", ENTRY_VIDEO}, {"http:", ENTRY_VIDEO},
		{"tel:", ENTRY_PHONE}, {"sip:", ENTRY_SIP}, {"sips:", ENTRY_SIP}};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strncasecmp(uri, kinds[i].scheme, strlen(kinds[i].scheme)) == 0)
			return kinds[i].kind;
	return ENTRY_MORE;
}

const char *
draft_text(const char *text)
{
	return text == NULL || is_blank(text, strlen(text)) ? NULL : text;
}

void
draft_event(const struct draft *d, struct event *ret)
{
	struct event_body *bodies = arena_many(d->arena, struct event_body, d->n_bodies);
	struct entry_point *entries =
		arena_many(d->arena, struct entry_point, d->n_entries);
	const char **unread = arena_many(d->arena, const char *, d->n_unread);
	memcpy(unread, d->unread, d->n_unread * sizeof *unread);
	memcpy(bodies, d->bodies, d->n_bodies * sizeof *bodies);
	memcpy(entries, d->entries, d->n_entries * sizeof *entries);
	*ret = d->event;
	ret->bodies = bodies;
	ret->n_bodies = d->n_bodies;
	ret->entries = entries;
	ret->n_entries = d->n_entries;
	ret->unread = unread;
	ret->n_unread = d->n_unread;
}
