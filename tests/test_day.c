/*
 * A day of ten thousand rooms on one link: how many requests it takes, and how old what is
 * known becomes.
 *
 * The schedule, its batches and the link's budget are the real ones; time, the calendars and
 * how long a server takes are made up. No thread, no network. Exchange's day is whole; of the
 * others' the hours around eight o'clock, when all meetings begin at once, are enough.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "agenda.h"
#include "budget.h"
#include "calendar/calendar.h"
#include "schedule.h"

enum {
	ROOMS = 10000,
	NEAR = 60,
	FAR = 300,
	MEETINGS = 10,
	MINUTE_MS = 60 * 1000,
	HOUR_S = 3600,
	HOUR_MS = HOUR_S * 1000,
	SPREAD_S = ROOMS / 20, /* as the core does after a start */
	MAX_AT_ONCE = 16,
};

/* What one poll of a full batch costs, of a kind's own ways. */
static const struct day {
	const char *kind;
	int from_h, until_h;
	int a_batch;        /* requests, once the rooms are known */
	int every_room;     /* and for each of its rooms */
	int takes_ms;       /* a request */
	int published;      /* requests in a minute, 0: none */
	int published_room; /* and of one room in ten */
	int oldest_s;       /* measured 362, 517 and 431 s; at least a sixth more */
} days[] = {
	/* One FindItem over all rooms of a batch; Exchange limits what runs at once
	 * (EWSMaxConcurrency 10 in 2010, 27 since 2013), and no number. */
	{"exchange", 0, 24, 1, 0, 600, 0, 0, 425},
	/* Batches of 20, so 2 of 25 rooms. learn.microsoft.com/graph/throttling-limits: 130,000
	 * in 10 s for an application, 10,000 in 10 minutes for a mailbox. */
	{"office365", 7, 9, 2, 0, 700, 130000 * 6 / 20, 10000, 605},
	/* developers.google.com/workspace/calendar/api/guides/quota: 10,000 in a minute for a
	 * project, 600 for a user, which quotaUser makes each room. */
	{"google", 7, 9, 0, 1, 150, 10000, 6000, 505},
};

struct asker {
	bool busy;
	int64_t until; /* its request is answered */
	int left;      /* requests still to be made for its batch */
	size_t rooms[CALENDAR_MAX_ROOMS], n;
};

struct simulation {
	const struct day *day;
	const struct calendar_kind *kind;
	struct schedule_room rooms[ROOMS];
	struct schedule_meeting meetings[ROOMS][MEETINGS];
	char names[ROOMS][12];
	int64_t seen[ROOMS];
	int in_ten[ROOMS]; /* requests, of the ten minutes that run */
	int64_t now;
	struct budget budget;
	struct asker askers[MAX_AT_ONCE];
	int64_t sent_at[1 << 15]; /* the last ones, round and round */
	uint64_t sent;
	uint64_t most_minute;
	int most_room;
	int64_t oldest;
	uint64_t polls;
	int64_t idle_until; /* nothing is due before */
};

/* A working day: from eight o'clock, on the full or the half hour, of half an hour or one. */
static void
book(struct simulation *s)
{
	uint32_t seed = 7;
	for (size_t i = 0; i < ROOMS; i++) {
		int64_t at = 8 * HOUR_S;
		for (size_t m = 0; m < MEETINGS; m++) {
			seed = seed * 1664525u + 1013904223u;
			int64_t length = (seed >> 16) % 2 == 0 ? HOUR_S / 2 : HOUR_S;
			at += (seed >> 20) % 2 == 0 ? 0 : HOUR_S / 2;
			s->meetings[i][m] = (struct schedule_meeting){at, at + length};
			at += length;
		}
		snprintf(s->names[i], sizeof s->names[i], "R_%05zu", i);
		s->rooms[i] = (struct schedule_room){
			.due = s->day->from_h * (int64_t)HOUR_MS +
			       schedule_first(s->names[i], SPREAD_S),
			.interval = FAR * 1000};
	}
}

static size_t
in_last_minute(const struct simulation *s)
{
	size_t n = 0, most = sizeof s->sent_at / sizeof *s->sent_at;
	while (n < most && n < s->sent &&
		s->sent_at[(s->sent - 1 - n) % most] > s->now - MINUTE_MS)
		n++;
	return n;
}

static void
count(struct simulation *s, struct asker *k)
{
	s->sent_at[s->sent++ % (sizeof s->sent_at / sizeof *s->sent_at)] = s->now;
	for (size_t i = 0; i < k->n; i++) {
		int n = ++s->in_ten[k->rooms[i]];
		s->most_room = n > s->most_room ? n : s->most_room;
	}
}

static void
settle(struct simulation *s, struct asker *k)
{
	for (size_t i = 0; i < k->n; i++) {
		size_t r = k->rooms[i];
		int64_t age = s->seen[r] > 0 ? s->now - s->seen[r] : 0;
		s->oldest = age > s->oldest ? age : s->oldest;
		s->seen[r] = s->now;
		s->rooms[r].busy = false;
		s->rooms[r].interval = schedule_after_good(
			s->names[r], s->now / 1000, NEAR, FAR, s->meetings[r], MEETINGS);
		s->rooms[r].due = s->now + s->rooms[r].interval;
		if (s->rooms[r].due < s->idle_until)
			s->idle_until = s->rooms[r].due;
		s->polls++;
	}
	k->busy = false;
}

static int64_t
next_due(const struct simulation *s)
{
	int64_t next = INT64_MAX;
	for (size_t i = 0; i < ROOMS; i++)
		if (!s->rooms[i].busy && s->rooms[i].due < next)
			next = s->rooms[i].due;
	return next;
}

/* The next step of one who asks: false when there is nothing to do now. */
static bool
step(struct simulation *s, struct asker *k)
{
	if (k->busy && s->now < k->until)
		return false;
	if (k->busy && k->left == 0)
		settle(s, k);
	if (!k->busy && s->now < s->idle_until)
		return false;
	if (!k->busy) {
		k->n = schedule_batch(s->rooms, ROOMS, s->now, CALENDAR_MAX_ROOMS, k->rooms);
		if (k->n == 0) {
			s->idle_until = next_due(s);
			return false;
		}
		for (size_t i = 0; i < k->n; i++)
			s->rooms[k->rooms[i]].busy = true;
		k->busy = true;
		k->left = s->day->a_batch + s->day->every_room * (int)k->n;
	}
	int64_t wait = budget_take(&s->budget, s->kind->per_minute, s->now);
	if (wait > 0) {
		k->until = s->now + wait;
		return false;
	}
	count(s, k);
	k->left--;
	k->until = s->now + s->day->takes_ms;
	return true;
}

static void
live(struct simulation *s, int at_once)
{
	enum { STEP_MS = 50 };
	int64_t until = s->day->until_h * (int64_t)HOUR_MS;
	for (s->now = s->day->from_h * (int64_t)HOUR_MS; s->now < until; s->now += STEP_MS) {
		if (s->now % (10 * MINUTE_MS) == 0)
			memset(s->in_ten, 0, sizeof s->in_ten);
		for (int i = 0; i < at_once; i++)
			step(s, &s->askers[i]);
		if (s->now % 1000 != 0)
			continue;
		uint64_t n = in_last_minute(s);
		s->most_minute = n > s->most_minute ? n : s->most_minute;
	}
	for (size_t i = 0; i < ROOMS; i++)
		if (s->now - s->seen[i] > s->oldest)
			s->oldest = s->now - s->seen[i];
}

static void
a_day_of_ten_thousand_rooms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		const struct day *d = &days[i];
		struct simulation *s = calloc(1, sizeof *s);
		assert_non_null(s);
		s->day = d;
		s->kind = calendar_kind(d->kind);
		book(s);
		live(s, calendar_at_once(s->kind));
		print_message("%-9s %2d to %2d h: %llu polls, %llu requests, %llu in the fullest minute, "
			      "%d of a room in ten; oldest %lld s\n",
			d->kind, d->from_h, d->until_h, (unsigned long long)s->polls,
			(unsigned long long)s->sent, (unsigned long long)s->most_minute,
			s->most_room, (long long)(s->oldest / 1000));
		assert_int_equal(s->kind->per_minute, d->published);
		if (d->published > 0)
			assert_true(s->most_minute < (uint64_t)d->published);
		if (d->published_room > 0)
			assert_true(s->most_room < d->published_room);
		assert_true(s->oldest <= d->oldest_s * (int64_t)1000);
		assert_true(s->oldest < AGENDA_STALE_S * (int64_t)1000);
		/* Each room at least every FAR seconds, and more often near its meetings. */
		assert_true(s->polls >
			(uint64_t)(ROOMS * (d->until_h - d->from_h) * (HOUR_S / FAR)));
		free(s);
	}
}

/* However hard everybody pulls. */
static void
a_budget_holds_in_any_minute(void **state)
{
	(void)state;
	static const int limits[] = {1, 10, 60, 600, 10000, 39000};
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct budget b = {0};
		static int64_t at[200000];
		size_t n = 0, first = 0;
		for (int64_t now = 12345; now < 5 * MINUTE_MS && n < 200000; now++) {
			int64_t wait;
			while (n < 200000 &&
				(wait = budget_take(&b, limits[i], now)) == 0)
				at[n++] = now;
			while (first < n && at[first] <= now - MINUTE_MS)
				first++;
			if (n - first > (size_t)limits[i])
				fail_msg("%zu of %d", n - first, limits[i]);
		}
		assert_true(n >= (size_t)(limits[i] * 4 * BUDGET_SHARE / 100));
	}
	struct budget b = {0};
	for (int i = 0; i < 1000; i++)
		assert_int_equal(budget_take(&b, 0, 5), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_budget_holds_in_any_minute),
		cmocka_unit_test(a_day_of_ten_thousand_rooms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
