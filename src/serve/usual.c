#include "serve/usual.h"

#include <stdlib.h>
#include <string.h>

#include "serve/meeting.h"
#include "serve/rpc.h"

enum {
	SLOTS = 1 << 14,
	MAX_ROOM = 100,
	MAX_DIGITS = 18, /* of an id that is surely an integer to JSON */
};

/* An answer, and what it rests on. */
struct kept {
	struct bytes answer;
	uint64_t generation;
	int64_t synced_at;
	int64_t from, until; /* holds in [from, until) */
	char room[MAX_ROOM + 1];
};

struct usual {
	struct core *core;
	struct site *site; /* the ones that all of them rest on */
	const struct providers *providers;
	struct kept *kept[SLOTS];
	size_t n;
};

/* What is left to read. */
struct scan {
	const char *at, *end;
};

static bool
skip(struct scan *s, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
		return false;
	s->at += n;
	return true;
}

static void
skip_space(struct scan *s)
{
	while (s->at < s->end && *s->at == ' ')
		s->at++;
}

/* A text of these characters only, so that it means what it looks like. */
static bool
scan_text(struct scan *s, const char **ret, size_t *ret_n)
{
	if (!skip(s, "\""))
		return false;
	*ret = s->at;
	while (s->at<s->end && * s->at> ' ' && *s->at < 0x7f && *s->at != '"' &&
		*s->at != '\\')
		s->at++;
	*ret_n = (size_t)(s->at - *ret);
	return skip(s, "\"");
}

static bool
scan_id(struct scan *s, struct usual_question *q)
{
	q->id = s->at;
	if (s->at < s->end && *s->at == '"') {
		const char *text;
		size_t n;
		if (!scan_text(s, &text, &n) || n > RPC_MAX_ID)
			return false;
	} else {
		while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
			s->at++;
	}
	q->n_id = (size_t)(s->at - q->id);
	return q->n_id > 0 &&
	       (q->id[0] == '"' ||
		       (q->n_id <= MAX_DIGITS && (q->id[0] != '0' || q->n_id == 1)));
}

static bool
scan_params(struct scan *s, struct usual_question *q)
{
	skip_space(s);
	if (!skip(s, "{"))
		return false;
	skip_space(s);
	if (!skip(s, "\"room\""))
		return false;
	skip_space(s);
	if (!skip(s, ":"))
		return false;
	skip_space(s);
	if (!scan_text(s, &q->room, &q->n_room) || q->n_room > MAX_ROOM)
		return false;
	skip_space(s);
	return skip(s, "}");
}

enum {
	MEMBER_VERSION = 1,
	MEMBER_ID = 2,
	MEMBER_METHOD = 4,
	MEMBER_PARAMS = 8,
	ALL = 15
};

/* One member; 0 when it is none of the usual. */
static int
scan_member(struct scan *s, struct usual_question *q)
{
	const char *name, *text;
	size_t n, n_text;
	if (!scan_text(s, &name, &n))
		return 0;
	skip_space(s);
	if (!skip(s, ":"))
		return 0;
	skip_space(s);
	if (n == 7 && memcmp(name, "jsonrpc", n) == 0)
		return skip(s, "\"2.0\"") ? MEMBER_VERSION : 0;
	if (n == 2 && memcmp(name, "id", n) == 0)
		return scan_id(s, q) ? MEMBER_ID : 0;
	if (n == 6 && memcmp(name, "method", n) == 0)
		return scan_text(s, &text, &n_text) && n_text == 12 &&
				       memcmp(text, "meeting.join", n_text) == 0
			       ? MEMBER_METHOD
			       : 0;
	if (n == 6 && memcmp(name, "params", n) == 0)
		return scan_params(s, q) ? MEMBER_PARAMS : 0;
	return 0;
}

bool
usual_read(const char *line, size_t n, struct usual_question *ret)
{
	struct scan s = {line, line + n};
	int seen = 0;
	if (!skip(&s, "{"))
		return false;
	do {
		skip_space(&s);
		int member = scan_member(&s, ret);
		if (member == 0 || (seen & member) != 0)
			return false;
		seen |= member;
		skip_space(&s);
	} while (skip(&s, ","));
	return seen == ALL && skip(&s, "}") && s.at == s.end;
}

static void
kept_free(struct kept *k)
{
	bytes_release(&k->answer);
	free(k);
}

static void
empty(struct usual *u, size_t i)
{
	if (u->kept[i] == NULL)
		return;
	kept_free(u->kept[i]);
	u->kept[i] = NULL;
	u->n--;
}

static void
forget_all(struct usual *u)
{
	for (size_t i = 0; i < SLOTS; i++)
		empty(u, i);
	if (u->site != NULL) {
		site_unref(u->site);
		core_providers_unref(u->core, u->providers);
	}
	u->site = NULL;
}

struct usual *
usual_new(void)
{
	return calloc(1, sizeof(struct usual));
}

void
usual_free(struct usual *u)
{
	if (u == NULL)
		return;
	forget_all(u);
	free(u);
}

void
usual_sweep(struct usual *u, int64_t now)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (u->kept[i] != NULL &&
			(now < u->kept[i]->from || now >= u->kept[i]->until))
			empty(u, i);
}

bool
usual_keeps(const struct usual *u)
{
	return u->n > 0;
}

/* FNV-1a. */
static size_t
place_of(const char *room, size_t n)
{
	uint32_t h = 0x811c9dc5;
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)room[i]) * 0x01000193;
	return h % SLOTS;
}

static bool
holds(const struct kept *s, const char *room, const struct agenda *agenda, int64_t now)
{
	return strcmp(s->room, room) == 0 && s->generation == agenda->generation &&
	       s->synced_at == agenda->synced_at && s->from <= now && now < s->until;
}

static int
add_piece(const char *s, size_t n, void *out)
{
	bytes_add(out, s, n);
	return 0;
}

static struct kept *
make_kept(const struct view *v, const char *name, const struct agenda *agenda)
{
	const struct room *room = site_room(v->site, name);
	struct kept *k = room != NULL ? calloc(1, sizeof *k) : NULL;
	if (k == NULL)
		return NULL;
	struct arena *a = arena_new(0);
	json_t *answer = meeting_usual(a, v, room, agenda);
	json_dump_callback(answer, add_piece, &k->answer, JSON_COMPACT);
	k->generation = agenda->generation;
	k->synced_at = agenda->synced_at;
	k->from = v->now;
	k->until = agenda_until(agenda, v->now);
	strcpy(k->room, name);
	json_decref(answer);
	arena_free(a);
	if (k->answer.failed) {
		kept_free(k);
		return NULL;
	}
	return k;
}

/* All answers rest on one site and one set of providers. False: they change just now. */
static bool
stand_on(struct usual *u, const struct view *v)
{
	if (u->site == v->site && u->providers == v->providers)
		return true;
	forget_all(u);
	u->core = v->core;
	u->providers = core_providers(v->core);
	u->site = site_ref(v->site);
	return u->providers == v->providers;
}

bool
usual_answer(struct usual *u, const struct view *v, const char *line, size_t n,
	struct bytes *out)
{
	struct usual_question q;
	char room[MAX_ROOM + 1];
	if (!usual_read(line, n, &q))
		return false;
	memcpy(room, q.room, q.n_room);
	room[q.n_room] = '\0';
	if (!stand_on(u, v))
		return false;
	struct agenda *agenda = core_agenda(v->core, room);
	if (agenda == NULL)
		return false;
	size_t i = place_of(room, q.n_room);
	if (u->kept[i] == NULL || !holds(u->kept[i], room, agenda, v->now)) {
		empty(u, i);
		u->kept[i] = make_kept(v, room, agenda);
		u->n += u->kept[i] != NULL;
	}
	agenda_unref(agenda);
	const struct kept *k = u->kept[i];
	if (k != NULL)
		rpc_put_result(out, q.id, q.n_id, k->answer.s, k->answer.n);
	return k != NULL;
}
