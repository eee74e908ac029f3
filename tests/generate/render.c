/* A document as text, and as the HTML of several programs. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "generate/parts.h"

void
doc_add(struct doc *d, const char *line)
{
	if (d->n == d->room) {
		size_t room = d->room == 0 ? 64 : 2 * d->room;
		const char **more = arena_many(d->arena, const char *, room);
		if (d->n > 0)
			memcpy(more, d->lines, d->n * sizeof *more);
		d->lines = more;
		d->room = room;
	}
	d->lines[d->n++] = line;
}

void
doc_insert(struct doc *d, size_t at, const struct doc *other)
{
	struct doc new = {.arena = d->arena};
	for (size_t i = 0; i <= d->n; i++) {
		for (size_t k = 0; i == at && k < other->n; k++)
			doc_add(&new, other->lines[k]);
		if (i < d->n)
			doc_add(&new, d->lines[i]);
	}
	*d = new;
}

const char *
doc_link(const char *s, struct doc_link *ret)
{
	const char *open = strstr(s, "<<"),
		   *bar = open != NULL ? strchr(open, '|') : NULL,
		   *close = bar != NULL ? strstr(bar, ">>") : NULL;
	if (close == NULL)
		return NULL;
	ret->text = open + 2;
	ret->n_text = (size_t)(bar - ret->text);
	ret->url = bar + 1;
	ret->n_url = (size_t)(close - ret->url);
	ret->end = close + 2;
	return open;
}

static const char *
wrapped(struct arena *a, const struct wrapper *w, const char *url)
{
	return w != NULL && strncasecmp(url, "http", 4) == 0 ? w->wrap(a, url) : url;
}

/* Text */

enum { GMAIL, OUTLOOK, PLAIN }; /* "words <url>", "words<url>", "words: url" */

static void
text_link(struct arena *a, struct buf *b, const struct doc_link *l,
	const struct wrapper *w, int style)
{
	const char *url = arena_strndup(a, l->url, l->n_url), *to = wrapped(a, w, url);
	bool tel = strncmp(url, "tel:", 4) == 0, web = strncmp(url, "http", 4) == 0;
	if (l->n_text == 0) {
		if (style == OUTLOOK && to != url)
			buf_printf(b, "%s<%s>", url, to);
		else
			buf_str(b, to);
		return;
	}
	buf_add(b, l->text, l->n_text);
	if (style == GMAIL)
		buf_printf(b, " <%s>", tel ? url + 4 : to);
	else if (style == OUTLOOK)
		buf_printf(b, "<%s>", to);
	else if (web)
		buf_printf(b, ": %s", to);
}

/* What stands between links; cells become what a converter makes of them. */
static void
text_piece(struct buf *b, const char *s, size_t n, int style)
{
	static const char *const cells[] = {"\t", "    ", "  "};
	for (size_t i = 0; i < n; i++) {
		if (n - i >= 4 && strncmp(s + i, " || ", 4) == 0) {
			buf_str(b, cells[style]);
			i += 3;
			continue;
		}
		buf_char(b, s[i]);
	}
}

const char *
render_text(struct arena *a, const struct doc *d, const struct wrapper *w, int style,
	const char *newline)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < d->n; i++) {
		const char *s = d->lines[i], *at;
		struct doc_link l;
		for (; (at = doc_link(s, &l)) != NULL; s = l.end) {
			text_piece(&b, s, (size_t)(at - s), style);
			text_link(a, &b, &l, w, style);
		}
		text_piece(&b, s, strlen(s), style);
		buf_str(&b, newline);
	}
	return b.s;
}

/* HTML */

enum { MSO, DIVS, TABLE, RTF };

static const struct {
	const char *before, *line, *empty, *after_line, *cell, *after;
} shapes[HTML_STYLES] = {
	[MSO] = {"<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- "
		 "p.MsoNormal {margin:0in;font-size:11.0pt} --></style></head><body lang=\"EN-US\">"
		 "<div class=\"WordSection1\">\r\n",
		"<p class=\"MsoNormal\"><span style=\"color:#252424\">",
		"<p class=\"MsoNormal\"><o:p>&nbsp;</o:p></p>\r\n",
		"<o:p></o:p></span></p>\r\n", "</span><span>&nbsp;&nbsp; ",
		"</div></body></html>\r\n"},
	[DIVS] = {"<div dir=\"ltr\">", "", "<br>", "<br>", " ", "</div>\n"},
	[TABLE] = {"<html><body><table width=\"100%\">\n", "<tr><td>",
		"<tr><td>&nbsp;</td></tr>\n", "</td></tr>\n", "</td><td>",
		"</table></body></html>\n"},
	[RTF] = {"<HTML><BODY>\n<!-- Converted from text/rtf format -->\n<P DIR=LTR>",
		"<SPAN LANG=\"en-us\"></SPAN><FONT FACE=\"Calibri\">", "<BR>\n",
		"</FONT><SPAN LANG=\"en-us\"></SPAN><BR>\n", "&nbsp;&nbsp;&nbsp;",
		"</P></BODY></HTML>\n"},
};

static void
html_text(struct buf *b, const char *s, size_t n, int style)
{
	for (size_t i = 0; i < n; i++) {
		if (n - i >= 4 && strncmp(s + i, " || ", 4) == 0) {
			buf_str(b, shapes[style].cell);
			i += 3;
		} else if (s[i] == '&') {
			buf_str(b, "&amp;");
		} else if (s[i] == '<') {
			buf_str(b, "&lt;");
		} else if (s[i] == '>') {
			buf_str(b, "&gt;");
		} else if (s[i] == '+' && style == MSO) {
			buf_str(b, "&#43;");
		} else if (s[i] == ' ' && (i == 0 || s[i - 1] == ' ')) {
			buf_str(b, "&nbsp;");
		} else if (s[i] == ' ' && style == RTF) {
			buf_str(b, " <SPAN></SPAN>");
		} else {
			buf_char(b, s[i]);
		}
	}
}

static void
html_link(struct arena *a, struct buf *b, const struct doc_link *l,
	const struct wrapper *w, int style)
{
	const char *url = arena_strndup(a, l->url, l->n_url);
	buf_str(b, style == RTF ? "<A HREF=\"" : "<a href=\"");
	buf_xml(b, wrapped(a, w, url));
	buf_str(b, style == DIVS ? "\" target=\"_blank\" rel=\"noreferrer\">" : "\">");
	if (l->n_text > 0) {
		html_text(b, l->text, l->n_text, style);
	} else {
		for (const char *s = url; *s != '\0';) { /* Gmail lets long words break */
			size_t n = strlen(s) > 24 && style == DIVS ? 20 : strlen(s);
			html_text(b, s, n, style);
			s += n;
			if (*s != '\0')
				buf_str(b, "<wbr>");
		}
	}
	buf_str(b, style == RTF ? "</A>" : "</a>");
}

const char *
render_html(struct arena *a, const struct doc *d, const struct wrapper *w, int style)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, shapes[style].before);
	for (size_t i = 0; i < d->n; i++) {
		const char *s = d->lines[i], *at;
		struct doc_link l;
		if (*s == '\0') {
			buf_str(&b, shapes[style].empty);
			continue;
		}
		buf_str(&b, shapes[style].line);
		for (; (at = doc_link(s, &l)) != NULL; s = l.end) {
			html_text(&b, s, (size_t)(at - s), style);
			html_link(a, &b, &l, w, style);
		}
		html_text(&b, s, strlen(s), style);
		buf_str(&b, shapes[style].after_line);
	}
	buf_str(&b, shapes[style].after);
	return b.s;
}
