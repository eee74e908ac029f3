/* A meeting that is on no calendar: what somebody in the room said. */
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "plan/build.h"

/* Spaces of every width, and what people say as a dash. */
static bool
is_between(unsigned c)
{
	return c == ' ' || c == '\t' || c == '-' || c == 0xa0 ||
	       (c >= 0x2000 && c <= 0x2015) || c == 0x202f || c == 0x2212 || c == 0x3000;
}

const char *
said_value(struct arena *a, const struct provider *p, enum slot slot, const char *said)
{
	bool digits = p->shapes[slot].digits || slot == SLOT_PHONE_PIN;
	size_t n = strlen(said), to = 0, len;
	char *out = arena_strdup(a, said);
	for (size_t i = 0; i < n; i += len) {
		unsigned c;
		len = utf8_next(said + i, n - i, &c);
		bool end = to == 0 || strspn(said + i, " ") == n - i;
		if (digits ? is_between(c) : c == ' ' && end)
			continue;
		memmove(out + to, said + i, len);
		to += len;
	}
	out[to] = '\0';
	return out;
}

static int
refuse(const struct provider *p, enum slot slot, const char *code, const char *what,
	struct err *err)
{
	const struct slot_shape *s = &p->shapes[slot];
	const char *of = s->digits ? "digits" : "characters";
	size_t min = s->used ? s->min : 1, max = s->used ? s->max : slot_max(slot);
	if (min == max)
		err_set(err, ERR_CONFIG, code, "%s %s have %zu %s", p->name, what, min,
			of);
	else
		err_set(err, ERR_CONFIG, code, "%s %s have %zu to %zu %s", p->name, what,
			min, max, of);
	err_cure(err, "Say it again, or read it from the invite.");
	return ERR_CONFIG;
}

/* The numbers that the service publishes stand in for those of an invite. */
static void
take_numbers(struct arena *a, const struct provider *p, struct meeting *m)
{
	size_t n =
		p->n_numbers < MEETING_MAX_NUMBERS ? p->n_numbers : MEETING_MAX_NUMBERS;
	struct meeting_number *list = arena_many(a, struct meeting_number, n);
	for (size_t i = 0; i < n; i++)
		if (phone_parse(p->numbers[i].e164, strlen(p->numbers[i].e164), NULL,
			    &list[m->n_numbers].phone))
			m->n_numbers++;
	m->numbers = list;
}

int
plan_meeting(struct arena *a, const struct provider *p, const char *meeting_id,
	const char *pin, struct meeting *ret, struct err *err)
{
	struct meeting m = {.provider = p->id, .confidence = 100};
	const struct evidence said = {.rule = "said"};
	const char *id = said_value(a, p, p->id_slot, meeting_id);
	if (!provider_accepts(p, p->id_slot, id))
		return refuse(p, p->id_slot, "bad_meeting_id", "meeting IDs", err);
	m.slots[p->id_slot] = (struct finding){id, false, said};
	if (pin != NULL) {
		pin = said_value(a, p, p->pin_slot, pin);
		if (!provider_accepts(p, p->pin_slot, pin))
			return refuse(p, p->pin_slot, "bad_pin", "PINs", err);
		m.slots[p->pin_slot] = (struct finding){pin, false, said};
	}
	take_numbers(a, p, &m);
	*ret = m;
	return ERR_NONE;
}
