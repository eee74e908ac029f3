/* fuzz_event: reads bytes as a file of that name, and ends when the event is not in order. */
#ifndef FUZZ_EVENT_H
#define FUZZ_EVENT_H

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "invite.h"

static inline void
fuzz_text(const char *s)
{
	if (s != NULL && !utf8_valid(s, strlen(s)))
		abort();
}

static inline void
fuzz_event(const char *name, const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(192 << 20);
	struct event e;
	struct err err = {0};
	int r = invite_read_file(a, name, (const char *)data, size, &e, &err);
	if (r != ERR_NONE && (err.text[0] == '\0' || r != (int)err.grade))
		abort();
	for (size_t i = 0; r == ERR_NONE && i < e.n_bodies; i++) {
		fuzz_text(e.bodies[i].text);
		if (strlen(e.bodies[i].text) != e.bodies[i].size)
			abort();
	}
	for (size_t i = 0; r == ERR_NONE && i < e.n_entries; i++) {
		fuzz_text(e.entries[i].uri);
		fuzz_text(e.entries[i].label);
	}
	if (r == ERR_NONE) {
		fuzz_text(e.id);
		fuzz_text(e.change_key);
		fuzz_text(e.subject);
		fuzz_text(e.location);
		fuzz_text(e.organizer);
		fuzz_text(e.organizer_name);
		if (e.start < 0 || e.end < e.start)
			abort();
	}
	arena_free(a);
}

#endif
