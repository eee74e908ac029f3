#include "base/zone.h"

#include <string.h>
#include <time.h>
#include <unicode/ucal.h>
#include <unicode/uclean.h>
#include <unicode/ustring.h>

enum { MAX_NAME = 64 };

/* Names of UTC that neither IANA nor Windows has: Exchange's, and its display name. */
static const char *const utc_names[] = {"tzone://Microsoft/Utc",
	"(UTC) Coordinated Universal Time", "Coordinated Universal Time"};

/* IANA's name of what `name` is, in UTF-16; false: unknown. */
static bool
find(const char *name, UChar ret[MAX_NAME])
{
	UChar given[MAX_NAME], canonical[MAX_NAME];
	UErrorCode e = U_ZERO_ERROR;
	UBool known = false;
	for (size_t i = 0; i < sizeof utc_names / sizeof *utc_names; i++)
		if (strcmp(name, utc_names[i]) == 0)
			name = "UTC";
	size_t n = strnlen(name, MAX_NAME);
	if (n == 0 || n == MAX_NAME)
		return false;
	for (size_t i = 0; i <= n; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return false;
		given[i] = (UChar)name[i];
	}
	ucal_getCanonicalTimeZoneID(given, -1, canonical, MAX_NAME, &known, &e);
	if (U_SUCCESS(e) && known) {
		u_strcpy(ret, given);
		return true;
	}
	e = U_ZERO_ERROR;
	int32_t size = ucal_getTimeZoneIDForWindowsID(given, -1, NULL, ret, MAX_NAME, &e);
	return U_SUCCESS(e) && size > 0 && size < MAX_NAME;
}

static bool
is_date(const struct tm *t)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = t->tm_year + 1900;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return year >= 1970 && year <= 9999 && t->tm_mon >= 0 && t->tm_mon < 12 &&
	       t->tm_mday >= 1 &&
	       t->tm_mday <= days[t->tm_mon] + (leap && t->tm_mon == 1) &&
	       t->tm_hour >= 0 && t->tm_hour <= 23 && t->tm_min >= 0 && t->tm_min <= 59 &&
	       t->tm_sec >= 0 && t->tm_sec <= 60;
}

bool
zone_instant(const char *zone, const struct tm *t, int64_t *ret)
{
	UChar id[MAX_NAME];
	UErrorCode e = U_ZERO_ERROR;
	if (!is_date(t) || !find(zone, id))
		return false;
	UCalendar *c = ucal_open(id, -1, "en_US_POSIX", UCAL_GREGORIAN, &e);
	if (U_FAILURE(e))
		return false;
	ucal_setAttribute(c, UCAL_REPEATED_WALL_TIME, UCAL_WALLTIME_FIRST);
	ucal_setAttribute(c, UCAL_SKIPPED_WALL_TIME, UCAL_WALLTIME_LAST);
	ucal_clear(c);
	ucal_setDateTime(c, t->tm_year + 1900, t->tm_mon, t->tm_mday, t->tm_hour,
		t->tm_min, t->tm_sec, &e);
	double ms = ucal_getMillis(c, &e);
	ucal_close(c);
	if (U_FAILURE(e) || ms < 0)
		return false;
	*ret = (int64_t)(ms / 1000);
	return true;
}

/* ICU keeps what it has once opened. Debian's also looks for newer rules in
 * /usr/share/zoneinfo-icu, file by file when first needed, so all that is used later is used
 * here. */
void
zone_setup(void)
{
	static const char *const names[] = {
		"Etc/UTC", "W. Europe Standard Time", "no zone"};
	struct tm t = {.tm_year = 126, .tm_mday = 1};
	int64_t ignored;
	UErrorCode e = U_ZERO_ERROR;
	u_init(&e);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		zone_instant(names[i], &t, &ignored);
}
