#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "help/told.h"

static void
test_graph(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"all of it", "x.json",
			"{\"@odata.etag\":\"W/\\\"e\\\"\",\"id\":\"AAMk=\",\"changeKey\":\"DwAA\","
			"\"iCalUId\":\"0400\",\"subject\":\"Design review\",\"isAllDay\":false,"
			"\"isCancelled\":false,\"sensitivity\":\"private\",\"showAs\":\"tentative\","
			"\"responseStatus\":{\"response\":\"accepted\",\"time\":\"x\"},"
			"\"start\":{\"dateTime\":\"2026-11-23T16:00:00.0000000\","
			"\"timeZone\":\"W. Europe Standard Time\"},"
			"\"end\":{\"dateTime\":\"2026-11-23T16:00:00.0000000\",\"timeZone\":\"UTC\"},"
			"\"organizer\":{\"emailAddress\":{\"name\":\"Ann Lead\","
			"\"address\":\"ann@example.com\"}},"
			"\"location\":{\"displayName\":\"Room 4; Room 5\",\"locationUri\":\"\"},"
			"\"locations\":[{\"displayName\":\"Room 4\"},"
			"{\"displayName\":\"https://northwind.zoom.us/j/91847302265\","
			"\"locationUri\":\"https://northwind.zoom.us/j/91847302265\"}],"
			"\"onlineMeetingUrl\":\"https://meet.example.com/ann/1\","
			"\"onlineMeeting\":{\"joinUrl\":\"https://teams.microsoft.com/meet/1\","
			"\"conferenceId\":\"291633251\",\"tollNumber\":\"+1 323-555-0166\","
			"\"tollFreeNumbers\":[\"+18005550100\",7,null],\"quickDial\":null,"
			"\"phones\":[{\"number\":\"+49 30 5550100\",\"region\":\"Berlin\"},{}]},"
			"\"body\":{\"contentType\":\"html\",\"content\":\"<p>a</p>\\r\\n\"},"
			"\"bodyPreview\":\"a\"}",
			"id AAMk=\nchange_key DwAA\nuid 0400\nstart 2026-11-23T15:00:00Z\n"
			"end 2026-11-23T16:00:00Z\nprivate\nbusy tentative\nresponse accepted\n"
			"subject Design review\n"
			"location Room 4; Room 5; https://northwind.zoom.us/j/91847302265\n"
			"organizer ann@example.com\norganizer_name Ann Lead\n"
			"body body html <p>a</p>\r\\n\n"
			"entry onlineMeeting video https://teams.microsoft.com/meet/1\n"
			"entry onlineMeeting phone tel:+1 323-555-0166 access_code=291633251\n"
			"entry onlineMeeting phone tel:+18005550100 access_code=291633251\n"
			"entry onlineMeeting phone tel:+49 30 5550100 label=Berlin "
			"access_code=291633251\n"
			"entry locationUri video https://northwind.zoom.us/j/91847302265\n"
			"entry onlineMeetingUrl video https://meet.example.com/ann/1\n"},
		{"a room's copy with nothing in it", "x.json",
			"{\"@odata.etag\":\"W/\\\"e\\\"\",\"subject\":\" \",\"onlineMeeting\":null,"
			"\"onlineMeetingUrl\":null,\"body\":{\"contentType\":\"text\","
			"\"content\":\"\\r\\n\"},\"isAllDay\":true,\"isCancelled\":true,"
			"\"showAs\":\"unknownFutureValue\",\"start\":{\"dateTime\":"
			"\"2026-11-23T00:00:00.0000000\",\"timeZone\":\"UTC\"},"
			"\"end\":{\"dateTime\":\"2026-11-24T00:00:00.0000000\","
			"\"timeZone\":\"UTC\"},\"responseStatus\":{\"response\":\"organizer\"}}",
			"change_key W/\"e\"\nstart 2026-11-23T00:00:00Z\nend "
			"2026-11-24T00:00:00Z\nall_day\ncancelled\nresponse accepted\n"},
		{"an unknown zone is no time", "x.json",
			"{\"subject\":\"A\",\"start\":{\"dateTime\":\"2026-11-23T16:00:00\","
			"\"timeZone\":\"tzone://Microsoft/Custom\"},\"end\":{\"dateTime\":"
			"\"2026-11-23T17:00:00\",\"timeZone\":\"UTC\"}}",
			"subject A\n"},
		{"Exchange's name for UTC", "x.json",
			"{\"subject\":\"A\",\"start\":{\"dateTime\":\"2026-11-23T16:00:00\","
			"\"timeZone\":\"tzone://Microsoft/Utc\"},\"end\":{\"dateTime\":"
			"\"2026-11-23T17:00:00Z\"}}",
			"start 2026-11-23T16:00:00Z\nend 2026-11-23T17:00:00Z\nsubject A\n"},
		{"a time without a zone is none", "x.json",
			"{\"subject\":\"A\",\"start\":{\"dateTime\":\"2026-11-23T16:00:00\"},"
			"\"end\":{\"dateTime\":\"2026-11-23T17:00:00\"}}",
			"subject A\n"},
		{"the first of a list", "x.json",
			"{\"@odata.context\":\"x\",\"value\":[{\"subject\":\"A\"},{\"subject\":"
			"\"B\"}]}",
			"subject A\n"},
		{"wrong types say nothing", "x.json",
			"{\"subject\":7,\"start\":null,\"end\":[],\"isCancelled\":\"false\","
			"\"body\":\"x\",\"location\":[],\"locations\":{},\"onlineMeeting\":[1],"
			"\"organizer\":{\"emailAddress\":\"x\"}}",
			""},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_google(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"all of it", "x.json",
			"{\"kind\":\"calendar#event\",\"etag\":\"\\\"3181161784712000\\\"\","
			"\"id\":\"4f1_20261123T150000Z\",\"status\":\"confirmed\","
			"\"iCalUID\":\"u@google.com\",\"summary\":\"Design review\","
			"\"location\":\"Room 4\",\"visibility\":\"private\","
			"\"transparency\":\"transparent\","
			"\"organizer\":{\"email\":\"ann@example.com\",\"displayName\":\"Ann Lead\"},"
			"\"start\":{\"dateTime\":\"2026-11-23T16:00:00+01:00\","
			"\"timeZone\":\"Europe/Berlin\"},"
			"\"end\":{\"dateTime\":\"2026-11-23T17:00:00+01:00\"},"
			"\"attendees\":[{\"email\":\"ann@example.com\",\"responseStatus\":"
			"\"accepted\"},{\"self\":true,\"resource\":true,\"responseStatus\":"
			"\"declined\"}],"
			"\"hangoutLink\":\"https://meet.google.com/abc-defg-hij\","
			"\"conferenceData\":{\"conferenceId\":\"abc-defg-hij\",\"entryPoints\":["
			"{\"entryPointType\":\"video\",\"uri\":\"https://meet.google.com/abc-defg-hij\","
			"\"label\":\"meet.google.com/abc-defg-hij\"},"
			"{\"entryPointType\":\"phone\",\"uri\":\"tel:+1-304-555-0123\","
			"\"label\":\"+1 304-555-0123\",\"pin\":\"214092\",\"regionCode\":\"US\"},"
			"{\"entryPointType\":\"sip\",\"uri\":\"sip:1@example.com\",\"meetingCode\":"
			"\"1\",\"accessCode\":\"2\",\"passcode\":\"3\",\"password\":\"4\"},"
			"{\"entryPointType\":\"more\",\"uri\":\"https://tel.meet/abc-defg-hij\"},"
			"{\"entryPointType\":\"hologram\"}],\"notes\":\"Ask<br>Ann\"},"
			"\"description\":\"Join\\nhere\"}",
			"id 4f1_20261123T150000Z\nchange_key \"3181161784712000\"\nuid "
			"u@google.com\nstart 2026-11-23T15:00:00Z\nend 2026-11-23T16:00:00Z\n"
			"private\nbusy free\nresponse declined\nsubject Design review\n"
			"location Room 4\norganizer ann@example.com\norganizer_name Ann Lead\n"
			"body description text Join\\nhere\n"
			"body conferenceData.notes text Ask<br>Ann\n"
			"entry conferenceData video https://meet.google.com/abc-defg-hij "
			"label=meet.google.com/abc-defg-hij\n"
			"entry conferenceData phone tel:+1-304-555-0123 label=+1 304-555-0123 "
			"region=US pin=214092\n"
			"entry conferenceData sip sip:1@example.com meeting_code=1 access_code=2 "
			"passcode=3 password=4\n"
			"entry conferenceData more https://tel.meet/abc-defg-hij\n"
			"entry hangoutLink video https://meet.google.com/abc-defg-hij\n"},
		{"a whole day", "x.json",
			"{\"kind\":\"calendar#event\",\"start\":{\"date\":\"2026-11-23\"},"
			"\"end\":{\"date\":\"2026-11-24\"}}",
			"start 2026-11-23T00:00:00Z\nend 2026-11-24T00:00:00Z\nall_day\n"},
		{"what is left of one that was cancelled", "x.json",
			"{\"kind\":\"calendar#event\",\"id\":\"a\",\"status\":\"cancelled\"}",
			"id a\ncancelled\n"},
		{"the first of a list", "x.json",
			"{\"kind\":\"calendar#events\",\"summary\":\"Rooms\",\"items\":["
			"{\"kind\":\"calendar#event\",\"status\":\"tentative\",\"summary\":\"A\"}]}",
			"busy tentative\nsubject A\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"no event", "x.json", "{\"a\":1}", "error no_event\n"},
		{"a list of calendars", "x.json",
			"{\"kind\":\"calendar#calendarList\",\"items\":[{\"kind\":\"calendar#calendarListEntry\",\"summary\":\"A\"}]}",
			"error no_event\n"},
		{"an empty list", "x.json", "{\"value\":[]}", "error no_event\n"},
		{"a list of something else", "x.json", "{\"items\":[7]}",
			"error no_event\n"},
		{"not JSON", "x.json", "{\"subject\":", "error not_json\n"},
		{"the same key twice", "x.json", "{\"subject\":\"A\",\"subject\":\"B\"}",
			"error not_json\n"},
		{"a NUL", "x.json", "{\"subject\":\"A\\u0000B\"}", "error not_json\n"},
		{"half a character", "x.json", "{\"subject\":\"\\ud800\"}",
			"error not_json\n"},
		{"something after it", "x.json", "{\"subject\":\"A\"}{}",
			"error not_json\n"},
		{"a list alone", "x.json", "[{\"subject\":\"A\"}]", "error misnamed\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static const char *
told_nested(struct arena *a, size_t depth)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "{\"subject\":\"A\",\"x\":");
	for (size_t i = 0; i < depth; i++)
		buf_char(&b, '[');
	for (size_t i = 0; i < depth; i++)
		buf_char(&b, ']');
	buf_char(&b, '}');
	return told(a, "x.json", b.s, b.n);
}

static const char *
told_of_values(struct arena *a, size_t n)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "{\"subject\":\"A,[{:\\\"\",\"x\":[0");
	for (; n > 0; n--)
		buf_str(&b, ",0");
	buf_str(&b, "]}");
	return told(a, "x.json", b.s, b.n);
}

static void
test_limits(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	assert_string_equal(told_nested(a, 63), "subject A\n");
	assert_string_equal(told_nested(a, 64), "error json_too_large\n");
	assert_string_equal(told_of_values(a, 199900), "subject A,[{:\"\n");
	assert_string_equal(told_of_values(a, 200000), "error json_too_large\n");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_graph),
		cmocka_unit_test(test_google),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests_name("invite_json", tests, NULL, NULL);
}
