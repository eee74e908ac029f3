/*
 * ical_days: days as numbers, and what they are in the calendar
 *
 * Days since 1 January 1970 of the Gregorian calendar, years from 1970 on.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef CALENDAR_ICAL_DAYS_H
#define CALENDAR_ICAL_DAYS_H

#include <stdint.h>

struct tm;

struct date {
	int year, month, day; /* months and days from 1 */
	int year_day;         /* from 1 */
};

int64_t days_to(int64_t year, int month); /* the first of it */
struct date date_of(int64_t day);
int weekday_of(int64_t day); /* Sunday is 0 */
int month_size(int year, int month);
int year_size(int year);

/* Its week's number in weeks that begin on `week_start` (RFC 5545, BYWEEKNO); ret_weeks: how
 * many the year has whose week it is. */
int week_of(int64_t day, int week_start, int *ret_weeks);

/* Seconds by a wall clock, as if it were UTC; and back, with a day of the week. */
int64_t local_of(const struct tm *tm);
struct tm clock_of(int64_t local);
int64_t days_of(int64_t local);

#endif
