#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "reader/reader.h"
#include "reader/wire.h"

static const char *const notes[] = {"the join link stands in the location"};
static const char *const warnings[] = {"opaque_wrapper: protect.example.com"};

static const struct meeting_number numbers[] = {
	{.phone = {.e164 = "+13017158592",
		 .country = "US",
		 .country_code = 1,
		 .kind = PHONE_ORDINARY},
		.region = "US (Washington DC)",
		.one_tap = true,
		.form = NULL,
		.from = {"one_tap", "body", 400, 47, "+13017158592,,91847302265#"}},
	{.phone = {.e164 = "+498003301222",
		 .country = "DE",
		 .country_code = 49,
		 .kind = PHONE_TOLL_FREE},
		.phone_id = "91847302265",
		.from = {"number", "body", 500, 12, "0800 3301222"}},
};

static const struct meeting_dropped dropped[] = {
	{DROPPED_NUMBER, "+1911",
		{"dropped/number", "body", 600, 19, "+1911,,91847302265#"}},
	{DROPPED_SIP, "91847302265@zoomcrc.com.evil.example",
		{"dropped/sip", "body", 700, 36, NULL}},
};

static struct meeting
a_meeting(void)
{
	struct meeting m = {.provider = "zoom",
		.confidence = 97,
		.numbers = numbers,
		.n_numbers = 2,
		.dropped = dropped,
		.n_dropped = 2,
		.personal = true,
		.notes = notes,
		.n_notes = 1};
	m.slots[SLOT_URL] =
		(struct finding){"https://northwind.zoom.us/j/91847302265?pwd=x", false,
			{"zoom/join", "body", 10, 45,
				"https://northwind.zoom.us/j/91847302265?pwd=x"}};
	m.slots[SLOT_MEETING_ID] = (struct finding){"91847302265", false,
		{"zoom/label:meeting_id", "body", 99, 13, "918 4730 2265"}};
	m.slots[SLOT_PASSCODE] = (struct finding){
		"quill&7", false, {"zoom/label:passcode", "body", 130, 7, "quill&7"}};
	m.slots[SLOT_PHONE_PIN] = (struct finding){"04471963", true, {0}};
	return m;
}

static const struct event an_event = {.id = "AAMk=",
	.change_key = "DwAA",
	.uid = "u@example.com",
	.start = 1795446000,
	.end = 1795449600,
	.busy = EVENT_TENTATIVE,
	.response = EVENT_ACCEPTED,
	.subject = "Design review",
	.location = NULL,
	.organizer = "ann@example.com",
	.organizer_name = "Ann \xc3\x89"};

static void
same_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		assert_true(a == b);
	else
		assert_string_equal(a, b);
}

static void
same_event(const struct event *a, const struct event *b)
{
	same_text(a->id, b->id);
	same_text(a->change_key, b->change_key);
	same_text(a->uid, b->uid);
	assert_int_equal(a->start, b->start);
	assert_int_equal(a->end, b->end);
	assert_int_equal(a->all_day, b->all_day);
	assert_int_equal(a->cancelled, b->cancelled);
	assert_int_equal(a->is_private, b->is_private);
	assert_int_equal(a->busy, b->busy);
	assert_int_equal(a->response, b->response);
	same_text(a->subject, b->subject);
	same_text(a->location, b->location);
	same_text(a->organizer, b->organizer);
	same_text(a->organizer_name, b->organizer_name);
}

static void
same_evidence(const struct evidence *a, const struct evidence *b)
{
	same_text(a->rule, b->rule);
	same_text(a->part, b->part);
	assert_int_equal(a->at, b->at);
	assert_int_equal(a->len, b->len);
	same_text(a->quote, b->quote);
}

static void
same_meeting(const struct meeting *a, const struct meeting *b)
{
	same_text(a->provider, b->provider);
	assert_int_equal(a->confidence, b->confidence);
	for (size_t s = 0; s < N_SLOTS; s++) {
		same_text(a->slots[s].value, b->slots[s].value);
		assert_int_equal(a->slots[s].derived, b->slots[s].derived);
		same_evidence(&a->slots[s].from, &b->slots[s].from);
	}
	assert_int_equal(a->n_dropped, b->n_dropped);
	for (size_t i = 0; i < a->n_dropped; i++) {
		assert_int_equal(a->dropped[i].kind, b->dropped[i].kind);
		same_text(a->dropped[i].text, b->dropped[i].text);
		assert_int_equal(a->dropped[i].from.at, b->dropped[i].from.at);
	}
	assert_int_equal(a->n_numbers, b->n_numbers);
	for (size_t i = 0; i < a->n_numbers; i++) {
		const struct meeting_number *x = &a->numbers[i], *y = &b->numbers[i];
		assert_memory_equal(&x->phone, &y->phone, sizeof x->phone);
		same_text(x->region, y->region);
		assert_int_equal(x->one_tap, y->one_tap);
		same_text(x->form, y->form);
		same_text(x->phone_id, y->phone_id);
		same_text(x->phone_pin, y->phone_pin);
		same_evidence(&x->from, &y->from);
	}
	assert_int_equal(a->personal, b->personal);
	assert_int_equal(a->quoted, b->quoted);
	assert_int_equal(a->no_pstn, b->no_pstn);
	assert_int_equal(a->registration, b->registration);
	assert_int_equal(a->conflict, b->conflict);
	assert_int_equal(a->n_notes, b->n_notes);
	for (size_t i = 0; i < a->n_notes; i++)
		same_text(a->notes[i], b->notes[i]);
}

/* A reply with one of everything. */
static void
write_reply(struct arena *a, struct buf *b)
{
	struct meeting *m = arena_many(a, struct meeting, 2);
	m[0] = m[1] = a_meeting();
	struct extraction *x = arena_one(a, struct extraction);
	*x = (struct extraction){.meetings = m,
		.n_meetings = 2,
		.lost = m,
		.n_lost = 1,
		.warnings = warnings,
		.n_warnings = 1,
		.tie = true};
	struct sighting *s = arena_many(a, struct sighting, 2);
	s[0] = (struct sighting){.room = "room1@example.com",
		.slot = 1,
		.event = an_event,
		.extraction = x,
		.body_hash = UINT64_MAX - 5};
	s[1] = (struct sighting){.event = {.id = "B"}, .body_missing = true};
	err_set(&s[1].err, ERR_RETRY, "ErrorItemNotFound", "gone");
	struct answer *answers = arena_many(a, struct answer, 2);
	answers[0] = (struct answer){.complete = true,
		.room = "room1@example.com",
		.next = "https://mail.example.com/next",
		.cursor = "\"1430948128920000\"",
		.role = "reader"};
	err_set(&answers[1].err, ERR_DENIED, "ErrorAccessDenied", "not allowed");
	err_cure(&answers[1].err, "Grant it.");
	static const struct calendar_room rooms[] = {
		{"room1@example.com", "Room 1", "Building 3, floor 2", 12},
		{"room2@example.com", "Room 2", NULL, 0}};
	struct reply reply = {.answers = answers,
		.rooms = rooms,
		.n_rooms = 2,
		.n_answers = 2,
		.sightings = s,
		.n_sightings = 2,
		.server_version = "15.1.2507.6",
		.wait_ms = 300000,
		.password_expires = INT64_MAX};
	buf_init(b, a);
	wire_put_reply(b, &reply);
}

static void
a_reply_comes_back_as_it_went(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	write_reply(a, &b);
	struct record r;
	struct reply reply;
	record_open(&r, b.s, b.n);
	wire_get_reply(a, &r, &reply);
	same_text(r.wrong, NULL);
	assert_true(record_done(&r));
	assert_int_equal(reply.err.grade, ERR_NONE);
	assert_int_equal(reply.n_answers, 2);
	assert_true(reply.answers[0].complete);
	assert_int_equal(reply.answers[1].err.grade, ERR_DENIED);
	assert_string_equal(reply.answers[1].err.cure, "Grant it.");
	assert_int_equal(reply.n_sightings, 2);
	const struct sighting *s = reply.sightings;
	assert_string_equal(s[0].room, "room1@example.com");
	assert_int_equal(s[0].slot, 1);
	same_event(&s[0].event, &an_event);
	assert_true(s[0].body_hash == UINT64_MAX - 5);
	assert_int_equal(s[0].extraction->n_meetings, 2);
	struct meeting m = a_meeting();
	same_meeting(&s[0].extraction->meetings[0], &m);
	same_meeting(&s[0].extraction->lost[0], &m);
	assert_string_equal(s[0].extraction->warnings[0], warnings[0]);
	assert_true(s[0].extraction->tie);
	assert_null(s[1].extraction);
	assert_true(s[1].body_missing);
	assert_string_equal(s[1].err.code, "ErrorItemNotFound");
	assert_string_equal(reply.answers[0].next, "https://mail.example.com/next");
	assert_int_equal(reply.n_rooms, 2);
	assert_string_equal(reply.rooms[0].mailbox, "room1@example.com");
	assert_string_equal(reply.rooms[0].name, "Room 1");
	assert_string_equal(reply.rooms[0].place, "Building 3, floor 2");
	assert_int_equal(reply.rooms[0].capacity, 12);
	assert_null(reply.rooms[1].place);
	assert_string_equal(reply.answers[0].cursor, "\"1430948128920000\"");
	assert_string_equal(reply.answers[0].role, "reader");
	assert_int_equal(reply.wait_ms, 300000);
	assert_true(reply.password_expires == INT64_MAX);
	arena_free(a);
}

/* Whatever the calendar tells of it; what is needed to join it stays. */
static void
of_a_private_event_only_the_dialling_leaves_the_reader(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct event event = an_event;
	struct meeting m = a_meeting();
	struct extraction x = {.meetings = &m, .n_meetings = 1, .lost = &m, .n_lost = 1};
	struct sighting seen = {.event = event, .extraction = &x, .body_hash = 7};
	struct reply reply = {.sightings = &seen, .n_sightings = 1}, got;
	struct buf b;
	struct record r;
	seen.event.is_private = true;
	seen.event.location = "Room of Secrets";
	buf_init(&b, a);
	wire_put_reply(&b, &reply);
	static const char *const words[] = {
		"Design review", "Room of Secrets", "ann@example.com", "Ann ",
		"918 4730 2265" /* a quotation of the text */};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		assert_null(memmem(b.s, b.n, words[i], strlen(words[i])));
	record_open(&r, b.s, b.n);
	wire_get_reply(a, &r, &got);
	assert_true(record_done(&r));
	const struct sighting *s = got.sightings;
	assert_true(s->event.is_private);
	assert_string_equal(s->event.id, event.id);
	assert_string_equal(s->event.change_key, event.change_key);
	assert_true(s->event.start == event.start && s->event.end == event.end);
	assert_int_equal(s->extraction->n_meetings, 1);
	assert_int_equal(s->extraction->n_lost, 0);
	assert_string_equal(s->extraction->meetings[0].slots[SLOT_MEETING_ID].value,
		m.slots[SLOT_MEETING_ID].value);
	assert_int_equal(s->extraction->meetings[0].n_numbers, m.n_numbers);
	assert_int_equal(s->body_hash, 7);
	arena_free(a);
}

static void
every_cut_and_every_changed_byte_is_survived(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	write_reply(a, &b);
	for (size_t n = 0; n < b.n; n++) {
		struct arena *scratch = arena_new(0);
		char *copy = malloc(n + 1); /* its own block, so that a sanitizer sees */
		struct record r;
		struct reply reply;
		memcpy(copy, b.s, n);
		record_open(&r, copy, n);
		wire_get_reply(scratch, &r, &reply);
		assert_false(record_done(&r));
		free(copy);
		copy = malloc(b.n);
		memcpy(copy, b.s, b.n);
		copy[n] = (char)(copy[n] ^ 0x81);
		record_open(&r, copy, b.n);
		wire_get_reply(scratch, &r, &reply);
		if (record_done(&r)) /* what passed is whole */
			for (size_t i = 0; i < reply.n_sightings; i++)
				assert_true(reply.sightings[i].slot < WIRE_MAX_ANSWERS);
		free(copy);
		arena_free(scratch);
	}
	arena_free(a);
}

static void
an_unfit_meeting_is_left_out_when_written_and_refused_when_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct meeting m[2] = {a_meeting(), a_meeting()};
	m[0].slots[SLOT_PHONE_PIN].value = "04,,471*63";
	struct extraction x = {.meetings = m, .n_meetings = 2};
	struct buf b;
	buf_init(&b, a);
	wire_put_extraction(&b, &x);
	struct record r;
	record_open(&r, b.s, b.n);
	const struct extraction *got = wire_get_extraction(a, &r);
	assert_true(record_done(&r));
	assert_int_equal(got->n_meetings, 1);
	assert_int_equal(got->n_warnings, 1);
	assert_memory_equal(got->warnings[0], "unfit_meeting: ", 15);

	char *pin =
		memmem(b.s, b.n, "04471963", 8); /* as a reader gone bad would write it */
	assert_non_null(pin);
	pin[2] = ',';
	record_open(&r, b.s, b.n);
	wire_get_extraction(a, &r);
	assert_false(record_done(&r));
	arena_free(a);
}

static void
what_is_too_long_is_never_half_a_window(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct buf b;
	struct record r;
	struct reply got;
	struct sighting *s = arena_many(a, struct sighting, WIRE_MAX_SIGHTINGS + 1);
	struct answer answer = {.complete = true};
	struct reply reply = {.answers = &answer,
		.n_answers = 1,
		.sightings = s,
		.n_sightings = WIRE_MAX_SIGHTINGS + 1};
	buf_init(&b, a);
	wire_put_reply(&b, &reply);
	record_open(&r, b.s, b.n);
	wire_get_reply(a, &r, &got);
	assert_true(record_done(&r));
	assert_int_equal(got.err.grade, ERR_LIMIT);
	assert_int_equal(got.n_sightings, 0);
	assert_int_equal(got.n_answers, 0);

	char *key = arena_alloc(a, WIRE_MAX_KEY + 2), *text = arena_alloc(a, 9000);
	memset(key, 'k', WIRE_MAX_KEY + 1);
	memset(text, 't', 8999);
	s[0].event.id = key;
	s[0].event.subject = text;
	reply.n_sightings = 1;
	buf_init(&b, a);
	wire_put_reply(&b, &reply);
	record_open(&r, b.s, b.n);
	wire_get_reply(a, &r, &got);
	assert_true(record_done(&r));
	assert_int_equal(got.err.grade, ERR_NONE);
	assert_null(got.sightings[0].event.id);
	assert_int_equal(got.sightings[0].err.grade, ERR_LIMIT);
	assert_int_equal(strlen(got.sightings[0].event.subject), WIRE_MAX_TEXT);
	arena_free(a);
}

static void
an_explained_invite_comes_back_as_it_went(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	static const struct invite_line lines[] = {
		{.at = 0, .len = 5, .quote = 2, .hidden = true},
		{.at = 6, .len = 2, .forwarded = true}};
	static const struct invite_span spans[] = {{0, 3, true}, {6, 12, false}};
	static const char *const wrappers[] = {"safelinks"};
	struct invite_part part = {.source = SOURCE_BODY,
		.name = "body",
		.text = "hello\nyo",
		.size = 8,
		.lines = lines,
		.n_lines = 2,
		.original = "<p>hello</p>\0y",
		.original_size = 14,
		.spans = spans,
		.n_spans = 2};
	struct invite_link link = {.url = "https://example.com/x",
		.scheme = "https",
		.host = "example.com",
		.rest = "/x",
		.part = 0,
		.at = 6,
		.len = 2,
		.line = 1,
		.wrappers = wrappers,
		.n_wrappers = 1,
		.mismatch = true};
	struct extraction x = {0};
	struct reader_invite invite = {.event = an_event,
		.extraction = &x,
		.parts = &part,
		.n_parts = 1,
		.links = &link,
		.n_links = 1};
	struct buf b;
	buf_init(&b, a);
	wire_put_invite(&b, &invite);
	struct record r;
	struct reader_invite got;
	record_open(&r, b.s, b.n);
	wire_get_invite(a, &r, &got);
	assert_true(record_done(&r));
	same_event(&got.event, &an_event);
	assert_int_equal(got.n_parts, 1);
	assert_int_equal(got.parts[0].size, 8);
	assert_string_equal(got.parts[0].text, "hello\nyo");
	assert_memory_equal(got.parts[0].original, "<p>hello</p>\0y", 14);
	assert_int_equal(got.parts[0].lines[0].quote, 2);
	assert_true(got.parts[0].lines[0].hidden && got.parts[0].lines[1].forwarded);
	assert_int_equal(got.parts[0].spans[1].origin, 12);
	assert_true(got.parts[0].spans[0].literal && !got.parts[0].spans[1].literal);
	assert_int_equal(got.n_links, 1);
	assert_string_equal(got.links[0].wrappers[0], "safelinks");
	assert_true(got.links[0].mismatch && !got.links[0].from_href);

	link.len = 3; /* past the end of its part */
	buf_init(&b, a);
	wire_put_invite(&b, &invite);
	record_open(&r, b.s, b.n);
	wire_get_invite(a, &r, &got);
	assert_false(record_done(&r));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_comes_back_as_it_went),
		cmocka_unit_test(of_a_private_event_only_the_dialling_leaves_the_reader),
		cmocka_unit_test(every_cut_and_every_changed_byte_is_survived),
		cmocka_unit_test(
			an_unfit_meeting_is_left_out_when_written_and_refused_when_read),
		cmocka_unit_test(what_is_too_long_is_never_half_a_window),
		cmocka_unit_test(an_explained_invite_comes_back_as_it_went),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
