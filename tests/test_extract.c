/* What pairs of files in fixtures/ cannot say well: evidence, proofs, ranks, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "extract.h"
#include "help/help.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct data {
	struct arena *arena;
	struct providers *providers;
	struct rules *rules;
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct data *d = arena_one(a, struct data);
	struct err err = {0};
	d->arena = a;
	if (providers_load(help_path(a, "providers"), NULL, &d->providers, &err) !=
			ERR_NONE ||
		rules_load(help_path(a, "patterns"), NULL, d->providers, &d->rules,
			&err) != ERR_NONE)
		fail_msg("%s", err.text);
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct data *d = *state;
	rules_free(d->rules);
	providers_free(d->providers);
	arena_free(d->arena);
	return 0;
}

static const struct extraction *
read_event(struct arena *a, const struct rules *rules, const struct event *e,
	const char *country)
{
	const struct extraction *x = extract(a, rules, invite_clean(a, e), country);
	const char *why = "";
	for (size_t i = 0; i < x->n_meetings; i++)
		if (!meeting_check(&x->meetings[i], &why))
			fail_msg("meeting_check refuses %s", why);
	for (size_t i = 0; i < x->n_lost; i++)
		if (!meeting_check(&x->lost[i], &why))
			fail_msg("meeting_check refuses %s of what was lost", why);
	return x;
}

static const struct extraction *
read_body(struct arena *a, const struct data *d, enum event_body_kind kind,
	const char *body, const char *location, const char *country)
{
	struct event_body *b = arena_one(a, struct event_body);
	struct event *e = arena_one(a, struct event);
	*b = (struct event_body){kind, "body", body, strlen(body)};
	*e = (struct event){.id = "1", .location = location, .bodies = b, .n_bodies = 1};
	return read_event(a, d->rules, e, country);
}

static bool
has_note(const struct meeting *m, const char *words)
{
	for (size_t i = 0; i < m->n_notes; i++)
		if (strstr(m->notes[i], words) != NULL)
			return true;
	return false;
}

/* Evidence */

/* Each value's evidence is the piece of the original that says it. */
static void
evidence_points_at_the_original_bytes(void **state)
{
	static const char text[] =
		"Grüße\r\n\xe2\x80\x8fJoin Zoom Meeting\r\n"
		"https://us02web.zo\xe2\x80\x8bom.us/j/91847302265?pwd=x\r\n"
		"Meeting ID:\xc2\xa0"
		"918\xc2\xa0\xef\xbc\x94"
		"730 2265\r\nPasscode: quill&7\r\n"
		"+1 301\xe2\x80\x93"
		"715-8592,,91847302265# US\r\n";
	static const char html[] =
		"<p>Gr&uuml;&szlig;e</p><a href=\"https://us02web.zoom.us/j/91847302265?a=1&amp;"
		"pwd=x\">Join</a><p>Meeting&nbsp;ID:&nbsp;<b>918&nbsp;4730</b>&nbsp;2265<br>"
		"Passcode: quill&amp;7<p>&#43;1 301&nbsp;715&nbsp;8592,,91847302265&#35; US";
	const struct {
		enum event_body_kind kind;
		const char *body;
		struct {
			enum slot slot;
			const char *rule, *piece;
		} rows[3];
		const char *number;
	} cases[] = {
		{EVENT_TEXT, text,
			{{SLOT_URL, "zoom/join",
				 "https://us02web.zo\xe2\x80\x8bom.us/j/91847302265?pwd=x"},
				{SLOT_MEETING_ID, "zoom/join",
					"https://us02web.zo\xe2\x80\x8bom.us/j/"
					"91847302265?pwd=x"},
				{SLOT_PASSCODE, "zoom/label:passcode", "quill&7"}},
			"+1 301\xe2\x80\x93"
			"715-8592,,91847302265#"},
		{EVENT_HTML, html,
			{{SLOT_URL, "zoom/join",
				 "https://us02web.zoom.us/j/91847302265?a=1&amp;pwd=x"},
				{SLOT_MEETING_ID, "zoom/join",
					"https://us02web.zoom.us/j/91847302265?a=1&amp;pwd=x"},
				{SLOT_PASSCODE, "zoom/label:passcode", "quill&amp;7"}},
			"&#43;1 301&nbsp;715&nbsp;8592,,91847302265&#35;"},
	};
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	for (size_t c = 0; c < COUNT(cases); c++) {
		const struct extraction *x =
			read_body(a, d, cases[c].kind, cases[c].body, NULL, "US");
		assert_int_equal(x->n_meetings, 1);
		const struct meeting *m = &x->meetings[0];
		for (size_t i = 0; i < COUNT(cases[c].rows); i++) {
			const struct evidence *e = &m->slots[cases[c].rows[i].slot].from;
			assert_string_equal(e->rule, cases[c].rows[i].rule);
			assert_string_equal(e->part, "body");
			assert_string_equal(
				arena_strndup(a, cases[c].body + e->at, e->len),
				cases[c].rows[i].piece);
		}
		assert_int_equal(m->n_numbers, 1);
		const struct evidence *e = &m->numbers[0].from;
		assert_string_equal(e->rule, "one_tap");
		assert_string_equal(
			arena_strndup(a, cases[c].body + e->at, e->len), cases[c].number);
		assert_string_equal(e->quote[0] == '+' ? "+" : e->quote, "+");
	}
	arena_free(a);
}

static void
derived_codes_are_told(void **state)
{
	struct arena *a = arena_new(0);
	const struct extraction *x = read_body(a, *state, EVENT_TEXT,
		"https://northwind.webex.com/northwind/j.php?MTID=m0123456789abcdef"
		"0123456789abcdef\nMeeting password: Infy@SB2024\n",
		NULL, "US");
	const struct finding *pin = &x->meetings[0].slots[SLOT_PHONE_PIN];
	assert_true(pin->derived);
	assert_string_equal(pin->value, "46391722");
	assert_string_equal(pin->from.rule, "webex/label:passcode");
	assert_false(x->meetings[0].slots[SLOT_PASSCODE].derived);
	arena_free(a);
}

/* Rules */

#define FILE_HEAD "provider: zoom\nhosts: [zoom.us]\n"

static void
a_false_proof_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *says;
	} rows[] = {
		{FILE_HEAD
			"links:\n  - name: x\n    match: '/x/(?<meeting_id>\\d{9})'\n"
			"    yes:\n      - https://zoom.us/x/123456789 -> "
			"meeting_id=123456789\n"
			"      - https://zoom.us/y/123456789 -> meeting_id=123456789\n",
			8, "is not taken"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/123456789 -> meeting_id=1']\n",
			6, "other values"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/123456789']\n",
			6, "other values"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/123456789 -> "
			   "meeting_id=123456789']\n"
			   "    no: ['https://zoom.us/x/987654321']\n",
			7, "is taken"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?<meeting_id>\\d{9})'\n"
			   "    yes: []\n",
			5, "has no `yes` line"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?<nosuch>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/123456789']\n",
			5, "neither a slot"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/((?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/123456789']\n",
			5, "parenthes"},
		{FILE_HEAD "links:\n  - name: x\n    match: '/x/(?R)?'\n"
			   "    yes: ['https://zoom.us/x/123456789']\n",
			5, "recursion"},
		{FILE_HEAD "labels:\n  - slot: meeting_id\n    words: [Besprechung]\n"
			   "    yes: ['Besprechung: 12 -> meeting_id=12']\n",
			6, "is not taken"},
		{FILE_HEAD "labels:\n  - slot: meeting_id\n    alone: true\n"
			   "    words: [Besprechung]\n"
			   "    yes: ['Besprechung: 123456789 -> meeting_id=123456789']\n"
			   "    no: ['Die letzte. Besprechung: 123456789']\n",
			8, "is taken"},
		{FILE_HEAD "links:\n  - name: x\n"
			   "    match: '/x/([a-z]+)+/(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/a/123456789 -> "
			   "meeting_id=123456789']\n",
			5, "repeats a repetition"},
		{FILE_HEAD "links:\n  - name: x\n"
			   "    match: '/x/(?:a|aa)*/(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/a/123456789 -> "
			   "meeting_id=123456789']\n",
			5, "can run away: on \"/x/aaa"},
		{FILE_HEAD "links:\n  - name: x\n"
			   "    match: '/x/[a-z]*[a-z0-9]*[a-z]*!(?<meeting_id>\\d{9})'\n"
			   "    yes: ['https://zoom.us/x/a!123456789 -> "
			   "meeting_id=123456789']\n",
			5, "can run away"},
		{"provider: nosuch\n", 1, "there is no provider nosuch"},
	};
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a), *path = arena_printf(a, "%s/mine.yaml", dir);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct rules *rules = NULL;
		struct err err = {0};
		help_write(path, rows[i].text, strlen(rows[i].text));
		assert_int_equal(rules_load(help_path(a, "patterns"), dir, d->providers,
					 &rules, &err),
			ERR_CONFIG);
		assert_null(rules);
		const char *at = arena_printf(a, "%s:%d: ", path, rows[i].line);
		if (strncmp(err.text, at, strlen(at)) != 0 ||
			strstr(err.text, rows[i].says) == NULL || err.cure[0] == '\0')
			fail_msg("row %zu: %s (%s)", i, err.text, err.cure);
	}
	arena_free(a);
}

static const struct extraction *
read_with(struct arena *a, const struct data *d, const char *site, const char *body)
{
	struct rules *rules = NULL;
	struct err err = {0};
	if (rules_load(help_path(a, "patterns"), site, d->providers, &rules, &err) !=
		ERR_NONE)
		fail_msg("%s", err.text);
	struct data with = {a, d->providers, rules};
	const struct extraction *x = read_body(a, &with, EVENT_TEXT, body, NULL, "US");
	rules_free(rules);
	return x;
}

/* What repeats a repetition but ends it each time is tame, and so is what gives nothing back. */
static void
tame_repetitions_load(void **state)
{
	static const char *const matches[] = {"/x/(?:[a-z]+/)*(?<meeting_id>\\d{9})",
		"/x/(?:[a-z]++)*+/(?<meeting_id>\\d{9})",
		"/x/(?>[a-z]+)/?(?<meeting_id>\\d{9})",
		"/x/[a-z]+/[a-z]*(?<meeting_id>\\d{9})"};
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a);
	for (size_t i = 0; i < COUNT(matches); i++) {
		struct rules *rules = NULL;
		struct err err = {0};
		help_put(a, dir, "mine.yaml",
			arena_printf(a,
				FILE_HEAD
				"links:\n  - name: x\n    match: '%s'\n    yes: "
				"['https://zoom.us/x/a/123456789 -> "
				"meeting_id=123456789']\n",
				matches[i]));
		if (rules_load(help_path(a, "patterns"), dir, d->providers, &rules,
			    &err) != ERR_NONE)
			fail_msg("%s: %s", matches[i], err.text);
		rules_free(rules);
	}
	arena_free(a);
}

/* A site's file adds to the shipped ones, replaces one pattern by its name, or all. */
static void
site_files_override(void **state)
{
	static const char portal[] = FILE_HEAD
		"links:\n  - name: portal\n    hosts: [meet.northwind.example]\n"
		"    match: '/z/(?<meeting_id>\\d{9,11})'\n"
		"    url: 'https://zoom.us/j/{meeting_id}'\n"
		"    yes: ['https://meet.northwind.example/z/123456789 -> "
		"meeting_id=123456789']\n";
	static const char no_join[] = FILE_HEAD
		"links:\n  - name: join\n    match: '/never/(?<meeting_id>\\d{9})'\n"
		"    yes: ['https://zoom.us/never/123456789 -> "
		"meeting_id=123456789']\n";
	static const char all[] =
		FILE_HEAD "replaces: true\nlinks:\n  - name: only\n"
			  "    match: '/only/(?<meeting_id>\\d{9})'\n"
			  "    yes: ['https://zoom.us/only/123456789 -> "
			  "meeting_id=123456789']\n";
	static const char words[] = "numbers:\n  person: [kabina]\n";
	static const char invite[] = "https://zoom.us/j/123456789\n";
	static const char numbers[] = "https://zoom.us/j/123456789\nJoin by phone\n"
				      "Kabina: +1 206 555 0143\n";
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a), *path = arena_printf(a, "%s/zoom.yaml", dir);
	help_write(path, portal, sizeof portal - 1);
	const struct extraction *x =
		read_with(a, d, dir, "https://meet.northwind.example/z/987654321\n");
	assert_int_equal(x->n_meetings, 1);
	assert_string_equal(
		x->meetings[0].slots[SLOT_URL].value, "https://zoom.us/j/987654321");
	assert_int_equal(read_with(a, d, dir, invite)->n_meetings, 1);
	assert_int_equal(read_with(a, d, dir, numbers)->meetings[0].n_numbers, 1);
	help_write(path, words, sizeof words - 1);
	assert_int_equal(read_with(a, d, dir, numbers)->meetings[0].n_numbers, 0);
	help_write(path, no_join, sizeof no_join - 1);
	assert_int_equal(read_with(a, d, dir, invite)->n_meetings, 0);
	assert_int_equal(
		read_with(a, d, dir, "https://zoom.us/my/jane.example\n")->n_meetings, 1);
	help_write(path, all, sizeof all - 1);
	assert_int_equal(
		read_with(a, d, dir, "https://zoom.us/my/jane.example\n")->n_meetings, 0);
	assert_int_equal(
		read_with(a, d, dir, "https://zoom.us/only/123456789\n")->n_meetings, 1);
	arena_free(a);
}

/* A system that stands on a company's own host: its file names the host, and no more. */
static void
a_sites_hosts_are_the_shipped_links_too(void **state)
{
	static const char hosts[] = "provider: pexip\nhosts: [vc.northwind.example]\n";
	static const char link[] =
		"https://vc.northwind.example/webapp/#/?conference=410274\n";
	static const char foreign[] =
		"https://vc.northwind.example.evil.example/webapp/#/?conference=410274\n";
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a);
	assert_int_equal(read_with(a, d, dir, link)->n_meetings, 0);
	help_write(arena_printf(a, "%s/vc.yaml", dir), hosts, sizeof hosts - 1);
	const struct extraction *x = read_with(a, d, dir, link);
	assert_int_equal(x->n_meetings, 1);
	assert_string_equal(x->meetings[0].slots[SLOT_MEETING_ID].value, "410274");
	x = read_with(a, d, dir, "sip:design.review@vc.northwind.example\n");
	assert_string_equal(x->meetings[0].provider, "pexip");
	assert_int_equal(read_with(a, d, dir, foreign)->n_meetings, 0);
	arena_free(a);
}

/* A bridge of no service is looked for only where no service is named. */
static void
a_bridge_is_what_no_service_is(void **state)
{
	static const struct {
		const char *body, *number, *code;
	} rows[] = {
		{"Dial-in: +1 206 555 0143, access code: 445566#\n", "+12065550143",
			"445566"},
		{"Dial-in: 206-555-0143\nHost code: 998877#\nPasscode: 445566#\n"
		 "Regards,\nAnn\n+1 206 555 0100\n",
			"+12065550143", "445566"},
		{"Telecon number:\n206-555-0143\nAnn Example, +1 206 555 0100\nPIN: 445566\n",
			"+12065550143", "445566"},
		{"+1 206 555 0143,,445566#\n", "+12065550143", "445566"},
		{"+1 206 555 0143,,445566\n", NULL, NULL}, /* an extension, perhaps */
		{"Participant code: 445566#\n+1 206 555 0143\n", "+12065550143",
			"445566"},
		{"Code: 445566#\n+1 206 555 0143\n", NULL, NULL},
		{"Acme: +1 206 555 0143, code 445566\n", NULL, NULL},
		{"Questions? +1 206 555 0143, quote PIN 445566.\n", NULL, NULL},
		{"Hotline, dial-in: +1 206 555 0143, code 445566\n", NULL, NULL},
		{"Hotline?\nDial-in: +1 206 555 0143, code 445566\n", "+12065550143",
			"445566"},
		{"Dial-in: 2065550143\n", NULL, NULL},
		{"Host code: 445566#\nDial-in: +1 206 555 0143\n", NULL, NULL},
		{"Door access code: 445566#\nDial-in: +1 206 555 0143\n", NULL, NULL},
		{"https://zoom.us/j/123456789\n"
		 "Dial-in: +1 206 555 0143, access code: 445566#\n",
			NULL, NULL},
	};
	const struct data *d = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena *a = arena_new(0);
		const struct extraction *x =
			read_body(a, d, EVENT_TEXT, rows[i].body, NULL, "US");
		const struct meeting *m = x->n_meetings > 0 ? &x->meetings[0] : NULL;
		bool bridge = m != NULL && strcmp(m->provider, "bridge") == 0;
		if (bridge != (rows[i].number != NULL))
			fail_msg("row %zu", i);
		if (bridge) {
			assert_int_equal(m->n_numbers, 1);
			assert_string_equal(m->numbers[0].phone.e164, rows[i].number);
			assert_string_equal(m->slots[SLOT_PHONE_ID].value, rows[i].code);
		}
		arena_free(a);
	}
}

/* Ranks */

static void
what_is_surer_has_more_confidence(void **state)
{
	/* each is surer than the next */
	static const struct {
		const char *body;
		int at_least;
	} rows[] = {
		{"Join Zoom Meeting\nhttps://zoom.us/j/123456789\nMeeting ID: 123 456 789\n"
		 "+13017158592,,123456789# US\n",
			95},
		{"https://zoom.us/j/123456789\n", 90},
		{"Zoom ID 123 456 789\n+13017158592\n", 71},
		{"Join Zoom Meeting\nMeeting ID: 123 456 789\n", 70},
		{"Zoom 123 456 789\n", 55},
		{"https://zoom.us/j/123456789\nMeeting ID: 987 654 321\n", 5},
	};
	struct arena *a = arena_new(0);
	int last = 101;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x =
			read_body(a, *state, EVENT_TEXT, rows[i].body, NULL, "US");
		assert_int_equal(x->n_meetings, 1);
		assert_true(x->meetings[0].confidence < last);
		assert_true(x->meetings[0].confidence >= rows[i].at_least);
		last = x->meetings[0].confidence;
	}
	arena_free(a);
}

/* Below 70 the room asks (docs/now.md, rows 22 and 23). */
static void
doubts_are_asked_about(void **state)
{
	static const struct {
		const char *body, *note;
	} rows[] = {
		{"> https://zoom.us/j/123456789\n", "quoted or forwarded"},
		{"-- \nAnn\nhttps://zoom.us/j/123456789\n", "signature"},
		{"https://northwind.webex.com/meet/jane.example\n", "own room"},
		{"Zoom ID 123 456 789\n", "no link names it"},
		{"https://zoom.us/j/123456789\nMeeting ID: 987 654 321\n", "two ways"},
		{"https://us02web.zoom.us/webinar/register/WN_abcdefgh\n",
			"registration"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x =
			read_body(a, *state, EVENT_TEXT, rows[i].body, NULL, "US");
		assert_int_equal(x->n_meetings, 1);
		assert_true(x->meetings[0].confidence < 70);
		if (!has_note(&x->meetings[0], rows[i].note))
			fail_msg("row %zu has no note of \"%s\"", i, rows[i].note);
	}
	const struct extraction *x = read_body(a, *state, EVENT_HTML,
		"<a href=\"https://zoom.us/j/123456789\">https://other.example/j/1</a>",
		NULL, "US");
	assert_int_equal(x->n_meetings, 1);
	assert_true(x->meetings[0].confidence < 70);
	assert_true(has_note(&x->meetings[0], "names another host"));
	arena_free(a);
}

static void
hidden_meetings_are_lost(void **state)
{
	struct arena *a = arena_new(0);
	const struct extraction *x = read_body(a, *state, EVENT_HTML,
		"<div style=\"display:none\">https://zoom.us/j/111222333</div>"
		"<p>https://zoom.us/j/123456789",
		NULL, "US");
	assert_int_equal(x->n_meetings, 1);
	assert_string_equal(x->meetings[0].slots[SLOT_MEETING_ID].value, "123456789");
	assert_int_equal(x->n_lost, 1);
	assert_string_equal(x->lost[0].slots[SLOT_MEETING_ID].value, "111222333");
	assert_true(has_note(&x->lost[0], "hidden text"));
	assert_false(x->tie);
	arena_free(a);
}

static void
ties(void **state)
{
	static const struct {
		const char *location, *body;
		bool tie;
		const char *first;
	} rows[] = {
		/* two services, or two meetings of one, in one body */
		{NULL, "https://zoom.us/j/123456789\nhttps://meet.google.com/abc-defg-hij\n",
			true, "zoom"},
		{NULL, "https://zoom.us/j/123456789\nhttps://zoom.us/j/987654321\n", true,
			"zoom"},
		/* the location decides between services, not between two of one */
		{"https://meet.google.com/abc-defg-hij", "https://zoom.us/j/123456789\n",
			false, "meet"},
		{"https://zoom.us/j/987654321", "https://zoom.us/j/123456789\n", true,
			"zoom"},
		/* the same again is no rival, and neither is somebody's room or a quote */
		{"https://zoom.us/j/123456789", "https://zoom.us/j/123456789?pwd=x\n",
			false, "zoom"},
		{NULL, "https://zoom.us/j/123456789\nhttps://zoom.us/my/jane.example\n",
			false, "zoom"},
		{NULL, "https://zoom.us/j/123456789\n> https://zoom.us/j/987654321\n",
			false, "zoom"},
		{NULL,
			"https://zoom.us/webinar/register/WN_abcdefgh\n"
			"https://meet.google.com/abc-defg-hij\n",
			false, "meet"},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x = read_body(
			a, *state, EVENT_TEXT, rows[i].body, rows[i].location, "US");
		if (x->tie != rows[i].tie)
			fail_msg("row %zu: tie is %d", i, x->tie);
		assert_string_equal(x->meetings[0].provider, rows[i].first);
		if (x->tie) {
			assert_true(x->meetings[0].confidence <= 50);
			assert_true(x->meetings[1].confidence <= 50);
		}
	}
	arena_free(a);
}

/* Labels */

static void
labels_weigh_what_they_say(void **state)
{
#define LINK "https://zoom.us/j/123456789\n"
	static const struct {
		const char *body, *id, *passcode; /* NULL: none */
		bool conflict;
	} rows[] = {
		/* "ID" is a word of many uses, "Meeting ID" is not */
		{LINK "ID: 987 654 321\n", "123456789", NULL, false},
		{LINK "Meeting ID: 987 654 321\n", NULL, NULL, true},
		{LINK "+13017158592,,123456789# US\nMeeting ID: 987 654 321\n",
			"123456789", NULL, true},
		{"Join Zoom Meeting\nID: 987 654 321\n", "987654321", NULL, false},
		/* behind another word it is another thing */
		{LINK "WiFi password: 445566\n", "123456789", NULL, false},
		{LINK "Customer ID: 987654321\n", "123456789", NULL, false},
		/* a number to call is no ID */
		{"Join Zoom Meeting\nZoom 646 558 8656\n", NULL, NULL, false},
		/* what a dial string keys is the phone's, in whatever language */
		{LINK "Passcode: abc1\n+13017158592,,123456789#,,,,*445566# US\n"
		      "Passcode: 445566\n",
			"123456789", "abc1", false},
		{LINK "Passcode: abc1\nPasscode: xyz2\n", "123456789", NULL, true},
		{LINK "Passcode: 123 456\n", "123456789", "123456", false},
		{LINK "Passcode: 123456. See you\n", "123456789", "123456", false},
		{LINK "passcode required\n", "123456789", NULL, false},
		{LINK "Passcode:\nRegards\n", "123456789", NULL, false},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x =
			read_body(a, *state, EVENT_TEXT, rows[i].body, NULL, "US");
		struct meeting none = {.provider = "none"};
		const struct meeting *m = x->n_meetings > 0 ? &x->meetings[0] : &none;
		const char *id = m->slots[SLOT_MEETING_ID].value;
		const char *passcode = m->slots[SLOT_PASSCODE].value;
		if ((id == NULL) != (rows[i].id == NULL) ||
			(id != NULL && strcmp(id, rows[i].id) != 0) ||
			(passcode == NULL) != (rows[i].passcode == NULL) ||
			(passcode != NULL && strcmp(passcode, rows[i].passcode) != 0) ||
			m->conflict != rows[i].conflict)
			fail_msg("row %zu: %s, %s, %d", i, id, passcode, m->conflict);
	}
	arena_free(a);
}

/* Numbers */

#define TEAMS "https://teams.microsoft.com/meet/26374053457629?p=x\n"

static void
national_numbers_find_their_country(void **state)
{
	static const struct {
		const char *room, *body, *e164; /* of the last number; NULL: none */
	} rows[] = {
		/* what the line says, then what its siblings are, then the room's */
		{"DE", TEAMS "(866) 679-9995,,63604949# United States (Toll-free)\n",
			"+18666799995"},
		{"DE", TEAMS "+1 323-849-4874,,63604949#\n(866) 679-9995,,63604949#\n",
			"+18666799995"},
		{"US", TEAMS "(866) 679-9995,,63604949#\n", "+18666799995"},
		/* it is no German number, though it could be dialled as one */
		{"DE", TEAMS "(866) 679-9995,,63604949#\n", NULL},
		{"GB", TEAMS "0800 640 3907,,63604949#\n", "+448006403907"},
		{"US", TEAMS "0800 640 3907,,63604949#\n", NULL},
		{NULL, TEAMS "(866) 679-9995,,63604949#\n", NULL},
		/* the number that the service publishes needs no country */
		{"DE", "https://zoom.us/j/123456789\nor 646-558-8656\n", "+16465588656"},
		{"US", "https://zoom.us/j/123456789\nor 206-555-0143\n", NULL},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x = read_body(
			a, *state, EVENT_TEXT, rows[i].body, NULL, rows[i].room);
		assert_int_equal(x->n_meetings, 1);
		const struct meeting *m = &x->meetings[0];
		const char *last =
			m->n_numbers > 0 ? m->numbers[m->n_numbers - 1].phone.e164 : NULL;
		if ((last == NULL) != (rows[i].e164 == NULL) ||
			(last != NULL && strcmp(last, rows[i].e164) != 0))
			fail_msg("row %zu: %s", i, last != NULL ? last : "none");
	}
	arena_free(a);
}

static void
numbers_of_others_are_left_out(void **state)
{
	static const struct {
		const char *body, *note; /* NULL: no number was even thought of */
	} rows[] = {
		{"https://zoom.us/j/123456789\nJoin by phone\n+1 206 555 0143\n"
		 "Participant code: 4455667\n",
			"another code"},
		{"https://zoom.us/j/9396880476\nJoin by phone\n+1 939 688 0476\n",
			"the ID itself"},
		{"https://zoom.us/j/123456789\nT +1 206 555 0143\n", NULL},
		{"https://zoom.us/j/123456789\nJoin by phone\nFax: +1 206 555 0143\n",
			NULL},
		{"https://zoom.us/j/123456789\nJoin by phone\n+1 206 555 0143 x12\n",
			NULL},
		{"https://zoom.us/j/123456789\nJoin by phone\n+12065550143,,123456789#,,1#\n",
			NULL},
	};
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x =
			read_body(a, *state, EVENT_TEXT, rows[i].body, NULL, "US");
		assert_int_equal(x->n_meetings, 1);
		assert_int_equal(x->meetings[0].n_numbers, 0);
		if (rows[i].note != NULL && !has_note(&x->meetings[0], rows[i].note))
			fail_msg("row %zu has no note of \"%s\"", i, rows[i].note);
	}
	/* a tail of another meeting: neither ID is taken for sure */
	const struct extraction *x = read_body(a, *state, EVENT_TEXT,
		"https://zoom.us/j/123456789\n+13017158592,,987654321# US\n", NULL, "US");
	assert_true(x->meetings[0].conflict);
	assert_null(x->meetings[0].slots[SLOT_MEETING_ID].value);
	assert_int_equal(x->meetings[0].n_numbers, 0);
	arena_free(a);
}

/* Limits */

static const char *
repeated(struct arena *a, const char *before, const char *unit, size_t size,
	const char *after)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, before);
	while (b.n < size)
		buf_str(&b, unit);
	buf_str(&b, after);
	return b.s;
}

/* What is long and means nothing costs little, and what stands before or behind it is
 * found. A search that is not linear would not end here. */
static void
long_nonsense_is_read_in_time(void **state)
{
	static const char zoom[] = "\nhttps://zoom.us/j/123456789\n";
	struct arena *a = arena_new(0);
	const struct {
		enum event_body_kind kind;
		const char *body;
	} rows[] = {
		{EVENT_TEXT, repeated(a, zoom, "+1 ", 5000000, "")},
		{EVENT_TEXT, repeated(a, zoom, "((((", 5000000, "")},
		{EVENT_TEXT, repeated(a, zoom, "Meeting ID: ", 900000, zoom)},
		{EVENT_TEXT, repeated(a, zoom, "Zoom 123 456 789 ", 900000, "")},
		{EVENT_TEXT, repeated(a, zoom, "+13017158592,,123456789#\n", 900000, "")},
		{EVENT_TEXT, repeated(a, zoom, "301 715 859", 900000, "")},
		{EVENT_TEXT, repeated(a, zoom, "a@b.", 900000, "")},
		{EVENT_TEXT, repeated(a, zoom, "1.2.3.4.", 900000, "")},
		{EVENT_HTML, repeated(a, zoom, "<a href=", 900000, "")},
		{EVENT_HTML,
			repeated(a, "<img src=\"data:image/png;base64,", "+13017158592/",
				2000000, "\"><p>https://zoom.us/j/123456789")},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct arena *mine = arena_new(0);
		const struct extraction *x =
			read_body(mine, *state, rows[i].kind, rows[i].body, NULL, "US");
		if (x->n_meetings != 1 ||
			strcmp(x->meetings[0].slots[SLOT_MEETING_ID].value,
				"123456789") != 0)
			fail_msg("row %zu: %zu meetings", i, x->n_meetings);
		arena_free(mine);
	}
	arena_free(a);
}

/* What is cut somewhere is cut between characters: the core takes nothing else. */
static void
cuts_do_not_split_characters(void **state)
{
	struct arena *a = arena_new(0);
	for (size_t spaces = 0; spaces < 120; spaces++) {
		struct buf b;
		buf_init(&b, a);
		buf_str(&b, "https://zoom.us/j/123456789\nJoin by phone\n");
		for (int i = 0; i < 60; i++)
			buf_str(&b, "\xc3\xa9");
		for (size_t i = 0; i < spaces; i++)
			buf_char(&b, ' ');
		buf_str(&b, "+13017158592,,123456789#");
		for (int i = 0; spaces % 2 == 0 && i < 60; i++)
			buf_str(&b, "\xc3\xa9");
		const struct extraction *x =
			read_body(a, *state, EVENT_TEXT, b.s, NULL, "US");
		assert_int_equal(x->n_meetings, 1);
	}
	arena_free(a);
}

static void
many_meetings_are_cut_off(void **state)
{
	struct arena *a = arena_new(0);
	struct buf b;
	buf_init(&b, a);
	for (int i = 0; i < 600; i++)
		buf_printf(&b, "https://zoom.us/j/%d\n", 100000000 + i);
	const struct extraction *x = read_body(a, *state, EVENT_TEXT, b.s, NULL, "US");
	assert_int_equal(x->n_meetings, MEETING_MAX);
	assert_true(x->tie);
	assert_int_equal(x->n_warnings, 1);
	buf_init(&b, a);
	buf_str(&b, "https://zoom.us/j/123456789\nDial by your location\n");
	for (int i = 0; i < 400; i++)
		buf_printf(&b, "+1 206 555 %04d US\n", i);
	x = read_body(a, *state, EVENT_TEXT, b.s, NULL, "US");
	assert_int_equal(x->n_meetings, 1);
	assert_int_equal(x->meetings[0].n_numbers, MEETING_MAX_NUMBERS);
	arena_free(a);
}

/* "meet.*" is any domain's: its links count beside the service's words, and a host that
 * only begins like a known one is nobody's. */
static void
hosts_that_may_be_anybodys(void **state)
{
	static const struct {
		const char *text;
		bool found;
	} rows[] = {
		{"Join Skype Meeting https://meet.northwind.example/ann/4D7QK2XN", true},
		{"https://meet.northwind.example/ann/4D7QK2XN\nTry Skype Web App", true},
		{"https://meet.northwind.example/ann/4D7QK2XN", false},
		{"Join Skype Meeting https://news.northwind.example/ann/4D7QK2XN", false},
		{"Join Skype Meeting https://meet.lync.com.evil.example/ann/4D7QK2XN",
			false},
		{"Join Skype Meeting https://meet.google.com.evil.example/ann/4D7QK2XN",
			false},
		{"Join Skype Meeting https://meet.evil.example@x.example/ann/4D7QK2XN",
			false},
	};
	const struct data *d = *state;
	struct arena *a = arena_new(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct extraction *x =
			read_body(a, d, EVENT_TEXT, rows[i].text, NULL, "US");
		if ((x->n_meetings == 1) != rows[i].found)
			fail_msg("row %zu: %zu meetings", i, x->n_meetings);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_points_at_the_original_bytes),
		cmocka_unit_test(derived_codes_are_told),
		cmocka_unit_test(a_false_proof_is_refused_with_its_line),
		cmocka_unit_test(tame_repetitions_load),
		cmocka_unit_test(site_files_override),
		cmocka_unit_test(a_sites_hosts_are_the_shipped_links_too),
		cmocka_unit_test(a_bridge_is_what_no_service_is),
		cmocka_unit_test(hosts_that_may_be_anybodys),
		cmocka_unit_test(what_is_surer_has_more_confidence),
		cmocka_unit_test(doubts_are_asked_about),
		cmocka_unit_test(hidden_meetings_are_lost),
		cmocka_unit_test(ties),
		cmocka_unit_test(labels_weigh_what_they_say),
		cmocka_unit_test(national_numbers_find_their_country),
		cmocka_unit_test(numbers_of_others_are_left_out),
		cmocka_unit_test(long_nonsense_is_read_in_time),
		cmocka_unit_test(cuts_do_not_split_characters),
		cmocka_unit_test(many_meetings_are_cut_off),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
