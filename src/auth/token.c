/* One request for a token, and what its answer says. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth/way.h"
#include "base/arena.h"
#include "base/err.h"

enum {
	MAX_ANSWER = 64 << 10,
	MAX_TOKEN = 16 << 10,
	SHORTEST_S = 60, /* a token's life, whatever is said of it */
	LONGEST_S = 24 * 3600,
	USUAL_S = 3600,
	DEFAULT_WAIT_S = 60,
};

static const struct {
	const char *who;
	int (*ask)(const struct auth_config *config, const char *secret, struct arena *a,
		int64_t now, struct buf *body, struct err *err);
	int (*explain)(
		const struct auth_config *config, const json_t *reply, struct err *err);
} ways[] = {
	[AUTH_ENTRA] = {"Entra", auth_entra_ask, auth_entra_explain},
	[AUTH_GOOGLE] = {"Google", auth_google_ask, auth_google_explain},
};

void
auth_form(struct buf *b, const char *name, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	buf_printf(b, "%s%s=", b->n > 0 ? "&" : "", name);
	for (const char *c = value; *c != '\0'; c++)
		if (strchr(plain, *c) != NULL)
			buf_char(b, *c);
		else
			buf_printf(b, "%%%02X", (unsigned char)*c);
}

int
auth_ask(const struct auth_config *config, const char *secret, struct arena *a,
	int64_t now, struct http_ask *ret, struct err *err)
{
	static const char *const headers[] = {"Accept: application/json"};
	struct buf body;
	buf_init(&body, a);
	int r = ways[config->way].ask(config, secret, a, now, &body, err);
	if (r == ERR_NONE)
		*ret = (struct http_ask){.method = HTTP_POST,
			.url = config->token_url,
			.headers = headers,
			.n_headers = 1,
			.body = body.s,
			.body_size = body.n,
			.content_type = "application/x-www-form-urlencoded"};
	return r;
}

/* RFC 6750, 2.1: nothing that could end a header. */
static bool
is_token(const char *s)
{
	size_t n = strlen(s);
	return n > 0 && n <= MAX_TOKEN &&
	       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789-._~+/=") == n;
}

static int64_t
lifetime(const json_t *expires_in)
{
	int64_t s = USUAL_S;
	if (json_is_integer(expires_in))
		s = json_integer_value(expires_in);
	else if (json_is_string(expires_in))
		s = strtoll(json_string_value(expires_in), NULL, 10);
	return s < SHORTEST_S ? SHORTEST_S : s > LONGEST_S ? LONGEST_S : s;
}

static int
refused(const struct auth_config *config, const struct http_answer *answer,
	const json_t *reply, int64_t now, struct err *err)
{
	const char *who = ways[config->way].who;
	int r = answer->status < 500 && answer->status != 429
			? ways[config->way].explain(config, reply, err)
			: ERR_NONE;
	if (r == ERR_NONE && (answer->status == 429 || answer->status >= 500)) {
		bool wait = answer->status == 429 || answer->retry_after_ms > 0;
		r = err_set(err, wait ? ERR_WAIT : ERR_RETRY, "token_busy",
			"%s gives no token now (HTTP %ld)", who, answer->status);
	} else if (r == ERR_NONE && answer->status >= 300 && answer->status < 400) {
		r = err_set(err, ERR_CONFIG, "token_redirected",
			"%s: the token's address leads elsewhere (HTTP %ld)",
			config->token_url, answer->status);
		err_cure(err,
			"Check the link's tenant and cloud, and what stands between.");
	} else if (r == ERR_NONE) {
		r = err_set(err, ERR_DENIED, "no_token", "%s gives no token (HTTP %ld)",
			who, answer->status);
		err_cure(err,
			"Check the link's settings, and what stands between this machine "
			"and %s.",
			who);
	}
	if (r == ERR_WAIT) {
		int64_t ms = answer->retry_after_ms;
		err->retry_at = now + (ms > 0 ? (ms + 999) / 1000 : DEFAULT_WAIT_S);
	}
	return r;
}

int
auth_read(const struct auth_config *config, const struct http_answer *answer,
	struct arena *a, int64_t now, struct auth_token *ret, struct err *err)
{
	json_t *reply = answer->body_size <= MAX_ANSWER
				? json_loadb(answer->body, answer->body_size,
					  JSON_REJECT_DUPLICATES, NULL)
				: NULL;
	const char *token = json_string_value(json_object_get(reply, "access_token"));
	const char *type = json_string_value(json_object_get(reply, "token_type"));
	int r = ERR_NONE;
	if (answer->status != 200) {
		r = refused(config, answer, reply, now, err);
	} else if (token == NULL || type == NULL || strcasecmp(type, "Bearer") != 0 ||
		   !is_token(token)) {
		r = err_set(err, ERR_BAD_REPLY, "bad_token", "%s: what came is no token",
			config->token_url);
		err_cure(err, "Check what stands between this machine and %s.",
			ways[config->way].who);
	} else {
		ret->token = arena_strdup(a, token);
		ret->expires = now + lifetime(json_object_get(reply, "expires_in"));
	}
	json_decref(reply);
	return r;
}
