/* A link tried on demand: every finding, and its cure. */
#include "help/town.h"

#include <stdio.h>

#include "reader/reader.h"

static const struct link_finding *found;
static size_t n_found;

static void
try_link(struct town *t, const char *const *rooms, size_t n)
{
	town_ok(t, core_link_test(t->c, t->a, "hq", rooms, n, &found, &n_found, &t->err));
}

static const struct link_finding *
finding(const char *subject)
{
	for (size_t i = 0; i < n_found; i++)
		if (strcmp(found[i].subject, subject) == 0)
			return &found[i];
	return NULL;
}

static void
says(const char *subject, bool ok, const char *detail, const char *cure)
{
	const struct link_finding *f = finding(subject);
	if (f == NULL)
		fail_msg("nothing is found of %s", subject);
	if (f->ok != ok || strstr(f->detail, detail) == NULL ||
		strstr(f->cure, cure) == NULL)
		fail_msg("%s: %d, \"%s\", \"%s\"", subject, f->ok, f->detail, f->cure);
	if (ok && *cure == '\0')
		assert_string_equal(f->cure, "");
}

static void
a_link_that_works_says_so(void **state)
{
	struct town *t = *state;
	town_build(t, 2);
	try_link(t, NULL, 0);
	says("login", true, "svc@example.com, by delegation", "");
	says("version", true, "15.2.1544.9 (Exchange 2019", "");
	says("password", true, "expires in 10 days", "convoke link set hq");
	says("ROOM_01", true, "1 events within a day, 1 to join", "");
	says("ROOM_02", true, "1 events", "");
	assert_int_equal(n_found, 5);
	assert_string_equal(found[n_found - 1].subject, "ROOM_02");

	const char *const one[] = {"ROOM_02"}, *const none[] = {"ROOM_09"};
	unsigned long had = exchange_counters(t->x).finds;
	try_link(t, one, 1);
	assert_null(finding("ROOM_01"));
	says("ROOM_02", true, "1 events", "");
	assert_int_equal(exchange_counters(t->x).finds - had, 1);
	assert_int_equal(
		core_link_test(t->c, t->a, "hq", none, 1, &found, &n_found, &t->err),
		ERR_ABSENT);
	assert_int_equal(
		core_link_test(t->c, t->a, "xx", NULL, 0, &found, &n_found, &t->err),
		ERR_ABSENT);
}

static void
a_link_without_rooms_can_be_tried(void **state)
{
	struct town *t = *state;
	town_start(t);
	town_put_link(t, TOWN_PASSWORD);
	try_link(t, NULL, 0);
	says("login", true, "svc@example.com", "");
	says("version", true, "15.2", "");
	assert_int_equal(town_link_status(t)->err.grade, ERR_NONE);
}

static void
what_a_room_lacks_is_named(void **state)
{
	struct town *t = *state;
	static const struct exchange_grant rights[] = {
		{"room-01@example.com", "none"}, {"*", "Reviewer"}};
	town_put_rooms(t, 3);
	town_ok(t, exchange_put_room(t->x,
			   &(struct sim_room){.mailbox = "room-02@example.com",
				   .delete_comments = true},
			   &t->err));
	town_build(t, 0);
	for (size_t i = 1; i <= 3; i++)
		town_add_room(t, i);
	town_ok(t, exchange_put_account(t->x,
			   &(struct exchange_account){.user = TOWN_USER,
				   .password = TOWN_PASSWORD,
				   .rights = rights,
				   .rights_count = 2},
			   &t->err));
	try_link(t, NULL, 0);
	says("ROOM_01", false, "may not read the calendar of room-01@example.com",
		"Add-MailboxFolderPermission -Identity \"room-01@example.com:\\Calendar\" -User "
		"\"svc@example.com\"");
	says("ROOM_02", false, "1 without text",
		"Set-CalendarProcessing -Identity \"room-02@example.com\" -DeleteComments $false");
	says("ROOM_03", true, "1 events", "");
	says("login", true, TOWN_USER, "");
}

static void
impersonation_is_tried_as_such(void **state)
{
	struct town *t = *state;
	t->impersonate = true;
	town_build(t, 2);
	try_link(t, NULL, 0);
	says("login", true, "by impersonation", "");
	says("ROOM_02", true, "1 events", "");
	town_ok(t, exchange_put_account(t->x,
			   &(struct exchange_account){
				   .user = TOWN_USER, .password = TOWN_PASSWORD},
			   &t->err));
	try_link(t, NULL, 0);
	says("ROOM_01", false, "may not impersonate", "ApplicationImpersonation");
}

static void
a_wrong_password_is_found_once(void **state)
{
	struct town *t = *state;
	town_start(t);
	town_put_link(t, "wrong");
	for (int i = 0; i < 5; i++) {
		try_link(t, NULL, 0);
		says("login", false, "refuse", "");
	}
	assert_int_equal(exchange_counters(t->x).unauthorized, 2);
	town_put_link(t, TOWN_PASSWORD);
	try_link(t, NULL, 0);
	says("login", true, TOWN_USER, "");
}

static void
each_trouble_has_its_place(void **state)
{
	static const struct {
		const char *fault, *subject, *cure;
	} rows[] = {
		{"owa:always", "address", "EWS/Exchange.asmx"},
		{"not-found:always", "address", "EWS/Exchange.asmx"},
		{"no-basic:always", "login", "-BasicAuthentication $true"},
		{"forbidden:always", "login", "Get-CASMailbox"},
		{"locked:always", "login", "Unlock-ADAccount"},
		{"iis-error:always", "server", "MSExchangeServicesAppPool"},
		{"busy=90000:always", "server", ""},
		{"drop:always", "connection", ""},
	};
	struct town *t = *state;
	town_build(t, 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		town_put_link(t, NULL); /* forgets what was before */
		town_ok(t, exchange_fail(t->x, rows[i].fault, &t->err));
		try_link(t, NULL, 0);
		says(rows[i].subject, false, "", rows[i].cure);
		assert_true(town_link_status(t)->err.grade != ERR_NONE);
		exchange_heal(t->x);
		town_put_link(t, NULL);
		try_link(t, NULL, 0);
		says("login", true, "", "");
		assert_int_equal(town_link_status(t)->err.grade, ERR_NONE);
	}
}

static void
a_certificate_is_looked_at(void **state)
{
	struct town *t = *state;
	exchange_stop(t->x);
	town_ok(t, exchange_start(&(struct sim_config){.now = TOWN_NOW, .tls = true},
			   &t->x, &t->err));
	town_put_account(t, TOWN_USER, TOWN_PASSWORD);
	town_put_rooms(t, 1);
	town_start(t);
	town_put_link(t, TOWN_PASSWORD);
	town_add_room(t, 1);
	try_link(t, NULL, 0);
	const struct link_finding *f = finding("tls");
	assert_non_null(f);
	assert_false(f->ok);
	assert_true(f->cure[0] != '\0');
	assert_int_equal(exchange_counters(t->x).requests, 0); /* no password was sent */

	const char *ca = arena_printf(t->a, "%s/ca.pem", t->config.scratch);
	help_write(ca, exchange_ca(t->x), strlen(exchange_ca(t->x)));
	struct link l = town_link(t);
	l.ca_file = ca;
	town_ok(t, core_link_put(t->c, &l, NULL, true, TOWN_WHO, &t->err));
	try_link(t, NULL, 0);
	says("tls", true, "issued by", "");
	says("login", true, TOWN_USER, "");
	says("ROOM_01", true, "1 events", "");
}

static void
a_password_that_must_not_be_read_is_said(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	const char *file = arena_printf(t->a, "%s/hq", t->config.credentials);
	assert_int_equal(remove(file), 0);
	town_pass(t, 61);
	try_link(t, NULL, 0);
	says("login", false, "cannot be read", "convoke link set");
	assert_string_equal(town_link_status(t)->err.code, "no_credential");
	town_put_link(t, TOWN_PASSWORD);
	town_wait(t, town_all_fresh);
}

static void
where_no_rooms_are_listed_it_is_said_how_to_add_them(void **state)
{
	struct town *t = *state;
	const struct found_room *rooms;
	size_t n;
	town_build(t, 1);
	assert_int_equal(
		core_link_rooms(t->c, t->a, "hq", &rooms, &n, &t->err), ERR_CONFIG);
	assert_string_equal(t->err.code, "no_list");
	assert_non_null(strstr(t->err.cure, "Get-Mailbox"));
	assert_non_null(strstr(t->err.cure, "--link hq\" }`"));
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TOWN_TEST(a_link_that_works_says_so),
		TOWN_TEST(a_link_without_rooms_can_be_tried),
		TOWN_TEST(what_a_room_lacks_is_named),
		TOWN_TEST(impersonation_is_tried_as_such),
		TOWN_TEST(a_wrong_password_is_found_once),
		TOWN_TEST(each_trouble_has_its_place),
		TOWN_TEST(a_certificate_is_looked_at),
		TOWN_TEST(a_password_that_must_not_be_read_is_said),
		TOWN_TEST(where_no_rooms_are_listed_it_is_said_how_to_add_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
