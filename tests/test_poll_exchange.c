#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/when.h"
#include "calendar/copy.h"
#include "extract.h"
#include "help/help.h"
#include "help/talk.h"
#include "provider.h"

/* Our client against the simulated Exchange: what it asks, and what it makes of it. */

#define DEMO "fixtures/calendars/exchange/demo.yaml"

static const struct providers *providers;
static struct rules *rules;

static int
load_rules(void **state)
{
	struct arena *a = arena_new(0);
	struct err err;
	struct providers *ps = NULL;
	(void)state;
	if (providers_load(help_path(a, "providers"), NULL, &ps, &err) != ERR_NONE ||
		rules_load(help_path(a, "patterns"), NULL, ps, &rules, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	providers = ps;
	arena_free(a);
	return 0;
}

static int
free_rules(void **state)
{
	(void)state;
	rules_free(rules);
	providers_free(providers);
	return 0;
}

static int64_t
now(void)
{
	int64_t t;
	when_parse(NOW, &t);
	return t;
}

/* One poll, from begin to end. */
struct watch {
	struct env *e;
	struct calendar_link link;
	struct poll *poll;
	const struct poll_result *results;
	struct reply last;
	size_t requests;
};

static void
poll_once(struct watch *w, const struct poll_room *rooms, size_t n)
{
	const struct calendar_kind *k = &calendar_exchange;
	struct arena *a = w->e->a;
	struct http_ask ask;
	int op;
	w->requests = 0;
	w->link.url = exchange_url(w->e->x);
	w->link.now = now;
	k->end(w->poll);
	w->poll = k->begin(&w->link, rooms, n, now() - 86400, now() + 7 * 86400);
	while (k->ask(w->poll, a, &ask, &op)) {
		struct http_answer *http = arena_one(a, struct http_answer);
		struct err err;
		assert_true(++w->requests < 200);
		if (http_do(w->e->h, &ask, a, http, &err) != ERR_NONE) {
			k->take(w->poll, NULL, NULL, &err);
			continue;
		}
		struct reply *reply = arena_one(a, struct reply);
		k->read(a, op, http->body, http->body_size, rules, "US", reply);
		w->last = *reply;
		k->take(w->poll, http, reply, NULL);
	}
	w->results = k->results(w->poll);
}

static void
open_watch(struct watch *w, struct env *e, bool impersonate)
{
	open_env(e, DEMO);
	memset(w, 0, sizeof *w);
	w->e = e;
	w->link = (struct calendar_link){.name = "hq",
		.user = impersonate ? "svc-impersonate@example.com"
				    : "svc-rooms@example.com",
		.impersonate = impersonate};
	speak_as(e, w->link.user,
		impersonate ? "test-only-impersonate" : "test-only-delegate");
}

static void
close_watch(struct watch *w)
{
	calendar_exchange.end(w->poll);
	close_env(w->e);
}

static const struct sighting *
seen(const struct poll_result *r, const char *subject)
{
	for (size_t i = 0; i < r->n_seen; i++)
		if (r->seen[i].event.subject != NULL &&
			strcmp(r->seen[i].event.subject, subject) == 0)
			return &r->seen[i];
	fail_msg("no event %s", subject);
	return NULL;
}

/* The best conference of the event, of this provider, with this in the slot. */
static void
offers(const struct sighting *s, const char *provider, enum slot slot, const char *value)
{
	const struct extraction *x = s->extraction;
	assert_non_null(x);
	if (x->n_meetings == 0)
		fail_msg("%s offers nothing", s->event.subject);
	assert_string_equal(x->meetings[0].provider, provider);
	if (x->meetings[0].slots[slot].value == NULL)
		fail_msg("%s has no %s", s->event.subject, slot_name(slot));
	assert_string_equal(x->meetings[0].slots[slot].value, value);
}

static const struct poll_room demo_rooms[] = {{.mailbox = "sea-38-0021@example.com"},
	{.mailbox = "sea-38-0022@example.com"}, {.mailbox = "ord-01-0201@example.com"},
	{.mailbox = "muc-02-0103@example.com"}, {.mailbox = "lon-05-0501@example.com"},
	{.mailbox = "lon-05-0502@example.com"}, {.mailbox = "ord-01-0300@example.com"},
	{.mailbox = "sea-38-0099@example.com"}};
enum { SEA_21, SEA_22, ORD_201, MUC, LON_1, LON_2, ORD_300, SEA_99, DEMO_ROOMS };

static void
has_the_demonstration(const struct poll_result *r)
{
	for (int i = SEA_21; i < SEA_99; i++)
		assert_int_equal(r[i].err.grade, ERR_NONE);
	/* Zoom, whole: from the body, though the location has the link too. */
	const struct sighting *s = seen(&r[SEA_21], "Design review");
	assert_int_equal(s->event.start, now() - 600);
	assert_int_equal(s->event.end, now() + 3000);
	assert_string_equal(s->event.organizer, "ann@example.com");
	assert_string_equal(s->event.organizer_name, "Ann Example");
	assert_string_equal(s->event.location,
		"SEA 38 0021; https://northwind.zoom.us/j/91847302265");
	assert_int_equal(s->event.response, EVENT_ACCEPTED);
	offers(s, "zoom", SLOT_MEETING_ID, "91847302265");
	offers(s, "zoom", SLOT_PASSCODE, "quill&7");
	offers(s, "zoom", SLOT_PHONE_PIN, "04471963");
	/* A series of ten, of which seven lie in the window: one moved, one dropped. */
	int64_t moved = now() + 86400 + 3 * 3600;
	assert_int_equal(r[SEA_21].n_seen, 8);
	assert_int_equal(seen(&r[SEA_21], "Stand-up (later today)")->event.start, moved);
	offers(seen(&r[SEA_21], "Stand-up (later today)"), "teams", SLOT_VIDEO_ID,
		"1172827458");
	offers(seen(&r[SEA_21], "Stand-up"), "teams", SLOT_PHONE_ID, "636049491");
	for (size_t i = 0; i < r[SEA_21].n_seen; i++)
		assert_int_not_equal(
			r[SEA_21].seen[i].event.start, now() + 2 * 86400 + 3600);
	/* Flags. */
	assert_int_equal(r[SEA_22].n_seen, 3);
	offers(seen(&r[SEA_22], "Budget"), "teams", SLOT_MEETING_ID, "263740534576");
	s = seen(&r[SEA_22], "Interview");
	assert_true(s->event.is_private);
	assert_int_equal(s->event.busy, EVENT_TENTATIVE);
	assert_int_equal(s->event.response, EVENT_MAYBE);
	assert_true(seen(&r[SEA_22], "Canceled: Town hall")->event.cancelled);
	/* Webex, Meet, two at once, none. */
	offers(seen(&r[ORD_201], "Supplier call"), "webex", SLOT_MEETING_ID,
		"24368109909");
	offers(seen(&r[ORD_201], "Supplier call"), "webex", SLOT_PHONE_PIN, "77448755");
	offers(seen(&r[ORD_201], "Follow-up"), "zoom", SLOT_MEETING_ID, "95511223344");
	offers(seen(&r[MUC], "Weekly sync"), "meet", SLOT_MEETING_ID, "abc-defg-hij");
	s = seen(&r[MUC], "Quiet day");
	assert_true(s->event.all_day && s->body_missing);
	assert_int_equal(s->event.busy, EVENT_FREE);
	assert_int_equal(s->event.end - s->event.start, 86400);
	assert_int_equal(s->event.start % 86400, 23 * 3600); /* its own zone's midnight */
	offers(seen(&r[LON_1], "Roadmap"), "zoom", SLOT_MEETING_ID, "96677889900");
	offers(seen(&r[LON_1], "Vendor demo"), "webex", SLOT_MEETING_ID, "24332211009");
	assert_int_equal(r[LON_2].n_seen, 0);
	/* Stripped: what Outlook left beside the body, or nothing. */
	s = seen(&r[ORD_300], "Ida Example");
	assert_true(s->body_missing);
	assert_string_equal(s->extraction->meetings[0].provider, "teams");
	s = seen(&r[ORD_300], "Jon Example");
	assert_true(s->body_missing);
	assert_int_equal(s->extraction->n_meetings, 0);
}

/* What a room knows after a poll. */
static struct poll_room
known(struct arena *a, const char *mailbox, const struct poll_result *r)
{
	struct known_event *k = arena_many(a, struct known_event, r->n_seen);
	for (size_t i = 0; i < r->n_seen; i++)
		k[i] = (struct known_event){
			r->seen[i].event.id, r->seen[i].event.change_key, true};
	return (struct poll_room){.mailbox = mailbox, .known = k, .n_known = r->n_seen};
}

static void
rooms_are_polled_under_delegation(void **state)
{
	(void)state;
	struct poll_room again[DEMO_ROOMS];
	struct watch w, before;
	struct env e;
	open_watch(&w, &e, false);
	poll_once(&w, demo_rooms, DEMO_ROOMS);
	has_the_demonstration(w.results);
	assert_int_equal(w.requests, 2);
	assert_string_equal(w.last.server_version, "15.2.1544.9");
	assert_string_equal(w.results[SEA_99].err.code, "ErrorAccessDenied");
	assert_int_equal(w.results[SEA_99].err.grade, ERR_DENIED);
	assert_int_equal(w.results[SEA_99].n_seen, 0);

	/* Again: one request for all, and nothing is read twice. */
	before = w;
	for (size_t i = 0; i < DEMO_ROOMS; i++)
		again[i] = known(e.a, demo_rooms[i].mailbox, &before.results[i]);
	w.poll = NULL;
	poll_once(&w, again, SEA_99);
	assert_int_equal(w.requests, 1);
	for (size_t i = 0; i < SEA_99; i++)
		assert_true(w.results[i].unchanged);

	/* One changed, one new, one gone: one more request, for the two. */
	struct sim_meeting m = {.name = "design-review",
		.subject = "Design review",
		.start = "-10m",
		.end = "+50m",
		.text = "https://northwind.zoom.us/j/92222222222"};
	unsigned long items = exchange_counters(e.x).items;
	put_meeting(&e, "sea-38-0021@example.com", &m);
	m.name = m.subject = "Brand new";
	put_meeting(&e, "lon-05-0502@example.com", &m);
	assert_true(exchange_delete(e.x, "ord-01-0201@example.com", "follow-up"));
	poll_once(&w, again, SEA_99);
	assert_int_equal(w.requests, 2);
	assert_int_equal(exchange_counters(e.x).items - items, 19 + 2);
	offers(seen(&w.results[SEA_21], "Design review"), "zoom", SLOT_MEETING_ID,
		"92222222222");
	assert_false(w.results[SEA_21].unchanged);
	offers(seen(&w.results[LON_2], "Brand new"), "zoom", SLOT_MEETING_ID,
		"92222222222");
	assert_int_equal(w.results[ORD_201].n_seen, 1);
	assert_true(w.results[MUC].unchanged);
	calendar_exchange.end(before.poll);
	close_watch(&w);
}

static void
rooms_are_polled_by_impersonation(void **state)
{
	(void)state;
	struct watch w;
	struct env e;
	struct exchange_request r;
	open_watch(&w, &e, true);
	poll_once(&w, demo_rooms, DEMO_ROOMS);
	has_the_demonstration(w.results);
	assert_string_equal(w.results[SEA_99].err.code, "ErrorImpersonateUserDenied");
	assert_int_equal(w.results[SEA_99].err.grade, ERR_DENIED);
	assert_int_equal(exchange_counters(e.x).unanchored, 0);
	for (size_t i = 0; exchange_request(e.x, i, &r); i++)
		assert_non_null(strstr(r.body,
			arena_printf(e.a, "<t:PrimarySmtpAddress>%s<", r.anchor)));
	/* A room that does not exist costs no other its poll. */
	static const struct poll_room wrong[] = {{.mailbox = "nobody@example.com"},
		{.mailbox = "sea-38-0021@example.com"}};
	poll_once(&w, wrong, 2);
	assert_string_equal(w.results[0].err.code, "ErrorNonExistentMailbox");
	assert_int_equal(w.results[0].err.grade, ERR_ABSENT);
	assert_int_equal(w.results[1].n_seen, 8);
	close_watch(&w);
}

static void
the_passwords_end_is_learnt(void **state)
{
	(void)state;
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	poll_once(&w, NULL, 0);
	assert_int_equal(
		w.last.password_expires, now() - 15 * 3600 + 40 * 86400 + 8 * 3600);
	close_watch(&w);
	open_watch(&w, &e, true);
	poll_once(&w, NULL, 0);
	assert_true(w.last.password_expires == INT64_MAX);
	close_watch(&w);
}

static void
older_servers_are_asked_in_their_own_words(void **state)
{
	(void)state;
	static const struct {
		const char *version, *first;
		size_t requests; /* when the version is not known yet */
	} cases[] = {
		{"15.2.1544.9", "Exchange2013_SP1", 2},
		{"15.0.847.32", "Exchange2013_SP1", 2},
		{"14.3.123.4", "Exchange2010_SP2", 3},
		{"8.3.485.1", "Exchange2007_SP1", 4},
	};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exchange_server s = {.version = cases[i].version};
		struct exchange_request r;
		size_t kept = 0;
		assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
		w.link.server_version = NULL;
		poll_once(&w, demo_rooms, SEA_99);
		assert_int_equal(w.requests, cases[i].requests);
		has_the_demonstration(w.results);
		w.link.server_version = cases[i].version;
		poll_once(&w, demo_rooms, SEA_99);
		assert_int_equal(w.requests, 2);
		while (exchange_request(e.x, kept, &r))
			kept++;
		assert_true(exchange_request(e.x, kept - 1, &r));
		assert_non_null(strstr(
			r.body, arena_printf(e.a, "RequestServerVersion Version=\"%s\"",
					cases[i].first)));
	}
	/* One room still lives on the old server. */
	struct exchange_server s = {.version = NULL};
	struct sim_room old = {
		.mailbox = "lon-05-0501@example.com", .version = "Exchange2010_SP2"};
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	assert_int_equal(exchange_put_room(e.x, &old, &e.err), ERR_NONE);
	w.link.server_version = "15.2.1544.9";
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);
	close_watch(&w);
}

/* What each fault comes to, for every room of the poll. */
static void
each_fault_has_its_grade_and_code(void **state)
{
	(void)state;
	static const struct {
		const char *order, *code;
		enum err_grade grade;
		int wait_s;
	} cases[] = {
		{"busy", "ErrorServerBusy", ERR_WAIT, 298},
		{"busy=0", "ErrorServerBusy", ERR_WAIT, 1},
		{"busy-message=5000", "ErrorServerBusy", ERR_WAIT, 5},
		{"busy-inner=5001", "ErrorServerBusy", ERR_WAIT, 6},
		{"fault-ErrorServerBusy", "ErrorServerBusy", ERR_WAIT, 60},
		{"ErrorExceededConnectionCount", "ErrorExceededConnectionCount", ERR_WAIT,
			60},
		{"fault-ErrorADUnavailable", "ErrorADUnavailable", ERR_RETRY, 0},
		{"ErrorMailboxMoveInProgress", "ErrorMailboxMoveInProgress", ERR_RETRY,
			0},
		{"fault-ErrorAccountDisabled", "ErrorAccountDisabled", ERR_DENIED, 0},
		{"ErrorNotKnownToAnyone", "ErrorNotKnownToAnyone", ERR_BAD_REPLY, 0},
		{"unauthorized", "wrong_password", ERR_DENIED, 0},
		{"no-basic", "basic_not_offered", ERR_DENIED, 0},
		{"forbidden", "http_403", ERR_DENIED, 0},
		{"owa", "owa_address", ERR_CONFIG, 0},
		{"error-page", "http_302", ERR_RETRY, 0},
		{"foreign", "redirected", ERR_CONFIG, 0},
		{"login-page", "owa_address", ERR_CONFIG, 0},
		{"not-found", "not_ews", ERR_CONFIG, 0},
		{"not-allowed", "not_ews", ERR_CONFIG, 0},
		{"login-timeout", "owa_address", ERR_CONFIG, 0},
		{"locked", "account_locked", ERR_DENIED, 0},
		{"iis-error", "http_500", ERR_RETRY, 0},
		{"bad-gateway", "http_502", ERR_RETRY, 0},
		{"unavailable", "http_503", ERR_WAIT, 120},
		{"unavailable=7", "http_503", ERR_WAIT, 7},
		{"gateway-timeout", "http_504", ERR_RETRY, 0},
		{"empty", "empty_answer", ERR_RETRY, 0},
		{"truncated", "connection_lost", ERR_RETRY, 0},
		{"drop", "connection_lost", ERR_RETRY, 0},
	};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(exchange_fail(e.x, cases[i].order, &e.err), ERR_NONE);
		poll_once(&w, demo_rooms, SEA_99);
		assert_int_equal(w.requests, 1); /* no hammering */
		for (size_t k = 0; k < SEA_99; k++) {
			const struct err *err = &w.results[k].err;
			if (strcmp(err->code, cases[i].code) != 0 ||
				err->grade != cases[i].grade)
				fail_msg("%s: %s, %s", cases[i].order, err->code,
					err->text);
			assert_int_equal(err->retry_at,
				cases[i].wait_s > 0 ? now() + cases[i].wait_s : 0);
		}
	}
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);
	assert_int_equal(exchange_counters(e.x).unauthorized, 0);
	close_watch(&w);
}

static void
a_server_that_hangs_or_drips_is_given_up(void **state)
{
	(void)state;
	static const char *const orders[] = {"hang", "slow"};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (size_t i = 0; i < 2; i++) {
		struct http_config c = {.url = exchange_url(e.x),
			.user = w.link.user,
			.password = "test-only-delegate",
			.loopback = true,
			.total_ms = 300};
		http_free(e.h);
		assert_int_equal(http_new(&c, &e.h, &e.err), ERR_NONE);
		assert_int_equal(exchange_fail(e.x, orders[i], &e.err), ERR_NONE);
		poll_once(&w, demo_rooms, SEA_99);
		assert_string_equal(w.results[0].err.code, "timeout");
		assert_int_equal(w.results[0].err.grade, ERR_RETRY);
	}
	close_watch(&w);
}

/* What passes by itself, or is worked around within the poll. */
static void
some_faults_cost_requests_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *order;
		size_t requests;
	} cases[] = {
		{"gzip:always", 2}, {"wrong-type:always", 2},
		{"characters@GetItem:always", 2}, {"batch-stopped", 3},
		{"ErrorTimeoutExpired@FindItem", 1 + 3 + 1}, /* three rooms at a time */
		{"ErrorTimeoutExpired@GetItem", 2 + 3},      /* nine events at a time */
		{"fault-ErrorTimeoutExpired@GetItem", 2 + 3},
		{"one-missing", 1 + 2 + 1}, /* half the window at a time */
	};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(exchange_fail(e.x, cases[i].order, &e.err), ERR_NONE);
		poll_once(&w, demo_rooms, SEA_99);
		assert_int_equal(w.requests, cases[i].requests);
		has_the_demonstration(w.results);
		exchange_heal(e.x);
	}
	close_watch(&w);
}

/* Passwords are not tried again and again: the directory would lock the account. */
static void
a_wrong_password_is_tried_once(void **state)
{
	(void)state;
	struct watch w;
	struct env e;
	open_watch(&w, &e, true);
	speak_as(&e, w.link.user, "wrong");
	poll_once(&w, demo_rooms, SEA_99);
	assert_int_equal(w.requests, 1);
	assert_int_equal(exchange_counters(e.x).unauthorized, 1);
	for (size_t i = 0; i < SEA_99; i++)
		assert_string_equal(w.results[i].err.code, "wrong_password");
	close_watch(&w);
}

static void
a_full_calendar_is_read_in_pieces(void **state)
{
	(void)state;
	static const struct poll_room rooms[] = {{.mailbox = "lon-05-0502@example.com"},
		{.mailbox = "muc-02-0103@example.com"}};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (int i = 0; i < 600; i++)
		put_meeting(&e, "lon-05-0502@example.com",
			&(struct sim_meeting){.name = arena_printf(e.a, "%d", i),
				.subject = arena_printf(e.a, "Meeting %d", i),
				.start = arena_printf(e.a, "+%dm", i * 15),
				.end = arena_printf(e.a, "+%dm", i * 15 + 15),
				.text = arena_printf(
					e.a, "https://northwind.zoom.us/j/9%08d", i)});
	poll_once(&w, rooms, 2);
	assert_int_equal(w.results[0].err.grade, ERR_NONE);
	assert_int_equal(w.results[0].n_seen, 600); /* each once */
	offers(seen(&w.results[0], "Meeting 599"), "zoom", SLOT_MEETING_ID, "900000599");
	assert_int_equal(w.results[1].n_seen, 2);

	/* A server that counts all folders' items together wants fewer rooms at a time. */
	struct exchange_server s = {.find_limit = 8};
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	assert_true(exchange_delete(e.x, "lon-05-0502@example.com", NULL));
	assert_int_equal(
		exchange_put_room(e.x,
			&(struct sim_room){.mailbox = "lon-05-0502@example.com"},
			&e.err),
		ERR_NONE);
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);

	/* And one whose minute is soon over. */
	s = (struct exchange_server){.batch_limit = 5};
	assert_int_equal(exchange_put_server(e.x, &s, &e.err), ERR_NONE);
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);
	assert_int_equal(w.requests, 1 + 4); /* nineteen, five at a time */
	close_watch(&w);
}

static void
one_damaged_event_is_shown_without_its_body(void **state)
{
	(void)state;
	static const struct sim_meeting m = {.name = "budget",
		.subject = "Budget",
		.start = "+10m",
		.end = "+40m",
		.text = "https://northwind.zoom.us/j/92222222222",
		.corrupt = true};
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	put_meeting(&e, "sea-38-0022@example.com", &m);
	poll_once(&w, demo_rooms, SEA_99);
	const struct sighting *s = seen(&w.results[SEA_22], "Budget");
	assert_string_equal(s->err.code, "ErrorItemCorrupt");
	assert_int_equal(s->event.start, now() + 600);
	assert_int_equal(s->body_hash, 0);
	assert_int_equal(w.results[SEA_22].err.grade, ERR_NONE);
	assert_int_equal(w.results[SEA_22].n_seen, 3);
	offers(seen(&w.results[SEA_21], "Design review"), "zoom", SLOT_MEETING_ID,
		"91847302265");
	close_watch(&w);
}

static void
a_body_is_read_no_further_than_it_may(void **state)
{
	(void)state;
	enum { LONG = 1 << 20 };
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	char *text = arena_many(e.a, char, LONG + 100);
	int n = sprintf(text, "https://northwind.zoom.us/j/92222222222\n");
	for (char *p = text + n; p < text + LONG; p++)
		*p = (p - text) % 64 == 0 ? '\n' : 'x';
	strcpy(text + LONG, "\nhttps://northwind.zoom.us/j/93333333333\n");
	struct sim_meeting m = {.name = "budget",
		.subject = "Budget",
		.start = "+10m",
		.end = "+40m",
		.text = text};
	put_meeting(&e, "sea-38-0022@example.com", &m);
	poll_once(&w, &demo_rooms[SEA_22], 1);
	const struct sighting *s = seen(&w.results[0], "Budget");
	offers(s, "zoom", SLOT_MEETING_ID, "92222222222");
	assert_int_equal(s->extraction->n_meetings, 1);
	struct exchange_request q;
	for (size_t i = 0; exchange_request(e.x, i, &q); i++)
		assert_true(q.reply_size < 300 << 10);
	close_watch(&w);
}

/* What a room that strips texts has of this organizer's meeting, and what he has. */
static void
book_stripped(struct env *e, const char *name, const char *organizer, const char *own,
	const char *sensitivity)
{
	struct sim_meeting m = {.name = name,
		.subject = name,
		.organizer = arena_printf(e->a, "Kim <%s>", organizer),
		.start = "+30m",
		.end = "+60m",
		.repeat = "daily",
		.sensitivity = sensitivity,
		.text = "https://northwind.zoom.us/j/94444444444"};
	put_meeting(e, "ord-01-0300@example.com", &m);
	if (own == NULL)
		return;
	m.text = own;
	m.sensitivity = NULL;
	struct sim_room r = {.mailbox = organizer};
	assert_int_equal(exchange_put_room(e->x, &r, &e->err), ERR_NONE);
	put_meeting(e, organizer, &m);
}

static void
the_organizers_copy_is_read_where_the_room_has_nothing(void **state)
{
	for (int impersonate = 0; impersonate < 2; impersonate++) {
		struct watch w;
		struct env e;
		open_watch(&w, &e, impersonate);
		struct exchange_account a = {.user = "svc-impersonate@example.com",
			.password = "test-only-impersonate",
			.impersonates = (const char *const[]){"ord-01-0300@example.com",
				"kim@example.com", "lee@example.com"},
			.impersonates_count = 3};
		assert_int_equal(exchange_put_account(e.x, &a, &e.err), ERR_NONE);
		book_stripped(&e, "found", "kim@example.com",
			"https://northwind.zoom.us/j/92222222222", NULL);
		book_stripped(&e, "plain", "lee@example.com", "See you there", NULL);
		poll_once(&w, &demo_rooms[ORD_300], 1);
		assert_int_equal(w.requests, 2 + 2 + 2);
		/* today's, not tomorrow's */
		size_t used = 0;
		for (size_t i = 0; i < w.results[0].n_seen; i++)
			used += w.results[0].seen[i].copy.used;
		assert_int_equal(used, 1);
		const struct sighting *s = seen(&w.results[0], "Kim");
		for (size_t i = 0; i < w.results[0].n_seen; i++)
			if (w.results[0].seen[i].copy.used)
				s = &w.results[0].seen[i];
		offers(s, "zoom", SLOT_MEETING_ID, "92222222222");
		assert_int_equal(s->event.start, now() + 1800);
		assert_string_equal(s->event.organizer, "kim@example.com");
		close_watch(&w);
	}
	(void)state;
}

static const struct sighting *
soon(const struct watch *w)
{
	for (size_t i = 0; i < w->results[0].n_seen; i++)
		if (w->results[0].seen[i].event.start == now() + 1800)
			return &w->results[0].seen[i];
	fail_msg("no event");
	return NULL;
}

static void
an_organizer_who_may_not_be_read_is_left_alone(void **state)
{
	(void)state;
	static const struct {
		const char *organizer, *own, *sensitivity;
		size_t requests;
		int64_t wait; /* -1: for good; 0: it was not even thought of */
	} cases[] = {
		{"nobody@example.com", NULL, NULL, 3, 86400},
		{"eve@example.net", "https://northwind.zoom.us/j/92222222222", NULL, 2, -1},
		{"kim@example.com", "https://northwind.zoom.us/j/92222222222", "Private", 2, 0},
		{"lee@example.com", "nothing", NULL, 4, -1},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct watch w;
		struct env e;
		open_watch(&w, &e, false);
		book_stripped(&e, "meeting", cases[i].organizer, cases[i].own,
			cases[i].sensitivity);
		poll_once(&w, &demo_rooms[ORD_300], 1);
		const struct sighting *s = soon(&w);
		assert_int_equal(w.requests, cases[i].requests);
		assert_int_equal(w.results[0].err.grade, ERR_NONE);
		assert_int_equal(s->extraction->n_meetings, 0);
		assert_false(s->copy.used);
		if (cases[i].wait > 0)
			assert_int_equal(s->copy.again_at, now() + cases[i].wait);
		else if (cases[i].wait == 0)
			assert_int_equal(s->copy.again_at, 0);
		else
			assert_true(s->copy.again_at > now() + 1000 * INT64_C(86400));
		/* Another meeting of one who was refused costs nothing. */
		struct refusal refusal = {cases[i].organizer, s->copy.again_at};
		struct poll_room again = {.mailbox = "ord-01-0300@example.com",
			.refusals = &refusal,
			.n_refusals = 1};
		if (cases[i].wait > 0) {
			poll_once(&w, &again, 1);
			assert_int_equal(w.requests, 2);
			assert_int_equal(soon(&w)->copy.again_at, now() + cases[i].wait);
		}
		close_watch(&w);
	}
}

static void
no_more_than_five_copies_are_asked_for_in_one_poll(void **state)
{
	(void)state;
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	for (int i = 0; i < 9; i++)
		book_stripped(&e, arena_printf(e.a, "m%d", i),
			arena_printf(e.a, "p%d@example.com", i), NULL, NULL);
	poll_once(&w, &demo_rooms[ORD_300], 1);
	assert_int_equal(w.requests, 1 + 2 + 5); /* 65 events are read in two */
	close_watch(&w);
}

static void
uids_of_a_series_and_its_occurrence_are_the_same(void **state)
{
	(void)state;
#define HEAD "040000008200E00074C5B7101A82E008"
	assert_true(copy_is_same_uid(HEAD "07EA0B18AB", HEAD "00000000ab"));
	assert_false(copy_is_same_uid(HEAD "07EA0B18AB", HEAD "00000000AC"));
	assert_false(copy_is_same_uid(HEAD "07EA0B18", HEAD "00000000"));
	assert_false(copy_is_same_uid(HEAD "07EA0B18AB", HEAD "00000000ABAB"));
	assert_false(copy_is_same_uid("a", "A"));
	assert_false(copy_is_same_uid(NULL, NULL));
	assert_true(copy_is_same_uid("a@example.com", "a@example.com"));
}

/* A server just started may say so of all; one room that is emptied is believed. */
static void
calendars_empty_all_at_once_are_asked_about_again(void **state)
{
	(void)state;
	struct poll_room again[DEMO_ROOMS];
	struct watch w, before;
	struct env e;
	open_watch(&w, &e, false);
	for (int i = 0; i < 3; i++)
		put_meeting(&e, "lon-05-0502@example.com",
			&(struct sim_meeting){.name = arena_printf(e.a, "%d", i),
				.start = "now",
				.end = "+1h"});
	poll_once(&w, demo_rooms, SEA_99);
	before = w;
	for (size_t i = 0; i < SEA_99; i++)
		again[i] = known(e.a, demo_rooms[i].mailbox, &before.results[i]);
	w.poll = NULL;
	assert_int_equal(exchange_fail(e.x, "empty-calendar", &e.err), ERR_NONE);
	poll_once(&w, again, SEA_99);
	assert_int_equal(w.requests, 2);
	assert_true(w.results[SEA_21].unchanged);
	assert_true(w.results[LON_2].unchanged);
	calendar_exchange.end(before.poll);
	close_watch(&w);
}

static void
forbidden_characters_harm_nobody(void **state)
{
	(void)state;
	struct watch w;
	struct env e;
	open_watch(&w, &e, false);
	assert_int_equal(exchange_fail(e.x, "characters:always", &e.err), ERR_NONE);
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);
	put_meeting(&e, "lon-05-0502@example.com",
		&(struct sim_meeting){.name = "odd",
			.subject = "Odd\x0b & \x01",
			.start = "now",
			.end = "+1h",
			.html = "<p>\x1f<a href=\"https://northwind.zoom.us/j/92222222222?a=1&amp;"
				"pwd=x\">\x02here</a></p>"});
	poll_once(&w, demo_rooms, SEA_99);
	const struct sighting *s = seen(&w.results[LON_2], "Odd & ");
	offers(s, "zoom", SLOT_MEETING_ID, "92222222222");
	offers(s, "zoom", SLOT_URL, "https://northwind.zoom.us/j/92222222222?a=1&pwd=x");
	close_watch(&w);
}

static void
the_demonstration_is_read_over_tls(void **state)
{
	(void)state;
	struct watch w = {.link = {.name = "hq", .user = "svc-rooms@example.com"}};
	struct env e;
	memset(&e, 0, sizeof e);
	e.a = arena_new(0);
	w.e = &e;
	struct sim_config c = {.scenario = help_path(e.a, DEMO), .now = NOW, .tls = true};
	assert_int_equal(exchange_start(&c, &e.x, &e.err), ERR_NONE);
	const char *ca = arena_printf(e.a, "%s/ca.pem", help_tmpdir(e.a));
	help_write(ca, exchange_ca(e.x), strlen(exchange_ca(e.x)));
	struct http_config h = {.url = exchange_url(e.x),
		.user = w.link.user,
		.password = "test-only-delegate",
		.ca_file = ca,
		.loopback = true};
	assert_int_equal(http_new(&h, &e.h, &e.err), ERR_NONE);
	poll_once(&w, demo_rooms, SEA_99);
	has_the_demonstration(w.results);
	assert_int_equal(exchange_counters(e.x).connections, 1);
	close_watch(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rooms_are_polled_under_delegation),
		cmocka_unit_test(rooms_are_polled_by_impersonation),
		cmocka_unit_test(the_passwords_end_is_learnt),
		cmocka_unit_test(older_servers_are_asked_in_their_own_words),
		cmocka_unit_test(each_fault_has_its_grade_and_code),
		cmocka_unit_test(a_server_that_hangs_or_drips_is_given_up),
		cmocka_unit_test(some_faults_cost_requests_and_nothing_else),
		cmocka_unit_test(a_wrong_password_is_tried_once),
		cmocka_unit_test(a_full_calendar_is_read_in_pieces),
		cmocka_unit_test(one_damaged_event_is_shown_without_its_body),
		cmocka_unit_test(a_body_is_read_no_further_than_it_may),
		cmocka_unit_test(the_organizers_copy_is_read_where_the_room_has_nothing),
		cmocka_unit_test(an_organizer_who_may_not_be_read_is_left_alone),
		cmocka_unit_test(no_more_than_five_copies_are_asked_for_in_one_poll),
		cmocka_unit_test(uids_of_a_series_and_its_occurrence_are_the_same),
		cmocka_unit_test(calendars_empty_all_at_once_are_asked_about_again),
		cmocka_unit_test(forbidden_characters_harm_nobody),
		cmocka_unit_test(the_demonstration_is_read_over_tls),
	};
	return cmocka_run_group_tests(tests, load_rules, free_rules);
}
