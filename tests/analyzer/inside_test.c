// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Whether the interval of the time inside a probe point's calls holds the truth, and how far its
 * quantiles are off: calls of known lengths, timed with known probabilities.
 */
#include "book.h"

#include <math.h>

#define RUNS 200
#define COVERED_MIN (RUNS * 90 / 100)
#define BUCKETS 512 /* eight for each power of two */

struct program {
	const char *name;
	int threads;
	int calls; /* of each thread */
	double median_ns, sigma; /* of a log-normal length */
	double budget; /* p = min(1, budget / calls in the slice so far) when adaptive, else p */
	bool adaptive; /* p falls from 1 as the calls go on */
	double p50_off, p99_off; /* at most, in the mean over all runs */
};

static const struct program programs[] = {
	{"steady", 4, 2000, 2000, 0.3, 1.0 / 16, false, 0.01, 0.03},
	{"heavy tails", 4, 3000, 1000, 1.5, 1.0 / 16, false, 0.02, 0.08},
	{"falling p", 4, 4000, 5000, 1, 100, true, 0.02, 0.08},
	{"few are timed", 24, 60, 3000, 0.8, 1.0 / 16, false, 0.05, 0.25},
	{"many threads are never timed", 40, 12, 3000, 0.8, 1.0 / 16, false, 0.1, 0.4},
};

struct call {
	double ns;
	double p;
};

struct outcome {
	int covered;
	double error, squares, p50, p99;
};

static double normal(GRand *random)
{
	double u = g_rand_double_range(random, 1e-12, 1);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * g_rand_double(random));
}

/* Eight buckets for each power of two: the bounds of number n. */
static int64_t bound(int n)
{
	return (int64_t)llround(8 * exp2(n / 8.0));
}

static int bucket_of(int64_t ns)
{
	int n = 0;

	while (n + 1 < BUCKETS && bound(n + 1) <= ns)
		n++;
	return n;
}

static double probability(const struct program *program, int number)
{
	return program->adaptive ? fmin(1, program->budget / (number + 1)) : program->budget;
}

static void book_buckets(struct book *book, store_id probe, store_id thread, const double *weights,
			 const int64_t *counts)
{
	for (int n = 0; n < BUCKETS; n++) {
		const struct store_histogram row = {probe,	  thread,    n ? bound(n) : 0,
						    bound(n + 1), counts[n], weights[n]};

		if (counts[n])
			assert_int_equal(store_writer__histogram(book->writer, &row), 0);
	}
}

static double run_thread(const struct program *program, struct book *book, GRand *random,
			 store_id probe, GArray *lengths)
{
	store_id thread = book__thread(book, (int64_t)lengths->len + 1);
	struct store_probe_call row = {.probe = probe, .thread = thread, .calls = program->calls};
	double weights[BUCKETS] = {0};
	int64_t counts[BUCKETS] = {0};
	double truth = 0;

	for (int i = 0; i < program->calls; i++) {
		int64_t ns = 8 + llround(program->median_ns * exp(program->sigma * normal(random)));
		double p = probability(program, i), length = (double)ns;
		double spread = (1 - p) / (p * p);

		truth += length;
		g_array_append_val(lengths, length);
		if (g_rand_double(random) >= p)
			continue;
		row.timed++;
		row.ns += ns;
		row.max_ns = MAX(row.max_ns, ns);
		row.weight += 1 / p;
		row.ns_weight += length / p;
		row.spread += spread;
		row.ns_spread += spread * length;
		row.ns2_spread += spread * length * length;
		counts[bucket_of(ns)]++;
		weights[bucket_of(ns)] += 1 / p;
	}
	assert_int_equal(store_writer__probe_call(book->writer, &row), 0);
	book_buckets(book, probe, thread, weights, counts);
	return truth;
}

static gint by_length(gconstpointer a, gconstpointer b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double off(const GArray *sorted, double share, double ns)
{
	double truth = g_array_index(sorted, double, (guint)(share * (sorted->len - 1)));

	return (ns - truth) / truth;
}

static void simulate(const struct program *program, unsigned seed, struct outcome *outcome)
{
	const struct store_probe point = {"dput", BACKEND_FENTRY, COUNTS_CALLS, NULL};
	struct book *book = book__open(1);
	GRand *random = g_rand_new_with_seed(seed);
	GArray *lengths = g_array_new(FALSE, FALSE, sizeof(double));
	const struct function_row *row;
	struct analysis *analysis;
	double truth = 0, calls = 0, error;
	store_id probe;

	assert_int_equal(store_writer__probe(book->writer, &point, &probe), 0);
	for (int i = 0; i < program->threads; i++)
		truth += run_thread(program, book, random, probe, lengths);
	g_array_sort(lengths, by_length);
	analysis = book__analyze(book);
	row = function_of(analysis, "dput");
	assert_int_equal(row->calls, program->threads * program->calls);
	for (size_t i = 0; i < row->bucket_count; i++)
		calls += row->buckets[i].calls;
	/* Of a thread none of whose calls was timed there is no length. */
	assert_true(calls > 0 && calls <= (1 + 1e-6) * (double)row->calls);
	error = (row->inside.ns - truth) / truth;
	outcome->covered += row->inside.low <= truth && truth <= row->inside.high;
	outcome->error += error;
	outcome->squares += error * error;
	outcome->p50 += off(lengths, 0.5, row->latency.p50_ns);
	outcome->p99 += off(lengths, 0.99, row->latency.p99_ns);
	analysis__free(analysis);
	g_array_free(lengths, TRUE);
	g_rand_free(random);
	book__free(book);
}

static void check_program(void **state)
{
	const struct program *program = *state;
	struct outcome outcome = {0};
	double deviation;

	for (unsigned seed = 1; seed <= RUNS; seed++)
		simulate(program, seed, &outcome);
	deviation = sqrt(outcome.squares / RUNS);
	print_message("%s: covered %d of %d, bias %+.4f, deviation %.4f, p50 %+.4f, p99 %+.4f\n",
		      program->name, outcome.covered, RUNS, outcome.error / RUNS, deviation,
		      outcome.p50 / RUNS, outcome.p99 / RUNS);
	assert_true(outcome.covered >= COVERED_MIN);
	assert_true(fabs(outcome.error / RUNS) <= 4 * deviation / sqrt(RUNS));
	assert_true(fabs(outcome.p50 / RUNS) <= program->p50_off);
	assert_true(fabs(outcome.p99 / RUNS) <= program->p99_off);
}

int main(void)
{
	struct CMUnitTest tests[G_N_ELEMENTS(programs)];

	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
		tests[i] = (struct CMUnitTest){.name = programs[i].name,
					       .test_func = check_program,
					       .initial_state = (void *)&programs[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
