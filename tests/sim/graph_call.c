#include "sim/graph_call.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"

/* %XX undone (RFC 3986, 2.1); NULL: it is no such text. */
static const char *
undone(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		char hex[3] = {n - i > 2 ? s[i + 1] : '\0', n - i > 2 ? s[i + 2] : '\0'};
		char *end = hex;
		long v = s[i] == '%' ? strtol(hex, &end, 16) : s[i];
		if ((unsigned char)s[i] <= ' ' ||
			(s[i] == '%' && (end != hex + 2 || v == 0)))
			return NULL;
		i += s[i] == '%' ? 2 : 0;
		out[k++] = (char)v;
	}
	out[k] = '\0';
	return out;
}

static bool
read_arguments(struct call *c, const char *query)
{
	while (*query != '\0') {
		size_t n = strcspn(query, "&"), eq = strcspn(query, "=");
		if (c->n_arguments == MAX_ARGUMENTS)
			return false;
		if (eq > n)
			eq = n;
		struct argument *g = &c->arguments[c->n_arguments++];
		g->name = undone(c->arena, query, eq);
		g->value = eq < n ? undone(c->arena, query + eq + 1, n - eq - 1) : "";
		if (g->name == NULL || g->value == NULL)
			return false;
		query += n + (query[n] == '&');
	}
	return true;
}

bool
call_read(struct call *c, const char *target)
{
	size_t path = strcspn(target, "?");
	c->query = target[path] == '?' ? target + path + 1 : "";
	if (*target != '/')
		return false;
	for (size_t at = 1; at < path;) {
		size_t n = strcspn(target + at, "/?");
		if (c->n_segments == MAX_SEGMENTS)
			return false;
		const char *s = undone(c->arena, target + at, n);
		if (s == NULL)
			return false;
		/* "users('X')" is "users/X" */
		const char *open = strstr(s, "('");
		size_t len = strlen(s);
		if (open != NULL && len > 4 && strcmp(s + len - 2, "')") == 0 &&
			c->n_segments + 1 < MAX_SEGMENTS) {
			c->segments[c->n_segments++] =
				arena_strndup(c->arena, s, (size_t)(open - s));
			s = arena_strndup(
				c->arena, open + 2, len - 4 - (size_t)(open - s));
		}
		c->segments[c->n_segments++] = s;
		at += n + 1;
	}
	return read_arguments(c, c->query);
}

/* OData's own names ("$top") and Graph's are told apart without case. */
const char *
call_argument(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->n_arguments; i++)
		if (strcasecmp(c->arguments[i].name, name) == 0)
			return c->arguments[i].value;
	return NULL;
}

void
call_refuse(struct call *c, unsigned status, const char *code, const char *words)
{
	json_decref(c->body);
	c->status = status;
	c->headers = NULL;
	c->body = json_pack("{s:{s:s, s:s, s:{s:s, s:s}}}", "error", "code", code,
		"message", words, "innerError", "date", "2026-11-23T15:00:00",
		"request-id", "00000000-0000-4000-8000-000000000001");
}

static const struct {
	const char *code;
	unsigned status;
	const char *words;
} codes[] = {
	{"ErrorAccessDenied", 403, "Access is denied. Check credentials and try again."},
	{"Authorization_RequestDenied", 403,
		"Insufficient privileges to complete the operation."},
	{"ErrorInvalidUser", 404, "The requested user is invalid."},
	{"Request_ResourceNotFound", 404, "Resource does not exist."},
	{"ResourceNotFound", 404, "Resource could not be discovered."},
	{"MailboxNotEnabledForRESTAPI", 404,
		"The mailbox is either inactive, soft-deleted, or is hosted on-premise."},
	{"ErrorItemNotFound", 404, "The specified object was not found in the store."},
	{"ErrorInternalServerError", 500, "An internal server error occurred."},
	{"ErrorMailboxStoreUnavailable", 503, "The mailbox database is not available."},
	{"UnknownError", 500, ""},
};

void
call_refuse_as(struct call *c, const char *code)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (strcmp(codes[i].code, code) == 0) {
			call_refuse(c, codes[i].status, code, codes[i].words);
			return;
		}
	call_refuse(c, 400, code, "The request is invalid.");
}

static void
answer_fault(struct call *c)
{
	const struct fault *f = &c->fault;
	c->status = f->status;
	c->headers = f->headers;
	c->body = json_loads(f->body, 0, NULL);
}

void
graph_dispatch(struct call *c)
{
	const char *first = c->n_segments > 0 ? c->segments[0] : "";
	bool of_user = strcasecmp(first, "users") == 0 && c->n_segments >= 3;
	const char *third = of_user ? c->segments[2] : "";
	if (of_user && strcasecmp(third, "calendar") == 0 && c->n_segments == 4)
		third = c->segments[3];
	if (c->fault.status != 0)
		answer_fault(c);
	else if (c->fault.spoil == SPOIL_CODE)
		call_refuse_as(c, c->fault.code);
	else if (strcmp(c->method, "GET") != 0)
		call_refuse(c, 405, "Request_BadRequest",
			"Specified HTTP method is not allowed for the request target.");
	else if (of_user && strcasecmp(third, "calendarView") == 0)
		answer_view(c);
	else if (of_user && strcasecmp(third, "events") == 0 && c->n_segments == 4)
		answer_event(c);
	else if (strcasecmp(first, "places") == 0 && c->n_segments == 2)
		answer_places(c);
	else
		call_refuse(c, 400, "BadRequest",
			"Resource not found for the segment of the request.");
}
