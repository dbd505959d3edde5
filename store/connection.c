// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/connection.h"

#include <errno.h>
#include <glib.h>

#include "store/model.h"
#include "store/schema.h"

#define WRITER_BUSY_MS 5000
#define READER_BUSY_MS 2000

/* Sane bounds for what a stranger's file may make SQLite do: sqlite.org/security.html */
#define LIMIT_LENGTH (1 << 20)
#define LIMIT_SQL_LENGTH (1 << 16)

static int errno_of(sqlite3 *db, int rc)
{
	static const struct {
		int code;
		int err;
	} meanings[] = {
		{SQLITE_FULL, ENOSPC},	     {SQLITE_READONLY, EROFS}, {SQLITE_PERM, EACCES},
		{SQLITE_AUTH, EACCES},	     {SQLITE_NOMEM, ENOMEM},   {SQLITE_BUSY, EBUSY},
		{SQLITE_LOCKED, EBUSY},	     {SQLITE_TOOBIG, E2BIG},   {SQLITE_CORRUPT, EUCLEAN},
		{SQLITE_NOTADB, EUCLEAN},    {SQLITE_RANGE, EINVAL},   {SQLITE_MISMATCH, EINVAL},
		{SQLITE_CONSTRAINT, EINVAL},
	};
	int system = rc == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;

	for (size_t i = 0; i < G_N_ELEMENTS(meanings); i++)
		if (meanings[i].code == (rc & 0xff))
			return meanings[i].err;
	if (rc == SQLITE_IOERR_NOMEM)
		return ENOMEM;
	return system > 0 ? system : EIO;
}

int connection__failure(sqlite3 *db, int rc, char **why)
{
	int err = errno_of(db, rc);

	*why = g_strdup_printf("%s (SQLite error %d)", sqlite3_errmsg(db), rc);
	return -err;
}

int connection__exec(sqlite3 *db, const char *sql, char **why)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : connection__failure(db, rc, why);
}

int connection__integer(sqlite3 *db, const char *sql, int64_t *value, char **why)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	int err = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW) {
		*value = sqlite3_column_int64(statement, 0);
	} else {
		err = connection__failure(db, rc, why);
	}
	sqlite3_finalize(statement);
	return err;
}

static int open_with(sqlite3 **out, const char *name, int flags, const char *vfs, char **why)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(name, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
				 vfs);
	int err = 0;

	if (!db) {
		*why = g_strdup(g_strerror(ENOMEM));
		return -ENOMEM;
	}
	if (rc != SQLITE_OK) {
		err = connection__failure(db, rc, why);
		sqlite3_close(db);
		db = NULL;
	}
	*out = db;
	return err;
}

static int make_schema(sqlite3 *db, char **why)
{
	int rc = schema__make(db, STORE_SCHEMA_VERSION);

	return rc == SQLITE_OK ? 0 : connection__failure(db, rc, why);
}

/*
 * The schema is written before the log is begun, so that the file is known for a capture from the
 * first moment; as nobody can have it open yet, no journal on disk is needed for that.
 */
int connection__open_writer(sqlite3 **out, const char *path, char **why)
{
	static const char before[] =
		"PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN";
	static const char after[] = "COMMIT;"
				    "PRAGMA synchronous = NORMAL;"
				    "PRAGMA journal_mode = WAL;"
				    "PRAGMA foreign_keys = ON;"
				    /* KiB: what a transaction has over goes to the log. */
				    "PRAGMA cache_size = -16384;"
				    /* Pages. */
				    "PRAGMA wal_autocheckpoint = 4096;";
	sqlite3 *db;
	int err = open_with(&db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL, why);

	if (err)
		return err;
	sqlite3_busy_timeout(db, WRITER_BUSY_MS);
	err = connection__exec(db, before, why);
	if (!err)
		err = make_schema(db, why);
	if (!err)
		err = connection__exec(db, after, why);
	if (err) {
		sqlite3_close(db);
		return err;
	}
	*out = db;
	return 0;
}

/*
 * To leave WAL mode one page is changed, in bytes that lie in one sector: a journal on disk would
 * protect nothing and could stay behind.
 */
int connection__fold(sqlite3 *db, char **why)
{
	int64_t busy = 0;
	int err = connection__integer(db, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, why);

	if (err)
		return err;
	if (busy) {
		*why = g_strdup(
			"another program has the file open: what was recorded is whole, but "
			"a part of it is still in the file beside it that ends in " CAPTURE_WAL);
		return -EBUSY;
	}
	return connection__exec(db, "PRAGMA journal_mode = MEMORY", why);
}

/*
 * How SQLite reads without writing.
 * Sealed: "immutable" (sqlite.org/uri.html) opens nothing beside the file and takes no lock.
 * Cut off: a write-ahead log can be read without the -shm file, by an index in memory, if the
 * locking mode is exclusive (sqlite.org/wal.html, 6); the VFS without locks needs no right to
 * write for that.
 * Recording: the -shm file is shared with the writer, but opened for reading only.
 */
static const struct access {
	const char *query;
	const char *vfs;
	const char *first;
} accesses[] = {
	[CAPTURE_SEALED] = {"?mode=ro&immutable=1", "unix", "PRAGMA locking_mode = NORMAL"},
	[CAPTURE_CUT_OFF] = {"?mode=ro", "unix-none", "PRAGMA locking_mode = EXCLUSIVE"},
	[CAPTURE_RECORDING] = {"?mode=ro&readonly_shm=1", "unix", "PRAGMA locking_mode = NORMAL"},
};

static int restrain(sqlite3 *db, const char *locking, char **why)
{
	static const int options[][2] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},	       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},   {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
	};
	int err;

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		sqlite3_db_config(db, options[i][0], options[i][1], NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, LIMIT_LENGTH);
	sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, LIMIT_SQL_LENGTH);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(db, READER_BUSY_MS);
	err = connection__exec(db, locking, why);
	if (err)
		return err;
	/* Without a memory map a file that shrinks is an error and no signal. */
	return connection__exec(db,
				"PRAGMA query_only = ON; PRAGMA cell_size_check = ON;"
				"PRAGMA mmap_size = 0; PRAGMA cache_size = -16384;",
				why);
}

int connection__open_reader(sqlite3 **out, const char *path, enum capture_condition condition,
			    char **why)
{
	const struct access *access = &accesses[condition];
	char *uri = g_filename_to_uri(path, NULL, NULL);
	char *name = g_strconcat(uri, access->query, NULL);
	sqlite3 *db;
	int64_t count;
	int err = open_with(&db, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, access->vfs, why);

	g_free(name);
	g_free(uri);
	if (err)
		return err;
	err = restrain(db, access->first, why);
	if (!err)
		err = connection__exec(db, "BEGIN", why);
	/* The transaction begins with the first page read. */
	if (!err)
		err = connection__integer(db, "SELECT count(*) FROM sqlite_schema", &count, why);
	if (err) {
		sqlite3_close(db);
		return err;
	}
	*out = db;
	return 0;
}
