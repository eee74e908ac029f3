/* Answers as Google writes them, and what of them `fields` chooses. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/google_server.h"

enum { MAX_DEPTH = 8 };

void
suite_say_error(struct web_request *r, struct web_answer *ret, unsigned status,
	const char *domain, const char *reason, const char *message)
{
	json_t *o = json_pack("{s:{s:[{s:s, s:s, s:s}], s:i, s:s}}", "error", "errors",
		"domain", domain, "reason", reason, "message", message, "code",
		(int)status, "message", message);
	suite_say_json(r, ret, o, NULL);
	ret->status = status;
}

/* What an answer of ours may have; others are slips of whoever asks. */
static const char *const known[] = {"kind", "etag", "summary", "updated", "timeZone",
	"accessRole", "defaultReminders", "nextPageToken", "nextSyncToken", "items", "id",
	"status", "htmlLink", "created", "description", "location", "creator",
	"organizer", "start", "end", "endTimeUnspecified", "recurringEventId",
	"originalStartTime", "transparency", "visibility", "iCalUID", "sequence",
	"attendees", "attendeesOmitted", "hangoutLink", "conferenceData", "eventType",
	"reminders", "attachments", "source", "extendedProperties", "email",
	"displayName", "self", "resource", "optional", "responseStatus", "comment",
	"date", "dateTime", "conferenceId", "conferenceSolution", "createRequest",
	"entryPoints", "notes", "parameters", "signature", "key", "type", "name",
	"iconUri", "entryPointType", "uri", "label", "pin", "accessCode", "meetingCode",
	"passcode", "password", "regionCode", "entryPointFeatures", "resourceId",
	"resourceName", "generatedResourceName", "resourceEmail", "resourceCategory",
	"buildingId", "floorName", "capacity", "userVisibleDescription", "etags"};

static size_t
name_length(const char *s)
{
	size_t n = 0;
	while (isalnum((unsigned char)s[n]) || s[n] == '*')
		n++;
	return n;
}

static bool
is_known(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strlen(known[i]) == n && strncmp(known[i], s, n) == 0)
			return true;
	return n == 1 && *s == '*';
}

/* Where a list of names ends, "a,b(c,d/e)"; NULL: it is not one. */
static const char *
end_of(const char *s, int depth)
{
	for (;;) {
		size_t n = name_length(s);
		if (n == 0 || !is_known(s, n) || depth == MAX_DEPTH)
			return NULL;
		s += n;
		if (*s == '(') {
			s = end_of(s + 1, depth + 1);
			if (s == NULL || *s++ != ')')
				return NULL;
		}
		if (*s != ',' && *s != '/')
			return s;
		s++;
	}
}

static json_t *choose(const json_t *from, const char *fields);

static void
choose_member(
	json_t *to, const json_t *from, const char *name, size_t n, const char *rest)
{
	char key[64];
	memcpy(key, name, n);
	key[n] = '\0';
	json_t *member = json_object_get(from, key);
	if (member == NULL)
		return;
	if (*rest == '(' || *rest == '/')
		json_object_set_new(to, key, choose(member, rest + 1));
	else
		json_object_set(to, key, member);
}

/* `fields` has been seen to be a list of names. */
static json_t *
choose(const json_t *from, const char *fields)
{
	if (json_is_array(from)) {
		json_t *list = json_array(), *one;
		size_t i;
		json_array_foreach (from, i, one)
			json_array_append_new(list, choose(one, fields));
		return list;
	}
	json_t *to = json_object();
	for (const char *s = fields;;) {
		size_t n = name_length(s);
		choose_member(to, from, s, n, s + n);
		s += n;
		while (*s == '/') { /* it was taken with the first */
			s++;
			s += name_length(s);
		}
		if (*s == '(')
			s = end_of(s + 1, 0) + 1;
		if (*s++ != ',')
			return to;
	}
}

bool
suite_say_json(
	struct web_request *r, struct web_answer *ret, json_t *o, const char *fields)
{
	if (fields != NULL) {
		const char *end = end_of(fields, 0);
		if (end == NULL || *end != '\0') {
			json_decref(o);
			suite_say_error(r, ret, 400, "global", "invalidParameter",
				"Invalid field selection");
			return false;
		}
		json_t *chosen = choose(o, fields);
		json_decref(o);
		o = chosen;
	}
	char *text = json_dumps(o, JSON_INDENT(1));
	web_say(ret, 200, NULL, "application/json; charset=UTF-8",
		arena_strdup(r->arena, text));
	free(text);
	json_decref(o);
	return true;
}

bool
suite_check_arguments(
	struct web_request *r, struct web_answer *ret, const char *const *names, size_t n)
{
	static const char *const all[] = {"fields", "quotaUser", "prettyPrint", "alt"};
	enum { LONGEST_USER = 40 };
	const char *name, *value;
	for (size_t i = 0; web_argument(r, i, &name, &value); i++) {
		bool is = false;
		for (size_t k = 0; k < n; k++)
			is |= strcmp(names[k], name) == 0;
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			is |= strcmp(all[k], name) == 0;
		is &= strcmp(name, "quotaUser") != 0 || strlen(value) <= LONGEST_USER;
		if (!is || *value == '\0') {
			suite_say_error(r, ret, 400, "global", "invalidParameter",
				arena_printf(r->arena, "Invalid value for: %s", name));
			return false;
		}
	}
	return true;
}
