#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/tzif.h"
#include "base/when.h"
#include "base/zone.h"

static const char *
told(const char *zone, const char *local, char ret[WHEN_TEXT])
{
	struct tm tm = {0};
	int64_t t;
	assert_non_null(strptime(local, "%Y-%m-%d %H:%M:%S", &tm));
	return zone_instant(zone, &tm, &t) ? when_text(t, ret) : "none";
}

static void
test_instants(void **state)
{
	(void)state;
	static const struct {
		const char *zone, *local, *expected;
	} cases[] = {
		{"UTC", "2026-07-01 12:00:00", "2026-07-01T12:00:00Z"},
		{"Etc/GMT+5", "2026-07-01 12:00:00", "2026-07-01T17:00:00Z"},
		{"America/Mexico_City", "2026-07-01 12:00:00", "2026-07-01T18:00:00Z"},
		{"Africa/Cairo", "2026-07-01 12:00:00", "2026-07-01T09:00:00Z"},
		{"Asia/Kathmandu", "2026-07-01 12:00:00", "2026-07-01T06:15:00Z"},
		{"Africa/Casablanca", "2026-03-01 12:00:00", "2026-03-01T12:00:00Z"},
		{"Africa/Casablanca", "2026-07-01 12:00:00", "2026-07-01T11:00:00Z"},
		/* far from any instant that the file lists */
		{"Europe/Berlin", "2199-07-01 12:00:00", "2199-07-01T10:00:00Z"},
		{"Australia/Sydney", "2199-01-01 12:00:00", "2199-01-01T01:00:00Z"},
		{"Europe/Berlin", "9999-12-31 23:59:59", "9999-12-31T22:59:59Z"},
		/* skipped: as if the clock had not been set forward */
		{"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"},
		{"Europe/Berlin", "2026-03-29 02:00:00", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29 02:59:59", "2026-03-29T01:59:59Z"},
		{"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z"},
		{"America/New_York", "2026-03-08 02:30:00", "2026-03-08T07:30:00Z"},
		{"Europe/Dublin", "2026-03-29 01:30:00", "2026-03-29T01:30:00Z"},
		{"America/Santiago", "2026-09-06 00:30:00", "2026-09-06T04:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-04 02:15:00", "2026-10-03T15:45:00Z"},
		/* shown twice: the first */
		{"Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T00:30:00Z"},
		{"America/New_York", "2026-11-01 01:30:00", "2026-11-01T05:30:00Z"},
		{"Europe/Dublin", "2026-10-25 01:30:00", "2026-10-25T00:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T14:45:00Z"},
		{"America/Nuuk", "2026-10-24 23:30:00", "2026-10-25T00:30:00Z"},
		/* Windows' names */
		{"W. Europe Standard Time", "2026-07-01 12:00:00",
			"2026-07-01T10:00:00Z"},
		{"GMT Standard Time", "2026-07-01 12:00:00", "2026-07-01T11:00:00Z"},
		{"Eastern Standard Time", "2026-07-01 12:00:00", "2026-07-01T16:00:00Z"},
		{"Egypt Standard Time", "2026-07-01 12:00:00", "2026-07-01T09:00:00Z"},
		{"UTC", "2016-12-31 23:59:60", "2017-01-01T00:00:00Z"},
		{"tzone://Microsoft/Utc", "2026-07-01 12:00:00", "2026-07-01T12:00:00Z"},
		/* no zone, or several */
		{"", "2026-07-01 12:00:00", "none"},
		{"Europe", "2026-07-01 12:00:00", "none"},
		{"europe/berlin", "2026-07-01 12:00:00", "none"},
		{"BST", "2026-07-01 12:00:00", "none"},
		{"IST", "2026-07-01 12:00:00", "none"},
		{"localtime", "2026-07-01 12:00:00", "none"},
		{"posix/Europe/Berlin", "2026-07-01 12:00:00", "none"},
		{"Factory", "2026-07-01 12:00:00", "none"},
		{"Etc/Unknown", "2026-07-01 12:00:00", "none"},
		{"../zoneinfo/Europe/Berlin", "2026-07-01 12:00:00", "none"},
		{"Customized Time Zone", "2026-07-01 12:00:00", "none"},
		{"tzone://Microsoft/Custom", "2026-07-01 12:00:00", "none"},
		{"Europe/Berlin\xc3\xa9", "2026-07-01 12:00:00", "none"},
		/* before 1970 */
		{"Europe/Berlin", "1970-01-01 00:30:00", "none"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[WHEN_TEXT];
		const char *got = told(cases[i].zone, cases[i].local, text);
		if (strcmp(got, cases[i].expected) != 0)
			fail_msg("%s %s: %s", cases[i].zone, cases[i].local, got);
	}
}

static void
test_no_such_date(void **state)
{
	(void)state;
	static const struct tm none[] = {
		{.tm_year = 126, .tm_mon = 1, .tm_mday = 29},
		{.tm_year = 126, .tm_mon = 12, .tm_mday = 1},
		{.tm_year = 126, .tm_mon = -1, .tm_mday = 1},
		{.tm_year = 126, .tm_mon = 1, .tm_mday = 0},
		{.tm_year = 126, .tm_mday = 1, .tm_hour = 24},
		{.tm_year = 126, .tm_mday = 1, .tm_min = 60},
		{.tm_year = 126, .tm_mday = 1, .tm_sec = 61},
		{.tm_year = 126, .tm_mday = 1, .tm_sec = -1},
		{.tm_year = 69, .tm_mday = 1},
		{.tm_year = 8100, .tm_mday = 1},
	};
	int64_t t;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(zone_instant("UTC", &none[i], &t));
	assert_true(zone_instant(
		"UTC", &(struct tm){.tm_year = 124, .tm_mon = 1, .tm_mday = 29}, &t));
}

/* The C library reads the same files with code of its own. */
static void
test_as_the_library(void **state)
{
	(void)state;
	static const char *const names[] = {"UTC", "Europe/Berlin", "Europe/London",
		"Europe/Dublin", "Europe/Istanbul", "Europe/Moscow", "Africa/Cairo",
		"Africa/Casablanca", "Africa/Lagos", "America/New_York",
		"America/Chicago", "America/Denver", "America/Los_Angeles",
		"America/Phoenix", "America/St_Johns", "America/Mexico_City",
		"America/Sao_Paulo", "America/Santiago", "America/Nuuk", "America/Havana",
		"Asia/Jerusalem", "Asia/Tehran", "Asia/Kolkata", "Asia/Kathmandu",
		"Asia/Shanghai", "Asia/Tokyo", "Asia/Gaza", "Australia/Sydney",
		"Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Auckland",
		"Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		setenv("TZ", names[i], 1);
		tzset();
		/* every 20 days and some hours, from 1970 to 2112 */
		for (time_t t = 2 * 86400; t < INT64_C(4500000000); t += 1757 * 1000) {
			struct tm shown, again;
			int64_t got;
			localtime_r(&t, &shown);
			if (!zone_instant(names[i], &shown, &got))
				fail_msg("%s at %lld", names[i], (long long)t);
			time_t other = (time_t)got;
			localtime_r(&other, &again);
			if (got > t || again.tm_hour != shown.tm_hour ||
				again.tm_mday != shown.tm_mday ||
				again.tm_min != shown.tm_min)
				fail_msg("%s at %lld: %lld", names[i], (long long)t,
					(long long)got);
		}
	}
	setenv("TZ", "UTC0", 1);
	tzset();
}

static void
test_files_not_in_order(void **state)
{
	(void)state;
	static const char head[] =
		"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
		"\0\0\0\1\0\0\0\0\0\0\0";
	char file[2 * (44 + 7) + 64];
	struct tzif z;
	size_t n = 2 * (44 + 7);
	memcpy(file, head, 44 + 7);
	memcpy(file + 44 + 7, head, 44 + 7);
	static const struct {
		const char *footer;
		bool good;
		int64_t t;
		int offset;
	} cases[] = {
		{"\n\n", true, 0, 0},
		{"\n<+0530>-5:30\n", true, 0, 19800},
		{"\nAAA5BBB,M3.2.0,M11.1.0\n", true, 1782907200, -4 * 3600},
		{"\nAAA5BBB,M3.2.0,M11.1.0\n", true, 1767268800, -5 * 3600},
		{"\nAAA-10BBB,J274,J90\n", true, 1767268800, 11 * 3600},
		{"\nAAA-10BBB,273/26,89/-1\n", true, 1782907200, 10 * 3600},
		{"", false, 0, 0},
		{"\nUTC0", false, 0, 0},
		{"\nAAA\n", false, 0, 0},
		{"\nAAA500\n", false, 0, 0},
		{"\nAAA5BBB\n", false, 0, 0},
		{"\nAAA5BBB,M13.2.0,M11.1.0\n", false, 0, 0},
		{"\nAAA5BBB,M3.0.0,M11.1.0\n", false, 0, 0},
		{"\nAAA5BBB,J0,J90\n", false, 0, 0},
		{"\nAAA5BBB,M3.2.0,M11.1.0,\n", false, 0, 0},
		{"\n<AAA5\n", false, 0, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t len = strlen(cases[i].footer);
		memcpy(file + n, cases[i].footer, len);
		if (tzif_read(file, n + len, &z) != cases[i].good)
			fail_msg("%s", cases[i].footer);
		if (cases[i].good)
			assert_int_equal(tzif_offset(&z, cases[i].t), cases[i].offset);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_false(tzif_read(file, cut, &z));
	file[3] = 'g';
	assert_false(tzif_read(file, n + 2, &z));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),
		cmocka_unit_test(test_no_such_date),
		cmocka_unit_test(test_as_the_library),
		cmocka_unit_test(test_files_not_in_order),
	};
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
