/* Tails: what is keyed after the answer, as steps and as text. */
#include <string.h>

#include "base/buf.h"
#include "plan/build.h"

/* Stands for a slot's value in a filled template; no tail has letters of its own. */
static char
mark_of(enum slot slot)
{
	return (char)('A' + (int)slot);
}

struct keying {
	const struct build *build;
	const struct provider_settings *delays;
	const char *const *values;
	struct plan_step *steps;
	size_t n_steps, tones, run;
	int wait_ms;     /* the pause before what is in `send` */
	bool begun;      /* something has been keyed before it */
	bool pin_in_run; /* `send` has the PIN */
	struct buf send, text;
	struct tail tail;
};

static bool
add_step(struct keying *k, struct plan_step step)
{
	if (k->n_steps == PLAN_MAX_STEPS)
		return false;
	k->steps[k->n_steps++] = step;
	return true;
}

/* The administrator's delay before the ID is the pause before anything is keyed; the one
 * before the PIN, that before the tones with the PIN in them. */
static int
pause_of(struct keying *k)
{
	int ms = k->wait_ms, set = -1;
	if (k->delays != NULL && !k->begun)
		set = k->delays->id_delay_ms;
	else if (k->delays != NULL && k->pin_in_run)
		set = k->delays->pin_delay_ms;
	k->begun = true;
	ms = set >= 0 ? set : ms;
	return ms < PLAN_MAX_WAIT_MS ? ms : PLAN_MAX_WAIT_MS;
}

/* Ends a run of tones: the pause before it, then the run. */
static bool
end_run(struct keying *k)
{
	if (k->send.n == 0)
		return true;
	int ms = pause_of(k);
	struct plan_step wait = {.kind = STEP_WAIT, .wait_ms = ms};
	struct plan_step send = {.kind = STEP_SEND,
		.text = arena_strndup(k->build->arena, k->send.s, k->send.n)};
	if ((ms > 0 && !add_step(k, wait)) || !add_step(k, send))
		return false;
	for (int left = ms; left > 0; left -= PAUSE_MS)
		buf_char(&k->text, ',');
	buf_str(&k->text, send.text);
	buf_init(&k->send, k->build->arena);
	k->wait_ms = 0;
	k->pin_in_run = false;
	return true;
}

static bool
key_value(struct keying *k, enum slot slot)
{
	const char *v = k->values[slot];
	size_t n = strlen(v);
	if (n > PLAN_MAX_RUN || strspn(v, "0123456789") != n)
		return false;
	if (slot == k->build->provider->pin_slot) {
		k->tail.keys_pin = true;
		k->pin_in_run = true;
	} else if (k->tail.id == NULL) {
		k->tail.id = v;
	}
	k->tones += n;
	buf_str(&k->send, v);
	return true;
}

static bool
key(struct keying *k, char c)
{
	if (c == ',') {
		bool ok = end_run(k);
		k->wait_ms += PAUSE_MS;
		return ok;
	}
	if (c >= 'A' && c < 'A' + N_SLOTS)
		return key_value(k, (enum slot)(c - 'A'));
	k->tones++;
	buf_char(&k->send, c);
	return (c >= '0' && c <= '9') || c == '*' || c == '#';
}

bool
tail_fill(const struct build *b, const char *template, const char *const *values,
	const struct provider_settings *delays, struct tail *ret)
{
	char marks[N_SLOTS][2] = {{0}};
	const char *filled[N_SLOTS] = {NULL};
	struct keying k = {.build = b, .delays = delays, .values = values};
	for (enum slot s = 0; s < N_SLOTS; s++) {
		marks[s][0] = mark_of(s);
		filled[s] = values[s] != NULL ? marks[s] : NULL;
	}
	const char *t = template_fill(b->arena, template, filled, NULL);
	if (t == NULL)
		return false;
	k.steps = arena_many(b->arena, struct plan_step, PLAN_MAX_STEPS);
	buf_init(&k.send, b->arena);
	buf_init(&k.text, b->arena);
	for (; *t != '\0'; t++)
		if (!key(&k, *t))
			return false;
	if (!end_run(&k) || k.tones > PLAN_MAX_TONES)
		return false;
	k.tail.steps = k.steps;
	k.tail.n_steps = k.n_steps;
	k.tail.text = k.text.s;
	*ret = k.tail;
	return true;
}

const char *
tail_with_pin(const struct build *b, const char *template)
{
	return arena_printf(b->arena, "%s,,{%s}#", template != NULL ? template : "",
		slot_name(b->provider->pin_slot));
}
