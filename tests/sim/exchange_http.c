#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "sim/exchange_server.h"

enum { MAX_REQUEST = 4 << 20 };

#define PATH "/ews/exchange.asmx"
#define HTML "text/html; charset=utf-8"
#define SCHEMES "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM"
#define BASIC "\nWWW-Authenticate: Basic realm=\"mail.example.com\""

/* A request on its way in. */
struct incoming {
	struct arena *arena;
	struct buf body;
	bool too_large;
};

static const char *
header(struct MHD_Connection *c, const char *name)
{
	const char *v = MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
	return v != NULL ? v : "";
}

static void
say(struct answer *a, unsigned status, const char *headers, const char *type,
	const char *body)
{
	*a = (struct answer){.status = status,
		.headers = headers,
		.type = type,
		.body = body,
		.size = strlen(body)};
}

/* What else is on such a server. */
static void
answer_page(const char *path, struct answer *ret)
{
	if (strcmp(path, "/") == 0 || strncasecmp(path, "/owa", 4) == 0)
		say(ret, 302, "Location: /owa/auth/logon.aspx", HTML, "");
	else
		say(ret, 404, NULL, HTML, "<h2>404 - File or directory not found.</h2>");
}

/* Active Directory counts wrong passwords, and locks an account that has had too many. */
static bool
is_password_right(const struct store *s, struct account *a, const char *password)
{
	if (strcmp(a->password, password) == 0) {
		a->wrong_passwords = 0;
		return true;
	}
	if (++a->wrong_passwords >= s->server.lockout_after)
		a->state = ACCOUNT_LOCKED;
	return false;
}

/* False: the answer is set. Which of an account's troubles it is, IIS does not tell. */
static bool
authenticate(struct exchange *x, struct MHD_Connection *c, struct account **ret_account,
	struct answer *ret)
{
	char *password = NULL;
	char *user = MHD_basic_auth_get_username_password(c, &password);
	struct account *a = user != NULL ? store_account(x->store, user) : NULL;
	bool right = a != NULL && password != NULL && !a->no_basic &&
		     a->state != ACCOUNT_LOCKED &&
		     is_password_right(x->store, a, password) &&
		     a->state != ACCOUNT_DISABLED;
	if (user != NULL)
		MHD_free(user);
	if (password != NULL)
		MHD_free(password);
	*ret_account = a;
	if (right && a->state != ACCOUNT_BLOCKED)
		return true;
	if (right) {
		say(ret, 403, NULL, HTML, "<h2>403 - Forbidden: Access is denied.</h2>");
		return false;
	}
	x->count.unauthorized++;
	say(ret, 401, a != NULL && a->no_basic ? SCHEMES : SCHEMES BASIC, HTML,
		a != NULL && a->state == ACCOUNT_LOCKED
			? "The referenced account is currently locked out and may not be "
			  "logged on to."
			: "");
	return false;
}

/* What an ordered fault, or the request's own, says at once. */
static bool
answer_fault(const struct fault *f, struct answer *ret)
{
	if (f->status == 0)
		return false;
	say(ret, f->status, f->headers, f->type, f->body);
	ret->reason = f->reason;
	return true;
}

static void
answer_ews(struct exchange *x, struct MHD_Connection *c, struct call *call,
	const struct fault *f, struct answer *ret)
{
	if (!authenticate(x, c, &call->account, ret))
		return;
	if (strncasecmp(header(c, "Content-Type"), "text/xml", 8) != 0) {
		say(ret, 415, NULL, NULL, "");
		return;
	}
	if (call->document == NULL) {
		say(ret, 400, NULL, NULL, "");
		return;
	}
	call->spoil = f->spoil;
	call->code = f->code;
	call->values = f->values;
	soap_answer(call);
	say(ret, call->status, NULL,
		f->type != NULL ? f->type : "text/xml; charset=utf-8", "");
	ret->body = call->out.s;
	ret->size = call->out.n;
}

static void
keep(struct exchange *x, struct MHD_Connection *c, const struct call *call,
	const struct buf *body, const struct answer *a)
{
	if (x->n_kept == x->keep)
		return;
	x->kept[x->n_kept++] =
		(struct exchange_request){.operation = operation_names[call->operation],
			.user = call->account != NULL
					? arena_strdup(x->arena, call->account->user)
					: "",
			.agent = arena_strdup(x->arena, header(c, "User-Agent")),
			.anchor = arena_strdup(x->arena, header(c, "X-AnchorMailbox")),
			.body = arena_strndup(x->arena, body->s, body->n),
			.body_size = body->n,
			.reply = arena_strndup(x->arena, a->body, a->size),
			.reply_size = a->size,
			.status = a->status};
}

static void
answer_asked(struct exchange *x, struct MHD_Connection *c, const char *path,
	const char *method, bool too_large, struct call *call, const struct fault *f,
	struct answer *ret)
{
	if (strcasecmp(path, PATH) != 0)
		answer_page(path, ret);
	else if (strcmp(method, "POST") != 0)
		say(ret, 405, "Allow: POST", HTML, "<h2>405 - Method not allowed.</h2>");
	else if (too_large)
		say(ret, 413, NULL, HTML, "");
	else
		answer_ews(x, c, call, f, ret);
}

static void
answer_locked(struct exchange *x, struct MHD_Connection *c, const char *path,
	const char *method, const struct incoming *in, struct answer *ret)
{
	struct fault f = {.status = 0};
	struct call call = {.arena = in->arena,
		.store = x->store,
		.count = &x->count,
		.anchored = *header(c, "X-AnchorMailbox") != '\0'};
	if (!soap_read(&call, in->body.s, in->body.n) && call.document != NULL) {
		soap_end(&call);
		call.document = NULL;
	}
	if (!fault_named(header(c, "X-Fault"), in->arena, &f))
		orders_take(&x->orders, call.operation, in->arena, &f);
	if (!answer_fault(&f, ret))
		answer_asked(x, c, path, method, in->too_large, &call, &f, ret);
	ret->way = f.way;
	keep(x, c, &call, &in->body, ret);
	soap_end(&call);
}

static void
begin(struct exchange *x, void **state)
{
	struct arena *a = arena_new(0);
	struct incoming *in = arena_one(a, struct incoming);
	in->arena = a;
	buf_init(&in->body, a);
	*state = in;
	pthread_mutex_lock(&x->lock);
	x->count.requests++;
	if (++x->at_once > x->count.most_at_once)
		x->count.most_at_once = x->at_once;
	pthread_mutex_unlock(&x->lock);
}

enum MHD_Result
http_request(void *arg, struct MHD_Connection *c, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **state)
{
	struct exchange *x = arg;
	struct incoming *in = *state;
	struct answer a;
	(void)version;
	if (in == NULL) {
		begin(x, state);
		return MHD_YES;
	}
	if (*size > 0) {
		in->too_large |= in->body.n + *size > MAX_REQUEST;
		if (!in->too_large)
			buf_add(&in->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	pthread_mutex_lock(&x->lock);
	answer_locked(x, c, url, method, in, &a);
	pthread_mutex_unlock(&x->lock);
	return http_send(x, c, &a);
}

void
http_completed(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode why)
{
	struct exchange *x = arg;
	struct incoming *in = *state;
	(void)c, (void)why;
	if (in == NULL)
		return;
	arena_free(in->arena);
	*state = NULL;
	pthread_mutex_lock(&x->lock);
	x->at_once--;
	pthread_mutex_unlock(&x->lock);
}

void
http_connection(void *arg, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what)
{
	struct exchange *x = arg;
	(void)c, (void)state;
	pthread_mutex_lock(&x->lock);
	x->count.connections += what == MHD_CONNECTION_NOTIFY_STARTED;
	pthread_mutex_unlock(&x->lock);
}
