#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "invite.h"

static struct event
read_file(struct arena *a, const char *name, const char *bytes, size_t size)
{
	struct event e;
	struct err err = {0};
	if (invite_read_file(a, name, bytes, size, &e, &err) != ERR_NONE)
		fail_msg("%s: %s", name, err.text);
	return e;
}

static void
test_text(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct event e = read_file(a, "x.txt",
		"Meeting ID: 12\x96"
		"3",
		16);
	assert_int_equal(e.n_bodies, 1);
	assert_int_equal(e.bodies[0].kind, EVENT_TEXT);
	assert_string_equal(e.bodies[0].text, "Meeting ID: 12\xe2\x80\x93"
					      "3");
	arena_free(a);
}

static const char ics[] =
	"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u-1@example.com\r\n"
	"DTSTART;TZID=W. Europe Standard Time:20261123T160000\r\n"
	"DTEND;TZID=Europe/Berlin:20261123T170000\r\n"
	"SUMMARY:Design\\, review\r\nLOCATION:https://northwind.zoo\r\n"
	" m.us/j/91847302265\r\nDESCRIPTION:One\\nTwo\\N+1 202 555 0123\\,\\,1#\r\n"
	"ORGANIZER;CN=\"Ann: Lead\":mailto:ann@example.com\r\n"
	"X-MICROSOFT-ONLINEMEETINGEXTERNALLINK:\r\n"
	"CONFERENCE;VALUE=URI;FEATURE=PHONE;LABEL=Dial in:tel:+12025550123,,1#\r\n"
	"BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n"
	"END:VEVENT\r\nEND:VCALENDAR\r\n";

static void
test_ics(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct event e = read_file(a, "x.ics", ics, strlen(ics));
	assert_string_equal(e.uid, "u-1@example.com");
	assert_int_equal(e.start, 1795446000);
	assert_int_equal(e.end, 1795449600);
	assert_string_equal(e.subject, "Design, review");
	assert_string_equal(e.location, "https://northwind.zoom.us/j/91847302265");
	assert_string_equal(e.organizer, "ann@example.com");
	assert_string_equal(e.organizer_name, "Ann: Lead");
	assert_int_equal(e.n_bodies, 1);
	assert_string_equal(e.bodies[0].text, "One\nTwo\n+1 202 555 0123,,1#");
	assert_int_equal(e.n_entries, 1);
	assert_int_equal(e.entries[0].kind, ENTRY_PHONE);
	assert_string_equal(e.entries[0].uri, "tel:+12025550123,,1#");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_ics),
	};
	return cmocka_run_group_tests_name("invite_file", tests, NULL, NULL);
}
