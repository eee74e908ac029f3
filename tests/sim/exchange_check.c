#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"
#include "sim/exchange_schema.h"

static const char *
ns_of(const xmlNode *n)
{
	return n->ns != NULL ? (const char *)n->ns->href : "";
}

static const char *
name_of(const xmlNode *n)
{
	return (const char *)n->name;
}

bool
node_is(const xmlNode *n, const char *ns, const char *name)
{
	return n != NULL && strcmp(ns_of(n), ns) == 0 && strcmp(name_of(n), name) == 0;
}

static const xmlNode *
element(const xmlNode *n)
{
	while (n != NULL && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

const xmlNode *
node_next(const xmlNode *n)
{
	return element(n->next);
}

const xmlNode *
node_child(const xmlNode *n, const char *name)
{
	if (n == NULL)
		return NULL;
	for (n = element(n->children); n != NULL; n = node_next(n))
		if (name == NULL || strcmp(name_of(n), name) == 0)
			return n;
	return NULL;
}

static const char *
kept(struct arena *a, xmlChar *s)
{
	const char *copy = s != NULL ? arena_strdup(a, (const char *)s) : NULL;
	xmlFree(s);
	return copy;
}

const char *
node_attribute(struct arena *a, const xmlNode *n, const char *name)
{
	return kept(a, xmlGetNoNsProp(n, (const xmlChar *)name));
}

const char *
node_text(struct arena *a, const xmlNode *n)
{
	if (n == NULL)
		return NULL;
	char *s = (char *)(uintptr_t)kept(a, xmlNodeGetContent(n));
	s += strspn(s, " \t\r\n");
	size_t size = strlen(s);
	while (size > 0 && strchr(" \t\r\n", s[size - 1]) != NULL)
		s[--size] = '\0';
	return s;
}

static bool __attribute__((format(printf, 3, 4)))
object(struct schema_check *c, const xmlNode *n, const char *fmt, ...)
{
	char words[1200];
	va_list args;
	va_start(args, fmt);
	vsnprintf(words, sizeof words, fmt, args);
	va_end(args);
	c->words = arena_strdup(c->arena, words);
	c->line = xmlGetLineNo(n);
	return false;
}

static const char *
element_words(struct arena *a, const xmlNode *n)
{
	return arena_printf(
		a, "The element '%s' in namespace '%s'", name_of(n), ns_of(n));
}

/* Values. */

static bool
is_listed(const char *words, const char *v)
{
	size_t n = strlen(v);
	for (const char *w = words; n > 0 && (w = strstr(w, v)) != NULL; w += n)
		if ((w == words || w[-1] == ' ') && (w[n] == ' ' || w[n] == '\0'))
			return true;
	return false;
}

static bool
is_int(const char *v)
{
	char *end;
	long n = strtol(v, &end, 10);
	return *v != '\0' && *v != ' ' && *end == '\0' && n >= INT32_MIN &&
	       n <= INT32_MAX;
}

static bool
is_hex(const char *v, const char *form)
{
	for (; *form != '\0'; v++, form++)
		if (*form == 'x' ? strchr("0123456789abcdefABCDEF", *v) == NULL ||
					   *v == '\0'
				 : *v != *form)
			return false;
	return *v == '\0';
}

/* "0x670a", or a decimal number of two bytes. */
static bool
is_tag(const char *v)
{
	if (strncasecmp(v, "0x", 2) != 0)
		return strspn(v, "0123456789") == strlen(v) && is_int(v) &&
		       atoi(v) < 65536;
	v += 2;
	return *v != '\0' && strlen(v) < 5 &&
	       strspn(v, "0123456789abcdefABCDEF") == strlen(v);
}

static bool
is_date_time(const char *v)
{
	int64_t t;
	char with_zone[64];
	snprintf(with_zone, sizeof with_zone, "%.60sZ", v); /* the zone may be left out */
	return when_parse(v, &t) || when_parse(with_zone, &t);
}

static bool
is_valid(const struct schema_check *c, const struct schema_simple *type, const char *v)
{
	switch (type->kind) {
	case KIND_STRING:
		return true;
	case KIND_NOT_EMPTY:
		return *v != '\0';
	case KIND_BOOLEAN:
		return is_listed("true false 1 0", v);
	case KIND_INT:
		return is_int(v);
	case KIND_DATE_TIME:
		return is_date_time(v);
	case KIND_GUID:
		return is_hex(v, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
	case KIND_TAG:
		return is_tag(v);
	case KIND_WORD:
		return is_listed(type->words, v);
	case KIND_FIELD:
		return schema_field_since(v) <= c->server;
	}
	return false;
}

static const char *
failed_words(const struct schema_simple *type)
{
	switch (type->kind) {
	case KIND_WORD:
	case KIND_FIELD:
		return "The Enumeration constraint failed.";
	case KIND_NOT_EMPTY:
		return "The actual length is less than the MinLength value.";
	case KIND_GUID:
	case KIND_TAG:
		return "The Pattern constraint failed.";
	default:
		return "The string is not a valid value.";
	}
}

static bool
check_value(struct schema_check *c, const xmlNode *n, const char *what, const char *name,
	const struct schema_simple *type, const char *v)
{
	return is_valid(c, type, v) ||
	       object(c, n,
		       "The '%s' %s is invalid - The value '%.100s' is invalid according to "
		       "its datatype '" NS_TYPES ":%s' - %s",
		       name, what, v, type->name, failed_words(type));
}

/* Attributes. */

static bool
is_allowed(const struct schema_type *type, const xmlAttr *a)
{
	if (a->ns != NULL)
		return type->in_header && strcmp((const char *)a->ns->href, NS_SOAP) == 0;
	for (const struct schema_attribute *r = type->attributes;
		r != NULL && r->name != NULL; r++)
		if (strcmp(r->name, (const char *)a->name) == 0)
			return true;
	return false;
}

static bool
check_attributes(struct schema_check *c, const xmlNode *n, const struct schema_type *type)
{
	for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
		if (!is_allowed(type, a))
			return object(c, n, "The '%s' attribute is not declared.",
				(const char *)a->name);
	for (const struct schema_attribute *r = type->attributes;
		r != NULL && r->name != NULL; r++) {
		const char *v = node_attribute(c->arena, n, r->name);
		if (v == NULL && r->required)
			return object(
				c, n, "The required attribute '%s' is missing.", r->name);
		if (v != NULL && !check_value(c, n, "attribute", r->name, r->type, v))
			return false;
	}
	return true;
}

/* Children. */

static bool
knows(const struct schema_check *c, const struct schema_child *r)
{
	return r->since <= c->asked;
}

/* All that could stand at `place` (unless `full`) or after it, up to what has to come. */
static const char *
expected(const struct schema_check *c, const struct schema_type *type, int place,
	bool full)
{
	struct buf b;
	int last = -1;
	buf_init(&b, c->arena);
	for (const struct schema_child *r = type->children; r->name != NULL; r++) {
		if (r->place < place || (r->place == place && full) || !knows(c, r))
			continue;
		if (last >= 0 && r->place != last)
			break;
		buf_printf(&b, "%s%s", b.n > 0 ? ", " : "", r->name);
		if (r->required)
			last = r->place;
	}
	return b.s;
}

static const struct schema_child *
find_child(const struct schema_check *c, const struct schema_type *type, const xmlNode *n)
{
	for (const struct schema_child *r = type->children; r->name != NULL; r++)
		if (knows(c, r) && node_is(n, r->ns, r->name))
			return r;
	return NULL;
}

/* The first place from `from` to before `to` where something has to stand; -1: none. */
static int
missing(const struct schema_type *type, int from, int to)
{
	for (const struct schema_child *r = type->children; r->name != NULL; r++)
		if (r->required && r->place >= from && (to < 0 || r->place < to))
			return r->place;
	return -1;
}

static bool
check_children(struct schema_check *c, const xmlNode *n, const struct schema_type *type)
{
	int place = 0; /* where the last one stood */
	bool full = false, many = false;
	for (const xmlNode *k = node_child(n, NULL); k != NULL; k = node_next(k)) {
		const struct schema_child *r = find_child(c, type, k);
		if (r == NULL || r->place < place ||
			(r->place == place && full && !many) ||
			missing(type, full ? place + 1 : place, r->place) >= 0)
			return object(c, k,
				"%s has invalid child element '%s' in namespace '%s'. "
				"List of "
				"possible elements expected: '%s' in namespace '%s'.",
				element_words(c->arena, n), name_of(k), ns_of(k),
				expected(c, type, place, full && !many),
				type->children[0].ns);
		if (!schema_check(c, k, r->type))
			return false;
		place = r->place;
		many = r->many;
		full = true;
	}
	if (missing(type, full ? place + 1 : place, -1) >= 0)
		return object(c, n,
			"%s has incomplete content. List of possible elements expected: "
			"'%s' "
			"in namespace '%s'.",
			element_words(c->arena, n),
			expected(c, type, place, full && !many), type->children[0].ns);
	return true;
}

static bool
has_text(const xmlNode *n)
{
	for (n = n->children; n != NULL; n = n->next)
		if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) &&
			!xmlIsBlankNode(n))
			return true;
	return false;
}

bool
schema_check(struct schema_check *c, const xmlNode *n, const struct schema_type *type)
{
	if (type->any)
		return true;
	if (!check_attributes(c, n, type))
		return false;
	const xmlNode *child = node_child(n, NULL);
	if (type->text != NULL && child != NULL)
		return object(c, child, "%s cannot contain child element '%s'.",
			element_words(c->arena, n), name_of(child));
	if (type->text != NULL)
		return check_value(
			c, n, "element", name_of(n), type->text, node_text(c->arena, n));
	if (has_text(n))
		return object(
			c, n, "%s cannot contain text.", element_words(c->arena, n));
	if (type->children != NULL)
		return check_children(c, n, type);
	return child == NULL ||
	       object(c, child,
		       "%s cannot contain child element '%s' in namespace '%s' because "
		       "the "
		       "parent element's content model is empty.",
		       element_words(c->arena, n), name_of(child), ns_of(child));
}
