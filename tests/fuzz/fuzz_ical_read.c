/* A room's file as a calendar's reader gets it: first byte, which kind of file. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/when.h"
#include "calendar/ical.h"
#include "extract.h"
#include "help/help.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ical_asked asked = {.from = 1795478400,
	.to = 1795478400 + 9 * 86400,
	.room = "/dav/sea-38/",
	.zone = "Europe/Berlin"};

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
	struct ical *o = arena_one(a, struct ical);
	struct reply reply;
	ical_init(o, a, &asked);
	ical_add(o, data[0] % 4 == 0 ? "a.eml" : "a.ics", (const char *)data + 1,
		size - 1);
	ical_add(o, "b.ics", (const char *)data + 1, size - 1);
	ical_finish(o, rules, "US", &reply);
	for (size_t i = 0; i < reply.n_sightings; i++) {
		const struct sighting *s = &reply.sightings[i];
		bool bad = s->err.grade != ERR_NONE;
		if (s->event.id == NULL || s->event.change_key == NULL ||
			(!bad && (s->event.start >= asked.to ||
					 s->event.end < s->event.start ||
					 s->extraction == NULL)))
			abort();
	}
	arena_free(a);
	return 0;
}
