/* Bytes as a text, page, mail, calendar or JSON, its kind by the first of them: the disguised
 * copy of what was UTF-8 is of that kind again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "cli/carrier.h"
#include "cli/disguise.h"
#include "help/help.h"
#include "invite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct providers *providers;
static struct rules *rules;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
load(void)
{
	static struct arena *a;
	if (a != NULL)
		return;
	a = arena_new(0);
	must(providers_load(help_path(a, "providers"), NULL, &providers, NULL) ==
			ERR_NONE &&
		rules_load(help_path(a, "patterns"), NULL, providers, &rules, NULL) ==
			ERR_NONE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"x.txt", "x.html", "x.eml", "x.ics", "x.json"};
	load();
	if (size == 0)
		return 0;
	struct arena *a = arena_new(256 << 20);
	struct event e;
	struct err err = {0};
	const char *name = names[*data % 5], *bytes = (const char *)data + 1;
	if (invite_read_file(a, name, bytes, size - 1, &e, &err) == ERR_NONE) {
		const struct extraction *x = extract(a, rules, invite_clean(a, &e), "US");
		struct disguise *d = disguise_new(a, rules, providers);
		char *copy;
		size_t n;
		disguise_name(d, e.organizer_name);
		disguise_found(d, x);
		if (carrier_disguise(a, d, name, bytes, size - 1, &copy, &n, &err) ==
			ERR_NONE)
			must(invite_read_file(a, name, copy, n, &e, &err) == ERR_NONE ||
				!utf8_valid(bytes, size - 1));
		else
			must(err.text[0] != '\0');
	}
	arena_free(a);
	return 0;
}
