/* A file as an event: what it is by its name, else by what is in it. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/charset.h"
#include "base/err.h"
#include "base/strict_json.h"
#include "base/zone.h"
#include "invite/formats.h"
#include "invite/html.h"

enum { LOOKED_AT = 4096 };

void
invite_preload(void)
{
	charset_setup();
	zone_setup();
	strict_json_setup();
}

static int
read_text(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	(void)err;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	draft_body(d, EVENT_TEXT, "body", text, n);
	return ERR_NONE;
}

static int
read_html(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	(void)err;
	const char *text = charset_html(d->arena, NULL, bytes, size, &n);
	draft_body(d, EVENT_HTML, "body", text, n);
	return ERR_NONE;
}

static int
read_ics(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	size_t lead = strspn(text, " \t\r\n");
	return ics_read(d, text + lead, n - lead, err);
}

static int
read_json(struct draft *d, const char *bytes, size_t size, struct err *err)
{
	size_t n;
	const char *text = charset_text(d->arena, NULL, bytes, size, &n);
	return json_event_read(d, text, n, err);
}

/* What a text begins with, without blanks before it. */

static bool
begins(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

static bool
is_ics(const char *s)
{
	return begins(s, "BEGIN:VCALENDAR");
}

static bool
is_json(const char *s)
{
	return *s == '{' && strchr("\"}", s[1 + strspn(s + 1, " \t\r\n")]) != NULL;
}

static bool
is_html(const char *s)
{
	static const char *const first[] = {
		"<!doctype html", "<html", "<head", "<body", "<!--"};
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		if (begins(s, first[i]))
			return true;
	return *s == '<' && html_in_text(s, strlen(s));
}

/* A field's name and colon, or the line that a mailbox file has before it. */
static bool
is_header(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789-_");
	return begins(s, "From ") || (n > 0 && s[n + strspn(s + n, " \t")] == ':');
}

/* Text for people also begins with "From: … Sent: …"; these only mail programs write. */
static bool
is_mail(const char *s)
{
	static const char *const fields[] = {"Received:", "Return-Path:", "Message-ID:",
		"MIME-Version:", "Content-Type:", "Delivered-To:", "DKIM-Signature:"};
	if (!is_header(s))
		return false;
	while (*s != '\0' && *s != '\n' && *s != '\r') {
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			if (begins(s, fields[i]))
				return true;
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	return false;
}

static bool
is_text(const char *s)
{
	(void)s;
	return true;
}

/*
 * In the order in which content is looked at. `may_be` is asked when the name says what
 * it is, `is` when it does not.
 */
static const struct format {
	const char *endings[3];
	const char *called;
	bool (*is)(const char *text);
	bool (*may_be)(const char *text);
	int (*read)(struct draft *d, const char *bytes, size_t size, struct err *err);
} formats[] = {
	{{".ics", ".vcs"}, "an iCalendar file", is_ics, is_ics, read_ics},
	{{".json"}, "JSON", is_json, is_json, read_json},
	{{".eml", ".mht"}, "a mail message", is_mail, is_header, mime_read},
	{{".html", ".htm"}, "HTML", is_html, is_text, read_html},
	{{".txt"}, "text", is_text, is_text, read_text},
};

/* Files of other programs, by the bytes that they begin with. */
static const struct {
	const char *bytes;
	size_t n;
	const char *called;
} binaries[] = {
	{"\xd0\xcf\x11\xe0", 4, "an Outlook .msg or old Office file"},
	{"PK\x03\x04", 4, "a .docx or other zip file"},
	{"%PDF-", 5, "a PDF file"},
	{"{\\rtf", 5, "an RTF file"},
	{"\x89PNG", 4, "a picture"},
	{"\xff\xd8\xff", 3, "a picture"},
	{"GIF8", 4, "a picture"},
	{"\x1f\x8b", 2, "a gzip file"},
	{"\x78\x9f\x3e\x22", 4, "Outlook's winmail.dat"},
};

/* What it is when it is no text; else NULL. UTF-16 has NULs on one side alone. */
static const char *
binary(const char *s, size_t n)
{
	size_t nul[2] = {0};
	for (size_t i = 0; i < sizeof binaries / sizeof *binaries; i++)
		if (n >= binaries[i].n &&
			memcmp(s, binaries[i].bytes, binaries[i].n) == 0)
			return binaries[i].called;
	for (size_t i = 0; i < n && i < LOOKED_AT; i++)
		nul[i % 2] += s[i] == '\0';
	return nul[0] > 0 && nul[1] > 0 ? "a binary file" : NULL;
}

static const struct format *
by_name(const char *name)
{
	const char *dot = name != NULL ? strrchr(name, '.') : NULL;
	for (size_t i = 0; dot != NULL && i < sizeof formats / sizeof *formats; i++)
		for (size_t k = 0; k < 3 && formats[i].endings[k] != NULL; k++)
			if (strcasecmp(formats[i].endings[k], dot) == 0)
				return &formats[i];
	return NULL;
}

static const struct format *
by_content(const char *text)
{
	const struct format *f = formats;
	while (!f->is(text))
		f++;
	return f;
}

static int
refuse(struct err *err, const char *what)
{
	err_set(err, ERR_BAD_REPLY, "not_an_invite", "%s, which is not read here", what);
	err_cure(err, "Save the meeting or message as .ics, .eml, .html or .txt.");
	return ERR_BAD_REPLY;
}

static int
misnamed(struct err *err, const struct format *said, const struct format *is)
{
	err_set(err, ERR_BAD_REPLY, "misnamed", "by its name %s, but it looks like %s",
		said->called, is->called);
	err_cure(err, "Name it by what it is: .txt, .html, .eml, .ics or .json. On "
		      "standard input its content decides.");
	return ERR_BAD_REPLY;
}

int
invite_read_file(struct arena *a, const char *name, const char *bytes, size_t size,
	struct event *ret_event, struct err *err)
{
	struct draft d;
	size_t n;
	const char *other = binary(bytes, size);
	if (other != NULL)
		return refuse(err, other);
	const char *text =
		charset_text(a, NULL, bytes, size < LOOKED_AT ? size : LOOKED_AT, &n);
	text += strspn(text, " \t\r\n");
	const struct format *format = by_name(name);
	if (format == NULL)
		format = by_content(text);
	else if (!format->may_be(text))
		return misnamed(err, format, by_content(text));
	draft_init(&d, a);
	int r = format->read(&d, bytes, size, err);
	if (r == ERR_NONE)
		draft_event(&d, ret_event);
	return r;
}
