#include "invite/ics_line.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/charset.h"
#include "base/err.h"
#include "base/transfer.h"

/* Whether a property's head, up to the colon, says that its value is quoted-printable. */
static bool
is_quoted_printable(const char *s, size_t n)
{
	static const char word[] = "QUOTED-PRINTABLE";
	for (; n >= sizeof word - 1 && *s != ':'; s++, n--)
		if (strncasecmp(s, word, sizeof word - 1) == 0)
			return true;
	return false;
}

/*
 * Lines become NUL-terminated texts, one after the other. A quoted-printable value goes
 * on after a "=" at the line's end (vCalendar 1.0); its line breaks stay for the decoder.
 */
int
ics_lines_open(struct ics_lines *l, struct arena *a, const char *text, size_t size,
	struct err *err)
{
	if (size > ICS_MAX_BYTES) {
		err_set(err, ERR_LIMIT, "ics_too_large",
			"an iCalendar file of %zu bytes; at most %d KiB are read", size,
			ICS_MAX_BYTES >> 10);
		err_cure(err, "Save the one meeting, without attachments.");
		return ERR_LIMIT;
	}
	char *out = arena_alloc(a, size + 2), *to = out;
	bool quoted = false;
	for (const char *at = text, *end = text + size; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char *next = stop != NULL ? stop + 1 : end;
		size_t n = (size_t)((stop != NULL ? stop : end) - at);
		if (n > ICS_MAX_LINE) {
			err_set(err, ERR_LIMIT, "ics_line_too_long",
				"a line of %zu bytes; at most %d KiB are read", n,
				ICS_MAX_LINE >> 10);
			err_cure(err, "iCalendar folds its lines: this file was not "
				      "written by a calendar.");
			return ERR_LIMIT;
		}
		while (n > 0 && at[n - 1] == '\r')
			n--;
		bool first = to == out;
		if (quoted && !first && to[-1] == '=') {
			*to++ = '\n';
		} else if (!first && n > 0 && (*at == ' ' || *at == '\t')) {
			at++;
			n--;
		} else {
			if (!first)
				*to++ = '\0';
			quoted = is_quoted_printable(at, n);
		}
		memcpy(to, at, n);
		to += n;
		at = next;
	}
	*to = '\0';
	*l = (struct ics_lines){.arena = a, .at = out, .end = to};
	return ERR_NONE;
}

/* One parameter at *at, which moves past the ';' or ':' after it; that one is returned,
 * or NUL where there is none. */
static char
read_param(char **at, struct ics_param *ret)
{
	char *s = *at, *name_end = s + strcspn(s, "=;:"), *to = name_end;
	bool quoted = false;
	*ret = (struct ics_param){s, ""};
	s = name_end;
	if (*s == '=') {
		ret->value = to = ++s;
		for (; *s != '\0' && (quoted || (*s != ';' && *s != ':')); s++) {
			if (*s == '"')
				quoted = !quoted;
			else
				*to++ = *s;
		}
	}
	char mark = *s;
	*at = s + 1;
	*name_end = '\0';
	*to = '\0';
	return mark;
}

/* The line at s, which has n bytes. False: it is none. */
static bool
take_apart(char *s, size_t n, struct ics_line *ret)
{
	char *at = s + strcspn(s, ";:");
	char mark = *at;
	*ret = (struct ics_line){.name = s};
	if (at == s)
		return false;
	*at++ = '\0';
	while (mark == ';') {
		struct ics_param p;
		mark = read_param(&at, &p);
		if (ret->n_params < ICS_MAX_PARAMS)
			ret->params[ret->n_params++] = p;
	}
	if (mark != ':')
		return false;
	ret->raw = at;
	ret->raw_size = n - (size_t)(at - s);
	return true;
}

bool
ics_lines_next(struct ics_lines *l, struct ics_line *ret)
{
	while (l->at < l->end) {
		char *s = l->at;
		size_t n = strlen(s);
		l->at = s + n + 1;
		if (take_apart(s, n, ret))
			return true;
	}
	return false;
}

const char *
ics_param(const struct ics_line *l, const char *name)
{
	for (size_t i = 0; i < l->n_params; i++)
		if (strcasecmp(l->params[i].name, name) == 0)
			return l->params[i].value;
	return NULL;
}

bool
ics_param_has(const struct ics_line *l, const char *name, const char *word)
{
	const char *list = ics_param(l, name);
	size_t len = strlen(word);
	while (list != NULL && *list != '\0') {
		size_t n = strcspn(list, ",");
		if (n == len && strncasecmp(list, word, len) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

/* vCalendar 1.0 also writes the encoding's name alone. */
static bool
is_encoded(const struct ics_line *l, const char *as)
{
	const char *encoding = ics_param(l, "ENCODING");
	return encoding != NULL ? strcasecmp(encoding, as) == 0
				: ics_param(l, as) != NULL;
}

/* \n \N \, \; \\ (RFC 5545, 3.3.11). Any other backslash stands for itself. */
static size_t
unescape(char *s, size_t n)
{
	char *to = s;
	for (size_t i = 0; i < n; i++) {
		char next = s[i] == '\\' && i + 1 < n ? s[i + 1] : '\0';
		if (next == 'n' || next == 'N')
			*to++ = '\n';
		else if (next == ',' || next == ';' || next == '\\')
			*to++ = next;
		else {
			*to++ = s[i];
			continue;
		}
		i++;
	}
	*to = '\0';
	return (size_t)(to - s);
}

const char *
ics_text(struct arena *a, const struct ics_line *l, size_t *ret_size)
{
	const char *charset = ics_param(l, "CHARSET");
	size_t n = l->raw_size;
	char *s;
	if (is_encoded(l, "QUOTED-PRINTABLE")) {
		s = transfer_quoted(a, l->raw, n, false, &n);
		s = charset_text(a, charset, s, n, &n);
	} else if (is_encoded(l, "BASE64") || is_encoded(l, "B")) {
		s = transfer_base64(a, l->raw, n, &n);
		s = charset_text(a, charset, s, n, &n);
	} else {
		s = arena_strndup(a, l->raw, n);
	}
	*ret_size = unescape(s, n);
	return s;
}
