#include "invite/mime_head.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/charset.h"
#include "base/transfer.h"

/* Bytes of the line at s, its end with it. */
static size_t
line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);
	return end != NULL ? (size_t)(end - s) + 1 : n;
}

static bool
is_empty_line(const char *s, size_t n)
{
	return n == 0 || s[0] == '\n' || (s[0] == '\r' && (n == 1 || s[1] == '\n'));
}

size_t
mime_head_read(const char *s, size_t n, struct mime_head *ret)
{
	size_t at = 0;
	while (at < n && !is_empty_line(s + at, n - at))
		at += line_length(s + at, n - at);
	*ret = (struct mime_head){s, at < MIME_MAX_HEAD ? at : MIME_MAX_HEAD};
	return at + line_length(s + at, n - at);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *
mime_field(struct arena *a, const struct mime_head *h, const char *name)
{
	size_t len = strlen(name);
	for (size_t at = 0; at < h->n;) {
		const char *s = h->s + at;
		size_t n = line_length(s, h->n - at);
		while (at + n < h->n && (s[n] == ' ' || s[n] == '\t'))
			n += line_length(s + n, h->n - at - n);
		at += n;
		size_t colon = len;
		while (colon < n && (s[colon] == ' ' || s[colon] == '\t'))
			colon++;
		if (colon >= n || s[colon] != ':' || strncasecmp(s, name, len) != 0)
			continue;
		const char *from = s + colon + 1, *end = s + n;
		while (from < end && is_blank(*from))
			from++;
		while (end > from && is_blank(end[-1]))
			end--;
		if (end - from > MIME_MAX_FIELD)
			end = from + MIME_MAX_FIELD;
		char *value = arena_alloc(a, (size_t)(end - from) + 1), *to = value;
		for (; from < end; from++)
			if (*from != '\r' && *from != '\n')
				*to++ = *from != '\0' ? *from : ' ';
		*to = '\0';
		return value;
	}
	return NULL;
}

static char *
lower(struct arena *a, const char *s, size_t n)
{
	char *out = arena_strndup(a, s, n);
	for (size_t i = 0; i < n; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + ('a' - 'A'));
	return out;
}

const char *
mime_word(struct arena *a, const char *field)
{
	return field != NULL ? lower(a, field, strcspn(field, "; \t(")) : "";
}

/* A parameter as it stands. */
struct param {
	const char *name, *value; /* value NULL: none */
	size_t name_size, value_size;
	bool quoted;
};

/* The "; name=value" at or after *at, which moves past it. False at the end. */
static bool
next_param(const char **at, struct param *ret)
{
	const char *s = *at + strcspn(*at, ";");
	if (*s == '\0')
		return false;
	s++;
	s += strspn(s, " \t");
	*ret = (struct param){.name = s, .name_size = strcspn(s, "=; \t")};
	s += ret->name_size;
	s += strspn(s, " \t");
	if (*s == '=') {
		s++;
		s += strspn(s, " \t");
		ret->quoted = *s == '"';
		ret->value = s += ret->quoted;
		if (ret->quoted)
			while (*s != '\0' && *s != '"')
				s += *s == '\\' && s[1] != '\0' ? 2 : 1;
		else
			s += strcspn(s, "; \t");
		ret->value_size = (size_t)(s - ret->value);
		s += *s == '"';
	}
	*at = s;
	return true;
}

static void
add_value(struct buf *to, const struct param *p)
{
	for (size_t i = 0; i < p->value_size; i++) {
		i += p->quoted && p->value[i] == '\\' && i + 1 < p->value_size;
		buf_char(to, p->value[i]);
	}
}

/* "utf-8'en'a%20b" is "a b"; the charset does not matter for what is asked here. */
static void
add_extended(struct buf *to, const struct param *p, bool first)
{
	const char *s = p->value, *end = s + p->value_size;
	const char *quote = first ? memchr(s, '\'', (size_t)(end - s)) : NULL;
	if (quote != NULL)
		quote = memchr(quote + 1, '\'', (size_t)(end - quote - 1));
	if (quote != NULL)
		s = quote + 1;
	for (; s < end; s++) {
		int high = *s == '%' && end - s > 2 ? transfer_hex(s[1]) : -1;
		int low = high >= 0 ? transfer_hex(s[2]) : -1;
		char c = *s;
		if (low >= 0) {
			c = (char)(high << 4 | low);
			s += 2;
		}
		buf_char(to, c);
	}
}

const char *
mime_param(struct arena *a, const char *field, const char *name)
{
	struct param p;
	size_t len = strlen(name), pieces = 0;
	struct buf all;
	buf_init(&all, a);
	while (field != NULL && next_param(&field, &p)) {
		if (p.value == NULL || p.name_size < len ||
			strncasecmp(p.name, name, len) != 0)
			continue;
		bool whole = p.name_size == len;
		if (!whole && p.name[len] != '*')
			continue;
		if (whole)
			buf_init(&all, a);
		if (!whole && p.name[p.name_size - 1] == '*')
			add_extended(&all, &p, pieces == 0);
		else
			add_value(&all, &p);
		pieces++;
		if (whole)
			break;
	}
	return pieces > 0 ? all.s : NULL;
}

/* "=?utf-8?Q?caf=C3=A9?=" taken apart. */
struct encoded {
	const char *charset;
	char encoding;
	const char *text;
	size_t size, length; /* of the text, of the whole */
};

static bool
read_encoded(struct arena *a, const char *s, struct encoded *ret)
{
	if (s[0] != '=' || s[1] != '?')
		return false;
	const char *charset = s + 2, *end = strchr(charset, '?');
	if (end == NULL || end - charset > 64 || end[1] == '\0' || end[2] != '?')
		return false;
	const char *text = end + 3, *stop = strstr(text, "?=");
	if (stop == NULL || strchr("QqBb", end[1]) == NULL)
		return false;
	size_t n = (size_t)(end - charset);
	const char *language = memchr(charset, '*', n); /* RFC 2231, 5 */
	*ret = (struct encoded){
		.charset = arena_strndup(
			a, charset, language != NULL ? (size_t)(language - charset) : n),
		.encoding = end[1],
		.text = text,
		.size = (size_t)(stop - text),
		.length = (size_t)(stop - s) + 2,
	};
	return true;
}

/* Pieces of one charset, put together before they are decoded: mail programs split within
 * characters. */
struct decoding {
	struct arena *arena;
	struct buf out, held;
	const char *charset; /* of what is held; NULL: raw */
};

static void
flush(struct decoding *d)
{
	size_t n;
	const char *text = charset_text(d->arena, d->charset, d->held.s, d->held.n, &n);
	buf_add(&d->out, text, n);
	buf_init(&d->held, d->arena);
}

static void
hold(struct decoding *d, const char *charset, const char *s, size_t n)
{
	bool same = charset == NULL
			    ? d->charset == NULL
			    : d->charset != NULL && strcasecmp(charset, d->charset) == 0;
	if (!same)
		flush(d);
	d->charset = charset;
	buf_add(&d->held, s, n);
}

const char *
mime_decode(struct arena *a, const char *field)
{
	if (field == NULL)
		return NULL;
	struct decoding d = {.arena = a};
	struct encoded e;
	bool after_encoded = false;
	buf_init(&d.out, a);
	buf_init(&d.held, a);
	for (const char *s = field; *s != '\0';) {
		const char *word = strstr(s, "=?");
		size_t plain = word != NULL ? (size_t)(word - s) : strlen(s);
		if (word != NULL && !read_encoded(a, word, &e)) {
			plain += 2;
			word = NULL;
		}
		/* blanks between two encoded words are no part of the text */
		if (plain > 0 &&
			!(word != NULL && after_encoded && strspn(s, " \t") >= plain))
			hold(&d, NULL, s, plain);
		s += plain;
		after_encoded = word != NULL;
		if (word == NULL)
			continue;
		size_t n;
		char *text = e.encoding == 'B' || e.encoding == 'b'
				     ? transfer_base64(a, e.text, e.size, &n)
				     : transfer_quoted(a, e.text, e.size, true, &n);
		hold(&d, e.charset, text, n);
		s += e.length;
	}
	flush(&d);
	return d.out.s;
}

void
mime_address(struct arena *a, const char *field, const char **ret_address,
	const char **ret_name)
{
	*ret_address = *ret_name = NULL;
	if (field == NULL)
		return;
	const char *open = strrchr(field, '<');
	const char *from = open != NULL ? open + 1 : field;
	size_t n = strcspn(from, "> \t,");
	if (memchr(from, '@', n) == NULL)
		return;
	*ret_address = charset_text(a, NULL, from, n, &n);
	size_t name = open != NULL ? (size_t)(open - field) : 0;
	while (name > 0 && is_blank(field[name - 1]))
		name--;
	if (name > 1 && field[0] == '"' && field[name - 1] == '"') {
		field++;
		name -= 2;
	}
	if (name > 0)
		*ret_name = mime_decode(a, arena_strndup(a, field, name));
}
