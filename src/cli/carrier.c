#include "cli/carrier.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/charset.h"
#include "base/err.h"
#include "cli/carrier_mail.h"
#include "cli/disguise.h"

enum { FOLD = 75, MAX_DEPTH = 64 };

/* iCalendar */

static bool
ends_property(char c)
{
	return c == ':' || c == ';';
}

/* Times and versions: what no person has written. */
static bool
is_plain_property(const char *s, size_t n)
{
	static const char *const names[] = {"BEGIN", "END", "VERSION", "PRODID", "METHOD",
		"CALSCALE", "DTSTART", "DTEND", "DTSTAMP", "DUE", "CREATED",
		"LAST-MODIFIED", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE",
		"STATUS", "TRANSP", "CLASS", "PRIORITY", "DURATION", "TRIGGER", "ACTION",
		"TZID", "TZNAME", "TZOFFSETFROM", "TZOFFSETTO", "TZURL"};
	size_t name = 0;
	while (name < n && !ends_property(s[name]))
		name++;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i]) == name && strncasecmp(names[i], s, name) == 0)
			return true;
	return false;
}

static void
fold(struct buf *b, const char *s, size_t n, const char *end)
{
	for (size_t at = 0, line = 0; at < n; line++) {
		size_t most = FOLD - (line > 0), len = n - at < most ? n - at : most;
		while (at + len < n && len > 1 &&
			((unsigned char)s[at + len] & 0xc0) == 0x80)
			len--;
		buf_str(b, line > 0 ? " " : "");
		buf_add(b, s + at, len);
		buf_str(b, end);
		at += len;
	}
}

/* One line, unfolded; *ret_at is where the next begins. */
static char *
unfolded(struct arena *a, const char *s, size_t n, size_t *ret_at, size_t *ret_size)
{
	struct buf b;
	size_t at = *ret_at;
	buf_init(&b, a);
	for (;;) {
		const char *stop = memchr(s + at, '\n', n - at);
		size_t len = stop != NULL ? (size_t)(stop - (s + at)) : n - at;
		size_t cut = len > 0 && s[at + len - 1] == '\r' ? len - 1 : len;
		buf_add(&b, s + at, cut);
		at += len + (stop != NULL);
		if (at >= n || (s[at] != ' ' && s[at] != '\t'))
			break;
		at++;
	}
	*ret_at = at;
	*ret_size = b.n;
	return b.s;
}

static void
learn_names(struct arena *a, struct disguise *d, const char *line)
{
	for (const char *cn = line; (cn = strcasestr(cn, ";CN=")) != NULL;) {
		cn += strlen(";CN=");
		bool quoted = *cn == '"';
		cn += quoted;
		size_t n = strcspn(cn, quoted ? "\"" : ":;");
		disguise_name(d, arena_strndup(a, cn, n));
	}
}

char *
carrier_calendar(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size)
{
	struct buf b;
	const char *end = memchr(s, '\r', n) != NULL ? "\r\n" : "\n";
	size_t len;
	buf_init(&b, a);
	for (size_t at = 0; at < n;)
		learn_names(a, d, unfolded(a, s, n, &at, &len));
	for (size_t at = 0; at < n;) {
		char *line = unfolded(a, s, n, &at, &len);
		if (!is_plain_property(line, len))
			line = disguise_text(d, line, len, &len);
		fold(&b, line, len, end);
		if (len == 0)
			buf_str(&b, end);
	}
	*ret_size = b.n;
	return b.s;
}

/* JSON */

static void
learn_json(struct disguise *d, const json_t *v, unsigned depth)
{
	static const char *const names[] = {"displayName", "name"};
	static const char *const beside[] = {"email", "address"};
	const char *key;
	json_t *value;
	size_t i;
	if (depth > MAX_DEPTH)
		return;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t k = 0; k < sizeof beside / sizeof *beside; k++)
			if (json_object_get(v, beside[k]) != NULL)
				disguise_name(d,
					json_string_value(json_object_get(v, names[i])));
	json_object_foreach ((json_t *)v, key, value)
		learn_json(d, value, depth + 1);
	json_array_foreach (v, i, value)
		learn_json(d, value, depth + 1);
}

static void
disguise_json(struct disguise *d, json_t *v, unsigned depth)
{
	const char *key;
	json_t *value;
	size_t i;
	if (depth > MAX_DEPTH)
		return;
	if (json_is_string(v)) {
		size_t n;
		char *s =
			disguise_text(d, json_string_value(v), json_string_length(v), &n);
		json_string_setn(v, s, n);
	}
	json_object_foreach (v, key, value)
		disguise_json(d, value, depth + 1);
	json_array_foreach (v, i, value)
		disguise_json(d, value, depth + 1);
}

static int
json_file(struct arena *a, struct disguise *d, const char *s, size_t n, char **ret,
	size_t *ret_size, struct err *err)
{
	json_error_t error;
	json_t *v = json_loadb(s, n, 0, &error);
	if (v == NULL)
		return err_set(err, ERR_BAD_REPLY, "bad_json", "line %d: %s", error.line,
			error.text);
	learn_json(d, v, 0);
	disguise_json(d, v, 0);
	char *text = json_dumps(v, JSON_INDENT(2));
	*ret = arena_printf(a, "%s\n", text != NULL ? text : "");
	*ret_size = strlen(*ret);
	free(text);
	json_decref(v);
	return ERR_NONE;
}

/* Files */

char *
carrier_html(
	struct arena *a, struct disguise *d, const char *s, size_t n, size_t *ret_size)
{
	static const char says[] = "charset=";
	char *text = disguise_text(d, s, n, ret_size);
	char *at = strcasestr(text, says);
	if (at == NULL || at - text > 1024)
		return text;
	at += strlen(says);
	at += *at == '"';
	size_t old = strcspn(at, "\"'; />");
	struct buf b;
	buf_init(&b, a);
	buf_add(&b, text, (size_t)(at - text));
	buf_str(&b, "utf-8");
	buf_add(&b, at + old, *ret_size - (size_t)(at - text) - old);
	*ret_size = b.n;
	return b.s;
}

static bool
named(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return n > m && strcasecmp(name + n - m, end) == 0;
}

int
carrier_disguise(struct arena *a, struct disguise *d, const char *name, const char *bytes,
	size_t size, char **ret, size_t *ret_size, struct err *err)
{
	size_t n;
	if (named(name, ".eml") || named(name, ".mht")) {
		*ret = carrier_mail(a, d, bytes, size, ret_size);
		return ERR_NONE;
	}
	if (named(name, ".html") || named(name, ".htm")) {
		const char *html = charset_html(a, NULL, bytes, size, &n);
		*ret = carrier_html(a, d, html, n, ret_size);
		return ERR_NONE;
	}
	const char *text = charset_text(a, NULL, bytes, size, &n);
	if (named(name, ".ics") || named(name, ".vcs"))
		*ret = carrier_calendar(a, d, text, n, ret_size);
	else if (named(name, ".json"))
		return json_file(a, d, text, n, ret, ret_size, err);
	else
		*ret = disguise_text(d, text, n, ret_size);
	return ERR_NONE;
}
