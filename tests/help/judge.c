#include "help/judge.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const char digits[] = "0123456789";

uint32_t
dice_roll(struct dice *d, uint32_t below) /* xorshift64* */
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return (uint32_t)((d->state * UINT64_C(2685821657736338717)) >> 33) % below;
}

bool
judge_number(const char *e164)
{
	size_t n = strspn(e164 + 1, digits);
	if (e164[0] != '+' || e164[1 + n] != '\0')
		return false;
	if (strncmp(e164, "+52", 3) == 0)
		return n >= 9 && n <= 15 && strncmp(e164 + 3, "900", 3) != 0;
	if (e164[1] != '1' || n != 11)
		return false;
	const char *area = e164 + 2, *exchange = e164 + 5;
	static const char *const never[] = {"900", "242", "246", "264", "268", "284",
		"345", "441", "473", "649", "658", "664", "721", "758", "767", "784",
		"809", "829", "849", "868", "869", "876", "340", "670", "671", "684",
		"787", "939", "500", "700", "710"};
	for (size_t i = 0; i < COUNT(never); i++)
		if (strncmp(area, never[i], 3) == 0)
			return false;
	return area[0] >= '2' && exchange[0] >= '2' && strncmp(area + 1, "11", 2) != 0 &&
	       strncmp(exchange + 1, "11", 2) != 0 && strncmp(exchange, "976", 3) != 0;
}

/* Whether a run of digits is a whole value of the meeting, or one of the few that tails
 * have of their own. */
static bool
is_known(const char *s, size_t n, const struct meeting *m, const char *pin)
{
	static const char *const own[] = {"0", "01"};
	char said[64] = "";
	size_t len = 0;
	for (const char *c = pin; c != NULL && *c != '\0' && len < sizeof said - 1; c++)
		if (*c >= '0' && *c <= '9')
			said[len++] = *c;
	said[len] = '\0';
	if (len == n && memcmp(said, s, n) == 0)
		return true;
	for (size_t i = 0; i < COUNT(own); i++)
		if (strlen(own[i]) == n && memcmp(own[i], s, n) == 0)
			return true;
	for (size_t i = 0; i < N_SLOTS; i++)
		if (m->slots[i].value != NULL && strlen(m->slots[i].value) == n &&
			memcmp(m->slots[i].value, s, n) == 0)
			return true;
	for (size_t i = 0; i < m->n_numbers; i++) {
		const char *values[] = {m->numbers[i].phone_id, m->numbers[i].phone_pin};
		for (size_t v = 0; v < 2; v++)
			if (values[v] != NULL && strlen(values[v]) == n &&
				memcmp(values[v], s, n) == 0)
				return true;
	}
	return false;
}

static const char *
judge_tones(const char *s, const struct meeting *m, const char *pin)
{
	if (*s == '\0' || strlen(s) > 64)
		return "nothing or too much is keyed";
	while (*s != '\0') {
		size_t n = strspn(s, digits);
		if (n > 24 || (n > 0 && !is_known(s, n, m, pin)))
			return "digits are keyed that nobody gave";
		s += n;
		if (*s != '\0' && *s != '*' && *s != '#')
			return "something is keyed that is no tone";
		s += *s != '\0';
	}
	return NULL;
}

static const char *
judge_steps(
	const struct plan_step *steps, size_t n, const struct meeting *m, const char *pin)
{
	int waited = 0;
	if (n > 16)
		return "too many steps";
	for (size_t i = 0; i < n; i++) {
		if (steps[i].kind == STEP_DIAL)
			return "a second call";
		if (steps[i].kind == STEP_WAIT) {
			waited += steps[i].wait_ms;
			if (steps[i].wait_ms <= 0 || waited > 120000 || i + 1 == n)
				return "a pause that is none";
			continue;
		}
		const char *why = judge_tones(steps[i].text, m, pin);
		if (why != NULL)
			return why;
	}
	return NULL;
}

/* The steps say what the text says. */
static bool
agree(const char *text, const struct plan_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (steps[i].kind == STEP_WAIT)
			continue;
		size_t pauses = strspn(text, ",");
		size_t ms = i > 0 && steps[i - 1].kind == STEP_WAIT
				    ? (size_t)steps[i - 1].wait_ms
				    : 0;
		size_t wanted = (ms + 1999) / 2000;
		if (pauses != wanted && !(wanted == 0 && pauses == 1))
			return false;
		text += pauses;
		size_t len = strlen(steps[i].text);
		if (strncmp(text, steps[i].text, len) != 0)
			return false;
		text += len;
	}
	return *text == '\0';
}

static const char *
judge_pstn(const struct plan *p, const struct meeting *m, const struct policy *policy,
	const char *pin)
{
	const char *number = p->pstn.number, *set = NULL;
	bool given = false, listed = false;
	if (!policy->outbound || m->no_pstn)
		return "a telephone call where there is none";
	if (!judge_number(number))
		return "a number that is never called";
	for (size_t i = 0; i < policy->n_settings; i++)
		if (strcmp(policy->settings[i].provider, m->provider) == 0)
			set = policy->settings[i].number;
	for (size_t i = 0; i < m->n_numbers; i++)
		given |= strcmp(m->numbers[i].phone.e164, number) == 0;
	for (size_t i = 0; i < p->provider->n_numbers; i++)
		listed |= strcmp(p->provider->numbers[i].e164, number) == 0;
	if (!given && set == NULL)
		return "a number from nowhere";
	if (!listed && set == NULL && !policy->trust_invite_numbers &&
		!p->provider->own_numbers && !p->pstn.unknown)
		return "an unknown number that is not asked about";
	if (p->via == VIA_PSTN && p->pstn.unknown && p->confirm != CONFIRM_UNKNOWN_NUMBER)
		return "an unknown number without a question";
	for (size_t i = 0; i < p->pstn.n_alternatives; i++)
		if (!judge_number(p->pstn.alternatives[i]))
			return "an alternative that is never called";
	if (p->pstn.n_steps == 0 || p->pstn.steps[0].kind != STEP_DIAL ||
		strcmp(p->pstn.steps[0].text, number) != 0)
		return "another number is called than is said";
	if (strncmp(p->pstn.dial, number, strlen(number)) != 0 ||
		strspn(p->pstn.dial + strlen(number), digits) > 0)
		return "number and tones run together";
	if (!agree(p->pstn.dial, p->pstn.steps, p->pstn.n_steps))
		return "steps and text differ";
	return judge_steps(p->pstn.steps + 1, p->pstn.n_steps - 1, m, pin);
}

static bool
names_host(const struct provider_gateway *gw, size_t n, const struct policy *policy,
	const char *host, const char *endpoint)
{
	for (size_t i = 0; i < n; i++)
		if (gateway_has_host(&gw[i], host))
			return true;
	for (size_t i = 0; i < policy->n_allowed_hosts; i++)
		if (strcmp(policy->allowed_hosts[i], host) == 0)
			return true;
	return endpoint != NULL && strcmp(endpoint, host) == 0;
}

static const char *
judge_sip(const struct plan *p, const struct meeting *m, const struct policy *policy,
	const char *pin)
{
	const char *s = p->sip.uri, *endpoint = NULL;
	char user[65] = "";
	if (strncmp(s, "sip:", 4) != 0)
		return "no SIP address";
	s += 4;
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			     "0123456789._+*-");
	if (n == 0 || n > 64 || s[n] != '@')
		return "a SIP user of other characters";
	memcpy(user, s, n);
	if (user[0] == '+' || strcmp(user, "911") == 0 || strcmp(user, "112") == 0)
		return "a SIP user that rings a telephone";
	s += n + 1;
	if (strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") != strlen(s) || *s == '.')
		return "a SIP host of other characters";
	for (size_t i = 0; i < policy->n_settings; i++)
		if (strcmp(policy->settings[i].provider, m->provider) == 0)
			endpoint = policy->settings[i].sip_endpoint;
	if (!names_host(p->provider->sip, p->provider->n_sip, policy, s, endpoint))
		return "a SIP host that nobody allows";
	return judge_steps(p->sip.steps, p->sip.n_steps, m, pin);
}

static const char *
judge_h323(const struct plan *p, const struct meeting *m, const struct policy *policy,
	const char *pin)
{
	const char *s = p->h323.dial, *endpoint = NULL;
	size_t n = strlen(p->h323.address);
	for (size_t i = 0; i < policy->n_settings; i++)
		if (strcmp(policy->settings[i].provider, m->provider) == 0)
			endpoint = policy->settings[i].h323_endpoint;
	if (!names_host(p->provider->h323, p->provider->n_h323, policy, p->h323.address,
		    endpoint))
		return "an H.323 host that nobody allows";
	if (strncmp(s, p->h323.address, n) != 0 || (s[n] != '\0' && s[n] != '#'))
		return "another H.323 host is called than is said";
	if (s[n] != '\0') {
		const char *why = judge_tones(s + n, m, pin);
		if (why != NULL)
			return why;
	}
	return judge_steps(p->h323.steps, p->h323.n_steps, m, pin);
}

const char *
judge_plan(const struct plan *p, const struct meeting *m, const struct policy *policy,
	const char *pin)
{
	const char *why = NULL;
	if (p->has[VIA_PSTN])
		why = judge_pstn(p, m, policy, pin);
	else if (p->pstn.number != NULL || p->pstn.dial != NULL || p->pstn.n_steps > 0)
		why = "a telephone call that is not there";
	if (why == NULL && p->has[VIA_SIP])
		why = judge_sip(p, m, policy, pin);
	if (why == NULL && p->has[VIA_H323])
		why = judge_h323(p, m, policy, pin);
	if (why == NULL && p->has[VIA_WEB] && strncmp(p->web.url, "https://", 8) != 0)
		why = "a link that is none";
	if (why == NULL && m->registration)
		for (size_t via = 0; via < N_TRANSPORTS; via++)
			if (p->has[via])
				why = "joined without registration";
	for (size_t i = 0; i < p->n_refused && why == NULL; i++) {
		const char *ends = p->refused[i].ends_with;
		if (ends != NULL && strlen(ends) != 2)
			why = "more than two digits of a refused number";
	}
	return why;
}
