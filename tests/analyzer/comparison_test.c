// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Two captures beside each other, by examples computed by hand. */
#include "book.h"

#include <errno.h>
#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/comparison.h"

#define SLEEP STATE_INTERRUPTIBLE
#define MUTEX "main;pthread_mutex_lock|do_futex;futex_wait;futex_do_wait;schedule"
#define OTHER_MUTEX "main;work;pthread_mutex_lock|do_futex;futex_wait;futex_do_wait;schedule"
#define CONDITION "main;pthread_cond_wait|do_futex;futex_wait;futex_do_wait;schedule"
#define MS INT64_C(1000000)

static void draw(struct book *book, store_id thread, int slice, const char *stack, int64_t ns)
{
	book__evidence(book, (struct store_evidence){.thread = thread,
						     .slice = slice,
						     .state = SLEEP,
						     .syscall = SYS_futex,
						     .class = 20,
						     .stack = book__stack(book, stack),
						     .futex_op = FUTEX_WAIT,
						     .count = 1,
						     .ns = ns,
						     .weight = (double)ns});
}

/* So long for the mutex, the rest of a second without work: two spans, both drawn. */
static void slice(struct book *book, store_id thread, int slice, const char *mutex, int64_t ns)
{
	book__ledger(book,
		     (struct store_ledger){thread, slice, SLEEP, SYS_futex, 20, 2, SECOND, 0});
	draw(book, thread, slice, mutex, ns);
	draw(book, thread, slice, CONDITION, SECOND - ns);
}

/* Slices that wait one and the other time for the mutex, in turn. */
static struct analysis *capture(int slices, int64_t one_ms, int64_t other_ms)
{
	struct book *book = book__open(slices);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	for (int i = 1; i <= slices; i++)
		slice(book, thread, i, MUTEX, (i % 2 ? one_ms : other_ms) * MS);
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

static struct comparison *compare_by(struct analysis *before, struct analysis *after,
				     const struct comparison_request *request)
{
	struct comparison *comparison;
	char *error = NULL;

	/* Else they would be one and the same capture. */
	after->capture.started_unix_ns = before->capture.started_unix_ns + 3600 * SECOND;
	if (comparison__new(&comparison, before, after, request, &error))
		fail_msg("%s", error);
	return comparison;
}

static struct comparison *compare(struct analysis *before, struct analysis *after)
{
	const struct comparison_request request = {.divisor = PER_WALL_SECOND};

	return compare_by(before, after, &request);
}

static void finish(struct comparison *comparison, struct analysis *before, struct analysis *after)
{
	comparison__free(comparison);
	analysis__free(before);
	analysis__free(after);
}

static const struct change_row *row_of(const struct comparison *comparison, enum compared table,
				       const char *name)
{
	for (size_t i = 0; i < comparison->tables[table].count; i++) {
		if (!strcmp(comparison->tables[table].rows[i].name, name))
			return &comparison->tables[table].rows[i];
	}
	fail_msg("no row %s", name);
	return NULL;
}

static const struct change_row *stack_row(const struct comparison *comparison, const char *frame)
{
	const struct change_table *table = &comparison->tables[COMPARED_STACKS];

	for (size_t i = 0; i < table->count; i++) {
		for (size_t j = 0; j < table->rows[i].frame_count; j++) {
			if (!strcmp(table->rows[i].frames[j]->name, frame))
				return &table->rows[i];
		}
	}
	fail_msg("no stack with %s", frame);
	return NULL;
}

static void about(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance * fabs(expected)))
		fail_msg("%.12g, expected %.12g", value, expected);
}

/*
 * Waits of 400 and 600 ms, then 700 and 900 ms, in turn for ten slices each: 500 and 800 ms a
 * second. Residuals of 100 ms: a variance of 10/9 * 10 * (0.1 s)^2 in ten seconds on each side, so
 * of 2/900 s^2 in one; 18 degrees of freedom, whose 95 % point is 2.100922. The margin is a
 * fiftieth of the 800 ms.
 */
static void a_change_is_found(void **state)
{
	struct analysis *before = capture(10, 400, 600), *after = capture(10, 700, 900);
	struct comparison *comparison = compare(before, after);
	const struct change_row *row = row_of(comparison, COMPARED_CAUSES, "lock/futex");
	double deviation = sqrt(2.0 / 900);

	(void)state;
	about(row->side[SIDE_BEFORE].value, 500e6, 1e-9);
	about(row->side[SIDE_AFTER].value, 800e6, 1e-9);
	about(row->side[SIDE_BEFORE].ns, 5e9, 1e-9);
	assert_int_equal(row->side[SIDE_AFTER].basis, BASIS_EXACT);
	about(row->change, 300e6, 1e-9);
	about(row->low, (0.3 - 2.100922 * deviation) * 1e9, 1e-6);
	about(row->high, (0.3 + 2.100922 * deviation) * 1e9, 1e-6);
	/* 2 P(T > (300 - 16) / 47.1405) of 18 degrees, by integration. */
	about(row->p, 1.0718e-05, 1e-4);
	assert_int_equal(row->verdict, VERDICT_MORE);
	assert_null(row->why);
	row = row_of(comparison, COMPARED_CAUSES, "idle/park");
	assert_int_equal(row->verdict, VERDICT_LESS);
	assert_true(row->idle);
	about(row->change, -300e6, 1e-9);
	/* In the face of all rows that were tested the chance is larger, at most by their number.
	 */
	assert_true(row->adjusted_p >= row->p);
	assert_true(row->adjusted_p <= row->p * (double)comparison->tested * (1 + 1e-9));
	/* The largest change comes first. */
	assert_true(fabs(comparison->tables[COMPARED_CAUSES].rows[0].change) >= 300e6 * 0.999);
	about(row_of(comparison, COMPARED_TOTALS, "all threads")->side[SIDE_AFTER].value, 1e9,
	      1e-9);
	about(row_of(comparison, COMPARED_TOTALS, "not idle")->change, 300e6, 1e-9);
	about(row_of(comparison, COMPARED_FUNCTIONS, "futex-wait")->change, 0, 1e-9);
	assert_int_equal(row_of(comparison, COMPARED_FUNCTIONS, "futex-wait")->verdict,
			 VERDICT_SAME);
	finish(comparison, before, after);
}

static void the_same_is_no_difference(void **state)
{
	struct analysis *before = capture(10, 400, 600), *after = capture(10, 620, 400);
	struct comparison *comparison = compare(before, after);

	(void)state;
	for (int table = 0; table < COMPARED_COUNT; table++) {
		for (size_t i = 0; i < comparison->tables[table].count; i++) {
			enum verdict verdict = comparison->tables[table].rows[i].verdict;

			assert_true(verdict == VERDICT_SAME || verdict == VERDICT_TOO_LITTLE);
		}
	}
	assert_true(comparison->tested >= 6);
	finish(comparison, before, after);
}

/* What does not vary at all is a finding only beyond the margin: a fiftieth of the row. */
static void what_does_not_matter_is_no_finding(void **state)
{
	struct analysis *before = capture(10, 500, 500), *after = capture(11, 500, 500);
	struct analysis *bit = capture(12, 509, 509), *more = capture(13, 513, 513);
	struct comparison *same = compare(before, after);
	struct comparison *little = compare(before, bit);
	struct comparison *much = compare(before, more);

	(void)state;
	assert_int_equal(row_of(same, COMPARED_CAUSES, "lock/futex")->verdict, VERDICT_SAME);
	about(row_of(same, COMPARED_CAUSES, "lock/futex")->p, 1, 0);
	assert_int_equal(row_of(little, COMPARED_CAUSES, "lock/futex")->verdict, VERDICT_SAME);
	assert_int_equal(row_of(much, COMPARED_CAUSES, "lock/futex")->verdict, VERDICT_MORE);
	comparison__free(same);
	comparison__free(little);
	comparison__free(much);
	analysis__free(before);
	analysis__free(after);
	analysis__free(bit);
	analysis__free(more);
}

static void few_slices_are_no_sample(void **state)
{
	struct analysis *before = capture(10, 100, 100), *after = capture(4, 900, 900);
	struct comparison *comparison = compare(before, after);
	const struct change_row *row = row_of(comparison, COMPARED_CAUSES, "lock/futex");

	(void)state;
	assert_int_equal(row->verdict, VERDICT_TOO_LITTLE);
	assert_non_null(strstr(row->why, "slices"));
	assert_true(isnan(row->p));
	assert_int_equal(comparison->tested, 0);
	assert_non_null(strstr(comparison->warnings[0], "very different lengths"));
	assert_non_null(strstr(comparison->warnings[1], "worth 4.0 slices"));
	finish(comparison, before, after);
}

/* 3 ms of 800 ms that are not idle are below half a percent, however they change. */
static void a_small_share_is_no_sample(void **state)
{
	struct analysis *analyses[SIDES];
	struct comparison *comparison;

	(void)state;
	for (int side = 0; side < SIDES; side++) {
		struct book *book = book__open(10);
		store_id thread = book__thread(book, 1);

		for (int i = 1; i <= 10; i++) {
			int64_t io = side == SIDE_AFTER ? 3 * MS : 1;

			slice(book, thread, i, MUTEX, 800 * MS - io);
			book__ledger(book, (struct store_ledger){thread, i, SLEEP, SYS_read, 5, 1,
								 io, 0});
			book__evidence(book, (struct store_evidence){
						     .thread = thread,
						     .slice = i,
						     .state = SLEEP,
						     .syscall = SYS_read,
						     .class = 5,
						     .stack = book__stack(
							     book, "main;read|ksys_read;pipe_read;"
								   "schedule"),
						     .futex_op = FUTEX_OP_NONE,
						     .count = 1,
						     .ns = io,
						     .weight = (double)io});
		}
		analyses[side] = book__analyze(book);
		book__free(book);
	}
	comparison = compare(analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
	assert_int_equal(row_of(comparison, COMPARED_CAUSES, "io/pipe")->verdict,
			 VERDICT_TOO_LITTLE);
	assert_non_null(strstr(row_of(comparison, COMPARED_CAUSES, "io/pipe")->why, "share"));
	assert_int_equal(comparison->tables[COMPARED_STACKS].left_out, 1);
	about(comparison->tables[COMPARED_STACKS].left_out_ns[SIDE_AFTER], 30e6, 1e-9);
	finish(comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
}

/* All of it in two of ten seconds: that may happen to come or not to come. */
static void a_burst_is_no_sample(void **state)
{
	struct analysis *analyses[SIDES];
	struct comparison *comparison;
	const struct change_row *row;

	(void)state;
	for (int side = 0; side < SIDES; side++) {
		struct book *book = book__open(10);
		store_id thread = book__thread(book, 1);

		for (int i = 1; i <= 10; i++)
			slice(book, thread, i, side == SIDE_AFTER && i > 8 ? OTHER_MUTEX : MUTEX,
			      (i % 2 ? 300 : 310) * MS);
		analyses[side] = book__analyze(book);
		book__free(book);
	}
	comparison = compare(analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
	row = stack_row(comparison, "work");
	about(row->change, 61e6, 1e-9);
	assert_int_equal(row->verdict, VERDICT_TOO_LITTLE);
	assert_non_null(strstr(row->why, "fewer than 4 slices"));
	finish(comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
}

/*
 * 5 ms of running in each second, of which four ticks tell: all in user code before, all in the
 * kernel after. That is a large enough share, but four draws are no sample.
 */
static void a_few_draws_are_no_sample(void **state)
{
	static const char *const places[SIDES] = {"main;work", "main;work|vfs_statx"};
	struct analysis *analyses[SIDES];
	struct comparison *comparison;
	const struct change_row *row;

	(void)state;
	for (int side = 0; side < SIDES; side++) {
		struct book *book = book__open(10);
		store_id thread = book__thread(book, 1);

		for (int i = 1; i <= 10; i++) {
			slice(book, thread, i, MUTEX, (i % 2 ? 300 : 310) * MS);
			book__ledger(book, (struct store_ledger){thread, i, STATE_RUNNING,
								 SYSCALL_NONE, 0, 1, 5 * MS, 0});
			if (i > 4)
				continue;
			book__evidence(book, (struct store_evidence){
						     .thread = thread,
						     .slice = i,
						     .state = STATE_RUNNING,
						     .syscall = SYSCALL_NONE,
						     .stack = book__stack(book, places[side]),
						     .futex_op = FUTEX_OP_NONE,
						     .count = 1,
						     .ns = 2 * MS,
						     .weight = 2e6});
		}
		analyses[side] = book__analyze(book);
		book__free(book);
	}
	comparison = compare(analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
	row = row_of(comparison, COMPARED_CAUSES, "cpu/user");
	about(row->change, -5e6, 1e-9);
	assert_int_equal(row->verdict, VERDICT_TOO_LITTLE);
	assert_non_null(strstr(row->why, "draws"));
	assert_int_equal(row_of(comparison, COMPARED_CAUSES, "cpu/kernel")->verdict,
			 VERDICT_TOO_LITTLE);
	finish(comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
}

/*
 * 5 s in 1,000 operations, 8 s in 2,000: 5 ms and 4 ms. Both slices have as many spans, so nothing
 * is known against an even rate of work. Deviations sqrt(1/9) s / 1,000 and / 2,000; 13.235 degrees
 * of freedom, whose 95 % point is 2.156471.
 */
static void times_are_divided_by_work(void **state)
{
	const struct comparison_request request = {.divisor = PER_WORK, .operations = {1000, 2000}};
	struct analysis *before = capture(10, 400, 600), *after = capture(10, 700, 900);
	struct comparison *comparison = compare_by(before, after, &request);
	const struct change_row *row = row_of(comparison, COMPARED_CAUSES, "lock/futex");
	double deviation = sqrt(1.0 / 9 / 1e6 + 1.0 / 9 / 4e6);

	(void)state;
	assert_string_equal(comparison->unit.name, "operation");
	assert_string_equal(comparison->unit.quality[SIDE_AFTER], "given");
	about(comparison->unit.a_second[SIDE_AFTER], 200, 1e-9);
	about(row->side[SIDE_BEFORE].value, 5e6, 1e-9);
	about(row->side[SIDE_AFTER].value, 4e6, 1e-9);
	about(row->high - row->change, 2.156471 * deviation * 1e9, 1e-5);
	finish(comparison, before, after);
}

static void sleeps_of_a_point_are_work(void **state)
{
	const struct comparison_request request = {.divisor = PER_WORK, .work = "futex-wait"};
	struct analysis *before = capture(10, 400, 600), *after = capture(20, 700, 900);
	struct comparison *comparison = compare_by(before, after, &request);

	(void)state;
	/* Two spans in each slice. */
	assert_string_equal(comparison->unit.name, "sleep of futex-wait");
	about(comparison->unit.amount[SIDE_BEFORE], 20, 0);
	about(comparison->unit.amount[SIDE_AFTER], 40, 0);
	about(row_of(comparison, COMPARED_TOTALS, "all threads")->side[SIDE_AFTER].value, 500e6,
	      1e-9);
	finish(comparison, before, after);
}

/* Sleeps by evidence beside calls by a probe point. */
static void counts_of_different_kinds_are_not_compared(void **state)
{
	struct analysis *before = capture(10, 400, 600), *after = capture(10, 400, 600);
	struct comparison *comparison = compare(before, after);
	const struct change_row *row = row_of(comparison, COMPARED_FUNCTIONS, "futex-wait");

	(void)state;
	assert_int_equal(row->side[SIDE_BEFORE].count, 20);
	assert_true(row->side[SIDE_AFTER].count_exact);
	comparison__free(comparison);
	for (size_t i = 0; i < after->function_count; i++) {
		if (!strcmp(after->functions[i].name, "futex-wait"))
			after->functions[i].counts = "calls";
	}
	comparison = compare(before, after);
	row = row_of(comparison, COMPARED_FUNCTIONS, "futex-wait");
	for (int side = 0; side < SIDES; side++) {
		assert_int_equal(row->side[side].count, -1);
		assert_false(row->side[side].count_exact);
	}
	finish(comparison, before, after);
}

static struct analysis *capture_with_lock(const char *loss)
{
	struct book *book = book__open(10);
	store_id thread = book__thread(book, 1);
	const struct store_lock_wait wait = {thread, 1, 8, LOCK_MUTEX, 3, 300, 200};
	struct analysis *analysis;

	for (int i = 1; i <= 10; i++)
		slice(book, thread, i, MUTEX, 500 * MS);
	assert_int_equal(store_writer__lock_wait(book->writer, &wait), 0);
	if (loss)
		assert_int_equal(store_writer__loss(book->writer, loss, 1, "of a test"), 0);
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

static void waits_are_exact_where_none_was_lost(void **state)
{
	static const struct {
		const char *loss;
		bool cut_off, exact;
	} cases[] = {
		{NULL, false, true},	      {"call-ends", false, true},
		{"lock-waits", false, false}, {"lock-depth", false, false},
		{"switches", false, false},   {"missed-runs", false, false},
		{NULL, true, false},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct analysis *before = capture_with_lock(NULL);
		struct analysis *after = capture_with_lock(cases[i].loss);
		struct comparison *comparison;
		const struct change_row *row;

		after->capture.complete = !cases[i].cut_off;
		comparison = compare(before, after);
		row = row_of(comparison, COMPARED_LOCKS, "mutex");
		assert_int_equal(row->side[SIDE_AFTER].count, 3);
		assert_true(row->side[SIDE_BEFORE].count_exact);
		assert_int_equal(row->side[SIDE_AFTER].count_exact, cases[i].exact);
		finish(comparison, before, after);
	}
}

static void warns(const struct comparison *comparison, const char *what)
{
	for (char **warning = comparison->warnings; *warning; warning++) {
		if (strstr(*warning, what))
			return;
	}
	fail_msg("no warning: %s", what);
}

/* By chance it was another of those who want it whose stacks were drawn most. */
static void a_lock_is_one_whoever_wanted_it_most(void **state)
{
	struct analysis *before = capture_with_lock(NULL);
	struct analysis *after = capture_with_lock(NULL);
	struct comparison *comparison;

	(void)state;
	before->locks[0].where = "one";
	after->locks[0].where = "another";
	comparison = compare(before, after);
	assert_int_equal(comparison->tables[COMPARED_LOCKS].count, 1);
	assert_string_equal(row_of(comparison, COMPARED_LOCKS, "mutex")->where, "one");
	assert_int_equal(row_of(comparison, COMPARED_LOCKS, "mutex")->side[SIDE_AFTER].count, 3);
	comparison__free(comparison);
	/* An address of another kernel is another lock. */
	after->capture.host = "elsewhere";
	comparison = compare(before, after);
	assert_int_equal(comparison->tables[COMPARED_LOCKS].count, 2);
	finish(comparison, before, after);
}

static void captures_that_lost_much_are_doubted(void **state)
{
	struct analysis *before = capture_with_lock(NULL);
	struct analysis *after = capture_with_lock("switches");
	struct comparison *comparison = compare(before, after);

	(void)state;
	assert_null(comparison->warnings[0]);
	comparison__free(comparison);
	after->losses[0].value = 50000000;
	comparison = compare(before, after);
	warns(comparison, "much was lost after: 50000000 switches");
	finish(comparison, before, after);
}

/* Sleeps without any stack, twice as long after: what they are is a guess, their sum is not. */
static void time_without_a_draw_is_no_sample(void **state)
{
	struct analysis *analyses[SIDES];
	struct comparison *comparison;
	const struct change_row *row;

	(void)state;
	for (int side = 0; side < SIDES; side++) {
		struct book *book = book__open(10);
		store_id thread = book__thread(book, 1);

		for (int i = 1; i <= 10; i++)
			book__ledger(book, (struct store_ledger){
						   thread, i, SLEEP, SYS_clock_nanosleep, 20, 5,
						   (int64_t)(side + 1) * 300 * MS, 0});
		analyses[side] = book__analyze(book);
		book__free(book);
	}
	comparison = compare(analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
	row = row_of(comparison, COMPARED_CAUSES, "idle/sleep");
	assert_int_equal(row->side[SIDE_AFTER].basis, BASIS_ESTIMATED);
	about(row->change, 300e6, 1e-9);
	assert_int_equal(row->verdict, VERDICT_TOO_LITTLE);
	assert_non_null(strstr(row->why, "draws"));
	row = row_of(comparison, COMPARED_TOTALS, "all threads");
	about(row->change, 300e6, 1e-9);
	assert_int_equal(row->verdict, VERDICT_MORE);
	finish(comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
}

/* Twice the threads with twice the time: no change for each of them. */
static void times_are_divided_by_threads(void **state)
{
	const struct comparison_request request = {.divisor = PER_THREAD_SECOND};
	struct analysis *before = capture(10, 400, 600), *after;
	struct book *book = book__open(10);
	struct comparison *comparison;
	bool warned = false;

	(void)state;
	for (int tid = 1; tid <= 2; tid++) {
		store_id thread = book__thread(book, tid);

		for (int i = 1; i <= 10; i++)
			slice(book, thread, i, MUTEX, (i % 2 ? 410 : 600) * MS);
	}
	after = book__analyze(book);
	book__free(book);
	comparison = compare_by(before, after, &request);
	about(row_of(comparison, COMPARED_CAUSES, "lock/futex")->side[SIDE_AFTER].value, 505e6,
	      1e-9);
	assert_int_equal(row_of(comparison, COMPARED_CAUSES, "lock/futex")->verdict, VERDICT_SAME);
	for (char **warning = comparison->warnings; *warning; warning++)
		warned |= strstr(*warning, "different numbers of threads") != NULL;
	assert_true(warned);
	finish(comparison, before, after);
}

/* Ids follow the order of what was seen, which is another one in each capture. */
static void stacks_are_matched_by_their_frames(void **state)
{
	struct analysis *analyses[SIDES];
	struct comparison *comparison;
	const struct change_row *row;

	(void)state;
	for (int side = 0; side < SIDES; side++) {
		struct book *book = book__open(10);
		store_id thread = book__thread(book, 1);

		if (side == SIDE_AFTER)
			book__stack(book, "unseen;in;the;other|entry;deep");
		for (int i = 1; i <= 10; i++)
			slice(book, thread, i, side == SIDE_AFTER ? OTHER_MUTEX : MUTEX,
			      (300 + 100 * side + i % 2) * MS);
		analyses[side] = book__analyze(book);
		book__free(book);
	}
	comparison = compare(analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
	assert_int_equal(comparison->tables[COMPARED_STACKS].count, 3);
	row = stack_row(comparison, "pthread_cond_wait");
	about(row->side[SIDE_BEFORE].value, 699.5e6, 1e-9);
	about(row->side[SIDE_AFTER].value, 599.5e6, 1e-9);
	row = stack_row(comparison, "work");
	about(row->side[SIDE_BEFORE].value + 1, 1, 0);
	assert_int_equal(row->side[SIDE_BEFORE].basis, BASIS_SAMPLED);
	assert_int_equal(row->side[SIDE_AFTER].basis, BASIS_EXACT);
	about(row->side[SIDE_AFTER].value, 400.5e6, 1e-9);
	assert_int_equal(row->frame_count, 7);
	assert_int_equal(row->verdict, VERDICT_MORE);
	finish(comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER]);
}

static void refuses(const struct analysis *before, const struct analysis *after,
		    const struct comparison_request *request, int status, const char *why)
{
	struct comparison *comparison;
	char *error = NULL;

	assert_int_equal(comparison__new(&comparison, before, after, request, &error), status);
	assert_null(comparison);
	if (!strstr(error, why))
		fail_msg("'%s' does not say '%s'", error, why);
	g_free(error);
}

static void what_cannot_be_compared_is_refused(void **state)
{
	const struct comparison_request wall = {.divisor = PER_WALL_SECOND};
	const struct comparison_request openat = {.divisor = PER_WORK, .work = "openat"};
	const struct comparison_request read = {.divisor = PER_WORK, .work = "read"};
	const struct comparison_request none = {.divisor = PER_WORK, .operations = {1, 0}};
	struct analysis *before = capture(6, 400, 600), *after = capture(6, 400, 600);

	(void)state;
	refuses(before, after, &wall, -EINVAL, "one and the same capture");
	after->capture.started_unix_ns++;
	refuses(before, after, &openat, -ENOENT, "openat are not counted");
	refuses(before, after, &read, -ENOENT,
		"read are not counted in both captures; these are: futex-wait");
	before->threads[0].io.known = true;
	refuses(before, after, &read, -ENOENT, "read are not counted");
	after->threads[0].io = (struct io_row){.known = true, .counts = {[IO_READ_CALLS] = 9}};
	refuses(before, after, &openat, -ENOENT, "futex-wait, read, write");
	refuses(before, after, &read, -ENOENT, "no read call in the capture before");
	refuses(before, after, &none, -ENOENT, "no operation in the capture after");
	after->window_ns = 0;
	refuses(before, after, &wall, -EINVAL, "after was cut off before its window had begun");
	analysis__free(before);
	analysis__free(after);
}

static void what_makes_it_unsure_is_said(void **state)
{
	struct analysis *before = capture(6, 400, 600), *after = capture(6, 400, 600);
	struct comparison *comparison = compare(before, after);

	(void)state;
	assert_null(comparison->warnings[0]);
	comparison__free(comparison);
	after->functions[0].name = "a-newer-one";
	after->functions[0].point = -1;
	after->functions[1].backend = "fentry";
	after->capture.kernel = "6.18.0";
	after->capture.host = "elsewhere";
	after->capture.backend = "perf-tracepoints";
	after->capture.cpu_clock = "cycles";
	after->capture.cpus = 64;
	after->capture.complete = false;
	after->capture.lock_backend = "none";
	for (size_t i = 0; i < after->piece_count; i++)
		after->pieces[i].basis = BASIS_ESTIMATED;
	comparison = compare(before, after);
	warns(comparison, "different kernels: 6.1.0 before, 6.18.0 after");
	warns(comparison, "different hosts: host before, elsewhere after");
	warns(comparison, "different engines: bpf-raw-tracepoint before, perf-tracepoints after");
	warns(comparison, "different CPU clocks");
	warns(comparison, "different numbers of CPUs: 2 before, 64 after");
	warns(comparison, "after was cut off");
	warns(comparison, "most evidence is missing after: 100 %");
	warns(comparison, "locks are not compared");
	warns(comparison, "probe points that a newer wallflame has recorded are not compared: 1 ");
	warns(comparison, "different ways to reach probe points: ");
	warns(comparison, after->functions[1].name);
	warns(comparison, " before, fentry after)");
	finish(comparison, before, after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_found),
		cmocka_unit_test(the_same_is_no_difference),
		cmocka_unit_test(what_does_not_matter_is_no_finding),
		cmocka_unit_test(few_slices_are_no_sample),
		cmocka_unit_test(a_small_share_is_no_sample),
		cmocka_unit_test(a_burst_is_no_sample),
		cmocka_unit_test(a_few_draws_are_no_sample),
		cmocka_unit_test(times_are_divided_by_work),
		cmocka_unit_test(sleeps_of_a_point_are_work),
		cmocka_unit_test(counts_of_different_kinds_are_not_compared),
		cmocka_unit_test(waits_are_exact_where_none_was_lost),
		cmocka_unit_test(a_lock_is_one_whoever_wanted_it_most),
		cmocka_unit_test(captures_that_lost_much_are_doubted),
		cmocka_unit_test(time_without_a_draw_is_no_sample),
		cmocka_unit_test(times_are_divided_by_threads),
		cmocka_unit_test(stacks_are_matched_by_their_frames),
		cmocka_unit_test(what_cannot_be_compared_is_refused),
		cmocka_unit_test(what_makes_it_unsure_is_said),
	};

	return cmocka_run_group_tests_name("comparison", tests, NULL, NULL);
}
