#include "base/zone.h"

#include <ftw.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ucal.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/tzif.h"

enum {
	MAX_NAME = 64,
	MAX_ZONES = 2000, /* tzdata has 600 */
	MAX_FILE = 64 << 10,
	OPEN_AT_ONCE = 8,
	DAY_S = 86400,
};

static const char place[] = "/usr/share/zoneinfo/";

/* Names of UTC that neither IANA nor Windows has: Exchange's, and its display name. */
static const char *const utc_names[] = {"tzone://Microsoft/Utc",
	"(UTC) Coordinated Universal Time", "Coordinated Universal Time"};

struct zone {
	const char *name;
	struct tzif rules;
};

/* All zones, by name. Written once, by the first that asks. */
static struct {
	struct arena *arena;
	struct zone list[MAX_ZONES];
	size_t n;
} zones;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* What stands there and is no place's zone: the same again, leap seconds counted, the
 * machine's own zone, and two for want of one. */
static const char *const left_out[] = {
	"posix", "right", "localtime", "posixrules", "Factory"};

static bool
is_left_out(const char *name)
{
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (strcmp(name, left_out[i]) == 0)
			return true;
	return false;
}

static int
load_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct zone *z = &zones.list[zones.n];
	struct arena *a = zones.arena;
	char *bytes;
	size_t size;
	(void)st;
	if (ftw->level == 1 && is_left_out(path + ftw->base))
		return type == FTW_D ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
	if (type != FTW_F || zones.n == MAX_ZONES)
		return FTW_CONTINUE;
	if (file_read(a, path, MAX_FILE, &bytes, &size, NULL) == ERR_NONE &&
		tzif_read(bytes, size, &z->rules)) {
		z->name = arena_strdup(a, path + sizeof place - 1);
		zones.n++;
	}
	return FTW_CONTINUE;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct zone *)a)->name, ((const struct zone *)b)->name);
}

static void
load(void)
{
	zones.arena = arena_new(0);
	if (zones.arena == NULL)
		return;
	nftw(place, load_one, OPEN_AT_ONCE, FTW_ACTIONRETVAL);
	qsort(zones.list, zones.n, sizeof *zones.list, by_name);
}

static const struct zone *
find_iana(const char *name)
{
	struct zone key = {.name = name};
	return bsearch(&key, zones.list, zones.n, sizeof *zones.list, by_name);
}

/* By CLDR's table; the zone is the one of the region that Windows' zone is named for. */
static const struct zone *
find_windows(const char *name)
{
	UChar given[MAX_NAME], found[MAX_NAME];
	char iana[MAX_NAME];
	UErrorCode e = U_ZERO_ERROR;
	size_t n = strnlen(name, MAX_NAME);
	if (n == 0 || n == MAX_NAME)
		return NULL;
	for (size_t i = 0; i <= n; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return NULL;
		given[i] = (UChar)name[i];
	}
	int32_t size =
		ucal_getTimeZoneIDForWindowsID(given, -1, NULL, found, MAX_NAME, &e);
	if (U_FAILURE(e) || size <= 0 || size >= MAX_NAME)
		return NULL;
	for (int32_t i = 0; i <= size; i++)
		iana[i] = (char)found[i]; /* ASCII, as all of IANA's */
	return find_iana(iana);
}

static const struct zone *
find(const char *name)
{
	for (size_t i = 0; i < sizeof utc_names / sizeof *utc_names; i++)
		if (strcmp(name, utc_names[i]) == 0)
			name = "Etc/UTC";
	const struct zone *z = find_iana(name);
	return z != NULL ? z : find_windows(name);
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

/*
 * Around a change of the clock an hour has two instants or none: it is read by what held the
 * day before and by what holds the day after, and kept when the clock did show it then.
 */
int64_t
zone_by_rules(
	int (*offset)(const void *rules, int64_t t), const void *rules, int64_t local)
{
	int before = offset(rules, local - DAY_S), after = offset(rules, local + DAY_S);
	int64_t first = local - before, second = local - after;
	bool shown = offset(rules, first) == before;
	bool shown_after = offset(rules, second) == after;
	return shown_after && (!shown || second < first) ? second : first;
}

static int
tzdata_offset(const void *rules, int64_t t)
{
	return tzif_offset(rules, t);
}

bool
zone_instant(const char *name, const struct tm *t, int64_t *ret)
{
	pthread_once(&once, load);
	struct tm copy = *t;
	const struct zone *z = is_date(t) ? find(name) : NULL;
	if (z == NULL)
		return false;
	int64_t found = zone_by_rules(tzdata_offset, &z->rules, (int64_t)timegm(&copy));
	if (found < 0)
		return false;
	*ret = found;
	return true;
}

void
zone_setup(void)
{
	struct tm t = {.tm_year = 126, .tm_mday = 1};
	int64_t ignored;
	tzset(); /* timegm looks for the process's own zone */
	zone_instant("W. Europe Standard Time", &t, &ignored);
}
