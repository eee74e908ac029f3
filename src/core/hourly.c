#include "core/state.h"

static void
turn(struct hourly *h, int64_t minute)
{
	for (int64_t m = h->minute + 1; m <= minute && m <= h->minute + 60; m++)
		h->counts[m % 60] = 0;
	h->minute = minute;
}

void
hourly_add(struct hourly *h, int64_t ms)
{
	if (ms / 60000 > h->minute)
		turn(h, ms / 60000);
	h->counts[h->minute % 60]++;
}

uint64_t
hourly_sum(const struct hourly *h, int64_t ms)
{
	struct hourly now = *h;
	uint64_t sum = 0;
	if (ms / 60000 > now.minute)
		turn(&now, ms / 60000);
	for (size_t i = 0; i < 60; i++)
		sum += now.counts[i];
	return sum;
}
