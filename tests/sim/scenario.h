/*
 * scenario: rooms and meetings as a scenario file says them
 *
 * What every simulated calendar service reads, and what tests may add: the fields are the
 * file's keys, fixtures/calendars/exchange/README.md tells each. Words are Exchange's own
 * ("Tentative"). A time is RFC 3339, or counts from the server's "now" ("+25m", "-1d2h",
 * "now"), or from its day's beginning in UTC ("today", "today+1d 09:30").
 *
 * Owns:    nothing; whoever takes one copies it.
 * Threads: any.
 */
#ifndef SIM_SCENARIO_H
#define SIM_SCENARIO_H

#include <stdbool.h>

struct sim_property {
	const char *name, *value;
};

struct sim_exception {
	unsigned instance; /* of the series, from 1 */
	bool deleted, cancelled;
	const char *start, *end, *subject, *location; /* NULL: as the series */
	const char *text, *html, *file;               /* none: as the series */
};

struct sim_meeting {
	const char *name; /* its own within the room; by it, it is changed */
	const char *start, *end;
	const char *subject, *location, *organizer; /* "Ann Example <ann@example.com>" */
	const char *text, *html, *file; /* the body, one of them; a file: .txt or .html */
	const char *busy, *sensitivity, *response; /* NULL: "Busy", "Normal", "Accept" */
	const char *zone;                          /* a Windows name; NULL: "UTC" */
	const char *join_url;
	bool all_day, cancelled;
	bool corrupt; /* its body cannot be had */
	const struct sim_property *properties;
	unsigned properties_count;
	const char *repeat;      /* "daily" or "weekly"; NULL: once */
	unsigned every;          /* days or weeks; 0: 1 */
	unsigned times;          /* 0: for a year */
	const char *const *days; /* weekly: "Monday" …; none: the start's */
	unsigned days_count;
	const struct sim_exception *exceptions;
	unsigned exceptions_count;
};

struct sim_room {
	const char *mailbox, *name;
	const char *version; /* of its own server, where there are several; or NULL */
	const char *state;   /* a word of the service's own; NULL: fine */
	bool delete_comments, delete_subject; /* Set-CalendarProcessing */
	bool add_organizer_to_subject;
	const struct sim_meeting *meetings;
	unsigned meetings_count;
};

#endif
