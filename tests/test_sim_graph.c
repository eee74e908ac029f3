/* The simulated Microsoft 365 refuses what Microsoft refuses. */
#include <setjmp.h>
#include <stdarg.h>
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

#include "auth/auth.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "sim/graph.h"

#define NOW "2026-11-24T12:00:00Z"
#define CLIENT "11111111-2222-4333-8444-555555555555"
#define ROOM "/v1.0/users/one@example.com"
#define DAY "startDateTime=2026-11-24T00:00:00Z&endDateTime=2026-11-25T00:00:00Z"
#define FORM "application/x-www-form-urlencoded"

enum { NOON = 1795521600 };

struct env {
	struct arena *a;
	struct graph *x;
	struct http *h;
	struct http_answer answer;
	struct err err;
	const char *host, *bearer, *prefer;
};

static void
ok(struct env *e, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s", e->err.code, e->err.text);
}

static void
send_it(struct env *e, const char *path, const char *type, const char *body)
{
	const char *headers[3];
	struct http_ask ask = {.method = body != NULL ? HTTP_POST : HTTP_GET,
		.url = arena_printf(e->a, "%s%s", e->host, path),
		.headers = headers,
		.content_type = type,
		.body = body,
		.body_size = body != NULL ? strlen(body) : 0};
	if (e->bearer != NULL)
		headers[ask.n_headers++] = e->bearer;
	if (e->prefer != NULL)
		headers[ask.n_headers++] = e->prefer;
	ok(e, http_do(e->h, &ask, e->a, &e->answer, &e->err));
}

static void
answers(struct env *e, long status, const char *within)
{
	if (e->answer.status != status || strstr(e->answer.body, within) == NULL)
		fail_msg("no %ld \"%s\": %ld %s", status, within, e->answer.status,
			e->answer.body);
}

static void
gets(struct env *e, const char *path, long status, const char *within)
{
	send_it(e, path, NULL, NULL);
	answers(e, status, within);
}

static const char *const both[] = {"Calendars.Read", "Place.Read.All"};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct env *e = arena_one(a, struct env);
	e->a = a;
	ok(e, graph_start(&(struct sim_config){.now = NOW}, &e->x, &e->err));
	ok(e, graph_put_application(e->x,
		      &(struct graph_application){.client_id = CLIENT,
			      .secret = "right",
			      .secret_id = "its-id",
			      .secret_expires = "+10d",
			      .roles = both,
			      .roles_count = 2},
		      &e->err));
	ok(e, graph_put_room(
		      e->x, &(struct sim_room){.mailbox = "one@example.com"}, &e->err));
	ok(e, graph_put(e->x, "one@example.com",
		      &(struct sim_meeting){.name = "review",
			      .start = "now",
			      .end = "+1h",
			      .subject = "Review",
			      .organizer = "Ann Example <ann@example.com>",
			      .html = "<p>Hello</p>"},
		      &e->err));
	e->host = arena_printf(a, "http://127.0.0.1:%u", graph_port(e->x));
	ok(e, http_new(&(struct http_config){.url = e->host, .loopback = true}, &e->h,
		      &e->err));
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;
	http_free(e->h);
	graph_stop(e->x);
	arena_free(e->a);
	return 0;
}

static void
asks_for_token(struct env *e, const char *rest, long status, const char *within)
{
	send_it(e, "/example.com/oauth2/v2.0/token", FORM,
		arena_printf(e->a, "client_id=" CLIENT "%s", rest));
	answers(e, status, within);
}

/* The form that is right but for what comes after it. */
static const char *
form(struct env *e, const char *scope, const char *rest)
{
	return arena_printf(
		e->a, "&grant_type=client_credentials&scope=%s%s", scope, rest);
}

static const char *
scope(struct env *e)
{
	return arena_printf(
		e->a, "http%%3A%%2F%%2F127.0.0.1%%3A%u%%2F.default", graph_port(e->x));
}

static void
sign_in(struct env *e)
{
	static const char mark[] = "\"access_token\":\"";
	asks_for_token(e, form(e, scope(e), "&client_secret=right"), 200, mark);
	const char *s = strstr(e->answer.body, mark) + sizeof mark - 1;
	e->bearer = arena_printf(
		e->a, "Authorization: Bearer %.*s", (int)strcspn(s, "\""), s);
}

static void
tokens_are_for_who_asks_rightly(void **state)
{
	struct env *e = *state;
	const char *good = scope(e);
	asks_for_token(e, "&scope=x", 400, "AADSTS900144");
	asks_for_token(e, "&grant_type=password", 400, "AADSTS70003");
	asks_for_token(e, form(e, good, ""), 401, "AADSTS7000218");
	asks_for_token(e, form(e, good, "&client_secret=its-id"), 401, "AADSTS7000215");
	asks_for_token(e, form(e, good, "&client_secret=wrong"), 401,
		"\"error_codes\":[7000215]");
	asks_for_token(e, form(e, "Calendars.Read", "&client_secret=right"), 400,
		"AADSTS1002012");
	asks_for_token(e,
		form(e, "https%3A%2F%2Fgraph.microsoft.us%2F.default",
			"&client_secret=right"),
		400, "AADSTS500011");
	send_it(e, "/nowhere.example/oauth2/v2.0/token", FORM, "client_id=" CLIENT);
	answers(e, 400, "AADSTS90002");
	send_it(e, "/example.com/oauth2/v2.0/token", FORM,
		"client_id=other&grant_type=client_credentials");
	answers(e, 400, "AADSTS700016");
	asks_for_token(
		e, form(e, good, "&client_secret=right"), 200, "\"expires_in\":3599");
	graph_pass(e->x, 11 * 86400);
	asks_for_token(e, form(e, good, "&client_secret=right"), 401, "AADSTS7000222");
}

static void
a_token_is_looked_at(void **state)
{
	struct env *e = *state;
	gets(e, ROOM "/calendarView?" DAY, 401, "InvalidAuthenticationToken");
	e->bearer = "Authorization: Bearer x.y.z";
	gets(e, ROOM "/calendarView?" DAY, 401, "InvalidAuthenticationToken");
	sign_in(e);
	gets(e, ROOM "/calendarView?" DAY, 200, "\"subject\":\"Review\"");
	graph_pass(e->x, 3600);
	gets(e, ROOM "/calendarView?" DAY, 401, "expired");
}

static void
a_view_has_a_window_and_names_what_there_is(void **state)
{
	struct env *e = *state;
	sign_in(e);
	gets(e, ROOM "/calendarView", 400, "StartDateTime and EndDateTime");
	gets(e, ROOM "/calendarView?startDateTime=2026-11-24T00:00:00Z", 400,
		"ErrorInvalidParameter");
	gets(e,
		ROOM "/calendarView?startDateTime=2026-11-25T00:00:00Z&"
		     "endDateTime=2026-11-24T00:00:00Z",
		400, "ErrorInvalidParameter");
	gets(e, ROOM "/calendarView?" DAY "&$select=id,subjekt", 400,
		"Could not find a property named 'subjekt'");
	gets(e, ROOM "/calendarView?" DAY "&$select=lastModifiedDateTime", 400,
		"BadRequest");
	gets(e, ROOM "/calendarView?" DAY "&$top=1001", 400, "$top");
	gets(e, ROOM "/calendarView?" DAY "&$search=x", 400, "$search");
	gets(e, "/v1.0/users/two@example.com/calendarView?" DAY, 404, "ErrorInvalidUser");
	gets(e, "/v1.0/me/calendarView?" DAY, 400, "BadRequest");
	gets(e, "/beta/users/one@example.com/calendarView?" DAY, 404, "ResourceNotFound");
	gets(e, ROOM "/calendarView?" DAY "&$select=subject", 200,
		"\"subject\":\"Review\"");
	assert_null(strstr(e->answer.body, "\"body\""));
}

static void
pages_and_ids(void **state)
{
	struct env *e = *state;
	sign_in(e);
	for (int i = 0; i < 24; i++)
		ok(e, graph_put(e->x, "one@example.com",
			      &(struct sim_meeting){.name = arena_printf(e->a, "m%d", i),
				      .start = "+2h",
				      .end = "+3h"},
			      &e->err));
	gets(e, ROOM "/calendarView?" DAY, 200, "calendarView?" DAY "&$skip=10\"");
	gets(e, ROOM "/calendarView?" DAY "&$skip=10", 200, "&$skip=20\"");
	gets(e, ROOM "/calendarView?" DAY "&$skip=20", 200, "\"value\"");
	assert_null(strstr(e->answer.body, "nextLink"));
	e->prefer = "Prefer: odata.maxpagesize=100, IdType=\"ImmutableId\"";
	gets(e, ROOM "/calendarView?" DAY "&$select=id", 200, "\"id\":\"AAkA");
	assert_null(strstr(e->answer.body, "nextLink"));
	const char *id = strstr(e->answer.body, "\"id\":\"") + 6;
	const char *path = arena_printf(
		e->a, ROOM "/events/%.*s?$select=body", (int)strcspn(id, "\""), id);
	gets(e, path, 200, "<p>Hello</p>");
	e->prefer = NULL; /* an id of one kind is none of the other */
	gets(e, path, 400, "ErrorInvalidIdMalformed");
	e->prefer = "Prefer: IdType=\"ImmutableId\"";
	assert_true(graph_delete(e->x, "one@example.com", "review"));
	gets(e, path, 404, "ErrorItemNotFound");
	e->prefer = "Prefer: outlook.timezone=\"Nowhere Standard Time\"";
	gets(e, ROOM "/calendarView?" DAY, 400, "TimeZone");
}

#define PART(id, url) "{\"id\":\"" id "\",\"method\":\"GET\",\"url\":\"" url "\"}"

static void
posts(struct env *e, const char *body, long status, const char *within)
{
	send_it(e, "/v1.0/$batch", "application/json", body);
	answers(e, status, within);
}

static void
a_batch_has_its_rules(void **state)
{
	struct env *e = *state;
	static const char view[] = PART("%d", "/users/one@example.com/calendarView?" DAY);
	const char *many = "";
	sign_in(e);
	posts(e, "{}", 400, "Invalid batch payload");
	posts(e, "{\"requests\":[" PART("1", "/x") "," PART("1", "/y") "]}", 400,
		"unique");
	for (int i = 0; i < 21; i++)
		many = arena_printf(e->a, "%s%s%s", many, i > 0 ? "," : "",
			arena_printf(e->a, view, i));
	posts(e, arena_printf(e->a, "{\"requests\":[%s]}", many), 400,
		"maximum value of 20");
	ok(e, graph_fail(e->x, "throttled-fraction@view", &e->err));
	posts(e,
		"{\"requests\":[" PART(
			"a", "/users/two@example.com/calendarView?" DAY) "," PART("b",
			"/users/one@example.com/calendarView?" DAY) "," PART("c",
			"/users/one@example.com/calendarView?" DAY) "," PART("d",
			"https://graph.microsoft.com/v1.0/me") "]}",
		200, "\"Retry-After\":\"2.128\"");
	answers(e, 200, "\"status\":429");
	answers(e, 200, "\"status\":404");
	answers(e, 200, "\"subject\":\"Review\"");
	answers(e, 200, "The url of the request is invalid");
}

static void
who_may_read_what(void **state)
{
	struct env *e = *state;
	static const char *const other[] = {"*@rooms.example.com"}, *const any[] = {"*"};
	struct graph_application a = {.client_id = CLIENT, .secret = "right"};
	sign_in(e);
	gets(e, "/v1.0/places/microsoft.graph.room", 200, "one@example.com");
	gets(e, "/v1.0/places/microsoft.graph.space", 404, "ResourceNotFound");
	ok(e, graph_put_application(e->x, &a, &e->err));
	gets(e, ROOM "/calendarView?" DAY, 403, "Access is denied");
	gets(e, "/v1.0/places/microsoft.graph.room", 403, "Authorization_RequestDenied");
	a.scope = other;
	a.scope_count = 1;
	ok(e, graph_put_application(e->x, &a, &e->err));
	gets(e, ROOM "/calendarView?" DAY, 403, "Access is denied");
	a.scope = any;
	ok(e, graph_put_application(e->x, &a, &e->err));
	gets(e, ROOM "/calendarView?" DAY, 200, "Review");
	a.scope_count = 0;
	a.roles = both;
	a.roles_count = 1;
	a.policy = other;
	a.policy_count = 1;
	ok(e, graph_put_application(e->x, &a, &e->err));
	gets(e, ROOM "/calendarView?" DAY, 403, "Access to OData is disabled.");
	a.scope = any; /* grants add up, and the wider one wins */
	a.scope_count = 1;
	ok(e, graph_put_application(e->x, &a, &e->err));
	gets(e, ROOM "/calendarView?" DAY, 200, "Review");
}

static char *
pem_of(struct arena *a, BIO *bio)
{
	char *bytes;
	size_t n = (size_t)BIO_get_mem_data(bio, &bytes);
	char *copy = arena_strndup(a, bytes, n);
	BIO_free(bio);
	return copy;
}

/* A certificate, and behind it its key, as a link's credential has them. */
static char *
make_credential(struct arena *a, char **ret_certificate)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *crt = X509_new();
	BIO *bio = BIO_new(BIO_s_mem()), *whole = BIO_new(BIO_s_mem());
	ASN1_TIME_set(X509_getm_notBefore(crt), NOON - 86400);
	ASN1_TIME_set(X509_getm_notAfter(crt), NOON + 30 * 86400);
	X509_set_pubkey(crt, key);
	X509_sign(crt, key, EVP_sha256());
	PEM_write_bio_X509(bio, crt);
	PEM_write_bio_X509(whole, crt);
	PEM_write_bio_PKCS8PrivateKey(whole, key, NULL, NULL, 0, NULL, NULL);
	X509_free(crt);
	EVP_PKEY_free(key);
	*ret_certificate = pem_of(a, bio);
	return pem_of(a, whole);
}

/* What our own client sends with this credential at this time. */
static const char *
assertion_form(struct env *e, const char *credential, bool old, int64_t now,
	const char *token_url)
{
	struct auth_config config = {.way = AUTH_ENTRA,
		.token_url = token_url,
		.client_id = CLIENT,
		.scope = arena_printf(e->a, "%s/.default", e->host),
		.legacy_assertion = old};
	struct http_ask ask;
	ok(e, auth_ask(&config, credential, e->a, now, &ask, &e->err));
	return ask.body;
}

static void
posts_form(struct env *e, const char *body, long status, const char *within)
{
	send_it(e, "/example.com/oauth2/v2.0/token", FORM, body);
	answers(e, status, within);
}

static void
assertions_are_verified(void **state)
{
	struct env *e = *state;
	char *certificate, *foreign;
	const char *url = graph_token_url(e->x);
	const char *mine = make_credential(e->a, &certificate);
	const char *others = make_credential(e->a, &foreign);
	struct graph_application a = {.client_id = CLIENT, .certificate = certificate};
	ok(e, graph_put_application(e->x, &a, &e->err));
	posts_form(e, assertion_form(e, mine, false, NOON, url), 200, "access_token");
	posts_form(e, assertion_form(e, mine, true, NOON, url), 200, "access_token");
	const char *once = assertion_form(e, mine, false, NOON, url);
	posts_form(e, once, 200, "access_token");
	posts_form(e, once, 401, "AADSTS50027"); /* its jti was used */
	posts_form(e, assertion_form(e, others, false, NOON, url), 401, "AADSTS700027");
	posts_form(
		e, assertion_form(e, mine, false, NOON - 3600, url), 401, "AADSTS700024");
	posts_form(
		e, assertion_form(e, mine, false, NOON + 3600, url), 401, "AADSTS700024");
	posts_form(e,
		assertion_form(e, mine, false, NOON, "https://login.example.com/token"),
		401, "AADSTS700023");
	/* one letter of the signature is another */
	char *bent = arena_strdup(e->a, assertion_form(e, mine, false, NOON, url));
	size_t n = strlen(bent);
	bent[n - 20] = bent[n - 20] == 'A' ? 'B' : 'A';
	posts_form(e, bent, 401, "AADSTS50013");
	/* the certificate itself has ended */
	graph_pass(e->x, 31 * 86400);
	posts_form(e, assertion_form(e, mine, false, NOON + 31 * 86400, url), 401,
		"AADSTS700027");
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(tokens_are_for_who_asks_rightly),
		TEST(a_token_is_looked_at),
		TEST(a_view_has_a_window_and_names_what_there_is),
		TEST(pages_and_ids),
		TEST(a_batch_has_its_rules),
		TEST(who_may_read_what),
		TEST(assertions_are_verified),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
