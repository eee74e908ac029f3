/*
 * link: who may ask a server, and what it means for all when one was turned away
 *
 * No more requests at once, nor in a minute, than the link's kind allows, one at a time while
 * something is wrong, none while the server or our own back-off says wait, and never a third
 * one with a password that was refused twice, by any worker, before a restart or after:
 * kinds that send passwords ask twice at once, those with tokens get them one at a time.
 *
 * Owns:    nothing.
 * Threads: any; unless said otherwise without `lock`.
 */
#ifndef CORE_LINK_H
#define CORE_LINK_H

#include "core/work.h"

/* A request's leave to be sent. */
struct leave {
	int64_t credential; /* the version that it carries */
	int refusals;       /* of it, when the request began */
};

/* Waits for others' requests. Not ERR_NONE: the link may not be asked, and err says why. */
int link_enter(struct core *c, struct batch *b, int64_t credential, struct leave *ret,
	struct err *err);
/* `http` NULL: there was no answer. */
void link_leave(struct core *c, struct batch *b, const struct leave *leave,
	const struct http_answer *http);

/* The error of a link that is locked. */
void link_refused(const char *name, struct err *err);

/* With `lock`: how many batches may be under way, and until when none may begin. */
size_t link_limit(const struct core_link *l);
bool link_held(const struct core_link *l, int64_t ms);

/* What became of a batch as far as it is the link's own. */
void link_failed(struct core *c, struct batch *b, const struct err *err);
void link_well(struct core *c, struct batch *b);

/* Nothing is tried until the credential can be read, and is not the one that was refused. */
void link_lock(struct core *c, struct core_link *l);
bool link_wants_look(const struct core_link *l); /* with `lock` */
void link_look(struct core *c, struct batch *b);

/* A batch of its own for an administrator who asks, of no rooms yet; work_done ends it. */
int link_begin(struct core *c, struct batch *b, const char *name, struct err *err);
/* Our own patience is put aside for it; what the server asked for is not. */
void link_try(struct core *c, struct batch *b);

/* With `lock`: begins anew. The link or its credential was changed. */
void link_renew(struct core *c, struct core_link *l);

/* Stores what the link said of itself. */
void link_keep(struct core *c, struct core_link *l);

#endif
