#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct phone p, again;
	phone_country(text, size);
	if (!phone_parse(text, size, size % 2 == 0 ? "US" : NULL, &p))
		return 0;
	/* what comes out is E.164, and reads back as itself */
	size_t n = strlen(p.e164);
	if (p.e164[0] != '+' || strspn(p.e164 + 1, "0123456789") != n - 1 || n < 8)
		abort();
	if (!phone_parse(p.e164, n, NULL, &again) || strcmp(again.e164, p.e164) != 0)
		abort();
	return 0;
}
