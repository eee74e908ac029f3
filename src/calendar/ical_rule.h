/*
 * ical_rule: the days that a recurrence rule names (RFC 5545, 3.3.10)
 *
 * In wall-clock time: zones are nobody's business here. Expands by days, so that what any rule
 * costs is bounded by the days that it is asked about. Not by libical, whose 3.0.16 names other
 * days than the RFC for BYSETPOS of weeks, negative days of daily rules, days of every month
 * in a year and weeks that begin on another day, and searches centuries for a day that is none.
 *
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef CALENDAR_ICAL_RULE_H
#define CALENDAR_ICAL_RULE_H

#include "invite/ics_time.h"

enum {
	RULE_MAX_LIST = 64,    /* values of one part */
	RULE_MAX_TIMES = 24,   /* of a day */
	RULE_MAX_DAYS = 50000, /* looked at for one rule: 136 years */
};

enum rule_freq { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY };

struct ical_rule {
	enum rule_freq freq;
	int interval, week_start; /* weekdays from Sunday, 0 */
	long count;               /* 0: no end by number */
	bool has_until;
	struct ics_clock until; /* the caller's to compare: it may be an instant */
	uint32_t months;        /* bits */
	struct rule_list {
		int at[RULE_MAX_LIST]; /* of weekdays: position * 8 + weekday */
		size_t n;
	} week_days, month_days, year_days, weeks, positions, hours, minutes, seconds;

	/* How far it has come. */
	int64_t start, horizon; /* seconds by the wall clock, as if it were UTC */
	int64_t period, looked;
	int32_t days[366]; /* of this period, those that match */
	size_t n_days, at;
	long found;
};

/* NULL; else why the rule is not followed. It ends behind `horizon` at the latest. */
const char *ical_rule_begin(const char *text, const struct ics_clock *start,
	int64_t horizon, struct ical_rule *ret);

/* Passes over what lies before `local`, as far as that can be known without counting. */
void ical_rule_skip(struct ical_rule *r, int64_t local);

/* The next time, by the wall clock as if it were UTC. False: there is none; then *ret_why is
 * NULL, or why it was not looked further. */
bool ical_rule_next(struct ical_rule *r, int64_t *ret, const char **ret_why);

#endif
