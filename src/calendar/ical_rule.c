#include "calendar/ical_rule.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "calendar/ical_days.h"

static const char none[] = "a recurrence rule that is none";

/* "-1" at *s, which moves past it; 0 is no number here but of hours, minutes and seconds. */
static bool
read_int(const char **s, int least, int most, int *ret)
{
	int v = 0, sign = **s == '-' ? -1 : 1;
	*s += **s == '-' || **s == '+';
	if (**s < '0' || **s > '9')
		return false;
	while (**s >= '0' && **s <= '9' && v <= most)
		v = v * 10 + (*(*s)++ - '0');
	*ret = sign * v;
	return v <= most && *ret >= least && (v != 0 || least == 0);
}

static bool
read_weekday(const char **s, int *ret)
{
	static const char names[] = "SUMOTUWETHFRSA";
	for (int i = 0; i < 7; i++)
		if (strncasecmp(*s, names + 2 * i, 2) == 0) {
			*s += 2;
			*ret = i;
			return true;
		}
	return false;
}

static bool
read_list(const char *s, int least, int most, struct rule_list *ret)
{
	do {
		if (ret->n == RULE_MAX_LIST ||
			!read_int(&s, least, most, &ret->at[ret->n++]))
			return false;
	} while (*s++ == ',');
	return s[-1] == '\0';
}

/* "MO", "-1FR": the last Friday is -1 * 8 + 5. */
static bool
read_days(const char *s, struct rule_list *ret)
{
	do {
		int position = 0, day;
		if (ret->n == RULE_MAX_LIST ||
			(strchr("+-0123456789", *s) != NULL && *s != '\0' &&
				!read_int(&s, -53, 53, &position)) ||
			!read_weekday(&s, &day))
			return false;
		ret->at[ret->n++] = position * 8 + day;
	} while (*s++ == ',');
	return s[-1] == '\0';
}

static bool
read_months(const char *s, uint32_t *ret)
{
	struct rule_list list = {.n = 0};
	if (!read_list(s, 1, 12, &list))
		return false;
	for (size_t i = 0; i < list.n; i++)
		*ret |= 1U << list.at[i];
	return true;
}

static bool
read_freq(const char *s, struct ical_rule *r)
{
	static const char *const names[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
	for (unsigned i = 0; i < 4; i++)
		if (strcasecmp(s, names[i]) == 0) {
			r->freq = (enum rule_freq)i;
			return true;
		}
	return false;
}

static bool
read_number(const char *s, int most, int *ret)
{
	return read_int(&s, 1, most, ret) && *s == '\0';
}

enum part {
	P_FREQ,
	P_INTERVAL,
	P_COUNT,
	P_UNTIL,
	P_WKST,
	P_MONTH,
	P_DAY,
	P_MONTHDAY,
	P_YEARDAY,
	P_WEEKNO,
	P_SETPOS,
	P_HOUR,
	P_MINUTE,
	P_SECOND,
	P_RSCALE,
	N_PARTS
};

static const char *const part_names[N_PARTS] = {"FREQ", "INTERVAL", "COUNT", "UNTIL",
	"WKST", "BYMONTH", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS",
	"BYHOUR", "BYMINUTE", "BYSECOND", "RSCALE"};

static bool
read_part(struct ical_rule *r, enum part part, const char *s)
{
	int n = 0;
	bool ok = false;
	switch (part) {
	case P_FREQ:
		return read_freq(s, r);
	case P_INTERVAL:
		return read_number(s, 9999, &r->interval);
	case P_COUNT:
		ok = read_number(s, 99999999, &n);
		r->count = n;
		return ok;
	case P_UNTIL:
		r->until = ics_clock(s, NULL);
		r->has_until = true;
		return r->until.in_order;
	case P_WKST:
		return read_weekday(&s, &r->week_start) && *s == '\0';
	case P_MONTH:
		return read_months(s, &r->months);
	case P_DAY:
		return read_days(s, &r->week_days);
	case P_MONTHDAY:
		return read_list(s, -31, 31, &r->month_days);
	case P_YEARDAY:
		return read_list(s, -366, 366, &r->year_days);
	case P_WEEKNO:
		return read_list(s, -53, 53, &r->weeks);
	case P_SETPOS:
		return read_list(
			s, -366 * RULE_MAX_TIMES, 366 * RULE_MAX_TIMES, &r->positions);
	case P_HOUR:
		return read_list(s, 0, 23, &r->hours);
	case P_MINUTE:
		return read_list(s, 0, 59, &r->minutes);
	case P_SECOND:
		return read_list(s, 0, 59, &r->seconds);
	default:
		return strcasecmp(s, "GREGORIAN") == 0;
	}
}

/* One "NAME=value" of the rule; an unknown one would mean other days than we know. */
static bool
read_one(struct ical_rule *r, const char *s, size_t n, uint32_t *had)
{
	char text[512];
	if (n >= sizeof text)
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	char *value = strchr(text, '=');
	if (value == NULL)
		return false;
	*value++ = '\0';
	for (int i = 0; i < N_PARTS; i++) {
		if (strcasecmp(text, part_names[i]) != 0)
			continue;
		bool again = (*had & 1U << i) != 0;
		*had |= 1U << i;
		return !again && read_part(r, (enum part)i, value);
	}
	return false;
}

static bool
has_position(const struct ical_rule *r)
{
	for (size_t i = 0; i < r->week_days.n; i++)
		if (r->week_days.at[i] < 0 || r->week_days.at[i] >= 8)
			return true;
	return false;
}

/* Which parts go together: the table of RFC 5545. */
static bool
is_possible(const struct ical_rule *r)
{
	bool yearly = r->freq == RULE_YEARLY;
	if (has_position(r) && (r->freq < RULE_MONTHLY || r->weeks.n > 0))
		return false;
	if (r->month_days.n > 0 && r->freq == RULE_WEEKLY)
		return false;
	return yearly || (r->weeks.n == 0 && r->year_days.n == 0);
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
set_times(struct rule_list *list, int standard)
{
	if (list->n == 0)
		list->at[list->n++] = standard;
	qsort(list->at, list->n, sizeof *list->at, by_number);
	size_t kept = 1;
	for (size_t i = 1; i < list->n; i++)
		if (list->at[i] != list->at[kept - 1])
			list->at[kept++] = list->at[i];
	list->n = kept;
}

/* What the rule does not say, its start does. */
static void
set_rest(struct ical_rule *r, const struct tm *start)
{
	struct date d = date_of(days_of(r->start));
	set_times(&r->hours, start->tm_hour);
	set_times(&r->minutes, start->tm_min);
	set_times(&r->seconds, start->tm_sec > 59 ? 59 : start->tm_sec);
	if (r->week_days.n + r->month_days.n + r->year_days.n > 0)
		return;
	if (r->freq == RULE_WEEKLY || r->weeks.n > 0) {
		r->week_days.at[r->week_days.n++] = weekday_of(days_of(r->start));
		return;
	}
	if (r->freq == RULE_DAILY)
		return;
	r->month_days.at[r->month_days.n++] = d.day;
	if (r->freq == RULE_YEARLY && r->months == 0)
		r->months = 1U << d.month;
}

const char *
ical_rule_begin(const char *text, const struct ics_clock *start, int64_t horizon,
	struct ical_rule *ret)
{
	struct ical_rule r = {.interval = 1, .week_start = 1, .horizon = horizon};
	uint32_t had = 0;
	for (const char *s = text; *s != '\0';) {
		size_t n = strcspn(s, ";");
		if (strncasecmp(s, "FREQ=SECONDLY", n) == 0 ||
			strncasecmp(s, "FREQ=MINUTELY", n) == 0 ||
			strncasecmp(s, "FREQ=HOURLY", n) == 0)
			return n > strlen("FREQ=") ? "a recurrence more often than daily"
						   : none;
		if (n > 0 && !read_one(&r, s, n, &had))
			return none;
		s += n + (s[n] == ';');
	}
	if ((had & 1U << P_FREQ) == 0 || !is_possible(&r))
		return none;
	r.start = local_of(&start->tm);
	set_rest(&r, &start->tm);
	if (r.hours.n * r.minutes.n * r.seconds.n > RULE_MAX_TIMES)
		return "a recurrence more often than hourly";
	r.period = -1;
	*ret = r;
	return NULL;
}

static bool
has(const struct rule_list *list, int a, int b)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->at[i] == a || list->at[i] == b)
			return true;
	return list->n == 0;
}

/* Whether it is the n-th of its weekday in the month, or in the year. */
static bool
has_weekday(const struct ical_rule *r, const struct date *d, int weekday)
{
	bool in_year = r->freq == RULE_YEARLY && r->months == 0;
	int at = in_year ? d->year_day : d->day;
	int size = in_year ? year_size(d->year) : month_size(d->year, d->month);
	int first = (at - 1) / 7 + 1, last = -((size - at) / 7 + 1);
	for (size_t i = 0; i < r->week_days.n; i++) {
		int v = r->week_days.at[i];
		int day = (v % 8 + 8) % 8, position = (v - day) / 8;
		if (day == weekday &&
			(position == 0 || position == first || position == last))
			return true;
	}
	return r->week_days.n == 0;
}

static bool
has_day(const struct ical_rule *r, int64_t day)
{
	struct date d = date_of(day);
	if (r->months != 0 && (r->months & 1U << d.month) == 0)
		return false;
	if (!has(&r->month_days, d.day, d.day - month_size(d.year, d.month) - 1) ||
		!has(&r->year_days, d.year_day, d.year_day - year_size(d.year) - 1) ||
		!has_weekday(r, &d, weekday_of(day)))
		return false;
	if (r->weeks.n == 0)
		return true;
	int weeks, week = week_of(day, r->week_start, &weeks);
	return has(&r->weeks, week, week - weeks - 1);
}

/* The days of the k-th period after the one that the start lies in. */
static void
bounds(const struct ical_rule *r, int64_t k, int64_t *ret_first, int64_t *ret_end)
{
	int64_t day = days_of(r->start), step = k * r->interval;
	struct date d = date_of(day);
	if (r->freq == RULE_DAILY) {
		*ret_first = day + step;
		*ret_end = *ret_first + 1;
	} else if (r->freq == RULE_WEEKLY) {
		*ret_first = day - (weekday_of(day) - r->week_start + 7) % 7 + 7 * step;
		*ret_end = *ret_first + 7;
	} else if (r->freq == RULE_MONTHLY) {
		int64_t month = (int64_t)d.year * 12 + d.month - 1 + step;
		*ret_first = days_to(month / 12, (int)(month % 12) + 1);
		*ret_end = days_to((month + 1) / 12, (int)((month + 1) % 12) + 1);
	} else {
		*ret_first = days_to(d.year + step, 1);
		*ret_end = days_to(d.year + step + 1, 1);
	}
}

static size_t
times_of_day(const struct ical_rule *r)
{
	return r->hours.n * r->minutes.n * r->seconds.n;
}

static int64_t
time_at(const struct ical_rule *r, size_t i)
{
	size_t per_day = times_of_day(r), t = i % per_day;
	size_t per_hour = r->minutes.n * r->seconds.n;
	return (int64_t)r->days[i / per_day] * ICS_DAY_S +
	       r->hours.at[t / per_hour] * 3600 +
	       r->minutes.at[t % per_hour / r->seconds.n] * 60 +
	       r->seconds.at[t % r->seconds.n];
}

/* Whether the i-th time of n of a period is one of those that are asked for. */
static bool
has_position_of(const struct ical_rule *r, size_t i, size_t n)
{
	return has(&r->positions, (int)i + 1, (int)i - (int)n);
}

/* False: the next period lies behind the horizon. */
static bool
load_period(struct ical_rule *r)
{
	int64_t first, end;
	bounds(r, ++r->period, &first, &end);
	r->n_days = r->at = 0;
	if (first * ICS_DAY_S > r->horizon)
		return false;
	for (int64_t day = first; day < end; day++)
		if (has_day(r, day))
			r->days[r->n_days++] = (int32_t)day;
	r->looked += end - first;
	return true;
}

void
ical_rule_skip(struct ical_rule *r, int64_t local)
{
	/* days of a period at most */
	static const int sizes[] = {1, 7, 31, 366};
	int64_t days = days_of(local) - days_of(r->start);
	int64_t k = days / ((int64_t)sizes[r->freq] * r->interval) - 2;
	if (r->count == 0 && k > r->period)
		r->period = k;
}

bool
ical_rule_next(struct ical_rule *r, int64_t *ret, const char **ret_why)
{
	*ret_why = NULL;
	for (;;) {
		size_t n = r->n_days * times_of_day(r);
		while (r->at < n) {
			size_t i = r->at++;
			int64_t t = time_at(r, i);
			if (t < r->start || !has_position_of(r, i, n))
				continue;
			if (r->count > 0 && r->found++ >= r->count)
				return false;
			*ret = t;
			return true;
		}
		if (r->count > 0 && r->found >= r->count)
			return false;
		if (r->looked > RULE_MAX_DAYS) {
			*ret_why = "a recurrence that takes too long to follow";
			return false;
		}
		if (!load_period(r))
			return false;
	}
}
