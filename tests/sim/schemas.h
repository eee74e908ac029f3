/*
 * schemas: the simulated Exchange and our client against Microsoft's schema
 *
 * What `make schemas` does with Messages.xsd and Types.xsd, which are not in this tree.
 *
 * Owns:    nothing; the schema and documents are the caller's.
 * Threads: one.
 */
#ifndef SIM_SCHEMAS_H
#define SIM_SCHEMAS_H

#include <libxml/xmlschemas.h>
#include <stdbool.h>
#include <stddef.h>

struct xsd {
	xmlSchemaValidCtxt *valid;
	char why[300]; /* what was wrong with the last one */
};
/* False: `why` says why the directory's schema cannot be used. */
bool xsd_load(struct xsd *x, const char *dir);
bool xsd_check(struct xsd *x, xmlNode *n);

/* The headers of an envelope and what its body says; a fault is SOAP's own and of no
 * schema. Prints, after `name`, each element that is not valid. */
struct validated {
	size_t bodies, headers, faults, wrong;
};
void xsd_check_envelope(struct xsd *x, const char *name, const char *bytes, size_t size,
	struct validated *v);

/*
 * Changes a request in every way that could matter to a schema (order, number, names,
 * attributes, values; and each element that the simulator's tables have, at each place),
 * and counts where the tables and the schema judge differently. Prints each such case.
 */
struct judged {
	size_t changes, refused, differ;
};
void judge_changes(struct xsd *x, const char *request, struct judged *j);

#endif
