/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What writing rows, and opening and closing the file, both know of a writer. */
#ifndef WALLFLAME_STORE_WRITER_PRIVATE_H
#define WALLFLAME_STORE_WRITER_PRIVATE_H

#include <glib.h>
#include <sqlite3.h>

#include "store/capture_file.h"
#include "store/table.h"
#include "store/writer.h"

enum writer_statement {
	/* 0 to TABLE_COUNT - 1: insert a row */
	STATEMENT_UPDATE_PROCESS = TABLE_COUNT,
	STATEMENT_UPDATE_THREAD,
	STATEMENT_UPDATE_MODULE,
	STATEMENT_NAME_FRAME,
	STATEMENT_PROGRESS,
	STATEMENT_FINISH,
	STATEMENT_BEGIN,
	STATEMENT_COMMIT,
	STATEMENT_COUNT,
};

struct store_writer {
	sqlite3 *db;
	struct capture_file file;
	sqlite3_stmt *statements[STATEMENT_COUNT];
	int64_t t0_ns;
	store_id inlined_frame; /* of the last inlined call, with its depth */
	int64_t inlined_depth;
	GArray *counts; /* enum store_counts, a probe point each */
	int err; /* the first failure; 0 while there is none */
	char *error;
};

/* SQL for the caller to g_free. */
char *writer__sql(enum writer_statement statement);
/* Steps a bound statement and makes it ready for the next row; keeps the first failure. */
int writer__run(struct store_writer *writer, enum writer_statement statement);
/* -EINVAL, kept, when not sound; the first failure when there was one. */
int writer__check(struct store_writer *writer, const char *where, bool sound, const char *what);
/* As writer__run, and exactly one row must have been there to change. */
int writer__change(struct store_writer *writer, enum writer_statement statement);

#endif
