#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <string.h>

#include "help/help.h"
#include "help/talk.h"

#define ONE ROOM("one@example.com")
#define FOUND(fields) ASK(FIND(SHAPE("", fields), DAY, ONE))
#define PUBLIC(name)                                                                            \
	"<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"" name \
	"\" PropertyType=\"String\"/>"
#define LINK "https://teams.microsoft.com/l/meetup-join/19%3ameeting_SAMPLE%40thread.v2/0"

/* Puts one meeting, finds it, and asks for it by GetItem. */
static void
get(struct env *e, const struct sim_meeting *m, const char *version, const char *shape,
	const char *fields)
{
	put_meeting(e, "one@example.com", m);
	expect(e, FOUND(TIMES), 200, "NoError");
	expect(e,
		arena_printf(e->a,
			ENVELOPE(VERSION("%s"),
				GET(SHAPE("%s", "%s"), "<t:ItemId Id=\"%s\"/>")),
			version, shape, fields, ITEM_ID(e, 0)),
		200, "ResponseCode");
}

static void
texts_are_cut_by_find_and_whole_in_get(void **state)
{
	(void)state;
	char location[3 * 300 + 1] = "", cut[3 * 255 + 1] = "";
	for (int i = 0; i < 300; i++)
		strcat(location,
			i % 2 ? "x" : "\xe2\x82\xac"); /* a euro sign has three bytes */
	memcpy(cut, location, 128 * 3 + 127);
	struct env e;
	open_two_rooms(&e);
	struct sim_property link = {
		"SkypeTeamsMeetingUrl", arena_printf(e.a, "%s/%s", LINK, location)};
	struct sim_meeting m = {.name = "m",
		.subject = "A & <b> \"c\"",
		.organizer = "Ann Example <ann@example.com>",
		.start = "now",
		.end = "+1h",
		.location = location,
		.html = "<p>x</p>",
		.properties = &link,
		.properties_count = 1};
#define ALL                                                                              \
	FIELD("item:Body")                                                               \
	FIELD("calendar:Organizer")                                                      \
	FIELD("calendar:Location") FIELD("item:Subject") PUBLIC("SkypeTeamsMeetingUrl")
	put_meeting(&e, "one@example.com", &m);
	expect(&e, FOUND(ALL), 200,
		arena_printf(e.a, "<t:Location>%s</t:Location>", cut));
	assert_int_equal(strlen(between(e.a, e.answer.body, "<t:Value>", "<", 0)),
		strlen(LINK) + 1 + (255 - strlen(LINK) - 1) * 2 + 1);
	has(&e, "<t:Subject>A &amp; &lt;b&gt; &quot;c&quot;</t:Subject>");
	has(&e, "<t:Organizer><t:Mailbox><t:Name>Ann Example</t:Name></t:Mailbox></t:Organizer>");
	has_not(&e, "<t:Body");
	has_not(&e, "ann@example.com");

	get(&e, &m, "Exchange2013_SP1", "", ALL);
	has(&e, arena_printf(e.a, "<t:Location>%s</t:Location>", location));
	has(&e, arena_printf(e.a, "<t:Value>%s</t:Value>", link.value));
	has(&e, "<t:EmailAddress>ann@example.com</t:EmailAddress><t:RoutingType>SMTP<");
	has(&e, "<t:Body BodyType=\"HTML\" IsTruncated=\"false\">&lt;p&gt;x&lt;/p&gt;</t:Body>");
	/* In the schema's order, whatever order they are asked in. */
	const char *subject = strstr(e.answer.body, "<t:Subject>"),
		   *body = strstr(e.answer.body, "<t:Body"),
		   *extended = strstr(e.answer.body, "<t:ExtendedProperty>"),
		   *place = strstr(e.answer.body, "<t:Location>");
	assert_true(subject < body && body < extended && extended < place);
	close_env(&e);
}

static void
bodies_come_as_asked(void **state)
{
	(void)state;
	static const struct {
		const char *text, *html, *shape, *version, *within;
	} cases[] = {
		{"a\nb\r\nc", NULL, "", "Exchange2013_SP1",
			"<t:Body BodyType=\"Text\" IsTruncated=\"false\">a&#xD;\nb&#xD;\nc</t:Body>"},
		{"a", NULL, "<t:BodyType>Best</t:BodyType>", "Exchange2010_SP2",
			"<t:Body BodyType=\"Text\">a</t:Body>"},
		{NULL, "<p>a</p>", "<t:BodyType>Best</t:BodyType>", "Exchange2010_SP2",
			"<t:Body BodyType=\"HTML\">&lt;p&gt;a&lt;/p&gt;</t:Body>"},
		{"a < b", NULL, "<t:BodyType>HTML</t:BodyType>", "Exchange2013_SP1",
			"&lt;div class=&quot;PlainText&quot;&gt;a &amp;lt; b&lt;/div&gt;"},
		{NULL,
			"<head><style>p {}</style><title>t</title></head><p>x&amp;y</p><a "
			"href=\"https://e.example/?a=1&amp;b=2\">Join</a><br>z",
			"<t:BodyType>Text</t:BodyType>", "Exchange2013_SP1",
			"<t:Body BodyType=\"Text\" IsTruncated=\"false\">x&amp;y&#xD;\nJoin"
			"&lt;https://e.example/?a=1&amp;b=2&gt;&#xD;\nz</t:Body>"},
		{NULL, NULL, "", "Exchange2013_SP1", "IsTruncated=\"false\"></t:Body>"},
		{"\x01\x0b", NULL, "", "Exchange2013_SP1", ">&#x1;&#xB;</t:Body>"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sim_meeting m = {.name = "m",
			.start = "now",
			.end = "+1h",
			.text = cases[i].text,
			.html = cases[i].html};
		get(&e, &m, cases[i].version, cases[i].shape, FIELD("item:Body"));
		has(&e, cases[i].within);
	}
	/* No more of it than is wanted, and no half of a character. */
	char large[3000] = "";
	for (int i = 0; i < 999; i++)
		strcat(large, "\xe2\x82\xac");
	get(&e,
		&(struct sim_meeting){
			.name = "m", .start = "now", .end = "+1h", .text = large},
		"Exchange2013_SP1", "<t:MaximumBodySize>1</t:MaximumBodySize>",
		FIELD("item:Body"));
	const char *body = between(e.a, e.answer.body, "IsTruncated=\"true\">", "<", 0);
	assert_int_equal(strlen(body), 1023);
	close_env(&e);
}

/* What Set-CalendarProcessing leaves of an invitation. */
static void
rooms_strip_what_they_are_told_to(void **state)
{
	(void)state;
	static const struct sim_property link = {"SkypeTeamsMeetingUrl", LINK};
	static const struct sim_meeting m = {.name = "m",
		.subject = "Hiring",
		.organizer = "Ida Example <ida@example.com>",
		.start = "now",
		.end = "+1h",
		.html = "<p>https://northwind.zoom.us/j/91847302265</p>",
		.join_url = LINK,
		.properties = &link,
		.properties_count = 1};
	static const struct {
		struct sim_room room;
		const char *subject;
	} cases[] = {
		{{.delete_comments = true}, "Hiring"},
		{{.delete_comments = true, .delete_subject = true}, ""},
		{{.delete_comments = true, .add_organizer_to_subject = true},
			"Ida Example Hiring"},
		{{.delete_comments = true,
			 .delete_subject = true,
			 .add_organizer_to_subject = true},
			"Ida Example"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sim_room r = cases[i].room;
		r.mailbox = "one@example.com";
		assert_int_equal(exchange_put_room(e.x, &r, &e.err), ERR_NONE);
		get(&e, &m, "Exchange2013_SP1", "",
			FIELD("item:Subject") FIELD("item:Body")
				FIELD("calendar:JoinOnlineMeetingUrl")
					PUBLIC("SkypeTeamsMeetingUrl"));
		has(&e, arena_printf(e.a, "<t:Subject>%s</t:Subject>", cases[i].subject));
		has_not(&e, "zoom");
		has(&e, "&lt;body&gt;&lt;/body&gt;");
		has(&e, "<t:Value>" LINK "</t:Value>");
		has(&e, "<t:JoinOnlineMeetingUrl>" LINK "</t:JoinOnlineMeetingUrl>");
	}
	close_env(&e);
}

static void
flags_are_told(void **state)
{
	(void)state;
#define FLAGS                                                                            \
	FIELD("item:Sensitivity")                                                        \
	FIELD("calendar:IsAllDayEvent")                                                  \
	FIELD("calendar:LegacyFreeBusyStatus")                                           \
	FIELD("calendar:IsCancelled")                                                    \
	FIELD("calendar:IsRecurring")                                                    \
	FIELD("calendar:IsMeeting")                                                      \
	FIELD("calendar:MyResponseType")                                                 \
	FIELD("calendar:AppointmentState") FIELD("calendar:CalendarItemType")
	static const struct {
		struct sim_meeting m;
		const char *sensitivity, *all_day, *busy, *cancelled, *meeting, *response,
			*state;
	} cases[] = {
		{{.organizer = "Ann"}, "Normal", "false", "Busy", "false", "true",
			"Accept", "3"},
		{{.response = "Organizer"}, "Normal", "false", "Busy", "false", "false",
			"Organizer", "0"},
		{{.organizer = "Ann", .response = "Organizer"}, "Normal", "false", "Busy",
			"false", "true", "Organizer", "1"},
		{{.organizer = "Ann", .cancelled = true, .busy = "Free"}, "Normal",
			"false", "Free", "true", "true", "Accept", "7"},
		{{.organizer = "Ann",
			 .sensitivity = "Private",
			 .busy = "Tentative",
			 .response = "Tentative"},
			"Private", "false", "Tentative", "false", "true", "Tentative",
			"3"},
		{{.organizer = "Ann", .all_day = true, .busy = "WorkingElsewhere"},
			"Normal", "true", "WorkingElsewhere", "false", "true", "Accept",
			"3"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sim_meeting m = cases[i].m;
		m.name = "m";
		m.start = "now";
		m.end = "+1h";
		put_meeting(&e, "one@example.com", &m);
		expect(&e, FOUND(FLAGS), 200,
			arena_printf(e.a,
				"<t:Sensitivity>%s</t:Sensitivity><t:IsAllDayEvent>%s"
				"</t:IsAllDayEvent><t:LegacyFreeBusyStatus>%s"
				"</t:LegacyFreeBusyStatus><t:IsMeeting>%s</t:IsMeeting>"
				"<t:IsCancelled>%s</t:IsCancelled><t:IsRecurring>false"
				"</t:IsRecurring><t:CalendarItemType>Single"
				"</t:CalendarItemType><t:MyResponseType>%s</t:MyResponseType>"
				"<t:AppointmentState>%s<",
				cases[i].sensitivity, cases[i].all_day, cases[i].busy,
				cases[i].meeting, cases[i].cancelled, cases[i].response,
				cases[i].state));
	}
	expect(&e,
		ENVELOPE(VERSION("Exchange2010_SP2"),
			FIND(SHAPE("", FIELD("calendar:LegacyFreeBusyStatus")), DAY,
				ONE)),
		200, "<t:LegacyFreeBusyStatus>NoData<"); /* 2010 has no better word */
	close_env(&e);
}

static void
properties_are_asked_for_in_ways_that_exist(void **state)
{
	(void)state;
	static const struct {
		const char *attributes, *within;
	} cases[] = {
		{"DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"A\" "
		 "PropertyType=\"String\"",
			"<t:Value>yes</t:Value>"},
		{"PropertySetId=\"00020329-0000-0000-c000-000000000046\" PropertyName=\"A\" "
		 "PropertyType=\"String\"",
			"<t:Value>yes</t:Value>"},
		{"DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"a\" "
		 "PropertyType=\"String\"",
			"</t:CalendarItem>"},
		{"DistinguishedPropertySetId=\"Meeting\" PropertyId=\"3\" PropertyType=\"Binary\"",
			"</t:CalendarItem>"},
		{"PropertyTag=\"0x670a\" PropertyType=\"SystemTime\"",
			"</t:CalendarItem>"},
		{"PropertyName=\"A\" PropertyType=\"String\"",
			"ErrorInvalidExtendedProperty"},
		{"DistinguishedPropertySetId=\"PublicStrings\" PropertyType=\"String\"",
			"ErrorInvalidExtendedProperty"},
		{"DistinguishedPropertySetId=\"PublicStrings\" PropertyTag=\"0x670a\" "
		 "PropertyType=\"String\"",
			"ErrorInvalidExtendedProperty"},
		{"DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"A\" "
		 "PropertyId=\"3\" PropertyType=\"String\"",
			"ErrorInvalidExtendedProperty"},
	};
	static const struct sim_property a = {"A", "yes"};
	struct env e;
	open_two_rooms(&e);
	put_meeting(&e, "one@example.com",
		&(struct sim_meeting){.name = "m",
			.start = "now",
			.end = "+1h",
			.properties = &a,
			.properties_count = 1});
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		expect(&e,
			arena_printf(e.a, FOUND("<t:ExtendedFieldURI %s/>"),
				cases[i].attributes),
			200, cases[i].within);
		if (strstr(cases[i].within, "Value") == NULL)
			has_not(&e, "ExtendedProperty><");
	}
	expect(&e, FOUND(FIELD("folder:DisplayName")), 200,
		"ErrorInvalidPropertyRequest");
	close_env(&e);
}

static void
items_answer_one_by_one(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	put_meeting(&e, "one@example.com",
		&(struct sim_meeting){
			.name = "a", .subject = "A", .start = "now", .end = "+1h"});
	put_meeting(&e, "one@example.com",
		&(struct sim_meeting){.name = "b",
			.subject = "B",
			.start = "+1h",
			.end = "+2h",
			.text = "x",
			.corrupt = true});
	put_meeting(&e, "two@example.com",
		&(struct sim_meeting){
			.name = "c", .subject = "C", .start = "now", .end = "+1h"});
	expect(&e, ASK(FIND(SHAPE("", TIMES), DAY, ONE ROOM("two@example.com"))), 200,
		"NoError");
	const char *a = ITEM_ID(&e, 0), *b = ITEM_ID(&e, 1), *c = ITEM_ID(&e, 2);
	char *other = arena_strdup(e.a, a), *broken = arena_strdup(e.a, a);
	other[strlen(other) - 17] ^= 0x20; /* another case */
	broken[10] ^= 0x20;
	expect(&e,
		ASK("<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
		    "</m:FolderShape><m:FolderIds>" ONE "</m:FolderIds></m:GetFolder>"),
		200, "NoError");
	const char *folder = between(e.a, e.answer.body, "<t:FolderId Id=\"", "\"", 0);
#define FOUR                                                                             \
	"<t:ItemId Id=\"%s\"/><t:ItemId Id=\"%s\" ChangeKey=\"stale\"/><t:ItemId "       \
	"Id=\"%s\"/><t:ItemId Id=\"%s\"/>"
	expect(&e,
		arena_printf(e.a, ASK(GET(SHAPE("", TIMES FIELD("item:Body")), FOUR)), c,
			b, folder, a),
		200, "NoError");
	static const char *const codes[] = {"NoError", "ErrorItemCorrupt",
		"ErrorCannotUseFolderIdForItemId", "NoError"};
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(
			between(e.a, e.answer.body, "<m:ResponseCode>", "<", i),
			codes[i]);
	assert_string_equal(between(e.a, e.answer.body, "<t:Subject>", "<", 0), "C");
	assert_string_equal(between(e.a, e.answer.body, "<t:Subject>", "<", 1), "A");
	assert_int_equal(occurrences(e.answer.body, "<m:Items/>"), 2);

	expect(&e,
		arena_printf(e.a, ASK(GET(SHAPE("", TIMES), FOUR)), b, broken, "", other),
		200,
		"<t:Subject>B</t:Subject>"); /* without its body, nothing is corrupt */
	assert_string_equal(between(e.a, e.answer.body, "<m:ResponseCode>", "<", 1),
		"ErrorInvalidIdMalformed");
	assert_string_equal(between(e.a, e.answer.body, "<m:ResponseCode>", "<", 2),
		"ErrorInvalidIdEmpty");
	assert_string_not_equal(
		between(e.a, e.answer.body, "<m:ResponseCode>", "<", 3), "NoError");

	/* A minute is enough for two. */
	struct exchange_server s = {.batch_limit = 2};
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	expect(&e, arena_printf(e.a, ASK(GET(SHAPE("", TIMES), FOUR)), a, b, c, a), 200,
		"ResponseClass=\"Warning\"");
	assert_int_equal(occurrences(e.answer.body, "NoError"), 2);
	assert_int_equal(occurrences(e.answer.body, ">ErrorBatchProcessingStopped<"), 2);
	close_env(&e);
}

static void
copies_of_one_meeting_share_its_uid(void **state)
{
	(void)state;
	struct sim_meeting m = {.name = "m",
		.organizer = "Ann Example <ann@example.com>",
		.start = "now",
		.end = "+1h"};
	struct env e;
	open_two_rooms(&e);
	put_meeting(&e, "one@example.com", &m);
	put_meeting(&e, "two@example.com", &m);
	m.organizer = "Bob Example <bob@example.com>";
	m.name = "n";
	put_meeting(&e, "two@example.com", &m);
	expect(&e,
		ASK(FIND(SHAPE("", FIELD("calendar:UID")), DAY,
			ONE ROOM("two@example.com"))),
		200, "NoError");
	const char *uid = between(e.a, e.answer.body, "<t:UID>", "<", 0);
	assert_int_equal(strlen(uid), 112);
	assert_string_equal(between(e.a, e.answer.body, "<t:UID>", "<", 1), uid);
	assert_string_not_equal(between(e.a, e.answer.body, "<t:UID>", "<", 2), uid);
	assert_string_not_equal(ITEM_ID(&e, 0), ITEM_ID(&e, 1));
	close_env(&e);
}

static void
lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
}

static void
ids_are_long_and_told_apart_by_case(void **state)
{
	(void)state;
	struct env e;
	open_two_rooms(&e);
	for (int i = 0; i < 8; i++)
		put_meeting(&e, "one@example.com",
			&(struct sim_meeting){.name = arena_printf(e.a, "%d", i),
				.start = arena_printf(e.a, "+%dm", i),
				.end = "+1h"});
	expect(&e, FOUND(TIMES), 200, "TotalItemsInView=\"8\"");
	size_t alike = 0;
	for (size_t i = 0; i < 8; i++)
		for (size_t k = 0; k < i; k++) {
			char *a = arena_strdup(e.a, ITEM_ID(&e, i));
			char *b = arena_strdup(e.a, ITEM_ID(&e, k));
			assert_true(strlen(a) >= 100);
			assert_string_not_equal(a, b);
			lower(a);
			lower(b);
			alike += strcmp(a, b) == 0;
		}
	assert_true(alike >= 3);
	close_env(&e);
}

static void
changes_show_in_the_change_key(void **state)
{
	(void)state;
	struct sim_meeting m = {
		.name = "m", .subject = "Old", .start = "now", .end = "+1h"};
	struct env e;
	open_two_rooms(&e);
#define KEY(e) between((e)->a, (e)->answer.body, "ChangeKey=\"", "\"", 0)
	put_meeting(&e, "one@example.com", &m);
	expect(&e, FOUND(TIMES), 200, "Old");
	const char *id = ITEM_ID(&e, 0), *key = KEY(&e);
	expect(&e, FOUND(TIMES), 200, "Old");
	assert_string_equal(KEY(&e), key);
	m.subject = "New";
	put_meeting(&e, "one@example.com", &m);
	expect(&e, FOUND(TIMES), 200, "New");
	assert_string_equal(ITEM_ID(&e, 0), id);
	assert_string_not_equal(KEY(&e), key);
	assert_true(exchange_delete(e.x, "one@example.com", "m"));
	assert_false(exchange_delete(e.x, "one@example.com", "m"));
	expect(&e, FOUND(TIMES), 200, "TotalItemsInView=\"0\"");
	expect(&e,
		arena_printf(
			e.a, ASK(GET(SHAPE("", TIMES), "<t:ItemId Id=\"%s\"/>")), id),
		200, "ErrorItemNotFound");
	put_meeting(&e, "one@example.com", &m);
	expect(&e, FOUND(TIMES), 200, "New");
	assert_string_not_equal(ITEM_ID(&e, 0), id); /* it is another one */
	assert_true(exchange_delete(e.x, "one@example.com", NULL));
	expect(&e, FOUND(TIMES), 200, "ErrorNonExistentMailbox");
	assert_int_equal(exchange_put(e.x, "one@example.com", &m, &e.err), ERR_ABSENT);
	close_env(&e);
}

static void
a_scenario_is_read_again(void **state)
{
	(void)state;
#define HEAD                                                                                \
	"accounts: [{user: svc, password: x, rights: [{mailbox: '*', right: Reviewer}]}]\n" \
	"rooms:\n  - mailbox: one@example.com\n    meetings:\n"
	static const char before[] =
		HEAD "      - {name: a, subject: A, start: now, end: +1h}\n"
		     "      - {name: b, subject: B, start: +1h, end: +2h, text: x}\n";
	static const char after[] =
		HEAD "      - {name: c, subject: C, start: -1h, end: +1h}\n"
		     "      - {name: a, subject: A, start: now, end: +1h}\n"
		     "      - {name: b, subject: B, start: +1h, end: +2h, text: X}\n";
	struct env e;
	memset(&e, 0, sizeof e);
	e.a = arena_new(0);
	const char *path = arena_printf(e.a, "%s/s.yaml", help_tmpdir(e.a));
	help_write(path, before, strlen(before));
	struct sim_config c = {.scenario = path, .now = NOW};
	assert_int_equal(exchange_start(&c, &e.x, &e.err), ERR_NONE);
	speak_as(&e, "SVC", "x");
	expect(&e, FOUND(TIMES), 200, "TotalItemsInView=\"2\"");
	const char *a = ITEM_ID(&e, 0), *b = ITEM_ID(&e, 1);
	const char *a_key = KEY(&e),
		   *b_key = between(e.a, e.answer.body, "ChangeKey=\"", "\"", 1);
	help_write(path, after, strlen(after));
	assert_int_equal(exchange_reload(e.x, &e.err), ERR_NONE);
	expect(&e, FOUND(TIMES), 200, "TotalItemsInView=\"3\"");
	assert_string_equal(ITEM_ID(&e, 1), a);
	assert_string_equal(ITEM_ID(&e, 2), b);
	assert_string_equal(between(e.a, e.answer.body, "ChangeKey=\"", "\"", 1), a_key);
	assert_string_not_equal(
		between(e.a, e.answer.body, "ChangeKey=\"", "\"", 2), b_key);
	help_write(path, "rooms: 5", 8);
	assert_int_equal(exchange_reload(e.x, &e.err), ERR_CONFIG);
	expect(&e, FOUND(TIMES), 200, "TotalItemsInView=\"3\"");
	close_env(&e);
}

static void
a_body_may_stand_in_a_file(void **state)
{
	(void)state;
	static const char scenario[] =
		HEAD "      - {name: a, start: now, end: +1h, file: a.html}\n"
		     "      - name: b\n        start: +1h\n        end: +2h\n"
		     "        repeat: daily\n        file: b.txt\n"
		     "        exceptions: [{instance: 1, file: a.html}]\n";
	struct env e;
	memset(&e, 0, sizeof e);
	e.a = arena_new(0);
	const char *dir = help_tmpdir(e.a), *path = arena_printf(e.a, "%s/s.yaml", dir);
	help_write(path, scenario, strlen(scenario));
	help_write(arena_printf(e.a, "%s/a.html", dir), "<p>A</p>", 8);
	help_write(arena_printf(e.a, "%s/b.txt", dir), "B\n", 2);
	struct sim_config c = {.scenario = path, .now = NOW};
	if (exchange_start(&c, &e.x, &e.err) != ERR_NONE)
		fail_msg("%s", e.err.text);
	speak_as(&e, "svc", "x");
	expect(&e,
		ASK(FIND(SHAPE("", TIMES),
			VIEW("StartDate=\"2026-11-23T00:00:00Z\" EndDate=\"2026-11-25T00:00:00Z\""),
			ONE)),
		200, "TotalItemsInView=\"3\"");
	expect(&e,
		arena_printf(e.a,
			ASK(GET(SHAPE("", FIELD("item:Body")),
				"<t:ItemId Id=\"%s\"/><t:ItemId "
				"Id=\"%s\"/><t:ItemId Id=\"%s\"/>")),
			ITEM_ID(&e, 0), ITEM_ID(&e, 1), ITEM_ID(&e, 2)),
		200, "BodyType=\"Text\" IsTruncated=\"false\">B&#xD;\n</t:Body>");
	assert_int_equal(
		occurrences(e.answer.body, "BodyType=\"HTML\" IsTruncated=\"false\">"
					   "&lt;p&gt;A&lt;/p&gt;</t:Body>"),
		2);
	close_env(&e);
}

static void
a_wrong_scenario_is_refused(void **state)
{
	(void)state;
#define MEETING(inside) "rooms: [{mailbox: one@example.com, meetings: [{" inside "}]}]"
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"rooms: [{mailbox: one@example.com, colour: red}]", ":1: "},
		{"rooms: [{mailbox: one}]", "address"},
		{"rooms: [{mailbox: one@example.com}, {mailbox: ONE@example.com, meetings: [{name: "
		 "a, start: now, end: now}]}]",
			NULL}, /* more of one room is fine */
		{"rooms: [{mailbox: one@example.com, version: Exchange3}]", "Exchange3"},
		{"server: {version: new}", "new"},
		{"accounts: [{user: x}]", "password"},
		{"accounts: [{user: x, password: y, state: sad}]", "sad"},
		{"accounts: [{user: x, password: y, rights: [{mailbox: '*', right: all}]}]",
			"all"},
		{"accounts: [{user: x, password: y, password_expires: soon}]", "soon"},
		{MEETING("start: now, end: +1h"), "a meeting needs a name"},
		{MEETING("name: a, end: +1h"), "meeting a: it has no start"},
		{MEETING("name: a, start: now, end: -1h"), "ends before it starts"},
		{MEETING("name: a, start: noon, end: +1h"), "noon"},
		{MEETING("name: a, start: 2026-02-30T00:00:00Z, end: +1h"), "2026-02-30"},
		{MEETING("name: a, start: now, end: +1h, busy: busy"), "busy"},
		{MEETING("name: a, start: now, end: +1h, text: x, html: y"),
			"more than one"},
		{MEETING("name: a, start: now, end: +1h, file: none.html"), "none.html"},
		{MEETING("name: a, start: now, end: +1h, file: none.pdf"),
			".html or .txt"},
		{MEETING("name: a, start: now, end: +1h, exceptions: [{instance: 1}]"),
			"not repeated"},
		{MEETING("name: a, start: now, end: +1h, repeat: yearly"), "yearly"},
		{MEETING("name: a, start: now, end: +1h}, {name: a, start: now, end: +2h"),
			"two meetings of one name"},
	};
	struct arena *a = arena_new(0);
	const char *path = arena_printf(a, "%s/s.yaml", help_tmpdir(a));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sim_config c = {.scenario = path, .now = NOW};
		struct exchange *x = NULL;
		struct err err;
		help_write(path, cases[i].text, strlen(cases[i].text));
		int grade = exchange_start(&c, &x, &err);
		exchange_stop(x);
		if (cases[i].words == NULL) {
			assert_int_equal(grade, ERR_NONE);
			continue;
		}
		if (grade != ERR_CONFIG || strstr(err.text, cases[i].words) == NULL ||
			strstr(err.text, path) == NULL)
			fail_msg("no %s in: %s", cases[i].words, err.text);
	}
	struct exchange *x;
	struct err err;
	struct sim_config c = {.scenario = "/nowhere.yaml"};
	assert_int_equal(exchange_start(&c, &x, &err), ERR_CONFIG);
	c = (struct sim_config){.now = "yesterday"};
	assert_int_equal(exchange_start(&c, &x, &err), ERR_CONFIG);
	arena_free(a);
}

static void
times_count_from_now_and_from_today(void **state)
{
	(void)state;
	static const struct {
		const char *said, *start;
	} cases[] = {
		{"now", "2026-11-23T15:00:00Z"},
		{"+25m", "2026-11-23T15:25:00Z"},
		{"-1d2h", "2026-11-22T13:00:00Z"},
		{"+90s", "2026-11-23T15:01:30Z"},
		{"today", "2026-11-23T00:00:00Z"},
		{"today+1d 09:30", "2026-11-24T09:30:00Z"},
		{"today-1d 23:00", "2026-11-22T23:00:00Z"},
		{"now+5m", "2026-11-23T15:05:00Z"},
		{"2026-11-23T16:00:00+01:00", "2026-11-23T15:00:00Z"},
	};
	struct env e;
	open_two_rooms(&e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		put_meeting(&e, "one@example.com",
			&(struct sim_meeting){
				.name = "m", .start = cases[i].said, .end = "+9d"});
		expect(&e, ASK(FIND(SHAPE("", TIMES), "", ONE)), 200,
			arena_printf(e.a, "<t:Start>%s<", cases[i].start));
	}
	close_env(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_cut_by_find_and_whole_in_get),
		cmocka_unit_test(bodies_come_as_asked),
		cmocka_unit_test(rooms_strip_what_they_are_told_to),
		cmocka_unit_test(flags_are_told),
		cmocka_unit_test(properties_are_asked_for_in_ways_that_exist),
		cmocka_unit_test(items_answer_one_by_one),
		cmocka_unit_test(copies_of_one_meeting_share_its_uid),
		cmocka_unit_test(ids_are_long_and_told_apart_by_case),
		cmocka_unit_test(changes_show_in_the_change_key),
		cmocka_unit_test(a_scenario_is_read_again),
		cmocka_unit_test(a_body_may_stand_in_a_file),
		cmocka_unit_test(a_wrong_scenario_is_refused),
		cmocka_unit_test(times_count_from_now_and_from_today),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
