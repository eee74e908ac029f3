#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "base/xml.h"
#include "calendar/ews.h"
#include "help/help.h"

/* What servers really said. */

static void
parse_file(struct arena *a, int op, const char *name, struct reply *ret,
	const struct event **ret_events)
{
	size_t n;
	char *bytes = help_read(a,
		arena_printf(a, "fixtures/calendars/exchange/replies/%s.xml", name), &n);
	ews_parse(a, op, bytes, n, ret, ret_events);
}

static int64_t
at(const char *text)
{
	int64_t t;
	assert_true(when_parse(text, &t));
	return t;
}

static void
real_windows_are_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct reply r;
	parse_file(a, EWS_FIND, "find-three-rooms-two-refused", &r, NULL);
	assert_int_equal(r.err.grade, ERR_NONE);
	assert_string_equal(r.server_version, "15.0.847.4040");
	assert_int_equal(r.n_answers, 3);
	assert_true(r.answers[0].complete);
	assert_int_equal(r.n_sightings, 18);
	assert_string_equal(r.answers[1].err.code, "ErrorAccessDenied");
	assert_int_equal(r.answers[1].err.grade, ERR_DENIED);
	assert_string_equal(r.answers[2].err.code, "ErrorCannotFindUser");
	assert_int_equal(r.answers[2].err.grade, ERR_ABSENT);
	const struct event *e = &r.sightings[0].event;
	assert_string_equal(e->subject, "Teams sync 0");
	assert_string_equal(e->location, "Microsoft Teams Meeting; Room One");
	assert_string_equal(e->organizer, "ann@example.com");
	assert_string_equal(e->organizer_name, "Ann Example");
	assert_int_equal(e->start, at("2026-11-23T07:00:00Z"));
	assert_int_equal(e->end, at("2026-11-23T08:00:00Z"));
	assert_int_equal(e->busy, EVENT_BUSY);
	assert_int_equal(e->response, EVENT_UNANSWERED);
	assert_false(e->all_day || e->cancelled || e->is_private);
	assert_string_equal(e->change_key, "BgAAAKUYe2+83Ooe0DxWVwAAAAAAHg==");
	assert_non_null(e->uid);
	size_t all_day = 0, private = 0;
	for (size_t i = 0; i < r.n_sightings; i++) {
		assert_int_equal(r.sightings[i].slot, 0);
		assert_int_equal(r.sightings[i].err.grade, ERR_NONE);
		all_day += r.sightings[i].event.all_day;
		private += r.sightings[i].event.is_private;
	}
	assert_int_equal(all_day, 1);
	assert_int_equal(private, 1);

	parse_file(a, EWS_FIND, "find-incomplete", &r, NULL);
	assert_int_equal(r.n_answers, 1);
	assert_false(r.answers[0].complete);
	assert_int_equal(r.n_sightings, 2);

	/* Asked for with too few properties: each event is marked, none is shown at 1970.
	 */
	parse_file(a, EWS_FIND, "find-impersonated", &r, NULL);
	assert_int_equal(r.n_sightings, 18);
	for (size_t i = 0; i < r.n_sightings; i++)
		assert_string_equal(r.sightings[i].err.code, "bad_event");
	arena_free(a);
}

static void
real_events_are_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct reply r;
	const struct event *e;
	parse_file(a, EWS_GET, "get-everything", &r, &e);
	assert_int_equal(r.n_sightings, 1);
	assert_int_equal(e->n_bodies, 1);
	assert_int_equal(e->bodies[0].kind, EVENT_HTML);
	assert_non_null(
		strstr(e->bodies[0].text, "https://teams.microsoft.com/l/meetup-join/"));
	assert_int_equal(e->bodies[0].size, strlen(e->bodies[0].text));
	assert_true(r.sightings[0].body_hash != 0);
	assert_false(r.sightings[0].body_missing);
	assert_int_equal(r.sightings[0].event.n_bodies, 0);
	bool teams = false;
	for (size_t i = 0; i < e->n_entries; i++)
		teams |= strcmp(e->entries[i].name, "SkypeTeamsMeetingUrl") == 0 &&
			 e->entries[i].kind == ENTRY_VIDEO;
	assert_true(teams);

	parse_file(a, EWS_GET, "get-occurrence", &r, &e);
	assert_int_equal(e->bodies[0].kind, EVENT_TEXT);
	assert_string_equal(e->bodies[0].text, "sip:standup@vc.example.com");
	uint64_t hash = r.sightings[0].body_hash;
	parse_file(a, EWS_GET, "get-plain-html", &r, &e);
	assert_true(r.sightings[0].body_hash != hash);
	parse_file(a, EWS_GET_BARE, "get-plain-html", &r, &e);
	assert_int_equal(e->n_bodies, 0);
	assert_false(r.sightings[0].body_missing);
	arena_free(a);
}

static void
real_faults_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *file, *code;
		enum err_grade grade;
	} faults[] = {
		{"fault-impersonation-denied", "ErrorImpersonateUserDenied", ERR_DENIED},
		{"fault-no-such-mailbox", "ErrorCannotFindUser", ERR_ABSENT},
		{"fault-unknown-request", "soap_fault", ERR_BAD_REPLY}};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct reply r;
		parse_file(a, EWS_FIND, faults[i].file, &r, NULL);
		assert_string_equal(r.err.code, faults[i].code);
		assert_int_equal(r.err.grade, faults[i].grade);
		assert_int_equal(r.n_answers, 0);
	}
	arena_free(a);
}

/* Replies made for one purpose each. */

#define HEADER(version)                                                                  \
	"<s:Envelope xmlns:s=\"" EWS_SOAP "\" xmlns:t=\"" EWS_TYPES                      \
	"\" xmlns:m=\"" EWS_MESSAGES "\" xmlns:e=\"" EWS_ERRORS                          \
	"\"><s:Header><t:ServerVersionInfo MajorVersion=\"" version                      \
	"\" MinorVersion=\"1\" MajorBuildNumber=\"2507\" "                               \
	"MinorBuildNumber=\"6\"/></s:Header><s:Body>"
#define FOOTER "</s:Body></s:Envelope>"
#define FOUND(inside)                                                                    \
	HEADER("15")                                                                     \
	"<m:FindItemResponse><m:ResponseMessages>" inside                                \
	"</m:ResponseMessages></m:FindItemResponse>" FOOTER
#define GOT(inside)                                                                      \
	HEADER("15")                                                                     \
	"<m:GetItemResponse><m:ResponseMessages>" inside                                 \
	"</m:ResponseMessages></m:GetItemResponse>" FOOTER
#define WINDOW(last, total, items)                                                       \
	"<m:FindItemResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError"   \
	"</m:ResponseCode><m:RootFolder IncludesLastItemInRange=\"" last                 \
	"\" TotalItemsInView=\"" total "\"><t:Items>" items                              \
	"</t:Items></m:RootFolder></m:FindItemResponseMessage>"
#define ITEM(id, key) ITEM_AT(id, key, "2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z", "")
#define ITEM_AT(id, key, start, end, more)                                               \
	"<t:CalendarItem><t:ItemId Id=\"" id "\" ChangeKey=\"" key "\"/><t:Subject>" id  \
	"</t:Subject>" more "<t:Start>" start "</t:Start><t:End>" end                    \
	"</t:End></t:CalendarItem>"
#define WHOLE(id, key, body)                                                             \
	"<m:GetItemResponseMessage ResponseClass=\"Success\"><m:ResponseCode>NoError"    \
	"</m:ResponseCode><m:Items>" ITEM_AT(id, key, "2026-11-23T15:00:00Z",            \
		"2026-11-23T16:00:00Z",                                                  \
		"<t:Body BodyType=\"Text\">" body                                        \
		"</t:Body>") "</m:Items></m:GetItemResponseMessage>"
#define TROUBLE(kind, code)                                                              \
	"<m:" kind                                                                       \
	"ResponseMessage ResponseClass=\"Error\"><m:MessageText>x</m:MessageText>"       \
	"<m:ResponseCode>" code "</m:ResponseCode></m:" kind "ResponseMessage>"
#define FAULT(code, values)                                                              \
	HEADER("15")                                                                     \
	"<s:Fault><faultcode>a:" code "</faultcode><faultstring>no</faultstring>"        \
	"<detail><e:ResponseCode>" code "</e:ResponseCode><t:MessageXml>" values         \
	"</t:MessageXml></detail></s:Fault>" FOOTER

static struct reply
parse(struct arena *a, int op, const char *text)
{
	struct reply r;
	ews_parse(a, op, text, strlen(text), &r, NULL);
	return r;
}

static void
only_a_whole_window_is_complete(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool complete;
	} cases[] = {
		{FOUND(WINDOW("true", "1", ITEM("a", "1"))), true},
		{FOUND(WINDOW("true", "0", "")), true},
		{FOUND(WINDOW("false", "1", ITEM("a", "1"))), false},
		{FOUND(WINDOW("true", "2", ITEM("a", "1"))), false},
		{FOUND(WINDOW("maybe", "0", "")), false},
		{FOUND("<m:FindItemResponseMessage "
		       "ResponseClass=\"Success\"><m:ResponseCode>NoError"
		       "</m:ResponseCode></m:FindItemResponseMessage>"),
			false},
		{FOUND("<m:FindItemResponseMessage "
		       "ResponseClass=\"Success\"><m:ResponseCode>NoError"
		       "</m:ResponseCode><m:RootFolder/></m:FindItemResponseMessage>"),
			false},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r = parse(a, EWS_FIND, cases[i].text);
		assert_int_equal(r.n_answers, 1);
		assert_int_equal(r.answers[0].err.grade, ERR_NONE);
		assert_int_equal(r.answers[0].complete, cases[i].complete);
	}
	/* Every beginning of it is no answer at all. */
	const char *text = cases[0].text;
	for (size_t n = 0; n < strlen(text); n++) {
		struct reply r;
		ews_parse(a, EWS_FIND, text, n, &r, NULL);
		assert_int_equal(r.err.grade, ERR_BAD_REPLY);
		assert_int_equal(r.n_answers, 0);
	}
	/* More than was asked for. */
	struct buf b;
	buf_init(&b, a);
	for (int i = 0; i <= EWS_MAX_ENTRIES; i++)
		buf_printf(&b, ITEM("i%d", "1"), i, i);
	struct reply r = parse(
		a, EWS_FIND, arena_printf(a, FOUND(WINDOW("true", "251", "%s")), b.s));
	assert_false(r.answers[0].complete);
	arena_free(a);
}

static void
what_is_no_answer_is_refused(void **state)
{
	(void)state;
	static const struct {
		int op;
		const char *text, *code;
	} cases[] = {
		{EWS_FIND, "<html><body>login</body></html>", "not_soap"},
		{EWS_FIND, GOT(WHOLE("a", "1", "x")), "bad_answer"},
		{EWS_GET, FOUND(WINDOW("true", "0", "")), "bad_answer"},
		{EWS_FIND, FOUND(""), "bad_answer"},
		{EWS_FIND, HEADER("15") FOOTER, "not_soap"},
		{EWS_FIND,
			HEADER("15") "<m:FindItemResponse><m:ResponseMessages>" WINDOW(
				"true", "0",
				"") "</m:ResponseMessages></m:FindItemResponse>"
				    "<s:Fault><faultcode>x</faultcode></s:Fault>" FOOTER,
			"not_soap"},
		{EWS_FIND,
			HEADER("15") "</"
				     "s:Body><s:Body><m:FindItemResponse><m:"
				     "ResponseMessages>" WINDOW("true", "0",
					     "") "</m:ResponseMessages></"
						 "m:FindItemResponse>" FOOTER,
			"not_soap"},
		{EWS_FIND,
			"<Envelope "
			"xmlns=\"urn:other\"><Body><FindItemResponse/></Body></Envelope>",
			"not_soap"},
		{EWS_FIND, "{}", "bad_xml"},
		{99, FOUND(""), "bad_op"},
		{0, FOUND(""), "bad_op"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r = parse(a, cases[i].op, cases[i].text);
		assert_string_equal(r.err.code, cases[i].code);
		assert_int_equal(r.n_answers, 0);
		assert_int_equal(r.n_sightings, 0);
	}
	/* An error that carries items all the same has none. */
	struct reply r = parse(a, EWS_FIND,
		FOUND("<m:FindItemResponseMessage "
		      "ResponseClass=\"Error\"><m:ResponseCode>NoError"
		      "</m:ResponseCode><m:RootFolder "
		      "IncludesLastItemInRange=\"true\"><t:Items>" ITEM(
			      "a", "1") "</t:Items></m:RootFolder></"
					"m:FindItemResponseMessage>"));
	assert_string_equal(r.answers[0].err.code, "bad_answer");
	assert_int_equal(r.n_sightings, 0);
	arena_free(a);
}

static void
flags_of_an_event_are_understood(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct reply r = parse(a, EWS_FIND,
		FOUND(WINDOW("true", "7",
			ITEM_AT("a", "1", "2026-11-23T15:00:00.1234567+01:00",
				"2026-11-23T16:00:00Z",
				"<t:Sensitivity>Private</"
				"t:Sensitivity><t:LegacyFreeBusyStatus>Free"
				"</t:LegacyFreeBusyStatus><t:MyResponseType>Tentative</"
				"t:MyResponseType>") ITEM_AT("b", "1",
				"2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z",
				"<t:IsCancelled>true</"
				"t:IsCancelled><t:MyResponseType>Organizer"
				"</t:MyResponseType><t:LegacyFreeBusyStatus>OOF"
				"</t:LegacyFreeBusyStatus>") ITEM_AT("c", "1",
				"2026-11-23T15:00:00Z", "2026-11-23T16:00:00Z",
				"<t:AppointmentState>7</"
				"t:AppointmentState><t:MyResponseType>Decline"
				"</t:MyResponseType><t:LegacyFreeBusyStatus>Tentative"
				"</t:LegacyFreeBusyStatus>") ITEM_AT("d", "1",
				"2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z",
				"<t:IsAllDayEvent>true</"
				"t:IsAllDayEvent><t:AppointmentState>3"
				"</"
				"t:AppointmentState><t:Organizer><t:Mailbox><t:Name>Ann</"
				"t:Name>"
				"<t:EmailAddress>/O=CONTOSO/CN=ANN</t:EmailAddress></"
				"t:Mailbox>"
				"</t:Organizer><t:Subject>x</t:Subject>") ITEM_AT("e",
				"1", "2026-11-23T16:00:00Z", "2026-11-23T15:00:00Z",
				"") ITEM_AT("f", "1", "yesterday", "2026-11-23T15:00:00Z",
				"") "<t:Message><t:ItemId Id=\"g\"/></t:Message>")));
	assert_true(r.answers[0].complete);
	assert_int_equal(r.n_sightings, 6);
	const struct sighting *s = r.sightings;
	assert_int_equal(s[0].event.start, at("2026-11-23T14:00:00Z"));
	assert_true(s[0].event.is_private);
	assert_int_equal(s[0].event.busy, EVENT_FREE);
	assert_int_equal(s[0].event.response, EVENT_MAYBE);
	assert_true(s[1].event.cancelled);
	assert_int_equal(s[1].event.response, EVENT_ACCEPTED);
	assert_int_equal(s[1].event.busy, EVENT_AWAY);
	assert_true(s[2].event.cancelled);
	assert_int_equal(s[2].event.response, EVENT_DECLINED);
	assert_int_equal(s[2].event.busy, EVENT_TENTATIVE);
	assert_true(s[3].event.all_day);
	assert_false(s[3].event.cancelled);
	assert_null(s[3].event.organizer);
	assert_string_equal(s[3].event.organizer_name, "Ann");
	assert_int_equal(s[4].err.grade, ERR_BAD_REPLY);
	assert_int_equal(s[4].event.start, 0);
	assert_int_equal(s[5].err.grade, ERR_BAD_REPLY);
	arena_free(a);
}

static void
back_off_is_found_and_bounded(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ms;
		const char *code;
	} cases[] = {
		{FAULT("ErrorServerBusy", "<t:Value Name=\"Policy\">x</t:Value><t:Value "
					  "Name=\"BackOffMilliseconds\">297749"
					  "</t:Value>"),
			297749, "ErrorServerBusy"},
		{FAULT("ErrorServerBusy",
			 "<t:Value Name=\"BackOffMilliseconds\">0</t:Value>"),
			1000, "ErrorServerBusy"},
		{FAULT("ErrorServerBusy",
			 "<t:Value Name=\"BackOffMilliseconds\">99999999999</t:Value>"),
			HTTP_MAX_WAIT_MS, "ErrorServerBusy"},
		{FAULT("ErrorServerBusy",
			 "<t:Value Name=\"BackOffMilliseconds\">abc</t:Value>"),
			0, "ErrorServerBusy"},
		{FAULT("ErrorInternalServerError",
			 "<t:Value "
			 "Name=\"InnerErrorResponseCode\">ErrorServerBusy</t:Value>"),
			0, "ErrorServerBusy"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reply r = parse(a, EWS_FIND, cases[i].text);
		assert_string_equal(r.err.code, cases[i].code);
		assert_int_equal(r.wait_ms, cases[i].ms);
	}
	arena_free(a);
}

static void
expiry_is_read(void **state)
{
	(void)state;
	static const char shape[] = HEADER(
		"15") "<m:GetPasswordExpirationDateResponse ResponseClass=\"Success\">"
		      "<m:ResponseCode>NoError</"
		      "m:ResponseCode><m:PasswordExpirationDate>%s"
		      "</m:PasswordExpirationDate></"
		      "m:GetPasswordExpirationDateResponse>" FOOTER;
	struct arena *a = arena_new(0);
	struct reply r =
		parse(a, EWS_EXPIRY, arena_printf(a, shape, "2026-12-31T08:00:00Z"));
	assert_int_equal(r.password_expires, at("2026-12-31T08:00:00Z"));
	r = parse(a, EWS_EXPIRY, arena_printf(a, shape, "9999-12-31T23:59:59.9999999Z"));
	assert_true(r.password_expires == INT64_MAX);
	r = parse(a, EWS_EXPIRY, arena_printf(a, shape, "soon"));
	assert_int_equal(r.password_expires, 0);
	assert_int_equal(r.err.grade, ERR_BAD_REPLY);
	arena_free(a);
}

/* A poll, step by step, with canned answers. */

struct drive {
	struct arena *a;
	struct poll *poll;
	struct calendar_link link;
	struct http_ask ask;
	int op;
};

static int64_t
window_from(void)
{
	return at("2026-11-22T00:00:00Z");
}

static void
begin(struct drive *d, bool impersonate, const struct poll_room *rooms, size_t n)
{
	memset(d, 0, sizeof *d);
	d->a = arena_new(0);
	d->link = (struct calendar_link){.name = "hq",
		.url = "https://mail.example.com/EWS/Exchange.asmx",
		.user = "svc@example.com",
		.impersonate = impersonate};
	d->poll = ews_begin(&d->link, rooms, n, window_from(), window_from() + 8 * 86400);
	assert_non_null(d->poll);
}

static void
end(struct drive *d)
{
	assert_false(ews_ask(d->poll, d->a, &d->ask, &d->op));
	ews_end(d->poll);
	arena_free(d->a);
}

static size_t
occurrences(const char *text, const char *what)
{
	size_t n = 0;
	while ((text = strstr(text, what)) != NULL) {
		n++;
		text++;
	}
	return n;
}

/* The next request is `op` about `n` rooms or events. */
static void
expect(struct drive *d, int op, size_t n)
{
	assert_true(ews_ask(d->poll, d->a, &d->ask, &d->op));
	assert_int_equal(d->op, op);
	assert_string_equal(d->ask.url, d->link.url);
	assert_int_equal(d->ask.method, HTTP_POST);
	assert_int_equal(
		occurrences(d->ask.body, op == EWS_FIND ? "<t:DistinguishedFolderId Id="
							: "<t:ItemId Id="),
		n);
	struct xml_document *doc;
	assert_int_equal(xml_read(d->ask.body, d->ask.body_size, &doc, NULL), ERR_NONE);
	xml_free(doc);
}

static void
answer_with(struct drive *d, long status, const char *type, const char *location,
	const char *text)
{
	struct http_answer *http = arena_one(d->a, struct http_answer);
	struct reply *reply = arena_one(d->a, struct reply);
	*http = (struct http_answer){.status = status,
		.content_type = type,
		.location = location,
		.www_authenticate = status == 401 ? "Negotiate, Basic" : "",
		.retry_after_ms = status == 503 ? 120000 : 0,
		.body = text,
		.body_size = strlen(text)};
	ews_parse(d->a, d->op, text, strlen(text), reply, NULL);
	ews_take(d->poll, http, reply, NULL);
}

static void
answer(struct drive *d, const char *text)
{
	answer_with(d, 200, "text/xml; charset=utf-8", "", text);
}

static void
lose(struct drive *d, bool answered, enum err_grade grade, const char *code)
{
	struct err *err = arena_one(d->a, struct err);
	struct http_answer *http = arena_one(d->a, struct http_answer);
	*http = (struct http_answer){.status = 200,
		.content_type = "text/xml",
		.location = "",
		.body_size = 1};
	err_set(err, grade, code, "x");
	ews_take(d->poll, answered ? http : NULL, NULL, err);
}

static void
new_changed_and_unchanged_events(void **state)
{
	(void)state;
	static const struct known_event known[] = {{"a", "1", true}, {"b", "1", true}};
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com", .known = known, .n_known = 2},
		{.mailbox = "two@example.com"}};
	struct drive d;
	begin(&d, false, rooms, 2);
	expect(&d, EWS_FIND, 2);
	assert_non_null(
		strstr(d.ask.body, "<t:EmailAddress>two@example.com</t:EmailAddress>"));
	assert_non_null(strstr(d.ask.body,
		"StartDate=\"2026-11-22T00:00:00Z\" EndDate=\"2026-11-30T00:00:00Z\""));
	assert_null(strstr(d.ask.body, "Impersonation"));
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "2"))
				   WINDOW("true", "1", ITEM("c", "1"))));
	expect(&d, EWS_GET, 2); /* b changed, c is new, a is known */
	assert_null(strstr(d.ask.body, "Id=\"a\""));
	answer(&d, GOT(WHOLE("b", "2", "hello") WHOLE("c", "1", "")));
	assert_false(ews_ask(d.poll, d.a, &d.ask, &d.op));
	const struct poll_result *r = ews_results(d.poll);
	assert_int_equal(r[0].err.grade, ERR_NONE);
	assert_false(r[0].unchanged);
	assert_int_equal(r[0].n_seen, 2);
	assert_string_equal(r[0].seen[0].event.id, "a");
	assert_int_equal(r[0].seen[0].body_hash, 0);
	assert_string_equal(r[0].seen[0].room, "one@example.com");
	assert_true(r[0].seen[1].body_hash != 0);
	assert_int_equal(r[1].n_seen, 1);
	assert_true(r[1].seen[0].body_missing);
	end(&d);

	/* Nothing new: one request, however many rooms. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "1"))));
	assert_true(ews_results(d.poll)[0].unchanged);
	end(&d);

	/* One fewer is a change. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "1", ITEM("a", "1"))));
	assert_false(ews_results(d.poll)[0].unchanged);
	assert_int_equal(ews_results(d.poll)[0].n_seen, 1);
	end(&d);
}

static void
impersonation_asks_room_by_room(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com"}, {.mailbox = "two&<@example.com"}};
	struct drive d;
	begin(&d, true, rooms, 2);
	expect(&d, EWS_FIND, 1);
	assert_non_null(strstr(d.ask.body, "<t:ExchangeImpersonation><t:ConnectingSID>"
					   "<t:PrimarySmtpAddress>one@example.com<"));
	assert_null(strstr(d.ask.body, "<t:Mailbox>"));
	assert_string_equal(
		d.ask.headers[d.ask.n_headers - 1], "X-AnchorMailbox: one@example.com");
	answer_with(&d, 500, "text/xml", "", FAULT("ErrorImpersonateUserDenied", ""));
	expect(&d, EWS_FIND, 1);
	assert_non_null(strstr(d.ask.body, "two&amp;&lt;@example.com"));
	answer(&d, FOUND(WINDOW("true", "1", ITEM("a", "1"))));
	expect(&d, EWS_GET, 1);
	assert_string_equal(
		d.ask.headers[d.ask.n_headers - 1], "X-AnchorMailbox: two&<@example.com");
	answer(&d, GOT(WHOLE("a", "1", "x")));
	const struct poll_result *r = ews_results(d.poll);
	assert_string_equal(r[0].err.code, "ErrorImpersonateUserDenied");
	assert_non_null(strstr(
		r[0].err.cure, "ApplicationImpersonation -User \"svc@example.com\""));
	assert_int_equal(r[1].err.grade, ERR_NONE);
	assert_int_equal(r[1].n_seen, 1);
	end(&d);
}

static void
one_bad_room_or_event_spoils_nothing(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {{.mailbox = "one@example.com"},
		{.mailbox = "two@example.com"}, {.mailbox = "x\ny@example.com"},
		{.mailbox = "four@example.com"}};
	struct drive d;
	begin(&d, false, rooms, 4);
	expect(&d, EWS_FIND, 3);
	answer(&d, FOUND(WINDOW(
			   "true", "3", ITEM("a", "1") ITEM("b", "1") "<t:CalendarItem/>")
				   TROUBLE("FindItem", "ErrorAccessDenied")
					   WINDOW("true", "1", ITEM("c", "1"))));
	expect(&d, EWS_GET, 3);
	answer(&d, GOT(WHOLE("a", "1", "x") TROUBLE("GetItem", "ErrorItemCorrupt")
				   WHOLE("other", "1", "x")));
	expect(&d, EWS_GET_BARE, 2);
	assert_null(strstr(d.ask.body, "BodyType"));
	assert_null(strstr(d.ask.body, "item:Body"));
	answer(&d, GOT(WHOLE("b", "1", "") TROUBLE("GetItem", "ErrorItemNotFound")));
	const struct poll_result *r = ews_results(d.poll);
	assert_int_equal(r[0].n_seen, 2); /* the one without times cannot be shown */
	assert_int_equal(r[0].seen[0].err.grade, ERR_NONE);
	assert_string_equal(r[0].seen[1].event.id, "b");
	assert_string_equal(r[0].seen[1].err.code, "ErrorItemCorrupt");
	assert_string_equal(r[1].err.code, "ErrorAccessDenied");
	assert_int_equal(r[1].err.grade, ERR_DENIED);
	assert_string_equal(r[1].err.text, "svc@example.com may not read the calendar of "
					   "two@example.com (ErrorAccessDenied)");
	assert_non_null(strstr(r[1].err.cure,
		"Add-MailboxFolderPermission -Identity \"two@example.com:\\Calendar\" "
		"-User \"svc@example.com\""));
	assert_int_equal(r[2].err.grade, ERR_CONFIG);
	assert_int_equal(r[3].err.grade, ERR_NONE);
	assert_string_equal(r[3].seen[0].err.code, "wrong_event");
	end(&d);
}

static void
an_incomplete_window_is_asked_for_in_halves(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com"}, {.mailbox = "two@example.com"}};
	static const struct known_event known[] = {
		{"a", "1", true}, {"b", "1", true}, {"c", "1", true}};
	struct poll_room one = {
		.mailbox = "one@example.com", .known = known, .n_known = 3};
	struct drive d;
	begin(&d, false, &one, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("false", "3", ITEM("x", "1"))));
	expect(&d, EWS_FIND, 1);
	assert_non_null(strstr(d.ask.body,
		"StartDate=\"2026-11-22T00:00:00Z\" EndDate=\"2026-11-26T00:00:00Z\""));
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "1"))));
	expect(&d, EWS_FIND, 1);
	assert_non_null(strstr(d.ask.body,
		"StartDate=\"2026-11-26T00:00:00Z\" EndDate=\"2026-11-30T00:00:00Z\""));
	answer(&d, FOUND(WINDOW("true", "2", ITEM("b", "1") ITEM("c", "1"))));
	assert_true(ews_results(d.poll)[0].unchanged);
	assert_int_equal(ews_results(d.poll)[0].n_seen, 3);
	end(&d);

	/* A server that never has the end is not asked for ever, nor believed. */
	begin(&d, false, rooms, 2);
	size_t requests = 0;
	while (ews_ask(d.poll, d.a, &d.ask, &d.op)) {
		assert_true(++requests < 100);
		answer(&d, occurrences(d.ask.body, "<t:DistinguishedFolderId") == 2
				   ? FOUND(WINDOW("false", "9", ITEM("a", "1"))
						     WINDOW("true", "0", ""))
				   : FOUND(WINDOW("false", "9", ITEM("a", "1"))));
	}
	assert_string_equal(ews_results(d.poll)[0].err.code, "incomplete");
	assert_int_equal(ews_results(d.poll)[0].n_seen, 0);
	assert_int_equal(ews_results(d.poll)[1].err.grade, ERR_NONE);
	end(&d);
}

static void
the_schema_steps_down_and_is_remembered(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com"}, {.mailbox = "two@example.com"}};
	struct drive d;
	begin(&d, false, rooms, 2);
	expect(&d, EWS_FIND, 2);
	assert_non_null(strstr(d.ask.body, "Version=\"Exchange2013_SP1\""));
	answer_with(&d, 500, "text/xml", "", FAULT("ErrorInvalidServerVersion", ""));
	expect(&d, EWS_FIND, 2);
	assert_non_null(strstr(d.ask.body, "Version=\"Exchange2010_SP2\""));
	answer(&d, FOUND(WINDOW("true", "1", ITEM("a", "1")) TROUBLE(
			   "FindItem", "ErrorInvalidSchemaVersionForMailboxVersion")));
	expect(&d, EWS_FIND, 1);
	assert_non_null(strstr(d.ask.body, "Version=\"Exchange2007_SP1\""));
	assert_null(strstr(d.ask.body, "calendar:UID"));
	answer(&d,
		FOUND(TROUBLE("FindItem", "ErrorInvalidSchemaVersionForMailboxVersion")));
	expect(&d, EWS_GET, 1);
	assert_non_null(strstr(d.ask.body, "Version=\"Exchange2010_SP2\""));
	assert_null(strstr(d.ask.body, "MaximumBodySize"));
	answer(&d, GOT(WHOLE("a", "1", "x")));
	assert_int_equal(ews_results(d.poll)[0].err.grade, ERR_NONE);
	assert_string_equal(ews_results(d.poll)[1].err.code,
		"ErrorInvalidSchemaVersionForMailboxVersion");
	end(&d);
	assert_int_equal(ews_version_for(NULL), 0);
	assert_int_equal(ews_version_for("15.2.1544.9"), 0);
	assert_int_equal(ews_version_for("14.3.123.4"), 1);
	assert_int_equal(ews_version_for("8.3.1.1"), 2);
}

static void
the_accounts_trouble_ends_the_poll(void **state)
{
	(void)state;
	static const struct {
		long status;
		const char *type, *location, *text, *code;
		enum err_grade grade;
		const char *cure;
	} cases[] = {
		{401, "text/plain", "", "Unauthorized", "wrong_password", ERR_DENIED,
			"locked"},
		{403, "text/html", "", "<p>", "http_403", ERR_DENIED,
			"Get-CASMailbox \"svc@example.com\""},
		{404, "text/html", "", "<p>", "not_ews", ERR_CONFIG,
			"https://mail.example.com/EWS/Exchange.asmx"},
		{302, "text/html", "https://mail.example.com/owa/auth/logon.aspx?url=x",
			"", "owa_address", ERR_CONFIG,
			"EWS is https://mail.example.com/EWS/Exchange.asmx"},
		{302, "text/html", "/ews/genericerrorpage.htm", "", "http_302", ERR_RETRY,
			""},
		{301, "text/html", "https://other.example.net/", "", "redirected",
			ERR_CONFIG, ""},
		{200, "text/html; charset=utf-8", "", "<html><form>", "owa_address",
			ERR_CONFIG, ""},
		{200, "application/json", "", "{}", "not_ews", ERR_CONFIG, ""},
		{200, "", "", "", "empty_answer", ERR_RETRY, ""},
		{440, "text/html", "", "", "owa_address", ERR_CONFIG, ""},
		{456, "text/html", "", "", "account_locked", ERR_DENIED,
			"Unlock-ADAccount"},
		{500, "text/html", "", "Server Error in '/EWS' Application", "http_500",
			ERR_RETRY, ""},
		{503, "text/html", "", "", "http_503", ERR_WAIT, ""},
		{418, "text/html", "", "", "http_status", ERR_BAD_REPLY, ""},
		{500, "text/xml", "",
			FAULT("ErrorServerBusy",
				"<t:Value Name=\"BackOffMilliseconds\">90000</t:Value>"),
			"ErrorServerBusy", ERR_WAIT, ""},
		{200, "text/xml", "",
			FOUND(TROUBLE("FindItem", "ErrorServerBusy")
					WINDOW("true", "0", "")),
			"ErrorServerBusy", ERR_WAIT, ""},
	};
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com"}, {.mailbox = "two@example.com"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct drive d;
		begin(&d, false, rooms, 2);
		expect(&d, EWS_FIND, 2);
		int64_t now = when_now();
		answer_with(&d, cases[i].status, cases[i].type, cases[i].location,
			cases[i].text);
		assert_false(ews_ask(d.poll, d.a, &d.ask, &d.op));
		for (int k = 0; k < 2; k++) {
			const struct err *e = &ews_results(d.poll)[k].err;
			assert_string_equal(e->code, cases[i].code);
			assert_int_equal(e->grade, cases[i].grade);
			assert_non_null(strstr(e->cure, cases[i].cure));
			assert_null(strstr(e->text, "{"));
			if (e->grade == ERR_WAIT)
				assert_true(e->retry_at >= now + 60 &&
					    e->retry_at <= when_now() + 120);
			else
				assert_int_equal(e->retry_at, 0);
		}
		end(&d);
	}
	/* No answer at all. */
	struct drive d;
	begin(&d, false, rooms, 2);
	expect(&d, EWS_FIND, 2);
	lose(&d, false, ERR_DENIED, "tls_expired");
	assert_string_equal(ews_results(d.poll)[1].err.code, "tls_expired");
	end(&d);
	/* Exchange Online is not even asked. */
	memset(&d, 0, sizeof d);
	d.a = arena_new(0);
	d.link = (struct calendar_link){
		.url = "https://outlook.office365.com/EWS/Exchange.asmx"};
	d.poll = ews_begin(&d.link, rooms, 2, 0, 86400);
	assert_false(ews_ask(d.poll, d.a, &d.ask, &d.op));
	assert_string_equal(ews_results(d.poll)[1].err.code, "exchange_online");
	end(&d);
}

static void
basic_that_is_off_is_told_from_a_wrong_password(void **state)
{
	(void)state;
	struct calendar_link link = {
		.url = "https://mail.example.com/EWS/Exchange.asmx", .user = "svc"};
	struct http_answer http = {.status = 401, .www_authenticate = "Negotiate, NTLM"};
	struct err err;
	assert_true(ews_explain_http(&err, &http, false, &link));
	assert_string_equal(err.code, "basic_not_offered");
	assert_non_null(strstr(err.text, "it offers Negotiate, NTLM"));
	assert_non_null(strstr(err.cure, "-BasicAuthentication $true"));
}

static void
what_is_too_much_is_asked_for_in_pieces(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com"}, {.mailbox = "two@example.com"}};
	struct drive d;
	begin(&d, false, rooms, 2);
	expect(&d, EWS_FIND, 2);
	lose(&d, false, ERR_LIMIT, "reply_too_large");
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "1"))));
	expect(&d, EWS_FIND, 1);
	lose(&d, true, ERR_BAD_REPLY, "reader_died"); /* alone: it is this room's */
	expect(&d, EWS_GET, 2);
	lose(&d, true, ERR_BAD_REPLY, "reader_died");
	expect(&d, EWS_GET, 1);
	lose(&d, true, ERR_BAD_REPLY, "reader_died"); /* the poisoned one */
	expect(&d, EWS_GET, 1);
	answer(&d, GOT(WHOLE("b", "1", "x")));
	expect(&d, EWS_GET_BARE, 1);
	answer(&d, GOT(WHOLE("a", "1", "")));
	const struct poll_result *r = ews_results(d.poll);
	assert_int_equal(r[0].n_seen, 2);
	assert_string_equal(r[0].seen[0].err.code, "reader_died");
	assert_int_equal(r[0].seen[1].err.grade, ERR_NONE);
	assert_string_equal(r[1].err.code, "reader_died");
	end(&d);

	/* A batch that was stopped half-way goes on. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "1"))));
	expect(&d, EWS_GET, 2);
	answer(&d, GOT(WHOLE("a", "1", "x")
				   TROUBLE("GetItem", "ErrorBatchProcessingStopped")));
	expect(&d, EWS_GET, 1);
	answer(&d, GOT(WHOLE("b", "1", "x")));
	end(&d);

	/* One that was too slow among others is asked for among fewer, with its body. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "2", ITEM("a", "1") ITEM("b", "1"))));
	expect(&d, EWS_GET, 2);
	answer(&d,
		GOT(TROUBLE("GetItem", "ErrorTimeoutExpired") WHOLE("b", "1", "x")));
	expect(&d, EWS_GET, 1);
	answer(&d, GOT(WHOLE("a", "1", "x")));
	assert_int_equal(ews_results(d.poll)[0].seen[0].err.grade, ERR_NONE);
	assert_true(ews_results(d.poll)[0].seen[0].body_hash != 0);
	end(&d);

	/* More than one GetItem takes. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	struct buf b;
	buf_init(&b, d.a);
	for (int i = 0; i <= EWS_MAX_IDS; i++)
		buf_printf(&b, ITEM("i%d", "1"), i, i);
	answer(&d, arena_printf(d.a, FOUND(WINDOW("true", "51", "%s")), b.s));
	expect(&d, EWS_GET, EWS_MAX_IDS);
	lose(&d, false, ERR_RETRY, "connection_lost");
	assert_string_equal(ews_results(d.poll)[0].err.code, "connection_lost");
	end(&d);

	/* An answer for another number of rooms is not assigned to any. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "0", "") WINDOW("true", "0", "")));
	assert_string_equal(ews_results(d.poll)[0].err.code, "wrong_answer_count");
	end(&d);
}

/* What a reader that was taken over might send, within what the boundary lets through. */
static void
records_with_holes_do_no_harm(void **state)
{
	(void)state;
	static const struct known_event known[] = {{"a", "1", true}};
	static const struct poll_room room = {
		.mailbox = "one@example.com", .known = known, .n_known = 1};
	static const struct answer answers[] = {{.complete = true}};
	static const struct sighting found[] = {{.slot = 0}, {.slot = 7, .event.id = "z"},
		{.slot = 0, .event = {.id = "a", .start = 1, .end = 2}}};
	static const struct sighting got[] = {
		{.slot = 0, .event = {.start = 1, .end = 2}}};
	struct http_answer http = {.status = 200,
		.content_type = "text/xml",
		.location = "",
		.body_size = 1};
	struct drive d;
	begin(&d, false, &room, 1);
	expect(&d, EWS_FIND, 1);
	struct reply reply = {
		.answers = answers, .n_answers = 1, .sightings = found, .n_sightings = 3};
	ews_take(d.poll, &http, &reply, NULL);
	expect(&d, EWS_GET, 1); /* its change key is not known to be the same */
	reply.sightings = got;
	reply.n_sightings = 1;
	ews_take(d.poll, &http, &reply, NULL);
	expect(&d, EWS_GET_BARE, 1);
	reply.n_sightings = 0;
	ews_take(d.poll, &http, &reply, NULL);
	assert_int_equal(ews_results(d.poll)[0].n_seen, 1);
	assert_string_equal(ews_results(d.poll)[0].seen[0].err.code, "wrong_event");
	end(&d);
}

static void
all_calendars_empty_at_once_is_doubted(void **state)
{
	(void)state;
	static const struct known_event known[] = {
		{"a", "1", true}, {"b", "1", true}, {"c", "1", true}};
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com", .known = known, .n_known = 3},
		{.mailbox = "two@example.com", .known = known, .n_known = 3}};
	struct drive d;
	begin(&d, false, rooms, 2);
	expect(&d, EWS_FIND, 2);
	answer(&d, FOUND(WINDOW("true", "0", "") WINDOW("true", "0", "")));
	expect(&d, EWS_FIND, 2);
	answer(&d, FOUND(WINDOW("true", "0", "") WINDOW(
			   "true", "3", ITEM("a", "1") ITEM("b", "1") ITEM("c", "1"))));
	assert_int_equal(ews_results(d.poll)[0].n_seen, 0);
	assert_int_equal(ews_results(d.poll)[0].err.grade, ERR_NONE);
	assert_true(ews_results(d.poll)[1].unchanged);
	end(&d);
	/* One room that is emptied is believed. */
	begin(&d, false, rooms, 1);
	expect(&d, EWS_FIND, 1);
	answer(&d, FOUND(WINDOW("true", "0", "")));
	end(&d);
}

static void
no_rooms_asks_for_the_password_expiry(void **state)
{
	(void)state;
	struct drive d;
	begin(&d, false, NULL, 0);
	expect(&d, EWS_EXPIRY, 0);
	assert_non_null(strstr(d.ask.body, "<m:GetPasswordExpirationDate/>"));
	answer_with(&d, 500, "text/xml", "", FAULT("ErrorInvalidRequest", ""));
	end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_windows_are_read),
		cmocka_unit_test(real_events_are_read),
		cmocka_unit_test(real_faults_are_read),
		cmocka_unit_test(only_a_whole_window_is_complete),
		cmocka_unit_test(what_is_no_answer_is_refused),
		cmocka_unit_test(flags_of_an_event_are_understood),
		cmocka_unit_test(back_off_is_found_and_bounded),
		cmocka_unit_test(expiry_is_read),
		cmocka_unit_test(new_changed_and_unchanged_events),
		cmocka_unit_test(impersonation_asks_room_by_room),
		cmocka_unit_test(one_bad_room_or_event_spoils_nothing),
		cmocka_unit_test(an_incomplete_window_is_asked_for_in_halves),
		cmocka_unit_test(the_schema_steps_down_and_is_remembered),
		cmocka_unit_test(the_accounts_trouble_ends_the_poll),
		cmocka_unit_test(basic_that_is_off_is_told_from_a_wrong_password),
		cmocka_unit_test(what_is_too_much_is_asked_for_in_pieces),
		cmocka_unit_test(records_with_holes_do_no_harm),
		cmocka_unit_test(all_calendars_empty_at_once_is_doubted),
		cmocka_unit_test(no_rooms_asks_for_the_password_expiry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
