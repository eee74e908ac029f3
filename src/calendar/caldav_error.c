#include <string.h>

#include "calendar/caldav.h"

#define PATH                                                                                \
	"Give the room's calendar as its path on {host}: `convoke room set ROOM --mailbox " \
	"/PATH/TO/CALENDAR/`. A calendar program shows it as the calendar's address."
#define BUSY "Nothing needs to be done: it is asked again in a while."
#define SHARE                                                                            \
	"Share the calendar of {room} with {user}, to be read with all details, in the " \
	"calendar's own settings on {host}."
#define ADDRESS                                                                          \
	"Give the address that the server's administration names for CalDAV: Nextcloud " \
	"https://HOST/remote.php/dav, SOGo https://HOST/SOGo/dav, Radicale https://HOST:5232."

/* The first row is for all that is not listed. */
static const struct caldav_trouble troubles[] = {
	{"bad_answer", ERR_BAD_REPLY, CALDAV_OF_ROOM,
		"the answer is not what a CalDAV server should say",
		"Check what stands between this machine and {host}: a portal or proxy may "
		"have answered."},
	{"no_calendar", ERR_ABSENT, CALDAV_OF_ROOM,
		"{user} has no calendar that is called {room}", SHARE " Or: " PATH},
	{"two_calendars", ERR_CONFIG, CALDAV_OF_ROOM,
		"{user} has more than one calendar that is called {room}", PATH},
	{"not_calendar", ERR_ABSENT, CALDAV_OF_ROOM,
		"what stands at the address of {room} is no calendar", PATH},
	{"bad_href", ERR_BAD_REPLY, CALDAV_OF_ROOM,
		"{host} names a place that cannot be asked for",
		"Check what stands between this machine and {host}."},
	{"other_host", ERR_CONFIG, CALDAV_OF_LINK,
		"{host} says that {user}'s calendars are on another server",
		"A password goes to no other server by itself. Make a link to that one: its "
		"address is in the account's settings (iCloud: https://pNN-caldav.icloud.com)."},
	{"no_home", ERR_CONFIG, CALDAV_OF_LINK,
		"{host} does not say where {user}'s calendars are",
		ADDRESS " Or give the link a URL with {room} in it."},
	{"too_far", ERR_CONFIG, CALDAV_OF_LINK,
		"{host} sends from one address to the next without end", ADDRESS},
	{"too_many_events", ERR_LIMIT, CALDAV_OF_ROOM,
		"{room} has thousands of events within the days that are watched",
		"Look at the calendar for a series that repeats every few minutes."},
	{"need-privileges", ERR_DENIED, CALDAV_OF_ROOM, "{user} may not read {room}",
		SHARE},
};

static const struct {
	long status;
	struct caldav_trouble trouble;
} statuses[] = {
	{401, {"wrong_password", ERR_DENIED, CALDAV_OF_LINK,
		      "{host} refuses the user name or password of {user} (401)",
		      "Set the password anew: `convoke link set LINK --ask-password`. Where two "
		      "factors are used (Nextcloud, iCloud, Fastmail) it has to be a password made "
		      "for this program."}},
	{403, {"http_403", ERR_DENIED, CALDAV_OF_ROOM, "{user} may not read {room} (403)",
		      SHARE}},
	{404, {"http_404", ERR_ABSENT, CALDAV_OF_ROOM,
		      "there is no calendar {room} on {host}, or it is not shown to {user} "
		      "(404)",
		      SHARE " Or: " PATH}},
	{405, {"not_caldav", ERR_CONFIG, CALDAV_OF_LINK,
		      "{host} does not know CalDAV at this address (405)", ADDRESS}},
	{429, {"http_429", ERR_WAIT, CALDAV_OF_LINK,
		      "{host} asks for fewer requests (429)", BUSY}},
	{500, {"http_500", ERR_RETRY, CALDAV_OF_ROOM, "{host} failed (500)",
		      "See the server's own log."}},
	{501, {"not_caldav", ERR_CONFIG, CALDAV_OF_LINK,
		      "{host} does not know CalDAV at this address (501)", ADDRESS}},
	{502, {"http_502", ERR_RETRY, CALDAV_OF_LINK,
		      "{host} cannot be reached by its proxy (502)", BUSY}},
	{503, {"http_503", ERR_WAIT, CALDAV_OF_LINK,
		      "{host} is not available (503): it may be in maintenance", BUSY}},
	{504, {"http_504", ERR_RETRY, CALDAV_OF_LINK, "{host} took too long (504)",
		      BUSY}},
	{507, {"http_507", ERR_LIMIT, CALDAV_OF_ROOM,
		      "{host} has no room left to answer about {room} (507)",
		      "The account's quota on {host} may be used up; or the calendar has more "
		      "events than the server tells of at once: take out what is over."}},
};

static const struct caldav_trouble redirected = {"redirected", ERR_CONFIG, CALDAV_OF_LINK,
	"{host} redirects, which is not followed with a password",
	"Give the link the address that it redirects to: `convoke link set LINK --url URL`."};

const struct caldav_trouble *
caldav_trouble(const char *code)
{
	for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
		if (strcmp(troubles[i].code, code) == 0)
			return &troubles[i];
	return &troubles[0];
}

const struct caldav_trouble *
caldav_status(long status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return &statuses[i].trouble;
	return status >= 300 && status < 400 ? &redirected : NULL;
}
