/*
 * site: links, rooms, profiles and provider settings, as one snapshot
 *
 * What an administrator has set up. It lives in the store and is changed only through
 * the core; everybody else sees an immutable snapshot.
 *
 * Owns:    a site owns all that it points to; it is counted, and freed with the last.
 * Threads: any may read and release.
 */
#ifndef SITE_H
#define SITE_H

#include "plan.h"

struct link {
	const char *name;       /* letters, digits, - and _ */
	const char *kind;       /* "exchange" */
	const char *url;
	const char *user;       /* or the client ID that a cloud knows the application by */
	const char *token_url;  /* where tokens come from; NULL for kinds that take a password */
	const char *subject;    /* Google: the user acted for; NULL: the account itself */
	const char *credential; /* name of the credential: a file of mode 0600, or systemd's */
	bool impersonate;       /* else delegation */
	bool legacy_assertion;  /* Entra with a certificate: see auth_config */
	const char *ca_file;    /* NULL: the system's */
	int64_t secret_expires; /* noted by the administrator, where nobody tells; 0: not */
	bool insecure_loopback; /* plain http to 127.0.0.1 or ::1 only: the demo and the tests */
};

struct profile {
	const char *name;    /* "default" always exists */
	const char *address, *time_zone;
	const char *country; /* ISO 3166-1 alpha-2 */
	bool outbound, trust_invite_numbers, prefer_toll_free, confirm, withhold_subjects;
	const char *const *countries;
	size_t n_countries;
	const char *const *allowed_hosts;
	size_t n_allowed_hosts;
};

struct room {
	const char *name;        /* [A-Za-z0-9_=#;:?@&-]{1,100} */
	const char *description; /* NULL: none */
	const char *mailbox;
	const char *link;
	const char *profile;
	enum transport order[N_TRANSPORTS];
	size_t n_order;          /* 0: the default order */
};

struct site {
	const struct link *links;       /* by name, as all here */
	size_t n_links;
	const struct room *rooms;
	size_t n_rooms;
	const struct profile *profiles;
	size_t n_profiles;
	const struct provider_settings *providers;
	size_t n_providers;
	const char *default_provider;   /* NULL: none set */
	uint64_t generation;
};

const struct link *site_link(const struct site *s, const char *name);
const struct room *site_room(const struct site *s, const char *name);
const struct profile *site_profile(const struct site *s, const char *name);

/* What holds for one room; points into the site. */
struct policy site_policy(const struct site *s, const struct room *room);

struct site *site_ref(struct site *s);
void site_unref(struct site *s); /* takes NULL */

/*
 * Snapshots are made from others. `parts` may have its lists in any order and lack the
 * default profile; an item is a struct of its list's type. NULL when memory is short.
 */
enum site_part { SITE_LINKS, SITE_ROOMS, SITE_PROFILES, SITE_PROVIDERS, N_SITE_PARTS };

struct site *site_make(const struct site *parts);
struct site *site_put(const struct site *s, enum site_part part, const void *item);
struct site *site_drop(const struct site *s, enum site_part part, const char *name);
struct site *site_set_default(const struct site *s, const char *provider);

#endif
