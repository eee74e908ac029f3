#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/claims.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* It goes into commands that an administrator may paste. */
static void
check(const char *word)
{
	size_t n = strlen(word);
	if (n == 0 || n > 100 ||
		strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789._-") != n)
		abort();
}

/* A token as it comes; and its middle part, which a fuzzer does not easily write in base64. */
static void
read_token(struct arena *a, const char *token)
{
	struct auth_claims claims;
	if (!auth_claims_read(a, token, &claims))
		return;
	if (claims.object_id != NULL)
		check(claims.object_id);
	if (claims.n_roles > CLAIMS_MAX_ROLES)
		abort();
	for (size_t i = 0; i < claims.n_roles; i++)
		check(claims.roles[i]);
}

static const char *
token_of(struct arena *a, const uint8_t *data, size_t size)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	char *token = arena_alloc(a, size * 2 + 8), *to = token;
	unsigned bits = 0, have = 0;
	*to++ = '.';
	for (size_t i = 0; i < size; i++)
		for (bits = (bits << 8 | data[i]) & 0xffff, have += 8; have >= 6;
			have -= 6)
			*to++ = letters[bits >> (have - 6) & 63];
	if (have > 0)
		*to++ = letters[bits << (6 - have) & 63];
	*to++ = '.';
	*to = '\0';
	return token;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	read_token(a, arena_strndup(a, (const char *)data, size));
	read_token(a, token_of(a, data, size));
	arena_free(a);
	return 0;
}
