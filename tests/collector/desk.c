// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "desk.h"

#include <dirent.h>
#include <ftw.h>
#include <glib/gstdio.h>

static const struct store_capture capture = {
	.tool_version = "test",
	.host = "host",
	.kernel = "kernel",
	.machine = "x86_64",
	.cpus = 1,
	.t0_ns = T0_NS,
	.progress_ns = T0_NS,
	.slice_ns = SLICE_NS,
	.backend = "bpf-raw-tracepoint",
	.cpu_clock = "none",
	.cpu_clock_hz = 1,
	.lock_backend = "none",
	.stack_period_ns = 1000,
	.target = "test",
};

int desk__setup(void **state)
{
	struct desk *desk = g_new0(struct desk, 1);
	char *error = NULL;

	desk->dir = g_dir_make_tmp("wallflame-collector-XXXXXX", NULL);
	desk->file = g_build_filename(desk->dir, "capture.db", NULL);
	assert_int_equal(store_writer__create(&desk->writer, desk->file, false, &error), 0);
	assert_int_equal(store_writer__capture(desk->writer, &capture), 0);
	for (int64_t i = 0; i < SLICES; i++) {
		struct store_slice slice = {
			.id = i + 1,
			.start_ns = T0_NS + i * SLICE_NS,
			.end_ns = T0_NS + (i + 1) * SLICE_NS,
		};

		assert_int_equal(store_writer__slice(desk->writer, &slice), 0);
	}
	*state = desk;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int desk__teardown(void **state)
{
	struct desk *desk = *state;

	if (desk->writer)
		store_writer__abandon(desk->writer, true);
	nftw(desk->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	g_free(desk->dir);
	g_free(desk->file);
	g_free(desk);
	return 0;
}

struct store_reader *desk__read(struct desk *desk)
{
	struct store_reader *reader = NULL;
	char *error = NULL;

	if (store_writer__close(desk->writer, T1_NS, "duration", 1000, &error))
		fail_msg("%s", error);
	desk->writer = NULL;
	if (store_reader__open(&reader, desk->file, &error))
		fail_msg("%s", error);
	return reader;
}

void desk__write_text(const char *path, const void *bytes, size_t size)
{
	assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
}

int desk__open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static int keep_ledger(void *ctx, const struct store_ledger *row)
{
	g_array_append_vals(ctx, row, 1);
	return 0;
}

static int keep_evidence(void *ctx, const struct store_evidence *row)
{
	g_array_append_vals(ctx, row, 1);
	return 0;
}

static int keep_span(void *ctx, const struct store_span *row)
{
	g_array_append_vals(ctx, row, 1);
	return 0;
}

static int keep_thread(void *ctx, store_id id, const struct store_thread *row)
{
	struct store_thread thread = *row;
	GArray *threads = ctx;

	thread.comm = NULL; /* it lives only here */
	g_array_append_val(threads, thread);
	assert_int_equal(id, threads->len);
	return 0;
}

static gint by_slice(gconstpointer a, gconstpointer b)
{
	const struct store_evidence *x = a, *y = b;

	return x->slice < y->slice ? -1 : x->slice > y->slice;
}

struct rows desk__rows(struct desk *desk)
{
	struct store_reader *reader = desk__read(desk);
	struct rows rows = {
		.ledger = g_array_new(FALSE, FALSE, sizeof(struct store_ledger)),
		.evidence = g_array_new(FALSE, FALSE, sizeof(struct store_evidence)),
		.spans = g_array_new(FALSE, FALSE, sizeof(struct store_span)),
		.threads = g_array_new(FALSE, FALSE, sizeof(struct store_thread)),
	};

	assert_int_equal(store_reader__each_ledger(reader, keep_ledger, rows.ledger), 0);
	assert_int_equal(store_reader__each_evidence(reader, keep_evidence, rows.evidence), 0);
	assert_int_equal(store_reader__each_span(reader, keep_span, rows.spans), 0);
	assert_int_equal(store_reader__each_thread(reader, keep_thread, rows.threads), 0);
	g_array_sort(rows.evidence, by_slice);
	store_reader__close(reader);
	return rows;
}

void rows__free(struct rows *rows)
{
	g_array_free(rows->ledger, TRUE);
	g_array_free(rows->evidence, TRUE);
	g_array_free(rows->spans, TRUE);
	g_array_free(rows->threads, TRUE);
}

struct ledger_sum rows__ledger(const struct rows *rows, store_id thread, store_id slice, int state)
{
	struct ledger_sum sum = {0};

	for (guint i = 0; i < rows->ledger->len; i++) {
		const struct store_ledger *row =
			&g_array_index(rows->ledger, struct store_ledger, i);

		if ((thread >= 0 && row->thread != thread) || (slice >= 0 && row->slice != slice) ||
		    (state >= 0 && (int)row->state != state))
			continue;
		sum.count += row->count;
		sum.ns += row->ns;
		sum.runqueue_ns += row->runqueue_ns;
	}
	return sum;
}

/* Marsaglia's xorshift64. */
uint64_t desk__random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

int64_t desk__random_below(uint64_t *seed, int64_t limit)
{
	return (int64_t)(desk__random(seed) % (uint64_t)limit);
}
