/*
 * bundle: the files of a directory as one piece
 *
 * What the core reads from a disk and the reader looks into.
 *
 * Owns:    nothing. What is read points into the bytes.
 * Threads: any.
 */
#ifndef CALENDAR_BUNDLE_H
#define CALENDAR_BUNDLE_H

#include "base/err.h"
#include "base/record.h"

enum {
	BUNDLE_MAX_FILES = 5000,
	BUNDLE_MAX_FILE = 4 << 20,
	BUNDLE_MAX_BYTES = 7 << 20, /* of all files */
	BUNDLE_MAX_NAME = 255,
};

struct bundle_file {
	const char *name;
	const char *bytes;
	size_t size;
	struct err err; /* why there are no bytes; grade 0: they are there */
};

/* As many as were said by record_put_count. */
void bundle_put(struct buf *b, const struct bundle_file *f);
void bundle_get(struct record *r, struct bundle_file *ret);

#endif
