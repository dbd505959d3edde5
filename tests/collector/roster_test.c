// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who is who: numbers are given again, births come late, and some threads were there before. */
#include "desk.h"

#include "collector/roster.h"

#include <string.h>

static const struct procfs_process program = {.parent = 1, .uid = 1000, .comm = "program"};

static struct roster *new_roster(const struct desk *desk)
{
	struct roster *roster = roster__new(desk->writer);

	roster__add_process(roster, 100, &program);
	return roster;
}

static void found_in_proc_and_then_in_a_record(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *thread = roster__thread(roster, 100, 101, 0);

	roster__set_t0(roster, T0_NS);
	assert_ptr_equal(roster__thread(roster, 100, 101, T0_NS - 5), thread);
	assert_ptr_equal(roster__thread(roster, 100, 101, T0_NS - 5), thread);
	assert_int_equal(roster__start_of(roster, thread), T0_NS);
	assert_int_equal(roster__living(roster), 1);
	roster__free(roster);
}

static void a_number_given_again(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *first = roster__thread(roster, 100, 101, 0), *second;

	roster__set_t0(roster, T0_NS);
	roster__thread(roster, 100, 101, T0_NS - 5);
	roster__end_thread(roster, first, T0_NS + 10);
	second = roster__thread(roster, 100, 101, T0_NS + 20);
	assert_ptr_not_equal(first, second);
	assert_ptr_equal(roster__find_thread(roster, 101), second);
	assert_int_equal(roster__start_of(roster, second), T0_NS + 20);
	assert_int_equal(first->end_ns, T0_NS + 10);
	assert_int_equal(second->end_ns, 0);
	assert_int_equal(roster__living(roster), 1);
	/* Also when the end of the first was never told. */
	assert_ptr_not_equal(roster__thread(roster, 100, 101, T0_NS + 30), second);
	roster__free(roster);
}

static void born_in_the_window_is_not_the_one_from_before(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *old = roster__thread(roster, 100, 101, 0);

	roster__set_t0(roster, T0_NS);
	assert_ptr_not_equal(roster__thread(roster, 100, 101, T0_NS + 1), old);
	roster__free(roster);
}

/* The one found in /proc has ended before a record told when it was made. */
static void ended_and_then_another_from_before(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *old = roster__thread(roster, 100, 101, 0);

	roster__set_t0(roster, T0_NS);
	roster__end_thread(roster, old, T0_NS - 50);
	assert_ptr_not_equal(roster__thread(roster, 100, 101, T0_NS - 20), old);
	roster__free(roster);
}

static void a_process_ends_with_its_last_thread(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *a = roster__thread(roster, 100, 100, 0);
	struct thread *b = roster__thread(roster, 100, 101, 0);
	struct process *process = roster__process(roster, 100);

	roster__set_t0(roster, T0_NS);
	roster__end_thread(roster, a, T0_NS + 1);
	roster__end_thread(roster, a, T0_NS + 9); /* ends once */
	assert_int_equal(a->end_ns, T0_NS + 1);
	assert_int_equal(process->end_ns, 0);
	roster__end_thread(roster, b, T0_NS + 2);
	assert_int_equal(process->end_ns, T0_NS + 2);
	assert_int_equal(roster__living(roster), 0);
	roster__free(roster);
}

/* Told late of one that lives on, as of who has called exec(2). */
static void a_process_goes_on_with_a_thread_told_late(void **state)
{
	struct roster *roster = new_roster(*state);
	struct thread *first = roster__thread(roster, 100, 100, 0);

	roster__end_thread(roster, first, T0_NS - 10);
	roster__set_t0(roster, T0_NS);
	roster__thread(roster, 100, 101, T0_NS - 20);
	assert_int_equal(roster__process(roster, 100)->end_ns, 0);
	roster__free(roster);
}

static void children_inherit(void **state)
{
	struct roster *roster = new_roster(*state);
	struct process *child;

	roster__set_t0(roster, T0_NS);
	child = roster__born_process(roster, 200, 100, T0_NS + 50);
	assert_ptr_equal(roster__process(roster, 200), child);
	assert_string_equal(child->comm, "program");
	assert_int_equal(child->uid, 1000);
	assert_int_equal(child->parent, 100);
	assert_int_equal(child->start_ns, T0_NS + 50);
	assert_ptr_equal(roster__thread(roster, 200, 200, T0_NS + 50)->process, child);
	/* A thread of a process that nobody announced. */
	assert_int_equal(roster__thread(roster, 300, 301, T0_NS + 60)->process->pid, 300);
	roster__free(roster);
}

struct seen {
	int processes;
	int threads;
};

static int check_process(void *ctx, store_id id, const struct store_process *row)
{
	struct seen *seen = ctx;

	(void)id;
	assert_int_equal(row->pid, 100);
	assert_string_equal(row->comm, "renamed"); /* as its first thread is */
	assert_int_equal(row->uid, 1000);
	assert_int_equal(row->start_ns, T0_NS);
	seen->processes++;
	return 0;
}

static int check_thread(void *ctx, store_id id, const struct store_thread *row)
{
	struct seen *seen = ctx;

	(void)id;
	if (row->tid == 100) {
		assert_string_equal(row->comm, "renamed");
		assert_false(row->born);
		assert_false(row->ended);
		assert_int_equal(row->start_ns, T0_NS);
		assert_int_equal(row->end_ns, T1_NS);
	} else {
		assert_int_equal(row->tid, 102);
		assert_true(row->born);
		assert_true(row->ended);
		assert_int_equal(row->start_ns, T0_NS + 7);
		assert_int_equal(row->end_ns, T0_NS + 70);
	}
	seen->threads++;
	return 0;
}

static void rows_are_brought_up_to_date(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct thread *main_thread = roster__thread(roster, 100, 100, 0);
	struct thread *unused = roster__thread(roster, 100, 101, 0);
	struct thread *born;
	struct seen seen = {0};

	roster__set_t0(roster, T0_NS);
	born = roster__thread(roster, 100, 102, T0_NS + 7);
	assert_true(roster__id(roster, main_thread) > 0);
	assert_true(roster__id(roster, born) > 0);
	assert_int_equal(roster__id(roster, born), roster__id(roster, born));
	assert_int_equal(roster__count(roster), 2);
	g_strlcpy(main_thread->comm, "renamed", sizeof(main_thread->comm));
	roster__end_thread(roster, born, T0_NS + 70);
	assert_int_equal(unused->id, 0);
	assert_int_equal(roster__finish(roster, T1_NS), 0);
	roster__free(roster);

	struct store_reader *reader = desk__read(desk);

	assert_int_equal(store_reader__each_process(reader, check_process, &seen), 0);
	assert_int_equal(store_reader__each_thread(reader, check_thread, &seen), 0);
	assert_int_equal(seen.processes, 1);
	assert_int_equal(seen.threads, 2);
	store_reader__close(reader);
}

static int stop_at_second(void *ctx, struct thread *thread)
{
	int *seen = ctx;

	(void)thread;
	return ++*seen == 2 ? 17 : 0;
}

static void visiting_stops(void **state)
{
	struct roster *roster = new_roster(*state);
	int seen = 0;

	for (pid_t tid = 101; tid < 110; tid++)
		roster__thread(roster, 100, tid, 0);
	assert_int_equal(roster__each_thread(roster, stop_at_second, &seen), 17);
	assert_int_equal(seen, 2);
	roster__free(roster);
	roster__free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk__setup, desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(found_in_proc_and_then_in_a_record),
		TEST(a_number_given_again),
		TEST(born_in_the_window_is_not_the_one_from_before),
		TEST(ended_and_then_another_from_before),
		TEST(a_process_ends_with_its_last_thread),
		TEST(a_process_goes_on_with_a_thread_told_late),
		TEST(children_inherit),
		TEST(rows_are_brought_up_to_date),
		TEST(visiting_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
