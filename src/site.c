#include "site.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct owned {
	struct site site; /* first: a struct site is the beginning of its owner */
	struct arena *arena;
	atomic_uint count;
};

static const struct profile default_profile = {
	.name = "default", .country = "US", .outbound = true};

/* Every item of every list begins with its name. */
static const size_t sizes[N_SITE_PARTS] = {
	[SITE_LINKS] = sizeof(struct link),
	[SITE_ROOMS] = sizeof(struct room),
	[SITE_PROFILES] = sizeof(struct profile),
	[SITE_PROVIDERS] = sizeof(struct provider_settings),
};

static const char *
name_of(const void *item)
{
	return *(const char *const *)item;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(name_of(a), name_of(b));
}

static int
to_name(const void *name, const void *item)
{
	return strcmp(name, name_of(item));
}

static const void *
find(const void *items, size_t n, size_t size, const char *name)
{
	return n > 0 && name != NULL ? bsearch(name, items, n, size, to_name) : NULL;
}

const struct link *
site_link(const struct site *s, const char *name)
{
	return find(s->links, s->n_links, sizeof *s->links, name);
}

const struct room *
site_room(const struct site *s, const char *name)
{
	return find(s->rooms, s->n_rooms, sizeof *s->rooms, name);
}

const struct profile *
site_profile(const struct site *s, const char *name)
{
	return find(s->profiles, s->n_profiles, sizeof *s->profiles, name);
}

struct policy
site_policy(const struct site *s, const struct room *room)
{
	const struct profile *p = site_profile(s, room->profile);
	if (p == NULL)
		p = site_profile(s, default_profile.name);
	struct policy policy = policy_default(p->country);
	if (p->n_countries > 0) {
		policy.countries = p->countries;
		policy.n_countries = p->n_countries;
	}
	policy.outbound = p->outbound;
	policy.trust_invite_numbers = p->trust_invite_numbers;
	policy.prefer_toll_free = p->prefer_toll_free;
	policy.confirm = p->confirm;
	if (room->n_order > 0) {
		memcpy(policy.order, room->order, room->n_order * sizeof *room->order);
		policy.n_order = room->n_order;
	}
	policy.allowed_hosts = p->allowed_hosts;
	policy.n_allowed_hosts = p->n_allowed_hosts;
	policy.settings = s->providers;
	policy.n_settings = s->n_providers;
	return policy;
}

static void
own(struct arena *a, const char **text)
{
	if (*text != NULL)
		*text = arena_strdup(a, *text);
}

static const char *const *
own_list(struct arena *a, const char *const *list, size_t n)
{
	const char **copy = arena_many(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(a, list[i]);
	return copy;
}

static void
own_link(struct arena *a, struct link *l)
{
	own(a, &l->name);
	own(a, &l->kind);
	own(a, &l->url);
	own(a, &l->user);
	own(a, &l->credential);
	own(a, &l->ca_file);
	own(a, &l->token_url);
	own(a, &l->subject);
}

static void
own_room(struct arena *a, struct room *r)
{
	own(a, &r->name);
	own(a, &r->description);
	own(a, &r->mailbox);
	own(a, &r->link);
	own(a, &r->profile);
}

static void
own_profile(struct arena *a, struct profile *p)
{
	own(a, &p->name);
	own(a, &p->address);
	own(a, &p->time_zone);
	own(a, &p->country);
	p->countries = own_list(a, p->countries, p->n_countries);
	p->allowed_hosts = own_list(a, p->allowed_hosts, p->n_allowed_hosts);
}

static void
own_provider(struct arena *a, struct provider_settings *p)
{
	own(a, &p->provider);
	own(a, &p->number);
	own(a, &p->sip_endpoint);
	own(a, &p->h323_endpoint);
	own(a, &p->sip_template);
}

/* The list with a place for one more, by name once it is filled. */
static void *
copy(struct arena *a, const void *items, size_t n, size_t size)
{
	char *to = arena_array(a, n + 1, size);
	if (n > 0)
		memcpy(to, items, n * size);
	return to;
}

static void
sort(void *items, size_t n, size_t size)
{
	if (n > 1)
		qsort(items, n, size, by_name);
}

static bool
has_default(const struct site *s)
{
	for (size_t i = 0; i < s->n_profiles; i++)
		if (strcmp(s->profiles[i].name, default_profile.name) == 0)
			return true;
	return false;
}

struct site *
site_make(const struct site *parts)
{
	struct arena *a = arena_new(0);
	struct owned *o = calloc(1, sizeof *o);
	if (a == NULL || o == NULL) {
		arena_free(a);
		free(o);
		return NULL;
	}
	struct site s = *parts;
	struct link *links = copy(a, s.links, s.n_links, sizeof *links);
	struct room *rooms = copy(a, s.rooms, s.n_rooms, sizeof *rooms);
	struct profile *profiles = copy(a, s.profiles, s.n_profiles, sizeof *profiles);
	struct provider_settings *providers =
		copy(a, s.providers, s.n_providers, sizeof *providers);
	if (!has_default(parts))
		profiles[s.n_profiles++] = default_profile;
	for (size_t i = 0; i < s.n_links; i++)
		own_link(a, &links[i]);
	for (size_t i = 0; i < s.n_rooms; i++)
		own_room(a, &rooms[i]);
	for (size_t i = 0; i < s.n_profiles; i++)
		own_profile(a, &profiles[i]);
	for (size_t i = 0; i < s.n_providers; i++)
		own_provider(a, &providers[i]);
	own(a, &s.default_provider);
	sort(links, s.n_links, sizeof *links);
	sort(rooms, s.n_rooms, sizeof *rooms);
	sort(profiles, s.n_profiles, sizeof *profiles);
	sort(providers, s.n_providers, sizeof *providers);
	s.links = links;
	s.rooms = rooms;
	s.profiles = profiles;
	s.providers = providers;
	s.generation = parts->generation + 1;
	o->site = s;
	o->arena = a;
	atomic_init(&o->count, 1);
	return &o->site;
}

/* One list of a site, seen without its type. */
struct list {
	const void **items;
	size_t *n;
};

static struct list
list_of(struct site *s, enum site_part part)
{
	const struct list lists[N_SITE_PARTS] = {
		[SITE_LINKS] = {(const void **)&s->links, &s->n_links},
		[SITE_ROOMS] = {(const void **)&s->rooms, &s->n_rooms},
		[SITE_PROFILES] = {(const void **)&s->profiles, &s->n_profiles},
		[SITE_PROVIDERS] = {(const void **)&s->providers, &s->n_providers},
	};
	return lists[part];
}

static struct site *
with(const struct site *s, enum site_part part, const char *name, const void *item)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return NULL;
	struct site next = *s;
	struct list list = list_of(&next, part);
	size_t size = sizes[part], n = 0;
	const char *from = *list.items;
	char *to = arena_array(a, *list.n + 1, size);
	for (size_t i = 0; i < *list.n; i++)
		if (strcmp(name_of(from + i * size), name) != 0)
			memcpy(to + n++ * size, from + i * size, size);
	if (item != NULL)
		memcpy(to + n++ * size, item, size);
	*list.items = to;
	*list.n = n;
	struct site *made = site_make(&next);
	arena_free(a);
	return made;
}

struct site *
site_put(const struct site *s, enum site_part part, const void *item)
{
	return with(s, part, name_of(item), item);
}

struct site *
site_drop(const struct site *s, enum site_part part, const char *name)
{
	return with(s, part, name, NULL);
}

struct site *
site_set_default(const struct site *s, const char *provider)
{
	struct site next = *s;
	next.default_provider = provider;
	return site_make(&next);
}

struct site *
site_ref(struct site *s)
{
	atomic_fetch_add(&((struct owned *)s)->count, 1);
	return s;
}

void
site_unref(struct site *s)
{
	struct owned *o = (struct owned *)s;
	if (o == NULL || atomic_fetch_sub(&o->count, 1) != 1)
		return;
	arena_free(o->arena);
	free(o);
}
