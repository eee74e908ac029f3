/* What an administrator changes: checked, stored with its line of the audit trail, then put in
 * force all at once. */
#include "core/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "core/check.h"
#include "core/token.h"
#include "credential.h"
#include "provider.h"

/* One change on its way. */
struct change {
	struct core *c;
	struct arena *arena;
	struct store_audit audit;
	struct adoption *adoption;
};

static void
begin(struct core *c, struct change *ret, const char *who)
{
	pthread_mutex_lock(&c->changing);
	*ret = (struct change){
		.c = c, .arena = arena_new(0), .audit = {.at = core_now(c), .who = who}};
}

/* Everything that could go wrong has not: it is in force. Else nothing has changed. */
static int
end(struct change *ch, int grade)
{
	struct core *c = ch->c;
	struct err err;
	if (grade == ERR_NONE) {
		adoption_take(c, ch->adoption);
		log_info("who=\"%s\" %s", ch->audit.who, ch->audit.what);
		core_tell(c, CORE_STATUS_CHANGED, NULL);
		if (core_grow(c, &err) != ERR_NONE)
			log_error("code=%s %s", err.code, err.text);
	} else {
		adoption_drop(c, ch->adoption);
	}
	arena_free(ch->arena);
	pthread_mutex_unlock(&c->changing);
	return grade;
}

static bool
affects_all(const struct room *r, const char *name)
{
	(void)r, (void)name;
	return true;
}

static bool
affects_room(const struct room *r, const char *name)
{
	return strcmp(r->name, name) == 0;
}

static bool
affects_profile(const struct room *r, const char *name)
{
	return strcmp(r->profile, name) == 0;
}

static int
prepare(struct change *ch, struct site *site, struct data *data,
	bool (*affects)(const struct room *r, const char *name), const char *name,
	struct err *err)
{
	if (site == NULL && data == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	ch->adoption = adoption_new(ch->c, site, data, affects, name, err);
	return ch->adoption != NULL ? ERR_NONE : ERR_RETRY;
}

static int
absent(struct err *err, const char *noun, const char *name)
{
	char code[40];
	snprintf(code, sizeof code, "unknown_%s", noun);
	err_set(err, ERR_ABSENT, code, "there is no %s \"%.100s\"", noun, name);
	err_cure(err, "`convoke %s list` shows what there is.", noun);
	return ERR_ABSENT;
}

static int
exists(struct err *err, const char *noun, const char *name)
{
	char code[40];
	snprintf(code, sizeof code, "%s_exists", noun);
	err_set(err, ERR_CONFIG, code, "there is a %s \"%s\" already", noun, name);
	err_cure(err, "Change it: convoke %s set %s", noun, name);
	return ERR_CONFIG;
}

static int
in_use(struct err *err, const char *noun, const char *name, size_t n, const char *room)
{
	char code[40];
	snprintf(code, sizeof code, "%s_in_use", noun);
	err_set(err, ERR_CONFIG, code, "%zu room%s the %s %s: %s%s", n,
		n == 1 ? " uses" : "s use", noun, name, room, n > 1 ? " and others" : "");
	err_cure(err, "Give each another one first: `convoke room set %s --%s NAME`",
		room, noun);
	return ERR_CONFIG;
}

/* Secrets. */

/* Whether another link sends the same one. */
static bool
is_shared(const struct site *s, const struct link *l)
{
	for (size_t i = 0; i < s->n_links; i++)
		if (strcmp(s->links[i].name, l->name) != 0 &&
			strcmp(s->links[i].credential, l->credential) == 0)
			return true;
	return false;
}

/* A key that cannot sign is no key. */
static int
check_key(const struct core *c, const struct link *l, const char *secret, struct err *err)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	struct auth_config config = token_config(c, a, l);
	struct http_ask ask;
	int grade = auth_ask(&config, secret, a, core_now(c), &ask, err);
	arena_free(a);
	return grade;
}

/* What stands in the file, or will, must be able to be sent. */
static int
check_secret(
	const struct core *c, const struct link *l, const char *secret, struct err *err)
{
	struct credential had = {.secret = NULL};
	struct http *http = NULL;
	int grade = secret != NULL ? ERR_NONE
				   : credential_read(c->config.credentials, l->credential,
					     &had, err);
	if (grade == ERR_NONE && token_is_used(l))
		grade = check_key(c, l, secret != NULL ? secret : had.secret, err);
	else if (grade == ERR_NONE)
		grade = http_new(&(struct http_config){.url = l->url,
					 .user = l->user,
					 .password = secret != NULL ? secret : had.secret,
					 .ca_file = l->ca_file,
					 .loopback = l->insecure_loopback},
			&http, err);
	http_free(http);
	credential_wipe(&had);
	return grade;
}

/* Writes it, and keeps what there was for the case that the rest of the change fails. */
static int
replace_secret(struct core *c, const struct link *l, const char *secret,
	struct credential *ret_had, struct err *err)
{
	struct err none;
	*ret_had = (struct credential){.secret = NULL};
	if (secret == NULL)
		return ERR_NONE;
	credential_read(c->config.credentials, l->credential, ret_had, &none);
	return credential_write(c->config.credentials, l->credential, secret, err);
}

static void
restore_secret(struct core *c, const struct link *l, const struct credential *had)
{
	struct err err;
	if (had->secret == NULL)
		credential_remove(c->config.credentials, l->credential);
	else if (credential_write(c->config.credentials, l->credential, had->secret,
			 &err) != ERR_NONE)
		log_error("link=%s code=%s %s", l->name, err.code, err.text);
}

/* Links. */

static int
put_link(struct change *ch, const struct link *l, const char *secret, bool may_replace,
	struct err *err)
{
	struct core *c = ch->c;
	struct credential had = {.secret = NULL};
	int grade = check_link(l, err);
	if (grade == ERR_NONE && !may_replace && site_link(c->site, l->name) != NULL)
		grade = exists(err, "link", l->name);
	if (grade == ERR_NONE)
		grade = check_secret(c, l, secret, err);
	if (grade == ERR_NONE)
		grade = prepare(
			ch, site_put(c->site, SITE_LINKS, l), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	adoption_renew(ch->adoption, l->name);
	ch->audit.what = arena_printf(ch->arena,
		"link.put %s kind=%s url=%s user=%s credential=%s access=%s%s", l->name,
		l->kind, l->url, l->user, l->credential,
		l->impersonate ? "impersonation" : "delegation",
		secret != NULL ? " secret=new" : "");
	grade = replace_secret(c, l, secret, &had, err);
	if (grade == ERR_NONE) {
		grade = store_put(c->store, SITE_LINKS, l, &ch->audit, err);
		if (grade != ERR_NONE && secret != NULL)
			restore_secret(c, l, &had);
	}
	credential_wipe(&had);
	return grade;
}

int
core_link_put(struct core *c, const struct link *link, const char *secret,
	bool may_replace, const char *who, struct err *err)
{
	struct change ch;
	struct link l = *link;
	if (l.credential == NULL)
		l.credential = l.name != NULL ? l.name : "";
	begin(c, &ch, who);
	return end(&ch, put_link(&ch, &l, secret, may_replace, err));
}

static size_t
count_rooms(const struct site *s, bool (*has)(const struct room *r, const char *name),
	const char *name, const char **ret_first)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_rooms; i++)
		if (has(&s->rooms[i], name) && n++ == 0)
			*ret_first = s->rooms[i].name;
	return n;
}

static bool
has_link(const struct room *r, const char *name)
{
	return strcmp(r->link, name) == 0;
}

static int
remove_link(struct change *ch, const char *name, struct err *err)
{
	struct core *c = ch->c;
	const struct link *l = site_link(c->site, name);
	const char *room = NULL;
	if (l == NULL)
		return absent(err, "link", name);
	size_t n = count_rooms(c->site, has_link, name, &room);
	if (n > 0)
		return in_use(err, "link", name, n, room);
	int grade =
		prepare(ch, site_drop(c->site, SITE_LINKS, name), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "link.remove %s", name);
	grade = store_drop(c->store, SITE_LINKS, name, &ch->audit, err);
	/* systemd's own cannot be removed, and are none of ours. */
	if (grade == ERR_NONE && !is_shared(c->site, l))
		credential_remove(c->config.credentials, l->credential);
	return grade;
}

int
core_link_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping); /* or a worker could store facts of it again */
	int grade = end(&ch, remove_link(&ch, name, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}

/* Rooms. */

static const char *
order_of(struct arena *a, const struct room *r)
{
	const char *text = "";
	for (size_t i = 0; i < r->n_order; i++)
		text = arena_printf(a, "%s%s%s", text,
			i > 0 ? "," : " transports=", transport_name(r->order[i]));
	return text;
}

/* What was stored of another calendar goes first: nothing may be left that a restart could
 * take for this one's. */
static int
put_room(struct change *ch, const struct room *r, bool may_replace, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_room(c->site, r, err);
	const struct room *had = grade == ERR_NONE ? site_room(c->site, r->name) : NULL;
	if (had != NULL && !may_replace)
		grade = exists(err, "room", r->name);
	if (grade == ERR_NONE)
		grade = prepare(ch, site_put(c->site, SITE_ROOMS, r), NULL, affects_room,
			r->name, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what =
		arena_printf(ch->arena, "room.put %s mailbox=%s link=%s profile=%s%s",
			r->name, r->mailbox, r->link, r->profile, order_of(ch->arena, r));
	if (had != NULL && (strcmp(had->mailbox, r->mailbox) != 0 ||
				   strcmp(had->link, r->link) != 0)) {
		adoption_empty(ch->adoption, r->name);
		grade = store_drop_agenda(c->store, r->name, err);
	}
	return grade == ERR_NONE ? store_put(c->store, SITE_ROOMS, r, &ch->audit, err)
				 : grade;
}

int
core_room_put(struct core *c, const struct room *room, bool may_replace, const char *who,
	struct err *err)
{
	struct change ch;
	struct room r = *room;
	if (r.profile == NULL)
		r.profile = "default";
	begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping);
	int grade = end(&ch, put_room(&ch, &r, may_replace, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}

static int
remove_room(struct change *ch, const char *name, struct err *err)
{
	struct core *c = ch->c;
	if (site_room(c->site, name) == NULL)
		return absent(err, "room", name);
	int grade =
		prepare(ch, site_drop(c->site, SITE_ROOMS, name), NULL, NULL, NULL, err);
	ch->audit.what = arena_printf(ch->arena, "room.remove %s", name);
	return grade == ERR_NONE ? store_drop(c->store, SITE_ROOMS, name, &ch->audit, err)
				 : grade;
}

int
core_room_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping);
	int grade = end(&ch, remove_room(&ch, name, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}

/* Profiles. */

static int
put_profile(struct change *ch, const struct profile *p, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_profile(p, err);
	if (grade == ERR_NONE)
		grade = prepare(ch, site_put(c->site, SITE_PROFILES, p), NULL,
			affects_profile, p->name, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena,
		"profile.put %s country=%s outbound=%d trust_invite_numbers=%d confirm=%d "
		"withhold_subjects=%d countries=%zu hosts=%zu",
		p->name, p->country, p->outbound, p->trust_invite_numbers, p->confirm,
		p->withhold_subjects, p->n_countries, p->n_allowed_hosts);
	return store_put(c->store, SITE_PROFILES, p, &ch->audit, err);
}

int
core_profile_put(
	struct core *c, const struct profile *p, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	return end(&ch, put_profile(&ch, p, err));
}

static int
remove_profile(struct change *ch, const char *name, struct err *err)
{
	struct core *c = ch->c;
	const char *room = NULL;
	if (site_profile(c->site, name) == NULL)
		return absent(err, "profile", name);
	if (strcmp(name, "default") == 0) {
		err_set(err, ERR_CONFIG, "default_profile",
			"the profile \"default\" cannot be removed");
		err_cure(err, "Rooms without a profile have it: change it instead.");
		return ERR_CONFIG;
	}
	size_t n = count_rooms(c->site, affects_profile, name, &room);
	if (n > 0)
		return in_use(err, "profile", name, n, room);
	int grade = prepare(
		ch, site_drop(c->site, SITE_PROFILES, name), NULL, NULL, NULL, err);
	ch->audit.what = arena_printf(ch->arena, "profile.remove %s", name);
	return grade == ERR_NONE
		       ? store_drop(c->store, SITE_PROFILES, name, &ch->audit, err)
		       : grade;
}

int
core_profile_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	return end(&ch, remove_profile(&ch, name, err));
}

/* Providers. */

static int
put_provider(struct change *ch, const struct provider_settings *p, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_provider(c->data->providers, p, err);
	if (grade == ERR_NONE)
		grade = prepare(ch, site_put(c->site, SITE_PROVIDERS, p), NULL,
			affects_all, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena,
		"provider.put %s pin=%s number=%s id_delay_ms=%d pin_delay_ms=%d sip_endpoint=%s "
		"h323_endpoint=%s sip_template=%s",
		p->provider, p->pin_set ? pin_need_name(p->pin) : "-",
		p->number != NULL ? p->number : "-", p->id_delay_ms, p->pin_delay_ms,
		p->sip_endpoint != NULL ? p->sip_endpoint : "-",
		p->h323_endpoint != NULL ? p->h323_endpoint : "-",
		p->sip_template != NULL ? p->sip_template : "-");
	return store_put(c->store, SITE_PROVIDERS, p, &ch->audit, err);
}

int
core_provider_put(struct core *c, const struct provider_settings *s, const char *who,
	struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	return end(&ch, put_provider(&ch, s, err));
}

static int
remove_provider(struct change *ch, const char *id, struct err *err)
{
	struct core *c = ch->c;
	const struct site *s = c->site;
	size_t i = 0;
	while (i < s->n_providers && strcmp(s->providers[i].provider, id) != 0)
		i++;
	int grade = i < s->n_providers
			    ? ERR_NONE
			    : check_known_provider(c->data->providers, id, err);
	if (grade != ERR_NONE)
		return grade;
	if (s->default_provider != NULL && strcmp(s->default_provider, id) == 0) {
		err_set(err, ERR_CONFIG, "default_provider",
			"%s is the default provider, and cannot be removed", id);
		err_cure(err,
			"Make another one the default first: `convoke provider default "
			"PROVIDER`");
		return ERR_CONFIG;
	}
	grade = prepare(
		ch, site_drop(s, SITE_PROVIDERS, id), NULL, affects_all, NULL, err);
	ch->audit.what = arena_printf(ch->arena, "provider.remove %s", id);
	return grade == ERR_NONE
		       ? store_drop(c->store, SITE_PROVIDERS, id, &ch->audit, err)
		       : grade;
}

int
core_provider_remove(
	struct core *c, const char *provider, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	return end(&ch, remove_provider(&ch, provider, err));
}

static int
set_default(struct change *ch, const char *id, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_known_provider(c->data->providers, id, err);
	if (grade == ERR_NONE)
		grade = prepare(ch, site_set_default(c->site, id), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "provider.default %s", id);
	return store_set_default(c->store, id, &ch->audit, err);
}

int
core_provider_default(
	struct core *c, const char *provider, const char *who, struct err *err)
{
	struct change ch;
	begin(c, &ch, who);
	return end(&ch, set_default(&ch, provider, err));
}

/* Data files. */

static void
set_data_error(struct core *c, const struct err *err)
{
	char *text = NULL;
	if (err != NULL && asprintf(&text, "%s%s%s", err->text,
				   *err->cure != '\0' ? ". " : "", err->cure) < 0)
		text = NULL;
	pthread_mutex_lock(&c->lock);
	char *had = c->data_error;
	c->data_error = text;
	pthread_mutex_unlock(&c->lock);
	free(had);
}

static int
reload(struct change *ch, struct err *err)
{
	struct data *data = NULL;
	int grade = data_load(&ch->c->config, &data, err);
	if (grade == ERR_NONE)
		grade = prepare(ch, NULL, data, affects_all, NULL, err);
	ch->audit.what = grade == ERR_NONE ? "reload" : "reload refused";
	struct err unstored;
	if (store_note(ch->c->store, &ch->audit, grade == ERR_NONE ? err : &unstored) !=
			0 &&
		grade == ERR_NONE)
		grade = (int)err->grade;
	return grade;
}

int
core_reload(struct core *c, const char *who, struct err *err)
{
	struct change ch;
	struct err own;
	if (err == NULL)
		err = &own;
	begin(c, &ch, who);
	int grade = reload(&ch, err);
	set_data_error(c, grade == ERR_NONE ? NULL : err);
	if (grade != ERR_NONE) {
		log_error("code=%s the data files in force stay: %s. Cure: %s", err->code,
			err->text, err->cure);
		core_tell(c, CORE_STATUS_CHANGED, NULL);
	}
	return end(&ch, grade);
}
