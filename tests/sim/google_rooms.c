/* The Directory's rooms: developers.google.com/workspace/admin/directory/reference/rest/v1/
 * resources.calendars/list. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sim/google_server.h"

enum { LARGEST_PAGE = 500, USUAL_PAGE = 100 };

static json_t *
room_json(struct arena *a, const struct room *room, size_t i)
{
	const char *name = room->name != NULL ? room->name : room->mailbox;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i}", "kind",
		"admin#directory#resources#calendars#CalendarResource", "resourceId",
		arena_printf(a, "%zu", i + 1), "resourceName", name,
		"generatedResourceName", arena_printf(a, "HQ-1-%s (8)", name),
		"resourceEmail", room->mailbox, "resourceCategory", "CONFERENCE_ROOM",
		"buildingId", "HQ", "floorName", "1", "capacity", 8);
}

void
suite_answer_rooms(struct suite *x, struct web_request *r, const struct token *who,
	struct web_answer *ret)
{
	static const char *const arguments[] = {
		"maxResults", "pageToken", "query", "orderBy"};
	const struct suite_user *user = domain_user(x->domain, who->who);
	const char *most = web_query(r, "maxResults"), *at = web_query(r, "pageToken");
	long page = most != NULL ? strtol(most, NULL, 10) : USUAL_PAGE;
	size_t first = at != NULL ? strtoul(at, NULL, 10) : 0;
	const struct calendars *c = &x->domain->calendars;
	x->count.rooms++;
	if (!suite_check_arguments(
		    r, ret, arguments, sizeof arguments / sizeof *arguments))
		return;
	if (user == NULL || !user->admin) {
		suite_say_error(r, ret, 403, "global", "forbidden",
			"Not Authorized to access this resource/api");
		return;
	}
	if (page < 1 || page > LARGEST_PAGE) {
		suite_say_error(
			r, ret, 400, "global", "invalid", "Invalid Input: maxResults");
		return;
	}
	if (x->domain->project.page > 0 && page > (long)x->domain->project.page)
		page = (long)x->domain->project.page;
	json_t *items = json_array();
	size_t i = first;
	for (; i < c->n_rooms && i < first + (size_t)page; i++)
		json_array_append_new(items, room_json(r->arena, c->rooms[i], i));
	json_t *o = json_pack("{s:s, s:s, s:o}", "kind",
		"admin#directory#resources#calendars#calendarResourcesList", "etag",
		"\"simulated\"", "items", items);
	if (i < c->n_rooms)
		json_object_set_new(o, "nextPageToken", json_sprintf("%zu", i));
	suite_say_json(r, ret, o, web_query(r, "fields"));
}
