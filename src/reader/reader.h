/*
 * reader: where hostile bytes are read
 *
 * A process of its own: the same binary, re-executed, sealed by seccomp once the rules,
 * zones and charsets it may need are loaded. It gets one reply at a time and answers with
 * flat records that the core checks again. A reader that dies, hangs or talks nonsense
 * costs that one reply; the next job starts a new one.
 *
 * Owns:    a struct reader owns its process; replies live in the caller's arena.
 * Threads: a reader belongs to one thread at a time; its process ends with the thread
 * that gave it its first job, and the next job starts another.
 */
#ifndef READER_H
#define READER_H

#include <stdatomic.h>

#include "calendar/calendar.h"
#include "invite.h"
#include "base/err.h"
#include "meeting.h"

struct reader;

struct reader_config {
	const char *patterns, *site_patterns; /* directories; site ones may be NULL */
	const char *providers, *site_providers;
	int deadline_ms; /* 0: READER_DEADLINE_MS */
	const atomic_bool *stop; /* NULL, or: once true, jobs end within READER_STOP_MS */
};

enum {
	READER_DEADLINE_MS = 5000, /* for one job; then it is killed */
	READER_STOP_MS = 200,
	READER_MAX_JOB = 8 << 20,  /* bytes of one reply */
	READER_MAX_ANSWER = 16 << 20,
};

/* The process starts with the first job. */
struct reader *reader_new(const struct reader_config *config);
void reader_free(struct reader *r); /* takes NULL; ends the process */

/* Reads one calendar reply. The grade is the transport's: ERR_NONE means `ret` was
 * filled, whatever it says; ERR_BAD_REPLY that the reader died, hung or broke the
 * protocol. */
int reader_read(struct reader *r, struct arena *a, const char *kind, int op,
	const char *country, const char *bytes, size_t size, struct reply *ret,
	struct err *err);

/* Reads one invite file (see invite_read_file). `ret_event` lacks bodies; `explain` asks
 * for the clean parts, for people to look at. */
struct reader_invite {
	struct event event;
	const struct extraction *extraction;
	const struct invite_part *parts; /* only with explain; text, original and spans */
	size_t n_parts;
	const struct invite_link *links; /* only with explain */
	size_t n_links;
};
int reader_extract(struct reader *r, struct arena *a, const char *name,
	const char *country, bool explain, const char *bytes, size_t size,
	struct reader_invite *ret, struct err *err);

/* For tests: tries something that a reader must never do (see sandbox_try). ERR_NONE: it
 * could, which is only so in sanitizer builds; their runtimes cannot be sealed. */
int reader_prove(struct reader *r, const char *what, struct err *err);
long reader_pid(const struct reader *r); /* 0: none runs */

/* main() of every program calls this first: in a reader process it never returns. */
void reader_main_if_asked(int argc, char **argv);

#endif
