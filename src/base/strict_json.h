/*
 * strict_json: a JSON document from a stranger
 *
 * Limits are checked by a scan of our own before jansson sees a byte; duplicate keys,
 * NULs, invalid UTF-8 and anything after the value refuse the whole document.
 *
 * Owns:    the result is a new reference (json_decref).
 * Threads: any.
 */
#ifndef BASE_STRICT_JSON_H
#define BASE_STRICT_JSON_H

#include <jansson.h>

struct err;

enum {
	STRICT_JSON_MAX_BYTES = 8 << 20,
	STRICT_JSON_MAX_DEPTH = 64,
	STRICT_JSON_MAX_VALUES = 200000, /* and member names */
};

/* Before a process seals itself: what jansson would open for its hashes. */
void strict_json_setup(void);

/* An object or a list. ERR_BAD_REPLY when it is not JSON or not allowed here, ERR_LIMIT
 * past a limit. */
int strict_json_read(const char *bytes, size_t size, json_t **ret, struct err *err);

/* The member that is a string; NULL: absent, or something else. `o` may be NULL. */
const char *strict_json_text(const json_t *o, const char *name);

#endif
