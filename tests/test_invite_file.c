#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "extract.h"
#include "help/help.h"
#include "help/told.h"
#include "reader/reader.h"
#include "reader/sandbox.h"

static void
test_text_and_html(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"text", "x.txt", "Meeting ID: 1\n", "body body text Meeting ID: 1\\n\n"},
		{"text in windows-1252", "x.TXT",
			"12\x96"
			"3 \xa0\x80",
			"body body text 12\xe2\x80\x93"
			"3 \xc2\xa0\xe2\x82\xac\n"},
		{"text in UTF-8 with a mark", "x.txt",
			"\xef\xbb\xbf"
			"A",
			"body body text A\n"},
		{"nothing", "x.txt", " \n\t\n", ""},
		{"HTML", "a/b.c/x.htm", "<p>A</p>", "body body html <p>A</p>\n"},
		{"HTML without a tag", "x.html", "A", "body body html A\n"},
		{"HTML that names its charset", "x.html",
			"<html><META http-equiv=x content='text/html; charset=ISO-8859-2'>\xb1",
			"body body html <html><META http-equiv=x content='text/html; "
			"charset=ISO-8859-2'>\xc4\x85\n"},
		{"HTML that names its charset, newer", "x.html",
			"<meta name=a><meta charset = \"koi8-r\"/>\xf7",
			"body body html <meta name=a><meta charset = \"koi8-r\"/>\xd0\x92\n"},
		{"HTML that cannot be what it says", "x.html",
			"<meta charset=utf-16>\xc3\xa9",
			"body body html <meta charset=utf-16>\xc3\xa9\n"},
		{"HTML that says nothing", "x.html", "<p>\xe9",
			"body body html <p>\xc3\xa9\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_utf16(void **state)
{
	(void)state;
	static const struct {
		const char *name, *bytes;
		size_t size;
		const char *expected;
	} cases[] = {
		{"x.txt",
			"\xff\xfe"
			"A\0\x01\x04",
			6, "body body text A\xd0\x81\n"},
		{"x.txt", "\xfe\xff\0A\x04\x01", 6, "body body text A\xd0\x81\n"},
		{"x.txt", "A\0B\0", 4, "body body text AB\n"},
		{"x.html", "\xff\xfe<\0p\0>\0", 8, "body body html <p>\n"},
		{"-", "\xff\xfe{\0\"\0s\0u\0m\0m\0a\0r\0y\0\"\0:\0\"\0A\0\"\0}\0", 32,
			"subject A\n"},
		{"x.ics",
			"\xff\xfe"
			"B\0E\0G\0I\0N\0:\0V\0C\0A\0L\0E\0N\0D\0A\0R\0\n\0"
			"B\0E\0G\0I\0N\0:\0V\0E\0V\0E\0N\0T\0\n\0S\0U\0M\0M\0A\0R\0Y\0:\0A\0\n\0"
			"E\0N\0D\0:\0V\0E\0V\0E\0N\0T\0\n\0",
			2 + 2 * (16 + 13 + 10 + 11), "subject A\n"},
		{"x.txt", "A\0\0B", 4, "error not_an_invite\n"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(told(a, cases[i].name, cases[i].bytes, cases[i].size),
			cases[i].expected);
	arena_free(a);
}

static void
test_by_content(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"a calendar", "-", "\r\n BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n",
			""},
		{"a calendar, by a name that says nothing", "invite",
			"begin:vcalendar\nBEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\n",
			"subject A\n"},
		{"a message", NULL, "Received: x\nSubject: A\n\nB",
			"subject A\nbody body text B\n"},
		{"a message, by its second field", "x.txt.gpg",
			"X-Y: 1\nMIME-Version: 1.0\nSubject: A\n\n", "subject A\n"},
		{"text that begins as a message does", NULL,
			"From: Ann\nSent: Monday\nLocation: Room 4\n\nReceived: x",
			"body body text From: Ann\\nSent: Monday\\nLocation: Room "
			"4\\n\\nReceived: x\n"},
		{"HTML", "-", "\n<!DOCTYPE html><p>A",
			"body body html \\n<!DOCTYPE html><p>A\n"},
		{"HTML in the middle", "-", "<p>A</p>", "body body html <p>A</p>\n"},
		{"a link is no HTML", "-", "<https://northwind.zoom.us/j/1>",
			"body body text <https://northwind.zoom.us/j/1>\n"},
		{"JSON", "-", " { \"subject\" : \"A\" }", "subject A\n"},
		{"a brace is no JSON", "-", "{Room 4}", "body body text {Room 4}\n"},
		{"text", NULL, "A: B", "body body text A: B\n"},
		{"nothing", NULL, "", ""},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"not a calendar", "x.ics", "Hello", "error misnamed\n"},
		{"a calendar, not a message", "x.eml", " BEGIN VCALENDAR\n",
			"error misnamed\n"},
		{"not JSON", "x.json", "<p>", "error misnamed\n"},
		{"nothing is no calendar", "x.ics", "", "error misnamed\n"},
		{"Outlook's own", "x.msg", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
			"error not_an_invite\n"},
		{"a document", "x.docx", "PK\x03\x04\x14", "error not_an_invite\n"},
		{"a document, whatever it is called", "x.txt", "PK\x03\x04\x14",
			"error not_an_invite\n"},
		{"a page to print", NULL, "%PDF-1.7", "error not_an_invite\n"},
		{"formatted text", "x.rtf", "{\\rtf1 A}", "error not_an_invite\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
	struct err err;
	struct event e;
	struct arena *a = arena_new(0);
	assert_int_equal(invite_read_file(a, "x.msg", "\xd0\xcf\x11\xe0", 4, &e, &err),
		ERR_BAD_REPLY);
	assert_non_null(strstr(err.text, ".msg"));
	assert_non_null(strstr(err.cure, ".eml"));
	assert_int_equal(
		invite_read_file(a, "x.ics", "<html>", 6, &e, &err), ERR_BAD_REPLY);
	assert_non_null(strstr(err.text, "HTML"));
	arena_free(a);
}

/* In the sealed reader: what every charset of mail writes. */
static const struct {
	const char *charset, *bytes;
	size_t size;
	const char *expected;
} samples[] = {
	{"utf-8", "R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0", 15,
		"R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0"},
	{"utf-16", "\xff\xfeR\x00\xe9\x00u\x00n\x00i\x00o\x00n\x00 \x00\x1aOp\x8b", 22,
		"R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0"},
	{"utf-16le", "R\x00\xe9\x00u\x00n\x00i\x00o\x00n\x00 \x00\x1aOp\x8b", 20,
		"R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0"},
	{"utf-16be", "\x00R\x00\xe9\x00u\x00n\x00i\x00o\x00n\x00 O\x1a\x8bp", 20,
		"R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0"},
	{"utf-7", "R+AOk-union +TxqLcA-", 20, "R\xc3\xa9union \xe4\xbc\x9a\xe8\xad\xb0"},
	{"us-ascii", "Meeting", 7, "Meeting"},
	{"iso-8859-1", "R\xe9union", 7, "R\xc3\xa9union"},
	{"iso-8859-2", "Spotkanie \xb1\xea", 12, "Spotkanie \xc4\x85\xc4\x99"},
	{"iso-8859-3", "Kunveno \xf8\xb6", 10, "Kunveno \xc4\x9d\xc4\xa5"},
	{"iso-8859-4", "Sapulce \xe0\xba", 10, "Sapulce \xc4\x81\xc4\x93"},
	{"iso-8859-5", "\xb2\xe1\xe2\xe0\xd5\xe7\xd0", 7,
		"\xd0\x92\xd1\x81\xd1\x82\xd1\x80\xd0\xb5\xd1\x87\xd0\xb0"},
	{"iso-8859-6", "\xc7\xcc\xca\xe5\xc7\xd9", 6,
		"\xd8\xa7\xd8\xac\xd8\xaa\xd9\x85\xd8\xa7\xd8\xb9"},
	{"iso-8859-7", "\xd3\xfd\xf3\xea\xe5\xf8\xe7", 7,
		"\xce\xa3\xcf\x8d\xcf\x83\xce\xba\xce\xb5\xcf\x88\xce\xb7"},
	{"iso-8859-8", "\xf4\xe2\xe9\xf9\xe4", 5,
		"\xd7\xa4\xd7\x92\xd7\x99\xd7\xa9\xd7\x94"},
	{"iso-8859-8-i", "\xf4\xe2\xe9\xf9\xe4", 5,
		"\xd7\xa4\xd7\x92\xd7\x99\xd7\xa9\xd7\x94"},
	{"iso-8859-9", "Toplant\xfd \xf0\xfe", 11, "Toplant\xc4\xb1 \xc4\x9f\xc5\x9f"},
	{"iso-8859-10", "Fundur \xf0\xfe", 9, "Fundur \xc3\xb0\xc3\xbe"},
	{"iso-8859-11", "\xbb\xc3\xd0\xaa\xd8\xc1", 6,
		"\xe0\xb8\x9b\xe0\xb8\xa3\xe0\xb8\xb0\xe0\xb8\x8a\xe0\xb8\xb8\xe0\xb8\xa1"},
	{"iso-8859-13", "Susitikimas \xf8\xfe", 14, "Susitikimas \xc5\xb3\xc5\xbe"},
	{"iso-8859-14", "Cyfarfod \xf0\xfe", 11, "Cyfarfod \xc5\xb5\xc5\xb7"},
	{"iso-8859-15", "R\xe9union \xa4\xbd", 10, "R\xc3\xa9union \xe2\x82\xac\xc5\x93"},
	{"iso-8859-16",
		"\xaa"
		"edin\xfe\xe3",
		7,
		"\xc8\x98"
		"edin\xc8\x9b\xc4\x83"},
	{"windows-1250", "Spotkanie \xb9\xea", 12, "Spotkanie \xc4\x85\xc4\x99"},
	{"windows-1251", "\xc2\xf1\xf2\xf0\xe5\xf7\xe0", 7,
		"\xd0\x92\xd1\x81\xd1\x82\xd1\x80\xd0\xb5\xd1\x87\xd0\xb0"},
	{"windows-1252", "R\xe9union \x93\x80\x94", 11,
		"R\xc3\xa9union \xe2\x80\x9c\xe2\x82\xac\xe2\x80\x9d"},
	{"windows-1253", "\xd3\xfd\xf3\xea\xe5\xf8\xe7", 7,
		"\xce\xa3\xcf\x8d\xcf\x83\xce\xba\xce\xb5\xcf\x88\xce\xb7"},
	{"windows-1254", "Toplant\xfd \xf0\xfe", 11, "Toplant\xc4\xb1 \xc4\x9f\xc5\x9f"},
	{"windows-1255", "\xf4\xe2\xe9\xf9\xe4", 5,
		"\xd7\xa4\xd7\x92\xd7\x99\xd7\xa9\xd7\x94"},
	{"windows-1256", "\xc7\xcc\xca\xe3\xc7\xda", 6,
		"\xd8\xa7\xd8\xac\xd8\xaa\xd9\x85\xd8\xa7\xd8\xb9"},
	{"windows-1257", "Susitikimas \xf8\xfe", 14, "Susitikimas \xc5\xb3\xc5\xbe"},
	{"windows-1258",
		"Cu\xf4"
		"c hop \xf0",
		10,
		"Cu\xc3\xb4"
		"c hop \xc4\x91"},
	{"windows-874", "\xbb\xc3\xd0\xaa\xd8\xc1", 6,
		"\xe0\xb8\x9b\xe0\xb8\xa3\xe0\xb8\xb0\xe0\xb8\x8a\xe0\xb8\xb8\xe0\xb8\xa1"},
	{"koi8-r", "\xf7\xd3\xd4\xd2\xc5\xde\xc1", 7,
		"\xd0\x92\xd1\x81\xd1\x82\xd1\x80\xd0\xb5\xd1\x87\xd0\xb0"},
	{"koi8-u", "\xfa\xd5\xd3\xd4\xd2\xa6\xde", 7,
		"\xd0\x97\xd1\x83\xd1\x81\xd1\x82\xd1\x80\xd1\x96\xd1\x87"},
	{"ibm866", "\x82\xe1\xe2\xe0\xa5\xe7\xa0", 7,
		"\xd0\x92\xd1\x81\xd1\x82\xd1\x80\xd0\xb5\xd1\x87\xd0\xb0"},
	{"macintosh", "R\x8eunion", 7, "R\xc3\xa9union"},
	{"iso-2022-jp", "\x1b$B2q5D<<\x1b(B", 12, "\xe4\xbc\x9a\xe8\xad\xb0\xe5\xae\xa4"},
	{"shift_jis",
		"\x89\xef\x8b"
		"c\x8e\xba\x83\\",
		8, "\xe4\xbc\x9a\xe8\xad\xb0\xe5\xae\xa4\xe3\x82\xbd"},
	{"euc-jp", "\xb2\xf1\xb5\xc4\xbc\xbc", 6, "\xe4\xbc\x9a\xe8\xad\xb0\xe5\xae\xa4"},
	{"gb2312", "\xbb\xe1\xd2\xe9", 4, "\xe4\xbc\x9a\xe8\xae\xae"},
	{"gbk", "\x95\xfe\xd7h", 4, "\xe6\x9c\x83\xe8\xad\xb0"},
	{"gb18030", "\xbb\xe1\xd2\xe9\xa2\xe3", 6,
		"\xe4\xbc\x9a\xe8\xae\xae\xe2\x82\xac"},
	{"big5", "\xb7|\xc4\xb3", 4, "\xe6\x9c\x83\xe8\xad\xb0"},
	{"big5-hkscs", "\xb7|\xc4\xb3", 4, "\xe6\x9c\x83\xe8\xad\xb0"},
	{"euc-kr", "\xc8\xb8\xc0\xc7", 4, "\xed\x9a\x8c\xec\x9d\x98"},
	{"ks_c_5601-1987", "\xc8\xb8\xc0\xc7\x94\xee", 6,
		"\xed\x9a\x8c\xec\x9d\x98\xeb\xb7\x81"},
	{"iso-2022-kr", "\x1b$)C\x0eH8@G\x0f", 10, "\xed\x9a\x8c\xec\x9d\x98"},
	{"x-none", "R\xe9union", 7, "R\xc3\xa9union"},
	{"../../etc/passwd", "R\xe9union", 7, "R\xc3\xa9union"},
	{"ibm037", "R\xe9union", 7, "R\xc3\xa9union"},
	{"utf-8,swaplfnl", "R\xc3\xa9union", 8, "R\xc3\xa9union"},
};

struct session {
	struct arena *arena;
	struct reader *reader;
};

static int
start(void **state)
{
	static struct session s;
	s.arena = arena_new(0);
	s.reader = reader_new(
		&(struct reader_config){.patterns = help_path(s.arena, "patterns"),
			.providers = help_path(s.arena, "providers")});
	*state = &s;
	return s.reader == NULL;
}

static int
stop(void **state)
{
	struct session *s = *state;
	reader_free(s->reader);
	arena_free(s->arena);
	return 0;
}

static struct reader_invite
read_in_reader(struct session *s, const char *name, const char *bytes, size_t size)
{
	struct reader_invite invite;
	struct err err = {0};
	if (reader_extract(s->reader, s->arena, name, "US", true, bytes, size, &invite,
		    &err) != ERR_NONE)
		fail_msg("%s: %s\n%.*s", err.code, err.text, (int)size, bytes);
	return invite;
}

static void
add_quoted(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "=%02X", (unsigned)(unsigned char)s[i]);
}

/* Subject, sender and body of a message in that charset. */
static const char *
message_in(
	struct arena *a, const char *charset, const char *s, size_t n, size_t *ret_size)
{
	struct buf b;
	buf_init(&b, a);
	buf_printf(&b, "MIME-Version: 1.0\r\nFrom: =?%s?Q?", charset);
	add_quoted(&b, s, n);
	buf_printf(&b, "?= <ann@example.com>\r\nSubject: =?%s?Q?", charset);
	add_quoted(&b, s, n);
	buf_printf(&b,
		"?=\r\nContent-Type: text/plain; charset=\"%s\"\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		charset);
	add_quoted(&b, s, n);
	*ret_size = b.n;
	return b.s;
}

static const char *
body_of(const struct reader_invite *i)
{
	for (size_t k = 0; k < i->n_parts; k++)
		if (strcmp(i->parts[k].name, "body") == 0)
			return i->parts[k].original;
	return "";
}

static void
test_sealed_charsets(void **state)
{
	struct session *s = *state;
	long pid = 0;
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		size_t size;
		const char *message = message_in(s->arena, samples[i].charset,
			samples[i].bytes, samples[i].size, &size);
		struct reader_invite got = read_in_reader(s, "x.eml", message, size);
		if (strcmp(got.event.subject, samples[i].expected) != 0 ||
			strcmp(got.event.organizer_name, samples[i].expected) != 0 ||
			strncmp(body_of(&got), samples[i].expected,
				strlen(samples[i].expected)) != 0)
			fail_msg("%s: %s, %s", samples[i].charset, got.event.subject,
				body_of(&got));
		assert_true(pid == 0 || pid == reader_pid(s->reader));
		pid = reader_pid(s->reader);
	}
}

static void
test_sealed_zones(void **state)
{
	struct session *s = *state;
	static const struct {
		const char *time;
		int64_t expected;
	} zones[] = {
		{":20260701T120000Z", 1782907200},
		{";TZID=Europe/Berlin:20260701T120000", 1782907200 - 2 * 3600},
		{";TZID=America/Mexico_City:20260101T120000", 1767268800 + 6 * 3600},
		{";TZID=Africa/Casablanca:20260701T120000", 1782907200 - 3600},
		{";TZID=Asia/Kathmandu:20260701T120000", 1782907200 - 345 * 60},
		{";TZID=Australia/Lord_Howe:20260701T120000", 1782907200 - 630 * 60},
		{";TZID=Pacific/Apia:20260701T120000", 1782907200 - 13 * 3600},
		{";TZID=Asia/Calcutta:20260701T120000", 1782907200 - 330 * 60},
		{";TZID=EST5EDT:20260701T120000", 1782907200 + 4 * 3600},
		{";TZID=W. Europe Standard Time:20260701T120000", 1782907200 - 2 * 3600},
		{";TZID=AUS Central Standard Time:20260701T120000",
			1782907200 - 570 * 60},
		{";TZID=\"UTC-11\":20260701T120000", 1782907200 + 11 * 3600},
		{";TZID=/x.org/Europe/Berlin:20260701T120000", 1782907200 - 2 * 3600},
		{";VALUE=DATE:20260701", 1782864000},
		{":20260701T120000", 0},
		{";TZID=Customized Time Zone:20260701T120000", 0},
		{";TZID=../../../etc/passwd:20260701T120000", 0},
		{";TZID=:20260701T120000", 0},
	};
	long pid = reader_pid(s->reader);
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		struct buf b;
		buf_init(&b, s->arena);
		buf_printf(&b,
			"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART%s\nEND:VEVENT\n"
			"END:VCALENDAR\n",
			zones[i].time);
		struct reader_invite got = read_in_reader(s, "-", b.s, b.n);
		if (got.event.start != zones[i].expected)
			fail_msg("%s: %lld", zones[i].time, (long long)got.event.start);
		assert_true(pid == 0 || pid == reader_pid(s->reader));
		pid = reader_pid(s->reader);
	}
}

static void
test_sealed_json(void **state)
{
	struct session *s = *state;
	static const char json[] =
		"{\"subject\":\"A\",\"onlineMeeting\":{\"joinUrl\":"
		"\"https://teams.microsoft.com/meet/26374053457629?p=aB3dEfGhIjKlMnOpQr\",\"conferenceId\":\"291633251\",\"tollNumber\":\"+1 323-555-0166\"},"
		"\"start\":{\"dateTime\":\"2026-07-01T12:00:00.0000000\",\"timeZone\":"
		"\"Tokyo Standard Time\"},\"end\":{\"dateTime\":"
		"\"2026-07-01T12:00:00.0000000\",\"timeZone\":\"UTC\"}}";
	struct reader_invite got = read_in_reader(s, "-", json, sizeof json - 1);
	assert_int_equal(got.event.start, 1782907200 - 9 * 3600);
	assert_int_equal(got.extraction->n_meetings, 1);
	const struct meeting *m = &got.extraction->meetings[0];
	assert_string_equal(m->provider, "teams");
	assert_string_equal(m->slots[SLOT_PHONE_ID].value, "291633251");
	assert_int_equal(m->n_numbers, 1);
	assert_string_equal(m->numbers[0].phone.e164, "+13235550166");
}

/* That reader was sealed all the time. */
static void
test_seal(void **state)
{
	struct session *s = *state;
	struct err err = {0};
	if (!sandbox_seals())
		skip();
	assert_int_equal(reader_prove(s->reader, "open", &err), ERR_BAD_REPLY);
	assert_string_equal(err.code, "reader_sealed");
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_and_html),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_by_content),
		cmocka_unit_test(test_refused),
	};
	const struct CMUnitTest sealed[] = {
		cmocka_unit_test(test_sealed_charsets),
		cmocka_unit_test(test_sealed_zones),
		cmocka_unit_test(test_sealed_json),
		cmocka_unit_test(test_seal),
	};
	int failed = cmocka_run_group_tests_name("invite_file", tests, NULL, NULL);
	return failed +
	       cmocka_run_group_tests_name("invite_file_sealed", sealed, start, stop);
}
