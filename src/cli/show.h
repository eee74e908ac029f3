/*
 * show: answers as text for people
 *
 * Reads the same JSON that programs get. Nothing from an invite or a calendar reaches the
 * terminal unwashed.
 *
 * Owns:    texts live in the given arena.
 * Threads: one.
 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include <jansson.h>
#include <stdint.h>

struct arena;
struct err;

/* One line on standard output. */
void show_json(const json_t *v);

/* {"code":…,"text":…,"cure":…}: every error of ours, wherever JSON is asked for. */
json_t *show_err(struct arena *a, const struct err *err);

/* What could steer a terminal or reorder a line (control and bidirectional characters)
 * becomes U+FFFD, newline and tab a space. NULL gives "". */
const char *show_clean(struct arena *a, const char *s);

/* A member as clean text: strings, numbers, "yes" and "no"; "" when it is absent or null.
 * A list's members are joined by ", ". */
const char *show_get(struct arena *a, const json_t *object, const char *key);

/* The list under `key`, or `v` itself when it is a list. */
const json_t *show_list(const json_t *v, const char *key);

/* "Mon 23 Nov 15:00" in the zone of whoever asks; "" for what is no time. */
const char *show_when(struct arena *a, const json_t *object, const char *key);
/* "3 min ago", "now", "in 2 h", "never" for 0 or nothing; from RFC 3339 or seconds since 1970. */
const char *show_ago(struct arena *a, const json_t *object, const char *key, int64_t now);

/* "SIP", "phone": a transport's name for people. */
const char *show_transport(const char *name);

/* What to dial, a line each transport: of a `dial` object, or one of extract's meetings. */
void show_dial(struct arena *a, const json_t *dial, const char *indent);

#endif
