#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <semaphore.h>

#include "auth/auth.h"
#include "auth/jwt.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "credential.h"
#include "help/help.h"

#define NOON INT64_C(1795521600) /* 2026-11-24T12:00:00Z */

static struct arena *arena;
static EVP_PKEY *key, *other_key;
static char *key_pem, *certificate_pem;
static _Atomic int64_t clock_now;

static int64_t
now(void)
{
	return clock_now;
}

static char *
pem_of(int (*write)(BIO *bio, void *arg), void *arg)
{
	char *bytes;
	BIO *bio = BIO_new(BIO_s_mem());
	assert_int_equal(write(bio, arg), 1);
	size_t n = (size_t)BIO_get_mem_data(bio, &bytes);
	char *out = arena_strndup(arena, bytes, n);
	BIO_free(bio);
	return out;
}

static int
write_key(BIO *bio, void *pkey)
{
	return PEM_write_bio_PKCS8PrivateKey(bio, pkey, NULL, NULL, 0, NULL, NULL);
}

static int
write_certificate(BIO *bio, void *x)
{
	return PEM_write_bio_X509(bio, x);
}

/* Valid until ten days after noon. */
static X509 *
certificate_of(EVP_PKEY *pkey)
{
	X509 *x = X509_new();
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	ASN1_TIME_set(X509_getm_notBefore(x), NOON);
	ASN1_TIME_set(X509_getm_notAfter(x), NOON + 864000);
	X509_set_pubkey(x, pkey);
	assert_true(X509_sign(x, pkey, EVP_sha256()) > 0);
	return x;
}

static int
set_up(void **state)
{
	(void)state;
	arena = arena_new(0);
	clock_now = NOON;
	key = EVP_RSA_gen(2048);
	other_key = EVP_RSA_gen(2048);
	key_pem = pem_of(write_key, key);
	X509 *x = certificate_of(key);
	certificate_pem = pem_of(write_certificate, x);
	X509_free(x);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	EVP_PKEY_free(other_key);
	arena_free(arena);
	return 0;
}

/* Form fields and JWTs, taken apart by code that shares nothing with what made them. */

static char *
form_field(const char *body, const char *name)
{
	const char *at = body;
	while (strncmp(at, name, strlen(name)) != 0 || at[strlen(name)] != '=') {
		at = strchr(at, '&');
		assert_non_null(at);
		at++;
	}
	at += strlen(name) + 1;
	size_t n = strcspn(at, "&");
	char *out = arena_alloc(arena, n + 1), *to = out;
	for (size_t i = 0; i < n; i++) {
		unsigned v = (unsigned char)at[i];
		if (at[i] == '%') {
			assert_int_equal(sscanf(at + i + 1, "%2x", &v), 1);
			i += 2;
		}
		*to++ = (char)v;
	}
	return out;
}

static unsigned char *
unbase64(const char *text, size_t n, size_t *ret_n)
{
	char *padded = arena_alloc(arena, n + 4);
	memcpy(padded, text, n);
	for (size_t i = 0; i < n; i++)
		padded[i] = padded[i] == '-' ? '+' : padded[i] == '_' ? '/' : padded[i];
	size_t all = (n + 3) / 4 * 4;
	memset(padded + n, '=', all - n);
	unsigned char *out = arena_alloc(arena, all);
	int got = EVP_DecodeBlock(out, (const unsigned char *)padded, (int)all);
	assert_true(got > 0);
	*ret_n = (size_t)got - (all - n);
	return out;
}

static json_t *
json_part(const char *jwt, int part)
{
	for (; part > 0; part--)
		jwt = strchr(jwt, '.') + 1;
	size_t n;
	unsigned char *bytes = unbase64(jwt, strcspn(jwt, "."), &n);
	json_t *v = json_loadb((char *)bytes, n, 0, NULL);
	assert_non_null(v);
	return v;
}

static bool
is_signed(const char *jwt, EVP_PKEY *by, bool pss)
{
	const char *dot = strrchr(jwt, '.');
	size_t n;
	unsigned char *signature = unbase64(dot + 1, strlen(dot + 1), &n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options;
	EVP_DigestVerifyInit(ctx, &options, EVP_sha256(), NULL, by);
	if (pss) {
		EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32);
	}
	bool ok = EVP_DigestVerify(ctx, signature, n, (const unsigned char *)jwt,
			  (size_t)(dot - jwt)) == 1;
	EVP_MD_CTX_free(ctx);
	return ok;
}

static const char *
text(const json_t *o, const char *member)
{
	const char *s = json_string_value(json_object_get(o, member));
	return s != NULL ? s : "";
}

static const struct auth_config entra = {.way = AUTH_ENTRA,
	.token_url = "https://login.example.com/northwind/oauth2/v2.0/token",
	.client_id = "11111111-2222-3333-4444-555555555555",
	.scope = "https://graph.example.com/.default"};

static void
entra_with_a_secret(void **state)
{
	(void)state;
	struct http_ask ask;
	struct err err;
	assert_int_equal(
		auth_ask(&entra, "s&cret=1 +é", arena, NOON, &ask, &err), ERR_NONE);
	assert_int_equal(ask.method, HTTP_POST);
	assert_string_equal(ask.url, entra.token_url);
	assert_string_equal(form_field(ask.body, "grant_type"), "client_credentials");
	assert_string_equal(form_field(ask.body, "client_secret"), "s&cret=1 +é");
	assert_string_equal(form_field(ask.body, "scope"), entra.scope);
	assert_string_equal(form_field(ask.body, "client_id"), entra.client_id);
	assert_null(strchr(ask.body, ' '));
}

static void
check_assertion(bool legacy)
{
	struct auth_config config = entra;
	config.legacy_assertion = legacy;
	struct http_ask ask;
	struct err err;
	const char *pem = arena_printf(arena, "%s%s", certificate_pem, key_pem);
	assert_int_equal(auth_ask(&config, pem, arena, NOON, &ask, &err), ERR_NONE);
	assert_null(strstr(ask.body, "client_secret"));
	assert_string_equal(form_field(ask.body, "client_assertion_type"),
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	const char *jwt = form_field(ask.body, "client_assertion");
	assert_true(is_signed(jwt, key, !legacy));
	assert_false(is_signed(jwt, other_key, !legacy));
	json_t *header = json_part(jwt, 0), *claims = json_part(jwt, 1);
	assert_string_equal(text(header, "alg"), legacy ? "RS256" : "PS256");
	assert_int_equal(
		strlen(text(header, legacy ? "x5t" : "x5t#S256")), legacy ? 27 : 43);
	assert_null(json_object_get(header, legacy ? "x5t#S256" : "x5t"));
	assert_string_equal(text(claims, "aud"), entra.token_url);
	assert_string_equal(text(claims, "iss"), entra.client_id);
	assert_string_equal(text(claims, "sub"), entra.client_id);
	assert_int_equal(strlen(text(claims, "jti")), 36);
	assert_int_equal(json_integer_value(json_object_get(claims, "nbf")), NOON);
	assert_in_range(json_integer_value(json_object_get(claims, "exp")), NOON + 300,
		NOON + 600);
	json_decref(header);
	json_decref(claims);
}

static void
entra_with_a_certificate(void **state)
{
	(void)state;
	check_assertion(false);
	check_assertion(true);
}

static void
credentials_that_cannot_be_used(void **state)
{
	(void)state;
	X509 *foreign = certificate_of(other_key);
	const char *foreign_pem = pem_of(write_certificate, foreign);
	X509_free(foreign);
	EVP_PKEY *small = EVP_RSA_gen(1024);
	const struct {
		const char *pem, *code;
	} rows[] = {
		{certificate_pem, "key_unreadable"},
		{key_pem, "certificate_missing"},
		{arena_printf(arena, "%s%s", foreign_pem, key_pem),
			"certificate_foreign"},
		{pem_of(write_key, small), "key_kind"},
		{"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
			"key_unreadable"},
	};
	EVP_PKEY_free(small);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_ask ask;
		struct err err = {0};
		assert_int_equal(auth_ask(&entra, rows[i].pem, arena, NOON, &ask, &err),
			ERR_CONFIG);
		assert_string_equal(err.code, rows[i].code);
		assert_true(*err.cure != '\0');
	}
}

static const struct auth_config google = {.way = AUTH_GOOGLE,
	.token_url = "https://oauth2.googleapis.com/token",
	.scope = "https://www.googleapis.com/auth/calendar.events.readonly"};

static char *
key_file(const char *type)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s}", "type", type, "client_email",
		"convoke@northwind.iam.gserviceaccount.example.com", "private_key",
		key_pem, "private_key_id", "0123abcd");
	char *dumped = json_dumps(o, 0);
	char *out = arena_strdup(arena, dumped);
	free(dumped);
	json_decref(o);
	return out;
}

static void
google_with_a_service_account(void **state)
{
	(void)state;
	for (int acting = 0; acting < 2; acting++) {
		struct auth_config config = google;
		config.subject = acting ? "rooms@example.com" : NULL;
		struct http_ask ask;
		struct err err;
		assert_int_equal(auth_ask(&config, key_file("service_account"), arena,
					 NOON, &ask, &err),
			ERR_NONE);
		assert_string_equal(form_field(ask.body, "grant_type"),
			"urn:ietf:params:oauth:grant-type:jwt-bearer");
		const char *jwt = form_field(ask.body, "assertion");
		assert_true(is_signed(jwt, key, false));
		json_t *header = json_part(jwt, 0), *claims = json_part(jwt, 1);
		assert_string_equal(text(header, "alg"), "RS256");
		assert_string_equal(text(header, "kid"), "0123abcd");
		assert_string_equal(text(claims, "iss"),
			"convoke@northwind.iam.gserviceaccount.example.com");
		assert_string_equal(text(claims, "aud"), google.token_url);
		assert_string_equal(text(claims, "scope"), google.scope);
		assert_string_equal(
			text(claims, "sub"), acting ? "rooms@example.com" : "");
		assert_int_equal(
			json_integer_value(json_object_get(claims, "exp")), NOON + 3600);
		json_decref(header);
		json_decref(claims);
	}
}

static void
key_files_that_are_none(void **state)
{
	(void)state;
	const char *const files[] = {"", "not json", "{}", key_file("authorized_user"),
		"{\"type\":\"service_account\",\"client_email\":\"a@example.com\"}"};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct http_ask ask;
		struct err err = {0};
		assert_int_equal(
			auth_ask(&google, files[i], arena, NOON, &ask, &err), ERR_CONFIG);
		assert_string_equal(err.code, "key_file");
	}
}

static void
what_answers_mean(void **state)
{
	(void)state;
	const struct {
		enum auth_way way;
		long status;
		const char *body;
		enum err_grade grade;
		const char *code;
		int64_t lives;
	} rows[] = {
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":"
			"\"eyJ.a-b_c\"}",
			ERR_NONE, NULL, 3599},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"bearer\",\"expires_in\":\"3600\",\"access_"
			"token\":\"t\"}",
			ERR_NONE, NULL, 3600},
		{AUTH_GOOGLE, 200,
			"{\"token_type\":\"Bearer\",\"access_token\":\"ya29.t\"}",
			ERR_NONE, NULL, 3600},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"Bearer\",\"expires_in\":-1,\"access_token\":"
			"\"t\"}",
			ERR_NONE, NULL, 60},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"Bearer\",\"expires_in\":1000000000000,"
			"\"access_token\":\"t\"}",
			ERR_NONE, NULL, 86400},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"mac\",\"expires_in\":3599,\"access_token\":"
			"\"t\"}",
			ERR_BAD_REPLY, "bad_token", 0},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"Bearer\",\"access_token\":\"a\\r\\nX-Evil: "
			"1\"}",
			ERR_BAD_REPLY, "bad_token", 0},
		{AUTH_ENTRA, 200,
			"{\"token_type\":\"Bearer\",\"access_token\":\"a\",\"access_"
			"token\":\"b\"}",
			ERR_BAD_REPLY, "bad_token", 0},
		{AUTH_ENTRA, 200, "<html>", ERR_BAD_REPLY, "bad_token", 0},
		{AUTH_ENTRA, 401,
			"{\"error\":\"invalid_client\",\"error_codes\":[7000222],\"error_"
			"description\":\"AADSTS7000222: x\"}",
			ERR_DENIED, "AADSTS7000222", 0},
		{AUTH_ENTRA, 400,
			"{\"error\":\"invalid_request\",\"error_description\":"
			"\"AADSTS90002: x\"}",
			ERR_DENIED, "AADSTS90002", 0},
		{AUTH_ENTRA, 400, "{\"error\":\"x\",\"error_codes\":[123456]}",
			ERR_DENIED, "AADSTS123456", 0},
		{AUTH_ENTRA, 400, "nothing", ERR_DENIED, "no_token", 0},
		{AUTH_ENTRA, 429, "", ERR_WAIT, "token_busy", 0},
		{AUTH_ENTRA, 503, "", ERR_RETRY, "token_busy", 0},
		{AUTH_ENTRA, 302, "", ERR_CONFIG, "token_redirected", 0},
		{AUTH_GOOGLE, 401,
			"{\"error\":\"unauthorized_client\",\"error_description\":\"x\"}",
			ERR_DENIED, "unauthorized_client", 0},
		{AUTH_GOOGLE, 400,
			"{\"error\":\"invalid_grant\",\"error_description\":\"Invalid "
			"JWT: check your iat and exp\"}",
			ERR_DENIED, "invalid_grant", 0},
		{AUTH_GOOGLE, 400, "{\"error\":\"strange\"}", ERR_DENIED, "no_token", 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_answer answer = {.status = rows[i].status,
			.body = rows[i].body,
			.body_size = strlen(rows[i].body)};
		struct auth_token token;
		struct err err = {0};
		int r = auth_read(rows[i].way == AUTH_ENTRA ? &entra : &google, &answer,
			arena, NOON, &token, &err);
		assert_int_equal(r, rows[i].grade);
		if (r == ERR_NONE)
			assert_int_equal(token.expires - NOON, rows[i].lives);
		else
			assert_string_equal(err.code, rows[i].code);
		if (r == ERR_WAIT)
			assert_int_equal(err.retry_at, NOON + 60);
		assert_null(strstr(err.text, ": x"));
	}
}

/* A token server: each token is another; what it says can be changed. */
struct server {
	struct MHD_Daemon *daemon;
	_Atomic int asked, status;
	_Atomic int await; /* who else it waits for before it answers, at `told` */
	sem_t told;
	_Atomic(struct auth *) tried; /* while it is asked */
	char *url;
};

/* For what other threads do; a test that waits in vain fails by what it counts then. */
static void
await(sem_t *s)
{
	int64_t until = when_now() + 20;
	sem_timedwait(s, &(struct timespec){.tv_sec = until});
}

static enum MHD_Result
answer(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	struct server *s = arg;
	(void)url, (void)method, (void)version, (void)data;
	if (*state == NULL) {
		*state = s;
		return MHD_YES;
	}
	if (*size > 0) {
		*size = 0;
		return MHD_YES;
	}
	for (int i = s->await; i > 0; i--)
		await(&s->told);
	char body[200];
	if (s->tried != NULL)
		auth_try(s->tried);
	int n = snprintf(body, sizeof body,
		s->status == 200 ? "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
				   "\"access_token\":\"t%d\"}"
				 : "{\"error_codes\":[7000215],\"n\":%d}",
		++s->asked);
	struct MHD_Response *r =
		MHD_create_response_from_buffer((size_t)n, body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result ok = MHD_queue_response(c, (unsigned)s->status, r);
	MHD_destroy_response(r);
	return ok;
}

static struct auth *
start(struct server *s, const char **ret_dir)
{
	*s = (struct server){.status = 200};
	sem_init(&s->told, 0, 0);
	struct sockaddr_in loopback = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	s->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
		answer, s, MHD_OPTION_SOCK_ADDR, &loopback, MHD_OPTION_END);
	assert_non_null(s->daemon);
	s->url = arena_printf(arena, "http://127.0.0.1:%u/token",
		MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	*ret_dir = arena_printf(arena, "%s/credentials", help_tmpdir(arena));
	struct err err;
	assert_int_equal(credential_write(*ret_dir, "cloud", "first", &err), ERR_NONE);
	struct auth_config config = entra;
	config.token_url = s->url;
	config.credentials = *ret_dir;
	config.credential = "cloud";
	config.loopback = true;
	config.now = now;
	clock_now = NOON;
	return auth_new(&config);
}

static const char *
header(struct auth *auth)
{
	const char *h = NULL;
	struct err err = {0};
	int r = auth_header(auth, arena, &h, &err);
	return r == ERR_NONE ? h : arena_strdup(arena, err.code);
}

static void
a_token_is_kept_and_renewed(void **state)
{
	(void)state;
	struct server s;
	const char *dir;
	struct auth *auth = start(&s, &dir);
	assert_string_equal(header(auth), "Authorization: Bearer t1");
	clock_now = NOON + 1799; /* half of its life */
	assert_string_equal(header(auth), "Authorization: Bearer t1");
	clock_now = NOON + 2160; /* and a tenth, of which its letters decide */
	assert_string_equal(header(auth), "Authorization: Bearer t2");

	/* the token server fails: the old one holds to its end, and it is not asked each
	 * time */
	s.status = 500;
	clock_now = NOON + 2 * 2160;
	assert_string_equal(header(auth), "Authorization: Bearer t2");
	clock_now += 59;
	assert_string_equal(header(auth), "Authorization: Bearer t2");
	assert_int_equal(s.asked, 3);
	clock_now = NOON + 2160 + 3600;
	assert_string_equal(header(auth), "token_busy");
	s.status = 200;
	clock_now += 10;
	assert_string_equal(header(auth), "Authorization: Bearer t5");

	/* a server refuses it: another is got, but not over and over */
	assert_false(auth_refused(auth, "Authorization: Bearer t5"));
	clock_now += 61;
	assert_true(auth_refused(auth, "Authorization: Bearer t5"));
	assert_true(auth_refused(auth, "Authorization: Bearer t5"));
	assert_string_equal(header(auth), "Authorization: Bearer t6");
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

static void
a_wrong_secret_is_left_alone_until_it_changes(void **state)
{
	(void)state;
	struct server s;
	const char *dir;
	struct auth *auth = start(&s, &dir);
	struct err err;
	s.status = 401;
	assert_string_equal(header(auth), "AADSTS7000215");
	clock_now += 3599;
	assert_string_equal(header(auth), "AADSTS7000215");
	assert_int_equal(s.asked, 1);
	clock_now += 1;
	assert_string_equal(header(auth), "AADSTS7000215");
	assert_int_equal(s.asked, 2);
	auth_try(auth); /* somebody wants to know */
	assert_string_equal(header(auth), "AADSTS7000215");
	assert_int_equal(s.asked, 3);
	assert_int_equal(credential_write(dir, "cloud", "second", &err), ERR_NONE);
	s.status = 200;
	assert_string_equal(header(auth), "Authorization: Bearer t4");
	/* a replaced credential is taken up while the old token still holds */
	assert_int_equal(credential_write(dir, "cloud", "third", &err), ERR_NONE);
	assert_string_equal(header(auth), "Authorization: Bearer t5");
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

/* Links whose tokens come at the same moment do not all come back at the same moment. */
static void
renewals_are_spread(void **state)
{
	(void)state;
	enum { LINKS = 20, LIFE = 3600 };
	struct server s;
	const char *dir;
	struct auth *auth = start(&s, &dir);
	int due[LINKS], most = 0;
	for (int i = 0; i < LINKS; i++) {
		clock_now += LIFE; /* the one before has ended */
		int64_t got = clock_now;
		header(auth);
		int asked = s.asked;
		for (due[i] = LIFE / 2; s.asked == asked; due[i] += 20) {
			clock_now = got + due[i];
			header(auth);
		}
		assert_in_range(due[i], LIFE / 2, LIFE * 6 / 10 + 20);
	}
	for (int i = 0; i < LINKS; i++) {
		int same = 0;
		for (int k = 0; k < LINKS; k++)
			same += due[k] == due[i];
		most = same > most ? same : most;
	}
	assert_in_range(most, 1, LINKS / 2);
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

enum { THREADS = 8 };

struct asker {
	struct auth *auth;
	struct server *server;
	pthread_t thread;
	bool early; /* tells the server when it has its answer, else before it asks */
	char got[64];
};

static void *
ask_once(void *arg)
{
	struct asker *k = arg;
	struct arena *own = arena_new(0);
	struct err err;
	const char *h = "none";
	if (!k->early)
		sem_post(&k->server->told);
	auth_header(k->auth, own, &h, &err);
	snprintf(k->got, sizeof k->got, "%s", h);
	if (k->early)
		sem_post(&k->server->told);
	arena_free(own);
	return NULL;
}

/* All at once; the server answers only when `await` of them have told. */
static void
ask_at_once(struct auth *auth, struct server *s, bool early, int wait_for,
	struct asker askers[THREADS])
{
	s->await = wait_for;
	for (int i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){.auth = auth, .server = s, .early = early};
		assert_int_equal(
			pthread_create(&askers[i].thread, NULL, ask_once, &askers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(askers[i].thread, NULL);
	s->await = 0;
	while (sem_trywait(&s->told) == 0)
		;
}

static int
who_got(const struct asker askers[THREADS], const char *text)
{
	int n = 0;
	for (int i = 0; i < THREADS; i++)
		n += strcmp(askers[i].got, text) == 0;
	return n;
}

static void
one_asks_while_the_others_wait(void **state)
{
	(void)state;
	struct server s;
	const char *dir;
	struct asker askers[THREADS];
	struct auth *auth = start(&s, &dir);

	/* nobody has one: all wait for the one request */
	ask_at_once(auth, &s, false, THREADS, askers);
	assert_int_equal(s.asked, 1);
	assert_int_equal(who_got(askers, "Authorization: Bearer t1"), THREADS);

	/* it holds but is to be renewed: the others go on with the old one meanwhile */
	clock_now = NOON + 2160;
	ask_at_once(auth, &s, true, THREADS - 1, askers);
	assert_int_equal(s.asked, 2);
	assert_int_equal(who_got(askers, "Authorization: Bearer t1"), THREADS - 1);
	assert_int_equal(who_got(askers, "Authorization: Bearer t2"), 1);

	/* it was refused, to all of them */
	clock_now += 61;
	for (int i = 0; i < THREADS; i++)
		assert_true(auth_refused(auth, "Authorization: Bearer t2"));
	ask_at_once(auth, &s, false, THREADS, askers);
	assert_int_equal(s.asked, 3);
	assert_int_equal(who_got(askers, "Authorization: Bearer t3"), THREADS);

	/* there is none to be had: all are told, and one has asked */
	s.status = 401;
	clock_now += 3600;
	ask_at_once(auth, &s, false, THREADS, askers);
	assert_int_equal(s.asked, 4);
	assert_int_equal(who_got(askers, "none"), THREADS);
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

/* The refusal that comes then is of what was asked before. */
static void
what_is_set_right_while_it_is_asked_is_asked_again(void **state)
{
	(void)state;
	struct server s;
	const char *dir;
	struct auth *auth = start(&s, &dir);
	s.status = 401;
	s.tried = auth;
	assert_string_equal(header(auth), "AADSTS7000215");
	s.tried = NULL;
	assert_string_equal(header(auth), "AADSTS7000215");
	assert_int_equal(s.asked, 2);
	s.status = 200;
	assert_string_equal(header(auth), "AADSTS7000215");
	assert_int_equal(s.asked, 2);
	auth_try(auth);
	assert_string_equal(header(auth), "Authorization: Bearer t3");
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

static void
a_certificate_says_when_it_ends(void **state)
{
	(void)state;
	struct server s;
	const char *dir;
	struct err err;
	struct auth *auth = start(&s, &dir);
	assert_int_equal(
		credential_write(dir, "cloud",
			arena_printf(arena, "%s%s", certificate_pem, key_pem), &err),
		ERR_NONE);
	assert_string_equal(header(auth), "Authorization: Bearer t1");
	assert_int_equal(auth_expires(auth), NOON + 864000);
	auth_free(auth);
	MHD_stop_daemon(s.daemon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entra_with_a_secret),
		cmocka_unit_test(entra_with_a_certificate),
		cmocka_unit_test(credentials_that_cannot_be_used),
		cmocka_unit_test(google_with_a_service_account),
		cmocka_unit_test(key_files_that_are_none),
		cmocka_unit_test(what_answers_mean),
		cmocka_unit_test(a_token_is_kept_and_renewed),
		cmocka_unit_test(a_wrong_secret_is_left_alone_until_it_changes),
		cmocka_unit_test(renewals_are_spread),
		cmocka_unit_test(one_asks_while_the_others_wait),
		cmocka_unit_test(what_is_set_right_while_it_is_asked_is_asked_again),
		cmocka_unit_test(a_certificate_says_when_it_ends),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
