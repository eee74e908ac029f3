#include <stddef.h>
#include <string.h>

#include "serve/manage.h"
#include "serve/text.h"

static const struct {
	const char *name;
	size_t at;
} flags[] = {
	{"outbound", offsetof(struct profile, outbound)},
	{"trust_invite_numbers", offsetof(struct profile, trust_invite_numbers)},
	{"prefer_toll_free", offsetof(struct profile, prefer_toll_free)},
	{"confirm", offsetof(struct profile, confirm)},
	{"withhold_subjects", offsetof(struct profile, withhold_subjects)},
};

enum { N_FLAGS = sizeof flags / sizeof *flags };

static bool *
flag_of(const struct profile *p, size_t i)
{
	return (bool *)((char *)p + flags[i].at);
}

static void
set_texts(struct call *c, json_t *o, const char *key, const char *const *texts, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			list, json_string(text_clean(c->arena, texts[i], TEXT_NAME)));
	json_object_set_new(o, key, list);
}

static json_t *
profile_object(struct call *c, const struct profile *p)
{
	json_t *o = json_object();
	text_set(c->arena, o, "name", p->name, TEXT_LONG);
	text_set(c->arena, o, "address", p->address, TEXT_LONG);
	text_set(c->arena, o, "time_zone", p->time_zone, TEXT_LONG);
	text_set(c->arena, o, "country", p->country, TEXT_LONG);
	for (size_t i = 0; i < N_FLAGS; i++)
		json_object_set_new(o, flags[i].name, json_boolean(*flag_of(p, i)));
	set_texts(c, o, "countries", p->countries, p->n_countries);
	set_texts(c, o, "allowed_hosts", p->allowed_hosts, p->n_allowed_hosts);
	return o;
}

json_t *
profile_list(struct call *c)
{
	const struct site *s = c->view.site;
	json_t *list = json_array();
	for (size_t i = 0; i < s->n_profiles; i++)
		json_array_append_new(list, profile_object(c, &s->profiles[i]));
	return json_pack("{s:o}", "profiles", list);
}

static const struct profile *
find(struct call *c)
{
	const struct profile *p = site_profile(c->view.site, call_text(c, "name"));
	if (p != NULL)
		return p;
	call_fail(c, RPC_NO_LINK, "no such profile");
	return call_cure(c, "`convoke profile list` names the profiles; `convoke profile "
			    "set` makes one.");
}

json_t *
profile_get(struct call *c)
{
	const struct profile *p = find(c);
	return p != NULL ? profile_object(c, p) : NULL;
}

static void
take_texts(const struct call *c, const char *key, const char *const **texts, size_t *n)
{
	if (json_object_get(c->params, key) != NULL)
		*texts = call_texts(c, key, n);
}

/* A new one begins in the country of the default one. */
json_t *
profile_set(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct profile *old = site_profile(c->view.site, call_text(c, "name"));
	struct profile p = {
		.name = call_text(c, "name"),
		.country = site_profile(c->view.site, "default")->country,
		.outbound = true,
	};
	if (old != NULL)
		p = *old;
	call_set_text(c, "address", &p.address);
	call_set_text(c, "time_zone", &p.time_zone);
	call_set_text(c, "country", &p.country);
	for (size_t i = 0; i < N_FLAGS; i++)
		*flag_of(&p, i) = call_flag(c, flags[i].name, *flag_of(&p, i));
	take_texts(c, "countries", &p.countries, &p.n_countries);
	take_texts(c, "allowed_hosts", &p.allowed_hosts, &p.n_allowed_hosts);
	if (core_profile_put(c->view.core, &p, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	call_renew(c);
	return profile_get(c);
}

json_t *
profile_remove(struct call *c)
{
	struct err err = {.grade = ERR_NONE};
	const struct profile *p = find(c);
	if (p == NULL)
		return NULL;
	if (core_profile_remove(c->view.core, p->name, call_who(c), &err) != ERR_NONE)
		return call_refuse(c, &err, RPC_NO_LINK);
	return json_object();
}
