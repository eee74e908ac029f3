/* SIP and H.323: whose host is called, and as whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"
#include "help/judge.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
zoom(struct desk *d)
{
	desk_meeting(d, "zoom");
	desk_slot(d, SLOT_MEETING_ID, "85996249517");
}

static void
a_printed_address_names_the_host_and_no_more(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *printed, *uri, *reason;
	} rows[] = {
		{"85996249517@zoomcrc.com", "sip:85996249517@zoomcrc.com", NULL},
		{"85996249517@global.zoomcrc.com", "sip:85996249517@global.zoomcrc.com",
			NULL},
		{"85996249517@ZOOMCRC.COM", "sip:85996249517@zoomcrc.com", NULL},
		{"85996249517@zoomcrc.com.", "sip:85996249517@zoomcrc.com", NULL},
		/* the user is built from the ID, with neither layout nor host key */
		{"85996249517.0447.2.123456@zoomcrc.com", "sip:85996249517@zoomcrc.com",
			NULL},
		{"attacker@evil.example", NULL, "host"},
		{"attacker@evil.example;transport=udp", NULL, "host"},
		{"1@zoomcrc.com;maddr=evil.example", NULL, "host"},
		{"1@zoomcrc.com;lr", NULL, "host"},
		{"1@zoomcrc.com;method=REFER", NULL, "host"},
		{"1@zoomcrc.com?Route=<sip:evil>", NULL, "host"},
		{"1@zoomcrc.com?body=x", NULL, "host"},
		{"1@zoomcrc.com%0d%0aVia:x", NULL, "host"},
		{"1@zoomcrc.com\r\nVia: x", NULL, "host"},
		{"1%401@zoomcrc.com", NULL, "host"},
		{"1@zoomcrc.com\t", NULL, "host"},
		{"1@zoomcrc.com@evil.example", NULL, "host"},
		{"1@evil.example@zoomcrc.com", NULL, "host"},
		{"1@zoomcrc.com@zoomcrc.com", NULL, "host"},
		{"zoomcrc.com:pw@evil.example", NULL, "host"},
		{"1@zoomcrc.com.evil.example", NULL, "host"},
		{"1@evilzoomcrc.com", NULL, "host"},
		{"1@a.zoomcrc.com", NULL, "host"},
		{"1@z\xd0\xbe\xd0\xbemcrc.com", NULL, "host"},
		{"+19005550199@zoomcrc.com", NULL, "number"},
		{"911@zoomcrc.com", NULL, "number"},
		{"112@zoomcrc.com", NULL, "number"},
		{"9911@zoomcrc.com", NULL, "number"},
		{"tel:911@zoomcrc.com", NULL, "host"},
		{"1@zoomcrc.com;user=phone", NULL, "host"},
		{"1@10.0.0.5", NULL, "host"},
		{"1@[::1]", NULL, "host"},
		{"1@127.1", NULL, "host"},
		{"1@0x7f000001", NULL, "host"},
		{"1@localhost", NULL, "host"},
		{"1@localhost:5060", NULL, "host"},
		{"1@zoomcrc.com:25", NULL, "host"},
		{"a\"><script>@zoomcrc.com", NULL, "host"},
		{"';--@zoomcrc.com", NULL, "host"},
		{"zoomcrc.com", NULL, "host"},
		{"1@", NULL, "host"},
		{"1@.zoomcrc.com", NULL, "host"},
		{"1@zoomcrc..com", NULL, "host"},
		{"", NULL, "host"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_slot(d, SLOT_SIP, rows[i].printed);
		const struct plan *p = desk_plan(d);
		if (rows[i].uri == NULL) {
			if (p->has[VIA_SIP] || p->sip.uri != NULL ||
				!desk_refused(p, VIA_SIP, rows[i].reason))
				fail_msg("%s is called", rows[i].printed);
			assert_true(p->has[VIA_H323]);
			continue;
		}
		if (!p->has[VIA_SIP])
			fail_msg("%s is not called", rows[i].printed);
		assert_string_equal(p->sip.uri, rows[i].uri);
		assert_int_equal(p->n_refused, 0);
	}
}

static void
an_administrator_allows_hosts(void **state)
{
	struct desk *d = *state;
	static const char *const hosts[] = {
		"crc.example.com", "*.video.example.com", "192.0.2.0/28"};
	d->policy.allowed_hosts = hosts;
	d->policy.n_allowed_hosts = COUNT(hosts);
	static const struct {
		const char *printed, *uri;
	} rows[] = {
		{"1@crc.example.com", "sip:85996249517@crc.example.com"},
		{"1@a.video.example.com", "sip:85996249517@a.video.example.com"},
		{"1@192.0.2.7", "sip:85996249517@192.0.2.7"},
		{"1@video.example.com", NULL},
		{"1@192.0.2.16", NULL},
		{"1@example.com", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_slot(d, SLOT_SIP, rows[i].printed);
		const struct plan *p = desk_plan(d);
		if (rows[i].uri != NULL)
			assert_string_equal(p->sip.uri, rows[i].uri);
		else
			assert_true(desk_refused(p, VIA_SIP, "host"));
	}
	zoom(d);
	desk_slot(d, SLOT_H323, "192.0.2.7");
	assert_string_equal(desk_plan(d)->h323.dial, "192.0.2.7##85996249517");
	/* a tenant's gateway, with its key and no other's */
	desk_meeting(d, "teams");
	desk_slot(d, SLOT_TENANT, "northwind");
	desk_slot(d, SLOT_GATEWAY, "Teams.Video.example.com");
	desk_slot(d, SLOT_VIDEO_ID, "1172827458");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->sip.uri, "sip:northwind@teams.video.example.com");
	assert_string_equal(
		desk_steps(d, p->sip.steps, p->sip.n_steps), "4000|1172827458#");
}

/* Each vendor's gateway has an order of its own, and a key that holds there alone. */
static void
a_tenants_key_goes_to_its_own_gateway(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *gateway, *printed, *tenant, *video_id, *uri, *steps;
	} rows[] = {
		{"m.webex.com", NULL, "northwind", "1172827458",
			"sip:1172827458.northwind@m.webex.com", ""},
		{"t.plcm.vc", "813878896@t.plcm.vc", "813878896", "017988591",
			"sip:813878896@t.plcm.vc", "4000|017988591#"},
		{NULL, "813878896@t.plcm.vc", "813878896", "017988591", NULL, ""},
		{"teams.bjn.vc", NULL, "813878896", "1172827458",
			"sip:813878896.1172827458@teams.bjn.vc", ""},
		/* whose gateway is not said: any could be another company's */
		{NULL, NULL, "813878896", "017988591", NULL, ""},
		{"t.plcm.vc", NULL, "813878896", NULL, NULL, ""},
		{"t.plcm.vc", NULL, NULL, "017988591", NULL, ""},
		{"evil.example", NULL, "813878896", "017988591", NULL, ""},
		{"t.plcm.vc.evil.example", NULL, "813878896", "017988591", NULL, ""},
		{"10.0.0.5", NULL, "813878896", "017988591", NULL, ""},
		{"t.plcm.vc", NULL, "911", "017988591", NULL, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		desk_meeting(d, "teams");
		desk_slot(d, SLOT_GATEWAY, rows[i].gateway);
		desk_slot(d, SLOT_SIP, rows[i].printed);
		desk_slot(d, SLOT_TENANT, rows[i].tenant);
		desk_slot(d, SLOT_VIDEO_ID, rows[i].video_id);
		const struct plan *p = desk_plan(d);
		if (rows[i].uri == NULL) {
			if (p->has[VIA_SIP])
				fail_msg("row %zu: %s", i, p->sip.uri);
			continue;
		}
		assert_string_equal(p->sip.uri, rows[i].uri);
		assert_string_equal(
			desk_steps(d, p->sip.steps, p->sip.n_steps), rows[i].steps);
	}
}

static void
sites_and_names(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *id, *name, *site, *pin, *uri, *steps;
	} rows[] = {
		{"24368109909", NULL, "northwind", NULL,
			"sip:24368109909@northwind.webex.com", ""},
		{"24368109909", NULL, "northwind", "46391722",
			"sip:24368109909@northwind.webex.com", "6000|46391722#"},
		{NULL, "jane.doe", "northwind", NULL, "sip:jane.doe@northwind.webex.com",
			""},
		{"24368109909", NULL, "fipe.my", NULL,
			"sip:24368109909@fipe.my.webex.com", ""},
		{"24368109909", NULL, NULL, NULL, NULL, ""},
		{"24368109909", NULL, "evil.example/", NULL, NULL, ""},
		{"24368109909", NULL, "-", NULL, NULL, ""},
		{"24368109909", NULL, "a..b", NULL, NULL, ""},
		{NULL, "+19005550199", "northwind", NULL, NULL, ""},
		{NULL, "911", "northwind", NULL, NULL, ""},
		{NULL, "jane@evil.example", "northwind", NULL, NULL, ""},
		{NULL, "jane~doe", "northwind", NULL, NULL, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		desk_meeting(d, "webex");
		desk_slot(d, SLOT_MEETING_ID, rows[i].id);
		desk_slot(d, SLOT_NAME, rows[i].name);
		desk_slot(d, SLOT_SITE, rows[i].site);
		desk_slot(d, SLOT_PHONE_PIN, rows[i].pin);
		const struct plan *p = desk_plan(d);
		if (rows[i].uri == NULL) {
			if (p->has[VIA_SIP])
				fail_msg("row %zu: %s", i, p->sip.uri);
			continue;
		}
		assert_string_equal(p->sip.uri, rows[i].uri);
		assert_string_equal(
			desk_steps(d, p->sip.steps, p->sip.n_steps), rows[i].steps);
	}
}

static void
h323_addresses_are_the_providers(void **state)
{
	struct desk *d = *state;
	static const struct {
		const char *printed, *dial;
	} rows[] = {
		{NULL, "162.255.37.11##85996249517#123456"},
		{"162.255.37.11", "162.255.37.11##85996249517#123456"},
		{"213.19.144.110", "213.19.144.110##85996249517#123456"},
		{"10.0.0.5", NULL},
		{"127.0.0.1", NULL},
		{"162.255.37.1", NULL},
		{"0162.255.37.11", NULL},
		{"162.255.37.11#", NULL},
		{"", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		zoom(d);
		desk_slot(d, SLOT_PHONE_PIN, "123456");
		desk_slot(d, SLOT_H323, rows[i].printed);
		const struct plan *p = desk_plan(d);
		if (rows[i].dial != NULL) {
			assert_string_equal(p->h323.dial, rows[i].dial);
			continue;
		}
		if (p->has[VIA_H323] || p->h323.dial != NULL ||
			!desk_refused(p, VIA_H323, "host"))
			fail_msg("%s is called", rows[i].printed);
		assert_true(p->has[VIA_SIP]);
	}
}

static void
a_network_is_no_address(void **state)
{
	struct desk *d = *state;
	static const char *const files[] = {
		"id: far\nname: Far\npin: never\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 4, max: 8}\n"
		"h323:\n  - dial: '{ip}##{meeting_id}'\n    hosts: [192.0.2.0/28]\n",
		"id: near\nname: Near\npin: never\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 4, max: 8}\n"
		"h323:\n  - dial: '{ip}##{meeting_id}'\n"
		"    hosts: ['*.example.com', vc.example.com, 192.0.2.9]\n"};
	desk_providers(d, files, COUNT(files));
	desk_meeting(d, "far");
	desk_slot(d, SLOT_MEETING_ID, "4711");
	assert_false(desk_plan(d)->has[VIA_H323]);
	desk_slot(d, SLOT_H323, "192.0.2.3");
	assert_string_equal(desk_plan(d)->h323.dial, "192.0.2.3##4711");
	desk_meeting(d, "near");
	desk_slot(d, SLOT_MEETING_ID, "4711");
	assert_string_equal(desk_plan(d)->h323.dial, "vc.example.com##4711");
}

static const char bridge[] = "id: bridge\nname: Bridge\npin: optional\nshapes:\n"
			     "  - {slot: meeting_id, digits: true, min: 3, max: 8}\n"
			     "  - {slot: phone_pin, digits: true, min: 1, max: 8}\n";

static void
a_custom_provider_is_an_endpoint_and_a_template(void **state)
{
	struct desk *d = *state;
	static const char *const files[] = {bridge};
	desk_providers(d, files, 1);
	static const struct {
		const char *endpoint, *template, *pin, *uri, *steps;
	} rows[] = {
		{NULL, NULL, NULL, NULL, ""},
		{"vc.example.com", NULL, NULL, "sip:4711@vc.example.com", ""},
		{"vc.example.com", NULL, "88", "sip:4711.88@vc.example.com", ""},
		{"VC.EXAMPLE.com.", NULL, "88", "sip:4711.88@vc.example.com", ""},
		{"192.0.2.7", NULL, "88", "sip:4711.88@192.0.2.7", ""},
		{"vc.example.com", "{id}[**{pin}]@{endpoint}", "88",
			"sip:4711**88@vc.example.com", ""},
		{"vc.example.com", "9{id}@{endpoint}", NULL, "sip:94711@vc.example.com",
			""},
		{NULL, "{id}@bridge.example.com", NULL, "sip:4711@bridge.example.com",
			""},
		/* an invite must not fill in the host */
		{NULL, "{id}@{gateway}", NULL, NULL, ""},
		{NULL, "{id}@{site}.example.com", NULL, NULL, ""},
		{"vc.example.com", "{id}@{gateway}", NULL, "sip:4711@vc.example.com", ""},
		{"vc.example.com", "+1900{id}@{endpoint}", NULL, NULL, ""},
		{"vc.example.com", "{nosuch}@{endpoint}", NULL, NULL, ""},
		{"vc.example.com", "{id}", NULL, NULL, ""},
		{"vc.example.com", "{id};lr@{endpoint}", NULL, NULL, ""},
		{"not a host", NULL, NULL, NULL, ""},
		{"localhost", NULL, NULL, NULL, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		desk_meeting(d, "bridge");
		desk_slot(d, SLOT_MEETING_ID, "4711");
		desk_slot(d, SLOT_PHONE_PIN, rows[i].pin);
		desk_slot(d, SLOT_GATEWAY, "evil.example");
		desk_slot(d, SLOT_SITE, "evil");
		struct provider_settings *s = desk_settings(d, "bridge");
		s->sip_endpoint = rows[i].endpoint;
		s->sip_template = rows[i].template;
		const struct plan *p = desk_plan(d);
		if (rows[i].uri == NULL && p->has[VIA_SIP])
			fail_msg("row %zu: %s", i, p->sip.uri);
		if (rows[i].uri != NULL) {
			if (!p->has[VIA_SIP])
				fail_msg("row %zu", i);
			assert_string_equal(p->sip.uri, rows[i].uri);
		}
	}
	/* H.323 likewise */
	struct provider_settings *s = desk_settings(d, "bridge");
	s->h323_endpoint = "vc.example.com";
	desk_slot(d, SLOT_PHONE_PIN, "88");
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->h323.dial, "vc.example.com##4711#88");
	assert_string_equal(p->h323.address, "vc.example.com");
	s->h323_endpoint = "10.0.0";
	assert_true(desk_refused(desk_plan(d), VIA_H323, "host"));
	/* a service number is no meeting, whatever the file allows */
	s = desk_settings(d, "bridge");
	s->sip_endpoint = "vc.example.com";
	static const char *const ids[] = {"911", "112", "411", "9911", "00112"};
	for (size_t i = 0; i < COUNT(ids); i++) {
		desk_slot(d, SLOT_MEETING_ID, ids[i]);
		desk_slot(d, SLOT_PHONE_PIN, NULL);
		assert_true(desk_refused(desk_plan(d), VIA_SIP, "number"));
	}
}

static void
settings_take_the_place_of_the_files_host(void **state)
{
	struct desk *d = *state;
	zoom(d);
	desk_slot(d, SLOT_PHONE_PIN, "0447");
	desk_slot(d, SLOT_SIP, "85996249517@evil.example");
	struct provider_settings *s = desk_settings(d, "zoom");
	s->sip_endpoint = "crc.example.com";
	s->h323_endpoint = "192.0.2.9";
	const struct plan *p = desk_plan(d);
	assert_string_equal(p->sip.uri, "sip:85996249517.0447@crc.example.com");
	assert_string_equal(p->h323.dial, "192.0.2.9##85996249517#0447");
	assert_int_equal(p->n_refused, 0);
	s->sip_template = "{id}*{pin}@{endpoint}";
	assert_string_equal(
		desk_plan(d)->sip.uri, "sip:85996249517*0447@crc.example.com");
	/* with what the provider's own gateway wants after the answer */
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	desk_settings(d, "chime")->h323_endpoint = "vc.example.com";
	p = desk_plan(d);
	assert_string_equal(p->h323.dial, "vc.example.com");
	assert_string_equal(
		desk_steps(d, p->h323.steps, p->h323.n_steps), "4000|6064724824#");
	/* another provider's settings are not this one's */
	desk_settings(d, "webex")->sip_endpoint = "crc.example.com";
	zoom(d);
	assert_string_equal(desk_plan(d)->sip.uri, "sip:85996249517@zoomcrc.com");
}

/* Random meetings: what is dialled passes a reader that shares nothing with the builder. */

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
		desk_test(a_printed_address_names_the_host_and_no_more),
		desk_test(an_administrator_allows_hosts),
		desk_test(a_tenants_key_goes_to_its_own_gateway),
		desk_test(sites_and_names),
		desk_test(h323_addresses_are_the_providers),
		desk_test(a_network_is_no_address),
		desk_test(a_custom_provider_is_an_endpoint_and_a_template),
		desk_test(settings_take_the_place_of_the_files_host),
		desk_test(random_meetings_pass_a_second_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
