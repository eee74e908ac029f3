#include <libxml/parser.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/exchange_schema.h"
#include "sim/schemas.h"

static void __attribute__((format(printf, 2, 3)))
on_invalid(void *arg, const char *fmt, ...)
{
	struct xsd *x = arg;
	va_list args;
	va_start(args, fmt);
	if (x->why[0] == '\0')
		vsnprintf(x->why, sizeof x->why, fmt, args);
	va_end(args);
	x->why[strcspn(x->why, "\n")] = '\0';
}

bool
xsd_load(struct xsd *x, const char *dir)
{
	static const char *const needed[] = {"Types.xsd", "Messages.xsd"};
	char path[4096];
	*x = (struct xsd){.valid = NULL};
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, needed[i]);
		if (access(path, R_OK) == 0)
			continue;
		snprintf(x->why, sizeof x->why,
			"there is no %s; it is Microsoft's, and stands on every Exchange server "
			"in its EWS directory",
			needed[i]);
		return false;
	}
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(path);
	xmlSchema *schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	if (schema == NULL) {
		snprintf(x->why, sizeof x->why, "Messages.xsd is no schema");
		return false;
	}
	x->valid = xmlSchemaNewValidCtxt(schema);
	xmlSchemaSetValidErrors(x->valid, on_invalid, on_invalid, x);
	return true;
}

bool
xsd_check(struct xsd *x, xmlNode *n)
{
	x->why[0] = '\0';
	return xmlSchemaValidateOneElement(x->valid, n) == 0;
}

static void
check_element(struct xsd *x, const char *name, const xmlNode *n, struct validated *v)
{
	if (n != NULL && xsd_check(x, (xmlNode *)(uintptr_t)n))
		return;
	v->wrong++;
	printf("  wrong: %s: %s\n", name, n != NULL ? x->why : "there is nothing");
}

void
xsd_check_envelope(struct xsd *x, const char *name, const char *bytes, size_t size,
	struct validated *v)
{
	xmlDoc *doc = xmlReadMemory(bytes, (int)size, name, NULL, XML_PARSE_NONET);
	const xmlNode *root = doc != NULL ? xmlDocGetRootElement(doc) : NULL;
	const xmlNode *said = node_child(node_child(root, "Body"), NULL);
	const xmlNode *n = node_child(node_child(root, "Header"), NULL);
	for (; n != NULL; n = node_next(n), v->headers++)
		check_element(x, name, n, v);
	if (node_is(said, NS_SOAP, "Fault")) {
		v->faults++;
	} else {
		v->bodies++;
		check_element(x, name, said, v);
	}
	xmlFreeDoc(doc);
}
