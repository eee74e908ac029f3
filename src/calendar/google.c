#include "calendar/google.h"

#include <string.h>

#include "calendar/read.h"

static int
google_check(const struct calendar_link *link, struct err *err)
{
	if (strstr(link->url, "/calendar/v3") != NULL)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "not_google", "this is not the Calendar API's address");
	err_cure(err, "Leave the URL out: it is https://www.googleapis.com/calendar/v3.");
	return ERR_CONFIG;
}

static void
read_reply(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	const struct event *events;
	google_parse(a, op, bytes, size, ret, &events);
	if (op == GOOGLE_EVENTS)
		read_extract(a, ret, events, rules, country);
}

const struct calendar_kind calendar_google = {
	.name = "google",
	.access = CALENDAR_GOOGLE,
	/* developers.google.com/workspace/calendar/api/guides/quota: of a project; that of a
	 * user, 600, is each room's own by quotaUser. */
	.per_minute = 10000,
	.at_once = 8,
	.scope = "https://www.googleapis.com/auth/calendar.events.readonly",
	.check = google_check,
	.begin = google_begin,
	.ask = google_ask,
	.take = google_take,
	.results = google_results,
	.end = google_end,
	.rooms_cure =
		"admin.google.com > Directory > Buildings and resources > Manage resources has "
		"them, each with its Resource email: `convoke room add NAME --mailbox "
		"RESOURCE-EMAIL --link LINK`.",
	.read = read_reply,
};
