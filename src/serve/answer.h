/*
 * answer: what the agenda says, as JSON
 *
 * The words that meeting.join, meeting.dial, meeting.list and the notifications have in
 * common. What a caller may not know is absent, not empty.
 *
 * Owns:    results are new references.
 * Threads: any.
 */
#ifndef SERVE_ANSWER_H
#define SERVE_ANSWER_H

#include "serve/call.h"

/* {"id","name"}; the id alone when there is no such provider. */
json_t *answer_provider(const struct view *v, const char *id);

/* What an administrator set for it; NULL: nothing. */
const struct provider_settings *answer_settings(
	const struct site *s, const char *provider);

/* The administrator's setting, else the file's. */
enum pin_need answer_pin_need(const struct site *s, const struct provider *p);

/* One meeting without its dialling. A private one, and any in a room that withholds
 * subjects, has neither subject nor organizer. */
json_t *answer_meeting(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda_meeting *m, bool in_progress);

/* Whether there is anything to dial. */
bool answer_can_dial(const struct plan *plan);

/* {"link","synced_at","stale"}; `agenda` may be NULL. */
json_t *answer_freshness(
	const struct view *v, const struct room *room, const struct agenda *agenda);

/* The whole answer of meeting.join. */
json_t *answer_join(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda, const struct agenda_answer *ask);

/* Likewise of meeting.dial: no meeting of the calendar. */
json_t *answer_dial(struct arena *a, const struct view *v, const struct room *room,
	const struct agenda *agenda, const struct meeting *m, const char *meeting_id,
	const struct plan *plan);

#endif
