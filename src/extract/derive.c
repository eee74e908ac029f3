#include "extract/derive.h"

#include <string.h>

#include "base/arena.h"
#include "extract/value.h"
#include "phone.h"

enum { VALUE_MAX = 64 };

static bool
is_digits(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

const char *
derive_from(struct arena *a, const struct provider *p, const struct derivation *d,
	const char *value)
{
	size_t n = strlen(value);
	if (d->by != BY_KEYPAD && !is_digits(value))
		return NULL;
	if (d->length != 0 && n > d->length)
		n = d->length;
	char *out = arena_strndup(a, value, n);
	for (char *c = out; *c != '\0'; c++) {
		if ((unsigned char)*c >= 0x80)
			return NULL;
		*c = phone_key(*c);
	}
	return value_fits(p, d->slot, out) ? out : NULL;
}

bool
derive_beside(struct arena *a, const struct provider *p, const struct derivation *d,
	const char *line, size_t n, size_t open, const char **ret_value, size_t *ret_at)
{
	size_t end = open, digits = 0;
	while (end > 0 && line[end - 1] == ' ')
		end--;
	size_t from = end;
	while (from > 0 && end - from <= VALUE_MAX && line[from - 1] != ' ' &&
		line[from - 1] != '\t' && line[from - 1] != ':')
		from--;
	while (open + 1 + digits < n && line[open + 1 + digits] >= '0' &&
		line[open + 1 + digits] <= '9')
		digits++;
	if (from == end || end - from > VALUE_MAX || digits == 0 || digits > VALUE_MAX)
		return false;
	char *value = arena_strndup(a, line + from, end - from);
	const char *derived = derive_from(a, p, d, value);
	/* digits that stand twice prove nothing */
	if (derived == NULL || is_digits(value) || strlen(derived) != digits ||
		strncmp(derived, line + open + 1, digits) != 0 ||
		!value_fits(p, d->from, value))
		return false;
	*ret_value = value;
	*ret_at = from;
	return true;
}
