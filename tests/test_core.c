#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/when.h"
#include "core.h"
#include "help/help.h"
#include "reader/reader.h"
#include "sim/exchange.h"

#define NOW "2026-11-24T15:00:00Z"
#define WHO "uid 0 (root)"

enum { START = 1795532400, PATIENCE_MS = 20 * 1000 };

static atomic_llong wall, mono;

static int64_t
wall_now(void)
{
	return atomic_load(&wall);
}

static int64_t
mono_now(void)
{
	return atomic_load(&mono);
}

/* A server, and a core that asks it. */
struct town {
	struct arena *a;
	struct exchange *x;
	struct core *c;
	struct core_config config;
	struct err err;
};

static void
ok(struct town *t, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", t->err.code, t->err.text, t->err.cure);
}

static const char *
room_name(struct town *t, size_t i)
{
	return arena_printf(t->a, "ROOM_%02zu", i);
}

static const char *
mailbox(struct town *t, size_t i)
{
	return arena_printf(t->a, "room-%02zu@example.com", i);
}

static void
put_account(struct town *t, const char *password)
{
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	ok(t, exchange_put_account(t->x,
		      &(struct exchange_account){.user = "svc@example.com",
			      .password = password,
			      .mailbox = "svc@example.com",
			      .password_expires = "never",
			      .rights = all,
			      .rights_count = 1},
		      &t->err));
}

static void
put_meeting(struct town *t, size_t room, const char *name, const char *start, const char *end,
	const char *text)
{
	ok(t, exchange_put(t->x, mailbox(t, room),
		      &(struct exchange_meeting){.name = name,
			      .start = start,
			      .end = end,
			      .subject = "Design review",
			      .organizer = "Ann Example <ann@example.com>",
			      .text = text},
		      &t->err));
}

static void
put_rooms(struct town *t, size_t n)
{
	for (size_t i = 1; i <= n; i++) {
		ok(t, exchange_put_room(t->x,
			      &(struct exchange_room){.mailbox = mailbox(t, i)}, &t->err));
		put_meeting(t, i, "review", "now", "+60m",
			"https://northwind.zoom.us/j/91847302265?pwd=aQ\r\n");
	}
}

static void
start_core(struct town *t)
{
	ok(t, core_start(&t->config, &t->c, &t->err));
}

static void
restart_core(struct town *t)
{
	core_stop(t->c);
	t->c = NULL;
	start_core(t);
}

static struct link
hq(struct town *t)
{
	return (struct link){.name = "hq",
		.kind = "exchange",
		.url = exchange_url(t->x),
		.user = "svc@example.com",
		.insecure_loopback = true};
}

static void
put_link(struct town *t, const char *secret)
{
	struct link l = hq(t);
	ok(t, core_link_put(t->c, &l, secret, true, WHO, &t->err));
}

static void
add_room(struct town *t, size_t i)
{
	struct room r = {
		.name = room_name(t, i), .mailbox = mailbox(t, i), .link = "hq"};
	ok(t, core_room_put(t->c, &r, false, WHO, &t->err));
}

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct town *t = arena_one(a, struct town);
	log_threshold(LOG_LEVEL_ERROR);
	atomic_store(&wall, START);
	atomic_store(&mono, 1000 * 1000);
	t->a = a;
	ok(t, exchange_start(
		      &(struct exchange_config){.now = NOW, .keep = 1000}, &t->x, &t->err));
	t->config = (struct core_config){.state_dir = help_tmpdir(a),
		.patterns = help_path(a, "patterns"),
		.providers = help_path(a, "providers"),
		.site_patterns = help_tmpdir(a),
		.credentials = help_tmpdir(a),
		.scratch = help_tmpdir(a),
		.now = wall_now,
		.monotonic_ms = mono_now};
	put_account(t, "quill-7");
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct town *t = *state;
	core_stop(t->c);
	exchange_stop(t->x);
	arena_free(t->a);
	return 0;
}

static void
pass(struct town *t, int seconds)
{
	atomic_fetch_add(&wall, seconds);
	atomic_fetch_add(&mono, seconds * 1000);
	core_refresh(t->c, "", 0); /* look at the clock */
}

static struct core_status
status(struct town *t)
{
	struct core_status s;
	core_status(t->c, t->a, &s);
	return s;
}

/* Looks until it is so. */
static void
wait_for(struct town *t, bool (*is_so)(struct town *t, const struct core_status *s))
{
	int64_t until = when_monotonic_ms() + PATIENCE_MS;
	for (;;) {
		struct core_status s = status(t);
		if (is_so(t, &s))
			return;
		if (when_monotonic_ms() > until)
			fail_msg("it never came: link %s; room %s, %zu meetings",
				s.n_links > 0 ? s.links[0].err.text : "-",
				s.n_rooms > 0 ? s.rooms[0].err.text : "-",
				s.n_rooms > 0 ? s.rooms[0].meetings : 0);
		nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
	}
}

static bool
all_are_fresh(struct town *t, const struct core_status *s)
{
	(void)t;
	for (size_t i = 0; i < s->n_rooms; i++)
		if (s->rooms[i].synced_at != wall_now())
			return false;
	return true;
}

static void
set_up_site(struct town *t, size_t rooms)
{
	put_rooms(t, rooms);
	start_core(t);
	put_link(t, "quill-7");
	for (size_t i = 1; i <= rooms; i++)
		add_room(t, i);
	wait_for(t, all_are_fresh);
}

static void
a_meeting_is_seen_and_planned(void **state)
{
	struct town *t = *state;
	set_up_site(t, 1);
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_non_null(g);
	assert_int_equal(g->n_meetings, 1);
	assert_string_equal(g->meetings[0].event.subject, "Design review");
	assert_int_equal(g->meetings[0].extraction->n_meetings, 1);
	assert_string_equal(g->meetings[0].extraction->meetings[0].provider, "zoom");
	assert_true(g->meetings[0].plans[0]->has[VIA_WEB]);
	agenda_unref(g);
	struct core_status s = status(t);
	assert_int_equal(s.links[0].rooms_ok, 1);
	assert_int_equal(s.rooms[0].joinable, 1);
	assert_int_equal(s.links[0].last_good, START);
	assert_string_equal(s.links[0].server_version, "15.2.1544.9");
}

static void
a_restart_without_the_server_answers_from_the_store(void **state)
{
	struct town *t = *state;
	set_up_site(t, 2);
	ok(t, exchange_fail(t->x, "hang:always", &t->err));
	atomic_fetch_add(&wall, 600);
	atomic_fetch_add(&mono, 600 * 1000);
	restart_core(t);
	struct agenda *g = core_agenda(t->c, "ROOM_02");
	assert_non_null(g);
	assert_int_equal(g->synced_at, START);
	assert_int_equal(g->n_meetings, 1);
	assert_true(g->meetings[0].plans[0]->has[VIA_WEB]);
	agenda_unref(g);
	pass(t, 1);
	int64_t began = when_monotonic_ms();
	core_stop(t->c);
	t->c = NULL;
	assert_true(when_monotonic_ms() - began < 2000);
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_meeting_is_seen_and_planned),
		TEST(a_restart_without_the_server_answers_from_the_store),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
