#include "calendar/ews.h"

#include <ctype.h>
#include <string.h>

#include "extract.h"
#include "invite.h"

/* An HTML skeleton with nothing in it is what Exchange leaves of a body that it strips.
 */
static bool
has_text(const struct invite *invite)
{
	for (size_t i = 0; i < invite->n_parts; i++) {
		const struct invite_part *part = &invite->parts[i];
		for (size_t k = 0; part->source == SOURCE_BODY && k < part->size; k++)
			if (!isspace((unsigned char)part->text[k]))
				return true;
	}
	return false;
}

static void
read_reply(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	const struct event *events;
	ews_parse(a, op, bytes, size, ret, &events);
	struct sighting *sightings = (struct sighting *)ret->sightings;
	for (size_t i = 0; op != EWS_FIND && i < ret->n_sightings; i++) {
		if (sightings[i].err.grade != ERR_NONE)
			continue;
		const struct invite *invite = invite_clean(a, &events[i]);
		sightings[i].extraction = extract(a, rules, invite, country);
		if (events[i].n_bodies > 0 && !has_text(invite))
			sightings[i].body_missing = true;
	}
}

/* learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates */
static const char *
product(const char *server_version)
{
	static const struct {
		const char *begins, *name;
	} products[] = {{"15.20.", "Exchange Online"}, {"15.2.", "Exchange 2019 or SE"},
		{"15.1.", "Exchange 2016"}, {"15.0.", "Exchange 2013"},
		{"14.", "Exchange 2010"}, {"8.", "Exchange 2007"}};
	for (size_t i = 0; i < sizeof products / sizeof *products; i++)
		if (strncmp(server_version, products[i].begins,
			    strlen(products[i].begins)) == 0)
			return products[i].name;
	return NULL;
}

const struct calendar_kind calendar_exchange = {
	.name = "exchange",
	.check = ews_check,
	.begin = ews_begin,
	.ask = ews_ask,
	.take = ews_take,
	.results = ews_results,
	.end = ews_end,
	.read = read_reply,
	.product = product,
	.bodies_cure =
		"Set-CalendarProcessing -Identity \"{room}\" -DeleteComments $false "
		"-DeleteSubject $false -AddOrganizerToSubject $false "
		"-ProcessExternalMeetingMessages $true   (meetings booked from then on "
		"keep their text)",
};
