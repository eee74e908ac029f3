/* What is keyed after the answer: forms, pauses and PINs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char zoom_url[] = "https://northwind.zoom.us/j/91847302265?pwd=quill7";

static void
zoom(struct desk *d)
{
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_URL, zoom_url);
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_slot(d, SLOT_PASSCODE, "quill&7");
	desk_slot(d, SLOT_PHONE_PIN, "04471963");
}

static void
ids_that_are_none_are_not_keyed(void **state)
{
	struct desk *d = *state;
	static const char *const ids[] = {"85996249517#*4", "85996249517,,*7", "859", "",
		"8599624951785996249517859962495178599624", "859 9624 9517",
		"\xef\xbc\x98\xef\xbc\x95\xef\xbc\x99\xef\xbc\x99\xef\xbc\x96",
		"\xd9\xa8\xd9\xa5\xd9\xa9", "8599624951A", "8599624951w", "8599624951p",
		"8599624951!", "8599624951;", "8599624951\r", "E0vyik", "-85996249517",
		"+85996249517", "85996249517.1"};
	for (size_t i = 0; i < COUNT(ids); i++) {
		desk_meeting(d, "zoom");
		desk_slot(d, SLOT_MEETING_ID, ids[i]);
		desk_number(d, "+13017158592");
		const struct plan *p = desk_plan(d);
		for (size_t via = 0; via < N_TRANSPORTS; via++)
			if (p->has[via])
				fail_msg("%s is dialled by %s", ids[i],
					transport_name((enum transport)via));
	}
	/* a PIN that is none leaves the meeting, not its beginning */
	static const char *const pins[] = {
		"E0vyik", "123#", "1", "12345678901234567890", "12*34", ""};
	for (size_t i = 0; i < COUNT(pins); i++) {
		zoom(d);
		desk_slot(d, SLOT_PHONE_PIN, pins[i]);
		desk_number(d, "+13017158592");
		const struct plan *p = desk_plan(d);
		assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#");
		assert_string_equal(p->sip.uri, "sip:91847302265@zoomcrc.com");
		assert_null(p->pstn.pin);
		assert_string_equal(p->warnings[0],
			"pin_unknown: the passcode cannot be keyed; Zoom will ask for a "
			"numeric one");
	}
	zoom(d);
	desk_slot(d, SLOT_PHONE_PIN, "004210");
	desk_number(d, "+13017158592");
	assert_string_equal(
		desk_plan(d)->pstn.dial, "+13017158592,,91847302265#,,,,*004210#");
}

static void
the_printed_form_is_taken_where_it_says_all(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *form, *pin, *dial;
	} rows[] = {
		{",,{meeting_id}#,,,,,,0#,,{phone_pin}#", "0447",
			"+13017158592,,91847302265#,,,,,,0#,,0447#"},
		{",,{meeting_id}#,,#,{phone_pin}#", "0447",
			"+13017158592,,91847302265#,,#,0447#"},
		/* a form that is not the provider's is not taken */
		{",,{meeting_id}#,,,,,,9#", "0447",
			"+13017158592,,91847302265#,,,,*0447#"},
		/* nor one that would leave the PIN out */
		{",,{meeting_id}#", "0447", "+13017158592,,91847302265#,,,,*0447#"},
		{",,{meeting_id}#", NULL, "+13017158592,,91847302265#"},
		{",,{meeting_id}#,,#,{phone_pin}#", NULL, "+13017158592,,91847302265#"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_slot(d, SLOT_PHONE_PIN, rows[i].pin);
		struct meeting_number *n = desk_number(d, "+13017158592");
		n->one_tap = true;
		n->form = rows[i].form;
		assert_string_equal(desk_plan(d)->pstn.dial, rows[i].dial);
	}
	/* Webex asks for its password or does not: it is keyed only as it is printed */
	desk_meeting(d, "webex");
	desk_slot(d, SLOT_MEETING_ID, "24368109909");
	desk_slot(d, SLOT_PHONE_PIN, "46391722");
	desk_number(d, "+14156550002");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->pstn.dial, "+14156550002,,24368109909##");
	assert_string_equal(p->pstn.pin, "46391722");
	d->numbers[0].form = ",,*01*{meeting_id}#{phone_pin}#*01*";
	assert_string_equal(
		desk_plan(d)->pstn.dial, "+14156550002,,*01*24368109909#46391722#*01*");
	d->numbers[0].form = ",,*01*{meeting_id}##*01*";
	assert_string_equal(
		desk_plan(d)->pstn.dial, "+14156550002,,*01*24368109909##*01*");
}

static void
only_what_is_keyed_alike_is_an_alternative(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13017158592");
	desk_number(d, "+13126266799")->form = ",,{meeting_id}#,,#,{phone_pin}#";
	desk_number(d, "+13462487799");
	const struct plan *p = desk_plan(d);
	assert_int_equal(p->pstn.n_alternatives, 1);
	assert_string_equal(p->pstn.alternatives[0], "+13462487799");
}

static void
among_equals_the_one_tap_line_is_called(void **state)
{
	struct desk *d = *state;
	for (int turn = 0; turn < 2; turn++) {
		desk_meeting(d, "teams");
		desk_slot(d, SLOT_PHONE_ID, "191605571");
		desk_number(d, turn == 0 ? "+12135550123" : "+13235550123");
		desk_number(d, turn == 0 ? "+13235550123" : "+12135550123");
		struct meeting_number *n = &d->numbers[turn == 0 ? 1 : 0];
		n->one_tap = true;
		n->form = ",,{phone_id}#";
		const struct plan *p = desk_plan_via(d, VIA_PSTN);
		assert_string_equal(p->pstn.number, "+13235550123");
		assert_string_equal(p->pstn.alternatives[0], "+12135550123");
		n->one_tap = false;
		assert_string_equal(
			desk_plan_via(d, VIA_PSTN)->pstn.number, "+12135550123");
	}
}

static void
an_administrators_delays_override_the_pauses(void **state)
{
	struct desk *d = *state;
	static const struct {
		int id, pin;
		const char *form, *steps, *dial;
	} rows[] = {
		{-1, -1, NULL, "+13017158592|4000|91847302265#|8000|*04471963#",
			"+13017158592,,91847302265#,,,,*04471963#"},
		{6000, 2500, NULL, "+13017158592|6000|91847302265#|2500|*04471963#",
			"+13017158592,,,91847302265#,,*04471963#"},
		/* a dial string has one pause at least, or the two would run together */
		{0, 1, NULL, "+13017158592|91847302265#|1|*04471963#",
			"+13017158592,91847302265#,*04471963#"},
		{0, 0, NULL, "+13017158592|91847302265#|*04471963#",
			"+13017158592,91847302265#*04471963#"},
		{9999999, -1, NULL, "+13017158592|30000|91847302265#|8000|*04471963#",
			"+13017158592,,,,,,,,,,,,,,,91847302265#,,,,*04471963#"},
		{-1, 10000, ",,{meeting_id}#,,,,,,0#,,{phone_pin}#",
			"+13017158592|4000|91847302265#|12000|0#|10000|04471963#",
			"+13017158592,,91847302265#,,,,,,0#,,,,,04471963#"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_number(d, "+13017158592")->form = rows[i].form;
		struct provider_settings *s = desk_settings(d, "zoom");
		s->id_delay_ms = rows[i].id;
		s->pin_delay_ms = rows[i].pin;
		const struct plan *p = desk_plan(d);
		assert_string_equal(
			desk_steps(d, p->pstn.steps, p->pstn.n_steps), rows[i].steps);
		assert_string_equal(p->pstn.dial, rows[i].dial);
	}
}

/* PINs */

static void
a_pin_that_must_be_given_is_asked_for(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_slot(d, SLOT_PHONE_PIN, NULL);
	desk_number(d, "+13017158592");
	struct provider_settings *s = desk_settings(d, "zoom");
	s->pin_set = true;
	s->pin = PIN_REQUIRED;
	const struct plan *p = desk_plan(d);
	assert_true(p->needs_pin);
	assert_false(p->has[VIA_SIP] || p->has[VIA_H323] || p->has[VIA_PSTN]);
	assert_true(p->has[VIA_WEB]);
	p = desk_plan_pin(d, "0447");
	assert_false(p->needs_pin);
	assert_string_equal(p->sip.uri, "sip:91847302265.0447@zoomcrc.com");
	assert_string_equal(p->h323.dial, "162.255.37.11##91847302265#0447");
	assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#,,,,*0447#");
	/* as people say it */
	p = desk_plan_pin(d, " 04 4-7 ");
	assert_string_equal(p->pstn.pin, "0447");
	/* what cannot be one is asked for again */
	static const char *const wrong[] = {"", "1", "12a4", "12#4", "123456789012"};
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_true(desk_plan_pin(d, wrong[i])->needs_pin);
	s->pin = PIN_OPTIONAL;
	assert_false(desk_plan(d)->needs_pin);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_true(desk_plan_pin(d, wrong[i])->needs_pin);
	/* the user's takes the place of the invite's */
	zoom(d);
	desk_number(d, "+13017158592")->phone_pin = "555555";
	p = desk_plan_pin(d, "0447");
	assert_string_equal(p->sip.uri, "sip:91847302265.0447@zoomcrc.com");
	assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#,,,,*0447#");
}

static void
a_pin_that_must_be_given_is_never_dropped(void **state)
{
	struct desk *d = *state;
	/* Fuze's file has no place for one; the administrator says that it needs one */
	desk_meeting(d, "fuze");
	desk_slot(d, SLOT_MEETING_ID, "21273875");
	struct provider_settings *s = desk_settings(d, "fuze");
	s->pin_set = true;
	s->pin = PIN_REQUIRED;
	s->number = "+12065550100";
	s->pin_delay_ms = 6000;
	assert_true(desk_plan(d)->needs_pin);
	const struct plan *p = desk_plan_pin(d, "5578");
	assert_string_equal(p->pstn.dial, "+12065550100,,21273875#,,,5578#");
	assert_string_equal(p->sip.uri, "sip:21273875@tp.fuze.me");
	assert_string_equal(desk_steps(d, p->sip.steps, p->sip.n_steps), "4000|5578#");
	/* Webex: said by the user, so keyed */
	desk_meeting(d, "webex");
	desk_slot(d, SLOT_MEETING_ID, "24368109909");
	desk_number(d, "+14156550002");
	p = desk_plan_pin(d, "46391722");
	assert_string_equal(p->pstn.dial, "+14156550002,,*01*24368109909#46391722#*01*");
	/* where there is none, none is keyed */
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	desk_number(d, "+12064625569");
	p = desk_plan_pin(d, "1234");
	assert_string_equal(p->pstn.dial, "+12064625569,,,6064724824#");
	assert_false(p->needs_pin);
	/* one number's own PIN is no other way's */
	zoom(d);
	desk_slot(d, SLOT_PHONE_PIN, NULL);
	desk_number(d, "+13017158592")->phone_pin = "0447";
	desk_number(d, "+13126266799");
	s = desk_settings(d, "zoom");
	s->pin_set = true;
	s->pin = PIN_REQUIRED;
	p = desk_plan(d);
	assert_false(p->needs_pin);
	assert_false(p->has[VIA_SIP] || p->has[VIA_H323]);
	assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#,,,,*0447#");
	assert_int_equal(p->pstn.n_alternatives, 0);
}

static void
no_more_is_keyed_than_a_line_takes(void **state)
{
	struct desk *d = *state;
	static const char *const file[] = {
		"id: long\nname: Long\npin: optional\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 4, max: 24}\n"
		"  - {slot: phone_pin, digits: true, min: 4, max: 24}\n"
		"tails: [',,{meeting_id}#{meeting_id}#']\n"
		"access_numbers:\n  - {number: '+1 206 555 0100', country: US}\n"};
	desk_providers(d, file, 1);
	desk_meeting(d, "long");
	desk_slot(d, SLOT_MEETING_ID, "123456789012345678901234");
	desk_number(d, "+12065550100");
	const struct plan *p = desk_plan_pin(d, "1234567890123"); /* 64 tones */
	assert_string_equal(p->pstn.dial,
		"+12065550100,,123456789012345678901234#123456789012345678901234#,,"
		"1234567890123#");
	p = desk_plan_pin(d, "12345678901234");
	assert_false(p->has[VIA_PSTN]);
	assert_null(p->pstn.dial);
	assert_null(p->pstn.number);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(ids_that_are_none_are_not_keyed),
		desk_test(the_printed_form_is_taken_where_it_says_all),
		desk_test(only_what_is_keyed_alike_is_an_alternative),
		desk_test(among_equals_the_one_tap_line_is_called),
		desk_test(an_administrators_delays_override_the_pauses),
		desk_test(a_pin_that_must_be_given_is_asked_for),
		desk_test(a_pin_that_must_be_given_is_never_dropped),
		desk_test(no_more_is_keyed_than_a_line_takes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
