// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The kernel's count of waits for a CPU: what a reading is good for, and when there is time for it.
 */
#include "desk.h"

#include "collector/engine_perf.h"
#include "collector/perf_waits.h"

#include <unistd.h>

/* Waited once; slept a second. */
static struct perf_thread self(void)
{
	struct perf_thread thread = {
		.number = (uint32_t)gettid(),
		.slot = perf_slot__new((uint32_t)gettid(), (uint32_t)getpid(), 0),
	};

	thread.slot.strata[0] = (struct wf_stratum){
		.key = WF_KEY(WF_INTERRUPTIBLE, 0, 0), .count = 1, .ns = 1000000000};
	perf_waits__count(&thread, 1, true);
	return thread;
}

/* It is of before the window also where it was read twice before it could be compared. */
static void the_first_count_is_not_made_up_for(void **state)
{
	struct perf_thread thread = self();

	(void)state;
	thread.waits.is_first = true;
	perf_waits__read(&thread);
	perf_waits__read(&thread);
	thread.waits.kernel_ns = 5000;
	perf_waits__compare(&thread, UINT64_MAX);
	assert_int_equal(thread.slot.strata[0].runqueue_ns, 0);
	assert_int_equal(thread.run_delay_ns, 5000);
	perf_waits__count(&thread, 1, true);
	perf_waits__read(&thread);
	thread.waits.kernel_ns = 5700;
	perf_waits__compare(&thread, UINT64_MAX);
	assert_int_equal(thread.slot.strata[0].runqueue_ns, 700);
}

/* Nor where it was of no use: then the next one is the first. */
static void a_first_count_of_no_use_is_followed_by_a_first(void **state)
{
	struct perf_thread thread = self();

	(void)state;
	thread.waits.is_first = true;
	perf_waits__read(&thread);
	perf_waits__compare(&thread, thread.waits.to_ns);
	assert_true(perf_waits__are_to_be_read(&thread));
	perf_waits__read(&thread);
	thread.waits.kernel_ns = 5000;
	perf_waits__compare(&thread, UINT64_MAX);
	assert_int_equal(thread.slot.strata[0].runqueue_ns, 0);
	assert_int_equal(thread.run_delay_ns, 5000);
}

#define THREADS 60000 /* none of them is there: of each that is found out in its turn */

static void wait_once(void *ctx, struct perf_thread *thread)
{
	(void)ctx;
	perf_waits__count(thread, 1, false);
}

static void count_first(void *ctx, struct perf_thread *thread)
{
	*(unsigned int *)ctx += thread->waits.is_first;
}

static void a_turn_leaves_the_rest_to_the_next(void **state)
{
	const struct perf_window window = {.start_ns = 1, .end_ns = UINT64_MAX, .slice_ns = 1};
	const struct perf_sink sink = {0};
	struct engine_perf engine = {
		.ledger = perf_ledger__new(1, THREADS + 1, &window, &sink),
		.unread = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.start_ns = 1,
		.end_ns = UINT64_MAX,
		.waits_due_ns = 1,
	};
	unsigned int first = 0;
	guint left;

	(void)state;
	for (uint32_t i = 1; i <= THREADS; i++)
		perf_ledger__add_thread(engine.ledger, UINT32_MAX, i, 0);
	perf_ledger__each_thread(engine.ledger, wait_once, NULL);
	engine_perf__read_waits(&engine, 1);
	perf_ledger__each_thread(engine.ledger, count_first, &first);
	assert_int_equal(first, THREADS);
	left = engine.unread->len;
	assert_in_range(left, 1, THREADS - 1);
	/* Not before it is due. */
	engine_perf__read_waits(&engine, engine.waits_due_ns - 1);
	assert_int_equal(engine.unread->len, left);
	while (left) {
		engine_perf__read_waits(&engine, engine.waits_due_ns);
		assert_true(engine.unread->len < left);
		left = engine.unread->len;
	}
	/* And once more as the window closes. */
	engine.end_ns = engine.waits_due_ns;
	engine_perf__read_waits(&engine, engine.end_ns);
	assert_in_range(engine.unread->len, 1, THREADS - 1);
	assert_int_equal(engine.waits_due_ns, UINT64_MAX);
	g_array_unref(engine.unread);
	perf_ledger__free(engine.ledger);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_count_is_not_made_up_for),
		cmocka_unit_test(a_first_count_of_no_use_is_followed_by_a_first),
		cmocka_unit_test(a_turn_leaves_the_rest_to_the_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
