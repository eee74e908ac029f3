/* A link tried on demand: everything that can be wrong with it, each with its cure. */
#include <stdio.h>
#include <string.h>

#include "auth/claims.h"
#include "base/arena.h"
#include "base/when.h"
#include "core/expiry.h"
#include "core/link.h"
#include "core/settle.h"
#include "core/token.h"
#include "core/worker.h"
#include "schedule.h"

enum {
	BACK_S = 3600, /* as much of a calendar is read as a day has */
	AHEAD_S = 24 * 3600,
	SOON_DAYS = SCHEDULE_WARN_DAYS, /* what ends within these days has a cure */
	MAX_OF_LINK = 10,
};

struct test {
	struct core *core;
	struct arena *arena;
	struct worker worker;
	struct batch batch;
	const struct room **rooms;
	size_t n_rooms;
	struct link_finding *findings, *of_rooms; /* the link's own stand first */
	size_t n, n_of_rooms;
	const char *denied; /* a mailbox that may not be read; NULL: none */
	bool some_read;
};

static struct link_finding *
find(struct test *t, const char *subject, bool ok)
{
	struct link_finding *f = &t->findings[t->n++];
	f->subject = subject;
	f->ok = ok;
	return f;
}

static void
put_trouble(struct link_finding *f, const struct err *err)
{
	snprintf(f->detail, sizeof f->detail, "%s", err->text);
	snprintf(f->cure, sizeof f->cure, "%s", err->cure);
}

/* What of a link a trouble is about. */
static const char *
subject_of(const struct batch *b, const struct err *err)
{
	if (strncmp(err->code, "tls_", 4) == 0)
		return "tls";
	if (b->kind->access == CALENDAR_FILES)
		return "directory";
	if (err->grade == ERR_CONFIG)
		return "address";
	if (err->grade == ERR_DENIED)
		return "login";
	return b->reached || err->grade == ERR_WAIT ? "server" : "connection";
}

static int64_t
days_until(const struct test *t, int64_t when)
{
	return (when - core_now(t->core)) / (24 * 3600);
}

static void
find_certificate(struct test *t)
{
	struct http *h = worker_connection(&t->worker, t->batch.set_up->name);
	struct http_certificate cert;
	char when[WHEN_TEXT];
	if (h == NULL || !http_certificate(h, &cert))
		return;
	int64_t days = days_until(t, cert.expires);
	struct link_finding *f = find(t, "tls", true);
	snprintf(f->detail, sizeof f->detail,
		"%.120s, issued by %.120s, ends in %lld days, on %s", cert.subject,
		cert.issuer, (long long)days, when_text(cert.expires, when));
	if (days <= SOON_DAYS)
		snprintf(f->cure, sizeof f->cure,
			"Renew the server's certificate: no calendar is read once it has "
			"ended.");
}

static void
find_version(struct test *t)
{
	const struct batch *b = &t->batch;
	if (b->server_version == NULL)
		return;
	const char *product = b->kind->product(b->server_version);
	struct link_finding *f = find(t, "version", true);
	snprintf(f->detail, sizeof f->detail, "%s%s%s%s", b->server_version,
		product != NULL ? " (" : "", product != NULL ? product : "",
		product != NULL ? ")" : "");
}

static void
find_login(struct test *t)
{
	const struct link *l = t->batch.set_up;
	bool files = t->batch.kind->access == CALENDAR_FILES;
	struct link_finding *f = find(t, files ? "directory" : "login", true);
	if (files)
		snprintf(f->detail, sizeof f->detail, "%s can be read", l->url);
	else
		snprintf(f->detail, sizeof f->detail, "%s, by %s", l->user,
			token_is_used(l) ? "a token"
			: l->impersonate ? "impersonation"
					 : "delegation");
}

static void
find_expiry(struct test *t)
{
	const struct batch *b = &t->batch;
	char when[WHEN_TEXT];
	pthread_mutex_lock(&t->core->lock);
	struct expiry e = expiry_of(b->link, b->set_up);
	pthread_mutex_unlock(&t->core->lock);
	if (e.at == 0)
		return;
	struct link_finding *f = find(t, e.kind, true);
	if (e.at == INT64_MAX) {
		snprintf(f->detail, sizeof f->detail, "never expires");
		return;
	}
	int64_t days = days_until(t, e.at);
	snprintf(f->detail, sizeof f->detail, "expires in %lld days, on %s",
		(long long)days, when_text(e.at, when));
	if (days <= SOON_DAYS)
		snprintf(f->cure, sizeof f->cure, "%s.", expiry_cure(t->arena, &e));
}

static void
fill_cure(struct link_finding *f, const char *template, const char *mailbox)
{
	const char *slot = template != NULL ? strstr(template, "{room}") : NULL;
	if (slot != NULL)
		snprintf(f->cure, sizeof f->cure, "%.*s%s%s", (int)(slot - template),
			template, mailbox, slot + strlen("{room}"));
}

/* Set-CalendarProcessing's AddOrganizerToSubject, which takes the subject's place. */
static bool
is_renamed(const struct event *e)
{
	size_t n = e->organizer_name != NULL ? strlen(e->organizer_name) : 0;
	return n > 0 && e->subject != NULL && strncmp(e->subject, e->organizer_name, n) == 0 &&
	       (e->subject[n] == '\0' || e->subject[n] == ' ');
}

/* What the account was granted at all, beside each room's own word. */
static void
find_permissions(struct test *t)
{
	const struct batch *b = &t->batch;
	struct auth *auth = worker_auth(&t->worker, b->set_up->name);
	struct auth_claims claims;
	struct err err;
	if (b->kind->permissions == NULL || auth == NULL ||
		!auth_claims(auth, t->arena, &claims))
		return;
	struct calendar_token token = {claims.object_id, claims.roles, claims.n_roles};
	int grade = b->kind->permissions(
		&b->asked, &token, t->some_read ? NULL : t->denied, &err);
	put_trouble(find(t, "permissions", grade == ERR_NONE), &err);
}

static void
find_room(struct test *t, const struct room *room, const struct poll_result *r)
{
	size_t events = 0, empty = 0, meetings = 0, hidden = 0, renamed = 0;
	struct link_finding *f = &t->of_rooms[t->n_of_rooms++];
	f->subject = arena_strdup(t->arena, room->name);
	if (r->err.grade != ERR_NONE) {
		put_trouble(f, &r->err);
		if (r->err.grade == ERR_DENIED && t->denied == NULL)
			t->denied = room->mailbox;
		return;
	}
	t->some_read = true;
	for (size_t i = 0; i < r->n_seen; i++) {
		const struct sighting *s = &r->seen[i];
		if (s->event.end <= t->batch.from || s->event.start >= t->batch.to)
			continue; /* some kinds ask for more */
		events++;
		empty += s->body_missing;
		renamed += is_renamed(&s->event);
		hidden += s->body_missing && s->event.is_private;
		meetings += s->extraction != NULL && s->extraction->n_meetings > 0;
	}
	f->ok = events == 0 || empty < events || meetings > 0;
	size_t n = (size_t)snprintf(f->detail, sizeof f->detail,
		"%zu events within a day, %zu to join", events, meetings);
	if (empty > 0)
		n += (size_t)snprintf(
			f->detail + n, sizeof f->detail - n, ", %zu without text", empty);
	if (renamed > 0)
		n += (size_t)snprintf(f->detail + n, sizeof f->detail - n,
			", %zu called by the organizer's name", renamed);
	if (r->hidden != NULL)
		snprintf(f->detail + n, sizeof f->detail - n, "; %.200s", r->hidden->text);
	if (r->hidden != NULL && hidden > 0)
		snprintf(f->cure, sizeof f->cure, "%s", r->hidden->cure);
	if (r->unread != NULL) {
		put_trouble(f, r->unread);
		f->ok = false;
	} else if (t->batch.kind->bodies_cure == NULL) {
		f->ok = true;
	} else if (!f->ok || renamed > 0) {
		fill_cure(f, t->batch.kind->bodies_cure, room->mailbox);
	}
}

static const char *
zone_of(const struct test *t, const struct room *room)
{
	const struct profile *p = site_profile(t->batch.site, room->profile);
	return p != NULL ? p->time_zone : NULL;
}

/* True: the link's trouble is found, and no more is to be tried. */
static bool
test_rooms(struct test *t, size_t from, size_t n)
{
	struct batch *b = &t->batch;
	b->n = n > 0 ? n : 1;
	for (size_t i = 0; i < n; i++)
		b->known[i] = (struct poll_room){.mailbox = t->rooms[from + i]->mailbox,
			.zone = zone_of(t, t->rooms[from + i])};
	if (n == 0) /* nobody's calendar tells as well whether the account may ask */
		b->known[0] = (struct poll_room){.mailbox = "nobody@example.com"};
	struct poll *p = worker_converse(&t->worker, b);
	const struct poll_result *r = p != NULL ? b->kind->results(p) : NULL;
	const struct err *of_link = NULL;
	for (size_t i = 0; r != NULL && i < b->n && of_link == NULL; i++)
		of_link = r[i].of_link ? &r[i].err : NULL;
	if (r != NULL)
		settle_link(t->core, b, r);
	if (of_link != NULL)
		put_trouble(find(t, subject_of(b, of_link), false), of_link);
	for (size_t i = 0; r != NULL && of_link == NULL && i < n; i++)
		find_room(t, t->rooms[from + i], &r[i]);
	b->kind->end(p);
	return of_link != NULL || r == NULL;
}

static void
ask_expiry(struct test *t)
{
	t->batch.n = 0;
	t->batch.kind->end(worker_converse(&t->worker, &t->batch));
	expiry_learn(t->core, &t->batch);
}

static int
choose_rooms(struct test *t, const char *const *names, size_t n, struct err *err)
{
	const struct site *s = t->batch.site;
	t->rooms = arena_many(t->arena, const struct room *, n > 0 ? n : s->n_rooms);
	for (size_t i = 0; n == 0 && i < s->n_rooms; i++)
		if (strcmp(s->rooms[i].link, t->batch.set_up->name) == 0)
			t->rooms[t->n_rooms++] = &s->rooms[i];
	for (size_t i = 0; i < n; i++) {
		const struct room *r = site_room(s, names[i]);
		if (r == NULL || strcmp(r->link, t->batch.set_up->name) != 0) {
			err_set(err, ERR_ABSENT, "unknown_room",
				"link %s has no room %.100s", t->batch.set_up->name,
				names[i]);
			err_cure(err, "`convoke room list` shows each room's link.");
			return ERR_ABSENT;
		}
		t->rooms[t->n_rooms++] = r;
	}
	return ERR_NONE;
}

static void
run(struct test *t)
{
	bool over = false;
	link_try(t->core, &t->batch);
	t->batch.from = t->batch.at - BACK_S;
	t->batch.to = t->batch.at + AHEAD_S;
	size_t i = 0;
	do {
		size_t n = t->n_rooms - i;
		if (n > CALENDAR_MAX_ROOMS)
			n = CALENDAR_MAX_ROOMS;
		over = test_rooms(t, i, n);
		i += n;
	} while (!over && i < t->n_rooms);
	find_certificate(t);
	find_version(t);
	if (!over) {
		find_login(t);
		find_permissions(t);
		ask_expiry(t);
		find_expiry(t);
	}
}

int
core_link_test(struct core *c, struct arena *a, const char *link,
	const char *const *rooms, size_t n_rooms, const struct link_finding **ret,
	size_t *ret_n, struct err *err)
{
	struct test t = {.core = c, .arena = a};
	int grade = link_begin(c, &t.batch, link, err);
	if (grade != ERR_NONE)
		return grade;
	grade = choose_rooms(&t, rooms, n_rooms, err);
	if (grade == ERR_NONE) {
		worker_init(&t.worker, c);
		t.worker.certificate = true;
		t.findings = arena_many(a, struct link_finding, MAX_OF_LINK + t.n_rooms);
		t.of_rooms = arena_many(a, struct link_finding, t.n_rooms);
		run(&t);
		worker_release(&t.worker);
		if (t.n_of_rooms > 0)
			memcpy(t.findings + t.n, t.of_rooms,
				t.n_of_rooms * sizeof *t.findings);
		t.n += t.n_of_rooms;
		*ret = t.findings;
		*ret_n = t.n;
	}
	t.batch.n = 0;
	work_done(c, &t.batch);
	return grade;
}
