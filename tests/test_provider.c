#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "help/help.h"
#include "provider.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static struct providers *
shipped(struct arena *a, const char *site)
{
	struct providers *ps = NULL;
	struct err err = {0};
	if (providers_load(help_path(a, "providers"), site, &ps, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	return ps;
}

static void
shipped_files_load_and_are_found(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct providers *ps = shipped(a, NULL);
	const struct provider *zoom = providers_find(ps, "zoom");
	assert_non_null(zoom);
	assert_string_equal(zoom->name, "Zoom");
	assert_int_equal(zoom->pin, PIN_OPTIONAL);
	assert_int_equal(zoom->id_slot, SLOT_MEETING_ID);
	assert_string_equal(zoom->numbers[0].e164, "+13017158592");
	assert_int_equal(providers_find(ps, "teams")->id_slot, SLOT_PHONE_ID);
	assert_null(providers_find(ps, "nosuch"));
	for (size_t i = 1; i < providers_count(ps); i++)
		assert_true(
			strcmp(providers_at(ps, i - 1)->id, providers_at(ps, i)->id) < 0);
	providers_free(ps);
	providers_free(NULL);
	arena_free(a);
}

static void
site_files_add_and_replace(void **state)
{
	(void)state;
	static const char mine[] =
		"id: zoom\nname: Our Zoom\npin: required\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 9, max: 11}\n"
		"  - {slot: phone_pin, digits: true, min: 1, max: 10}\n";
	static const char other[] =
		"id: ours\nname: Ours\npin: never\nshapes:\n"
		"  - {slot: meeting_id, digits: true, min: 4, max: 8}\n"
		"sip:\n  - dial: '{meeting_id}@{endpoint}'\n";
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a);
	help_write(arena_printf(a, "%s/zoom.yaml", dir), mine, sizeof mine - 1);
	help_write(arena_printf(a, "%s/ours.yaml", dir), other, sizeof other - 1);
	struct providers *before = shipped(a, NULL), *ps = shipped(a, dir);
	assert_int_equal(providers_count(ps), providers_count(before) + 1);
	assert_string_equal(providers_find(ps, "zoom")->name, "Our Zoom");
	assert_int_equal(providers_find(ps, "ours")->n_sip, 1);
	providers_free(before);
	providers_free(ps);
	arena_free(a);
}

#define HEAD "id: x\nname: X\npin: never\n"
#define SHAPE "shapes:\n  - {slot: meeting_id, digits: true, min: 9, max: 11}\n"
#define LOOSE "shapes:\n  - {slot: meeting_id, min: 9, max: 11}\n"

static void
what_is_wrong_is_named_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int line;
		const char *says;
	} rows[] = {
		{"", 1, ""},
		{"id: [", 1, ""},
		{HEAD "nosuch: 1\n" SHAPE, 3, "nosuch"},
		{"id: X\nname: X\npin: never\n" SHAPE, 1, "identifier"},
		{"id: x\nname: X\npin: maybe\n" SHAPE, 3, "maybe"},
		{"id: x\nname: X\npin: required\n" SHAPE, 3, "its slot has no shape"},
		{HEAD, 1, "has no shape"},
		{HEAD "retired: soon\n" SHAPE, 4, "date"},
		{HEAD "shapes:\n  - {slot: meeting_id, digits: true, min: 12, max: 11}\n",
			5, "min"},
		{HEAD SHAPE "tails: [',,{meeting_id}x']\n", 6, "tail is made of"},
		{HEAD SHAPE "tails: [',,{nosuch}#']\n", 6, "no such slot"},
		{HEAD SHAPE "tails: [',,[{meeting_id}#']\n", 6, "not closed"},
		{HEAD SHAPE "tails: [',,[#]']\n", 6, "slot before"},
		{HEAD LOOSE "tails: [',,{meeting_id}#']\n", 6, "digits: true"},
		{HEAD SHAPE "tails: [',,,,,,,,,,,,,,,,{meeting_id}#']\n", 6,
			"30 seconds"},
		{HEAD SHAPE
			"tails: "
			"['{meeting_id}{meeting_id}{meeting_id}{meeting_id}{meeting_id}"
			"{meeting_id}']\n",
			6, "64 tones"},
		{HEAD SHAPE
			"access_numbers:\n  - {number: '+1 900 555 0199', country: US}\n",
			7, "premium"},
		{HEAD SHAPE "access_numbers:\n  - {number: '911', country: US}\n", 7,
			"possible"},
		{HEAD SHAPE
			"access_numbers:\n  - {number: '+1 647 558 0588', country: US}\n",
			7, "another country"},
		{HEAD SHAPE
			"access_numbers:\n  - {number: '+1 866 679 9995', country: US}\n",
			7, "toll_free"},
		{HEAD SHAPE "sip:\n  - dial: '{meeting_id}'\n", 7, "one '@'"},
		{HEAD SHAPE "sip:\n  - dial: '{meeting_id}@a.example;lr'\n", 7,
			"address is made"},
		{HEAD SHAPE "sip:\n  - dial: '{meeting_id}@a.example'\n    hosts: "
			    "['A.example']\n",
			8, "not a host"},
		{HEAD SHAPE "h323:\n  - dial: '{ip}##{meeting_id}'\n    hosts: "
			    "[10.0.0.0/99]\n",
			8, "not a host"},
	};
	struct arena *a = arena_new(0);
	const char *dir = help_tmpdir(a);
	const char *path = arena_printf(a, "%s/x.yaml", dir);
	for (size_t i = 0; i < COUNT(rows); i++) {
		help_write(path, rows[i].text, strlen(rows[i].text));
		struct providers *ps = NULL;
		struct err err = {0};
		assert_int_equal(providers_load(dir, NULL, &ps, &err), ERR_CONFIG);
		assert_null(ps);
		const char *at = arena_printf(a, "%s:%d: ", path, rows[i].line);
		if (strncmp(err.text, at, strlen(at)) != 0 ||
			strstr(err.text, rows[i].says) == NULL || err.cure[0] == '\0')
			fail_msg("row %zu: %s (%s)", i, err.text, err.cure);
	}
	dir = help_tmpdir(a);
	help_write(arena_printf(a, "%s/a.yaml", dir), HEAD SHAPE, strlen(HEAD SHAPE));
	help_write(arena_printf(a, "%s/b.yaml", dir), HEAD SHAPE, strlen(HEAD SHAPE));
	struct providers *ps = NULL;
	struct err err = {0};
	assert_int_equal(providers_load(dir, NULL, &ps, &err), ERR_CONFIG);
	assert_non_null(strstr(err.text, "two files"));
	arena_free(a);
}

static void
templates_are_filled_from_what_is_known(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	const char *v[N_SLOTS] = {[SLOT_MEETING_ID] = "0123456789"};
	static const char both[] = "{meeting_id}[.{phone_pin}]@zoomcrc.com";
	assert_string_equal(template_fill(a, both, v, NULL), "0123456789@zoomcrc.com");
	assert_null(template_fill(a, ",,{meeting_id}#,,{phone_pin}#", v, NULL));
	assert_null(template_fill(a, "{ip}##{meeting_id}", v, NULL));
	assert_string_equal(template_fill(a, "{ip}##{meeting_id}", v, "192.0.2.1"),
		"192.0.2.1##0123456789");
	v[SLOT_PHONE_PIN] = "0042";
	assert_string_equal(
		template_fill(a, both, v, NULL), "0123456789.0042@zoomcrc.com");
	arena_free(a);
}

static void
printed_tails_are_read_in_the_listed_forms_only(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct providers *ps = shipped(a, NULL);
	static const struct {
		const char *printed, *form, *id, *pin;
	} rows[] = {
		{",,86182044124#,,,,*790655#", ",,{meeting_id}#,,,,*{phone_pin}#",
			"86182044124", "790655"},
		{",86182044124#,,,,,,,*036110", ",,{meeting_id}#,,,,*{phone_pin}#",
			"86182044124", "036110"},
		{",,86182044124#,,,,,,0#,,790655#",
			",,{meeting_id}#,,,,,,0#,,{phone_pin}#", "86182044124", "790655"},
		{",,86182044124#,,#,790655#", ",,{meeting_id}#,,#,{phone_pin}#",
			"86182044124", "790655"},
		{",,86182044124#", ",,{meeting_id}#", "86182044124", NULL},
		{",,86182044124", ",,{meeting_id}#", "86182044124", NULL},
		{",,86182044124#*4", NULL, NULL, NULL},
		{",,86182044124#,,*7", NULL, NULL, NULL},
		{"86182044124#", NULL, NULL, NULL},
		{",,861#", NULL, NULL, NULL},
		{",,861820441245#", NULL, NULL, NULL},
		{",,86182044124#,,,,*7906551234567#", NULL, NULL, NULL},
		{"", NULL, NULL, NULL},
	};
	const struct provider *zoom = providers_find(ps, "zoom");
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *form = NULL, *v[N_SLOTS] = {NULL};
		for (size_t t = 0; t < zoom->n_tails && form == NULL; t++)
			if (template_read(a, zoom->tails[t], rows[i].printed,
				    strlen(rows[i].printed), zoom, v))
				form = zoom->tails[t];
		if ((form == NULL) != (rows[i].form == NULL))
			fail_msg("%s: %s", rows[i].printed,
				form != NULL ? form : "not read");
		if (form == NULL)
			continue;
		assert_string_equal(form, rows[i].form);
		assert_string_equal(v[SLOT_MEETING_ID], rows[i].id);
		if (rows[i].pin != NULL)
			assert_string_equal(v[SLOT_PHONE_PIN], rows[i].pin);
		else
			assert_null(v[SLOT_PHONE_PIN]);
	}
	providers_free(ps);
	arena_free(a);
}

static void
hosts_are_matched_whole(void **state)
{
	(void)state;
	static const char *const hosts[] = {
		"zoomcrc.com", "*.webex.com", "162.255.36.0/22", "192.0.2.7"};
	const struct provider_gateway gw = {.hosts = hosts, .n_hosts = COUNT(hosts)};
	static const char *const yes[] = {"zoomcrc.com", "northwind.webex.com",
		"a.b.webex.com", "162.255.37.11", "192.0.2.7"};
	static const char *const no[] = {"zoomcrc.com.evil.example", "evilzoomcrc.com",
		"zoomcrc.com.", "webex.com", ".webex.com", "evilwebex.com",
		"162.255.40.1", "192.0.2.70", "0xa2ff250b", "10.0.0.5", "localhost", ""};
	for (size_t i = 0; i < COUNT(yes); i++)
		if (!gateway_has_host(&gw, yes[i]))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < COUNT(no); i++)
		if (gateway_has_host(&gw, no[i]))
			fail_msg("%s", no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_files_load_and_are_found),
		cmocka_unit_test(site_files_add_and_replace),
		cmocka_unit_test(what_is_wrong_is_named_with_its_line),
		cmocka_unit_test(templates_are_filled_from_what_is_known),
		cmocka_unit_test(printed_tails_are_read_in_the_listed_forms_only),
		cmocka_unit_test(hosts_are_matched_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
