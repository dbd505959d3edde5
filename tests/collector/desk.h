/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A place to work on: a directory of a test's own with an open capture file, read back at the end.
 */
#ifndef WALLFLAME_TESTS_COLLECTOR_DESK_H
#define WALLFLAME_TESTS_COLLECTOR_DESK_H

#include "store/reader.h"
#include "store/writer.h"

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Needs those above before it. */
#include <cmocka.h>

#define T0_NS 5000000000LL
#define SLICE_NS 1000LL /* short, so that much is crossed */
#define SLICES 64
#define T1_NS (T0_NS + SLICES * SLICE_NS)

struct desk {
	char *dir;
	char *file;
	struct store_writer *writer; /* with its capture row and SLICES slices */
};

/* cmocka setup and teardown: *state is a struct desk. */
int desk__setup(void **state);
int desk__teardown(void **state);

/* Closes the capture and opens it for reading. */
struct store_reader *desk__read(struct desk *desk);
void desk__write_text(const char *path, const void *bytes, size_t size);
/* The number of descriptors this process has open. */
int desk__open_files(void);

/* Rows read back. */
struct rows {
	GArray *ledger; /* struct store_ledger */
	GArray *evidence; /* struct store_evidence, by slice */
	GArray *spans; /* struct store_span */
	GArray *threads; /* struct store_thread; strings are not kept */
};
struct rows desk__rows(struct desk *desk);
void rows__free(struct rows *rows);

/* Sums over the ledger rows that match; -1 stands for any. */
struct ledger_sum {
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};
struct ledger_sum rows__ledger(const struct rows *rows, store_id thread, store_id slice, int state);

/* A small generator, so that a failing run can be had again. */
uint64_t desk__random(uint64_t *seed);
int64_t desk__random_below(uint64_t *seed, int64_t limit);

#endif
