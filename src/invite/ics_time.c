#include "invite/ics_time.h"

#include <string.h>

#include "base/zone.h"

/* n digits at *s, which moves past them; -1 when they are not there. */
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

/* As a calendar and a clock have them: a leap second is one, "24:00" is a day's end. */
static bool
is_time(const struct tm *tm)
{
	return tm->tm_mon < 12 && tm->tm_mday <= 31 && tm->tm_hour <= 24 &&
	       tm->tm_min < 60 && tm->tm_sec <= 60;
}

struct ics_clock
ics_clock(const char *s, const char *zone)
{
	struct ics_clock c = {.given = true, .zone = zone};
	int year = digits(&s, 4);
	c.tm.tm_year = year - 1900;
	c.tm.tm_mon = year >= 0 ? digits(&s, 2) - 1 : -1;
	c.tm.tm_mday = c.tm.tm_mon >= 0 ? digits(&s, 2) : -1;
	bool read = c.tm.tm_mday > 0;
	c.date = read && *s == '\0';
	if (read && *s == 'T') {
		s++;
		c.tm.tm_hour = digits(&s, 2);
		c.tm.tm_min = c.tm.tm_hour >= 0 ? digits(&s, 2) : -1;
		c.tm.tm_sec = c.tm.tm_min >= 0 ? digits(&s, 2) : -1;
		c.utc = *s == 'Z';
		read = c.tm.tm_sec >= 0 && s[c.utc] == '\0';
	} else {
		read &= c.date;
	}
	c.in_order = read && is_time(&c.tm);
	if (!c.in_order) /* a time all the same, whoever counts with it */
		c.tm = (struct tm){.tm_mday = 1};
	return c;
}

/* "/mozilla.org/20050126_1/Europe/Berlin": the longest end of it that is a zone. */
static bool
in_zone(const char *zone, const struct tm *tm, int64_t *ret)
{
	if (*zone != '/')
		return zone_instant(zone, tm, ret);
	for (const char *name = zone; name != NULL; name = strchr(name + 1, '/'))
		if (zone_instant(name + 1, tm, ret))
			return true;
	return false;
}

bool
ics_instant(const struct ics_zones *zones, const struct ics_clock *c, int64_t *ret)
{
	const char *zone = c->utc ? "UTC" : c->zone != NULL ? c->zone : zones->calendar;
	if (zone == NULL && c->date)
		zone = "UTC";
	if (!c->in_order || zone == NULL)
		return false;
	if (in_zone(zone, &c->tm, ret))
		return true;
	for (size_t i = 0; i < zones->n_own; i++)
		if (strcmp(zones->own[i].name, zone) == 0)
			return in_zone(zones->own[i].zone, &c->tm, ret);
	return false;
}

int64_t
ics_duration(const char *s)
{
	static const struct {
		char unit;
		int seconds;
	} units[] = {
		{'W', 7 * ICS_DAY_S}, {'D', ICS_DAY_S}, {'H', 3600}, {'M', 60}, {'S', 1}};
	int64_t total = 0;
	s += *s == '+';
	if (*s++ != 'P')
		return 0;
	while (*s != '\0') {
		int64_t n = 0;
		size_t u = 0;
		s += *s == 'T';
		size_t len = strspn(s, "0123456789");
		if (len == 0 || len > 7)
			return 0;
		for (; len > 0; len--)
			n = n * 10 + (*s++ - '0');
		while (u < sizeof units / sizeof *units && units[u].unit != *s)
			u++;
		if (u == sizeof units / sizeof *units)
			return 0;
		total += n * units[u].seconds;
		if (total > ICS_MAX_DURATION_S)
			return 0;
		s++;
	}
	return total;
}
