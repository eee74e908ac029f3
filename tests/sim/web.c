#include "sim/web.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "sim/web_server.h"

enum { MAX_REQUEST = 4 << 20 };

/* A request on its way in. */
struct incoming {
	struct web_request request;
	struct buf body;
	bool begun;
};

const char *
web_header(const struct web_request *r, const char *name)
{
	const char *v = MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
	return v != NULL ? v : "";
}

struct argument {
	size_t left;
	const char *name, *value;
};

static enum MHD_Result
count_down(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct argument *a = arg;
	(void)kind;
	a->name = name;
	a->value = value != NULL ? value : "";
	return a->left-- > 0 ? MHD_YES : MHD_NO;
}

bool
web_argument(const struct web_request *r, size_t i, const char **ret_name,
	const char **ret_value)
{
	struct argument a = {.left = i};
	int n = MHD_get_connection_values(
		r->connection, MHD_GET_ARGUMENT_KIND, NULL, NULL);
	if (n < 0 || i >= (size_t)n)
		return false;
	MHD_get_connection_values(r->connection, MHD_GET_ARGUMENT_KIND, count_down, &a);
	*ret_name = a.name;
	*ret_value = a.value;
	return true;
}

const char *
web_query(const struct web_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
}

bool
web_basic(const struct web_request *r, const char **ret_user, const char **ret_password)
{
	char *password = NULL;
	char *user = MHD_basic_auth_get_username_password(r->connection, &password);
	bool both = user != NULL && password != NULL;
	if (both) {
		*ret_user = arena_strdup(r->arena, user);
		*ret_password = arena_strdup(r->arena, password);
	}
	if (user != NULL)
		MHD_free(user);
	if (password != NULL)
		MHD_free(password);
	return both;
}

void
web_say(struct web_answer *a, unsigned status, const char *headers, const char *type,
	const char *body)
{
	*a = (struct web_answer){.status = status,
		.headers = headers,
		.type = type,
		.body = body,
		.size = strlen(body)};
}

static enum MHD_Result
add_header(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
	(void)kind;
	buf_printf(arg, "%s: %s\n", name, value != NULL ? value : "");
	return MHD_YES;
}

static const char *
or_nothing(struct arena *a, const char *text)
{
	return text != NULL ? arena_strdup(a, text) : "";
}

static void
keep(struct web *w, const struct web_request *r, const struct web_answer *a)
{
	struct buf headers;
	if (w->n_kept == w->config.keep)
		return;
	buf_init(&headers, w->arena);
	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, add_header, &headers);
	w->kept[w->n_kept++] =
		(struct web_kept){.method = arena_strdup(w->arena, r->method),
			.target = arena_strdup(w->arena, r->target),
			.operation = or_nothing(w->arena, r->operation),
			.user = or_nothing(w->arena, r->user),
			.headers = headers.n > 0 ? headers.s : "",
			.body = arena_strndup(w->arena, r->body, r->size),
			.body_size = r->size,
			.reply = arena_strndup(w->arena, a->body, a->size),
			.reply_size = a->size,
			.status = a->status};
}

static void *
on_target(void *arg, const char *target, struct MHD_Connection *c)
{
	struct web *w = arg;
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct incoming *in = arena_one(a, struct incoming);
	in->request = (struct web_request){
		.arena = a, .target = arena_strdup(a, target), .connection = c};
	buf_init(&in->body, a);
	web_lock(w);
	w->count.requests++;
	if (++w->at_once > w->count.most_at_once)
		w->count.most_at_once = w->at_once;
	web_unlock(w);
	return in;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	struct web *w = arg;
	struct incoming *in = *state;
	struct web_request *r = &in->request;
	struct web_answer a = {.status = 0};
	(void)version;
	if (!in->begun) {
		in->begun = true;
		r->method = arena_strdup(r->arena, method);
		r->path = arena_strdup(r->arena, url);
		return MHD_YES;
	}
	if (*size > 0) {
		r->too_large |= in->body.n + *size > MAX_REQUEST;
		if (!r->too_large)
			buf_add(&in->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	r->body = in->body.n > 0 && !r->too_large ? in->body.s : "";
	r->size = r->too_large ? 0 : in->body.n;
	web_lock(w);
	w->config.answer(w->config.arg, r, &a);
	keep(w, r, &a);
	web_unlock(w);
	return web_send(w, c, &a);
}

static void
on_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode why)
{
	struct web *w = arg;
	struct incoming *in = *state;
	(void)c, (void)why;
	if (in == NULL)
		return;
	arena_free(in->request.arena);
	*state = NULL;
	web_lock(w);
	w->at_once--;
	web_unlock(w);
}

static void
on_connection(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what)
{
	struct web *w = arg;
	(void)c, (void)state;
	web_lock(w);
	w->count.connections += what == MHD_CONNECTION_NOTIFY_STARTED;
	web_unlock(w);
}

/* Loopback and nothing else: its passwords are in the source tree. */
static struct MHD_Daemon *
listen_on(struct web *w, unsigned port, const struct identity *identity)
{
	struct sockaddr_in sa = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)identity->key},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)identity->certificate},
		{MHD_OPTION_END, 0, NULL}};
	unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			 MHD_USE_POLL;
	bool secure = identity->key != NULL;
	return MHD_start_daemon(secure ? flags | MHD_USE_TLS : flags, 0, NULL, NULL,
		on_request, w, MHD_OPTION_SOCK_ADDR, &sa, MHD_OPTION_NOTIFY_COMPLETED,
		on_completed, w, MHD_OPTION_NOTIFY_CONNECTION, on_connection, w,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, w,
		MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_ARRAY,
		secure ? tls : tls + 2, MHD_OPTION_END);
}

int
web_start(const struct web_config *c, struct web **ret, struct err *err)
{
	struct identity identity = {.key = NULL};
	struct arena *a = arena_new(0);
	if (a == NULL)
		abort();
	struct web *w = arena_one(a, struct web);
	w->arena = a;
	w->config = *c;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->ends, NULL);
	w->kept = arena_many(a, struct web_kept, c->keep);
	if (c->tls)
		make_identity(a, c->name, c->expired, &identity);
	w->ca = identity.ca;
	w->daemon = listen_on(w, c->port, &identity);
	if (w->daemon == NULL) {
		web_stop(w);
		return err_set(err, ERR_RETRY, "no_port",
			"cannot listen on port %u of 127.0.0.1", c->port);
	}
	w->port = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	w->url = arena_printf(a, "%s://127.0.0.1:%u", c->tls ? "https" : "http", w->port);
	*ret = w;
	return ERR_NONE;
}

void
web_stop(struct web *w)
{
	if (w == NULL)
		return;
	web_lock(w);
	w->stopping = true;
	pthread_cond_broadcast(&w->ends);
	web_unlock(w);
	if (w->daemon != NULL)
		MHD_stop_daemon(w->daemon);
	pthread_mutex_destroy(&w->lock);
	pthread_cond_destroy(&w->ends);
	arena_free(w->arena);
}

const char *
web_url(const struct web *w)
{
	return w->url;
}

unsigned
web_port(const struct web *w)
{
	return w->port;
}

const char *
web_ca(const struct web *w)
{
	return w->ca;
}

void
web_lock(struct web *w)
{
	pthread_mutex_lock(&w->lock);
}

void
web_unlock(struct web *w)
{
	pthread_mutex_unlock(&w->lock);
}

struct web_counters
web_counters(struct web *w)
{
	web_lock(w);
	struct web_counters c = w->count;
	web_unlock(w);
	return c;
}

bool
web_kept(struct web *w, size_t i, struct web_kept *ret)
{
	web_lock(w);
	bool is_kept = i < w->n_kept;
	if (is_kept)
		*ret = w->kept[i];
	web_unlock(w);
	return is_kept;
}

const char *
web_kept_header(struct web *w, const struct web_kept *k, const char *name)
{
	const char *found = "";
	size_t n = strlen(name);
	for (const char *s = k->headers; *s != '\0' && *found == '\0';
		s += strcspn(s, "\n"), s += *s == '\n')
		if (strncasecmp(s, name, n) == 0 && strncmp(s + n, ": ", 2) == 0) {
			web_lock(w);
			found = arena_strndup(
				w->arena, s + n + 2, strcspn(s + n + 2, "\n"));
			web_unlock(w);
		}
	return found;
}
