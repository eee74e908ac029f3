#include <stddef.h>
#include <stdint.h>

#include "fuzz/fuzz_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_event("x.json", data, size);
	return 0;
}
