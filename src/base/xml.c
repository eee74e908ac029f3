#include "base/xml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"

static const xmlNode *
as_libxml(const struct xml_node *n)
{
	return (const xmlNode *)(const void *)n;
}

static const struct xml_node *
as_node(const xmlNode *n)
{
	return (const struct xml_node *)(const void *)n;
}

static xmlDoc *
as_doc(const struct xml_document *d)
{
	return (xmlDoc *)(void *)(size_t)d;
}

void
xml_setup(void)
{
	xmlInitParser();
}

static const char *
find(const char *s, const char *end, const char *what)
{
	return memmem(s, (size_t)(end - s), what, strlen(what));
}

static bool
begins(const char *s, const char *end, const char *what)
{
	size_t n = strlen(what);
	return (size_t)(end - s) >= n && memcmp(s, what, n) == 0;
}

/* Whether the declaration names an encoding other than UTF-8. */
static bool
declares_other(const char *s, const char *end)
{
	const char *e = find(s, end, "encoding");
	if (e == NULL)
		return false;
	e += strlen("encoding");
	while (e < end &&
		(*e == ' ' || *e == '=' || *e == '\t' || *e == '\n' || *e == '\r'))
		e++;
	return end - e < 7 || strncasecmp(e + 1, "utf-8", 5) != 0 ||
	       (e[6] != '"' && e[6] != '\'');
}

/* The end of the start or end tag at `s`, its '>', or NULL past a limit or the end. */
static const char *
scan_tag(const char *s, const char *end, const char **ret_why)
{
	char quote = '\0';
	int attributes = 0;
	const char *limit = end - s > XML_MAX_TAG ? s + XML_MAX_TAG : end;
	for (; s < limit; s++) {
		if (quote != '\0') {
			if (*s == quote)
				quote = '\0';
		} else if (*s == '"' || *s == '\'') {
			quote = *s;
		} else if (*s == '=' && ++attributes > XML_MAX_ATTRIBUTES) {
			*ret_why = "a tag with too many attributes";
			return NULL;
		} else if (*s == '>') {
			return s;
		}
	}
	*ret_why = limit == end ? NULL : "a tag that is too long";
	return NULL;
}

static int
refuse(struct err *err, const char *why)
{
	return err_set(
		err, ERR_BAD_REPLY, "bad_xml", "the answer is no sound XML: %s", why);
}

static int
too_much(struct err *err, const char *why)
{
	return err_set(err, ERR_LIMIT, "xml_limit", "the answer is XML with %s", why);
}

/*
 * libxml2 has no bound on attributes (40,000 in one tag cost seconds) nor on elements,
 * and would read a DOCTYPE. One pass that knows just enough of XML to count.
 */
static int
scan(const char *s, size_t size, struct err *err)
{
	const char *end = s + size;
	size_t depth = 0, elements = 0;
	if (begins(s, end, "\xef\xbb\xbf"))
		s += 3;
	if (s == end || (*s != '<' && strchr(" \t\r\n", *s) == NULL))
		return refuse(err, "it does not begin with a tag");
	if (memchr(s, '\0', (size_t)(end - s)) != NULL ||
		!utf8_valid(s, (size_t)(end - s)))
		return refuse(err, "it is not UTF-8");
	while ((s = memchr(s, '<', (size_t)(end - s))) != NULL) {
		const char *close, *why = NULL;
		if (begins(s, end, "<!--")) {
			if ((close = find(s + 4, end, "-->")) == NULL)
				return refuse(err, "a comment without end");
			s = close + 3;
		} else if (begins(s, end, "<![CDATA[")) {
			if ((close = find(s + 9, end, "]]>")) == NULL)
				return refuse(err, "a CDATA section without end");
			s = close + 3;
		} else if (begins(s, end, "<?")) {
			if ((close = find(s + 2, end, "?>")) == NULL)
				return refuse(
					err, "a processing instruction without end");
			if (begins(s, end, "<?xml ") && declares_other(s, close))
				return refuse(err, "it is not UTF-8");
			s = close + 2;
		} else if (begins(s, end, "<!")) {
			return refuse(err, "a DOCTYPE");
		} else {
			bool closing = begins(s, end, "</");
			if ((close = scan_tag(s, end, &why)) == NULL)
				return why != NULL ? too_much(err, why)
						   : refuse(err, "it is cut off");
			if (closing)
				depth -= depth > 0;
			else if (++elements > XML_MAX_ELEMENTS)
				return too_much(err, "too many elements");
			else if (close[-1] != '/' && ++depth > XML_MAX_DEPTH)
				return too_much(
					err, "elements too deep within each other");
			s = close + 1;
		}
	}
	return ERR_NONE;
}

/* XML 1.0, 2.2 */
static bool
is_char(unsigned long c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

/* How long the reference at `s` is, to a character that may not be; 0 for any other. */
static size_t
bad_reference(const char *s, const char *end)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = s + 2;
	unsigned long base = 10, v = 0;
	if (end - s < 4 || s[0] != '&' || s[1] != '#')
		return 0;
	if (*p == 'x') {
		base = 16;
		p++;
	}
	const char *first = p;
	for (; p < end && *p != ';'; p++) {
		int c = *p >= 'A' && *p <= 'F' ? *p - 'A' + 'a' : *p;
		const char *d = c != '\0' ? strchr(digits, c) : NULL;
		if (d == NULL || (unsigned long)(d - digits) >= base)
			return 0;
		if (v <= 0x10ffff)
			v = v * base + (unsigned long)(d - digits);
	}
	return p == end || p == first || is_char(v) ? 0 : (size_t)(p + 1 - s);
}

/* How long what stands at `s` is, when XML forbids it. */
static size_t
forbidden(const char *s, const char *end, bool literal)
{
	unsigned char c = (unsigned char)*s;
	if (c >= 0x20 && c != '&' && c != 0xef)
		return 0;
	if (c < 0x20)
		return !is_char(c);
	if (c == '&')
		return literal ? 0 : bad_reference(s, end);
	return begins(s, end, "\xef\xbf\xbe") || begins(s, end, "\xef\xbf\xbf") ? 3 : 0;
}

/* Where what stands at `s` is over, if in it "&#x0;" is no reference. */
static const char *
literal_end(const char *s, const char *end)
{
	const char *over = begins(s, end, "<!--")        ? find(s + 4, end, "-->")
			   : begins(s, end, "<![CDATA[") ? find(s + 9, end, "]]>")
			   : begins(s, end, "<?")        ? find(s + 2, end, "?>")
							 : s;
	return over != NULL ? over : end;
}

/* Without what XML forbids; false: memory is short. libxml2's own recovery would lose every
 * "&lt;" after the first of them. */
static bool
drop_forbidden(const char *s, size_t size, char **ret, size_t *ret_size)
{
	const char *end = s + size, *literal = s;
	char *out = malloc(size + 1);
	size_t n = 0;
	if (out == NULL)
		return false;
	while (s < end) {
		if (s >= literal && *s == '<')
			literal = literal_end(s, end);
		size_t bad = forbidden(s, end, s < literal);
		if (bad == 0)
			out[n++] = *s++;
		s += bad;
	}
	*ret = out;
	*ret_size = n;
	return true;
}

static void
on_error(void *arg, xmlErrorPtr e)
{
	xmlParserCtxtPtr ctxt = arg;
	if (e->level > XML_ERR_WARNING)
		*(bool *)ctxt->_private = true;
}

static int
no_memory(struct err *err)
{
	return err_set(err, ERR_RETRY, "no_memory", "not enough memory to read XML");
}

static int
parse(const char *bytes, size_t size, struct xml_document **ret, struct err *err)
{
	xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
	if (ctxt == NULL)
		return no_memory(err);
	bool bad = false;
	ctxt->_private = &bad;
	ctxt->sax->serror = on_error;
	xmlDoc *doc = xmlCtxtReadMemory(ctxt, bytes, (int)size, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_COMPACT);
	xmlFreeParserCtxt(ctxt);
	if (doc == NULL || bad || xmlDocGetRootElement(doc) == NULL) {
		xmlFreeDoc(doc);
		return refuse(err, "it is not well-formed");
	}
	*ret = (struct xml_document *)(void *)doc;
	return ERR_NONE;
}

int
xml_read(const char *bytes, size_t size, struct xml_document **ret, struct err *err)
{
	char *clean;
	size_t n;
	if (size > XML_MAX_BYTES)
		return too_much(err, "too many bytes");
	int grade = scan(bytes, size, err);
	if (grade != ERR_NONE)
		return grade;
	if (!drop_forbidden(bytes, size, &clean, &n))
		return no_memory(err);
	grade = parse(clean, n, ret, err);
	explicit_bzero(clean, n); /* invites carry passcodes */
	free(clean);
	return grade;
}

void
xml_free(struct xml_document *d)
{
	xmlFreeDoc(as_doc(d));
}

const struct xml_node *
xml_root(const struct xml_document *d)
{
	return as_node(xmlDocGetRootElement(as_doc(d)));
}

static bool
matches(const xmlNode *n, const char *ns, const char *name)
{
	if (n->type != XML_ELEMENT_NODE)
		return false;
	if (name == NULL)
		return true;
	const char *uri = n->ns != NULL ? (const char *)n->ns->href : NULL;
	return strcmp((const char *)n->name, name) == 0 &&
	       (ns == NULL ? uri == NULL : uri != NULL && strcmp(uri, ns) == 0);
}

static const struct xml_node *
first_of(const xmlNode *n, const char *ns, const char *name)
{
	while (n != NULL && !matches(n, ns, name))
		n = n->next;
	return as_node(n);
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL ? first_of(as_libxml(n)->children, ns, name) : NULL;
}

const struct xml_node *
xml_next(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL ? first_of(as_libxml(n)->next, ns, name) : NULL;
}

bool
xml_is(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL && matches(as_libxml(n), ns, name);
}

const char *
xml_text(struct arena *a, const struct xml_node *n, size_t *ret_size)
{
	struct buf b;
	if (ret_size != NULL)
		*ret_size = 0;
	if (n == NULL)
		return NULL;
	buf_init(&b, a);
	for (const xmlNode *c = as_libxml(n)->children; c != NULL; c = c->next)
		if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
			buf_str(&b, (const char *)c->content);
	if (ret_size != NULL)
		*ret_size = b.n;
	return b.s;
}

const char *
xml_attribute(const struct xml_node *n, const char *name)
{
	if (n == NULL)
		return NULL;
	for (const xmlAttr *at = as_libxml(n)->properties; at != NULL; at = at->next) {
		if (at->ns != NULL || strcmp((const char *)at->name, name) != 0)
			continue;
		return at->children == NULL || at->children->content == NULL
			       ? ""
			       : (const char *)at->children->content;
	}
	return NULL;
}
