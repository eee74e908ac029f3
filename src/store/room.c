#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "store.h"
#include "store/db.h"

enum { CUT_EVERY = 1000 };

/* FNV-1a, of 64 bits: a passcode changed by a bad disk must not be dialled. */
static int64_t
digest_of(const char *room, const char *bytes, size_t size)
{
	uint64_t h = 0xcbf29ce484222325;
	for (const char *s = room; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3;
	for (size_t i = 0; i < size; i++)
		h = (h ^ (unsigned char)bytes[i]) * 0x100000001b3;
	return (int64_t)h;
}

int
store_put_agenda(struct store *s, const char *room, const char *bytes, size_t size,
	struct err *err)
{
	if (size > STORE_MAX_AGENDA)
		return err_set(err, ERR_LIMIT, "agenda_too_large",
			"%s: an agenda of %zu bytes is not kept", room, size);
	pthread_mutex_lock(&s->lock);
	int grade = db_run(s, err, "REPLACE INTO agenda VALUES (?,?,?)", "sib", room,
		digest_of(room, bytes, size), bytes, size);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_drop_agenda(struct store *s, const char *room, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	int grade = db_run(s, err, "DELETE FROM agenda WHERE room = ?", "s", room);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_agendas(struct store *s,
	void (*each)(void *arg, const char *room, const char *bytes, size_t size),
	void *arg, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	sqlite3_stmt *q = db_query(s, err, "SELECT room, digest, bytes FROM agenda", "");
	int step = SQLITE_ERROR;
	while (q != NULL && (step = sqlite3_step(q)) == SQLITE_ROW) {
		const char *room = (const char *)sqlite3_column_text(q, 0);
		const char *bytes = sqlite3_column_blob(q, 2);
		size_t size = (size_t)sqlite3_column_bytes(q, 2);
		if (room != NULL && bytes != NULL && size <= STORE_MAX_AGENDA &&
			sqlite3_column_int64(q, 1) == digest_of(room, bytes, size))
			each(arg, room, bytes, size);
	}
	int grade = db_end(s, q, step, err);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_put_link_facts(
	struct store *s, const char *link, const struct store_link *f, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	int grade = db_run(s, err, "REPLACE INTO link_facts VALUES (?,?,?,?,?,?)",
		"ssiiii", link, f->server_version, f->last_good, f->password_expires,
		f->refused, (int64_t)f->refusals);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_link_facts(struct store *s, struct arena *a, const char *link,
	struct store_link *ret, struct err *err)
{
	struct store_link f = {.last_good = 0};
	pthread_mutex_lock(&s->lock);
	sqlite3_stmt *q = db_query(s, err,
		"SELECT server_version, last_good, password_expires, refused, refusals"
		" FROM link_facts WHERE link = ?",
		"s", link);
	int step = q != NULL ? sqlite3_step(q) : SQLITE_ERROR;
	if (step == SQLITE_ROW) {
		f = (struct store_link){.server_version = db_text(a, q, 0),
			.last_good = sqlite3_column_int64(q, 1),
			.password_expires = sqlite3_column_int64(q, 2),
			.refused = sqlite3_column_int64(q, 3),
			.refusals = sqlite3_column_int(q, 4)};
		step = sqlite3_step(q);
	}
	int grade = db_end(s, q, step, err);
	pthread_mutex_unlock(&s->lock);
	if (grade == ERR_NONE)
		*ret = f;
	return grade;
}

static int
cut_history(struct store *s, int64_t now, struct err *err)
{
	s->added = 0;
	int grade = db_run(s, err, "DELETE FROM history WHERE at < ?", "i",
		now - (int64_t)STORE_HISTORY_DAYS * 24 * 3600);
	if (grade == ERR_NONE)
		grade = db_run(s, err,
			"DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - "
			"?",
			"i", (int64_t)STORE_MAX_HISTORY);
	return grade;
}

int
store_add_event(struct store *s, const struct store_event *e, struct err *err)
{
	pthread_mutex_lock(&s->lock);
	int grade = ERR_NONE;
	if (s->added++ % CUT_EVERY == 0)
		grade = cut_history(s, e->at, err);
	if (grade == ERR_NONE)
		grade = db_run(s, err,
			"INSERT INTO history (at, room, what, meeting, text)"
			" VALUES (?,?,?,?,?)",
			"issss", e->at, e->room, e->what, e->meeting, e->text);
	pthread_mutex_unlock(&s->lock);
	return grade;
}

int
store_events(struct store *s, struct arena *a, const char *room, int64_t from, int64_t to,
	const struct store_event **ret, size_t *ret_n, struct err *err)
{
	struct store_event *events = NULL;
	size_t n = 0, room_for = 0;
	pthread_mutex_lock(&s->lock);
	sqlite3_stmt *q = db_query(s, err,
		"SELECT at, room, what, meeting, text FROM history"
		" WHERE room = ? AND at >= ? AND at <= ? ORDER BY at, id",
		"sii", room, from, to);
	int step = SQLITE_ERROR;
	while (q != NULL && (step = sqlite3_step(q)) == SQLITE_ROW) {
		if (n == room_for) {
			struct store_event *more = arena_many(
				a, struct store_event, room_for = room_for * 2 + 64);
			if (n > 0)
				memcpy(more, events, n * sizeof *events);
			events = more;
		}
		events[n++] = (struct store_event){.at = sqlite3_column_int64(q, 0),
			.room = db_text(a, q, 1),
			.what = db_text(a, q, 2),
			.meeting = db_text(a, q, 3),
			.text = db_text(a, q, 4)};
	}
	int grade = db_end(s, q, step, err);
	pthread_mutex_unlock(&s->lock);
	if (grade == ERR_NONE) {
		*ret = events;
		*ret_n = n;
	}
	return grade;
}

int
store_audits(struct store *s, struct arena *a, size_t max, const struct store_audit **ret,
	size_t *ret_n, struct err *err)
{
	if (max > STORE_MAX_AUDIT)
		max = STORE_MAX_AUDIT;
	struct store_audit *audits = arena_many(a, struct store_audit, max);
	size_t n = 0;
	pthread_mutex_lock(&s->lock);
	sqlite3_stmt *q = db_query(s, err,
		"SELECT at, who, what FROM (SELECT * FROM audit ORDER BY id DESC LIMIT ?)"
		" ORDER BY id",
		"i", (int64_t)max);
	int step = SQLITE_ERROR;
	while (q != NULL && (step = sqlite3_step(q)) == SQLITE_ROW && n < max)
		audits[n++] = (struct store_audit){.at = sqlite3_column_int64(q, 0),
			.who = db_text(a, q, 1),
			.what = db_text(a, q, 2)};
	int grade = db_end(s, q, step, err);
	pthread_mutex_unlock(&s->lock);
	if (grade == ERR_NONE) {
		*ret = audits;
		*ret_n = n;
	}
	return grade;
}
