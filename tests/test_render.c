/* A telephone plan in the notations of engines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct plan *
zoom(struct desk *d, const char *pin)
{
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_slot(d, SLOT_PHONE_PIN, pin);
	desk_number(d, "+13017158592");
	return desk_plan(d);
}

static void
each_engine_is_written_its_own_way(void **state)
{
	struct desk *d = *state;
	const struct plan *p = zoom(d, "0447");
	static const struct {
		const char *format, *text;
	} rows[] = {
		{"tel", "tel:+13017158592,,91847302265%23,,,,*0447%23"},
		{"asterisk", "Dial(PJSIP/+13017158592@${TRUNK},,D(wwwwwwww91847302265#"
			     "wwwwwwwwwwwwwwww*0447#))"},
		{"freeswitch",
			"{execute_on_answer='send_dtmf wwwwwwww91847302265#"
			"wwwwwwwwwwwwwwww*0447#'}sofia/gateway/${TRUNK}/+13017158592"},
		{"twilio", "<Dial><Number sendDigits=\"wwwwwwww91847302265#"
			   "wwwwwwwwwwwwwwww*0447#\">+13017158592</Number></Dial>"},
		{"a4b", "{\"PSTNDialIn\":{\"CountryCode\":\"1\",\"PhoneNumber\":"
			"\"3017158592\",\"OneClickIdDelay\":\"4\",\"OneClickPinDelay\":"
			"\"8\"}}"},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(plan_render(d->a, p, rows[i].format), rows[i].text);
	assert_null(plan_render(d->a, p, "nosuch"));
	assert_null(plan_render(d->a, p, ""));
	/* a pause that is no whole number of the engine's units is no shorter */
	struct provider_settings *s = desk_settings(d, "zoom");
	s->id_delay_ms = 1200;
	s->pin_delay_ms = 0;
	p = zoom(d, "0447");
	assert_string_equal(plan_render(d->a, p, "asterisk"),
		"Dial(PJSIP/+13017158592@${TRUNK},,D(www91847302265#*0447#))");
	assert_non_null(strstr(plan_render(d->a, p, "a4b"), "\"OneClickIdDelay\":\"2\""));
	assert_non_null(
		strstr(plan_render(d->a, p, "a4b"), "\"OneClickPinDelay\":\"0\""));
	s->id_delay_ms = 0;
	p = zoom(d, "0447");
	assert_non_null(strstr(plan_render(d->a, p, "a4b"), "\"OneClickIdDelay\":\"0\""));
	s->id_delay_ms = 30000; /* the longest there is */
	p = zoom(d, "0447");
	assert_non_null(
		strstr(plan_render(d->a, p, "a4b"), "\"OneClickIdDelay\":\"30\""));
}

static void
what_cannot_be_said_is_not(void **state)
{
	struct desk *d = *state;
	/* ten digits after the country code are all that Alexa for Business has room for */
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	desk_number(d, "+498922061384");
	d->policy.country = "DE";
	assert_string_equal(plan_render(d->a, desk_plan(d), "a4b"),
		"{\"PSTNDialIn\":{\"CountryCode\":\"49\",\"PhoneNumber\":\"8922061384\","
		"\"OneClickIdDelay\":\"6\",\"OneClickPinDelay\":\"0\"}}");
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_number(d, "+496971049922");
	assert_string_equal(plan_render(d->a, desk_plan(d), "tel"),
		"tel:+496971049922,,91847302265%23");
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	desk_number(d, "+49697104992");
	assert_null(plan_render(d->a, desk_plan(d), "a4b"));
	/* no telephone, nothing to write */
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "91847302265");
	assert_null(plan_render(d->a, desk_plan(d), "tel"));
}

/* A plan that came over a socket is read again before it becomes another program's code. */
static void
a_plan_from_elsewhere_is_not_trusted(void **state)
{
	struct desk *d = *state;
	static const char *const formats[] = {
		"tel", "asterisk", "freeswitch", "twilio", "a4b"};
	static const struct {
		const char *number, *dial, *send;
		int wait_ms;
	} rows[] = {
		{NULL, "+13017158592,1#", "1#", 1},
		{"+13017158592", NULL, "1#", 1},
		{"+13017158592)", "+13017158592),1#", "1#", 1},
		{"+13017158592,", "+13017158592,,1#", "1#", 1},
		{"+13017158592", "+13126266799,1#", "1#", 1},
		{"+13017158592", "+130171585921#", "1#", 1},
		{"+13017158592", "+13017158592,1#", "1)),System(x", 1},
		{"+13017158592", "+13017158592,1#", "1\"/>", 1},
		{"+13017158592", "+13017158592,1#", "", 1},
		{"+13017158592", "+13017158592,1#", NULL, 1},
		{"+13017158592", "+13017158592,1#",
			"1234567890123456789012345678901234567890", 1},
		{"+13017158592", "+13017158592,1#", "1#", 999999999},
		{"+13017158592", "+13017158592,1#'", "1#", 1},
		{"911", "911,1#", "1#", 1},
		{"+0123456789", "+0123456789,1#", "1#", 1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct plan_step steps[] = {{STEP_DIAL, rows[i].number, 0},
			{STEP_WAIT, NULL, rows[i].wait_ms}, {STEP_SEND, rows[i].send, 0}};
		struct plan p = {.via = VIA_PSTN};
		p.has[VIA_PSTN] = true;
		p.pstn.number = rows[i].number;
		p.pstn.dial = rows[i].dial;
		p.pstn.steps = steps;
		p.pstn.n_steps = 3;
		for (size_t f = 0; f < COUNT(formats); f++)
			if (plan_render(d->a, &p, formats[f]) != NULL)
				fail_msg("row %zu as %s", i, formats[f]);
	}
	const struct plan *good = zoom(d, "0447");
	struct plan two = *good;
	struct plan_step calls[] = {good->pstn.steps[0], good->pstn.steps[0]};
	two.pstn.steps = calls;
	two.pstn.n_steps = 2;
	assert_null(plan_render(d->a, &two, "asterisk"));
	two = *good;
	two.pstn.n_steps = 1; /* nothing to key */
	assert_string_equal(
		plan_render(d->a, &two, "asterisk"), "Dial(PJSIP/+13017158592@${TRUNK})");
	assert_string_equal(plan_render(d->a, &two, "freeswitch"),
		"sofia/gateway/${TRUNK}/+13017158592");
	assert_string_equal(plan_render(d->a, &two, "twilio"),
		"<Dial><Number>+13017158592</Number></Dial>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(each_engine_is_written_its_own_way),
		desk_test(what_cannot_be_said_is_not),
		desk_test(a_plan_from_elsewhere_is_not_trusted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
