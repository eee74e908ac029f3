#include <ctype.h>
#include <string.h>

#include "sim/exchange_soap.h"

#define SCHEMES "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM"
#define HTML "text/html; charset=utf-8"
#define VALUE(name, text) "<t:Value Name=\"" name "\">" text "</t:Value>"
#define BACK_OFF                                                                         \
	VALUE("Policy", "EWSMaxConcurrency")                                             \
	VALUE("MaxConcurrencyLimit", "27")                                               \
	VALUE("ErrorMessage", "This operation exceeds the throttling budget.")           \
	VALUE("BackOffMilliseconds", "{n}")

static const struct fault all[] = {
	/* of Exchange's own */
	{"busy",
		"fault ErrorServerBusy, BackOffMilliseconds among other values (=297749)",
		.spoil = SPOIL_FAULT, .code = "ErrorServerBusy", .values = BACK_OFF,
		.number = 297749},
	{"busy-message", "the same, said of each room or item", .spoil = SPOIL_MESSAGES,
		.code = "ErrorServerBusy", .values = BACK_OFF, .number = 297749},
	{"busy-inner", "ErrorInternalServerError whose inner code is ErrorServerBusy",
		.spoil = SPOIL_MESSAGES, .code = "ErrorInternalServerError",
		.values = VALUE("InnerErrorResponseCode", "ErrorServerBusy") BACK_OFF,
		.number = 297749},
	{"batch-stopped", "ErrorBatchProcessingStopped from the middle of a GetItem on",
		.spoil = SPOIL_STOPPED, .only = OP_GET},
	{"item-corrupt", "ErrorItemCorrupt for the first item of a GetItem",
		.spoil = SPOIL_ITEM, .code = "ErrorItemCorrupt", .only = OP_GET},
	{"empty-calendar", "FindItem finds nothing, and says so", .spoil = SPOIL_EMPTY,
		.only = OP_FIND},
	{"one-missing", "FindItem gives one item fewer than it counts",
		.spoil = SPOIL_LAST, .only = OP_FIND},
	{"characters", "&#x0; and others that XML forbids, in subject and body",
		.spoil = SPOIL_CHARACTERS},

	/* of IIS, and of what stands before it */
	{"unauthorized", "401 that offers Basic", .status = 401,
		.headers = SCHEMES "\nWWW-Authenticate: Basic realm=\"mail.example.com\"",
		.body = ""},
	{"no-basic", "401 that offers Negotiate and NTLM alone", .status = 401,
		.headers = SCHEMES, .body = ""},
	{"forbidden", "403", .status = 403, .type = HTML,
		.body = "<h2>403 - Forbidden: Access is denied.</h2>"},
	{"owa", "302 to /owa/auth/logon.aspx", .status = 302,
		.headers = "Location: "
			   "/owa/auth/logon.aspx?url=%2fEWS%2fExchange.asmx&reason=0",
		.body = ""},
	{"error-page", "302 to /ews/genericerrorpage.htm", .status = 302,
		.headers = "Location: /ews/genericerrorpage.htm", .body = ""},
	{"foreign", "302 to another host", .status = 302,
		.headers = "Location: https://mail.example.net/EWS/Exchange.asmx",
		.body = ""},
	{"login-page", "200 with a form in HTML", .status = 200, .type = HTML,
		.body = "<html><body><form action='/CookieAuth.dll?Logon' method='post'>"
			"<input name='username'><input name='password' type='password'>"
			"</form></body></html>"},
	{"not-found", "404", .status = 404, .type = HTML,
		.body = "<h2>404 - File or directory not found.</h2>"},
	{"not-allowed", "405", .status = 405, .type = HTML,
		.body = "<h2>405 - Method not allowed.</h2>"},
	{"login-timeout", "440", .status = 440, .type = HTML,
		.body = "<h2>440 - Login Timeout</h2>"},
	{"locked", "456, the address to unlock at in its reason", .status = 456,
		.reason = "Account locked. Unlock at https://mail.example.com/unlock",
		.body = ""},
	{"iis-error", "500 without SOAP", .status = 500, .type = HTML,
		.body = "<html><head><title>Runtime Error</title></head><body><h1>Server "
			"Error in '/EWS' Application.</h1></body></html>"},
	{"bad-gateway", "502", .status = 502, .type = HTML, .body = "<h2>502</h2>"},
	{"unavailable", "503 with Retry-After (=120)", .status = 503, .type = HTML,
		.headers = "Retry-After: {n}", .body = "<h2>Service Unavailable</h2>",
		.number = 120},
	{"gateway-timeout", "504", .status = 504, .type = HTML, .body = "<h2>504</h2>"},
	{"empty", "200 with nothing, and the connection closed", .status = 200,
		.headers = "Connection: close", .body = ""},
	{"wrong-type", "the right answer, called application/octet-stream",
		.type = "application/octet-stream"},

	/* of the way here */
	{"truncated", "the connection closes in the middle", .way = WAY_TRUNCATED},
	{"slow", "byte by byte", .way = WAY_SLOW},
	{"hang", "a beginning, then nothing", .way = WAY_HANG},
	{"drop", "the connection closes without an answer", .way = WAY_DROP},
	{"gzip", "compressed", .way = WAY_GZIP},
};

/* Any ResponseCode, of each room or item or of the request as a whole. */
static const char *
find_code(const char *name, struct fault *ret)
{
	bool whole = strncmp(name, "fault-", 6) == 0;
	const char *code = name + (whole ? 6 : 0), *s = code;
	if (strncmp(s, "Error", 5) != 0)
		return NULL;
	while (isalnum((unsigned char)*s))
		s++;
	if (*s != '\0')
		return NULL;
	*ret = (struct fault){
		.name = "code", .spoil = whole ? SPOIL_FAULT : SPOIL_MESSAGES};
	return code;
}

const struct faults exchange_faults = {
	all, sizeof all / sizeof *all, operation_names, OP_EXPIRY + 1, find_code};

bool
exchange_fault(size_t i, struct sim_fault *ret)
{
	return fault_listed(&exchange_faults, i, ret);
}
