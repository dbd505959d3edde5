/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Goes over the rows of one table in order; every row has been checked when it is given. */
#ifndef WALLFLAME_STORE_CURSOR_H
#define WALLFLAME_STORE_CURSOR_H

#include <sqlite3.h>

#include "store/table.h"

struct cursor {
	sqlite3_stmt *statement;
	struct scan *scan; /* in place of a statement */
	int64_t limits[COLUMN_MAX_COUNT]; /* of a scan: the last id of what a column refers to */
	const struct store_table *table;
	int version; /* of the file */
	int64_t id; /* of the row, or its number from 1 on where the table has no ids */
	int64_t sums[COLUMN_MAX_COUNT];
};

/*
 * `sealed`: nobody writes the file; a large table is then checked as it is read, and otherwise must
 * have been. 0 or a negative errno with *why malloc'ed. The caller ends it with cursor__close in
 * any case. A table that the file's version does not have yet is empty.
 */
int cursor__open(struct cursor *cursor, sqlite3 *db, int version, bool sealed,
		 enum store_table_id table, char **why);
/* 1 with the next row in *row, 0 at the end, or a negative errno with *why malloc'ed. */
int cursor__next(struct cursor *cursor, void *row, char **why);
void cursor__close(struct cursor *cursor);

#endif
