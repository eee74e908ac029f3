#include "schedule.h"

#include "base/err.h"

/* 0 to 999, always the same for a name. */
static int64_t
share_of(const char *name)
{
	uint32_t h = 2166136261u;
	for (; *name != '\0'; name++)
		h = (h ^ (unsigned char)*name) * 16777619u;
	return (h ^ h >> 16) % 1000;
}

/* Up to a tenth earlier. */
static int64_t
jitter(const char *name, int64_t ms)
{
	return ms - ms * share_of(name) / 10000;
}

/* Seconds until `at` is near this meeting: 0 when it is; -1 when it will not be again. */
static int64_t
until_near(const struct schedule_meeting *m, int64_t at)
{
	if (at < m->start - SCHEDULE_NEAR_S)
		return m->start - SCHEDULE_NEAR_S - at;
	if (at <= m->start + SCHEDULE_NEAR_S)
		return 0;
	if (at < m->end - SCHEDULE_NEAR_S)
		return m->end - SCHEDULE_NEAR_S - at;
	return at <= m->end + SCHEDULE_NEAR_S ? 0 : -1;
}

int64_t
schedule_after_good(const char *room, int64_t now, int near_s, int far_s,
	const struct schedule_meeting *meetings, size_t n)
{
	int64_t s = far_s;
	for (size_t i = 0; i < n; i++) {
		int64_t near = until_near(&meetings[i], now);
		if (near == 0)
			near = near_s;
		if (near > 0 && near < s)
			s = near > near_s ? near : near_s;
	}
	return jitter(room, s * 1000);
}

int64_t
schedule_after_failure(
	const char *name, int64_t now, const struct err *err, unsigned failures)
{
	int64_t s = SCHEDULE_FIRST_S;
	switch (err->grade) {
	case ERR_WAIT:
		s = err->retry_at - now;
		if (s < SCHEDULE_FIRST_S)
			s = SCHEDULE_FIRST_S;
		if (s > SCHEDULE_WAIT_S)
			s = SCHEDULE_WAIT_S;
		/* Not before it was asked for, and not all at once then. */
		return s * 1000 + share_of(name) * 2;
	case ERR_DENIED:
	case ERR_CONFIG:
	case ERR_ABSENT:
		s = SCHEDULE_DENIED_S;
		if (err->retry_at - now <= s)
			break;
		/* A refusal that the server remembers the longer the more it is asked. */
		s = err->retry_at - now;
		for (; failures > 1 && s < SCHEDULE_REFUSED_S; failures--)
			s *= 2;
		if (s > SCHEDULE_REFUSED_S)
			s = SCHEDULE_REFUSED_S;
		return s * 1000 + share_of(name) * 2;
	default:
		for (; failures > 1 && s < SCHEDULE_LAST_S; failures--)
			s *= 2;
		if (s > SCHEDULE_LAST_S)
			s = SCHEDULE_LAST_S;
	}
	return jitter(name, s * 1000);
}

int64_t
schedule_first(const char *room, int span_s)
{
	return share_of(room) * span_s;
}

bool
schedule_warns(int64_t expires, int64_t now, int64_t *ret_step)
{
	static const int64_t steps[] = {SCHEDULE_WARN_DAYS, 7, 3, 1}, day_s = 24 * 3600;
	if (expires == 0 || expires == INT64_MAX)
		return false;
	int64_t days = (expires - now) / day_s - (expires < now);
	if (days > steps[0])
		return false;
	*ret_step = days;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (days <= steps[i] && days > 0)
			*ret_step = steps[i];
	return true;
}

/* Keeps the `max` that are longest due, in order: `i` is due before the last of as many. */
static size_t
take_in_order(
	const struct schedule_room *rooms, size_t i, size_t n, size_t max, size_t *ret_rooms)
{
	size_t at = n < max ? n : max - 1;
	for (; at > 0 && rooms[ret_rooms[at - 1]].due > rooms[i].due; at--)
		ret_rooms[at] = ret_rooms[at - 1];
	ret_rooms[at] = i;
	return n < max ? n + 1 : max;
}

size_t
schedule_batch(const struct schedule_room *rooms, size_t n, int64_t now, size_t max,
	size_t *ret_rooms)
{
	size_t first = n, taken = 0;
	for (size_t i = 0; i < n; i++)
		if (!rooms[i].busy && rooms[i].due <= now &&
			(first == n || rooms[i].due < rooms[first].due))
			first = i;
	if (first == n || max == 0)
		return 0;
	int64_t before = INT64_MAX; /* asked first: of thousands, nearly all fail it */
	for (size_t i = 0; i < n; i++) {
		if (rooms[i].due >= before || rooms[i].busy ||
			rooms[i].group != rooms[first].group ||
			rooms[i].due > now + rooms[i].interval / 4)
			continue;
		taken = take_in_order(rooms, i, taken, max, ret_rooms);
		if (taken == max)
			before = rooms[ret_rooms[max - 1]].due;
	}
	return taken;
}
