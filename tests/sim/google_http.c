/* Which request is whose; faults that were ordered. */
#include <string.h>

#include "base/arena.h"
#include "sim/google_server.h"

#define CALENDARS "/calendar/v3/calendars/"
#define ROOMS "/admin/directory/v1/customer/my_customer/resources/calendars"
#define SCOPE "https://www.googleapis.com/auth/"
#define HTML "text/html; charset=UTF-8"
#define JSON "application/json; charset=UTF-8"
#define ERROR(code, domain, reason, message)                                             \
	.status = code, .type = JSON,                                                    \
	.body = "{\n \"error\": {\n  \"errors\": [\n   {\n    \"domain\": \"" domain     \
		"\",\n    \"reason\": \"" reason "\",\n    \"message\": \"" message      \
		"\"\n   }\n  ],\n  \"code\": " #code ",\n  \"message\": \"" message      \
		"\"\n }\n}\n"

static const struct fault all[] = {
	/* by reason */
	{"rateLimitExceeded", "403",
		ERROR(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded")},
	{"userRateLimitExceeded", "403",
		ERROR(403, "usageLimits", "userRateLimitExceeded",
			"User Rate Limit Exceeded")},
	{"quotaExceeded", "403",
		ERROR(403, "usageLimits", "quotaExceeded",
			"Calendar usage limits exceeded.")},
	{"tooMany", "429 rateLimitExceeded with Retry-After (=90)",
		ERROR(429, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
		.headers = "Retry-After: {n}", .number = 90},
	{"forbidden", "403", ERROR(403, "global", "forbidden", "Forbidden")},
	{"insufficientPermissions", "403",
		ERROR(403, "global", "insufficientPermissions",
			"Insufficient Permission")},
	{"accessNotConfigured", "403",
		ERROR(403, "usageLimits", "accessNotConfigured",
			"Access Not Configured")},
	{"notFound", "404", ERROR(404, "global", "notFound", "Not Found")},
	{"authError", "401", ERROR(401, "global", "authError", "Invalid Credentials")},
	{"backendError", "500", ERROR(500, "global", "backendError", "Backend Error")},
	{"unavailable", "503 without a word, with Retry-After (=120)", .status = 503,
		.type = HTML, .headers = "Retry-After: {n}", .body = "<h1>503</h1>",
		.number = 120},
	{"bad-gateway", "502", .status = 502, .type = HTML, .body = "<h1>502</h1>"},
	{"fullSyncRequired", "410", .spoil = SPOIL_EXPIRED, .only = OP_EVENTS},

	/* what is wrong though it is well-formed */
	{"empty-calendar", "a calendar without events", .spoil = SPOIL_EMPTY,
		.only = OP_EVENTS},
	{"loop", "a next page without end", .spoil = SPOIL_LOOP, .only = OP_EVENTS},
	{"not-modified", "304 to whoever did not ask", .status = 304, .body = "",
		.only = OP_EVENTS},

	/* what stands before it */
	{"login-page", "200 with a form in HTML", .status = 200, .type = HTML,
		.body = "<html><form action='/login'><input name='user'></form></html>"},
	{"foreign", "302 to another host", .status = 302,
		.headers = "Location: https://www.example.net/calendar/v3", .body = ""},
	{"empty", "200 with nothing", .status = 200, .type = JSON, .body = ""},

	/* of the token server */
	{"invalid_grant", "the key is gone", .status = 400, .type = JSON,
		.only = OP_TOKEN,
		.body = "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT "
			"Signature.\"}"},
	{"bad-token", "a token that would end a header", .status = 200, .type = JSON,
		.only = OP_TOKEN,
		.body = "{\"access_token\":\"a\\r\\nX: y\",\"expires_in\":3599,"
			"\"token_type\":\"Bearer\"}"},

	/* of the way here */
	{"truncated", "the connection closes in the middle", .way = WAY_TRUNCATED},
	{"slow", "byte by byte", .way = WAY_SLOW},
	{"hang", "a beginning, then nothing", .way = WAY_HANG},
	{"drop", "the connection closes without an answer", .way = WAY_DROP},
	{"gzip", "compressed", .way = WAY_GZIP},
};
static const char *const operations[N_OPERATIONS] = {"", "token", "events", "rooms"};
const struct faults suite_faults = {
	all, sizeof all / sizeof *all, operations, N_OPERATIONS, NULL};

bool
suite_fault(size_t i, struct sim_fault *ret)
{
	return fault_listed(&suite_faults, i, ret);
}

/* "/calendar/v3/calendars/ID/events": the ID; NULL: another address. */
static const char *
calendar_of(struct arena *a, const char *path)
{
	size_t n = strlen(CALENDARS);
	const char *slash = strncmp(path, CALENDARS, n) == 0 ? strrchr(path, '/') : NULL;
	return slash != NULL && slash > path + n && strcmp(slash, "/events") == 0
		       ? arena_strndup(a, path + n, (size_t)(slash - path) - n)
		       : NULL;
}

static enum operation
operation_of(struct arena *a, const char *path)
{
	return strcmp(path, "/token") == 0    ? OP_TOKEN
	       : strcmp(path, ROOMS) == 0     ? OP_ROOMS
	       : calendar_of(a, path) != NULL ? OP_EVENTS
					      : OP_NONE;
}

static const char *const event_scopes[] = {SCOPE "calendar", SCOPE "calendar.readonly",
	SCOPE "calendar.events", SCOPE "calendar.events.readonly"};
static const char *const room_scopes[] = {SCOPE "admin.directory.resource.calendar",
	SCOPE "admin.directory.resource.calendar.readonly"};
static const struct scopes scopes[N_OPERATIONS] = {
	[OP_EVENTS] = {event_scopes, 4}, [OP_ROOMS] = {room_scopes, 2}};

static void
answer_asked(struct suite *x, struct web_request *r, enum operation op, enum spoil spoil,
	struct web_answer *ret)
{
	const struct token *who;
	if (op == OP_TOKEN) {
		suite_answer_token(x, r, ret);
		return;
	}
	if (op == OP_NONE || strcmp(r->method, "GET") != 0) {
		web_say(ret, 404, NULL, HTML, "<title>Error 404 (Not Found)!!1</title>");
		return;
	}
	who = suite_authenticate(x, r, &scopes[op], ret);
	if (who != NULL && op == OP_ROOMS)
		suite_answer_rooms(x, r, who, ret);
	else if (who != NULL)
		suite_answer_events(
			x, r, calendar_of(r->arena, r->path), who, spoil, ret);
}

void
suite_answer(void *arg, struct web_request *r, struct web_answer *ret)
{
	struct suite *x = arg;
	struct fault f = {.status = 0};
	enum operation op = operation_of(r->arena, r->path);
	r->operation = operations[op];
	orders_take(&x->orders, (int)op, r->arena, &f);
	if (f.status != 0)
		web_say(ret, f.status, f.headers, f.type, f.body);
	else
		answer_asked(x, r, op, (enum spoil)f.spoil, ret);
	ret->way = f.way;
	x->count.refused += ret->status >= 400 && ret->status < 500;
	x->count.sent += ret->size;
}
