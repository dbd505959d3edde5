// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What perf events tell becomes the records that the books know, also where records are missing:
 * the states of a thread sum to its life.
 */
#include "ledger_desk.h"

#include "collector/perf_calls.h"
#include "collector/perf_ledger.h"
#include "collector/perf_locks.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>

#define CPUS 3
#define A 201
#define B 202
#define STRANGER 77

struct scene {
	struct ledger_desk *desk;
	struct perf_ledger *ledger;
	GPtrArray *stacks; /* struct wf_stack, copied */
	GPtrArray *spans; /* struct wf_span */
	GArray *calls; /* struct wf_call */
	struct wf_calls counts;
};

static void keep(void *ctx, const void *record, size_t size)
{
	struct scene *scene = ctx;
	uint32_t type = *(const uint32_t *)record;

	if (type == WF_RECORD_CALL) {
		g_array_append_vals(scene->calls, record, 1);
		return;
	}
	if (type == WF_RECORD_CALLS) {
		scene->counts = *(const struct wf_calls *)record;
		return;
	}
	if (type == WF_RECORD_STACK || type == WF_RECORD_LOCK_STACK)
		g_ptr_array_add(scene->stacks, g_memdup2(record, size));
	if (type == WF_RECORD_SPAN)
		g_ptr_array_add(scene->spans, g_memdup2(record, size));
	ledger_desk__record(scene->desk, record, size);
}

static int setup(void **state)
{
	struct scene *scene = g_new0(struct scene, 1);
	const struct perf_window window = {
		.start_ns = T0_NS,
		.end_ns = T1_NS,
		.slice_ns = SLICE_NS,
		.long_span_ns = 100 * SLICE_NS,
	};
	const struct perf_sink sink = {.emit = keep, .ctx = scene};
	void *desk;

	ledger_desk__setup(&desk);
	scene->desk = desk;
	scene->ledger = perf_ledger__new(CPUS, 4096, &window, &sink);
	perf_ledger__add_process(scene->ledger, PID);
	scene->stacks = g_ptr_array_new_with_free_func(g_free);
	scene->spans = g_ptr_array_new_with_free_func(g_free);
	scene->calls = g_array_new(FALSE, FALSE, sizeof(struct wf_call));
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	void *desk = scene->desk;

	perf_ledger__free(scene->ledger);
	g_ptr_array_free(scene->stacks, TRUE);
	g_ptr_array_free(scene->spans, TRUE);
	g_array_free(scene->calls, TRUE);
	g_free(scene);
	return ledger_desk__teardown(&desk);
}

/* at: ns after the window opened. */
static struct perf_moment moment(uint32_t cpu, int64_t at)
{
	return (struct perf_moment){.cpu = cpu, .time_ns = (uint64_t)(T0_NS + at)};
}

static void found(struct scene *scene, uint32_t tid, char letter)
{
	ledger_desk__found(scene->desk, (pid_t)tid, letter, -1);
	perf_ledger__add_thread(scene->ledger, PID, tid, 0);
}

static void switches(struct scene *scene, uint32_t cpu, int64_t at, uint32_t prev, uint8_t state,
		     uint32_t next)
{
	const struct perf_moment now = moment(cpu, at);
	const struct perf_switch what = {
		.prev = prev, .next = next, .prev_state = state, .prev_comm = "worker"};

	perf_ledger__switch(scene->ledger, &now, &what);
}

static void wakes(struct scene *scene, uint32_t cpu, int64_t at, uint32_t tid)
{
	const struct perf_moment now = moment(cpu, at);

	perf_ledger__woke(scene->ledger, &now, tid, cpu);
}

static void charges(struct scene *scene, uint32_t cpu, int64_t at, uint32_t tid, uint64_t ns)
{
	const struct perf_moment now = moment(cpu, at);

	perf_ledger__ran(scene->ledger, &now, tid, ns);
}

struct closing {
	struct scene *scene;
	GHashTable *on_cpu;
};

static void take_cpu(void *ctx, const struct wf_cpu *cpu)
{
	const struct closing *closing = ctx;

	if (cpu->on_ns && cpu->tid)
		g_hash_table_insert(closing->on_cpu, GUINT_TO_POINTER(cpu->tid),
				    g_memdup2(&cpu->on_ns, sizeof(cpu->on_ns)));
}

static struct standing standing_of(const struct closing *closing, uint32_t number)
{
	const uint64_t *on_ns = g_hash_table_lookup(closing->on_cpu, GUINT_TO_POINTER(number));

	return (struct standing){.t1_ns = T1_NS, .on_ns = on_ns ? (int64_t)*on_ns : 0};
}

static void close_slot(void *ctx, struct perf_thread *thread)
{
	const struct closing *closing = ctx;
	struct standing standing = standing_of(closing, thread->number);

	standing.books.runqueue_ns = (int64_t)(thread->slot.run_delay + thread->wait_ns);
	if (thread->slot.off_ns)
		books__close_slot(&closing->scene->desk->books, &thread->slot, &standing);
}

static int close_unseen(void *ctx, struct thread *thread)
{
	const struct closing *closing = ctx;
	struct standing standing = standing_of(closing, (uint32_t)thread->number);

	books__close_unseen(&closing->scene->desk->books, thread, &standing);
	return 0;
}

static struct rows close_scene(struct scene *scene)
{
	struct closing closing = {
		.scene = scene,
		.on_cpu = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free),
	};

	perf_ledger__each_cpu(scene->ledger, take_cpu, &closing);
	perf_ledger__each_thread(scene->ledger, close_slot, &closing);
	roster__each_thread(scene->desk->books.roster, close_unseen, &closing);
	g_hash_table_destroy(closing.on_cpu);
	return ledger_desk__rows(scene->desk);
}

static struct ledger_sum sum_of(struct scene *scene, const struct rows *rows, uint32_t tid,
				int state)
{
	struct thread *thread = roster__find_thread(scene->desk->books.roster, (pid_t)tid);

	return rows__ledger(rows, thread->id, -1, state);
}

static void assert_conserved(const struct rows *rows)
{
	for (guint i = 0; i < rows->threads->len; i++) {
		const struct store_thread *thread =
			&g_array_index(rows->threads, struct store_thread, i);
		struct ledger_sum all = rows__ledger(rows, i + 1, -1, -1);

		assert_int_equal(all.ns + all.runqueue_ns, thread->end_ns - thread->start_ns);
	}
}

/* Asleep; woken, runs, loses its CPU, sleeps in futex(2), ends. */
static void a_life_is_booked_as_it_was(void **state)
{
	struct scene *scene = *state;
	const struct perf_call futex = {.syscall = SYS_futex, .futex_op = FUTEX_WAIT};
	struct rows rows;

	found(scene, A, 'S');
	switches(scene, 0, -500, STRANGER, WF_INTERRUPTIBLE, STRANGER + 1);
	wakes(scene, 0, 700, A);
	switches(scene, 0, 1000, STRANGER + 1, WF_PREEMPTED, A);
	switches(scene, 0, 3500, A, WF_PREEMPTED, STRANGER);
	switches(scene, 0, 4000, STRANGER, WF_INTERRUPTIBLE, A);
	perf_calls__enter(perf_ledger__thread(scene->ledger, A), T0_NS + 4100, &futex);
	switches(scene, 0, 4500, A, WF_INTERRUPTIBLE, 0);
	wakes(scene, 1, 9000, A);
	switches(scene, 1, 9250, 0, WF_PREEMPTED, A);
	perf_calls__exit(perf_ledger__thread(scene->ledger, A), T0_NS + 9300,
			 perf_ledger__window_at(scene->ledger, T0_NS + 9300), NULL);
	switches(scene, 1, 10000, A, PERF_STATE_DEAD, 0);
	assert_null(perf_ledger__thread(scene->ledger, A));
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_RUNNING).ns, 2500 + 500 + 750);
	assert_int_equal(sum_of(scene, &rows, A, STATE_RUNNING).count, 3);
	assert_int_equal(sum_of(scene, &rows, A, STATE_PREEMPTED).ns, 500);
	assert_int_equal(sum_of(scene, &rows, A, STATE_PREEMPTED).count, 1);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).ns, 700 + 4500);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, 300 + 250);
	for (guint i = 0; i < rows.ledger->len; i++) {
		const struct store_ledger *row =
			&g_array_index(rows.ledger, struct store_ledger, i);

		if (row->state == STATE_INTERRUPTIBLE && row->slice > 1)
			assert_int_equal(row->syscall, SYS_futex);
		if (row->state == STATE_PREEMPTED)
			assert_int_equal(row->syscall, SYSCALL_UNKNOWN);
	}
	assert_int_equal(perf_ledger__missing(scene->ledger), 0);
	rows__free(&rows);
}

/* The scheduler charged less than the time between the switches: the rest is time off. */
static void what_was_charged_counts(void **state)
{
	struct scene *scene = *state;
	struct rows rows;

	found(scene, A, 'S');
	switches(scene, 0, 100, STRANGER, WF_PREEMPTED, A);
	charges(scene, 0, 190, A, 90);
	switches(scene, 0, 200, A, WF_INTERRUPTIBLE, STRANGER);
	charges(scene, 0, 500, STRANGER, 295);
	wakes(scene, 0, 510, A); /* put on the run queue at 500 - by its clock 485 */
	charges(scene, 0, 700, STRANGER, 200);
	switches(scene, 0, 705, STRANGER, WF_PREEMPTED, A);
	charges(scene, 0, 790, A, 80);
	charges(scene, 1, 795, A, 5); /* by a wake-up from elsewhere */
	switches(scene, 0, 800, A, WF_INTERRUPTIBLE, STRANGER);
	rows = close_scene(scene);
	assert_conserved(&rows);
	/* The first run has no books before it to be held against. */
	assert_int_equal(sum_of(scene, &rows, A, STATE_RUNNING).ns, 100 + 85);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, 200);
	rows__free(&rows);
}

/* What the kernel's count of a thread's waits was between two moments. */
static void reads_waits(struct scene *scene, uint32_t tid, int64_t from, int64_t to, uint64_t ns)
{
	struct perf_waits *waits = &perf_ledger__thread(scene->ledger, tid)->waits;

	waits->from_ns = (uint64_t)(T0_NS + from);
	waits->to_ns = (uint64_t)(T0_NS + to);
	waits->kernel_ns = ns;
}

/* Sleeps 200 ns, waits 100, runs 100, sleeps 200, and waits 50 before it runs on. */
static void waits_twice(struct scene *scene)
{
	found(scene, A, 'S');
	switches(scene, 0, 20, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 100, A, WF_INTERRUPTIBLE, STRANGER);
	wakes(scene, 0, 300, A);
	switches(scene, 0, 400, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 500, A, WF_INTERRUPTIBLE, STRANGER);
	wakes(scene, 0, 700, A);
}

static void assert_waited(struct scene *scene, int64_t ns)
{
	struct rows rows;

	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 900, A, WF_INTERRUPTIBLE, STRANGER);
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, ns);
	rows__free(&rows);
}

static void waits_are_what_the_kernel_counts(void **state)
{
	waits_twice(*state);
	reads_waits(*state, A, 510, 520, 160);
	assert_waited(*state, 160 + 50);
}

/* Its sleep was sent with the slice before: the next one makes up for it. */
static void waits_of_a_slice_that_is_over_are_made_up_for(void **state)
{
	struct scene *scene = *state;
	struct rows rows;

	waits_twice(scene);
	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 1100, A, WF_INTERRUPTIBLE, STRANGER);
	reads_waits(scene, A, 1110, 1120, 150 + 60);
	wakes(scene, 0, 1500, A);
	switches(scene, 0, 1520, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 1600, A, WF_INTERRUPTIBLE, STRANGER);
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, 150 + 60 + 20);
	rows__free(&rows);
}

/* It came onto its CPU while the count was read: nobody knows whether that was in it. */
static void a_count_of_an_unsure_moment_is_of_no_use(void **state)
{
	waits_twice(*state);
	reads_waits(*state, A, 740, 760, 160);
	assert_waited(*state, 100 + 50);
}

/* It was read while A waited on: a part may be in it, if A was moved to another run queue. */
static void a_count_from_within_a_wait_is_of_no_use(void **state)
{
	waits_twice(*state);
	reads_waits(*state, A, 710, 720, 100 + 10);
	assert_waited(*state, 100 + 50);
}

static void a_count_from_within_a_preemption_is_of_no_use(void **state)
{
	struct scene *scene = *state;

	waits_twice(scene);
	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 760, A, WF_PREEMPTED, STRANGER);
	reads_waits(scene, A, 770, 780, 150 + 10);
	switches(scene, 0, 790, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 900, A, WF_INTERRUPTIBLE, STRANGER);
	assert_int_equal(perf_ledger__thread(scene->ledger, A)->run_delay_ns, 100 + 50 + 30);
	assert_int_equal(perf_ledger__thread(scene->ledger, A)->waits.owed_ns, 0);
}

static void a_count_from_before_a_preemption_counts(void **state)
{
	struct scene *scene = *state;

	waits_twice(scene);
	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	reads_waits(scene, A, 752, 755, 150 + 10);
	switches(scene, 0, 760, A, WF_PREEMPTED, STRANGER);
	switches(scene, 0, 790, STRANGER, WF_PREEMPTED, A);
	assert_int_equal(perf_ledger__thread(scene->ledger, A)->run_delay_ns, 150 + 10 + 30);
	switches(scene, 0, 900, A, WF_INTERRUPTIBLE, STRANGER);
}

/* read_at: when it was read that the kernel has counted 60 ns more. */
static void end_of_one_that_waited(struct scene *scene, int64_t read_at, int64_t ns)
{
	struct rows rows;

	waits_twice(scene);
	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	reads_waits(scene, A, read_at, read_at + 10, 150 + 60);
	switches(scene, 0, 900, A, PERF_STATE_DEAD, STRANGER);
	assert_null(perf_ledger__thread(scene->ledger, A));
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, ns);
	rows__free(&rows);
}

static void what_was_read_of_one_that_ends_counts(void **state)
{
	end_of_one_that_waited(*state, 800, 150 + 60);
}

static void what_was_read_after_an_end_is_of_no_use(void **state)
{
	end_of_one_that_waited(*state, 910, 150);
}

static void what_is_owed_to_one_that_ends_counts(void **state)
{
	struct scene *scene = *state;
	struct rows rows;

	waits_twice(scene);
	switches(scene, 0, 750, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 760, A, WF_PREEMPTED, STRANGER);
	switches(scene, 0, 790, STRANGER, WF_PREEMPTED, A);
	/* What is owed is of sleeps, and it has not slept since. */
	perf_ledger__thread(scene->ledger, A)->waits.owed_ns = 60;
	switches(scene, 0, 900, A, PERF_STATE_DEAD, STRANGER);
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, 150 + 60);
	rows__free(&rows);
}

/* Sleep that the kernel takes for a wait. */
static void a_count_that_cannot_be_is_not_believed(void **state)
{
	waits_twice(*state);
	reads_waits(*state, A, 510, 520, 400000);
	assert_waited(*state, 100 + 50);
}

static void a_switch_that_was_lost_leaves_lives_whole(void **state)
{
	struct scene *scene = *state;
	const struct perf_moment lost = moment(0, 2500);
	struct rows rows;

	found(scene, A, 'S');
	found(scene, B, 'S');
	switches(scene, 0, 100, STRANGER, WF_PREEMPTED, A);
	switches(scene, 0, 300, A, WF_PREEMPTED, B);
	switches(scene, 0, 1000, B, WF_INTERRUPTIBLE, A);
	/* A leaves and B comes, but the ring is full. */
	perf_ledger__lost(scene->ledger, &lost, 4);
	switches(scene, 0, 3000, B, WF_UNINTERRUPTIBLE, STRANGER);
	switches(scene, 0, 4000, STRANGER, WF_INTERRUPTIBLE, A);
	switches(scene, 0, 5000, A, WF_INTERRUPTIBLE, 0);
	/* Nothing was lost by the kernel's count, but A comes on twice. */
	switches(scene, 1, 6000, 0, WF_PREEMPTED, A);
	switches(scene, 2, 7000, 0, WF_PREEMPTED, A);
	switches(scene, 2, 8000, A, WF_INTERRUPTIBLE, 0);
	assert_true(perf_ledger__missing(scene->ledger) > 4);
	rows = close_scene(scene);
	assert_conserved(&rows);
	rows__free(&rows);
}

/* Linux 6.18 was seen not to report some switches: what is charged tells of the run all the same.
 */
static void an_arrival_that_was_not_told_is_found_by_its_charge(void **state)
{
	struct scene *scene = *state;
	struct rows rows;

	found(scene, A, 'S');
	switches(scene, 0, 100, STRANGER, WF_PREEMPTED, A);
	charges(scene, 0, 300, A, 200);
	switches(scene, 0, 300, A, WF_INTERRUPTIBLE, STRANGER);
	wakes(scene, 1, 900, A);
	charges(scene, 0, 1500, A, 400);
	switches(scene, 0, 1500, A, WF_INTERRUPTIBLE, STRANGER);
	rows = close_scene(scene);
	assert_int_equal(perf_ledger__missing(scene->ledger), 0);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_RUNNING).ns, 600);
	assert_int_equal(sum_of(scene, &rows, A, STATE_INTERRUPTIBLE).runqueue_ns, 200);
	rows__free(&rows);
}

/* One has been on its CPU since before the first event, of another the arrival was not told. */
static void what_was_before_the_first_event_is_told_apart(void **state)
{
	enum { LONG_AGO = -5000000 }; /* more than the clocks may differ by */
	struct scene *scene = *state;
	struct rows rows;

	found(scene, A, 'R');
	found(scene, B, 'S');
	switches(scene, 2, LONG_AGO, STRANGER, WF_INTERRUPTIBLE, 0);
	charges(scene, 0, 900, A, 5000900);
	switches(scene, 0, 1000, A, WF_INTERRUPTIBLE, 0);
	wakes(scene, 0, 2000, A);
	switches(scene, 0, 2100, 0, WF_PREEMPTED, A);
	charges(scene, 0, 2500, A, 400);
	switches(scene, 0, 2500, A, WF_INTERRUPTIBLE, 0);
	charges(scene, 1, 3000, B, 250);
	switches(scene, 1, 3000, B, WF_INTERRUPTIBLE, 0);
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, A, STATE_RUNNING).ns, 1000 + 400);
	assert_int_equal(sum_of(scene, &rows, B, STATE_RUNNING).ns, 250);
	rows__free(&rows);
}

static void the_born_and_the_renamed_are_followed(void **state)
{
	struct scene *scene = *state;
	const struct perf_birth thread = {.tid = B, .pid = PID, .parent = PID};
	const struct perf_birth child = {.tid = 300, .pid = 300, .parent = PID};
	const struct perf_birth strange = {.tid = 400, .pid = 400, .parent = STRANGER};
	struct perf_moment at = moment(0, 1000);
	struct rows rows;

	found(scene, PID, 'S');
	perf_ledger__born(scene->ledger, &at, &thread);
	perf_ledger__born(scene->ledger, &at, &child);
	perf_ledger__born(scene->ledger, &at, &strange);
	assert_null(perf_ledger__thread(scene->ledger, 400));
	switches(scene, 0, 1200, 0, WF_PREEMPTED, B);
	switches(scene, 0, 1500, B, WF_INTERRUPTIBLE, 300);
	switches(scene, 0, 1700, 300, PERF_STATE_DEAD, 0);
	/* The number is given again. */
	at = moment(0, 1800);
	perf_ledger__born(scene->ledger, &at, &child);
	switches(scene, 0, 2000, 0, WF_PREEMPTED, 300);
	switches(scene, 0, 2100, 300, WF_PREEMPTED, PID);
	switches(scene, 0, 2200, PID, PERF_STATE_DEAD, 0);
	/* B executes a program and takes the first thread's number. */
	wakes(scene, 1, 2300, B);
	switches(scene, 1, 2400, 0, WF_PREEMPTED, B);
	at = moment(1, 2500);
	perf_ledger__executed(scene->ledger, &at, PID);
	switches(scene, 1, 2600, PID, WF_INTERRUPTIBLE, 0);
	assert_int_equal(perf_ledger__missing(scene->ledger), 0);
	rows = close_scene(scene);
	assert_int_equal(rows.threads->len, 4);
	assert_conserved(&rows);
	assert_int_equal(sum_of(scene, &rows, B, STATE_RUNNING).ns, 300 + 200);
	rows__free(&rows);
}

static struct perf_sample sample_at(int64_t at, uint32_t tid)
{
	static const uint64_t chain[] = {(uint64_t)PERF_CONTEXT_KERNEL, 0xffffffff81000010,
					 0xffffffff81000020, (uint64_t)PERF_CONTEXT_USER, 0x401000};

	return (struct perf_sample){
		.time_ns = (uint64_t)(T0_NS + at),
		.pid = PID,
		.tid = (pid_t)tid,
		.chain = chain,
		.chain_length = G_N_ELEMENTS(chain),
	};
}

static void a_stack_finds_its_switch_before_and_after(void **state)
{
	struct scene *scene = *state;
	const struct perf_draw draw = {.period = 7, .max_chain = 127};
	struct perf_sample early = sample_at(495, A), late = sample_at(1005, A);
	struct perf_sample stray = sample_at(1100, A);
	const struct wf_stack *stack;
	const struct wf_span *span;
	struct rows rows;

	found(scene, A, 'S');
	switches(scene, 0, 100, 0, WF_PREEMPTED, A);
	perf_ledger__stack(scene->ledger, &early, A, &draw);
	assert_int_equal(scene->stacks->len, 0);
	switches(scene, 0, 500, A, WF_UNINTERRUPTIBLE, 0);
	wakes(scene, 0, 600, A);
	switches(scene, 0, 700, 0, WF_PREEMPTED, A);
	switches(scene, 0, 1000, A, WF_INTERRUPTIBLE, 0);
	perf_ledger__stack(scene->ledger, &late, A, &draw);
	wakes(scene, 0, 1050, A);
	switches(scene, 0, 1060, 0, WF_PREEMPTED, A);
	perf_ledger__stack(scene->ledger, &stray, A, &draw);
	perf_ledger__stack(scene->ledger, &stray, A, &draw);
	assert_int_equal(perf_ledger__stray_stacks(scene->ledger), 1);
	switches(scene, 0, 1200, A, WF_PREEMPTED, 0);
	assert_int_equal(scene->stacks->len, 3);
	assert_int_equal(scene->spans->len, 2);
	for (guint i = 0; i < 2; i++) {
		stack = g_ptr_array_index(scene->stacks, i);
		span = g_ptr_array_index(scene->spans, i);
		assert_int_equal(stack->sequence, span->sequence);
		assert_int_equal(stack->kernel_frames, 2);
		assert_int_equal(stack->user_frames, 1);
		assert_int_equal(stack->flags, 0);
		assert_int_equal(span->probability, (1ULL << 32) / 7);
		assert_int_equal(span->state, i ? WF_INTERRUPTIBLE : WF_UNINTERRUPTIBLE);
	}
	rows = close_scene(scene);
	assert_conserved(&rows);
	assert_int_equal(scene->desk->books.unmatched, 0);
	rows__free(&rows);
}

static void sum_lock(void *ctx, const struct wf_lock_key *key, const struct wf_lock_sum *sum)
{
	struct wf_lock_sum *all = ctx;

	assert_int_equal(key->kind, LOCK_MUTEX);
	all->count += sum->count;
	all->ns += sum->ns;
	all->max_ns = MAX(all->max_ns, sum->max_ns);
}

static void waits_for_locks_are_timed(void **state)
{
	enum { SPIN = 1, MUTEX = 32 };
	struct scene *scene = *state;
	struct perf_locks *locks = perf_locks__new();
	const struct perf_window *window = perf_ledger__window_at(scene->ledger, T0_NS + 1);
	struct wf_lock_sum all = {0};
	struct perf_lock_end wait;
	struct perf_thread *thread;

	assert_non_null(window);
	assert_null(perf_ledger__window_at(scene->ledger, T0_NS - 1));
	assert_null(perf_ledger__window_at(scene->ledger, T1_NS));
	found(scene, A, 'S');
	thread = perf_ledger__thread(scene->ledger, A);
	/* It spins first, then sleeps: one wait. It began before the window. */
	perf_locks__begin(locks, thread, T0_NS - 100, 0x10, MUTEX | SPIN);
	perf_locks__begin(locks, thread, T0_NS + 50, 0x10, MUTEX);
	perf_locks__begin(locks, thread, T0_NS + 60, 0x20, SPIN); /* nested, its end unseen */
	perf_locks__drop_spins(thread);
	perf_locks__end(locks, thread, T0_NS + 70, 0x30, window); /* its begin unseen */
	assert_true(perf_locks__ending(thread, T0_NS + 99, 0x10, &wait));
	perf_locks__end(locks, thread, T0_NS + 100, 0x10, window);
	assert_true(perf_locks__ending(thread, T0_NS + 101, 0x10, &wait));
	assert_int_equal(wait.end_ns - wait.since_ns, 100);
	assert_false(perf_locks__ending(thread, T0_NS + 101, 0x20, &wait));
	perf_locks__begin(locks, thread, T0_NS + 200, 0x10, MUTEX);
	perf_locks__end(locks, thread, T0_NS + 230, 0x10, window);
	for (uint64_t i = 0; i <= WF_LOCK_DEPTH; i++)
		perf_locks__begin(locks, thread, T0_NS + 300, 0x100 + i, MUTEX);
	assert_int_equal(perf_locks__too_deep(locks), 1);
	perf_locks__take(locks, 0, sum_lock, &all);
	assert_int_equal(all.count, 0);
	perf_locks__take(locks, 1, sum_lock, &all);
	assert_int_equal(all.count, 2);
	assert_int_equal(all.ns, 130);
	assert_int_equal(all.max_ns, 100);
	perf_locks__take(locks, UINT32_MAX, sum_lock, &all);
	assert_int_equal(all.count, 2); /* taken once */
	perf_locks__free(locks);
	perf_locks__free(NULL);
}

static void calls_that_open_files_are_timed(void **state)
{
	struct scene *scene = *state;
	const struct perf_sink sink = {.emit = keep, .ctx = scene};
	const struct perf_call opening = {
		.syscall = SYS_openat, .futex_op = -1, .opens_a_file = true};
	const struct perf_window *window = perf_ledger__window_at(scene->ledger, T0_NS + 1);
	struct perf_thread *thread;

	found(scene, A, 'S');
	thread = perf_ledger__thread(scene->ledger, A);
	perf_calls__exit(thread, T0_NS + 5, window, &sink); /* its entry unseen */
	perf_calls__enter(thread, T0_NS - 5, &opening);
	perf_calls__exit(thread, T0_NS + 10, window, &sink); /* began before the window */
	assert_int_equal(scene->calls->len, 0);
	perf_calls__enter(thread, T0_NS + 20, &opening);
	assert_int_equal(thread->syscall, SYS_openat);
	perf_calls__exit(thread, T0_NS + 50, window, &sink);
	assert_int_equal(thread->syscall, SYSCALL_UNKNOWN);
	assert_int_equal(scene->calls->len, 1);
	assert_int_equal(g_array_index(scene->calls, struct wf_call, 0).ns, 30);
	assert_int_equal(g_array_index(scene->calls, struct wf_call, 0).probability, 0);
	perf_calls__flush(thread, &sink);
	assert_int_equal(scene->counts.calls[WF_PROBE_OPENAT], 1);
	scene->counts.calls[WF_PROBE_OPENAT] = 0;
	perf_calls__flush(thread, &sink);
	assert_int_equal(scene->counts.calls[WF_PROBE_OPENAT], 0);
}

/* Any sequence at all, with a part of it missing. */
static void lives_stay_whole_whatever_is_missing(void **state)
{
	struct scene *scene = *state;
	uint32_t on[CPUS] = {0}, next_tid = 1000;
	uint64_t seed = 6;
	struct rows rows;
	int64_t at = -2000;

	for (uint32_t tid = A; tid < A + 12; tid++)
		found(scene, tid, tid % 2 ? 'S' : 'R');
	while ((at += 1 + desk__random_below(&seed, 40)) < T1_NS - T0_NS) {
		uint32_t cpu = (uint32_t)desk__random_below(&seed, CPUS);
		uint32_t tid = A + (uint32_t)desk__random_below(&seed, 14);
		uint8_t kind = (uint8_t)(1 + desk__random_below(&seed, 5));
		bool told = desk__random_below(&seed, 10) != 0;
		struct perf_moment now = moment(cpu, at);
		const struct perf_birth birth = {.tid = next_tid, .pid = PID, .parent = PID};

		switch (desk__random_below(&seed, 12)) {
		case 0:
			perf_ledger__lost(scene->ledger, &now, 3);
			break;
		case 1:
			if (told)
				perf_ledger__born(scene->ledger, &now, &birth);
			tid = next_tid++;
			if (told)
				switches(scene, cpu, at, on[cpu], kind, tid);
			on[cpu] = tid;
			break;
		case 2:
			if (on[cpu] >= 1000)
				kind = PERF_STATE_DEAD;
			if (told)
				switches(scene, cpu, at, on[cpu], kind, 0);
			on[cpu] = 0;
			break;
		case 3:
		case 4:
			charges(scene, cpu, at, on[cpu], (uint64_t)desk__random_below(&seed, 90));
			break;
		case 5:
		case 6:
			wakes(scene, cpu, at, tid);
			break;
		case 7:
			if (perf_ledger__thread(scene->ledger, tid))
				reads_waits(scene, tid, at, at + 3,
					    (uint64_t)desk__random_below(&seed, 20000));
			break;
		default:
			if (told)
				switches(scene, cpu, at, on[cpu], kind, tid);
			on[cpu] = tid;
			break;
		}
	}
	rows = close_scene(scene);
	assert_true(rows.threads->len > 50);
	assert_conserved(&rows);
	assert_true(perf_ledger__missing(scene->ledger) > 100);
	rows__free(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_life_is_booked_as_it_was, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_charged_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_are_what_the_kernel_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_of_a_slice_that_is_over_are_made_up_for,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_count_of_an_unsure_moment_is_of_no_use, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_count_from_within_a_wait_is_of_no_use, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_count_from_within_a_preemption_is_of_no_use,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_count_from_before_a_preemption_counts, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_owed_to_one_that_ends_counts, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_read_of_one_that_ends_counts, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_was_read_after_an_end_is_of_no_use, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_count_that_cannot_be_is_not_believed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_switch_that_was_lost_leaves_lives_whole, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_arrival_that_was_not_told_is_found_by_its_charge,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_before_the_first_event_is_told_apart,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_born_and_the_renamed_are_followed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_stack_finds_its_switch_before_and_after, setup,
						teardown),
		cmocka_unit_test_setup_teardown(waits_for_locks_are_timed, setup, teardown),
		cmocka_unit_test_setup_teardown(calls_that_open_files_are_timed, setup, teardown),
		cmocka_unit_test_setup_teardown(lives_stay_whole_whatever_is_missing, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
