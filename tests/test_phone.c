#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "phone.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
numbers_as_printed(void **state)
{
	(void)state;
	static const struct {
		const char *text, *assumed, *e164, *country;
		enum phone_kind kind;
	} rows[] = {
		{"+1 301-715-8592", NULL, "+13017158592", "US", PHONE_ORDINARY},
		{"301 715 8592", "US", "+13017158592", "US", PHONE_ORDINARY},
		{"+1\xc2\xa0(646)\xe2\x80\x92"
		 "558.8656",
			NULL, "+16465588656", "US", PHONE_ORDINARY},
		{"+1 647 558 0588", NULL, "+16475580588", "CA", PHONE_ORDINARY},
		{"+1 647 558 0588", "DE", "+16475580588", "CA", PHONE_ORDINARY},
		{"+1 809 555 0123", NULL, "+18095550123", "DO", PHONE_ORDINARY},
		{"+1 658 555 0123", NULL, "+16585550123", "JM", PHONE_ORDINARY},
		{"+1 787 555 0123", NULL, "+17875550123", "PR", PHONE_ORDINARY},
		{"+1 942 555 0123", NULL, "+19425550123", "CA", PHONE_ORDINARY},
		/* an area code that no data knows */
		{"+1 235 555 0123", NULL, "+12355550123", "US", PHONE_ORDINARY},
		{"(866) 679-9995", "US", "+18666799995", "US", PHONE_TOLL_FREE},
		{"+1 900 555 0199", NULL, "+19005550199", "US", PHONE_PREMIUM},
		{"+44 (0)20 7946 0000", NULL, "+442079460000", "GB", PHONE_ORDINARY},
		{"00 44 20 7946 0000", "DE", "+442079460000", "GB", PHONE_ORDINARY},
		{"+44 909 879 0000", NULL, "+449098790000", "GB", PHONE_PREMIUM},
		{"+39.06.5555.0123", NULL, "+390655550123", "IT", PHONE_ORDINARY},
		{"+49 30 300195194", NULL, "+4930300195194", "DE", PHONE_ORDINARY},
		{"+7 701 555 0123", NULL, "+77015550123", "KZ", PHONE_ORDINARY},
		{"+881 6 5555 0123", NULL, "+881655550123", "", PHONE_ORDINARY},
		{"+44 330 088 5830", NULL, "+443300885830", "GB", PHONE_ORDINARY},
		{"+31 88 123 4567", NULL, "+31881234567", "NL", PHONE_ORDINARY},
		{"+44 70 1234 5678", NULL, "+447012345678", "GB", PHONE_OTHER},
		{"+800 1234 5678", NULL, "+80012345678", "", PHONE_TOLL_FREE},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct phone p;
		if (!phone_parse(rows[i].text, strlen(rows[i].text), rows[i].assumed, &p))
			fail_msg("refused %s", rows[i].text);
		assert_string_equal(p.e164, rows[i].e164);
		assert_string_equal(p.country, rows[i].country);
		if (strncmp(rows[i].e164, "+881", 4) != 0)
			assert_int_equal(p.kind, rows[i].kind);
	}
}

static void
what_is_no_number(void **state)
{
	(void)state;
	static const struct {
		const char *text, *assumed;
	} rows[] = {{"", "US"}, {"+", "US"}, {"911", "US"}, {"+911", "US"}, {"112", "DE"},
		{"555-0123", "US"}, {"301 715 8592", NULL}, {"301 715 8592", "XX"},
		{"1-800-FLOWERS", "US"}, {"+1 301 715 8592 x123", NULL},
		{"+1 301 715 8592;ext=1", NULL},
		{"+1 301 715 8592;phone-context=+1900", NULL}, {"*72 301 715 8592", "US"},
		{"#31#3017158592", "US"}, {"+1 301 715 8592,,1#", NULL},
		{"+1+301 715 8592", NULL}, {"++1 301 715 8592", NULL},
		{"+0 301 715 8592", NULL}, {"+1234567890123456", NULL},
		{"+1 301 715 8592\r\n911", NULL},
		{"\xef\xbc\x99\xef\xbc\x91\xef\xbc\x91", "US"},
		{"+1 \xd9\xa3\xd9\xa0\xd9\xa1 715 8592", NULL},
		{"+1 301\xe2\x80\xae 715 8592", NULL}, {"+999 12345678", NULL}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct phone p;
		if (phone_parse(rows[i].text, strlen(rows[i].text), rows[i].assumed, &p))
			fail_msg("took %s as %s", rows[i].text, p.e164);
	}
	struct phone p;
	assert_false(phone_parse("+1301715\0"
				 "8592",
		13, NULL, &p));
}

static void
countries_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *name, *country;
	} rows[] = {{"United States", "US"}, {"USA", "US"}, {"US", "US"},
		{"Vereinigte Staaten", "US"}, {"Vereinigte Staaten von Amerika", "US"},
		{"United Kingdom", "GB"}, {"UK", "GB"}, {"Deutschland", "DE"},
		{"Suiza", "CH"}, {"\xc3\x89tats-Unis", "US"},
		{"\xe6\x97\xa5\xe6\x9c\xac", "JP"}, {"(DE)", "DE"}, {"in", NULL},
		{"or", NULL}, {"Join", NULL}, {"", NULL}, {"Elbonia", NULL}};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *c = phone_country(rows[i].name, strlen(rows[i].name));
		if (rows[i].country == NULL
				? c != NULL
				: c == NULL || strcmp(c, rows[i].country) != 0)
			fail_msg("%s is %s", rows[i].name, c != NULL ? c : "none");
	}
	assert_true(phone_known_country("US"));
	assert_false(phone_known_country("us"));
	assert_false(phone_known_country("ZZ"));
	assert_false(phone_known_country(NULL));
}

static void
national_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text, *country;
		bool trunk, known; /* behind the trunk prefix; or else valid */
	} rows[] = {
		{"(866) 679-9995", "US", true, true},
		{"1-877-668-4493", "US", true, true},
		{"877 668", "US", false, false},
		{"(866) 679-9995", "DE", false, true}, /* somebody's in Teisendorf */
		{"069 7104 9922", "DE", true, true},
		{"0800 640 3907", "GB", true, true},
		{"00800 120 4417", "DE", false, false},
		{"1800 943 965", "AU", false, true},
		{"8002222222", "AU", false, false},
		{"917 873 431", "ES", true, true},
		{"02 3600 6345", "IT", true, true},
		{"03 9260 9999", "US", false, false},
		{"646 558 8656", "XX", false, false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].text);
		if (phone_is_national(rows[i].text, n, rows[i].country, false) !=
				rows[i].trunk ||
			phone_is_national(rows[i].text, n, rows[i].country, true) !=
				rows[i].known)
			fail_msg("%s in %s", rows[i].text, rows[i].country);
	}
}

static void
numbers_for_people(void **state)
{
	(void)state;
	struct phone p;
	char buf[32];
	assert_true(phone_parse("+13017158592", 12, NULL, &p));
	assert_string_equal(phone_pretty(&p, buf, sizeof buf), "+1 301-715-8592");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_as_printed),
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(countries_by_name),
		cmocka_unit_test(national_numbers),
		cmocka_unit_test(numbers_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
