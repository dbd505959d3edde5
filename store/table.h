/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which column of which table belongs to which field of which row of model.h, and what values it
 * may have. Writer and reader both go by this, so that what one takes the other gives.
 */
#ifndef WALLFLAME_STORE_TABLE_H
#define WALLFLAME_STORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum column_kind {
	COLUMN_INT64, /* int64_t */
	COLUMN_INT, /* int */
	COLUMN_ENUM, /* an enum stored as its number */
	COLUMN_BOOL, /* bool as 0 or 1 */
	COLUMN_BITS, /* uint64_t as the same 64 bits signed */
	COLUMN_REAL, /* double, finite and not negative */
	COLUMN_TEXT, /* const char * */
	COLUMN_WORD, /* an enum stored as one of `words` */
};

/* NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order of the table. */
struct store_column {
	const char *name;
	enum column_kind kind;
	bool nullable; /* a number under `min`, or a NULL string, is NULL; NULL reads as `none` */
	bool summed; /* the whole table's sum stays under COLUMN_SUM_MAX */
	size_t offset;
	int64_t min;
	bool min_is_new; /* version 1 does not have `min` itself, but begins above it */
	int64_t max;
	int64_t gap; /* a value between them that is none; 0: there is no such */
	int64_t none;
	const char *const *words;
	bool before_id; /* less than the row's own id */
	const char *refers_to; /* of a large table: the table that has it as an id */
	const char *from; /* an earlier column that this one must not be less than */
	bool beyond; /* nor equal to */
};

enum store_table_id {
	TABLE_CAPTURE,
	TABLE_PROCESS,
	TABLE_THREAD,
	TABLE_ORACLE,
	TABLE_THREAD_IO,
	TABLE_PROCESS_IO,
	TABLE_CALL_SAMPLING,
	TABLE_CALL_MOMENT,
	TABLE_CALL_SAMPLE,
	TABLE_MODULE,
	TABLE_MAPPING,
	TABLE_FRAME,
	TABLE_FRAME_LINE,
	TABLE_FRAME_INLINE,
	TABLE_STACK,
	TABLE_SLICE,
	TABLE_LEDGER,
	TABLE_EVIDENCE,
	TABLE_SPAN,
	TABLE_LOCK_WAIT,
	TABLE_LOCK_EVIDENCE,
	TABLE_PROBE,
	TABLE_PROBE_PLACE,
	TABLE_PROBE_CALL,
	TABLE_HISTOGRAM,
	TABLE_PROBE_EVIDENCE,
	TABLE_PACE,
	TABLE_LOSS,
	TABLE_THREAD_LOSS,
	TABLE_COST,
	TABLE_COUNT,
};

struct store_table {
	const char *name;
	const struct store_column *columns;
	size_t column_count;
	int since; /* the schema version that brought it; 0: the first */
	bool has_id; /* SQLite gives the ids: 1, 2, 3 ... */
	/* May have millions of rows: its columns are in the file's order. */
	bool large;
	int key_count; /* of a WITHOUT ROWID table: so many columns, the first ones, are its key */
	const char *order; /* ORDER BY of a reader */
	const char *conflict; /* what the writer does with a row whose key is there, or NULL */
};

struct store_loss {
	const char *kind;
	int64_t count;
	const char *meaning;
};

struct store_cost {
	const char *name;
	int64_t value;
	const char *unit;
};

/* So that a few sums and differences of them stay inside 64 bits. */
#define COLUMN_TIME_MAX (INT64_MAX / 2)
#define COLUMN_SUM_MAX (INT64_MAX / 4)
#define COLUMN_MAX_COUNT 24

const struct store_table *table__get(enum store_table_id id);
bool table__is_large(const char *name);

/* SQL text, for the caller to g_free. */
char *table__insert_sql(const struct store_table *table);
/* Sets every column; the id is the parameter after the last column. */
char *table__update_sql(const struct store_table *table);
/* The id first if the table has one, then every column. */
char *table__select_sql(const struct store_table *table);

#endif
