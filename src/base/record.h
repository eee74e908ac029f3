/*
 * record: typed values as bytes, and back
 *
 * What crosses the reader's boundary and what the store keeps. Each value carries its
 * type and its length; a record that goes wrong once stays wrong, so that one check at
 * the end is enough.
 *
 * Owns:    nothing. Texts that are read point into the bytes, which must outlive them.
 * Threads: one at a time.
 */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

/* Writing cannot fail; the one who reads sets the limits. */
void record_put_u8(struct buf *b, uint8_t v);
void record_put_u32(struct buf *b, uint32_t v);
void record_put_i64(struct buf *b, int64_t v);
void record_put_count(struct buf *b, size_t n); /* of the list that follows; < 2^32 */
void record_put_bytes(struct buf *b, const char *s, size_t n); /* n < 2^32 */

/* NULL stays NULL. What is not UTF-8 becomes U+FFFD, and no more than `max` bytes are
 * written. */
void record_put_text(struct buf *b, const char *s, size_t max);

struct record {
	const char *at, *end;
	const char *wrong; /* a static text, NULL while all is well */
};

void record_open(struct record *r, const char *bytes, size_t size);

/* Each gives 0, NULL or "" once the record is wrong: on another type, past the end, or
 * out of the limits given. */
uint8_t record_u8(struct record *r, uint8_t max);
bool record_bool(struct record *r);
uint32_t record_u32(struct record *r, uint32_t max);
int64_t record_i64(struct record *r, int64_t min, int64_t max);
/* At most `max` items, each of which takes at least `least` bytes of what is left. */
size_t record_count(struct record *r, size_t max, size_t least);
/* NUL-terminated UTF-8 without a NUL inside, of at most `max` bytes. */
const char *record_text(struct record *r, size_t max); /* never NULL */
const char *record_text_or_null(struct record *r, size_t max);
const char *record_bytes(
	struct record *r, size_t max, size_t *ret_n); /* any; NUL after it */

/* For the caller's own checks: the first reason given is kept. */
void record_fail(struct record *r, const char *why);

/* True when nothing went wrong and nothing is left. */
bool record_done(const struct record *r);

#endif
