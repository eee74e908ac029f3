#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "base/buf.h"
#include "calendar/ews.h"
#include "help/talk.h"

/* What is asked. */

#define REFUSED                                                                          \
	"<e:ResponseCode xmlns:e=\"http://schemas.microsoft.com/exchange/services/2006/errors\">ErrorSchemaValidation<"

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
		"<t:Subject>Design review</t:Subject><t:Start>2026-11-23T14:50:00Z</t:Start>");
	const char *first = strstr(e.answer.body, "IncludesLastItemInRange=\"true\"");
	const char *second = strstr(e.answer.body, "ErrorAccessDenied");
	const char *third = strstr(e.answer.body, "ErrorNonExistentMailbox");
	assert_non_null(first);
	assert_true(first < second && second < third);
	assert_int_equal(occurrences(e.answer.body, "<m:FindItemResponseMessage "), 3);
	has(&e, "<h:ServerVersionInfo MajorVersion=\"15\" MinorVersion=\"2\" "
		"MajorBuildNumber=\"1544\" MinorBuildNumber=\"9\"");
	close_env(&e);
}

/* Everything that our client can write. */
static const char *
our_request(struct arena *a, size_t kind, size_t version)
{
	static const char *const rooms[] = {"one@example.com", "two@example.com"};
	static const char *const ids[] = {"AAMk", "AAMl"};
	struct ews_request r = {
		.version = version, .impersonate = kind % 2 ? rooms[0] : NULL};
	struct buf b;
	buf_init(&b, a);
	if (kind / 2 == 0)
		ews_write_find(&b, &r, rooms, kind % 2 ? 1 : 2, 1763856000, 1763942400);
	else if (kind / 2 < 3)
		ews_write_get(&b, &r, ids, 2, kind / 2 == 1);
	else
		ews_write_expiry(&b, &r);
	return b.s;
}
enum { KINDS = 7 };

/* Lists whose members Microsoft's schema, and SOAP for its headers, leave in any order. */
static bool
is_unordered(const xmlNode *parent)
{
	static const char *const names[] = {
		"Header", "AdditionalProperties", "ParentFolderIds", "ItemIds"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp((const char *)parent->name, names[i]) == 0)
			return true;
	return false;
}

/* The n-th element of the document that has a sibling after it. */
static xmlNode *
nth_pair(xmlNode *n, size_t *left)
{
	for (; n != NULL; n = n->next) {
		if (n->type != XML_ELEMENT_NODE)
			continue;
		if (n->next != NULL && (*left)-- == 0)
			return n;
		xmlNode *within = nth_pair(n->children, left);
		if (within != NULL)
			return within;
	}
	return NULL;
}

/* `text` with its n-th pair of neighbours exchanged; NULL: it has no more. */
static const char *
swapped(struct arena *a, const char *text, size_t n, bool *ret_ordered)
{
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), "x", NULL, 0);
	assert_non_null(doc);
	const char *copy = NULL;
	xmlNode *first = nth_pair(xmlDocGetRootElement(doc), &n);
	if (first != NULL) {
		xmlChar *bytes;
		int size;
		*ret_ordered = !is_unordered(first->parent);
		xmlAddNextSibling(first->next, first);
		xmlDocDumpMemory(doc, &bytes, &size);
		copy = arena_strndup(a, (const char *)bytes, (size_t)size);
		xmlFree(bytes);
	}
	xmlFreeDoc(doc);
	return copy;
}

static void
each_swap_that_the_schema_orders_is_refused(void **state)
{
	(void)state;
	static const char *const scope[] = {"one@example.com"};
	size_t ordered = 0, free = 0;
	struct env e;
	open_two_rooms(&e);
	struct exchange_account may = {.user = "svc@example.com",
		.password = "quill&7",
		.mailbox = "svc@example.com",
		.impersonates = scope,
		.impersonates_count = 1};
	assert_int_equal(exchange_put_account(e.x, &may, &e.err), ERR_NONE);
	for (size_t kind = 0; kind < KINDS; kind++) {
		for (size_t version = 0; version < EWS_VERSIONS; version++) {
			const char *text = our_request(e.a, kind, version);
			bool old = kind == 6 &&
				   version == 2; /* 2007 had no such operation */
			bool is_ordered;
			expect(&e, text, old ? 500 : 200, "ResponseCode");
			for (size_t n = 0;; n++) {
				const char *other = swapped(e.a, text, n, &is_ordered);
				if (other == NULL)
					break;
				if (is_ordered && strstr(other, "<s:Envelope") != NULL &&
					strstr(other, "<s:Body>") <
						strstr(other, "<s:Header>"))
					expect(&e, other, 500, "<faultcode>s:Client<");
				else if (is_ordered)
					expect(&e, other, 500, REFUSED);
				else
					expect(&e, other, old ? 500 : 200,
						"ResponseCode");
				ordered += is_ordered;
				free += !is_ordered;
			}
		}
	}
	assert_true(ordered > 60 && free > 200);
	close_env(&e);
}

static void
what_the_schema_does_not_know_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *body, *words;
	} cases[] = {
		{FIND(SHAPE("", TIMES "<t:Path/>"), DAY, OWN),
			"has invalid child element 'Path' in namespace '" TYPES
			"'. List of possible elements expected: 'FieldURI, IndexedFieldURI, "
			"ExtendedFieldURI' in namespace '" TYPES "'."},
		{FIND(SHAPE("", ""), DAY, OWN),
			"'AdditionalProperties' in namespace '" TYPES
			"' has incomplete content."},
		{FIND(SHAPE("", "<m:FieldURI FieldURI=\"item:Subject\"/>"), DAY, OWN),
			"invalid child element 'FieldURI' in namespace '" MESSAGES "'"},
		{FIND(SHAPE("", FIELD("item:subject")), DAY, OWN),
			"The 'FieldURI' attribute is invalid - The value 'item:subject'"},
		{FIND(SHAPE("", FIELD("calendar:OnlineMeetingUrl")), DAY, OWN),
			"The Enumeration constraint failed."},
		{FIND(SHAPE("", "<t:FieldURI/>"), DAY, OWN),
			"The required attribute 'FieldURI' is missing."},
		{FIND(SHAPE("",
			      "<t:ExtendedFieldURI PropertyName=\"x\" PropertyType=\"Text\"/>"),
			 DAY, OWN),
			"'PropertyType' attribute is invalid"},
		{FIND(SHAPE("", "<t:ExtendedFieldURI PropertyTag=\"670a\" "
				"PropertyType=\"Integer\"/>"),
			 DAY, OWN),
			"The Pattern constraint failed."},
		{FIND(SHAPE("<t:BodyType>html</t:BodyType>", TIMES), DAY, OWN),
			"The 'BodyType' element is invalid - The value 'html'"},
		{FIND(SHAPE("<t:BodyType>HTML</t:BodyType><t:BodyType>HTML</t:BodyType>",
			      TIMES),
			 DAY, OWN),
			"invalid child element 'BodyType'"},
		{FIND(SHAPE("<t:MaximumBodySize>much</t:MaximumBodySize>", TIMES), DAY,
			 OWN),
			"is not a valid value"},
		{FIND(SHAPE("", TIMES), VIEW("StartDate=\"2026-11-23T00:00:00Z\""), OWN),
			"The required attribute 'EndDate' is missing."},
		{FIND(SHAPE("", TIMES),
			 VIEW("StartDate=\"2026-11-23\" EndDate=\"2026-11-24T00:00:00Z\""),
			 OWN),
			"The 'StartDate' attribute is invalid"},
		{FIND(SHAPE("", TIMES),
			 VIEW("MaxEntries=\"5\" StartDate=\"2026-11-23T00:00:00Z\" "
			      "EndDate=\"2026-11-24T00:00:00Z\""),
			 OWN),
			"The 'MaxEntries' attribute is not declared."},
		{FIND(SHAPE("", TIMES), DAY DAY, OWN),
			"invalid child element 'CalendarView'"},
		{FIND(SHAPE("", TIMES), DAY, ""),
			"'ParentFolderIds' in namespace '" MESSAGES
			"' has incomplete content."},
		{FIND(SHAPE("", TIMES), DAY,
			 "<t:DistinguishedFolderId Id=\"Calendar\"/>"),
			"DistinguishedFolderIdNameType"},
		{FIND(SHAPE("", TIMES), DAY,
			 "<t:DistinguishedFolderId Id=\"calendar\"><t:EmailAddress>a@b.example"
			 "</t:EmailAddress></t:DistinguishedFolderId>"),
			"invalid child element 'EmailAddress'"},
		{FIND(SHAPE("", TIMES), DAY,
			 "<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress/>"
			 "</t:Mailbox></t:DistinguishedFolderId>"),
			"MinLength"},
		{FIND(SHAPE("", TIMES), DAY, OWN "calendar"), "cannot contain text."},
		{"<m:FindItem>" SHAPE("", TIMES) DAY "<m:ParentFolderIds>" OWN
						     "</m:ParentFolderIds></m:FindItem>",
			"The required attribute 'Traversal' is missing."},
		{"<m:FindItem Traversal=\"Deep\">" SHAPE(
			 "", TIMES) "<m:ParentFolderIds>" OWN "</m:ParentFolderIds>"
				    "</m:FindItem>",
			"The 'Traversal' attribute is invalid"},
		{GET("", "<t:ItemId Id=\"x\"/>"), "List of possible elements expected: "
						  "'ItemShape'"},
		{GET(SHAPE("", TIMES), "<t:ItemId/>"),
			"The required attribute 'Id' is missing."},
		{GET(SHAPE("", TIMES), "<t:ItemId Id=\"x\"><t:Id/></t:ItemId>"),
			"because the parent element's content model is empty."},
		{"<m:GetPasswordExpirationDate><t:MailboxSmtpAddress/>"
		 "</m:GetPasswordExpirationDate>",
			"List of possible elements expected: 'MailboxSmtpAddress' in namespace "
			"'" MESSAGES "'."},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect(&e, arena_printf(e.a, ASK("%s"), cases[i].body), 500, REFUSED);
		const char *words = between(
			e.a, e.answer.body, "<faultstring xml:lang=\"en-US\">", "<", 0);
		struct buf b;
		buf_init(&b, e.a);
		buf_xml(&b, cases[i].words);
		if (strncmp(words, "The request failed schema validation: ", 38) != 0 ||
			strstr(words, b.s) == NULL)
			fail_msg("no %s in: %s", b.s, words);
		has(&e, "<t:MessageXml xmlns:t=\"" TYPES "\"><t:LineNumber>");
		has_not(&e, "ServerVersionInfo");
	}
	close_env(&e);
}

static void
an_envelope_has_its_rules(void **state)
{
	(void)state;
#define GOOD FIND(SHAPE("", TIMES), DAY, ROOM("one@example.com"))
#define NOT_UNDERSTOOD "<x:A xmlns:x=\"urn:x\" s:mustUnderstand=\"1\"/>"
	static const struct {
		const char *text;
		long status;
		const char *within;
	} cases[] = {
		{ASK(GOOD), 200, "NoError"},
		{ENVELOPE("<x:A xmlns:x=\"urn:x\"/>" VERSION("Exchange2013_SP1"), GOOD),
			200, "NoError"},
		{ENVELOPE("<t:TimeZoneContext><t:TimeZoneDefinition Id=\"UTC\"/>"
			  "</t:TimeZoneContext>" VERSION("Exchange2013_SP1"),
			 GOOD),
			200, "NoError"},
		{ENVELOPE(
			 "<t:TimeZoneContext><t:TimeZoneDefinition Id=\"Tokyo Standard Time\"/>"
			 "</t:TimeZoneContext>",
			 GOOD),
			500, "ErrorTimeZone"},
		{ENVELOPE(NOT_UNDERSTOOD VERSION("Exchange2013_SP1"), GOOD), 500,
			"s:MustUnderstand"},
		{ENVELOPE(VERSION("Exchange2013_SP1") VERSION("Exchange2013_SP1"), GOOD),
			500, "ErrorDuplicateSOAPHeader"},
		{ENVELOPE("<t:ExchangeImpersonation/>", GOOD), 500,
			"expected: &#39;ConnectingSID&#39;"},
		{ENVELOPE(
			 "<t:ExchangeImpersonation><t:ConnectingSID><t:PrincipalName>x"
			 "</t:PrincipalName><t:PrimarySmtpAddress>x</t:PrimarySmtpAddress>"
			 "</t:ConnectingSID></t:ExchangeImpersonation>",
			 GOOD),
			500, "invalid child element &#39;PrimarySmtpAddress&#39;"},
		{"<s:Envelope xmlns:s=\"" SOAP "\"><s:Body/></s:Envelope>", 500,
			"s:Client"},
		{ASK(GOOD GOOD), 500, "s:Client"},
		{"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body/>"
		 "</s:Envelope>",
			500, "s:VersionMismatch"},
		{"<s:Envelope xmlns:s=\"https://schemas.xmlsoap.org/soap/envelope/\"><s:Body/>"
		 "</s:Envelope>",
			500, "s:VersionMismatch"},
		{ASK("<m:SyncFolderItems/>"), 500, "ErrorInvalidRequest"},
		{ASK("<t:FindItem/>"), 500, "ErrorInvalidRequest"},
		{"<s:Envelope", 400, ""},
		{"", 400, ""},
		{"<!DOCTYPE x [<!ENTITY a \"b\">]>" ASK(GOOD), 400, ""},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		expect(&e, cases[i].text, cases[i].status, cases[i].within);
	assert_int_equal(
		send_to(&e, "/ews/exchange.ASMX", "text/xml", ASK(GOOD)), ERR_NONE);
	assert_int_equal(e.answer.status, 200);
	assert_string_equal(e.answer.content_type, "text/xml; charset=utf-8");
	assert_int_equal(
		send_to(&e, "/EWS/Exchange.asmx", "application/soap+xml", ASK(GOOD)),
		ERR_NONE);
	assert_int_equal(e.answer.status, 415);
	assert_int_equal(send_to(&e, "/EWS/", "text/xml", ASK(GOOD)), ERR_NONE);
	assert_int_equal(e.answer.status, 404);
	assert_int_equal(send_to(&e, "/owa/", "text/xml", ASK(GOOD)), ERR_NONE);
	assert_int_equal(e.answer.status, 302);
	assert_non_null(strstr(e.answer.location, "/owa/auth/logon.aspx"));
	struct http_ask ask = {.url = exchange_url(e.x)};
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_NONE);
	assert_int_equal(e.answer.status, 405);
	close_env(&e);
}

/* Which versions a server speaks, and what each of them had. */
static void
versions_are_told_apart(void **state)
{
	(void)state;
#define FIELDS(f) FIND(SHAPE("", f), DAY, ROOM("one@example.com"))
#define CAPPED                                                                           \
	GET(SHAPE("<t:MaximumBodySize>1</t:MaximumBodySize>", FIELD("item:Body")),       \
		"<t:ItemId Id=\"x\"/>")
#define JOIN FIELD("calendar:JoinOnlineMeetingUrl")
	static const struct {
		const char *server, *asked, *body, *within;
	} cases[] = {
		{"15.2.1544.9", VERSION("Exchange2016"), FIELDS(JOIN), "NoError"},
		{"15.2.1544.9", VERSION("Exchange2013_SP1"), FIELDS(JOIN), "NoError"},
		{"15.2.1544.9", VERSION("V2017_07_11"), FIELDS(JOIN),
			"ErrorInvalidServerVersion"},
		{"15.2.1544.9", VERSION("Exchange2099"), FIELDS(JOIN),
			"The specified server version is invalid."},
		{"15.0.847.32", VERSION("Exchange2013_SP1"), FIELDS(JOIN), "NoError"},
		{"15.0.775.38", VERSION("Exchange2013_SP1"), FIELDS(JOIN),
			"ErrorInvalidServerVersion"},
		{"15.0.775.38", VERSION("Exchange2013"), FIELDS(JOIN), "NoError"},
		{"14.3.123.4", VERSION("Exchange2013"), FIELDS(TIMES),
			"ErrorInvalidServerVersion"},
		{"14.3.123.4", VERSION("Exchange2010_SP2"), FIELDS(TIMES), "NoError"},
		{"14.1.218.15", VERSION("Exchange2010_SP2"), FIELDS(TIMES),
			"ErrorInvalidServerVersion"},
		/* a field that the server knows and the version has not; or that no one knows */
		{"15.2.1544.9", VERSION("Exchange2010_SP2"), FIELDS(JOIN),
			"ErrorInvalidPropertyRequest"},
		{"14.3.123.4", VERSION("Exchange2010_SP2"), FIELDS(JOIN), REFUSED},
		{"15.2.1544.9", VERSION("Exchange2007_SP1"),
			FIELDS(FIELD("calendar:UID")), "ErrorInvalidPropertyRequest"},
		{"15.2.1544.9", "", FIELDS(FIELD("calendar:UID")),
			"ErrorInvalidPropertyRequest"},
		{"15.2.1544.9", "", FIELDS(TIMES), "NoError"},
		{"15.2.1544.9", VERSION("Exchange2013"), CAPPED,
			"ErrorInvalidIdMalformed"},
		{"15.2.1544.9", VERSION("Exchange2010_SP2"), CAPPED, REFUSED},
		{"15.2.1544.9", VERSION("Exchange2010_SP1"),
			"<m:GetPasswordExpirationDate/>", "ErrorIncorrectSchemaVersion"},
		{"15.2.1544.9", VERSION("Exchange2010_SP2"),
			"<m:GetPasswordExpirationDate/>", "NoError"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange_server s = {.version = cases[i].server};
		struct sim_room r = {.mailbox = "one@example.com"};
		assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
		assert_int_equal(exchange_put_room(e.x, &r, &e.err), ERR_NONE);
		bool fault = strstr(cases[i].within, "Version") != NULL ||
			     strstr(cases[i].within, "version") != NULL ||
			     strcmp(cases[i].within, REFUSED) == 0;
		expect(&e,
			arena_printf(
				e.a, ENVELOPE("%s", "%s"), cases[i].asked, cases[i].body),
			fault ? 500 : 200, cases[i].within);
		if (!fault && strncmp(cases[i].server, "14", 2) == 0)
			has(&e, "MajorVersion=\"14\" MinorVersion=\"3\" MajorBuildNumber=\"123\" "
				"MinorBuildNumber=\"4\" Version=\"Exchange2010_SP2\"");
	}
	/* A room that lives on an older server, beside one that does not. */
	struct sim_room old = {
		.mailbox = "two@example.com", .version = "Exchange2010_SP2"};
	assert_int_equal(exchange_put_server(
				 e.x, &(struct exchange_server){.version = NULL}, &e.err),
		ERR_NONE);
	assert_int_equal(exchange_put_room(e.x, &old, &e.err), ERR_NONE);
	assert_int_equal(
		exchange_put_room(
			e.x, &(struct sim_room){.mailbox = "one@example.com"}, &e.err),
		ERR_NONE);
	expect(&e,
		ASK(FIND(SHAPE("", TIMES), DAY,
			ROOM("two@example.com") ROOM("one@example.com"))),
		200, "ErrorInvalidSchemaVersionForMailboxVersion");
	has(&e, "NoError");
	expect(&e,
		ENVELOPE(VERSION("Exchange2010_SP2"),
			FIND(SHAPE("", TIMES), DAY, ROOM("two@example.com"))),
		200, "NoError");
	close_env(&e);
}

/* What a calendar's view holds. */

static void
the_window_is_exact(void **state)
{
	(void)state;
	static const struct sim_meeting meetings[] = {
		{.name = "before",
			.subject = "S1",
			.start = "2026-11-22T22:00:00Z",
			.end = "2026-11-22T23:59:59Z"},
		{.name = "up to it",
			.subject = "S2",
			.start = "2026-11-22T23:00:00Z",
			.end = "2026-11-23T00:00:00Z"},
		{.name = "all of it",
			.subject = "S3",
			.start = "2026-11-01T00:00:00Z",
			.end = "2026-12-01T00:00:00Z"},
		{.name = "its last second",
			.subject = "S4",
			.start = "2026-11-23T23:59:59Z",
			.end = "2026-11-24T10:00:00Z"},
		{.name = "from its end on",
			.subject = "S5",
			.start = "2026-11-24T00:00:00Z",
			.end = "2026-11-24T01:00:00Z"},
		{.name = "a moment",
			.subject = "S6",
			.start = "2026-11-23T12:00:00Z",
			.end = "2026-11-23T12:00:00Z"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof meetings / sizeof *meetings; i++)
		put_meeting(&e, "one@example.com", &meetings[i]);
	expect(&e, ASK(FIND(SHAPE("", TIMES), DAY, ROOM("one@example.com"))), 200,
		"TotalItemsInView=\"4\" IncludesLastItemInRange=\"true\"");
	static const char *const order[] = {"S3", "S2", "S6", "S4"};
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
			between(e.a, e.answer.body, "<t:Subject>", "<", i), order[i]);
	has_not(&e, "S1");
	has_not(&e, "S5");

	/* The same with another offset. */
	expect(&e,
		ASK(FIND(SHAPE("", TIMES),
			VIEW("StartDate=\"2026-11-23T02:00:00+02:00\" "
			     "EndDate=\"2026-11-23T19:00:00.000-05:00\""),
			ROOM("one@example.com"))),
		200, "TotalItemsInView=\"4\"");

	/* Fewer than there are. */
	expect(&e,
		ASK(FIND(SHAPE("", TIMES),
			VIEW("MaxEntriesReturned=\"3\" StartDate=\"2026-11-23T00:00:00Z\" "
			     "EndDate=\"2026-11-24T00:00:00Z\""),
			ROOM("one@example.com") ROOM("two@example.com"))),
		200, "TotalItemsInView=\"4\" IncludesLastItemInRange=\"false\"");
	has(&e, "TotalItemsInView=\"0\" IncludesLastItemInRange=\"true\"><t:Items></t:Items>");
	assert_int_equal(occurrences(e.answer.body, "<t:CalendarItem>"), 3);
	close_env(&e);
}

static void
an_impossible_window_is_an_error_of_each_room(void **state)
{
	(void)state;
#define BOTH(view)                                                                       \
	ASK(FIND(SHAPE("", TIMES), view, ROOM("one@example.com") ROOM("two@example.com")))
	static const struct {
		const char *text, *code;
	} cases[] = {
		{BOTH(VIEW(
			 "StartDate=\"2026-11-24T00:00:00Z\" EndDate=\"2026-11-23T00:00:00Z\"")),
			"ErrorCalendarEndDateIsEarlierThanStartDate"},
		{BOTH(VIEW(
			 "StartDate=\"2026-11-24T00:00:00Z\" EndDate=\"2028-11-27T00:00:00Z\"")),
			"ErrorCalendarViewRangeTooBig"},
		{BOTH(VIEW("MaxEntriesReturned=\"0\" StartDate=\"2026-11-23T00:00:00Z\" "
			   "EndDate=\"2026-11-24T00:00:00Z\"")),
			"ErrorInvalidPagingMaxRows"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect(&e, cases[i].text, 200, cases[i].code);
		assert_int_equal(
			occurrences(e.answer.body, "ResponseClass=\"Error\""), 2);
		has_not(&e, "RootFolder");
	}
	/* A view is of calendars alone, shallow, and not to be filtered. */
	expect(&e,
		ASK(FIND(SHAPE("", TIMES), DAY,
			"<t:DistinguishedFolderId Id=\"inbox\"><t:Mailbox><t:EmailAddress>"
			"one@example.com</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>")),
		200, "ErrorCalendarFolderIsInvalidForCalendarView");
	expect(&e,
		ASK(FIND(SHAPE("", TIMES), DAY "<m:Restriction/>",
			ROOM("one@example.com"))),
		500, "ErrorInvalidRequest");
	expect(&e,
		ASK("<m:FindItem Traversal=\"Associated\">" SHAPE("", TIMES) DAY
			"<m:ParentFolderIds>" ROOM(
				"one@example.com") "</m:ParentFolderIds>"
						   "</m:FindItem>"),
		500, "ErrorInvalidRequest");
	close_env(&e);
}

static void
a_finds_memory_has_an_end(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	for (int i = 0; i < 6; i++)
		put_meeting(&e, i < 3 ? "one@example.com" : "two@example.com",
			&(struct sim_meeting){.name = arena_printf(e.a, "%d", i),
				.start = "now",
				.end = "+1h"});
	struct exchange_server s = {.find_limit = 5};
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	expect(&e, BOTH(DAY), 200, "ErrorExceededFindCountLimit");
	assert_int_equal(occurrences(e.answer.body, "<t:CalendarItem>"), 3);
	s.find_limit = 6;
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	expect(&e, BOTH(DAY), 200, "NoError");
	assert_int_equal(occurrences(e.answer.body, "<t:CalendarItem>"), 6);
	close_env(&e);
}

static void
series_are_unfolded(void **state)
{
	(void)state;
	static const char *const days[] = {"Monday", "Thursday"};
	static const struct sim_exception exceptions[] = {
		{.instance = 2, .start = "2026-11-27T09:00:00Z", .subject = "Moved"},
		{.instance = 3, .deleted = true},
		{.instance = 4, .cancelled = true, .text = "Not this time."}};
	struct sim_meeting m = {.name = "weekly",
		.subject = "Weekly",
		.start = "2026-11-23T15:00:00Z",
		.end = "2026-11-23T16:00:00Z",
		.repeat = "weekly",
		.times = 5,
		.days = days,
		.days_count = 2,
		.text = "As always.",
		.exceptions = exceptions,
		.exceptions_count = 3};
#define WEEKS                                                                                \
	ASK(FIND(SHAPE("", TIMES FIELD("calendar:UID") FIELD("calendar:OriginalStart")       \
				   FIELD("calendar:CalendarItemType")                        \
					   FIELD("calendar:IsCancelled")),                   \
		VIEW("StartDate=\"2026-11-23T00:00:00Z\" EndDate=\"2027-03-01T00:00:00Z\""), \
		ROOM("one@example.com")))
	struct env e;
	open_two_rooms(&e);
	put_meeting(&e, "one@example.com", &m);
	expect(&e, WEEKS, 200, "TotalItemsInView=\"4\"");
	has(&e, "<t:Start>2026-11-23T15:00:00Z</t:Start><t:End>2026-11-23T16:00:00Z</t:End>"
		"<t:OriginalStart>2026-11-23T15:00:00Z</t:OriginalStart><t:IsCancelled>false"
		"</t:IsCancelled><t:CalendarItemType>Occurrence<");
	has(&e, "<t:Start>2026-11-27T09:00:00Z</t:Start><t:End>2026-11-27T10:00:00Z</t:End>"
		"<t:OriginalStart>2026-11-26T15:00:00Z</t:OriginalStart><t:IsCancelled>false"
		"</t:IsCancelled><t:CalendarItemType>Exception<");
	has_not(&e, "2026-11-30T15:00:00Z"); /* deleted */
	has(&e, "<t:Start>2026-12-03T15:00:00Z</t:Start><t:End>2026-12-03T16:00:00Z</t:End>"
		"<t:OriginalStart>2026-12-03T15:00:00Z</t:OriginalStart><t:IsCancelled>true<");
	has(&e, "<t:Start>2026-12-07T15:00:00Z</t:Start>");
	const char *uid = between(e.a, e.answer.body, "<t:UID>", "<", 0);
	assert_int_equal(strlen(uid), 112);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(between(e.a, e.answer.body, "<t:UID>", "<", i), uid);

	/* Each has an id of its own; what it was before it moved does not matter. */
	const char *moved = ITEM_ID(&e, 1), *cancelled = ITEM_ID(&e, 2);
	expect(&e,
		arena_printf(e.a,
			ASK(GET(SHAPE("", TIMES FIELD("item:Body")),
				"<t:ItemId Id=\"%s\"/><t:ItemId Id=\"%s\"/>")),
			moved, cancelled),
		200, "<t:Subject>Moved</t:Subject>");
	has(&e, "As always.");
	has(&e, "Not this time.");
	m.exceptions_count = 1;
	put_meeting(&e, "one@example.com", &m);
	expect(&e, WEEKS, 200, "TotalItemsInView=\"5\"");
	assert_string_equal(ITEM_ID(&e, 1), moved);
	m.exceptions = &(struct sim_exception){.instance = 2, .deleted = true};
	put_meeting(&e, "one@example.com", &m);
	expect(&e,
		arena_printf(
			e.a, ASK(GET(SHAPE("", TIMES), "<t:ItemId Id=\"%s\"/>")), moved),
		200, "ErrorItemNotFound");

	/* Without a view, the master alone. */
	expect(&e,
		ASK(FIND(SHAPE("", TIMES FIELD("calendar:CalendarItemType")), "",
			ROOM("one@example.com"))),
		200, "RecurringMaster");
	assert_int_equal(occurrences(e.answer.body, "<t:CalendarItem>"), 1);
	close_env(&e);
}

static void
rules_of_series_count_days_and_weeks(void **state)
{
	(void)state;
	static const char *const days[] = {"Sunday"};
	static const struct {
		struct sim_meeting m;
		const char *second, *last;
		size_t n;
	} cases[] = {
		{{.repeat = "daily", .times = 3}, "2026-11-24T15:00:00Z",
			"2026-11-25T15:00:00Z", 3},
		{{.repeat = "daily", .every = 3, .times = 3}, "2026-11-26T15:00:00Z",
			"2026-11-29T15:00:00Z", 3},
		{{.repeat = "weekly", .times = 2}, "2026-11-30T15:00:00Z",
			"2026-11-30T15:00:00Z", 2},
		{{.repeat = "weekly", .every = 2, .times = 3}, "2026-12-07T15:00:00Z",
			"2026-12-21T15:00:00Z", 3},
		/* its week began on Monday the 23rd */
		{{.repeat = "weekly",
			 .every = 2,
			 .days = days,
			 .days_count = 1,
			 .times = 2},
			"2026-12-13T15:00:00Z", "2026-12-13T15:00:00Z", 2},
		{{.repeat = "daily"}, "2026-11-24T15:00:00Z", "2027-02-28T15:00:00Z", 98},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sim_meeting m = cases[i].m;
		m.name = "series";
		m.start = "now";
		m.end = "+15m";
		put_meeting(&e, "one@example.com", &m);
		expect(&e, WEEKS, 200,
			arena_printf(e.a, "TotalItemsInView=\"%zu\"", cases[i].n));
		assert_string_equal(between(e.a, e.answer.body, "<t:Start>", "<", 1),
			cases[i].second);
		assert_string_equal(
			between(e.a, e.answer.body, "<t:Start>", "<", cases[i].n - 1),
			cases[i].last);
	}
	close_env(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demonstration_is_served),
		cmocka_unit_test(each_swap_that_the_schema_orders_is_refused),
		cmocka_unit_test(what_the_schema_does_not_know_is_refused),
		cmocka_unit_test(an_envelope_has_its_rules),
		cmocka_unit_test(versions_are_told_apart),
		cmocka_unit_test(the_window_is_exact),
		cmocka_unit_test(an_impossible_window_is_an_error_of_each_room),
		cmocka_unit_test(a_finds_memory_has_an_end),
		cmocka_unit_test(series_are_unfolded),
		cmocka_unit_test(rules_of_series_count_days_and_weeks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
