// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What was read and written: sums of a process, and ratios that may have nothing below the line. */
#include "book.h"

#include <math.h>

static void thread_io(struct book *book, store_id thread, struct store_io io)
{
	const struct store_thread_io row = {thread, io};

	assert_int_equal(store_writer__thread_io(book->writer, &row), 0);
}

static void process_io(struct book *book, struct store_io io, int64_t child_faults)
{
	const struct store_process_io row = {book->process, io, child_faults};

	assert_int_equal(store_writer__process_io(book->writer, &row), 0);
}

static void the_rest_is_what_no_thread_has(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 11), two = book__thread(book, 12);
	struct analysis *analysis;

	(void)state;
	book__thread(book, 13);
	thread_io(book, one, (struct store_io){{10, 640, 2, 20, 4096, 8192, 0}});
	thread_io(book, two, (struct store_io){{5, 36, 0, 0, 0, 0, 0}});
	process_io(book, (struct store_io){{18, 1000, 2, 20, 4096, 8192, 7}}, 3);
	analysis = book__analyze(book);
	const struct process_row *process = &analysis->processes[0];
	const int64_t expected[] = {3, 324, 0, 0, 0, 0, 7};

	assert_true(analysis->threads[0].io.known);
	assert_int_equal(analysis->threads[0].io.counts[IO_DEVICE_WRITE_BYTES], 8192);
	assert_false(analysis->threads[2].io.known);
	assert_true(process->io.known);
	assert_true(process->io_rest.known);
	assert_memory_equal(process->io_rest.counts, expected, sizeof(expected));
	assert_int_equal(process->io_unread, 1);
	assert_int_equal(process->child_faults, 3);
	assert_near(io__bytes_per_read(&analysis->threads[0].io), 64);
	assert_near(io__bytes_per_write(&analysis->threads[0].io), 10);
	assert_near(io__cached_at_least(&analysis->threads[1].io), 1);
	analysis__free(analysis);
	book__free(book);
}

/* A capture from before version 4, or of a kernel that does not count. */
static void nothing_is_known(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis;

	(void)state;
	book__thread(book, 11);
	analysis = book__analyze(book);
	assert_false(analysis->threads[0].io.known);
	assert_false(analysis->processes[0].io.known);
	assert_false(analysis->processes[0].io_rest.known);
	assert_true(isnan(io__bytes_per_read(&analysis->threads[0].io)));
	assert_true(isnan(io__cached_at_least(&analysis->processes[0].io)));
	analysis__free(analysis);
	book__free(book);
}

/* Threads that have more than their process, as no kernel counts. */
static void a_rest_is_never_less_than_nothing(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 11), two = book__thread(book, 12);
	const struct store_io most = {{STORE_IO_MAX, STORE_IO_MAX, STORE_IO_MAX, STORE_IO_MAX,
				       STORE_IO_MAX, STORE_IO_MAX, STORE_IO_MAX}};
	struct analysis *analysis;

	(void)state;
	thread_io(book, one, most);
	thread_io(book, two, most);
	process_io(book, (struct store_io){{1, 1, 1, 1, 1, 1, 1}}, 0);
	analysis = book__analyze(book);
	for (int i = 0; i < IO_COUNTS; i++)
		assert_int_equal(analysis->processes[0].io_rest.counts[i], 0);
	analysis__free(analysis);
	book__free(book);
}

static void ratios(void **state)
{
	static const struct {
		struct io_row io;
		double per_read, per_write, cached;
	} cases[] = {
		{{true, {0}}, NAN, NAN, NAN},
		{{false, {1, 1, 1, 1}}, NAN, NAN, NAN},
		{{true, {4, 0, 0, 0, 4096}}, 0, NAN, NAN}, /* end of file; mapped pages */
		{{true, {2, 128, 4, 10}}, 64, 2.5, 1},
		{{true, {2, 8192, 0, 0, 4096}}, 4096, NAN, 0.5},
		{{true, {2, 8192, 0, 0, 8192}}, 4096, NAN, 0},
		{{true, {1, 64, 0, 0, 4096}}, 64, NAN, 0}, /* a whole page for 64 bytes */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const double expected[] = {cases[i].per_read, cases[i].per_write, cases[i].cached};
		const double found[] = {io__bytes_per_read(&cases[i].io),
					io__bytes_per_write(&cases[i].io),
					io__cached_at_least(&cases[i].io)};

		for (size_t j = 0; j < G_N_ELEMENTS(found); j++) {
			if (isnan(expected[j]))
				assert_true(isnan(found[j]));
			else
				assert_near(found[j], expected[j]);
		}
	}
}

static void counts_have_names(void **state)
{
	(void)state;
	assert_string_equal(io_count__name(IO_READ_CALLS), "read_calls");
	assert_string_equal(io_count__name(IO_CANCELLED_WRITE_BYTES), "cancelled_write_bytes");
	assert_string_equal(io_count__name(IO_COUNTS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_is_what_no_thread_has),
		cmocka_unit_test(nothing_is_known),
		cmocka_unit_test(a_rest_is_never_less_than_nothing),
		cmocka_unit_test(ratios),
		cmocka_unit_test(counts_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
