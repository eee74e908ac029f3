/*
 * report: what was found, and what would be dialled, as JSON
 *
 * The words that `convoke extract`, the socket and `convoke dial` have in common, so that
 * they cannot drift apart.
 *
 * Owns:    nothing; results are new references (json_decref).
 * Threads: any.
 */
#ifndef REPORT_H
#define REPORT_H

#include <jansson.h>

#include "meeting.h"
#include "plan.h"

/* For json_dumps: one line, and a confidence of 0.98 written as that. */
#define REPORT_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

/* The `dial` object of meeting.join: transport, sip, h323, pstn, web, refused. What a plan
 * does not have is absent; NULL when it has no transport and nothing refused. */
json_t *report_dial(const struct plan *plan);

/*
 * {"meetings":[…],"tie":true,"warnings":[…]}: best first, facts as found, `dial` and `uri`
 * from plan_make under `policy`; what the invite does not speak of is absent, though it could
 * be dialled. `explain` adds `evidence` (a list of field, rule, part, offset, length, quote),
 * `notes` and `lost`.
 */
json_t *report_extraction(const struct extraction *x, const struct providers *ps,
	const struct policy *policy, bool explain);

#endif
