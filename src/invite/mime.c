/*
 * A message (RFC 5322, 2045, 2046) as one event. A reader of our own: GMime decodes names
 * and addresses while it parses, by whatever charset a stranger names, with modules that
 * iconv opens at first use; the sealed reader may open none.
 */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/charset.h"
#include "base/err.h"
#include "base/transfer.h"
#include "invite/formats.h"
#include "invite/mime_head.h"

enum { MAX_DEPTH = 16, MAX_PARTS = 256 };

struct mail {
	struct draft *d;
	size_t depth, n_parts;
	bool forwarded; /* within a message in the message */
	bool has_calendar;
	struct err *err;
};

struct part {
	struct mime_head head;
	const char *body;
	size_t size;
	const char *type;         /* "text/plain" */
	const char *content_type; /* the whole field, or NULL */
};

static int read_part(struct mail *m, const char *s, size_t n);

static void
part_init(struct mail *m, const char *s, size_t n, struct part *ret)
{
	struct arena *a = m->d->arena;
	size_t body = mime_head_read(s, n, &ret->head);
	ret->body = s + body;
	ret->size = n - body;
	ret->content_type = mime_field(a, &ret->head, "Content-Type");
	ret->type = mime_word(a, ret->content_type);
	if (strchr(ret->type, '/') == NULL)
		ret->type = "text/plain";
}

/* What the part holds, its transfer encoding undone. */
static const char *
content(struct mail *m, const struct part *p, size_t *ret_size)
{
	struct arena *a = m->d->arena;
	const char *encoding =
		mime_word(a, mime_field(a, &p->head, "Content-Transfer-Encoding"));
	if (strcmp(encoding, "base64") == 0)
		return transfer_base64(a, p->body, p->size, ret_size);
	if (strcmp(encoding, "quoted-printable") == 0)
		return transfer_quoted(a, p->body, p->size, false, ret_size);
	*ret_size = p->size;
	return p->body;
}

/* The depth of "> > " at s, and where it ends. A space after it is stuffing (RFC 3676).
 */
static size_t
quote_depth(const char *s, size_t n, size_t *ret_end)
{
	size_t i = 0;
	while (i < n && s[i] == '>')
		i++;
	*ret_end = i + (i < n && s[i] == ' ');
	return i;
}

/* format=flowed: a line that ends in a space goes on in the next of its quote depth. */
static const char *
unflow(struct arena *a, const char *s, size_t n, bool delsp, size_t *ret_size)
{
	struct buf b;
	bool flows = false;
	size_t before = 0;
	buf_init(&b, a);
	for (size_t at = 0; at < n;) {
		const char *line = s + at, *stop = memchr(line, '\n', n - at);
		size_t len = stop != NULL ? (size_t)(stop - line) : n - at, start;
		at += len + 1;
		if (len > 0 && line[len - 1] == '\r')
			len--;
		size_t depth = quote_depth(line, len, &start);
		bool signature = len - start == 3 && memcmp(line + start, "-- ", 3) == 0;
		if (b.n > 0 && !(flows && depth == before && !signature))
			buf_char(&b, '\n');
		if (!(flows && depth == before && !signature)) {
			for (size_t i = 0; i < depth; i++)
				buf_char(&b, '>');
			if (depth > 0)
				buf_char(&b, ' ');
		}
		flows = len > start && line[len - 1] == ' ' && !signature;
		buf_add(&b, line + start, len - start - (flows && delsp));
		before = depth;
	}
	*ret_size = b.n;
	return b.s;
}

/* What a message within the message says is quoted, whatever it looks like. */
static void
add_body(struct mail *m, enum event_body_kind kind, const char *name, const char *s,
	size_t n)
{
	static const char mark[] = "-----Original Message-----";
	struct buf b;
	if (m->forwarded && draft_text(s) != NULL) {
		buf_init(&b, m->d->arena);
		buf_str(&b, mark);
		buf_str(&b, kind == EVENT_HTML ? "<br>\n" : "\n");
		buf_add(&b, s, n);
		s = b.s;
		n = b.n;
	}
	draft_body(m->d, kind, name, s, n);
}

static bool
says(const char *param, const char *word)
{
	return param != NULL && strcasecmp(param, word) == 0;
}

static void
read_plain(struct mail *m, const struct part *p)
{
	struct arena *a = m->d->arena;
	size_t n;
	const char *s = content(m, p, &n);
	s = charset_text(a, mime_param(a, p->content_type, "charset"), s, n, &n);
	if (says(mime_param(a, p->content_type, "format"), "flowed"))
		s = unflow(a, s, n, says(mime_param(a, p->content_type, "delsp"), "yes"),
			&n);
	add_body(m, EVENT_TEXT, "body", s, n);
}

static void
read_html(struct mail *m, const struct part *p)
{
	struct arena *a = m->d->arena;
	size_t n;
	const char *s = content(m, p, &n);
	s = charset_html(a, mime_param(a, p->content_type, "charset"), s, n, &n);
	add_body(m, EVENT_HTML, "body", s, n);
}

/* The calendar part of a message in the message is text like the rest of it. */
static void
quote_event(struct mail *m, const struct draft *inner)
{
	struct buf b;
	buf_init(&b, m->d->arena);
	if (inner->event.location != NULL)
		buf_str(&b, inner->event.location);
	for (size_t i = 0; i < inner->n_entries; i++) {
		buf_char(&b, '\n');
		buf_str(&b, inner->entries[i].uri);
	}
	add_body(m, EVENT_TEXT, "LOCATION", b.s, b.n);
	for (size_t i = 0; i < inner->n_bodies; i++)
		add_body(m, inner->bodies[i].kind, inner->bodies[i].name,
			inner->bodies[i].text, inner->bodies[i].size);
}

/* The first that can be read tells the event; what cannot be read leaves the mail's text.
 */
static void
read_calendar(struct mail *m, const struct part *p)
{
	struct arena *a = m->d->arena;
	struct draft inner;
	size_t n;
	if (m->has_calendar && !m->forwarded)
		return;
	const char *s = content(m, p, &n);
	s = charset_text(a, mime_param(a, p->content_type, "charset"), s, n, &n);
	draft_init(&inner, a);
	if (!m->forwarded)
		inner = *m->d;
	bool whole = ics_read(&inner, s, n, NULL) == ERR_NONE;
	if (m->forwarded) {
		if (whole)
			quote_event(m, &inner);
		return;
	}
	if (whole)
		*m->d = inner;
	m->d->calendar = s;
	m->d->calendar_size = n;
	m->has_calendar = whole;
	m->d->event.cancelled |= says(mime_param(a, p->content_type, "method"), "CANCEL");
}

/* Whether the line at s is the boundary's; *ret_last: the one after the last part. */
static bool
is_delimiter(const char *s, size_t n, const char *boundary, size_t len, bool *ret_last)
{
	if (n < len + 2 || s[0] != '-' || s[1] != '-' ||
		memcmp(s + 2, boundary, len) != 0)
		return false;
	size_t i = len + 2;
	bool last = n - i >= 2 && s[i] == '-' && s[i + 1] == '-';
	i += last ? 2 : 0;
	while (i < n && strchr(" \t\r\n", s[i]) != NULL && s[i] != '\0')
		i++;
	if (i < n)
		return false;
	*ret_last = last;
	return true;
}

/* The line's end before a delimiter is the delimiter's. */
static size_t
without_line_end(const char *s, size_t n)
{
	n -= n > 0 && s[n - 1] == '\n';
	n -= n > 0 && s[n - 1] == '\r';
	return n;
}

static int
read_multipart(struct mail *m, const struct part *p, const char *boundary)
{
	const char *s = p->body, *end = s + p->size, *part = NULL;
	size_t len = strlen(boundary);
	bool last = false;
	int r = ERR_NONE;
	for (const char *line = s; line < end && !last && r == ERR_NONE;) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		const char *next = stop != NULL ? stop + 1 : end;
		if (is_delimiter(line, (size_t)(next - line), boundary, len, &last)) {
			if (part != NULL)
				r = read_part(m, part,
					without_line_end(part, (size_t)(line - part)));
			part = next;
		}
		line = next;
	}
	if (r == ERR_NONE && part != NULL && !last)
		r = read_part(m, part, (size_t)(end - part));
	m->d->cut_short |= !last;
	return r;
}

static int
read_message(struct mail *m, const struct part *p)
{
	size_t n;
	const char *s = content(m, p, &n);
	bool outer = m->forwarded;
	m->forwarded = true;
	int r = read_part(m, s, n);
	m->forwarded = outer;
	return r;
}

static bool
is_calendar(struct arena *a, const struct part *p, const char *disposition)
{
	static const char *const types[] = {
		"text/calendar", "application/ics", "text/x-vcalendar"};
	const char *name = mime_param(a, disposition, "filename");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(p->type, types[i]) == 0)
			return true;
	if (name == NULL)
		name = mime_param(a, p->content_type, "name");
	size_t n = name != NULL ? strlen(name) : 0;
	return n > 4 && strcasecmp(name + n - 4, ".ics") == 0;
}

/* Outlook's rich text, in a format of its own (MS-OXTNEF). */
static bool
is_tnef(const struct part *p)
{
	return strcmp(p->type, "application/ms-tnef") == 0 ||
	       strcmp(p->type, "application/vnd.ms-tnef") == 0;
}

static void
read_leaf(struct mail *m, const struct part *p)
{
	struct arena *a = m->d->arena;
	const char *disposition = mime_field(a, &p->head, "Content-Disposition");
	if (is_tnef(p))
		draft_unread(m->d,
			"winmail.dat, Outlook's own format; have it sent as HTML or .ics");
	else if (is_calendar(a, p, disposition))
		read_calendar(m, p);
	else if (strcmp(mime_word(a, disposition), "attachment") == 0)
		return;
	else if (strcmp(p->type, "text/plain") == 0)
		read_plain(m, p);
	else if (strcmp(p->type, "text/html") == 0)
		read_html(m, p);
}

static int
too_many_parts(struct err *err)
{
	err_set(err, ERR_LIMIT, "mail_too_many_parts",
		"a message of more than %d parts, or more than %d within each other",
		MAX_PARTS, MAX_DEPTH);
	err_cure(err, "Save the invitation itself, not a message that holds it.");
	return ERR_LIMIT;
}

static int
read_part(struct mail *m, const char *s, size_t n)
{
	struct part p;
	int r = ERR_NONE;
	if (m->depth == MAX_DEPTH || ++m->n_parts > MAX_PARTS)
		return too_many_parts(m->err);
	part_init(m, s, n, &p);
	const char *boundary =
		strncmp(p.type, "multipart/", 10) == 0
			? mime_param(m->d->arena, p.content_type, "boundary")
			: NULL;
	m->depth++;
	if (boundary != NULL && *boundary != '\0')
		r = read_multipart(m, &p, boundary);
	else if (strcmp(p.type, "message/rfc822") == 0)
		r = read_message(m, &p);
	else
		read_leaf(m, &p);
	m->depth--;
	return r;
}

int
mime_read(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	struct arena *a = d->arena;
	struct mail m = {.d = d, .err = err};
	struct mime_head head;
	const char *address, *name;
	size_t lead = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	while (lead < size && (bytes[lead] == '\r' || bytes[lead] == '\n'))
		lead++;
	bytes += lead;
	size -= lead;
	int r = read_part(&m, bytes, size);
	if (r != ERR_NONE)
		return r;
	mime_head_read(bytes, size, &head);
	if (d->event.subject == NULL)
		d->event.subject =
			draft_text(mime_decode(a, mime_field(a, &head, "Subject")));
	mime_address(a, mime_field(a, &head, "From"), &address, &name);
	if (d->event.organizer == NULL) {
		d->event.organizer = address;
		d->event.organizer_name = name;
	}
	return ERR_NONE;
}
