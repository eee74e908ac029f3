/* Rooms, and the profiles that they have. */
#include <string.h>

#include "base/arena.h"
#include "core/change.h"
#include "core/check.h"

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
		grade = change_exists("room", r->name, err);
	if (grade == ERR_NONE)
		grade = change_prepare(ch, site_put(c->site, SITE_ROOMS, r), NULL,
			affects_room, r->name, err);
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
	change_begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping);
	int grade = change_end(&ch, put_room(&ch, &r, may_replace, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}

static int
remove_room(struct change *ch, const char *name, struct err *err)
{
	struct core *c = ch->c;
	if (site_room(c->site, name) == NULL)
		return check_unknown("room", name, err);
	int grade = change_prepare(
		ch, site_drop(c->site, SITE_ROOMS, name), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "room.remove %s", name);
	return store_drop(c->store, SITE_ROOMS, name, &ch->audit, err);
}

int
core_room_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	struct change ch;
	change_begin(c, &ch, who);
	pthread_mutex_lock(&c->keeping);
	int grade = change_end(&ch, remove_room(&ch, name, err));
	pthread_mutex_unlock(&c->keeping);
	return grade;
}

static int
put_profile(struct change *ch, const struct profile *p, struct err *err)
{
	struct core *c = ch->c;
	int grade = check_profile(p, err);
	if (grade == ERR_NONE)
		grade = change_prepare(ch, site_put(c->site, SITE_PROFILES, p), NULL,
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
	change_begin(c, &ch, who);
	return change_end(&ch, put_profile(&ch, p, err));
}

static int
remove_profile(struct change *ch, const char *name, struct err *err)
{
	struct core *c = ch->c;
	const char *room = NULL;
	if (site_profile(c->site, name) == NULL)
		return check_unknown("profile", name, err);
	if (strcmp(name, "default") == 0) {
		err_set(err, ERR_CONFIG, "default_profile",
			"the profile \"default\" cannot be removed");
		err_cure(err, "Rooms without a profile have it: change it instead.");
		return ERR_CONFIG;
	}
	size_t n = change_count(c->site, affects_profile, name, &room);
	if (n > 0)
		return change_in_use("profile", name, n, room, err);
	int grade = change_prepare(
		ch, site_drop(c->site, SITE_PROFILES, name), NULL, NULL, NULL, err);
	if (grade != ERR_NONE)
		return grade;
	ch->audit.what = arena_printf(ch->arena, "profile.remove %s", name);
	return store_drop(c->store, SITE_PROFILES, name, &ch->audit, err);
}

int
core_profile_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	struct change ch;
	change_begin(c, &ch, who);
	return change_end(&ch, remove_profile(&ch, name, err));
}
