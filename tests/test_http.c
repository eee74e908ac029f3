#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <microhttpd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/http.h"
#include "base/origin.h"
#include "base/when.h"
#include "help/help.h"

/* One server, whose answer is chosen by the path; it remembers what it was sent. */
struct server {
	struct MHD_Daemon *daemon;
	unsigned port;
	char authorization[200], method[20], agent[50], body[100];
	atomic_int requests, connections;
	char location[200];
};

static enum MHD_Result
reply(struct MHD_Connection *c, unsigned status, const char *body, size_t n,
	const char *name, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		n, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
	MHD_add_response_header(r, "Content-Type", "text/plain; charset=utf-8");
	if (name != NULL)
		MHD_add_response_header(r, name, value);
	enum MHD_Result ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

/* 64 MiB of zeros, as a gzip of 64 KiB. */
static enum MHD_Result
reply_bomb(struct MHD_Connection *c)
{
	static unsigned char zeros[1 << 16], out[1 << 18];
	z_stream z = {0};
	deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
	z.next_out = out;
	z.avail_out = sizeof out;
	for (int i = 0; i < 1024; i++) {
		z.next_in = zeros;
		z.avail_in = sizeof zeros;
		deflate(&z, i == 1023 ? Z_FINISH : Z_NO_FLUSH);
	}
	size_t n = z.total_out;
	deflateEnd(&z);
	return reply(c, 200, (const char *)out, n, "Content-Encoding", "gzip");
}

static ssize_t
never(void *arg, uint64_t at, char *buf, size_t max)
{
	(void)arg, (void)at, (void)buf, (void)max;
	return 0;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	static int begun;
	struct server *s = arg;
	(void)version;
	if (*state == NULL) {
		*state = &begun;
		s->requests++;
		s->body[0] = '\0';
		return MHD_YES;
	}
	if (*size > 0) {
		snprintf(s->body, sizeof s->body, "%.*s", (int)*size, data);
		*size = 0;
		return MHD_YES;
	}
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
	snprintf(s->authorization, sizeof s->authorization, "%s", v != NULL ? v : "");
	v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "User-Agent");
	snprintf(s->agent, sizeof s->agent, "%s", v != NULL ? v : "");
	snprintf(s->method, sizeof s->method, "%s", method);
	if (strcmp(url, "/redirect") == 0)
		return reply(c, 307, "", 0, "Location", s->location);
	if (strcmp(url, "/bomb") == 0)
		return reply_bomb(c);
	if (strcmp(url, "/401") == 0)
		return reply(c, 401, "no", 2, "WWW-Authenticate", "Basic realm=\"x\"");
	if (strcmp(url, "/503") == 0)
		return reply(c, 503, "busy", 4, "Retry-After", "120");
	if (strcmp(url, "/503-date") == 0)
		return reply(c, 503, "busy", 4, "Retry-After",
			"Wed, 21 Oct 2015 07:28:00 GMT");
	if (strcmp(url, "/503-far") == 0)
		return reply(c, 503, "busy", 4, "Retry-After", "99999999999");
	if (strcmp(url, "/503-bad") == 0)
		return reply(c, 503, "busy", 4, "Retry-After", "1e3");
	if (strcmp(url, "/large") == 0) {
		static char large[5000];
		memset(large, 'x', sizeof large);
		return reply(c, 200, large, sizeof large, NULL, NULL);
	}
	if (strcmp(url, "/headers") == 0) {
		static char header[70000];
		memset(header, 'h', sizeof header - 1);
		return reply(c, 200, "", 0, "X-Large", header);
	}
	if (strcmp(url, "/never") == 0) {
		struct MHD_Response *r = MHD_create_response_from_callback(
			MHD_SIZE_UNKNOWN, 100, never, NULL, NULL);
		enum MHD_Result ok = MHD_queue_response(c, 200, r);
		MHD_destroy_response(r);
		return ok;
	}
	return reply(c, 200, "hello", 5, NULL, NULL);
}

static void
on_connection(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what)
{
	struct server *s = arg;
	(void)c, (void)state;
	s->connections += what == MHD_CONNECTION_NOTIFY_STARTED;
}

static void
serve(struct server *s, const char *key, const char *certificate)
{
	memset(s, 0, sizeof *s);
	struct sockaddr_in sa = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL;
	if (key != NULL)
		s->daemon = MHD_start_daemon(flags | MHD_USE_TLS, 0, NULL, NULL,
			on_request, s, MHD_OPTION_SOCK_ADDR, &sa,
			MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_MEM_CERT,
			certificate, MHD_OPTION_END);
	else
		s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
			MHD_OPTION_SOCK_ADDR, &sa, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)200000, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
			MHD_OPTION_END);
	assert_non_null(s->daemon);
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

struct env {
	struct arena *a;
	struct server server;
	struct http *h;
	struct http_answer answer;
	struct err err;
};

static void
env_open(struct env *e, const struct http_config *options)
{
	memset(e, 0, sizeof *e);
	e->a = arena_new(0);
	serve(&e->server, NULL, NULL);
	struct http_config c = *options;
	c.url = arena_printf(e->a, "http://127.0.0.1:%u/", e->server.port);
	c.loopback = true;
	assert_int_equal(http_new(&c, &e->h, &e->err), ERR_NONE);
}

static void
env_close(struct env *e)
{
	http_free(e->h);
	MHD_stop_daemon(e->server.daemon);
	arena_free(e->a);
}

static int
get(struct env *e, const char *path)
{
	struct http_ask ask = {
		.url = arena_printf(e->a, "http://127.0.0.1:%u%s", e->server.port, path)};
	memset(&e->answer, 0, sizeof e->answer);
	err_clear(&e->err);
	return http_do(e->h, &ask, e->a, &e->answer, &e->err);
}

static void
asks_and_is_answered(void **state)
{
	(void)state;
	struct env e;
	env_open(&e, &(struct http_config){.user = "svc", .password = "quill&7"});
	static const char *const headers[] = {"User-Agent: Rooms/1"};
	struct http_ask ask = {.method = HTTP_POST,
		.headers = headers,
		.n_headers = 1,
		.url = arena_printf(e.a, "http://127.0.0.1:%u/x", e.server.port),
		.body = "<a/>",
		.body_size = 4,
		.content_type = "text/xml"};
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_NONE);
	assert_int_equal(e.answer.status, 200);
	assert_string_equal(e.answer.body, "hello");
	assert_int_equal(e.answer.body_size, 5);
	assert_string_equal(e.answer.content_type, "text/plain; charset=utf-8");
	assert_string_equal(e.answer.location, "");
	assert_string_equal(e.server.method, "POST");
	assert_string_equal(e.server.body, "<a/>");
	assert_string_equal(e.server.agent, "Rooms/1");
	assert_string_equal(e.server.authorization, "Basic c3ZjOnF1aWxsJjc=");
	ask.method = HTTP_REPORT;
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_NONE);
	assert_string_equal(e.server.method, "REPORT");
	assert_int_equal(get(&e, "/"), ERR_NONE);
	assert_string_equal(e.server.method, "GET");
	assert_string_equal(e.server.body, "");
	assert_int_equal(e.server.connections, 1);
	env_close(&e);
}

static void
statuses_are_answers(void **state)
{
	(void)state;
	struct env e;
	env_open(&e, &(struct http_config){0});
	assert_int_equal(get(&e, "/401"), ERR_NONE);
	assert_int_equal(e.answer.status, 401);
	assert_string_equal(e.answer.www_authenticate, "Basic");
	assert_string_equal(e.server.authorization, "");
	assert_int_equal(get(&e, "/503"), ERR_NONE);
	assert_int_equal(e.answer.status, 503);
	assert_int_equal(e.answer.retry_after_ms, 120 * 1000);
	assert_int_equal(get(&e, "/503-date"), ERR_NONE);
	assert_int_equal(e.answer.retry_after_ms, 1000);
	assert_int_equal(get(&e, "/503-far"), ERR_NONE);
	assert_int_equal(e.answer.retry_after_ms, HTTP_MAX_WAIT_MS);
	assert_int_equal(get(&e, "/503-bad"), ERR_NONE);
	assert_int_equal(e.answer.retry_after_ms, 0);
	env_close(&e);
}

static void
no_redirect_is_followed(void **state)
{
	(void)state;
	struct env e;
	struct server other;
	serve(&other, NULL, NULL);
	env_open(&e, &(struct http_config){.user = "svc", .password = "quill&7"});
	static const char *const targets[] = {"http://127.0.0.1:%u/", "//127.0.0.1:%u/",
		"https://127.0.0.1:%u/", "/redirect"};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		strcpy(e.server.location, targets[i]);
		char *percent = strstr(e.server.location, "%u");
		if (percent != NULL)
			sprintf(percent, "%u/", other.port);
		int before = e.server.requests;
		assert_int_equal(get(&e, "/redirect"), ERR_NONE);
		assert_int_equal(e.answer.status, 307);
		assert_string_equal(e.answer.location, e.server.location);
		assert_int_equal(e.server.requests, before + 1);
	}
	assert_int_equal(other.requests, 0);
	/* Nor is another origin spoken to when asked for. */
	static const char *const foreign[] = {"http://127.0.0.1:%u/",
		"https://127.0.0.1:%u/", "http://localhost:%u/",
		"http://svc:x@127.0.0.1:%u/", "file:///etc/hostname", "x", ""};
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		char url[100];
		strcpy(url, foreign[i]);
		char *percent = strstr(url, "%u");
		if (percent != NULL)
			sprintf(percent, "%u/", i == 0 ? other.port : e.server.port);
		int before = e.server.requests;
		struct http_ask ask = {.url = url};
		assert_int_equal(
			http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_BAD_REPLY);
		assert_string_equal(e.err.code, "foreign_url");
		assert_int_equal(e.server.requests, before);
	}
	assert_int_equal(other.requests, 0);
	env_close(&e);
	MHD_stop_daemon(other.daemon);
}

static void
replies_are_bounded(void **state)
{
	(void)state;
	struct env e;
	env_open(&e, &(struct http_config){.max_reply = 4999});
	assert_int_equal(get(&e, "/large"), ERR_LIMIT);
	assert_string_equal(e.err.code, "reply_too_large");
	assert_int_equal(get(&e, "/bomb"), ERR_LIMIT);
	assert_int_equal(get(&e, "/headers"), ERR_LIMIT);
	assert_int_equal(get(&e, "/"), ERR_NONE); /* the handle lives on */
	env_close(&e);
	env_open(&e, &(struct http_config){0});
	assert_int_equal(get(&e, "/large"), ERR_NONE);
	assert_int_equal(e.answer.body_size, 5000);
	assert_int_equal(get(&e, "/bomb"), ERR_LIMIT);
	env_close(&e);
}

static void
control_characters_are_not_sent(void **state)
{
	(void)state;
	struct env e;
	env_open(&e, &(struct http_config){0});
	static const char *const headers[] = {"X-AnchorMailbox: a\r\nX-Evil: b"};
	struct http_ask ask = {.headers = headers,
		.n_headers = 1,
		.url = arena_printf(e.a, "http://127.0.0.1:%u/", e.server.port)};
	assert_int_equal(http_do(e.h, &ask, e.a, &e.answer, &e.err), ERR_CONFIG);
	assert_int_equal(e.server.requests, 0);
	env_close(&e);
}

static void
what_cannot_be_used_is_refused_at_once(void **state)
{
	(void)state;
	static const struct {
		struct http_config config;
		const char *code;
	} bad[] = {
		{{.url = "http://mail.example.com/"}, "plain_http"},
		{{.url = "http://127.0.0.1/"}, "plain_http"},
		{{.url = "http://localhost/", .loopback = true}, "plain_http"},
		{{.url = "https://svc:quill@mail.example.com/"}, "bad_url"},
		{{.url = "ftp://mail.example.com/"}, "bad_url"},
		{{.url = "mail.example.com"}, "bad_url"},
		{{.url = "https://mail.example.com/", .user = "a:b", .password = "x"},
			"bad_credential"},
		{{.url = "https://mail.example.com/", .user = "a", .password = "x\ny"},
			"bad_credential"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct http *h;
		struct err err;
		assert_int_equal(http_new(&bad[i].config, &h, &err), ERR_CONFIG);
		assert_string_equal(err.code, bad[i].code);
		assert_string_not_equal(err.cure, "");
		assert_null(strstr(err.text, "quill"));
	}
}

static void
this_machine_is_no_calendar_server(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct server s;
	serve(&s, NULL, NULL);
	struct http *h;
	struct err err;
	struct http_answer answer;
	struct http_ask ask = {.url = arena_printf(a, "https://127.0.0.1:%u/", s.port)};
	assert_int_equal(
		http_new(&(struct http_config){.url = ask.url}, &h, &err), ERR_NONE);
	assert_int_equal(http_do(h, &ask, a, &answer, &err), ERR_DENIED);
	assert_string_equal(err.code, "address_refused");
	http_free(h);
	assert_int_equal(s.requests, 0);
	MHD_stop_daemon(s.daemon);
	arena_free(a);

	static const struct {
		const char *address;
		bool far, near;
	} addresses[] = {{"10.1.2.3", true, true}, {"192.0.2.1", true, true},
		{"127.0.0.1", false, true}, {"127.9.9.9", false, true},
		{"169.254.169.254", false, false}, {"0.0.0.0", false, false},
		{"224.0.0.1", false, false}, {"::1", false, true}, {"::", false, false},
		{"fe80::1", false, false}, {"2001:db8::1", true, true},
		{"::ffff:127.0.0.1", false, true}, {"::ffff:169.254.1.1", false, false},
		{"::ffff:192.0.2.1", true, true}};
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		union {
			struct sockaddr sa;
			struct sockaddr_in v4;
			struct sockaddr_in6 v6;
		} u = {0};
		u.sa.sa_family =
			strchr(addresses[i].address, ':') != NULL ? AF_INET6 : AF_INET;
		assert_int_equal(
			inet_pton(u.sa.sa_family, addresses[i].address,
				u.sa.sa_family == AF_INET6 ? (void *)&u.v6.sin6_addr
							   : (void *)&u.v4.sin_addr),
			1);
		assert_int_equal(address_allowed(&u.sa, false), addresses[i].far);
		assert_int_equal(address_allowed(&u.sa, true), addresses[i].near);
	}
}

static void
nobody_there_is_told_apart(void **state)
{
	(void)state;
	struct arena *a = arena_new(0);
	struct server s;
	serve(&s, NULL, NULL);
	unsigned port = s.port;
	MHD_stop_daemon(s.daemon);
	struct http *h;
	struct err err;
	struct http_answer answer;
	struct http_ask ask = {.url = arena_printf(a, "http://127.0.0.1:%u/", port)};
	struct http_config c = {.url = ask.url, .loopback = true};
	assert_int_equal(http_new(&c, &h, &err), ERR_NONE);
	assert_int_equal(http_do(h, &ask, a, &answer, &err), ERR_RETRY);
	assert_string_equal(err.code, "refused");
	http_free(h);
	/* RFC 6761: .invalid never resolves, asked of whom it may. */
	c.url = ask.url = "https://mail.invalid/";
	assert_int_equal(http_new(&c, &h, &err), ERR_NONE);
	assert_int_equal(http_do(h, &ask, a, &answer, &err), ERR_RETRY);
	assert_string_equal(err.code, "dns");
	assert_non_null(strstr(err.text, "mail.invalid:443"));
	http_free(h);
	arena_free(a);
}

static void
silence_ends_by_clock_or_by_flag(void **state)
{
	(void)state;
	struct env e;
	env_open(&e, &(struct http_config){.total_ms = 200});
	assert_int_equal(get(&e, "/never"), ERR_RETRY);
	assert_string_equal(e.err.code, "timeout");
	env_close(&e);

	static atomic_bool stop;
	atomic_store(&stop, true);
	env_open(&e, &(struct http_config){.stop = &stop});
	int64_t before = when_monotonic_ms();
	assert_int_equal(get(&e, "/never"), ERR_RETRY);
	assert_string_equal(e.err.code, "stopped");
	assert_true(when_monotonic_ms() - before < 2000);
	env_close(&e);
}

static char *
pem_of(struct arena *a, int (*write)(BIO *, void *), void *object)
{
	BIO *bio = BIO_new(BIO_s_mem());
	assert_true(write(bio, object));
	char *bytes;
	long n = BIO_get_mem_data(bio, &bytes);
	char *pem = arena_strndup(a, bytes, (size_t)n);
	BIO_free(bio);
	return pem;
}

static int
write_key(BIO *bio, void *key)
{
	return PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
}

static int
write_certificate(BIO *bio, void *x)
{
	return PEM_write_bio_X509(bio, x);
}

static void
add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	assert_non_null(e);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
}

static X509 *
make_certificate(const char *name, const char *host, int from_days, int to_days,
	EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	static long serial = 1000;
	X509 *x = X509_new();
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	X509_gmtime_adj(X509_getm_notBefore(x), from_days * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(x), to_days * 86400L);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
		(const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(issuer != NULL ? issuer : x));
	if (host != NULL)
		add_extension(x, issuer != NULL ? issuer : x, NID_subject_alt_name, host);
	else
		add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE");
	assert_true(
		X509_sign(x, issuer_key != NULL ? issuer_key : key, EVP_sha256()) > 0);
	return x;
}

static void
certificates_are_judged_and_named(void **state)
{
	(void)state;
	static const struct {
		const char *host;
		int from, to;
		bool by_authority, authority_known;
		const char *code; /* NULL: fine */
	} cases[] = {
		{"IP:127.0.0.1", -1, 30, true, true, NULL},
		{"IP:127.0.0.1", -30, -1, true, true, "tls_expired"},
		{"IP:127.0.0.1", 1, 30, true, true, "tls_not_yet_valid"},
		{"DNS:mail.example.com", -1, 30, true, true, "tls_wrong_host"},
		{"IP:127.0.0.1", -1, 30, false, true, "tls_self_signed"},
		{"IP:127.0.0.1", -1, 30, true, false, "tls_unknown_issuer"},
	};
	struct arena *a = arena_new(0);
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = make_certificate("Contoso Root", NULL, -1, 100, ca_key, NULL, NULL);
	X509 *other =
		make_certificate("Northwind Root", NULL, -1, 100, ca_key, NULL, NULL);
	const char *dir = help_tmpdir(a);
	char *ca_file = arena_printf(a, "%s/ca.pem", dir),
	     *other_file = arena_printf(a, "%s/b.pem", dir);
	char *pem = pem_of(a, write_certificate, ca);
	help_write(ca_file, pem, strlen(pem));
	pem = pem_of(a, write_certificate, other);
	help_write(other_file, pem, strlen(pem));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		X509 *x = make_certificate("Contoso Mail", cases[i].host, cases[i].from,
			cases[i].to, key, cases[i].by_authority ? ca : NULL,
			cases[i].by_authority ? ca_key : NULL);
		struct server s;
		serve(&s, pem_of(a, write_key, key), pem_of(a, write_certificate, x));
		struct http *h;
		struct err err;
		struct http_answer answer;
		struct http_certificate seen;
		struct http_ask ask = {
			.url = arena_printf(a, "https://127.0.0.1:%u/", s.port)};
		struct http_config c = {.url = ask.url,
			.loopback = true,
			.certificate = true,
			.user = "svc",
			.password = "quill&7",
			.ca_file = cases[i].authority_known ? ca_file : other_file};
		assert_int_equal(http_new(&c, &h, &err), ERR_NONE);
		assert_false(http_certificate(h, &seen));
		int grade = http_do(h, &ask, a, &answer, &err);
		if (cases[i].code == NULL) {
			assert_int_equal(grade, ERR_NONE);
			assert_true(http_certificate(h, &seen));
			assert_non_null(strstr(seen.issuer, "Contoso Root"));
			assert_non_null(strstr(seen.subject, "Contoso Mail"));
			int64_t days = (seen.expires - when_now()) / 86400;
			assert_in_range(days, 29, 30);
		} else {
			assert_int_equal(grade, ERR_DENIED);
			assert_string_equal(err.code, cases[i].code);
			assert_string_not_equal(err.cure, "");
			assert_int_equal(s.requests, 0); /* so no credential left */
		}
		http_free(h);
		MHD_stop_daemon(s.daemon);
		X509_free(x);
	}
	struct server s;
	X509 *x =
		make_certificate("Contoso Mail", "IP:127.0.0.1", -1, 30, key, ca, ca_key);
	serve(&s, pem_of(a, write_key, key), pem_of(a, write_certificate, x));
	struct http *h;
	struct err err;
	struct http_answer answer;
	struct http_ask ask = {.url = arena_printf(a, "https://127.0.0.1:%u/", s.port)};
	struct http_config c = {
		.url = ask.url, .loopback = true, .ca_file = "/nowhere/ca.pem"};
	assert_int_equal(http_new(&c, &h, &err), ERR_NONE);
	assert_int_equal(http_do(h, &ask, a, &answer, &err), ERR_CONFIG);
	assert_string_equal(err.code, "ca_file");
	http_free(h);
	MHD_stop_daemon(s.daemon);
	X509_free(x);
	X509_free(ca);
	X509_free(other);
	EVP_PKEY_free(ca_key);
	EVP_PKEY_free(key);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_and_is_answered),
		cmocka_unit_test(statuses_are_answers),
		cmocka_unit_test(no_redirect_is_followed),
		cmocka_unit_test(replies_are_bounded),
		cmocka_unit_test(control_characters_are_not_sent),
		cmocka_unit_test(what_cannot_be_used_is_refused_at_once),
		cmocka_unit_test(this_machine_is_no_calendar_server),
		cmocka_unit_test(nobody_there_is_told_apart),
		cmocka_unit_test(silence_ends_by_clock_or_by_flag),
		cmocka_unit_test(certificates_are_judged_and_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
