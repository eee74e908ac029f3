#include "core/link.h"

#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/log.h"
#include "core/keep.h"
#include "credential.h"
#include "schedule.h"

static bool
is_refused(const struct core_link *l, int64_t credential)
{
	return l->refused == credential && l->refusals >= LINK_REFUSALS;
}

/* One probe at a time while something is wrong: so the two requests that may be under way
 * when a password changes are all that can be refused. */
size_t
link_limit(const struct core_link *l)
{
	return l->trouble.err.grade != ERR_NONE || l->refusals > 0 ? 1
								 : (size_t)calendar_at_once(l->kind);
}

bool
link_held(const struct core_link *l, int64_t ms)
{
	return l->locked || ms < l->hold_until;
}

void
link_refused(const char *name, struct err *err)
{
	err_set(err, ERR_DENIED, "wrong_password",
		"the user name or password of link %s was refused", name);
	err_cure(err,
		"Give the link its password: `convoke link set %s --ask-password`. Nothing "
		"more is tried until then, so that the account is not locked out.",
		name);
}

/* With `lock`: how long there is no place for one more request; 0: it is counted. */
static int64_t
until_turn(struct core *c, struct core_link *l)
{
	return l->asking >= link_limit(l)
		       ? KEEP_MS /* who leaves wakes us */
		       : budget_take(&l->budget, l->kind->per_minute, core_ms(c));
}

int
link_enter(struct core *c, struct batch *b, int64_t credential, struct leave *ret,
	struct err *err)
{
	struct core_link *l = b->link;
	int grade = ERR_NONE;
	pthread_mutex_lock(&c->lock);
	int64_t wait;
	while (!atomic_load(&c->stop) && !link_held(l, core_ms(c)) &&
		!is_refused(l, credential) && (wait = until_turn(c, l)) > 0)
		core_wait(c, wait);
	if (atomic_load(&c->stop)) {
		grade = err_set(err, ERR_RETRY, "stopped", "the daemon stops");
	} else if (link_held(l, core_ms(c)) || is_refused(l, credential)) {
		*err = l->trouble.err;
		if (err->grade ==
			ERR_NONE) /* the worker that was refused has yet to say so */
			link_refused(l->name, err);
		grade = (int)err->grade;
	} else {
		*ret = (struct leave){.credential = credential,
			.refusals = l->refused == credential ? l->refusals : 0};
		l->asking++;
		hourly_add(&l->requests, core_ms(c));
		for (size_t i = 0; i < b->n && b->rooms[i] != NULL; i++)
			hourly_add(&b->rooms[i]->requests, core_ms(c));
	}
	pthread_mutex_unlock(&c->lock);
	return grade;
}

/* A server that does not take passwords has not looked at this one. */
static bool
refuses_password(const struct http_answer *http)
{
	return http != NULL && http->status == 401 &&
	       (*http->www_authenticate == '\0' ||
		       strcasestr(http->www_authenticate, "basic") != NULL);
}

/* Whether there is something to store. An acceptance says nothing of a refusal that came
 * after it was asked for. */
static bool
count_refusal(
	struct core_link *l, const struct leave *leave, const struct http_answer *http)
{
	if (refuses_password(http)) {
		if (l->refused != leave->credential)
			l->refusals = 0;
		l->refused = leave->credential;
		l->refusals++;
		return true;
	}
	if (http == NULL || http->status == 401 || l->refusals == 0 ||
		l->refused != leave->credential || l->refusals != leave->refusals)
		return false;
	l->refusals = 0;
	return true;
}

void
link_leave(struct core *c, struct batch *b, const struct leave *leave,
	const struct http_answer *http)
{
	struct core_link *l = b->link;
	pthread_mutex_lock(&c->lock);
	bool keep = count_refusal(l, leave, http);
	l->locked |= is_refused(l, leave->credential);
	l->tried_at = core_ms(c);
	if (l->credential != leave->credential) { /* another one ends another day */
		if (l->credential != 0)
			l->expiry_at = l->tried_at;
		l->credential = leave->credential;
	}
	pthread_mutex_unlock(&c->lock);
	if (keep) /* before anybody else may try */
		link_keep(c, l);
	pthread_mutex_lock(&c->lock);
	l->asking--;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

void
link_failed(struct core *c, struct batch *b, const struct err *err)
{
	struct core_link *l = b->link;
	pthread_mutex_lock(&c->lock);
	if (b->version != l->version) { /* it was set right meanwhile */
		pthread_mutex_unlock(&c->lock);
		return;
	}
	int64_t ms = core_ms(c), now = core_now(c);
	/* Two that failed together have failed once. */
	bool known = l->trouble.err.grade != ERR_NONE && b->began < l->troubled_at;
	unsigned failures = l->trouble.failures;
	enum trouble_news news = trouble_take(&l->trouble, err, now);
	if (known)
		l->trouble.failures = failures;
	int64_t until =
		ms + schedule_after_failure(l->name, now, err, l->trouble.failures);
	if (until > l->hold_until)
		l->hold_until = until;
	l->troubled_at = ms;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	trouble_tell(c, "link", l->name, news, err);
}

void
link_renew(struct core *c, struct core_link *l)
{
	l->version = ++c->versions;
	l->locked = false;
	l->hold_until = 0;
	l->refusals = 0;
	l->trouble.failures = 0;
	for (size_t i = 0; i < l->n_rooms; i++)
		if (l->rooms[i]->trouble.err.grade != ERR_NONE)
			l->rooms[i]->due = core_ms(c);
	pthread_cond_broadcast(&c->changed);
}

static bool
has_changed(const char *before, const char *now)
{
	return now != NULL && (before == NULL || strcmp(before, now) != 0);
}

void
link_well(struct core *c, struct batch *b)
{
	struct core_link *l = b->link;
	pthread_mutex_lock(&c->lock);
	/* What was asked before a trouble began does not say that it is over. */
	bool older = l->trouble.err.grade != ERR_NONE && b->began < l->troubled_at;
	enum trouble_news news =
		older ? TROUBLE_SAME : trouble_take(&l->trouble, NULL, core_now(c));
	if (!older)
		l->hold_until = 0;
	l->last_good = core_now(c);
	bool keep = llabs(l->last_good - l->kept_good) >= KEEP_SYNCED_S;
	char *version = has_changed(l->server_version, b->server_version)
				? strdup(b->server_version)
				: NULL;
	if (version != NULL) {
		free(l->server_version);
		l->server_version = version;
		keep = true;
	}
	if (news == TROUBLE_ENDED)
		pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	if (keep)
		link_keep(c, l);
	trouble_tell(c, "link", l->name, news, NULL);
}

void
link_lock(struct core *c, struct core_link *l)
{
	pthread_mutex_lock(&c->lock);
	l->locked = true;
	l->look_at = core_ms(c) + LINK_LOOK_MS;
	pthread_mutex_unlock(&c->lock);
}

/* A new password need not wait for the time that the old one has to. */
bool
link_wants_look(const struct core_link *l)
{
	return l->locked || l->refusals > 0;
}

void
link_look(struct core *c, struct batch *b)
{
	struct credential secret;
	struct err err;
	bool readable = credential_read(c->config.credentials, b->set_up->credential,
				&secret, &err) == ERR_NONE;
	int64_t version = readable ? secret.version : 0;
	if (readable)
		credential_wipe(&secret);
	pthread_mutex_lock(&c->lock);
	bool changed = readable && version != b->link->refused;
	if (b->link->locked ? readable && !is_refused(b->link, version)
			    : changed && b->link->refusals > 0)
		link_renew(c, b->link);
	pthread_mutex_unlock(&c->lock);
}

int
link_begin(struct core *c, struct batch *b, const char *name, struct err *err)
{
	pthread_mutex_lock(&c->lock);
	struct core_link *l = core_find_link(c, name);
	bool begun = l != NULL && batch_begin(c, b, WORK_POLL, l);
	pthread_mutex_unlock(&c->lock);
	if (l == NULL) {
		err_set(err, ERR_ABSENT, "unknown_link", "there is no link \"%.100s\"",
			name);
		err_cure(err, "`convoke link list` shows what there is.");
		return ERR_ABSENT;
	}
	return begun ? ERR_NONE : err_set(err, ERR_RETRY, "memory", "out of memory");
}

void
link_try(struct core *c, struct batch *b)
{
	struct core_link *l = b->link;
	struct auth *auth = NULL;
	link_look(c, b);
	pthread_mutex_lock(&c->lock);
	if (!l->locked && l->trouble.err.grade != ERR_WAIT) {
		l->hold_until = 0;
		auth = l->auth != NULL ? auth_ref(l->auth) : NULL;
	}
	pthread_mutex_unlock(&c->lock);
	if (auth != NULL)
		auth_try(auth);
	auth_free(auth);
}

void
link_keep(struct core *c, struct core_link *l)
{
	struct err err;
	pthread_mutex_lock(&c->keeping);
	pthread_mutex_lock(&c->lock);
	bool gone = l->gone;
	char *version = l->server_version != NULL ? strdup(l->server_version) : NULL;
	struct store_link facts = {.server_version = version,
		.last_good = l->last_good,
		.password_expires = l->password_expires,
		.refused = l->refused,
		.refusals = l->refusals};
	l->kept_good = l->last_good;
	pthread_mutex_unlock(&c->lock);
	int grade =
		gone ? ERR_NONE : store_put_link_facts(c->store, l->name, &facts, &err);
	pthread_mutex_unlock(&c->keeping);
	free(version);
	keep_said(c, grade == ERR_NONE ? NULL : &err);
}
