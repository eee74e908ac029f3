/* events.list: developers.google.com/workspace/calendar/api/v3/reference/events/list. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/google_server.h"

enum { USUAL_PAGE = 250, LARGEST_PAGE = 2500 };

static const char *const arguments[] = {"calendarId", "eventTypes", "iCalUID",
	"maxAttendees", "maxResults", "orderBy", "pageToken", "privateExtendedProperty",
	"q", "sharedExtendedProperty", "showDeleted", "showHiddenInvitations",
	"singleEvents", "syncToken", "timeMax", "timeMin", "timeZone", "updatedMin"};
/* "Incremental synchronization" of the same page's syncToken. */
static const char *const not_with_token[] = {"iCalUID", "orderBy",
	"privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
	"updatedMin"};

struct list {
	int64_t from, to;
	long page, max_attendees;
	size_t offset;
	bool single, deleted;
	const char *sync;
	unsigned long long print; /* of the arguments that must stay the same */
};

static bool
is_flag(const struct web_request *r, const char *name, bool *ret)
{
	const char *s = web_query(r, name);
	*ret = s != NULL && strcmp(s, "true") == 0;
	return s == NULL || *ret || strcmp(s, "false") == 0;
}

static bool
is_number(const struct web_request *r, const char *name, long otherwise, long *ret)
{
	const char *s = web_query(r, name);
	char *end;
	*ret = s != NULL ? strtol(s, &end, 10) : otherwise;
	return s == NULL || (*s >= '1' && *s <= '9' && *end == '\0');
}

/* RFC 3339, and never without an offset. */
static bool
is_time(const struct web_request *r, const char *name, int64_t otherwise, int64_t *ret)
{
	const char *s = web_query(r, name);
	*ret = otherwise;
	return s == NULL || when_parse(s, ret);
}

static unsigned long long
print_of(const struct web_request *r)
{
	static const char *const free_ones[] = {"pageToken", "syncToken", "quotaUser",
		"prettyPrint", "timeMin", "timeMax"};
	unsigned long long print = 0;
	const char *name, *value;
	for (size_t i = 0; web_argument(r, i, &name, &value); i++) {
		bool is_free = false;
		for (size_t k = 0; k < sizeof free_ones / sizeof *free_ones; k++)
			is_free |= strcmp(free_ones[k], name) == 0;
		if (!is_free)
			print ^= hash_text(hash_text(0, name), value);
	}
	return print;
}

/* NULL: all is as it may be. */
static const char *
read_list(const struct web_request *r, struct list *ret)
{
	const char *order = web_query(r, "orderBy"), *page = web_query(r, "pageToken");
	unsigned long long print;
	bool shows;
	ret->print = print_of(r);
	ret->sync = web_query(r, "syncToken");
	if (!is_flag(r, "singleEvents", &ret->single) ||
		!is_flag(r, "showDeleted", &ret->deleted) ||
		!is_flag(r, "showHiddenInvitations", &shows) ||
		!is_number(r, "maxAttendees", 0, &ret->max_attendees) ||
		!is_number(r, "maxResults", USUAL_PAGE, &ret->page) ||
		!is_time(r, "timeMin", 0, &ret->from) ||
		!is_time(r, "timeMax", INT64_MAX, &ret->to))
		return "Bad Request";
	if (ret->page > LARGEST_PAGE)
		ret->page = LARGEST_PAGE;
	if (order != NULL && strcmp(order, "updated") != 0 &&
		(strcmp(order, "startTime") != 0 || !ret->single))
		return "The requested ordering is not available for the particular query.";
	if (page != NULL && (sscanf(page, "P%zu+%llx=", &ret->offset, &print) != 2 ||
				    print != ret->print))
		return "Invalid page token value.";
	for (size_t i = 0;
		ret->sync != NULL && i < sizeof not_with_token / sizeof *not_with_token;
		i++)
		if (web_query(r, not_with_token[i]) != NULL)
			return "Sync token cannot be combined with this parameter.";
	if (ret->sync != NULL && web_query(r, "showDeleted") != NULL && !ret->deleted)
		return "Sync token cannot be combined with showDeleted=false.";
	return NULL;
}

/* Of the calendar, not of the window: whoever keeps one must know of which it was. */
static const char *
tag_of(struct arena *a, const struct domain *d, const struct room *room)
{
	unsigned long long h = d->deleted + 1;
	for (size_t i = 0; i < room->n_meetings; i++)
		h = (h ^ room->meetings[i]->version) * 0x100000001b3u;
	return arena_printf(a, "\"%llu\"", h);
}

/* What has changed since, from a token that is of the same arguments; something that was
 * deleted is no more known, and so is the token then. False: it must be begun anew. */
static bool
read_sync(const struct list *l, const struct domain *d, unsigned long *ret_since)
{
	unsigned long deleted;
	unsigned long long print;
	return sscanf(l->sync, "S%lu+%lu+%llx=", ret_since, &deleted, &print) == 3 &&
	       deleted == d->deleted && print == l->print;
}

static bool
is_asked(const struct web_request *r, const struct list *l, unsigned long since,
	const struct occurrence *o)
{
	return o->meeting->version > since && o->end > l->from &&
	       (l->deleted || since > 0 || !is_cancelled(o)) &&
	       (web_query(r, "iCalUID") == NULL);
}

static json_t *
page_of(struct suite *x, struct web_request *r, const struct room *room,
	const struct list *l, enum role role, unsigned long since)
{
	const struct domain *d = x->domain;
	struct occurrence *all;
	json_t *items = json_array(), *o;
	size_t n = room_view(r->arena, room, l->from, l->to, &all), at = 0;
	size_t page = (size_t)l->page;
	if (d->project.page > 0 && page > d->project.page)
		page = d->project.page;
	for (size_t i = 0; i < n; i++) {
		if (!is_asked(r, l, since, &all[i]) || at++ < l->offset)
			continue;
		if (at <= l->offset + page)
			json_array_append_new(
				items, suite_event_json(r->arena, room, &all[i], role,
					       l->max_attendees));
	}
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:[], s:o}", "kind", "calendar#events",
		"etag", tag_of(r->arena, d, room), "summary",
		room->name != NULL ? room->name : room->mailbox, "timeZone", "UTC",
		"accessRole", suite_role_names[role], "defaultReminders", "items", items);
	if (at > l->offset + page)
		json_object_set_new(o, "nextPageToken",
			json_sprintf("P%zu+%llx=", l->offset + page, l->print));
	else if (web_query(r, "orderBy") == NULL)
		json_object_set_new(o, "nextSyncToken",
			json_sprintf("S%lu+%lu+%llx=", d->calendars.last_version,
				d->deleted, l->print));
	return o;
}

static void
spoil_page(json_t *o, const struct list *l, enum spoil spoil)
{
	if (spoil == SPOIL_EMPTY)
		json_array_clear(json_object_get(o, "items"));
	if (spoil == SPOIL_LOOP)
		json_object_set_new(
			o, "nextPageToken", json_sprintf("P0+%llx=", l->print));
}

static void
answer_list(struct suite *x, struct web_request *r, const struct room *room,
	const struct list *l, enum role role, enum spoil spoil, struct web_answer *ret)
{
	unsigned long since = 0;
	const char *tag = tag_of(r->arena, x->domain, room);
	if (l->from >= l->to) {
		suite_say_error(r, ret, 400, "calendar", "timeRangeEmpty",
			"The specified time range is empty.");
	} else if (spoil == SPOIL_EXPIRED ||
		   (l->sync != NULL && !read_sync(l, x->domain, &since))) {
		suite_say_error(r, ret, 410, "calendar", "fullSyncRequired",
			"Sync token is no longer valid, a full sync is required.");
	} else if (strcmp(web_header(r, "If-None-Match"), tag) == 0) {
		x->count.unmodified++;
		web_say(ret, 304, NULL, NULL, "");
	} else {
		json_t *o = page_of(x, r, room, l, role, since);
		spoil_page(o, l, spoil);
		suite_say_json(r, ret, o, web_query(r, "fields"));
	}
}

void
suite_answer_events(struct suite *x, struct web_request *r, const char *calendar,
	const struct token *who, enum spoil spoil, struct web_answer *ret)
{
	struct list l = {.offset = 0};
	const struct room *room = calendars_room(&x->domain->calendars, calendar);
	enum role role = domain_role(x->domain, who->who, calendar);
	x->count.lists++;
	if (x->domain->project.api_disabled) {
		suite_say_error(r, ret, 403, "usageLimits", "accessNotConfigured",
			arena_printf(r->arena,
				"Google Calendar API has not been used in project %s before "
				"or it is disabled.",
				x->domain->project.number));
		return;
	}
	if (!suite_check_arguments(
		    r, ret, arguments, sizeof arguments / sizeof *arguments))
		return;
	const char *why = read_list(r, &l);
	if (why != NULL)
		suite_say_error(r, ret, 400, "global", "badRequest", why);
	else if (room == NULL || role == ROLE_NONE)
		suite_say_error(r, ret, 404, "global", "notFound", "Not Found");
	else
		answer_list(x, r, room, &l, role, spoil, ret);
}
