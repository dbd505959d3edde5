// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Exact sums, conservation, and the names of numbers. */
#include "book.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define RUN STATE_RUNNING
#define SLEEP STATE_INTERRUPTIBLE

static void the_ledger_adds_up(void **state)
{
	struct book *book = book__open(2);
	store_id one = book__thread(book, 11), two = book__thread(book, 12);
	struct analysis *analysis;

	(void)state;
	/* Thread 11: its whole life. Thread 12: a tenth of it is missing. */
	book__ledger(book, (struct store_ledger){one, 1, RUN, SYSCALL_NONE, 0, 5, 400000000, 0});
	book__ledger(book,
		     (struct store_ledger){one, 1, SLEEP, SYS_read, 20, 4, 500000000, 100000000});
	book__ledger(book,
		     (struct store_ledger){one, 2, STATE_IO_WAIT, SYS_read, 29, 1, 900000000, 0});
	book__ledger(book, (struct store_ledger){one, 2, STATE_PREEMPTED, SYSCALL_NONE, 20, 7,
						 100000000, 0});
	book__ledger(book, (struct store_ledger){two, 1, SLEEP, SYS_futex, 29, 1, 1800000000, 0});
	assert_int_equal(
		store_writer__oracle(book->writer, &(struct store_oracle){.thread = one,
									  .run_ns = 399000000,
									  .voluntary = 5,
									  .involuntary = 7}),
		0);
	analysis = book__analyze(book);
	assert_int_equal(analysis->window_ns, 2 * SECOND);
	assert_near(analysis->wall_ns, 4e9);
	assert_near(analysis->accounted_ns, 3.8e9);
	assert_near(analysis->error_ratio, 0.05);
	assert_near(analysis->worst_thread_error_ratio, 0.1);
	assert_near(analysis->states.ns[STATE_WOKEN], 1e8);
	assert_int_equal(analysis->thread_count, 2);
	assert_int_equal(analysis->threads[0].tid, 11);
	assert_int_equal(analysis->threads[0].voluntary, 5);
	assert_int_equal(analysis->threads[0].involuntary, 7);
	assert_int_equal(analysis->threads[0].oracle.run_ns, 399000000);
	assert_int_equal(analysis->threads[1].oracle.run_ns, -1);
	assert_near(analysis->threads[0].accounted_ns, 2e9);
	assert_int_equal(analysis->processes[0].threads, 2);
	assert_int_equal(analysis->processes[0].life_ns, 4 * SECOND);
	assert_near(analysis->processes[0].states.ns[SLEEP], 2.3e9);
	assert_near(analysis->slices[1].states.ns[STATE_IO_WAIT], 9e8);
	assert_int_equal(analysis->syscall_count, 2);
	assert_string_equal(analysis->syscalls[0].name, "futex");
	assert_string_equal(analysis->syscalls[1].name, "read");
	assert_int_equal(analysis->syscalls[1].count, 5);
	assert_int_equal(analysis->syscalls[1].class_count[20], 4);
	assert_near(analysis->syscalls[1].blocked_ns, 1.4e9);
	assert_near(analysis->syscalls[1].runqueue_ns, 1e8);
	analysis__free(analysis);
	book__free(book);
}

static void lives_are_cut_to_the_window(void **state)
{
	struct book *book = book__open(2);
	struct store_thread row = {.process = book->process, .comm = "t"};
	static const int64_t lives[][3] = {
		{T0 - 5 * SECOND, 0, 2 * SECOND}, /* not known to have ended */
		{T0 + SECOND, T0 + SECOND + 7, 7},
		{T0 - 9, T0 + 9 * SECOND, 2 * SECOND},
	};
	struct analysis *analysis;
	store_id id;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(lives); i++) {
		row.start_ns = lives[i][0];
		row.end_ns = lives[i][1];
		assert_int_equal(store_writer__thread(book->writer, &row, &id), 0);
	}
	analysis = book__analyze(book);
	for (size_t i = 0; i < G_N_ELEMENTS(lives); i++)
		assert_int_equal(analysis->threads[i].life_ns, lives[i][2]);
	analysis__free(analysis);
	book__free(book);
}

static void an_interrupted_capture_goes_as_far_as_it_was_written(void **state)
{
	struct book *book = book__open(3);
	struct analysis *analysis;
	char *error = NULL;

	(void)state;
	book__thread(book, 1);
	assert_int_equal(store_writer__progress(book->writer, T0 + SECOND), 0);
	assert_int_equal(store_writer__commit(book->writer), 0);
	store_writer__abandon(book->writer, false);
	book->writer = NULL;
	if (analysis__load(&analysis, book->path, &error))
		fail_msg("%s", error);
	assert_false(analysis->capture.complete);
	assert_int_equal(analysis->window_ns, SECOND);
	assert_int_equal(analysis->threads[0].life_ns, SECOND);
	analysis__free(analysis);
	for (const char *const *end = (const char *const[]){"-wal", "-shm", NULL}; *end; end++) {
		char *path = g_strconcat(book->path, *end, NULL);

		remove(path);
		g_free(path);
	}
	book__free(book);
}

static void an_empty_capture_is_all_zero(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = book__analyze(book);
	size_t count = 7;

	(void)state;
	assert_near(analysis->error_ratio, 0);
	assert_int_equal(analysis->piece_count, 0);
	for (int i = 0; i < HEADLINE_COUNT; i++) {
		assert_near(analysis->headlines[i].time.high, 0);
		assert_near(analysis->headlines[i].share, 0);
	}
	assert_null(analysis__stack(analysis, 0, &count));
	assert_int_equal(count, 0);
	assert_null(analysis__stack(analysis, 77, &count));
	analysis__free(analysis);
	book__free(book);
}

static void no_file_no_analysis(void **state)
{
	struct analysis *analysis;
	char *error = NULL;

	(void)state;
	assert_int_equal(analysis__load(&analysis, "/nonexistent/capture", &error), -ENOENT);
	assert_null(analysis);
	assert_non_null(error);
	free(error);
}

static void numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(syscall__name(SYS_openat), "openat");
	assert_string_equal(syscall__name(SYS_futex), "futex");
	assert_string_equal(syscall__name(SYSCALL_NONE), "(no system call)");
	assert_string_equal(syscall__name(SYSCALL_COMPAT + 120), "i386:120");
	assert_string_equal(syscall__name(4000), "syscall:4000");
	assert_string_equal(syscall__name(INT64_MIN), "syscall:-9223372036854775808");
	assert_ptr_equal(syscall__name(4000), syscall__name(4000));
	assert_string_equal(state__name(STATE_IO_WAIT), "io-wait");
	assert_string_equal(state__name(99), "?");
	assert_string_equal(basis__name(BASIS_ESTIMATED), "estimated");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ledger_adds_up),
		cmocka_unit_test(lives_are_cut_to_the_window),
		cmocka_unit_test(an_interrupted_capture_goes_as_far_as_it_was_written),
		cmocka_unit_test(an_empty_capture_is_all_zero),
		cmocka_unit_test(no_file_no_analysis),
		cmocka_unit_test(numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
