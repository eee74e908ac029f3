/*
 * target: where a link of a page leads, written behind what it shows
 *
 * Owns:    everything lives in the text's arena.
 * Threads: any.
 */
#ifndef INVITE_TARGET_H
#define INVITE_TARGET_H

#include "invite/sink.h"
#include "invite/tag.h"

/* A value without its escapes, in pieces that each stood in one stretch of the original. */
struct decoded {
	struct piece *pieces;
	size_t n_pieces, room;
	char *s;
	size_t n;
};

struct target {
	bool open;
	struct sink *sink;
	struct value href;
	uint32_t shown; /* where the link's text began in the sink's */
	struct decoded decoded;
};

void target_open(struct target *t, struct sink *sink, struct value href);

/* After each sink_flush: what follows may be the first that the link shows. */
void target_flushed(struct target *t, const struct sink *sink);

/*
 * " <https://…>", unless that is what was shown; `at` is where the link ended in the
 * original, which begins at `original`. Links that lead nowhere outside write nothing.
 */
void target_close(struct target *t, const char *original, size_t at);

/* The join link of a script of type application/ld+json (schema.org), as a line. */
void target_of_script(
	struct target *t, struct sink *k, const char *original, struct value script);

#endif
