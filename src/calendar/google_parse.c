#include <string.h>

#include "base/arena.h"
#include "base/strict_json.h"
#include "calendar/google.h"
#include "calendar/json_reply.h"
#include "invite/api_event.h"

enum { MAX_SIGHTINGS = 4 * GOOGLE_PAGE, MAX_TAG = 200 };

static void
set_code(struct err *err, const char *code)
{
	err_set(err, google_trouble(code)->grade, code, "Google answered %s", code);
}

/* The reason decides, not the status: errors[0].reason, or details[].reason of newer ones. */
static const char *
reason_of(struct arena *a, const json_t *error)
{
	const json_t *first = json_array_get(json_object_get(error, "errors"), 0), *o;
	const char *reason = json_reply_code(a, strict_json_text(first, "reason"));
	size_t i;
	json_array_foreach (json_object_get(error, "details"), i, o) {
		const char *newer = strict_json_text(o, "reason");
		if (newer != NULL && google_knows(newer))
			reason = json_reply_code(a, newer);
	}
	return reason;
}

/* Events that people did not schedule are no meetings; a cancelled instance has no times. */
static bool
is_meeting(const json_t *o)
{
	const char *type = strict_json_text(o, "eventType");
	const char *status = strict_json_text(o, "status");
	return (type == NULL || strcmp(type, "default") == 0 ||
		       strcmp(type, "fromGmail") == 0) &&
	       (status == NULL || strcmp(status, "cancelled") != 0);
}

bool
google_is_tag(const char *s)
{
	size_t n = strlen(s);
	if (strncmp(s, "W/", 2) == 0)
		s += 2, n -= 2;
	if (n < 2 || n > MAX_TAG || s[0] != '"' || s[n - 1] != '"')
		return false;
	for (size_t i = 1; i < n - 1; i++)
		if ((unsigned char)s[i] <= ' ' || (unsigned char)s[i] >= 0x7f ||
			s[i] == '"')
			return false;
	return true;
}

static void
read_list(struct json_reply *out, const json_t *document, struct answer *answer)
{
	const json_t *list = json_object_get(document, "items"), *o;
	const char *next = strict_json_text(document, "nextPageToken");
	const char *role = strict_json_text(document, "accessRole");
	const char *zone = strict_json_text(document, "timeZone");
	const char *tag = strict_json_text(document, "etag");
	struct event event;
	size_t i;
	if (role != NULL && strcmp(role, "freeBusyReader") == 0) {
		set_code(&answer->err, "free_busy_only");
		return;
	}
	if (list != NULL && !json_is_array(list)) {
		set_code(&answer->err, "bad_answer");
		return;
	}
	json_array_foreach (list, i, o) {
		if (!is_meeting(o))
			continue;
		api_google_event(out->arena, o, zone, &event);
		json_reply_event(out, &event, 0, true);
	}
	answer->role = json_reply_code(out->arena, role);
	answer->cursor =
		tag != NULL && google_is_tag(tag) ? arena_strdup(out->arena, tag) : NULL;
	answer->next = next != NULL ? arena_strdup(out->arena, next) : NULL;
	answer->complete = next == NULL && !out->full;
}

void
google_parse(struct arena *a, int op, const char *bytes, size_t size, struct reply *ret,
	const struct event **ret_events)
{
	json_t *document = NULL;
	struct json_reply out;
	struct answer *answer = arena_one(a, struct answer);
	*ret = (struct reply){.answers = answer, .n_answers = 1};
	json_reply_init(&out, a, MAX_SIGHTINGS);
	if (op != GOOGLE_EVENTS) {
		err_set(&ret->err, ERR_CONFIG, "bad_op", "no such request of Google: %d",
			op);
	} else if (strict_json_read(bytes, size, &document, &ret->err) == ERR_NONE) {
		const json_t *error = json_object_get(document, "error");
		const char *reason = error != NULL ? reason_of(a, error) : NULL;
		if (error != NULL)
			set_code(&ret->err, reason != NULL ? reason : "bad_answer");
		else
			read_list(&out, document, answer);
		if (ret->err.grade == ERR_NONE)
			ret->err = answer->err;
	}
	json_decref(document);
	json_reply_end(&out, ret);
	*ret_events = out.events;
}
