/* SIP and H.323: whose host is called, and as whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/desk.h"

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
		/* the first template that can be filled, and no other */
		{"24368109909", "jane.doe", "northwind", NULL,
			"sip:24368109909@northwind.webex.com", ""},
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
	/* a template that cannot be used does not give way to the file's */
	s->sip_endpoint = NULL;
	s->sip_template = "{id}@{gateway}";
	assert_false(desk_plan(d)->has[VIA_SIP]);
	desk_slot(d, SLOT_GATEWAY, "evil.example");
	assert_true(desk_refused(desk_plan(d), VIA_SIP, "host"));
	assert_false(desk_plan(d)->has[VIA_SIP]);
	/* with what the provider's own gateway wants after the answer */
	desk_meeting(d, "chime");
	desk_slot(d, SLOT_MEETING_ID, "6064724824");
	desk_settings(d, "chime")->h323_endpoint = "vc.example.com";
	p = desk_plan(d);
	assert_string_equal(p->h323.dial, "vc.example.com");
	assert_string_equal(
		desk_steps(d, p->h323.steps, p->h323.n_steps), "4000|6064724824#");
	/* an alias with a domain of its own is not looked for at the administrator's host */
	desk_meeting(d, "pexip");
	desk_slot(d, SLOT_MEETING_ID, "design.review");
	desk_settings(d, "pexip")->sip_endpoint = "vc.northwind.example";
	assert_string_equal(
		desk_plan(d)->sip.uri, "sip:design.review@vc.northwind.example");
	desk_slot(d, SLOT_GATEWAY, "vc.northwind.example");
	assert_string_equal(
		desk_plan(d)->sip.uri, "sip:design.review@vc.northwind.example");
	desk_slot(d, SLOT_GATEWAY, "evil.example");
	assert_true(desk_refused(desk_plan(d), VIA_SIP, "host"));
	assert_false(desk_plan(d)->has[VIA_SIP]);
	/* another provider's settings are not this one's */
	desk_settings(d, "webex")->sip_endpoint = "crc.example.com";
	zoom(d);
	assert_string_equal(desk_plan(d)->sip.uri, "sip:85996249517@zoomcrc.com");
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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
