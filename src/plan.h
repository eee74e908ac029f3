/*
 * plan: what to dial, for one room, and what not
 *
 * The only place where a dial string is built; every one is built from typed fields and
 * parsed back before it is returned. Emergency, short, premium, satellite and letter
 * numbers are refused by code that no setting lifts.
 *
 * Owns:    results live in the given arena.
 * Threads: any.
 */
#ifndef PLAN_H
#define PLAN_H

#include "meeting.h"
#include "provider.h"

enum transport { VIA_SIP, VIA_H323, VIA_PSTN, VIA_WEB, N_TRANSPORTS };

const char *transport_name(enum transport via);
bool transport_find(const char *name, enum transport *ret);

/* What an administrator set for a provider; zero or NULL where the file decides. */
struct provider_settings {
	const char *provider;
	bool pin_set;
	enum pin_need pin;
	const char *number;                 /* E.164 */
	int id_delay_ms, pin_delay_ms;      /* -1: the tail's own pauses */
	const char *sip_endpoint, *h323_endpoint; /* host that replaces the file's */
	const char *sip_template;           /* custom providers: "{id}[.{pin}]@{endpoint}" */
};

struct policy {
	const char *country;                /* the room's, ISO 3166-1 alpha-2 */
	const char *const *countries;       /* allowed beside it; NULL: design's default */
	size_t n_countries;
	bool outbound;                      /* calls to the telephone network allowed */
	bool trust_invite_numbers;
	bool prefer_toll_free;
	bool confirm;                       /* always ask the user first */
	enum transport order[N_TRANSPORTS]; /* the room's, best first */
	size_t n_order;
	const char *const *allowed_hosts;   /* SIP/H.323 hosts beyond the providers' own */
	size_t n_allowed_hosts;
	const struct provider_settings *settings; /* one a provider that has any */
	size_t n_settings;
};

/* US, outbound, every transport in the order sip, h323, pstn, web. */
struct policy policy_default(const char *country);

struct plan_step {
	enum { STEP_DIAL, STEP_WAIT, STEP_SEND } kind;
	const char *text; /* what is dialled or keyed */
	int wait_ms;
};

struct plan_refusal {
	enum transport via;
	const char *reason;    /* "emergency", "premium", "country", "host" …: docs/refusals.md */
	const char *ends_with; /* its last two characters, where it is no whole transport */
};

enum plan_confirm { CONFIRM_NONE, CONFIRM_POLICY, CONFIRM_UNKNOWN_NUMBER };

struct plan {
	const struct provider *provider;
	bool has[N_TRANSPORTS];
	enum transport via; /* the first of the order that is there; valid if any is */
	struct {
		const char *uri; /* "sip:91847302265.04471963@zoomcrc.com" */
		const struct plan_step *steps;
		size_t n_steps;
	} sip;
	struct {
		const char *dial, *address, *id, *pin;
		const struct plan_step *steps;
		size_t n_steps;
	} h323;
	struct {
		const char *number, *country, *id, *pin, *dial;
		bool toll_free;
		bool unknown; /* an invite's number that nobody vouches for: ask first */
		const struct plan_step *steps;
		size_t n_steps;
		const char *const *alternatives; /* E.164, dialled the same way */
		size_t n_alternatives;
	} pstn;
	struct {
		const char *url, *meeting_id, *passcode;
	} web;
	bool needs_pin; /* the provider wants one, and the meeting has none */
	enum plan_confirm confirm;
	const struct plan_refusal *refused;
	size_t n_refused;
	const char *const *warnings; /* "retired: Amazon Chime ended on 2026-02-20" */
	size_t n_warnings;
};

/*
 * A plan always comes back, with no transport when nothing may be dialled. `via` lists
 * the transports wanted, best first (NULL: the policy's order). `pin`, when given, is the
 * user's answer and takes the place of the provider's pin_slot.
 */
const struct plan *plan_make(struct arena *a, const struct providers *ps,
	const struct meeting *m, const struct policy *policy, const enum transport *via,
	size_t n_via, const char *pin);

/*
 * Of a plan made in the policy's order, what a device can dial that has only these, best
 * first: what plan_make would say, without making it again. Shares `plan`'s strings. NULL
 * when one of them is not in the policy's order.
 */
const struct plan *plan_via(struct arena *a, const struct plan *plan,
	const struct policy *policy, const enum transport *via, size_t n_via);

/* An ad-hoc meeting, from what a user said. ERR_CONFIG when the ID or PIN cannot be one of
 * the provider's: err says what is allowed. */
int plan_meeting(struct arena *a, const struct provider *p, const char *meeting_id,
	const char *pin, struct meeting *ret, struct err *err);

enum number_verdict {
	NUMBER_OK,
	NUMBER_INVALID,
	NUMBER_EMERGENCY,
	NUMBER_SHORT,
	NUMBER_PREMIUM,
	NUMBER_SATELLITE,
	NUMBER_COUNTRY,
};
const char *number_verdict_name(enum number_verdict v);

/* The compiled-in refusals, then the policy's countries. `text` as printed or E.164; `ret`
 * (may be NULL) is filled for NUMBER_OK and NUMBER_COUNTRY. */
enum number_verdict number_check(const char *text, const struct policy *policy,
	struct phone *ret);

/* A PSTN plan in an engine's own notation: "tel", "asterisk", "freeswitch", "twilio",
 * "a4b". NULL for an unknown format, a plan without PSTN, or what the format cannot say. */
char *plan_render(struct arena *a, const struct plan *plan, const char *format);

#endif
