#include "help/desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "help/help.h"

static void
load(struct desk *d, const char *site)
{
	struct err err = {0};
	providers_free(d->ps);
	d->ps = NULL;
	if (providers_load(help_path(d->a, "providers"), site, &d->ps, &err) != ERR_NONE)
		fail_msg("%s: %s", err.text, err.cure);
}

int
desk_set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct desk *d = arena_one(a, struct desk);
	d->a = a;
	load(d, NULL);
	d->policy = policy_default("US");
	*state = d;
	return 0;
}

int
desk_tear_down(void **state)
{
	struct desk *d = *state;
	providers_free(d->ps);
	arena_free(d->a);
	return 0;
}

void
desk_providers(struct desk *d, const char *const *files, size_t n)
{
	const char *dir = help_tmpdir(d->a);
	for (size_t i = 0; i < n; i++)
		help_write(arena_printf(d->a, "%s/%zu.yaml", dir, i), files[i],
			strlen(files[i]));
	load(d, dir);
}

void
desk_meeting(struct desk *d, const char *provider)
{
	d->m = (struct meeting){
		.provider = provider, .confidence = 95, .numbers = d->numbers};
}

void
desk_slot(struct desk *d, enum slot slot, const char *value)
{
	d->m.slots[slot] = (struct finding){value, false, {.rule = "test"}};
}

struct meeting_number *
desk_number(struct desk *d, const char *e164)
{
	struct meeting_number *n = &d->numbers[d->m.n_numbers++];
	*n = (struct meeting_number){.from = {.rule = "test"}};
	strncpy(n->phone.e164, e164, sizeof n->phone.e164 - 1);
	return n;
}

const struct plan *
desk_plan(struct desk *d)
{
	return plan_make(d->a, d->ps, &d->m, &d->policy, NULL, 0, NULL);
}

const struct plan *
desk_plan_via(struct desk *d, enum transport via)
{
	return plan_make(d->a, d->ps, &d->m, &d->policy, &via, 1, NULL);
}

const struct plan *
desk_plan_pin(struct desk *d, const char *pin)
{
	return plan_make(d->a, d->ps, &d->m, &d->policy, NULL, 0, pin);
}

struct provider_settings *
desk_settings(struct desk *d, const char *provider)
{
	d->settings = (struct provider_settings){
		.provider = provider, .id_delay_ms = -1, .pin_delay_ms = -1};
	d->policy.settings = &d->settings;
	d->policy.n_settings = 1;
	return &d->settings;
}

bool
desk_refused(const struct plan *p, enum transport via, const char *reason)
{
	for (size_t i = 0; i < p->n_refused; i++)
		if (p->refused[i].via == via && strcmp(p->refused[i].reason, reason) == 0)
			return true;
	return false;
}

const char *
desk_steps(struct desk *d, const struct plan_step *steps, size_t n)
{
	struct buf b;
	buf_init(&b, d->a);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_char(&b, '|');
		if (steps[i].kind == STEP_WAIT)
			buf_printf(&b, "%d", steps[i].wait_ms);
		else
			buf_str(&b, steps[i].text);
	}
	return b.s;
}
