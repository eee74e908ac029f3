/*
 * formats: the readers of invite_read_file
 *
 * Owns:    what they add to a draft lives in its arena.
 * Threads: any.
 */
#ifndef INVITE_FORMATS_H
#define INVITE_FORMATS_H

#include "invite/draft.h"

/*
 * The first VEVENT of a text that is UTF-8. ERR_BAD_REPLY when there is none that is
 * whole, ERR_LIMIT past a limit of ics_line.h or one of depth or number; then the draft
 * is as it was.
 */
int ics_read(struct draft *d, const char *text, size_t size, struct err *err);

/* A message. ERR_LIMIT: too many parts, or too deep. */
int mime_read(struct draft *d, const char *bytes, size_t size, struct err *err);

/* An event of Graph or Google, or the first of a list. ERR_BAD_REPLY when it is none. */
int json_event_read(struct draft *d, const char *bytes, size_t size, struct err *err);

#endif
