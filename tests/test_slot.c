/* slot: what a URL's path may not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "slot.h"

static void
a_url_does_not_climb(void **state)
{
	static const char *const climbs[] = {
		"https://meet.google.com/abc-defg-hij/../linkredirect?dest=https://evil.example",
		"https://zoom.us/j/1/..",
		"https://zoom.us/j/1/.",
		"https://zoom.us/j/1/./x",
		"https://zoom.us/j/1/%2e%2E/x",
		"https://zoom.us/j/1/.%2e?x",
		"https://zoom.us/j/1/%2E#x",
		"https://zoom.us/../j/1",
	};
	static const char *const stays[] = {
		"https://zoom.us/j/1?pwd=a/../b",
		"https://zoom.us/j/1#/../b",
		"https://zoom.us/j/...",
		"https://zoom.us/j/..a/a../.a/a.",
		"https://zoom.us/j/%2e%2ea",
		"https://zoom.us//j/1//",
		"https://zoom.us",
	};
	(void)state;
	for (size_t i = 0; i < sizeof climbs / sizeof *climbs; i++) {
		if (!slot_path_climbs(climbs[i]))
			fail_msg("%s climbs", climbs[i]);
		assert_false(slot_allows(SLOT_URL, climbs[i], strlen(climbs[i])));
	}
	for (size_t i = 0; i < sizeof stays / sizeof *stays; i++) {
		if (slot_path_climbs(stays[i]))
			fail_msg("%s does not climb", stays[i]);
		assert_true(slot_allows(SLOT_URL, stays[i], strlen(stays[i])));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_url_does_not_climb),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
