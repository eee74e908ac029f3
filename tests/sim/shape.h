/*
 * shape: how a scenario's keys are written down for libcyaml
 *
 * Owns:    nothing.
 * Threads: any.
 */
#ifndef SIM_SHAPE_H
#define SIM_SHAPE_H

#include "base/datafile.h"

/* Every key may be missing; its member has the key's name, a list's also NAME_count. */
#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXT(type, key)                                                                  \
	CYAML_FIELD_STRING_PTR(#key, OPTIONAL, struct type, key, 0, 1 << 20)
#define COUNT(type, key) CYAML_FIELD_UINT(#key, CYAML_FLAG_OPTIONAL, struct type, key)
#define FLAG(type, key) CYAML_FIELD_BOOL(#key, CYAML_FLAG_OPTIONAL, struct type, key)
#define LIST(type, key, of)                                                              \
	CYAML_FIELD_SEQUENCE(#key, OPTIONAL, struct type, key, &(of), 0, 100000)
/* TYPE_shape of TYPE_fields, for lists. */
#define SHAPE(type)                                                                      \
	static const cyaml_schema_value_t type##_shape = {                               \
		CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct type, type##_fields)}

#endif
