#include <stdlib.h>
#include <string.h>

#include "auth/auth.h"
#include "base/arena.h"
#include "core/link.h"
#include "core/state.h"
#include "schedule.h"

struct planned {
	struct core_room *room;
	struct agenda *before, *after;
	bool differs;
};

struct adoption {
	struct site *site;
	struct data *data;
	bool (*affects)(const struct room *r, const char *name);
	const char *name;
	const char *renewed, *emptied; /* a link, a room */
	struct planned *planned;
	size_t n_planned;
	struct core_link **links;
	struct core_room **rooms, **by_link;
	struct schedule_room *scan;
};

static struct core_link *
new_link(struct core *c, const char *name)
{
	struct core_link *l = calloc(1, sizeof *l);
	struct arena *a = arena_new(0);
	struct store_link facts = {.refusals = 0};
	struct err err;
	if (l == NULL || a == NULL || (l->name = strdup(name)) == NULL) {
		arena_free(a);
		free(l);
		return NULL;
	}
	if (store_link_facts(c->store, a, name, &facts, &err) == ERR_NONE) {
		l->server_version = facts.server_version != NULL
					    ? strdup(facts.server_version)
					    : NULL;
		l->last_good = l->kept_good = facts.last_good;
		l->password_expires = facts.password_expires;
		l->refused = facts.refused;
		l->refusals = facts.refusals;
	}
	arena_free(a);
	if (l->refusals >= LINK_REFUSALS) {
		l->locked = true;
		link_refused(name, &err);
		trouble_take(&l->trouble, &err, core_now(c));
	}
	return l;
}

static struct core_room *
new_room(struct core *c, const char *name)
{
	struct core_room *r = calloc(1, sizeof *r);
	if (r == NULL || (r->name = strdup(name)) == NULL) {
		free(r);
		return NULL;
	}
	r->due = core_ms(c);
	r->interval = (int64_t)c->config.poll_far_s * 1000;
	return r;
}

void
core_release_link(struct core_link *l)
{
	if (!l->gone || l->users > 0)
		return;
	auth_free(l->auth);
	free(l->server_version);
	free(l->name);
	free(l);
}

void
core_release_room(struct core_room *r)
{
	if (!r->gone || r->busy)
		return;
	agenda_unref(r->agenda);
	free(r->cursor);
	free(r->name);
	free(r);
}

/* Known links and rooms stay the same ones, whoever else came or went. */
static bool
make_tables(struct core *c, struct adoption *a)
{
	const struct site *s = a->site;
	a->links = calloc(s->n_links + 1, sizeof *a->links);
	a->rooms = calloc(s->n_rooms + 1, sizeof *a->rooms);
	a->by_link = calloc(s->n_rooms + 1, sizeof *a->by_link);
	a->scan = calloc(s->n_rooms + 1, sizeof *a->scan);
	if (a->links == NULL || a->rooms == NULL || a->by_link == NULL || a->scan == NULL)
		return false;
	for (size_t i = 0; i < s->n_links; i++) {
		a->links[i] = core_find_link(c, s->links[i].name);
		if (a->links[i] == NULL)
			a->links[i] = new_link(c, s->links[i].name);
		if (a->links[i] == NULL)
			return false;
	}
	for (size_t i = 0; i < s->n_rooms; i++) {
		a->rooms[i] = core_find_room(c, s->rooms[i].name);
		if (a->rooms[i] == NULL)
			a->rooms[i] = new_room(c, s->rooms[i].name);
		if (a->rooms[i] == NULL)
			return false;
	}
	return true;
}

static struct agenda *
held_agenda(struct core *c, const struct core_room *r)
{
	pthread_mutex_lock(&c->lock);
	struct agenda *g = r->agenda != NULL ? agenda_ref(r->agenda) : NULL;
	pthread_mutex_unlock(&c->lock);
	return g;
}

static struct agenda *
replan(const struct adoption *a, const struct core_room *r, const struct agenda *g)
{
	struct policy policy = site_policy(a->site, site_room(a->site, r->name));
	return agenda_replan(g, a->data->providers, &policy);
}

static bool
plan(struct core *c, struct adoption *a)
{
	a->planned = calloc(c->n_rooms + 1, sizeof *a->planned);
	if (a->planned == NULL)
		return false;
	for (size_t i = 0; a->affects != NULL && i < c->n_rooms; i++) {
		struct planned *p = &a->planned[a->n_planned];
		const struct room *r = site_room(a->site, c->rooms[i]->name);
		if (r == NULL || !a->affects(r, a->name))
			continue;
		p->room = c->rooms[i];
		p->before = held_agenda(c, p->room);
		if (p->before != NULL)
			p->after = replan(a, p->room, p->before);
		a->n_planned++;
		if (p->before != NULL && p->after == NULL)
			return false;
	}
	return true;
}

struct adoption *
adoption_new(struct core *c, struct site *site, struct data *data,
	bool (*affects)(const struct room *r, const char *name), const char *name,
	struct err *err)
{
	struct adoption *a = calloc(1, sizeof *a);
	if (a != NULL) {
		a->site = site != NULL ? site : site_ref(c->site);
		a->data = data != NULL ? data : data_ref(c->data);
		a->affects = affects;
		a->name = name;
		if (make_tables(c, a) && plan(c, a))
			return a;
		adoption_drop(c, a);
	} else {
		site_unref(site);
		data_unref(data);
	}
	err_set(err, ERR_RETRY, "memory", "out of memory");
	return NULL;
}

static void
release(struct adoption *a)
{
	for (size_t i = 0; i < a->n_planned; i++) {
		agenda_unref(a->planned[i].before);
		agenda_unref(a->planned[i].after);
	}
	site_unref(a->site);
	data_unref(a->data);
	free(a->planned);
	free(a->links);
	free(a->rooms);
	free(a->by_link);
	free(a->scan);
	free(a);
}

/* Links and rooms that are not in force have nobody else who knows them, or are freed by
 * whoever still works on them. */
static void
forget(const struct core *c, const struct adoption *a)
{
	for (size_t i = 0; a->rooms != NULL && i < a->site->n_rooms; i++) {
		struct core_room *r = a->rooms[i];
		if (r != NULL && core_find_room(c, r->name) != r) {
			r->gone = true;
			core_release_room(r);
		}
	}
	for (size_t i = 0; a->links != NULL && i < a->site->n_links; i++) {
		struct core_link *l = a->links[i];
		if (l != NULL && core_find_link(c, l->name) != l) {
			l->gone = true;
			core_release_link(l);
		}
	}
}

void
adoption_drop(struct core *c, struct adoption *a)
{
	if (a == NULL)
		return;
	forget(c, a);
	release(a);
}

/* A worker may have published meanwhile, under the terms that are about to end. */
static void
swap_agendas(struct adoption *a)
{
	for (size_t i = 0; i < a->n_planned; i++) {
		struct planned *p = &a->planned[i];
		if (p->room->agenda != p->before && p->room->agenda != NULL) {
			agenda_unref(p->after);
			p->after = replan(a, p->room, p->room->agenda);
		}
		if (p->after == NULL || p->room->agenda == NULL)
			continue;
		struct agenda *old = p->room->agenda;
		p->differs = old->generation != p->after->generation;
		p->room->agenda = p->after;
		p->after = old;
	}
}

void
adoption_renew(struct adoption *a, const char *link)
{
	a->renewed = link;
}

void
adoption_empty(struct adoption *a, const char *room)
{
	a->emptied = room;
}

static void
renew(struct core *c, const char *name)
{
	struct core_link *l = core_find_link(c, name);
	l->expiry_at = 0;
	link_renew(c, l);
}

/* What is being asked is another calendar's by now. */
static struct agenda *
empty(struct core *c, const char *name)
{
	struct core_room *r = core_find_room(c, name);
	struct agenda *had = r->agenda;
	r->agenda = NULL;
	r->epoch++;
	r->due = core_ms(c);
	r->doubted = false;
	r->trouble = (struct trouble){.since = 0};
	r->unread_polls = 0;
	r->kept_synced = 0;
	r->shed_at = 0;
	return had;
}

/* Texts are not kept: what they say under other rules is asked for again. */
static void
read_anew(struct core *c, struct core_room *r, int span_s)
{
	int64_t due = core_ms(c) + schedule_first(r->name, span_s);
	r->anew = true;
	if (r->due > due)
		r->due = due;
}

static void
connect_tables(struct core *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_links; i++) {
		struct core_link *l = c->links[i];
		l->kind = calendar_kind(c->site->links[i].kind);
		if (l->version == 0)
			l->version = ++c->versions;
		l->rooms = c->by_link + n;
		l->n_rooms = 0;
		for (size_t k = 0; k < c->n_rooms; k++) {
			const struct room *r = &c->site->rooms[k];
			if (strcmp(r->link, l->name) != 0)
				continue;
			struct policy policy = site_policy(c->site, r);
			int group = (unsigned char)policy.country[0] << 8 |
				    (unsigned char)policy.country[1];
			if (c->rooms[k]->group != 0 && c->rooms[k]->group != group)
				read_anew(c, c->rooms[k], 0);
			c->rooms[k]->group = group;
			c->rooms[k]->link = l;
			l->rooms[l->n_rooms++] = c->rooms[k];
		}
		n += l->n_rooms;
	}
}

void
adoption_take(struct core *c, struct adoption *a)
{
	pthread_mutex_lock(&c->lock);
	struct adoption before = {.site = c->site,
		.data = c->data,
		.links = c->links,
		.rooms = c->rooms,
		.by_link = c->by_link,
		.scan = c->scan};
	swap_agendas(a);
	c->site = a->site;
	c->data = a->data;
	c->links = a->links;
	c->n_links = a->site->n_links;
	c->rooms = a->rooms;
	c->n_rooms = a->site->n_rooms;
	c->by_link = a->by_link;
	c->scan = a->scan;
	c->terms += a->affects != NULL;
	connect_tables(c);
	for (size_t i = 0;
		before.data != NULL && before.data != c->data && i < c->n_rooms; i++)
		read_anew(c, c->rooms[i], (int)(c->n_rooms / SPREAD_PER_S));
	if (a->renewed != NULL)
		renew(c, a->renewed);
	struct agenda *emptied = a->emptied != NULL ? empty(c, a->emptied) : NULL;
	if (before.site != NULL)
		forget(c, &before);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	a->site = before.site;
	a->data = before.data;
	a->links = before.links;
	a->rooms = before.rooms;
	a->by_link = before.by_link;
	a->scan = before.scan;
	agenda_unref(emptied);
	if (a->renewed != NULL)
		link_keep(c, core_find_link(c, a->renewed));
	if (a->emptied != NULL)
		core_tell(c, CORE_AGENDA_CHANGED, a->emptied);
	for (size_t i = 0; i < a->n_planned; i++)
		if (a->planned[i].differs)
			core_tell(c, CORE_AGENDA_CHANGED, a->planned[i].room->name);
	release(a);
}
