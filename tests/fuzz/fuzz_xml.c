#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(struct arena *a, const struct xml_node *n)
{
	xml_text(a, n, NULL);
	xml_attribute(n, "Id");
	for (const struct xml_node *c = xml_child(n, NULL, NULL); c != NULL;
		c = xml_next(c, NULL, NULL))
		walk(a, c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct xml_document *d;
	if (xml_read((const char *)data, size, &d, NULL) == 0) {
		struct arena *a = arena_new(0);
		walk(a, xml_root(d));
		arena_free(a);
		xml_free(d);
	}
	return 0;
}
