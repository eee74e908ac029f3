/*
 * exchange_schema: what EWS's schema allows in a request
 *
 * The facts of Microsoft's Messages.xsd and Types.xsd for the operations that are
 * simulated: which elements in which order, which attributes, which words. `make schemas`
 * compares them with the files themselves.
 *
 * Owns:    nothing; tables are constant.
 * Threads: any.
 */
#ifndef SIM_EXCHANGE_SCHEMA_H
#define SIM_EXCHANGE_SCHEMA_H

#include <libxml/tree.h>

#include "sim/exchange_store.h"

#define NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_TYPES "http://schemas.microsoft.com/exchange/services/2006/types"
#define NS_MESSAGES "http://schemas.microsoft.com/exchange/services/2006/messages"
#define NS_ERRORS "http://schemas.microsoft.com/exchange/services/2006/errors"

enum schema_kind {
	KIND_STRING,
	KIND_NOT_EMPTY,
	KIND_BOOLEAN,
	KIND_INT,
	KIND_DATE_TIME,
	KIND_GUID,
	KIND_TAG,
	KIND_WORD,
	KIND_FIELD, /* a FieldURI, which see */
};

struct schema_simple {
	const char *name; /* of the type, as errors say it */
	enum schema_kind kind;
	const char *words; /* KIND_WORD: all of them, between blanks */
};

struct schema_attribute {
	const char *name;
	const struct schema_simple *type;
	bool required;
};

struct schema_child {
	int place; /* in the order; those of one place exclude each other, or mix if
		      `many` */
	const char *ns, *name;
	const struct schema_type *type;
	bool required, many; /* the same for all of one place */
	enum version since;
};

struct schema_type {
	const struct schema_attribute *attributes; /* ends with a NULL name */
	const struct schema_child *children;       /* by place; ends with a NULL name */
	const struct schema_simple *text;          /* of an element without children */
	bool any;       /* not simulated: whatever stands within is let pass */
	bool in_header; /* attributes of SOAP's own are allowed */
};

/* Elements that a request's Body or Header may hold; NULL: the schema has none such. */
const struct schema_child *schema_operation(const char *ns, const char *name);
const struct schema_child *schema_header(const char *ns, const char *name);

const char *schema_field(size_t i); /* NULL: there are no more */

/* The field that a FieldURI names; V_NONE: none of the schema's. */
enum version schema_field_since(const char *field);

/*
 * False when `n` does not follow its type, with words like those of Exchange in the arena
 * and the line where. Elements are those of the version asked for, fields those that the
 * server knows.
 */
struct schema_check {
	struct arena *arena;
	enum version asked, server;
	const char *words;
	long line;
};
bool schema_check(
	struct schema_check *c, const xmlNode *n, const struct schema_type *type);

const char *node_attribute(
	struct arena *a, const xmlNode *n, const char *name); /* or NULL */
const char *node_text(struct arena *a, const xmlNode *n);     /* trimmed; NULL for NULL */
const xmlNode *node_child(
	const xmlNode *n, const char *name); /* NULL name: any element */
const xmlNode *node_next(const xmlNode *n);
bool node_is(const xmlNode *n, const char *ns, const char *name);

#endif
