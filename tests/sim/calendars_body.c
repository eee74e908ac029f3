#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "sim/calendars.h"

static struct body
made(const struct buf *b, bool html)
{
	return (struct body){.text = b->s, .size = b->n, .html = html};
}

struct body
text_to_html(struct arena *a, const struct body *from)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; "
		    "charset=utf-8\"></head><body><div class=\"PlainText\">");
	for (const char *s = from->text != NULL ? from->text : ""; *s != '\0'; s++) {
		char one[2] = {*s};
		if (*s == '\n')
			buf_str(&b, "<br>\n");
		else if (*s != '\r')
			buf_xml(&b, one);
	}
	buf_str(&b, "</div></body></html>");
	return made(&b, true);
}

static const struct {
	const char *name, *text;
} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
	{"&#39;", "'"}, {"&nbsp;", " "}};

/* The entity at `s`, decoded; its length, 0 when it is none that is known here. */
static size_t
put_entity(struct buf *b, const char *s)
{
	for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
		size_t n = strlen(entities[i].name);
		if (strncmp(s, entities[i].name, n) == 0) {
			buf_str(b, entities[i].text);
			return n;
		}
	}
	return 0;
}

static bool
is_tag(const char *s, const char *name)
{
	size_t n = strlen(name);
	return strncasecmp(s, name, n) == 0 && strchr(" \t\r\n/>", s[n]) != NULL;
}

/* What href="…" of the tag at `s` says. */
static struct buf
href_of(struct arena *a, const char *s, const char *end)
{
	struct buf b;
	const char *href = strcasestr(s, "href=\"");
	buf_init(&b, a);
	if (href == NULL || href > end)
		return b;
	for (s = href + 6; s < end && *s != '"';) {
		size_t n = put_entity(&b, s);
		if (n == 0)
			buf_char(&b, *s);
		s += n > 0 ? n : 1;
	}
	return b;
}

/* As Exchange converts: lines for blocks, and a link's address in <> behind its words. */
struct body
html_to_text(struct arena *a, const struct body *from)
{
	static const char *const blocks[] = {
		"br", "/p", "/div", "/tr", "/li", "/h1", "/h2"};
	struct buf b, href;
	buf_init(&b, a);
	buf_init(&href, a);
	for (const char *s = from->text != NULL ? from->text : ""; *s != '\0';) {
		const char *end = *s == '<' ? strchr(s, '>') : NULL;
		if (end == NULL) {
			size_t n = *s == '&' ? put_entity(&b, s) : 0;
			if (n == 0 && *s != '\r' && *s != '\n')
				buf_char(&b, *s);
			s += n > 0 ? n : 1;
			continue;
		}
		if (is_tag(s + 1, "style") || is_tag(s + 1, "head")) {
			const char *over = strstr(
				end, is_tag(s + 1, "style") ? "</style" : "</head");
			s = over != NULL ? over : end + 1;
			continue;
		}
		if (is_tag(s + 1, "a"))
			href = href_of(a, s, end);
		if (is_tag(s + 1, "/a") && href.n > 0) {
			buf_printf(&b, "<%s>", href.s);
			buf_init(&href, a);
		}
		for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
			if (is_tag(s + 1, blocks[i]))
				buf_str(&b, "\n");
		s = end + 1;
	}
	return made(&b, false);
}
