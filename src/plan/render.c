/*
 * A telephone plan in an engine's own notation.
 *
 * Pauses: SendDTMF and Dial's D() of Asterisk, send_dtmf of FreeSWITCH and sendDigits of
 * Twilio all take 'w' for half a second (docs.asterisk.org SendDTMF;
 * developer.signalwire.com mod_dptools send_dtmf; twilio.com Number). Where the trunk's
 * name goes is not for us to know: TRUNK is a variable to set. None was tried against a
 * running engine.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "plan/build.h"

enum { HALF_SECOND_MS = 500, NATIONAL_DIGITS = 10, MAX_DELAY_S = 99 };

/* The steps after the first, in tones and 'w's. */
static const char *
tones(struct arena *a, const struct plan *p)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 1; i < p->pstn.n_steps; i++) {
		const struct plan_step *s = &p->pstn.steps[i];
		if (s->kind == STEP_SEND)
			buf_str(&b, s->text);
		for (int left = s->kind == STEP_WAIT ? s->wait_ms : 0; left > 0;
			left -= HALF_SECOND_MS)
			buf_char(&b, 'w');
	}
	return b.s;
}

/*
 * RFC 3966 has no pauses; every provider's ",,": a telephone's habit, kept since
 * telephones understand it. '#' would begin a fragment and is escaped.
 */
static char *
as_tel(struct arena *a, const struct plan *p)
{
	struct buf b;
	buf_init(&b, a);
	buf_str(&b, "tel:");
	for (const char *c = p->pstn.dial; *c != '\0'; c++) {
		if (*c == '#')
			buf_str(&b, "%23");
		else
			buf_char(&b, *c);
	}
	return b.s;
}

static char *
as_asterisk(struct arena *a, const struct plan *p)
{
	const char *t = tones(a, p);
	return *t == '\0' ? arena_printf(a, "Dial(PJSIP/%s@${TRUNK})", p->pstn.number)
			  : arena_printf(a, "Dial(PJSIP/%s@${TRUNK},,D(%s))",
				    p->pstn.number, t);
}

static char *
as_freeswitch(struct arena *a, const struct plan *p)
{
	const char *t = tones(a, p);
	return *t == '\0' ? arena_printf(a, "sofia/gateway/${TRUNK}/%s", p->pstn.number)
			  : arena_printf(a,
				    "{execute_on_answer='send_dtmf %s'}sofia/gateway/"
				    "${TRUNK}/%s",
				    t, p->pstn.number);
}

static char *
as_twilio(struct arena *a, const struct plan *p)
{
	const char *t = tones(a, p);
	return *t == '\0' ? arena_printf(
				    a, "<Dial><Number>%s</Number></Dial>", p->pstn.number)
			  : arena_printf(a,
				    "<Dial><Number sendDigits=\"%s\">%s</Number></Dial>",
				    t, p->pstn.number);
}

/* The pause before the tones that hold `value`, in whole seconds; -1 when it is not
 * keyed. */
static int
delay_before(const struct plan *p, const char *value)
{
	int ms = 0;
	for (size_t i = 1; i < p->pstn.n_steps && value != NULL; i++) {
		const struct plan_step *s = &p->pstn.steps[i];
		if (s->kind == STEP_SEND && strstr(s->text, value) != NULL) {
			int seconds = (ms + 999) / 1000;
			return seconds < MAX_DELAY_S ? seconds : MAX_DELAY_S;
		}
		ms = s->kind == STEP_WAIT ? s->wait_ms : 0;
	}
	return -1;
}

/*
 * Alexa for Business' PSTNDialIn: a country code of one to three digits, a number of
 * exactly ten, and two delays as texts of one or two characters. Their unit is not stated
 * in its model; seconds are assumed. ID and PIN were never part of it.
 */
static char *
as_a4b(struct arena *a, const struct plan *p)
{
	struct phone phone;
	const char *number = p->pstn.number;
	if (!phone_parse(number, strlen(number), NULL, &phone))
		return NULL;
	size_t code = 1;
	for (int c = phone.country_code; c > 0; c /= 10)
		code++;
	if (strlen(phone.e164) != code + NATIONAL_DIGITS)
		return NULL;
	int id = delay_before(p, p->pstn.id), pin = delay_before(p, p->pstn.pin);
	return arena_printf(a,
		"{\"PSTNDialIn\":{\"CountryCode\":\"%d\",\"PhoneNumber\":\"%s\","
		"\"OneClickIdDelay\":\"%"
		"d\","
		"\"OneClickPinDelay\":\"%d\"}}",
		phone.country_code, phone.e164 + code, id < 0 ? 0 : id,
		pin < 0 ? 0 : pin);
}

static const struct {
	const char *name;
	char *(*write)(struct arena *a, const struct plan *p);
} formats[] = {
	{"tel", as_tel},
	{"asterisk", as_asterisk},
	{"freeswitch", as_freeswitch},
	{"twilio", as_twilio},
	{"a4b", as_a4b},
};

/* A plan may have come over the socket: each piece is read again before it is written
 * into another program's language. */
static bool
is_sound(const struct plan *p)
{
	if (!p->has[VIA_PSTN] || p->pstn.number == NULL || p->pstn.dial == NULL ||
		!sound_dial(p->pstn.dial, p->pstn.number) ||
		p->pstn.n_steps > PLAN_MAX_STEPS + 1)
		return false;
	for (size_t i = 1; i < p->pstn.n_steps; i++) {
		const struct plan_step *s = &p->pstn.steps[i];
		if (s->kind == STEP_DIAL ||
			(s->kind == STEP_WAIT && s->wait_ms > PLAN_MAX_WAIT_MS) ||
			(s->kind == STEP_SEND &&
				(s->text == NULL || !sound_tones(s->text))))
			return false;
	}
	return true;
}

char *
plan_render(struct arena *a, const struct plan *plan, const char *format)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (strcmp(formats[i].name, format) == 0)
			return is_sound(plan) ? formats[i].write(a, plan) : NULL;
	return NULL;
}
