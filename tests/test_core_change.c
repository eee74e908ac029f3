/* What an administrator changes: what is refused, what is kept, what it means at once. */
#include "help/town.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credential.h"
#include "reader/reader.h"
#include "store.h"

#define NUMBERS                                                                          \
	"Join Zoom Meeting\r\nhttps://northwind.zoom.us/j/91847302265\r\n"               \
	"One tap mobile\r\n+13017158592,,91847302265# US\r\nDial by your location\r\n"   \
	"        +1 301 715 8592 US\r\nMeeting ID: 918 4730 2265\r\n"

static void
refused(struct town *t, int grade, const char *code)
{
	assert_int_not_equal(grade, ERR_NONE);
	assert_string_equal(t->err.code, code);
	assert_true(t->err.cure[0] != '\0');
}

static int
put_link(struct town *t, struct link l)
{
	return core_link_put(t->c, &l, TOWN_PASSWORD, false, TOWN_WHO, &t->err);
}

static void
a_link_that_cannot_work_is_refused(void **state)
{
	struct town *t = *state;
	town_start(t);
	static const struct {
		const char *url, *code;
	} urls[] = {
		{"", "bad_url"},
		{"mail.example.com", "bad_url"},
		{"ftp://mail.example.com/EWS/Exchange.asmx", "bad_url"},
		{"https://user:secret@mail.example.com/EWS/Exchange.asmx", "bad_url"},
		{"http://mail.example.com/EWS/Exchange.asmx", "plain_http"},
		{"https://mail.example.com/EWS/Exchange.asmx", "not_loopback"},
	};
	struct link l = town_link(t);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		l.url = urls[i].url;
		refused(t, put_link(t, l), urls[i].code);
	}
	l.insecure_loopback = false;
	l.url = "https://mail.example.com/owa/";
	refused(t, put_link(t, l), "owa_address");
	assert_non_null(
		strstr(t->err.cure, "https://mail.example.com/EWS/Exchange.asmx"));
	l.url = "https://outlook.office365.com/EWS/Exchange.asmx";
	refused(t, put_link(t, l), "exchange_online");
	assert_non_null(strstr(t->err.text, "2027-04-01"));
	assert_non_null(strstr(t->err.cure, "office365"));
	l = town_link(t);
	l.kind = "groupwise";
	refused(t, put_link(t, l), "unknown_kind");
	assert_non_null(strstr(t->err.cure, "exchange"));
	l = town_link(t);
	l.name = "h q";
	refused(t, put_link(t, l), "bad_name");
	l = town_link(t);
	l.user = "a:b";
	refused(t, put_link(t, l), "bad_user");
	l = town_link(t);
	l.credential = "../../etc/shadow";
	refused(t, put_link(t, l), "bad_credential");
	l = town_link(t);
	l.ca_file = "/nonexistent/ca.pem";
	refused(t, put_link(t, l), "ca_file");
	l = town_link(t);
	refused(t, core_link_put(t->c, &l, NULL, false, TOWN_WHO, &t->err),
		"no_credential");
	refused(t, core_link_put(t->c, &l, "two\nlines", false, TOWN_WHO, &t->err),
		"bad_credential");
	assert_int_equal(credential_version(t->config.credentials, "hq"), 0);
	struct site *s = core_site(t->c);
	assert_int_equal(s->n_links, 0);
	site_unref(s);
}

static void
links_are_kept_while_rooms_use_them(void **state)
{
	struct town *t = *state;
	town_build(t, 2);
	struct link l = town_link(t);
	refused(t, core_link_put(t->c, &l, NULL, false, TOWN_WHO, &t->err),
		"link_exists");
	/* a stored password is not sent to another server without being given again */
	l.url = "http://127.0.0.1:9/EWS/Exchange.asmx";
	refused(t, core_link_put(t->c, &l, NULL, true, TOWN_WHO, &t->err),
		"secret_needed");
	l.name = "other";
	l.credential = "hq";
	refused(t, core_link_put(t->c, &l, NULL, false, TOWN_WHO, &t->err),
		"secret_needed");
	refused(t, core_link_remove(t->c, "hq", TOWN_WHO, &t->err), "link_in_use");
	assert_non_null(strstr(t->err.text, "ROOM_01"));
	refused(t, core_link_remove(t->c, "nowhere", TOWN_WHO, &t->err), "unknown_link");
	town_ok(t, core_room_remove(t->c, "ROOM_01", TOWN_WHO, &t->err));
	town_ok(t, core_room_remove(t->c, "ROOM_02", TOWN_WHO, &t->err));
	refused(t, core_room_remove(t->c, "ROOM_02", TOWN_WHO, &t->err), "unknown_room");
	assert_null(core_agenda(t->c, "ROOM_02"));
	assert_true(credential_version(t->config.credentials, "hq") != 0);
	town_ok(t, core_link_remove(t->c, "hq", TOWN_WHO, &t->err));
	assert_int_equal(credential_version(t->config.credentials, "hq"), 0);
	town_restart(t);
	assert_int_equal(town_status(t).n_links, 0);
	assert_int_equal(town_status(t).n_rooms, 0);
}

static void
a_room_that_cannot_be_is_refused(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	char long_name[102];
	memset(long_name, 'a', 101);
	long_name[101] = '\0';
	const struct {
		struct room room;
		const char *code;
	} rooms[] = {
		{{.name = "Suite 104"}, "bad_name"},
		{{.name = ""}, "bad_name"},
		{{.name = long_name}, "bad_name"},
		{{.name = "R\xc3\xa4um"}, "bad_name"},
		{{.link = "nowhere"}, "unknown_link"},
		{{.profile = "nobody"}, "unknown_profile"},
		{{.mailbox = "not an address"}, "bad_mailbox"},
		{{.mailbox = "two@example.com\nthree"}, "bad_mailbox"},
		{{.mailbox = "Room-01@Example.com"}, "mailbox_taken"},
		{{.order = {VIA_SIP, VIA_SIP}, .n_order = 2}, "bad_transports"},
		{{.description = "two\nlines"}, "bad_description"},
		{{.name = "ROOM_01", .mailbox = "room-01@example.com"}, "room_exists"},
	};
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		struct room r = rooms[i].room;
		if (r.name == NULL)
			r.name = "A=b#c;d:e?f@g&h-i_9"; /* the whole alphabet */
		if (r.link == NULL)
			r.link = "hq";
		if (r.mailbox == NULL)
			r.mailbox = "other@example.com";
		refused(t, core_room_put(t->c, &r, false, TOWN_WHO, &t->err),
			rooms[i].code);
	}
	struct room r = {.name = "A=b#c;d:e?f@g&h-i_9",
		.link = "hq",
		.mailbox = "other@example.com"};
	town_ok(t, core_room_put(t->c, &r, false, TOWN_WHO, &t->err));
	r.description = "by the window";
	town_ok(t, core_room_put(t->c, &r, true, TOWN_WHO, &t->err));
	struct site *s = core_site(t->c);
	assert_string_equal(site_room(s, r.name)->description, "by the window");
	assert_string_equal(site_room(s, r.name)->profile, "default");
	site_unref(s);
}

static void
profiles_and_providers_are_checked_and_kept(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	const char *const hosts[] = {"sip.example.com", "*.example.net", "192.0.2.0/24"};
	const char *const bad_hosts[] = {"sip.example.com, evil"};
	struct profile p = {.name = "lab",
		.country = "US",
		.allowed_hosts = hosts,
		.n_allowed_hosts = 3,
		.time_zone = "Europe/Berlin"};
	town_ok(t, core_profile_put(t->c, &p, TOWN_WHO, &t->err));
	struct profile q = p;
	q.country = "USA";
	refused(t, core_profile_put(t->c, &q, TOWN_WHO, &t->err), "bad_country");
	q = p;
	q.allowed_hosts = bad_hosts;
	q.n_allowed_hosts = 1;
	refused(t, core_profile_put(t->c, &q, TOWN_WHO, &t->err), "bad_host");
	q = p;
	q.time_zone = "../passwd";
	refused(t, core_profile_put(t->c, &q, TOWN_WHO, &t->err), "bad_time_zone");
	struct room r = {.name = "ROOM_01",
		.link = "hq",
		.mailbox = "room-01@example.com",
		.profile = "lab"};
	town_ok(t, core_room_put(t->c, &r, true, TOWN_WHO, &t->err));
	refused(t, core_profile_remove(t->c, "lab", TOWN_WHO, &t->err), "profile_in_use");
	refused(t, core_profile_remove(t->c, "default", TOWN_WHO, &t->err),
		"default_profile");
	r.profile = "default";
	town_ok(t, core_room_put(t->c, &r, true, TOWN_WHO, &t->err));
	town_ok(t, core_profile_remove(t->c, "lab", TOWN_WHO, &t->err));

	struct provider_settings z = {
		.provider = "zoom", .id_delay_ms = -1, .pin_delay_ms = -1};
	town_ok(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err));
	z.number = "+19005550100";
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "bad_number");
	z.number = "301 715 8592";
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "bad_number");
	z.number = NULL;
	z.id_delay_ms = 3600 * 1000;
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "bad_delay");
	z.id_delay_ms = -1;
	z.sip_template = "{id}[.{pin}]@{endpoint}";
	town_ok(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err));
	z.sip_template = "{id}";
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "bad_template");
	z.sip_template = NULL;
	z.sip_endpoint = "a b";
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "bad_host");
	z.provider = "nobody";
	refused(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err), "unknown_provider");
	refused(t, core_provider_default(t->c, "nobody", TOWN_WHO, &t->err),
		"unknown_provider");
	town_ok(t, core_provider_default(t->c, "zoom", TOWN_WHO, &t->err));
	refused(t, core_provider_remove(t->c, "zoom", TOWN_WHO, &t->err),
		"default_provider");
	town_ok(t, core_provider_default(t->c, "webex", TOWN_WHO, &t->err));
	town_ok(t, core_provider_remove(t->c, "zoom", TOWN_WHO, &t->err));
	town_restart(t);
	struct site *s = core_site(t->c);
	assert_string_equal(s->default_provider, "webex");
	assert_int_equal(s->n_providers, 0);
	site_unref(s);
}

static void
every_change_is_audited_without_secrets(void **state)
{
	struct town *t = *state;
	town_build(t, 1);
	town_ok(t, core_reload(t->c, "uid 1000 (ann)", &t->err));
	const struct store_audit *audits;
	size_t n;
	town_ok(t, core_audits(t->c, t->a, 100, &audits, &n, &t->err));
	assert_int_equal(n, 3);
	assert_int_equal(strncmp(audits[0].what, "link.put hq ", 12), 0);
	assert_string_equal(audits[0].who, TOWN_WHO);
	assert_int_equal(audits[0].at, TOWN_START);
	assert_int_equal(strncmp(audits[1].what, "room.put ROOM_01 ", 17), 0);
	assert_string_equal(audits[2].what, "reload");
	assert_string_equal(audits[2].who, "uid 1000 (ann)");
	for (size_t i = 0; i < n; i++)
		assert_null(strstr(audits[i].what, TOWN_PASSWORD));
}

static bool
has(struct town *t, enum transport via)
{
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_non_null(g);
	bool any = false;
	for (size_t i = 0; i < g->n_meetings; i++)
		if (g->meetings[i].extraction->n_meetings > 0)
			any |= g->meetings[i].plans[0]->has[via];
	agenda_unref(g);
	return any;
}

static atomic_uint agenda_events, status_events;

static void
count(void *arg, enum core_event what, const char *room)
{
	(void)arg;
	if (what == CORE_AGENDA_CHANGED) {
		assert_string_equal(room, "ROOM_01");
		atomic_fetch_add(&agenda_events, 1);
	} else {
		atomic_fetch_add(&status_events, 1);
	}
}

static void
a_policy_holds_from_the_moment_that_it_is_changed(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 1);
	town_put_meeting(t, 1, "numbers", "+2h", "+3h", NUMBERS);
	town_build(t, 1);
	assert_true(has(t, VIA_PSTN));
	core_watch(t->c, count, t);
	atomic_store(&agenda_events, 0);
	unsigned long requests = exchange_counters(t->x).requests;
	struct profile p = {.name = "default", .country = "US", .outbound = false};
	town_ok(t, core_profile_put(t->c, &p, TOWN_WHO, &t->err));
	assert_false(has(t, VIA_PSTN));
	assert_true(has(t, VIA_WEB));
	assert_int_equal(atomic_load(&agenda_events), 1);
	p.outbound = true;
	town_ok(t, core_profile_put(t->c, &p, TOWN_WHO, &t->err));
	assert_true(has(t, VIA_PSTN));
	struct provider_settings z = {.provider = "zoom",
		.number = "+16465588656",
		.id_delay_ms = -1,
		.pin_delay_ms = -1};
	town_ok(t, core_provider_put(t->c, &z, TOWN_WHO, &t->err));
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_string_equal(g->meetings[1].plans[0]->pstn.number, "+16465588656");
	agenda_unref(g);
	core_unwatch(t->c, t);
	unsigned before = atomic_load(&agenda_events);
	town_ok(t, core_provider_remove(t->c, "zoom", TOWN_WHO, &t->err));
	assert_int_equal(atomic_load(&agenda_events), before);
	/* All that without a word to the calendar, but the day's about the password. */
	assert_true(exchange_counters(t->x).requests <= requests + 1);
}

static atomic_bool toggling;

static void *
toggle(void *arg)
{
	struct town *t = arg;
	struct err err;
	struct profile p = {.name = "default", .country = "US"};
	while (atomic_load(&toggling)) {
		p.outbound = !p.outbound;
		assert_int_equal(core_profile_put(t->c, &p, TOWN_WHO, &err), ERR_NONE);
	}
	return NULL;
}

static void
no_poll_brings_an_old_policy_back(void **state)
{
	struct town *t = *state;
	pthread_t thread;
	town_put_rooms(t, 1);
	town_put_meeting(t, 1, "numbers", "+2h", "+3h", NUMBERS);
	town_build(t, 1);
	struct profile p = {.name = "default", .country = "US", .outbound = false};
	for (int i = 0; i < 4; i++) {
		atomic_store(&toggling, true);
		assert_int_equal(pthread_create(&thread, NULL, toggle, t), 0);
		town_put_meeting(
			t, 1, arena_printf(t->a, "more-%d", i), "+4h", "+5h", NUMBERS);
		town_pass(t, 61);
		town_wait(t, town_all_fresh);
		atomic_store(&toggling, false);
		pthread_join(thread, NULL);
		town_ok(t, core_profile_put(t->c, &p, TOWN_WHO, &t->err));
		assert_false(has(t, VIA_PSTN));
	}
}

static bool
link_fails(struct town *t, const struct core_status *s)
{
	(void)t;
	return s->links[0].err.grade == ERR_RETRY;
}

static void
another_mailbox_is_another_calendar(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 2);
	town_build(t, 1);
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	const char *id = arena_strdup(t->a, g->meetings[0].id);
	agenda_unref(g);
	town_ok(t, exchange_fail(t->x, "drop:always", &t->err));
	struct room r = {
		.name = "ROOM_01", .link = "hq", .mailbox = "room-02@example.com"};
	town_ok(t, core_room_put(t->c, &r, true, TOWN_WHO, &t->err));
	assert_null(core_agenda(t->c, "ROOM_01"));
	town_restart(t);
	assert_null(core_agenda(t->c, "ROOM_01"));
	town_wait(t, link_fails);
	exchange_heal(t->x);
	town_pass(t, 61);
	town_wait(t, town_all_fresh);
	g = core_agenda(t->c, "ROOM_01");
	assert_int_equal(g->n_meetings, 1);
	assert_string_not_equal(g->meetings[0].id, id);
	agenda_unref(g);
}

/* Data files. */

static void
write_site_file(struct town *t, const char *dir, const char *name, const char *text)
{
	help_write(arena_printf(t->a, "%s/%s", dir, name), text, strlen(text));
}

static bool
two_joinable(struct town *t, const struct core_status *s)
{
	return s->rooms[0].joinable == 2 && town_all_fresh(t, s);
}

static size_t
count_entries(const char *path)
{
	DIR *d = opendir(path);
	size_t n = 0;
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
data_files_are_taken_all_or_none(void **state)
{
	struct town *t = *state;
	town_put_rooms(t, 1);
	town_put_meeting(t, 1, "acme", "+2h", "+3h",
		"Join: https://meet.acme.example.com/j/123456789\r\n");
	town_build(t, 1);
	assert_int_equal(town_status(t).rooms[0].joinable, 1);

	/* A pattern of a provider that is not there, beside a good file that is. */
	write_site_file(t, t->config.site_patterns, "acme.yaml",
		"provider: acme\nhosts: [meet.acme.example.com]\nlinks:\n  - name: join\n"
		"    match: '/j/(?<meeting_id>\\d{9})'\n"
		"    yes: ['https://meet.acme.example.com/j/123456789 -> "
		"meeting_id=123456789']\n"
		"    no: ['https://meet.acme.example.com/j/12345678']\n");
	assert_int_not_equal(core_reload(t->c, TOWN_WHO, &t->err), ERR_NONE);
	assert_non_null(
		strstr(t->err.text, t->config.site_patterns)); /* as it is known */
	assert_non_null(strstr(town_status(t).data_error, "acme.yaml"));
	town_signal_readers(SIGKILL); /* new ones read what the old ones did */
	town_put_meeting(t, 1, "more", "+4h", "+5h", TOWN_ZOOM);
	town_pass(t, 61);
	town_wait(t, two_joinable);
	assert_int_equal(town_room_status(t, 1)->err.grade, ERR_NONE);

	/* With its provider it is whole, and what was not understood is read again. */
	write_site_file(t, t->config.site_providers, "acme.yaml",
		"id: acme\nname: Acme Meet\npin: never\n"
		"shapes: [{slot: meeting_id, digits: true, min: 9, max: 9}]\n");
	struct agenda *old = core_agenda(t->c, "ROOM_01");
	town_ok(t, core_reload(t->c, TOWN_WHO, &t->err));
	assert_null(town_status(t).data_error);
	assert_true(exchange_delete(t->x, town_mailbox(t, 1), "more"));
	town_pass(t, 61);
	town_wait(t, two_joinable);
	struct agenda *g = core_agenda(t->c, "ROOM_01");
	assert_string_equal(g->meetings[1].extraction->meetings[0].provider, "acme");
	assert_string_equal(g->meetings[1].plans[0]->provider->name, "Acme Meet");
	agenda_unref(g);
	/* Who still holds the old one holds what it names. */
	assert_string_equal(old->meetings[0].plans[0]->provider->name, "Zoom");
	agenda_unref(old);
	town_stop(t);
	assert_int_equal(count_entries(t->config.scratch), 0);
}

static void
a_start_with_broken_files_says_which(void **state)
{
	struct town *t = *state;
	write_site_file(t, t->config.site_providers, "bad.yaml", "id: [\n");
	assert_int_equal(core_start(&t->config, &t->c, &t->err), ERR_CONFIG);
	assert_non_null(strstr(t->err.text, "bad.yaml"));
	assert_null(t->c);
	assert_int_equal(count_entries(t->config.scratch), 0);
}

static void
what_a_killed_daemon_left_is_removed(void **state)
{
	struct town *t = *state;
	const char *scratch = t->config.scratch, *outside = t->config.site_patterns;
	char name[64] = "";
	town_start(t);
	DIR *d = opendir(scratch);
	for (struct dirent *e; (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			snprintf(name, sizeof name, "%.60s", e->d_name);
	closedir(d);
	town_stop(t);
	assert_int_equal(count_entries(scratch), 0);

	name[strlen(name) - 6] = '\0'; /* as if of the same state */
	const char *left = arena_printf(t->a, "%s/%s000001", scratch, name);
	const char *link = arena_printf(t->a, "%s/%s000002", scratch, name);
	const char *others =
		arena_printf(t->a, "%s/convoke-data-00000000-000003", scratch);
	const char *below = arena_printf(t->a, "%s/patterns", left);
	assert_int_equal(mkdir(left, 0700), 0);
	assert_int_equal(mkdir(below, 0700), 0);
	write_site_file(t, below, "zoom.yaml", "x");
	assert_int_equal(mkdir(others, 0700), 0);
	assert_int_equal(symlink(arena_printf(t->a, "%s/..", outside), link), 0);
	town_start(t);
	assert_int_equal(access(left, F_OK), -1);
	assert_int_equal(access(others, F_OK), 0);
	assert_int_equal(access(link, F_OK), 0);
}

static void
an_invite_is_read_by_the_rules_in_force(void **state)
{
	struct town *t = *state;
	struct reader_invite got;
	town_start(t);
	town_ok(t, core_extract(t->c, t->a, "a.txt", "US", TOWN_ZOOM, strlen(TOWN_ZOOM),
			   &got, &t->err));
	assert_int_equal(got.extraction->n_meetings, 1);
	town_ok(t, core_reload(t->c, TOWN_WHO, &t->err));
	town_ok(t, core_extract(t->c, t->a, "a.txt", "US", TOWN_ZOOM, strlen(TOWN_ZOOM),
			   &got, &t->err));
	assert_string_equal(got.extraction->meetings[0].provider, "zoom");
}

static void
what_a_device_reports_is_kept(void **state)
{
	struct town *t = *state;
	const struct store_event *events;
	size_t n;
	town_build(t, 1);
	town_ok(t, core_outcome(t->c, "ROOM_01", "abcdefgh234567/1", VIA_SIP, "wrong_pin",
			   "403 Forbidden", &t->err));
	refused(t,
		core_outcome(t->c, "ROOM_01", NULL, VIA_SIP, "exploded", NULL, &t->err),
		"bad_outcome");
	refused(t, core_outcome(t->c, "ROOM_01", "a b", VIA_SIP, "busy", NULL, &t->err),
		"bad_meeting");
	refused(t, core_outcome(t->c, "NOWHERE", NULL, VIA_SIP, "busy", NULL, &t->err),
		"unknown_room");
	town_ok(t,
		core_history(t->c, t->a, "ROOM_01", 0, town_now(), &events, &n, &t->err));
	assert_true(n >= 2);
	assert_string_equal(events[0].what, "changed");
	assert_string_equal(events[n - 1].what, "outcome");
	assert_string_equal(events[n - 1].text, "sip wrong_pin: 403 Forbidden");
	assert_string_equal(events[n - 1].meeting, "abcdefgh234567/1");
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TOWN_TEST(a_link_that_cannot_work_is_refused),
		TOWN_TEST(links_are_kept_while_rooms_use_them),
		TOWN_TEST(a_room_that_cannot_be_is_refused),
		TOWN_TEST(profiles_and_providers_are_checked_and_kept),
		TOWN_TEST(every_change_is_audited_without_secrets),
		TOWN_TEST(a_policy_holds_from_the_moment_that_it_is_changed),
		TOWN_TEST(no_poll_brings_an_old_policy_back),
		TOWN_TEST(another_mailbox_is_another_calendar),
		TOWN_TEST(data_files_are_taken_all_or_none),
		TOWN_TEST(a_start_with_broken_files_says_which),
		TOWN_TEST(what_a_killed_daemon_left_is_removed),
		TOWN_TEST(an_invite_is_read_by_the_rules_in_force),
		TOWN_TEST(what_a_device_reports_is_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
