#include "core/token.h"

#include <string.h>

#include "base/arena.h"
#include "calendar/calendar.h"

bool
token_is_used(const struct link *set_up)
{
	enum calendar_access access = calendar_kind(set_up->kind)->access;
	return access == CALENDAR_ENTRA || access == CALENDAR_GOOGLE;
}

/* Entra's scope for all that the application was granted at an address. */
static const char *
default_scope(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");
	size_t n = host != NULL ? (size_t)(host + 3 - url) + strcspn(host + 3, "/") : 0;
	return arena_printf(a, "%.*s/.default", (int)n, url);
}

struct auth_config
token_config(const struct core *c, struct arena *a, const struct link *set_up)
{
	const struct calendar_kind *kind = calendar_kind(set_up->kind);
	return (struct auth_config){
		.way = kind->access == CALENDAR_GOOGLE ? AUTH_GOOGLE : AUTH_ENTRA,
		.token_url = set_up->token_url,
		.client_id = set_up->user,
		.scope =
			kind->scope != NULL ? kind->scope : default_scope(a, set_up->url),
		.subject = set_up->subject,
		.legacy_assertion = set_up->legacy_assertion,
		.credentials = c->config.credentials,
		.credential = set_up->credential,
		.ca_file = set_up->ca_file,
		.loopback = set_up->insecure_loopback,
		.stop = &c->stop,
		.now = c->config.now,
	};
}

struct auth *
token_of(struct core *c, struct core_link *l, const struct link *set_up, uint64_t version)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct auth_config config = token_config(c, a, set_up);
	struct auth *made = auth_new(&config), *had = NULL, *ret = NULL;
	pthread_mutex_lock(&c->lock);
	if (l->auth == NULL || l->auth_version != version) {
		had = l->auth;
		l->auth = made;
		l->auth_version = version;
		made = NULL;
	}
	ret = l->auth != NULL ? auth_ref(l->auth) : NULL;
	pthread_mutex_unlock(&c->lock);
	auth_free(made);
	auth_free(had);
	arena_free(a);
	return ret;
}
