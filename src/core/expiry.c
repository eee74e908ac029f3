#include "core/expiry.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/when.h"
#include "core/link.h"
#include "core/token.h"
#include "schedule.h"

enum what { PASSWORD, CLIENT_SECRET, CERTIFICATE, KEY };

/* What ends, and its cure: a deed, and the options that then tell the link. */
static const struct {
	const char *kind, *deed, *options;
} whats[] = {
	[PASSWORD] = {"password", "Set a new one for the account", "--ask-password"},
	[CLIENT_SECRET] = {"client secret", "Make another one in Entra for the application",
		"--ask-password --secret-expires DATE"},
	[CERTIFICATE] = {"certificate", "Upload another one in Entra for the application",
		"--password-file FILE"},
	[KEY] = {"key", "Make another one for the service account",
		"--password-file FILE --secret-expires DATE"},
};

struct expiry
expiry_of(const struct core_link *l, const struct link *set_up)
{
	static const enum what by_access[] = {[CALENDAR_PASSWORD] = PASSWORD,
		[CALENDAR_ENTRA] = CLIENT_SECRET,
		[CALENDAR_GOOGLE] = KEY};
	enum calendar_access access = calendar_kind(set_up->kind)->access;
	if (access == CALENDAR_FILES)
		return (struct expiry){.at = 0};
	int64_t told = l->password_expires;
	/* A certificate is the only credential of Entra's that tells its end. */
	enum what what = access == CALENDAR_ENTRA && told != 0 ? CERTIFICATE
							       : by_access[access];
	return (struct expiry){.at = told != 0 ? told : set_up->secret_expires,
		.kind = whats[what].kind,
		.link = set_up->name,
		.user = set_up->user};
}

const char *
expiry_cure(struct arena *a, const struct expiry *e)
{
	size_t i = 0;
	while (whats[i].kind != e->kind)
		i++;
	return arena_printf(a, "%s %s, then: `convoke link set %s %s`", whats[i].deed, e->user,
		e->link, whats[i].options);
}

void
expiry_learn(struct core *c, struct batch *b)
{
	struct core_link *l = b->link;
	int64_t told = b->password_expires;
	pthread_mutex_lock(&c->lock);
	if (!b->reached)
		l->expiry_at = core_ms(c) + EXPIRY_AGAIN_MS;
	bool certain = l->auth != NULL && token_is_used(b->set_up);
	if (certain)
		told = auth_expires(l->auth);
	/* Not every server tells; of a credential that we hold we know that it does not. */
	bool moved = (certain || told != 0) && l->password_expires != told;
	if (moved)
		l->password_expires = told;
	pthread_mutex_unlock(&c->lock);
	if (moved) {
		link_keep(c, l);
		core_tell(c, CORE_STATUS_CHANGED, NULL);
	}
	expiry_tell(c);
}

/* With `lock`: whether this link's end is to be told now. */
static bool
is_news(struct core_link *l, const struct expiry *e, int64_t now)
{
	int64_t step;
	if (!schedule_warns(e->at, now, &step)) {
		l->warned_of = 0;
		return false;
	}
	bool news = l->warned_of != e->at || l->warned != step;
	l->warned_of = e->at;
	l->warned = step;
	return news;
}

static void
log_end(struct arena *a, const struct expiry *e, int64_t now)
{
	char when[WHEN_TEXT];
	long long days = (e->at - now) / (24 * 3600);
	when_text(e->at, when);
	if (e->at <= now)
		log_warn("link=%s the %s of %s has ended, on %s. Cure: %s", e->link, e->kind,
			e->user, when, expiry_cure(a, e));
	else
		log_warn("link=%s the %s of %s ends on %s, in %lld day%s. Cure: %s", e->link,
			e->kind, e->user, when, days, days == 1 ? "" : "s",
			expiry_cure(a, e));
}

void
expiry_tell(struct core *c)
{
	struct arena *a = arena_new(0);
	if (a == NULL)
		return;
	int64_t now = core_now(c);
	size_t n = 0;
	pthread_mutex_lock(&c->lock);
	struct site *s = site_ref(c->site);
	struct expiry *ends = arena_many(a, struct expiry, c->n_links);
	for (size_t i = 0; i < c->n_links; i++) {
		struct expiry e = expiry_of(c->links[i], site_link(s, c->links[i]->name));
		if (is_news(c->links[i], &e, now))
			ends[n++] = e;
	}
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < n; i++)
		log_end(a, &ends[i], now);
	if (n > 0)
		core_tell(c, CORE_STATUS_CHANGED, NULL);
	site_unref(s);
	arena_free(a);
}
