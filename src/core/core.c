#include "core.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/when.h"
#include "core/keep.h"
#include "core/link.h"
#include "core/worker.h"
#include "provider.h"
#include "schedule.h"

enum {
	NEAR_S = 60,
	FAR_S = 300,
	KEEP_AT_STOP_MS = 1000,
};

int64_t
core_now(const struct core *c)
{
	return c->config.now();
}

int64_t
core_ms(const struct core *c)
{
	return c->config.monotonic_ms();
}

void
core_wait(struct core *c, int64_t ms)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
	until.tv_sec += (time_t)(ms / 1000 + ns / 1000000000);
	until.tv_nsec = (long)(ns % 1000000000);
	pthread_cond_timedwait(&c->changed, &c->lock, &until);
}

static int
room_by_name(const void *name, const void *room)
{
	return strcmp(name, (*(struct core_room *const *)room)->name);
}

struct core_room *
core_find_room(const struct core *c, const char *name)
{
	struct core_room **r = c->n_rooms > 0 ? bsearch(name, c->rooms, c->n_rooms,
							sizeof *c->rooms, room_by_name)
					      : NULL;
	return r != NULL ? *r : NULL;
}

static int
link_by_name(const void *name, const void *link)
{
	return strcmp(name, (*(struct core_link *const *)link)->name);
}

struct core_link *
core_find_link(const struct core *c, const char *name)
{
	struct core_link **l = c->n_links > 0 ? bsearch(name, c->links, c->n_links,
							sizeof *c->links, link_by_name)
					      : NULL;
	return l != NULL ? *l : NULL;
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
	pthread_mutex_lock(&c->lock);
	const struct core_room *r = core_find_room(c, room);
	struct agenda *g = r != NULL && r->agenda != NULL ? agenda_ref(r->agenda) : NULL;
	pthread_mutex_unlock(&c->lock);
	return g;
}

const struct providers *
core_providers(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	const struct providers *ps = providers_ref(c->data->providers);
	pthread_mutex_unlock(&c->lock);
	return ps;
}

void
core_providers_unref(struct core *c, const struct providers *ps)
{
	(void)c;
	providers_free(ps);
}

void
core_watch(struct core *c,
	void (*call)(void *arg, enum core_event what, const char *room), void *arg)
{
	pthread_mutex_lock(&c->telling);
	if (c->n_watchers < CORE_MAX_WATCHERS)
		c->watchers[c->n_watchers++] = (struct watcher){call, arg};
	pthread_mutex_unlock(&c->telling);
}

void
core_unwatch(struct core *c, void *arg)
{
	size_t n = 0;
	pthread_mutex_lock(&c->telling);
	for (size_t i = 0; i < c->n_watchers; i++)
		if (c->watchers[i].arg != arg)
			c->watchers[n++] = c->watchers[i];
	c->n_watchers = n;
	pthread_mutex_unlock(&c->telling);
}

void
core_tell(struct core *c, enum core_event what, const char *room)
{
	pthread_mutex_lock(&c->telling);
	for (size_t i = 0; i < c->n_watchers; i++)
		c->watchers[i].call(c->watchers[i].arg, what, room);
	pthread_mutex_unlock(&c->telling);
}

/* A link in a trouble that passes may be tried out of turn, but not by everybody who asks. */
static bool
may_try(struct core_link *l, int64_t ms)
{
	if (!link_held(l, ms))
		return true;
	if (l->locked || l->trouble.err.grade != ERR_RETRY ||
		ms - l->tried_at < REFRESH_AGAIN_MS)
		return false;
	l->hold_until = ms;
	return true;
}

static bool
want(struct core_room *r, int64_t ms)
{
	bool failed = r->trouble.err.grade != ERR_NONE;
	if (r->busy)
		return true;
	if (!r->wanted && r->polls > 0 &&
		ms - r->polled_at < (failed ? REFRESH_FAILED_MS : REFRESH_AGAIN_MS))
		return false;
	if (r->link == NULL || !may_try(r->link, ms))
		return false;
	r->wanted = true;
	if (r->due > ms)
		r->due = ms;
	return true;
}

void
core_refresh(struct core *c, const char *room, int max_wait_ms)
{
	int64_t until = when_monotonic_ms() + max_wait_ms;
	pthread_mutex_lock(&c->lock);
	struct core_room *r = core_find_room(c, room);
	bool wait = r != NULL && want(r, core_ms(c));
	uint64_t polls = r != NULL ? r->polls : 0;
	pthread_cond_broadcast(&c->changed);
	while (wait && !atomic_load(&c->stop)) {
		int64_t left = until - when_monotonic_ms();
		if (left <= 0)
			break;
		core_wait(c, left);
		r = core_find_room(c, room);
		wait = r != NULL && r->polls == polls &&
		       (r->busy || !link_held(r->link, core_ms(c)));
	}
	pthread_mutex_unlock(&c->lock);
}

/* What of the configuration is a text becomes the core's own. */
static void
own_config(struct core *c, const struct core_config *config)
{
	c->config = *config;
	const char **texts[] = {&c->config.state_dir, &c->config.credentials,
		&c->config.patterns, &c->config.site_patterns, &c->config.providers,
		&c->config.site_providers, &c->config.scratch};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (*texts[i] != NULL)
			*texts[i] = arena_strdup(c->arena, *texts[i]);
	if (c->config.poll_near_s <= 0)
		c->config.poll_near_s = NEAR_S;
	if (c->config.poll_far_s <= 0)
		c->config.poll_far_s = FAR_S;
	if (c->config.now == NULL)
		c->config.now = when_now;
	if (c->config.monotonic_ms == NULL)
		c->config.monotonic_ms = when_monotonic_ms;
}

static struct core *
new_core(const struct core_config *config)
{
	struct core *c = calloc(1, sizeof *c);
	pthread_condattr_t monotonic;
	if (c == NULL || (c->arena = arena_new(0)) == NULL) {
		free(c);
		return NULL;
	}
	own_config(c, config);
	pthread_mutex_init(&c->changing, NULL);
	pthread_mutex_init(&c->keeping, NULL);
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->telling, NULL);
	pthread_mutex_init(&c->extracting, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	atomic_init(&c->stop, false);
	c->started = core_now(c);
	c->keep_at = core_ms(c) + KEEP_MS;
	return c;
}

/* Nobody else is left. */
static void
free_core(struct core *c)
{
	for (size_t i = 0; i < c->n_rooms; i++) {
		c->rooms[i]->gone = true;
		core_release_room(c->rooms[i]);
	}
	for (size_t i = 0; i < c->n_links; i++) {
		c->links[i]->gone = true;
		core_release_link(c->links[i]);
	}
	reader_free(c->extractor);
	data_unref(c->extractor_data);
	free(c->links);
	free(c->rooms);
	free(c->by_link);
	free(c->scan);
	free(c->data_error);
	site_unref(c->site);
	data_unref(c->data);
	store_close(c->store);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->extracting);
	pthread_mutex_destroy(&c->telling);
	pthread_mutex_destroy(&c->lock);
	pthread_mutex_destroy(&c->keeping);
	pthread_mutex_destroy(&c->changing);
	arena_free(c->arena);
	free(c);
}

/* As many as can ask at once: each link's batches, and one more for who cannot wait. With
 * that many no server that hangs keeps another from being asked. */
static size_t
workers_wanted(const struct core *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n_links; i++) {
		const struct link *l = &c->site->links[i];
		size_t rooms = c->links[i]->n_rooms;
		size_t limit = (size_t)calendar_at_once(c->links[i]->kind);
		size_t batches = l->impersonate ? rooms
						: (rooms + CALENDAR_MAX_ROOMS - 1) /
							  CALENDAR_MAX_ROOMS;
		n += rooms == 0                  ? 0
		     : batches + 1 > limit ? limit
					   : batches + 1;
	}
	if (c->config.workers > 0)
		n = (size_t)c->config.workers;
	if (n == 0)
		n = 1;
	return n < CORE_MAX_WORKERS ? n : CORE_MAX_WORKERS;
}

int
core_grow(struct core *c, struct err *err)
{
	size_t n = workers_wanted(c);
	while (c->n_workers < n) {
		struct worker *w = worker_start(c, err);
		if (w == NULL)
			return (int)ERR_RETRY;
		pthread_mutex_lock(&c->lock);
		c->workers[c->n_workers++] = w;
		pthread_mutex_unlock(&c->lock);
	}
	return ERR_NONE;
}

/* A restart is no stampede. */
static void
spread(struct core *c)
{
	int span_s = (int)(c->n_rooms / SPREAD_PER_S);
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_rooms; i++)
		c->rooms[i]->due = core_ms(c) + schedule_first(c->rooms[i]->name, span_s);
	pthread_mutex_unlock(&c->lock);
}

static int
begin(struct core *c, struct err *err)
{
	struct site *site = NULL;
	struct data *data = NULL;
	int grade = store_open(c->config.state_dir, &c->store, err);
	if (grade == ERR_NONE)
		data_sweep(&c->config);
	if (grade == ERR_NONE)
		grade = store_site(c->store, &site, err);
	if (grade == ERR_NONE)
		grade = data_load(&c->config, &data, err);
	if (grade != ERR_NONE) {
		site_unref(site);
		return grade;
	}
	struct adoption *a = adoption_new(c, site, data, NULL, NULL, err);
	if (a == NULL)
		return ERR_RETRY;
	adoption_take(c, a);
	spread(c);
	if (keep_restore(c, err) != ERR_NONE) /* all is asked for again anyway */
		log_error("code=%s %s", err->code, err->text);
	return core_grow(c, err);
}

void
core_wind_down(struct core *c)
{
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->stop, true);
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static void
end_workers(struct core *c)
{
	core_wind_down(c);
	for (size_t i = 0; i < c->n_workers; i++)
		worker_join(c->workers[i]);
}

int
core_start(const struct core_config *config, struct core **ret, struct err *err)
{
	http_setup();
	struct core *c = new_core(config);
	if (c == NULL)
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	int grade = begin(c, err);
	if (grade != ERR_NONE) {
		end_workers(c);
		free_core(c);
		return grade;
	}
	log_info("links=%zu rooms=%zu workers=%zu started", c->n_links, c->n_rooms,
		c->n_workers);
	*ret = c;
	return ERR_NONE;
}

void
core_stop(struct core *c)
{
	if (c == NULL)
		return;
	end_workers(c);
	keep_all(c, when_monotonic_ms() + KEEP_AT_STOP_MS);
	log_info("stopped");
	free_core(c);
}
