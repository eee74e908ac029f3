/* From a cloud's calendar to a room's agenda: tokens, the real reader, the real core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/log.h"
#include "core.h"
#include "help/help.h"
#include "reader/reader.h"

enum { NOON = 1795521600 /* 2026-11-24T12:00:00Z */, PATIENCE_MS = 20 * 1000 };

static atomic_llong wall = NOON, mono = 1000000;

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

/* A token server and the two APIs in one. Each token is another; only the last one is taken. */
struct cloud {
	struct arena *a;
	struct MHD_Daemon *daemon;
	_Atomic int tokens, lists, events, refused, revoked;
	_Atomic int
		foreign; /* how many tokens are of an application that may read nothing */
	const char *base;
};

static const char graph_list[] =
	"{\"value\":[{\"id\":\"A\",\"changeKey\":\"1\",\"subject\":\"Review\","
	"\"start\":{\"dateTime\":\"2026-11-24T12:00:00.0000000\",\"timeZone\":\"UTC\"},"
	"\"end\":{\"dateTime\":\"2026-11-24T13:00:00.0000000\",\"timeZone\":\"UTC\"}}]}";
static const char graph_event[] =
	"{\"id\":\"A\",\"changeKey\":\"1\",\"subject\":\"Review\","
	"\"start\":{\"dateTime\":\"2026-11-24T12:00:00.0000000\",\"timeZone\":\"UTC\"},"
	"\"end\":{\"dateTime\":\"2026-11-24T13:00:00.0000000\",\"timeZone\":\"UTC\"},"
	"\"body\":{\"contentType\":\"html\",\"content\":\"<a href='https://northwind.zoom.us/j/"
	"91847302265'>Join Zoom Meeting</a>\"}}";
static const char google_list[] =
	"{\"accessRole\":\"reader\",\"items\":[{\"id\":\"A\",\"etag\":\"1\",\"summary\":\"Review\","
	"\"start\":{\"dateTime\":\"2026-11-24T12:00:00Z\"},"
	"\"end\":{\"dateTime\":\"2026-11-24T13:00:00Z\"},"
	"\"hangoutLink\":\"https://meet.google.com/abc-defg-hij\"}]}";

static unsigned
serve(struct cloud *s, const char *url, const char *bearer, char *ret, size_t size)
{
	char expected[64];
	snprintf(expected, sizeof expected, "Bearer t%d", s->tokens);
	if (strcmp(url, "/token") == 0) {
		s->revoked = 0;
		snprintf(ret, size,
			"{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"t%d\"}",
			++s->tokens);
		return 200;
	}
	if (bearer == NULL || strcmp(bearer, expected) != 0 || s->revoked) {
		s->refused++;
		snprintf(ret, size,
			"{\"error\":{\"code\":\"InvalidAuthenticationToken\",\"message\":\"no\"}}");
		return 401;
	}
	if (s->tokens <= s->foreign) {
		snprintf(ret, size,
			"{\"error\":{\"code\":\"ErrorAccessDenied\",\"message\":\"no\"}}");
		return 403;
	}
	bool event = strstr(url, "/events/A") != NULL;
	bool google = strncmp(url, "/calendar/v3/calendars/", 23) == 0;
	if (event)
		s->events++;
	else
		s->lists++;
	snprintf(ret, size, "%s",
		google  ? google_list
		: event ? graph_event
			: graph_list);
	return 200;
}

static enum MHD_Result
answer(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	struct cloud *s = arg;
	char body[2000];
	(void)method, (void)version, (void)data;
	if (*state == NULL) {
		*state = s;
		return MHD_YES;
	}
	if (*size > 0) {
		*size = 0;
		return MHD_YES;
	}
	unsigned status = serve(s, url,
		MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"), body,
		sizeof body);
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(body), body, MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(r, "Content-Type", "application/json");
	enum MHD_Result ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

struct town {
	struct arena *a;
	struct cloud s;
	struct core *c;
	struct err err;
};

static void
ok(struct town *t, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", t->err.code, t->err.text, t->err.cure);
}

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct town *t = arena_one(a, struct town);
	t->a = t->s.a = a;
	wall = NOON;
	log_threshold(LOG_LEVEL_ERROR);
	struct sockaddr_in loopback = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	t->s.daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
		answer, &t->s, MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_END);
	assert_non_null(t->s.daemon);
	t->s.base = arena_printf(a, "http://127.0.0.1:%u",
		MHD_get_daemon_info(t->s.daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	const char *dir = help_tmpdir(a);
	ok(t, core_start(&(struct core_config){.state_dir = dir,
				 .credentials = arena_printf(a, "%s/credentials", dir),
				 .patterns = help_path(a, "patterns"),
				 .providers = help_path(a, "providers"),
				 .scratch = dir,
				 .now = wall_now,
				 .monotonic_ms = mono_now},
		      &t->c, &t->err));
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct town *t = *state;
	core_stop(t->c);
	MHD_stop_daemon(t->s.daemon);
	arena_free(t->a);
	return 0;
}

static void
add(struct town *t, const char *kind, const char *path, const char *secret)
{
	struct link l = {.name = "cloud",
		.kind = kind,
		.url = arena_printf(t->a, "%s%s", t->s.base, path),
		.user = "convoke",
		.token_url = arena_printf(t->a, "%s/token", t->s.base),
		.insecure_loopback = true};
	ok(t, core_link_put(t->c, &l, secret, false, "uid 0 (root)", &t->err));
	struct room r = {.name = "ROOM",
		.mailbox = "room@example.com",
		.link = "cloud",
		.profile = "default"};
	ok(t, core_room_put(t->c, &r, false, "uid 0 (root)", &t->err));
	core_refresh(t->c, "ROOM", PATIENCE_MS);
}

static void
expect_provider(struct town *t, const char *provider)
{
	struct agenda *g = core_agenda(t->c, "ROOM");
	assert_non_null(g);
	assert_int_equal(g->n_meetings, 1);
	assert_string_equal(g->meetings[0].extraction->meetings[0].provider, provider);
	agenda_unref(g);
}

static void
office365_from_the_token_to_the_agenda(void **state)
{
	struct town *t = *state;
	add(t, "office365", "/v1.0", "a client secret");
	expect_provider(t, "zoom");
	assert_int_equal(t->s.tokens, 1);
	assert_int_equal(t->s.lists, 1);
	assert_int_equal(t->s.events, 1);

	/* unchanged: one request, with the same token */
	mono += 60 * 1000;
	wall += 60;
	core_refresh(t->c, "ROOM", PATIENCE_MS);
	assert_int_equal(t->s.lists, 2);
	assert_int_equal(t->s.events, 1);
	assert_int_equal(t->s.tokens, 1);

	/* refused meanwhile: another token, and the same request once more */
	t->s.revoked = 1;
	mono += 60 * 1000;
	wall += 60;
	core_refresh(t->c, "ROOM", PATIENCE_MS);
	assert_int_equal(t->s.refused, 1);
	assert_int_equal(t->s.tokens, 2);
	assert_int_equal(t->s.lists, 3);
	expect_provider(t, "zoom");
}

/* A token server that answers with somebody else's token, or with one from before a right was
 * granted. It is another minute until the next is asked for, and the first is kept if there is
 * none. */
static void
a_token_that_may_nothing_is_replaced(void **state)
{
	struct town *t = *state;
	t->s.foreign = 1;
	add(t, "office365", "/v1.0", "a client secret");
	struct agenda *g = core_agenda(t->c, "ROOM");
	assert_true(g == NULL || g->n_meetings == 0);
	agenda_unref(g);
	core_refresh(t->c, "ROOM", PATIENCE_MS);
	assert_int_equal(t->s.tokens, 1);
	mono += 61 * 1000;
	wall += 61;
	core_refresh(t->c, "ROOM", PATIENCE_MS);
	assert_int_equal(t->s.tokens, 2);
	assert_int_equal(t->s.refused, 0);
	expect_provider(t, "zoom");
}

static char *
key_file(struct arena *a)
{
	char *bytes;
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIO *bio = BIO_new(BIO_s_mem());
	assert_int_equal(
		PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	size_t n = (size_t)BIO_get_mem_data(bio, &bytes);
	json_t *o = json_pack("{s:s, s:s, s:s%}", "type", "service_account",
		"client_email", "convoke@northwind.iam.gserviceaccount.example.com",
		"private_key", bytes, n);
	char *dumped = json_dumps(o, JSON_INDENT(2));
	char *out = arena_strdup(a, dumped);
	free(dumped);
	json_decref(o);
	BIO_free(bio);
	EVP_PKEY_free(key);
	return out;
}

static void
google_from_the_key_to_the_agenda(void **state)
{
	struct town *t = *state;
	add(t, "google", "/calendar/v3", key_file(t->a));
	expect_provider(t, "meet");
	const struct found_room *rooms;
	size_t n;
	assert_int_equal(core_link_rooms(t->c, t->a, "cloud", &rooms, &n, &t->err),
		ERR_CONFIG);
	assert_non_null(strstr(t->err.cure, "Resource email"));
	assert_int_equal(t->s.tokens, 1);
	assert_int_equal(t->s.lists, 1);
}

static void
what_cannot_be_used_is_refused_when_it_is_linked(void **state)
{
	struct town *t = *state;
	struct link l = {.name = "cloud",
		.kind = "google",
		.url = "https://www.googleapis.com/calendar/v3",
		.user = "convoke",
		.token_url = "https://oauth2.googleapis.com/token"};
	assert_int_equal(
		core_link_put(t->c, &l, "no key", false, "root", &t->err), ERR_CONFIG);
	assert_string_equal(t->err.code, "key_file");
	l.kind = "office365";
	assert_int_equal(
		core_link_put(t->c, &l, "secret", false, "root", &t->err), ERR_CONFIG);
	assert_string_equal(t->err.code, "not_graph");
	l.url = "https://graph.microsoft.com/v1.0";
	l.token_url = NULL;
	assert_int_equal(
		core_link_put(t->c, &l, "secret", false, "root", &t->err), ERR_CONFIG);
	assert_string_equal(t->err.code, "no_token_url");
	l.token_url = "http://login.example.com/token";
	assert_int_equal(
		core_link_put(t->c, &l, "secret", false, "root", &t->err), ERR_CONFIG);
	assert_string_equal(t->err.code, "plain_http");
}

int
main(int argc, char **argv)
{
	reader_main_if_asked(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			office365_from_the_token_to_the_agenda, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_token_that_may_nothing_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			google_from_the_key_to_the_agenda, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_used_is_refused_when_it_is_linked, set_up,
			tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
