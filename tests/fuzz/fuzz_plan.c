/* A meeting and a room out of bytes: what the plan says passes a second reader. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "help/help.h"
#include "help/judge.h"
#include "report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	struct arena *a;
	const char *at, *end;
};

static unsigned
byte(struct input *in)
{
	return in->at < in->end ? (unsigned char)*in->at++ : 0;
}

/* Up to the next newline; NULL for an empty one. */
static const char *
text(struct input *in)
{
	size_t left = (size_t)(in->end - in->at);
	const char *stop = left > 0 ? memchr(in->at, '\n', left) : NULL;
	size_t n = stop != NULL ? (size_t)(stop - in->at) : left;
	const char *s = n > 0 ? arena_strndup(in->a, in->at, n) : NULL;
	in->at += n + (stop != NULL);
	return s;
}

static void
number(struct input *in, struct meeting_number *n)
{
	const char *e164 = text(in);
	if (e164 != NULL)
		strncpy(n->phone.e164, e164, sizeof n->phone.e164 - 1);
	n->form = text(in);
	n->phone_id = text(in);
	n->phone_pin = text(in);
	n->one_tap = n->form != NULL;
	n->from.rule = "fuzz";
}

static const struct providers *
shipped(void)
{
	static struct providers *ps;
	static struct arena *a;
	if (ps == NULL) {
		a = arena_new(0);
		if (providers_load(help_path(a, "providers"), NULL, &ps, NULL) != ERR_NONE)
			abort();
	}
	return ps;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(0);
	struct input in = {a, (const char *)data, (const char *)data + size};
	const struct providers *ps = shipped();
	const struct provider *p = providers_at(ps, byte(&in) % providers_count(ps));
	unsigned flags = byte(&in), set = byte(&in);
	struct meeting m = {.provider = p->id,
		.no_pstn = flags % 16 == 15,
		.registration = flags % 32 == 30};
	struct policy policy = policy_default("US");
	policy.outbound = flags % 8 != 7;
	policy.trust_invite_numbers = (flags & 32) != 0;
	policy.prefer_toll_free = (flags & 64) != 0;
	policy.confirm = (flags & 128) != 0;
	for (enum slot s = 0; s < N_SLOTS; s++)
		m.slots[s].value = text(&in);
	const char *pin = text(&in);
	struct provider_settings settings = {.provider = p->id,
		.pin_set = (set & 1) != 0,
		.pin = (enum pin_need)(set / 2 % 3),
		.number = text(&in),
		.id_delay_ms = (int)(set & 64) * 100 - 1,
		.pin_delay_ms = (int)(set & 128) * 400 - 1,
		.sip_endpoint = (set & 16) != 0 ? "vc.example.com" : NULL,
		.h323_endpoint = (set & 32) != 0 ? "192.0.2.9" : NULL};
	policy.settings = &settings;
	policy.n_settings = (set & 8) != 0;
	struct meeting_number numbers[4] = {{.one_tap = false}};
	while (in.at < in.end && m.n_numbers < 4)
		number(&in, &numbers[m.n_numbers++]);
	m.numbers = numbers;
	const struct plan *plan = plan_make(a, ps, &m, &policy, NULL, 0, pin);
	if (judge_plan(plan, &m, &policy, pin) != NULL)
		abort();
	json_decref(report_dial(plan));
	struct extraction x = {.meetings = &m, .n_meetings = 1};
	json_decref(report_extraction(&x, ps, &policy, true));
	static const char *const formats[] = {
		"tel", "asterisk", "freeswitch", "twilio", "a4b"};
	for (size_t i = 0; i < 4; i++)
		if ((plan_render(a, plan, formats[i]) != NULL) != plan->has[VIA_PSTN])
			abort();
	plan_render(a, plan, formats[4]);
	struct meeting said;
	const char *id = m.slots[SLOT_MEETING_ID].value;
	if (id != NULL && plan_meeting(a, p, id, pin, &said, NULL) == ERR_NONE) {
		plan = plan_make(a, ps, &said, &policy, NULL, 0, NULL);
		if (judge_plan(plan, &said, &policy, NULL) != NULL)
			abort();
	}
	arena_free(a);
	return 0;
}
