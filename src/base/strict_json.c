#include "base/strict_json.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"

void
strict_json_setup(void)
{
	json_object_seed(0);
}

/* False past a limit. What is no JSON is left to jansson. */
static bool
is_within_limits(const char *s, size_t n)
{
	size_t depth = 0, values = 1;
	bool in_string = false;
	if (n > STRICT_JSON_MAX_BYTES)
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
			continue;
		}
		in_string = c == '"';
		values += c == ',' || c == ':' || c == '[' || c == '{';
		depth += c == '[' || c == '{';
		if (depth > STRICT_JSON_MAX_DEPTH || values > STRICT_JSON_MAX_VALUES)
			return false;
		depth -= depth > 0 && (c == ']' || c == '}');
	}
	return true;
}

int
strict_json_read(const char *bytes, size_t size, json_t **ret, struct err *err)
{
	json_error_t why;
	if (!is_within_limits(bytes, size))
		return err_set(err, ERR_LIMIT, "json_too_large",
			"JSON of more than %d MiB, %d values or %d levels",
			STRICT_JSON_MAX_BYTES >> 20, STRICT_JSON_MAX_VALUES,
			STRICT_JSON_MAX_DEPTH);
	*ret = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &why);
	if (*ret == NULL) /* jansson's own words may quote a secret */
		return err_set(err, ERR_BAD_REPLY, "not_json",
			"not valid JSON at line %d, column %d", why.line, why.column);
	return ERR_NONE;
}

const char *
strict_json_text(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}
