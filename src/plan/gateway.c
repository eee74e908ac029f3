/* SIP and H.323: addresses at gateways that the provider, or an administrator, names. */
#include <string.h>

#include "base/buf.h"
#include "plan/build.h"

/* One SIP template, filled. */
struct address {
	const char *user, *host;
	struct tail after;
};

/* Lower case, without a final dot; NULL for what is neither a name nor an IPv4 address.
 */
static const char *
tidy_host(struct arena *a, const char *host)
{
	char *h = arena_strdup(a, host);
	size_t n = strlen(h);
	for (char *c = h; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
	if (n > 0 && h[n - 1] == '.')
		h[n - 1] = '\0';
	return sound_host(h) ? h : NULL;
}

/* Whether one of these gateways names the host, or an administrator does. */
static bool
may_call(const struct build *b, const struct provider_gateway *list, size_t n,
	const char *host)
{
	struct provider_gateway own = {
		.hosts = b->policy->allowed_hosts, .n_hosts = b->policy->n_allowed_hosts};
	for (size_t i = 0; i < n; i++)
		if (gateway_has_host(&list[i], host))
			return true;
	return gateway_has_host(&own, host);
}

/* `{id}`, `{pin}` and `{endpoint}` of an administrator's template, as the provider's
 * slots and the host. */
static const char *
own_template(const struct build *b, const char *template)
{
	const struct provider *p = b->provider;
	const struct {
		const char *word, *slot;
	} words[] = {{"{id}", slot_name(p->id_slot)}, {"{pin}", slot_name(p->pin_slot)}};
	struct buf out;
	buf_init(&out, b->arena);
	while (*template != '\0') {
		size_t w = 0;
		while (w < 2 &&
			strncmp(template, words[w].word, strlen(words[w].word)) != 0)
			w++;
		if (w < 2) {
			buf_printf(&out, "{%s}", words[w].slot);
			template += strlen(words[w].word);
		} else {
			buf_char(&out, *template ++);
		}
	}
	return out.s;
}

static bool
uses(const char *template, const char *slot)
{
	return template != NULL && strstr(template, slot) != NULL;
}

/* What is keyed after the answer; a PIN that must be given and stands nowhere else, too.
 */
static bool
fill_after(
	const struct build *b, const char *template, const char *after, struct tail *ret)
{
	const char *pin = slot_name(b->provider->pin_slot);
	bool must = b->values[b->provider->pin_slot] != NULL &&
		    (b->pin_said || b->pin == PIN_REQUIRED);
	*ret = (struct tail){.text = ""};
	if (must && !uses(template, arena_printf(b->arena, "{%s}", pin)) &&
		!uses(after, arena_printf(b->arena, "{%s}", pin)))
		after = tail_with_pin(b, after);
	return after == NULL || tail_fill(b, after, b->values, NULL, ret);
}

/* "user@host" out of a template; false when it cannot be filled. */
static bool
fill_sip(const struct build *b, const char *template, const char *endpoint,
	struct address *ret)
{
	const char *s = template_fill(b->arena, template, b->values, endpoint);
	const char *at = s != NULL ? strchr(s, '@') : NULL;
	if (at == NULL)
		return false;
	ret->user = arena_strndup(b->arena, s, (size_t)(at - s));
	ret->host = tidy_host(b->arena, at + 1);
	return ret->host != NULL;
}

static bool
take_sip(struct build *b, const struct address *a)
{
	struct plan *p = b->plan;
	if (user_is_number(a->user)) {
		build_refuse(b, VIA_SIP, "number", NULL);
		return true;
	}
	const char *uri = arena_printf(b->arena, "sip:%s@%s", a->user, a->host);
	if (!sound_sip(uri, a->host))
		return false;
	p->sip.uri = uri;
	p->sip.steps = a->after.steps;
	p->sip.n_steps = a->after.n_steps;
	p->has[VIA_SIP] = true;
	return true;
}

/*
 * The host that the invite itself names: that of its address, or of its tenant's gateway.
 * False when it names one that may not be called, or an address that is not a plain one.
 * Another host in its place could reach another meeting, so then there is none at all.
 */
static bool
named_host(struct build *b, const char **ret)
{
	const struct provider *p = b->provider;
	const char *address = b->meeting->slots[SLOT_SIP].value;
	const char *host = b->meeting->slots[SLOT_GATEWAY].value;
	if (address == NULL && host == NULL)
		return true;
	const char *at = address != NULL ? strchr(address, '@') : NULL;
	if (address != NULL)
		host = at != NULL ? at + 1 : "";
	host = tidy_host(b->arena, host);
	if (host == NULL || !may_call(b, p->sip, p->n_sip, host) ||
		(address != NULL && b->values[SLOT_SIP] == NULL)) {
		build_refuse(b, VIA_SIP, "host", NULL);
		return false;
	}
	if (at != NULL && user_is_number(arena_strndup(
				  b->arena, address, (size_t)(at - address)))) {
		build_refuse(b, VIA_SIP, "number", NULL);
		return false;
	}
	*ret = host;
	return true;
}

/* A gateway of the provider: at the host that the invite names, where it names one. A
 * tenant's key is worth nothing but at its own gateway. */
static bool
through(struct build *b, const struct provider_gateway *gw, const char *named)
{
	struct address a;
	if (!fill_sip(b, gw->template, NULL, &a))
		return false;
	if (named == NULL && uses(gw->template, "{tenant}"))
		return false;
	if (named != NULL && strcmp(named, a.host) != 0) {
		/* one of several hosts with the same meetings */
		const char *at = strchr(gw->template, '@');
		if (uses(at, "{") || !may_call(b, gw, 1, named) ||
			uses(gw->template, "{tenant}"))
			return false;
		a.host = named;
	}
	return may_call(b, gw, 1, a.host) &&
	       fill_after(b, gw->template, gw->after, &a.after) && take_sip(b, &a);
}

/* An administrator's host or template, for a custom provider or in place of the file's. A
 * host that stands there is allowed by that; one that the invite fills in is not. */
static bool
by_settings(struct build *b, const char *template, const char *after)
{
	const struct provider *p = b->provider;
	const char *endpoint = b->settings->sip_endpoint;
	struct address a;
	if (!fill_sip(b, template, endpoint, &a))
		return false;
	bool written =
		b->settings->sip_template != NULL && !uses(strchr(template, '@'), "{");
	const char *own = endpoint != NULL ? tidy_host(b->arena, endpoint) : NULL;
	/* an alias with a domain of its own is another meeting at another host */
	bool elsewhere = own != NULL && b->settings->sip_template == NULL &&
			 uses(strchr(template, '@'), "{gateway}") &&
			 strcmp(own, a.host) != 0;
	if (endpoint != NULL && !elsewhere)
		a.host = own;
	else if (!written && !may_call(b, p->sip, p->n_sip, a.host))
		a.host = NULL;
	if (a.host == NULL) {
		build_refuse(b, VIA_SIP, "host", NULL);
		return true;
	}
	return fill_after(b, template, after, &a.after) && take_sip(b, &a);
}

static void
build_by_settings(struct build *b)
{
	const struct provider *p = b->provider;
	const char *template = b->settings->sip_template;
	if (template == NULL && p->n_sip == 0)
		template = "{id}[.{pin}]@{endpoint}";
	if (template != NULL) {
		by_settings(b, own_template(b, template), NULL);
		return;
	}
	for (size_t i = 0; i < p->n_sip; i++)
		if (by_settings(b, p->sip[i].template, p->sip[i].after))
			return;
}

void
build_sip(struct build *b)
{
	const struct provider *p = b->provider;
	const char *named = NULL;
	if (b->settings->sip_endpoint != NULL || b->settings->sip_template != NULL) {
		build_by_settings(b);
		return;
	}
	if (!named_host(b, &named))
		return;
	for (size_t i = 0; i < p->n_sip; i++)
		if (through(b, &p->sip[i], named))
			return;
}

/* The first of a gateway's hosts that is one host, and neither a network nor a domain. */
static const char *
first_host(const struct provider_gateway *gw)
{
	for (size_t i = 0; i < gw->n_hosts; i++)
		if (sound_host(gw->hosts[i]))
			return gw->hosts[i];
	return NULL;
}

static bool
call_h323(struct build *b, const char *template, const char *after, const char *host)
{
	struct plan *p = b->plan;
	struct tail t;
	const char *dial = template_fill(b->arena, template, b->values, host);
	if (dial == NULL || !fill_after(b, template, after, &t) ||
		!sound_h323(dial, host))
		return false;
	const char *id = b->values[b->provider->id_slot];
	const char *pin = b->values[b->provider->pin_slot];
	p->h323.dial = dial;
	p->h323.address = host;
	p->h323.id = id != NULL && (t.id == id || strstr(dial, id) != NULL) ? id : t.id;
	p->h323.pin =
		pin != NULL && (t.keys_pin || strstr(dial, pin) != NULL) ? pin : NULL;
	p->h323.steps = t.steps;
	p->h323.n_steps = t.n_steps;
	p->has[VIA_H323] = true;
	return true;
}

void
build_h323(struct build *b)
{
	const struct provider *p = b->provider;
	const char *host = b->settings->h323_endpoint,
		   *printed = b->meeting->slots[SLOT_H323].value;
	if (host != NULL) {
		host = tidy_host(b->arena, host);
		if (host == NULL)
			build_refuse(b, VIA_H323, "host", NULL);
		else if (p->n_h323 > 0)
			call_h323(b, p->h323[0].template, p->h323[0].after, host);
		else
			call_h323(b, own_template(b, "{endpoint}##{id}[#{pin}]"), NULL,
				host);
		return;
	}
	if (printed != NULL && (b->values[SLOT_H323] == NULL ||
				       !may_call(b, p->h323, p->n_h323, printed))) {
		build_refuse(b, VIA_H323, "host", NULL);
		return;
	}
	for (size_t i = 0; i < p->n_h323; i++) {
		const struct provider_gateway *gw = &p->h323[i];
		host = printed != NULL && may_call(b, gw, 1, printed) ? printed
								      : first_host(gw);
		if (host != NULL && call_h323(b, gw->template, gw->after, host))
			return;
	}
}
