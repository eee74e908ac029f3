#include "store/db.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

static int
damaged(struct store *s, struct err *err)
{
	err_set(err, ERR_CONFIG, "state_damaged", "%s is damaged: %s", s->path,
		sqlite3_errmsg(s->db));
	err_cure(err,
		"Restore the file from a backup, or move it away (mv %s %s.damaged) and "
		"set "
		"links and rooms up again; it was not changed.",
		s->path, s->path);
	return ERR_CONFIG;
}

int
db_fail(struct store *s, struct err *err)
{
	switch (sqlite3_errcode(s->db)) {
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return damaged(s, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		err_set(err, ERR_CONFIG, "state_in_use",
			"%s is in use by another process", s->path);
		err_cure(err,
			"Another convoked runs on this state: stop it, or give this one "
			"another CONVOKE_STATE.");
		return ERR_CONFIG;
	case SQLITE_FULL:
		err_set(err, ERR_RETRY, "disk_full", "%s: the disk is full", s->path);
		err_cure(err, "Make room on the file system that holds the state.");
		return ERR_RETRY;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		err_set(err, ERR_CONFIG, "state_directory", "%s cannot be written: %s",
			s->path, sqlite3_errmsg(s->db));
		err_cure(err, "The state directory must exist and belong to the daemon's "
			      "user.");
		return ERR_CONFIG;
	default:
		return err_set(err, ERR_RETRY, "state_io", "%s: %s", s->path,
			sqlite3_errmsg(s->db));
	}
}

static sqlite3_stmt *
prepare(struct store *s, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *q = NULL;
	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		return NULL;
	int wrong = SQLITE_OK;
	for (int i = 1; *types != '\0' && wrong == SQLITE_OK; types++, i++) {
		const char *bytes;
		switch (*types) {
		case 'i':
			wrong = sqlite3_bind_int64(q, i, va_arg(ap, int64_t));
			break;
		case 's':
			wrong = sqlite3_bind_text(
				q, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		default:
			bytes = va_arg(ap, const char *);
			wrong = sqlite3_bind_blob64(
				q, i, bytes, va_arg(ap, size_t), SQLITE_STATIC);
		}
	}
	if (wrong == SQLITE_OK)
		return q;
	sqlite3_finalize(q);
	return NULL;
}

sqlite3_stmt *
db_query(struct store *s, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;
	va_start(ap, types);
	sqlite3_stmt *q = prepare(s, sql, types, ap);
	va_end(ap);
	if (q == NULL)
		db_fail(s, err);
	return q;
}

int
db_end(struct store *s, sqlite3_stmt *q, int step, struct err *err)
{
	int grade = step == SQLITE_DONE ? ERR_NONE : db_fail(s, err);
	sqlite3_finalize(q);
	return grade;
}

int
db_run(struct store *s, struct err *err, const char *sql, const char *types, ...)
{
	va_list ap;
	va_start(ap, types);
	sqlite3_stmt *q = prepare(s, sql, types, ap);
	va_end(ap);
	if (q == NULL)
		return db_fail(s, err);
	int step;
	while ((step = sqlite3_step(q)) == SQLITE_ROW)
		;
	return db_end(s, q, step, err);
}

const char *
db_text(struct arena *a, sqlite3_stmt *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q, column);
	return text != NULL ? arena_strdup(a, text) : NULL;
}
