#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "sim/exchange_soap.h"

bool
asks_for_body(const struct shape *s)
{
	return (s->fields & 1ull << FIELD_BODY) != 0;
}

static unsigned long long
bit_of(const char *uri)
{
	for (int i = 0; i < ITEM_FIELDS; i++)
		if (strcmp(item_fields[i].uri, uri) == 0)
			return 1ull << i;
	return 0;
}

static unsigned long long
base_fields(const struct call *c, const char *base)
{
	unsigned long long bits = 1ull << FIELD_PROPERTIES;
	for (int i = 0; i < ITEM_FIELDS; i++)
		if ((strcmp(base, "AllProperties") == 0 && i != FIELD_PROPERTIES &&
			    schema_field_since(item_fields[i].uri) <= c->version) ||
			(strcmp(base, "Default") == 0 && item_fields[i].by_default))
			bits |= 1ull << i;
	return bits;
}

/* Which attributes may stand together: MS-OXWSXPROP 2.1.5. */
static bool
read_property(struct call *c, const xmlNode *n, struct shape *ret)
{
	static const char public_strings[] = "00020329-0000-0000-C000-000000000046";
	const char *set = node_attribute(c->arena, n, "DistinguishedPropertySetId");
	const char *guid = node_attribute(c->arena, n, "PropertySetId");
	const char *tag = node_attribute(c->arena, n, "PropertyTag");
	const char *name = node_attribute(c->arena, n, "PropertyName");
	const char *id = node_attribute(c->arena, n, "PropertyId");
	const char *type = node_attribute(c->arena, n, "PropertyType");
	if (tag != NULL)
		return set == NULL && guid == NULL && name == NULL && id == NULL;
	if ((set == NULL) == (guid == NULL) || (name == NULL) == (id == NULL))
		return false;
	if (name != NULL && strcmp(type, "String") == 0 &&
		(set != NULL ? strcmp(set, "PublicStrings") == 0
			     : strcasecmp(guid, public_strings) == 0))
		ret->properties[ret->n_properties++] = name;
	return true;
}

static const char *
read_path(struct call *c, const xmlNode *n, struct shape *ret)
{
	if (node_is(n, NS_TYPES, "ExtendedFieldURI"))
		return read_property(c, n, ret) ? NULL : "ErrorInvalidExtendedProperty";
	const char *uri = node_attribute(c->arena, n, "FieldURI");
	if (node_is(n, NS_TYPES, "IndexedFieldURI"))
		return strncmp(uri, "item:", 5) == 0 ? NULL
						     : "ErrorInvalidPropertyRequest";
	if (strncmp(uri, "folder:", 7) == 0 || schema_field_since(uri) > c->version)
		return "ErrorInvalidPropertyRequest";
	ret->fields |= bit_of(uri);
	return NULL;
}

static size_t
count(const xmlNode *list)
{
	size_t n = 0;
	for (list = node_child(list, NULL); list != NULL; list = node_next(list))
		n++;
	return n;
}

void
read_shape(struct call *c, const xmlNode *shape, struct shape *ret)
{
	const xmlNode *paths = node_child(shape, "AdditionalProperties");
	const char *kind = node_text(c->arena, node_child(shape, "BodyType"));
	const char *max = node_text(c->arena, node_child(shape, "MaximumBodySize"));
	*ret = (struct shape){
		.fields = base_fields(
			c, node_text(c->arena, node_child(shape, "BaseShape"))),
		.properties = arena_many(c->arena, const char *, count(paths)),
		.max_body = max != NULL ? strtoul(max, NULL, 10) * 1024 : 0};
	if (kind != NULL)
		ret->body = strcmp(kind, "HTML") == 0   ? BODY_HTML
			    : strcmp(kind, "Text") == 0 ? BODY_TEXT
							: BODY_BEST;
	for (const xmlNode *n = node_child(paths, NULL); n != NULL && ret->code == NULL;
		n = node_next(n))
		ret->code = read_path(c, n, ret);
}
