#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "help/help.h"
#include "sim/exchange.h"

#define NOW "2026-11-23T15:00:00Z"

#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define TYPES "http://schemas.microsoft.com/exchange/services/2006/types"
#define MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"

#define VERSION(v) "<t:RequestServerVersion Version=\"" v "\"/>"
#define ENVELOPE(headers, body)                                                          \
	"<s:Envelope xmlns:s=\"" SOAP "\" xmlns:t=\"" TYPES "\" xmlns:m=\"" MESSAGES     \
	"\"><s:Header>" headers "</s:Header><s:Body>" body "</s:Body></s:Envelope>"
#define ASK(body) ENVELOPE(VERSION("Exchange2013_SP1"), body)
#define AS(mailbox, body)                                                                \
	ENVELOPE(                                                                        \
		VERSION("Exchange2013_SP1") "<t:ExchangeImpersonation><t:ConnectingSID>" \
					    "<t:PrimarySmtpAddress>" mailbox             \
					    "</t:PrimarySmtpAddress></"                  \
					    "t:ConnectingSID></"                         \
					    "t:ExchangeImpersonation>",                  \
		body)
#define ROOM(mailbox)                                                                    \
	"<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress>" mailbox   \
	"</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"
#define OWN "<t:DistinguishedFolderId Id=\"calendar\"/>"
#define FIELD(uri) "<t:FieldURI FieldURI=\"" uri "\"/>"
#define SHAPE(more, fields)                                                              \
	"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>" more                            \
	"<t:AdditionalProperties>" fields "</t:AdditionalProperties></m:ItemShape>"
#define VIEW(attributes) "<m:CalendarView " attributes "/>"
#define FIND(shape, view, folders)                                                       \
	"<m:FindItem Traversal=\"Shallow\">" shape view "<m:ParentFolderIds>" folders    \
	"</m:ParentFolderIds></m:FindItem>"
#define DAY VIEW("StartDate=\"2026-11-23T00:00:00Z\" EndDate=\"2026-11-24T00:00:00Z\"")
#define TIMES FIELD("item:Subject") FIELD("calendar:Start") FIELD("calendar:End")
#define GET(shape, ids) "<m:GetItem>" shape "<m:ItemIds>" ids "</m:ItemIds></m:GetItem>"

struct env {
	struct arena *a;
	struct exchange *x;
	struct http *h;
	struct http_answer answer;
	struct err err;
	const char *header; /* one more of the next request */
};

static void
speak_as(struct env *e, const char *user, const char *password)
{
	http_free(e->h);
	struct http_config c = {.url = exchange_url(e->x),
		.user = user,
		.password = password,
		.loopback = true,
		.total_ms = 5000};
	assert_int_equal(http_new(&c, &e->h, &e->err), ERR_NONE);
}

static void
open_env(struct env *e, const char *scenario)
{
	memset(e, 0, sizeof *e);
	e->a = arena_new(0);
	struct exchange_config c = {
		.scenario = scenario != NULL ? help_path(e->a, scenario) : NULL,
		.now = NOW,
		.keep = 100};
	if (exchange_start(&c, &e->x, &e->err) != ERR_NONE)
		fail_msg("%s", e->err.text);
}

static void
close_env(struct env *e)
{
	http_free(e->h);
	exchange_stop(e->x);
	arena_free(e->a);
}

static int
send_to(struct env *e, const char *path, const char *type, const char *body)
{
	const char *headers[] = {e->header};
	struct http_ask ask = {.method = HTTP_POST,
		.url = arena_printf(
			e->a, "http://127.0.0.1:%u%s", exchange_port(e->x), path),
		.headers = headers,
		.n_headers = e->header != NULL,
		.body = body,
		.body_size = strlen(body),
		.content_type = type};
	memset(&e->answer, 0, sizeof e->answer);
	err_clear(&e->err);
	e->header = NULL;
	return http_do(e->h, &ask, e->a, &e->answer, &e->err);
}

/* Sends `body` and has an answer of this status, with this in it. */
static void
expect(struct env *e, const char *body, long status, const char *within)
{
	if (send_to(e, "/EWS/Exchange.asmx", "text/xml; charset=utf-8", body) != ERR_NONE)
		fail_msg("%s", e->err.text);
	if (e->answer.status != status || strstr(e->answer.body, within) == NULL)
		fail_msg("%ld instead of %ld, or no %s in: %s", e->answer.status, status,
			within, e->answer.body);
}

static size_t
occurrences(const char *text, const char *what)
{
	size_t n = 0;
	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
the_demonstration_is_served(void **state)
{
	(void)state;
	struct env e;
	open_env(&e, "fixtures/calendars/exchange/demo.yaml");
	speak_as(&e, "svc-rooms@example.com", "test-only-delegate");
	expect(&e,
		ASK(FIND(SHAPE("", TIMES), DAY,
			ROOM("sea-38-0021@example.com") ROOM("sea-38-0099@example.com")
				ROOM("nobody@example.com"))),
		200,
		"<t:Subject>Design "
		"review</t:Subject><t:Start>2026-11-23T14:50:00Z</t:Start>");
	const char *first = strstr(e.answer.body, "IncludesLastItemInRange=\"true\"");
	const char *second = strstr(e.answer.body, "ErrorAccessDenied");
	const char *third = strstr(e.answer.body, "ErrorNonExistentMailbox");
	assert_non_null(first);
	assert_true(first < second && second < third);
	assert_int_equal(occurrences(e.answer.body, "<m:FindItemResponseMessage "), 3);
	close_env(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demonstration_is_served),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
