/*
 * fake_core: a core that does what a test says
 *
 * In place of the real one, included by the one file of a test program that needs it. Sites,
 * agendas and plans are real; what a poll, a disk or a reader would do is the test's.
 *
 * Owns:    agendas and sites that it was given.
 * Threads: any, as the real one.
 */
#ifndef FAKE_CORE_H
#define FAKE_CORE_H

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "core.h"
#include "paths.h"
#include "reader/reader.h"
#include "store.h"

enum { FAKE_ROOMS = 64, FAKE_AT = 1795446120 /* when what is told happened */ };

struct core {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct arena *arena; /* for what the test makes */
	struct providers *ps;
	struct site *site;
	struct {
		char room[101];
		struct agenda *agenda;
	} agendas[FAKE_ROOMS];
	size_t n_agendas;
	struct core_status status;

	struct err refusal; /* what the next change is refused with */
	char last[2048];    /* the last change, in words */
	int refreshes;
	bool shut; /* core_refresh waits, until fake_open */
	int waiting;
	void (*polled)(
		struct core *c, const char *room); /* before core_refresh returns */

	const struct extraction *extraction; /* what core_extract finds */
	char extracted[256];                 /* name, country and bytes it was given */

	void (*call)(void *arg, enum core_event what, const char *room);
	void *arg;
};

static inline void
fake_new(struct core *c)
{
	struct err err = {.grade = ERR_NONE};
	memset(c, 0, sizeof *c);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	c->arena = arena_new(0);
	c->site = site_make(&(struct site){.generation = 0});
	if (providers_load(paths_shipped(c->arena, "providers"), NULL, &c->ps, &err) !=
		ERR_NONE) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
}

static inline void
fake_free(struct core *c)
{
	for (size_t i = 0; i < c->n_agendas; i++)
		agenda_unref(c->agendas[i].agenda);
	site_unref(c->site);
	providers_free(c->ps);
	arena_free(c->arena);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->changed);
}

/* Takes the site over. */
static inline void
fake_publish(struct core *c, struct site *site)
{
	pthread_mutex_lock(&c->lock);
	site_unref(c->site);
	c->site = site;
	pthread_mutex_unlock(&c->lock);
}

static inline void
fake_put(struct core *c, enum site_part part, const void *item)
{
	fake_publish(c, site_put(c->site, part, item));
}

/* Takes the agenda over: what the room has from now on; NULL: never synced. */
static inline void
fake_agenda(struct core *c, const char *room, struct agenda *agenda)
{
	pthread_mutex_lock(&c->lock);
	size_t i = 0;
	while (i < c->n_agendas && strcmp(c->agendas[i].room, room) != 0)
		i++;
	if (i == c->n_agendas) {
		snprintf(c->agendas[i].room, sizeof c->agendas[i].room, "%s", room);
		c->n_agendas++;
	}
	agenda_unref(c->agendas[i].agenda);
	c->agendas[i].agenda = agenda;
	pthread_mutex_unlock(&c->lock);
}

/* Builds what the room has from now on, under its own policy. */
static inline void
fake_book(struct core *c, const char *room, int64_t synced_at, int64_t from, int64_t to,
	const struct sighting *seen, size_t n)
{
	const struct room *r = site_room(c->site, room);
	struct policy policy = site_policy(c->site, r);
	fake_agenda(c, room,
		agenda_build(
			room, r->link, synced_at, from, to, seen, n, c->ps, &policy));
}

static inline void
fake_shut(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	c->shut = true;
	pthread_mutex_unlock(&c->lock);
}

/* When this many wait, lets them go on. */
static inline void
fake_open(struct core *c, int waiting)
{
	pthread_mutex_lock(&c->lock);
	while (c->waiting < waiting)
		pthread_cond_wait(&c->changed, &c->lock);
	c->shut = false;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static inline void
fake_happens(struct core *c, enum core_event what, const char *room)
{
	if (c->call != NULL)
		c->call(c->arg, what, room);
}

static inline void
fake_wait(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	c->waiting++;
	pthread_cond_broadcast(&c->changed);
	while (c->shut)
		pthread_cond_wait(&c->changed, &c->lock);
	c->waiting--;
	pthread_mutex_unlock(&c->lock);
}

/* Notes what is to be changed; whether it is refused. */
__attribute__((format(printf, 3, 4))) static inline int
fake_change(struct core *c, struct err *err, const char *fmt, ...)
{
	va_list ap;
	fake_wait(c);
	pthread_mutex_lock(&c->lock);
	va_start(ap, fmt);
	vsnprintf(c->last, sizeof c->last, fmt, ap);
	va_end(ap);
	struct err refusal = c->refusal;
	err_clear(&c->refusal);
	pthread_mutex_unlock(&c->lock);
	if (refusal.grade != ERR_NONE)
		*err = refusal;
	return (int)refusal.grade;
}

struct site *
core_site(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	struct site *s = site_ref(c->site);
	pthread_mutex_unlock(&c->lock);
	return s;
}

struct agenda *
core_agenda(struct core *c, const char *room)
{
	struct agenda *found = NULL;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_agendas && found == NULL; i++)
		if (strcmp(c->agendas[i].room, room) == 0 && c->agendas[i].agenda != NULL)
			found = agenda_ref(c->agendas[i].agenda);
	pthread_mutex_unlock(&c->lock);
	return found;
}

const struct providers *
core_providers(struct core *c)
{
	return c->ps;
}

void
core_providers_unref(struct core *c, const struct providers *ps)
{
	(void)c, (void)ps;
}

void
core_refresh(struct core *c, const char *room, int max_wait_ms)
{
	pthread_mutex_lock(&c->lock);
	c->refreshes++;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	if (max_wait_ms > 0)
		fake_wait(c);
	if (c->polled != NULL && max_wait_ms > 0)
		c->polled(c, room);
}

void
core_status(struct core *c, struct arena *a, struct core_status *ret)
{
	(void)a;
	pthread_mutex_lock(&c->lock);
	*ret = c->status;
	pthread_mutex_unlock(&c->lock);
}

int
core_link_put(struct core *c, const struct link *l, const char *secret, bool may_replace,
	const char *who, struct err *err)
{
	int grade = fake_change(c, err, "link.put %s %s %s %s %s%s%s%s%s by %s", l->name,
		l->kind, l->url, l->user, l->credential != NULL ? l->credential : "-",
		l->impersonate ? " impersonate" : "", secret != NULL ? " secret " : "",
		secret != NULL ? secret : "", may_replace ? " replace" : "", who);
	if (grade == ERR_NONE)
		fake_put(c, SITE_LINKS, l);
	return grade;
}

int
core_link_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "link.remove %s by %s", name, who);
	if (grade == ERR_NONE)
		fake_publish(c, site_drop(c->site, SITE_LINKS, name));
	return grade;
}

int
core_room_put(struct core *c, const struct room *r, bool may_replace, const char *who,
	struct err *err)
{
	int grade = fake_change(c, err, "room.put %s %s %s %s %s %zu%s by %s", r->name,
		r->mailbox, r->link, r->profile != NULL ? r->profile : "-",
		r->description != NULL ? r->description : "-", r->n_order,
		may_replace ? " replace" : "", who);
	if (grade == ERR_NONE)
		fake_put(c, SITE_ROOMS, r);
	return grade;
}

int
core_room_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "room.remove %s by %s", name, who);
	if (grade == ERR_NONE)
		fake_publish(c, site_drop(c->site, SITE_ROOMS, name));
	return grade;
}

int
core_profile_put(
	struct core *c, const struct profile *p, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "profile.put %s %s %zu%s%s by %s", p->name,
		p->country, p->n_countries, p->outbound ? " outbound" : "",
		p->confirm ? " confirm" : "", who);
	if (grade == ERR_NONE)
		fake_put(c, SITE_PROFILES, p);
	return grade;
}

int
core_profile_remove(struct core *c, const char *name, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "profile.remove %s by %s", name, who);
	if (grade == ERR_NONE)
		fake_publish(c, site_drop(c->site, SITE_PROFILES, name));
	return grade;
}

int
core_provider_put(struct core *c, const struct provider_settings *s, const char *who,
	struct err *err)
{
	int grade = fake_change(c, err, "provider.put %s %s %s %d %d by %s", s->provider,
		s->pin_set ? pin_need_name(s->pin) : "-",
		s->number != NULL ? s->number : "-", s->id_delay_ms, s->pin_delay_ms,
		who);
	if (grade == ERR_NONE)
		fake_put(c, SITE_PROVIDERS, s);
	return grade;
}

int
core_provider_remove(struct core *c, const char *id, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "provider.remove %s by %s", id, who);
	if (grade == ERR_NONE)
		fake_publish(c, site_drop(c->site, SITE_PROVIDERS, id));
	return grade;
}

int
core_provider_default(struct core *c, const char *id, const char *who, struct err *err)
{
	int grade = fake_change(c, err, "provider.default %s by %s", id, who);
	if (grade == ERR_NONE)
		fake_publish(c, site_set_default(c->site, id));
	return grade;
}

int
core_reload(struct core *c, const char *who, struct err *err)
{
	return fake_change(c, err, "reload by %s", who);
}

int
core_link_test(struct core *c, struct arena *a, const char *link,
	const char *const *rooms, size_t n_rooms, const struct link_finding **ret,
	size_t *ret_n, struct err *err)
{
	struct link_finding *f = arena_many(a, struct link_finding, n_rooms + 1);
	f[0] = (struct link_finding){.subject = "login", .ok = true, .detail = "as svc"};
	for (size_t i = 0; i < n_rooms; i++)
		f[i + 1] = (struct link_finding){.subject = rooms[i],
			.detail = "may not be read",
			.cure = "Add-MailboxFolderPermission"};
	*ret = f;
	*ret_n = n_rooms + 1;
	return fake_change(c, err, "link.test %s", link);
}

int
core_link_rooms(struct core *c, struct arena *a, const char *link,
	const struct found_room **ret, size_t *ret_n, struct err *err)
{
	static const struct found_room rooms[] = {
		{"sea-38-0021@example.com", "SEA 38 0021", "Building 38, floor 2", 8,
			"SEA_38_0021"},
		{"lon-02@example.com", "LON 02", NULL, 0, NULL}};
	(void)a;
	*ret = rooms;
	*ret_n = 2;
	return fake_change(c, err, "link.rooms %s", link);
}

int
core_outcome(struct core *c, const char *room, const char *meeting, enum transport via,
	const char *outcome, const char *detail, struct err *err)
{
	return fake_change(c, err, "outcome %s %s %s %s %s", room,
		meeting != NULL ? meeting : "-", transport_name(via), outcome,
		detail != NULL ? detail : "-");
}

int
core_history(struct core *c, struct arena *a, const char *room, int64_t from, int64_t to,
	const struct store_event **ret, size_t *ret_n, struct err *err)
{
	struct store_event *e = arena_one(a, struct store_event);
	*e = (struct store_event){
		.at = FAKE_AT, .room = room, .what = "outcome", .text = "joined by sip"};
	*ret = e;
	*ret_n = 1;
	return fake_change(
		c, err, "history %s %lld %lld", room, (long long)from, (long long)to);
}

int
core_audits(struct core *c, struct arena *a, size_t max, const struct store_audit **ret,
	size_t *ret_n, struct err *err)
{
	struct store_audit *e = arena_one(a, struct store_audit);
	*e = (struct store_audit){.at = FAKE_AT, .who = "uid 0 (root)", .what = "reload"};
	*ret = e;
	*ret_n = 1;
	return fake_change(c, err, "audits %zu", max);
}

void
core_watch(struct core *c,
	void (*call)(void *arg, enum core_event what, const char *room), void *arg)
{
	c->call = call;
	c->arg = arg;
}

void
core_unwatch(struct core *c, void *arg)
{
	(void)arg;
	c->call = NULL;
}

int
core_extract(struct core *c, struct arena *a, const char *name, const char *country,
	const char *bytes, size_t size, struct reader_invite *ret, struct err *err)
{
	(void)a;
	int grade = fake_change(c, err, "extract");
	snprintf(c->extracted, sizeof c->extracted, "%s %s %.*s", name, country,
		(int)size, bytes);
	*ret = (struct reader_invite){.extraction = c->extraction};
	return grade;
}

#endif
