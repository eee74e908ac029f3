/*
 * http: one conversation with one server
 *
 * A handle speaks to the origin (scheme, host, port) of the URL it was made for and to no
 * other, keeps its connection alive between requests, follows no redirect and uses no
 * proxy, cookie or setting of the environment. Calls block.
 *
 * Owns:    a handle owns its connection and its copy of the credentials, wiped when
 * freed; answers live in the arena given. Threads: a handle belongs to one thread at a
 * time; only `stop` may be set from another.
 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

enum {
	HTTP_CONNECT_MS = 10 * 1000,
	HTTP_TOTAL_MS = 60 * 1000,
	HTTP_SLOW_BYTES = 100, /* a second, over HTTP_SLOW_S: the request is given up */
	HTTP_SLOW_S = 15,
	HTTP_MAX_REPLY = 8 << 20, /* bytes of a body, after decompression */
	HTTP_MAX_HEADERS = 64 << 10,
	HTTP_MAX_WAIT_MS = 3600 * 1000,
};

enum http_method { HTTP_GET, HTTP_POST, HTTP_PROPFIND, HTTP_REPORT };

struct http_ask {
	enum http_method method;
	const char *url;            /* absolute; same origin as the link's */
	const char *const *headers; /* "Name: value", n_headers of them */
	size_t n_headers;
	const char *body;
	size_t body_size;
	const char *content_type; /* NULL: none */
};

struct http_answer {
	long status;
	const char *content_type; /* as sent; "" when none */
	const char *location; /* of a redirect, which is never followed; "" when none */
	const char
		*www_authenticate; /* the schemes offered, joined by ", "; "" when none */
	const char *etag; /* as sent; "" when none */
	int64_t retry_after_ms; /* 1 s to HTTP_MAX_WAIT_MS, 0 when absent or nonsense */
	const char *body;       /* NUL-terminated */
	size_t body_size;
};

struct http_config {
	const char *url;             /* its origin is the only one spoken to */
	const char *user, *password; /* HTTP Basic, sent with every request; NULL: none */
	const char *ca_file;         /* PEM; NULL: the system's */
	bool loopback;    /* 127.0.0.0/8 and ::1 may be spoken to, and in plain http
			     where the URL names one of them by number */
	bool certificate; /* keep the server's, for http_certificate */
	size_t max_reply; /* 0: HTTP_MAX_REPLY */
	int total_ms;     /* 0: HTTP_TOTAL_MS */
	const atomic_bool *stop; /* NULL, or: once true, requests end within 2 s */
};

struct http;

/*
 * Once, in main, before there are threads and before any handle: takes SSLKEYLOGFILE and
 * the rest of what libcurl and OpenSSL would obey out of the environment.
 */
void http_setup(void);

/* ERR_CONFIG when the URL, the user or the password cannot be used. Nothing is sent. */
int http_new(const struct http_config *config, struct http **ret, struct err *err);
void http_free(struct http *h); /* takes NULL */

/*
 * Any HTTP status is an answer, an error is when there is none. Grades and codes:
 *   ERR_RETRY     dns, refused, unreachable, timeout, connection_lost, stopped, no_memory
 *   ERR_DENIED    tls_expired, tls_not_yet_valid, tls_self_signed, tls_unknown_issuer,
 *                 tls_wrong_host, tls_untrusted, tls_handshake, address_refused
 *   ERR_BAD_REPLY foreign_url (nothing was sent), bad_http
 *   ERR_LIMIT     reply_too_large, headers_too_large
 *   ERR_CONFIG    ca_file, bad_request
 */
int http_do(struct http *h, const struct http_ask *ask, struct arena *a,
	struct http_answer *ret, struct err *err);

/* The server's certificate as the last new connection showed it (RFC 5280). False: none
 * seen, or the handle was not made to keep it. */
struct http_certificate {
	char subject[200], issuer[200];
	int64_t expires; /* seconds since 1970 */
};
bool http_certificate(struct http *h, struct http_certificate *ret);

#endif
