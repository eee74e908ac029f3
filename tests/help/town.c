#include "help/town.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/log.h"

static atomic_llong wall, mono;

int64_t
town_now(void)
{
	return atomic_load(&wall);
}

static int64_t
mono_now(void)
{
	return atomic_load(&mono);
}

void
town_ok(struct town *t, int grade)
{
	if (grade != ERR_NONE)
		fail_msg("%s: %s (%s)", t->err.code, t->err.text, t->err.cure);
}

const char *
town_room(struct town *t, size_t i)
{
	return arena_printf(t->a, "ROOM_%02zu", i);
}

const char *
town_mailbox(struct town *t, size_t i)
{
	return arena_printf(t->a, "room-%02zu@example.com", i);
}

void
town_put_account(struct town *t, const char *user, const char *password)
{
	static const struct exchange_grant all[] = {{"*", "Reviewer"}};
	static const char *const any[] = {"*"};
	town_ok(t, exchange_put_account(t->x,
			   &(struct exchange_account){.user = user,
				   .password = password,
				   .mailbox = user,
				   .password_expires = "+10d",
				   .rights = all,
				   .rights_count = 1,
				   .impersonates = any,
				   .impersonates_count = 1},
			   &t->err));
}

void
town_put_meeting(struct town *t, size_t room, const char *name, const char *start,
	const char *end, const char *text)
{
	town_ok(t, exchange_put(t->x, town_mailbox(t, room),
			   &(struct sim_meeting){.name = name,
				   .start = start,
				   .end = end,
				   .subject = "Design review",
				   .organizer = "Ann Example <ann@example.com>",
				   .text = text},
			   &t->err));
}

void
town_put_rooms(struct town *t, size_t n)
{
	for (size_t i = 1; i <= n; i++) {
		town_ok(t, exchange_put_room(t->x,
				   &(struct sim_room){.mailbox = town_mailbox(t, i)},
				   &t->err));
		town_put_meeting(t, i, "review", "now", "+60m", TOWN_ZOOM);
	}
}

void
town_start(struct town *t)
{
	town_ok(t, core_start(&t->config, &t->c, &t->err));
}

void
town_restart(struct town *t)
{
	town_stop(t);
	town_start(t);
}

struct link
town_link(struct town *t)
{
	return (struct link){.name = "hq",
		.impersonate = t->impersonate,
		.kind = "exchange",
		.url = exchange_url(t->x),
		.user = TOWN_USER,
		.insecure_loopback = true};
}

void
town_put_link(struct town *t, const char *secret)
{
	struct link l = town_link(t);
	town_ok(t, core_link_put(t->c, &l, secret, true, TOWN_WHO, &t->err));
}

void
town_add_room(struct town *t, size_t i)
{
	struct room r = {
		.name = town_room(t, i), .mailbox = town_mailbox(t, i), .link = "hq"};
	town_ok(t, core_room_put(t->c, &r, false, TOWN_WHO, &t->err));
}

int
town_set_up(void **state)
{
	struct arena *a = arena_new(0);
	struct town *t = arena_one(a, struct town);
	log_threshold(LOG_LEVEL_ERROR);
	atomic_store(&wall, TOWN_START);
	atomic_store(&mono, 1000 * 1000);
	t->a = a;
	town_ok(t,
		exchange_start(&(struct sim_config){.now = TOWN_NOW, .keep = 1000},
			&t->x, &t->err));
	const char *dir = help_tmpdir(a);
	static const char *const below[] = {"state", "patterns", "providers", "scratch"};
	for (size_t i = 0; i < sizeof below / sizeof *below; i++)
		assert_int_equal(mkdir(arena_printf(a, "%s/%s", dir, below[i]), 0700), 0);
	t->config = (struct core_config){.state_dir = arena_printf(a, "%s/state", dir),
		.patterns = help_path(a, "patterns"),
		.providers = help_path(a, "providers"),
		.site_patterns = arena_printf(a, "%s/patterns", dir),
		.site_providers = arena_printf(a, "%s/providers", dir),
		.credentials = arena_printf(a, "%s/credentials", dir),
		.scratch = arena_printf(a, "%s/scratch", dir),
		.poll_far_s = 60,
		.now = town_now,
		.monotonic_ms = mono_now};
	town_put_account(t, TOWN_USER, TOWN_PASSWORD);
	*state = t;
	return 0;
}

int
town_tear_down(void **state)
{
	struct town *t = *state;
	core_stop(t->c);
	exchange_stop(t->x);
	arena_free(t->a);
	return 0;
}

void
town_pass(struct town *t, int seconds)
{
	atomic_fetch_add(&wall, seconds);
	atomic_fetch_add(&mono, seconds * 1000);
	if (t->c != NULL)
		core_refresh(t->c, "", 0); /* look at the clock */
}

void
town_stop(struct town *t)
{
	core_stop(t->c);
	t->c = NULL;
}

struct core_status
town_status(struct town *t)
{
	struct core_status s;
	core_status(t->c, t->a, &s);
	return s;
}

/* Looks until it is so. */
void
town_wait_for(struct town *t, bool (*is_so)(struct town *t, const struct core_status *s),
	const char *what, int line)
{
	int64_t until = when_monotonic_ms() + TOWN_PATIENCE_MS;
	for (bool so = false; !so;) {
		struct arena *a = arena_new(0);
		struct core_status s;
		core_status(t->c, a, &s);
		so = is_so(t, &s);
		if (!so && when_monotonic_ms() > until)
			fail_msg("line %d: %s never came: link %s; room %s, %zu meetings",
				line, what, s.n_links > 0 ? s.links[0].err.text : "-",
				s.n_rooms > 0 ? s.rooms[0].err.text : "-",
				s.n_rooms > 0 ? s.rooms[0].meetings : 0);
		arena_free(a);
		if (!so)
			nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
	}
}

bool
town_all_fresh(struct town *t, const struct core_status *s)
{
	(void)t;
	for (size_t i = 0; i < s->n_rooms; i++)
		if (strcmp(s->rooms[i].room, "ANNEX") != 0 &&
			(s->rooms[i].synced_at != town_now() ||
				s->rooms[i].next_poll == town_now()))
			return false;
	return true;
}

void
town_build(struct town *t, size_t rooms)
{
	town_put_rooms(t, rooms);
	town_start(t);
	town_put_link(t, TOWN_PASSWORD);
	for (size_t i = 1; i <= rooms; i++)
		town_add_room(t, i);
	town_wait(t, town_all_fresh);
}

void
town_build_annex(struct town *t)
{
	struct link l = town_link(t);
	struct room r = {
		.name = "ANNEX", .mailbox = "annex@example.com", .link = "annex"};
	l.name = "annex";
	l.user = "annex@example.com";
	town_put_account(t, l.user, TOWN_PASSWORD);
	town_ok(t, exchange_put_room(
			   t->x, &(struct sim_room){.mailbox = r.mailbox}, &t->err));
	town_ok(t, core_link_put(t->c, &l, TOWN_PASSWORD, false, TOWN_WHO, &t->err));
	town_ok(t, core_room_put(t->c, &r, false, TOWN_WHO, &t->err));
	town_wait(t, town_annex_fresh);
}

bool
town_annex_fresh(struct town *t, const struct core_status *s)
{
	(void)t;
	for (size_t i = 0; i < s->n_rooms; i++)
		if (strcmp(s->rooms[i].room, "ANNEX") == 0)
			return s->rooms[i].synced_at == town_now();
	return false;
}

const struct room_status *
town_room_status(struct town *t, size_t i)
{
	struct core_status s = town_status(t);
	for (size_t k = 0; k < s.n_rooms; k++)
		if (strcmp(s.rooms[k].room, town_room(t, i)) == 0)
			return &s.rooms[k];
	fail_msg("no room %zu", i);
	return NULL;
}

const struct link_status *
town_link_status(struct town *t)
{
	struct core_status s = town_status(t);
	for (size_t k = 0; k < s.n_links; k++)
		if (strcmp(s.links[k].link, "hq") == 0)
			return &s.links[k];
	fail_msg("no link");
	return NULL;
}

/* A child that has not become a reader yet holds up the thread that spawns it: stopped, it
 * would do so for ever. */
static bool
is_reader(pid_t pid)
{
	char path[40], name[16] = "";
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	FILE *f = fopen(path, "r");
	bool ok = f != NULL && fgets(name, sizeof name, f) != NULL &&
		  strcmp(name, "convoke-reader") == 0;
	if (f != NULL)
		fclose(f);
	return ok;
}

/* Readers are the only children. One that was killed is waited for: then its next job meets
 * a closed socket, and not one that is about to be. */
static bool
signal_reader(pid_t pid, int what)
{
	siginfo_t info;
	if (!is_reader(pid) || kill(pid, what) != 0)
		return false;
	if (what == SIGKILL)
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	return true;
}

size_t
town_signal_readers(int what)
{
	DIR *tasks = opendir("/proc/self/task");
	char path[300], line[4096];
	size_t n = 0;
	assert_non_null(tasks);
	for (struct dirent *e; (e = readdir(tasks)) != NULL;) {
		snprintf(path, sizeof path, "/proc/self/task/%s/children", e->d_name);
		FILE *f = e->d_name[0] != '.' ? fopen(path, "r") : NULL;
		if (f == NULL)
			continue;
		char *at = fgets(line, sizeof line, f) != NULL ? line : NULL;
		for (int pid, len; at != NULL && sscanf(at, "%d%n", &pid, &len) == 1;
			at += len)
			n += signal_reader(pid, what);
		fclose(f);
	}
	closedir(tasks);
	return n;
}
