// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/check.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>

#include "store/connection.h"
#include "store/model.h"
#include "store/schema.h"
#include "store/table.h"

int check__version(sqlite3 *db, int *out, char **why)
{
	int64_t application = 0;
	int64_t version = 0;
	int err = connection__integer(db, "PRAGMA application_id", &application, why);

	if (!err)
		err = connection__integer(db, "PRAGMA user_version", &version, why);
	if (err)
		return err;
	if (application != STORE_APPLICATION_ID) {
		*why = g_strdup("is an SQLite file, but not a wallflame capture");
		return -EINVAL;
	}
	if (version > STORE_SCHEMA_VERSION) {
		*why = g_strdup_printf("made by a newer wallflame (schema %" PRId64
				       "; this program reads up to %d): use a newer wallflame",
				       version, STORE_SCHEMA_VERSION);
		return -EINVAL;
	}
	if (version < 1) {
		*why = g_strdup_printf("has no known schema version (%" PRId64 ")", version);
		return -EINVAL;
	}
	*out = (int)version;
	return 0;
}

/* Calls `each` with every table or view of the version, its type, name and SQL. */
typedef int (*object_fn)(sqlite3 *db, const char *type, const char *name, const char *sql,
			 char **why);

static int each_object(sqlite3 *db, int version, const char *query, object_fn each, char **why)
{
	sqlite3 *pattern = NULL;
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_open_v2(":memory:", &pattern, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL);
	int err = 0;

	if (rc == SQLITE_OK)
		rc = schema__make(pattern, version);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(pattern, query, -1, &statement, NULL);
	if (rc != SQLITE_OK)
		err = connection__failure(pattern, rc, why);
	while (!err && sqlite3_step(statement) == SQLITE_ROW)
		err = each(db, (const char *)sqlite3_column_text(statement, 0),
			   (const char *)sqlite3_column_text(statement, 1),
			   (const char *)sqlite3_column_text(statement, 2), why);
	sqlite3_finalize(statement);
	sqlite3_close(pattern);
	return err;
}

static int compare_object(sqlite3 *db, const char *type, const char *name, const char *sql,
			  char **why)
{
	sqlite3_stmt *statement = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2",
			       -1, &statement, NULL) != SQLITE_OK) {
		*why = g_strdup(sqlite3_errmsg(db));
		return -EUCLEAN;
	}
	sqlite3_bind_text(statement, 1, type, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	if (sqlite3_step(statement) != SQLITE_ROW) {
		*why = g_strdup_printf("damaged: %s %s is missing", type, name);
		err = -EUCLEAN;
	} else if (g_strcmp0((const char *)sqlite3_column_text(statement, 0), sql) != 0) {
		*why = g_strdup_printf("damaged: %s %s is not as wallflame makes it", type, name);
		err = -EUCLEAN;
	}
	sqlite3_finalize(statement);
	return err;
}

int check__schema(sqlite3 *db, int version, char **why)
{
	return each_object(db, version,
			   "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
			   compare_object, why);
}

/* Runs a check whose every row but "ok" is a finding; the first one is told. */
static int find_none(sqlite3 *db, const char *query, const char *table, char **why)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(db, query, -1, &statement, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
		rc = sqlite3_step(statement);
	}
	if (rc == SQLITE_ROW) {
		const char *finding = (const char *)sqlite3_column_text(statement, 0);
		if (g_strcmp0(finding, "ok") != 0) {
			*why = g_strdup_printf("damaged: table %s: %s", table,
					       finding ? finding : "?");
			rc = SQLITE_CORRUPT;
		}
	} else if (rc != SQLITE_DONE) {
		*why = g_strdup_printf("damaged: table %s: %s", table, sqlite3_errmsg(db));
	}
	sqlite3_finalize(statement);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return 0;
	return (rc & 0xff) == SQLITE_NOMEM ? -ENOMEM : -EUCLEAN;
}

static int check_table(sqlite3 *db, const char *type, const char *name, const char *sql, char **why)
{
	(void)type;
	(void)sql;
	int err = find_none(db, "SELECT quick_check FROM pragma_quick_check(?1)", name, why);

	if (err)
		return err;
	return find_none(db,
			 "SELECT coalesce('row ' || rowid, 'a row') || ' has no such ' || parent "
			 "FROM pragma_foreign_key_check(?1)",
			 name, why);
}

/* What no column and no row can know by itself. The query gives a row for each finding. */
static const struct {
	int since;
	const char *table;
	const char *query;
} agreements[] = {
	/* So that whoever refers to them need only look at the last one. */
	{1, "state",
	 "SELECT 'row ' || id || ' is not the next one' FROM ("
	 "SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM state) WHERE id <> place"},
	{1, "lock_kind",
	 "SELECT 'row ' || id || ' is not the next one' FROM ("
	 "SELECT id, row_number() OVER (ORDER BY id) AS place FROM lock_kind) WHERE id <> place"},
	{2, "probe",
	 "SELECT points || ' probe points; there are at most 256' "
	 "FROM (SELECT count(*) AS points FROM probe) WHERE points > 256"},
	{2, "probe_call",
	 "SELECT 'probe ' || probe || ', thread ' || thread || ': more calls were timed than "
	 "counted' "
	 "FROM probe_call JOIN probe ON probe.id = probe "
	 "WHERE counts <> 'nothing' AND timed > calls"},
	{5, "call_sample",
	 "SELECT 'moment ' || moment || ', process ' || process || ', system call ' || syscall || "
	 "': more errors or whole calls than calls' "
	 "FROM call_sample WHERE errors > calls OR whole > calls"},
	{3, "frame_inline",
	 "SELECT 'frame ' || frame || ': the depths are not 1, 2, 3 ...' FROM ("
	 "SELECT frame, depth, row_number() OVER (PARTITION BY frame ORDER BY depth) AS place "
	 "FROM frame_inline) WHERE depth <> place"},
	{3, "frame_inline",
	 "SELECT 'frame ' || frame || ', depth ' || depth || ': a line without a file' "
	 "FROM frame_inline WHERE file IS NULL AND line IS NOT NULL"},
};

_Static_assert(STORE_PROBES_MAX == 256, "see agreements");

static int check_small_table(sqlite3 *db, const char *type, const char *name, const char *sql,
			     char **why)
{
	return table__is_large(name) ? 0 : check_table(db, type, name, sql, why);
}

int check__content(sqlite3 *db, int version, bool sealed, char **why)
{
	int err = each_object(db, version,
			      "SELECT type, name, sql FROM sqlite_schema WHERE type = 'table'",
			      sealed ? check_small_table : check_table, why);

	for (size_t i = 0; i < G_N_ELEMENTS(agreements) && !err; i++) {
		if (version >= agreements[i].since)
			err = find_none(db, agreements[i].query, agreements[i].table, why);
	}
	return err;
}
