// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the calls of living threads are when the window ends. */
#include "desk.h"

#include "collector/callers.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CALLERS 3
#define CLOSES_NS 5000

struct taken {
	uint64_t calls[WF_PROBES];
	int threads;
	struct wf_call open[WF_PROBES];
	int open_count;
	uint64_t unended;
};

static void take(void *ctx, const void *record, size_t size)
{
	struct taken *taken = ctx;
	uint32_t type = *(const uint32_t *)record;

	if (type == WF_RECORD_CALL) {
		assert_int_equal(size, sizeof(struct wf_call));
		assert_true(taken->open_count < WF_PROBES);
		memcpy(&taken->open[taken->open_count++], record, size);
		return;
	}
	assert_int_equal(type, WF_RECORD_CALLS);
	assert_int_equal(size, sizeof(struct wf_calls));
	taken->threads++;
	for (int i = 0; i < WF_PROBES; i++)
		taken->calls[i] += ((const struct wf_calls *)record)->calls[i];
}

/* Two threads of which one is in a timed call of each of three points, and a free row. */
static void fill(int fd)
{
	struct wf_caller rows[CALLERS] = {{.tid = 11, .tgid = 10}, {.tid = 0}, {.tid = 12}};

	rows[0].points[WF_PROBE_OPENAT] =
		(struct wf_point){.calls = 8, .frame = 1, .since_ns = 4000, .halvings = 2};
	rows[0].points[WF_PROBE_DPUT] = (struct wf_point){.calls = 2, .frame = 1, .since_ns = 4500};
	rows[0].points[WF_PROBE_FD_ALLOC] =
		(struct wf_point){.calls = 1, .frame = 1, .since_ns = 4900};
	rows[1].points[WF_PROBE_OPENAT].calls = 99;
	/* Open, but not timed. */
	rows[2].points[WF_PROBE_OPENAT] = (struct wf_point){.calls = 3, .frame = 1};
	assert_int_equal(write(fd, rows, sizeof(rows)), sizeof(rows));
}

static struct taken end_with(enum store_backend backend, bool runs_missed)
{
	const struct probe_status status = {.backend = backend, .counts = COUNTS_CALLS};
	struct probe_set *set = probe_set__new();
	const struct callers_end end = {.set = set, .runs_missed = runs_missed, .t1_ns = CLOSES_NS};
	int fd = memfd_create("callers", MFD_CLOEXEC);
	struct callers *callers;
	struct taken taken = {0};

	assert_true(fd >= 0);
	fill(fd);
	for (int probe = 0; probe < WF_PROBES; probe++)
		probe_set__take(set, (enum wf_probe)probe, &status);
	assert_int_equal(callers__open(&callers, fd, CALLERS), 0);
	callers__take(callers, &end, take, &taken, &taken.unended);
	callers__close(callers);
	probe_set__free(set);
	close(fd);
	assert_int_equal(taken.threads, 2);
	assert_int_equal(taken.calls[WF_PROBE_OPENAT], 11);
	assert_int_equal(taken.calls[WF_PROBE_DPUT], 2);
	assert_int_equal(taken.calls[WF_PROBE_FD_ALLOC], 1);
	return taken;
}

static void an_open_call_is_cut_off(void **state)
{
	static const enum store_backend backends[] = {BACKEND_FENTRY, BACKEND_TRACEPOINT};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(backends); i++) {
		struct taken taken = end_with(backends[i], false);

		assert_int_equal(taken.unended, 0);
		assert_int_equal(taken.open_count, 3);
		assert_int_equal(taken.open[0].probe, WF_PROBE_OPENAT);
		assert_int_equal(taken.open[0].tid, 11);
		assert_int_equal(taken.open[0].tgid, 10);
		assert_int_equal(taken.open[0].begin_ns, 4000);
		assert_int_equal(taken.open[0].ns, 1000);
		assert_int_equal(taken.open[0].probability, 1U << 30);
		assert_int_equal(taken.open[1].ns, 100);
		assert_int_equal(taken.open[2].ns, 500);
		assert_int_equal(taken.open[2].probability, 0); /* for 1 */
	}
}

/* It may be over since long. */
static void one_whose_end_may_be_missed_is_not(void **state)
{
	static const struct {
		enum store_backend backend;
		bool runs_missed;
	} cases[] = {
		{BACKEND_FENTRY, true},
		{BACKEND_TRACEPOINT, true},
		{BACKEND_KPROBE, false},
		{BACKEND_KPROBE_MULTI, false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct taken taken = end_with(cases[i].backend, cases[i].runs_missed);

		assert_int_equal(taken.open_count, 0);
		assert_int_equal(taken.unended, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_open_call_is_cut_off),
		cmocka_unit_test(one_whose_end_may_be_missed_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
