/*
 * db: SQLite, as the store's files use it
 *
 * Owns:    nothing.
 * Threads: whoever holds the store's lock.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>

struct arena;
struct err;

struct store {
	sqlite3 *db;
	char *path;
	pthread_mutex_t lock;
	unsigned added; /* since the history was last cut */
};

/*
 * `types` has a letter for each value: s text or NULL, i int64_t, b bytes and size_t.
 * db_query's statement is the caller's to sqlite3_finalize; NULL with err filled.
 */
sqlite3_stmt *db_query(
	struct store *s, struct err *err, const char *sql, const char *types, ...);
int db_run(struct store *s, struct err *err, const char *sql, const char *types, ...);

/* After the last row: ERR_NONE when `step` says that there are no more. Finalizes. */
int db_end(struct store *s, sqlite3_stmt *q, int step, struct err *err);

/* A column's text; NULL stays NULL. */
const char *db_text(struct arena *a, sqlite3_stmt *q, int column);

int db_fail(struct store *s, struct err *err);

#endif
