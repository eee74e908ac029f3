/*
 * calendars: the rooms of a simulated calendar service, and what is booked in them
 *
 * Rooms and meetings of a scenario, checked and with their times resolved; which meetings
 * lie in a window; numbers and versions from which a service makes its ids.
 *
 * Owns:    all lives in the arena given. What is replaced stays there until the end, so
 * nothing that was handed out goes away. Threads: one at a time.
 */
#ifndef SIM_CALENDARS_H
#define SIM_CALENDARS_H

#include <stddef.h>
#include <stdint.h>

#include "base/datafile.h"
#include "sim/scenario.h"

struct arena;
struct err;

struct body {
	const char *text; /* NULL: none */
	size_t size;
	bool html;
};

struct property {
	const char *name, *value;
};

/* What of one occurrence is not as its series says. */
struct exception {
	unsigned instance;
	bool deleted, cancelled;
	int64_t start, end; /* 0: as the series */
	const char *subject, *location;
	struct body body;
};

enum repeat { REPEAT_NOT, REPEAT_DAILY, REPEAT_WEEKLY };

struct meeting {
	const char *name;
	unsigned number;          /* within its room, for ever */
	unsigned long version;    /* changes with what it says */
	unsigned long long print; /* the same for meetings that say the same */
	int64_t start, end, created;
	const char *subject, *location, *organizer_name, *organizer;
	struct body body;
	const char *busy, *sensitivity, *response, *zone, *join_url;
	bool all_day, cancelled, corrupt;
	const struct property *properties;
	size_t n_properties;
	enum repeat repeat;
	unsigned every, times, days; /* days: a bit for each, Sunday the lowest */
	const struct exception *exceptions;
	size_t n_exceptions;
};

struct room {
	unsigned long long key; /* of the mailbox: rooms are sorted by it */
	const char *mailbox, *name;
	const char *version, *state; /* or NULL */
	bool delete_comments, delete_subject, add_organizer_to_subject;
	struct meeting **meetings;
	size_t n_meetings, space;
	unsigned last_number;
};

struct calendars {
	struct arena *arena;
	int64_t now;
	const char *directory; /* that `file` starts from */
	struct room **rooms;
	size_t n_rooms, space;
	unsigned long last_version;
};

void calendars_init(struct calendars *c, struct arena *a, int64_t now);

/* The shape of a scenario's `rooms`, for libcyaml; and of a text in a list. */
extern const cyaml_schema_value_t sim_room_shape, sim_text_shape;

/* Reads a scenario of that shape and has `take` take what it says, which copies all. */
int scenario_load(struct calendars *c, const char *path,
	const cyaml_schema_value_t *shape,
	int (*take)(void *arg, const void *data, struct err *err), void *arg,
	struct err *err);

/*
 * Adds, or replaces what has the same mailbox or name. A meeting that is put has a new
 * version and its old number; a room that is put keeps the meetings that are not named.
 * ERR_CONFIG when a field is wrong, ERR_ABSENT when there is no such mailbox.
 */
int calendars_put_room(struct calendars *c, const struct sim_room *from, struct err *err);
int calendars_put_meeting(struct calendars *c, const char *mailbox,
	const struct sim_meeting *from, struct err *err);
/* `name` NULL: the room itself. False: there was none. */
bool calendars_delete(struct calendars *c, const char *mailbox, const char *name);

/* All rooms of a file; none may stand in it twice, nor may a meeting in its room. */
int calendars_put_all(
	struct calendars *c, const struct sim_room *from, unsigned n, struct err *err);
/* What the rooms were before: what is the same keeps its number and version. */
void calendars_carry_over(struct calendars *c, const struct calendars *before);

/* Names are compared without case. NULL: none. */
struct room *calendars_room(const struct calendars *c, const char *mailbox);
struct room *calendars_room_of(const struct calendars *c, unsigned long long key);
const struct meeting *room_meeting(const struct room *r, unsigned number); /* or NULL */

/* Checks and resolves; the copy is the arena's. ERR_CONFIG when a field is wrong. */
int take_meeting(const struct calendars *c, const struct sim_meeting *from,
	struct meeting **ret, struct err *err);
bool take_time(const char *text, int64_t now, int64_t *ret);

/* One meeting as it stands in a calendar. */
struct occurrence {
	const struct meeting *meeting;
	int64_t start, end;
	int64_t original; /* when the series has it; 0: it is of no series */
	const struct exception *exception; /* or NULL */
};

/* All that do not end before `from` or start at or after `to`, by start. */
size_t room_view(struct arena *a, const struct room *r, int64_t from, int64_t to,
	struct occurrence **ret);

/* That which a series has at `original`. False: it has none then, or it was deleted. */
bool occurrence_at(const struct meeting *m, int64_t original, struct occurrence *ret);

/* What the room's processing of requests left of it; texts are never NULL. */
const char *subject_of(struct arena *a, const struct room *r, const struct occurrence *o);
struct body body_of(const struct room *r, const struct occurrence *o);
const char *location_of(const struct occurrence *o); /* or NULL */
bool is_cancelled(const struct occurrence *o);

/* A body as the other kind; the result is the arena's. */
struct body html_to_text(struct arena *a, const struct body *b);
struct body text_to_html(struct arena *a, const struct body *b);

bool matches(const char *pattern, const char *mailbox); /* "*" and "*@domain" */

/* Space for one more pointer in a list of the arena's. */
void *grown(struct arena *a, void *list, size_t n, size_t *space);

/* FNV-1a of a text and an end mark. `h` is 0 to begin with; takes NULL. */
unsigned long long hash_text(unsigned long long h, const char *s);

#endif
