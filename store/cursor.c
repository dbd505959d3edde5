// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/cursor.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>

#include "store/connection.h"
#include "store/row.h"
#include "store/scan.h"

static int fail(const struct cursor *cursor, sqlite3 *db, int rc, char **why)
{
	char *words = NULL;
	int err = connection__failure(db, rc, &words);

	*why = g_strdup_printf("table %s: %s", cursor->table->name, words);
	g_free(words);
	/* The writer makes no value that is too big. */
	return err == -E2BIG ? -EUCLEAN : err;
}

static int find_limits(struct cursor *cursor, sqlite3 *db, char **why)
{
	int err = 0;

	for (size_t i = 0; i < cursor->table->column_count && !err; i++) {
		const char *name = cursor->table->columns[i].refers_to;
		char *sql = name ? g_strdup_printf("SELECT coalesce(max(id), -1) FROM %s", name)
				 : NULL;

		cursor->limits[i] = INT64_MAX;
		if (sql)
			err = connection__integer(db, sql, &cursor->limits[i], why);
		g_free(sql);
	}
	return err;
}

static int open_scan(struct cursor *cursor, sqlite3 *db, char **why)
{
	char *what = NULL;
	int err = find_limits(cursor, db, &what);

	if (!err)
		err = scan__open(&cursor->scan, db, cursor->table->name,
				 (int)cursor->table->column_count, cursor->table->key_count, &what);
	if (err)
		*why = g_strdup_printf("damaged: table %s: %s", cursor->table->name, what);
	g_free(what);
	return err;
}

int cursor__open(struct cursor *cursor, sqlite3 *db, int version, bool sealed,
		 enum store_table_id table, char **why)
{
	*cursor = (struct cursor){.table = table__get(table), .version = version};
	if (cursor->table->since > version)
		return 0;
	if (sealed && cursor->table->large)
		return open_scan(cursor, db, why);
	char *sql = table__select_sql(cursor->table);
	int rc = sqlite3_prepare_v2(db, sql, -1, &cursor->statement, NULL);

	g_free(sql);
	if (rc == SQLITE_OK)
		return 0;
	return fail(cursor, db, rc, why);
}

/* The writer deletes nothing, so that ids have no gaps: whoever counts on that may use arrays. */
static int read_id(struct cursor *cursor, char **why)
{
	if (!cursor->table->has_id) {
		cursor->id++;
		return 0;
	}
	int64_t id = sqlite3_column_int64(cursor->statement, 0);
	if (id != cursor->id + 1) {
		*why = g_strdup_printf("id %" PRId64 " follows %" PRId64, id, cursor->id);
		return -EUCLEAN;
	}
	cursor->id = id;
	return 0;
}

/* SQLite leaves CHECK constraints out where a file is open for reading only. */
static int check_before_id(const struct cursor *cursor, const void *row, char **why)
{
	for (size_t i = 0; i < cursor->table->column_count; i++) {
		const struct store_column *column = &cursor->table->columns[i];
		if (column->before_id && row__integer(column, row) >= cursor->id) {
			*why = g_strdup_printf("column %s is not less than the id", column->name);
			return -EUCLEAN;
		}
	}
	return 0;
}

static int add_sums(struct cursor *cursor, const void *row, char **why)
{
	for (size_t i = 0; i < cursor->table->column_count; i++) {
		const struct store_column *column = &cursor->table->columns[i];
		if (!column->summed)
			continue;
		/* Each is at most COLUMN_SUM_MAX: the addition itself cannot overflow. */
		cursor->sums[i] += MAX(row__integer(column, row), 0);
		if (cursor->sums[i] > COLUMN_SUM_MAX) {
			*why = g_strdup_printf("the sum of column %s is too large", column->name);
			return -EUCLEAN;
		}
	}
	return 0;
}

/* What is not beyond the last one is there: ids of threads, stacks and the like have no gaps.
 * Slices may; who reads looks for each. */
static int check_references(const struct cursor *cursor, const void *row, char **why)
{
	for (size_t i = 0; i < cursor->table->column_count; i++) {
		const struct store_column *column = &cursor->table->columns[i];

		if (column->refers_to && row__integer(column, row) > cursor->limits[i]) {
			*why = g_strdup_printf("has no such %s", column->refers_to);
			return -EUCLEAN;
		}
	}
	return 0;
}

static void take_column(sqlite3_stmt *statement, int index, struct row_value *value)
{
	value->type = sqlite3_column_type(statement, index);
	if (value->type == SQLITE_INTEGER) {
		value->integer = sqlite3_column_int64(statement, index);
	} else if (value->type == SQLITE_FLOAT) {
		value->real = sqlite3_column_double(statement, index);
	} else if (value->type == SQLITE_TEXT) {
		value->text = (const char *)sqlite3_column_text(statement, index);
		value->length = sqlite3_column_bytes(statement, index);
	}
}

/* 1, 0 at the end, or a negative errno with *why set. */
static int step(struct cursor *cursor, struct row_value *values, char **why)
{
	sqlite3 *db = sqlite3_db_handle(cursor->statement);
	int rc = sqlite3_step(cursor->statement);
	int first = cursor->table->has_id;

	if (rc == SQLITE_DONE)
		return 0;
	if (rc != SQLITE_ROW)
		return fail(cursor, db, rc, why);
	for (int i = 0; i < (int)cursor->table->column_count; i++)
		take_column(cursor->statement, first + i, &values[i]);
	return 1;
}

static int tell_row(const struct cursor *cursor, int err, char *what, char **why)
{
	*why = g_strdup_printf("damaged: table %s, row %" PRId64 ": %s", cursor->table->name,
			       cursor->id, what);
	g_free(what);
	return err;
}

static int next_scanned(struct cursor *cursor, void *row, char **why)
{
	const struct row_value *values;
	char *what = NULL;
	int err = scan__next(cursor->scan, &values, &what);

	if (!err)
		return 0;
	cursor->id++;
	err = MIN(err, 0);
	if (!err)
		err = row__read(values, cursor->version, cursor->table, row, &what);
	if (!err)
		err = check_references(cursor, row, &what);
	if (!err)
		err = add_sums(cursor, row, &what);
	return err ? tell_row(cursor, err, what, why) : 1;
}

int cursor__next(struct cursor *cursor, void *row, char **why)
{
	struct row_value values[COLUMN_MAX_COUNT];
	char *what = NULL;
	int err;

	if (cursor->scan)
		return next_scanned(cursor, row, why);
	if (!cursor->statement)
		return 0;
	err = step(cursor, values, why);
	if (err <= 0)
		return err;
	err = read_id(cursor, &what);
	if (!err)
		err = row__read(values, cursor->version, cursor->table, row, &what);
	if (!err)
		err = check_before_id(cursor, row, &what);
	if (!err)
		err = add_sums(cursor, row, &what);
	return err ? tell_row(cursor, err, what, why) : 1;
}

void cursor__close(struct cursor *cursor)
{
	sqlite3_finalize(cursor->statement);
	scan__close(cursor->scan);
	cursor->statement = NULL;
	cursor->scan = NULL;
}
