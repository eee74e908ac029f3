#include "calendar/graph.h"

#include <string.h>

#include "calendar/read.h"

/* The version is part of the address: learn.microsoft.com/graph/use-the-api. */
static int
graph_check(const struct calendar_link *link, struct err *err)
{
	size_t n = strlen(link->url);
	while (n > 0 && link->url[n - 1] == '/')
		n--;
	if (n > 5 && strncmp(link->url + n - 5, "/v1.0", 5) == 0)
		return ERR_NONE;
	err_set(err, ERR_CONFIG, "not_graph", "this is not an address of Microsoft Graph");
	err_cure(err, "Leave the URL out, or give https://graph.microsoft.com/v1.0 or that of a "
		      "national cloud.");
	return ERR_CONFIG;
}

static void
read_reply(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	const struct event *events;
	graph_parse(a, op, bytes, size, ret, &events);
	if (op == GRAPH_EVENT || op == GRAPH_EVENTS)
		read_extract(a, ret, events, rules, country);
}

const struct calendar_kind calendar_office365 = {
	.name = "office365",
	.access = CALENDAR_ENTRA,
	.reads_copies = true,
	/* learn.microsoft.com/graph/throttling-limits: 130,000 in 10 s, and a batch is 20. */
	.per_minute = 130000 * 6 / 20,
	.check = graph_check,
	.begin = graph_begin,
	.ask = graph_ask,
	.take = graph_take,
	.results = graph_results,
	.end = graph_end,
	.list = graph_list,
	.listed = graph_listed,
	.read = read_reply,
	.permissions = graph_permissions,
	.bodies_cure =
		"In Exchange Online PowerShell: `Set-CalendarProcessing \"{room}\" "
		"-DeleteComments $false -DeleteSubject $false -AddOrganizerToSubject $false "
		"-RemovePrivateProperty $false`. Meetings that are booked already stay "
		"without their text.",
};
