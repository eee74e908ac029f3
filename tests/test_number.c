/* What is never dialled. Names in brackets are those of the threats that a row stands
 * for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "help/judge.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct row {
	const char *text;
	enum number_verdict verdict;
	const char *e164;
};

static void
check(const struct row *rows, size_t n, const struct policy *policy)
{
	for (size_t i = 0; i < n; i++) {
		struct phone p = {.e164 = ""};
		enum number_verdict v = number_check(rows[i].text, policy, &p);
		if (v != rows[i].verdict)
			fail_msg("%s is %s, not %s", rows[i].text, number_verdict_name(v),
				number_verdict_name(rows[i].verdict));
		if (rows[i].e164 != NULL)
			assert_string_equal(p.e164, rows[i].e164);
	}
}

static void
check_for(const struct row *rows, size_t n, const char *country)
{
	struct policy policy = policy_default(country);
	check(rows, n, &policy);
}

#define CHECK(rows, country) check_for(rows, COUNT(rows), country)

static void
emergency_numbers_in_every_dress(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"911", NUMBER_EMERGENCY, NULL},
		{"112", NUMBER_EMERGENCY, NULL},
		{"999", NUMBER_EMERGENCY, NULL},
		{"000", NUMBER_EMERGENCY, NULL},
		{"110", NUMBER_EMERGENCY, NULL},
		{"119", NUMBER_EMERGENCY, NULL},
		{"988", NUMBER_EMERGENCY, NULL},
		{"9911", NUMBER_EMERGENCY, NULL},
		{"9,911", NUMBER_EMERGENCY, NULL},
		{"9-1-1", NUMBER_EMERGENCY, NULL},
		{"+911", NUMBER_EMERGENCY, NULL},
		{"+1 911", NUMBER_EMERGENCY, NULL},
		{"1911", NUMBER_EMERGENCY, NULL},
		{"00112", NUMBER_EMERGENCY, NULL},
		{"0112", NUMBER_EMERGENCY, NULL},
		{"9 0 112", NUMBER_EMERGENCY, NULL},
		{"tel:911", NUMBER_EMERGENCY, NULL},
		{"911#", NUMBER_EMERGENCY, NULL},
		{"*911", NUMBER_EMERGENCY, NULL},
		{"911,,91847302265#", NUMBER_EMERGENCY, NULL},
		{"116 117", NUMBER_EMERGENCY, NULL},
		{"\xef\xbc\x99\xef\xbc\x91\xef\xbc\x91", NUMBER_EMERGENCY, NULL},
		{"\xd9\xa9\xd9\xa1\xd9\xa1", NUMBER_EMERGENCY, NULL},
		{"\xdb\xb1\xdb\xb1\xdb\xb2", NUMBER_EMERGENCY, NULL},
		{"\xe0\xa5\xa7\xe0\xa5\xa6\xe0\xa5\xa6", NUMBER_EMERGENCY, NULL},
		/* a switch that looks at the first digits would ring it */
		{"+1 911 555 0123", NUMBER_EMERGENCY, NULL},
		{"+1 301 911 0123", NUMBER_EMERGENCY, NULL},
		{"+45 11 22 33 44", NUMBER_EMERGENCY, NULL},
		{"+852 9991 2345", NUMBER_EMERGENCY, NULL},
		{"+52 911 555 0123", NUMBER_EMERGENCY, NULL},
	};
	static const struct row own[] = {{"911 555 0123", NUMBER_EMERGENCY, NULL},
		{"1 911 555 0123", NUMBER_EMERGENCY, NULL}};
	CHECK(own, "US");
	static const char *const countries[] = {"US", "DE", "GB", "JP", "AU"};
	for (size_t i = 0; i < COUNT(countries); i++)
		CHECK(rows, countries[i]);
	/* no permission lifts it */
	static const char *const all[] = {"US", "DK", "HK", "MX", "911", ""};
	struct policy wide = policy_default("US");
	wide.countries = all;
	wide.n_countries = COUNT(all);
	wide.trust_invite_numbers = true;
	check(rows, COUNT(rows), &wide);
}

static void
service_codes_and_subscribers_numbers(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"211", NUMBER_SHORT, NULL},
		{"311", NUMBER_SHORT, NULL},
		{"411", NUMBER_SHORT, NULL},
		{"511", NUMBER_SHORT, NULL},
		{"611", NUMBER_SHORT, NULL},
		{"711", NUMBER_SHORT, NULL},
		{"811", NUMBER_SHORT, NULL},
		{"555-0123", NUMBER_SHORT, NULL},
		{"5550123", NUMBER_SHORT, NULL},
		{"123456", NUMBER_SHORT, NULL},
		{"7", NUMBER_SHORT, NULL},
		{"+49 112", NUMBER_SHORT, NULL},
		{"+1 411", NUMBER_SHORT, NULL},
		{"411 555 0123", NUMBER_INVALID, NULL},
		{"+1 411 555 0123", NUMBER_INVALID, NULL},
		{"+1 301 411 0123", NUMBER_INVALID, NULL},
		{"+1 055 555 0123", NUMBER_INVALID, NULL},
		{"+1 155 555 0123", NUMBER_INVALID, NULL},
		{"+1 301 055 0123", NUMBER_INVALID, NULL},
		{"+1 297 555 0123", NUMBER_INVALID, NULL},
	};
	CHECK(rows, "US");
}

static void
numbers_that_cost_extra(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"+1 900 555 0199", NUMBER_PREMIUM, NULL},
		{"900 555 0199", NUMBER_PREMIUM, NULL},
		{"1 900 555 0199", NUMBER_PREMIUM, NULL},
		{"+1 900 555 0199,,123456789#", NUMBER_PREMIUM, NULL},
		{"+1 212 976 1234", NUMBER_PREMIUM, NULL},
		{"+1 301 555 1212", NUMBER_PREMIUM, NULL},
		{"+1 500 555 0123", NUMBER_PREMIUM, NULL},
		{"+1 700 555 0123", NUMBER_PREMIUM, NULL},
		{"+1 710 555 0123", NUMBER_PREMIUM, NULL},
		{"011 44 909 879 0000", NUMBER_PREMIUM, NULL},
	};
	static const struct row abroad[] = {
		{"00 44 909 879 0000", NUMBER_PREMIUM, NULL},
		{"+44 (0)909 879 0000", NUMBER_PREMIUM, NULL},
		{"+44 70 1234 5678", NUMBER_PREMIUM, NULL},
		{"+44 118 500 1234", NUMBER_PREMIUM, NULL},
		{"+44 84 4123 4567", NUMBER_PREMIUM, NULL},
		{"+44 871 234 5678", NUMBER_PREMIUM, NULL},
		{"+49 900 1 234567", NUMBER_PREMIUM, NULL},
		{"+49 137 1234567", NUMBER_PREMIUM, NULL},
		{"+49 180 5123456", NUMBER_PREMIUM, NULL},
		{"+49 700 12345678", NUMBER_PREMIUM, NULL},
		{"+33 8 92 12 34 56", NUMBER_PREMIUM, NULL},
		{"+33 8 99 12 34 56", NUMBER_PREMIUM, NULL},
		{"+61 190 212 3456", NUMBER_PREMIUM, NULL},
		{"+39 899 123456", NUMBER_PREMIUM, NULL},
		{"+39 892 123", NUMBER_PREMIUM, NULL},
		{"+41 900 123 456", NUMBER_PREMIUM, NULL},
		{"+41 901 123 456", NUMBER_PREMIUM, NULL},
		{"+81 990 123456", NUMBER_PREMIUM, NULL},
		{"+86 400 123 4567", NUMBER_PREMIUM, NULL},
	};
	CHECK(rows, "US");
	CHECK(abroad, "US");
	CHECK(abroad, "DE");
	static const struct row japan[] = {{"0990 123 456", NUMBER_PREMIUM, NULL},
		{"0570 123 456", NUMBER_PREMIUM, NULL}};
	CHECK(japan, "JP");
	/* charged like any other */
	static const struct row britain[] = {
		{"+44 330 088 5830", NUMBER_OK, "+443300885830"},
		{"+44 (0)20 7946 0000", NUMBER_OK, "+442079460000"},
		/* Italy's (0) is not cut off, nor is a second one */
		{"+44 (0)0 909 879 0000", NUMBER_INVALID, NULL}};
	CHECK(britain, "GB");
}

static void
numbers_of_no_country(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"+881 6 5555 0123", NUMBER_SATELLITE, NULL},
		{"+882 12345 6789", NUMBER_SATELLITE, NULL},
		{"+883 5100 01234", NUMBER_SATELLITE, NULL},
		{"+870 773 123456", NUMBER_SATELLITE, NULL},
		{"+979 1 2345 6789", NUMBER_SATELLITE, NULL},
		{"+878 10 1234567890", NUMBER_SATELLITE, NULL},
		{"+808 1234 567", NUMBER_SATELLITE, NULL},
		{"+888 123 456 789", NUMBER_SATELLITE, NULL},
		{"00 881 6 5555 0123", NUMBER_SATELLITE, NULL},
		{"011 881 6 5555 0123", NUMBER_SATELLITE, NULL},
		{"011 999 123 4567", NUMBER_SATELLITE, NULL},
		{"301 881 0123", NUMBER_OK, "+13018810123"}, /* only looks like one */
		{"+999 123 4567", NUMBER_SATELLITE, NULL},
		{"+280 123 4567", NUMBER_SATELLITE, NULL},
		{"+837 123 4567", NUMBER_SATELLITE, NULL},
		{"+990 123 4567", NUMBER_SATELLITE, NULL},
		{"+800 1234 5678", NUMBER_COUNTRY, NULL},
	};
	CHECK(rows, "US");
}

static void
countries_of_the_room(void **state)
{
	(void)state;
	static const char *const caribbean[] = {"242", "246", "264", "268", "284", "345",
		"441", "473", "649", "658", "664", "721", "758", "767", "784", "809",
		"829", "849", "868", "869", "876", "340", "670", "671", "684", "787",
		"939"};
	struct policy us = policy_default("US");
	char text[] = "+1 xxx 555 0123";
	for (size_t i = 0; i < COUNT(caribbean); i++) {
		memcpy(text + 3, caribbean[i], 3);
		if (number_check(text, &us, NULL) != NUMBER_COUNTRY)
			fail_msg("%s", text);
	}
	static const struct row north[] = {{"+1 301 715 8592", NUMBER_OK, "+13017158592"},
		{"301 715 8592", NUMBER_OK, "+13017158592"},
		{"+1 647 558 0588", NUMBER_OK, "+16475580588"},
		{"+52 55 4161 4288", NUMBER_OK, "+525541614288"},
		{"+1 800 555 0123", NUMBER_OK, "+18005550123"},
		{"+1 235 555 0123", NUMBER_OK, "+12355550123"}, /* an area to come */
		{"+371 2123 4567", NUMBER_COUNTRY, "+37121234567"},
		{"+49 89 22061384", NUMBER_COUNTRY, "+498922061384"},
		{"+44 20 7946 0000", NUMBER_COUNTRY, "+442079460000"}};
	CHECK(north, "US");
	static const struct row germany[] = {{"089 22061384", NUMBER_OK, "+498922061384"},
		{"+49 89 22061384", NUMBER_OK, "+498922061384"},
		{"+1 301 715 8592", NUMBER_COUNTRY, "+13017158592"},
		{"+43 1 2650500", NUMBER_COUNTRY, "+4312650500"}};
	CHECK(germany, "DE");
	/* 011 leads abroad in North America; elsewhere it may be a place */
	static const struct row italy[] = {{"011 909 0012", NUMBER_OK, "+390119090012"}};
	CHECK(italy, "IT");
	static const char *const also[] = {"AT"};
	struct policy wide = policy_default("DE");
	wide.countries = also;
	wide.n_countries = 1;
	assert_int_equal(number_check("+43 1 2650500", &wide, NULL), NUMBER_OK);
	assert_int_equal(number_check("+49 89 22061384", &wide, NULL), NUMBER_OK);
	assert_int_equal(number_check("+1 301 715 8592", &wide, NULL), NUMBER_COUNTRY);
	/* a list takes the place of the neighbours */
	wide.country = "US";
	assert_int_equal(number_check("+1 647 558 0588", &wide, NULL), NUMBER_COUNTRY);
	/* no country, no call */
	struct policy nowhere = {.outbound = true};
	assert_int_equal(number_check("+13017158592", &nowhere, NULL), NUMBER_COUNTRY);
	assert_int_equal(number_check("3017158592", &nowhere, NULL), NUMBER_INVALID);
}

static void
one_number_in_many_spellings(void **state)
{
	(void)state;
	static const char *const same[] = {"+1 646 558 8656",
		"+1\xc2\xa0"
		"646\xc2\xa0"
		"558\xc2\xa0"
		"8656",
		"+1 646\xe2\x80\x92"
		"558\xe2\x80\x92"
		"8656",
		"+1 646\xc2\xad"
		"558\xc2\xad"
		"8656",
		"+1.646.558.8656", "+1 (646) 558-8656", "+1(646)5588656", "16465588656",
		"646-558-8656", "(646) 558 8656", "+1 646/558/8656", "001 646 558 8656"};
	struct policy us = policy_default("US");
	struct policy gb = policy_default("GB");
	for (size_t i = 0; i < COUNT(same); i++) {
		struct phone p;
		const struct policy *room = strncmp(same[i], "00", 2) == 0 ? &gb : &us;
		enum number_verdict v = number_check(same[i], room, &p);
		if (v != (room == &us ? NUMBER_OK : NUMBER_COUNTRY) ||
			strcmp(p.e164, "+16465588656") != 0)
			fail_msg("%s: %s", same[i], number_verdict_name(v));
	}
	/* what might be another number is none */
	static const struct row none[] = {
		{"+1 646\xe2\x80\x8f 558 8656", NUMBER_INVALID, NULL},
		{"+1 646\xe2\x80\x8b 558 8656", NUMBER_INVALID, NULL},
		{"+1 646\xe2\x80\xae 558 8656", NUMBER_INVALID, NULL},
		{"=2B1 646 558 8656", NUMBER_INVALID, NULL},
		{"&#43;1 646 558 8656", NUMBER_INVALID, NULL},
		{"+1 646 558 865\xd9\xa6", NUMBER_INVALID, NULL},
	};
	CHECK(none, "US");
}

static void
what_is_no_number(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"", NUMBER_INVALID, NULL},
		{"+", NUMBER_INVALID, NULL},
		{"+0 301 715 8592", NUMBER_INVALID, NULL},
		{"+1234567890123456", NUMBER_INVALID, NULL},
		{"1234567890123456789012345678901234567890123456789012345678901234567890",
			NUMBER_INVALID, NULL},
		{"+1 301 715 8592                                                 ",
			NUMBER_OK, "+13017158592"}, /* 64 bytes, as long as one may be */
		{"+1 301 715 8592                                                  ",
			NUMBER_INVALID, NULL},
		{"1-800-FLOWERS", NUMBER_INVALID, NULL},
		{"+1 800 FLOWERS", NUMBER_INVALID, NULL},
		{"+1 301 715 8592 x123", NUMBER_INVALID, NULL},
		{"+1 301 715 8592;ext=123", NUMBER_INVALID, NULL},
		{"+1 301 715 8592;phone-context=+1900", NUMBER_INVALID, NULL},
		{"+1 301 715 8592,,91847302265#", NUMBER_INVALID, NULL},
		{"*72 +1 900 555 0199", NUMBER_INVALID, NULL},
		{"*67 301 715 8592", NUMBER_INVALID, NULL},
		{"*67", NUMBER_INVALID, NULL},
		{"#31#3017158592", NUMBER_INVALID, NULL},
		{"**21*+882123456#", NUMBER_INVALID, NULL},
		{"+1 301 715 8592\r\n", NUMBER_INVALID, NULL},
		{"+1 301 715 8592 +1 900 555 0199", NUMBER_INVALID, NULL},
		{"tel:+13017158592", NUMBER_INVALID, NULL},
	};
	CHECK(rows, "US");
}

static void
random_text_dials_nothing_that_it_should_not(void **state)
{
	(void)state;
	static const char *const pieces[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8",
		"9", "+", "*", "#", ",", ";", "p", "P", "w", "W", "x", "X", " ", "(", ")",
		".", "/", "-", "\xef\xbc\x91", "\xd9\xa9", "\xc2\xa0", "\xe2\x80\x8f",
		/* and what comes close */
		"+1", "+44", "+52", "00", "011", "911", "112", "900", "976", "301", "715",
		"8592", "646", "787", "+881", "(0)", "tel:"};
	struct policy us = policy_default("US");
	struct dice dice = {UINT64_C(0x9e3779b97f4a7c15)};
	size_t dialled = 0;
	for (size_t round = 0; round < 100000; round++) {
		char text[80] = "";
		size_t n = 1 + dice_roll(&dice, 14);
		/* half are digits after a sensible start, or hardly any would be possible
		 */
		if (round % 2 == 0)
			strcat(text, round % 4 == 0 ? "+1" : "+52");
		for (size_t i = 0; i < n && strlen(text) < 60; i++)
			strcat(text, pieces[dice_roll(&dice,
					     round % 2 == 0 ? 10 : COUNT(pieces))]);
		struct phone p = {.e164 = "none"};
		if (number_check(text, &us, &p) != NUMBER_OK)
			continue;
		dialled++;
		if (!judge_number(p.e164))
			fail_msg("%s is dialled as %s", text, p.e164);
		/* what is dialled is made of the digits that stand there, in their order
		 */
		char digits[80];
		size_t m = 0;
		for (const char *c = text; *c != '\0'; c++)
			if (*c >= '0' && *c <= '9')
				digits[m++] = *c;
		digits[m] = '\0';
		if (m < 10 || strstr(p.e164, digits + m - 10) == NULL)
			fail_msg("%s became %s", text, p.e164);
	}
	assert_true(dialled > 1000); /* else this test looks at nothing */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(emergency_numbers_in_every_dress),
		cmocka_unit_test(service_codes_and_subscribers_numbers),
		cmocka_unit_test(numbers_that_cost_extra),
		cmocka_unit_test(numbers_of_no_country),
		cmocka_unit_test(countries_of_the_room),
		cmocka_unit_test(one_number_in_many_spellings),
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(random_text_dials_nothing_that_it_should_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
