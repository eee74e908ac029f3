/* The strict readers through which every built string passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "plan/build.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define DIGITS24 "123456789012345678901234"
#define LABEL63 "a12345678901234567890123456789012345678901234567890123456789012"

static void
hosts(void **state)
{
	(void)state;
	static const char *const good[] = {"zoomcrc.com", "a.b.example.com",
		"x-y.example", "9.example", "1.2.3.4", "255.255.255.255",
		LABEL63 ".example", "a.b1", "xn--e1afmkfd.example"};
	static const char *const bad[] = {"", ".", "com", "localhost", "a.", ".a", "a..b",
		"-a.example", "a-.example", "a.-b", "a.b-", "A.example", "a_b.example",
		"a b.example", "a.example ", "a.example\n", "1.2.3", "1.2.3.4.5",
		"1.2.3.256", "01.2.3.4", "127.1", "0x7f000001", "0x7f.0x1", "a.1",
		"[::1]", "::1", "a.example:5060", "a.example;lr", "a.example?x",
		"a@b.example", "z\xd0\xbe.example", "a" LABEL63 ".example"};
	for (size_t i = 0; i < COUNT(good); i++)
		if (!sound_host(good[i]))
			fail_msg("%s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (sound_host(bad[i]))
			fail_msg("%s", bad[i]);
	char most[400] = "";
	while (strlen(most) < 252)
		strcat(most, "a.");
	strcat(most, "b");
	assert_int_equal(strlen(most), 253);
	assert_true(sound_host(most));
	memmove(most + 1, most, 254);
	assert_false(sound_host(most));
}

static void
addresses(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *host;
		bool good;
	} rows[] = {
		{"sip:91847302265@zoomcrc.com", "zoomcrc.com", true},
		{"sip:a.B_c+d-9*1@zoomcrc.com", "zoomcrc.com", true},
		{"sip:" DIGITS24 DIGITS24 "1234567890123456@zoomcrc.com", "zoomcrc.com",
			true},
		{"sip:" DIGITS24 DIGITS24 "12345678901234567@zoomcrc.com", "zoomcrc.com",
			false},
		{"sip:@zoomcrc.com", "zoomcrc.com", false},
		{"sip:zoomcrc.com", "zoomcrc.com", false},
		{"sips:1@zoomcrc.com", "zoomcrc.com", false},
		{"1@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1@zoomcrc.com", "evil.example", false},
		{"sip:1@zoomcrc.com;lr", "zoomcrc.com", false},
		{"sip:1@zoomcrc.com;lr", "zoomcrc.com;lr", false},
		{"sip:1:2@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1@2@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1%40@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1 2@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1\r\n@zoomcrc.com", "zoomcrc.com", false},
		{"sip:1@localhost", "localhost", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (sound_sip(rows[i].uri, rows[i].host) != rows[i].good)
			fail_msg("%s", rows[i].uri);
}

static void
h323_strings(void **state)
{
	(void)state;
	static const struct {
		const char *dial, *host;
		bool good;
	} rows[] = {
		{"162.255.37.11", "162.255.37.11", true},
		{"162.255.37.11##91847302265", "162.255.37.11", true},
		{"162.255.37.11##91847302265#0447", "162.255.37.11", true},
		{"vc.example.com##1", "vc.example.com", true},
		{"162.255.37.112##1", "162.255.37.11", false},
		{"162.255.37.11#1", "162.255.37.11", false},
		{"162.255.37.11@1", "162.255.37.11", false},
		{"162.255.37.11##a", "162.255.37.11", false},
		{"162.255.37.11##1,2", "162.255.37.11", false},
		{"162.255.37.11##" DIGITS24 "5", "162.255.37.11", false},
		{"10.0.0.5##1", "162.255.37.11", false},
		{"localhost##1", "localhost", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		if (sound_h323(rows[i].dial, rows[i].host) != rows[i].good)
			fail_msg("%s", rows[i].dial);
}

static void
numbers_and_tones(void **state)
{
	(void)state;
	static const struct {
		const char *e164;
		bool good;
	} numbers[] = {{"+1234567", true}, {"+123456", false}, {"+123456789012345", true},
		{"+1234567890123456", false}, {"+0234567", false}, {"1234567", false},
		{"", false}, {"+", false}, {"+1234567 ", false}, {"+123a567", false}};
	for (size_t i = 0; i < COUNT(numbers); i++)
		if (sound_number(numbers[i].e164) != numbers[i].good)
			fail_msg("%s", numbers[i].e164);
	static const struct {
		const char *tones;
		bool good;
	} tones[] = {{"1#", true}, {"*01*1##*01*", true}, {"#", true}, {DIGITS24, true},
		{DIGITS24 "5", false}, {DIGITS24 "#" DIGITS24 "#12345678901234", true},
		{DIGITS24 "#" DIGITS24 "#123456789012345", false}, {"", false},
		{"1,2", false}, {"1w", false}, {"A", false}, {"1#\n", false}};
	for (size_t i = 0; i < COUNT(tones); i++)
		if (sound_tones(tones[i].tones) != tones[i].good)
			fail_msg("%s", tones[i].tones);
}

static void
dial_strings(void **state)
{
	(void)state;
	static const char n[] = "+13017158592";
	static const struct {
		const char *tail;
		bool good;
	} rows[] = {
		{"", true},
		{",,91847302265#,,,,*0447#", true},
		{",", true},
		{"1", false},
		{"#", false},
		{";1#", false},
		{",1w2", false},
		{",p1", false},
		{",1#\r", false},
		{"," DIGITS24, true},
		{"," DIGITS24 "5", false},
		{"," DIGITS24 "," DIGITS24 ",1234567890123456", true},
		{"," DIGITS24 "," DIGITS24 ",12345678901234567", false},
		{",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,1", true},
		{",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,1", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char dial[200];
		strcpy(dial, n);
		strcat(dial, rows[i].tail);
		if (sound_dial(dial, n) != rows[i].good)
			fail_msg("%s", dial);
		assert_false(sound_dial(dial, "+13017158593"));
	}
	assert_false(sound_dial("911,1#", "911"));
}

static void
users_that_ring_a_telephone(void **state)
{
	(void)state;
	static const char *const yes[] = {"+1", "+19005550199", "911", "112", "999",
		"000", "110", "411", "711", "17", "9911", "9112", "0112", "00112", "1911",
		"90999", "11"};
	static const char *const no[] = {"1", "22", "123456", "91847302265", "4711",
		"2911", "29112", "911a", "jane.doe", "a911", "911911"};
	for (size_t i = 0; i < COUNT(yes); i++)
		if (!user_is_number(yes[i]))
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < COUNT(no); i++)
		if (user_is_number(no[i]))
			fail_msg("%s", no[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(addresses),
		cmocka_unit_test(h323_strings),
		cmocka_unit_test(numbers_and_tones),
		cmocka_unit_test(dial_strings),
		cmocka_unit_test(users_that_ring_a_telephone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
