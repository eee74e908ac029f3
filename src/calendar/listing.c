#include "calendar/listing.h"

#include <string.h>

#include "base/arena.h"

void
listing_init(struct listing *l, struct arena *a)
{
	*l = (struct listing){.arena = a};
}

void
listing_fail(struct listing *l, const struct err *err)
{
	l->err = *err;
	l->over = true;
}

static void
keep_rooms(struct listing *l, const struct calendar_room *rooms, size_t n)
{
	if (l->n + n > l->space) {
		l->space = (l->n + n) * 2;
		struct calendar_room *more =
			arena_many(l->arena, struct calendar_room, l->space);
		if (l->n > 0)
			memcpy(more, l->rooms, l->n * sizeof *more);
		l->rooms = more;
	}
	if (n > 0)
		memcpy(&l->rooms[l->n], rooms, n * sizeof *rooms);
	l->n += n;
}

void
listing_add(struct listing *l, const struct reply *page, const char *next)
{
	keep_rooms(l, page->rooms, page->n_rooms);
	bool loops = next != NULL && l->next != NULL && strcmp(next, l->next) == 0;
	if (loops)
		err_set(&l->err, ERR_BAD_REPLY, "page_loop",
			"the next page of the list of rooms is the same page");
	else if (next != NULL && ++l->pages == LISTING_MAX_PAGES)
		err_set(&l->err, ERR_LIMIT, "too_many_pages",
			"the list of rooms has more than %d pages", LISTING_MAX_PAGES);
	l->over = next == NULL || l->err.grade != ERR_NONE;
	l->next = next != NULL ? arena_strdup(l->arena, next) : NULL;
}

int
listing_result(const struct listing *l, const struct calendar_room **ret, size_t *ret_n,
	struct err *err)
{
	if (l->err.grade != ERR_NONE) {
		*err = l->err;
		return (int)l->err.grade;
	}
	*ret = l->rooms;
	*ret_n = l->n;
	return ERR_NONE;
}
