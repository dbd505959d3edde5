// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records of calls into the capture file: counts exact, sums weighted, spreads as documented. */
#include "ledger_desk.h"

#include "collector/probe_book.h"
#include "collector/probe_set.h"

#include <string.h>

#define TID 101
#define HALF 0x80000000U /* p = 1/2 as 32-bit fixed point */

struct written {
	GArray *calls; /* struct store_probe_call */
	GArray *lengths; /* struct store_histogram */
	GArray *stacks; /* struct store_probe_evidence */
};

static int keep_call(void *ctx, const struct store_probe_call *row)
{
	g_array_append_vals(((struct written *)ctx)->calls, row, 1);
	return 0;
}

static int keep_length(void *ctx, const struct store_histogram *row)
{
	g_array_append_vals(((struct written *)ctx)->lengths, row, 1);
	return 0;
}

static int keep_stack(void *ctx, const struct store_probe_evidence *row)
{
	g_array_append_vals(((struct written *)ctx)->stacks, row, 1);
	return 0;
}

static void open_points(struct ledger_desk *ledger)
{
	const struct probe_status status = {.backend = BACKEND_FENTRY, .counts = COUNTS_CALLS};
	struct probe_set *set = probe_set__new();
	store_id ids[WF_PROBES];

	for (int probe = 0; probe < WF_PROBES; probe++)
		probe_set__take(set, (enum wf_probe)probe, &status);
	assert_int_equal(probe_set__write(set, ledger->desk->writer, ids), 0);
	probe_book__set_ids(ledger->books.calls, ids);
	probe_set__free(set);
}

static struct written finish(struct ledger_desk *ledger)
{
	struct written written = {
		.calls = g_array_new(FALSE, FALSE, sizeof(struct store_probe_call)),
		.lengths = g_array_new(FALSE, FALSE, sizeof(struct store_histogram)),
		.stacks = g_array_new(FALSE, FALSE, sizeof(struct store_probe_evidence)),
	};
	struct store_reader *reader;

	assert_int_equal(probe_book__flush(ledger->books.calls, SLICES), 0);
	assert_int_equal(probe_book__finish(ledger->books.calls), 0);
	assert_int_equal(roster__finish(ledger->books.roster, T1_NS), 0);
	reader = desk__read(ledger->desk);
	store_reader__each_probe_call(reader, keep_call, &written);
	store_reader__each_histogram(reader, keep_length, &written);
	store_reader__each_probe_evidence(reader, keep_stack, &written);
	store_reader__close(reader);
	return written;
}

static void written__free(struct written *written)
{
	g_array_free(written->calls, TRUE);
	g_array_free(written->lengths, TRUE);
	g_array_free(written->stacks, TRUE);
}

static void record_calls(struct ledger_desk *ledger, uint32_t tid, enum wf_probe probe,
			 uint64_t count)
{
	struct wf_calls calls = {.type = WF_RECORD_CALLS, .tid = tid, .tgid = PID};

	calls.calls[probe] = count;
	ledger_desk__record(ledger, &calls, sizeof(calls));
}

static void record_call(struct ledger_desk *ledger, enum wf_probe probe, uint64_t ns, uint32_t p)
{
	struct wf_call call = {
		.type = WF_RECORD_CALL,
		.tid = TID,
		.tgid = PID,
		.probability = p,
		.begin_ns = T0_NS,
		.ns = ns,
		.probe = probe,
	};

	ledger_desk__record(ledger, &call, sizeof(call));
}

static void sums_are_weighted(void **state)
{
	struct ledger_desk *ledger = *state;
	struct written written;
	const struct store_probe_call *row;

	open_points(ledger);
	ledger_desk__found(ledger, TID, 'S', -1);
	record_calls(ledger, TID, WF_PROBE_DPUT, 5);
	record_calls(ledger, TID, WF_PROBE_DPUT, 2);
	record_call(ledger, WF_PROBE_DPUT, 100, 0);
	record_call(ledger, WF_PROBE_DPUT, 1000, HALF);
	record_call(ledger, WF_PROBE_DPUT, 10, HALF / 2);
	written = finish(ledger);
	assert_int_equal(written.calls->len, 1);
	row = &g_array_index(written.calls, struct store_probe_call, 0);
	assert_int_equal(row->calls, 7);
	assert_int_equal(row->timed, 3);
	assert_int_equal(row->ns, 1110);
	assert_int_equal(row->max_ns, 1000);
	assert_float_equal(row->weight, 1 + 2 + 4, 1e-9);
	assert_float_equal(row->ns_weight, 100 + 2000 + 40, 1e-9);
	/* (1 - p) / p^2: 0 for 1, 2 for 1/2, 12 for 1/4 */
	assert_float_equal(row->spread, 2 + 12, 1e-9);
	assert_float_equal(row->ns_spread, 2 * 1000 + 12 * 10, 1e-9);
	assert_float_equal(row->ns2_spread, 2 * 1e6 + 12 * 100, 1e-9);
	assert_int_equal(written.lengths->len, 3);
	written__free(&written);
}

/* It must not cost the capture. */
static void a_contradiction_is_a_loss(void **state)
{
	struct ledger_desk *ledger = *state;
	struct written written;
	const struct store_probe_call *row;

	open_points(ledger);
	ledger_desk__found(ledger, TID, 'S', -1);
	record_calls(ledger, TID, WF_PROBE_DPUT, 1);
	for (int i = 0; i < 3; i++)
		record_call(ledger, WF_PROBE_DPUT, 100, HALF);
	record_call(ledger, WF_PROBE_OPENAT, 7, 0);
	assert_int_equal(probe_book__uncounted(ledger->books.calls), 0);
	written = finish(ledger);
	assert_int_equal(probe_book__uncounted(ledger->books.calls), 2 + 1);
	assert_int_equal(written.calls->len, 2);
	for (guint i = 0; i < 2; i++) {
		row = &g_array_index(written.calls, struct store_probe_call, i);
		assert_int_equal(row->calls, row->timed);
	}
	written__free(&written);
}

static void calls_of_strangers_are_told(void **state)
{
	struct ledger_desk *ledger = *state;
	struct written written;

	open_points(ledger);
	record_calls(ledger, TID, WF_PROBE_OPENAT, 3);
	written = finish(ledger);
	assert_int_equal(ledger->books.unknown_calls, 3);
	assert_int_equal(written.calls->len, 0);
	written__free(&written);
}

static void threads_and_points_stay_apart(void **state)
{
	struct ledger_desk *ledger = *state;
	struct written written;

	open_points(ledger);
	ledger_desk__found(ledger, TID, 'S', -1);
	ledger_desk__found(ledger, TID + 1, 'S', -1);
	record_calls(ledger, TID, WF_PROBE_OPENAT, 1);
	record_calls(ledger, TID + 1, WF_PROBE_OPENAT, 2);
	record_calls(ledger, TID, WF_PROBE_INODE_LOCK, 4);
	written = finish(ledger);
	assert_int_equal(written.calls->len, 3);
	assert_int_equal(written.lengths->len, 0);
	written__free(&written);
}

static void a_stack_has_its_slice_and_weight(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_stack stack = {
		.type = WF_RECORD_CALL_STACK,
		.tid = TID,
		.tgid = PID,
		.time_ns = T0_NS + 3 * SLICE_NS,
		.probability = HALF,
		.syscall = -1,
		.lock_wait_ns = 500,
		.state = WF_PROBE_FUTEX_WAIT,
		.futex_op = -1,
		.user_frames = 1,
		.frames = {0x1000},
	};
	const struct store_probe_evidence *row;
	struct written written;

	open_points(ledger);
	ledger_desk__found(ledger, TID, 'S', -1);
	ledger_desk__record(ledger, &stack, sizeof(stack));
	written = finish(ledger);
	assert_int_equal(written.stacks->len, 1);
	row = &g_array_index(written.stacks, struct store_probe_evidence, 0);
	assert_int_equal(row->slice, 4);
	assert_int_equal(row->count, 1);
	assert_int_equal(row->ns, 500);
	assert_float_equal(row->weight, 1000, 1e-9);
	written__free(&written);
}

/* Every length is in one bucket, and the buckets leave no gap. */
static void buckets_cover_all_lengths(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 480; i++) {
		int64_t from = call_length__from(i), below = call_length__from(i + 1);

		assert_true(from < below);
		assert_int_equal(call_length__bucket(from), i);
		assert_int_equal(call_length__bucket(below - 1), i);
		if (from >= 8)
			assert_true((below - from) * 8 <= from);
	}
	for (int i = 0; i < 100000; i++) {
		int64_t ns = (int64_t)(desk__random(&seed) >> (1 + desk__random(&seed) % 62));
		unsigned bucket = call_length__bucket(ns);

		assert_true(call_length__from(bucket) <= ns);
		if (bucket < 480)
			assert_true(ns < call_length__from(bucket + 1));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sums_are_weighted, ledger_desk__setup,
						ledger_desk__teardown),
		cmocka_unit_test_setup_teardown(a_contradiction_is_a_loss, ledger_desk__setup,
						ledger_desk__teardown),
		cmocka_unit_test_setup_teardown(calls_of_strangers_are_told, ledger_desk__setup,
						ledger_desk__teardown),
		cmocka_unit_test_setup_teardown(threads_and_points_stay_apart, ledger_desk__setup,
						ledger_desk__teardown),
		cmocka_unit_test_setup_teardown(a_stack_has_its_slice_and_weight,
						ledger_desk__setup, ledger_desk__teardown),
		cmocka_unit_test(buckets_cover_all_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
