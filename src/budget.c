#include "budget.h"

int64_t
budget_take(struct budget *b, int per_minute, int64_t now_ms)
{
	static const int64_t minute_us = 60 * 1000 * 1000;
	if (per_minute <= 0)
		return 0;
	int64_t now = now_ms * 1000;
	int64_t apart = minute_us * 100 / ((int64_t)per_minute * BUDGET_SHARE) + 1;
	int64_t burst = (int64_t)per_minute * BUDGET_BURST / 100 * apart;
	if (b->next_us < now)
		b->next_us = now;
	if (b->next_us - now > burst)
		return (b->next_us - now - burst + 999) / 1000;
	b->next_us += apart;
	return 0;
}
