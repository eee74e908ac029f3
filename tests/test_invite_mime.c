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

/* A calendar part's content. */
#define CALENDAR                                                                         \
	"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u\r\n"                 \
	"SUMMARY:Design review\r\nDTSTART:20261123T150000Z\r\n"                          \
	"DTEND:20261123T160000Z\r\nORGANIZER;CN=Ann:mailto:ann@example.com\r\n"          \
	"X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij\r\n"                   \
	"DESCRIPTION:D\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

#define TOLD_CALENDAR                                                                    \
	"id u\nuid u\nstart 2026-11-23T15:00:00Z\nend 2026-11-23T16:00:00Z\n"

static void
test_parts(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"no type at all", "x.eml",
			"From: Ann Lead <ann@example.com>\r\nSubject: Design\r\n  review\r\n"
			"\r\nMeeting ID: 1\r\n",
			"subject Design  review\norganizer ann@example.com\n"
			"organizer_name Ann Lead\nbody body text Meeting ID: 1\r\\n\n"},
		{"an invitation: both bodies, then the calendar's", "x.eml",
			"From: \"Lead, Ann\" <ann@example.org>\r\nSubject: Invitation\r\n"
			"MIME-Version: 1.0\r\n"
			"Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\npreamble\r\n"
			"--a b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
			"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nText\r\n"
			"--a\r\nContent-Type: text/html; charset=\"utf-8\"\r\n"
			"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
			"<a href=3D\"https://northwind.zoom.us/j/9184730226=\r\n5\">Join</a>\r\n"
			"--a\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n" CALENDAR
			"--a--\r\n\r\n"
			"--a b\r\nContent-Type: application/ics; name=invite.ics\r\n"
			"Content-Disposition: attachment\r\n\r\n" CALENDAR
			"--a b\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\n"
			"Notes\r\n--a b--\r\nepilogue\r\n",
			TOLD_CALENDAR
			"subject Design review\norganizer ann@example.com\norganizer_name Ann\n"
			"body body text Text\n"
			"body body html <a href=\"https://northwind.zoom.us/j/91847302265\">Join"
			"</a>\n"
			"body DESCRIPTION text D\n"
			"entry X-GOOGLE-CONFERENCE video https://meet.google.com/abc-defg-hij\n"},
		{"related, with a picture", "x.eml",
			"Content-Type: multipart/related; boundary=b; type=\"text/html\"\n\n"
			"--b\nContent-Type: text/html\n\n<p>A</p>\n--b\nContent-Type: image/png\n"
			"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n",
			"body body html <p>A</p>\n"},
		{"base64", "x.eml",
			"Content-Type: text/plain; charset=utf-8\n"
			"Content-Transfer-Encoding: BASE64\n\nTWVldGluZyBJ\nRDogMTIz\n",
			"body body text Meeting ID: 123\n"},
		{"a calendar alone, in base64 and UTF-8 without saying so", "x.eml",
			"Subject: x\nContent-Type: text/calendar\n"
			"Content-Transfer-Encoding: base64\n\n"
			"QkVHSU46VkNBTEVOREFSCkJFR0lOOlZFVkVOVApTVU1NQVJZOkNhZsOpCkVORDpWRVZFTlQK\n",
			"subject Caf\xc3\xa9\n"},
		{"a cancellation whose calendar says that it is confirmed", "x.eml",
			"Content-Type: text/calendar; method=\"cancel\"\n\n"
			"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSTATUS:CONFIRMED\nUID:u\nEND:VEVENT\n",
			"id u\nuid u\ncancelled\n"},
		{"a calendar that cannot be read leaves the mail", "x.eml",
			"Subject: A\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nText\n"
			"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\n"
			"SUMMARY:B\n--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
			"BEGIN:VEVENT\nSUMMARY:C\nEND:VEVENT\n--b--\n",
			"subject C\nbody body text Text\n"},
		{"the last part is not ended", "x.eml",
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nOne\n--b\n\nTwo\n",
			"body body text One\nbody body text Two\\n\n"},
		{"a boundary that begins as another", "x.eml",
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
			"Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\nOne\n--bb--\n"
			"--b \t\n\nTwo\n--bx\n--b--\n",
			"body body text One\nbody body text Two\\n--bx\n"},
		{"no boundary", "x.eml",
			"Content-Type: multipart/mixed\n\n--b\n\nOne\n--b--\n", ""},
		{"a boundary in pieces, with another charset", "x.eml",
			"Content-Type: multipart/mixed; boundary*0*=us-ascii'en'%62; "
			"boundary*1=\"\\c\"\n\n--bc\n\nOne\n--bc--\n",
			"body body text One\n"},
		{"an attached calendar by its name alone", "x.eml",
			"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
			"Content-Type: application/octet-stream\n"
			"Content-Disposition: attachment; filename*=utf-8''a%20b.ICS\n\n"
			"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:C\nEND:VEVENT\n--b--\n",
			"subject C\n"},
		{"a mailbox's line before it, and blank lines", "-",
			"\nFrom ann@example.com Mon Nov 23 15:00:00 2026\nSubject: A\nMessage-ID: <1>\n\nB\n",
			"subject A\nbody body text B\\n\n"},
		{"a header and nothing else", "x.eml", "Subject: A", "subject A\n"},
		{"fields whose name is followed by a blank, and folds with a tab",
			"x.eml", "Subject : A\n\tB\nContent-Type : text/html\n\n<p>\n",
			"subject A\tB\nbody body html <p>\\n\n"},
		{"a type that is none is text", "x.eml", "Content-Type: html\n\nA",
			"body body text A\n"},
		{"what is not read", "x.eml", "Content-Type: application/pdf\n\n%PDF-\n",
			""},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_forwarded(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"text, HTML and a calendar of a message in the message", "x.eml",
			"Subject: Fw\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nSee\n"
			"--b\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n"
			"Subject: Inner\nContent-Type: multipart/alternative; boundary=c\n\n"
			"--c\n\nText\n--c\nContent-Type: text/html\n\n<p>H\n"
			"--c\nContent-Type: text/calendar; method=CANCEL\n\n" CALENDAR
			"--c--\n--b\n\nAfter\n--b--\n",
			"subject Fw\nbody body text See\n"
			"body body text -----Original Message-----\\nText\n"
			"body body html -----Original Message-----<br>\\n<p>H\n"
			"body LOCATION text -----Original Message-----\\n\\n"
			"https://meet.google.com/abc-defg-hij\n"
			"body DESCRIPTION text -----Original Message-----\\nD\n"
			"body body text After\n"},
		{"a message in base64", "x.eml",
			"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
			"U3ViamVjdDogQQoKQgo=\n",
			"body body text -----Original Message-----\\nB\\n\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_words(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"Q and B", "x.eml",
			"Subject: =?utf-8?Q?Caf=C3=A9_1?= x =?UTF-8?b?w6k=?=\n\n",
			"subject Caf\xc3\xa9 1 x \xc3\xa9\n"},
		{"a character split over two", "x.eml",
			"Subject: =?utf-8?Q?Caf=C3?=\n =?utf-8?Q?=A9?=\n\n",
			"subject Caf\xc3\xa9\n"},
		{"the same charset twice, with its shifts", "x.eml",
			"Subject: =?iso-2022-jp?B?GyRCMnE1RBsoQg==?=\n"
			" =?iso-2022-jp?B?GyRCPDwbKEI=?=\n\n",
			"subject \xe4\xbc\x9a\xe8\xad\xb0\xe5\xae\xa4\n"},
		{"with a language", "x.eml", "Subject: =?iso-8859-1*fr?Q?=E9?=\n\n",
			"subject \xc3\xa9\n"},
		{"raw bytes", "x.eml", "Subject: Caf\xe9\n\n", "subject Caf\xc3\xa9\n"},
		{"what is no encoded word", "x.eml",
			"Subject: =?x?= =?utf-8?X?a?= =?utf-8?Q?a\n\n",
			"subject =?x?= =?utf-8?X?a?= =?utf-8?Q?a\n"},
		{"an unknown charset", "x.eml", "Subject: =?x-none?Q?=E9?=\n\n",
			"subject \xc3\xa9\n"},
		{"the sender's name", "x.eml",
			"From: =?utf-8?Q?Ann=20L=C3=A9a?= <ann@example.com>\n\n",
			"organizer ann@example.com\norganizer_name Ann L\xc3\xa9"
			"a\n"},
		{"an address alone", "x.eml", "From: ann@example.com (Ann)\n\n",
			"organizer ann@example.com\n"},
		{"an address that is not ASCII", "x.eml",
			"From: <ann@ex\xe4mple.com>\n\n",
			"organizer ann@ex\xc3\xa4mple.com\n"},
		{"no address", "x.eml", "From: Ann\n\n", ""},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static void
test_flowed(void **state)
{
	(void)state;
	static const struct told_case cases[] = {
		{"lines that go on", "x.eml",
			"Content-Type: text/plain; format=flowed\n\nMeeting \nID: 1\n\n> a \n> b\n"
			">> c\n stuffed\n-- \nAnn \n",
			"body body text Meeting ID: 1\\n\\n> a b\\n>> c\\nstuffed\\n-- \\nAnn \n"},
		{"a link in pieces", "x.eml",
			"Content-Type: text/plain; format=Flowed; DelSp=Yes\n\n"
			"https://northwind.zoom.us/j/91847 \n302265\n",
			"body body text https://northwind.zoom.us/j/91847302265\n"},
	};
	told_check(cases, sizeof cases / sizeof *cases);
}

static const char *
told_nested(struct arena *a, const char *unit, size_t n, const char *after)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "Subject: A\n");
	for (; n > 0; n--)
		buf_str(&b, unit);
	buf_str(&b, after);
	return told(a, "x.eml", b.s, b.n);
}

static void
test_limits(void **state)
{
	(void)state;
	static const char inner[] = "Content-Type: message/rfc822\n\n";
	struct arena *a = arena_new(64 << 20);
	assert_string_equal(told_nested(a, inner, 15, "\n"), "subject A\n");
	assert_string_equal(
		told_nested(a, inner, 16, "\n"), "error mail_too_many_parts\n");
	const char *many = "Content-Type: multipart/mixed; boundary=b\n\n";
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, many);
	for (size_t i = 0; i < 255; i++)
		buf_str(&b, "--b\nContent-Type: image/png\n\nx\n");
	assert_string_equal(told(a, "x.eml", b.s, b.n), "");
	buf_str(&b, "--b\n\nx\n");
	assert_string_equal(told(a, "x.eml", b.s, b.n), "error mail_too_many_parts\n");
	arena_free(a);
}

/* A field of a megabyte, and one parameter of it a hundred thousand times. */
static void
test_long_fields(void **state)
{
	(void)state;
	struct arena *a = arena_new(64 << 20);
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "Content-Type: text/plain");
	for (size_t i = 0; i < 100000; i++)
		buf_str(&b, "; charset*1=a");
	buf_str(&b, "\nSubject:");
	for (size_t i = 0; i < 100000; i++)
		buf_str(&b, " =?a?Q?b");
	buf_str(&b, "\n\nText");
	assert_string_equal(told(a, "x.eml", b.s, b.n), "body body text Text\n");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_flowed),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_fields),
	};
	return cmocka_run_group_tests_name("invite_mime", tests, NULL, NULL);
}
