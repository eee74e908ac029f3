/* What Graph and Google answer, and what their token servers do: first byte, which and what was
 * asked; then the reply, and the poll that it is given to. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "base/err.h"
#include "calendar/google.h"
#include "calendar/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct known_event known[] = {{"a", "1", true}};
static const struct poll_room rooms[] = {
	{.mailbox = "one@example.com", .known = known, .n_known = 1},
	{.mailbox = "two@example.com"}};
static const struct calendar_link set_up = {
	.name = "l", .url = "https://graph.example.com/v1.0", .user = "svc"};

static void
check(const struct reply *reply)
{
	if (reply->err.grade != ERR_NONE && reply->n_answers != 0)
		abort();
	for (size_t i = 0; i < reply->n_sightings; i++)
		if (reply->sightings[i].slot >= reply->n_answers ||
			reply->sightings[i].event.id == NULL)
			abort();
}

static void
poll_with(const struct calendar_kind *kind, struct arena *a, const struct reply *reply,
	size_t n_rooms)
{
	struct http_answer http = {.status = 200,
		.content_type = "application/json",
		.location = "",
		.www_authenticate = ""};
	struct http_ask ask;
	int op, requests = 0;
	struct poll *p =
		kind->begin(&set_up, rooms, n_rooms, 1763769600, 1763769600 + 8 * 86400);
	while (kind->ask(p, a, &ask, &op))
		if (kind->take(p, &http, reply, NULL), ++requests > 400)
			abort();
	kind->results(p);
	kind->end(p);
}

static void
read_token(struct arena *a, const char *body, size_t size)
{
	struct http_answer answer = {.status = size % 2 == 0 ? 200 : 401,
		.body = arena_strndup(a, body, size),
		.body_size = size};
	struct auth_token token;
	struct err err = {0};
	const struct auth_config config = {
		.way = size % 3 == 0 ? AUTH_GOOGLE : AUTH_ENTRA,
		.token_url = "https://login.example.com/token",
		.scope = "s"};
	if (auth_read(&config, &answer, a, 1763769600, &token, &err) == ERR_NONE)
		for (const char *c = token.token; *c != '\0'; c++)
			if (*c <= ' ' || *c >= 0x7f)
				abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *a = arena_new(0);
	const char *body = (const char *)data + 1;
	const struct event *events;
	struct reply reply;
	int which = data[0] % 3, op = data[0] / 3 % 6;
	if (which == 0) {
		graph_parse(a, op, body, size - 1, &reply, &events);
		check(&reply);
		poll_with(&calendar_office365, a, &reply, 1 + data[0] % 2);
	} else if (which == 1) {
		google_parse(a, op, body, size - 1, &reply, &events);
		check(&reply);
		poll_with(&calendar_google, a, &reply, 1 + data[0] % 2);
	} else {
		read_token(a, body, size - 1);
	}
	arena_free(a);
	return 0;
}
