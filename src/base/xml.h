/*
 * xml: a document from a stranger, and how to read it
 *
 * Limits are checked by a scan of our own before libxml2 sees a byte: no DOCTYPE, UTF-8
 * only, bounded depth, tags and attributes. Characters that XML forbids, which Exchange
 * sends as "&#x0;", are dropped; any other fault refuses the whole document.
 *
 * Owns:    a document owns its nodes; texts are copied into the given arena.
 * Threads: a document belongs to one thread at a time.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;
struct xml_document;
struct xml_node; /* an element */

enum {
	XML_MAX_BYTES = 8 << 20,
	XML_MAX_DEPTH = 64,
	XML_MAX_ELEMENTS = 200000,
	XML_MAX_ATTRIBUTES = 64, /* of one tag */
	XML_MAX_TAG = 16 << 10,  /* bytes of one tag */
};

/* Before a process seals itself: the parser's tables. Needed nowhere else. */
void xml_setup(void);

/* ERR_BAD_REPLY when it is not well-formed or not allowed here, ERR_LIMIT past a limit.
 */
int xml_read(const char *bytes, size_t size, struct xml_document **ret, struct err *err);
void xml_free(struct xml_document *d); /* takes NULL */

/*
 * Elements by namespace and local name; a prefix means nothing. NULL where there is none,
 * and all take NULL for a node. `name` NULL: any element of any namespace.
 */
const struct xml_node *xml_root(const struct xml_document *d);
const struct xml_node *xml_child(
	const struct xml_node *n, const char *ns, const char *name);
const struct xml_node *xml_next(
	const struct xml_node *n, const char *ns, const char *name);
bool xml_is(const struct xml_node *n, const char *ns, const char *name);

/* The text directly within an element; NULL for a NULL node, "" for an empty one. */
const char *xml_text(struct arena *a, const struct xml_node *n, size_t *ret_size);

/* An attribute without a namespace; NULL when absent. The document's own memory. */
const char *xml_attribute(const struct xml_node *n, const char *name);

#endif
