// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Threads whose switches were not looked at all the time, one case at a time. */
#include "ledger_desk.h"

#include <sys/syscall.h>

#define TID 101
#define LIFE_NS (T1_NS - T0_NS)

static void assert_sums(const struct rows *rows, int kind, int64_t count, int64_t ns,
			int64_t runqueue_ns)
{
	struct ledger_sum sum = rows__ledger(rows, -1, -1, kind);

	assert_int_equal(sum.count, count);
	assert_int_equal(sum.ns, ns);
	assert_int_equal(sum.runqueue_ns, runqueue_ns);
}

/* Whatever it did, it is all of its life. */
static void assert_whole_life(const struct rows *rows)
{
	struct ledger_sum sum = rows__ledger(rows, -1, -1, -1);

	assert_int_equal(sum.ns + sum.runqueue_ns, LIFE_NS);
}

/* The kernel's counts as the window closes. */
static struct standing standing_of(int64_t run_ns, int64_t runqueue_ns, int64_t voluntary,
				   int64_t involuntary)
{
	return (struct standing){.t1_ns = T1_NS,
				 .unwatched = true,
				 .books = {.run_ns = run_ns,
					   .runqueue_ns = runqueue_ns,
					   .voluntary = voluntary,
					   .involuntary = involuntary}};
}

static struct thread *found(struct ledger_desk *ledger, char letter)
{
	struct thread *thread = ledger_desk__found(ledger, TID, letter, SYS_read);

	thread->snapshot->books = (struct store_oracle){
		.run_ns = 1000, .runqueue_ns = 100, .voluntary = 5, .involuntary = 2};
	return thread;
}

/* First seen as it leaves a CPU at T0 + 2000. */
static struct wf_thread late_slot(uint32_t switches)
{
	struct wf_thread slot = slot__new(TID, T0_NS - 9, 0);

	slot.first_leave_ns = T0_NS + 2000;
	slot.first_exec_ns = 1300;
	slot.first_run_delay = 150;
	slot.first_switches = switches;
	return slot;
}

static void close_at_once(struct ledger_desk *ledger, struct wf_thread *slot, uint32_t switches)
{
	struct standing standing = standing_of(1300, 150, switches, 0);

	slot->off_ns = slot->first_leave_ns;
	slot->state = WF_IO_WAIT;
	slot->syscall = SYS_pread64;
	slot->exec_ns = slot->first_exec_ns;
	slot->run_delay = slot->first_run_delay;
	slot->switches = slot->first_switches;
	books__close_slot(&ledger->books, slot, &standing);
}

static void it_slept_until_it_was_seen(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = late_slot(8); /* this is the first time that it leaves */
	struct rows rows;

	found(ledger, 'D');
	close_at_once(ledger, &slot, 8);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNINTERRUPTIBLE, 0, 1650, 50);
	assert_sums(&rows, STATE_RUNNING, 1, 300, 0);
	assert_sums(&rows, STATE_IO_WAIT, 1, LIFE_NS - 2000, 0);
	assert_sums(&rows, STATE_UNOBSERVED, 0, 0, 0);
	assert_true(rows.evidence->len > 0); /* where it slept, /proc told */
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void it_switched_before_it_was_seen(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = late_slot(11);
	struct rows rows;

	found(ledger, 'S');
	close_at_once(ledger, &slot, 11);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNOBSERVED, 3, 1650, 50);
	assert_sums(&rows, STATE_RUNNING, 1, 300, 0);
	assert_int_equal(rows.evidence->len, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void it_switched_after_it_was_seen(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = late_slot(8);
	struct standing standing = standing_of(1700, 350, 9, 3);
	struct rows rows;

	found(ledger, 'R');
	slot.off_ns = slot.first_leave_ns;
	slot.state = WF_INTERRUPTIBLE;
	slot.syscall = SYS_read;
	slot.drawn = 1;
	slot.exec_ns = 1300;
	slot.run_delay = 150;
	slot.switches = 8;
	books__close_slot(&ledger->books, &slot, &standing);
	rows = ledger_desk__rows(ledger);
	/* It was ready as the window opened: it waited for a CPU and ran. */
	assert_sums(&rows, STATE_INTERRUPTIBLE, 0, 0, 1700);
	/* Four switches since, so five spans. */
	assert_sums(&rows, STATE_UNOBSERVED, 5, LIFE_NS - 2000 - 400 - 200, 200);
	assert_sums(&rows, STATE_RUNNING, 2, 700, 0);
	assert_int_equal(rows.evidence->len, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void a_slot_sends_what_was_not_observed(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = slot__new(TID, T0_NS - 9, T0_NS);
	struct rows rows;

	ledger_desk__found(ledger, TID, 'R', -1);
	slot__add(&slot, WF_KEY(WF_UNOBSERVED, 20, -1), 700, 60, 12);
	slot.spilled[WF_UNOBSERVED] = (struct wf_stratum){.count = 1, .ns = 5};
	ledger_desk__record(ledger, &slot, sizeof(slot));
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNOBSERVED, 13, 705, 60);
	rows__free(&rows);
}

static void one_without_a_slot(struct ledger_desk *ledger, char letter,
			       const struct standing *standing)
{
	books__close_unseen(&ledger->books, found(ledger, letter), standing);
}

static void never_seen_it_did_not_switch(void **state)
{
	struct ledger_desk *ledger = *state;
	struct standing standing = standing_of(1000, 100, 5, 2);
	struct rows rows;

	one_without_a_slot(ledger, 'S', &standing);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_INTERRUPTIBLE, 0, LIFE_NS, 0);
	assert_sums(&rows, STATE_UNOBSERVED, 0, 0, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void never_seen_it_came_back_and_runs(void **state)
{
	struct ledger_desk *ledger = *state;
	struct standing standing = standing_of(1400, 130, 5, 2);
	struct rows rows;

	one_without_a_slot(ledger, 'S', &standing);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_INTERRUPTIBLE, 0, LIFE_NS - 430, 30);
	assert_sums(&rows, STATE_RUNNING, 1, 400, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void never_seen_it_switched(void **state)
{
	struct ledger_desk *ledger = *state;
	struct standing standing = standing_of(1400, 130, 9, 2);
	struct rows rows;

	one_without_a_slot(ledger, 'S', &standing);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNOBSERVED, 4, LIFE_NS - 430, 30);
	assert_sums(&rows, STATE_RUNNING, 1, 400, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void assert_nothing_is_known(struct ledger_desk *ledger, const struct standing *standing)
{
	struct rows rows;

	one_without_a_slot(ledger, 'S', standing);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNOBSERVED, 1, LIFE_NS, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

/* Its counts could not be read: what it did is not known, and nothing is made up. */
static void nothing_is_known_of_it(void **state)
{
	struct standing standing = standing_of(-1, -1, -1, -1);

	assert_nothing_is_known(*state, &standing);
}

/* It ended when one of the two files had been read. */
static void half_is_known_of_it(void **state)
{
	struct standing standing = standing_of(1400, 130, -1, -1);

	assert_nothing_is_known(*state, &standing);
}

/* Seen once, asleep in read(2) from T0 + 2000 on; what came after is not known. */
static void assert_nothing_is_known_since(struct ledger_desk *ledger,
					  const struct standing *standing)
{
	struct wf_thread slot = late_slot(8);
	struct rows rows;

	found(ledger, 'R');
	slot.off_ns = slot.first_leave_ns;
	slot.state = WF_INTERRUPTIBLE;
	slot.syscall = SYS_read;
	slot.drawn = 1;
	slot.exec_ns = 1300;
	slot.run_delay = 150;
	slot.switches = 8;
	books__close_slot(&ledger->books, &slot, standing);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_INTERRUPTIBLE, 0, 0, 1700);
	assert_sums(&rows, STATE_RUNNING, 1, 300, 0);
	/* At least one switch that was not looked at, so two spans. */
	assert_sums(&rows, STATE_UNOBSERVED, 2, LIFE_NS - 2000, 0);
	assert_int_equal(rows.evidence->len, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

static void nothing_is_known_since_it_was_seen(void **state)
{
	struct standing standing = standing_of(-1, -1, -1, -1);

	assert_nothing_is_known_since(*state, &standing);
}

static void half_is_known_since_it_was_seen(void **state)
{
	struct standing standing = standing_of(1700, 350, -1, -1);

	assert_nothing_is_known_since(*state, &standing);
}

static void half_is_known_from_before_it_was_seen(void **state)
{
	struct ledger_desk *ledger = *state;
	struct wf_thread slot = late_slot(8);
	struct rows rows;

	found(ledger, 'S')->snapshot->books.voluntary = -1;
	close_at_once(ledger, &slot, 8);
	rows = ledger_desk__rows(ledger);
	assert_sums(&rows, STATE_UNOBSERVED, 1, 2000, 0);
	assert_sums(&rows, STATE_IO_WAIT, 1, LIFE_NS - 2000, 0);
	assert_whole_life(&rows);
	rows__free(&rows);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ledger_desk__setup, ledger_desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_slept_until_it_was_seen),
		TEST(it_switched_before_it_was_seen),
		TEST(it_switched_after_it_was_seen),
		TEST(a_slot_sends_what_was_not_observed),
		TEST(never_seen_it_did_not_switch),
		TEST(never_seen_it_came_back_and_runs),
		TEST(never_seen_it_switched),
		TEST(nothing_is_known_of_it),
		TEST(half_is_known_of_it),
		TEST(nothing_is_known_since_it_was_seen),
		TEST(half_is_known_since_it_was_seen),
		TEST(half_is_known_from_before_it_was_seen),
	};

	return cmocka_run_group_tests_name("books_unwatched", tests, NULL, NULL);
}
