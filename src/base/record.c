#include "base/record.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* The first byte of each value. Numbers are little-endian and of fixed size. */
enum {
	TYPE_U8 = 'b',
	TYPE_U32 = 'u',
	TYPE_I64 = 'i',
	TYPE_COUNT = 'n',
	TYPE_TEXT = 's',
	TYPE_NULL = '-',
	TYPE_BYTES = 'x',
};

static void
put_number(struct buf *b, char type, uint64_t v, size_t bytes)
{
	char out[9] = {type};
	for (size_t i = 0; i < bytes; i++)
		out[1 + i] = (char)(v >> (8 * i) & 0xff);
	buf_add(b, out, 1 + bytes);
}

void
record_put_u8(struct buf *b, uint8_t v)
{
	put_number(b, TYPE_U8, v, 1);
}

void
record_put_u32(struct buf *b, uint32_t v)
{
	put_number(b, TYPE_U32, v, 4);
}

void
record_put_i64(struct buf *b, int64_t v)
{
	put_number(b, TYPE_I64, (uint64_t)v, 8);
}

void
record_put_count(struct buf *b, size_t n)
{
	put_number(b, TYPE_COUNT, n, 4);
}

void
record_put_bytes(struct buf *b, const char *s, size_t n)
{
	put_number(b, TYPE_BYTES, n, 4);
	buf_add(b, s, n);
	buf_char(b, '\0');
}

/* The text with U+FFFD for each malformed byte, cut before `max`. */
static void
put_repaired(struct buf *b, const char *s, size_t n, size_t max)
{
	size_t head = b->n, written = 0;
	put_number(b, TYPE_TEXT, 0, 4);
	for (size_t i = 0; i < n;) {
		unsigned cp;
		char out[4];
		i += utf8_next(s + i, n - i, &cp);
		size_t len = utf8_put(cp, out);
		if (written + len > max)
			break;
		buf_add(b, out, len);
		written += len;
	}
	for (size_t i = 0; i < 4; i++)
		b->s[head + 1 + i] = (char)(written >> (8 * i) & 0xff);
	buf_char(b, '\0');
}

void
record_put_text(struct buf *b, const char *s, size_t max)
{
	if (s == NULL) {
		buf_char(b, TYPE_NULL);
		return;
	}
	size_t n = strlen(s);
	if (!utf8_valid(s, n)) {
		put_repaired(b, s, n, max);
		return;
	}
	n = utf8_cut(s, n, max);
	put_number(b, TYPE_TEXT, n, 4);
	buf_add(b, s, n);
	buf_char(b, '\0');
}

void
record_open(struct record *r, const char *bytes, size_t size)
{
	*r = (struct record){.at = bytes, .end = bytes + size};
}

void
record_fail(struct record *r, const char *why)
{
	if (r->wrong == NULL)
		r->wrong = why;
}

static size_t
left(const struct record *r)
{
	return (size_t)(r->end - r->at);
}

static uint64_t
get_number(struct record *r, char type, size_t bytes)
{
	if (r->wrong == NULL && left(r) < 1 + bytes)
		record_fail(r, "it ends early");
	if (r->wrong == NULL && *r->at != type)
		record_fail(r, "a value of another type");
	if (r->wrong != NULL)
		return 0;
	uint64_t v = 0;
	for (size_t i = 0; i < bytes; i++)
		v |= (uint64_t)(unsigned char)r->at[1 + i] << (8 * i);
	r->at += 1 + bytes;
	return v;
}

uint8_t
record_u8(struct record *r, uint8_t max)
{
	uint8_t v = (uint8_t)get_number(r, TYPE_U8, 1);
	if (v > max) {
		record_fail(r, "a number out of range");
		return 0;
	}
	return v;
}

bool
record_bool(struct record *r)
{
	return record_u8(r, 1) != 0;
}

uint32_t
record_u32(struct record *r, uint32_t max)
{
	uint32_t v = (uint32_t)get_number(r, TYPE_U32, 4);
	if (v > max) {
		record_fail(r, "a number out of range");
		return 0;
	}
	return v;
}

int64_t
record_i64(struct record *r, int64_t min, int64_t max)
{
	int64_t v = (int64_t)get_number(r, TYPE_I64, 8);
	if (r->wrong == NULL && (v < min || v > max))
		record_fail(r, "a number out of range");
	return r->wrong == NULL ? v : 0;
}

size_t
record_count(struct record *r, size_t max, size_t least)
{
	size_t n = (size_t)get_number(r, TYPE_COUNT, 4);
	if (n > max || n > left(r) / (least > 0 ? least : 1)) {
		record_fail(r, "a list too long");
		return 0;
	}
	return n;
}

/* `n` bytes and a NUL, which were announced by what was just read. */
static const char *
take(struct record *r, size_t n, size_t max)
{
	if (r->wrong == NULL && n > max)
		record_fail(r, "a text too long");
	if (r->wrong == NULL && (left(r) < n + 1 || r->at[n] != '\0'))
		record_fail(r, "it ends early");
	if (r->wrong != NULL)
		return NULL;
	const char *s = r->at;
	r->at += n + 1;
	return s;
}

const char *
record_text_or_null(struct record *r, size_t max)
{
	if (r->wrong == NULL && left(r) > 0 && *r->at == TYPE_NULL) {
		r->at++;
		return NULL;
	}
	size_t n = (size_t)get_number(r, TYPE_TEXT, 4);
	const char *s = take(r, n, max);
	if (s != NULL && (!utf8_valid(s, n) || memchr(s, '\0', n) != NULL)) {
		record_fail(r, "a text that is not UTF-8");
		return NULL;
	}
	return s;
}

const char *
record_text(struct record *r, size_t max)
{
	const char *s = record_text_or_null(r, max);
	if (s == NULL)
		record_fail(r, "a text that is missing");
	return s != NULL ? s : "";
}

const char *
record_bytes(struct record *r, size_t max, size_t *ret_n)
{
	size_t n = (size_t)get_number(r, TYPE_BYTES, 4);
	const char *s = take(r, n, max);
	*ret_n = s != NULL ? n : 0;
	return s != NULL ? s : "";
}

bool
record_done(const struct record *r)
{
	return r->wrong == NULL && r->at == r->end;
}
