/* Random meetings: what is dialled passes a reader that shares nothing with the builder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"
#include "help/judge.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char *
random_value(struct desk *d, struct dice *dice, const char *const *good, size_t n_good)
{
	static const char *const pieces[] = {"1", "2", "3", "4", "5", "6", "7", "8", "9",
		"0", "a", "Z", ".", "-", "_", "@", "+", "*", "#", ",", ";", "%40", "\r",
		"\xc3\xa9", "\xef\xbc\x91", "911", "zoomcrc.com", "evil.example", "@",
		"sip:", "10.0.0.5", "162.255.37.11", ".webex.com"};
	uint32_t kind = dice_roll(dice, 10);
	if (kind < 2)
		return NULL;
	if (kind < 7)
		return good[dice_roll(dice, (uint32_t)n_good)];
	char text[64] = "";
	size_t n = 1 + dice_roll(dice, 12);
	uint32_t most = kind == 7 ? 10 : COUNT(pieces);
	for (size_t i = 0; i < n && strlen(text) < 48; i++)
		strcat(text, pieces[dice_roll(dice, most)]);
	return arena_strdup(d->a, text);
}

static void
random_meeting(struct desk *d, struct dice *dice)
{
	static const char *const providers[] = {
		"zoom", "webex", "teams", "meet", "chime", "bluejeans", "fuze"};
	static const char *const digits[] = {"91847302265", "85996249517", "6064724824",
		"191605571", "0447", "21273875", "017988591"};
	static const char *const addresses[] = {"1@zoomcrc.com", "1@t.plcm.vc",
		"1@evil.example", "911@zoomcrc.com", "1@global.zoomcrc.com"};
	static const char *const hosts[] = {
		"t.plcm.vc", "m.webex.com", "teams.bjn.vc", "evil.example", "northwind"};
	static const char *const ips[] = {"162.255.37.11", "173.243.2.68", "10.0.0.5"};
	static const char *const urls[] = {"https://northwind.zoom.us/j/91847302265",
		"http://evil.example/", "javascript:x"};
	static const char *const numbers[] = {"+13017158592", "+13126266799",
		"+19005550199", "+12125550123", "+18665550123", "+442079460000",
		"+17875550123", "+911", "+12129761234", "+525541614288", "+19115550123",
		"+4989 22061384", "911"};
	static const char *const forms[] = {",,{meeting_id}#", ",,{meeting_id}##",
		",,{meeting_id}#,,#,{phone_pin}#", ",,{phone_id}#", "{passcode}", ","};
	desk_meeting(d, providers[dice_roll(dice, COUNT(providers))]);
	for (enum slot s = 0; s < N_SLOTS; s++) {
		const char *const *good = digits;
		size_t n = COUNT(digits);
		if (s == SLOT_SIP)
			good = addresses, n = COUNT(addresses);
		else if (s == SLOT_GATEWAY || s == SLOT_SITE)
			good = hosts, n = COUNT(hosts);
		else if (s == SLOT_H323)
			good = ips, n = COUNT(ips);
		else if (s == SLOT_URL)
			good = urls, n = COUNT(urls);
		desk_slot(d, s, random_value(d, dice, good, n));
	}
	for (uint32_t n = dice_roll(dice, 5); n > 0; n--) {
		const char *e164 = random_value(d, dice, numbers, COUNT(numbers));
		struct meeting_number *number =
			desk_number(d, e164 != NULL ? e164 : "+1");
		if (dice_roll(dice, 4) == 0)
			number->phone_id = random_value(d, dice, digits, COUNT(digits));
		if (dice_roll(dice, 6) == 0)
			number->phone_pin = random_value(d, dice, digits, COUNT(digits));
		if (dice_roll(dice, 2) == 0)
			number->form = forms[dice_roll(dice, COUNT(forms))];
	}
	d->m.no_pstn = dice_roll(dice, 20) == 0;
	d->m.registration = dice_roll(dice, 40) == 0;
}

static void
random_room(struct desk *d, struct dice *dice)
{
	static const char *const hosts[] = {"northwind.webex.com", "crc.example.com"};
	d->policy = policy_default("US");
	d->policy.outbound = dice_roll(dice, 10) > 0;
	d->policy.trust_invite_numbers = dice_roll(dice, 4) == 0;
	d->policy.prefer_toll_free = dice_roll(dice, 2) == 0;
	d->policy.confirm = dice_roll(dice, 4) == 0;
	if (dice_roll(dice, 4) == 0) {
		d->policy.allowed_hosts = hosts;
		d->policy.n_allowed_hosts = COUNT(hosts);
	}
	if (dice_roll(dice, 3) == 0) {
		static const char *const numbers[] = {NULL, "+12065550100", "911",
			"+19005550199", "2065550100", "9911"};
		struct provider_settings *s = desk_settings(d, d->m.provider);
		s->number = numbers[dice_roll(dice, COUNT(numbers))];
		s->pin_set = dice_roll(dice, 2) == 0;
		s->pin = (enum pin_need)dice_roll(dice, 3);
		s->id_delay_ms = (int)dice_roll(dice, 40000) - 1;
		s->pin_delay_ms = (int)dice_roll(dice, 40000) - 1;
		s->sip_endpoint = dice_roll(dice, 3) == 0 ? "crc.example.com" : NULL;
		s->h323_endpoint = dice_roll(dice, 3) == 0 ? "192.0.2.9" : NULL;
	}
}

static void
random_meetings_pass_a_second_reader(void **state)
{
	struct desk *d = *state;
	static const char *const pins[] = {
		NULL, NULL, NULL, "0447", "04 47", "12#4", "x"};
	struct dice dice = {UINT64_C(0x2545f4914f6cdd1d)};
	struct arena *whole = d->a;
	size_t dialled[N_TRANSPORTS] = {0};
	for (size_t round = 0; round < 100000; round++) {
		d->a = arena_new(0);
		random_meeting(d, &dice);
		random_room(d, &dice);
		const char *pin = pins[dice_roll(&dice, COUNT(pins))];
		const struct plan *p = desk_plan_pin(d, pin);
		const char *why = judge_plan(p, &d->m, &d->policy, pin);
		if (why != NULL)
			fail_msg("round %zu: %s (%s, %s, %s)", round, why,
				p->has[VIA_PSTN] ? p->pstn.dial : "-",
				p->has[VIA_SIP] ? p->sip.uri : "-",
				p->has[VIA_H323] ? p->h323.dial : "-");
		for (size_t via = 0; via < N_TRANSPORTS; via++)
			dialled[via] += p->has[via];
		arena_free(d->a);
	}
	d->a = whole;
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		assert_true(dialled[via] > 2000); /* else this test looks at nothing */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		desk_test(random_meetings_pass_a_second_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
