/*
 * yaml: a data file against its schema
 *
 * Owns:    what yaml_load returns belongs to the caller, until yaml_free with the same schema.
 * Threads: any.
 */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <cyaml/cyaml.h>
#include <stddef.h>

struct err;

enum { YAML_MAX = 1 << 20 }; /* bytes of one file */

/* `bytes` are the file's; err names `path` and the line. ERR_CONFIG when they do not follow
 * the schema, or are empty. */
int yaml_load(const char *path, const char *bytes, size_t size,
	const cyaml_schema_value_t *schema, void **ret, struct err *err);
void yaml_free(const cyaml_schema_value_t *schema, void *data); /* takes NULL */

/* The line, from 1, where `text` first stands in a file's bytes; 1 when it does not. */
int yaml_line(const char *bytes, const char *text);

#endif
