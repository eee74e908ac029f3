#include <ctype.h>
#include <string.h>

#include "sim/graph_call.h"

#define JSON "application/json"
#define HTML "text/html; charset=utf-8"
#define THROTTLED                                                                          \
	"{\"error\":{\"code\":\"ApplicationThrottled\",\"message\":\"Application is over " \
	"its MailboxConcurrency limit.\"}}"
#define ERROR(code, words)                                                               \
	"{\"error\":{\"code\":\"" code "\",\"message\":\"" words                         \
	"\",\"innerError\":{\"date\":\"2026-11-23T15:00:00\",\"request-id\":"            \
	"\"00000000-0000-4000-8000-000000000001\"}}}"

static const struct fault all[] = {
	/* of Graph's own */
	{"throttled", "429 with Retry-After (=10)", .status = 429, .type = JSON,
		.headers = "Retry-After: {n}", .body = THROTTLED, .number = 10},
	{"throttled-fraction", "429 with Retry-After: 2.128", .status = 429, .type = JSON,
		.headers = "Retry-After: 2.128", .body = THROTTLED},
	{"throttled-bare", "429 without Retry-After", .status = 429, .type = JSON,
		.body = THROTTLED},
	{"unavailable", "503 with Retry-After (=120)", .status = 503, .type = JSON,
		.headers = "Retry-After: {n}",
		.body = ERROR("serviceNotAvailable", "The service is unavailable."),
		.number = 120},
	{"gateway-timeout", "504", .status = 504, .type = JSON,
		.body = ERROR("UnknownError", "")},
	{"error", "500", .status = 500, .type = JSON,
		.body = ERROR("InternalServerError", "Something went wrong.")},
	{"expired-token", "401 InvalidAuthenticationToken", .status = 401, .type = JSON,
		.headers = "WWW-Authenticate: Bearer realm=\"\"",
		.body = ERROR("InvalidAuthenticationToken",
			"Lifetime validation failed, the token is expired.")},
	{"empty-calendar", "a calendar without events", .spoil = SPOIL_EMPTY,
		.only = OP_VIEW},
	{"foreign-next", "a next page on another host", .spoil = SPOIL_FOREIGN_NEXT},
	{"looping-next", "a next page that is this one", .spoil = SPOIL_LOOP},
	{"part-missing", "a batch's answer without its last part", .spoil = SPOIL_PART,
		.only = OP_BATCH},
	{"part-twice", "a batch's answer that says two parts of one id",
		.spoil = SPOIL_OTHER, .only = OP_BATCH},

	/* of what stands before it */
	{"bad-gateway", "502 in HTML", .status = 502, .type = HTML,
		.body = "<h2>502</h2>"},
	{"forbidden", "403 in HTML", .status = 403, .type = HTML, .body = "<h2>403</h2>"},
	{"not-found", "404 in HTML", .status = 404, .type = HTML, .body = "<h2>404</h2>"},
	{"foreign", "302 to another host", .status = 302,
		.headers = "Location: https://graph.example.net/v1.0", .body = ""},
	{"login-page", "200 with a form in HTML", .status = 200, .type = HTML,
		.body = "<html><body><form action='/login'></form></body></html>"},
	{"empty", "200 with nothing", .status = 200, .type = JSON, .body = ""},
	{"wrong-type", "the right answer, called application/octet-stream",
		.type = "application/octet-stream"},

	/* of the way here */
	{"truncated", "the connection closes in the middle", .way = WAY_TRUNCATED},
	{"slow", "byte by byte", .way = WAY_SLOW},
	{"hang", "a beginning, then nothing", .way = WAY_HANG},
	{"drop", "the connection closes without an answer", .way = WAY_DROP},
	{"gzip", "compressed", .way = WAY_GZIP},
};

/* Entra's codes are numbers, Graph's are words. */
static const char *
find_code(const char *name, struct fault *ret)
{
	bool entra = strncmp(name, "AADSTS", 6) == 0;
	size_t n = 0;
	while (isalnum((unsigned char)name[n]) || name[n] == '_')
		n++;
	if (name[n] != '\0' || !isupper((unsigned char)name[0]))
		return NULL;
	*ret = (struct fault){
		.name = "code", .spoil = SPOIL_CODE, .only = entra ? OP_TOKEN : OP_NONE};
	return name;
}

static const char *const operations[] = {"", "token", "view", "event", "places", "batch"};

const struct faults graph_faults = {
	all, sizeof all / sizeof *all, operations, N_OPERATIONS, find_code};

bool
graph_fault(size_t i, struct sim_fault *ret)
{
	return fault_listed(&graph_faults, i, ret);
}
