#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
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
begin(const struct poll_room *rooms, size_t n)
{
	return (struct talk){.poll = calendar_google.begin(
				     &link_set_up, rooms, n, NOON - DAY, NOON + 7 * DAY)};
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
			"singleEvents=true&orderBy=startTime&"
			"timeMin=2026-11-23T12:00:00Z&timeMax=2026-12-01T12:00:00Z&"),
		t.ask.url);
	assert_non_null(
		strstr(t.ask.url, "&quotaUser=c_1%40resource.calendar.example.com&"));
	assert_non_null(strstr(t.ask.url, "conferenceData"));
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

static void
an_unchanged_calendar_costs_its_keys(void **state)
{
	(void)state;
	const struct known_event known[] = {{"A", "1", true}};
	const struct poll_room rooms[] = {{.mailbox = "c_1@resource.calendar.example.com",
		.known = known,
		.n_known = 1}};
	struct talk t = begin(rooms, 1);
	assert_true(ask(&t));
	assert_int_equal(t.op, GOOGLE_KEYS);
	assert_null(strstr(t.ask.url, "description"));
	answer(&t, LIST(KEY("A", "1")));
	assert_false(ask(&t));
	assert_true(calendar_google.results(t.poll)->unchanged);
	calendar_google.end(t.poll);

	static const char *const changed[] = {
		LIST(KEY("A", "2")), LIST(""), LIST(KEY("A", "1") "," KEY("B", "1"))};
	for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
		t = begin(rooms, 1);
		ask(&t);
		answer(&t, changed[i]);
		assert_true(ask(&t));
		assert_int_equal(t.op, GOOGLE_EVENTS);
		answer(&t, LIST(WHOLE("A", "2")));
		assert_false(ask(&t));
		assert_false(calendar_google.results(t.poll)->unchanged);
		assert_int_equal(calendar_google.results(t.poll)->n_seen, 1);
		calendar_google.end(t.poll);
	}
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
		{403, ERROR("rateLimitExceeded"), ERR_WAIT, "rateLimitExceeded", true},
		{403, ERROR("userRateLimitExceeded"), ERR_WAIT, "userRateLimitExceeded",
			false},
		{403, ERROR("forbidden"), ERR_DENIED, "forbidden", false},
		{403, ERROR("accessNotConfigured"), ERR_DENIED, "accessNotConfigured",
			true},
		{404, ERROR("notFound"), ERR_DENIED, "notFound", false},
		{401, ERROR("authError"), ERR_DENIED, "authError", true},
		{503, ERROR("backendError"), ERR_RETRY, "backendError", false},
		{403, "<html>", ERR_DENIED, "http_403", true},
		{404, "<html>", ERR_CONFIG, "not_google", true},
		{429, "", ERR_WAIT, "http_429", true},
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
		cmocka_unit_test(an_unchanged_calendar_costs_its_keys),
		cmocka_unit_test(pages_are_gathered),
		cmocka_unit_test(what_is_no_meeting_is_passed_over),
		cmocka_unit_test(reasons_decide_and_not_the_status),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
