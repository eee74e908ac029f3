#include "auth/claims.h"

#include <string.h>

#include "base/arena.h"
#include "base/strict_json.h"

enum { MAX_TEXT = 100 };

/* base64url without padding (RFC 7515, 2); NULL: it is not that. */
static const char *
decode(struct arena *a, const char *s, size_t n, size_t *ret_n)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;
	unsigned bits = 0, have = 0;
	for (size_t i = 0; i < n; i++) {
		const char *d = s[i] != '\0' ? strchr(letters, s[i]) : NULL;
		if (d == NULL)
			return NULL;
		bits = (bits << 6 | (unsigned)(d - letters)) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[k++] = (char)(bits >> have & 0xff);
		}
	}
	out[k] = '\0';
	*ret_n = k;
	return out;
}

/* It goes into commands that an administrator may paste. */
static const char *
word(struct arena *a, const char *s)
{
	size_t n = s != NULL ? strlen(s) : 0;
	return n > 0 && n <= MAX_TEXT &&
			       strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz0123456789._-") == n
		       ? arena_strdup(a, s)
		       : NULL;
}

bool
auth_claims_read(struct arena *a, const char *token, struct auth_claims *ret)
{
	const char *first = strchr(token, '.');
	const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
	size_t size = 0, i;
	json_t *claims = NULL, *role;
	*ret = (struct auth_claims){.object_id = NULL};
	const char *text =
		second != NULL ? decode(a, first + 1, (size_t)(second - first - 1), &size)
			       : NULL;
	if (text == NULL || strict_json_read(text, size, &claims, NULL) != 0)
		return false;
	ret->object_id = word(a, strict_json_text(claims, "oid"));
	json_array_foreach (json_object_get(claims, "roles"), i, role) {
		const char *w = word(a, json_string_value(role));
		if (w != NULL && ret->n_roles < CLAIMS_MAX_ROLES)
			ret->roles[ret->n_roles++] = w;
	}
	json_decref(claims);
	return true;
}
