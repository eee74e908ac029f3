/* Calendars and their events: learn.microsoft.com/graph/api/user-list-calendarview. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/when.h"
#include "sim/graph_call.h"
#include "sim/graph_event.h"

enum { PAGE = 10, MOST = 1000, MOST_DAYS = 1825 };

/* One preference of the header: its value without quotes; NULL: it is not stated. */
static const char *
preference(const struct call *c, const char *name)
{
	for (const char *s = c->prefer; *s != '\0';) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ","), eq = strcspn(s, "=");
		if (eq < n && eq == strlen(name) && strncasecmp(s, name, eq) == 0) {
			const char *v = s + eq + 1;
			size_t k = n - eq - 1;
			while (k > 0 && v[k - 1] == ' ')
				k--;
			if (k >= 2 && v[0] == '"' && v[k - 1] == '"')
				return arena_strndup(c->arena, v + 1, k - 2);
			return arena_strndup(c->arena, v, k);
		}
		s += n;
	}
	return NULL;
}

static bool
is_in(const char *const *list, unsigned n, const char *mailbox)
{
	for (unsigned i = 0; i < n; i++)
		if (matches(list[i], mailbox))
			return true;
	return false;
}

static bool
has_role(const struct application *a, const char *role)
{
	for (unsigned i = 0; i < a->is.roles_count; i++)
		if (strcmp(a->is.roles[i], role) == 0)
			return true;
	return false;
}

/* Consent in Entra, which a policy may narrow, or a role in Exchange: they add up. */
static bool
may_read(struct call *c, const char *mailbox)
{
	const struct application *a = c->as;
	bool consented =
		has_role(a, "Calendars.Read") || has_role(a, "Calendars.ReadWrite");
	if (is_in(a->is.scope, a->is.scope_count, mailbox))
		return true;
	if (consented && (a->is.policy_count == 0 ||
				 is_in(a->is.policy, a->is.policy_count, mailbox)))
		return true;
	call_refuse(c, 403, "ErrorAccessDenied",
		consented ? "Access to OData is disabled."
			  : "Access is denied. Check credentials and try again.");
	return false;
}

static const struct room *
find_room(struct call *c)
{
	const char *mailbox = c->segments[1];
	const struct room *r = calendars_room(&c->graph->calendars, mailbox);
	if (r == NULL)
		call_refuse(c, 404, "ErrorInvalidUser",
			arena_printf(c->arena, "The requested user '%s' is invalid.",
				mailbox));
	else if (r->state != NULL)
		call_refuse_as(c, "MailboxNotEnabledForRESTAPI");
	else if (may_read(c, r->mailbox))
		return r;
	return NULL;
}

/* Which properties; false: a name is none. */
static bool
read_select(struct call *c, bool view, unsigned long long *ret)
{
	const char *s = call_argument(c, "$select");
	*ret = ~0ull;
	if (s == NULL)
		return true;
	for (*ret = 0; *s != '\0';) {
		size_t n = strcspn(s, ","), i = 0;
		const struct event_property *p = event_properties;
		for (; p[i].name != NULL; i++)
			if (strlen(p[i].name) == n && strncasecmp(p[i].name, s, n) == 0)
				break;
		if (p[i].name == NULL || (view && p[i].not_in_view)) {
			call_refuse(c, 400, "BadRequest",
				arena_printf(c->arena,
					"Parsing OData Select and Expand failed: Could "
					"not find a property named '%.*s' on type "
					"'microsoft.graph.event'.",
					(int)n, s));
			return false;
		}
		*ret |= 1ull << i;
		s += n + (s[n] == ',');
	}
	return true;
}

static bool
takes_only(struct call *c, const char *const *names)
{
	for (size_t i = 0; i < c->n_arguments; i++) {
		const char *const *k = names;
		while (*k != NULL && strcasecmp(*k, c->arguments[i].name) != 0)
			k++;
		if (*k == NULL) {
			call_refuse(c, 400, "BadRequest",
				arena_printf(c->arena,
					"The query parameter '%s' is not supported.",
					c->arguments[i].name));
			return false;
		}
	}
	return true;
}

/* A number of the query's, within its limits. */
static bool
read_number(struct call *c, const char *name, long least, long most, long *ret)
{
	const char *s = call_argument(c, name);
	char *end;
	if (s == NULL)
		return true;
	*ret = strtol(s, &end, 10);
	if (*s != '\0' && *end == '\0' && *ret >= least && *ret <= most)
		return true;
	call_refuse(c, 400, "BadRequest",
		arena_printf(c->arena, "Invalid value '%s' for %s.", s, name));
	return false;
}

static bool
read_shown(struct call *c, struct shown *ret)
{
	const char *ids = preference(c, "IdType"),
		   *zone = preference(c, "outlook.timezone");
	const char *body = preference(c, "outlook.body-content-type");
	if (zone != NULL && strcmp(zone, "UTC") != 0) {
		call_refuse(c, 400, "TimeZoneNotSupportedException",
			"A valid TimeZone value must be specified.");
		return false;
	}
	ret->immutable = ids != NULL && strcasecmp(ids, "ImmutableId") == 0;
	ret->text = body != NULL && strcasecmp(body, "text") == 0;
	if (*c->prefer != '\0')
		c->headers = arena_printf(c->arena, "Preference-Applied: %s", c->prefer);
	return true;
}

struct view {
	int64_t from, to;
	long top, skip;
	unsigned long long wanted;
};

static bool
read_window(struct call *c, struct view *v)
{
	const char *from = call_argument(c, "startDateTime");
	const char *to = call_argument(c, "endDateTime");
	if (from == NULL || to == NULL)
		call_refuse(c, 400, "ErrorInvalidParameter",
			"This request requires a time window specified by the query string "
			"parameters StartDateTime and EndDateTime.");
	else if (!when_parse(from, &v->from) || !when_parse(to, &v->to))
		call_refuse(c, 400, "ErrorInvalidParameter",
			"The value of StartDateTime or EndDateTime is not a time.");
	else if (v->to < v->from)
		call_refuse(c, 400, "ErrorInvalidParameter",
			"EndDateTime is earlier than StartDateTime.");
	else if (v->to - v->from > MOST_DAYS * INT64_C(86400))
		call_refuse(c, 400, "ErrorCalendarViewRangeTooBig",
			"The time window is too large.");
	else
		return true;
	return false;
}

static bool
read_view(struct call *c, struct view *v)
{
	static const char *const names[] = {"startDateTime", "endDateTime", "$select",
		"$top", "$skip", "$orderby", NULL};
	const char *size = preference(c, "odata.maxpagesize");
	*v = (struct view){.top = size != NULL ? strtol(size, NULL, 10) : PAGE};
	if (v->top < 1 || v->top > MOST)
		v->top = PAGE;
	return takes_only(c, names) && read_window(c, v) &&
	       read_number(c, "$top", 1, MOST, &v->top) &&
	       read_number(c, "$skip", 0, 100000, &v->skip) &&
	       read_select(c, true, &v->wanted);
}

/* The query once more, from further on. */
static const char *
next_page(const struct call *c, const struct room *r, long skip)
{
	struct buf b;
	buf_init(&b, c->arena);
	buf_printf(&b, "%s/v1.0/users('%s')/calendarView?",
		c->fault.spoil == SPOIL_FOREIGN_NEXT ? "https://graph.example.net"
						     : graph_host(c->graph),
		r->mailbox);
	for (const char *s = c->query; *s != '\0';) {
		size_t n = strcspn(s, "&");
		if (strncasecmp(s, "$skip=", 6) != 0 &&
			strncasecmp(s, "%24skip=", 8) != 0)
			buf_printf(&b, "%.*s&", (int)n, s);
		s += n + (s[n] == '&');
	}
	buf_printf(&b, "$skip=%ld", skip);
	return b.s;
}

void
answer_view(struct call *c)
{
	struct view v;
	struct shown shown = {.arena = c->arena};
	struct occurrence *all;
	const struct room *r = find_room(c);
	if (r == NULL || !read_view(c, &v) || !read_shown(c, &shown))
		return;
	shown.room = r;
	size_t n = room_view(c->arena, r, v.from, v.to, &all);
	if (c->fault.spoil == SPOIL_EMPTY)
		n = 0;
	json_t *list = json_array();
	size_t i = (size_t)v.skip, end = i + (size_t)v.top < n ? i + (size_t)v.top : n;
	for (; i < end; i++) {
		shown.at = &all[i];
		json_array_append_new(list, event_json(&shown, v.wanted));
	}
	c->status = 200;
	c->body = json_pack("{s:o, s:o}", "@odata.context",
		json_sprintf("%s/v1.0/$metadata#users('%s')/calendarView",
			graph_host(c->graph), r->mailbox),
		"value", list);
	bool loop = c->fault.spoil == SPOIL_LOOP;
	if (end < n || loop || c->fault.spoil == SPOIL_FOREIGN_NEXT)
		json_object_set_new(c->body, "@odata.nextLink",
			json_string(next_page(c, r, loop ? v.skip : (long)end)));
	c->graph->count.views++;
}

void
answer_event(struct call *c)
{
	static const char *const names[] = {"$select", NULL};
	struct shown shown = {.arena = c->arena};
	struct occurrence o;
	unsigned long long key, wanted;
	unsigned number;
	int64_t original;
	const struct room *r = find_room(c);
	if (r == NULL || !takes_only(c, names) || !read_select(c, false, &wanted) ||
		!read_shown(c, &shown))
		return;
	if (!graph_id_read(c->segments[3], shown.immutable, &key, &number, &original)) {
		call_refuse(c, 400, "ErrorInvalidIdMalformed", "Id is malformed.");
		return;
	}
	const struct meeting *m = key == r->key ? room_meeting(r, number) : NULL;
	if (m != NULL && original == 0)
		o = (struct occurrence){.meeting = m, .start = m->start, .end = m->end};
	if (m == NULL || (original != 0 && !occurrence_at(m, original, &o))) {
		call_refuse_as(c, "ErrorItemNotFound");
		return;
	}
	if (m->corrupt) {
		call_refuse_as(c, "ErrorInternalServerError");
		return;
	}
	shown.room = r;
	shown.at = &o;
	c->status = 200;
	c->body = event_json(&shown, wanted);
	c->graph->count.events++;
}

/* The tenant's rooms, by a token from page to page: learn.microsoft.com/graph/api/place-list.
 */
void
answer_places(struct call *c)
{
	static const char *const names[] = {
		"$select", "$top", "$skiptoken", "$count", NULL};
	const struct calendars *all = &c->graph->calendars;
	long top = 100, at = 0;
	if (strcasecmp(c->segments[1], "microsoft.graph.room") != 0) {
		call_refuse_as(c, "ResourceNotFound");
		return;
	}
	if (!has_role(c->as, "Place.Read.All")) {
		call_refuse_as(c, "Authorization_RequestDenied");
		return;
	}
	if (!takes_only(c, names) || !read_number(c, "$top", 1, 100, &top) ||
		!read_number(c, "$skiptoken", 0, 100000, &at))
		return;
	json_t *list = json_array();
	size_t end =
		(size_t)(at + top) < all->n_rooms ? (size_t)(at + top) : all->n_rooms;
	for (size_t i = (size_t)at; i < end; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:s, s:s?, s:n, s:i}", "displayName",
				      all->rooms[i]->name, "emailAddress",
				      all->rooms[i]->mailbox, "building", NULL,
				      "floorLabel", "capacity", 8));
	c->status = 200;
	c->body = json_pack("{s:o}", "value", list);
	if (end < all->n_rooms || c->fault.spoil == SPOIL_FOREIGN_NEXT)
		json_object_set_new(c->body, "@odata.nextLink",
			json_sprintf(
				"%s/v1.0/places/microsoft.graph.room?$top=%ld&$skiptoken=%zu",
				c->fault.spoil == SPOIL_FOREIGN_NEXT
					? "https://graph.example.net"
					: graph_host(c->graph),
				top, end));
	c->graph->count.places++;
}
