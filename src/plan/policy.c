/* What a room may do, and the names of the ways to dial. */
#include <string.h>

#include "plan/build.h"

static const char *const names[N_TRANSPORTS] = {
	[VIA_SIP] = "sip",
	[VIA_H323] = "h323",
	[VIA_PSTN] = "pstn",
	[VIA_WEB] = "web",
};

const char *
transport_name(enum transport via)
{
	return names[via];
}

bool
transport_find(const char *name, enum transport *ret)
{
	for (enum transport via = 0; via < N_TRANSPORTS; via++) {
		if (strcmp(names[via], name) != 0)
			continue;
		*ret = via;
		return true;
	}
	return false;
}

struct policy
policy_default(const char *country)
{
	return (struct policy){
		.country = country,
		.outbound = true,
		.order = {VIA_SIP, VIA_H323, VIA_PSTN, VIA_WEB},
		.n_order = N_TRANSPORTS,
	};
}

/* These three call each other as neighbours do; the other countries of +1 cost more. */
static const char *const north_america[] = {"US", "CA", "MX"};

static bool
is_among(const char *country, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], country) == 0)
			return true;
	return false;
}

bool
policy_allows(const struct policy *p, const char *country)
{
	size_t n = sizeof north_america / sizeof *north_america;
	if (*country == '\0' || p->country == NULL)
		return false;
	if (strcmp(p->country, country) == 0)
		return true;
	if (p->countries != NULL)
		return is_among(country, p->countries, p->n_countries);
	return is_among(p->country, north_america, n) &&
	       is_among(country, north_america, n);
}

const struct provider_settings *
policy_settings(const struct policy *p, const char *provider)
{
	static const struct provider_settings none = {
		.id_delay_ms = -1, .pin_delay_ms = -1};
	for (size_t i = 0; i < p->n_settings; i++)
		if (strcmp(p->settings[i].provider, provider) == 0)
			return &p->settings[i];
	return &none;
}
