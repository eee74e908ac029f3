#include <stdlib.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "calendar/ews.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A first byte that says what was asked, then the reply; and the poll that it is given
 * to. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct known_event known[] = {{"a", "1", true}};
	static const struct poll_room rooms[] = {
		{.mailbox = "one@example.com", .known = known, .n_known = 1},
		{.mailbox = "two@example.com"}};
	static const struct calendar_link link = {
		.url = "https://mail.example.com/EWS/Exchange.asmx", .user = "svc"};
	if (size == 0)
		return 0;
	struct arena *a = arena_new(0);
	int op = data[0] % 6;
	struct reply reply;
	struct http_answer http = {.status = 200, .content_type = "text/xml", .body_size = size};
	struct http_ask ask;
	ews_parse(a, op, (const char *)data + 1, size - 1, &reply, NULL);
	if (reply.err.grade != 0 && reply.n_answers != 0)
		abort();
	for (size_t i = 0; i < reply.n_sightings; i++)
		if (reply.sightings[i].slot >= reply.n_answers ||
			reply.sightings[i].event.id == NULL)
			abort();
	struct poll *p = ews_begin(
		&link, rooms, 1 + data[0] % 2, 1763769600, 1763769600 + 8 * 86400);
	int requests = 0;
	while (ews_ask(p, a, &ask, &op))
		if (ews_take(p, &http, &reply, NULL), ++requests > 200)
			abort();
	ews_results(p);
	ews_end(p);
	arena_free(a);
	return 0;
}
