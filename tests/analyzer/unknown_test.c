// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Engines that cannot see system calls: what is not known is not taken for "none". */
#include "book.h"

#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define MUTEX "main;pthread_mutex_lock|do_syscall_64;do_futex;futex_wait;futex_do_wait;schedule"
#define SLEEP "main|do_syscall_64;hrtimer_nanosleep;do_nanosleep;schedule"
#define OPEN "main;open64|do_syscall_64;do_sys_openat2;path_openat;io_schedule"

static void ledger(struct book *book, store_id thread, enum store_state state, int64_t nr,
		   int class, int64_t ns)
{
	book__ledger(book, (struct store_ledger){thread, 1, state, nr, class, 1, ns, 0});
}

static void blocked(struct book *book, store_id thread, const char *stack, int class, int64_t ns)
{
	ledger(book, thread, STATE_INTERRUPTIBLE, SYSCALL_UNKNOWN, class, ns);
	book__evidence(book,
		       (struct store_evidence){thread, 1, STATE_INTERRUPTIBLE, SYSCALL_UNKNOWN,
					       class, book__stack(book, stack), LOCK_NONE,
					       FUTEX_OP_NONE, 1, ns, 0, (double)ns, 0});
}

static const struct syscall_row *unknown_row(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->syscall_count; i++) {
		if (analysis->syscalls[i].nr == SYSCALL_UNKNOWN)
			return &analysis->syscalls[i];
	}
	fail_msg("no row of the unknown system call");
	return NULL;
}

static void stacks_tell(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	blocked(book, thread, MUTEX, 27, 200000000);
	blocked(book, thread, SLEEP, 28, 300000000);
	blocked(book, thread, OPEN, 26, 100000000);
	ledger(book, thread, STATE_PREEMPTED, SYSCALL_UNKNOWN, 20, 7000000);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 200000000);
	assert_near(cause_of(analysis, "idle/sleep")->time.ns, 300000000);
	assert_near(cause_of(analysis, "switching/preempted")->time.ns, 7000000);
	assert_int_equal(cause_of(analysis, "switching/preempted")->time.basis, BASIS_EXACT);
	assert_string_equal(unknown_row(analysis)->name, "(unknown system call)");
	assert_int_equal(unknown_row(analysis)->count, 3);
	row = function_of(analysis, "futex-wait");
	assert_near(row->blocked.ns, 200000000);
	assert_int_equal(row->calls, -1); /* the ledger does not know which spans were in futex */
	assert_near(function_of(analysis, "openat")->wall.ns, 100000000);
	analysis__free(analysis);
	book__free(book);
}

/* Not a sleep in user space, and not nothing of any probe point either. */
static void without_a_stack_nothing_is_known(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;
	const struct figure *wall;

	(void)state;
	ledger(book, thread, STATE_INTERRUPTIBLE, SYSCALL_UNKNOWN, 28, 300000000);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "unknown")->time.ns, 300000000);
	for (size_t i = 0; i < analysis->function_count; i++) {
		wall = &analysis->functions[i].wall;
		assert_near(wall->ns, 0);
		assert_near(wall->high, 300000000);
		assert_int_equal(wall->basis, BASIS_ESTIMATED);
		assert_near(analysis->functions[i].blocked.high, 300000000);
	}
	analysis__free(analysis);
	book__free(book);
}

/* A thread known to be in no system call is in none of the points that are system calls. */
static void none_is_still_none(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	ledger(book, thread, STATE_INTERRUPTIBLE, SYSCALL_NONE, 28, 300000000);
	ledger(book, thread, STATE_INTERRUPTIBLE, INT32_MAX, 28, 300000000);
	analysis = book__analyze(book);
	assert_near(function_of(analysis, "openat")->wall.high, 0);
	assert_int_equal(function_of(analysis, "openat")->wall.basis, BASIS_EXACT);
	assert_int_equal(function_of(analysis, "futex-wait")->calls, 0);
	analysis__free(analysis);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_tell),
		cmocka_unit_test(without_a_stack_nothing_is_known),
		cmocka_unit_test(none_is_still_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
