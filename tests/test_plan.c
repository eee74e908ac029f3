/* A meeting as a whole: every way to dial it, and which of them first. */
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
	assert_true(transport_find("sip", &via) && via == VIA_SIP);
	/* what is no way at all is not tried */
	static const enum transport odd[] = {N_TRANSPORTS, VIA_SIP};
	p = plan_make(d->a, d->ps, &d->m, &d->policy, odd, 2, NULL);
	assert_int_equal(p->via, VIA_SIP);
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
	assert_null(plan_via(d->a, desk_plan(d), &d->policy, all + 3, 1));
	assert_non_null(plan_via(d->a, desk_plan(d), &d->policy, all, 1));
}

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
	desk_meeting(d, "whereby");
	desk_slot(d, SLOT_URL, "https://whereby.com/northwind-design");
	p = desk_plan(d);
	assert_int_equal(p->n_warnings, 1);
	assert_memory_equal(p->warnings[0], "web_only: Whereby ", 18);
	assert_int_equal(p->via, VIA_WEB);
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
		{"webex",
			"\xe2\x80\x80"
			"2436\xe2\x80\x95"
			"810\xe2\x80\xaf"
			"99\xe2\x88\x92"
			"0\xe3\x80\x80"
			"9\t",
			NULL, "+14156550002,,24368109909##", NULL},
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

static void
an_id_may_be_a_name(void **state)
{
	struct desk *d = *state;
	static const char *const file[] = {
		"id: rooms\nname: Rooms\npin: optional\nid_slot: name\nshapes:\n"
		"  - {slot: name, min: 3, max: 20}\n"
		"  - {slot: phone_pin, digits: true, min: 4, max: 4}\n"
		"sip:\n  - dial: '{name}@rooms.example.com'\n"
		"    hosts: [rooms.example.com]\n"};
	desk_providers(d, file, 1);
	static const struct {
		const char *said, *uri;
	} rows[] = {
		{"jane.doe", "sip:jane.doe@rooms.example.com"},
		{"  jane-doe ", "sip:jane-doe@rooms.example.com"},
		{"jane doe", NULL},
		{"\xc2\xa0jane", NULL},
		{"jo", NULL},
		{"a-name-that-is-much-too-long", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct meeting m;
		struct err err = {0};
		int e = plan_meeting(d->a, providers_find(d->ps, "rooms"), rows[i].said,
			NULL, &m, &err);
		if (rows[i].uri == NULL) {
			assert_int_equal(e, ERR_CONFIG);
			assert_string_equal(
				err.text, "Rooms meeting IDs have 3 to 20 characters");
			continue;
		}
		assert_int_equal(e, ERR_NONE);
		const struct plan *p =
			plan_make(d->a, d->ps, &m, &d->policy, NULL, 0, NULL);
		assert_string_equal(p->sip.uri, rows[i].uri);
	}
	struct meeting m;
	struct err err = {0};
	assert_int_equal(plan_meeting(d->a, providers_find(d->ps, "rooms"), "jane", "123",
				 &m, &err),
		ERR_CONFIG);
	assert_string_equal(err.text, "Rooms PINs have 4 digits");
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
		desk_test(what_is_over_or_not_open_is_said),
		desk_test(a_meeting_that_somebody_names),
		desk_test(an_id_may_be_a_name),
		desk_test(every_provider_is_dialled_as_its_file_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
