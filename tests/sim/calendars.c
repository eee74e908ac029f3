#include "sim/calendars.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"

/* FNV-1a (RFC 9923), 64 bits. */
unsigned long long
hash_text(unsigned long long h, const char *s)
{
	if (h == 0)
		h = 0xcbf29ce484222325u;
	for (; s != NULL && *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	return (h ^ 0xff) * 0x100000001b3u; /* "ab" "c" is not "a" "bc" */
}

static unsigned long long
key_of(const char *mailbox)
{
	char lower[320];
	size_t n = 0;
	for (; mailbox[n] != '\0' && n + 1 < sizeof lower; n++)
		lower[n] = (char)tolower((unsigned char)mailbox[n]);
	lower[n] = '\0';
	return hash_text(0, lower);
}

void
calendars_init(struct calendars *c, struct arena *a, int64_t now)
{
	*c = (struct calendars){.arena = a, .now = now, .directory = "."};
}

static const char *
copy(const struct calendars *c, const char *text)
{
	return text != NULL ? arena_strdup(c->arena, text) : NULL;
}

/* Where the room of this key stands, or would. */
static size_t
place_of(const struct calendars *c, unsigned long long key)
{
	size_t low = 0, high = c->n_rooms;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->rooms[middle]->key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct room *
calendars_room_of(const struct calendars *c, unsigned long long key)
{
	size_t i = place_of(c, key);
	return i < c->n_rooms && c->rooms[i]->key == key ? c->rooms[i] : NULL;
}

struct room *
calendars_room(const struct calendars *c, const char *mailbox)
{
	struct room *r = calendars_room_of(c, key_of(mailbox));
	return r != NULL && strcasecmp(r->mailbox, mailbox) == 0 ? r : NULL;
}

bool
matches(const char *pattern, const char *mailbox)
{
	if (*pattern != '*')
		return strcasecmp(pattern, mailbox) == 0;
	size_t tail = strlen(pattern + 1), n = strlen(mailbox);
	return n >= tail && strcasecmp(pattern + 1, mailbox + n - tail) == 0;
}

void *
grown(struct arena *a, void *list, size_t n, size_t *space)
{
	if (n < *space)
		return list;
	*space = *space > 0 ? *space * 2 : 16;
	void **more = arena_many(a, void *, *space);
	if (n > 0)
		memcpy(more, list, n * sizeof *more);
	return more;
}

static void
add_room(struct calendars *c, struct room *r)
{
	size_t at = place_of(c, r->key);
	c->rooms = grown(c->arena, c->rooms, c->n_rooms, &c->space);
	memmove(&c->rooms[at + 1], &c->rooms[at], (c->n_rooms - at) * sizeof *c->rooms);
	c->rooms[at] = r;
	c->n_rooms++;
}

static struct meeting **
find_meeting(const struct room *r, const char *name)
{
	for (size_t i = 0; i < r->n_meetings; i++)
		if (strcmp(r->meetings[i]->name, name) == 0)
			return &r->meetings[i];
	return NULL;
}

static int
put_meeting(struct calendars *c, struct room *r, const struct sim_meeting *from,
	struct err *err)
{
	struct meeting *m;
	if (take_meeting(c, from, &m, err) != ERR_NONE)
		return ERR_CONFIG;
	m->version = ++c->last_version;
	struct meeting **old = find_meeting(r, m->name);
	if (old != NULL) {
		m->number = (*old)->number;
		*old = m;
		return ERR_NONE;
	}
	m->number = ++r->last_number;
	r->meetings = grown(c->arena, r->meetings, r->n_meetings, &r->space);
	r->meetings[r->n_meetings++] = m;
	return ERR_NONE;
}

int
calendars_put_meeting(struct calendars *c, const char *mailbox,
	const struct sim_meeting *from, struct err *err)
{
	struct room *r = calendars_room(c, mailbox);
	return r != NULL ? put_meeting(c, r, from, err)
			 : err_set(err, ERR_ABSENT, "no_room", "no room %s", mailbox);
}

int
calendars_put_room(struct calendars *c, const struct sim_room *from, struct err *err)
{
	if (from->mailbox == NULL || strchr(from->mailbox, '@') == NULL)
		return err_set(err, ERR_CONFIG, "bad_scenario",
			"a room's mailbox is an address");
	struct room *r = calendars_room(c, from->mailbox);
	if (r == NULL) {
		r = arena_one(c->arena, struct room);
		r->mailbox = copy(c, from->mailbox);
		r->key = key_of(r->mailbox);
		add_room(c, r);
	}
	r->name = copy(c, from->name != NULL ? from->name : from->mailbox);
	r->version = copy(c, from->version);
	r->state = copy(c, from->state);
	r->delete_comments = from->delete_comments;
	r->delete_subject = from->delete_subject;
	r->add_organizer_to_subject = from->add_organizer_to_subject;
	for (unsigned i = 0; i < from->meetings_count; i++)
		if (put_meeting(c, r, &from->meetings[i], err) != ERR_NONE)
			return ERR_CONFIG;
	return ERR_NONE;
}

bool
calendars_delete(struct calendars *c, const char *mailbox, const char *name)
{
	struct room *r = calendars_room(c, mailbox);
	struct meeting **m;
	if (r == NULL)
		return false;
	if (name == NULL) {
		struct room **at = &c->rooms[place_of(c, r->key)];
		memmove(at, at + 1, (size_t)(c->rooms + --c->n_rooms - at) * sizeof *at);
		return true;
	}
	if ((m = find_meeting(r, name)) == NULL)
		return false;
	memmove(m, m + 1, (size_t)(r->meetings + --r->n_meetings - m) * sizeof *m);
	return true;
}

int
calendars_put_all(
	struct calendars *c, const struct sim_room *from, unsigned n, struct err *err)
{
	for (unsigned i = 0; i < n; i++) {
		if (calendars_put_room(c, &from[i], err) != ERR_NONE)
			return ERR_CONFIG;
		if (calendars_room(c, from[i].mailbox)->n_meetings !=
			from[i].meetings_count)
			return err_set(err, ERR_CONFIG, "bad_scenario",
				"%s: two meetings of one name, or the room twice",
				from[i].mailbox);
	}
	return ERR_NONE;
}

/* What a room's meetings were called before: same name, same id; same words, same key. */
static void
carry_over_room(struct calendars *c, struct room *r, const struct room *before)
{
	r->last_number = before->last_number;
	for (size_t i = 0; i < r->n_meetings; i++) {
		struct meeting *m = r->meetings[i];
		const struct meeting *was = NULL;
		for (size_t k = 0; k < before->n_meetings && was == NULL; k++)
			if (strcmp(before->meetings[k]->name, m->name) == 0)
				was = before->meetings[k];
		m->number = was != NULL ? was->number : ++r->last_number;
		m->version = was != NULL && was->print == m->print ? was->version
								   : ++c->last_version;
	}
}

void
calendars_carry_over(struct calendars *c, const struct calendars *before)
{
	if (c->last_version < before->last_version)
		c->last_version = before->last_version;
	for (size_t i = 0; i < c->n_rooms; i++) {
		const struct room *was = calendars_room(before, c->rooms[i]->mailbox);
		if (was != NULL)
			carry_over_room(c, c->rooms[i], was);
	}
}

const struct meeting *
room_meeting(const struct room *r, unsigned number)
{
	for (size_t i = 0; i < r->n_meetings; i++)
		if (r->meetings[i]->number == number)
			return r->meetings[i];
	return NULL;
}
