#include "calendar/window.h"

#include <string.h>

#include "base/arena.h"

enum {
	ENOUGH_TO_DOUBT = 3
}; /* events whose vanishing all at once is asked about again */

void
window_fail(struct window *w, const struct err *err)
{
	w->err = *err;
	for (size_t i = 0; i < w->n_items; i++)
		w->items[i].state = ITEM_DONE;
}

bool
window_is_open(const struct window *w)
{
	for (size_t i = 0; i < w->n_items; i++)
		if (w->items[i].state != ITEM_DONE)
			return true;
	return false;
}

/* Texts that may be absent, which equals nothing. */
static bool
is_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static const struct known_event *
find_known(const struct poll_room *r, const struct event *e)
{
	for (size_t i = 0; i < r->n_known; i++)
		if (strcmp(r->known[i].id, e->id) == 0)
			return &r->known[i];
	return NULL;
}

void
window_add(struct arena *a, struct window *w, const struct sighting *s)
{
	if (s->event.id == NULL || *s->event.id == '\0')
		return;
	for (size_t i = 0; i < w->n_items; i++)
		if (strcmp(w->items[i].sighting.event.id, s->event.id) == 0)
			return;
	if (w->n_items == w->room) {
		w->room = w->room > 0 ? w->room * 2 : 32;
		struct item *items = arena_many(a, struct item, w->room);
		if (w->n_items > 0)
			memcpy(items, w->items, w->n_items * sizeof *items);
		w->items = items;
	}
	const struct known_event *k = find_known(w->asked, &s->event);
	struct item *i = &w->items[w->n_items++];
	*i = (struct item){.sighting = *s};
	i->sighting.room = w->asked->mailbox;
	i->known =
		k != NULL && k->has_body && is_equal(k->change_key, s->event.change_key);
	i->state = i->known || s->err.grade != ERR_NONE ? ITEM_DONE : ITEM_WANTED;
}

/* Some servers give an occurrence another key than the list did. */
static bool
is_same(const struct event *asked, const struct event *got)
{
	return is_equal(asked->id, got->id) ||
	       (is_equal(asked->uid, got->uid) && asked->start == got->start);
}

bool
window_fill(struct item *i, const struct sighting *s)
{
	if (!is_same(&i->sighting.event, &s->event))
		return false;
	struct err before = i->sighting.err;
	const char *id = i->sighting.event.id, *mailbox = i->sighting.room;
	i->sighting = *s;
	i->sighting.event.id = id;
	i->sighting.room = mailbox;
	i->sighting.err = before;
	i->state = ITEM_DONE;
	return true;
}

static bool
had_enough(const struct window *w)
{
	return w->err.grade == ERR_NONE && w->asked->n_known >= ENOUGH_TO_DOUBT;
}

bool
window_is_emptied(const struct window *w)
{
	return had_enough(w) && w->n_items == 0 && !w->same;
}

bool
windows_are_doubtful(const struct window *(*at)(const struct poll *p, size_t i),
	const struct poll *p, size_t n)
{
	size_t had = 0, lost = 0;
	for (size_t i = 0; i < n; i++) {
		had += had_enough(at(p, i));
		lost += window_is_emptied(at(p, i));
	}
	return had >= 2 && lost * 2 > had;
}

/* Told of by nobody, and there all the same. */
static struct poll_result
known_result(struct arena *a, const struct window *w)
{
	const struct poll_room *r = w->asked;
	struct sighting *seen = arena_many(a, struct sighting, r->n_known);
	for (size_t i = 0; i < r->n_known; i++)
		seen[i] = (struct sighting){.room = r->mailbox,
			.event = {.id = r->known[i].id,
				.change_key = r->known[i].change_key}};
	return (struct poll_result){.unchanged = true,
		.seen = seen,
		.n_seen = r->n_known,
		.cursor = r->cursor};
}

struct poll_result
window_result(struct arena *a, const struct window *w)
{
	bool well = w->err.grade == ERR_NONE;
	if (well && w->same)
		return known_result(a, w);
	struct sighting *seen = arena_many(a, struct sighting, w->n_items);
	size_t n = 0, known = 0;
	for (size_t i = 0; i < w->n_items; i++) {
		if (w->items[i].sighting.event.end == 0)
			continue; /* it has no times to be shown at */
		known += w->items[i].known;
		seen[n++] = w->items[i].sighting;
	}
	return (struct poll_result){.err = w->err,
		.of_link = w->of_link,
		.unchanged = well && known == n && n == w->asked->n_known,
		.seen = seen,
		.n_seen = well ? n : 0};
}
