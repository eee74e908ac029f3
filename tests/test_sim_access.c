#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/when.h"
#include "help/help.h"
#include "help/talk.h"

#define ONE ROOM("one@example.com")
#define TWO ROOM("two@example.com")
#define FOUND(folders) ASK(FIND(SHAPE("", TIMES), DAY, folders))
#define FOLDER(folders)                                                                                    \
	"<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"                                    \
	"<t:AdditionalProperties>" FIELD(                                                                  \
		"folder:EffectiveRights") "</t:AdditionalProperties></m:FolderShape><m:FolderIds>" folders \
					  "</m:FolderIds></m:GetFolder>"

static void
put_account(struct env *e, const struct exchange_account *a)
{
	if (exchange_put_account(e->x, a, &e->err) != ERR_NONE)
		fail_msg("%s", e->err.text);
}

static void
put_one(struct env *e)
{
	put_meeting(e, "one@example.com",
		&(struct sim_meeting){
			.name = "m", .subject = "Here", .start = "now", .end = "+1h"});
}

/* Who may do what. */

static void
rights_decide_operation_by_operation(void **state)
{
	(void)state;
	static const struct {
		const char *right, *find, *get, *folder;
	} cases[] = {
		{"none", "ErrorAccessDenied", "ErrorItemNotFound", "ErrorAccessDenied"},
		{"hidden", "ErrorFolderNotFound", "ErrorItemNotFound",
			"ErrorFolderNotFound"},
		{"ReadItems", "Here", "Here", "ErrorAccessDenied"},
		{"Reviewer", "Here", "Here", "<t:ViewPrivateItems>false<"},
		{"Owner", "Here", "Here", "<t:ViewPrivateItems>true<"},
	};
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	expect(&e, FOUND(ONE), 200, "Here");
	const char *id = ITEM_ID(&e, 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange_grant grants[] = {{"one@example.com", cases[i].right},
			{"*@example.com", "none"}, {"*", "Reviewer"}};
		put_account(&e, &(struct exchange_account){.user = "svc@example.com",
					.password = "quill&7",
					.rights = grants,
					.rights_count = 3});
		expect(&e, FOUND(ONE TWO), 200, cases[i].find);
		has(&e, "ErrorAccessDenied"); /* of the other room */
		expect(&e,
			arena_printf(e.a,
				ASK(GET(SHAPE("", TIMES), "<t:ItemId Id=\"%s\"/>")), id),
			200, cases[i].get);
		expect(&e, ASK(FOLDER(ONE)), 200, cases[i].folder);
	}
	/* By its id, a folder is the same as by its name. */
	const char *folder = between(e.a, e.answer.body, "<t:FolderId Id=\"", "\"", 0);
	expect(&e, arena_printf(e.a, FOUND("<t:FolderId Id=\"%s\"/>"), folder), 200,
		"Here");
	expect(&e, arena_printf(e.a, FOUND("<t:FolderId Id=\"%s\"/>"), id), 200,
		"ErrorCannotUseItemIdForFolderId");
	expect(&e, FOUND("<t:FolderId Id=\"x\"/>"), 200, "ErrorInvalidIdMalformed");
	close_env(&e);
}

static void
private_events_are_not_masked(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	put_meeting(&e, "one@example.com",
		&(struct sim_meeting){.name = "m",
			.subject = "Interview",
			.sensitivity = "Private",
			.start = "now",
			.end = "+1h",
			.text = "secret"});
	expect(&e, FOUND(ONE), 200, "Interview");
	expect(&e,
		arena_printf(e.a,
			ASK(GET(SHAPE("", FIELD("item:Body")), "<t:ItemId Id=\"%s\"/>")),
			ITEM_ID(&e, 0)),
		200, "secret");
	close_env(&e);
}

static void
an_account_without_a_mailbox_names_one(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	expect(&e, FOUND(OWN ONE), 200, "ErrorMissingEmailAddress");
	has(&e, "NoError");
	put_account(&e, &(struct exchange_account){.user = "svc@example.com",
				.password = "quill&7",
				.mailbox = "svc@example.com"});
	expect(&e, FOUND(OWN), 200, "TotalItemsInView=\"0\"");
	expect(&e, FOUND(ROOM("SVC@example.com")), 200, "TotalItemsInView=\"0\"");
	close_env(&e);
}

static void
impersonation_has_its_own_rules(void **state)
{
	(void)state;
	static const char *const scope[] = {"one@example.com", "*@rooms.example.com"};
	struct exchange_account a = {.user = "svc@example.com",
		.password = "quill&7",
		.impersonates = scope,
		.impersonates_count = 2};
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	expect(&e, AS("one@example.com", FIND(SHAPE("", TIMES), DAY, OWN)), 500,
		">ErrorImpersonateUserDenied<"); /* it has not the role */
	has(&e, "<faultcode xmlns:a=\"" TYPES
		"\">a:ErrorImpersonateUserDenied</faultcode>");
	put_account(&e, &a);
	expect(&e, AS("one@example.com", FIND(SHAPE("", TIMES), DAY, OWN)), 200, "Here");
	const char *id = ITEM_ID(&e, 0);
	expect(&e, AS("ONE@example.com", FIND(SHAPE("", TIMES), DAY, ONE)), 200, "Here");
	expect(&e, AS("two@example.com", FIND(SHAPE("", TIMES), DAY, OWN)), 500,
		">ErrorImpersonateUserDenied<"); /* out of its scope */
	expect(&e, AS("nobody@example.com", FIND(SHAPE("", TIMES), DAY, OWN)), 500,
		">ErrorNonExistentMailbox<");
	/* One mailbox a request: the room is a stranger to other rooms. */
	expect(&e, AS("one@example.com", FIND(SHAPE("", TIMES), DAY, OWN TWO)), 200,
		"ErrorAccessDenied");
	has(&e, "Here");
	put_meeting(&e, "two@example.com",
		&(struct sim_meeting){.name = "n", .start = "now", .end = "+1h"});
	expect(&e, AS("one@example.com", FOLDER(OWN)), 200, "<t:ViewPrivateItems>true<");
	expect(&e,
		arena_printf(e.a,
			AS("one@example.com",
				GET(SHAPE("", TIMES), "<t:ItemId Id=\"%s\"/>")),
			id),
		200, "Here");
	/* Other ways to name a mailbox. */
#define BY(kind, who)                                                                    \
	ENVELOPE("<t:ExchangeImpersonation><t:ConnectingSID><t:" kind ">" who            \
		 "</t:" kind "></t:ConnectingSID></t:ExchangeImpersonation>",            \
		FIND(SHAPE("", TIMES), DAY, OWN))
	expect(&e, BY("SmtpAddress", "one@example.com"), 200, "Here");
	expect(&e, BY("PrincipalName", "room1@corp.example"), 500,
		"ErrorInvalidUserPrincipalName");
	expect(&e, BY("SID", "S-1-5-21-1"), 500, "ErrorInvalidSid");
	expect(&e, BY("PrimarySmtpAddress", ""), 500, "ErrorSchemaValidation");

	unsigned long before = exchange_counters(e.x).unanchored;
	assert_true(before > 0);
	e.header = "X-AnchorMailbox: one@example.com";
	expect(&e, AS("one@example.com", FIND(SHAPE("", TIMES), DAY, OWN)), 200, "Here");
	assert_int_equal(exchange_counters(e.x).unanchored, before);
	close_env(&e);
}

static void
a_passwords_end_is_told_without_a_list(void **state)
{
	(void)state;
	static const struct {
		const char *expires, *mailbox, *asked, *within;
	} cases[] = {
		{"2026-12-31T08:00:00Z", NULL, "", ">2026-12-31T08:00:00Z<"},
		{"today+40d 08:00", NULL, "", ">2027-01-02T08:00:00Z<"},
		{"never", NULL, "", ">9999-12-31T23:59:59.9999999Z<"},
		{NULL, NULL, "", ">9999-12-31T23:59:59.9999999Z<"},
		{"never", "s@example.com",
			"<m:MailboxSmtpAddress>s@example.com</m:MailboxSmtpAddress>",
			"NoError"},
		{"never", NULL,
			"<m:MailboxSmtpAddress>one@example.com</m:MailboxSmtpAddress>",
			"ErrorAccessDenied"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put_account(&e, &(struct exchange_account){.user = "svc@example.com",
					.password = "quill&7",
					.mailbox = cases[i].mailbox,
					.password_expires = cases[i].expires});
		expect(&e,
			arena_printf(e.a,
				ASK("<m:GetPasswordExpirationDate>%s</m:GetPasswordExpirationDate>"),
				cases[i].asked),
			200, cases[i].within);
		has(&e, "<m:GetPasswordExpirationDateResponse ResponseClass=");
		has(&e, "</m:PasswordExpirationDate></m:GetPasswordExpirationDateResponse>");
		has_not(&e, "ResponseMessages");
	}
	close_env(&e);
}

static void
who_is_not_let_in_is_told_how_to_ask(void **state)
{
	(void)state;
#define SCHEMES "Negotiate, NTLM, Basic"
	static const struct {
		const char *user, *password;
		struct exchange_account a;
		long status;
		const char *schemes;
	} cases[] = {
		{NULL, NULL, {.state = NULL}, 401, SCHEMES},
		{"other@example.com", "x", {.state = NULL}, 401, SCHEMES},
		{"svc@example.com", "Quill&7", {.state = NULL}, 401, SCHEMES},
		{"SVC@example.com", "quill&7", {.state = NULL}, 200, ""},
		{"svc@example.com", "quill&7", {.state = "disabled"}, 401, SCHEMES},
		{"svc@example.com", "quill&7", {.state = "locked"}, 401, SCHEMES},
		{"svc@example.com", "quill&7", {.state = "blocked"}, 403, ""},
		{"svc@example.com", "quill&7", {.no_basic = true}, 401,
			"Negotiate, NTLM"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange_account a = cases[i].a;
		a.user = "svc@example.com";
		a.password = "quill&7";
		put_account(&e, &a);
		speak_as(&e, cases[i].user, cases[i].password);
		expect(&e, FOUND(ONE), cases[i].status, "");
		assert_string_equal(e.answer.www_authenticate, cases[i].schemes);
	}
	assert_int_equal(exchange_counters(e.x).unauthorized, 6);
	close_env(&e);
}

/* Active Directory's way with those who hammer. */
static void
too_many_wrong_passwords_lock_the_account(void **state)
{
	(void)state;
	struct exchange_server s = {.lockout_after = 3};
	struct env e;
	open_two_rooms(&e);
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	for (int i = 0; i < 2; i++) {
		speak_as(&e, "svc@example.com", "wrong");
		expect(&e, FOUND(ONE), 401, "");
		expect(&e, FOUND(ONE), 401, "");
		speak_as(&e, "svc@example.com", "quill&7");
		expect(&e, FOUND(ONE), 200, ""); /* a right one is forgiven the wrong */
	}
	speak_as(&e, "svc@example.com", "wrong");
	for (int i = 0; i < 3; i++)
		expect(&e, FOUND(ONE), 401, "");
	speak_as(&e, "svc@example.com", "quill&7");
	expect(&e, FOUND(ONE), 401, "locked out");
	close_env(&e);
}

/* Faults. */

static void
each_fault_shows(void **state)
{
	(void)state;
	static const struct {
		const char *order;
		long status;
		const char *within;
	} cases[] = {
		{"busy", 500,
			"<t:Value Name=\"BackOffMilliseconds\">297749</t:Value></t:MessageXml>"},
		{"busy=5000", 500, ">5000<"},
		{"busy-message=7000", 200,
			"<m:ResponseCode>ErrorServerBusy</m:ResponseCode><m:DescriptiveLinkKey>0"
			"</m:DescriptiveLinkKey><m:MessageXml><t:Value Name=\"Policy\">"},
		{"busy-inner", 200,
			"<t:Value Name=\"InnerErrorResponseCode\">ErrorServerBusy<"},
		{"empty-calendar", 200,
			"TotalItemsInView=\"0\" IncludesLastItemInRange=\"true\"><t:Items></t:Items>"},
		{"one-missing", 200,
			"TotalItemsInView=\"1\" IncludesLastItemInRange=\"true\"><t:Items></t:Items>"},
		{"characters", 200, "<t:Subject>Here&#x0;&#xB;\xef\xbf\xbf</t:Subject>"},
		{"ErrorMailboxMoveInProgress", 200,
			"<m:ResponseCode>ErrorMailboxMoveInProgress<"},
		{"fault-ErrorTimeoutExpired", 500,
			">ErrorTimeoutExpired</e:ResponseCode>"},
		{"unauthorized", 401, ""},
		{"no-basic", 401, ""},
		{"forbidden", 403, "403"},
		{"owa", 302, ""},
		{"error-page", 302, ""},
		{"foreign", 302, ""},
		{"login-page", 200, "<form "},
		{"not-found", 404, "404"},
		{"not-allowed", 405, "405"},
		{"login-timeout", 440, "440"},
		{"locked", 456, ""},
		{"iis-error", 500, "Server Error in '/EWS' Application"},
		{"bad-gateway", 502, "502"},
		{"unavailable", 503, "Unavailable"},
		{"gateway-timeout", 504, "504"},
		{"empty", 200, ""},
		{"wrong-type", 200, "Here"},
		{"gzip", 200, "Here"},
	};
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(exchange_fail(e.x, cases[i].order, &e.err), ERR_NONE);
		expect(&e, FOUND(ONE), cases[i].status, cases[i].within);
		if (strcmp(cases[i].order, "owa") == 0)
			assert_non_null(
				strstr(e.answer.location, "/owa/auth/logon.aspx?url="));
		if (strcmp(cases[i].order, "foreign") == 0)
			assert_string_equal(e.answer.location,
				"https://mail.example.net/EWS/Exchange.asmx");
		if (strcmp(cases[i].order, "no-basic") == 0)
			assert_string_equal(e.answer.www_authenticate, "Negotiate, NTLM");
		if (strcmp(cases[i].order, "unavailable") == 0)
			assert_int_equal(e.answer.retry_after_ms, 120000);
		if (strcmp(cases[i].order, "empty") == 0)
			assert_int_equal(e.answer.body_size, 0);
		if (strcmp(cases[i].order, "wrong-type") == 0)
			assert_string_equal(
				e.answer.content_type, "application/octet-stream");
		expect(&e, FOUND(ONE), 200,
			"<t:Subject>Here</t:Subject>"); /* it is over */
	}
	close_env(&e);
}

static void
faults_of_items_spare_the_others(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	expect(&e, FOUND(ONE), 200, "Here");
	const char *id = ITEM_ID(&e, 0);
	const char *get = arena_printf(e.a,
		ASK(GET(SHAPE("", TIMES FIELD("item:Body")),
			"<t:ItemId Id=\"%s\"/><t:ItemId Id=\"%s\"/>")),
		id, id);
	assert_int_equal(exchange_fail(e.x, "item-corrupt", &e.err), ERR_NONE);
	expect(&e, FOUND(ONE), 200, "Here"); /* it waits for a GetItem */
	expect(&e, get, 200, "<m:ResponseCode>ErrorItemCorrupt<");
	assert_int_equal(occurrences(e.answer.body, "NoError"), 1);
	assert_int_equal(exchange_fail(e.x, "batch-stopped", &e.err), ERR_NONE);
	expect(&e, get, 200, "<m:ResponseCode>ErrorBatchProcessingStopped<");
	assert_int_equal(occurrences(e.answer.body, "NoError"), 1);
	assert_int_equal(exchange_fail(e.x, "characters", &e.err), ERR_NONE);
	expect(&e, get, 200, "&#x0;&#x1F;\xef\xbf\xbf</t:Body>");
	close_env(&e);
}

/* What the network does to an answer. */
static void
answers_break_on_their_way(void **state)
{
	(void)state;
	static const struct {
		const char *order;
		const char *code;
	} cases[] = {{"truncated", "connection_lost"}, {"drop", "connection_lost"},
		{"hang", "timeout"}, {"slow", "timeout"}};
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct http_config c = {.url = exchange_url(e.x),
			.user = "svc@example.com",
			.password = "quill&7",
			.loopback = true,
			.total_ms = 300};
		http_free(e.h);
		assert_int_equal(http_new(&c, &e.h, &e.err), ERR_NONE);
		assert_int_equal(exchange_fail(e.x, cases[i].order, &e.err), ERR_NONE);
		assert_int_equal(
			send_to(&e, "/EWS/Exchange.asmx", "text/xml", FOUND(ONE)),
			ERR_RETRY);
		assert_string_equal(e.err.code, cases[i].code);
	}
	speak_as(&e, "svc@example.com", "quill&7");
	expect(&e, FOUND(ONE), 200, "Here");
	close_env(&e);
}

/* All that is answered to `request` until the connection ends. */
static const char *
raw(struct env *e, const char *request)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)exchange_port(e->x)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char *text = arena_alloc(e->a, 65536);
	size_t n = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
	for (ssize_t k; n < 65535 && (k = recv(fd, text + n, 65535 - n, 0)) > 0;)
		n += (size_t)k;
	close(fd);
	return text;
}

static void
a_locked_account_is_told_in_the_reason(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	const char *text = raw(&e,
		"POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\nX-Fault: locked\r\n"
		"Content-Length: 0\r\n\r\n");
	assert_ptr_equal(strstr(text, "HTTP/1.1 456 Account locked. Unlock at "
				      "https://mail.example.com/unlock\r\n"),
		text);
	/* Exchange sends in chunks, and echoes the request's id. */
	text = raw(&e,
		"POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\n"
		"Authorization: Basic c3ZjQGV4YW1wbGUuY29tOnF1aWxsJjc=\r\n"
		"client-request-id: 1234\r\nreturn-client-request-id: true\r\n"
		"Connection: close\r\nContent-Length: 4\r\n\r\n<a/>");
	assert_ptr_equal(strstr(text, "HTTP/1.1 500 "), text);
	assert_non_null(strstr(text, "\r\nTransfer-Encoding: chunked\r\n"));
	assert_non_null(strstr(text, "\r\nclient-request-id: 1234\r\n"));
	assert_non_null(strstr(text, "s:VersionMismatch"));
	close_env(&e);
}

static void
orders_wait_for_their_turn(void **state)
{
	(void)state;
	static const char *const wrong[] = {"", "nonsense", "busy:", "busy:x",
		"busy=", "busy=x", "busy@Find", "Error-", "fault-", "busy:1:2", "error"};
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(exchange_fail(e.x, wrong[i], &e.err), ERR_CONFIG);
	assert_int_equal(exchange_fail(e.x, "busy:0", &e.err), ERR_NONE);
	assert_int_equal(exchange_fail(e.x, "forbidden@GetFolder", &e.err), ERR_NONE);
	assert_int_equal(exchange_fail(e.x, "not-found@FindItem:2", &e.err), ERR_NONE);
	assert_int_equal(exchange_fail(e.x, "ErrorADUnavailable", &e.err), ERR_NONE);
	assert_int_equal(exchange_fail(e.x, "bad-gateway:always", &e.err), ERR_NONE);
	expect(&e, FOUND(ONE), 404, "");
	expect(&e, ASK(FOLDER(ONE)), 403, "");
	expect(&e, FOUND(ONE), 404, "");
	expect(&e, FOUND(ONE), 200, "ErrorADUnavailable");
	for (int i = 0; i < 5; i++)
		expect(&e, FOUND(ONE), 502, "");
	e.header = "X-Fault: login-timeout"; /* the request's own */
	expect(&e, FOUND(ONE), 440, "");
	exchange_heal(e.x);
	expect(&e, FOUND(ONE), 200, "Here");
	struct sim_fault f;
	size_t n = 0;
	for (; exchange_fault(n, &f); n++)
		assert_int_equal(exchange_fail(e.x, f.name, &e.err), ERR_NONE);
	assert_true(n > 25);
	close_env(&e);
}

static void
what_was_asked_is_kept_and_counted(void **state)
{
	(void)state;
	struct env e;
	struct exchange_request r;
	open_two_rooms(&e);
	put_one(&e);
	assert_false(exchange_request(e.x, 0, &r));
	e.header = "User-Agent: Rooms/1";
	expect(&e, FOUND(ONE), 200, "Here");
	assert_true(exchange_request(e.x, 0, &r));
	assert_string_equal(r.operation, "FindItem");
	assert_string_equal(r.user, "svc@example.com");
	assert_string_equal(r.agent, "Rooms/1");
	assert_string_equal(r.anchor, "");
	assert_string_equal(r.body, FOUND(ONE));
	assert_int_equal(r.body_size, strlen(FOUND(ONE)));
	assert_string_equal(r.reply, e.answer.body);
	assert_int_equal(r.status, 200);
	e.header = "X-AnchorMailbox: one@example.com";
	expect(&e, ASK(FOLDER(ONE)), 200, "");
	expect(&e, ASK(GET(SHAPE("", TIMES), "<t:ItemId Id=\"x\"/>")), 200, "");
	expect(&e, ASK("<m:GetPasswordExpirationDate/>"), 200, "");
	expect(&e, "<", 400, "");
	expect(&e, ASK("<m:Unknown/>"), 500, "");
	assert_true(exchange_request(e.x, 1, &r));
	assert_string_equal(r.anchor, "one@example.com");
	assert_true(exchange_request(e.x, 5, &r));
	assert_string_equal(r.operation, "");
	assert_false(exchange_request(e.x, 6, &r));
	struct exchange_counters c = exchange_counters(e.x);
	assert_int_equal(c.requests, 6);
	assert_int_equal(c.connections, 1);
	assert_int_equal(c.finds, 1);
	assert_int_equal(c.gets, 1);
	assert_int_equal(c.folders, 1);
	assert_int_equal(c.expiries, 1);
	assert_int_equal(c.items, 1);
	assert_int_equal(c.refused, 1);
	assert_int_equal(c.most_at_once, 1);
	close_env(&e);
}

struct caller {
	pthread_t thread;
	struct env *e;
	size_t good;
};

static void *
call_often(void *arg)
{
	struct caller *c = arg;
	struct arena *a = arena_new(0);
	struct http_config config = {.url = exchange_url(c->e->x),
		.user = "svc@example.com",
		.password = "quill&7",
		.loopback = true};
	struct http_ask ask = {.method = HTTP_POST,
		.url = config.url,
		.body = FOUND(ONE),
		.body_size = strlen(FOUND(ONE)),
		.content_type = "text/xml"};
	struct http_answer answer;
	struct http *h = NULL;
	if (http_new(&config, &h, NULL) != ERR_NONE)
		return NULL;
	for (int i = 0; i < 20; i++)
		c->good += http_do(h, &ask, a, &answer, NULL) == ERR_NONE &&
			   answer.status == 200 &&
			   strstr(answer.body, "TotalItemsInView=\"1\"") != NULL;
	http_free(h);
	arena_free(a);
	return NULL;
}

/* One that hangs keeps nobody from being answered, nor the server from its end. */
static void
many_are_answered_at_once(void **state)
{
	(void)state;
	struct caller callers[4];
	struct env e;
	open_two_rooms(&e);
	put_one(&e);
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)exchange_port(e.x)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	static const char hanging[] = "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\n"
				      "X-Fault: hang\r\nContent-Length: 0\r\n\r\n";
	char first;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	assert_int_equal(send(fd, hanging, sizeof hanging - 1, 0), sizeof hanging - 1);
	assert_int_equal(recv(fd, &first, 1, 0), 1);
	for (size_t i = 0; i < 4; i++) {
		callers[i] = (struct caller){.e = &e};
		assert_int_equal(
			pthread_create(&callers[i].thread, NULL, call_often, &callers[i]),
			0);
	}
	for (int i = 0; i < 20; i++)
		put_one(&e);
	for (size_t i = 0; i < 4; i++) {
		pthread_join(callers[i].thread, NULL);
		assert_int_equal(callers[i].good, 20);
	}
	assert_int_equal(exchange_counters(e.x).requests, 81);
	assert_int_equal(exchange_counters(e.x).finds, 80);
	assert_true(exchange_counters(e.x).most_at_once >= 2);
	close_env(&e);
	close(fd);
}

static void
tls_has_an_authority_of_its_own(void **state)
{
	(void)state;
	struct env e;
	memset(&e, 0, sizeof e);
	e.a = arena_new(0);
	struct sim_config c = {
		.scenario = help_path(e.a, "fixtures/calendars/exchange/demo.yaml"),
		.now = NOW,
		.tls = true};
	assert_int_equal(exchange_start(&c, &e.x, &e.err), ERR_NONE);
	const char *ca = arena_printf(e.a, "%s/ca.pem", help_tmpdir(e.a));
	help_write(ca, exchange_ca(e.x), strlen(exchange_ca(e.x)));
	struct http_config h = {.url = exchange_url(e.x),
		.user = "svc-rooms@example.com",
		.password = "test-only-delegate",
		.ca_file = ca,
		.certificate = true,
		.loopback = true};
	assert_int_equal(strncmp(h.url, "https://127.0.0.1:", 18), 0);
	assert_int_equal(http_new(&h, &e.h, &e.err), ERR_NONE);
	struct http_ask ask = {.method = HTTP_POST,
		.url = h.url,
		.body = FOUND(ROOM("sea-38-0021@example.com")),
		.body_size = strlen(FOUND(ROOM("sea-38-0021@example.com"))),
		.content_type = "text/xml"};
	if (http_do(e.h, &ask, e.a, &e.answer, &e.err) != ERR_NONE)
		fail_msg("%s", e.err.text);
	has(&e, "Design review");
	struct http_certificate shown;
	int64_t end;
	assert_true(http_certificate(e.h, &shown));
	assert_non_null(strstr(shown.issuer, "Simulated Exchange CA"));
	assert_true(when_parse("2100-01-01T00:00:00Z", &end));
	assert_int_equal(shown.expires, end);
	/* The reason past libmicrohttpd, here too. */
	assert_int_equal(exchange_fail(e.x, "locked", &e.err), ERR_NONE);
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_NONE);
	assert_int_equal(e.answer.status, 456);
	/* To who knows not the authority, it is nobody. */
	http_free(e.h);
	h.ca_file = NULL;
	assert_int_equal(http_new(&h, &e.h, &e.err), ERR_NONE);
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_DENIED);
	close_env(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_decide_operation_by_operation),
		cmocka_unit_test(private_events_are_not_masked),
		cmocka_unit_test(an_account_without_a_mailbox_names_one),
		cmocka_unit_test(impersonation_has_its_own_rules),
		cmocka_unit_test(a_passwords_end_is_told_without_a_list),
		cmocka_unit_test(who_is_not_let_in_is_told_how_to_ask),
		cmocka_unit_test(too_many_wrong_passwords_lock_the_account),
		cmocka_unit_test(each_fault_shows),
		cmocka_unit_test(faults_of_items_spare_the_others),
		cmocka_unit_test(answers_break_on_their_way),
		cmocka_unit_test(a_locked_account_is_told_in_the_reason),
		cmocka_unit_test(orders_wait_for_their_turn),
		cmocka_unit_test(what_was_asked_is_kept_and_counted),
		cmocka_unit_test(many_are_answered_at_once),
		cmocka_unit_test(tls_has_an_authority_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
