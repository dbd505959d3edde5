/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One row between a struct of model.h and an SQLite statement, each value checked on its way. */
#ifndef WALLFLAME_STORE_ROW_H
#define WALLFLAME_STORE_ROW_H

#include <sqlite3.h>

#include "store/table.h"

/* Longer text is cut and ends in STORE_TEXT_CUT. */
#define STORE_TEXT_MAX 65536
#define STORE_TEXT_CUT "[truncated]"

/*
 * Both return 0 or a negative errno with *why malloc'ed. Text is not copied: what is bound must
 * live until the statement has been stepped, what is read until it is stepped again.
 */
int row__bind(sqlite3_stmt *statement, const struct store_table *table, const void *row,
	      char **why);
/* `version` is the file's. */
int row__read(sqlite3_stmt *statement, int first, int version, const struct store_table *table,
	      void *row, char **why);

int row__bind_text(sqlite3_stmt *statement, int parameter, const char *text);
int64_t row__integer(const struct store_column *column, const void *row);

#endif
