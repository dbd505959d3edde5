// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/cursor.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>

#include "store/connection.h"
#include "store/row.h"

static int fail(const struct cursor *cursor, sqlite3 *db, int rc, char **why)
{
	char *words = NULL;
	int err = connection__failure(db, rc, &words);

	*why = g_strdup_printf("table %s: %s", cursor->table->name, words);
	g_free(words);
	/* The writer makes no value that is too big. */
	return err == -E2BIG ? -EUCLEAN : err;
}

int cursor__open(struct cursor *cursor, sqlite3 *db, int version, enum store_table_id table,
		 char **why)
{
	*cursor = (struct cursor){.table = table__get(table), .version = version};
	if (cursor->table->since > version)
		return 0;
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

int cursor__next(struct cursor *cursor, void *row, char **why)
{
	char *what = NULL;
	int err;

	if (!cursor->statement)
		return 0;
	sqlite3 *db = sqlite3_db_handle(cursor->statement);
	int rc = sqlite3_step(cursor->statement);
	if (rc == SQLITE_DONE)
		return 0;
	if (rc != SQLITE_ROW)
		return fail(cursor, db, rc, why);
	err = read_id(cursor, &what);
	if (!err)
		err = row__read(cursor->statement, cursor->table->has_id, cursor->version,
				cursor->table, row, &what);
	if (!err)
		err = check_before_id(cursor, row, &what);
	if (!err)
		err = add_sums(cursor, row, &what);
	if (!err)
		return 1;
	*why = g_strdup_printf("damaged: table %s, row %" PRId64 ": %s", cursor->table->name,
			       cursor->id, what);
	g_free(what);
	return err;
}

void cursor__close(struct cursor *cursor)
{
	sqlite3_finalize(cursor->statement);
	cursor->statement = NULL;
}
