#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "help/help.h"
#include "plan.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct desk {
	struct arena *a;
	struct providers *ps;
	struct policy policy;
	struct provider_settings settings;
	struct meeting m;
	struct meeting_number numbers[16];
};

static int
set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct desk *d = arena_one(a, struct desk);
	struct err err = {0};
	d->a = a;
	if (providers_load(help_path(a, "providers"), NULL, &d->ps, &err) != ERR_NONE)
		fail_msg("%s", err.text);
	d->policy = policy_default("US");
	*state = d;
	return 0;
}

static int
tear_down(void **state)
{
	struct desk *d = *state;
	providers_free(d->ps);
	arena_free(d->a);
	return 0;
}

static void
begin(struct desk *d, const char *provider)
{
	d->m = (struct meeting){.provider = provider, .confidence = 95};
	d->m.numbers = d->numbers;
}

static void
say(struct desk *d, enum slot slot, const char *value)
{
	d->m.slots[slot] = (struct finding){value, false, {.rule = "test"}};
}

static struct meeting_number *
number(struct desk *d, const char *e164)
{
	struct meeting_number *n = &d->numbers[d->m.n_numbers++];
	*n = (struct meeting_number){.from = {.rule = "test"}};
	strcpy(n->phone.e164, e164);
	return n;
}

static const struct plan *
make(struct desk *d)
{
	return plan_make(d->a, d->ps, &d->m, &d->policy, NULL, 0, NULL);
}

static void
zoom(struct desk *d)
{
	begin(d, "zoom");
	say(d, SLOT_URL, "https://northwind.zoom.us/j/91847302265?pwd=quill7");
	say(d, SLOT_MEETING_ID, "91847302265");
	say(d, SLOT_PASSCODE, "quill&7");
	say(d, SLOT_PHONE_PIN, "04471963");
	number(d, "+13017158592");
	number(d, "+13126266799");
}

static void
a_zoom_meeting_is_dialled_in_every_way(void **state)
{
	struct desk *d = *state;
	zoom(d);
	const struct plan *p = make(d);
	assert_int_equal(p->via, VIA_SIP);
	assert_string_equal(p->sip.uri, "sip:91847302265.04471963@zoomcrc.com");
	assert_string_equal(p->h323.dial, "162.255.37.11##91847302265#04471963");
	assert_string_equal(p->pstn.dial, "+13017158592,,91847302265#,,,,*04471963#");
	assert_int_equal(p->pstn.n_steps, 5);
	assert_int_equal(p->pstn.steps[1].wait_ms, 4000);
	assert_string_equal(p->pstn.steps[4].text, "*04471963#");
	assert_int_equal(p->pstn.n_alternatives, 1);
	assert_string_equal(p->pstn.alternatives[0], "+13126266799");
	assert_string_equal(p->web.passcode, "quill&7");
	assert_int_equal(p->confirm, CONFIRM_NONE);
	assert_int_equal(p->n_refused, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_zoom_meeting_is_dialled_in_every_way, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
