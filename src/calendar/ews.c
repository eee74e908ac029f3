#include "calendar/ews.h"

#include <string.h>

#include "calendar/read.h"

static void
read_reply(struct arena *a, int op, const char *bytes, size_t size,
	const struct rules *rules, const char *country, struct reply *ret)
{
	const struct event *events;
	ews_parse(a, op, bytes, size, ret, &events);
	if (op != EWS_FIND)
		read_extract(a, ret, events, rules, country);
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
	.reads_copies = true,
	.check = ews_check,
	.begin = ews_begin,
	.ask = ews_ask,
	.take = ews_take,
	.results = ews_results,
	.end = ews_end,
	.rooms_cure =
		"In the Exchange Management Shell this prints the command for each room: "
		"`Get-Mailbox -RecipientTypeDetails RoomMailbox -ResultSize Unlimited | "
		"ForEach-Object { \"convoke room add $($_.Alias -replace '[^A-Za-z0-9_-]', "
		"'_') --mailbox $($_.PrimarySmtpAddress) --link LINK\" }`",
	.read = read_reply,
	.product = product,
	.bodies_cure =
		"`Set-CalendarProcessing -Identity \"{room}\" -DeleteComments $false "
		"-DeleteSubject $false -AddOrganizerToSubject $false "
		"-ProcessExternalMeetingMessages $true`. Meetings booked from then on keep "
		"their text.",
};
