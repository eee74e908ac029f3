/*
 * build: one plan in the making
 *
 * What the parts of plan_make share: the values that may be dialled or keyed, and where
 * refusals are noted. Private to plan/.
 *
 * Owns:    nothing; everything lives in the arena.
 * Threads: any.
 */
#ifndef PLAN_BUILD_H
#define PLAN_BUILD_H

#include "base/arena.h"
#include "plan.h"

enum {
	PLAN_MAX_REFUSED = 16,
	PLAN_MAX_ALTERNATIVES = 10,
	PLAN_MAX_WARNINGS = 4,
	PAUSE_MS = 2000, /* what one comma stands for */
	PLAN_MAX_TONES = 64,
	PLAN_MAX_RUN = 24, /* digits keyed in one go */
	PLAN_MAX_STEPS = 16,
	PLAN_MAX_WAIT_MS = 30000, /* one pause */
};

struct build {
	struct arena *arena;
	const struct provider *provider;
	const struct meeting *meeting;
	const struct policy *policy;
	const struct provider_settings *settings; /* never NULL */
	enum pin_need pin;
	bool pin_said;               /* the PIN is the user's own answer */
	const char *values[N_SLOTS]; /* each one that the provider accepts; else NULL */
	struct plan *plan;
	struct plan_refusal *refused;
};

void build_refuse(
	struct build *b, enum transport via, const char *reason, const char *number);

/* The parts; each fills its own piece of b->plan or leaves it as it is. */
void build_pstn(struct build *b);
void build_sip(struct build *b);
void build_h323(struct build *b);

/* What the invite offers for this way and extraction took nothing from. */
void build_dropped(struct build *b, enum transport via);

/* What is keyed, out of a template and typed values. */
struct tail {
	const struct plan_step *steps; /* waits and sends */
	size_t n_steps;
	const char *text; /* ",,91847302265#": pauses as commas, rounded up */
	const char *id;   /* the first value keyed that is not the PIN; NULL: none */
	bool keys_pin;
};

/* False when a slot outside of brackets has no value, or more would be keyed than the
 * limits above. `delays` (may be NULL) take the place of the template's pauses. */
bool tail_fill(const struct build *b, const char *template, const char *const *values,
	const struct provider_settings *delays, struct tail *ret);

/* The PIN that must not be left out is keyed after everything else. */
const char *tail_with_pin(const struct build *b, const char *template);

/* What somebody said or typed, without what only groups its digits; of a name, only the
 * ends are cut. */
const char *said_value(
	struct arena *a, const struct provider *p, enum slot slot, const char *said);

/* Which of the ways there are comes first, and whether the user is asked before it. */
void plan_prefer(struct plan *p, const struct policy *policy, const enum transport *via,
	size_t n_via);

bool policy_allows(const struct policy *p, const char *country);
const struct provider_settings *policy_settings(
	const struct policy *p, const char *provider);

/* Strict readers of what was built; each string is read by one before it leaves. */
bool sound_number(const char *e164);                   /* +13017158592 */
bool sound_dial(const char *dial, const char *number); /* that, then ,,91847302265# */
bool sound_tones(const char *tones);                   /* 91847302265# */
bool sound_sip(const char *uri, const char *host);     /* sip:user@host, of that host */
bool sound_host(const char *host);                     /* a lower case name, or IPv4 */
bool sound_h323(const char *dial, const char *host);   /* host, or host##id#pin */

/* Whether the user of an address would ring a telephone: "+19005550199", "911". */
bool user_is_number(const char *user);

#endif
