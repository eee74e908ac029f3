/* The way from a calendar to an agenda, and what may go wrong on it. */
#include "help/town.h"

#include <signal.h>

#include "credential.h"
#include "reader/reader.h"
#include "store.h"

static unsigned long
requests(struct town *t)
{
	return exchange_counters(t->x).requests;
}

static void
fault(struct town *t, const char *order)
{
	town_ok(t, exchange_fail(t->x, order, &t->err));
}

static size_t
meetings(struct town *t, size_t room)
{
	struct agenda *g = core_agenda(t->c, town_room(t, room));
	size_t n = g != NULL ? g->n_meetings : 0;
	agenda_unref(g);
	return n;
}

static void
a_meeting_is_seen_and_planned(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_non_null(g);
	assert_int_equal(g->n_meetings, 1);
	assert_string_equal(g->meetings[0].event.subject, "Design review");
	assert_int_equal(g->meetings[0].extraction->n_meetings, 1);
	assert_string_equal(g->meetings[0].extraction->meetings[0].provider, "zoom");
	assert_true(g->meetings[0].plans[0]->has[VIA_WEB]);
	agenda_unref(g);
	struct core_status s = town_status(t);
	assert_int_equal(s.links[0].rooms_ok, 1);
	assert_int_equal(s.rooms[0].joinable, 1);
	assert_int_equal(s.links[0].last_good, TOWN_START);
	assert_string_equal(s.links[0].server_version, "15.2.1544.9");
	assert_true(s.rooms[0].next_poll > TOWN_START);
	assert_true(s.rooms[0].next_poll <= TOWN_START + 60);
	assert_null(core_agenda(t->c, "NO_SUCH_ROOM"));
}

static void
what_has_not_changed_costs_one_request(void **state)
{
	struct town *t = *state;
	town_build(t, 25);
	struct agenda *before = core_agenda(t->c, "ROOM_07");
	struct exchange_counters had = exchange_counters(t->x);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	assert_int_equal(exchange_counters(t->x).finds - had.finds, 1);
	assert_int_equal(exchange_counters(t->x).gets - had.gets, 0);
	struct agenda *after = core_agenda(t->c, "ROOM_07");
	assert_int_equal(after->synced_at, TOWN_START + 61);
	assert_int_equal(after->generation, before->generation);
	assert_ptr_equal(after->meetings, before->meetings);
	agenda_unref(before);
	assert_string_equal(after->meetings[0].event.subject, "Design review");
	agenda_unref(after);
	assert_true(town_room_status(t, 7)->requests_hour >= 3);
}

static bool
two_meetings(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->rooms[0].meetings == 2;
}

static void
a_change_is_in_the_answer_after_the_next_poll(void **state)
{
	struct town *t = *state;
	town_build(t, 2);
	town_put_meeting(t, 1, "standup", "+2h", "+3h", TOWN_ZOOM);
	town_pass(t, 61);
	town_wait(t, two_meetings);
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_int_equal(g->meetings[0].extraction->n_meetings, 1); /* not read again */
	assert_int_equal(g->meetings[1].extraction->n_meetings, 1);
	agenda_unref(g);
	assert_int_equal(exchange_counters(t->x).gets, 3);
	assert_true(exchange_delete(t->x, town_mailbox(t, 1), "review"));
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	assert_int_equal(meetings(t, 1), 1);
}

static bool
others_fresh(struct town *t, const struct core_status *s)
{
	(void)t;
	for (size_t i = 1; i < s->n_rooms; i++)
		if (s->rooms[i].synced_at != town_now())
			return false;
	return s->rooms[0].err.grade != ERR_NONE;
}

static void
a_bad_room_never_spoils_the_batch(void **state)
{
	struct town *t = *state;
	town_build(t, 6);
	assert_true(exchange_delete(t->x, town_mailbox(t, 1), NULL));
	town_pass(t, 61);
	town_wait(t, others_fresh);
	const struct room_status *bad = town_room_status(t, 1);
	assert_string_equal(bad->err.code, "ErrorNonExistentMailbox");
	assert_int_equal(bad->err_since, town_now());
	assert_int_equal(bad->synced_at, TOWN_START);
	assert_int_equal(meetings(t, 1), 1); /* its last agenda stays */
	for (size_t i = 2; i <= 6; i++) {
		assert_int_equal(town_room_status(t, i)->err.grade, ERR_NONE);
		assert_int_equal(town_room_status(t, i)->synced_at, town_now());
	}
	const struct link_status *l = town_link_status(t);
	assert_int_equal(l->err.grade, ERR_NONE);
	assert_int_equal(l->rooms_ok, 5);

	const struct store_event *events;
	size_t n;
	town_ok(t,
		core_history(t->c, t->a, "ROOM_01", 0, town_now(), &events, &n, &t->err));
	assert_true(n >= 2);
	assert_string_equal(events[n - 1].what, "trouble");
}

/* Nobody but a new password is the cure of a wrong one. */

static bool
link_is_denied(struct town *t, const struct core_status *s)
{
	(void)t;
	for (size_t i = 0; i < s->n_links; i++)
		if (strcmp(s->links[i].link, "hq") == 0)
			return strcmp(s->links[i].err.code, "wrong_password") == 0;
	return false;
}

static bool
denied_twice(struct town *t, const struct core_status *s)
{
	return link_is_denied(t, s) && exchange_counters(t->x).unauthorized >= 2;
}

static void
a_wrong_password_is_tried_twice_whatever_happens(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 30);
	town_start(t);
	town_build_annex(t);
	town_put_link(t, "wrong");
	for (size_t i = 1; i <= 30; i++)
		town_add_room(t, i);
	town_wait(t, link_is_denied);
	town_pass(t, 16 * 60);
	town_wait(t, denied_twice);
	for (int i = 0; i < 3; i++) {
		town_pass(t, 3600);
		core_refresh(t->c, "ROOM_01", 1);
		town_wait(t, town_annex_fresh);
	}
	town_restart(t);
	town_wait(t, town_annex_fresh);
	const struct link_status *l = town_link_status(t);
	assert_string_equal(l->err.code, "wrong_password");
	assert_true(l->err.cure[0] != '\0');
	assert_int_equal(l->retry_at, 0);
	town_pass(t, 24 * 3600);
	core_refresh(t->c, "ROOM_01", 1);
	town_wait(t, town_annex_fresh);
	const struct link_finding *found;
	size_t n;
	town_ok(t, core_link_test(t->c, t->a, "hq", NULL, 0, &found, &n, &t->err));
	assert_string_equal(found[0].subject, "login");
	assert_false(found[0].ok);
	assert_int_equal(exchange_counters(t->x).unauthorized, 2);

	/* The administrator writes the file: seen within seconds. */
	town_ok(t, credential_write(t->config.credentials, "hq", TOWN_PASSWORD, &t->err));
	town_pass(t, 6);
	town_wait(t, town_all_fresh);
	assert_int_equal(exchange_counters(t->x).unauthorized, 2);
}

static void
a_new_password_does_not_wait(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 1);
	town_start(t);
	town_put_link(t, "wrong");
	town_add_room(t, 1);
	town_wait(t, link_is_denied);
	town_ok(t, credential_write(t->config.credentials, "hq", TOWN_PASSWORD, &t->err));
	town_pass(t, 6);
	town_wait(t, town_all_fresh);
	assert_int_equal(exchange_counters(t->x).unauthorized, 1);
}

static void
a_password_that_changes_meanwhile_is_refused_twice_at_most(void **state)
{
	struct town *t = *state;
	t->impersonate = true; /* each room by itself, as many at once as may be */
	town_build(t, 12);
	town_put_account(t, TOWN_USER, "quill-8");
	town_pass(t, 61);
	town_wait(t, link_is_denied);
	town_pass(t, 16 * 60);
	town_wait(t, denied_twice);
	town_pass(t, 3600);
	town_put_link(t, "quill-8"); /* and by the command line, at once */
	town_wait(t, town_all_fresh);
	assert_int_equal(exchange_counters(t->x).unauthorized, 2);
	assert_int_equal(town_link_status(t)->err.grade, ERR_NONE);
	assert_true(exchange_counters(t->x).most_at_once <= 2);
}

static bool
link_waits(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->links[s->n_links - 1].err.grade == ERR_WAIT;
}

static void
back_off_is_the_whole_links(void **state)
{
	struct town *t = *state;
	t->impersonate = true;
	town_build(t, 20);
	town_build_annex(t);
	fault(t, "busy=90000@FindItem");
	unsigned long had = exchange_counters(t->x).finds;
	core_refresh(t->c, "ROOM_05", TOWN_PATIENCE_MS); /* too young: nothing happens */
	assert_int_equal(exchange_counters(t->x).finds, had);
	town_pass(t, 11);
	core_refresh(t->c, "ROOM_05", TOWN_PATIENCE_MS);
	town_wait(t, link_waits);
	assert_int_equal(town_link_status(t)->retry_at / 10, (town_now() + 90) / 10);
	town_pass(t, 80);
	core_refresh(t->c, "ROOM_02", 1000);
	core_refresh(t->c, "ROOM_03", 1000);
	town_wait(t, town_annex_fresh);
	assert_int_equal(exchange_counters(t->x).finds - had, 1); /* the annex's */
	assert_int_equal(exchange_counters(t->x).refused, 1);
	assert_int_equal(meetings(t, 1), 1);
	assert_int_equal(town_room_status(t, 1)->err.grade, ERR_WAIT);
	town_pass(t, 15);
	town_wait(t, town_all_fresh);
	assert_int_equal(town_link_status(t)->err.grade, ERR_NONE);
}

static void
a_dead_server_is_one_links_trouble(void **state)
{
	struct town *t = *state;
	town_build(t, 3);
	fault(t, "drop:always");
	town_pass(t, 61);
	uint64_t had = town_link_status(t)->requests_hour;
	for (int i = 0; i < 20; i++) {
		core_refresh(t->c, "ROOM_01", 2000);
		town_pass(t, 1);
	}
	assert_int_equal(town_link_status(t)->err.grade, ERR_RETRY);
	/* Twenty people who ask within twenty seconds are few probes, beside our own. */
	assert_true(town_link_status(t)->requests_hour - had <= 6);
	assert_int_equal(meetings(t, 1), 1);
	exchange_heal(t->x);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	const struct store_event *events;
	size_t n;
	town_ok(t, core_history(t->c, t->a, "ROOM_01", TOWN_START + 61, town_now(),
			   &events, &n, &t->err));
	assert_true(n >= 2);
	assert_string_equal(events[0].what, "trouble");
	assert_string_equal(events[n - 1].what, "well");
}

static void
a_restart_without_the_server_answers_from_the_store(void **state)
{
	struct town *t = *state;
	town_build(t, 2);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	town_stop(t);
	fault(t, "hang:always");
	town_pass(t, 600);
	town_start(t);
	struct agenda *g = core_agenda(t->c, "ROOM_02");
	assert_non_null(g);
	assert_int_equal(
		g->synced_at, TOWN_START + 61); /* what was only seen again, too */
	assert_int_equal(g->n_meetings, 1);
	assert_true(g->meetings[0].plans[0]->has[VIA_WEB]);
	agenda_unref(g);
}

static void
it_stops_and_answers_while_a_server_hangs(void **state)
{
	struct town *t = *state;
	town_build(t, 2);
	unsigned long had = requests(t);
	fault(t, "hang:always");
	town_pass(t, 61);
	int64_t began = when_monotonic_ms();
	core_refresh(t->c, "ROOM_01", 100);
	assert_true(when_monotonic_ms() - began < 1500);
	assert_int_equal(meetings(t, 1), 1);
	while (requests(t) == had)
		assert_true(when_monotonic_ms() - began < TOWN_PATIENCE_MS);
	began = when_monotonic_ms();
	town_stop(t);
	assert_true(when_monotonic_ms() - began < 2000);
}

static void
a_killed_reader_costs_one_poll_at_most(void **state)
{
	struct town *t = *state;
	town_build(t, 5);
	unsigned long had = exchange_counters(t->x).finds;
	town_put_meeting(t, 1, "standup", "+2h", "+3h", TOWN_ZOOM);
	assert_true(town_signal_readers(SIGSTOP) > 0);
	town_pass(t, 61);
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	while (exchange_counters(t->x).finds == had)
		assert_true(when_monotonic_ms() < until);
	town_signal_readers(SIGKILL); /* with the answer in its hands, or about to get it */
	town_wait(t, town_all_fresh);
	assert_int_equal(meetings(t, 1), 2);
	for (size_t i = 1; i <= 5; i++)
		assert_int_equal(town_room_status(t, i)->err.grade, ERR_NONE);
}

/* What was asked earlier is no answer to who asks now. */
static void
a_slow_poll_does_not_put_off_who_asks_after_it_began(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	unsigned long had = exchange_counters(t->x).finds;
	assert_true(town_signal_readers(SIGSTOP) > 0);
	town_pass(t, 61);
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	while (exchange_counters(t->x).finds == had)
		assert_true(when_monotonic_ms() < until);
	town_pass(t, 20); /* not due by itself yet */
	town_signal_readers(SIGCONT);
	core_refresh(t->c, "ROOM_01", TOWN_PATIENCE_MS); /* the one under way */
	core_refresh(t->c, "ROOM_01", TOWN_PATIENCE_MS);
	assert_int_equal(town_room_status(t, 1)->synced_at, town_now());
}

static void
a_stopped_reader_does_not_hold_up_the_end(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	unsigned long had = exchange_counters(t->x).finds;
	assert_true(town_signal_readers(SIGSTOP) > 0);
	town_pass(t, 61);
	int64_t began = when_monotonic_ms();
	while (exchange_counters(t->x).finds == had)
		assert_true(when_monotonic_ms() - began < TOWN_PATIENCE_MS);
	began = when_monotonic_ms();
	town_stop(t);
	assert_true(when_monotonic_ms() - began < 2000);
}

static void
put_three(struct town *t, size_t room)
{
	town_put_meeting(t, room, "second", "+2h", "+3h", TOWN_ZOOM);
	town_put_meeting(t, room, "third", "+4h", "+5h", TOWN_ZOOM);
}

static void
calendars_that_are_all_suddenly_empty_are_doubted(void **state)
{
	struct town *t = *state;
	for (size_t i = 1; i <= 3; i++) {
		town_put_rooms(t, 3);
		put_three(t, i);
	}
	town_build(t, 3);
	assert_int_equal(meetings(t, 1), 3);
	fault(t, "empty-calendar:2"); /* also when asked again at once */
	unsigned long had = requests(t);
	town_pass(t, 61);
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	while (requests(t) < had + 2)
		assert_true(when_monotonic_ms() < until);
	town_build_annex(t);
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(meetings(t, i), 3);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(meetings(t, i), 3);

	/* And when it is the truth, it is believed in the end. */
	for (size_t i = 1; i <= 3; i++) {
		assert_true(exchange_delete(t->x, town_mailbox(t, i), "review"));
		assert_true(exchange_delete(t->x, town_mailbox(t, i), "second"));
		assert_true(exchange_delete(t->x, town_mailbox(t, i), "third"));
	}
	town_pass(t, 61);
	town_wait(t, town_annex_fresh);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(meetings(t, i), 0);
}

static void
an_answer_that_is_not_whole_removes_nothing(void **state)
{
	static const char *const faults[] = {"one-missing:always", "truncated:always",
		"empty:always", "login-page:always", "iis-error:always",
		"ErrorInternalServerTransientError:always"};
	struct town *t = *state;
	town_build(t, 2);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		fault(t, faults[i]);
		unsigned long had = requests(t);
		town_pass(t, 901);
		int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
		while (town_room_status(t, 1)->err.grade == ERR_NONE)
			assert_true(when_monotonic_ms() < until);
		assert_true(requests(t) > had);
		assert_int_equal(meetings(t, 1), 1);
		assert_int_equal(meetings(t, 2), 1);
		exchange_heal(t->x);
		town_pass(t, 901);
		town_wait(t, town_all_fresh);
	}
}

static void
an_event_that_cannot_be_read_is_tried_less_and_less(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 1);
	town_ok(t, exchange_put(t->x, town_mailbox(t, 1),
			   &(struct sim_meeting){.name = "poison",
				   .start = "+1h",
				   .end = "+2h",
				   .subject = "Poison",
				   .organizer = "Ann Example <ann@example.com>",
				   .text = "x",
				   .corrupt = true},
			   &t->err));
	town_build(t, 1);
	assert_int_equal(meetings(t, 1), 2); /* it is shown all the same */
	assert_int_equal(town_room_status(t, 1)->joinable, 1);
	unsigned long had = exchange_counters(t->x).gets;
	for (int i = 0; i < 20; i++) {
		town_pass(t, 61);
		town_wait(t, town_all_fresh);
	}
	assert_true(exchange_counters(t->x).gets > had);
	assert_true(exchange_counters(t->x).gets - had <= 16); /* of forty */
	assert_int_equal(meetings(t, 1), 2);
}

static void
the_passwords_end_is_known(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	town_pass(t, 61);
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	while (town_link_status(t)->password_expires == 0)
		assert_true(when_monotonic_ms() < until);
	assert_int_equal(
		town_link_status(t)->password_expires, TOWN_START + 10 * 24 * 3600);
	town_restart(t);
	assert_int_equal(
		town_link_status(t)->password_expires, TOWN_START + 10 * 24 * 3600);
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TOWN_TEST(a_meeting_is_seen_and_planned),
		TOWN_TEST(what_has_not_changed_costs_one_request),
		TOWN_TEST(a_change_is_in_the_answer_after_the_next_poll),
		TOWN_TEST(a_bad_room_never_spoils_the_batch),
		TOWN_TEST(a_wrong_password_is_tried_twice_whatever_happens),
		TOWN_TEST(a_new_password_does_not_wait),
		TOWN_TEST(a_password_that_changes_meanwhile_is_refused_twice_at_most),
		TOWN_TEST(back_off_is_the_whole_links),
		TOWN_TEST(a_dead_server_is_one_links_trouble),
		TOWN_TEST(a_restart_without_the_server_answers_from_the_store),
		TOWN_TEST(it_stops_and_answers_while_a_server_hangs),
		TOWN_TEST(a_killed_reader_costs_one_poll_at_most),
		TOWN_TEST(a_slow_poll_does_not_put_off_who_asks_after_it_began),
		TOWN_TEST(a_stopped_reader_does_not_hold_up_the_end),
		TOWN_TEST(calendars_that_are_all_suddenly_empty_are_doubted),
		TOWN_TEST(an_answer_that_is_not_whole_removes_nothing),
		TOWN_TEST(an_event_that_cannot_be_read_is_tried_less_and_less),
		TOWN_TEST(the_passwords_end_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
