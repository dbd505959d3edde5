// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Conservation: random lives, sent as the kernel half would send them, are booked to the
 * nanosecond, slice by slice and state by state.
 */
#include "ledger_desk.h"

#include <string.h>

#define THREADS 60
#define WOKEN STATE_WOKEN

struct life {
	int64_t made_ns, end_ns;
	int64_t ns[SLICES][STATE_COUNT];
	int64_t counts[STATE_COUNT];
};

struct sender {
	struct ledger_desk *ledger;
	struct life *life;
	struct wf_thread slot;
	uint64_t *seed;
	int64_t at_ns; /* where the life has got to */
};

/* Nanosecond by nanosecond into the expectation. */
static void live(struct sender *sender, int kind, int64_t length_ns)
{
	for (int64_t i = 0; i < length_ns; i++)
		sender->life->ns[(sender->at_ns++ - T0_NS) / SLICE_NS][kind]++;
}

static void send(struct sender *sender)
{
	ledger_desk__record(sender->ledger, &sender->slot, sizeof(sender->slot));
	slot__empty(&sender->slot);
}

/* Off at `off`, on at `on`, left again now: booked in the slot, or as crossing. */
static void leave(struct sender *sender, int64_t off_ns, int64_t on_ns, int64_t runqueue_ns,
		  uint32_t key)
{
	struct wf_thread *slot = &sender->slot;

	if (sender->at_ns < (int64_t)slot->slice_end_ns) {
		slot->run_ns += (uint64_t)(sender->at_ns - on_ns);
		slot->run_count++;
		if (key)
			slot__add(slot, key, on_ns - off_ns - runqueue_ns, runqueue_ns, 1);
		if (desk__random_below(sender->seed, 8) == 0)
			send(sender); /* the table of strata is full */
	} else {
		slot->flags |= WF_THREAD_CROSSED;
		slot->cross_off_ns = (uint64_t)off_ns;
		slot->cross_on_ns = (uint64_t)on_ns;
		slot->cross_runqueue_ns = (uint64_t)runqueue_ns;
		slot->cross_leave_ns = (uint64_t)sender->at_ns;
		slot->cross_key = key;
		send(sender);
		slot->slice = (uint32_t)((sender->at_ns - T0_NS) / SLICE_NS);
		slot->slice_end_ns = (uint64_t)(T0_NS + ((int64_t)slot->slice + 1) * SLICE_NS);
	}
	slot->off_ns = (uint64_t)sender->at_ns;
	sender->life->counts[STATE_RUNNING]++;
}

static void begin(struct sender *sender, pid_t tid)
{
	int how = (int)desk__random_below(sender->seed, 3);
	int64_t length_ns = 1 + desk__random_below(sender->seed, 4 * SLICE_NS);
	int64_t runqueue_ns = desk__random_below(sender->seed, length_ns + 1);
	struct life *life = sender->life;
	struct thread *thread;

	sender->at_ns = T0_NS;
	life->made_ns = T0_NS - 1000 - tid;
	if (how == 0) { /* on a CPU since before */
		ledger_desk__found(sender->ledger, tid, 'R', -1);
		sender->slot = slot__new(tid, life->made_ns, T0_NS - 50);
	} else if (how == 1) { /* asleep since before */
		thread = ledger_desk__found(sender->ledger, tid, 'S', 7);
		thread->snapshot->books.runqueue_ns = 12345;
		sender->slot = slot__new(tid, life->made_ns, T0_NS + length_ns);
		sender->slot.first_run_delay = 12345 + (uint64_t)runqueue_ns;
		live(sender, STATE_INTERRUPTIBLE, length_ns - runqueue_ns);
		live(sender, WOKEN, runqueue_ns);
	} else { /* born in the window */
		life->made_ns = sender->at_ns =
			T0_NS + 1 + desk__random_below(sender->seed, SLICES / 2 * SLICE_NS);
		ledger_desk__birth(sender->ledger, PID, tid, life->made_ns);
		sender->slot = slot__new(tid, life->made_ns, life->made_ns + length_ns);
		live(sender, WOKEN, length_ns);
	}
}

/* Left its CPU now; what it did until t1 is open. */
static void close_open(struct sender *sender, int kind, int64_t blocked_ns, int64_t wait_ns)
{
	int64_t left_ns = T1_NS - sender->at_ns;
	struct standing standing = {.t1_ns = T1_NS};

	sender->life->counts[kind]++;
	if (blocked_ns + wait_ns < left_ns) {
		standing.on_ns = sender->at_ns + blocked_ns + wait_ns;
		standing.books.runqueue_ns = (int64_t)sender->slot.run_delay + wait_ns;
		live(sender, kind, kind == STATE_PREEMPTED ? blocked_ns + wait_ns : blocked_ns);
		live(sender, WOKEN, kind == STATE_PREEMPTED ? 0 : wait_ns);
		live(sender, STATE_RUNNING, T1_NS - sender->at_ns);
		sender->life->counts[STATE_RUNNING]++;
	} else {
		live(sender, kind, left_ns);
	}
	sender->life->end_ns = T1_NS;
	books__close_slot(&sender->ledger->books, &sender->slot, &standing);
}

static void end_now(struct sender *sender)
{
	sender->slot.flags |= WF_THREAD_EXITED;
	sender->slot.end_ns = (uint64_t)sender->at_ns;
	sender->life->end_ns = sender->at_ns;
	send(sender);
}

static void pass_life(struct sender *sender, pid_t tid)
{
	int64_t on_ns, off_ns;

	begin(sender, tid);
	on_ns = sender->at_ns;
	live(sender, STATE_RUNNING, 1 + desk__random_below(sender->seed, SLICE_NS));
	leave(sender, on_ns, on_ns, 0, 0);
	for (;;) {
		int kind = 1 + (int)desk__random_below(sender->seed, STATE_STOPPED);
		int64_t scale = desk__random_below(sender->seed, 8) ? 150 : 3 * SLICE_NS;
		int64_t blocked_ns = 1 + desk__random_below(sender->seed, scale);
		int64_t wait_ns = desk__random_below(sender->seed, scale);
		int64_t run_ns = 1 + desk__random_below(sender->seed, scale);
		int call = (int)desk__random_below(sender->seed, 3) - 1;
		bool preempted = kind == STATE_PREEMPTED;

		if (desk__random_below(sender->seed, 60) == 0) {
			end_now(sender);
			return;
		}
		sender->slot.state = (uint8_t)kind;
		sender->slot.syscall = call;
		if (sender->at_ns + blocked_ns + wait_ns + run_ns >= T1_NS) {
			close_open(sender, kind, blocked_ns, wait_ns);
			return;
		}
		off_ns = sender->at_ns;
		live(sender, kind, preempted ? blocked_ns + wait_ns : blocked_ns);
		live(sender, WOKEN, preempted ? 0 : wait_ns);
		on_ns = sender->at_ns;
		live(sender, STATE_RUNNING, run_ns);
		sender->slot.run_delay += (uint64_t)wait_ns;
		sender->life->counts[kind]++;
		leave(sender, off_ns, on_ns, preempted ? 0 : wait_ns,
		      WF_KEY(kind, class_of(on_ns - off_ns), call));
	}
}

static void assert_as_lived(const struct rows *rows, const struct life *life, store_id id)
{
	int64_t sum = 0;

	for (int slice = 0; slice < SLICES; slice++) {
		int64_t woken = 0;

		for (int kind = 0; kind < WOKEN; kind++) {
			struct ledger_sum booked = rows__ledger(rows, id, slice + 1, kind);

			assert_int_equal(booked.ns, life->ns[slice][kind]);
			woken += booked.runqueue_ns;
			sum += booked.ns + booked.runqueue_ns;
		}
		assert_int_equal(woken, life->ns[slice][WOKEN]);
	}
	assert_int_equal(sum, life->end_ns - MAX(life->made_ns, T0_NS));
	for (int kind = 0; kind < WOKEN; kind++)
		assert_int_equal(rows__ledger(rows, id, -1, kind).count, life->counts[kind]);
}

static void lives_are_booked_to_the_ns(void **state)
{
	struct ledger_desk *ledger = *state;
	struct life *lives = g_new0(struct life, THREADS);
	uint64_t seed = 2026;
	struct rows rows;

	for (int i = 0; i < THREADS; i++) {
		struct sender sender = {.ledger = ledger, .life = &lives[i], .seed = &seed};
		struct thread *thread;
		pid_t tid = 1000 + i;

		pass_life(&sender, tid);
		thread = roster__find_thread(ledger->books.roster, tid);
		assert_int_equal(roster__id(ledger->books.roster, thread), i + 1);
		if (i % 10 == 0) /* in the midst of the capture */
			assert_int_equal(tally__flush(ledger->books.tally,
						      (uint32_t)desk__random_below(&seed, SLICES)),
					 0);
	}
	rows = ledger_desk__rows(ledger);
	assert_int_equal(rows.threads->len, THREADS);
	for (int i = 0; i < THREADS; i++) {
		const struct store_thread *thread =
			&g_array_index(rows.threads, struct store_thread, i);

		assert_as_lived(&rows, &lives[i], i + 1);
		assert_int_equal(thread->start_ns, MAX(lives[i].made_ns, T0_NS));
		assert_int_equal(thread->end_ns, lives[i].end_ns);
	}
	rows__free(&rows);
	g_free(lives);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lives_are_booked_to_the_ns, ledger_desk__setup,
						ledger_desk__teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
