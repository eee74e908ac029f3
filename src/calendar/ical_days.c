#include "calendar/ical_days.h"

#include <stdbool.h>
#include <time.h>

enum { DAY_S = 86400 };

static const int before[] = {
	0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int64_t
days_to(int64_t year, int month)
{
	int64_t y = year - 1;
	return y * 365 + y / 4 - y / 100 + y / 400 - 719162 + before[month] +
	       (month > 2 && is_leap(year));
}

int
month_size(int year, int month)
{
	return before[month + 1] - before[month] + (month == 2 && is_leap(year));
}

int
year_size(int year)
{
	return is_leap(year) ? 366 : 365;
}

struct date
date_of(int64_t day)
{
	struct date d = {.year = (int)(1970 + day / 366), .month = 1};
	while (days_to(d.year + 1, 1) <= day)
		d.year++;
	d.year_day = (int)(day - days_to(d.year, 1)) + 1;
	while (d.month < 12 && days_to(d.year, d.month + 1) <= day)
		d.month++;
	d.day = (int)(day - days_to(d.year, d.month)) + 1;
	return d;
}

int
weekday_of(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7); /* 1970 began on a Thursday */
}

/* The first day of the year's first week: the first that has four days in the year. */
static int64_t
first_week(int year, int week_start)
{
	int64_t first = days_to(year, 1);
	int into = (weekday_of(first) - week_start + 7) % 7;
	return into <= 3 ? first - into : first - into + 7;
}

int
week_of(int64_t day, int week_start, int *ret_weeks)
{
	int year = date_of(day).year;
	if (day < first_week(year, week_start))
		year--;
	else if (day >= first_week(year + 1, week_start))
		year++;
	int64_t first = first_week(year, week_start);
	*ret_weeks = (int)(first_week(year + 1, week_start) - first) / 7;
	return (int)(day - first) / 7 + 1;
}

int64_t
local_of(const struct tm *tm)
{
	return (days_to(tm->tm_year + 1900, tm->tm_mon + 1) + tm->tm_mday - 1) * DAY_S +
	       tm->tm_hour * 3600 + tm->tm_min * 60 + tm->tm_sec;
}

int64_t
days_of(int64_t local)
{
	return local >= 0 ? local / DAY_S : -((DAY_S - 1 - local) / DAY_S);
}

struct tm
clock_of(int64_t local)
{
	int64_t day = days_of(local), rest = local - day * DAY_S;
	struct date d = date_of(day);
	return (struct tm){.tm_year = d.year - 1900,
		.tm_mon = d.month - 1,
		.tm_mday = d.day,
		.tm_hour = (int)(rest / 3600),
		.tm_min = (int)(rest / 60 % 60),
		.tm_sec = (int)(rest % 60),
		.tm_isdst = -1};
}
