#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "cli/disguise_part.h"
#include "invite/wrappers.h"

enum { MAX_HOST = 253 };

static char *
lower(struct arena *a, const char *s, size_t n)
{
	char *out = arena_strndup(a, s, n);
	for (char *c = out; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return out;
}

static size_t
host_at(const struct cursor *c, size_t at)
{
	size_t n = 0, dot = 0;
	while (at + n < c->n && n < MAX_HOST &&
		(isalnum((unsigned char)c->s[at + n]) || c->s[at + n] == '-' ||
			c->s[at + n] == '.'))
		n++;
	while (n > 0 && !isalnum((unsigned char)c->s[at + n - 1]))
		n--;
	for (size_t i = 0; i < n; i++)
		if (c->s[at + i] == '.')
			dot = i;
	return dot > 0 && n - dot > 2 && isalpha((unsigned char)c->s[at + dot + 1]) &&
			       isalpha((unsigned char)c->s[at + n - 1])
		       ? n
		       : 0;
}

static bool
is_wrapper(struct disguise *d, const char *host)
{
	struct unwrapped u;
	const char *url = arena_printf(d->arena,
		"https://%s/?url=https%%3A%%2F%%2Fzoom.us&q=https%%3A%%2F%%2Fzoom.us",
		host);
	return unwrap(d->arena, url, false, &u) && (u.n_names > 0 || u.opaque);
}

static bool
is_known(struct disguise *d, const char *host)
{
	if (rules_know_host(d->rules, host) || is_wrapper(d, host))
		return true;
	for (size_t i = 0; i < providers_count(d->providers); i++) {
		const struct provider *p = providers_at(d->providers, i);
		for (size_t g = 0; g < p->n_sip; g++)
			if (gateway_has_host(&p->sip[g], host))
				return true;
		for (size_t g = 0; g < p->n_h323; g++)
			if (gateway_has_host(&p->h323[g], host))
				return true;
	}
	return false;
}

/* "northwind" of northwind.zoom.us, unless the provider calls it so. */
static bool
is_customer(struct disguise *d, const char *label, size_t n, const char *parent)
{
	static const char *const theirs[] = {"www", "web", "app", "global", "meet",
		"meeting", "meetings", "join", "teams", "sip", "events", "lync", "dialin",
		"video", "support", "applications", "mailer", "calendar", "gov"};
	for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
		if (strlen(theirs[i]) == n && memcmp(theirs[i], label, n) == 0)
			return false;
	for (size_t i = 0; i < n; i++)
		if (isdigit((unsigned char)label[i]))
			return false; /* us02web */
	return n >= DISGUISE_MIN_NAME &&
	       rules_know_host(d->rules, arena_printf(d->arena, "nobody.%s", parent));
}

static const char *
other_host(struct disguise *d, const char *s, size_t n)
{
	static const char *const public[] = {"w3.org", "schemas.microsoft.com"};
	char *host = lower(d->arena, s, n);
	const char *known = lookup_get(&d->hosts, host, n);
	if (known != NULL)
		return known;
	const char *parent = strchr(host, '.') + 1;
	known = host;
	for (size_t i = 0; i < sizeof public / sizeof *public; i++)
		if (url_same_house(host, public[i]))
			return arena_strndup(d->arena, s, n);
	if (is_wrapper(d, host)) {
		known = arena_strndup(d->arena, s, n);
	} else if (is_known(d, host)) {
		size_t label = (size_t)(parent - host) - 1;
		char *customer = arena_strndup(d->arena, host, label);
		if (is_customer(d, host, label, parent)) {
			size_t n_other;
			disguise_name(
				d, customer); /* also of several words: north-wind */
			known = arena_printf(d->arena, "%s.%s",
				disguise_text(d, customer, label, &n_other), parent);
		}
	} else {
		known = arena_printf(
			d->arena, "site%zu.example.com", lookup_count(&d->hosts) + 1);
	}
	lookup_put(&d->hosts, host, known);
	return known;
}

/* Addresses */

static size_t
local_part(const struct cursor *c, size_t at)
{
	size_t n = 0;
	while (at + n < c->n &&
		(disguise_is_word(c->s[at + n]) ||
			(c->s[at + n] != '\0' && strchr("._+-", c->s[at + n]) != NULL)))
		n++;
	return n;
}

static size_t
at_sign(const struct cursor *c, size_t at)
{
	if (at < c->n && c->s[at] == '@')
		return 1;
	return at + 3 <= c->n && memcmp(c->s + at, "%40", 3) == 0 ? 3 : 0;
}

/* user@host: a person's becomes another's; at a provider's host only the user changes. */
bool
disguise_address(struct cursor *c)
{
	size_t local = local_part(c, c->at), sign = at_sign(c, c->at + local);
	size_t host = sign > 0 ? host_at(c, c->at + local + sign) : 0;
	const char *s = c->s + c->at, *at_host = s + local + sign;
	if (c->after_word || local == 0 || host == 0 ||
		strncasecmp(at_host, "thread.", 7) == 0)
		return false;
	struct disguise *d = c->d;
	char *name = lower(d->arena, at_host, host);
	if (is_known(d, name)) {
		struct cursor user = {.d = d, .s = s, .n = local};
		size_t n;
		const char *known = lookup_get(&d->secrets, s, local);
		if (known == NULL)
			known = disguise_text(d, user.s, user.n, &n);
		buf_printf(&c->out, "%s%.*s%s", known, (int)sign, s + local,
			other_host(d, at_host, host));
	} else {
		char *key = arena_printf(d->arena, "%.*s@%s", (int)local, s, name);
		const char *known = lookup_get(&d->people, key, strlen(key));
		if (known == NULL) {
			known = arena_printf(
				d->arena, "person%zu", lookup_count(&d->people) + 1);
			lookup_put(&d->people, key, known);
		}
		buf_printf(&c->out, "%s%.*sexample.com", known, (int)sign, s + local);
	}
	c->at += local + sign + host;
	c->after_word = true;
	return true;
}

bool
disguise_host(struct cursor *c)
{
	size_t n = c->after_word ? 0 : host_at(c, c->at);
	static const char *const before[] = {"//", "%2F%2F", "%2f%2f", "-2F-2F", "__"};
	bool named = n > 0 && (strncasecmp(c->s + c->at, "www.", 4) == 0 ||
				      lookup_get(&c->d->hosts, c->s + c->at, n) != NULL);
	for (size_t i = 0; n > 0 && i < sizeof before / sizeof *before; i++) {
		size_t m = strlen(before[i]);
		named |= c->at >= m && memcmp(c->s + c->at - m, before[i], m) == 0;
	}
	/* "northwind.zoom.us/j/…" without its scheme */
	named = named || (n > 0 && is_known(c->d, lower(c->d->arena, c->s + c->at, n)));
	if (!named)
		return false;
	buf_str(&c->out, other_host(c->d, c->s + c->at, n));
	c->at += n;
	c->after_word = true;
	return true;
}
