/* Tokens: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/graph_call.h"

enum { LIFE_S = 3599 };

#define BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static const struct {
	int code;
	unsigned status;
	const char *error, *words;
} codes[] = {
	{90002, 400, "invalid_request",
		"Tenant not found. Check to make sure you have the correct tenant ID and are "
		"signing into the correct cloud."},
	{900144, 400, "invalid_request",
		"The request body must contain the following parameter: 'grant_type'."},
	{70003, 400, "unsupported_grant_type",
		"The app requested an unsupported grant type."},
	{700016, 400, "unauthorized_client",
		"Application was not found in the directory. This can happen if the "
		"application has not been installed by the administrator of the tenant."},
	{7000215, 401, "invalid_client",
		"Invalid client secret provided. Ensure the secret being sent in the request "
		"is the client secret value, not the client secret ID."},
	{7000218, 401, "invalid_client",
		"The request body must contain the following parameter: 'client_assertion' or "
		"'client_secret'."},
	{7000222, 401, "invalid_client", "The provided client secret keys are expired."},
	{700021, 401, "invalid_client",
		"Client assertion application identifier doesn't match 'client_id' parameter."},
	{700023, 401, "invalid_client",
		"Client assertion audience claim does not match Realm issuer."},
	{700024, 401, "invalid_client",
		"Client assertion is not within its valid time range."},
	{700027, 401, "invalid_client",
		"The certificate with identifier used to sign the client assertion is not "
		"registered on application."},
	{50013, 401, "invalid_client", "Assertion failed signature validation."},
	{50027, 401, "invalid_client", "JWT token is invalid or malformed."},
	{1002012, 400, "invalid_scope",
		"The provided value for scope is not valid. Client credential flows must have "
		"a scope value with /.default suffixed to the resource identifier."},
	{500011, 400, "invalid_resource",
		"The resource principal was not found in the tenant."},
	{53003, 400, "access_denied",
		"Access has been blocked by Conditional Access policies."},
	{65001, 400, "invalid_grant",
		"The user or administrator has not consented to use the application."},
	{90033, 503, "temporarily_unavailable",
		"A transient error has occurred. Please try again."},
	{50196, 429, "temporarily_unavailable", "The server is terminating a loop."},
};

void
entra_refuse(struct call *c, int code)
{
	size_t i = 0, n = sizeof codes / sizeof *codes;
	char when[WHEN_TEXT];
	while (i < n && codes[i].code != code)
		i++;
	when_text(graph_clock(c->graph), when);
	c->status = i < n ? codes[i].status : 400;
	json_decref(c->body);
	c->body = json_pack("{s:s, s:o, s:[i], s:s, s:s, s:s, s:o}", "error",
		i < n ? codes[i].error : "invalid_request", "error_description",
		json_sprintf(
			"AADSTS%d: %s Trace ID: 00000000-0000-4000-8000-000000000002 "
			"Correlation ID: 00000000-0000-4000-8000-000000000003 "
			"Timestamp: %s",
			code, i < n ? codes[i].words : "Something else.", when),
		"error_codes", code, "timestamp", when, "trace_id",
		"00000000-0000-4000-8000-000000000002", "correlation_id",
		"00000000-0000-4000-8000-000000000003", "error_uri",
		json_sprintf("https://login.microsoftonline.com/error?code=%d", code));
}

/* The form's fields, read as a query; a "+" is a blank. */
static bool
read_form(struct call *c, const char *form)
{
	char *copy = arena_strdup(c->arena, form);
	size_t n = strlen(copy), extra = 0;
	for (size_t i = 0; i < n; i++)
		extra += copy[i] == '+' ? 2 : 0;
	char *query = arena_alloc(c->arena, n + extra + 3), *to = query;
	*to++ = '/';
	*to++ = '?';
	for (const char *s = copy; *s != '\0'; s++)
		if (*s == '+') {
			memcpy(to, "%20", 3);
			to += 3;
		} else {
			*to++ = *s;
		}
	*to = '\0';
	return call_read(c, query);
}

static int
check_secret(const struct call *c, const struct application *a, const char *secret)
{
	if (a->is.secret == NULL || strcmp(a->is.secret, secret) != 0)
		return 7000215;
	return graph_clock(c->graph) < a->secret_expires ? 0 : 7000222;
}

static int
check_client(struct call *c, const struct application *a)
{
	const char *secret = call_argument(c, "client_secret");
	const char *assertion = call_argument(c, "client_assertion");
	const char *type = call_argument(c, "client_assertion_type");
	if (assertion != NULL && type != NULL && strcmp(type, BEARER) == 0)
		return entra_check_assertion(c, a, assertion);
	return secret != NULL ? check_secret(c, a, secret) : 7000218;
}

/* The resource is the Graph that the same service is. */
static int
check_scope(const struct call *c)
{
	static const char suffix[] = "/.default";
	const char *scope = call_argument(c, "scope"), *host = graph_host(c->graph);
	size_t n = scope != NULL ? strlen(scope) : 0, k = sizeof suffix - 1;
	if (n <= k || strcmp(scope + n - k, suffix) != 0 || strchr(scope, ' ') != NULL)
		return 1002012;
	return strlen(host) == n - k && strncmp(scope, host, n - k) == 0 ? 0 : 500011;
}

static int
check(struct call *c, const char *tenant, const struct application **ret)
{
	const struct graph *x = c->graph;
	const char *grant = call_argument(c, "grant_type");
	const char *client = call_argument(c, "client_id");
	if (strcasecmp(tenant, x->tenant) != 0 && strcasecmp(tenant, x->domain) != 0)
		return 90002;
	if (grant == NULL || client == NULL)
		return 900144;
	if (strcmp(grant, "client_credentials") != 0)
		return 70003;
	const struct application *a = graph_application(x, client);
	if (a == NULL)
		return 700016;
	int code = check_client(c, a);
	if (code == 0)
		code = check_scope(c);
	if (code == 0 && a->is.conditional_access)
		code = 53003;
	*ret = a;
	return code;
}

static void
put_part(struct buf *b, json_t *object)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *text = json_dumps(object, JSON_COMPACT);
	size_t n = strlen(text);
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)text[i] << 16;
		v |= i + 1 < n ? (unsigned)(unsigned char)text[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned)(unsigned char)text[i + 2] : 0;
		for (size_t k = 0; k < 4 && i + k <= n; k++)
			buf_char(b, letters[v >> (18 - 6 * k) & 63]);
	}
	free(text);
	json_decref(object);
}

/* A token as Entra writes them; nobody but Graph has to understand it. */
static const struct token *
issue(struct call *c, const struct application *a)
{
	struct graph *x = c->graph;
	struct buf b;
	unsigned life = a->is.token_life > 0 ? a->is.token_life : LIFE_S;
	struct token *t = arena_one(x->arena, struct token);
	json_t *roles = json_array();
	for (unsigned i = 0; i < a->is.roles_count; i++)
		json_array_append_new(roles, json_string(a->is.roles[i]));
	int64_t now = graph_clock(x);
	t->of = a;
	t->expires = now + life;
	buf_init(&b, x->arena);
	put_part(&b, json_pack("{s:s, s:s}", "typ", "JWT", "alg", "RS256"));
	buf_char(&b, '.');
	json_t *claims = json_pack("{s:s, s:I, s:I, s:s, s:s, s:s?, s:I}", "aud",
		graph_host(x), "iat", (json_int_t)now, "exp", (json_int_t)t->expires,
		"appid", a->is.client_id, "tid", x->tenant, "oid", a->is.object_id, "ver",
		(json_int_t)x->count.tokens);
	if (a->is.roles_count > 0) /* absent when nothing was consented to */
		json_object_set(claims, "roles", roles);
	json_decref(roles);
	put_part(&b, claims);
	buf_printf(&b, ".c2ln%lu", x->count.tokens);
	t->text = b.s;
	t->next = x->tokens;
	x->tokens = t;
	return t;
}

void
entra_answer(struct call *c, const char *tenant, const char *form)
{
	const struct application *a = NULL;
	int code = read_form(c, form) ? check(c, tenant, &a) : 900144;
	if (c->fault.spoil == SPOIL_CODE)
		code = (int)strtol(
			c->fault.code + strspn(c->fault.code, "ADST"), NULL, 10);
	if (code != 0) {
		entra_refuse(c, code);
		return;
	}
	const struct token *t = issue(c, a);
	c->as = a;
	c->status = 200;
	int life = (int)(t->expires - graph_clock(c->graph));
	c->body = json_pack("{s:s, s:i, s:i, s:s}", "token_type", "Bearer", "expires_in",
		life, "ext_expires_in", life, "access_token", t->text);
	c->graph->count.tokens++;
}
