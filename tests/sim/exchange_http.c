#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/err.h"
#include "sim/exchange_server.h"

#define PATH "/ews/exchange.asmx"
#define HTML "text/html; charset=utf-8"
#define SCHEMES "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM"
#define BASIC "\nWWW-Authenticate: Basic realm=\"mail.example.com\""

/* What else is on such a server. */
static void
answer_page(const char *path, struct web_answer *ret)
{
	if (strcmp(path, "/") == 0 || strncasecmp(path, "/owa", 4) == 0)
		web_say(ret, 302, "Location: /owa/auth/logon.aspx", HTML, "");
	else
		web_say(ret, 404, NULL, HTML,
			"<h2>404 - File or directory not found.</h2>");
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
authenticate(struct exchange *x, const struct web_request *r,
	struct account **ret_account, struct web_answer *ret)
{
	const char *user, *password;
	struct account *a =
		web_basic(r, &user, &password) ? store_account(x->store, user) : NULL;
	bool right = a != NULL && !a->no_basic && a->state != ACCOUNT_LOCKED &&
		     is_password_right(x->store, a, password) &&
		     a->state != ACCOUNT_DISABLED;
	*ret_account = a;
	if (right && a->state != ACCOUNT_BLOCKED)
		return true;
	if (right) {
		web_say(ret, 403, NULL, HTML,
			"<h2>403 - Forbidden: Access is denied.</h2>");
		return false;
	}
	x->count.unauthorized++;
	web_say(ret, 401, a != NULL && a->no_basic ? SCHEMES : SCHEMES BASIC, HTML,
		a != NULL && a->state == ACCOUNT_LOCKED
			? "The referenced account is currently locked out and may not be "
			  "logged on to."
			: "");
	return false;
}

/* What an ordered fault, or the request's own, says at once. */
static bool
answer_fault(const struct fault *f, struct web_answer *ret)
{
	if (f->status == 0)
		return false;
	web_say(ret, f->status, f->headers, f->type, f->body);
	ret->reason = f->reason;
	return true;
}

static void
answer_ews(struct exchange *x, struct web_request *r, struct call *call,
	const struct fault *f, struct web_answer *ret)
{
	if (!authenticate(x, r, &call->account, ret))
		return;
	if (strncasecmp(web_header(r, "Content-Type"), "text/xml", 8) != 0) {
		web_say(ret, 415, NULL, NULL, "");
		return;
	}
	if (call->document == NULL) {
		web_say(ret, 400, NULL, NULL, "");
		return;
	}
	call->spoil = (enum spoil)f->spoil;
	call->code = f->code;
	call->values = f->values;
	soap_answer(call);
	web_say(ret, call->status, NULL,
		f->type != NULL ? f->type : "text/xml; charset=utf-8", "");
	ret->body = call->out.s;
	ret->size = call->out.n;
}

static void
answer_asked(struct exchange *x, struct web_request *r, struct call *call,
	const struct fault *f, struct web_answer *ret)
{
	if (strcasecmp(r->path, PATH) != 0)
		answer_page(r->path, ret);
	else if (strcmp(r->method, "POST") != 0)
		web_say(ret, 405, "Allow: POST", HTML,
			"<h2>405 - Method not allowed.</h2>");
	else if (r->too_large)
		web_say(ret, 413, NULL, HTML, "");
	else
		answer_ews(x, r, call, f, ret);
}

/* Exchange gives the caller's name of the request back when it is asked to. */
static void
add_request_id(const struct web_request *r, struct web_answer *a)
{
	const char *id = web_header(r, "client-request-id");
	if (*id == '\0' ||
		strcasecmp(web_header(r, "return-client-request-id"), "true") != 0)
		return;
	a->headers = arena_printf(r->arena, "%s%sclient-request-id: %s",
		a->headers != NULL ? a->headers : "", a->headers != NULL ? "\n" : "", id);
}

void
exchange_answer(void *arg, struct web_request *r, struct web_answer *ret)
{
	struct exchange *x = arg;
	struct fault f = {.status = 0};
	struct call call = {.arena = r->arena,
		.store = x->store,
		.count = &x->count,
		.anchored = *web_header(r, "X-AnchorMailbox") != '\0'};
	if (!soap_read(&call, r->body, r->size) && call.document != NULL) {
		soap_end(&call);
		call.document = NULL;
	}
	if (!fault_named(&exchange_faults, web_header(r, "X-Fault"), r->arena, &f))
		orders_take(&x->orders, (int)call.operation, r->arena, &f);
	if (!answer_fault(&f, ret))
		answer_asked(x, r, &call, &f, ret);
	ret->way = f.way;
	add_request_id(r, ret);
	r->operation = operation_names[call.operation];
	r->user = call.account != NULL ? call.account->user : NULL;
	soap_end(&call);
}
