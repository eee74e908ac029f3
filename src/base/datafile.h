/*
 * datafile: a YAML file, read by its schema
 *
 * Owns:    what datafile_load returns belongs to the caller, until datafile_free with the
 * same schema. Threads: any.
 */
#ifndef BASE_DATAFILE_H
#define BASE_DATAFILE_H

#include <cyaml/cyaml.h>
#include <stddef.h>

struct err;

enum { DATAFILE_MAX = 1 << 20 }; /* bytes of one file */

/* `bytes` are the file's; err names `path` and the line. ERR_CONFIG when they do not
 * follow the schema, or are empty. */
int datafile_load(const char *path, const char *bytes, size_t size,
	const cyaml_schema_value_t *schema, void **ret, struct err *err);
void datafile_free(const cyaml_schema_value_t *schema, void *data); /* takes NULL */

/* The line, from 1, where `text` first stands in a file's bytes; 1 when it does not. */
int datafile_line(const char *bytes, const char *text);

#endif
