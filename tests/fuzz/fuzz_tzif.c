#include <stddef.h>
#include <stdint.h>

#include "base/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tzif z;
	if (tzif_read((const char *)data, size, &z))
		for (int64_t t = -4000000000; t < INT64_C(253402300800); t += 3000000017)
			tzif_offset(&z, t);
	return 0;
}
