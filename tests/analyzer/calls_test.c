// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Calls a second from the moments in which they were counted. */
#include "book.h"

#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define MOMENTS 10
#define LENGTH (SECOND / 100)

static void sampling(struct book *book, int64_t added_ns, const char *note)
{
	const struct store_call_sampling row = {100000, added_ns, note};

	assert_int_equal(store_writer__call_sampling(book->writer, &row), 0);
}

/* Ten moments of 10 ms in a second: 1, 2, 3 ... */
static void moments(struct book *book)
{
	for (int i = 0; i < MOMENTS; i++) {
		const int64_t from_ns = T0 + i * (SECOND / MOMENTS);
		const struct store_call_moment row = {from_ns, from_ns + LENGTH};
		store_id id;

		assert_int_equal(store_writer__call_moment(book->writer, &row, &id), 0);
		assert_int_equal(id, i + 1);
	}
}

static void sample(struct book *book, struct store_call_sample row)
{
	assert_int_equal(store_writer__call_sample(book->writer, &row), 0);
}

static const struct call_row *row_of(const struct analysis *analysis, size_t process, int64_t nr)
{
	for (size_t i = 0; i < analysis->call_count; i++)
		if (analysis->calls[i].process == process && analysis->calls[i].nr == nr)
			return &analysis->calls[i];
	fail_msg("no row of system call %d", (int)nr);
	return NULL;
}

static void moments_without_calls_count(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 11);
	struct analysis *analysis;
	const struct call_row *row;

	(void)state;
	sampling(book, 300, NULL);
	moments(book);
	book__ledger(book, (struct store_ledger){thread, 1, STATE_INTERRUPTIBLE, SYS_openat, 10, 1,
						 1234, 0});
	/* 20 in one moment of ten, half of them whole. */
	sample(book, (struct store_call_sample){4, book->process, SYS_openat, 20, 5, -1, 10, 7000});
	analysis = book__analyze(book);
	row = row_of(analysis, CALLS_OF_ALL, SYS_openat);
	assert_string_equal(row->name, "openat");
	assert_int_equal(analysis->call_sampling.moments, MOMENTS);
	assert_near(analysis->call_sampling.share, 0.1);
	assert_near(analysis->call_sampling.added_ns, 300);
	assert_null(analysis->call_sampling.note);
	assert_int_equal(row->counted, 20);
	assert_int_equal(row->errors, 5);
	assert_near(row->per_second.value, 200);
	/* One moment in ten has it all, which a count of 1 may also be had it been 5. */
	assert_true(row->per_second.low < 1);
	assert_true(row->per_second.high > 4.5 * 200 && row->per_second.high < 5.6 * 200);
	assert_true(isnan(row->bytes.value));
	assert_near(row->whole_ns.value, 700);
	assert_true(isnan(row->whole_ns.low));
	assert_near(row->blocked_ns, 1234);
	assert_near(row_of(analysis, 0, SYS_openat)->per_second.value, 200);
	analysis__free(analysis);
	book__free(book);
}

static void bytes_are_a_call(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis;
	const struct call_row *row;

	(void)state;
	book__thread(book, 11);
	sampling(book, -1, NULL);
	moments(book);
	for (int i = 0; i < MOMENTS; i++)
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_recvfrom, 10 + i,
							0, INT64_C(100) * (10 + i), 0, 0});
	analysis = book__analyze(book);
	row = row_of(analysis, CALLS_OF_ALL, SYS_recvfrom);
	assert_near(row->bytes.value, 100);
	assert_near(row->bytes.low, 100);
	assert_near(row->bytes.high, 100);
	assert_near(row->per_second.value, 1450);
	assert_true(row->per_second.low < 1450 && row->per_second.low > 1200);
	assert_true(isnan(row->whole_ns.value));
	assert_true(isnan(analysis->call_sampling.added_ns));
	assert_false(row->by_kernel);
	analysis__free(analysis);
	book__free(book);
}

/* A process that is on a CPU half of the time, and of that counting took a fifth. */
static void what_counting_kept_away_is_in_the_upper_end(void **state)
{
	double highs[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct book *book = book__open(1);
		store_id thread = book__thread(book, 11);
		struct analysis *analysis;

		sampling(book, i ? 1000 : 0, NULL);
		moments(book);
		book__ledger(book, (struct store_ledger){thread, 1, STATE_RUNNING, -1, 0, 1,
							 SECOND / 2, 0});
		for (int j = 0; j < MOMENTS; j++)
			sample(book, (struct store_call_sample){j + 1, book->process, SYS_getppid,
								1000, 0, -1, 1000, 100000});
		analysis = book__analyze(book);
		assert_near(row_of(analysis, 0, SYS_getppid)->per_second.value, 100000);
		assert_near(row_of(analysis, CALLS_OF_ALL, SYS_getppid)->per_second.value, 100000);
		highs[i] = row_of(analysis, 0, SYS_getppid)->per_second.high;
		assert_near(row_of(analysis, CALLS_OF_ALL, SYS_getppid)->per_second.high, highs[i]);
		analysis__free(analysis);
		book__free(book);
	}
	/* All of them were alike, so chance alone is left: 10,000 counted calls. */
	assert_true(highs[0] > 101900 && highs[0] < 102100);
	assert_near(highs[1], highs[0] / (1 - highs[0] * 1e-6 / 0.5));
}

/* 3 in 4 reads are read(2), 1 is pread(2); the kernel has counted 10,000. */
static void reads_are_shares_of_the_kernels_count(void **state)
{
	struct book *book = book__open(1);
	const struct store_process_io io = {book->process, {{10000, 1, 0, 0, 0, 0, 0}}, 0};
	struct analysis *analysis;
	const struct call_row *row;

	(void)state;
	book__thread(book, 11);
	sampling(book, 100, NULL);
	moments(book);
	assert_int_equal(store_writer__process_io(book->writer, &io), 0);
	for (int i = 0; i < MOMENTS; i++) {
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_read, 30 + 3 * i,
							0, 0, 0, 0});
		sample(book,
		       (struct store_call_sample){i + 1, book->process, SYS_write, 5, 0, 0, 0, 0});
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_pread64, 10 + i,
							0, 0, 0, 0});
	}
	analysis = book__analyze(book);
	row = row_of(analysis, CALLS_OF_ALL, SYS_read);
	assert_true(row->by_kernel);
	assert_near(row->per_second.value, 7500);
	/* All moments say the same; what 3 in 580 may have been is not known. */
	assert_true(fabs(row->per_second.low - (7500 - 10000 * 3 / 580.0)) < 1);
	assert_true(fabs(row->per_second.high - (7500 + 10000 * 3 / 580.0)) < 1);
	assert_near(row_of(analysis, 0, SYS_pread64)->per_second.value, 2500);
	/* 50 calls are too few to be shares of anything. */
	assert_false(row_of(analysis, 0, SYS_write)->by_kernel);
	assert_near(row_of(analysis, 0, SYS_write)->per_second.value, 500);
	analysis__free(analysis);
	book__free(book);
}

/* Each openat brings two reads; of these the kernel has counted half more than the moments tell of.
 */
static void calls_go_with_reads(void **state)
{
	struct book *book = book__open(1);
	const struct store_process_io io = {book->process, {{43500, 1, 0, 0, 0, 0, 0}}, 0};
	struct analysis *analysis;

	(void)state;
	book__thread(book, 11);
	sampling(book, 100, NULL);
	moments(book);
	assert_int_equal(store_writer__process_io(book->writer, &io), 0);
	for (int i = 0; i < MOMENTS; i++) {
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_read,
							INT64_C(2) * (100 + 10 * i), 0, 0, 0, 0});
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_openat,
							100 + 10 * i, 0, -1, 0, 0});
		/* It has nothing to do with them. */
		sample(book, (struct store_call_sample){i + 1, book->process, SYS_futex,
							100 + 10 * (i % 2), 0, -1, 0, 0});
	}
	analysis = book__analyze(book);
	assert_near(row_of(analysis, 0, SYS_read)->per_second.value, 43500);
	assert_true(row_of(analysis, CALLS_OF_ALL, SYS_openat)->by_kernel);
	assert_near(row_of(analysis, CALLS_OF_ALL, SYS_openat)->per_second.value, 21750);
	assert_near(row_of(analysis, 0, SYS_openat)->per_second.low, 21750 * (1 - 3 / 1450.0));
	assert_false(row_of(analysis, 0, SYS_futex)->by_kernel);
	assert_near(row_of(analysis, 0, SYS_futex)->per_second.value, 10500);
	analysis__free(analysis);
	book__free(book);
}

/* Whose reads fail, who calls sendfile(2), and who has waited for a child. */
static void the_kernels_count_is_not_always_of_the_same(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct book *book = book__open(1);
		const struct store_process_io io = {
			book->process, {{10000, 1, 0, 0, 0, 0, 0}}, i == 3};
		struct analysis *analysis;

		book__thread(book, 11);
		sampling(book, 100, NULL);
		moments(book);
		assert_int_equal(store_writer__process_io(book->writer, &io), 0);
		for (int j = 0; j < MOMENTS; j++) {
			sample(book, (struct store_call_sample){j + 1, book->process, SYS_read, 50,
								i == 1, 0, 0, 0});
			if (i == 2)
				sample(book,
				       (struct store_call_sample){j + 1, book->process,
								  SYS_sendfile, 1, 0, 0, 0, 0});
		}
		analysis = book__analyze(book);
		assert_int_equal(row_of(analysis, 0, SYS_read)->by_kernel, i == 0);
		assert_near(row_of(analysis, 0, SYS_read)->per_second.value, i ? 5000 : 10000);
		analysis__free(analysis);
		book__free(book);
	}
}

static void processes_are_told_apart(void **state)
{
	struct book *book = book__open(1);
	const struct store_process child = {43, 42, "child", NULL, -1, T0, 0};
	struct analysis *analysis;
	store_id second;

	(void)state;
	book__thread(book, 11);
	assert_int_equal(store_writer__process(book->writer, &child, &second), 0);
	sampling(book, 0, NULL);
	moments(book);
	for (int i = 0; i < MOMENTS; i++) {
		sample(book,
		       (struct store_call_sample){i + 1, book->process, SYS_futex, 3, 0, -1, 3, 3});
		sample(book, (struct store_call_sample){i + 1, second, SYS_futex, 1, 1, -1, 1, 1});
	}
	analysis = book__analyze(book);
	assert_int_equal(analysis->call_count, 3);
	assert_int_equal(analysis->calls[0].process, CALLS_OF_ALL);
	assert_near(analysis->calls[0].per_second.value, 400);
	assert_int_equal(analysis->calls[0].errors, MOMENTS);
	assert_near(row_of(analysis, 0, SYS_futex)->per_second.value, 300);
	assert_near(row_of(analysis, 1, SYS_futex)->per_second.value, 100);
	analysis__free(analysis);
	book__free(book);
}

static void nothing_was_counted(void **state)
{
	static const char *const notes[] = {"not asked for", NULL};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
		struct book *book = book__open(1);
		struct analysis *analysis;

		book__thread(book, 11);
		if (notes[i])
			sampling(book, -1, notes[i]);
		analysis = book__analyze(book);
		assert_int_equal(analysis->call_count, 0);
		assert_int_equal(analysis->call_sampling.moments, 0);
		/* A capture from before version 5 has no word of it. */
		assert_string_equal(analysis->call_sampling.note,
				    notes[i] ? notes[i] : "this capture is older than that");
		analysis__free(analysis);
		book__free(book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_without_calls_count),
		cmocka_unit_test(bytes_are_a_call),
		cmocka_unit_test(what_counting_kept_away_is_in_the_upper_end),
		cmocka_unit_test(reads_are_shares_of_the_kernels_count),
		cmocka_unit_test(calls_go_with_reads),
		cmocka_unit_test(the_kernels_count_is_not_always_of_the_same),
		cmocka_unit_test(processes_are_told_apart),
		cmocka_unit_test(nothing_was_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
