/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One row between a struct of model.h and an SQLite statement, each value checked on its way. */
#ifndef WALLFLAME_STORE_ROW_H
#define WALLFLAME_STORE_ROW_H

#include <sqlite3.h>

#include "store/table.h"

/* Longer text is cut and ends in STORE_TEXT_CUT. */
#define STORE_TEXT_MAX 65536
#define STORE_TEXT_CUT "[truncated]"

/* A value of a row as it comes from the file. */
struct row_value {
	int type; /* SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_NULL or SQLITE_BLOB */
	union {
		int64_t integer;
		double real;
		struct {
			const char *text;
			int length;
		};
	};
};

/*
 * Both return 0 or a negative errno with *why malloc'ed. Text is not copied: what is bound must
 * live until the statement has been stepped, what is read until it is stepped again.
 */
int row__bind(sqlite3_stmt *statement, const struct store_table *table, const void *row,
	      char **why);
/* A value for each column. `version` is the file's. */
int row__read(const struct row_value *values, int version, const struct store_table *table,
	      void *row, char **why);

int row__bind_text(sqlite3_stmt *statement, int parameter, const char *text);
int64_t row__integer(const struct store_column *column, const void *row);

#endif
