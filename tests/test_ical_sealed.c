/* Files of a room from the disk through the sealed reader; every zone that there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unicode/ucal.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "calendar/bundle.h"
#include "calendar/ical.h"
#include "core/directory.h"
#include "help/help.h"
#include "reader/reader.h"

enum { FROM = 1795478400 /* 2026-11-24T00:00:00Z */, DAY = 86400 };

struct place {
	struct arena *a;
	const char *dir; /* of the rooms */
	struct reader *reader;
	struct poll *polls[64]; /* results live as long as they */
	size_t n_polls;
	struct err err;
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct place *p = arena_one(a, struct place);
	p->a = a;
	p->dir = help_tmpdir(a);
	mkdir(arena_printf(a, "%s/room", p->dir), 0755);
	p->reader =
		reader_new(&(struct reader_config){.patterns = help_path(a, "patterns"),
			.providers = help_path(a, "providers")});
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;
	for (size_t i = 0; i < p->n_polls; i++)
		calendar_ics.end(p->polls[i]);
	reader_free(p->reader);
	arena_free(p->a);
	return 0;
}

static void
put_file(struct place *p, const char *name, const char *text)
{
	static time_t when = 1700000000; /* long ago, each later than the one before */
	const char *path = arena_printf(p->a, "%s/room/%s", p->dir, name);
	when++;
	struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
	help_write(path, text, strlen(text));
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static const char *
event(struct place *p, const char *uid, const char *start)
{
	return arena_printf(p->a,
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTART:%s\r\nDURATION:PT1H\r\n"
		"SUMMARY:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
		uid, start, uid);
}

/* One poll, by what was known and found before. */
static struct poll_result
poll_once(struct place *p, const struct poll_result *before)
{
	size_t n = before != NULL ? before->n_seen : 0, size;
	struct known_event *known = arena_many(p->a, struct known_event, n);
	for (size_t i = 0; i < n; i++)
		known[i] = (struct known_event){
			before->seen[i].event.id, before->seen[i].event.change_key, true};
	const struct calendar_link link = {.name = "files", .url = p->dir};
	const struct poll_room room = {.mailbox = "room",
		.known = known,
		.n_known = n,
		.cursor = before != NULL ? before->cursor : NULL};
	struct poll *poll = calendar_ics.begin(&link, &room, 1, FROM, FROM + 7 * DAY);
	struct http_ask ask;
	int op;
	assert_true(p->n_polls < 64);
	p->polls[p->n_polls++] = poll;
	while (calendar_ics.ask(poll, p->a, &ask, &op)) {
		struct http_answer http;
		struct reply *reply = arena_one(p->a, struct reply);
		struct buf b;
		if (directory_do(&ask, p->a, &http, &p->err) != ERR_NONE) {
			calendar_ics.take(poll, NULL, NULL, &p->err);
			continue;
		}
		buf_init(&b, p->a);
		calendar_ics.preface(poll, &b);
		buf_add(&b, http.body, http.body_size);
		size = b.n;
		assert_int_equal(reader_read(p->reader, p->a, "ics", op, "US", b.s, size,
					 reply, &p->err),
			ERR_NONE);
		calendar_ics.take(poll, &http, reply, NULL);
	}
	struct poll_result r =
		*calendar_ics.results(poll); /* the poll lives as long as it */
	if (r.cursor != NULL)
		r.cursor = arena_strdup(p->a, r.cursor);
	return r;
}

static bool
has(const struct poll_result *r, const char *id)
{
	for (size_t i = 0; i < r->n_seen; i++)
		if (strcmp(r->seen[i].event.id, id) == 0)
			return true;
	return false;
}

static void
what_has_not_changed_is_not_read(void **state)
{
	struct place *p = *state;
	put_file(p, "a.ics", event(p, "a", "20261124T090000Z"));
	put_file(p, "later.ics", event(p, "later", "20261201T120000Z"));
	put_file(p, ".hidden.ics", event(p, "hidden", "20261124T090000Z"));
	put_file(p, "a.ics.tmp", event(p, "tmp", "20261124T090000Z"));
	struct poll_result r = poll_once(p, NULL);
	assert_int_equal(r.err.grade, ERR_NONE);
	assert_int_equal(r.n_seen, 1);
	assert_true(has(&r, "a") && !r.unchanged);
	r = poll_once(p, &r);
	assert_true(r.unchanged && has(&r, "a"));
	r = poll_once(p, &r);
	assert_true(r.unchanged);
	put_file(p, "b.ics", event(p, "b", "20261125T090000Z"));
	r = poll_once(p, &r);
	assert_true(!r.unchanged && has(&r, "a") && has(&r, "b"));
	unlink(arena_printf(p->a, "%s/room/a.ics", p->dir));
	r = poll_once(p, &r);
	assert_true(!has(&r, "a") && has(&r, "b"));
}

static void
a_half_written_file_removes_nothing(void **state)
{
	struct place *p = *state;
	const char *whole = event(p, "a", "20261124T090000Z");
	put_file(p, "a.ics", whole);
	put_file(p, "b.ics", event(p, "b", "20261124T100000Z"));
	struct poll_result r = poll_once(p, NULL);
	assert_int_equal(r.n_seen, 2);
	for (size_t n = 0; n + 20 < strlen(whole); n += 13) {
		put_file(p, "a.ics", arena_strndup(p->a, whole, n));
		put_file(p, "b.ics",
			event(p, "b", n % 2 ? "20261124T100000Z" : "20261124T110000Z"));
		r = poll_once(p, &r);
		assert_int_equal(r.err.grade, ERR_NONE);
		assert_non_null(r.unread);
		assert_string_equal(r.unread->code, "not_whole");
		assert_true(has(&r, "a") && has(&r, "b"));
	}
	put_file(p, "a.ics", event(p, "a2", "20261124T090000Z"));
	r = poll_once(p, &r);
	assert_null(r.unread);
	assert_true(!has(&r, "a") && has(&r, "a2") && has(&r, "b"));
}

static void
nothing_is_followed(void **state)
{
	struct place *p = *state;
	const char *secret = arena_printf(p->a, "%s/secret.ics", p->dir);
	const char *whole = event(p, "secret", "20261124T090000Z");
	help_write(secret, whole, strlen(whole));
	assert_int_equal(
		symlink(secret, arena_printf(p->a, "%s/room/link.ics", p->dir)), 0);
	assert_int_equal(mkfifo(arena_printf(p->a, "%s/room/pipe.ics", p->dir), 0600), 0);
	struct poll_result r = poll_once(p, NULL);
	assert_int_equal(r.err.grade, ERR_NONE);
	assert_int_equal(r.n_seen, 0);
	assert_string_equal(r.unread->code, "file_unreadable");

	const char *room = arena_printf(p->a, "%s/room", p->dir);
	assert_int_equal(chmod(room, 0777), 0);
	r = poll_once(p, NULL);
	assert_string_equal(r.err.code, "directory_open");
	assert_int_equal(rename(room, arena_printf(p->a, "%s/moved", p->dir)), 0);
	assert_int_equal(symlink("moved", room), 0);
	r = poll_once(p, NULL);
	assert_string_equal(r.err.code, "no_room_directory");
	assert_false(r.of_link);
	unlink(room);
	p->dir = arena_printf(p->a, "%s/none", p->dir);
	r = poll_once(p, NULL);
	assert_string_equal(r.err.code, "no_directory");
	assert_true(r.of_link);
}

static void
add_zone(struct place *p, struct buf *b, const char *zone, size_t *n)
{
	(void)p;
	buf_printf(b,
		"BEGIN:VEVENT\r\nUID:z%zu\r\nDTSTART;TZID=%s:20261126T120000\r\nDURATION:PT1H\r\n"
		"SUMMARY:%s\r\nEND:VEVENT\r\n",
		*n, zone, zone);
	(*n)++;
}

/* Names of Windows' zones, by the places that are in them. */
static void
add_windows(struct place *p, struct buf *b, const char *zone, struct buf *had, size_t *n)
{
	UChar id[80], name[80];
	char text[80];
	UErrorCode e = U_ZERO_ERROR;
	size_t len = strlen(zone);
	for (size_t i = 0; i <= len && len < 80; i++)
		id[i] = (UChar)zone[i];
	int32_t size = ucal_getWindowsTimeZoneID(id, -1, name, 80, &e);
	if (U_FAILURE(e) || size <= 0 || size >= 79)
		return;
	for (int32_t i = 0; i <= size; i++)
		text[i] = (char)name[i];
	if (strstr(had->s, arena_printf(p->a, "|%s|", text)) != NULL)
		return;
	buf_printf(had, "|%s|", text);
	add_zone(p, b, text, n);
}

static void
every_zone_is_known_in_the_sealed_reader(void **state)
{
	struct place *p = *state;
	struct buf b, had;
	char line[400], name[200], other[200];
	size_t n = 0, windows = 0;
	FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "r");
	if (f == NULL)
		fail_msg("tzdata.zi is not there (package tzdata)");
	buf_init(&b, p->a);
	buf_init(&had, p->a);
	buf_str(&b, "BEGIN:VCALENDAR\r\n");
	while (fgets(line, sizeof line, f) != NULL) {
		bool link = sscanf(line, "L %199s %199s", other, name) == 2;
		if (!link && sscanf(line, "Z %199s", name) != 1)
			continue;
		if (strcmp(name, "Factory") == 0) /* no place's */
			continue;
		add_zone(p, &b, name, &n);
		size_t before = n;
		add_windows(p, &b, name, &had, &n);
		windows += n - before;
	}
	fclose(f);
	buf_str(&b, "END:VCALENDAR\r\n");
	assert_true(n > 500 && windows > 100);
	put_file(p, "zones.ics", b.s);
	struct poll_result r = poll_once(p, NULL);
	if (r.unread != NULL)
		fail_msg("%s", r.unread->text);
	assert_int_equal(r.err.grade, ERR_NONE);
	assert_int_equal(r.n_seen, n);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TEST(what_has_not_changed_is_not_read),
		TEST(a_half_written_file_removes_nothing),
		TEST(nothing_is_followed),
		TEST(every_zone_is_known_in_the_sealed_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
