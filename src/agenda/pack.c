/* An agenda as bytes, and back; building one is reading what was just written. */
#include <openssl/sha.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "agenda.h"
#include "base/arena.h"
#include "base/buf.h"
#include "reader/wire.h"

enum {
	FORMAT = 3,
	LEAST_MEETING = 40, /* bytes that one takes at the very least */
	MAX_NAME = 1024,
};

#define MAX_TIME INT64_C(253402300799) /* the end of the year 9999 */

static const struct extraction nothing;

struct counted {
	struct agenda agenda; /* first, so that one is the other */
	struct arena *arena;
	const struct providers *providers;
	struct agenda *whose; /* the meetings are this one's, which is held; NULL: its own */
	atomic_size_t refs;
};

/* What stands before the meetings. */
struct pack_head {
	const char *room, *link;
	int64_t synced_at, from, to;
	size_t n_meetings;
};

static void
pack_head(struct buf *b, const struct pack_head *h)
{
	record_put_u32(b, FORMAT);
	record_put_text(b, h->room, MAX_NAME);
	record_put_text(b, h->link, MAX_NAME);
	record_put_i64(b, h->synced_at);
	record_put_i64(b, h->from);
	record_put_i64(b, h->to);
	record_put_count(b, h->n_meetings);
}

static void
pack_meeting(struct buf *b, const struct agenda_meeting *m)
{
	wire_put_found(b, &m->event, m->extraction);
	record_put_i64(b, (int64_t)m->body_hash);
	record_put_u8(b, m->body_missing);
	record_put_u8(b, m->copy.used);
	record_put_i64(b, m->copy.again_at);
}

/* Eighty bits of SHA-256 over the link and the calendar's key, in base32 (RFC 4648). */
static void
make_id(struct arena *scratch, const char *link, const struct event *e, char ret[24])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char sum[SHA256_DIGEST_LENGTH];
	struct buf b;
	buf_init(&b, scratch);
	buf_add(&b, link, strlen(link) + 1);
	if (e->id != NULL)
		buf_str(&b, e->id);
	else /* too long to keep; a UID is a whole series' */
		buf_printf(
			&b, "%s %lld", e->uid == NULL ? "" : e->uid, (long long)e->start);
	SHA256((const unsigned char *)b.s, b.n, sum);
	for (size_t i = 0; i < 16; i++) {
		size_t bit = i * 5;
		unsigned two = (unsigned)sum[bit / 8] << 8 | sum[bit / 8 + 1];
		ret[i] = letters[two >> (11 - bit % 8) & 31];
	}
	ret[16] = '\0';
}

static int
by_start(const void *a, const void *b)
{
	const struct agenda_meeting *x = a, *y = b;
	if (x->event.start != y->event.start)
		return x->event.start < y->event.start ? -1 : 1;
	return strcmp(x->id, y->id);
}

static size_t
keep_once(struct agenda_meeting *m, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		bool known = false;
		for (size_t k = 0; k < kept && !known; k++)
			known = strcmp(m[k].id, m[i].id) == 0;
		if (!known)
			m[kept++] = m[i];
	}
	return kept;
}

static void
say_text(struct buf *b, const char *s)
{
	buf_add(b, s == NULL ? "" : s, s == NULL ? 1 : strlen(s) + 1);
}

/* What a plan says, so that a change of policy that changes nothing is none. */
static void
say_plan(struct buf *b, const struct plan *p)
{
	for (size_t via = 0; via < N_TRANSPORTS; via++)
		buf_char(b, p->has[via]);
	buf_printf(b, "%d %d %d ", (int)p->via, p->needs_pin, (int)p->confirm);
	say_text(b, p->sip.uri);
	say_text(b, p->h323.dial);
	say_text(b, p->pstn.number);
	say_text(b, p->pstn.dial);
	for (size_t i = 0; i < p->pstn.n_steps; i++)
		buf_printf(b, "%d ", p->pstn.steps[i].wait_ms);
	for (size_t i = 0; i < p->pstn.n_alternatives; i++)
		say_text(b, p->pstn.alternatives[i]);
	say_text(b, p->web.url);
	for (size_t i = 0; i < p->n_refused; i++)
		say_text(b, p->refused[i].reason);
	for (size_t i = 0; i < p->n_warnings; i++)
		say_text(b, p->warnings[i]);
}

static void
make_plans(struct arena *a, struct agenda_meeting *m, const struct providers *ps,
	const struct policy *policy, struct buf *said)
{
	const struct plan **plans =
		arena_many(a, const struct plan *, m->extraction->n_meetings);
	for (size_t i = 0; i < m->extraction->n_meetings; i++) {
		plans[i] = plan_make(
			a, ps, &m->extraction->meetings[i], policy, NULL, 0, NULL);
		say_plan(said, plans[i]);
	}
	m->plans = plans;
}

static uint64_t
sum_of(const struct buf *b)
{
	unsigned char sum[SHA256_DIGEST_LENGTH];
	uint64_t v;
	SHA256((const unsigned char *)b->s, b->n, sum);
	memcpy(&v, sum, sizeof v);
	return v;
}

/* Everything that is read points into a copy of the bytes in the agenda's own arena. */
static struct agenda *
unpack(struct arena *scratch, const char *from, size_t size, const struct providers *ps,
	const struct policy *policy, const char **ret_why)
{
	struct arena *a = arena_new(0);
	struct counted *c = a == NULL ? NULL : calloc(1, sizeof *c);
	if (c == NULL) {
		arena_free(a);
		*ret_why = "out of memory";
		return NULL;
	}
	c->arena = a;
	c->providers = providers_ref(ps);
	atomic_init(&c->refs, 1);
	char *bytes = arena_strndup(a, from, size);
	struct record r;
	record_open(&r, bytes, size);
	if (record_u32(&r, UINT32_MAX) != FORMAT)
		record_fail(&r, "another format");
	struct agenda *g = &c->agenda;
	g->room = record_text(&r, MAX_NAME);
	g->link = record_text(&r, MAX_NAME);
	g->synced_at = record_i64(&r, 0, MAX_TIME);
	g->from = record_i64(&r, 0, MAX_TIME);
	g->to = record_i64(&r, 0, MAX_TIME);
	size_t n = record_count(&r, WIRE_MAX_SIGHTINGS, LEAST_MEETING);
	struct agenda_meeting *m = arena_many(a, struct agenda_meeting, n);
	for (size_t i = 0; i < n && r.wrong == NULL; i++) {
		wire_get_event(&r, &m[i].event);
		const struct extraction *x = wire_get_extraction(a, &r);
		m[i].extraction = x == NULL ? &nothing : x;
		m[i].body_hash = (uint64_t)record_i64(&r, INT64_MIN, INT64_MAX);
		m[i].body_missing = record_bool(&r);
		m[i].copy.used = record_bool(&r);
		m[i].copy.again_at = record_i64(&r, 0, MAX_TIME);
		make_id(scratch, g->link, &m[i].event, m[i].id);
	}
	if (!record_done(&r)) {
		*ret_why = r.wrong == NULL ? "more than there should be" : r.wrong;
		agenda_unref(g);
		return NULL;
	}
	struct buf said;
	buf_init(&said, scratch);
	qsort(m, n, sizeof *m, by_start);
	g->meetings = m;
	g->n_meetings = keep_once(m, n);
	for (size_t i = 0; i < g->n_meetings; i++) {
		pack_meeting(&said, &m[i]);
		make_plans(a, &m[i], ps, policy, &said);
	}
	g->generation = sum_of(&said);
	return g;
}

struct agenda *
agenda_build(const char *room, const char *link, int64_t synced_at, int64_t from,
	int64_t to, const struct sighting *seen, size_t n_seen,
	const struct providers *ps, const struct policy *policy)
{
	struct arena *scratch = arena_new(0);
	struct buf b;
	const char *why;
	buf_init(&b, scratch);
	pack_head(&b, &(struct pack_head){room, link, synced_at, from, to, n_seen});
	for (size_t i = 0; i < n_seen; i++)
		pack_meeting(&b, &(struct agenda_meeting){
					 .event = seen[i].event,
					 .extraction = seen[i].extraction,
					 .body_hash = seen[i].body_hash,
					 .body_missing = seen[i].body_missing,
					 .copy = seen[i].copy,
				 });
	struct agenda *g = unpack(scratch, b.s, b.n, ps, policy, &why);
	arena_free(scratch);
	return g;
}

struct agenda *
agenda_ref(struct agenda *a)
{
	atomic_fetch_add(&((struct counted *)a)->refs, 1);
	return a;
}

void
agenda_unref(struct agenda *a)
{
	struct counted *c = (struct counted *)a;
	if (c == NULL || atomic_fetch_sub(&c->refs, 1) != 1)
		return;
	agenda_unref(c->whose);
	providers_free(c->providers);
	arena_free(c->arena);
	free(c);
}

struct agenda *
agenda_again(struct agenda *a, int64_t synced_at, int64_t from, int64_t to)
{
	struct counted *of = (struct counted *)a, *c = calloc(1, sizeof *c);
	if (c == NULL)
		return NULL;
	c->agenda = *a;
	c->agenda.synced_at = synced_at;
	c->agenda.from = from;
	c->agenda.to = to;
	c->whose = agenda_ref(of->whose != NULL ? of->whose : a);
	atomic_init(&c->refs, 1);
	return &c->agenda;
}

/* A link and a location carry passcodes as a label does, and evidence quotes them: of a
 * meeting that is over nothing of all this is needed. */
static void
pack(struct buf *b, const struct agenda *a, int64_t now)
{
	pack_head(b, &(struct pack_head){a->room, a->link, a->synced_at, a->from, a->to,
			     a->n_meetings});
	for (size_t i = 0; i < a->n_meetings; i++) {
		struct agenda_meeting m = a->meetings[i];
		if (agenda_end(&m.event) < now) {
			m.event.location = NULL;
			m.extraction = &nothing;
		}
		pack_meeting(b, &m);
	}
}

struct agenda *
agenda_replan(
	const struct agenda *a, const struct providers *ps, const struct policy *policy)
{
	struct arena *scratch = arena_new(0);
	struct buf b;
	const char *why;
	buf_init(&b, scratch);
	pack(&b, a, INT64_MIN);
	struct agenda *g = unpack(scratch, b.s, b.n, ps, policy, &why);
	arena_free(scratch);
	return g;
}

char *
agenda_pack(const struct agenda *a, int64_t now, size_t *ret_size)
{
	struct arena *scratch = arena_new(0);
	struct buf b;
	buf_init(&b, scratch);
	pack(&b, a, now);
	char *bytes = malloc(b.n);
	if (bytes != NULL) {
		memcpy(bytes, b.s, b.n);
		*ret_size = b.n;
	}
	arena_free(scratch);
	return bytes;
}

struct agenda *
agenda_unpack(const char *bytes, size_t size, const struct providers *ps,
	const struct policy *policy, struct err *err)
{
	struct arena *scratch = arena_new(0);
	const char *why = NULL;
	struct agenda *g = unpack(scratch, bytes, size, ps, policy, &why);
	arena_free(scratch);
	if (g == NULL) {
		err_set(err, ERR_BAD_REPLY, "bad_agenda",
			"a stored agenda cannot be read: %s", why);
		err_cure(err, "it is replaced by the next complete poll of the room");
	}
	return g;
}
