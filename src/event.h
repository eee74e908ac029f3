/*
 * event: one occurrence in a room's calendar
 *
 * What any calendar can tell of a meeting, as it was told; nobody downstream knows which
 * kind of calendar it came from. Text is UTF-8 and NUL-terminated, NULL where the
 * calendar said nothing. Times are seconds since 1970, UTC.
 *
 * Owns:    nothing; all pointers live in the arena of whoever filled it.
 * Threads: any.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

enum event_busy { EVENT_BUSY, EVENT_FREE, EVENT_TENTATIVE, EVENT_AWAY };

/* How the room answered the invitation. */
enum event_response { EVENT_UNANSWERED, EVENT_ACCEPTED, EVENT_MAYBE, EVENT_DECLINED };

enum event_body_kind { EVENT_TEXT, EVENT_HTML };

struct event_body {
	enum event_body_kind kind;
	const char *name; /* "body", "DESCRIPTION", "X-ALT-DESC": for evidence */
	const char *text;
	size_t size;
};

/* A conference entry that the calendar gives as data rather than as text. */
enum entry_kind { ENTRY_VIDEO, ENTRY_PHONE, ENTRY_SIP, ENTRY_MORE };

struct entry_point {
	enum entry_kind kind;
	const char *name; /* the property it stood in: "X-GOOGLE-CONFERENCE" */
	const char *uri;
	const char *label, *region;
	const char *meeting_code, *access_code, *passcode, *password, *pin;
};

struct event {
	const char *id;         /* the calendar's own key for this occurrence */
	const char *change_key; /* differs when the event differs */
	const char *uid;        /* iCalendar UID, the same in every attendee's copy */
	int64_t start, end;
	bool all_day, cancelled, is_private;
	enum event_busy busy;
	enum event_response response;
	const char *subject, *location;
	const char *organizer, *organizer_name; /* address, display name */
	const struct event_body *bodies;
	size_t n_bodies;
	const struct entry_point *entries;
	size_t n_entries;
	const char *const *unread; /* what came with it and was not read, in words */
	size_t n_unread;
};

#endif
