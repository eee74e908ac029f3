#include "base/tzif.h"

#include <string.h>

enum { HEAD = 44, DAY_S = 86400, MAX_HOURS = 167 };

static int64_t
number(const unsigned char *s, size_t n)
{
	uint64_t v = (s[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | s[i];
	return (int64_t)v;
}

/* The counts of a header, in their order in the file. */
struct counts {
	size_t is_ut, is_standard, leaps, instants, offsets, chars;
};

static bool
read_counts(const unsigned char *s, size_t n, struct counts *ret)
{
	size_t *to[] = {&ret->is_ut, &ret->is_standard, &ret->leaps, &ret->instants,
		&ret->offsets, &ret->chars};
	if (n < HEAD || memcmp(s, "TZif", 4) != 0 || s[4] < '2')
		return false;
	for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
		int64_t v = number(s + 20 + 4 * i, 4);
		if (v < 0 || v > (1 << 20))
			return false;
		*to[i] = (size_t)v;
	}
	return ret->offsets > 0;
}

/* Bytes of the data after a header; an instant has 4 of them in the first part of a file, 8
 * in the second. */
static size_t
data_size(const struct counts *c, size_t instant)
{
	return c->instants * (instant + 1) + c->offsets * 6 + c->chars +
	       c->leaps * (instant + 4) + c->is_standard + c->is_ut;
}

/* The rule after the last instant, written as POSIX has it in TZ: "CET-1CEST,M3.5.0,M10.5.0/3"
 */

static bool
skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
read_number(const char **s, int max, int *ret)
{
	int v = 0;
	if (**s < '0' || **s > '9')
		return false;
	while (**s >= '0' && **s <= '9' && v <= max)
		v = v * 10 + (*(*s)++ - '0');
	*ret = v;
	return v <= max;
}

/* "-2:30:00" in seconds. */
static bool
read_hours(const char **s, int *ret)
{
	int h, m = 0, sec = 0, sign = skip(s, '-') ? -1 : 1;
	skip(s, '+');
	if (!read_number(s, MAX_HOURS, &h) ||
		(skip(s, ':') && (!read_number(s, 59, &m) ||
					 (skip(s, ':') && !read_number(s, 59, &sec)))))
		return false;
	*ret = sign * (h * 3600 + m * 60 + sec);
	return true;
}

/* "CET" or "<+01>". */
static bool
skip_name(const char **s)
{
	const char *from = *s;
	if (skip(s, '<')) {
		*s += strcspn(*s, ">");
		return skip(s, '>');
	}
	*s += strspn(*s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	return *s > from;
}

/* ",M3.5.0/2" */
static bool
read_day(const char **s, struct tzif_day *ret)
{
	struct tzif_day d = {.seconds = 2 * 3600};
	bool ok = skip(s, ',');
	if (ok && skip(s, 'M')) {
		ok = read_number(s, 12, &d.month) && d.month > 0 && skip(s, '.') &&
		     read_number(s, 5, &d.week) && d.week > 0 && skip(s, '.') &&
		     read_number(s, 6, &d.weekday);
	} else if (ok) {
		d.form = skip(s, 'J') ? TZIF_JULIAN : TZIF_ORDINAL;
		ok = read_number(s, 365, &d.day) && (d.form == TZIF_ORDINAL || d.day > 0);
	}
	*ret = d;
	return ok && (!skip(s, '/') || read_hours(s, &ret->seconds));
}

static bool
read_rule(const char *s, struct tzif_rule *ret)
{
	struct tzif_rule r = {.given = true};
	if (!skip_name(&s) || !read_hours(&s, &r.standard))
		return false;
	r.standard = -r.standard; /* POSIX counts to the west */
	r.summer = r.standard + 3600;
	if (*s != '\0') {
		r.two = true;
		if (!skip_name(&s))
			return false;
		if (*s != ',') {
			if (!read_hours(&s, &r.summer))
				return false;
			r.summer = -r.summer;
		}
		if (!read_day(&s, &r.begins) || !read_day(&s, &r.ends) || *s != '\0')
			return false;
	}
	*ret = r;
	return true;
}

static bool
read_footer(const unsigned char *s, size_t n, struct tzif_rule *ret)
{
	char text[128];
	const unsigned char *end =
		n > 0 && s[0] == '\n' ? memchr(s + 1, '\n', n - 1) : NULL;
	size_t len = end != NULL ? (size_t)(end - s) - 1 : sizeof text;
	if (len >= sizeof text)
		return false;
	memcpy(text, s + 1, len);
	text[len] = '\0';
	return len == 0 || read_rule(text, ret);
}

bool
tzif_read(const char *bytes, size_t size, struct tzif *ret)
{
	const unsigned char *s = (const unsigned char *)bytes;
	struct counts c;
	struct tzif z = {0};
	if (!read_counts(s, size, &c) || size - HEAD < data_size(&c, 4))
		return false;
	size_t first = HEAD + data_size(&c, 4);
	s += first;
	size -= first;
	if (!read_counts(s, size, &c) || size - HEAD < data_size(&c, 8))
		return false;
	z.n_instants = c.instants;
	z.n_offsets = c.offsets;
	z.instants = s + HEAD;
	z.kinds = z.instants + 8 * c.instants;
	z.offsets = z.kinds + c.instants;
	size_t second = HEAD + data_size(&c, 8);
	for (size_t i = 0; i < z.n_instants; i++)
		if (z.kinds[i] >= z.n_offsets)
			return false;
	if (!read_footer(s + second, size - second, &z.rule))
		return false;
	*ret = z;
	return true;
}

/* Days from 1970 to the first of that year, and the other way; not before 1970. */
static int64_t
days_to(int64_t year)
{
	int64_t y = year - 1;
	return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

static int64_t
year_of(int64_t days)
{
	int64_t year = 1970 + days / 366;
	while (days_to(year + 1) <= days)
		year++;
	return year;
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The day of the year, from 0. */
static int
day_in(const struct tzif_day *d, int64_t year)
{
	static const int months[] = {
		0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	bool leap = is_leap(year);
	if (d->form == TZIF_ORDINAL)
		return d->day;
	if (d->form == TZIF_JULIAN)
		return d->day - 1 + (leap && d->day >= 60);
	int first = months[d->month - 1] + (leap && d->month > 2);
	int next = months[d->month] + (leap && d->month >= 2);
	int weekday =
		(int)((days_to(year) + first + 4) % 7); /* 1970 began on a Thursday */
	int day = first + (d->weekday - weekday + 7) % 7 + 7 * (d->week - 1);
	return day < next ? day : day - 7;
}

static int
offset_by_rule(const struct tzif_rule *r, int64_t t)
{
	int64_t days = (t + r->standard) / DAY_S;
	if (!r->two || days < 0)
		return r->standard;
	int64_t year = year_of(days), first = days_to(year) * DAY_S;
	int64_t begins = first + (int64_t)day_in(&r->begins, year) * DAY_S +
			 r->begins.seconds - r->standard;
	int64_t ends = first + (int64_t)day_in(&r->ends, year) * DAY_S + r->ends.seconds -
		       r->summer;
	bool summer = begins < ends ? begins <= t && t < ends : begins <= t || t < ends;
	return summer ? r->summer : r->standard;
}

int
tzif_offset(const struct tzif *z, int64_t t)
{
	size_t low = 0, high = z->n_instants; /* how many lie at or before t */
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (number(z->instants + 8 * mid, 8) <= t)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->n_instants && z->rule.given)
		return offset_by_rule(&z->rule, t);
	size_t kind = low > 0 ? z->kinds[low - 1] : 0;
	return (int)number(z->offsets + 6 * kind, 4);
}
