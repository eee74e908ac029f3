#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/err.h"
#include "schedule.h"

enum { NEAR = 60, FAR = 300, HOUR = 3600 };

static void
within(int64_t ms, int64_t s)
{
	assert_true(ms <= s * 1000);
	assert_true(ms >= s * 900);
}

static void
often_near_a_meeting_seldom_else(void **state)
{
	(void)state;
	static const int64_t start = 1700000000;
	const struct schedule_meeting m = {start, start + 2 * HOUR};
	static const struct {
		int64_t at;
		int s;
	} cases[] = {
		{-2 * HOUR, FAR},
		{-15 * 60 - 1, NEAR}, /* not so long that the meeting's start is missed */
		{-15 * 60 - 200, 200},
		{-15 * 60, NEAR},
		{0, NEAR},
		{15 * 60, NEAR},
		{15 * 60 + 1, FAR},
		{105 * 60 - 100, 100},
		{2 * HOUR, NEAR},
		{135 * 60, NEAR},
		{135 * 60 + 1, FAR},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		within(schedule_after_good(
			       "SEA_1", start + cases[i].at, NEAR, FAR, &m, 1),
			cases[i].s);
	within(schedule_after_good("SEA_1", start, NEAR, FAR, NULL, 0), FAR);
}

static void
a_rooms_jitter_is_its_own(void **state)
{
	(void)state;
	int64_t least = INT64_MAX, most = 0;
	for (int i = 0; i < 200; i++) {
		char name[16];
		snprintf(name, sizeof name, "ORD_%02d", i);
		int64_t ms = schedule_after_good(name, 0, NEAR, FAR, NULL, 0);
		assert_int_equal(ms, schedule_after_good(name, 999, NEAR, FAR, NULL, 0));
		within(ms, FAR);
		least = ms < least ? ms : least;
		most = ms > most ? ms : most;
		int64_t first = schedule_first(name, 60);
		assert_true(first >= 0 && first < 60 * 1000);
	}
	assert_true(most - least > FAR * 80);
}

static void
failures_are_spaced_by_their_cure(void **state)
{
	(void)state;
	static const int retry[] = {5, 10, 20, 40, 80, 160, 300, 300};
	struct err err = {.grade = ERR_RETRY};
	for (unsigned i = 0; i < sizeof retry / sizeof *retry; i++)
		within(schedule_after_failure("hq", 0, &err, i + 1), retry[i]);
	within(schedule_after_failure("hq", 0, &err, 4000000000u), 300);
	static const enum err_grade denied[] = {ERR_DENIED, ERR_CONFIG, ERR_ABSENT};
	for (size_t i = 0; i < 3; i++) {
		err.grade = denied[i];
		within(schedule_after_failure("hq", 0, &err, 1), 15 * 60);
	}
	/* refused by one that says when: never sooner, and later each time */
	static const int refused[] = {1800, 3600, 7200, 7200};
	err.grade = ERR_DENIED;
	err.retry_at = 1800;
	for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_in_range(schedule_after_failure("hq", 0, &err, i + 1),
			refused[i] * 1000, refused[i] * 1000 + 2000);
	err.grade = ERR_WAIT;
	static const struct {
		long long at;
		int64_t least;
	} waits[] = {{1090, 90}, {1000, 5}, {0, 5}, {999999999, 3600}};
	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		err.retry_at = waits[i].at;
		int64_t ms = schedule_after_failure("hq", 1000, &err, 1);
		assert_true(
			ms >= waits[i].least * 1000 && ms < waits[i].least * 1000 + 2000);
	}
}

static void
a_batch_is_what_is_due_and_nearly(void **state)
{
	(void)state;
	const struct schedule_room rooms[] = {
		{.due = 1000, .interval = 400},
		{.due = 900, .interval = 400, .busy = true},
		{.due = 800, .interval = 400},
		{.due = 1100, .interval = 400},
		{.due = 1101, .interval = 400},
		{.due = 700, .interval = 400, .group = 7},
		{.due = 1050, .interval = 400, .group = 7},
	};
	size_t got[25];
	assert_int_equal(schedule_batch(rooms, 5, 799, 25, got), 0);
	assert_int_equal(schedule_batch(rooms, 5, 1000, 25, got), 3);
	assert_int_equal(got[0], 2);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[2], 3);
	assert_int_equal(schedule_batch(rooms, 5, 1000, 2, got), 2);
	assert_int_equal(schedule_batch(rooms, 5, 1000, 1, got), 1);
	assert_int_equal(got[0], 2);
	assert_int_equal(schedule_batch(rooms, 7, 1000, 25, got), 2);
	assert_int_equal(got[0], 5);
	assert_int_equal(got[1], 6);
	assert_int_equal(schedule_batch(NULL, 0, 1000, 25, got), 0);
}

/* Late ones are not passed over for others that come first in the table. */
static void
a_batch_takes_the_latest_first(void **state)
{
	(void)state;
	struct schedule_room rooms[100];
	size_t got[4];
	for (int i = 0; i < 100; i++)
		rooms[i] = (struct schedule_room){.due = 1000 - i, .interval = 400};
	for (size_t taken = 0; taken < 100; taken += 4) {
		assert_int_equal(schedule_batch(rooms, 100, 5000, 4, got), 4);
		for (size_t k = 0; k < 4; k++) {
			assert_int_equal(got[k], 99 - taken - k);
			rooms[got[k]].due = 4000;
		}
	}
}

/* A simulated day of two hundred rooms: batches keep together although each room's
 * interval is its own. */
static void
batches_stay_full(void **state)
{
	(void)state;
	enum { ROOMS = 200, MAX = 25 };
	struct schedule_room rooms[ROOMS];
	char names[ROOMS][16];
	for (int i = 0; i < ROOMS; i++) {
		snprintf(names[i], sizeof names[i], "ROOM_%03d", i);
		rooms[i] = (struct schedule_room){
			.due = schedule_first(names[i], FAR), .interval = FAR * 1000};
	}
	size_t batches = 0, polls = 0;
	for (int64_t now = 0; now < 24 * HOUR * (int64_t)1000; now += 250) {
		size_t got[MAX], n = schedule_batch(rooms, ROOMS, now, MAX, got);
		if (n == 0)
			continue;
		batches++;
		polls += n;
		for (size_t i = 0; i < n; i++) {
			struct schedule_room *r = &rooms[got[i]];
			assert_true(now <= r->due + 2000); /* nobody waits */
			r->interval = schedule_after_good(
				names[got[i]], now / 1000, NEAR, FAR, NULL, 0);
			r->due = now + r->interval;
		}
	}
	assert_true(polls / batches >= 18);
	assert_true(polls < (size_t)ROOMS * 24 * 12 * 5 / 4);
}

static void
an_end_is_told_in_steps(void **state)
{
	(void)state;
	enum { DAY = 24 * HOUR, END = 100 * DAY };
	static const struct {
		int64_t left; /* seconds */
		bool told;
		int64_t step;
	} cases[] = {
		{15 * DAY, false, 0},
		{15 * DAY - 1, true, 14},
		{8 * DAY, true, 14},
		{8 * DAY - 1, true, 7},
		{4 * DAY, true, 7},
		{3 * DAY, true, 3},
		{2 * DAY, true, 3},
		{2 * DAY - 1, true, 1},
		{DAY, true, 1},
		{DAY - 1, true, 0},
		{0, true, 0},
		{-1, true, -1},
		{-DAY - 1, true, -2},
	};
	int64_t step = 99;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(
			schedule_warns(END, END - cases[i].left, &step), cases[i].told);
		if (cases[i].told)
			assert_int_equal(step, cases[i].step);
	}
	assert_false(schedule_warns(0, 0, &step));
	assert_false(schedule_warns(INT64_MAX, INT64_MAX - 1, &step));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_end_is_told_in_steps),
		cmocka_unit_test(often_near_a_meeting_seldom_else),
		cmocka_unit_test(a_rooms_jitter_is_its_own),
		cmocka_unit_test(failures_are_spaced_by_their_cure),
		cmocka_unit_test(a_batch_is_what_is_due_and_nearly),
		cmocka_unit_test(a_batch_takes_the_latest_first),
		cmocka_unit_test(batches_stay_full),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
