/* What the invite offers to dial and extraction took nothing from, each with its reason. */
#include <string.h>

#include "plan/build.h"

static const char *
number_reason(const struct build *b, const struct meeting_dropped *d)
{
	enum number_verdict v = number_check(d->text, b->policy, NULL);
	if (v != NUMBER_OK && v != NUMBER_COUNTRY)
		return number_verdict_name(v);
	return d->kind == DROPPED_TONES ? "tones" : "invalid";
}

static const char *
address_reason(const struct build *b, const struct meeting_dropped *d)
{
	size_t user = strcspn(d->text, "@");
	return d->kind == DROPPED_SIP &&
			       user_is_number(arena_strndup(b->arena, d->text, user))
		       ? "number"
		       : "host";
}

static const struct {
	enum transport via;
	const char *(*reason)(const struct build *b, const struct meeting_dropped *d);
} kinds[N_DROPPED] = {
	[DROPPED_NUMBER] = {VIA_PSTN, number_reason},
	[DROPPED_TONES] = {VIA_PSTN, number_reason},
	[DROPPED_SIP] = {VIA_SIP, address_reason},
	[DROPPED_H323] = {VIA_H323, address_reason},
};

void
build_dropped(struct build *b, enum transport via)
{
	for (size_t i = 0; i < b->meeting->n_dropped; i++) {
		const struct meeting_dropped *d = &b->meeting->dropped[i];
		if (kinds[d->kind].via == via)
			build_refuse(b, via, kinds[d->kind].reason(b, d), d->text);
	}
}
