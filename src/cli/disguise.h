/*
 * disguise: the same text with other names, addresses, IDs and codes
 *
 * Consistent within one disguise: what was equal stays equal, digits stay as many and leading
 * zeros stay. What every invite of a provider has stays as it is: its words, its hosts, its
 * published numbers. By chance of the system's making, so that nothing leads back.
 *
 * Owns:    everything lives in the arena.
 * Threads: one at a time.
 */
#ifndef CLI_DISGUISE_H
#define CLI_DISGUISE_H

#include <stddef.h>

#include "extract.h"

struct arena;
struct disguise;

struct disguise *disguise_new(
	struct arena *a, const struct rules *rules, const struct providers *ps);

/* Known before the text is read: somebody's name, each of whose words is hidden wherever it
 * stands, and what an invite was found to say. */
void disguise_name(struct disguise *d, const char *name);
void disguise_found(struct disguise *d, const struct extraction *x);

/* Text, HTML, or one property or header field, as UTF-8. NUL-terminated. */
char *disguise_text(struct disguise *d, const char *s, size_t n, size_t *ret_size);

#endif
