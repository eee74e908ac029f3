#include <string.h>

#include "calendar/calendar.h"

static const struct calendar_kind *const kinds[] = {
	&calendar_exchange,
	&calendar_office365,
	&calendar_google,
	&calendar_caldav,
	&calendar_ics,
};

const struct calendar_kind *
calendar_kind_at(size_t i)
{
	return i < sizeof kinds / sizeof *kinds ? kinds[i] : NULL;
}

const struct calendar_kind *
calendar_kind(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

int
calendar_at_once(const struct calendar_kind *kind)
{
	return kind->at_once > 0 ? kind->at_once : CALENDAR_AT_ONCE;
}
