#include "base/when.h"

#include <stdio.h>
#include <time.h>

/* Two or four digits at *s, which moves past them; -1 when they are not there. */
static int
digits(const char **s, int n)
{
	int v = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
offset_parse(const char *s, int *ret_s)
{
	if ((*s == 'Z' || *s == 'z') && s[1] == '\0') {
		*ret_s = 0;
		return true;
	}
	int sign = *s == '+' ? 1 : *s == '-' ? -1 : 0;
	if (sign == 0)
		return false;
	s++;
	int h = digits(&s, 2);
	if (h < 0 || h > 14 || !skip(&s, ':'))
		return false;
	int m = digits(&s, 2);
	if (m < 0 || m > 59 || *s != '\0')
		return false;
	*ret_s = sign * (h * 3600 + m * 60);
	return true;
}

bool
when_parse(const char *s, int64_t *ret)
{
	struct tm tm = {0};
	int year = digits(&s, 4);
	if (year < 1970 || !skip(&s, '-'))
		return false;
	int month = digits(&s, 2);
	if (month < 1 || month > 12 || !skip(&s, '-'))
		return false;
	int day = digits(&s, 2);
	if (day < 1 || (!skip(&s, 'T') && !skip(&s, 't')))
		return false;
	tm.tm_hour = digits(&s, 2);
	if (tm.tm_hour < 0 || tm.tm_hour > 23 || !skip(&s, ':'))
		return false;
	tm.tm_min = digits(&s, 2);
	if (tm.tm_min < 0 || tm.tm_min > 59 || !skip(&s, ':'))
		return false;
	tm.tm_sec = digits(&s, 2);
	if (tm.tm_sec < 0 || tm.tm_sec > 60)
		return false;
	if (skip(&s, '.')) {
		if (digits(&s, 1) < 0)
			return false;
		while (digits(&s, 1) >= 0)
			;
	}
	int offset;
	if (!offset_parse(s, &offset))
		return false;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	time_t t = timegm(&tm);
	if (tm.tm_mday != day || tm.tm_mon != month - 1)
		return false; /* 31 April became 1 May */
	*ret = (int64_t)t - offset;
	return true;
}

const char *
when_text(int64_t t, char buf[WHEN_TEXT])
{
	struct tm tm;
	time_t tt = (time_t)t;
	if (gmtime_r(&tt, &tm) == NULL || tm.tm_year > 9999 - 1900)
		tm = (struct tm){.tm_year = 9999 - 1900, .tm_mon = 11, .tm_mday = 31};
	strftime(buf, WHEN_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}

int64_t
when_now(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec;
}

int64_t
when_monotonic_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
