/* The token server: developers.google.com/identity/protocols/oauth2/service-account. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sim/google_server.h"

enum { LIFE_S = 3599, SKEW_S = 300, LONGEST_S = 3600 };

#define GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define PREFIX "https://www.googleapis.com/auth/"
static const char *const scopes[] = {PREFIX "calendar", PREFIX "calendar.readonly",
	PREFIX "calendar.events", PREFIX "calendar.events.readonly",
	PREFIX "admin.directory.resource.calendar",
	PREFIX "admin.directory.resource.calendar.readonly"};

static const char *
unescape(struct arena *a, const char *s, size_t n)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		unsigned byte;
		if (s[i] == '%' && i + 2 < n && sscanf(s + i + 1, "%2x", &byte) == 1) {
			buf_char(&b, (char)byte);
			i += 2;
		} else {
			buf_char(&b, s[i] == '+' ? ' ' : s[i]);
		}
	}
	return b.s;
}

/* A value of an application/x-www-form-urlencoded body; "" when absent. */
static const char *
form(const struct web_request *r, const char *name)
{
	size_t len = strlen(name);
	for (const char *s = r->body; s != NULL && *s != '\0';) {
		size_t n = strcspn(s, "&");
		if (n > len && strncmp(s, name, len) == 0 && s[len] == '=')
			return unescape(r->arena, s + len + 1, n - len - 1);
		s += n + (s[n] == '&');
	}
	return "";
}

static void
refuse(struct web_request *r, struct web_answer *ret, unsigned status, const char *error,
	const char *description)
{
	json_t *o =
		json_pack("{s:s, s:s}", "error", error, "error_description", description);
	suite_say_json(r, ret, o, NULL);
	ret->status = status;
}

/* Each word of a scope must be one of Google's, and of these when there is a list. */
static bool
are_scopes(const char *scope, const char *const *list, size_t n)
{
	for (const char *s = scope; *s != '\0';) {
		size_t len = strcspn(s, " "), i = 0;
		while (i < n && (strlen(list[i]) != len || strncmp(list[i], s, len) != 0))
			i++;
		if (len > 0 && i == n)
			return false;
		s += len + strspn(s + len, " ");
	}
	return true;
}

struct claims {
	const char *iss, *sub, *aud, *scope;
	int64_t iat, exp;
};

static const char *
text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));
	return s != NULL ? s : "";
}

#define SHORT_LIVED                                                                        \
	"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable " \
	"timeframe. Check your iat and exp values in the JWT claim."
#define UNAUTHORIZED                                                                         \
	"Client is unauthorized to retrieve access tokens using this method, or client not " \
	"authorized for any of the scopes requested."

/* The trouble of an assertion in the order in which Google looks; NULL: none. */
static const char *
trouble_of(const struct suite *x, const struct claims *c, const struct account *a,
	const char *jwt, const char **ret_error, unsigned *ret_status)
{
	int64_t now = suite_clock(x);
	*ret_error = "invalid_grant";
	*ret_status = 400;
	if (a == NULL)
		return "Invalid grant: account not found";
	if (a->key == NULL || !suite_jwt_verifies(jwt, a->key))
		return "Invalid JWT Signature.";
	if (strcmp(c->aud, x->token_url) != 0)
		return "Invalid JWT: Failed audience check.";
	if (c->iat > now + SKEW_S || c->exp <= now - SKEW_S ||
		c->exp > c->iat + LONGEST_S || c->exp <= c->iat)
		return SHORT_LIVED;
	if (*c->scope == '\0') {
		*ret_error = "invalid_scope";
		return "Empty or missing scope not allowed.";
	}
	if (!are_scopes(c->scope, scopes, sizeof scopes / sizeof *scopes)) {
		*ret_error = "invalid_scope";
		return "Invalid OAuth scope or ID token audience provided.";
	}
	*ret_status = 401;
	if (a->disabled) {
		*ret_error = "disabled_client";
		return "The OAuth client was disabled.";
	}
	if (*c->sub == '\0')
		return NULL;
	if (!are_scopes(c->scope, a->delegated, a->n_delegated)) {
		*ret_error = "unauthorized_client";
		return UNAUTHORIZED;
	}
	*ret_status = 400;
	return domain_user(x->domain, c->sub) == NULL ? "Invalid email or User ID" : NULL;
}

static void
give(struct suite *x, struct web_request *r, const struct claims *c,
	struct web_answer *ret)
{
	struct token *t = arena_one(x->arena, struct token);
	*t = (struct token){
		.text = arena_printf(x->arena, "ya29.simulated-%zu", ++x->given),
		.who = arena_strdup(x->arena, *c->sub != '\0' ? c->sub : c->iss),
		.scope = arena_strdup(x->arena, c->scope),
		.expires = suite_clock(x) + LIFE_S};
	x->tokens = grown(x->arena, x->tokens, x->n_tokens, &x->token_space);
	x->tokens[x->n_tokens++] = t;
	x->count.tokens++;
	r->user = t->who;
	suite_say_json(r, ret,
		json_pack("{s:s, s:i, s:s}", "access_token", t->text, "expires_in",
			LIFE_S, "token_type", "Bearer"),
		NULL);
}

static void
answer_assertion(
	struct suite *x, struct web_request *r, const char *jwt, struct web_answer *ret)
{
	json_t *header = suite_jwt_part(jwt, 0), *o = suite_jwt_part(jwt, 1);
	struct claims c = {text(o, "iss"), text(o, "sub"), text(o, "aud"),
		text(o, "scope"), json_integer_value(json_object_get(o, "iat")),
		json_integer_value(json_object_get(o, "exp"))};
	const struct account *a = domain_account(x->domain, c.iss);
	const char *error = "invalid_grant", *why = NULL;
	unsigned status = 400;
	if (header == NULL || o == NULL || strcmp(text(header, "typ"), "JWT") != 0 ||
		strcmp(text(header, "alg"), "RS256") != 0)
		why = "Invalid JWT: it is not signed with RS256";
	else
		why = trouble_of(x, &c, a, jwt, &error, &status);
	if (why != NULL)
		refuse(r, ret, status, error, why);
	else
		give(x, r, &c, ret);
	json_decref(header);
	json_decref(o);
}

void
suite_answer_token(struct suite *x, struct web_request *r, struct web_answer *ret)
{
	const char *type = web_header(r, "Content-Type");
	if (strcmp(r->method, "POST") != 0 || r->too_large ||
		strncmp(type, "application/x-www-form-urlencoded", 33) != 0)
		refuse(r, ret, 400, "invalid_request", "Required parameter is missing");
	else if (strcmp(form(r, "grant_type"), GRANT) != 0)
		refuse(r, ret, 400, "unsupported_grant_type", "Invalid grant_type");
	else
		answer_assertion(x, r, form(r, "assertion"), ret);
}

static bool
has_scope(const char *scopes_given, const char *one)
{
	size_t len = strlen(one);
	for (const char *s = scopes_given; *s != '\0';) {
		size_t n = strcspn(s, " ");
		if (n == len && strncmp(s, one, n) == 0)
			return true;
		s += n + strspn(s + n, " ");
	}
	return false;
}

const struct token *
suite_authenticate(struct suite *x, struct web_request *r, const struct scopes *wanted,
	struct web_answer *ret)
{
	const char *bearer = web_header(r, "Authorization");
	const struct token *t = NULL;
	bool may = false;
	for (size_t i = 0; i < x->n_tokens && t == NULL; i++)
		if (strncmp(bearer, "Bearer ", 7) == 0 &&
			strcmp(bearer + 7, x->tokens[i]->text) == 0 &&
			suite_clock(x) < x->tokens[i]->expires)
			t = x->tokens[i];
	if (t == NULL) {
		suite_say_error(
			r, ret, 401, "global", "authError", "Invalid Credentials");
		ret->headers =
			"WWW-Authenticate: Bearer realm=\"https://accounts.google.com/\", "
			"error=\"invalid_token\"";
		return NULL;
	}
	r->user = t->who;
	for (size_t i = 0; i < wanted->n; i++)
		may |= has_scope(t->scope, wanted->any[i]);
	if (may)
		return t;
	suite_say_error(r, ret, 403, "global", "insufficientPermissions",
		"Request had insufficient authentication scopes.");
	return NULL;
}
