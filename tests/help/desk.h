/*
 * desk: a meeting, a room's policy and the shipped providers, for tests of plans
 *
 * Owns:    the desk and all that is made on it live in its arena.
 * Threads: one.
 */
#ifndef DESK_H
#define DESK_H

#include "plan.h"

struct desk {
	struct arena *a;
	struct providers *ps;
	struct policy policy;              /* US, everything allowed */
	struct provider_settings settings; /* in force when `settings.provider` is set */
	struct meeting m;
	struct meeting_number numbers[MEETING_MAX_NUMBERS + 8];
};

/* cmocka fixtures: *state is the desk. */
int desk_set_up(void **state);
int desk_tear_down(void **state);

/* Adds provider files, each with its whole text, to those that are shipped. */
void desk_providers(struct desk *d, const char *const *files, size_t n);

void desk_meeting(struct desk *d, const char *provider);
void desk_slot(struct desk *d, enum slot slot, const char *value);
struct meeting_number *desk_number(struct desk *d, const char *e164);

const struct plan *desk_plan(struct desk *d);
const struct plan *desk_plan_via(struct desk *d, enum transport via);
const struct plan *desk_plan_pin(struct desk *d, const char *pin);

/* Settings for one provider, the file's own until they are changed. */
struct provider_settings *desk_settings(struct desk *d, const char *provider);

/* Whether the plan refused something of this transport for that reason. */
bool desk_refused(const struct plan *p, enum transport via, const char *reason);

/* "+1301…|4000|91847302265#": the steps, joined. */
const char *desk_steps(struct desk *d, const struct plan_step *steps, size_t n);

#define desk_test(f) cmocka_unit_test_setup_teardown(f, desk_set_up, desk_tear_down)

#endif
