/*
 * schema: what a pattern file may hold
 *
 * Threads: any.
 */
#ifndef EXTRACT_SCHEMA_H
#define EXTRACT_SCHEMA_H

#include "base/datafile.h"

extern const cyaml_schema_value_t pattern_schema; /* a struct pattern_file */

#endif
