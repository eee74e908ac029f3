#include "calendar/ical_poll.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void
ical_take_init(
	struct ical_take *t, const struct poll_room *room, int64_t from, int64_t to)
{
	*t = (struct ical_take){.window = {.asked = room},
		.from = from,
		.to = to,
		.next = to + ICAL_BEYOND_S};
}

static void
note_trouble(struct arena *a, struct ical_take *t, const struct sighting *s)
{
	if (t->unread.grade == ERR_NONE)
		t->unread = s->err;
	if (s->event.change_key == NULL || strlen(s->event.change_key) != ICAL_TAG)
		return;
	const char **more = arena_many(a, const char *, t->n_torn + 1);
	if (t->n_torn > 0)
		memcpy(more, t->torn, t->n_torn * sizeof *more);
	more[t->n_torn++] = s->event.change_key;
	t->torn = more;
}

static struct sighting
seen_again(const struct known_event *k)
{
	/* its times are as they were: whoever knows it has them */
	return (struct sighting){
		.event = {.id = k->id, .change_key = k->change_key, .end = 1}};
}

static void
keep_torn(struct arena *a, struct ical_take *t)
{
	const struct poll_room *r = t->window.asked;
	for (size_t i = 0; i < t->n_torn; i++)
		for (size_t k = 0; k < r->n_known; k++) {
			struct sighting s = seen_again(&r->known[k]);
			if (r->known[k].change_key != NULL &&
				strncmp(r->known[k].change_key, t->torn[i], ICAL_TAG) ==
					0)
				window_add(a, &t->window, &s);
		}
}

void
ical_take_reply(struct arena *a, struct ical_take *t, const struct reply *reply)
{
	for (size_t i = 0; i < reply->n_sightings; i++) {
		const struct sighting *s = &reply->sightings[i];
		if (s->err.grade != ERR_NONE)
			note_trouble(a, t, s);
		else if (s->event.start < t->to)
			window_add(a, &t->window, s);
		else if (s->event.start < t->next)
			t->next = s->event.start;
	}
	for (size_t i = 0; i < t->window.n_items; i++)
		t->window.items[i].state = ITEM_DONE;
}

static const char *
zone_of(const struct poll_room *r)
{
	return r->zone != NULL ? r->zone : "-";
}

/* "1795532400 3 Europe/Berlin state": until when the window may move on, of so many events, read
 * by which zone. */
const char *
ical_take_state(struct arena *a, const struct ical_take *t)
{
	const struct poll_room *r = t->window.asked;
	char *end;
	if (r->cursor == NULL)
		return NULL;
	long long next = strtoll(r->cursor, &end, 10);
	if (*end != ' ' || t->to > next || t->to < next - 2 * ICAL_BEYOND_S)
		return NULL;
	unsigned long long n = strtoull(end + 1, &end, 10);
	size_t zone = strlen(zone_of(r));
	if (*end != ' ' || n != r->n_known || strncmp(end + 1, zone_of(r), zone) != 0 ||
		end[1 + zone] != ' ')
		return NULL;
	for (size_t i = 0; i < r->n_known; i++)
		if (!r->known[i].has_body)
			return NULL;
	return arena_strdup(a, end + 2 + zone);
}

struct poll_result
ical_take_unchanged(struct arena *a, const struct ical_take *t)
{
	const struct poll_room *r = t->window.asked;
	struct sighting *seen = arena_many(a, struct sighting, r->n_known);
	for (size_t i = 0; i < r->n_known; i++)
		seen[i] = seen_again(&r->known[i]);
	return (struct poll_result){.unchanged = true,
		.seen = seen,
		.n_seen = r->n_known,
		.cursor = r->cursor};
}

struct poll_result
ical_take_result(struct arena *a, const struct ical_take *t, const char *state)
{
	struct ical_take all = *t;
	keep_torn(a, &all);
	struct poll_result r = window_result(a, &all.window);
	if (r.err.grade != ERR_NONE)
		return r;
	if (all.unread.grade != ERR_NONE) {
		struct err *unread = arena_one(a, struct err);
		*unread = all.unread;
		r.unread = unread;
	} else if (state != NULL && strlen(state) <= ICAL_MAX_STATE) {
		r.cursor = arena_printf(a, "%lld %zu %s %s", (long long)all.next,
			r.n_seen, zone_of(all.window.asked), state);
	}
	return r;
}
