#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "sim/exchange_schema.h"
#include "sim/schemas.h"

/* One request, what is changed in it, and who judges. */
struct trial {
	struct xsd *xsd;
	struct judged *judged;
	struct arena *arena;
	xmlNode *top; /* what is judged: an operation or a header */
	const struct schema_type *type;
};

static void
judge(struct trial *t, const char *what, const xmlNode *where)
{
	struct schema_check c = {.arena = t->arena, .asked = V2016, .server = V2016};
	bool ours = schema_check(&c, t->top, t->type), theirs = xsd_check(t->xsd, t->top);
	t->judged->changes++;
	t->judged->refused += !theirs;
	if (ours == theirs)
		return;
	t->judged->differ++;
	printf("  differ: %s at %s of %s: the schema %s, the simulator %s\n", what,
		(const char *)where->name, (const char *)t->top->name,
		theirs ? "allows it" : t->xsd->why, ours ? "allows it" : c.words);
}

static xmlNode *
next_element(xmlNode *n)
{
	for (n = n->next; n != NULL && n->type != XML_ELEMENT_NODE; n = n->next)
		;
	return n;
}

static xmlNode *
first_element(xmlNode *n)
{
	xmlNode *k = n->children;
	return k == NULL || k->type == XML_ELEMENT_NODE ? k : next_element(k);
}

/* Changes of one element; each is undone before the next. */

static void
swap(struct trial *t, xmlNode *n)
{
	xmlNode *other = next_element(n);
	if (other == NULL || n == t->top)
		return;
	xmlAddNextSibling(other, n);
	judge(t, "swapped", n);
	xmlAddPrevSibling(other, n);
}

static void
drop_and_double(struct trial *t, xmlNode *n)
{
	if (n == t->top)
		return;
	xmlNode *twin = xmlAddNextSibling(n, xmlCopyNode(n, 1));
	judge(t, "doubled", n);
	xmlNode *mark = xmlAddPrevSibling(n, xmlNewComment((const xmlChar *)"here"));
	xmlUnlinkNode(twin);
	xmlUnlinkNode(n);
	judge(t, "dropped", n);
	xmlAddNextSibling(mark, n);
	xmlUnlinkNode(mark);
	xmlFreeNode(mark);
	xmlFreeNode(twin);
}

static void
rename_it(struct trial *t, xmlNode *n)
{
	xmlNs *ns = n->ns;
	xmlChar *name = xmlStrdup(n->name);
	if (n == t->top)
		goto out;
	xmlNodeSetName(n, (const xmlChar *)"Unknown");
	judge(t, "renamed", n);
	xmlNodeSetName(n, name);
	n->ns = xmlSearchNsByHref(n->doc, n,
		(const xmlChar *)(strcmp((const char *)ns->href, NS_TYPES) == 0
					  ? NS_MESSAGES
					  : NS_TYPES));
	judge(t, "of the other namespace", n);
	n->ns = ns;
out:
	xmlFree(name);
}

static const char *const values[] = {"", "zz", "5", "-1", "true", "HTML", "calendar",
	"Shallow", "2026-11-23T15:00:00", "0x1000", "0x", "0x12345", "65535", "65536",
	"item:Subject", "String"};
enum { VALUES = sizeof values / sizeof *values };

/* The i-th value to try: some of all kinds, then all words that the tables know. */
static const char *
nth_value(struct trial *t, const struct schema_simple *type, size_t i)
{
	if (i < VALUES)
		return values[i];
	i -= VALUES;
	if (type == NULL || (type->kind != KIND_WORD && type->kind != KIND_FIELD))
		return NULL;
	if (type->kind == KIND_FIELD)
		return schema_field(i);
	const char *w = type->words;
	for (; i > 0 && *w != '\0'; i--) {
		w += strcspn(w, " ");
		w += *w == ' ';
	}
	return *w != '\0' ? arena_strndup(t->arena, w, strcspn(w, " ")) : NULL;
}

static void
change_attribute(
	struct trial *t, xmlNode *n, const char *name, const struct schema_simple *type)
{
	const char *was = node_attribute(t->arena, n, name), *v;
	for (size_t i = 0; (v = nth_value(t, type, i)) != NULL; i++) {
		xmlSetProp(n, (const xmlChar *)name, (const xmlChar *)v);
		judge(t, arena_printf(t->arena, "%s=\"%s\"", name, v), n);
	}
	xmlUnsetProp(n, (const xmlChar *)name);
	judge(t, arena_printf(t->arena, "without %s", name), n);
	if (was != NULL)
		xmlSetProp(n, (const xmlChar *)name, (const xmlChar *)was);
}

static void
change_attributes(struct trial *t, xmlNode *n, const struct schema_type *type)
{
	xmlSetProp(n, (const xmlChar *)"Unknown", (const xmlChar *)"1");
	judge(t, "an unknown attribute", n);
	xmlUnsetProp(n, (const xmlChar *)"Unknown");
	if (strcmp((const char *)n->name, "RequestServerVersion") == 0)
		return; /* its words are the server's business */
	for (const struct schema_attribute *a = type->attributes;
		a != NULL && a->name != NULL; a++)
		change_attribute(t, n, a->name, a->type);
}

static void
change_text(struct trial *t, xmlNode *n, const struct schema_type *type)
{
	const char *was = node_text(t->arena, n), *v;
	if (type->text == NULL) {
		xmlNode *text = xmlAddChild(n, xmlNewText((const xmlChar *)"words"));
		judge(t, "words among elements", n);
		xmlUnlinkNode(text);
		xmlFreeNode(text);
		return;
	}
	for (size_t i = 0; (v = nth_value(t, type->text, i)) != NULL; i++) {
		xmlNodeSetContent(n, (const xmlChar *)v);
		judge(t, arena_printf(t->arena, "\"%s\"", v), n);
	}
	xmlNodeSetContent(n, (const xmlChar *)was);
}

/* What the tables say may stand there, at every place. */

static const char *
sample_value(const struct schema_simple *type)
{
	static const char *const samples[] = {[KIND_STRING] = "x",
		[KIND_NOT_EMPTY] = "x",
		[KIND_BOOLEAN] = "true",
		[KIND_INT] = "1",
		[KIND_DATE_TIME] = "2026-11-23T15:00:00Z",
		[KIND_GUID] = "00020329-0000-0000-C000-000000000046",
		[KIND_TAG] = "0x670a",
		[KIND_FIELD] = "calendar:Start"};
	return type->kind != KIND_WORD ? samples[type->kind] : type->words;
}

static xmlNode *
sample(struct trial *t, const xmlNode *like, const struct schema_child *of)
{
	xmlNs *ns = xmlSearchNsByHref(
		like->doc, (xmlNode *)(uintptr_t)like, (const xmlChar *)of->ns);
	xmlNode *n = xmlNewNode(ns, (const xmlChar *)of->name);
	const struct schema_type *type = of->type;
	for (const struct schema_attribute *a = type->attributes;
		a != NULL && a->name != NULL; a++) {
		const char *v = sample_value(a->type);
		v = arena_strndup(t->arena, v, strcspn(v, " ")); /* a list's first word */
		if (a->required)
			xmlSetProp(n, (const xmlChar *)a->name, (const xmlChar *)v);
	}
	if (type->text != NULL) {
		const char *v = sample_value(type->text);
		xmlNodeSetContent(
			n, (const xmlChar *)arena_strndup(t->arena, v, strcspn(v, " ")));
	}
	int place = -1;
	for (const struct schema_child *k = type->children; k != NULL && k->name != NULL;
		k++) {
		if (!k->required || k->place == place)
			continue;
		xmlAddChild(n, sample(t, like, k));
		place = k->place;
	}
	return n;
}

static void
insert_everywhere(struct trial *t, xmlNode *n, const struct schema_child *of)
{
	if (of->type->any)
		return;
	xmlNode *one = sample(t, n, of);
	xmlNode *at = first_element(n);
	if (at == NULL)
		xmlAddChild(n, one);
	else
		xmlAddPrevSibling(at, one);
	for (;; at = next_element(at)) {
		judge(t, arena_printf(t->arena, "%s put in", of->name), n);
		if (at == NULL)
			break;
		xmlAddNextSibling(at, one);
	}
	xmlUnlinkNode(one);
	xmlFreeNode(one);
}

static const struct schema_type *
type_of(const struct schema_type *parent, const xmlNode *n)
{
	for (const struct schema_child *k = parent->children;
		k != NULL && k->name != NULL; k++)
		if (node_is(n, k->ns, k->name))
			return k->type;
	return NULL;
}

static void
change(struct trial *t, xmlNode *n, const struct schema_type *type)
{
	swap(t, n);
	drop_and_double(t, n);
	rename_it(t, n);
	change_attributes(t, n, type);
	change_text(t, n, type);
	for (const struct schema_child *k = type->children; k != NULL && k->name != NULL;
		k++)
		insert_everywhere(t, n, k);
	for (xmlNode *k = first_element(n); k != NULL; k = next_element(k)) {
		const struct schema_type *of = type_of(type, k);
		if (of != NULL && !of->any)
			change(t, k, of);
	}
}

static void
judge_element(
	struct xsd *x, struct judged *j, xmlNode *top, const struct schema_child *of)
{
	struct trial t = {.xsd = x, .judged = j, .arena = arena_new(0), .top = top};
	if (of != NULL) {
		t.type = of->type;
		judge(&t, "unchanged", top);
		change(&t, top, of->type);
	}
	arena_free(t.arena);
}

void
judge_changes(struct xsd *x, const char *request, struct judged *j)
{
	xmlDoc *doc = xmlReadMemory(
		request, (int)strlen(request), "request", NULL, XML_PARSE_NONET);
	xmlNode *header = first_element(xmlDocGetRootElement(doc));
	xmlNode *body = next_element(header);
	for (xmlNode *n = first_element(header); n != NULL; n = next_element(n))
		judge_element(x, j, n,
			schema_header((const char *)n->ns->href, (const char *)n->name));
	xmlNode *n = first_element(body);
	judge_element(x, j, n,
		schema_operation((const char *)n->ns->href, (const char *)n->name));
	xmlFreeDoc(doc);
}
