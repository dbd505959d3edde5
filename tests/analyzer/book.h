/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Writes captures with the real writer, with stacks given as text. */
#ifndef WALLFLAME_TESTS_ANALYZER_BOOK_H
#define WALLFLAME_TESTS_ANALYZER_BOOK_H

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Needs those above before it. */
#include <cmocka.h>

#include "analyzer/analysis.h"
#include "store/writer.h"

#define SECOND INT64_C(1000000000)
#define T0 (100 * SECOND)

struct book {
	char *dir;
	char *path;
	struct store_writer *writer;
	GHashTable *frames; /* kind and name -> id */
	GHashTable *stacks; /* parent and frame -> id */
	store_id process;
	int64_t end_ns;
};

/* A capture of so many slices of a second, with one process. */
struct book *book__open(int slices);
void book__free(struct book *book);
/* A thread that lived through the window. */
store_id book__thread(struct book *book, int64_t tid);
/*
 * "main;work|do_syscall_64;schedule": user frames, then kernel frames, root first. "[note]" is a
 * remark, "?" has no name, "a^b^c" has b inlined and in it c, "@schedule" is only known by its
 * name.
 */
store_id book__stack(struct book *book, const char *text);
void book__ledger(struct book *book, struct store_ledger row);
void book__evidence(struct book *book, struct store_evidence row);
/* Ends the capture. */
void book__close(struct book *book);
/* Ends and analyzes it; the caller frees the analysis. */
struct analysis *book__analyze(struct book *book);

const struct cause_row *cause_of(const struct analysis *analysis, const char *path);
const struct function_row *function_of(const struct analysis *analysis, const char *name);
/* Pieces sum to the ledger, causes to the pieces, and every figure is in its interval. */
void assert_consistent(const struct analysis *analysis);
/* Of the pieces with that stack; 0: any. In `cause`, or NULL: any. */
struct figure sum_of_pieces(const struct analysis *analysis, store_id stack, const char *cause);
/* All that an analysis says, as text. */
char *text_of(const struct analysis *analysis);

#define assert_near(a, b) \
	assert_true(fabs((double)(a) - (double)(b)) <= 1e-6 * fabs((double)(b)) + 1e-3)

#endif
