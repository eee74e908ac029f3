#include "calendar/caldav.h"

#include <string.h>

#include "base/arena.h"

enum { MAX_ROOM = 500 };

static bool
is_plain(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static int
check(const struct calendar_link *link, struct err *err)
{
	const char *brace = strpbrk(link->url, "{}"),
		   *slot = strstr(link->url, "/{room}");
	const char *host = strstr(link->url, "://");
	const char *path = host != NULL ? strchr(host + 3, '/') : NULL;
	bool well = strpbrk(link->url, "?#") == NULL &&
		    (brace == NULL ||
			    (slot != NULL && brace == slot + 1 && path != NULL &&
				    slot >= path &&
				    strpbrk(slot + strlen("/{room}"), "{}") == NULL &&
				    strchr("/", slot[strlen("/{room}")]) != NULL));
	if (well)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "not_caldav",
		"this is not the address of a CalDAV server");
	err_cure(err,
		"Give the server's own address (https://cloud.example.com), or the path of a "
		"room's calendar with {room} in the place of the room's mailbox: "
		"https://cal.example.com/dav/{room}/calendar/");
	return ERR_CONFIG;
}

static int
check_room(const struct calendar_link *link, const char *mailbox, struct err *err)
{
	struct arena *a = arena_new(0);
	size_t n = strlen(mailbox);
	bool well =
		a != NULL && n > 0 && n <= MAX_ROOM && is_plain(mailbox) &&
		(mailbox[0] == '/' ? caldav_path(a, link->url, mailbox) != NULL
				   : strchr(mailbox, '/') == NULL && mailbox[0] != '.');
	arena_free(a);
	if (well)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "bad_mailbox",
		"a room's mailbox on such a link cannot be \"%.100s\"", mailbox);
	err_cure(err,
		"Give the path of its calendar (/dav/rooms/sea-38/), the calendar's name, or "
		"what stands for {room} in the link's URL.");
	return ERR_CONFIG;
}

const struct calendar_kind calendar_caldav = {
	.name = "caldav",
	.access = CALENDAR_PASSWORD,
	.check = check,
	.check_room = check_room,
	.begin = caldav_begin,
	.ask = caldav_ask,
	.preface = caldav_preface,
	.take = caldav_take,
	.results = caldav_results,
	.end = caldav_end,
	.read = caldav_read,
};
