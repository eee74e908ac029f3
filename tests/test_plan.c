/* What is called by telephone, what is keyed then, and which way comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
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
a_meeting_is_dialled_in_every_way(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13126266799");
	desk_number(d, "+13017158592");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->provider->name, "Zoom");
	assert_int_equal(p->via, VIA_SIP);
	assert_string_equal(p->sip.uri, "sip:91847302265.04471963@zoomcrc.com");
	assert_string_equal(p->h323.dial, "162.255.37.11##91847302265#04471963");
	assert_string_equal(p->h323.address, "162.255.37.11");
	assert_string_equal(p->h323.id, "91847302265");
	assert_string_equal(p->h323.pin, "04471963");
	assert_string_equal(p->pstn.number, "+13017158592");
	assert_string_equal(p->pstn.country, "US");
	assert_false(p->pstn.toll_free);
	assert_string_equal(p->pstn.id, "91847302265");
	assert_string_equal(p->pstn.pin, "04471963");
	assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#,,,,*04471963#");
	assert_string_equal(desk_steps(d, p->pstn.steps, p->pstn.n_steps),
		"+13017158592|4000|91847302265#|8000|*04471963#");
	assert_int_equal(p->pstn.n_alternatives, 1);
	assert_string_equal(p->pstn.alternatives[0], "+13126266799");
	assert_string_equal(p->web.url, zoom_url);
	assert_string_equal(p->web.meeting_id, "91847302265");
	assert_string_equal(p->web.passcode, "quill&7");
	assert_false(p->needs_pin);
	assert_int_equal(p->confirm, CONFIRM_NONE);
	assert_int_equal(p->n_refused, 0);
	assert_int_equal(p->n_warnings, 0);
}

static void
the_device_says_which_ways_and_in_which_order(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_number(d, "+13017158592");
	static const enum transport order[] = {VIA_WEB, VIA_PSTN};
	const struct plan *p = plan_make(d->a, d->ps, &d->m, &d->policy, order, 2, NULL);
	assert_int_equal(p->via, VIA_WEB);
	assert_true(p->has[VIA_PSTN]);
	assert_false(p->has[VIA_SIP]);
	assert_null(p->sip.uri);
	assert_false(p->has[VIA_H323]);
	/* the first of them that is there */
	desk_slot(d, SLOT_URL, NULL);
	p = plan_make(d->a, d->ps, &d->m, &d->policy, order, 2, NULL);
	assert_int_equal(p->via, VIA_PSTN);
	/* none wanted, none had */
	p = plan_make(d->a, d->ps, &d->m, &d->policy, order, 0, NULL);
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		assert_false(p->has[via]);
	/* the room's own order holds when the device says nothing */
	d->policy.order[0] = VIA_H323;
	d->policy.n_order = 1;
	p = desk_plan(d);
	assert_int_equal(p->via, VIA_H323);
	assert_false(p->has[VIA_PSTN]);
	assert_string_equal(transport_name(VIA_H323), "h323");
	enum transport via;
	assert_true(transport_find("pstn", &via) && via == VIA_PSTN);
	assert_false(transport_find("PSTN", &via));
}

/* plan_via says without making what plan_make would. */
static void
a_made_plan_is_narrowed(void **state)
{
	struct desk *d = *state;
	static const enum transport all[] = {VIA_SIP, VIA_H323, VIA_PSTN, VIA_WEB};
	zoom(d);
	desk_number(d, "+13475550123");
	desk_number(d, "+19005550199");
	desk_slot(d, SLOT_SIP, "91847302265@sip.example.com");
	for (size_t kind = 0; kind < 4; kind++) {
		d->policy.confirm = kind == 1;
		d->m.registration = kind == 2;
		d->m.numbers = kind == 3 ? NULL : d->numbers;
		d->m.n_numbers = kind == 3 ? 0 : 2;
		const struct plan *whole = desk_plan(d);
		for (size_t first = 0; first < 4; first++)
			for (size_t second = 0; second < 4; second++) {
				enum transport via[2] = {all[first], all[second]};
				const struct plan *p =
					plan_via(d->a, whole, &d->policy, via, 2);
				const struct plan *q = plan_make(
					d->a, d->ps, &d->m, &d->policy, via, 2, NULL);
				assert_memory_equal(p->has, q->has, sizeof p->has);
				assert_int_equal(p->via, q->via);
				assert_int_equal(p->confirm, q->confirm);
				assert_int_equal(p->n_refused, q->n_refused);
				if (p->has[VIA_PSTN])
					same(p->pstn.dial, q->pstn.dial);
			}
	}
	/* what the room's order does not have was not made */
	d->policy.n_order = 1;
	assert_null(plan_via(d->a, desk_plan(d), &d->policy, all, 3));
}

/* Numbers */

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

/* What is keyed */

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

/* Meetings as a whole */

static void
what_is_over_or_not_open_is_said(void **state)
{
	struct desk *d = *state;
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	const struct plan *p = desk_plan(d);
	assert_int_equal(p->n_warnings, 1);
	assert_string_equal(p->warnings[0], "retired: Amazon Chime ended on 2026-02-20");
	assert_true(p->has[VIA_SIP]);
	zoom(d);
	desk_number(d, "+13017158592");
	d->m.registration = true;
	p = desk_plan(d);
	for (size_t via = 0; via < N_TRANSPORTS; via++) {
		assert_false(p->has[via]);
		assert_true(desk_refused(p, (enum transport)via, "registration"));
	}
	assert_string_equal(
		p->warnings[0], "registration: Zoom wants everybody to register first");
	desk_meeting(d, "nosuch");
	p = desk_plan(d);
	assert_null(p->provider);
	assert_int_equal(p->n_refused, 0);
	desk_meeting(d, "zoom"); /* nothing known of it */
	p = desk_plan(d);
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		assert_false(p->has[via]);
}

static void
a_meeting_that_somebody_names(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *provider, *id, *pin, *dial, *error;
	} rows[] = {
		{"zoom", "918 4730 2265", NULL, "+13017158592,,91847302265#", NULL},
		{"zoom", " 918-4730-2265 ", "04 47",
			"+13017158592,,91847302265#,,,,*0447#", NULL},
		{"zoom",
			"918\xc2\xa0"
			"4730\xe2\x80\x93"
			"2265",
			NULL, "+13017158592,,91847302265#", NULL},
		{"webex", "2436 810 9909", NULL, "+14156550002,,24368109909##", NULL},
		{"chime", "6064 72 4824", NULL, "+12064625569,,,6064724824#", NULL},
		{"zoom", "12345678", NULL, NULL, "Zoom meeting IDs have 9 to 11 digits"},
		{"zoom", "", NULL, NULL, "Zoom meeting IDs have 9 to 11 digits"},
		{"zoom", "91847302265#", NULL, NULL,
			"Zoom meeting IDs have 9 to 11 digits"},
		{"zoom", "nine one eight", NULL, NULL,
			"Zoom meeting IDs have 9 to 11 digits"},
		{"zoom", "91847302265", "quill7", NULL, "Zoom PINs have 4 to 10 digits"},
		{"chime", "606472482", NULL, NULL,
			"Amazon Chime meeting IDs have 10 digits"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct meeting m = {.provider = "untouched"};
		struct err err = {0};
		int e = plan_meeting(d->a, providers_find(d->ps, rows[i].provider),
			rows[i].id, rows[i].pin, &m, &err);
		if (rows[i].error != NULL) {
			assert_int_equal(e, ERR_CONFIG);
			assert_string_equal(err.text, rows[i].error);
			assert_true(err.cure[0] != '\0');
			assert_string_equal(m.provider, "untouched");
			if (rows[i].pin != NULL)
				assert_null(strstr(err.text, rows[i].pin));
			continue;
		}
		assert_int_equal(e, ERR_NONE);
		const char *why;
		assert_true(meeting_check(&m, &why));
		const struct plan *p =
			plan_make(d->a, d->ps, &m, &d->policy, NULL, 0, NULL);
		assert_string_equal(p->pstn.dial, rows[i].dial);
		assert_false(p->has[VIA_WEB]);
		assert_int_equal(p->n_refused, 0);
	}
	/* Teams has its numbers in invites only */
	struct meeting m;
	struct err err = {0};
	const struct provider *teams = providers_find(d->ps, "teams");
	assert_int_equal(
		plan_meeting(d->a, teams, "191 605 571#", NULL, &m, &err), ERR_CONFIG);
	assert_int_equal(
		plan_meeting(d->a, teams, "191 605 571", NULL, &m, &err), ERR_NONE);
	assert_false(
		plan_make(d->a, d->ps, &m, &d->policy, NULL, 0, NULL)->has[VIA_PSTN]);
	desk_settings(d, "teams")->number = "+12135550123";
	assert_string_equal(
		plan_make(d->a, d->ps, &m, &d->policy, NULL, 0, NULL)->pstn.dial,
		"+12135550123,,191605571#");
}

/* Each provider's own way, from an ID alone. */
static void
every_provider_is_dialled_as_its_file_says(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *provider, *id, *pin, *pstn, *sip, *sip_steps, *h323,
			*h323_steps;
	} rows[] = {
		{"zoom", "91847302265", "0447", "+13017158592,,91847302265#,,,,*0447#",
			"sip:91847302265.0447@zoomcrc.com", "",
			"162.255.37.11##91847302265#0447", ""},
		{"webex", "24368109909", "46391722", "+14156550002,,24368109909##", NULL,
			"", "173.243.2.68", "6000|24368109909#|6000|46391722#"},
		{"bluejeans", "908675367", "1234", "+14087407256,,,908675367#,,1234#",
			"sip:908675367.1234@bjn.vc", "", "199.48.152.152",
			"6000|908675367#|4000|1234#"},
		{"chime", "6064724824", NULL, "+12064625569,,,6064724824#",
			"sip:6064724824@meet.chime.in", "", "13.248.147.139",
			"4000|6064724824#"},
		{"fuze", "21273875", NULL, NULL, "sip:21273875@tp.fuze.me", "", NULL, ""},
		{"meet", "934959535", NULL, NULL, NULL, "", NULL, ""},
		{"teams", "191605571", NULL, NULL, NULL, "", NULL, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct meeting m;
		struct err err = {0};
		assert_int_equal(
			plan_meeting(d->a, providers_find(d->ps, rows[i].provider),
				rows[i].id, rows[i].pin, &m, &err),
			ERR_NONE);
		const struct plan *p =
			plan_make(d->a, d->ps, &m, &d->policy, NULL, 0, NULL);
		same(p->pstn.dial, rows[i].pstn);
		same(p->sip.uri, rows[i].sip);
		same(p->h323.dial, rows[i].h323);
		assert_string_equal(
			desk_steps(d, p->sip.steps, p->sip.n_steps), rows[i].sip_steps);
		assert_string_equal(desk_steps(d, p->h323.steps, p->h323.n_steps),
			rows[i].h323_steps);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(a_meeting_is_dialled_in_every_way),
		desk_test(the_device_says_which_ways_and_in_which_order),
		desk_test(a_made_plan_is_narrowed),
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
		desk_test(ids_that_are_none_are_not_keyed),
		desk_test(the_printed_form_is_taken_where_it_says_all),
		desk_test(only_what_is_keyed_alike_is_an_alternative),
		desk_test(among_equals_the_one_tap_line_is_called),
		desk_test(an_administrators_delays_override_the_pauses),
		desk_test(a_pin_that_must_be_given_is_asked_for),
		desk_test(a_pin_that_must_be_given_is_never_dropped),
		desk_test(no_more_is_keyed_than_a_line_takes),
		desk_test(what_is_over_or_not_open_is_said),
		desk_test(a_meeting_that_somebody_names),
		desk_test(every_provider_is_dialled_as_its_file_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
