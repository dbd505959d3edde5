// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What records become in the ledger and the evidence, one case at a time. */
#include "ledger_desk.h"

#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define TID 101

static void assert_ledger(const struct rows *rows, store_id slice, int kind, int64_t count,
			  int64_t ns, int64_t runqueue_ns)
{
	struct ledger_sum sum = rows__ledger(rows, -1, slice, kind);

	assert_int_equal(sum.count, count);
	assert_int_equal(sum.ns, ns);
	assert_int_equal(sum.runqueue_ns, runqueue_ns);
}

static void sums_of_a_slice(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.slice = 3;
	slot.run_ns = 400;
	slot.run_count = 4;
	slot__add(&slot, WF_KEY(WF_INTERRUPTIBLE, 5, 202), 100, 30, 2);
	slot__add(&slot, WF_KEY(WF_IO_WAIT, 6, WF_SYSCALL_COMPAT | 3), 70, 7, 1);
	slot.spilled[WF_PREEMPTED] = (struct wf_stratum){.count = 3, .ns = 11};
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.ledger->len, 4);
	assert_ledger(&rows, 4, STATE_RUNNING, 4, 400, 0);
	assert_ledger(&rows, 4, STATE_INTERRUPTIBLE, 2, 100, 30);
	assert_ledger(&rows, 4, STATE_IO_WAIT, 1, 70, 7);
	assert_ledger(&rows, 4, STATE_PREEMPTED, 3, 11, 0);
	for (guint i = 0; i < rows.ledger->len; i++) {
		const struct store_ledger *row =
			&g_array_index(rows.ledger, struct store_ledger, i);

		if (row->state == STATE_INTERRUPTIBLE) {
			assert_int_equal(row->syscall, 202);
			assert_int_equal(row->class, 5);
		} else if (row->state == STATE_IO_WAIT) {
			assert_int_equal(row->syscall, SYSCALL_COMPAT | 3);
		} else {
			assert_int_equal(row->syscall, SYSCALL_NONE);
		}
	}
	rows__free(&rows);
}

static void a_span_and_a_run_cross_slices(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.flags = WF_THREAD_CROSSED;
	slot.cross_off_ns = T0_NS + 900;
	slot.cross_on_ns = T0_NS + 2500;
	slot.cross_runqueue_ns = 700; /* woken at 1800 */
	slot.cross_leave_ns = T0_NS + 3100;
	slot.cross_key = WF_KEY(WF_UNINTERRUPTIBLE, 10, 257);
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, 1, STATE_UNINTERRUPTIBLE, 1, 100, 0);
	assert_ledger(&rows, 2, STATE_UNINTERRUPTIBLE, 0, 800, 200);
	assert_ledger(&rows, 3, STATE_UNINTERRUPTIBLE, 0, 0, 500);
	assert_ledger(&rows, 3, STATE_RUNNING, 1, 500, 0);
	assert_ledger(&rows, 4, STATE_RUNNING, 0, 100, 0);
	rows__free(&rows);
}

static void a_crossing_span_from_before_has_no_count(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.flags = WF_THREAD_CROSSED;
	slot.cross_off_ns = T0_NS;
	slot.cross_on_ns = T0_NS + 1000;
	slot.cross_leave_ns = T0_NS + 1001;
	slot.cross_key = WF_KEY(WF_INTERRUPTIBLE, 9, 0) | 1U << 31;
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, -1, STATE_INTERRUPTIBLE, 0, 1000, 0);
	assert_ledger(&rows, 2, STATE_RUNNING, 1, 1, 0);
	rows__free(&rows);
}

static void a_sleeper_from_before_the_window(void **state)
{
	struct ledger_desk *ledger = *state;
	struct thread *thread = ledger_desk__found(ledger, TID, 'D', SYS_read);
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS + 1500);
	const struct store_evidence *evidence;
	struct rows rows;

	thread->snapshot->books.runqueue_ns = 5000;
	slot.first_run_delay = 5600;
	ledger_desk__record(ledger, &slot, sizeof(slot));
	ledger_desk__record(ledger, &slot, sizeof(slot)); /* opened only once */
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, 1, STATE_UNINTERRUPTIBLE, 0, 900, 100);
	assert_ledger(&rows, 2, STATE_UNINTERRUPTIBLE, 0, 0, 500);
	assert_int_equal(rows.ledger->len, 2);
	assert_int_equal(g_array_index(rows.ledger, struct store_ledger, 0).syscall, SYS_read);
	/* The place that /proc told, for all of it. */
	assert_int_equal(rows.evidence->len, 2);
	evidence = &g_array_index(rows.evidence, struct store_evidence, 0);
	assert_true(fabs(evidence->weight - 900) < 1e-9);
	assert_int_equal(evidence->futex_op, FUTEX_OP_NONE);
	rows__free(&rows);
}

static void a_sleeper_in_futex_tells_the_operation(void **state)
{
	struct ledger_desk *ledger = *state;
	struct thread *thread = ledger_desk__found(ledger, TID, 'S', SYS_futex);
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS + 10);
	struct rows rows;

	thread->snapshot->sleep.args[1] = FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG;
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.evidence->len, 1);
	assert_int_equal(g_array_index(rows.evidence, struct store_evidence, 0).futex_op,
			 FUTEX_WAIT_BITSET);
	rows__free(&rows);
}

static void a_newborn_waits_for_a_cpu(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS + 300, T0_NS + 450);
	const struct store_thread *thread;
	struct rows rows;

	ledger_desk__birth(ledger, PID, TID, T0_NS + 300);
	slot.run_ns = 50;
	slot.run_count = 1;
	slot.flags = WF_THREAD_EXITED;
	slot.end_ns = T0_NS + 500;
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows__ledger(&rows, -1, 1, -1).runqueue_ns, 150);
	assert_ledger(&rows, 1, STATE_RUNNING, 1, 50, 0);
	assert_int_equal(rows__ledger(&rows, -1, -1, -1).ns, 50);
	assert_int_equal(rows.threads->len, 1);
	thread = &g_array_index(rows.threads, struct store_thread, 0);
	assert_true(thread->born && thread->ended);
	assert_int_equal(thread->start_ns, T0_NS + 300);
	assert_int_equal(thread->end_ns, T0_NS + 500);
	rows__free(&rows);
}

static void a_child_process_is_born(void **state)
{
	struct ledger_desk *ledger = *state;
	struct process *child;

	ledger_desk__birth(ledger, 200, 200, T0_NS + 40);
	child = roster__process(ledger->books.roster, 200);
	assert_non_null(child);
	assert_int_equal(child->parent, PID);
	assert_int_equal(child->start_ns, T0_NS + 40);
	ledger_desk__birth(ledger, 200, 201, T0_NS + 50);
	assert_ptr_equal(roster__find_thread(ledger->books.roster, 201)->process, child);
}

static void ended_before_the_window(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 900, T0_NS - 800);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.flags = WF_THREAD_EXITED;
	slot.end_ns = T0_NS - 1;
	ledger_desk__record(ledger, &slot, sizeof(slot));
	books__close_unseen(&ledger->books, roster__find_thread(ledger->books.roster, TID),
			    &(struct standing){.t1_ns = T1_NS});
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.ledger->len, 0);
	assert_int_equal(rows.threads->len, 0);
	rows__free(&rows);
}

static void close_one(struct ledger_desk *ledger, const struct wf_thread *slot, int64_t on_ns,
		      int64_t runqueue_ns)
{
	struct standing standing = {.t1_ns = T1_NS, .on_ns = on_ns};

	standing.books.runqueue_ns = runqueue_ns;
	books__close_slot(&ledger->books, slot, &standing);
}

static void closing_blocked(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.off_ns = T1_NS - 1200;
	slot.state = WF_INTERRUPTIBLE;
	slot.syscall = 7;
	close_one(ledger, &slot, 0, -1);
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, SLICES - 1, STATE_INTERRUPTIBLE, 1, 200, 0);
	assert_ledger(&rows, SLICES, STATE_INTERRUPTIBLE, 0, 1000, 0);
	assert_int_equal(rows.ledger->len, 2);
	rows__free(&rows);
}

static void closing_running(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.off_ns = T0_NS - 500; /* before the window: no count */
	slot.run_delay = 1000;
	slot.state = WF_INTERRUPTIBLE;
	close_one(ledger, &slot, T0_NS + 100, 1030);
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, 1, STATE_INTERRUPTIBLE, 0, 70, 30);
	assert_ledger(&rows, 1, STATE_RUNNING, 1, 900, 0);
	assert_ledger(&rows, -1, STATE_RUNNING, 1, T1_NS - T0_NS - 100, 0);
	rows__free(&rows);
}

/* Moved to another run queue in its sleep: the kernel's count of its waits has that sleep, too. */
static void closing_running_after_a_move_asleep(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS - 5);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot.off_ns = T0_NS - 500;
	slot.run_delay = 1000;
	slot.state = WF_INTERRUPTIBLE;
	slot.moved_asleep = 1;
	close_one(ledger, &slot, T0_NS + 100, 1600);
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, 1, STATE_INTERRUPTIBLE, 0, 100, 0);
	rows__free(&rows);
}

static void never_left_its_cpu(void **state)
{
	struct ledger_desk *ledger = *state;
	struct thread *thread = ledger_desk__found(ledger, TID, 'R', -1);
	struct standing standing = {.t1_ns = T1_NS};
	struct rows rows;

	thread->snapshot->books.run_ns = 10;
	standing.books.run_ns = 1000000;
	books__close_unseen(&ledger->books, thread, &standing);
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, -1, STATE_RUNNING, 1, T1_NS - T0_NS, 0);
	assert_int_equal(rows__ledger(&rows, -1, -1, -1).ns, T1_NS - T0_NS);
	rows__free(&rows);
}

static void slept_all_along(void **state)
{
	struct ledger_desk *ledger = *state;
	struct thread *thread = ledger_desk__found(ledger, TID, 'S', SYS_pause);
	struct standing standing = {.t1_ns = T1_NS};
	struct rows rows;

	books__close_unseen(&ledger->books, thread, &standing);
	books__close_unseen(&ledger->books, thread, &standing); /* only once */
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, -1, STATE_INTERRUPTIBLE, 0, T1_NS - T0_NS, 0);
	assert_ledger(&rows, -1, STATE_RUNNING, 0, 0, 0);
	rows__free(&rows);
}

/* Births are seen before switches are: who has come and gone in between has no time in the window.
 */
static void gone_before_switches_were_seen(void **state)
{
	struct ledger_desk *ledger = *state;
	struct standing standing = {.t1_ns = T1_NS, .gone = true};
	struct thread *born, *found = ledger_desk__found(ledger, TID, 'S', SYS_pause);
	struct rows rows;

	ledger_desk__birth(ledger, 200, 200, T0_NS - 40);
	born = roster__find_thread(ledger->books.roster, 200);
	books__close_unseen(&ledger->books, born, &standing);
	/* One that was there when they were has slept until the end, and ended right behind it. */
	books__close_unseen(&ledger->books, found, &standing);
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.threads->len, 1);
	assert_ledger(&rows, -1, STATE_INTERRUPTIBLE, 0, T1_NS - T0_NS, 0);
	assert_int_equal(rows__ledger(&rows, -1, -1, -1).ns, T1_NS - T0_NS);
	rows__free(&rows);
}

static void woken_and_on_at_the_end(void **state)
{
	struct ledger_desk *ledger = *state;
	struct thread *thread = ledger_desk__found(ledger, TID, 'S', SYS_pause);
	struct standing standing = {.t1_ns = T1_NS, .on_ns = T1_NS - 300};
	struct rows rows;

	thread->snapshot->books.runqueue_ns = 50;
	standing.books.runqueue_ns = 90;
	books__close_unseen(&ledger->books, thread, &standing);
	rows = ledger_desk__rows(ledger);
	assert_ledger(&rows, -1, STATE_INTERRUPTIBLE, 0, T1_NS - T0_NS - 340, 40);
	assert_ledger(&rows, -1, STATE_RUNNING, 1, 300, 0);
	rows__free(&rows);
}

static struct wf_stack stack_of(uint32_t sequence, uint32_t probability)
{
	struct wf_stack stack = {
		.type = WF_RECORD_STACK,
		.tid = TID,
		.tgid = PID,
		.sequence = sequence,
		.time_ns = T0_NS + 100,
		.probability = probability,
		.syscall = 7,
		.state = WF_INTERRUPTIBLE,
		.futex_op = -1,
		.user_frames = 1,
	};

	stack.frames[0] = 0x1234;
	return stack;
}

static struct wf_span span_of(uint32_t sequence, uint32_t probability)
{
	return (struct wf_span){
		.type = WF_RECORD_SPAN,
		.tid = TID,
		.tgid = PID,
		.sequence = sequence,
		.off_ns = T0_NS + 100,
		.on_ns = T0_NS + 1100,
		.runqueue_ns = 40,
		.syscall = 7,
		.state = WF_INTERRUPTIBLE,
		.drawn = 1,
		.probability = probability,
	};
}

static void a_drawn_span_speaks_for_its_like(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_stack stack = stack_of(5, 1U << 30); /* p = 1/4 */
	struct wf_span span = span_of(5, 1U << 30);
	const struct store_evidence *evidence;
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	ledger_desk__record(ledger, &stack, sizeof(stack));
	ledger_desk__record(ledger, &span, sizeof(span));
	assert_int_equal(ledger->books.unmatched, 0);
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.evidence->len, 2);
	evidence = &g_array_index(rows.evidence, struct store_evidence, 0);
	assert_int_equal(evidence->slice, 1);
	assert_int_equal(evidence->count, 1);
	assert_int_equal(evidence->ns, 900);
	assert_true(fabs(evidence->weight - 3600) < 1e-9);
	assert_int_equal(evidence->syscall, 7);
	assert_int_equal(evidence->class, 9);
	evidence = &g_array_index(rows.evidence, struct store_evidence, 1);
	assert_int_equal(evidence->slice, 2);
	assert_int_equal(evidence->count, 0);
	assert_int_equal(evidence->ns, 60);
	assert_int_equal(evidence->runqueue_ns, 40);
	assert_true(fabs(evidence->runqueue_weight - 160) < 1e-9);
	rows__free(&rows);
}

static void a_span_without_its_stack_is_counted(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_stack stack = stack_of(5, 0);
	struct wf_span span = span_of(6, 0);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	ledger_desk__record(ledger, &stack, sizeof(stack));
	ledger_desk__record(ledger, &span, sizeof(span));
	assert_int_equal(ledger->books.unmatched, 1);
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.evidence->len, 0);
	rows__free(&rows);
}

static void long_spans_are_kept_with_their_times(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_span span = span_of(1, 0);
	const struct store_span *kept;
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	span.drawn = 0;
	span.on_ns = span.off_ns + 10000000 - 1;
	ledger_desk__record(ledger, &span, sizeof(span)); /* one ns too short */
	span.on_ns++;
	ledger_desk__record(ledger, &span, sizeof(span));
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.spans->len, 1);
	kept = &g_array_index(rows.spans, struct store_span, 0);
	assert_int_equal(kept->start_ns, T0_NS + 100);
	assert_int_equal(kept->end_ns - kept->start_ns, 10000000);
	assert_int_equal(kept->runqueue_ns, 40);
	assert_int_equal(kept->stack, 0);
	rows__free(&rows);
}

static void samples_of_known_threads_only(void **state)
{
	struct ledger_desk *ledger = *state;
	const uint64_t chain[] = {(uint64_t)-512, 0x1234}; /* PERF_CONTEXT_USER */
	struct clock_event event = {
		.type = CLOCK_SAMPLE,
		.time_ns = T0_NS + 1500,
		.pid = PID,
		.tid = TID,
		.period = 777,
		.chain = chain,
		.chain_length = G_N_ELEMENTS(chain),
	};
	const struct store_evidence *evidence;
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	books__sample(&ledger->books, &event, 127);
	event.time_ns = T0_NS - 1;
	books__sample(&ledger->books, &event, 127); /* before the window */
	event.time_ns = T0_NS + 1500;
	event.pid = event.tid = 999;
	books__sample(&ledger->books, &event, 127); /* somebody else */
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.evidence->len, 1);
	evidence = &g_array_index(rows.evidence, struct store_evidence, 0);
	assert_int_equal(evidence->slice, 2);
	assert_int_equal(evidence->state, STATE_RUNNING);
	assert_int_equal(evidence->ns, 777);
	assert_true(fabs(evidence->weight - 777) < 1e-9);
	rows__free(&rows);
}

static void unknown_records_are_left(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_birth record = {.type = 0, .tid = 5};
	struct rows rows;

	ledger_desk__record(ledger, &record, sizeof(record));
	record.type = 77;
	ledger_desk__record(ledger, &record, sizeof(record));
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.threads->len, 0);
	rows__free(&rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ledger_desk__setup, ledger_desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sums_of_a_slice),
		TEST(a_span_and_a_run_cross_slices),
		TEST(a_crossing_span_from_before_has_no_count),
		TEST(a_sleeper_from_before_the_window),
		TEST(a_sleeper_in_futex_tells_the_operation),
		TEST(a_newborn_waits_for_a_cpu),
		TEST(a_child_process_is_born),
		TEST(ended_before_the_window),
		TEST(closing_blocked),
		TEST(closing_running),
		TEST(closing_running_after_a_move_asleep),
		TEST(never_left_its_cpu),
		TEST(slept_all_along),
		TEST(gone_before_switches_were_seen),
		TEST(woken_and_on_at_the_end),
		TEST(a_drawn_span_speaks_for_its_like),
		TEST(a_span_without_its_stack_is_counted),
		TEST(long_spans_are_kept_with_their_times),
		TEST(samples_of_known_threads_only),
		TEST(unknown_records_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
