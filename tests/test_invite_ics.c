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

/* An event of the lines given, in a calendar. */
#define EVENT(lines) "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" lines "END:VEVENT\nEND:VCALENDAR\n"

static void
test_lines(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"folded with CRLF and a blank, with LF and a tab", "x.ics",
			EVENT("X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.mic\r\n"
			      " rosoft.com/meet/26374\n\t053457629\r\n"),
			"entry X-MICROSOFT-SKYPETEAMSMEETINGURL video "
			"https://teams.microsoft.com/meet/26374053457629\n"},
		{"only one blank is the fold's", "x.ics",
			EVENT("SUMMARY:Design\r\n  review\r\n"),
			"subject Design review\n"},
		{"two carriage returns", "x.ics",
			"BEGIN:VCALENDAR\r\r\nBEGIN:VEVENT\r\r\nSUMMARY:A\r\r\n B\r\r\n"
			"END:VEVENT\r\r\n",
			"subject AB\n"},
		{"escapes", "x.ics", EVENT("DESCRIPTION:a\\nb\\Nc\\,d\\;e\\\\nf\\x\n"),
			"body DESCRIPTION text a\\nb\\nc,d;e\\\\nf\\\\x\n"},
		{"one backslash at the end", "x.ics", EVENT("SUMMARY:Design\\\n"),
			"subject Design\\\\\n"},
		{"nothing but a backslash", "x.ics", EVENT("SUMMARY:\\\n"),
			"subject \\\\\n"},
		{"quoted parameters hold colons and semicolons", "x.ics",
			EVENT("ORGANIZER;CN=\"Lead; Ann: x\";ROLE=CHAIR:MAILTO:ann@example.com\n"),
			"organizer ann@example.com\norganizer_name Lead; Ann: x\n"},
		{"a quote that does not end", "x.ics",
			EVENT("ORGANIZER;CN=\"Ann:mailto:ann@example.com\nSUMMARY:B\n"),
			"subject B\n"},
		{"names in any case", "x.ics",
			"begin:vcalendar\nbegin:vevent\nsummary:A\nend:vevent\n",
			"subject A\n"},
		{"what is no line is passed over", "x.ics",
			EVENT("\n:\n;\nnothing\nSUMMARY\nSUMMARY;:A\n=;=:\n"),
			"subject A\n"},
		{"quoted-printable, with soft breaks before words and blanks", "x.vcs",
			EVENT("DESCRIPTION;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Caf=C3=A9=0D=\n"
			      "=0AMeeting=\n ID: 123=3D\nSUMMARY:B\n"),
			"subject B\nbody DESCRIPTION text Caf\xc3\xa9\r\\nMeeting ID: 123=\n"},
		{"an encoding by its name alone, and its charset", "x.vcs",
			EVENT("SUMMARY;QUOTED-PRINTABLE;CHARSET=ISO-8859-2:=B1\n"),
			"subject \xc4\x85\n"},
		{"base64", "x.vcs",
			EVENT("DESCRIPTION;ENCODING=BASE64:TWVldGluZyBJ\n RDogMTIz\n"),
			"body DESCRIPTION text Meeting ID: 123\n"},
		{"a file in windows-1252", "x.ics", EVENT("SUMMARY:Caf\xe9\n"),
			"subject Caf\xc3\xa9\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_event(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"all that is said once", "x.ics",
			"BEGIN:VCALENDAR\nPRODID:-//x\nVERSION:2.0\nMETHOD:REQUEST\n"
			"BEGIN:VEVENT\nUID:u@example.com\nSEQUENCE:2\n"
			"DTSTAMP:20261101T080000Z\nDTSTART:20261123T150000Z\n"
			"DTEND:20261123T160000Z\nSUMMARY:Design review\nLOCATION:Room 4\n"
			"CLASS:PRIVATE\nSTATUS:TENTATIVE\nEND:VEVENT\nEND:VCALENDAR\n",
			"id u@example.com\nchange_key 2/20261101T080000Z\nuid "
			"u@example.com\nstart 2026-11-23T15:00:00Z\nend "
			"2026-11-23T16:00:00Z\nprivate\nbusy tentative\nsubject Design "
			"review\nlocation Room 4\n"},
		{"one of a series", "x.ics",
			EVENT("UID:u\nRECURRENCE-ID;TZID=Europe/Berlin:20261123T160000\n"),
			"id u/20261123T160000\nuid u\n"},
		{"cancelled by the method", "x.ics",
			"BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nSTATUS:CONFIRMED\n"
			"END:VEVENT\nEND:VCALENDAR\n",
			"cancelled\n"},
		{"cancelled by the status", "x.ics", EVENT("STATUS:CANCELLED\n"),
			"cancelled\n"},
		{"free", "x.ics", EVENT("TRANSP:TRANSPARENT\nCLASS:PUBLIC\n"),
			"busy free\n"},
		{"an alarm's and a time zone's lines are not the event's", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\n"
			"BEGIN:STANDARD\nDTSTART:19701025T030000\nEND:STANDARD\n"
			"END:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:A\nBEGIN:VALARM\n"
			"SUMMARY:B\nDESCRIPTION:Reminder\nEND:VALARM\nLOCATION:C\n"
			"END:VEVENT\nEND:VCALENDAR\n",
			"subject A\nlocation C\n"},
		{"the first event, after a task", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:T\nEND:VTODO\n"
			"BEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:B\n"
			"LOCATION:C\nEND:VEVENT\nEND:VCALENDAR\n",
			"subject A\n"},
		{"an alarm that is not ended", "x.ics",
			EVENT("SUMMARY:A\nBEGIN:VALARM\nSUMMARY:B\n"), "subject A\n"},
		{"HTML beside text", "x.ics",
			EVENT("DESCRIPTION:Join the meeting now\n"
			      "X-ALT-DESC;FMTTYPE=text/html:<p><a href=\"https://x\">Join</a>\\n\n"),
			"body DESCRIPTION text Join the meeting now\nbody X-ALT-DESC html "
			"<p><a href=\"https://x\">Join</a>\\n\n"},
		{"an organizer without an address", "x.ics",
			EVENT("ORGANIZER;CN=Ann:invalid:nomail\n"),
			"organizer_name Ann\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_times(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"IANA's zone", "x.ics",
			EVENT("DTSTART;TZID=Europe/Berlin:20260701T120000\n"
			      "DTEND;TZID=America/New_York:20260701T120000\n"),
			"start 2026-07-01T10:00:00Z\nend 2026-07-01T16:00:00Z\n"},
		{"Windows' zone", "x.ics",
			EVENT("DTSTART;TZID=\"Pacific Standard Time\":20260701T120000\n"),
			"start 2026-07-01T19:00:00Z\nend 2026-07-01T19:00:00Z\n"},
		{"a name with a path before it", "x.ics",
			EVENT("DTSTART;TZID=/example.org/2026_1/America/Argentina/"
			      "Buenos_Aires:20260701T120000\nDURATION:PT1H30M\n"),
			"start 2026-07-01T15:00:00Z\nend 2026-07-01T16:30:00Z\n"},
		{"a name of its own that says which it is", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Office\n"
			"X-LIC-LOCATION:Asia/Kathmandu\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
			"DTSTART;TZID=Office:20260701T120000\nEND:VEVENT\nEND:VCALENDAR\n",
			"start 2026-07-01T06:15:00Z\nend 2026-07-01T06:15:00Z\n"},
		{"a known zone's own rules are not the file's to say", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\n"
			"BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-1000\n"
			"TZOFFSETTO:-1000\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\n"
			"DTSTART;TZID=Europe/Berlin:20260701T120000\n"
			"END:VEVENT\nEND:VCALENDAR\n",
			"start 2026-07-01T10:00:00Z\nend 2026-07-01T10:00:00Z\n"},
		{"an unknown zone is no time", "x.ics",
			EVENT("DTSTART;TZID=Customized Time Zone:20260701T120000\n"
			      "DTEND:20260701T120000Z\n"),
			""},
		{"nor is one of two", "x.ics",
			EVENT("DTSTART:20260701T120000Z\n"
			      "DTEND;TZID=Nowhere/Land:20260701T120000\n"),
			""},
		{"ICU's name for no zone is none", "x.ics",
			EVENT("DTSTART;TZID=Etc/Unknown:20260701T120000\n"), ""},
		{"floating", "x.ics", EVENT("DTSTART:20260701T120000\n"), ""},
		{"floating, in the calendar's zone", "x.ics",
			"BEGIN:VCALENDAR\nX-WR-TIMEZONE:Asia/Tokyo\nBEGIN:VEVENT\n"
			"DTSTART:20260701T120000\nEND:VEVENT\nEND:VCALENDAR\n",
			"start 2026-07-01T03:00:00Z\nend 2026-07-01T03:00:00Z\n"},
		{"a whole day", "x.ics", EVENT("DTSTART;VALUE=DATE:20260701\n"),
			"start 2026-07-01T00:00:00Z\nend 2026-07-02T00:00:00Z\nall_day\n"},
		{"two days, in the calendar's zone", "x.ics",
			"BEGIN:VCALENDAR\nX-WR-TIMEZONE:Asia/Tokyo\nBEGIN:VEVENT\n"
			"DTSTART;VALUE=DATE:20260701\nDTEND;VALUE=DATE:20260703\n"
			"END:VEVENT\nEND:VCALENDAR\n",
			"start 2026-06-30T15:00:00Z\nend 2026-07-02T15:00:00Z\nall_day\n"},
		{"a whole day, as Outlook marks it", "x.ics",
			EVENT("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\nDTSTART:20260701T000000Z\n"
			      "DTEND:20260702T000000Z\n"),
			"start 2026-07-01T00:00:00Z\nend 2026-07-02T00:00:00Z\nall_day\n"},
		{"the hour that is skipped", "x.ics",
			EVENT("DTSTART;TZID=Europe/Berlin:20260329T023000\n"),
			"start 2026-03-29T01:30:00Z\nend 2026-03-29T01:30:00Z\n"},
		{"the hour that comes twice", "x.ics",
			EVENT("DTSTART;TZID=Europe/Berlin:20261025T023000\n"),
			"start 2026-10-25T00:30:00Z\nend 2026-10-25T00:30:00Z\n"},
		{"half an hour skipped", "x.ics",
			EVENT("DTSTART;TZID=Australia/Lord_Howe:20261004T021500\n"),
			"start 2026-10-03T15:45:00Z\nend 2026-10-03T15:45:00Z\n"},
		{"a leap second", "x.ics", EVENT("DTSTART:20161231T235960Z\n"),
			"start 2017-01-01T00:00:00Z\nend 2017-01-01T00:00:00Z\n"},
		{"ends before it starts", "x.ics",
			EVENT("DTSTART:20260701T120000Z\nDTEND:20260701T110000Z\n"), ""},
		{"days and hours that are none", "x.ics",
			EVENT("DTSTART:20260230T120000Z\n"), ""},
		{"24 o'clock", "x.ics", EVENT("DTSTART:20260701T240000Z\n"), ""},
		{"year 0", "x.ics", EVENT("DTSTART:00000101T000000Z\n"), ""},
		{"year 99999", "x.ics", EVENT("DTSTART:999990101T000000Z\n"), ""},
		{"no time at all", "x.ics", EVENT("DTSTART:soon\n"), ""},
		{"a duration that is none", "x.ics",
			EVENT("DTSTART:20260701T120000Z\nDURATION:-PT1H\n"),
			"start 2026-07-01T12:00:00Z\nend 2026-07-01T12:00:00Z\n"},
		{"a duration of ten years", "x.ics",
			EVENT("DTSTART:20260701T120000Z\nDURATION:P3650D\n"),
			"start 2026-07-01T12:00:00Z\nend 2026-07-01T12:00:00Z\n"},
		{"an end that is none", "x.ics",
			EVENT("DTSTART:20260701T120000Z\nDTEND:20260701Tsoon\n"), ""},
		{"a duration of weeks", "x.ics",
			EVENT("DTSTART:20260701T120000Z\nDURATION:P1W\n"),
			"start 2026-07-01T12:00:00Z\nend 2026-07-08T12:00:00Z\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_entries(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"RFC 7986, several, and not the host's", "x.ics",
			EVENT("CONFERENCE;VALUE=URI;FEATURE=\"AUDIO,VIDEO\";LABEL=\"Join: here\":"
			      "https://talk.example.com/c/1\n"
			      "CONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+12025550123,,1#\n"
			      "CONFERENCE;FEATURE=\"PHONE,MODERATOR\":tel:+12025550123,,2#\n"
			      "CONFERENCE;VALUE=URI:xmpp:room@example.com\n"),
			"entry CONFERENCE video https://talk.example.com/c/1 label=Join: here\n"
			"entry CONFERENCE phone tel:+12025550123,,1#\n"
			"entry CONFERENCE more xmpp:room@example.com\n"},
		{"Google's", "x.ics",
			EVENT("X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij\n"),
			"entry X-GOOGLE-CONFERENCE video "
			"https://meet.google.com/abc-defg-hij\n"},
		{"Teams: the empty link and the focus are nothing", "x.ics",
			EVENT("X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.microsoft.com/meet/1\n"
			      "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK:\n"
			      "X-MICROSOFT-ONLINEMEETINGCONFLINK:conf:sip:ann@example.com\\;gruu\\;"
			      "opaque=app:conf:focus:id:teams:2:0!19:meeting_x-thread.v2!1\n"),
			"entry X-MICROSOFT-SKYPETEAMSMEETINGURL video "
			"https://teams.microsoft.com/meet/1\n"},
		{"Skype for Business", "x.ics",
			EVENT("X-MICROSOFT-ONLINEMEETINGEXTERNALLINK:https://meet.example.com/ann/1\n"
			      "X-MICROSOFT-ONLINEMEETINGCONFLINK:conf:sip:ann@example.com\\;gruu\\;"
			      "opaque=app:conf:focus:id:K\n"
			      "X-MICROSOFT-CONFERENCETELURI:tel:+12025550123\\,\\,68138\n"),
			"entry X-MICROSOFT-ONLINEMEETINGEXTERNALLINK video "
			"https://meet.example.com/ann/1\n"
			"entry X-MICROSOFT-ONLINEMEETINGCONFLINK more "
			"conf:sip:ann@example.com;gruu;opaque=app:conf:focus:id:K\n"
			"entry X-MICROSOFT-CONFERENCETELURI phone tel:+12025550123,,68138\n"},
		{"an address of digits to contact, and a person", "x.ics",
			EVENT("CONTACT:12345@northwind.call.sl\nCONTACT:ann@example.com\n"
			      "CONTACT:Ann\\, +1 202 555 0123\nCONTACT:1@a b\n"
			      "URL:https://northwind.zoom.us/j/91847302265\n"),
			"entry CONTACT sip sip:12345@northwind.call.sl\n"
			"entry URL video https://northwind.zoom.us/j/91847302265\n"},
		{"Outlook's locations", "x.ics",
			EVENT("X-MS-LOCATIONS:[{\"DisplayName\":\"Room 4\"\\, \"LocationUri\":\"\"}\\,"
			      "{\"LocationUri\":\"https://northwind.zoom.us/j/91847302265\"}\\,\n"
			      " {\"LocationUri\":\"room4@example.com\"}]\n"
			      "X-MICROSOFT-LOCATIONS:[{\"LocationUri\":\n"),
			"entry X-MS-LOCATIONS video https://northwind.zoom.us/j/91847302265\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"no event", "x.ics", "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
			"error no_event\n"},
		{"it ends within its event", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nDESCRIPTION:Meeting ID: 12\n",
			"error no_event\n"},
		{"an event in no calendar", "x.ics", "BEGIN:VEVENT\nEND:VEVENT\n",
			"error misnamed\n"},
		{"an event in an event", "x.ics",
			"BEGIN:VCALENDAR\nBEGIN:VTODO\nBEGIN:VEVENT\nEND:VEVENT\nEND:VTODO\n",
			"error no_event\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

/* `n` times `unit` between two texts. */
static const char *
told_of_many(struct arena *a, const char *before, const char *unit, size_t n,
	const char *after)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, before);
	for (; n > 0; n--)
		buf_str(&b, unit);
	buf_str(&b, after);
	return told(a, "x.ics", b.s, b.n);
}

static void
test_limits(void **state)
{
	(void)state;
	static const char calendar[] = "BEGIN:VCALENDAR\n";
	static const char end[] = "\nEND:VEVENT\nEND:VCALENDAR\n";
	static const struct {
		const char *before, *unit;
		size_t n;
		const char *after, *expected;
	} cases[] = {
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nX-Y:", "x", 65000, end,
			"subject A\n"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nX-Y:", "x", 66000, end,
			"error ics_line_too_long\n"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nX-Y:", "x\n ", 300000, end,
			"subject A\n"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nX-Y:", "\n ", 600000, end,
			"error ics_too_large\n"},
		{calendar, "BEGIN:VTODO\n", 7, "", "error no_event\n"},
		{calendar, "BEGIN:VTODO\n", 8, "", "error ics_too_deep\n"},
		{calendar, "BEGIN:VTODO\nEND:VTODO\n", 1998,
			"BEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\n", "subject A\n"},
		{calendar, "BEGIN:VTODO\nEND:VTODO\n", 1999,
			"BEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\n", "error ics_too_deep\n"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY", ";A=B", 10000,
			":A\nEND:VEVENT\n", "subject A\n"},
		{"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=", "/a", 20000,
			":20260701T120000\nSUMMARY:A\nEND:VEVENT\n", "subject A\n"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena *a = arena_new(64 << 20);
		assert_string_equal(told_of_many(a, cases[i].before, cases[i].unit,
					    cases[i].n, cases[i].after),
			cases[i].expected);
		arena_free(a);
	}
}

/* No more entries or bodies than there are places for. */
static void
test_many(void **state)
{
	(void)state;
	struct arena *a = arena_new(64 << 20);
	const char *got = told_of_many(a, "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
		"URL:https://x/1\nDESCRIPTION:D\n", 1000, "END:VEVENT\n");
	size_t entries = 0, bodies = 0;
	for (const char *s = got; (s = strstr(s, "entry ")) != NULL; s++)
		entries++;
	for (const char *s = got; (s = strstr(s, "body ")) != NULL; s++)
		bodies++;
	assert_int_equal(entries, 32);
	assert_int_equal(bodies, 16);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_event),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests_name("invite_ics", tests, NULL, NULL);
}
