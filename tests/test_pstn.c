/* Which number is called. */
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
same(const char *got, const char *wanted)
{
	if (got == NULL || wanted == NULL) {
		assert_null(got);
		assert_null(wanted);
		return;
	}
	assert_string_equal(got, wanted);
}

static void
the_place_in_the_invite_says_nothing(void **state)
{
	struct desk *d = *state;
	static const char *const numbers[] = {"+19005550199", "+13126266799",
		"+13475550123", "+13017158592", "+18665550199"};
	for (size_t turn = 0; turn < COUNT(numbers); turn++) {
		zoom(d);
		for (size_t i = 0; i < COUNT(numbers); i++)
			desk_number(d, numbers[(turn + i) % COUNT(numbers)]);
		const struct plan *p = desk_plan(d);
		assert_string_equal(p->pstn.number, "+13017158592");
		assert_int_equal(p->pstn.n_alternatives, 1);
		assert_int_equal(p->n_refused, 1);
		assert_string_equal(p->refused[0].reason, "premium");
		assert_int_equal(p->refused[0].via, VIA_PSTN);
		assert_string_equal(p->refused[0].ends_with, "99");
	}
}

static void
a_refused_number_leaves_no_trace_but_its_end(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *number, *reason, *ends;
	} rows[] = {
		{"+19005550199", "premium", "99"},
		{"+12129761234", "premium", "34"},
		{"+449098790012", "premium", "12"},
		{"+881655550123", "satellite", "23"},
		{"+19115550123", "emergency", "23"},
		{"+911", "emergency", "11"},
		{"+1234567", "invalid", "67"},
		{"+37121234567", "country", "67"},
		{"+12425550123", "country", "23"},
		{"+17875550123", "country", "23"},
		{"+80012345678", "country", "78"},
		{"", "invalid", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_number(d, rows[i].number);
		const struct plan *p = desk_plan(d);
		if (p->has[VIA_PSTN] || p->n_refused != 1)
			fail_msg("%s", rows[i].number);
		assert_null(p->pstn.number);
		assert_null(p->pstn.dial);
		assert_null(p->pstn.id);
		assert_int_equal(p->pstn.n_steps, 0);
		assert_int_equal(p->pstn.n_alternatives, 0);
		assert_string_equal(p->refused[0].reason, rows[i].reason);
		same(p->refused[0].ends_with, rows[i].ends);
		assert_true(p->has[VIA_SIP]); /* the other ways are as they were */
	}
	/* the same said twice is said once, and there is an end to it */
	zoom(d);
	for (size_t i = 0; i < MEETING_MAX_NUMBERS + 8; i++)
		desk_number(d, arena_printf(d->a, "+1900555%04zu", i));
	const struct plan *p = desk_plan(d);
	assert_false(p->has[VIA_PSTN]);
	assert_int_equal(p->n_refused, 16);
	zoom(d);
	desk_number(d, "+19005550199");
	desk_number(d, "+19005551199");
	assert_int_equal(desk_plan(d)->n_refused, 1);
}

static void
the_best_known_number_is_called(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13475550123");
	desk_number(d, "+13017158592");
	/* the provider's own before one that only the invite gives */
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+13017158592");
	assert_false(p->pstn.unknown);
	assert_int_equal(
		p->pstn.n_alternatives, 0); /* that other one is known less well */
	/* an administrator's before both */
	desk_settings(d, "zoom")->number = "+1 206 555 0100";
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+12065550100");
	assert_string_equal(p->pstn.dial, "+12065550100,,91847302265#,,,,*04471963#");
	assert_false(p->pstn.unknown);
	/* but not beyond what is never dialled, nor beyond the room's countries */
	static const struct {
		const char *number, *reason;
	} rows[] = {{"911", "emergency"}, {"9911", "emergency"}, {"411", "short"},
		{"+19005550199", "premium"}, {"+881655550123", "satellite"},
		{"1-800-FLOWERS", "invalid"}, {"*72 301 715 8592", "invalid"},
		{"+442079460000", "country"},
		/* which country it is of would be each room's own guess */
		{"206 555 0100", "invalid"}, {"001 206 555 0100", "invalid"}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		d->settings.number = rows[i].number;
		p = desk_plan(d);
		if (!desk_refused(p, VIA_PSTN, rows[i].reason))
			fail_msg("%s", rows[i].number);
		assert_string_equal(p->pstn.number, "+13017158592");
	}
	d->settings.number = "+18665550100";
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+18665550100");
	assert_true(p->pstn.toll_free);
}

static void
a_number_nobody_vouches_for_is_asked_about(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13475550123");
	const struct plan *p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.number, "+13475550123");
	assert_true(p->pstn.unknown);
	assert_int_equal(p->confirm, CONFIRM_UNKNOWN_NUMBER);
	d->policy.confirm = true; /* the graver of the two reasons */
	assert_int_equal(desk_plan_via(d, VIA_PSTN)->confirm, CONFIRM_UNKNOWN_NUMBER);
	/* by SIP there is no number to ask about; the fallback carries its own mark */
	d->policy.confirm = false;
	p = desk_plan(d);
	assert_int_equal(p->via, VIA_SIP);
	assert_int_equal(p->confirm, CONFIRM_NONE);
	assert_true(p->pstn.unknown);
	d->policy.confirm = true;
	assert_int_equal(desk_plan(d)->confirm, CONFIRM_POLICY);
	d->policy.confirm = false;
	d->policy.trust_invite_numbers = true;
	p = desk_plan_via(d, VIA_PSTN);
	assert_false(p->pstn.unknown);
	assert_int_equal(p->confirm, CONFIRM_NONE);
	/* trust goes no further than the countries */
	zoom(d);
	desk_number(d, "+442079460000");
	p = desk_plan(d);
	assert_false(p->has[VIA_PSTN]);
	assert_true(desk_refused(p, VIA_PSTN, "country"));
}

static void
a_tenants_numbers_are_its_own(void **state)
{
	struct desk *d = *state;
	desk_meeting(d, "teams");
	desk_slot(d, SLOT_PHONE_ID, "191605571");
	desk_number(d, "+12135550123");
	const struct plan *p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.dial, "+12135550123,,191605571#");
	assert_int_equal(p->confirm, CONFIRM_NONE);
	d->policy.country = "DE";
	p = desk_plan_via(d, VIA_PSTN);
	assert_false(p->has[VIA_PSTN]);
	assert_true(desk_refused(p, VIA_PSTN, "country"));
}

static void
home_first_and_free_last(void **state)
{
	struct desk *d = *state;
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	desk_number(d, "+18555524463");
	desk_number(d, "+498922061384");
	desk_number(d, "+12064625569");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+12064625569");
	assert_string_equal(p->pstn.alternatives[0], "+18555524463");
	d->policy.prefer_toll_free = true;
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+18555524463");
	assert_true(p->pstn.toll_free);
	d->policy.country = "DE";
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+498922061384");
	assert_string_equal(p->pstn.country, "DE");
	assert_int_equal(p->pstn.n_alternatives, 0);
	static const char *const also[] = {"US"};
	d->policy.countries = also;
	d->policy.n_countries = 1;
	d->policy.prefer_toll_free = false;
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+498922061384");
	assert_int_equal(p->pstn.n_alternatives, 2);
	/* Canada's own for a room there, though the United States' stands first */
	d->policy = policy_default("CA");
	zoom(d);
	desk_number(d, "+13017158592");
	desk_number(d, "+16475580588");
	p = desk_plan(d);
	assert_string_equal(p->pstn.number, "+16475580588");
	assert_string_equal(p->pstn.country, "CA");
}

static void
islands_of_the_united_states_only_when_known(void **state)
{
	struct desk *d = *state;
	static const char *const file[] = {
		"id: island\nname: Island\npin: never\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 4, max: 8}\n"
		"tails: [',,{meeting_id}#']\n"
		"access_numbers:\n  - {number: '+1 787 555 0123', country: PR}\n"
		"  - {number: '+1 809 555 0123', country: DO}\n"};
	desk_providers(d, file, 1);
	desk_meeting(d, "island");
	desk_slot(d, SLOT_MEETING_ID, "12345");
	desk_number(d, "+17875550123");
	desk_number(d, "+17875550124");
	desk_number(d, "+18095550123");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->pstn.dial, "+17875550123,,12345#");
	assert_int_equal(p->n_refused, 2);
	d->policy.country = "DE";
	assert_false(desk_plan(d)->has[VIA_PSTN]);
}

static void
a_room_of_no_country_calls_none(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13017158592");
	d->policy.country = NULL;
	const struct plan *p = desk_plan(d);
	assert_false(p->has[VIA_PSTN]);
	assert_true(desk_refused(p, VIA_PSTN, "country"));
	assert_true(p->has[VIA_SIP]);
	/* nor one whose country nobody set, a number of no country */
	desk_number(d, "+80012345678");
	d->policy.country = "";
	assert_false(desk_plan(d)->has[VIA_PSTN]);
}

static void
calls_switched_off_are_telephone_calls(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13017158592");
	d->policy.outbound = false;
	const struct plan *p = desk_plan(d);
	assert_false(p->has[VIA_PSTN]);
	assert_true(desk_refused(p, VIA_PSTN, "outbound"));
	assert_null(p->refused[0].ends_with);
	assert_true(p->has[VIA_SIP] && p->has[VIA_H323] && p->has[VIA_WEB]);
	zoom(d); /* nothing to refuse */
	assert_int_equal(desk_plan(d)->n_refused, 0);
}

static void
an_invite_without_dial_in_has_none(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13017158592");
	desk_settings(d, "zoom")->number = "+12065550100";
	d->m.no_pstn = true;
	const struct plan *p = desk_plan(d);
	assert_false(p->has[VIA_PSTN]);
	assert_int_equal(p->n_refused, 0);
}

/* A PIN of one number (Google Meet) is never keyed after another. */
static void
a_numbers_own_pin_is_its_own(void **state)
{
	struct desk *d = *state;
	desk_meeting(d, "meet");
	desk_slot(d, SLOT_URL, "https://meet.google.com/abc-defg-hij");
	desk_number(d, "+14136484559")->phone_id = "934959535";
	desk_number(d, "+442034810000")->phone_id = "117463428";
	desk_number(d, "+12065550100");
	const struct plan *p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.dial, "+14136484559,,934959535#");
	assert_string_equal(p->pstn.id, "934959535");
	assert_int_equal(p->pstn.n_alternatives, 0);
	d->policy.country = "GB";
	p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.dial, "+442034810000,,117463428#");
	/* one that the administrator set has no PIN at all here */
	d->policy.country = "US";
	desk_settings(d, "meet")->number = "+12065550100";
	p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.dial, "+14136484559,,934959535#");
	/* where all agree, it is the meeting's */
	desk_meeting(d, "meet");
	desk_slot(d, SLOT_PHONE_ID, "934959535");
	desk_number(d, "+14136484559")->phone_id = "934959535";
	p = desk_plan_via(d, VIA_PSTN);
	assert_string_equal(p->pstn.dial, "+12065550100,,934959535#");
	/* and one that is no such PIN is none */
	desk_meeting(d, "meet");
	desk_number(d, "+14136484559")->phone_id = "9349#9535";
	assert_false(desk_plan_via(d, VIA_PSTN)->has[VIA_PSTN]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(the_place_in_the_invite_says_nothing),
		desk_test(a_refused_number_leaves_no_trace_but_its_end),
		desk_test(the_best_known_number_is_called),
		desk_test(a_number_nobody_vouches_for_is_asked_about),
		desk_test(a_tenants_numbers_are_its_own),
		desk_test(home_first_and_free_last),
		desk_test(islands_of_the_united_states_only_when_known),
		desk_test(a_room_of_no_country_calls_none),
		desk_test(calls_switched_off_are_telephone_calls),
		desk_test(an_invite_without_dial_in_has_none),
		desk_test(a_numbers_own_pin_is_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
