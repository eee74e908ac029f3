/* A reader gone bad answers anything at all: the core must only ever refuse it. What it
 * does take must be writable again, and be the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "reader/reader.h"
#include "reader/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct arena *a = arena_new(64 << 20);
	struct record r;
	struct reply reply;
	struct reader_invite invite;
	struct buf first, second;
	buf_init(&first, a);
	buf_init(&second, a);
	record_open(&r, (const char *)data + 1, size - 1);
	if (data[0] % 2 == 0) {
		wire_get_reply(a, &r, &reply);
		if (record_done(&r)) {
			wire_put_reply(&first, &reply);
			record_open(&r, first.s, first.n);
			wire_get_reply(a, &r, &reply);
			must(record_done(&r));
			wire_put_reply(&second, &reply);
		}
	} else {
		wire_get_invite(a, &r, &invite);
		if (record_done(&r)) {
			wire_put_invite(&first, &invite);
			record_open(&r, first.s, first.n);
			wire_get_invite(a, &r, &invite);
			must(record_done(&r));
			wire_put_invite(&second, &invite);
		}
	}
	must(first.n == second.n && memcmp(first.s, second.s, first.n) == 0);
	arena_free(a);
	return 0;
}
