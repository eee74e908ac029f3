/* The simulated Google Workspace refuses what Google refuses; and the real core against it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include <jansson.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "base/http.h"
#include "base/log.h"
#include "base/when.h"
#include "core.h"
#include "help/help.h"
#include "reader/reader.h"
#include "sim/google.h"

#define NOW "2026-11-24T12:00:00Z"
enum { NOON = 1795521600, PATIENCE_MS = 20 * 1000 };

#define ACCOUNT "convoke@northwind.iam.gserviceaccount.com"
#define ADMIN "admin@example.com"
#define ROOM "c_1@resource.calendar.google.com"
#define SCOPE "https://www.googleapis.com/auth/calendar.events.readonly"
#define ROOMS_SCOPE                                                                      \
	"https://www.googleapis.com/auth/admin.directory.resource.calendar.readonly"
#define WHO "uid 0 (root)"

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

struct town {
	struct arena *a;
	struct suite *x;
	struct http *h;
	struct core *c;
	const char *key, *bearer;
	struct http_answer got;
	struct err err;
};

static void
ok(struct town *t, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", t->err.code, t->err.text, t->err.cure);
}

static void
put(struct town *t, const char *name, const char *start, const char *end,
	const char *sensitivity)
{
	ok(t, suite_put(t->x, ROOM,
		      &(struct sim_meeting){.name = name,
			      .start = start,
			      .end = end,
			      .subject = name,
			      .sensitivity = sensitivity,
			      .organizer = "Ann Example <ann@example.com>",
			      .text = "https://northwind.zoom.us/j/91847302265"},
		      &t->err));
}

static void
grant(struct town *t, const char *who, const char *role)
{
	ok(t, suite_put_grant(t->x, &(struct suite_grant){"*", who, role}, &t->err));
}

static void
delegate(struct town *t, const char *scope, unsigned n)
{
	ok(t, suite_put_account(t->x,
		      &(struct suite_account){.email = ACCOUNT,
			      .client_id = "104857600000000000001",
			      .delegated = &scope,
			      .delegated_count = n},
		      &t->err));
}

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct town *t = arena_one(a, struct town);
	t->a = a;
	atomic_store(&wall, NOON);
	atomic_store(&mono, 1000 * 1000);
	log_threshold(LOG_LEVEL_ERROR);
	ok(t, suite_start(&(struct sim_config){.now = NOW, .keep = 500}, &t->x, &t->err));
	delegate(t, NULL, 0);
	ok(t, suite_put_user(t->x, &(struct suite_user){ADMIN, true}, &t->err));
	ok(t, suite_put_user(
		      t->x, &(struct suite_user){"rooms@example.com", false}, &t->err));
	ok(t, suite_put_room(
		      t->x, &(struct sim_room){.mailbox = ROOM, .name = "Elm"}, &t->err));
	grant(t, ACCOUNT, "reader");
	put(t, "Review", "now", "+60m", NULL);
	t->key = suite_new_key(t->x, ACCOUNT);
	ok(t, http_new(&(struct http_config){.url = suite_url(t->x), .loopback = true},
		      &t->h, &t->err));
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct town *t = *state;
	core_stop(t->c);
	http_free(t->h);
	suite_stop(t->x);
	arena_free(t->a);
	return 0;
}

/* A token as our own client asks for it; ERR_NONE, or why there is none. */
static int
ask_token(struct town *t, const char *scope, const char *subject, const char *audience,
	int64_t at)
{
	struct auth_config config = {.way = AUTH_GOOGLE,
		.token_url = audience != NULL ? audience : suite_token_url(t->x),
		.scope = scope,
		.subject = subject};
	struct http_ask ask;
	struct auth_token token;
	ok(t, auth_ask(&config, t->key, t->a, at, &ask, &t->err));
	ask.url = suite_token_url(t->x);
	ok(t, http_do(t->h, &ask, t->a, &t->got, &t->err));
	int grade = auth_read(&config, &t->got, t->a, at, &token, &t->err);
	if (grade == ERR_NONE)
		t->bearer = arena_printf(t->a, "Authorization: Bearer %s", token.token);
	return grade;
}

static void
may_ask(struct town *t)
{
	ok(t, ask_token(t, SCOPE, NULL, NULL, NOON));
}

/* What is answered to this query of the room's events. */
static long
get_with(struct town *t, const char *path, const char *header)
{
	const char *headers[] = {t->bearer, header};
	struct http_ask ask = {.method = HTTP_GET,
		.url = arena_printf(t->a, "%s%s", suite_url(t->x), path),
		.headers = headers,
		.n_headers = header != NULL ? 2 : 1};
	ok(t, http_do(t->h, &ask, t->a, &t->got, &t->err));
	return t->got.status;
}

#define EVENTS "/calendars/c_1%40resource.calendar.google.com/events"

static long
get(struct town *t, const char *query)
{
	return get_with(t, arena_printf(t->a, "%s?%s", EVENTS, query), NULL);
}

static void
says(struct town *t, const char *text)
{
	if (strstr(t->got.body, text) == NULL)
		fail_msg("no %s in %s", text, t->got.body);
}

static void
says_not(struct town *t, const char *text)
{
	if (strstr(t->got.body, text) != NULL)
		fail_msg("%s in %s", text, t->got.body);
}

static const char *
member(struct town *t, const char *name)
{
	json_t *o = json_loads(t->got.body, 0, NULL);
	const char *s = json_string_value(json_object_get(o, name));
	s = s != NULL ? arena_strdup(t->a, s) : NULL;
	json_decref(o);
	return s;
}

static void
a_token_is_given_for_what_is_rightly_signed(void **state)
{
	struct town *t = *state;
	static const struct {
		const char *scope, *subject, *audience;
		int64_t at;
		const char *code, *said, *cure;
	} rows[] = {
		{SCOPE, NULL, NULL, NOON + 600, "invalid_grant", "short-lived token",
			"clock"},
		{SCOPE, NULL, NULL, NOON - 7200, "invalid_grant", "short-lived token",
			"clock"},
		{SCOPE, NULL, "https://oauth2.example.com/token", NOON, "invalid_grant",
			"audience", "token"},
		{"", NULL, NULL, NOON, "invalid_scope", "Empty or missing scope", ""},
		{"https://www.googleapis.com/auth/calender", NULL, NULL, NOON,
			"invalid_scope", "Invalid OAuth scope", ""},
		{SCOPE, "rooms@example.com", NULL, NOON, "unauthorized_client",
			"Client is unauthorized", SCOPE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(ask_token(t, rows[i].scope, rows[i].subject,
					 rows[i].audience, rows[i].at),
			ERR_DENIED);
		assert_string_equal(t->err.code, rows[i].code);
		says(t, rows[i].said);
		if (strstr(t->err.cure, rows[i].cure) == NULL)
			fail_msg("row %zu: %s", i, t->err.cure);
	}
	delegate(t, SCOPE, 1);
	assert_int_equal(ask_token(t, SCOPE, "rooms@example.com", NULL, NOON), ERR_NONE);
	assert_int_equal(
		ask_token(t, SCOPE " " ROOMS_SCOPE, "rooms@example.com", NULL, NOON),
		ERR_DENIED);
	assert_string_equal(t->err.code, "unauthorized_client");
	assert_int_equal(ask_token(t, SCOPE, ROOM, NULL, NOON), ERR_DENIED);
	says(t, "Invalid email or User ID"); /* a room is no user */
	suite_new_key(t->x, ACCOUNT);
	assert_int_equal(ask_token(t, SCOPE, NULL, NULL, NOON), ERR_DENIED);
	says(t, "Invalid JWT Signature.");
	assert_non_null(strstr(t->err.cure, "new key"));
}

static void
wrong_requests_are_refused(void **state)
{
	struct town *t = *state;
	static const struct {
		long status;
		const char *query, *reason;
	} rows[] = {
		{400, "singelEvents=true", "invalidParameter"},
		{400, "singleEvents=yes", "badRequest"},
		{400, "orderBy=startTime", "badRequest"},
		{400, "timeMin=2026-11-24T12:00:00", "badRequest"},
		{400, "timeMin=2026-11-24", "badRequest"},
		{400, "timeMin=2026-11-24T12:00:00Z&timeMax=2026-11-24T12:00:00Z",
			"timeRangeEmpty"},
		{400, "maxResults=0", "badRequest"},
		{400, "maxAttendees=-1", "badRequest"},
		{400, "fields=items(id,sumary)", "invalidParameter"},
		{400, "fields=items(id", "invalidParameter"},
		{400, "quotaUser=c_18800000000000000000%40resource.calendar.google.com",
			"invalidParameter"},
		{400, "pageToken=7", "badRequest"},
		{410, "syncToken=7", "fullSyncRequired"},
		{400, "syncToken=7&timeMin=2026-11-24T12:00:00Z", "badRequest"},
		{400, "syncToken=7&orderBy=updated", "badRequest"},
		{400, "syncToken=7&showDeleted=false", "badRequest"},
	};
	t->bearer = "Authorization: Bearer nobody";
	assert_int_equal(get(t, ""), 401);
	says(t, "\"authError\"");
	may_ask(t);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (get(t, rows[i].query) != rows[i].status)
			fail_msg("%s: %ld %s", rows[i].query, t->got.status, t->got.body);
		says(t, arena_printf(t->a, "\"reason\": \"%s\"", rows[i].reason));
	}
	assert_int_equal(
		get_with(t, "/calendars/nobody%40example.com/events", NULL), 404);
	says(t, "\"notFound\"");
	assert_int_equal(get_with(t, "/calendar", NULL), 404);
	suite_pass(t->x, 3600);
	assert_int_equal(get(t, ""), 401);
}

static void
fields_choose_what_is_answered(void **state)
{
	struct town *t = *state;
	may_ask(t);
	assert_int_equal(
		get(t, "fields=etag,items(id,start/dateTime,attendees(self),end)"), 200);
	says(t, "\"dateTime\": \"2026-11-24T12:00:00Z\"");
	says(t, "\"self\": true");
	says(t, "\"end\"");
	says_not(t, "summary");
	says_not(t, "accessRole");
	says_not(t, "responseStatus");
}

static void
pages_and_tags_and_sync_tokens(void **state)
{
	struct town *t = *state;
	put(t, "Second", "+2h", "+3h", NULL);
	may_ask(t);
	assert_int_equal(get(t, "singleEvents=true&maxResults=1"), 200);
	const char *page = member(t, "nextPageToken");
	assert_null(member(t, "nextSyncToken")); /* on the last page alone */
	assert_int_equal(
		get(t, arena_printf(t->a,
			       "singleEvents=true&maxResults=1&pageToken=%.2s%%2B%.16s%%3D",
			       page, page + 3)),
		200);
	says(t, "Second");
	const char *sync = member(t, "nextSyncToken");
	assert_non_null(sync);
	assert_int_equal(get(t, "singleEvents=true"), 200);
	const char *tag = member(t, "etag");
	const char *unless = arena_printf(t->a, "If-None-Match: %s", tag);
	assert_int_equal(get_with(t, EVENTS "?singleEvents=true", unless), 304);
	assert_int_equal(t->got.body_size, 0);
	put(t, "Second", "+2h", "+4h", NULL);
	assert_int_equal(get_with(t, EVENTS "?singleEvents=true", unless), 200);
	suite_delete(t->x, ROOM, "Second");
	assert_int_equal(get_with(t, EVENTS "?singleEvents=true", unless), 200);
}

static void
what_is_seen_is_as_it_is_shared(void **state)
{
	struct town *t = *state;
	put(t, "Secret", "+2h", "+3h", "Private");
	may_ask(t);
	assert_int_equal(get(t, ""), 200);
	says(t, "Review");
	says(t, "\"private\"");
	says_not(t, "Secret");
	grant(t, ACCOUNT, "writer");
	get(t, "");
	says(t, "Secret");
	grant(t, ACCOUNT, "freeBusyReader");
	get(t, "");
	says(t, "\"freeBusyReader\"");
	says_not(t, "Review");
	grant(t, ACCOUNT, "none");
	assert_int_equal(get(t, ""), 404);
	ok(t, suite_put_project(
		      t->x, &(struct suite_project){.api_disabled = true}, &t->err));
	assert_int_equal(get(t, ""), 403);
	says(t, "accessNotConfigured");
}

static long
get_rooms(struct town *t, const char *query)
{
	const char *headers[] = {t->bearer};
	struct http_ask ask = {.method = HTTP_GET,
		.url = arena_printf(t->a,
			"%.*s/admin/directory/v1/customer/my_customer/resources/"
			"calendars%s",
			(int)(strlen(suite_url(t->x)) - strlen("/calendar/v3")),
			suite_url(t->x), query),
		.headers = headers,
		.n_headers = 1};
	ok(t, http_do(t->h, &ask, t->a, &t->got, &t->err));
	return t->got.status;
}

static void
the_directory_is_an_administrators(void **state)
{
	struct town *t = *state;
	delegate(t, ROOMS_SCOPE, 1);
	may_ask(t);
	assert_int_equal(get_rooms(t, ""), 403);
	says(t, "insufficientPermissions");
	ok(t, ask_token(t, ROOMS_SCOPE, "rooms@example.com", NULL, NOON));
	assert_int_equal(get_rooms(t, ""), 403);
	says(t, "Not Authorized");
	ok(t, ask_token(t, ROOMS_SCOPE, ADMIN, NULL, NOON));
	assert_int_equal(get_rooms(t, ""), 200);
	says(t, "\"resourceEmail\": \"" ROOM "\"");
	assert_int_equal(get_rooms(t, "?maxResults=501"), 400);
	assert_int_equal(get_rooms(t, "?pages=1"), 400);
	assert_int_equal(get(t, ""), 403); /* and no calendar is */
}

/* The core from here on. */

static void
link_it(struct town *t, const char *subject)
{
	const char *dir = help_tmpdir(t->a);
	ok(t, core_start(&(struct core_config){.state_dir = dir,
				 .credentials = arena_printf(t->a, "%s/credentials", dir),
				 .patterns = help_path(t->a, "patterns"),
				 .providers = help_path(t->a, "providers"),
				 .scratch = dir,
				 .now = wall_now,
				 .monotonic_ms = mono_now},
		      &t->c, &t->err));
	struct link l = {.name = "suite",
		.kind = "google",
		.url = suite_url(t->x),
		.user = ACCOUNT,
		.subject = subject,
		.token_url = suite_token_url(t->x),
		.insecure_loopback = true};
	ok(t, core_link_put(t->c, &l, t->key, false, WHO, &t->err));
	struct room r = {
		.name = "ELM", .mailbox = ROOM, .link = "suite", .profile = "default"};
	ok(t, core_room_put(t->c, &r, false, WHO, &t->err));
}

static void
pass(struct town *t, int seconds)
{
	suite_pass(t->x, seconds);
	atomic_fetch_add(&wall, seconds);
	atomic_fetch_add(&mono, seconds * 1000);
}

static size_t
meetings(struct town *t)
{
	struct agenda *g = core_agenda(t->c, "ELM");
	size_t n = g != NULL ? g->n_meetings : 0;
	agenda_unref(g);
	return n;
}

static const struct room_status *
status(struct town *t, const struct link_status **ret_link)
{
	struct core_status s;
	core_status(t->c, t->a, &s);
	*ret_link = &s.links[0];
	return &s.rooms[0];
}

/* Until nobody is about it any more: a poll that was begun by itself may be under way. */
static void
poll_now(struct town *t)
{
	const struct link_status *link;
	const struct room_status *r;
	int64_t until = when_monotonic_ms() + PATIENCE_MS;
	core_refresh(t->c, "ELM", PATIENCE_MS);
	for (r = status(t, &link);
		r->err.grade == ERR_NONE && r->next_poll == wall_now() &&
		when_monotonic_ms() < until;
		r = status(t, &link))
		nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
}

static void
an_unchanged_room_costs_one_small_request(void **state)
{
	struct town *t = *state;
	link_it(t, NULL);
	poll_now(t);
	assert_int_equal(meetings(t), 1);
	struct suite_counters before = suite_counters(t->x);
	for (int i = 1; i <= 5; i++) {
		pass(t, 60);
		poll_now(t);
	}
	struct suite_counters after = suite_counters(t->x);
	assert_int_equal(after.requests - before.requests, 5);
	assert_int_equal(after.sent - before.sent, 0);
	assert_int_equal(after.unmodified - before.unmodified, 5);
	assert_int_equal(meetings(t), 1);

	put(t, "Another", "+2h", "+3h", NULL);
	pass(t, 60);
	poll_now(t);
	assert_int_equal(suite_counters(t->x).requests - after.requests, 1);
	assert_int_equal(meetings(t), 2);
	suite_delete(t->x, ROOM, "Another");
	pass(t, 60);
	poll_now(t);
	assert_int_equal(meetings(t), 1);
}

/* It was booked long ago, for the day that has just come into the window. */
static void
what_comes_into_the_window_is_seen(void **state)
{
	struct town *t = *state;
	put(t, "Later", "+8d", "+8d1h", NULL);
	link_it(t, NULL);
	poll_now(t);
	assert_int_equal(meetings(t), 1);
	for (int h = 0; h < 26; h++) {
		pass(t, 3600);
		poll_now(t);
	}
	assert_true(meetings(t) >= 1);
	struct agenda *g = core_agenda(t->c, "ELM");
	bool seen = false;
	for (size_t i = 0; i < g->n_meetings; i++)
		seen |= strcmp(g->meetings[i].event.subject, "Later") == 0;
	agenda_unref(g);
	assert_true(seen);
}

/* Whatever happens, what was read stays, and once it is over all is well again. */
static void
no_fault_removes_a_meeting(void **state)
{
	struct town *t = *state;
	static const struct {
		const char *order, *code;
	} rows[] = {
		{"rateLimitExceeded@events", "rateLimitExceeded"},
		{"userRateLimitExceeded@events", "userRateLimitExceeded"},
		{"quotaExceeded@events", "quotaExceeded"},
		{"tooMany@events", "rateLimitExceeded"},
		{"forbidden@events", "forbidden"},
		{"insufficientPermissions@events", "insufficientPermissions"},
		{"accessNotConfigured@events", "accessNotConfigured"},
		{"notFound@events", "notFound"},
		{"backendError@events", "backendError"},
		{"unavailable@events", "http_503"},
		{"bad-gateway@events", "http_502"},
		{"login-page@events", ""},
		{"foreign@events", "redirected"},
		{"empty@events", ""},
		{"loop@events:9", "page_loop"},
		{"truncated@events", "connection_lost"},
		{"drop@events:2", "connection_lost"},
	};
	link_it(t, NULL);
	poll_now(t);
	assert_int_equal(meetings(t), 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct link_status *link;
		put(t, "Review", "now", "+60m",
			NULL); /* so that it is answered in full */
		ok(t, suite_fail(t->x, rows[i].order, &t->err));
		pass(t, 1000);
		poll_now(t);
		const struct room_status *r = status(t, &link);
		if (r->err.grade == ERR_NONE ||
			(r->err.cure[0] == '\0' &&
				strcmp(r->err.code, "connection_lost") != 0) ||
			(rows[i].code[0] != '\0' &&
				strcmp(r->err.code, rows[i].code) != 0))
			fail_msg("%s: %s: %s; %s", rows[i].order, r->err.code,
				r->err.text, r->err.cure);
		assert_int_equal(meetings(t), 1);
		suite_heal(t->x);
		pass(t, 1000);
		poll_now(t);
		r = status(t, &link);
		if (r->err.grade != ERR_NONE)
			fail_msg("after %s: %s", rows[i].order, r->err.text);
		assert_int_equal(meetings(t), 1);
	}
	assert_int_equal(suite_fail(t->x, "nonsense", &t->err), ERR_CONFIG);
}

static void
an_answer_may_be_compressed_or_begun_anew(void **state)
{
	struct town *t = *state;
	link_it(t, NULL);
	ok(t, suite_fail(t->x, "gzip@events", &t->err));
	poll_now(t);
	assert_int_equal(meetings(t), 1);
	ok(t, suite_fail(t->x, "fullSyncRequired", &t->err));
	pass(t, 60);
	unsigned long lists = suite_counters(t->x).lists;
	poll_now(t);
	assert_int_equal(suite_counters(t->x).lists - lists, 2);
	assert_int_equal(meetings(t), 1);
}

static void
a_token_that_has_ended_is_renewed_between_two_pages(void **state)
{
	struct town *t = *state;
	for (int i = 0; i < 4; i++)
		put(t, arena_printf(t->a, "More %d", i), "+2h", "+3h", NULL);
	ok(t, suite_put_project(t->x, &(struct suite_project){.page = 2}, &t->err));
	link_it(t, NULL);
	poll_now(t);
	assert_int_equal(meetings(t), 5);
	assert_int_equal(suite_counters(t->x).tokens, 1);
	pass(t, 120);
	suite_revoke(t->x);
	poll_now(t);
	assert_int_equal(suite_counters(t->x).tokens, 2);
	assert_int_equal(meetings(t), 5);
	const struct link_status *link;
	assert_int_equal(status(t, &link)->err.grade, ERR_NONE);
}

static const struct link_finding *
finding(struct town *t, const char *subject)
{
	const struct link_finding *f;
	size_t n;
	ok(t, core_link_test(t->c, t->a, "suite", NULL, 0, &f, &n, &t->err));
	for (size_t i = 0; i < n; i++)
		if (strcmp(f[i].subject, subject) == 0)
			return &f[i];
	fail_msg("nothing of %s; first: %s: %s; %s", subject, f[0].subject, f[0].detail,
		f[0].cure);
	return NULL;
}

static void
names(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("no %s in: %s", part, text);
}

static void
a_test_names_the_page_that_cures(void **state)
{
	struct town *t = *state;
	put(t, "Secret", "+2h", "+3h", "Private");
	link_it(t, NULL);
	const struct link_finding *f = finding(t, "ELM");
	assert_true(f->ok);
	names(f->detail, "2 events within a day, 1 to join");
	names(f->detail, "private meetings come without their text");
	names(f->cure, ACCOUNT ": \"Make changes to events\"");

	grant(t, ACCOUNT, "freeBusyReader");
	f = finding(t, "ELM");
	assert_false(f->ok);
	names(f->cure, ACCOUNT ": \"See all event details\"");
	grant(t, ACCOUNT, "none");
	f = finding(t, "ELM");
	assert_false(f->ok);
	names(f->detail, "not shared with " ACCOUNT);
	grant(t, ACCOUNT, "owner");
	f = finding(t, "ELM");
	assert_true(f->ok);
	assert_string_equal(f->cure, "");

	ok(t, suite_put_project(
		      t->x, &(struct suite_project){.api_disabled = true}, &t->err));
	f = finding(t, "login");
	assert_false(f->ok);
	names(f->cure, "calendar-json.googleapis.com?project=northwind");
}

static void
a_test_names_the_delegation_to_be_made(void **state)
{
	struct town *t = *state;
	grant(t, "rooms@example.com", "reader");
	link_it(t, "rooms@example.com");
	const struct link_finding *f = finding(t, "login");
	assert_false(f->ok);
	names(f->cure, "https://admin.google.com/ac/owl/domainwidedelegation");
	names(f->cure, "104857600000000000001");
	names(f->cure, SCOPE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_given_for_what_is_rightly_signed),
		TEST(wrong_requests_are_refused),
		TEST(fields_choose_what_is_answered),
		TEST(pages_and_tags_and_sync_tokens),
		TEST(what_is_seen_is_as_it_is_shared),
		TEST(the_directory_is_an_administrators),
		TEST(an_unchanged_room_costs_one_small_request),
		TEST(what_comes_into_the_window_is_seen),
		TEST(no_fault_removes_a_meeting),
		TEST(an_answer_may_be_compressed_or_begun_anew),
		TEST(a_token_that_has_ended_is_renewed_between_two_pages),
		TEST(a_test_names_the_page_that_cures),
		TEST(a_test_names_the_delegation_to_be_made),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
