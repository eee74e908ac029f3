/* What a CalDAV server answers: first byte, what was asked and which room; then the reply, and the
 * poll that it is given to. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "calendar/caldav.h"
#include "calendar/ical.h"
#include "extract.h"
#include "help/help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct known_event known[] = {{"a", "0123456789abcdef-1", true}};
static const struct poll_room rooms[] = {
	{.mailbox = "sea-38",
		.known = known,
		.n_known = 1,
		.cursor = "1796256000 1 - /dav/sea-38/ shttp://token"},
	{.mailbox = "ord"}, {.mailbox = "/dav/x/"}};
static const struct calendar_link set_up = {
	.name = "l", .url = "https://dav.example.com/", .user = "svc"};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rules *rules;
	static struct providers *providers;
	if (size == 0)
		return 0;
	struct arena *a = arena_new(192 << 20);
	struct err err;
	if (rules == NULL && (providers_load(help_path(a, "providers"), NULL, &providers,
				      &err) != ERR_NONE ||
				     rules_load(help_path(a, "patterns"), NULL, providers,
					     &rules, &err) != ERR_NONE))
		abort();
	struct http_answer http = {.status = 207,
		.content_type = "text/xml",
		.location = "",
		.etag = "",
		.www_authenticate = ""};
	struct http_ask ask;
	int op, requests = 0;
	struct poll *p = caldav_begin(
		&set_up, rooms + data[0] / 8 % 3, 1, 1795478400, 1795478400 + 8 * 86400);
	while (caldav_ask(p, a, &ask, &op)) {
		struct buf b;
		struct reply *reply = arena_one(a, struct reply);
		if (strncmp(ask.url, "https://dav.example.com/", 24) != 0 ||
			++requests > 600)
			abort();
		buf_init(&b, a);
		caldav_preface(p, &b);
		buf_add(&b, (const char *)data + 1, size - 1);
		caldav_read(a, requests == 1 ? 1 + data[0] % 5 : op, b.s, b.n, rules,
			"US", reply);
		if (reply->err.grade != ERR_NONE && reply->n_answers != 0)
			abort();
		caldav_take(p, &http, reply, NULL);
	}
	caldav_results(p);
	caldav_end(p);
	arena_free(a);
	return 0;
}
