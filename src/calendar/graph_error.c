#include <string.h>

#include "calendar/explain.h"
#include "calendar/graph.h"

#define SCOPE                                                                             \
	"In Exchange Online PowerShell: `Test-ServicePrincipalAuthorization -Identity "   \
	"{user} -Resource \"{room}\"` should say InScope True; if not, the management "   \
	"scope of its role \"Application Calendars.Read\" has to take in {room}. A "      \
	"change takes from 30 minutes to 2 hours to act. The room is asked about again "  \
	"after 30 minutes or more; `convoke room poll` tries at once."
#define POLICY                                                                           \
	"In Exchange Online PowerShell: `Test-ApplicationAccessPolicy -AppId {user} "    \
	"-Identity \"{room}\"` says why. Add {room} to the policy's mail-enabled "       \
	"security group: `Add-DistributionGroupMember -Identity GROUP -Member "          \
	"\"{room}\"`. It takes more than an hour to act; `convoke room poll` tries at "  \
	"once."
#define CONSENT                                                                          \
	"Entra admin center > App registrations > the application > API permissions: "   \
	"add Microsoft Graph > Application permissions > Calendars.Read, then Grant "    \
	"admin consent."
#define PLACES                                                                           \
	"Entra admin center > App registrations > the application > API permissions: "   \
	"add Microsoft Graph > Application permissions > Place.Read.All, then Grant "    \
	"admin consent. Or add the rooms one by one, which needs no list: `convoke "     \
	"room add`."
#define ADDRESS                                                                           \
	"Check the address: `Get-Mailbox \"{room}\" | Format-List PrimarySmtpAddress`. "  \
	"It must be the primary one, of a mailbox in this tenant."
#define BUSY "Nothing needs to be done: it is asked again when Graph allows it."

/* learn.microsoft.com/graph/errors and /graph/resolve-auth-errors. The first row is for every
 * code that is not listed. */
static const struct graph_trouble troubles[] = {
	{"", ERR_BAD_REPLY, GRAPH_OF_ROOM, "Graph reported a trouble of its own",
		"Look the code up in Graph's documentation of error codes."},

	/* what we say of an answer */
	{"bad_answer", ERR_BAD_REPLY, GRAPH_OF_ROOM,
		"the answer is not what Graph should say",
		"Check what stands between this machine and {host}."},
	{"foreign_link", ERR_BAD_REPLY, GRAPH_OF_ROOM,
		"the answer's next page is elsewhere, and is not followed with the token",
		"Check what stands between this machine and {host}."},
	{"page_loop", ERR_BAD_REPLY, GRAPH_OF_ROOM,
		"the answer's next page is the same page",
		"Check what stands between this machine and {host}."},
	{"too_many_pages", ERR_LIMIT, GRAPH_OF_ROOM,
		"{room}'s calendar has thousands of events within the days that are watched",
		"Look at the calendar for a series that repeats every few minutes."},

	/* rights */
	{"InvalidAuthenticationToken", ERR_DENIED, GRAPH_OF_LINK,
		"Graph does not take the token",
		"Check the link's cloud: a token holds only in the cloud it is of."},
	{"access_policy", ERR_DENIED, GRAPH_OF_ROOM,
		"an application access policy keeps {user} out of {room}", POLICY},
	{"ErrorAccessDenied", ERR_DENIED, GRAPH_OF_ROOM,
		"{user} may not read the calendar of {room}", SCOPE},
	{"AccessDenied", ERR_DENIED, GRAPH_OF_ROOM,
		"{user} may not read the calendar of {room}", SCOPE},
	{"accessDenied", ERR_DENIED, GRAPH_OF_ROOM,
		"{user} may not read the calendar of {room}", SCOPE},
	{"Forbidden", ERR_DENIED, GRAPH_OF_ROOM,
		"{user} may not read the calendar of {room}", SCOPE},
	{"Authorization_RequestDenied", ERR_DENIED, GRAPH_OF_LINK,
		"{user} lacks a permission", CONSENT},
	{"no_places", ERR_DENIED, GRAPH_OF_LINK,
		"{user} may not read the tenant's list of rooms", PLACES},
	{"extensionError", ERR_DENIED, GRAPH_OF_ROOM,
		"{room} is on premises, or a policy keeps {user} out", SCOPE},
	{"ExtensionError", ERR_DENIED, GRAPH_OF_ROOM,
		"{room} is on premises, or a policy keeps {user} out", SCOPE},

	/* names */
	{"ErrorInvalidUser", ERR_ABSENT, GRAPH_OF_ROOM,
		"there is no mailbox {room} in the tenant", ADDRESS},
	{"Request_ResourceNotFound", ERR_ABSENT, GRAPH_OF_ROOM,
		"there is no mailbox {room} in the tenant", ADDRESS},
	{"ResourceNotFound", ERR_ABSENT, GRAPH_OF_ROOM,
		"there is no mailbox {room} in the tenant", ADDRESS},
	{"MailboxNotEnabledForRESTAPI", ERR_ABSENT, GRAPH_OF_ROOM,
		"{room} is on premises, without a licence, or deleted",
		"`Get-Mailbox \"{room}\"`: one on premises needs a link of kind exchange."},
	{"MailboxNotSupportedForRESTAPI", ERR_ABSENT, GRAPH_OF_ROOM,
		"{room} is on premises, without a licence, or deleted",
		"`Get-Mailbox \"{room}\"`: one on premises needs a link of kind exchange."},
	{"ErrorItemNotFound", ERR_ABSENT, GRAPH_OF_EVENT, "the event is gone", ""},
	{"ErrorInvalidIdMalformed", ERR_BAD_REPLY, GRAPH_OF_EVENT,
		"Graph does not know the event's id", ""},

	/* waits */
	{"ApplicationThrottled", ERR_WAIT, GRAPH_OF_ROOM,
		"Graph asks for fewer requests at once", BUSY},
	{"TooManyRequests", ERR_WAIT, GRAPH_OF_ROOM, "Graph asks for fewer requests",
		BUSY},
	{"tooManyRequests", ERR_WAIT, GRAPH_OF_ROOM, "Graph asks for fewer requests",
		BUSY},
	{"activityLimitReached", ERR_WAIT, GRAPH_OF_ROOM, "Graph asks for fewer requests",
		BUSY},
	{"ErrorServerBusy", ERR_WAIT, GRAPH_OF_ROOM, "Exchange Online is busy", BUSY},
	{"ServiceUnavailable", ERR_RETRY, GRAPH_OF_ROOM, "Graph is not available", BUSY},
	{"serviceNotAvailable", ERR_RETRY, GRAPH_OF_ROOM, "Graph is not available", BUSY},
	{"ErrorInternalServerError", ERR_RETRY, GRAPH_OF_ROOM, "Exchange Online failed",
		BUSY},
	{"ErrorInternalServerTransientError", ERR_RETRY, GRAPH_OF_ROOM,
		"Exchange Online failed", BUSY},
	{"ErrorMailboxMoveInProgress", ERR_RETRY, GRAPH_OF_ROOM, "{room} is being moved",
		BUSY},
	{"ErrorMailboxStoreUnavailable", ERR_RETRY, GRAPH_OF_ROOM,
		"{room}'s store is down", BUSY},
	{"InternalServerError", ERR_RETRY, GRAPH_OF_ROOM, "Graph failed", BUSY},
	{"UnknownError", ERR_RETRY, GRAPH_OF_ROOM, "Graph failed", BUSY},
	{"generalException", ERR_RETRY, GRAPH_OF_ROOM, "Graph failed", BUSY},
	{"GatewayTimeout", ERR_RETRY, GRAPH_OF_ROOM, "Graph took too long", BUSY},
	{"http_429", ERR_WAIT, GRAPH_OF_ROOM, "Graph asks for fewer requests (429)",
		BUSY},
	{"http_5xx", ERR_RETRY, GRAPH_OF_ROOM, "Graph failed", BUSY},
};

static const struct {
	long status;
	struct graph_trouble trouble;
} statuses[] = {
	{401, {"token_refused", ERR_DENIED, GRAPH_OF_LINK,
		      "{host} does not take the token (401)",
		      "Check the link's cloud: a token holds only in the cloud it is of."}},
	{403, {"http_403", ERR_DENIED, GRAPH_OF_LINK, "{host} forbids the request (403)",
		      CONSENT}},
	{404, {"not_graph", ERR_CONFIG, GRAPH_OF_LINK,
		      "there is no Graph at this address (404)",
		      "The address should be https://graph.microsoft.com/v1.0, or a national "
		      "cloud's."}},
	{429, {"http_429", ERR_WAIT, GRAPH_OF_LINK,
		      "{host} asks for fewer requests (429)", BUSY}},
	{500, {"http_500", ERR_RETRY, GRAPH_OF_LINK, "{host} failed (500)", BUSY}},
	{502, {"http_502", ERR_RETRY, GRAPH_OF_LINK,
		      "{host} cannot be reached by its proxy (502)", BUSY}},
	{503, {"http_503", ERR_WAIT, GRAPH_OF_LINK, "{host} is not available (503)",
		      BUSY}},
	{504, {"http_504", ERR_RETRY, GRAPH_OF_LINK, "{host} took too long (504)", BUSY}},
	{509, {"http_509", ERR_WAIT, GRAPH_OF_LINK, "{host} asks for less (509)", BUSY}},
};
static const struct graph_trouble redirected = {"redirected", ERR_CONFIG, GRAPH_OF_LINK,
	"{host} redirects, which is not followed with a token",
	"The address should be https://graph.microsoft.com/v1.0, or a national cloud's."};

bool
graph_knows(const char *code)
{
	return *code != '\0' && graph_trouble(code) != &troubles[0];
}

const struct graph_trouble *
graph_trouble(const char *code)
{
	for (size_t i = 1; i < sizeof troubles / sizeof *troubles; i++)
		if (strcmp(troubles[i].code, code) == 0)
			return &troubles[i];
	return &troubles[0];
}

const struct graph_trouble *
graph_status(long status)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == status)
			return &statuses[i].trouble;
	return status >= 300 && status < 400 ? &redirected : NULL;
}

void
graph_explain(struct err *err, const struct graph_trouble *t, const char *code,
	const char *room, const struct calendar_link *link)
{
	calendar_explain(
		err, t->grade, code, (struct words){t->text, t->cure}, room, link);
}
