#include "help/told.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "invite.h"

static void
add(struct buf *b, const char *what, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(b, "%s", what);
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			buf_str(b, "\\n");
		else if (*text == '\\')
			buf_str(b, "\\\\");
		else
			buf_char(b, *text);
	}
}

static void
line(struct buf *b, const char *what, const char *text)
{
	add(b, what, text);
	if (text != NULL)
		buf_char(b, '\n');
}

static void
moment(struct buf *b, const char *what, int64_t t)
{
	char text[WHEN_TEXT];
	line(b, what, t != 0 ? when_text(t, text) : NULL);
}

static void
entry(struct buf *b, const struct entry_point *e)
{
	static const char *const kinds[] = {"video", "phone", "sip", "more"};
	buf_printf(b, "entry %s %s %s", e->name, kinds[e->kind], e->uri);
	add(b, " label=", e->label);
	add(b, " region=", e->region);
	add(b, " meeting_code=", e->meeting_code);
	add(b, " access_code=", e->access_code);
	add(b, " passcode=", e->passcode);
	add(b, " password=", e->password);
	add(b, " pin=", e->pin);
	buf_char(b, '\n');
}

const char *
told(struct arena *a, const char *name, const char *bytes, size_t size)
{
	static const char *const busy[] = {NULL, "free", "tentative", "away"};
	static const char *const responses[] = {NULL, "accepted", "maybe", "declined"};
	struct event e;
	struct err err = {0};
	struct buf b;
	buf_init(&b, a);
	if (invite_read_file(a, name, bytes, size, &e, &err) != ERR_NONE) {
		line(&b, "error ", err.code);
		return b.s;
	}
	line(&b, "id ", e.id);
	line(&b, "change_key ", e.change_key);
	line(&b, "uid ", e.uid);
	moment(&b, "start ", e.start);
	moment(&b, "end ", e.end);
	line(&b, "all_day", e.all_day ? "" : NULL);
	line(&b, "cancelled", e.cancelled ? "" : NULL);
	line(&b, "private", e.is_private ? "" : NULL);
	line(&b, "busy ", busy[e.busy]);
	line(&b, "response ", responses[e.response]);
	line(&b, "subject ", e.subject);
	line(&b, "location ", e.location);
	line(&b, "organizer ", e.organizer);
	line(&b, "organizer_name ", e.organizer_name);
	for (size_t i = 0; i < e.n_bodies; i++) {
		const struct event_body *body = &e.bodies[i];
		assert_int_equal(strlen(body->text), body->size);
		buf_printf(&b, "body %s %s", body->name,
			body->kind == EVENT_HTML ? "html" : "text");
		line(&b, " ", body->text);
	}
	for (size_t i = 0; i < e.n_entries; i++)
		entry(&b, &e.entries[i]);
	return b.s;
}

void
told_check(const struct told_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct arena *a = arena_new(0);
		const struct told_case *c = &cases[i];
		const char *got = told(a, c->name, c->given, strlen(c->given));
		if (strcmp(got, c->expected) != 0)
			fail_msg("%s\n--- expected\n%s--- got\n%s", c->title, c->expected,
				got);
		arena_free(a);
	}
}
