/*
 * provider: how each conference service is dialled
 *
 * One file of providers/ each, checked and compiled when loaded; docs/providers.md has
 * the format. Site files in a second directory add to or replace shipped ones by id.
 *
 * Owns:    the set owns everything reachable from it; it is counted, and freed with the last.
 * Threads: any; read-only after loading.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slot.h"

struct arena;
struct err;

enum pin_need { PIN_NEVER, PIN_OPTIONAL, PIN_REQUIRED };

const char *pin_need_name(enum pin_need need); /* "never" … */

/*
 * A template: literal text, `{slot}` for a value, `[…]` for a part that is left out when a
 * slot within it has no value. `{ip}` is the gateway's address, `{endpoint}` a custom
 * provider's. In a tail a comma is a pause of 2 seconds.
 */
struct provider_number {
	const char *e164;
	const char *country; /* ISO 3166-1 alpha-2 */
	bool toll_free;
};

struct provider_gateway {
	const char *template; /* "{meeting_id}[.{phone_pin}]@zoomcrc.com" */
	const char *const *hosts; /* host names, '*.' for sub-domains, or IPv4 networks */
	size_t n_hosts;
	const char *after; /* a tail keyed after the answer: "{phone_id}#"; NULL for none */
};

struct slot_shape {
	bool used;
	bool digits;            /* else any of what slot_allows says */
	uint8_t min, max;       /* characters, after spaces and dashes are taken out */
};

struct provider {
	const char *id, *name;
	const char *retired;  /* the date it ended, "2026-02-20"; NULL while it runs */
	enum pin_need pin;
	enum slot id_slot;    /* which slot a person's "meeting ID" fills, for meeting.dial */
	enum slot pin_slot;   /* likewise the PIN */
	struct slot_shape shapes[N_SLOTS];

	/* Tails after the number, best first: ",,{meeting_id}#,,,,*{phone_pin}#". The first
	 * whose slots are all known is keyed; a printed tail is taken only in one of them. */
	const char *const *tails;
	size_t n_tails;
	const struct provider_number *numbers; /* access numbers that the service publishes */
	size_t n_numbers;
	bool own_numbers; /* each customer has its own, which stand only in its invites */
	bool general; /* no service of its own: read only where an invite names none */

	const struct provider_gateway *sip;
	size_t n_sip;
	const struct provider_gateway *h323;
	size_t n_h323;
	const char *file; /* where it was loaded from */
};

struct providers;

/* Loads shipped (dir) then site files (site_dir, may be NULL or absent). All or nothing:
 * on an error *ret is untouched and err names file, line and cure. */
int providers_load(const char *dir, const char *site_dir, struct providers **ret,
	struct err *err);
const struct providers *providers_ref(const struct providers *ps); /* takes NULL */
void providers_free(const struct providers *ps); /* takes NULL; gives one reference back */

const struct provider *providers_find(const struct providers *ps, const char *id);
size_t providers_count(const struct providers *ps);
const struct provider *providers_at(const struct providers *ps, size_t i); /* by id */

/* Whether `host` (lower case name, or dotted IPv4) is one that the gateway names. */
bool gateway_has_host(const struct provider_gateway *gw, const char *host);

/* Whether the value has the provider's shape for that slot. */
bool provider_accepts(const struct provider *p, enum slot slot, const char *value);

/*
 * Fills a template from slot values (N_SLOTS of them, NULL where unknown) and `ip` (or
 * NULL). NULL when a slot outside of brackets has no value.
 */
char *template_fill(struct arena *a, const char *template, const char *const *values,
	const char *ip);

/*
 * Reads a printed tail (",,86182044124#,,,,*790655#", decoded) against one template:
 * pauses may differ in length, a missing last '#' is forgiven. True fills ret_values.
 */
bool template_read(struct arena *a, const char *template, const char *printed, size_t n,
	const struct provider *p, const char *ret_values[N_SLOTS]);

#endif
