#include "sim/exchange_fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

#define SCHEMES "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM"
#define HTML "text/html; charset=utf-8"
#define VALUE(name, text) "<t:Value Name=\"" name "\">" text "</t:Value>"
#define BACK_OFF                                                                         \
	VALUE("Policy", "EWSMaxConcurrency")                                             \
	VALUE("MaxConcurrencyLimit", "27")                                               \
	VALUE("ErrorMessage", "This operation exceeds the throttling budget.")           \
	VALUE("BackOffMilliseconds", "{n}")

static const struct fault faults[] = {
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
enum { FAULTS = sizeof faults / sizeof *faults };

bool
exchange_fault(size_t i, struct exchange_fault *ret)
{
	if (i >= FAULTS)
		return false;
	*ret = (struct exchange_fault){faults[i].name, faults[i].text};
	return true;
}

static bool
is_code(const char *s)
{
	if (strncmp(s, "Error", 5) != 0)
		return false;
	while (isalnum((unsigned char)*s))
		s++;
	return *s == '\0';
}

/* A name of the table, or a ResponseCode. */
static bool
find_fault(const char *name, struct order *ret)
{
	for (size_t i = 0; i < FAULTS; i++)
		if (strcmp(faults[i].name, name) == 0) {
			ret->fault = faults[i];
			return true;
		}
	bool whole = strncmp(name, "fault-", 6) == 0;
	if (!is_code(name + (whole ? 6 : 0)))
		return false;
	strcpy(ret->code, name + (whole ? 6 : 0));
	ret->fault = (struct fault){
		.name = "code", .spoil = whole ? SPOIL_FAULT : SPOIL_MESSAGES};
	return true;
}

static bool
take_number(const char *s, long *ret)
{
	char *end;
	*ret = strtol(s, &end, 10);
	return *s >= '0' && *s <= '9' && *end == '\0';
}

/* What follows `mark` in `s`, which ends before it then; NULL: there is none. */
static char *
split(char *s, char mark)
{
	char *at = strchr(s, mark);
	if (at != NULL)
		*at++ = '\0';
	return at;
}

/* KIND[=NUMBER][@OPERATION][:COUNT] */
static bool
read_order(const char *text, struct order *ret)
{
	char s[64];
	if (strlen(text) >= sizeof s)
		return false;
	strcpy(s, text);
	char *count = split(s, ':'), *op = split(s, '@'), *number = split(s, '=');
	if (!find_fault(s, ret))
		return false;
	ret->left = 1;
	if (count != NULL && strcmp(count, "always") == 0)
		ret->left = -1;
	else if (count != NULL && !take_number(count, &ret->left))
		return false;
	if (number != NULL && !take_number(number, &ret->fault.number))
		return false;
	for (int i = OP_FIND; op != NULL && i <= OP_EXPIRY; i++)
		if (strcmp(operation_names[i], op) == 0) {
			ret->fault.only = (enum operation)i;
			return true;
		}
	return op == NULL;
}

int
orders_add(struct orders *o, const char *text, struct err *err)
{
	struct order order = {.left = 0};
	if (!read_order(text, &order)) {
		err_set(err, ERR_CONFIG, "bad_fault", "no such fault: %.60s", text);
		err_cure(err, "It is KIND[=NUMBER][@OPERATION][:COUNT]; --help lists the "
			      "kinds.");
		return ERR_CONFIG;
	}
	if (o->n == MAX_ORDERS)
		return err_set(err, ERR_LIMIT, "too_many_faults", "too many faults wait");
	if (order.left == 0)
		return ERR_NONE;
	o->all[o->n++] = order;
	return ERR_NONE;
}

static const char *
fill(struct arena *a, const char *text, long n)
{
	const char *at = text != NULL ? strstr(text, "{n}") : NULL;
	return at != NULL
		       ? arena_printf(a, "%.*s%ld%s", (int)(at - text), text, n, at + 3)
		       : text;
}

static struct fault
ready(const struct order *order, struct arena *a)
{
	struct fault f = order->fault;
	f.headers = fill(a, f.headers, f.number);
	f.values = fill(a, f.values, f.number);
	if (order->code[0] != '\0')
		f.code = arena_strdup(a, order->code);
	return f;
}

bool
fault_named(const char *text, struct arena *a, struct fault *ret)
{
	struct order order = {.left = 0};
	if (!read_order(text, &order))
		return false;
	*ret = ready(&order, a);
	return true;
}

bool
orders_take(struct orders *o, enum operation op, struct arena *a, struct fault *ret)
{
	for (size_t i = 0; i < o->n; i++) {
		struct order *order = &o->all[i];
		if (order->fault.only != OP_NONE && order->fault.only != op)
			continue;
		*ret = ready(order, a);
		if (order->left < 0 || --order->left > 0)
			return true;
		o->n--;
		memmove(order, order + 1, (o->n - i) * sizeof *order);
		return true;
	}
	return false;
}
