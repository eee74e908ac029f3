#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "calendar/calendar.h"
#include "calendar/graph.h"
#include "extract.h"
#include "help/help.h"

#define NOON INT64_C(1795521600) /* 2026-11-24T12:00:00Z */
#define DAY 86400

static struct arena *arena;
static struct providers *providers;
static struct rules *rules;

static int64_t
now(void)
{
	return NOON;
}

static const struct calendar_link link_set_up = {.name = "cloud",
	.url = "https://graph.example.com/v1.0",
	.user = "11111111-2222-3333-4444-555555555555",
	.now = now};

static int
set_up(void **state)
{
	struct err err;
	(void)state;
	arena = arena_new(0);
	assert_int_equal(
		providers_load(help_path(arena, "providers"), NULL, &providers, &err),
		ERR_NONE);
	assert_int_equal(
		rules_load(help_path(arena, "patterns"), NULL, providers, &rules, &err),
		ERR_NONE);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	rules_free(rules);
	providers_free(providers);
	arena_free(arena);
	return 0;
}

/* One conversation: what was asked last, and what is answered to it. */
struct talk {
	struct poll *poll;
	struct http_ask ask;
	int op;
	size_t asked;
};

static struct talk
begin(const struct poll_room *rooms, size_t n)
{
	return (struct talk){.poll = calendar_office365.begin(
				     &link_set_up, rooms, n, NOON - DAY, NOON + 7 * DAY)};
}

static bool
ask(struct talk *t)
{
	bool more = calendar_office365.ask(t->poll, arena, &t->ask, &t->op);
	t->asked += more;
	return more;
}

static void
answer_with(struct talk *t, long status, int64_t retry_after_ms, const char *body)
{
	struct http_answer http = {.status = status,
		.content_type = "application/json",
		.location = "",
		.www_authenticate = "",
		.retry_after_ms = retry_after_ms,
		.body = body,
		.body_size = strlen(body)};
	struct reply *reply = arena_one(arena, struct reply);
	calendar_office365.read(arena, t->op, body, strlen(body), rules, "US", reply);
	calendar_office365.take(t->poll, &http, reply, NULL);
}

static void
answer(struct talk *t, const char *body)
{
	answer_with(t, 200, 0, body);
}

#define TIMES                                                                            \
	"\"start\":{\"dateTime\":\"2026-11-24T15:00:00.0000000\",\"timeZone\":\"UTC\"}," \
	"\"end\":{\"dateTime\":\"2026-11-24T16:00:00.0000000\",\"timeZone\":\"UTC\"}"
#define LISTED(id, key)                                                                  \
	"{\"id\":\"" id "\",\"changeKey\":\"" key "\",\"iCalUId\":\"uid-" id             \
	"\",\"type\":\"occurrence\",\"subject\":\"Review\"," TIMES "}"
#define WHOLE(id, key, text)                                                             \
	"{\"id\":\"" id "\",\"changeKey\":\"" key "\",\"iCalUId\":\"uid-" id             \
	"\",\"subject\":\"Review\"," TIMES                                               \
	",\"body\":{\"contentType\":\"html\",\"content\":\"" text "\"}}"
#define ZOOM                                                                             \
	"<a href='https://northwind.zoom.us/j/91847302265?pwd=abc'>Join Zoom Meeting</a>"
#define LIST(events) "{\"value\":[" events "]}"
#define PART(id, status, body)                                                           \
	"{\"id\":\"" id "\",\"status\":" status ",\"headers\":{},\"body\":" body "}"
#define PARTS(parts) "{\"responses\":[" parts "]}"
#define ERROR(code) "{\"error\":{\"code\":\"" code "\",\"message\":\"said so\"}}"

static const struct poll_room three[] = {{.mailbox = "one@example.com"},
	{.mailbox = "t'wo/x@example.com"}, {.mailbox = "three@example.com"}};

static void
rooms_share_a_batch_and_their_troubles_do_not(void **state)
{
	(void)state;
	struct talk t = begin(three, 3);
	assert_true(ask(&t));
	assert_int_equal(t.ask.method, HTTP_POST);
	assert_string_equal(t.ask.url, "https://graph.example.com/v1.0/$batch");
	json_t *body = json_loads(t.ask.body, 0, NULL);
	const json_t *requests = json_object_get(body, "requests");
	assert_int_equal(json_array_size(requests), 3);
	const json_t *second = json_array_get(requests, 1);
	const char *url = json_string_value(json_object_get(second, "url"));
	assert_ptr_equal(strstr(url, "/users/t%27wo%2Fx@example.com/calendarView?"
				     "startDateTime=2026-11-23T12:00:00Z&"
				     "endDateTime=2026-12-01T12:00:00Z&$select="),
		url);
	assert_null(strstr(url, "body"));
	assert_null(strstr(url, "lastModified"));
	const char *prefer = json_string_value(
		json_object_get(json_object_get(second, "headers"), "Prefer"));
	assert_non_null(strstr(prefer, "outlook.timezone=\"UTC\""));
	assert_non_null(strstr(prefer, "IdType=\"ImmutableId\""));
	json_decref(body);

	answer(&t, PARTS(PART("2", "200", LIST(LISTED("C", "k1"))) "," PART("0", "200",
			   LIST(LISTED("A", "k1") "," LISTED("B", "k1"))) "," PART("1",
			   "403", ERROR("ErrorAccessDenied"))));
	assert_true(ask(&t));
	assert_non_null(strstr(t.ask.body, "/users/one@example.com/events/A?$select="));
	assert_non_null(strstr(t.ask.body, "onlineMeeting"));
	answer(&t, PARTS(PART("1", "404", ERROR("ErrorItemNotFound")) "," PART(
			   "0", "200", WHOLE("A", "k1", ZOOM)) "," PART("2", "200",
			   WHOLE("C", "k1", ""))));
	assert_false(ask(&t));
	assert_int_equal(t.asked, 2);

	const struct poll_result *r = calendar_office365.results(t.poll);
	assert_int_equal(r[0].err.grade, ERR_NONE);
	assert_int_equal(r[0].n_seen, 2);
	assert_string_equal(r[0].seen[0].event.id, "A");
	assert_int_equal(r[0].seen[0].event.start, NOON + 3 * 3600);
	assert_string_equal(r[0].seen[0].extraction->meetings[0].provider, "zoom");
	assert_true(r[0].seen[0].body_hash != 0);
	assert_string_equal(r[0].seen[1].err.code, "ErrorItemNotFound");
	assert_int_equal(r[1].err.grade, ERR_DENIED);
	assert_false(r[1].of_link);
	assert_non_null(strstr(r[1].err.cure, "Test-ServicePrincipalAuthorization"));
	assert_non_null(strstr(r[1].err.cure, link_set_up.user));
	assert_int_equal(r[2].n_seen, 1);
	assert_true(r[2].seen[0].body_missing);
	calendar_office365.end(t.poll);
}

static void
what_is_known_is_not_read_again(void **state)
{
	(void)state;
	const struct known_event known[] = {{"A", "k1", true}};
	const struct poll_room rooms[] = {
		{.mailbox = "one@example.com", .known = known, .n_known = 1}};
	struct talk t = begin(rooms, 1);
	assert_true(ask(&t));
	assert_int_equal(t.ask.method, HTTP_GET);
	assert_ptr_equal(
		strstr(t.ask.url,
			"https://graph.example.com/v1.0/users/one@example.com/calendarView?"),
		t.ask.url);
	answer(&t, LIST(LISTED("A", "k1")));
	assert_false(ask(&t));
	assert_true(calendar_office365.results(t.poll)[0].unchanged);
	calendar_office365.end(t.poll);

	t = begin(rooms, 1);
	ask(&t);
	answer(&t, LIST(LISTED("A", "k2")));
	assert_true(ask(&t));
	assert_int_equal(t.op, GRAPH_EVENT);
	answer(&t, WHOLE("A", "k2", ZOOM));
	assert_false(ask(&t));
	assert_false(calendar_office365.results(t.poll)[0].unchanged);
	assert_int_equal(calendar_office365.results(t.poll)[0].n_seen, 1);
	calendar_office365.end(t.poll);
}

static void
pages_are_followed_where_the_token_may_go(void **state)
{
	(void)state;
	static const struct {
		const char *next, *code; /* NULL: followed */
	} rows[] = {
		{"https://graph.example.com/v1.0/users/one@example.com/calendarView?$skip=1",
			NULL},
		{"https://graph.example.com/v1.0/users('one@example.com')/calendarView?$skip=1",
			NULL},
		{"https://graph.example.com:443/v1.0/users/one@example.com/calendarView?$skip=1",
			NULL},
		{"https://graph.example.com/v1.0/users/One%40example.com/calendarView?$skip=1",
			NULL},
		{"https://graph.example.com/v1.0/users/"
		 "01234567-89ab-cdef-0123-456789abcdef/calendarView?$skip=1",
			NULL},
		{"https://graph.example.com/v1.0/users/two@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com/v1.0/users('two@example.com')/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com/v1.0/users/one@example.com/x/calendarView?$skip=1",
			"foreign_link"},
		{"https://evil.example/v1.0/users/one@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com.evil.example/v1.0/users/a/calendarView?$skip=1",
			"foreign_link"},
		{"http://graph.example.com/v1.0/users/one@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com:8443/v1.0/users/one@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"https://x@graph.example.com/v1.0/users/one@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com/v1.0/users/one@example.com/messages?$skip=1",
			"foreign_link"},
		{"https://graph.example.com/v1.0/users/../../me/calendarView?$skip=1",
			"foreign_link"},
		{"https://graph.example.com/beta/users/one@example.com/calendarView?$skip=1",
			"foreign_link"},
		{"/v1.0/users/one@example.com/calendarView?$skip=1", "foreign_link"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct talk t = begin(three, 1);
		ask(&t);
		answer(&t,
			arena_printf(arena, "{\"value\":[%s],\"@odata.nextLink\":\"%s\"}",
				LISTED("A", "k1"), rows[i].next));
		if (rows[i].code != NULL) {
			assert_false(ask(&t));
			const struct poll_result *r = calendar_office365.results(t.poll);
			assert_string_equal(r->err.code, rows[i].code);
			assert_int_equal(r->n_seen, 0);
		} else {
			assert_true(ask(&t));
			assert_non_null(strstr(t.ask.url, "$skip=1"));
			assert_ptr_equal(
				strstr(t.ask.url, "https://graph.example.com/v1.0/users"),
				t.ask.url);
			answer(&t, LIST(LISTED("B", "k1")));
			assert_true(ask(&t));
			assert_int_equal(t.op, GRAPH_EVENTS);
		}
		calendar_office365.end(t.poll);
	}
}

static void
pages_that_never_end_are_left(void **state)
{
	(void)state;
	struct talk t = begin(three, 1);
	while (ask(&t) && t.asked < 3)
		answer(&t,
			"{\"value\":[],\"@odata.nextLink\":\"https://graph.example.com/v1.0/users/"
			"one@example.com/calendarView?$skip=1\"}");
	assert_int_equal(t.asked, 2);
	assert_string_equal(calendar_office365.results(t.poll)[0].err.code, "page_loop");
	calendar_office365.end(t.poll);

	t = begin(three, 1);
	for (int i = 0; ask(&t); i++)
		answer(&t,
			arena_printf(arena,
				"{\"value\":[],\"@odata.nextLink\":\"https://graph.example.com/v1.0/"
				"users/one@example.com/calendarView?$skip=%d\"}",
				i));
	assert_int_equal(t.asked, GRAPH_MAX_PAGES);
	assert_string_equal(
		calendar_office365.results(t.poll)[0].err.code, "too_many_pages");
	calendar_office365.end(t.poll);
}

static void
a_room_that_has_to_wait_waits_alone(void **state)
{
	(void)state;
	struct talk t = begin(three, 2);
	ask(&t);
	answer(&t,
		PARTS("{\"id\":\"0\",\"status\":429,\"headers\":{\"Retry-After\":\"2.128\"},\"body\":" ERROR(
			"ApplicationThrottled") "}," PART("1", "200", LIST(""))));
	assert_false(ask(&t));
	const struct poll_result *r = calendar_office365.results(t.poll);
	assert_int_equal(r[0].err.grade, ERR_WAIT);
	assert_int_equal(r[0].err.retry_at, NOON + 3);
	assert_false(r[0].of_link);
	assert_int_equal(r[1].err.grade, ERR_NONE);
	calendar_office365.end(t.poll);
}

static void
a_status_is_the_links_trouble_or_the_rooms(void **state)
{
	(void)state;
	static const struct {
		size_t rooms;
		long status;
		int64_t retry_after_ms;
		const char *body;
		enum err_grade grade;
		const char *code;
		bool of_link;
	} rows[] = {
		{3, 401, 0, ERROR("InvalidAuthenticationToken"), ERR_DENIED,
			"token_refused", true},
		{3, 403, 0, ERROR("Authorization_RequestDenied"), ERR_DENIED, "http_403",
			true},
		{3, 404, 0, "<html>", ERR_CONFIG, "not_graph", true},
		{3, 429, 90000, ERROR("TooManyRequests"), ERR_WAIT, "http_429", true},
		{3, 503, 0, "", ERR_WAIT, "http_503", true},
		{3, 500, 0, "", ERR_RETRY, "http_500", true},
		{3, 302, 0, "", ERR_CONFIG, "redirected", true},
		{1, 403, 0, ERROR("ErrorAccessDenied"), ERR_DENIED, "ErrorAccessDenied",
			false},
		{1, 403, 0,
			"{\"error\":{\"code\":\"ErrorAccessDenied\",\"message\":\"Access to OData is "
			"disabled.\"}}",
			ERR_DENIED, "access_policy", false},
		{1, 404, 0, ERROR("ErrorInvalidUser"), ERR_ABSENT, "ErrorInvalidUser",
			false},
		{1, 404, 0, ERROR("MailboxNotEnabledForRESTAPI"), ERR_ABSENT,
			"MailboxNotEnabledForRESTAPI", false},
		{1, 400, 0,
			"{\"error\":{\"code\":\"BadRequest\",\"innerError\":{\"code\":\"ErrorInvalidUser\"}}}",
			ERR_ABSENT, "ErrorInvalidUser", false},
		{1, 200, 0, "<html>", ERR_BAD_REPLY, NULL, false},
		{1, 200, 0, "{\"value\":{}}", ERR_BAD_REPLY, "bad_answer", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct talk t = begin(three, rows[i].rooms);
		ask(&t);
		answer_with(&t, rows[i].status, rows[i].retry_after_ms, rows[i].body);
		assert_false(ask(&t));
		const struct poll_result *r = calendar_office365.results(t.poll);
		for (size_t k = 0; k < rows[i].rooms; k++) {
			assert_int_equal(r[k].err.grade, rows[i].grade);
			if (rows[i].code != NULL)
				assert_string_equal(r[k].err.code, rows[i].code);
			assert_int_equal(r[k].of_link, rows[i].of_link);
			assert_int_equal(r[k].n_seen, 0);
		}
		if (rows[i].retry_after_ms > 0)
			assert_int_equal(r[0].err.retry_at, NOON + 90);
		calendar_office365.end(t.poll);
	}
}

/* What is not whole, or not in order, removes no meeting. */
static void
a_batch_that_is_not_in_order_is_asked_in_halves(void **state)
{
	(void)state;
	static const char *const answers[] = {
		PARTS(PART("0", "200", LIST("")) "," PART("1", "200", LIST(""))),
		PARTS(PART("0", "200", LIST("")) "," PART("0", "200", LIST("")) "," PART(
			"2", "200", LIST(""))),
		PARTS(PART("0", "200", LIST("")) "," PART("1", "200", LIST("")) "," PART(
			"7", "200", LIST(""))),
		"{\"responses\":[]}",
		"{\"value\":[]}",
		"[1",
	};
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		struct talk t = begin(three, 3);
		ask(&t);
		answer(&t, answers[i]);
		assert_true(ask(&t));
		assert_int_equal(t.op, GRAPH_LIST);
		calendar_office365.end(t.poll);
	}
}

static void
masters_are_no_meetings(void **state)
{
	(void)state;
	struct talk t = begin(three, 1);
	ask(&t);
	answer(&t,
		LIST("{\"id\":\"M\",\"changeKey\":\"k\",\"type\":\"seriesMaster\"," TIMES
		     "},"
		     "{\"id\":\"N\",\"changeKey\":\"k\",\"start\":null,\"end\":null}"));
	assert_false(ask(&t));
	const struct poll_result *r = calendar_office365.results(t.poll);
	assert_int_equal(r->err.grade, ERR_NONE);
	assert_int_equal(r->n_seen, 0);
	calendar_office365.end(t.poll);
}

static void
calendars_that_empty_together_are_doubted(void **state)
{
	(void)state;
	const struct known_event known[] = {
		{"A", "k", true}, {"B", "k", true}, {"C", "k", true}};
	const struct poll_room rooms[] = {
		{.mailbox = "one@example.com", .known = known, .n_known = 3},
		{.mailbox = "two@example.com", .known = known, .n_known = 3}};
	struct talk t = begin(rooms, 2);
	for (int i = 0; i < 2; i++) {
		assert_true(ask(&t));
		answer(&t,
			PARTS(PART("0", "200", LIST("")) "," PART("1", "200", LIST(""))));
	}
	assert_false(ask(&t));
	assert_int_equal(calendar_office365.results(t.poll)[0].err.grade, ERR_NONE);
	calendar_office365.end(t.poll);
}

#define PLACE(mailbox, rest)                                                             \
	"{\"displayName\":\"Room\",\"emailAddress\":\"" mailbox "\"" rest "}"
#define PAGE(places, next) "{\"value\":[" places "],\"@odata.nextLink\":\"" next "\"}"
#define PLACES "https://graph.example.com/v1.0/places/microsoft.graph.room"

static struct err
listed(struct talk *t, const struct calendar_room **ret, size_t *ret_n)
{
	struct err err = {.grade = ERR_NONE};
	assert_false(ask(t));
	calendar_office365.listed(t->poll, ret, ret_n, &err);
	return err;
}

static void
the_tenants_rooms_are_listed_page_after_page(void **state)
{
	(void)state;
	const struct calendar_room *rooms;
	size_t n;
	struct talk t = {.poll = calendar_office365.list(&link_set_up)};
	assert_true(ask(&t));
	assert_int_equal(t.ask.method, HTTP_GET);
	assert_ptr_equal(strstr(t.ask.url, PLACES "?$select=displayName,emailAddress,"),
		t.ask.url);
	answer(&t, PAGE(PLACE("one@example.com", ",\"building\":\"Building 3\","
						 "\"floorNumber\":2,\"floorLabel\":null,"
						 "\"capacity\":12") "," PLACE("", ""),
			   PLACES "?$skiptoken=x"));
	assert_true(ask(&t));
	assert_string_equal(t.ask.url, PLACES "?$skiptoken=x");
	answer(&t, "{\"value\":[" PLACE("two@example.com", ",\"building\":\"\"") "]}");
	assert_int_equal(listed(&t, &rooms, &n).grade, ERR_NONE);
	assert_int_equal(n, 2);
	assert_string_equal(rooms[0].mailbox, "one@example.com");
	assert_string_equal(rooms[0].name, "Room");
	assert_string_equal(rooms[0].place, "Building 3, floor 2");
	assert_int_equal(rooms[0].capacity, 12);
	assert_null(rooms[1].place);
	calendar_office365.end(t.poll);
}

static void
a_list_of_rooms_that_cannot_be_had_says_why(void **state)
{
	static const struct {
		long status;
		const char *body, *code;
		enum err_grade grade;
	} rows[] = {
		{403, ERROR("Authorization_RequestDenied"), "no_places", ERR_DENIED},
		{403, ERROR("ErrorAccessDenied"), "no_places", ERR_DENIED},
		{429, ERROR("TooManyRequests"), "http_429", ERR_WAIT},
		{401, ERROR("InvalidAuthenticationToken"), "token_refused", ERR_DENIED},
		{200, "{\"value\":{}}", "bad_answer", ERR_BAD_REPLY},
		{200, "<html>", "bad_answer", ERR_BAD_REPLY},
		{200, PAGE("", "https://evil.example/v1.0/places/microsoft.graph.room?x"),
			"foreign_link", ERR_BAD_REPLY},
		{200, PAGE("", "https://graph.example.com/v1.0/users?x"), "foreign_link",
			ERR_BAD_REPLY},
		{200,
			PAGE("", "https://graph.example.com/beta/places/"
				 "microsoft.graph.room?x"),
			"foreign_link", ERR_BAD_REPLY},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct calendar_room *rooms;
		size_t n;
		struct talk t = {.poll = calendar_office365.list(&link_set_up)};
		assert_true(ask(&t));
		answer_with(&t, rows[i].status, 0, rows[i].body);
		struct err err = listed(&t, &rooms, &n);
		assert_string_equal(err.code, rows[i].code);
		assert_int_equal(err.grade, rows[i].grade);
		if (strcmp(err.code, "no_places") == 0)
			assert_non_null(strstr(err.cure, "Place.Read.All"));
		calendar_office365.end(t.poll);
	}
	struct talk t = {.poll = calendar_office365.list(&link_set_up)};
	for (int i = 0; i < 2; i++) {
		assert_true(ask(&t));
		answer(&t, PAGE("", PLACES "?$skiptoken=x"));
	}
	const struct calendar_room *rooms;
	size_t n;
	assert_string_equal(listed(&t, &rooms, &n).code, "page_loop");
	calendar_office365.end(t.poll);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rooms_share_a_batch_and_their_troubles_do_not),
		cmocka_unit_test(what_is_known_is_not_read_again),
		cmocka_unit_test(pages_are_followed_where_the_token_may_go),
		cmocka_unit_test(pages_that_never_end_are_left),
		cmocka_unit_test(a_room_that_has_to_wait_waits_alone),
		cmocka_unit_test(a_status_is_the_links_trouble_or_the_rooms),
		cmocka_unit_test(a_batch_that_is_not_in_order_is_asked_in_halves),
		cmocka_unit_test(masters_are_no_meetings),
		cmocka_unit_test(calendars_that_empty_together_are_doubted),
		cmocka_unit_test(the_tenants_rooms_are_listed_page_after_page),
		cmocka_unit_test(a_list_of_rooms_that_cannot_be_had_says_why),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
