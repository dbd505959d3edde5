// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The time inside a probe point's calls, shared out over the stacks of those that were timed. */
#include "book.h"

#include <math.h>
#include <string.h>

#define RUNS 200
#define OPEN "main;open64|do_syscall_64;do_sys_openat2"
#define READ "main;read_config;open64|do_syscall_64;do_sys_openat2"

/* A point in one thread, of which a test says what was timed and what was drawn. */
struct point {
	struct book *book;
	store_id thread;
	store_id probe;
	store_id open, read; /* stacks */
	struct store_probe_call calls;
};

static struct point point__open(void)
{
	static const struct store_probe probe = {"openat", BACKEND_FENTRY, COUNTS_CALLS, NULL};
	struct point point = {.book = book__open(1)};

	point.thread = book__thread(point.book, 1);
	assert_int_equal(store_writer__probe(point.book->writer, &probe, &point.probe), 0);
	point.open = book__stack(point.book, OPEN);
	point.read = book__stack(point.book, READ);
	point.calls = (struct store_probe_call){.probe = point.probe, .thread = point.thread};
	return point;
}

/* A timed call that stands for 1 / p of them, as collector/probe_book.c books it. */
static void time_call(struct point *point, int64_t ns, double p)
{
	double spread = (1 - p) / p / p, length = (double)ns;

	point->calls.calls++;
	point->calls.timed++;
	point->calls.ns += ns;
	point->calls.max_ns = MAX(point->calls.max_ns, ns);
	point->calls.weight += 1 / p;
	point->calls.ns_weight += length / p;
	point->calls.spread += spread;
	point->calls.ns_spread += spread * length;
	point->calls.ns2_spread += spread * length * length;
}

static void draw(struct point *point, store_id stack, int64_t ns, double p)
{
	const struct store_probe_evidence row = {point->probe, point->thread, 1, stack, 1,
						 ns,	       (double)ns / p};

	assert_int_equal(store_writer__probe_evidence(point->book->writer, &row), 0);
}

static struct analysis *point__analyze(struct point *point)
{
	struct analysis *analysis;

	if (point->calls.timed)
		assert_int_equal(store_writer__probe_call(point->book->writer, &point->calls), 0);
	analysis = book__analyze(point->book);
	book__free(point->book);
	return analysis;
}

/* The time of a stack's pieces, and what they rest on. 0: of what has none. */
static double ns_of(const struct analysis *analysis, store_id stack, enum basis *basis)
{
	const struct function_row *row = function_of(analysis, "openat");
	double ns = 0;

	for (size_t i = 0; i < row->piece_count; i++) {
		if (row->pieces[i].stack != stack)
			continue;
		ns += row->pieces[i].ns;
		*basis = row->pieces[i].basis;
	}
	return ns;
}

static void assert_piece(const struct analysis *analysis, store_id stack, double ns,
			 enum basis basis)
{
	enum basis found = BASIS_COUNT;

	assert_near(ns_of(analysis, stack, &found), ns);
	assert_int_equal(found, basis);
}

static void what_was_sure_is_exact(void **state)
{
	struct point point = point__open();
	struct analysis *analysis;
	enum basis basis;

	(void)state;
	time_call(&point, 300, 1);
	time_call(&point, 200, 1);
	time_call(&point, 500, 1);
	draw(&point, point.open, 300, 1);
	draw(&point, point.open, 200, 1);
	draw(&point, point.read, 500, 1);
	analysis = point__analyze(&point);
	assert_piece(analysis, point.open, 500, BASIS_EXACT);
	assert_piece(analysis, point.read, 500, BASIS_EXACT);
	assert_true(ns_of(analysis, 0, &basis) == 0);
	analysis__free(analysis);
}

/* A call that was open when the window closed was timed, but has no stack. */
static void what_has_no_stack_is_told(void **state)
{
	struct point point = point__open();
	struct analysis *analysis;

	(void)state;
	time_call(&point, 300, 1);
	time_call(&point, 7000, 1);
	draw(&point, point.open, 300, 1);
	analysis = point__analyze(&point);
	assert_piece(analysis, point.open, 300, BASIS_EXACT);
	assert_piece(analysis, 0, 7000, BASIS_EXACT);
	analysis__free(analysis);
}

static void without_stacks_all_of_it_has_none(void **state)
{
	struct point point = point__open();
	struct analysis *analysis;

	(void)state;
	time_call(&point, 300, 1);
	analysis = point__analyze(&point);
	assert_int_equal(function_of(analysis, "openat")->piece_count, 1);
	assert_piece(analysis, 0, 300, BASIS_EXACT);
	analysis__free(analysis);
}

/* Weights are scaled to the time where chance alone tells them apart, above it or below. */
static void chance_is_scaled_away(void **state)
{
	static const int draws[] = {8, 12};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(draws); i++) {
		struct point point = point__open();
		struct analysis *analysis;
		enum basis basis;

		for (int call = 0; call < 1000; call++)
			time_call(&point, 1000, 1);
		for (int drawn = 0; drawn < draws[i]; drawn++)
			draw(&point, drawn % 4 ? point.open : point.read, 1000, 0.01);
		analysis = point__analyze(&point);
		assert_piece(analysis, point.open, 750000, BASIS_SAMPLED);
		assert_piece(analysis, point.read, 250000, BASIS_SAMPLED);
		assert_true(ns_of(analysis, 0, &basis) == 0);
		analysis__free(analysis);
	}
}

/* A hundred draws that make half of the time are no chance. */
static void more_than_chance_has_no_stack(void **state)
{
	struct point point = point__open();
	struct analysis *analysis;

	(void)state;
	for (int call = 0; call < 2000; call++)
		time_call(&point, 1000, 1);
	for (int drawn = 0; drawn < 100; drawn++)
		draw(&point, point.open, 1000, 0.1);
	analysis = point__analyze(&point);
	assert_piece(analysis, point.open, 1000000, BASIS_SAMPLED);
	assert_piece(analysis, 0, 1000000, BASIS_SAMPLED);
	analysis__free(analysis);
}

/* Sums are written last: without them the weights stand alone. */
static void a_capture_that_was_cut_off_has_weights(void **state)
{
	struct point point = point__open();
	struct analysis *analysis;
	enum basis basis;

	(void)state;
	draw(&point, point.open, 1000, 0.1);
	draw(&point, point.read, 1000, 1);
	analysis = point__analyze(&point);
	assert_piece(analysis, point.open, 10000, BASIS_SAMPLED);
	assert_piece(analysis, point.read, 1000, BASIS_EXACT);
	assert_true(ns_of(analysis, 0, &basis) == 0);
	analysis__free(analysis);
}

/* Calls as bpf/calls.bpf.h draws them: p of the stack follows the length, timed or not. */
static double simulate(GRand *random, store_id *open, struct analysis **out)
{
	struct point point = point__open();
	double truth = 0;

	for (int call = 0; call < 3000; call++) {
		bool is_open = g_rand_double(random) < 0.3;
		int64_t ns = 200 + (int64_t)(g_rand_double(random) * (is_open ? 9000 : 2000));
		double p_timed = call < 1000 ? 1 : 0.25, p = fmin(1, (double)ns / 100000);

		truth += is_open ? (double)ns : 0;
		if (g_rand_double(random) >= p_timed)
			continue;
		time_call(&point, ns, p_timed);
		if (g_rand_double(random) < p)
			draw(&point, is_open ? point.open : point.read, ns, p * p_timed);
	}
	point.calls.calls = 3000;
	*open = point.open;
	*out = point__analyze(&point);
	return truth;
}

static void shares_are_true_in_the_mean(void **state)
{
	GRand *random = g_rand_new_with_seed(20240917);
	double found = 0, truth = 0;
	int missing = 0;

	(void)state;
	for (int run = 0; run < RUNS; run++) {
		struct analysis *analysis;
		enum basis basis;
		store_id open;

		truth += simulate(random, &open, &analysis);
		found += ns_of(analysis, open, &basis);
		missing += ns_of(analysis, 0, &basis) > 0;
		analysis__free(analysis);
	}
	g_rand_free(random);
	print_message("%.4f of the truth, time without a stack in %d of %d runs\n", found / truth,
		      missing, RUNS);
	assert_true(fabs(found / truth - 1) < 0.03);
	/* A tail of a 95 % interval. */
	assert_true(missing <= RUNS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sure_is_exact),
		cmocka_unit_test(what_has_no_stack_is_told),
		cmocka_unit_test(without_stacks_all_of_it_has_none),
		cmocka_unit_test(chance_is_scaled_away),
		cmocka_unit_test(more_than_chance_has_no_stack),
		cmocka_unit_test(a_capture_that_was_cut_off_has_weights),
		cmocka_unit_test(shares_are_true_in_the_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
