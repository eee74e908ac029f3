#include "base/http.h"

#include <ctype.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/http_explain.h"
#include "base/origin.h"
#include "base/when.h"

struct http {
	CURL *curl;
	struct origin origin;
	char *name; /* "host:port", for errors */
	bool loopback;
	size_t max_reply;
	const atomic_bool *stop;
	struct http_certificate certificate;

	/* of the request under way */
	char *body;
	size_t n, room, header_bytes;
	enum http_why why;
	struct buf *schemes;
	char *location, *retry_after, *etag;
	struct arena *arena;
};

/* libcurl copies passwords and the headers made from them; what it frees is wiped. */
static void
wipe_free(void *p)
{
	if (p != NULL)
		explicit_bzero(p, malloc_usable_size(p));
	free(p);
}

static void *
wipe_realloc(void *p, size_t size)
{
	void *fresh = malloc(size > 0 ? size : 1);
	if (fresh == NULL || p == NULL)
		return fresh;
	size_t old = malloc_usable_size(p);
	memcpy(fresh, p, old < size ? old : size);
	wipe_free(p);
	return fresh;
}

static void
setup_once(void)
{
	static const char *const obeyed[] = {"SSLKEYLOGFILE", "SSL_CERT_FILE",
		"SSL_CERT_DIR", "OPENSSL_CONF", "CURL_HOME", "CURL_CA_BUNDLE"};
	for (size_t i = 0; i < sizeof obeyed / sizeof *obeyed; i++)
		unsetenv(obeyed[i]);
	curl_global_init_mem(
		CURL_GLOBAL_DEFAULT, malloc, wipe_free, wipe_realloc, strdup, calloc);
}

void
http_setup(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, setup_once);
}

static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http *h = arg;
	(void)purpose;
	if (!address_allowed(&to->addr, h->loopback)) {
		h->why = WHY_ADDRESS;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int
progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct http *h = arg;
	(void)a, (void)b, (void)c, (void)d;
	return h->stop != NULL && atomic_load(h->stop);
}

/* Counts what is delivered, decompressed: CURLOPT_MAXFILESIZE does not stop a gzip bomb.
 */
static size_t
take_body(char *bytes, size_t one, size_t n, void *arg)
{
	struct http *h = arg;
	(void)one;
	if (n > h->max_reply - h->n) {
		h->why = WHY_TOO_LARGE;
		return 0;
	}
	if (h->n + n + 1 > h->room) {
		size_t room = h->room > 0 ? h->room * 2 : 16384;
		if (room < h->n + n + 1)
			room = h->n + n + 1;
		char *body = realloc(h->body, room);
		if (body == NULL) {
			h->why = WHY_MEMORY;
			return 0;
		}
		h->body = body;
		h->room = room;
	}
	memcpy(h->body + h->n, bytes, n);
	h->n += n;
	return n;
}

static bool
header_is(const char *line, size_t n, const char *name, const char **ret, size_t *ret_n)
{
	size_t len = strlen(name);
	if (n <= len || line[len] != ':' || strncasecmp(line, name, len) != 0)
		return false;
	line += len + 1;
	n -= len + 1;
	while (n > 0 && (*line == ' ' || *line == '\t'))
		line++, n--;
	while (n > 0 && isspace((unsigned char)line[n - 1]))
		n--;
	*ret = line;
	*ret_n = n;
	return true;
}

/* The scheme alone: what follows it is the server's own text (RFC 9110, 11.6.1). */
static void
take_scheme(struct buf *b, const char *value, size_t n)
{
	size_t len = 0;
	while (len < n && (isalnum((unsigned char)value[len]) || value[len] == '-'))
		len++;
	if (len == 0 || b->n > 200)
		return;
	if (b->n > 0)
		buf_str(b, ", ");
	buf_add(b, value, len);
}

static size_t
take_header(char *line, size_t one, size_t n, void *arg)
{
	struct http *h = arg;
	const char *value;
	size_t len;
	(void)one;
	h->header_bytes += n;
	if (h->header_bytes > HTTP_MAX_HEADERS) {
		h->why = WHY_HEADERS;
		return 0;
	}
	if (header_is(line, n, "Location", &value, &len) && h->location == NULL)
		h->location = arena_strndup(h->arena, value, len);
	else if (header_is(line, n, "Retry-After", &value, &len) &&
		 h->retry_after == NULL)
		h->retry_after = arena_strndup(h->arena, value, len);
	else if (header_is(line, n, "ETag", &value, &len) && h->etag == NULL)
		h->etag = arena_strndup(h->arena, value, len);
	else if (header_is(line, n, "WWW-Authenticate", &value, &len))
		take_scheme(h->schemes, value, len);
	return n;
}

/* Seconds or a date (RFC 9110, 10.2.3); anything else is 0. */
static int64_t
read_retry_after(const char *text)
{
	if (text == NULL || *text == '\0')
		return 0;
	int64_t ms;
	if (strspn(text, "0123456789") == strlen(text)) {
		ms = strlen(text) > 9 ? HTTP_MAX_WAIT_MS
				      : (int64_t)strtol(text, NULL, 10) * 1000;
	} else {
		time_t t = isalpha((unsigned char)*text) ? curl_getdate(text, NULL) : -1;
		if (t < 0)
			return 0;
		ms = ((int64_t)t - when_now()) * 1000;
	}
	if (ms < 1000)
		ms = 1000;
	return ms > HTTP_MAX_WAIT_MS ? HTTP_MAX_WAIT_MS : ms;
}

static bool
is_one_line(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == '\x7f')
			return false;
	return true;
}

static int
check_config(const struct http_config *c, struct origin *ret, struct err *err)
{
	struct origin o;
	if (!origin_read(c->url, &o)) {
		err_set(err, ERR_CONFIG, "bad_url",
			"the link's URL is not an https URL without user and password");
		err_cure(err, "Give it as https://HOST/PATH.");
		return ERR_CONFIG;
	}
	if (strcmp(o.scheme, "https") != 0 && !(c->loopback && origin_is_loopback(&o))) {
		err_set(err, ERR_CONFIG, "plain_http", "%s is to be reached without TLS",
			o.host);
		err_cure(err, "Use an https URL: a password is never sent in the clear.");
		origin_release(&o);
		return ERR_CONFIG;
	}
	/* RFC 7617: a user has no colon, neither has a control character. */
	if (c->user != NULL &&
		(!is_one_line(c->user) || strchr(c->user, ':') != NULL ||
			c->password == NULL || !is_one_line(c->password))) {
		err_set(err, ERR_CONFIG, "bad_credential",
			"the user name has a colon, or it or the password a control "
			"character");
		err_cure(err,
			"Check that the credential file holds one line, the password.");
		origin_release(&o);
		return ERR_CONFIG;
	}
	*ret = o;
	return ERR_NONE;
}

static void
set_options(struct http *h, const struct http_config *c)
{
	CURL *e = h->curl;
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, h->origin.scheme);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(
		e, CURLOPT_QUICK_EXIT, 1L); /* do not wait for a resolver that hangs */
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(e, CURLOPT_USERAGENT, "Convoke");
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS,
		c->total_ms > 0 ? (long)c->total_ms : (long)HTTP_TOTAL_MS);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)HTTP_SLOW_BYTES);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)HTTP_SLOW_S);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(e, CURLOPT_CERTINFO, c->certificate ? 1L : 0L);
	/* With Debian's default directory of CAs a new connection costs thirty times as
	 * much. */
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	if (c->ca_file != NULL)
		curl_easy_setopt(e, CURLOPT_CAINFO, c->ca_file);
	if (c->user != NULL) {
		curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(e, CURLOPT_USERNAME, c->user);
		curl_easy_setopt(e, CURLOPT_PASSWORD, c->password);
	}
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, h);
	curl_easy_setopt(e, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(e, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(e, CURLOPT_XFERINFODATA, h);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, h);
}

int
http_new(const struct http_config *config, struct http **ret, struct err *err)
{
	struct origin origin;
	http_setup();
	int grade = check_config(config, &origin, err);
	if (grade != ERR_NONE)
		return grade;
	struct http *h = calloc(1, sizeof *h);
	if (h != NULL) {
		h->curl = curl_easy_init();
		h->name = malloc(strlen(origin.host) + strlen(origin.port) + 2);
	}
	if (h == NULL || h->curl == NULL || h->name == NULL) {
		origin_release(&origin);
		http_free(h);
		return err_set(err, ERR_RETRY, "no_memory",
			"not enough memory for a connection");
	}
	h->origin = origin;
	h->loopback = config->loopback;
	h->max_reply = config->max_reply > 0 ? config->max_reply : HTTP_MAX_REPLY;
	h->stop = config->stop;
	stpcpy(stpcpy(stpcpy(h->name, origin.host), ":"), origin.port);
	set_options(h, config);
	*ret = h;
	return ERR_NONE;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	if (h->curl != NULL)
		curl_easy_cleanup(h->curl);
	origin_release(&h->origin);
	wipe_free(h->body);
	free(h->name);
	free(h);
}

static bool
make_headers(const struct http_ask *ask, struct arena *a, struct curl_slist **ret)
{
	struct curl_slist *list = NULL;
	const char *own[] = {"Expect:",
		ask->content_type == NULL
			? "Content-Type:"
			: arena_printf(a, "Content-Type: %s", ask->content_type)};
	for (size_t i = 0; i < 2 + ask->n_headers; i++) {
		const char *line = i < 2 ? own[i] : ask->headers[i - 2];
		struct curl_slist *more =
			is_one_line(line) ? curl_slist_append(list, line) : NULL;
		if (more == NULL) {
			curl_slist_free_all(list);
			return false;
		}
		list = more;
	}
	*ret = list;
	return true;
}

static int
check_ask(struct http *h, const struct http_ask *ask, struct err *err)
{
	struct origin o;
	if (!origin_read(ask->url, &o))
		return err_set(err, ERR_BAD_REPLY, "foreign_url",
			"%s: a link that is no URL", h->name);
	bool same = origin_same(&h->origin, &o);
	if (!same)
		err_set(err, ERR_BAD_REPLY, "foreign_url",
			"%s: a link to another server, %.100s", h->name, o.host);
	origin_release(&o);
	return same ? ERR_NONE : ERR_BAD_REPLY;
}

static void
set_method(struct http *h, const struct http_ask *ask)
{
	static const char *const methods[] = {
		[HTTP_PROPFIND] = "PROPFIND", [HTTP_REPORT] = "REPORT"};
	CURL *e = h->curl;
	curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, NULL);
	if (ask->method == HTTP_GET) {
		curl_easy_setopt(e, CURLOPT_HTTPGET, 1L);
		return;
	}
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)ask->body_size);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, ask->body != NULL ? ask->body : "");
	if (ask->method != HTTP_POST)
		curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, methods[ask->method]);
}

static void
begin_request(struct http *h, struct arena *a, struct buf *schemes)
{
	h->n = h->header_bytes = 0;
	h->why = WHY_CURL;
	h->location = h->retry_after = h->etag = NULL;
	h->arena = a;
	h->schemes = schemes;
	buf_init(schemes, a);
}

/* CURLINFO_CERTINFO lists the chain as "Name:value" lines, the server's own first. */
static void
keep_certificate(struct http *h)
{
	struct curl_certinfo *info = NULL;
	if (curl_easy_getinfo(h->curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
		info == NULL || info->num_of_certs < 1)
		return;
	struct http_certificate c = {.expires = 0};
	for (const struct curl_slist *l = info->certinfo[0]; l != NULL; l = l->next) {
		if (strncmp(l->data, "Subject:", 8) == 0)
			strncpy(c.subject, l->data + 8, sizeof c.subject - 1);
		else if (strncmp(l->data, "Issuer:", 7) == 0)
			strncpy(c.issuer, l->data + 7, sizeof c.issuer - 1);
		else if (strncmp(l->data, "Expire date:", 12) == 0)
			c.expires = curl_getdate(l->data + 12, NULL);
	}
	if (c.expires > 0)
		h->certificate = c;
}

int
http_do(struct http *h, const struct http_ask *ask, struct arena *a,
	struct http_answer *ret, struct err *err)
{
	struct curl_slist *headers = NULL;
	struct buf schemes;
	int grade = check_ask(h, ask, err);
	if (grade != ERR_NONE)
		return grade;
	if (!make_headers(ask, a, &headers))
		return err_set(err, ERR_CONFIG, "bad_request",
			"%s: a header of the request has a control character", h->name);
	begin_request(h, a, &schemes);
	set_method(h, ask);
	curl_easy_setopt(h->curl, CURLOPT_URL, ask->url);
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, headers);
	CURLcode code = curl_easy_perform(h->curl);
	keep_certificate(h);
	if (code != CURLE_OK) {
		grade = http_explain(h->curl, (int)code, h->why, h->name, err);
	} else {
		struct http_answer answer = {.content_type = "",
			.location = "",
			.etag = "",
			.www_authenticate = schemes.s};
		const char *type = NULL;
		curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &answer.status);
		if (curl_easy_getinfo(h->curl, CURLINFO_CONTENT_TYPE, &type) ==
				CURLE_OK &&
			type != NULL)
			answer.content_type = arena_strdup(a, type);
		if (h->location != NULL)
			answer.location = h->location;
		if (h->etag != NULL)
			answer.etag = h->etag;
		answer.retry_after_ms = read_retry_after(h->retry_after);
		answer.body = arena_strndup(a, h->n > 0 ? h->body : "", h->n);
		answer.body_size = h->n;
		*ret = answer;
	}
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(h->curl, CURLOPT_POSTFIELDS, NULL);
	curl_slist_free_all(headers);
	wipe_free(h->body); /* invites carry passcodes */
	h->body = NULL;
	h->n = h->room = 0;
	return grade;
}

bool
http_certificate(struct http *h, struct http_certificate *ret)
{
	if (h->certificate.expires == 0)
		return false;
	*ret = h->certificate;
	return true;
}
