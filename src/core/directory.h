/*
 * directory: a directory's files, asked for as a server's
 *
 * For links without a network. The directory `url` is read as a bundle; with "If-None-Match: STATE"
 * among the headers nothing is opened when it is as it was then. Read are regular files whose
 * names end in .ics or .eml; names that begin with a dot are nobody's business, and nothing is
 * followed: no symbolic link, no `..`. Whose they are does not matter, since whoever may write
 * there decides what the room's meetings are: so a directory that everybody may write to is
 * refused.
 *
 * Owns:    answers live in the given arena.
 * Threads: any.
 */
#ifndef CORE_DIRECTORY_H
#define CORE_DIRECTORY_H

#include "base/http.h"

/* Status 200 with an etag, "" while files are so fresh that they may still change unseen; or
 * 304. ERR_ABSENT: the directory above is there, this one not. ERR_CONFIG: the one above is
 * not, or may not be read. ERR_LIMIT: more than a bundle holds. */
int directory_do(const struct http_ask *ask, struct arena *a, struct http_answer *ret,
	struct err *err);

#endif
