/* The core against the simulated Microsoft 365: tokens, faults, rights, and what an
 * administrator is told of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sqlite3.h>

#include "base/arena.h"
#include "base/log.h"
#include "core.h"
#include "help/help.h"
#include "reader/reader.h"
#include "sim/graph.h"

#define NOW "2026-11-24T12:00:00Z"
#define CLIENT "11111111-2222-4333-8444-555555555555"
#define SECRET "test-only-value"
#define WHO "uid 0 (root)"

enum { NOON = 1795521600, PATIENCE_MS = 20 * 1000 };

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

struct office {
	struct arena *a;
	struct graph *x;
	struct core *c;
	const char *dir;
	struct err err;
	const struct link_finding *found;
	size_t n_found;
};

static void
ok(struct office *o, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", o->err.code, o->err.text, o->err.cure);
}

static void
pass(struct office *o, int seconds)
{
	wall += seconds;
	mono += (int64_t)seconds * 1000;
	graph_pass(o->x, seconds);
}

static const char *const all[] = {"*"}, *const read_all[] = {"Calendars.Read"};

static struct graph_application
application(void)
{
	return (struct graph_application){.client_id = CLIENT,
		.object_id = "99999999-8888-4777-8666-555555555555",
		.secret = SECRET,
		.secret_id = "77777777-6666-4555-8444-333333333333",
		.roles = read_all,
		.roles_count = 1};
}

static void
put(struct office *o, const struct graph_application *a)
{
	ok(o, graph_put_application(o->x, a, &o->err));
}

static const char *
room(struct office *o, size_t i)
{
	return arena_printf(o->a, "ROOM_%02zu", i);
}

static const char *
mailbox(struct office *o, size_t i)
{
	return arena_printf(o->a, "room-%02zu@example.com", i);
}

static void
put_meeting(
	struct office *o, size_t i, const char *name, const char *start, const char *end)
{
	ok(o, graph_put(o->x, mailbox(o, i),
		      &(struct sim_meeting){.name = name,
			      .start = start,
			      .end = end,
			      .subject = "Design review",
			      .organizer = "Ann Example <ann@example.com>",
			      .text = "https://northwind.zoom.us/j/91847302265\n"},
		      &o->err));
}

static void
put_rooms(struct office *o, size_t n)
{
	for (size_t i = 1; i <= n; i++) {
		ok(o, graph_put_room(o->x, &(struct sim_room){.mailbox = mailbox(o, i)},
			      &o->err));
		put_meeting(o, i, "review", "now", "+60m");
	}
}

static void
put_link(struct office *o, const char *secret)
{
	struct link l = {.name = "cloud",
		.kind = "office365",
		.url = graph_base(o->x),
		.user = CLIENT,
		.token_url = graph_token_url(o->x),
		.insecure_loopback = true};
	ok(o, core_link_put(o->c, &l, secret, true, WHO, &o->err));
}

static void
add_room(struct office *o, size_t i)
{
	struct room r = {.name = room(o, i), .mailbox = mailbox(o, i), .link = "cloud"};
	ok(o, core_room_put(o->c, &r, false, WHO, &o->err));
}

static void
start_core(struct office *o)
{
	ok(o, core_start(
		      &(struct core_config){.state_dir = o->dir,
			      .credentials = arena_printf(o->a, "%s/credentials", o->dir),
			      .patterns = help_path(o->a, "patterns"),
			      .providers = help_path(o->a, "providers"),
			      .scratch = o->dir,
			      .now = wall_now,
			      .monotonic_ms = mono_now},
		      &o->c, &o->err));
}

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct office *o = arena_one(a, struct office);
	o->a = a;
	o->dir = help_tmpdir(a);
	wall = NOON;
	mono = 1000 * 1000;
	log_threshold(LOG_LEVEL_ERROR);
	ok(o, graph_start(&(struct sim_config){.now = NOW, .keep = 500}, &o->x, &o->err));
	struct graph_application one = application();
	put(o, &one);
	start_core(o);
	*state = o;
	return 0;
}

static int
tear_down(void **state)
{
	struct office *o = *state;
	core_stop(o->c);
	graph_stop(o->x);
	arena_free(o->a);
	return 0;
}

static const struct room_status *
status(struct office *o, size_t i)
{
	struct core_status s;
	core_status(o->c, o->a, &s);
	for (size_t k = 0; k < s.n_rooms; k++)
		if (strcmp(s.rooms[k].room, room(o, i)) == 0)
			return &s.rooms[k];
	fail_msg("no room %zu", i);
	return NULL;
}

static const struct link_status *
link_status(struct office *o)
{
	struct core_status s;
	core_status(o->c, o->a, &s);
	return &s.links[0];
}

/* Later, and asked for by somebody. */
static void
refresh(struct office *o, size_t i)
{
	pass(o, 61);
	core_refresh(o->c, room(o, i), PATIENCE_MS);
}

/* The same, where one that was under way does not count. */
static void
refresh_now(struct office *o, size_t i)
{
	refresh(o, i);
	for (int tries = 0; tries < 20 && status(o, i)->synced_at != wall; tries++)
		core_refresh(o->c, room(o, i), PATIENCE_MS);
	assert_int_equal(status(o, i)->synced_at, wall);
}

static size_t
meetings(struct office *o, size_t i)
{
	struct agenda *g = core_agenda(o->c, room(o, i));
	size_t n = g != NULL ? g->n_meetings : 0;
	agenda_unref(g);
	return n;
}

static void
build(struct office *o, size_t n)
{
	put_rooms(o, n);
	put_link(o, SECRET);
	for (size_t i = 1; i <= n; i++)
		add_room(o, i);
	for (size_t i = 1; i <= n; i++)
		core_refresh(o->c, room(o, i), PATIENCE_MS);
}

static void
try_link(struct office *o)
{
	ok(o, core_link_test(
		      o->c, o->a, "cloud", NULL, 0, &o->found, &o->n_found, &o->err));
}

static void
says(struct office *o, const char *subject, bool well, const char *detail,
	const char *cure)
{
	for (size_t i = 0; i < o->n_found; i++) {
		const struct link_finding *f = &o->found[i];
		if (strcmp(f->subject, subject) != 0)
			continue;
		if (f->ok != well || strstr(f->detail, detail) == NULL ||
			strstr(f->cure, cure) == NULL)
			fail_msg("%s: %d, \"%s\", \"%s\"", subject, f->ok, f->detail,
				f->cure);
		return;
	}
	fail_msg("nothing is found of %s", subject);
}

static void
a_token_serves_many_polls_and_is_renewed_early(void **state)
{
	struct office *o = *state;
	build(o, 3);
	for (size_t i = 1; i <= 3; i++)
		assert_int_equal(meetings(o, i), 1);
	assert_int_equal(graph_counters(o->x).tokens, 1);
	pass(o, 1500);
	refresh(o, 1);
	assert_int_equal(graph_counters(o->x).tokens, 1);
	pass(o, 600); /* six tenths of its life are over */
	refresh(o, 1);
	assert_int_equal(graph_counters(o->x).tokens, 2);
	assert_int_equal(graph_counters(o->x).refused, 0);

	/* one that cannot be renewed is used until it ends: twenty minutes without Entra */
	pass(o, 2160);
	ok(o, graph_fail(o->x, "AADSTS90033:always", &o->err));
	for (int minute = 0; minute < 20; minute++) {
		refresh_now(o, 1);
		assert_string_equal(status(o, 1)->err.text, "");
	}
	pass(o, 240);
	refresh(o, 1);
	assert_int_equal(link_status(o)->err.grade, ERR_RETRY);
	assert_int_equal(graph_counters(o->x).refused, 0);
	assert_int_equal(meetings(o, 1), 1);
}

static void
a_token_that_is_refused_is_replaced_once(void **state)
{
	struct office *o = *state;
	build(o, 1);
	pass(o, 120);
	ok(o, graph_fail(o->x, "expired-token:1", &o->err));
	refresh(o, 1);
	assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
	assert_int_equal(graph_counters(o->x).tokens, 2);
	pass(o, 120);
	ok(o, graph_fail(o->x, "expired-token@view:always", &o->err));
	refresh(o, 1);
	assert_int_equal(graph_counters(o->x).tokens, 3);
	assert_string_equal(link_status(o)->err.code, "token_refused");
}

/* Whatever comes, the meetings that are known stay, and come back to be fresh. */
static void
no_fault_loses_a_meeting(void **state)
{
	static const struct {
		const char *fault;
		enum err_grade grade;
	} rows[] = {
		{"throttled=30@view:always", ERR_WAIT},
		{"throttled-fraction@view:always", ERR_WAIT},
		{"throttled-bare@view:always", ERR_WAIT},
		{"unavailable@view:always", ERR_WAIT},
		{"gateway-timeout@view:always", ERR_RETRY},
		{"bad-gateway@view:always", ERR_RETRY},
		{"error@view:always", ERR_RETRY},
		{"forbidden@view:always", ERR_DENIED},
		{"not-found@view:always", ERR_CONFIG},
		{"foreign@view:always", ERR_CONFIG},
		{"login-page@view:always", ERR_BAD_REPLY},
		{"empty@view:always", ERR_BAD_REPLY},
		{"truncated@view:always", ERR_RETRY},
		{"drop@view:always", ERR_RETRY},
		{"foreign-next@view:always", ERR_BAD_REPLY},
		{"looping-next@view:always", ERR_BAD_REPLY},
		{"ErrorMailboxStoreUnavailable@view:always", ERR_WAIT},
	};
	struct office *o = *state;
	build(o, 1);
	put_meeting(o, 1, "review", "+90h", "+91h"); /* days go by */
	refresh(o, 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ok(o, graph_fail(o->x, rows[i].fault, &o->err));
		pass(o, 7200);
		refresh(o, 1);
		if (status(o, 1)->err.grade != rows[i].grade)
			fail_msg("%s: %s, %s", rows[i].fault, status(o, 1)->err.code,
				status(o, 1)->err.text);
		assert_int_equal(meetings(o, 1), 1);
		graph_heal(o->x);
		pass(o, 7200);
		put_link(o, NULL);
		refresh(o, 1);
		if (status(o, 1)->err.grade != ERR_NONE)
			fail_msg("after %s: %s", rows[i].fault, status(o, 1)->err.text);
	}
	static const char *const harmless[] = {"gzip", "wrong-type@view", "error@event"};
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		ok(o, graph_fail(o->x, harmless[i], &o->err));
		put_meeting(o, 1, "review", "+90h", i % 2 == 0 ? "+92h" : "+91h");
		refresh(o, 1);
		assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
		assert_int_equal(meetings(o, 1), 1);
		graph_heal(o->x);
	}
}

static void
an_event_that_cannot_be_read_costs_no_other(void **state)
{
	struct office *o = *state;
	build(o, 1);
	for (int i = 0; i < 3; i++)
		put_meeting(o, 1, arena_printf(o->a, "m%d", i), "+2h", "+3h");
	ok(o, graph_put(o->x, mailbox(o, 1),
		      &(struct sim_meeting){.name = "bad",
			      .start = "+4h",
			      .end = "+5h",
			      .corrupt = true},
		      &o->err));
	for (int i = 0; i < 2; i++) { /* in a batch, then alone */
		refresh(o, 1);
		assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
		assert_int_equal(meetings(o, 1), 5);
		assert_int_equal(status(o, 1)->joinable, 4);
	}
}

static void
a_room_that_is_refused_is_left_alone_for_a_while(void **state)
{
	struct office *o = *state;
	static const char *const two[] = {"room-02@example.com"};
	struct graph_application a = application();
	a.roles_count = 0;
	a.scope = two;
	a.scope_count = 1;
	put(o, &a);
	build(o, 2);
	assert_int_equal(meetings(o, 2), 1);
	assert_int_equal(status(o, 2)->err.grade, ERR_NONE);
	assert_string_equal(status(o, 1)->err.code, "ErrorAccessDenied");
	int64_t wait = status(o, 1)->next_poll - wall_now();
	assert_in_range(wait, 1800, 1810);
	refresh(o, 1); /* somebody asks: at once, and then longer */
	wait = status(o, 1)->next_poll - wall_now();
	assert_in_range(wait, 3600, 3610);
	for (int i = 0; i < 3; i++)
		refresh(o, 1);
	assert_in_range(status(o, 1)->next_poll - wall_now(), 7200, 7210);
	a.scope = all;
	put(o, &a);
	refresh(o, 1);
	assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
	assert_int_equal(meetings(o, 1), 1);
}

static void
a_room_that_is_not_there_is_named(void **state)
{
	struct office *o = *state;
	build(o, 1);
	ok(o, graph_put_room(o->x,
		      &(struct sim_room){
			      .mailbox = mailbox(o, 2), .state = "on_premises"},
		      &o->err));
	add_room(o, 2);
	add_room(o, 3);
	core_refresh(o->c, room(o, 2), PATIENCE_MS);
	core_refresh(o->c, room(o, 3), PATIENCE_MS);
	assert_string_equal(status(o, 2)->err.code, "MailboxNotEnabledForRESTAPI");
	assert_string_equal(status(o, 3)->err.code, "ErrorInvalidUser");
	assert_in_range(status(o, 3)->next_poll - wall_now(), 3600, 3610);
	assert_int_equal(meetings(o, 1), 1);
}

static void
pages_are_read_to_the_end(void **state)
{
	struct office *o = *state;
	build(o, 1);
	for (int i = 0; i < 130; i++)
		put_meeting(o, 1, arena_printf(o->a, "m%d", i),
			arena_printf(o->a, "+%dm", 60 + i),
			arena_printf(o->a, "+%dm", 61 + i));
	refresh(o, 1);
	assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
	assert_int_equal(meetings(o, 1), 131);

	/* the token ends between two of them: another, and the same page once more */
	pass(o, 120);
	unsigned long tokens = graph_counters(o->x).tokens;
	ok(o, graph_fail(o->x, "gzip@view:1", &o->err));
	ok(o, graph_fail(o->x, "expired-token@view:1", &o->err));
	refresh(o, 1);
	assert_int_equal(graph_counters(o->x).tokens - tokens, 1);
	assert_int_equal(graph_counters(o->x).refused, 1);
	assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
	assert_int_equal(meetings(o, 1), 131);
}

/* Of a batch, one part fails: the others are read all the same. */
static void
a_part_that_is_throttled_waits_alone(void **state)
{
	struct office *o = *state;
	size_t refused = 0, read = 0;
	build(o, 4);
	ok(o, graph_fail(o->x, "throttled=120@view:1", &o->err));
	try_link(o);
	assert_true(graph_counters(o->x).batches > 0);
	for (size_t i = 0; i < o->n_found; i++)
		if (strncmp(o->found[i].subject, "ROOM_", 5) == 0) {
			refused += !o->found[i].ok;
			read += o->found[i].ok;
		}
	assert_int_equal(refused, 1);
	assert_int_equal(read, 3);
}

static void
each_refusal_of_a_token_has_its_cure(void **state)
{
	static const struct {
		const char *fault, *detail, *cure;
	} rows[] = {
		{"AADSTS7000215:always", "(AADSTS7000215)",
			"use the secret's Value, not its ID"},
		{"AADSTS7000222:always", "has expired", "New client secret"},
		{"AADSTS700016:always", "client ID", "tenant and client ID"},
		{"AADSTS90002:always", "no such tenant", "tenant"},
		{"AADSTS700027:always", "certificate", "upload the certificate"},
		{"AADSTS700024:always", "outside of its time", "clock"},
		{"AADSTS53003:always", "Conditional Access", "sign-in log"},
		{"AADSTS65001:always", "consented", "Grant admin consent"},
		{"AADSTS7000112:always", "disabled", "Enterprise applications"},
		{"AADSTS500011:always", "Graph is not known", "cloud"},
		{"AADSTS123456:always", "AADSTS123456", "error?code=123456"},
	};
	struct office *o = *state;
	put_rooms(o, 1);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ok(o, graph_fail(o->x, rows[i].fault, &o->err));
		put_link(o, SECRET);
		try_link(o);
		says(o, "login", false, rows[i].detail, rows[i].cure);
		graph_heal(o->x);
	}
	put_link(o, "77777777-6666-4555-8444-333333333333");
	try_link(o);
	says(o, "login", false, "(AADSTS7000215)", "");
	put_link(o, SECRET);
	try_link(o);
	says(o, "login", true, CLIENT ", by a token", "");
}

static char *
text_of(struct office *o, BIO *bio)
{
	char *bytes;
	size_t n = (size_t)BIO_get_mem_data(bio, &bytes);
	char *text = arena_strndup(o->a, bytes, n);
	BIO_free(bio);
	return text;
}

/* Certificate and key in one file, as `convoke link add` takes them; and the certificate. */
static char *
new_credential(struct office *o, char **ret_certificate)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *x = X509_new();
	BIO *alone = BIO_new(BIO_s_mem()), *both = BIO_new(BIO_s_mem());
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set(X509_getm_notBefore(x), NOON - 86400);
	ASN1_TIME_set(X509_getm_notAfter(x), NOON + 30 * 86400);
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_sha256());
	PEM_write_bio_X509(alone, x);
	PEM_write_bio_X509(both, x);
	PEM_write_bio_PKCS8PrivateKey(both, key, NULL, NULL, 0, NULL, NULL);
	X509_free(x);
	EVP_PKEY_free(key);
	*ret_certificate = text_of(o, alone);
	return text_of(o, both);
}

/* How the last token was asked for: the beginning of the assertion's header, in base64. */
static bool
asked_with(struct office *o, const char *header)
{
	struct web_kept k;
	const char *last = "";
	for (size_t i = 0; graph_kept(o->x, i, &k); i++)
		if (strstr(k.target, "/oauth2/v2.0/token") != NULL)
			last = k.body;
	return strstr(last, arena_printf(o->a, "client_assertion=%s", header)) != NULL;
}

/* As a version wrote it that did not know of legacy_assertion. */
static void
make_older(struct office *o)
{
	sqlite3 *db;
	assert_int_equal(sqlite3_open(arena_printf(o->a, "%s/convoke.db", o->dir), &db),
		SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "ALTER TABLE link DROP COLUMN legacy_assertion;"
				 "PRAGMA user_version = 2",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static void
how_an_assertion_is_signed_is_the_links(void **state)
{
#define X5T "eyJ4NXQiOi"            /* {"x5t":… */
#define X5T_S256 "eyJ4NXQjUzI1NiI6" /* {"x5t#S256":… */
	struct office *o = *state;
	struct graph_application one = application();
	struct link l = {.name = "cloud",
		.kind = "office365",
		.url = graph_base(o->x),
		.user = CLIENT,
		.token_url = graph_token_url(o->x),
		.insecure_loopback = true};
	char *certificate;
	const char *credential = new_credential(o, &certificate);
	one.certificate = certificate;
	put(o, &one);
	put_rooms(o, 1);
	ok(o, core_link_put(o->c, &l, credential, true, WHO, &o->err));
	add_room(o, 1);
	try_link(o);
	assert_true(asked_with(o, X5T_S256));

	l.legacy_assertion = true;
	ok(o, core_link_put(o->c, &l, NULL, true, WHO, &o->err));
	try_link(o);
	assert_true(asked_with(o, X5T));
	says(o, "login", true, ", by a token", "");

	/* it survives; a state from before knows nothing of it */
	core_stop(o->c);
	start_core(o);
	try_link(o);
	assert_true(asked_with(o, X5T));
	core_stop(o->c);
	make_older(o);
	start_core(o);
	try_link(o);
	assert_true(asked_with(o, X5T_S256));
	says(o, "login", true, ", by a token", "");

	l.kind = "exchange";
	l.token_url = NULL;
	assert_int_equal(core_link_put(o->c, &l, NULL, true, WHO, &o->err), ERR_CONFIG);
	assert_string_equal(o->err.code, "bad_assertion");
}

static void
what_was_granted_is_said_and_what_to_grant(void **state)
{
	struct office *o = *state;
	static const char *const one[] = {"room-01@example.com"},
				 *const basic[] = {"Calendars.ReadBasic.All"};
	build(o, 2);
	try_link(o);
	says(o, "permissions", true, "in Entra: Calendars.Read, for all mailboxes", "");
	says(o, "ROOM_02", true, "1 events within a day, 1 to join", "");

	struct graph_application a = application();
	a.policy = one;
	a.policy_count = 1;
	put(o, &a);
	try_link(o);
	says(o, "ROOM_01", true, "1 events", "");
	says(o, "ROOM_02", false, "an application access policy",
		"`Test-ApplicationAccessPolicy -AppId " CLIENT
		" -Identity \"room-02@example.com\"`");

	/* a role in Exchange opens one of them; the token is a new one, without roles */
	a = application();
	a.roles_count = 0;
	a.scope = one;
	a.scope_count = 1;
	put(o, &a);
	put_link(o, SECRET);
	try_link(o);
	says(o, "permissions", true, "in Entra: none; calendars by a role in Exchange",
		"");
	says(o, "ROOM_02", false, "may not read",
		"`Test-ServicePrincipalAuthorization -Identity " CLIENT
		" -Resource \"room-02@example.com\"`");

	a.scope_count = 0;
	put(o, &a);
	put_link(o, SECRET);
	try_link(o);
	says(o, "permissions", false, "in Entra: none",
		"`New-ServicePrincipal -AppId " CLIENT
		" -ObjectId 99999999-8888-4777-8666-555555555555 -DisplayName Convoke` "
		"`New-ManagementScope \"Convoke rooms\" -RecipientRestrictionFilter "
		"\"RecipientTypeDetails -eq 'RoomMailbox'\"` `New-ManagementRoleAssignment -App " CLIENT
		" -Role \"Application Calendars.Read\" -CustomResourceScope "
		"\"Convoke rooms\"`");

	a.roles = basic;
	a.roles_count = 1;
	put(o, &a);
	put_link(o, SECRET);
	try_link(o);
	says(o, "permissions", false, "without their text", "New-ManagementScope");
}

static void
what_a_room_strips_is_found(void **state)
{
	struct office *o = *state;
	build(o, 1);
	ok(o, graph_put_room(o->x,
		      &(struct sim_room){.mailbox = mailbox(o, 1),
			      .delete_comments = true,
			      .delete_subject = true,
			      .add_organizer_to_subject = true},
		      &o->err));
	try_link(o);
	says(o, "ROOM_01", false,
		"1 events within a day, 0 to join, 1 without text, 1 called by the organizer's "
		"name",
		"`Set-CalendarProcessing \"room-01@example.com\" -DeleteComments $false");
}

/* How often somebody's calendar was asked for, well or not. */
static size_t
asked_of(struct office *o, const char *mailbox)
{
	size_t n = 0;
	struct web_kept kept;
	const char *path = arena_printf(o->a, "/users/%s/calendarView", mailbox);
	for (size_t i = 0; graph_kept(o->x, i, &kept); i++)
		n += strstr(kept.target, path) != NULL;
	return n;
}

static void
the_organizers_copy_is_read_where_the_room_has_nothing(void **state)
{
	struct office *o = *state;
	static const char *const own[] = {"room-01@example.com", "ann@example.com"};
	struct graph_application narrow = application();
	narrow.roles = NULL;
	narrow.roles_count = 0;
	narrow.scope = own;
	narrow.scope_count = 2;
	put(o, &narrow);
	struct sim_meeting m = {.name = "found",
		.start = "+20m",
		.end = "+50m",
		.subject = "Design review",
		.organizer = "Ann Example <ann@example.com>",
		.text = "https://northwind.zoom.us/j/92222222222\n"};
	ok(o, graph_put_room(o->x,
		      &(struct sim_room){.mailbox = own[0], .delete_comments = true},
		      &o->err));
	ok(o, graph_put_room(o->x, &(struct sim_room){.mailbox = own[1]}, &o->err));
	ok(o, graph_put_room(o->x, &(struct sim_room){.mailbox = "bob@example.com"},
		      &o->err));
	ok(o, graph_put(o->x, own[0], &m, &o->err));
	ok(o, graph_put(o->x, own[1], &m, &o->err));
	m.name = "refused";
	m.start = "+70m";
	m.end = "+80m";
	m.organizer = "Bob Example <bob@example.com>";
	ok(o, graph_put(o->x, own[0], &m, &o->err));
	put_link(o, SECRET);
	add_room(o, 1);
	for (int i = 0; i < 3; i++)
		refresh(o, 1);
	struct agenda *g = core_agenda(o->c, room(o, 1));
	assert_int_equal(g->n_meetings, 2);
	assert_true(g->meetings[0].copy.used);
	assert_int_equal(g->meetings[0].extraction->n_meetings, 1);
	assert_false(g->meetings[1].copy.used);
	assert_int_equal(g->meetings[1].extraction->n_meetings, 0);
	agenda_unref(g);
	assert_int_equal(status(o, 1)->err.grade, ERR_NONE);
	assert_int_equal(link_status(o)->err.grade, ERR_NONE);
	assert_int_equal(asked_of(o, own[1]), 1);
	assert_int_equal(asked_of(o, "bob@example.com"), 1);
}

static void
the_list_of_rooms_needs_its_own_permission(void **state)
{
	static const char *const both[] = {"Calendars.Read", "Place.Read.All"};
	struct office *o = *state;
	const struct found_room *rooms;
	size_t n = 0;
	build(o, 1);
	for (size_t i = 2; i <= 230; i++)
		ok(o, graph_put_room(o->x,
			      &(struct sim_room){.mailbox = mailbox(o, i), .name = "R"},
			      &o->err));
	assert_int_equal(
		core_link_rooms(o->c, o->a, "cloud", &rooms, &n, &o->err), ERR_DENIED);
	assert_string_equal(o->err.code, "no_places");
	assert_non_null(strstr(o->err.cure, "Place.Read.All"));
	struct graph_application a = application();
	a.roles = both;
	a.roles_count = 2;
	put(o, &a);
	ok(o, core_link_rooms(o->c, o->a, "cloud", &rooms, &n, &o->err));
	assert_int_equal(n, 230);
	size_t watched = 0;
	for (size_t i = 0; i < n; i++)
		if (rooms[i].room != NULL) {
			assert_string_equal(rooms[i].mailbox, "room-01@example.com");
			assert_string_equal(rooms[i].room, "ROOM_01");
			watched++;
		}
	assert_int_equal(watched, 1);
	assert_int_equal(
		core_link_rooms(o->c, o->a, "nowhere", &rooms, &n, &o->err), ERR_ABSENT);
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_token_serves_many_polls_and_is_renewed_early),
		TEST(a_token_that_is_refused_is_replaced_once),
		TEST(no_fault_loses_a_meeting),
		TEST(an_event_that_cannot_be_read_costs_no_other),
		TEST(a_room_that_is_refused_is_left_alone_for_a_while),
		TEST(a_room_that_is_not_there_is_named),
		TEST(pages_are_read_to_the_end),
		TEST(a_part_that_is_throttled_waits_alone),
		TEST(each_refusal_of_a_token_has_its_cure),
		TEST(how_an_assertion_is_signed_is_the_links),
		TEST(what_was_granted_is_said_and_what_to_grant),
		TEST(what_a_room_strips_is_found),
		TEST(the_organizers_copy_is_read_where_the_room_has_nothing),
		TEST(the_list_of_rooms_needs_its_own_permission),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
