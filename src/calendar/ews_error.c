#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "calendar/ews.h"
#include "calendar/explain.h"

#define REVIEWER                                                                         \
	"`Add-MailboxFolderPermission -Identity \"{room}:\\Calendar\" -User \"{user}\" " \
	"-AccessRights Reviewer` (the folder is named in the mailbox's own language)"
#define IMPERSONATION                                                                    \
	"`New-ManagementRoleAssignment -Role ApplicationImpersonation -User \"{user}\" " \
	"-CustomRecipientWriteScope \"your scope of room mailboxes\"` (takes up to an "  \
	"hour)"
#define BUSY "Nothing needs to be done: it is asked again when the server allows it."
#define ITS_OWN_URL                                                                      \
	"Find this room's own EWS address (Autodiscover, or "                            \
	"Get-WebServicesVirtualDirectory on its "                                        \
	"server) and give it a link of its own."

/* The first row is for every code that is not listed. */
static const struct ews_trouble troubles[] = {
	{"", ERR_BAD_REPLY, EWS_ROOM, "Exchange reported a trouble of its own",
		"Look the code up in Exchange's documentation of ResponseCode."},

	/* what we say of an answer */
	{"bad_answer", ERR_BAD_REPLY, EWS_SMALLER,
		"the answer is not what Exchange should say",
		"Check what stands between this machine and Exchange at {host}."},
	{"not_soap", ERR_BAD_REPLY, EWS_ACCOUNT, "the answer is XML, but not from EWS",
		"The address should be https://{host}/EWS/Exchange.asmx."},
	{"soap_fault", ERR_BAD_REPLY, EWS_SMALLER,
		"Exchange refused the request without a code",
		"Look for the time in the Exchange server's EWS and event logs."},
	{"wrong_answer_count", ERR_BAD_REPLY, EWS_SMALLER,
		"Exchange answered for more or fewer rooms than were asked for",
		"Check what stands between this machine and Exchange at {host}."},
	{"incomplete", ERR_LIMIT, EWS_ROOM,
		"the calendar's answer stays incomplete, however short "
		"the time that is asked for",
		"Look at {room}'s calendar for hundreds of events within an hour."},

	/* rights */
	{"ErrorAccessDenied", ERR_DENIED, EWS_ROOM,
		"{user} may not read the calendar of {room}", REVIEWER},
	{"ErrorFolderNotFound", ERR_DENIED, EWS_ROOM,
		"{user} sees no calendar in {room}; without a right it looks the same",
		REVIEWER},
	{"ErrorItemNotFound", ERR_ABSENT, EWS_ROOM,
		"the event is gone, or {user} may not read it", REVIEWER},
	{"ErrorImpersonateUserDenied", ERR_DENIED, EWS_ROOM,
		"{user} may not impersonate {room}", IMPERSONATION},
	{"ErrorImpersonationDenied", ERR_DENIED, EWS_ROOM,
		"{user} may not impersonate {room}", IMPERSONATION},
	{"ErrorImpersonationFailed", ERR_DENIED, EWS_ROOM,
		"Exchange could not impersonate {room}",
		"Check that {room} is the mailbox's primary address: `Get-Mailbox "
		"\"{room}\" | Format-List PrimarySmtpAddress`"},
	{"ErrorMissingEmailAddress", ERR_DENIED, EWS_ACCOUNT,
		"{user} has no mailbox, and Exchange wants one for this request",
		"`Enable-Mailbox \"{user}\"`, or use another service account."},
	{"ErrorSubscriptionDelegateAccessNotSupported", ERR_DENIED, EWS_ROOM,
		"Exchange does not allow this to a delegate", IMPERSONATION},

	/* names */
	{"ErrorNonExistentMailbox", ERR_ABSENT, EWS_ROOM,
		"there is no mailbox {room} on this Exchange",
		"Check the address: `Get-Mailbox \"{room}\"`. It must be the primary one, "
		"and the mailbox must be on this Exchange, not in the cloud."},
	{"ErrorCannotFindUser", ERR_ABSENT, EWS_ROOM,
		"there is no mailbox {room} on this Exchange",
		"Check the address: `Get-Mailbox \"{room}\"`"},
	{"ErrorInvalidSmtpAddress", ERR_CONFIG, EWS_ROOM,
		"{room} is not an e-mail address", "Correct the room's mailbox."},
	{"ErrorInvalidUserPrincipalName", ERR_CONFIG, EWS_ROOM,
		"Exchange does not know {room} by this name",
		"Give the room's primary e-mail address."},
	{"ErrorInvalidSid", ERR_CONFIG, EWS_ROOM,
		"Exchange does not know {room} by this name",
		"Give the room's primary e-mail address."},
	{"ErrorCalendarFolderIsInvalidForCalendarView", ERR_CONFIG, EWS_ROOM,
		"{room}'s calendar folder is not a calendar",
		"Check the mailbox {room}."},
	{"ErrorMailboxConfiguration", ERR_CONFIG, EWS_ROOM,
		"the mailbox {room} is not set up soundly",
		"`Get-Mailbox \"{room}\" | Format-List`"},

	/* the account */
	{"ErrorAccountDisabled", ERR_DENIED, EWS_ACCOUNT,
		"the account {user} is disabled", "`Enable-ADAccount \"{user}\"`"},
	{"ErrorPasswordExpired", ERR_DENIED, EWS_ACCOUNT,
		"the password of {user} has expired",
		"Set a new password for {user}, then give it to the link."},
	{"ErrorPasswordChangeRequired", ERR_DENIED, EWS_ACCOUNT,
		"{user} has to change the password at the next logon",
		"`Set-ADUser \"{user}\" -ChangePasswordAtLogon $false`, then give the link "
		"the password."},

	/* the server's load */
	{"ErrorServerBusy", ERR_WAIT, EWS_ACCOUNT, "Exchange asks us to wait", BUSY},
	{"ErrorExceededConnectionCount", ERR_WAIT, EWS_ACCOUNT,
		"Exchange allows {user} no more connections at once", BUSY},
	{"ErrorTooManyObjectsOpened", ERR_WAIT, EWS_ACCOUNT,
		"Exchange allows {user} no more open items at once", BUSY},
	{"ErrorTimeoutExpired", ERR_RETRY, EWS_SMALLER, "Exchange was too slow", BUSY},
	{"ErrorExceededFindCountLimit", ERR_RETRY, EWS_SMALLER,
		"Exchange lets {user} look at no more events at once", BUSY},
	{"ErrorBatchProcessingStopped", ERR_RETRY, EWS_AGAIN, "Exchange stopped half-way",
		BUSY},
	{"ErrorInternalServerTransientError", ERR_RETRY, EWS_ROOM,
		"Exchange has a passing trouble", BUSY},
	{"ErrorInternalServerError", ERR_RETRY, EWS_ROOM,
		"Exchange failed at this request",
		"If it stays, look for the time in the Exchange server's event log."},
	{"ErrorMailboxStoreUnavailable", ERR_RETRY, EWS_ROOM,
		"{room}'s database is not available", BUSY},
	{"ErrorMailboxFailover", ERR_RETRY, EWS_ROOM,
		"{room} is being moved to another database", BUSY},
	{"ErrorMailboxMoveInProgress", ERR_RETRY, EWS_ROOM, "{room} is being moved",
		"Wait for the move to end: `Get-MoveRequest \"{room}\"`"},
	{"ErrorInsufficientResources", ERR_RETRY, EWS_ACCOUNT,
		"Exchange is short of resources", BUSY},
	{"ErrorADUnavailable", ERR_RETRY, EWS_ACCOUNT,
		"Exchange cannot reach Active Directory", BUSY},
	{"ErrorADOperation", ERR_RETRY, EWS_ROOM,
		"Exchange has a trouble with Active Directory", BUSY},
	{"ErrorConnectionFailed", ERR_RETRY, EWS_ROOM,
		"Exchange cannot reach {room}'s server", BUSY},
	{"ErrorQuotaExceeded", ERR_DENIED, EWS_ROOM, "the mailbox {room} is full",
		"Make room in it, or raise its quota."},

	/* one event */
	{"ErrorItemCorrupt", ERR_BAD_REPLY, EWS_SMALLER, "the event is damaged", ""},
	{"ErrorCorruptData", ERR_BAD_REPLY, EWS_SMALLER, "the event is damaged", ""},
	{"ErrorContentConversionFailed", ERR_BAD_REPLY, EWS_SMALLER,
		"the event's body is damaged", ""},
	{"ErrorMimeContentConversionFailed", ERR_BAD_REPLY, EWS_SMALLER,
		"the event's body is damaged", ""},
	{"ErrorCalendarViewRangeTooBig", ERR_LIMIT, EWS_SMALLER,
		"the time asked for is too long", ""},

	/* the schema */
	{"ErrorInvalidServerVersion", ERR_CONFIG, EWS_OLDER,
		"this Exchange is older than 2007 SP1",
		"Exchange 2013 or later is needed."},
	{"ErrorIncorrectSchemaVersion", ERR_CONFIG, EWS_OLDER,
		"this Exchange is older than 2007 SP1",
		"Exchange 2013 or later is needed."},
	{"ErrorSchemaValidation", ERR_CONFIG, EWS_OLDER,
		"Exchange does not understand the request",
		"Exchange 2013 or later is needed."},
	{"ErrorInvalidRequest", ERR_CONFIG, EWS_OLDER,
		"Exchange does not understand the request",
		"Exchange 2013 or later is needed."},
	{"ErrorInvalidPropertyRequest", ERR_CONFIG, EWS_OLDER_MAILBOX,
		"Exchange does not know what was asked for",
		"Exchange 2013 or later is needed."},
	{"ErrorUnsupportedPathForQuery", ERR_CONFIG, EWS_OLDER_MAILBOX,
		"Exchange does not know what was asked for",
		"Exchange 2013 or later is needed."},
	{"ErrorInvalidSchemaVersionForMailboxVersion", ERR_CONFIG, EWS_OLDER_MAILBOX,
		"{room} is on an Exchange that is too old",
		"Move the mailbox to Exchange 2013 or later."},

	/* another server */
	{"ErrorWrongServerVersion", ERR_CONFIG, EWS_ROOM,
		"{room} is on an Exchange of another version", ITS_OWN_URL},
	{"ErrorWrongServerVersionDelegate", ERR_CONFIG, EWS_ROOM,
		"{room} is on an Exchange of another version", ITS_OWN_URL},
	{"ErrorCrossSiteRequest", ERR_CONFIG, EWS_ROOM, "{room} is at another site",
		ITS_OWN_URL},
	{"ErrorNoRespondingCASInDestinationSite", ERR_RETRY, EWS_ROOM,
		"no Exchange answers at {room}'s site", ITS_OWN_URL},
	{"ErrorProxyRequestNotAllowed", ERR_CONFIG, EWS_ROOM,
		"{room} is on an Exchange that this one may not ask", ITS_OWN_URL},
};

/* What a status says by itself. The first row whose status is met, 0 for "any other". */
static const struct status_trouble {
	long status;
	struct ews_trouble trouble;
} statuses[] = {
	{403, {"http_403", ERR_DENIED, EWS_ACCOUNT, "{host} forbids EWS to {user} (403)",
		      "`Get-CASMailbox \"{user}\" | Format-List Ews*` and "
		      "`Get-OrganizationConfig | Format-List Ews*`: EWS may be off for the "
		      "account or for this User-Agent. Else a proxy before Exchange refuses."}},
	{404, {"not_ews", ERR_CONFIG, EWS_ACCOUNT,
		      "there is no EWS at this address (404)",
		      "The address should be https://{host}/EWS/Exchange.asmx."}},
	{405, {"not_ews", ERR_CONFIG, EWS_ACCOUNT,
		      "there is no EWS at this address (405)",
		      "The address should be https://{host}/EWS/Exchange.asmx."}},
	{429, {"http_429", ERR_WAIT, EWS_ACCOUNT, "{host} asks us to wait (429)", BUSY}},
	{440, {"owa_address", ERR_CONFIG, EWS_ACCOUNT,
		      "this is OWA's address: it wants a web login (440)",
		      "EWS is https://{host}/EWS/Exchange.asmx; a proxy must publish it "
		      "with basic "
		      "authentication and no login form."}},
	{456, {"account_locked", ERR_DENIED, EWS_ACCOUNT,
		      "the account {user} is locked (456)",
		      "`Unlock-ADAccount \"{user}\"`"}},
	{500, {"http_500", ERR_RETRY, EWS_ACCOUNT, "IIS at {host} failed (500)",
		      "If it stays, look at the application pool "
		      "MSExchangeServicesAppPool."}},
	{502, {"http_502", ERR_RETRY, EWS_ACCOUNT,
		      "the proxy before Exchange cannot reach it (502)", BUSY}},
	{503, {"http_503", ERR_WAIT, EWS_ACCOUNT,
		      "{host} is overloaded or in maintenance (503)", BUSY}},
	{504, {"http_504", ERR_RETRY, EWS_ACCOUNT,
		      "the proxy before Exchange cannot reach it (504)", BUSY}},
};

static const struct ews_trouble wrong_password = {"wrong_password", ERR_DENIED,
	EWS_ACCOUNT, "{host} refuses the user name or password of {user} (401)",
	"Check both, and the form of the name (user@domain or DOMAIN\\user); that the "
	"account is "
	"neither locked, disabled nor expired; that EWS is on: `Get-CASMailbox \"{user}\" "
	"| Format-List EwsEnabled`. Nothing more is tried, so that the account is not "
	"locked out."};
static const struct ews_trouble no_basic = {"basic_not_offered", ERR_DENIED, EWS_ACCOUNT,
	"{host} does not offer basic authentication (401)",
	"`Set-WebServicesVirtualDirectory -Identity \"SERVER\\EWS (Default Web Site)\" "
	"-BasicAuthentication $true`"};
static const struct ews_trouble owa = {"owa_address", ERR_CONFIG, EWS_ACCOUNT,
	"this is OWA's address or a login page, not EWS",
	"EWS is https://{host}/EWS/Exchange.asmx; a proxy must publish it with basic "
	"authentication and no login form."};
static const struct ews_trouble not_ews = {"not_ews", ERR_CONFIG, EWS_ACCOUNT,
	"{host} answers, but not as EWS does",
	"The address should be https://{host}/EWS/Exchange.asmx."};
static const struct ews_trouble empty = {
	"empty_answer", ERR_RETRY, EWS_ACCOUNT, "{host} answers with nothing", BUSY};
static const struct ews_trouble outage = {
	"http_302", ERR_RETRY, EWS_ACCOUNT, "Exchange shows its error page", BUSY};
static const struct ews_trouble redirected = {"redirected", ERR_CONFIG, EWS_ACCOUNT,
	"{host} redirects, which is not followed with a password",
	"Give the link the address that Exchange really has: "
	"https://HOST/EWS/Exchange.asmx."};
static const struct ews_trouble other_status = {"http_status", ERR_BAD_REPLY, EWS_ACCOUNT,
	"{host} answers with a status that EWS does not have",
	"The address should be https://{host}/EWS/Exchange.asmx."};

const struct ews_trouble *
ews_trouble(const char *code)
{
	for (size_t i = 1; i < sizeof troubles / sizeof *troubles; i++)
		if (strcmp(troubles[i].code, code) == 0)
			return &troubles[i];
	return &troubles[0];
}

static void
explain(struct err *err, const struct ews_trouble *t, const char *code, const char *room,
	const struct calendar_link *link)
{
	calendar_explain(
		err, t->grade, code, (struct words){t->text, t->cure}, room, link);
}

void
ews_explain(struct err *err, const char *code, const char *room,
	const struct calendar_link *link)
{
	explain(err, ews_trouble(code), code, room, link);
}

static bool
is_owa(const char *location)
{
	static const char *const pages[] = {
		"/owa", "logon", "login", "CookieAuth.dll", "adfs"};
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (strcasestr(location, pages[i]) != NULL)
			return true;
	return false;
}

/* The words "Basic" in what the server offers; none at all is a proxy that keeps silent.
 */
static const struct ews_trouble *
unauthorized(const struct http_answer *http)
{
	return http->www_authenticate == NULL || *http->www_authenticate == '\0' ||
			       strcasestr(http->www_authenticate, "Basic") != NULL
		       ? &wrong_password
		       : &no_basic;
}

static const struct ews_trouble *
judge(const struct http_answer *http, bool is_soap)
{
	const char *location = http->location != NULL ? http->location : "";
	if (http->status == 401)
		return unauthorized(http);
	if (http->status >= 300 && http->status < 400)
		return strcasestr(location, "genericerrorpage") != NULL ? &outage
		       : is_owa(location)                               ? &owa
									: &redirected;
	if (is_soap &&
		(http->status == 200 || http->status == 500 || http->status == 503))
		return NULL;
	if (http->status == 200 && http->body_size == 0)
		return &empty;
	if (http->status == 200 && strcasestr(http->content_type, "xml") == NULL)
		return strncasecmp(http->content_type, "text/html", 9) == 0 ? &owa
									    : &not_ews;
	if (http->status == 200)
		return NULL;
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].status == http->status)
			return &statuses[i].trouble;
	return &other_status;
}

bool
ews_explain_http(struct err *err, const struct http_answer *http, bool is_soap,
	const struct calendar_link *link)
{
	const struct ews_trouble *t = judge(http, is_soap);
	if (t == NULL)
		return false;
	explain(err, t, t->code, NULL, link);
	if (t == &no_basic) {
		size_t n = strlen(err->text);
		snprintf(err->text + n, sizeof err->text - n, "; it offers %s",
			http->www_authenticate);
	} else if (t == &other_status) {
		size_t n = strlen(err->text);
		snprintf(err->text + n, sizeof err->text - n, " (%ld)", http->status);
	}
	return true;
}
