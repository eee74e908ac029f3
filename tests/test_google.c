#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "calendar/calendar.h"
#include "calendar/google.h"
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

static const struct calendar_link link_set_up = {.name = "suite",
	.url = "https://www.googleapis.example.com/calendar/v3",
	.user = "convoke@northwind.iam.gserviceaccount.example.com",
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

struct talk {
	struct poll *poll;
	struct http_ask ask;
	int op;
	size_t asked;
};

static struct talk
begin_at(int64_t at, const struct poll_room *rooms, size_t n)
{
	return (struct talk){.poll = calendar_google.begin(
				     &link_set_up, rooms, n, at - DAY, at + 7 * DAY)};
}

static struct talk
begin(const struct poll_room *rooms, size_t n)
{
	return begin_at(NOON, rooms, n);
}

static bool
ask(struct talk *t)
{
	bool more = calendar_google.ask(t->poll, arena, &t->ask, &t->op);
	t->asked += more;
	return more;
}

static void
answer_with(struct talk *t, long status, const char *body)
{
	struct http_answer http = {.status = status,
		.content_type = "application/json",
		.location = "",
		.www_authenticate = "",
		.body = body,
		.body_size = strlen(body)};
	struct reply *reply = arena_one(arena, struct reply);
	calendar_google.read(arena, t->op, body, strlen(body), rules, "US", reply);
	calendar_google.take(t->poll, &http, reply, NULL);
}

static void
answer(struct talk *t, const char *body)
{
	answer_with(t, 200, body);
}

#define FACTS(id, tag)                                                                   \
	"\"id\":\"" id "\",\"etag\":\"" tag                                              \
	"\",\"iCalUID\":\"u\",\"status\":\"confirmed\","                                 \
	"\"summary\":\"Review\",\"start\":{\"dateTime\":\"2026-11-24T16:00:00+01:00\"}," \
	"\"end\":{\"dateTime\":\"2026-11-24T17:00:00+01:00\"}"
#define KEY(id, tag) "{" FACTS(id, tag) "}"
#define WHOLE(id, tag)                                                                      \
	"{" FACTS(id,                                                                       \
		tag) ",\"conferenceData\":{\"entryPoints\":["                               \
		     "{\"entryPointType\":\"video\",\"uri\":\"https://meet.google.com/"     \
		     "abc-defg-hij\"},{\"entryPointType\":\"phone\",\"regionCode\":\"US\"," \
		     "\"uri\":\"tel:+1-413-648-4559\",\"pin\":\"934959535\"}]}}"
#define LIST(items)                                                                      \
	"{\"accessRole\":\"reader\",\"timeZone\":\"Europe/Berlin\",\"items\":[" items "]}"
#define TAGGED(tag, items)                                                               \
	"{\"etag\":\"" tag "\",\"accessRole\":\"reader\",\"items\":[" items "]}"
#define ERROR(reason)                                                                        \
	"{\"error\":{\"code\":403,\"message\":\"said so\",\"errors\":[{\"reason\":\"" reason \
	"\"}]}}"

static const struct poll_room cold[] = {{.mailbox = "c_1@resource.calendar.example.com"},
	{.mailbox = "c_2@resource.calendar.example.com"}};

static void
an_unknown_calendar_is_read_whole_at_once(void **state)
{
	(void)state;
	struct talk t = begin(cold, 1);
	assert_true(ask(&t));
	assert_int_equal(t.op, GOOGLE_EVENTS);
	assert_int_equal(t.ask.method, HTTP_GET);
	assert_ptr_equal(
		strstr(t.ask.url,
			"https://www.googleapis.example.com/calendar/v3/calendars/"
			"c_1%40resource.calendar.example.com/events?"
			"singleEvents=true&orderBy=startTime&timeMin="),
		t.ask.url);
	assert_non_null(strstr(t.ask.url, "conferenceData"));
	assert_int_equal(t.ask.n_headers, 1); /* no condition */
	char quota[60];
	assert_int_equal(
		sscanf(strstr(t.ask.url, "&quotaUser="), "&quotaUser=%59[^&]", quota), 1);
	assert_true(strlen(quota) <= 40); /* more, Google does not take */
	answer(&t, LIST(WHOLE("A", "1")));
	assert_false(ask(&t));
	const struct poll_result *r = calendar_google.results(t.poll);
	assert_int_equal(r->err.grade, ERR_NONE);
	assert_int_equal(r->n_seen, 1);
	assert_int_equal(r->seen[0].event.start, NOON + 3 * 3600);
	const struct meeting *m = &r->seen[0].extraction->meetings[0];
	assert_string_equal(m->provider, "meet");
	assert_string_equal(m->numbers[0].phone.e164, "+14136484559");
	assert_string_equal(m->numbers[0].phone_pin != NULL ? m->numbers[0].phone_pin
							    : m->numbers[0].phone_id,
		"934959535");
	calendar_google.end(t.poll);
}

/* The condition of the request; NULL: none. */
static const char *
condition(const struct talk *t)
{
	for (size_t i = 0; i < t->ask.n_headers; i++)
		if (strncmp(t->ask.headers[i], "If-None-Match: ", 15) == 0)
			return t->ask.headers[i] + 15;
	return NULL;
}

static const struct known_event known[] = {{"A", "1", true}};

/* What the first poll leaves for the next. */
static struct poll_room
polled_before(const char *body)
{
	struct talk t = begin(cold, 1);
	ask(&t);
	answer(&t, body);
	assert_false(ask(&t));
	const char *cursor = calendar_google.results(t.poll)->cursor;
	struct poll_room r = {.mailbox = cold[0].mailbox,
		.known = known,
		.n_known = 1,
		.cursor = cursor != NULL ? arena_strdup(arena, cursor) : NULL};
	calendar_google.end(t.poll);
	return r;
}

static void
an_unchanged_calendar_costs_one_request_without_an_answer(void **state)
{
	(void)state;
	const struct poll_room r = polled_before(TAGGED("\\\"7\\\"", WHOLE("A", "1")));
	assert_non_null(r.cursor);
	struct talk t = begin_at(NOON + 60, &r, 1);
	assert_true(ask(&t));
	assert_string_equal(condition(&t), "\"7\"");
	answer_with(&t, 304, "");
	assert_false(ask(&t));
	const struct poll_result *result = calendar_google.results(t.poll);
	assert_true(result->unchanged);
	assert_int_equal(result->err.grade, ERR_NONE);
	assert_int_equal(result->n_seen, 1);
	assert_string_equal(result->seen[0].event.id, "A");
	assert_string_equal(result->cursor, r.cursor);
	calendar_google.end(t.poll);

	/* one that has changed costs no second one */
	t = begin_at(NOON + 60, &r, 1);
	assert_true(ask(&t));
	answer(&t, TAGGED("\\\"8\\\"", WHOLE("A", "2") "," WHOLE("B", "1")));
	assert_false(ask(&t));
	result = calendar_google.results(t.poll);
	assert_false(result->unchanged);
	assert_int_equal(result->n_seen, 2);
	assert_non_null(strstr(result->cursor, "\"8\""));
	calendar_google.end(t.poll);
}

static int64_t
time_in(const char *url, const char *name)
{
	const char *at = strstr(url, name);
	assert_non_null(at);
	int64_t t;
	assert_true(when_parse(arena_strndup(arena, at + strlen(name), 20), &t));
	return t;
}

/* An event that comes into the window without the calendar's having changed. */
static void
a_window_that_has_moved_is_asked_for_without_condition(void **state)
{
	(void)state;
	const struct poll_room r = polled_before(TAGGED("\\\"7\\\"", WHOLE("A", "1")));
	size_t without = 0;
	for (int64_t at = NOON; at < NOON + DAY; at += 600) {
		struct talk t = begin_at(at, &r, 1);
		assert_true(ask(&t));
		assert_true(time_in(t.ask.url, "timeMin=") <= at - DAY);
		assert_true(time_in(t.ask.url, "timeMax=") >= at + 7 * DAY);
		without += condition(&t) == NULL;
		if (at >= NOON + GOOGLE_STEP_S)
			assert_null(condition(&t));
		calendar_google.end(t.poll);
	}
	assert_in_range(without, 3 * 36, 4 * 36);
}

static void
what_is_not_known_is_asked_for_without_condition(void **state)
{
	(void)state;
	struct known_event unread = {"A", "1", false};
	struct poll_room r = polled_before(TAGGED("\\\"7\\\"", WHOLE("A", "1")));
	const char *cursor = r.cursor;
	r.known = &unread; /* its text is to be read again */
	struct talk t = begin(&r, 1);
	ask(&t);
	assert_null(condition(&t));
	answer_with(&t, 304, ""); /* which nobody asked for */
	assert_string_equal(calendar_google.results(t.poll)->err.code, "bad_answer");
	calendar_google.end(t.poll);

	/* stored by something else, or for another address */
	static const char *const strange[] = {"7", "", "0000000000000000 \"7\""};
	r.known = known;
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		r.cursor = strange[i];
		t = begin(&r, 1);
		ask(&t);
		assert_null(condition(&t));
		calendar_google.end(t.poll);
	}
	r.cursor = arena_printf(arena, "%.17s\"7\r\nX: y\"", cursor);
	t = begin(&r, 1);
	ask(&t);
	assert_null(condition(&t));
	calendar_google.end(t.poll);
}

/* Of several pages, the first says nothing of the others. */
static void
a_tag_of_one_page_is_none_of_several(void **state)
{
	(void)state;
	struct talk t = begin(cold, 1);
	ask(&t);
	answer(&t, "{\"nextPageToken\":\"a\",\"etag\":\"\\\"7\\\"\",\"items\":[" WHOLE(
			   "A", "1") "]}");
	ask(&t);
	answer(&t, TAGGED("\\\"7\\\"", WHOLE("B", "1")));
	assert_false(ask(&t));
	assert_null(calendar_google.results(t.poll)->cursor);
	calendar_google.end(t.poll);
	assert_null(polled_before(TAGGED("7", WHOLE("A", "1"))).cursor);
	assert_null(polled_before(LIST(WHOLE("A", "1"))).cursor);
}

static void
what_google_has_forgotten_is_read_anew(void **state)
{
	(void)state;
	const struct poll_room r = polled_before(TAGGED("\\\"7\\\"", WHOLE("A", "1")));
	struct talk t = begin(&r, 1);
	ask(&t);
	assert_non_null(condition(&t));
	answer_with(&t, 410, ERROR("fullSyncRequired"));
	assert_true(ask(&t));
	assert_null(condition(&t));
	answer(&t, LIST(WHOLE("A", "1")));
	assert_false(ask(&t));
	assert_int_equal(calendar_google.results(t.poll)->n_seen, 1);
	calendar_google.end(t.poll);

	t = begin(&r, 1);
	while (ask(&t) && t.asked < 4)
		answer_with(&t, 410, ERROR("fullSyncRequired"));
	assert_int_equal(t.asked, 2);
	assert_int_equal(calendar_google.results(t.poll)->err.grade, ERR_RETRY);
	calendar_google.end(t.poll);
}

static void
what_is_hidden_is_remarked(void **state)
{
	(void)state;
	static const struct {
		const char *role;
		bool hides;
	} rows[] = {{"reader", true}, {"writerWithoutPrivateAccess", true},
		{"writer", false}, {"owner", false}, {"", false}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct talk t = begin(cold, 1);
		ask(&t);
		answer(&t, arena_printf(arena, "{\"accessRole\":\"%s\",\"items\":[]}",
				   rows[i].role));
		const struct poll_result *result = calendar_google.results(t.poll);
		assert_int_equal(result->err.grade, ERR_NONE);
		assert_int_equal(result->hidden != NULL, rows[i].hides);
		if (rows[i].hides)
			assert_non_null(strstr(result->hidden->cure,
				"Shared with > "
				"convoke@northwind.iam.gserviceaccount.example.com: "
				"\"Make changes to events\""));
		calendar_google.end(t.poll);
	}
}

static void
cures_name_the_project_and_who_asks(void **state)
{
	(void)state;
	struct calendar_link link = link_set_up;
	struct err err;
	google_trouble_explain(&err, google_trouble("accessNotConfigured"),
		"accessNotConfigured", NULL, &link);
	assert_non_null(
		strstr(err.cure, "https://console.cloud.google.com/apis/library/"
				 "calendar-json.googleapis.com?project=northwind;"));
	link.subject = "rooms@example.com";
	google_trouble_explain(
		&err, google_trouble("notFound"), "notFound", "c_1@example.com", &link);
	assert_non_null(strstr(err.text, "not shared with rooms@example.com"));
	assert_non_null(strstr(err.cure, "rooms@example.com: \"See all event details\""));
}

static void
pages_are_gathered(void **state)
{
	(void)state;
	struct talk t = begin(cold, 1);
	ask(&t);
	answer(&t, "{\"nextPageToken\":\"a+b=\",\"items\":[" WHOLE("A", "1") "]}");
	assert_true(ask(&t));
	assert_non_null(strstr(t.ask.url, "&pageToken=a%2Bb%3D"));
	answer(&t, LIST(WHOLE("B", "1") "," WHOLE("A", "1")));
	assert_false(ask(&t));
	assert_int_equal(calendar_google.results(t.poll)->n_seen, 2);
	calendar_google.end(t.poll);

	t = begin(cold, 1);
	while (ask(&t) && t.asked < 4)
		answer(&t, "{\"nextPageToken\":\"x\",\"items\":[]}");
	assert_int_equal(t.asked, 2);
	assert_string_equal(calendar_google.results(t.poll)->err.code, "page_loop");
	calendar_google.end(t.poll);
}

static void
what_is_no_meeting_is_passed_over(void **state)
{
	(void)state;
	struct talk t = begin(cold, 1);
	ask(&t);
	answer(&t,
		LIST("{\"eventType\":\"workingLocation\"," FACTS("W",
			"1") "},"
			     "{\"id\":\"X\",\"status\":\"cancelled\"},"
			     "{\"id\":\"D\",\"etag\":\"1\",\"start\":{\"date\":\"2026-11-24\"},"
			     "\"end\":{\"date\":\"2026-11-25\"}}"));
	assert_false(ask(&t));
	const struct poll_result *r = calendar_google.results(t.poll);
	assert_int_equal(r->n_seen, 1);
	assert_true(r->seen[0].event.all_day);
	/* midnight in Berlin */
	assert_int_equal(r->seen[0].event.start, NOON - 13 * 3600);
	calendar_google.end(t.poll);
}

static void
reasons_decide_and_not_the_status(void **state)
{
	(void)state;
	static const struct {
		long status;
		const char *body;
		enum err_grade grade;
		const char *code;
		bool of_link;
	} rows[] = {
		{403, ERROR("rateLimitExceeded"), ERR_RETRY, "rateLimitExceeded", true},
		{403, ERROR("userRateLimitExceeded"), ERR_RETRY, "userRateLimitExceeded",
			false},
		{403, ERROR("forbidden"), ERR_DENIED, "forbidden", false},
		{403, ERROR("accessNotConfigured"), ERR_DENIED, "accessNotConfigured",
			true},
		{404, ERROR("notFound"), ERR_DENIED, "notFound", false},
		{401, ERROR("authError"), ERR_DENIED, "authError", true},
		{503, ERROR("backendError"), ERR_RETRY, "backendError", false},
		{403, "<html>", ERR_DENIED, "http_403", true},
		{404, "<html>", ERR_CONFIG, "not_google", true},
		{403, ERROR("quotaExceeded"), ERR_RETRY, "quotaExceeded", true},
		{403, ERROR("insufficientPermissions"), ERR_DENIED,
			"insufficientPermissions", true},
		{500, ERROR("backendError"), ERR_RETRY, "backendError", false},
		{403,
			"{\"error\":{\"code\":403,\"status\":\"PERMISSION_DENIED\",\"details\":[{"
			"\"reason\":\"ACCESS_TOKEN_SCOPE_INSUFFICIENT\"}]}}",
			ERR_DENIED, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", true},
		{429, "", ERR_RETRY, "http_429", true},
		{302, "", ERR_CONFIG, "redirected", true},
		{200, "{\"items\":{}}", ERR_BAD_REPLY, "bad_answer", false},
		{200, "{\"accessRole\":\"freeBusyReader\",\"items\":[]}", ERR_DENIED,
			"free_busy_only", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct talk t = begin(cold, 2);
		ask(&t);
		answer_with(&t, rows[i].status, rows[i].body);
		assert_int_equal(ask(&t), !rows[i].of_link);
		if (!rows[i].of_link)
			answer(&t, LIST(WHOLE("A", "1")));
		const struct poll_result *r = calendar_google.results(t.poll);
		assert_int_equal(r[0].err.grade, rows[i].grade);
		assert_string_equal(r[0].err.code, rows[i].code);
		assert_int_equal(r[0].of_link, rows[i].of_link);
		assert_int_equal(
			r[1].err.grade, rows[i].of_link ? rows[i].grade : ERR_NONE);
		calendar_google.end(t.poll);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unknown_calendar_is_read_whole_at_once),
		cmocka_unit_test(
			an_unchanged_calendar_costs_one_request_without_an_answer),
		cmocka_unit_test(a_window_that_has_moved_is_asked_for_without_condition),
		cmocka_unit_test(what_is_not_known_is_asked_for_without_condition),
		cmocka_unit_test(a_tag_of_one_page_is_none_of_several),
		cmocka_unit_test(what_google_has_forgotten_is_read_anew),
		cmocka_unit_test(what_is_hidden_is_remarked),
		cmocka_unit_test(cures_name_the_project_and_who_asks),
		cmocka_unit_test(pages_are_gathered),
		cmocka_unit_test(what_is_no_meeting_is_passed_over),
		cmocka_unit_test(reasons_decide_and_not_the_status),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
