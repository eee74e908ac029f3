#include "cli/carrier_mail.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/charset.h"
#include "base/transfer.h"
#include "cli/disguise.h"
#include "invite/mime_head.h"

enum { MAX_DEPTH = 16, LINE = 76 };

/* Fields of a message that people see; all others tell of machines. */
static const char *const fields[] = {
	"From", "To", "Cc", "Subject", "Date", "MIME-Version"};

static void put_part(struct arena *a, struct disguise *d, struct buf *b, const char *s,
	size_t n, unsigned depth);

static void
put_quoted(struct buf *b, const char *s, size_t n)
{
	size_t line = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		bool last = i + 1 == n || s[i + 1] == '\n';
		if (c == '\n') {
			buf_char(b, '\n');
			line = 0;
			continue;
		}
		bool plain = (c > 0x20 && c < 0x7f && c != '=') || (c == ' ' && !last);
		if (line + (plain ? 1 : 3) > LINE - 1) {
			buf_str(b, "=\n");
			line = 0;
		}
		if (plain)
			buf_char(b, (char)c);
		else
			buf_printf(b, "=%02X", c);
		line += plain ? 1 : 3;
	}
}

static void
put_base64(struct buf *b, const char *s, size_t n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)s[i] << 16;
		v |= i + 1 < n ? (unsigned)(unsigned char)s[i + 1] << 8 : 0;
		v |= i + 2 < n ? (unsigned char)s[i + 2] : 0;
		buf_char(b, letters[v >> 18]);
		buf_char(b, letters[v >> 12 & 63]);
		buf_char(b, i + 1 < n ? letters[v >> 6 & 63] : '=');
		buf_char(b, i + 2 < n ? letters[v & 63] : '=');
		if (i / 3 % (LINE / 4) == LINE / 4 - 1)
			buf_char(b, '\n');
	}
	buf_char(b, '\n');
}

/* As it was encoded; what was 8bit, or said nothing, is 8bit now. */
static void
put_content(struct buf *b, const char *encoding, const char *s, size_t n)
{
	bool base64 = strcmp(encoding, "base64") == 0;
	bool quoted = strcmp(encoding, "quoted-printable") == 0;
	buf_printf(b, "Content-Transfer-Encoding: %s\n\n",
		base64   ? "base64"
		: quoted ? "quoted-printable"
			 : "8bit");
	if (base64)
		put_base64(b, s, n);
	else if (quoted)
		put_quoted(b, s, n);
	else
		buf_add(b, s, n);
}

static void
put_field(struct arena *a, struct disguise *d, struct buf *b, const struct mime_head *h,
	const char *name)
{
	size_t n;
	const char *value = mime_decode(a, mime_field(a, h, name));
	if (value == NULL)
		return;
	bool plain = strcmp(name, "Date") == 0 || strcmp(name, "MIME-Version") == 0;
	buf_printf(b, "%s: %s\n", name,
		plain ? value : disguise_text(d, value, strlen(value), &n));
}

/* What stands between quotes, or before '<', in a list of addresses. */
static void
learn_field(struct arena *a, struct disguise *d, const char *value)
{
	for (const char *s = value; s != NULL && *s != '\0';) {
		size_t n = *s == '"' ? strcspn(s + 1, "\"") + 2 : 0;
		n = n > strlen(s) ? strlen(s) : n;
		n += strcspn(s + n, ",<");
		if (s[n] == '<')
			disguise_name(d, arena_strndup(a, s, n));
		s += n;
		s += s[0] == '<' ? strcspn(s, ",") : 0;
		s += *s == ',';
		s += strspn(s, " ");
	}
}

/* The content type with its parameters, but for the charset: that is UTF-8 now. */
static void
put_type(struct arena *a, struct buf *b, const char *content_type, const char *type)
{
	static const char *const kept[] = {
		"boundary", "format", "delsp", "method", "type", "component"};
	buf_printf(b, "Content-Type: %s", type);
	if (strncmp(type, "text/", 5) == 0)
		buf_str(b, "; charset=utf-8");
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		const char *value = mime_param(a, content_type, kept[i]);
		if (value != NULL)
			buf_printf(b, ";\n %s=\"%s\"", kept[i], value);
	}
	buf_char(b, '\n');
}

/* The next line "--boundary" or "--boundary--" from `at` on; n when there is none. */
static size_t
delimiter(const char *s, size_t n, size_t at, const char *boundary, size_t *ret_after)
{
	size_t m = strlen(boundary);
	while (at < n) {
		const char *stop = memchr(s + at, '\n', n - at);
		size_t len = stop != NULL ? (size_t)(stop - (s + at)) : n - at;
		if (len >= m + 2 && memcmp(s + at, "--", 2) == 0 &&
			memcmp(s + at + 2, boundary, m) == 0) {
			bool last = len >= m + 4 && memcmp(s + at + 2 + m, "--", 2) == 0;
			*ret_after = last ? n : at + len + (stop != NULL);
			return at;
		}
		at += len + (stop != NULL);
	}
	*ret_after = n;
	return n;
}

static void
put_parts(struct arena *a, struct disguise *d, struct buf *b, const char *boundary,
	const char *s, size_t n, unsigned depth)
{
	size_t at;
	delimiter(s, n, 0, boundary, &at);
	buf_char(b, '\n');
	while (at < n) {
		size_t after, end = delimiter(s, n, at, boundary, &after);
		buf_printf(b, "--%s\n", boundary);
		put_part(a, d, b, s + at, end - at, depth + 1);
		buf_str(b, b->n > 0 && b->s[b->n - 1] == '\n' ? "" : "\n");
		at = after;
	}
	buf_printf(b, "--%s--\n", boundary);
}

static const char *
without_cr(struct arena *a, const char *s, size_t n, size_t *ret_size)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < n; i++)
		if (s[i] != '\r' || i + 1 == n || s[i + 1] != '\n')
			buf_char(&b, s[i]);
	*ret_size = b.n;
	return b.s;
}

static void
put_text(struct arena *a, struct disguise *d, struct buf *b, const char *content_type,
	const char *type, const char *encoding, const char *s, size_t n)
{
	const char *charset = mime_param(a, content_type, "charset");
	bool html = strcmp(type, "text/html") == 0;
	if (strcmp(encoding, "base64") == 0)
		s = transfer_base64(a, s, n, &n);
	else if (strcmp(encoding, "quoted-printable") == 0)
		s = transfer_quoted(a, s, n, false, &n);
	s = html ? charset_html(a, charset, s, n, &n)
		 : charset_text(a, charset, s, n, &n);
	s = without_cr(a, s, n, &n);
	if (html)
		s = carrier_html(a, d, s, n, &n);
	else if (strcmp(type, "text/calendar") == 0)
		s = carrier_calendar(a, d, s, n, &n);
	else
		s = disguise_text(d, s, n, &n);
	put_content(b, encoding, s, n);
}

static void
put_part(struct arena *a, struct disguise *d, struct buf *b, const char *s, size_t n,
	unsigned depth)
{
	struct mime_head h;
	size_t at = mime_head_read(s, n, &h);
	const char *content_type = mime_field(a, &h, "Content-Type");
	const char *type = mime_word(a, content_type);
	const char *boundary = mime_param(a, content_type, "boundary");
	const char *encoding =
		mime_word(a, mime_field(a, &h, "Content-Transfer-Encoding"));
	if (strchr(type, '/') == NULL)
		type = "text/plain";
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		learn_field(a, d,
			i < 3 ? mime_decode(a, mime_field(a, &h, fields[i])) : NULL);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		put_field(a, d, b, &h, fields[i]);
	put_type(a, b, content_type, type);
	if (boundary != NULL && strncmp(type, "multipart/", 10) == 0 &&
		depth < MAX_DEPTH) {
		put_parts(a, d, b, boundary, s + at, n - at, depth);
	} else if (strcmp(type, "message/rfc822") == 0 && depth < MAX_DEPTH) {
		buf_char(b, '\n');
		put_part(a, d, b, s + at, n - at, depth + 1);
	} else if (strncmp(type, "text/", 5) == 0) {
		put_text(a, d, b, content_type, type, encoding, s + at, n - at);
	} else {
		buf_char(b, '\n');
	}
}

char *
carrier_mail(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size)
{
	struct buf b;
	buf_init(&b, a);
	put_part(a, d, &b, s, n, 0);
	*ret_size = b.n;
	return b.s;
}
