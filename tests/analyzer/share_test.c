// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Sharing out exact totals, by examples computed by hand. */
#include "book.h"

#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define SLEEP STATE_INTERRUPTIBLE
#define MUTEX "main;pthread_mutex_lock|do_futex;futex_wait;futex_do_wait;schedule"
#define CONDITION "main;pthread_cond_wait|do_futex;futex_wait;futex_do_wait;schedule"

/* A draw of spans in futex(2): `count` of them, `ns` in all, each with probability p. */
static void draw(struct book *book, store_id thread, store_id slice, int class, const char *stack,
		 int64_t count, int64_t ns, double p)
{
	book__evidence(book, (struct store_evidence){.thread = thread,
						     .slice = slice,
						     .state = SLEEP,
						     .syscall = SYS_futex,
						     .class = class,
						     .stack = book__stack(book, stack),
						     .futex_op = FUTEX_WAIT,
						     .count = count,
						     .ns = ns,
						     .weight = (double)ns / p});
}

static void spans(struct book *book, store_id thread, store_id slice, int class, int64_t count,
		  int64_t ns)
{
	book__ledger(book,
		     (struct store_ledger){thread, slice, SLEEP, SYS_futex, class, count, ns, 0});
}

static void tick(struct book *book, store_id thread, store_id slice, const char *stack,
		 int64_t count)
{
	book__evidence(book, (struct store_evidence){.thread = thread,
						     .slice = slice,
						     .state = STATE_RUNNING,
						     .syscall = SYSCALL_NONE,
						     .stack = book__stack(book, stack),
						     .futex_op = FUTEX_OP_NONE,
						     .count = count,
						     .ns = count * 1000,
						     .weight = (double)count * 1000});
}

static void runs(struct book *book, store_id thread, store_id slice, int64_t ns)
{
	book__ledger(book, (struct store_ledger){thread, slice, STATE_RUNNING, SYSCALL_NONE, 0, 1,
						 ns, 0});
}

static double piece_ns(const struct analysis *analysis, uint32_t slice, const char *cause)
{
	double ns = 0;

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (piece->slice == slice && !strcmp(analysis->cause_names[piece->cause], cause))
			ns += piece->ns;
	}
	return ns;
}

static void all_drawn_is_exact(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	spans(book, thread, 1, 20, 2, 3000000);
	draw(book, thread, 1, 20, MUTEX, 1, 1000000, 1);
	draw(book, thread, 1, 20, CONDITION, 1, 2000000, 1);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 1000000);
	assert_int_equal(cause_of(analysis, "lock/futex")->time.basis, BASIS_EXACT);
	assert_int_equal(cause_of(analysis, "idle/park")->time.basis, BASIS_EXACT);
	/* With nothing sampled also what is not there is known. */
	assert_int_equal(cause_of(analysis, "io/pipe")->time.basis, BASIS_EXACT);
	analysis__free(analysis);
	book__free(book);
}

/* Five spans, one of them drawn: that all of it was there is what one draw says. */
static void one_draw_is_no_certainty(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id stack = book__stack(book, MUTEX);
	struct analysis *analysis;
	struct figure code, cause, all;

	(void)state;
	spans(book, thread, 1, 20, 5, 5000000);
	draw(book, thread, 1, 20, MUTEX, 1, 1000000, 0.2);
	analysis = book__analyze(book);
	code = sum_of_pieces(analysis, stack, NULL);
	cause = sum_of_pieces(analysis, 0, "lock/futex");
	all = sum_of_pieces(analysis, 0, NULL);
	assert_near(code.ns, 5000000);
	assert_int_equal(code.basis, BASIS_SAMPLED);
	assert_true(code.low < 0.5 * code.ns && code.high == code.ns);
	assert_true(cause.low < 0.5 * cause.ns && cause.high == cause.ns);
	assert_true(all.low == all.ns && all.high == all.ns && all.basis == BASIS_EXACT);
	analysis__free(analysis);
	book__free(book);
}

/* Weights are divided by a p that was rounded: their sums are a few nanoseconds off in an hour. */
static void what_rounding_left_is_shared_out(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	spans(book, thread, 1, 40, 2, 3000000000000);
	draw(book, thread, 1, 40, MUTEX, 1, 1000000000000, 1);
	draw(book, thread, 1, 40, CONDITION, 1, 1999999999400, 1);
	analysis = book__analyze(book);
	assert_int_equal(cause_of(analysis, "lock/futex")->time.basis, BASIS_EXACT);
	assert_true(fabs(piece_ns(analysis, 0, "lock/futex") + piece_ns(analysis, 0, "idle/park") -
			 3e12) < 0.01);
	analysis__free(analysis);
	book__free(book);
}

/*
 * Ten of a thousand spans are drawn with p = 1/100. 6 : 4 of them share 1.2 ms, not the 1 ms that
 * bare weights would make.
 */
static void a_sample_shares_the_exact_total(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	const struct figure *figure;
	struct analysis *analysis;

	(void)state;
	spans(book, thread, 1, 10, 1000, 1200000);
	draw(book, thread, 1, 10, MUTEX, 6, 6000, 0.01);
	draw(book, thread, 1, 10, CONDITION, 4, 4000, 0.01);
	analysis = book__analyze(book);
	figure = &cause_of(analysis, "lock/futex")->time;
	assert_near(figure->ns, 720000);
	assert_int_equal(figure->basis, BASIS_SAMPLED);
	/*
	 * Each draw stands for 120,000 ns, its square times 0.99 for the variance: 10 R (1 - R) of
	 * them with R = 0.6 are 3.42e10. The gap of 200,000 ns is less than chance would have it.
	 * Wilson with one = 118,800: center 686,937, half 310,344.
	 */
	assert_true(fabs(figure->low - 376593) < 2);
	assert_true(fabs(figure->high - 997282) < 2);
	/* Never seen, but ten draws do not rule it out. */
	figure = &cause_of(analysis, "unknown")->time;
	assert_near(figure->ns, 0);
	assert_int_equal(figure->basis, BASIS_SAMPLED);
	assert_true(figure->high > 200000 && figure->high < 400000);
	analysis__free(analysis);
	book__free(book);
}

/* Draws keep their slice while it has room; what is over fills the slice that has too little. */
static void slices_keep_their_exact_totals(void **state)
{
	struct book *book = book__open(2);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	spans(book, thread, 1, 10, 500, 600000);
	spans(book, thread, 2, 10, 500, 400000);
	draw(book, thread, 1, 10, MUTEX, 2, 2000, 0.01);
	draw(book, thread, 2, 10, CONDITION, 2, 2000, 0.01);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 500000);
	assert_near(piece_ns(analysis, 0, "lock/futex"), 500000);
	assert_near(piece_ns(analysis, 0, "idle/park"), 100000);
	assert_near(piece_ns(analysis, 1, "idle/park"), 400000);
	analysis__free(analysis);
	book__free(book);
}

/* Class 12 of thread 1 has no draw: its class 11 is nearer than class 20, and than thread 2. */
static void the_nearest_class_of_the_thread_lends(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	struct analysis *analysis;

	(void)state;
	spans(book, one, 1, 11, 1, 3000);
	spans(book, one, 1, 12, 10, 50000);
	spans(book, one, 1, 20, 1, 1500000);
	spans(book, two, 1, 12, 1, 5000);
	draw(book, one, 1, 11, MUTEX, 1, 3000, 1);
	draw(book, one, 1, 20, CONDITION, 1, 1500000, 1);
	draw(book, two, 1, 12, CONDITION, 1, 5000, 1);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 53000);
	assert_int_equal(cause_of(analysis, "lock/futex")->time.basis, BASIS_ESTIMATED);
	assert_near(cause_of(analysis, "idle/park")->time.ns, 1505000);
	assert_int_equal(cause_of(analysis, "idle/park")->time.basis, BASIS_SAMPLED);
	analysis__free(analysis);
	book__free(book);
}

static void then_the_process_lends(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	struct analysis *analysis;

	(void)state;
	spans(book, one, 1, 12, 10, 50000);
	spans(book, two, 1, 13, 1, 10000);
	draw(book, two, 1, 13, MUTEX, 1, 10000, 1);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 60000);
	assert_int_equal(cause_of(analysis, "lock/futex")->time.basis, BASIS_ESTIMATED);
	for (size_t i = 0; i < analysis->piece_count; i++)
		assert_int_equal(analysis->pieces[i].stack ? 1 : 0, 1);
	analysis__free(analysis);
	book__free(book);
}

/* Without any stack the system call may tell; else the time is unknown, and shown. */
static void without_stacks(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	spans(book, thread, 1, 12, 10, 50000);
	book__ledger(book,
		     (struct store_ledger){thread, 1, SLEEP, SYS_nanosleep, 12, 1, 4096, 100});
	book__ledger(book, (struct store_ledger){thread, 1, STATE_PREEMPTED, SYSCALL_NONE, 12, 1,
						 5000, 0});
	runs(book, thread, 1, 7000);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "idle/sleep")->time.ns, 4096);
	assert_int_equal(cause_of(analysis, "idle/sleep")->time.basis, BASIS_ESTIMATED);
	assert_near(cause_of(analysis, "idle/sleep")->time.low, 0);
	assert_near(cause_of(analysis, "unknown")->time.ns, 57000);
	assert_int_equal(cause_of(analysis, "unknown")->time.basis, BASIS_ESTIMATED);
	/* These the state itself decides. */
	assert_near(cause_of(analysis, "switching/run-queue")->time.ns, 100);
	assert_int_equal(cause_of(analysis, "switching/run-queue")->time.basis, BASIS_EXACT);
	assert_near(cause_of(analysis, "switching/preempted")->time.low, 5000);
	assert_int_equal(cause_of(analysis, "switching/preempted")->time.basis, BASIS_EXACT);
	analysis__free(analysis);
	book__free(book);
}

/* Ticks share out exact running time; a thread without a tick borrows from its process. */
static void ticks_share_running_time(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	struct analysis *analysis;

	(void)state;
	runs(book, one, 1, 11000);
	runs(book, two, 1, 100);
	tick(book, one, 1, "main;work", 6);
	tick(book, one, 1, "main|do_syscall_64;vfs_read", 4);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "cpu/user")->time.ns, 6660);
	assert_near(cause_of(analysis, "cpu/kernel")->time.ns, 4440);
	assert_int_equal(cause_of(analysis, "cpu/user")->time.basis, BASIS_SAMPLED);
	analysis__free(analysis);
	book__free(book);
}

/* One tick and all of it in user code: the rest may be anything. */
static void a_tick_is_never_exact(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	(void)state;
	runs(book, thread, 1, 1000);
	tick(book, thread, 1, "main;work", 1);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "cpu/user")->time.ns, 1000);
	assert_int_equal(cause_of(analysis, "cpu/user")->time.basis, BASIS_SAMPLED);
	assert_true(cause_of(analysis, "cpu/user")->time.low < 300);
	analysis__free(analysis);
	book__free(book);
}

/* Thousands of draws to borrow from: some are drawn evenly, the total stays exact. */
static void many_lenders(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	struct analysis *analysis;
	char stack[64];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		g_snprintf(stack, sizeof(stack), "main;f%d;%s", i,
			   i % 4 ? MUTEX + 5 : CONDITION + 5);
		draw(book, one, 1, 10, stack, 1, 1500, 1);
	}
	spans(book, one, 1, 10, 3000, INT64_C(3000) * 1500);
	spans(book, two, 1, 12, 10, 50000);
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/futex")->time.ns, 0.75 * (4500000 + 50000));
	assert_in_range(analysis->piece_count, 3001, 3064);
	analysis__free(analysis);
	book__free(book);
}

static void the_same_capture_gives_the_same_analysis(void **state)
{
	struct book *book = book__open(3);
	struct analysis *first, *second;
	char *texts[2], *error = NULL;

	(void)state;
	for (int i = 0; i < 20; i++) {
		store_id thread = book__thread(book, i + 1);

		for (int slice = 1; slice <= 3; slice++) {
			spans(book, thread, slice, 10 + i % 3, 100, 200000 + 1000 * i);
			if (i % 5)
				draw(book, thread, slice, 10 + i % 3, i % 2 ? MUTEX : CONDITION, 3,
				     6000, 0.03);
			draw(book, thread, slice, 14, CONDITION, 1, 20000, 0.5);
		}
	}
	first = book__analyze(book);
	assert_int_equal(analysis__load(&second, book->path, &error), 0);
	texts[0] = text_of(first);
	texts[1] = text_of(second);
	assert_string_equal(texts[0], texts[1]);
	g_free(texts[0]);
	g_free(texts[1]);
	analysis__free(first);
	analysis__free(second);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_drawn_is_exact),
		cmocka_unit_test(one_draw_is_no_certainty),
		cmocka_unit_test(what_rounding_left_is_shared_out),
		cmocka_unit_test(a_sample_shares_the_exact_total),
		cmocka_unit_test(slices_keep_their_exact_totals),
		cmocka_unit_test(the_nearest_class_of_the_thread_lends),
		cmocka_unit_test(then_the_process_lends),
		cmocka_unit_test(without_stacks),
		cmocka_unit_test(ticks_share_running_time),
		cmocka_unit_test(a_tick_is_never_exact),
		cmocka_unit_test(many_lenders),
		cmocka_unit_test(the_same_capture_gives_the_same_analysis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
