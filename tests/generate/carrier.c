/* What an invite comes in. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "generate/parts.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void
give(struct sample *s, const char *file, const char *bytes, size_t size)
{
	s->file = file;
	s->bytes = bytes;
	s->size = size;
}

static const char *
some_text(
	struct arena *a, struct dice *d, const struct filled *f, const struct wrapper *w)
{
	const char *newline = chance(d, 30) ? "\r\n" : "\n";
	return render_text(a, &f->doc, w, (int)dice_roll(d, TEXT_STYLES), newline);
}

static const char *
some_html(
	struct arena *a, struct dice *d, const struct filled *f, const struct wrapper *w)
{
	return render_html(a, &f->doc, w, (int)dice_roll(d, HTML_STYLES));
}

static void
as_text(struct arena *a, struct dice *d, const struct filled *f, const struct wrapper *w,
	struct sample *s)
{
	const char *text = some_text(a, d, f, w);
	give(s, "invite.txt", text, strlen(text));
}

static void
as_html(struct arena *a, struct dice *d, const struct filled *f, const struct wrapper *w,
	struct sample *s)
{
	const char *text = some_html(a, d, f, w);
	give(s, "invite.html", text, strlen(text));
}

/* Mail */

static const char base64[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
put_base64(struct buf *b, const char *bytes, size_t n)
{
	const unsigned char *s = (const unsigned char *)bytes;
	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)s[i] << 16 |
			     (i + 1 < n ? (unsigned)s[i + 1] << 8 : 0) |
			     (i + 2 < n ? s[i + 2] : 0u);
		buf_char(b, base64[v >> 18]);
		buf_char(b, base64[v >> 12 & 63]);
		buf_char(b, i + 1 < n ? base64[v >> 6 & 63] : '=');
		buf_char(b, i + 2 < n ? base64[v & 63] : '=');
		if (i % 57 == 54)
			buf_str(b, "\r\n");
	}
	buf_str(b, "\r\n");
}

static void
put_quoted(struct buf *b, struct dice *d, const char *s, size_t n)
{
	size_t column = 0;
	bool dots = chance(d, 30);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '\n' || (c == '\r' && i + 1 < n && s[i + 1] == '\n')) {
			buf_str(b, "\r\n");
			i += c == '\r';
			column = 0;
			continue;
		}
		bool last = i + 1 == n || s[i + 1] == '\n' || s[i + 1] == '\r';
		bool escaped = c == '=' || c < 0x20 || c > 0x7e || (c == ' ' && last) ||
			       (c == '.' && dots);
		size_t width = escaped ? 3 : 1;
		if (column + width > 75) {
			buf_str(b, "=\r\n");
			column = 0;
		}
		if (escaped)
			buf_printf(b, "=%02X", c);
		else
			buf_char(b, (char)c);
		column += width;
	}
	buf_str(b, "\r\n");
}

/* Latin-1, or NULL when some character is not in it. */
static const char *
to_latin1(struct arena *a, const char *s)
{
	struct buf b;
	buf_init(&b, a);
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		if (c < 0x80) {
			buf_char(&b, *s);
		} else if (c == 0xc2 || c == 0xc3) {
			buf_char(&b, (char)((c & 3) << 6 | ((unsigned char)s[1] & 63)));
			s++;
		} else {
			return NULL;
		}
	}
	return b.s;
}

static void
put_part(struct arena *a, struct dice *d, struct buf *b, const char *type,
	const char *text)
{
	const char *charset = "utf-8", *latin = chance(d, 40) ? to_latin1(a, text) : NULL;
	if (latin != NULL) {
		charset = chance(d, 50) ? "iso-8859-1" : "Windows-1252";
		text = latin;
	}
	uint32_t how = dice_roll(d, 3);
	buf_printf(b,
		"Content-Type: %s; charset=\"%s\"\r\nContent-Transfer-Encoding: %s\r\n\r\n",
		type, charset,
		how == 0   ? "base64"
		: how == 1 ? "quoted-printable"
			   : "8bit");
	if (how == 0)
		put_base64(b, text, strlen(text));
	else if (how == 1)
		put_quoted(b, d, text, strlen(text));
	else
		buf_printf(b, "%s\r\n", text);
}

static void
put_mail_head(struct buf *b, const struct filled *f)
{
	buf_printf(b,
		"From: Ann Example <ann@example.com>\r\nTo: sea-38-0021@example.com\r\n"
		"Subject: %s\r\nDate: Mon, 23 Nov 2026 09:12:45 +0000\r\n"
		"Message-ID: <20261123091245.4711@mail.example.com>\r\nMIME-Version: 1.0\r\n",
		f->subject);
}

static void
as_mail_text(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	struct buf b;
	buf_init(&b, a);
	put_mail_head(&b, f);
	put_part(a, d, &b, "text/plain", some_text(a, d, f, w));
	give(s, "invite.eml", b.s, b.n);
}

static void
as_mail_html(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	struct buf b;
	buf_init(&b, a);
	put_mail_head(&b, f);
	put_part(a, d, &b, "text/html", some_html(a, d, f, w));
	give(s, "invite.eml", b.s, b.n);
}

static void
as_mail_both(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	struct buf b;
	buf_init(&b, a);
	put_mail_head(&b, f);
	buf_str(&b, "Content-Type: multipart/alternative; boundary=\"=_Part_1\"\r\n\r\n"
		    "--=_Part_1\r\n");
	put_part(a, d, &b, "text/plain", some_text(a, d, f, w));
	buf_str(&b, "--=_Part_1\r\n");
	put_part(a, d, &b, "text/html", some_html(a, d, f, w));
	buf_str(&b, "--=_Part_1--\r\n");
	give(s, "invite.eml", b.s, b.n);
}

/* iCalendar (RFC 5545) */

/* Folded after `width` bytes, never within a character. */
static void
put_property(
	struct buf *b, const char *name, const char *value, size_t width, bool escape)
{
	size_t column = strlen(name) + 1;
	buf_printf(b, "%s:", name);
	for (const char *s = value; *s != '\0'; s++) {
		const char *out = NULL;
		char one[2] = {*s, '\0'};
		if (*s == '\r')
			continue;
		if (*s == '\n')
			out = width % 7 == 0 ? "\\N" : "\\n";
		else if (escape && (*s == ',' || *s == ';' || *s == '\\'))
			out = *s == ',' ? "\\," : *s == ';' ? "\\;" : "\\\\";
		else
			out = one;
		bool begins = ((unsigned char)*s & 0xc0) != 0x80;
		if (begins && column + strlen(out) > width) {
			buf_str(b, "\r\n ");
			column = 1;
		}
		buf_str(b, out);
		column += strlen(out);
	}
	buf_str(b, "\r\n");
}

static const char *
entry_property(const struct filled *f)
{
	if (strcmp(f->provider, "teams") == 0)
		return "X-MICROSOFT-SKYPETEAMSMEETINGURL";
	return strcmp(f->provider, "meet") == 0 ? "X-GOOGLE-CONFERENCE" : NULL;
}

static void
put_event(struct arena *a, struct dice *d, const struct filled *f, const char *text,
	const char *html, struct sample *s)
{
	struct buf b;
	size_t width = chance(d, 50) ? 75 : 30 + dice_roll(d, 45);
	buf_init(&b, a);
	buf_str(&b,
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nMETHOD:REQUEST\r\n"
		"BEGIN:VEVENT\r\nUID:4711-0815@example.com\r\nDTSTAMP:20261120T101112Z\r\n"
		"DTSTART:20261123T150000Z\r\nDTEND:20261123T160000Z\r\n");
	put_property(&b, "SUMMARY", f->subject, width, true);
	if (text != NULL)
		put_property(&b, "DESCRIPTION", text, width, true);
	if (html != NULL)
		put_property(&b, "X-ALT-DESC;FMTTYPE=text/html", html, width, true);
	if (f->location != NULL)
		put_property(&b, "LOCATION", f->location, width, true);
	if (entry_property(f) != NULL && f->n_entries > 0 && chance(d, 60))
		put_property(&b, entry_property(f), f->entries[0].uri, width, false);
	buf_str(&b, "END:VEVENT\r\nEND:VCALENDAR\r\n");
	give(s, "invite.ics", b.s, b.n);
}

static void
as_ics(struct arena *a, struct dice *d, const struct filled *f, const struct wrapper *w,
	struct sample *s)
{
	put_event(a, d, f, some_text(a, d, f, w), NULL, s);
}

static void
as_ics_both(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	const char *text =
		chance(d, 30) ? "Join the meeting now\n" : some_text(a, d, f, w);
	put_event(a, d, f, text, some_html(a, d, f, w), s);
}

/* The calendars' own JSON */

static void
give_json(struct arena *a, struct sample *s, const char *file, json_t *o)
{
	char *text = json_dumps(o, JSON_INDENT(1));
	const char *kept = arena_strdup(a, text);
	free(text);
	json_decref(o);
	give(s, file, kept, strlen(kept));
}

static void
put_graph(struct arena *a, struct dice *d, const struct filled *f, const char *type,
	const char *content, struct sample *s)
{
	json_t *o = json_pack("{s:s,s:s,s:{s:s,s:s},s:{s:s,s:s},s:{s:s,s:s},s:s}", "id",
		"AAMk1", "subject", f->subject, "body", "contentType", type, "content",
		content, "start", "dateTime", "2026-11-23T15:00:00.0000000", "timeZone",
		"UTC", "end", "dateTime", "2026-11-23T16:00:00.0000000", "timeZone",
		"UTC", "iCalUId", "0400001");
	if (f->location != NULL)
		json_object_set_new(
			o, "location", json_pack("{s:s}", "displayName", f->location));
	if (f->n_entries > 0 && strcmp(f->provider, "teams") == 0 && chance(d, 70))
		json_object_set_new(o, "onlineMeeting",
			json_pack("{s:s}", "joinUrl", f->entries[0].uri));
	give_json(a, s, "invite.json", o);
}

static void
as_graph_text(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	put_graph(a, d, f, "text", some_text(a, d, f, w), s);
}

static void
as_graph_html(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	put_graph(a, d, f, "html", some_html(a, d, f, w), s);
}

static void
set_text(json_t *o, const char *name, const char *value)
{
	if (value != NULL)
		json_object_set_new(o, name, json_string(value));
}

static void
put_google(struct arena *a, struct dice *d, const struct filled *f,
	const char *description, struct sample *s)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:{s:s},s:{s:s},s:s}", "kind",
		"calendar#event", "id", "7cbh8rpc10", "status", "confirmed", "summary",
		f->subject, "start", "dateTime", "2026-11-23T15:00:00Z", "end",
		"dateTime", "2026-11-23T16:00:00Z", "iCalUID", "7cbh8rpc10@google.com");
	set_text(o, "description", description);
	set_text(o, "location", f->location);
	if (f->n_entries > 0 && strcmp(f->provider, "teams") != 0 && chance(d, 60)) {
		json_t *points = json_array();
		for (size_t i = 0; i < f->n_entries; i++) {
			const struct entry *e = &f->entries[i];
			json_t *p = json_pack(
				"{s:s,s:s}", "entryPointType", e->kind, "uri", e->uri);
			set_text(p, "pin", e->pin);
			set_text(p, "meetingCode", e->meeting_code);
			set_text(p, "accessCode", e->access_code);
			set_text(p, "passcode", e->passcode);
			json_array_append_new(points, p);
		}
		json_object_set_new(
			o, "conferenceData", json_pack("{s:o}", "entryPoints", points));
	}
	give_json(a, s, "invite.json", o);
}

static void
as_google_text(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	put_google(a, d, f, some_text(a, d, f, w), s);
}

static void
as_google_html(struct arena *a, struct dice *d, const struct filled *f,
	const struct wrapper *w, struct sample *s)
{
	put_google(a, d, f, render_html(a, &f->doc, w, 1), s);
}

static const struct carrier carriers[] = {{"text", true, as_text},
	{"html", false, as_html}, {"html", false, as_html},
	{"mail text", true, as_mail_text}, {"mail html", false, as_mail_html},
	{"mail both", false, as_mail_both}, {"ics text", true, as_ics},
	{"ics both", false, as_ics_both}, {"graph text", true, as_graph_text},
	{"graph html", false, as_graph_html}, {"google text", true, as_google_text},
	{"google html", false, as_google_html}};

const struct carrier *
carrier_pick(struct dice *d, bool plain)
{
	size_t i = dice_roll(d, COUNT(carriers));
	return &carriers[plain ? 0 : i];
}
