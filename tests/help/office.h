/*
 * office: one room, a core that does what the test says, and a client at its socket
 *
 * Included by the one file of a test program that needs it. In what is sent and expected
 * ' stands for ".
 *
 * Owns:    an office owns its server, its core and its client.
 * Threads: one.
 */
#ifndef HELP_OFFICE_H
#define HELP_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "help/fake_core.h"
#include "help/help.h"
#include "help/line.h"
#include "serve/serve.h"

/* 2026-11-23T15:00:00Z; meetings are minutes from it. */
#define THREE INT64_C(1795446000)

static _Atomic int64_t office_now;

static inline int64_t
office_clock(void)
{
	return atomic_load(&office_now);
}

struct office {
	struct arena *a;
	struct core core;
	const char *dir, *path;
	struct serve *serve;
	struct line_client *c;
	struct sighting seen[8];
	size_t n;
};

#define ROOM "SEA_38_0021"

static inline void
office_start(struct office *o, const struct serve_config *config)
{
	struct err err = {.grade = ERR_NONE};
	if (serve_start(&o->core, config, &o->serve, &err) != ERR_NONE)
		fail_msg("%s", err.text);
}

static inline int
office_set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct office *o = arena_one(a, struct office);
	o->a = a;
	fake_new(&o->core);
	fake_put(&o->core, SITE_LINKS,
		&(struct link){.name = "hq",
			.kind = "exchange",
			.url = "https://mail.example.com/EWS/Exchange.asmx",
			.user = "svc-convoke@example.com",
			.credential = "hq"});
	fake_put(&o->core, SITE_ROOMS,
		&(struct room){.name = ROOM,
			.mailbox = "sea-38-0021@example.com",
			.link = "hq",
			.profile = "default"});
	fake_publish(&o->core, site_set_default(o->core.site, "zoom"));
	atomic_store(&office_now, THREE + 120);
	o->dir = help_tmpdir(a);
	o->path = arena_printf(a, "%s/sock", o->dir);
	office_start(o, &(struct serve_config){.path = o->path, .now = office_clock});
	o->c = line_open(o->path);
	*state = o;
	return 0;
}

static inline int
office_tear_down(void **state)
{
	struct office *o = *state;
	if (o->c != NULL)
		line_close(o->c);
	serve_stop(o->serve);
	fake_free(&o->core);
	arena_free(o->a);
	return 0;
}

/* A Zoom meeting with all that there can be; without its link with `phone_only`. */
static inline struct extraction *
zoom(struct office *o, bool phone_only)
{
	struct meeting *m = arena_one(o->a, struct meeting);
	struct meeting_number *numbers = arena_many(o->a, struct meeting_number, 2);
	struct extraction *x = arena_one(o->a, struct extraction);
	static const char *const printed[] = {"+13017158592", "+13126266799"};
	for (size_t i = 0; i < 2; i++)
		phone_parse(printed[i], strlen(printed[i]), NULL, &numbers[i].phone);
	*m = (struct meeting){
		.provider = "zoom", .confidence = 98, .numbers = numbers, .n_numbers = 2};
	m->slots[SLOT_MEETING_ID].value = "91847302265";
	m->slots[SLOT_PHONE_PIN].value = "04471963";
	if (!phone_only) {
		m->slots[SLOT_URL].value =
			"https://northwind.zoom.us/j/91847302265?pwd=aQ";
		m->slots[SLOT_PASSCODE].value = "quill&7";
	}
	*x = (struct extraction){.meetings = m, .n_meetings = 1};
	return x;
}

static inline struct sighting *
see(struct office *o, const char *id, int start, int end, const struct extraction *x)
{
	struct sighting *s = &o->seen[o->n++];
	*s = (struct sighting){.extraction = x};
	s->event.id = id;
	s->event.subject = id;
	s->event.organizer = "ann@example.com";
	s->event.start = THREE + start * 60;
	s->event.end = THREE + end * 60;
	return s;
}

/* What was seen is the room's from now on. */
static inline void
book(struct office *o)
{
	fake_book(&o->core, ROOM, THREE - 29, THREE - 86400, THREE + 7 * 86400, o->seen,
		o->n);
}

static inline json_t *
parse(const char *text)
{
	char *copy = strdup(text);
	json_error_t why;
	for (char *s = copy; *s != '\0'; s++)
		*s = *s == '\'' ? '"' : *s;
	json_t *v = json_loads(copy, JSON_DECODE_ANY, &why);
	if (v == NULL)
		fail_msg("%s: %s", why.text, copy);
	free(copy);
	return v;
}

/* `got` is this, and nothing more. ' stands for ". */
static inline void
is(json_t *got, const char *expected)
{
	json_t *want = parse(expected);
	if (!json_equal(got, want))
		fail_msg("\n got %s\nwant %s", json_dumps(got, JSON_SORT_KEYS),
			json_dumps(want, JSON_SORT_KEYS));
	json_decref(want);
	json_decref(got);
}

static inline json_t *
part(const json_t *v, const char *path)
{
	char copy[128], *save = NULL;
	snprintf(copy, sizeof copy, "%s", path);
	for (char *s = strtok_r(copy, ".", &save); s != NULL;
		s = strtok_r(NULL, ".", &save))
		v = *s >= '0' && *s <= '9' ? json_array_get(v, strtoul(s, NULL, 10))
					   : json_object_get(v, s);
	return (json_t *)v;
}

static inline void
part_is(const json_t *v, const char *path, const char *expected)
{
	json_t *p = part(v, path), *want = parse(expected);
	if (!json_equal(p, want))
		fail_msg("%s is %s, not %s, in %s", path,
			p != NULL ? json_dumps(p, JSON_ENCODE_ANY) : "absent", expected,
			json_dumps(v, JSON_INDENT(1)));
	json_decref(want);
}

static inline void
part_absent(const json_t *v, const char *path)
{
	if (part(v, path) != NULL)
		fail_msg("%s is there: %s", path, json_dumps(v, JSON_INDENT(1)));
}

static inline json_t *
join(struct office *o, const char *more)
{
	return line_call(o->c, "meeting.join",
		arena_printf(o->a, "{'room':'" ROOM "'%s%s}", *more ? "," : "", more));
}

static inline void
fails(struct office *o, const char *method, const char *params, int code)
{
	json_t *e = line_error(o->c, method, params);
	if (json_integer_value(json_object_get(e, "code")) != code)
		fail_msg("%s %s: %s", method, params, json_dumps(e, 0));
	assert_true(json_string_length(json_object_get(e, "message")) > 0);
	json_decref(e);
}

#endif
