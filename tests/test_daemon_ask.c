/* What a daemon with a calendar is asked, through the command line: one server and one daemon
 * for all. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "cli/cli.h"
#include "help/daemon.h"
#include "help/help.h"
#include "help/run.h"
#include "sim/exchange.h"

static struct arena *a;
static struct exchange *server;
static struct daemon daemon_;

static const char *const rooms[][2] = {
	{"SEA_38_0021", "sea-38-0021@example.com"},
	{"SEA_38_0022", "sea-38-0022@example.com"},
	{"ORD_01_0201", "ord-01-0201@example.com"},
	{"LON_05_0501", "lon-05-0501@example.com"},
	{"LON_05_0502", "lon-05-0502@example.com"},
};

static void
add_rooms(void)
{
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		run_convoke(a, CLI_DONE, "room", "add", rooms[i][0], "--mailbox",
			rooms[i][1], "--link", "hq", NULL);
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		run_convoke(a, CLI_DONE, "room", "poll", rooms[i][0], NULL);
}

static int
start_all(void **state)
{
	(void)state;
	struct err err;
	static const char password[] = "test-only-delegate\n";
	a = arena_new(0);
	struct sim_config config = {
		.scenario = help_path(a, "fixtures/calendars/exchange/demo.yaml")};
	if (exchange_start(&config, &server, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	daemon_place(a, &daemon_);
	daemon_start(&daemon_, NULL);
	const char *file = arena_printf(a, "%s/password", daemon_.dir);
	help_write(file, password, strlen(password));
	run_convoke(a, CLI_DONE, "link", "add", "exchange", "hq", "--url",
		exchange_url(server), "--user", "svc-rooms@example.com",
		"--password-file", file, "--insecure-loopback", NULL);
	add_rooms();
	run_convoke(a, CLI_DONE, "provider", "default", "zoom", NULL);
	return 0;
}

static int
stop_all(void **state)
{
	(void)state;
	int status = daemon_stop(&daemon_);
	exchange_stop(server);
	arena_free(a);
	return status;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	return s != NULL ? s : "";
}

/* The answer to a command with --json, which lives as long as the arena's text is not needed. */
static json_t *
parsed(const struct run *r)
{
	json_t *o = json_loads(r->out, JSON_DECODE_ANY, NULL);
	if (o == NULL)
		fail_msg("not JSON: %s", r->out);
	return o;
}

static void
join_says_what_to_dial(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_DONE, "join", "SEA_38_0021", NULL);
	run_has(a, r->out, "Design review");
	run_has(a, r->out, "join Zoom by SIP");
	run_has(a, r->out, "sip:91847302265.04471963@zoomcrc.com");
	run_has(a, r->out, "dial +13017158592,,91847302265#,,,,*04471963#");
	json_t *o =
		parsed(run_convoke(a, CLI_DONE, "join", "SEA_38_0021", "--json", NULL));
	assert_string_equal(text_of(o, "decision"), "join");
	assert_string_equal(text_of(json_object_get(o, "dial"), "transport"), "sip");
	json_decref(o);
	o = parsed(run_convoke(a, CLI_DONE, "join", "SEA_38_0021", "--transports",
		"pstn,web", "--json", NULL));
	const json_t *dial = json_object_get(o, "dial");
	assert_string_equal(text_of(dial, "transport"), "pstn");
	assert_null(json_object_get(dial, "sip"));
	json_decref(o);
}

static void
two_at_once_are_a_choice(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_NO, "join", "LON_05_0501", NULL);
	run_has(a, r->out, "Several could be meant");
	run_has(a, r->out, "Roadmap");
	run_has(a, r->out, "Vendor demo");
	json_t *o = parsed(run_convoke(a, CLI_NO, "join", "LON_05_0501", "--json", NULL));
	const json_t *choices = json_object_get(o, "choices");
	assert_int_equal(json_array_size(choices), 2);
	for (size_t i = 0; i < 2; i++) {
		const char *id = text_of(json_array_get(choices, i), "id");
		assert_non_null(strstr(r->out, id));
		r = run_convoke(
			a, CLI_DONE, "join", "LON_05_0501", "--meeting", id, NULL);
		run_has(a, r->out, i == 0 ? "Vendor demo" : "Roadmap");
		r = run_convoke(a, CLI_NO, "join", "LON_05_0501", NULL);
	}
	const char *both =
		arena_printf(a, "%s,%s", text_of(json_array_get(choices, 0), "id"),
			text_of(json_array_get(choices, 1), "id"));
	r = run_convoke(a, CLI_NO, "join", "LON_05_0501", "--declined", both, NULL);
	run_has(a, r->out, "All that is on the calendar was declined");
	json_decref(o);
}

static void
nothing_on_the_calendar_is_a_question(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_NO, "join", "LON_05_0502", NULL);
	run_has(a, r->out, "nothing to join on the calendar now");
	run_has(a, r->out, "`convoke dial --room LON_05_0502 --id ID`");
	r = run_convoke(a, CLI_DONE, "agenda", "LON_05_0502", NULL);
	run_has(a, r->out, "Nothing on the calendar");
	r = run_convoke(a, CLI_NO, "next", "LON_05_0502", NULL);
	run_has(a, r->out, "Nothing more on the calendar");
	r = run_convoke(a, CLI_NO, "next", "LON_05_0502", "--json", NULL);
	assert_string_equal(r->out, "null\n");
}

static void
next_and_agenda_tell_the_day(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_DONE, "next", "SEA_38_0022", NULL);
	run_has(a, r->out, "Budget");
	run_has(a, r->out, "sip:813878896@t.plcm.vc");
	run_has(a, r->out, "then key 1172827458#");
	r = run_convoke(a, CLI_DONE, "agenda", "SEA_38_0022", NULL);
	run_has(a, r->out, "Budget");
	run_has(a, r->out, "(withheld)"); /* the private one */
	assert_null(strstr(r->out, "Interview"));
	assert_null(strstr(r->out, "Town hall"));
	json_t *o =
		parsed(run_convoke(a, CLI_DONE, "agenda", "SEA_38_0022", "--json", NULL));
	assert_int_equal(json_array_size(json_object_get(o, "meetings")), 2);
	json_decref(o);
	char from[WHEN_TEXT];
	when_text(when_now() + 6 * 86400, from);
	o = parsed(run_convoke(
		a, CLI_DONE, "agenda", "SEA_38_0022", "--from", from, "--json", NULL));
	assert_int_equal(json_array_size(json_object_get(o, "meetings")), 0);
	json_decref(o);
	r = run_convoke(a, CLI_NO, "agenda", "SEA_38_0022", "--from", "noon", NULL);
	run_has(a, r->err, "from");
}

/* Not in an answer, not in the log, not on the disk. */
static void
a_private_meeting_leaves_no_name_behind(void **state)
{
	(void)state;
	char then[WHEN_TEXT];
	when_text(when_now() + 2 * 3600 + 1800, then);
	const char *told[] = {
		run_convoke(a, CLI_DONE, "agenda", "SEA_38_0022", "--json", NULL)->out,
		run_convoke(a, CLI_DONE, "agenda", "SEA_38_0022", NULL)->out,
		run_convoke(a, CLI_NO, "join", "SEA_38_0022", "--at", then, "--json", NULL)
			->out,
		run_convoke(a, CLI_DONE, "why", "SEA_38_0022", "--at", then, NULL)->out,
		run_convoke(a, CLI_DONE, "status", "--json", NULL)->out,
		run_convoke(a, CLI_DONE, "audit", NULL)->out,
		run_convoke(a, CLI_DONE, "link", "test", "hq", NULL)->out,
		daemon_log(&daemon_),
	};
	run_has(a, told[0], "93344556677"); /* it can be joined all the same */
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (strstr(told[i], "Interview") != NULL)
			fail_msg("it is told: %s", told[i]);
	struct run r;
	const char *grep[] = {"/bin/grep", "-rlaF", "Interview",
		arena_printf(a, "%s/state", daemon_.dir), NULL};
	run(a, grep, &r);
	assert_string_equal(r.out, "");
	grep[2] = "Budget"; /* where another's is */
	run(a, grep, &r);
	assert_string_not_equal(r.out, "");
}

static void
dial_is_for_meetings_of_no_calendar(void **state)
{
	(void)state;
	static const char *const formats[][2] = {{"tel", "tel:+1"}, {"asterisk", "Dial("},
		{"freeswitch", "send_dtmf"}, {"twilio", "<Dial>"}, {"a4b", "PSTNDialIn"}};
	struct run *r = run_convoke(a, CLI_DONE, "dial", "--room", "LON_05_0502", "--id",
		"918 4730 2265", NULL);
	run_has(a, r->out, "join Zoom by SIP"); /* the default provider */
	run_has(a, r->out, "sip:91847302265@zoomcrc.com");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		r = run_convoke(a, CLI_DONE, "dial", "--room", "LON_05_0502", "--id",
			"91847302265", "--pin", "0447", "--format", formats[i][0], NULL);
		run_has(a, r->out, formats[i][1]);
		struct run *alone = run_convoke(a, CLI_DONE, "dial", "--provider", "zoom",
			"--id", "91847302265", "--pin", "0447", "--format", formats[i][0],
			NULL);
		assert_string_equal(r->out, alone->out);
	}
	r = run_convoke(a, CLI_NO, "dial", "--room", "LON_05_0502", "--id", "411", NULL);
	run_has(a, r->err, "9 to 11 digits");
	r = run_convoke(a, CLI_NO, "dial", "--room", "LON_05_0502", "--provider", "zom",
		"--id", "91847302265", NULL);
	run_has(a, r->err, "no such provider");
}

static void
lists_name_all_and_no_secret(void **state)
{
	(void)state;
	static const char *const commands[][4] = {{"link", "list", "hq"},
		{"room", "list", "SEA_38_0021"}, {"profile", "list", "default"},
		{"provider", "list", "zoom"},
		{"link", "show", "svc-rooms@example.com", "hq"},
		{"room", "show", "sea-38-0021@example.com", "SEA_38_0021"},
		{"profile", "show", "country", "default"},
		{"provider", "show", "Zoom", "zoom"}};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *const *c = commands[i];
		struct run *r = run_convoke(a, CLI_DONE, c[0], c[1], c[3], NULL);
		run_has(a, r->out, c[2]);
		assert_null(strstr(r->out, "test-only"));
		r = c[3] != NULL
			    ? run_convoke(a, CLI_DONE, c[0], c[1], c[3], "--json", NULL)
			    : run_convoke(a, CLI_DONE, c[0], c[1], "--json", NULL);
		json_decref(parsed(r));
		run_has(a, r->out, c[2]);
		assert_null(strstr(r->out, "test-only"));
	}
}

static void
status_is_well(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_DONE, "status", NULL);
	run_has(a, r->out, "hq 5/5");
	run_has(a, r->out, "LON_05_0502 hq");
	json_t *o = parsed(run_convoke(a, CLI_DONE, "status", "--json", NULL));
	assert_int_equal(json_array_size(json_object_get(o, "rooms")), 5);
	json_decref(o);
	r = run_convoke(a, CLI_DONE, "link", "test", "hq", NULL);
	run_has(a, r->out, "ok login");
	run_has(a, r->out, "Exchange 2019");
	run_has(a, r->out, "ok LON_05_0502");
	r = run_convoke(
		a, CLI_DONE, "link", "test", "hq", "--rooms", "LON_05_0502", NULL);
	assert_null(strstr(r->out, "SEA_38_0021"));
}

static void
a_profile_decides_what_is_dialled(void **state)
{
	(void)state;
	run_convoke(a, CLI_DONE, "profile", "set", "quiet", "--no-outbound", NULL);
	run_convoke(a, CLI_DONE, "room", "set", "ORD_01_0201", "--profile", "quiet",
		"--transports", "pstn", NULL);
	struct run *r = run_convoke(a, CLI_NO, "join", "ORD_01_0201", NULL);
	run_has(a, r->out, "refused phone");
	run_has(a, r->out, "which is switched off");
	r = run_convoke(a, CLI_NO, "profile", "remove", "quiet", NULL);
	run_has(a, r->err, "ORD_01_0201");
	run_convoke(
		a, CLI_DONE, "profile", "set", "quiet", "--outbound", "--confirm", NULL);
	r = run_convoke(a, CLI_DONE, "join", "ORD_01_0201", NULL);
	run_has(a, r->out, "join Cisco Webex by phone");
	run_has(a, r->out, "Ask the user first: the room's profile wants it");
	r = run_convoke(a, CLI_NO, "profile", "set", "quiet", "--country", "ZZ", NULL);
	run_has(a, r->err, "ZZ");
	run_convoke(a, CLI_DONE, "profile", "set", "quiet", "--withhold-subjects", NULL);
	r = run_convoke(a, CLI_DONE, "join", "ORD_01_0201", NULL);
	assert_null(strstr(r->out, "Supplier"));
	run_convoke(a, CLI_DONE, "room", "set", "ORD_01_0201", "--profile", "default",
		"--transports", "sip,h323,pstn,web", NULL);
	run_convoke(a, CLI_DONE, "profile", "remove", "quiet", NULL);
}

static const char *
dialled(const char *provider, const char *id)
{
	return run_convoke(a, CLI_DONE, "dial", "--room", "LON_05_0502", "--provider",
		provider, "--id", id, "--format", "tel", NULL)
		->out;
}

static void
a_providers_settings_come_and_go(void **state)
{
	(void)state;
	const char *before = dialled("webex", "24368109909");
	run_convoke(a, CLI_DONE, "provider", "set", "webex", "--number", "+16504793208",
		"--id-delay-ms", "6000", NULL);
	run_has(a, dialled("webex", "24368109909"), "tel:+16504793208,,,24368109909");
	run_convoke(a, CLI_DONE, "provider", "remove", "webex", NULL);
	assert_string_equal(dialled("webex", "24368109909"), before);
	struct run *r = run_convoke(
		a, CLI_NO, "provider", "set", "zoom", "--number", "911", NULL);
	run_has(a, r->err, "911");
	r = run_convoke(a, CLI_NO, "provider", "remove", "zoom", NULL);
	run_has(a, r->err, "`convoke provider default PROVIDER`");
}

static void
what_is_unknown_has_its_own_message(void **state)
{
	(void)state;
	static const struct {
		const char *words[7], *said;
	} rows[] = {
		{{"join", "NOWHERE"}, "no such room"},
		{{"agenda", "NOWHERE"}, "no such room"},
		{{"room", "show", "NOWHERE"}, "no such room"},
		{{"room", "remove", "NOWHERE"}, "no such room"},
		{{"link", "test", "nowhere"}, "no such link"},
		{{"link", "show", "nowhere"}, "no such link"},
		{{"profile", "show", "nowhere"}, "no such profile"},
		{{"provider", "default", "nowhere"}, "no such provider"},
		{{"room", "add", "A B", "--mailbox", "a@example.com", "--link=hq"},
			"room's name"},
		{{"room", "add", "A", "--mailbox", "a@example.com", "--link=nowhere"},
			"no such link"},
		{{"room", "add", "SEA_38_0021", "--mailbox", "a@example.com",
			 "--link=hq"},
			"SEA_38_0021"},
		{{"link", "remove", "hq"}, "room"},
		{{"join", "SEA_38_0021", "--meeting", "nonsense"}, "window"},
		{{"join", "SEA_38_0021", "--at", "2001-01-01T00:00:00Z"}, "window"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *argv[10] = {run_program(a, "convoke")};
		memcpy(argv + 1, rows[i].words, sizeof rows[i].words);
		struct run r = {0};
		run(a, argv, &r);
		if (r.status != CLI_NO ||
			strstr(run_flat(a, r.err), rows[i].said) == NULL ||
			strstr(r.err, "\n  ") == NULL)
			fail_msg("%s %s: %d, %s", rows[i].words[0], rows[i].words[1],
				r.status, r.err);
		assert_string_equal(r.out, "");
	}
}

static void
changes_are_watched_and_kept(void **state)
{
	(void)state;
	const char *log = arena_printf(a, "%s/watched", daemon_.dir);
	const char *argv[] = {run_program(a, "convoke"), "watch", "SEA_38_0021", NULL};
	pid_t pid = run_start(a, argv, log);
	struct stat st = {0};
	/* again and again, since nobody says when the watch has begun */
	for (int n = 0; st.st_size == 0 && n < 200; n++) {
		run_convoke(a, CLI_DONE, "profile", "set", "default",
			n % 2 == 0 ? "--confirm" : "--no-confirm", NULL);
		assert_int_equal(stat(log, &st), 0);
	}
	assert_true(st.st_size > 0);
	assert_int_equal(kill(pid, SIGTERM), 0);
	run_wait(pid);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cat", log, NULL}, &r);
	run_has(a, r.out, "agenda.changed room=SEA_38_0021");
	run_convoke(a, CLI_DONE, "profile", "set", "default", "--no-confirm", NULL);
	run_has(a, run_convoke(a, CLI_DONE, "audit", NULL)->out, "profile.put default");
	run_has(a, run_convoke(a, CLI_DONE, "why", "SEA_38_0021", NULL)->out,
		"Design review");
}

static void
rooms_are_completed(void **state)
{
	(void)state;
	struct run *r = run_convoke(a, CLI_DONE, "complete", "join", "SEA", NULL);
	assert_string_equal(r->out, "SEA_38_0021\t\nSEA_38_0022\t\n");
	r = run_convoke(a, CLI_DONE, "complete", "room", "set", "X", "--link", "", NULL);
	assert_string_equal(r->out, "hq\t\n");
	r = run_convoke(a, CLI_DONE, "complete", "link", "test", "hq", "--rooms",
		"SEA_38_0021,L", NULL);
	run_has(a, r->out, "SEA_38_0021,LON_05_0501");
}

/* Who is neither root nor in a group that was named may not even ask, or ask but not change. */
static void
others_may_ask_only_when_their_group_may(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	const char *socket = getenv("CONVOKE_SOCKET"),
		   *convoke = run_program(a, "convoke");
	const char *copy = arena_printf(a, "%s/convoke", daemon_.dir);
	struct run r = {0};
	run(a, (const char *[]){"/bin/cp", convoke, copy, NULL}, &r);
	assert_int_equal(chmod(daemon_.dir, 0755), 0);
	assert_int_equal(chmod(copy, 0755), 0);
	const char *argv[] = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
		"--clear-groups", copy, "join", "SEA_38_0021", NULL, NULL, NULL};
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO_DAEMON);
	run_has(a, r.err, "Only root and the group root may ask");
	assert_int_equal(chown(socket, 0, 65534), 0);
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_DONE);
	argv[5] = "room";
	argv[6] = "remove";
	argv[7] = "SEA_38_0021";
	run(a, argv, &r);
	assert_int_equal(r.status, CLI_NO);
	run_has(a, r.err, "room.remove is for administrators");
	assert_int_equal(chown(socket, 0, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(join_says_what_to_dial),
		cmocka_unit_test(two_at_once_are_a_choice),
		cmocka_unit_test(nothing_on_the_calendar_is_a_question),
		cmocka_unit_test(next_and_agenda_tell_the_day),
		cmocka_unit_test(a_private_meeting_leaves_no_name_behind),
		cmocka_unit_test(dial_is_for_meetings_of_no_calendar),
		cmocka_unit_test(lists_name_all_and_no_secret),
		cmocka_unit_test(status_is_well),
		cmocka_unit_test(a_profile_decides_what_is_dialled),
		cmocka_unit_test(a_providers_settings_come_and_go),
		cmocka_unit_test(what_is_unknown_has_its_own_message),
		cmocka_unit_test(changes_are_watched_and_kept),
		cmocka_unit_test(rooms_are_completed),
		cmocka_unit_test(others_may_ask_only_when_their_group_may),
	};
	return cmocka_run_group_tests_name("daemon: asked", tests, start_all, stop_all);
}
