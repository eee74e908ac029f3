#include "provider.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const char *const needs[] = {"never", "optional", "required"};

const char *
pin_need_name(enum pin_need need)
{
	return needs[need];
}

bool
provider_accepts(const struct provider *p, enum slot slot, const char *value)
{
	const struct slot_shape *shape = &p->shapes[slot];
	size_t n = strlen(value);
	if (!slot_allows(slot, value, n))
		return false;
	if (!shape->used)
		return true;
	if (shape->digits && strspn(value, "0123456789") != n)
		return false;
	return n >= shape->min && n <= shape->max;
}

/* "162.255.36.0/22", or one address. */
static bool
in_network(const char *network, struct in_addr host)
{
	char text[INET_ADDRSTRLEN];
	unsigned bits = 32;
	struct in_addr net;
	size_t n = strcspn(network, "/");
	if (n >= sizeof text ||
		(network[n] == '/' && sscanf(network + n, "/%2u", &bits) != 1))
		return false;
	memcpy(text, network, n);
	text[n] = '\0';
	if (bits == 0 || bits > 32 || inet_pton(AF_INET, text, &net) != 1)
		return false;
	uint32_t mask = htonl(~UINT32_C(0) << (32 - bits));
	return (net.s_addr & mask) == (host.s_addr & mask);
}

bool
gateway_has_host(const struct provider_gateway *gw, const char *host)
{
	struct in_addr address;
	bool number = inet_pton(AF_INET, host, &address) == 1;
	size_t n = strlen(host);
	for (size_t i = 0; i < gw->n_hosts; i++) {
		const char *h = gw->hosts[i];
		size_t tail = strlen(h) - 1;
		if (number ? in_network(h, address) : strcmp(h, host) == 0)
			return true;
		if (!number && h[0] == '*' && n > tail && host[0] != '.' &&
			strcmp(host + n - tail, h + 1) == 0)
			return true;
	}
	return false;
}
