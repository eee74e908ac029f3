#include <stdio.h>
#include <string.h>

#include "calendar/explain.h"
#include "calendar/google.h"

#define PAGE                                                                             \
	"As an administrator: calendar.google.com > Other calendars > + > Browse "       \
	"resources: tick the room of {room}; then its Settings > Shared with > {user}"   \
	": "
#define SHARE PAGE "\"See all event details\"."
#define BUSY "Nothing needs to be done: it is asked again when Google allows it."
#define ENABLE                                                                           \
	"Press Enable at https://console.cloud.google.com/apis/library/"                 \
	"calendar-json.googleapis.com?project={project}; it takes a few minutes."
#define SCOPE                                                                            \
	"Grant it the scope https://www.googleapis.com/auth/calendar.events.readonly"    \
	" at https://admin.google.com/ac/owl/domainwidedelegation."

/* developers.google.com/workspace/calendar/api/guides/errors. The first row is for every
 * reason that is not listed. */
static const struct google_trouble troubles[] = {
	{"", ERR_BAD_REPLY, GOOGLE_OF_ROOM, "Google reported a trouble of its own",
		"Look the reason up in the Calendar API's documentation of errors."},

	/* what we say of an answer */
	{"bad_answer", ERR_BAD_REPLY, GOOGLE_OF_ROOM,
		"the answer is not what Google Calendar should say",
		"Check what stands between this machine and {host}."},
	{"page_loop", ERR_BAD_REPLY, GOOGLE_OF_ROOM,
		"the answer's next page is the same page",
		"Check what stands between this machine and {host}."},
	{"too_many_pages", ERR_LIMIT, GOOGLE_OF_ROOM,
		"{room}'s calendar has thousands of events within the days that are "
		"watched",
		"Look at the calendar for a series that repeats every few minutes."},
	{"free_busy_only", ERR_DENIED, GOOGLE_OF_ROOM,
		"{room} shows {user} only when it is busy, and nothing of its meetings",
		SHARE},

	/* rights */
	{"authError", ERR_DENIED, GOOGLE_OF_LINK, "Google does not take the token",
		"Check the service account's key: convoke link test LINK"},
	{"notFound", ERR_DENIED, GOOGLE_OF_ROOM,
		"there is no calendar {room}, or it is not shared with {user}", SHARE},
	{"forbidden", ERR_DENIED, GOOGLE_OF_ROOM, "{user} may not read {room}", SHARE},
	{"requiredAccessLevel", ERR_DENIED, GOOGLE_OF_ROOM, "{user} may not read {room}",
		SHARE},
	{"insufficientPermissions", ERR_DENIED, GOOGLE_OF_LINK,
		"the token does not allow calendars to be read", SCOPE},
	{"ACCESS_TOKEN_SCOPE_INSUFFICIENT", ERR_DENIED, GOOGLE_OF_LINK,
		"the token does not allow calendars to be read", SCOPE},
	{"accessNotConfigured", ERR_DENIED, GOOGLE_OF_LINK,
		"the Calendar API is not enabled in the service account's project",
		ENABLE},
	{"SERVICE_DISABLED", ERR_DENIED, GOOGLE_OF_LINK,
		"the Calendar API is not enabled in the service account's project",
		ENABLE},
	{"notACalendarUser", ERR_DENIED, GOOGLE_OF_LINK,
		"the user that the account acts for has no Google Calendar",
		"Turn the Calendar service on for that user, or name another as the link's "
		"subject."},

	/* waits */
	{"rateLimitExceeded", ERR_WAIT, GOOGLE_OF_LINK, "Google asks for fewer requests",
		BUSY},
	{"userRateLimitExceeded", ERR_WAIT, GOOGLE_OF_ROOM,
		"Google asks for fewer requests for {room}", BUSY},
	{"quotaExceeded", ERR_WAIT, GOOGLE_OF_LINK, "the project's quota is used up",
		BUSY},
	{"RATE_LIMIT_EXCEEDED", ERR_WAIT, GOOGLE_OF_LINK,
		"Google asks for fewer requests", BUSY},
	{"dailyLimitExceeded", ERR_WAIT, GOOGLE_OF_LINK,
		"the project's quota of the day is used up",
		"Look at https://console.cloud.google.com/apis/api/"
		"calendar-json.googleapis.com/quotas?project={project}: a day may be limited "
		"for want of a billing account."},
	{"backendError", ERR_RETRY, GOOGLE_OF_ROOM, "Google Calendar failed", BUSY},
	{"internalError", ERR_RETRY, GOOGLE_OF_ROOM, "Google Calendar failed", BUSY},

	/* what was said before holds no more */
	{"fullSyncRequired", ERR_RETRY, GOOGLE_ANEW,
		"Google wants {room} to be read from the beginning", BUSY},
	{"updatedMinTooLongAgo", ERR_RETRY, GOOGLE_ANEW,
		"Google wants {room} to be read from the beginning", BUSY},
};

static const struct {
	long status;
	struct google_trouble trouble;
} statuses[] = {
	{401, {"token_refused", ERR_DENIED, GOOGLE_OF_LINK,
		      "{host} does not take the token (401)",
		      "Check the service account's key: convoke link test LINK"}},
	{403, {"http_403", ERR_DENIED, GOOGLE_OF_LINK, "{host} forbids the request (403)",
		      ENABLE}},
	{404, {"not_google", ERR_CONFIG, GOOGLE_OF_LINK,
		      "there is no Google Calendar at this address (404)",
		      "The address should be https://www.googleapis.com/calendar/v3."}},
	{429, {"http_429", ERR_WAIT, GOOGLE_OF_LINK,
		      "{host} asks for fewer requests (429)", BUSY}},
	{500, {"http_500", ERR_RETRY, GOOGLE_OF_LINK, "{host} failed (500)", BUSY}},
	{502, {"http_502", ERR_RETRY, GOOGLE_OF_LINK,
		      "{host} cannot be reached by its proxy (502)", BUSY}},
	{503, {"http_503", ERR_WAIT, GOOGLE_OF_LINK, "{host} is not available (503)",
		      BUSY}},
	{504, {"http_504", ERR_RETRY, GOOGLE_OF_LINK, "{host} took too long (504)",
		      BUSY}},
};
/* developers.google.com/workspace/calendar/api/v3/reference/acl: whose events are hidden
 * from whom. One who sees no details at all is free_busy_only. */
static const struct google_trouble hidden = {"private_hidden", ERR_DENIED, GOOGLE_OF_ROOM,
	"private meetings come without their text",
	"For private meetings to be joined, too. " PAGE "\"Make changes to events\"."};
static const char *const limited_roles[] = {"reader", "writerWithoutPrivateAccess"};

static const struct google_trouble redirected = {"redirected", ERR_CONFIG, GOOGLE_OF_LINK,
	"{host} redirects, which is not followed with a token",
	"The address should be https://www.googleapis.com/calendar/v3."};

bool
google_knows(const char *code)
{
	return *code != '\0' && google_trouble(code) != &troubles[0];
}

const struct google_trouble *
google_trouble(const char *code)
{
	for (size_t i = 1; i < sizeof troubles / sizeof *troubles; i++)
		if (strcmp(troubles[i].code, code) == 0)
			return &troubles[i];
	return &troubles[0];
}

const struct google_trouble *
google_status(long status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return &statuses[i].trouble;
	return status >= 300 && status < 400 ? &redirected : NULL;
}

const struct google_trouble *
google_hidden(const char *role)
{
	for (size_t i = 0; i < sizeof limited_roles / sizeof *limited_roles; i++)
		if (strcmp(limited_roles[i], role) == 0)
			return &hidden;
	return NULL;
}

/* A service account's address has the project's ID in it. */
static void
put_project(char *out, size_t size, const char *cure, const char *user)
{
	static const char slot[] = "{project}";
	const char *at = strstr(cure, slot),
		   *mail = user != NULL ? strchr(user, '@') : NULL;
	int before = at != NULL ? (int)(at - cure) : (int)strlen(cure);
	int n = mail != NULL
			? (int)strspn(mail + 1, "abcdefghijklmnopqrstuvwxyz0123456789-")
			: 0;
	snprintf(out, size, "%.*s%.*s%s", before, cure, at != NULL ? n : 0,
		mail != NULL ? mail + 1 : "", at != NULL ? at + strlen(slot) : "");
}

/* Whom a calendar is shared with is whoever asks for it. */
void
google_trouble_explain(struct err *err, const struct google_trouble *t, const char *code,
	const char *room, const struct calendar_link *link)
{
	char cure[sizeof err->cure];
	struct calendar_link seen = *link;
	if (link->subject != NULL)
		seen.user = link->subject;
	put_project(cure, sizeof cure, t->cure, link->user);
	calendar_explain(err, t->grade, code, (struct words){t->text, cure}, room, &seen);
}
