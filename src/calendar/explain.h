/*
 * explain: a trouble in an administrator's words
 *
 * The kinds' tables say `{room}`, `{user}` and `{host}` where this link's own stand.
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef CALENDAR_EXPLAIN_H
#define CALENDAR_EXPLAIN_H

#include "calendar/calendar.h"

struct words {
	const char *text, *cure;
};

/* `room` is a mailbox, NULL: no one room's. */
void calendar_explain(struct err *err, enum err_grade grade, const char *code,
	struct words words, const char *room, const struct calendar_link *link);

/* When an ERR_WAIT ends: the longer of what the header and the reply say (NULL: nothing),
 * else a minute from now. Of other grades nothing is changed. */
void calendar_set_retry(struct err *err, const struct calendar_link *link,
	const struct http_answer *http, const struct reply *reply);

#endif
