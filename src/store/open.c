#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "store.h"
#include "store/db.h"

enum { APPLICATION = 0x436f6e76 }; /* "Conv", by which file(1) can tell it */

/* Each row takes the file from the version of its index to the next. Never changed once
 * released: a new version is a new row. */
static const char *const migrations[] = {
	"CREATE TABLE link (name TEXT PRIMARY KEY, kind TEXT NOT NULL, url TEXT NOT NULL,"
	" user TEXT NOT NULL, credential TEXT NOT NULL, impersonate INTEGER NOT NULL,"
	" ca_file TEXT, insecure_loopback INTEGER NOT NULL, token_url TEXT, subject TEXT)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE room (name TEXT PRIMARY KEY, description TEXT, mailbox TEXT NOT "
	"NULL,"
	" link TEXT NOT NULL, profile TEXT NOT NULL, transports TEXT NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE profile (name TEXT PRIMARY KEY, address TEXT, time_zone TEXT,"
	" country TEXT NOT NULL, outbound INTEGER NOT NULL, trust INTEGER NOT NULL,"
	" toll_free INTEGER NOT NULL, confirm INTEGER NOT NULL, withhold INTEGER NOT "
	"NULL,"
	" countries TEXT NOT NULL, hosts TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE provider (name TEXT PRIMARY KEY, pin INTEGER, number TEXT,"
	" id_delay_ms INTEGER NOT NULL, pin_delay_ms INTEGER NOT NULL, sip_endpoint TEXT,"
	" h323_endpoint TEXT, sip_template TEXT) STRICT, WITHOUT ROWID;"
	"CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;"
	"CREATE TABLE agenda (room TEXT PRIMARY KEY, digest INTEGER NOT NULL,"
	" bytes BLOB NOT NULL) STRICT;"
	"CREATE TABLE link_facts (link TEXT PRIMARY KEY, server_version TEXT,"
	" last_good INTEGER NOT NULL, password_expires INTEGER NOT NULL,"
	" refused INTEGER NOT NULL, refusals INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE history (id INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
	" room TEXT NOT NULL, what TEXT NOT NULL, meeting TEXT, text TEXT NOT NULL) "
	"STRICT;"
	"CREATE INDEX history_by_room ON history (room, at);"
	"CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
	" who TEXT NOT NULL, what TEXT NOT NULL) STRICT;",
	"ALTER TABLE link ADD COLUMN secret_expires INTEGER NOT NULL DEFAULT 0;",
	"ALTER TABLE link ADD COLUMN legacy_assertion INTEGER NOT NULL DEFAULT 0;",
};

enum { VERSION = sizeof migrations / sizeof *migrations };

static int
number(struct store *s, const char *pragma, int64_t *ret, struct err *err)
{
	sqlite3_stmt *q = db_query(s, err, pragma, "");
	if (q == NULL)
		return (int)(err != NULL ? err->grade : ERR_RETRY);
	int step = sqlite3_step(q);
	if (step == SQLITE_ROW) {
		*ret = sqlite3_column_int64(q, 0);
		step = sqlite3_step(q);
	}
	return db_end(s, q, step, err);
}

static int
is_ours(struct store *s, int64_t version, struct err *err)
{
	int64_t application = 0, tables = 0;
	int grade = number(s, "PRAGMA application_id", &application, err);
	if (grade == ERR_NONE)
		grade = number(s, "SELECT count(*) FROM sqlite_schema", &tables, err);
	if (grade != ERR_NONE)
		return grade;
	if (application != APPLICATION &&
		(application != 0 || version != 0 || tables > 0)) {
		err_set(err, ERR_CONFIG, "state_damaged", "%s is not Convoke's", s->path);
		err_cure(err, "Move it away: mv %s %s.other", s->path, s->path);
		return ERR_CONFIG;
	}
	if (version > VERSION) {
		err_set(err, ERR_CONFIG, "state_newer",
			"%s was written by a later version of Convoke (%lld, this one "
			"knows %d)",
			s->path, (long long)version, (int)VERSION);
		err_cure(err,
			"Install that version again, or restore the file from a backup "
			"made before; it was not changed.");
		return ERR_CONFIG;
	}
	return ERR_NONE;
}

static int
migrate(struct store *s, struct err *err)
{
	int64_t version = 0;
	int grade = number(s, "PRAGMA user_version", &version, err);
	if (grade == ERR_NONE)
		grade = is_ours(s, version, err);
	for (; grade == ERR_NONE && version < VERSION; version++) {
		char mark[128];
		snprintf(mark, sizeof mark,
			"PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			(int)APPLICATION, (int)version + 1);
		if (sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
				SQLITE_OK ||
			sqlite3_exec(s->db, migrations[version], NULL, NULL, NULL) !=
				SQLITE_OK ||
			sqlite3_exec(s->db, mark, NULL, NULL, NULL) != SQLITE_OK) {
			grade = db_fail(s, err);
			sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
		}
	}
	return grade;
}

/* The file exists with mode 0600 before SQLite, which would follow the umask, sees it. */
static int
make_file(struct store *s, const char *dir, struct err *err)
{
	struct stat st;
	int fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
		fchmod(fd, 0600) == 0) {
		close(fd);
		return ERR_NONE;
	}
	err_set(err, ERR_CONFIG, "state_directory", "%s: %s", s->path,
		fd >= 0 ? "not a file of ours" : strerror(errno));
	err_cure(err,
		"Make the directory for the user that convoked runs as: install -d -m "
		"0700 -o convoke %s",
		dir);
	if (fd >= 0)
		close(fd);
	return ERR_CONFIG;
}

/* locking_mode: a second daemon on the same state finds it locked. secure_delete: a
 * passcode that has left an agenda has left the file. */
static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
			       "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = NORMAL;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA journal_size_limit = 4194304;"
			       "PRAGMA trusted_schema = OFF;"
			       "PRAGMA cell_size_check = ON;";

static int
open_db(struct store *s, struct err *err)
{
	int64_t version = 0;
	if (sqlite3_open_v2(s->path, &s->db,
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
		    NULL) != SQLITE_OK)
		return db_fail(s, err);
	sqlite3_extended_result_codes(s->db, 0);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* Reading first: what is no database, or a later one, is not touched. */
	int grade = number(s, "PRAGMA user_version", &version, err);
	if (grade == ERR_NONE)
		grade = is_ours(s, version, err);
	if (grade != ERR_NONE)
		return grade;
	if (sqlite3_exec(s->db, settings, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(s, err);
	return migrate(s, err);
}

int
store_open(const char *dir, struct store **ret, struct err *err)
{
	struct store *s = calloc(1, sizeof *s);
	if (s == NULL || asprintf(&s->path, "%s/convoke.db", dir) < 0) {
		free(s);
		return err_set(err, ERR_RETRY, "memory", "out of memory");
	}
	pthread_mutex_init(&s->lock, NULL);
	int grade = make_file(s, dir, err);
	if (grade == ERR_NONE)
		grade = open_db(s, err);
	if (grade != ERR_NONE) {
		store_close(s);
		return grade;
	}
	*ret = s;
	return ERR_NONE;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	sqlite3_close(s->db);
	pthread_mutex_destroy(&s->lock);
	free(s->path);
	free(s);
}
