/*
 * A connection's bytes, in pieces of any size: the lines are those that a plain split gives,
 * each gets at most one line of JSON, and the usual question is read as JSON is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "help/fake_core.h"
#include "serve/lines.h"
#include "serve/rpc.h"
#include "serve/usual.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOON INT64_C(1795435200)

static int64_t
noon(void)
{
	return NOON;
}

static struct core core;
static struct site *first;
static struct usual *usual;

static void
set_up(void)
{
	static const struct meeting meeting = {.provider = "zoom",
		.confidence = 95,
		.slots = {[SLOT_MEETING_ID] = {.value = "91847302265"},
			[SLOT_URL] = {.value = "https://zoom.us/j/91847302265"}}};
	static const struct extraction x = {.meetings = &meeting, .n_meetings = 1};
	const struct sighting seen = {.event = {.id = "1",
					      .subject = "Design review",
					      .start = NOON,
					      .end = NOON + 3600},
		.extraction = &x};
	setenv("CONVOKE_DATA", ".", 0); /* where `make fuzz` runs */
	fake_new(&core);
	core.extraction = &x;
	fake_put(&core, SITE_LINKS,
		&(struct link){.name = "hq",
			.kind = "exchange",
			.url = "https://example.com",
			.user = "u",
			.credential = "hq"});
	fake_put(&core, SITE_ROOMS,
		&(struct room){.name = "R",
			.mailbox = "r@example.com",
			.link = "hq",
			.profile = "default"});
	fake_book(&core, "R", NOON - 60, NOON - 86400, NOON + 86400, &seen, 1);
	first = site_ref(core.site);
	usual = usual_new();
}

static void
must(bool good)
{
	if (!good)
		abort();
}

/* Nothing, or one line that is JSON. */
static void
check_answer(const struct bytes *out)
{
	if (out->n == 0)
		return;
	must(memchr(out->s, '\n', out->n) == out->s + out->n - 1);
	json_t *v = json_loadb(out->s, out->n, JSON_REJECT_DUPLICATES, NULL);
	must(v != NULL);
	json_decref(v);
}

/* What the quick scan takes for the usual question, JSON does too. */
static void
check_usual(const struct usual_question *q, const struct rpc_request *r)
{
	const char *room = json_string_value(json_object_get(r->params, "room"));
	must(strcmp(r->method->name, "meeting.join") == 0);
	must(json_object_size(r->params) == 1 && room != NULL);
	must(strlen(room) == q->n_room && memcmp(room, q->room, q->n_room) == 0);
	must(strlen(r->id) == q->n_id && memcmp(r->id, q->id, q->n_id) == 0);
}

static void
take_line(const char *line, size_t n)
{
	struct rpc_request r;
	struct usual_question q;
	struct bytes out = {.s = NULL};
	struct view v;
	bool is_usual = usual_read(line, n, &q);
	if (rpc_read(line, n, true, &r, &out)) {
		if (is_usual)
			check_usual(&q, &r);
		rpc_run(&r, &core, noon, 0, 0, &out);
		rpc_release(&r);
	} else {
		must(!is_usual || q.n_room == 0);
	}
	check_answer(&out);
	bytes_clear(&out);
	view_open(&v, &core, noon);
	if (usual_answer(usual, &v, line, n, &out))
		check_answer(&out);
	view_close(&v);
	bytes_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (first == NULL)
		set_up();
	if (size == 0)
		return 0;
	fake_publish(&core, site_ref(first));
	const char *bytes = (const char *)data + 1, *end = (const char *)data + size;
	const char *next = bytes; /* the plain split */
	struct lines *l = lines_new();
	uint32_t random = data[0];
	while (bytes < end && !lines_too_long(l)) {
		size_t room, n, n_line;
		char *to = lines_room(l, &room);
		const char *line;
		random = random * 1664525 + 1013904223;
		n = 1 + (random >> 16) % (data[0] < 128 ? 16 : SERVE_MAX_LINE);
		n = n < room ? n : room;
		n = n < (size_t)(end - bytes) ? n : (size_t)(end - bytes);
		memcpy(to, bytes, n);
		lines_came(l, n);
		bytes += n;
		while (lines_take(l, &line, &n_line)) {
			const char *stop = memchr(next, '\n', (size_t)(end - next));
			must(stop != NULL && (size_t)(stop - next) == n_line);
			must(memcmp(next, line, n_line) == 0 && n_line <= SERVE_MAX_LINE);
			next = stop + 1;
			take_line(line, n_line);
		}
	}
	if (lines_too_long(l))
		must(memchr(next, '\n', SERVE_MAX_LINE + 1) == NULL);
	lines_free(l);
	return 0;
}
