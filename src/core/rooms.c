/* The rooms that a link's server has, and which of them are watched already. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "core/link.h"
#include "core/worker.h"

/* By the link and the mailbox; NULL: nobody watches it. */
static const char *
room_of(const struct site *s, const char *link, const char *mailbox)
{
	for (size_t i = 0; i < s->n_rooms; i++)
		if (strcmp(s->rooms[i].link, link) == 0 &&
			strcasecmp(s->rooms[i].mailbox, mailbox) == 0)
			return s->rooms[i].name;
	return NULL;
}

static const char *
copy(struct arena *a, const char *s)
{
	return s != NULL ? arena_strdup(a, s) : NULL;
}

/* What the poll owns dies with it. */
static const struct found_room *
keep_rooms(struct arena *a, const struct batch *b, const struct calendar_room *listed,
	size_t n)
{
	struct found_room *rooms = arena_many(a, struct found_room, n);
	for (size_t i = 0; i < n; i++)
		rooms[i] = (struct found_room){.mailbox = copy(a, listed[i].mailbox),
			.name = copy(a, listed[i].name),
			.place = copy(a, listed[i].place),
			.capacity = listed[i].capacity,
			.room = copy(
				a, room_of(b->site, b->set_up->name, listed[i].mailbox))};
	return rooms;
}

static int
ask_for_rooms(struct core *c, struct batch *b, struct arena *a,
	const struct found_room **ret, size_t *ret_n, struct err *err)
{
	struct worker w;
	const struct calendar_room *listed;
	size_t n;
	worker_init(&w, c);
	link_try(c, b);
	struct poll *p = worker_list(&w, b);
	int grade = p != NULL ? b->kind->listed(p, &listed, &n, err)
			      : err_set(err, ERR_RETRY, "memory", "out of memory");
	if (grade == ERR_NONE) {
		*ret = keep_rooms(a, b, listed, n);
		*ret_n = n;
	}
	b->kind->end(p);
	worker_release(&w);
	return grade;
}

static int
no_list(const struct batch *b, struct err *err)
{
	const char *cure = b->kind->rooms_cure != NULL
				   ? b->kind->rooms_cure
				   : "Add them one by one: `convoke room add NAME "
				     "--mailbox MAILBOX --link LINK`.";
	const char *at = strstr(cure, "LINK");
	err_set(err, ERR_CONFIG, "no_list", "a calendar of kind %s has no list of rooms",
		b->kind->name);
	err_cure(err, "%.*s%s%s", (int)(at - cure), cure, b->set_up->name,
		at + strlen("LINK"));
	return ERR_CONFIG;
}

int
core_link_rooms(struct core *c, struct arena *a, const char *link,
	const struct found_room **ret, size_t *ret_n, struct err *err)
{
	struct batch b;
	int grade = link_begin(c, &b, link, err);
	if (grade != ERR_NONE)
		return grade;
	grade = b.kind->list != NULL ? ask_for_rooms(c, &b, a, ret, ret_n, err)
				     : no_list(&b, err);
	work_done(c, &b);
	return grade;
}
