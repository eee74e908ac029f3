/* CalDAV against a server that others wrote: Debian's Radicale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/when.h"
#include "core.h"
#include "help/help.h"
#include "help/radicale.h"
#include "reader/reader.h"

enum {
	NOW = 1795532400 /* 2026-11-24T15:00:00Z */,
	PATIENCE_MS = 20 * 1000,
	LATER_S = 90
};

struct world {
	struct arena *a;
	struct radicale server;
	struct core *c;
	struct err err;
};

static atomic_llong wall, mono;

static int64_t
now(void)
{
	return atomic_load(&wall);
}

static int64_t
monotonic(void)
{
	return atomic_load(&mono);
}

static void
ok(struct world *w, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", w->err.code, w->err.text, w->err.cure);
}

static void
put_link(struct world *w, const char *path, const char *password)
{
	struct link l = {.name = "dav",
		.kind = "caldav",
		.url = arena_printf(w->a, "%s%s", w->server.url, path),
		.user = RADICALE_USER,
		.insecure_loopback = true};
	ok(w, core_link_put(w->c, &l, password, true, "test", &w->err));
}

static void
put_room(struct world *w, const char *name, const char *mailbox)
{
	struct room r = {.name = name, .mailbox = mailbox, .link = "dav"};
	ok(w, core_room_put(w->c, &r, true, "test", &w->err));
}

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct world *w = arena_one(a, struct world);
	static const char *const below[] = {"state", "scratch"};
	const char *dir = help_tmpdir(a);
	log_threshold(LOG_LEVEL_ERROR);
	atomic_store(&wall, NOW);
	atomic_store(&mono, 1000 * 1000);
	w->a = a;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(mkdir(arena_printf(a, "%s/%s", dir, below[i]), 0700), 0);
	radicale_start(a, &w->server);
	radicale_send(&w->server, "MKCALENDAR", "/convoke/sea-38/", "");
	struct core_config config = {.state_dir = arena_printf(a, "%s/state", dir),
		.patterns = help_path(a, "patterns"),
		.providers = help_path(a, "providers"),
		.credentials = arena_printf(a, "%s/credentials", dir),
		.scratch = arena_printf(a, "%s/scratch", dir),
		.poll_far_s = 60,
		.now = now,
		.monotonic_ms = monotonic};
	ok(w, core_start(&config, &w->c, &w->err));
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;
	core_stop(w->c);
	radicale_stop(&w->server);
	arena_free(w->a);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static const struct room_status *
status_of(struct world *w, const char *room)
{
	struct core_status *s = arena_one(w->a, struct core_status);
	core_status(w->c, w->a, s);
	for (size_t i = 0; i < s->n_rooms; i++)
		if (strcmp(s->rooms[i].room, room) == 0)
			return &s->rooms[i];
	fail_msg("no room %s", room);
	return NULL;
}

/* A while later: what the room has then, as "HH:MM SUBJECT PROVIDER" each. */
static const char *
poll_room(struct world *w, const char *room)
{
	const struct room_status *s;
	int64_t until = when_monotonic_ms() + PATIENCE_MS;
	atomic_fetch_add(&wall, LATER_S);
	atomic_fetch_add(&mono, LATER_S * 1000);
	do { /* a poll that was under way before is of an earlier time: then it is due again */
		core_refresh(w->c, room, PATIENCE_MS);
		s = status_of(w, room);
	} while (s->synced_at != now() && s->err.grade == ERR_NONE &&
		 when_monotonic_ms() < until);
	if (s->synced_at != now() || s->err.grade != ERR_NONE)
		return arena_printf(w->a, "%s: %s", s->err.code, s->err.text);
	struct agenda *g = core_agenda(w->c, room);
	const char *text = "";
	char start[WHEN_TEXT];
	for (size_t i = 0; i < g->n_meetings; i++) {
		const struct agenda_meeting *m = &g->meetings[i];
		text = arena_printf(w->a, "%s%s%.11s %s%s%s", text, i > 0 ? "; " : "",
			when_text(m->event.start, start) + 5,
			m->event.subject != NULL ? m->event.subject : "-",
			m->extraction->n_meetings > 0 ? " " : "",
			m->extraction->n_meetings > 0
				? m->extraction->meetings[0].provider
				: "");
	}
	agenda_unref(g);
	return text;
}

static unsigned long
requests(struct world *w, const char *room)
{
	return (unsigned long)status_of(w, room)->requests_hour;
}

static void
put_event(struct world *w, const char *name, const char *lines)
{
	radicale_send(&w->server, "PUT",
		arena_printf(w->a, "/convoke/sea-38/%s.ics", name),
		arena_printf(w->a,
			"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Northwind//EN\r\n"
			"BEGIN:VEVENT\r\nUID:%s@example.com\r\nDTSTAMP:20261101T000000Z\r\n"
			"%sEND:VEVENT\r\nEND:VCALENDAR\r\n",
			name, lines));
}

#define REVIEW(start)                                                                    \
	"DTSTART:20261124T" start "00Z\r\nDURATION:PT1H\r\nSUMMARY:Review\r\n"           \
	"LOCATION:https://northwind.zoom.us/j/91847302265\r\n"

static void
a_calendar_is_found_by_its_name_and_followed(void **state)
{
	struct world *w = *state;
	put_link(w, "/", RADICALE_PASSWORD);
	put_event(w, "review", REVIEW("1500"));
	put_room(w, "SEA", "sea-38");
	assert_string_equal(poll_room(w, "SEA"), "11-24T15:00 Review zoom");

	/* nothing has changed: one request tells */
	unsigned long had = requests(w, "SEA");
	assert_string_equal(poll_room(w, "SEA"), "11-24T15:00 Review zoom");
	assert_int_equal(requests(w, "SEA") - had, 1);

	put_event(w, "review", REVIEW("1630"));
	assert_string_equal(poll_room(w, "SEA"), "11-24T16:30 Review zoom");
	put_event(w, "lunch",
		"DTSTART:20261125T110000Z\r\nDTEND:20261125T120000Z\r\nSUMMARY:Lunch\r\n");
	assert_string_equal(
		poll_room(w, "SEA"), "11-24T16:30 Review zoom; 11-25T11:00 Lunch");
	radicale_send(&w->server, "DELETE", "/convoke/sea-38/review.ics", "");
	assert_string_equal(poll_room(w, "SEA"), "11-25T11:00 Lunch");
}

static void
a_series_goes_on_while_nothing_changes(void **state)
{
	struct world *w = *state;
	put_link(w, "/{room}/", RADICALE_PASSWORD);
	put_link(w, "/convoke/{room}/", RADICALE_PASSWORD);
	put_room(w, "SEA", "sea-38");
	put_event(w, "weekly",
		"DTSTART;TZID=Europe/Berlin:20261005T100000\r\nDURATION:PT1H\r\n"
		"RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO\r\n"
		"EXDATE;TZID=Europe/Berlin:20261214T100000\r\nSUMMARY:Fortnightly\r\n");
	assert_string_equal(poll_room(w, "SEA"), "11-30T09:00 Fortnightly");
	atomic_fetch_add(&wall, 14 * 24 * 3600);
	assert_string_equal(poll_room(w, "SEA"), ""); /* 14 December is left out */
	atomic_fetch_add(&wall, 14 * 24 * 3600);
	assert_string_equal(poll_room(w, "SEA"), "12-28T09:00 Fortnightly");
}

/* What the server no longer knows is asked for anew, and nothing is lost meanwhile. */
static void
a_forgotten_token_costs_a_full_read(void **state)
{
	struct world *w = *state;
	put_link(w, "/", RADICALE_PASSWORD);
	put_event(w, "review", REVIEW("1500"));
	put_room(w, "SEA", "/convoke/sea-38/");
	assert_string_equal(poll_room(w, "SEA"), "11-24T15:00 Review zoom");
	const char *cache = arena_printf(w->a,
		"rm -r '%s/store/collection-root/convoke/sea-38/.Radicale.cache/sync-token'",
		w->server.dir);
	assert_int_equal(system(cache), 0);
	put_event(w, "review", REVIEW("1600"));
	unsigned long had = requests(w, "SEA");
	assert_string_equal(poll_room(w, "SEA"), "11-24T16:00 Review zoom");
	assert_int_equal(
		requests(w, "SEA") - had, 3); /* refused; its state; its events */
	had = requests(w, "SEA");
	assert_string_equal(poll_room(w, "SEA"), "11-24T16:00 Review zoom");
	assert_int_equal(requests(w, "SEA") - had, 1);
}

static const struct link_finding *
finding(struct world *w, const char *subject)
{
	const struct link_finding *f;
	size_t n;
	ok(w, core_link_test(w->c, w->a, "dav", NULL, 0, &f, &n, &w->err));
	for (size_t i = 0; i < n; i++)
		if (strcmp(f[i].subject, subject) == 0)
			return &f[i];
	fail_msg("nothing is found of %s", subject);
	return NULL;
}

static void
troubles_name_their_cures(void **state)
{
	struct world *w = *state;
	put_link(w, "/", RADICALE_PASSWORD);
	put_event(w, "review", REVIEW("1500"));
	put_room(w, "SEA", "sea-38");
	put_room(w, "ORD", "ord-1");
	assert_true(finding(w, "login")->ok);
	assert_string_equal(
		finding(w, "SEA")->detail, "1 events within a day, 1 to join");
	assert_false(finding(w, "ORD")->ok);
	assert_non_null(
		strstr(finding(w, "ORD")->detail, "no calendar that is called ord-1"));
	assert_non_null(strstr(finding(w, "ORD")->cure, "convoke room set"));

	put_link(w, "/", "wrong");
	assert_false(finding(w, "login")->ok);
	assert_non_null(strstr(finding(w, "login")->cure, "--ask-password"));
	assert_non_null(strstr(poll_room(w, "SEA"), "password"));
	put_link(w, "/", RADICALE_PASSWORD);
	assert_string_equal(poll_room(w, "SEA"), "11-24T15:00 Review zoom");
}

static void
what_cannot_be_a_link_or_room_is_refused(void **state)
{
	struct world *w = *state;
	struct link l = {.name = "dav", .kind = "caldav", .user = RADICALE_USER};
	static const char *const urls[] = {"https://cal.example.com/{user}/",
		"https://cal.example.com/{room}x/", "https://{room}.example.com/",
		"https://cal.example.com/?room={room}", "http://cal.example.com/{room}/",
		"https://cal.example.com/{room}/{room}/"};
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		l.url = urls[i];
		assert_int_equal(
			core_link_put(w->c, &l, "x", true, "test", &w->err), ERR_CONFIG);
	}
	put_link(w, "/", RADICALE_PASSWORD);
	static const char *const mailboxes[] = {"", "..", "a/b", "/a/../b/", "//evil/",
		"/a b/", "/a/%2e%2E/b/", "https://cal.example.com/a/", "a\nb"};
	for (size_t i = 0; i < sizeof mailboxes / sizeof *mailboxes; i++) {
		struct room r = {.name = "X", .mailbox = mailboxes[i], .link = "dav"};
		if (core_room_put(w->c, &r, true, "test", &w->err) != ERR_CONFIG)
			fail_msg("taken: %s", mailboxes[i]);
	}
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	http_setup();
	const struct CMUnitTest tests[] = {
		TEST(a_calendar_is_found_by_its_name_and_followed),
		TEST(a_series_goes_on_while_nothing_changes),
		TEST(a_forgotten_token_costs_a_full_read),
		TEST(troubles_name_their_cures),
		TEST(what_cannot_be_a_link_or_room_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
