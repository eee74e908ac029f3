/* Links, and the secrets that they send. */
#include <string.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/origin.h"
#include "calendar/calendar.h"
#include "core/change.h"
#include "core/check.h"
#include "core/token.h"
#include "credential.h"

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

static bool
same_place(const char *a, const char *b)
{
	struct origin x = {0}, y = {0};
	bool same = a == NULL && b == NULL;
	if (a != NULL && b != NULL && origin_read(a, &x) && origin_read(b, &y))
		same = origin_same(&x, &y);
	origin_release(&x);
	origin_release(&y);
	return same;
}

/*
 * A stored secret goes where it was given for, and is not read back by sending it to a
 * server of one's own: whoever names another must know it.
 */
static int
check_place(const struct site *s, const struct link *l, struct err *err)
{
	for (size_t i = 0; i < s->n_links; i++) {
		const struct link *o = &s->links[i];
		if (strcmp(o->credential, l->credential) != 0 ||
			(same_place(o->url, l->url) &&
				same_place(o->token_url, l->token_url)))
			continue;
		err_set(err, ERR_CONFIG, "secret_needed",
			"the credential %s was given for another server or port",
			l->credential);
		err_cure(err,
			"Give the password again with the change: --password-file FILE, or "
			"--ask-password.");
		return ERR_CONFIG;
	}
	return ERR_NONE;
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
	if (calendar_kind(l->kind)->access == CALENDAR_FILES)
		return ERR_NONE;
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

static const char *
access_of(const struct link *l)
{
	static const char *const names[] = {[CALENDAR_PASSWORD] = "delegation",
		[CALENDAR_ENTRA] = "token",
		[CALENDAR_GOOGLE] = "token",
		[CALENDAR_FILES] = "files"};
	enum calendar_access access = calendar_kind(l->kind)->access;
	return access == CALENDAR_PASSWORD && l->impersonate ? "impersonation"
							     : names[access];
}

static int
put_link(struct change *ch, const struct link *l, const char *secret, bool may_replace,
	struct err *err)
{
	struct core *c = ch->c;
	struct credential had = {.secret = NULL};
	int grade = check_link(l, err);
	if (grade == ERR_NONE && !may_replace && site_link(c->site, l->name) != NULL)
		grade = change_exists("link", l->name, err);
	if (grade == ERR_NONE && secret == NULL &&
		calendar_kind(l->kind)->access != CALENDAR_FILES)
		grade = check_place(c->site, l, err);
	if (grade == ERR_NONE)
		grade = check_secret(c, l, secret, err);
	if (grade == ERR_NONE)
		grade = change_prepare(
			ch, site_put(c->site, SITE_LINKS, l), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	adoption_renew(ch->adoption, l->name);
	ch->audit.what = arena_printf(ch->arena,
		"link.put %s kind=%s url=%s user=%s credential=%s access=%s%s", l->name,
		l->kind, l->url, l->user, l->credential, access_of(l),
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
	const struct calendar_kind *kind = l.kind != NULL ? calendar_kind(l.kind) : NULL;
	if (l.credential == NULL)
		l.credential = l.name != NULL ? l.name : "";
	if (l.user == NULL && kind != NULL && kind->access == CALENDAR_FILES)
		l.user = "";
	change_begin(c, &ch, who);
	return change_end(&ch, put_link(&ch, &l, secret, may_replace, err));
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
		return check_unknown("link", name, err);
	size_t n = change_count(c->site, has_link, name, &room);
	if (n > 0)
		return change_in_use("link", name, n, room, err);
	int grade = change_prepare(
		ch, site_drop(c->site, SITE_LINKS, name), NULL, NULL, NULL, err);
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
	change_begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping); /* or a worker could store facts of it again */
	int grade = change_end(&ch, remove_link(&ch, name, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}
