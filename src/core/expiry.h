/*
 * expiry: when what a link proves itself with ends, and who is told
 *
 * A server tells of a password, a certificate of itself; of the rest nobody tells, and the
 * administrator notes the day with the link.
 *
 * Owns:    nothing.
 * Threads: any; unless said otherwise without `lock`.
 */
#ifndef CORE_EXPIRY_H
#define CORE_EXPIRY_H

#include "core/work.h"

struct expiry {
	int64_t at;       /* 0: not known; INT64_MAX: never */
	const char *kind; /* as in struct link_status */
	const char *link, *user; /* the site's */
};

/* With `lock`. */
struct expiry expiry_of(const struct core_link *l, const struct link *set_up);

/* What to do about it. */
const char *expiry_cure(struct arena *a, const struct expiry *e);

/* What the link's daily question has brought. */
void expiry_learn(struct core *c, struct batch *b);

/* Logs, for each link, the step that has come (schedule_warns): once, whether or not the
 * link is well. */
void expiry_tell(struct core *c);

#endif
