// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The time of a switch by the scheduler's clock: how far it is ahead of the real one, and behind it
 * by more than the scheduler's clock itself was, while the two drift. */
#include "desk.h"

#include "bpf/records.h"
#include "kernel_twin.h"

#include <glib.h>

#define SWITCHES 200000
#define START_NS 5000000000ULL
#define USUAL_LAG_NS 400
#define LONG_LAG_NS 3000000

struct run {
	GRand *random;
	double rate; /* of the scheduler's clock, beside CLOCK_MONOTONIC's */
	uint64_t now_ns;
	int64_t ahead_ns; /* the worst, of what was taken for the time of a switch */
	int64_t behind_ns; /* the same, beyond the lag of the scheduler's clock */
	uint64_t clock_before;
};

static uint64_t lag(struct run *run, uint64_t elapsed)
{
	uint64_t most = g_rand_int_range(run->random, 0, 50) ? USUAL_LAG_NS * 2 : LONG_LAG_NS;
	uint64_t ns = USUAL_LAG_NS / 2 + (uint64_t)g_rand_int_range(run->random, 0, (gint32)most);

	return MIN(ns, elapsed); /* this clock does not go back */
}

static void pass_switch(struct run *run, struct wf_cpu *cpu, uint64_t step_ns, bool counts)
{
	uint64_t lag_ns = lag(run, step_ns), time;
	uint64_t clock;

	run->now_ns += step_ns;
	clock = (uint64_t)((double)(run->now_ns - lag_ns) * run->rate);
	time = twin__time_of_switch(cpu, clock, run->now_ns);
	if (!counts)
		return;
	run->ahead_ns = MAX(run->ahead_ns, (int64_t)(time - run->now_ns));
	run->behind_ns = MAX(run->behind_ns, (int64_t)(run->now_ns - lag_ns - time));
}

static struct run run_at(double rate, uint64_t longest_step_ns)
{
	struct run run = {.random = g_rand_new_with_seed(7), .rate = rate, .now_ns = START_NS};
	struct wf_cpu cpu = {0};

	for (int i = 0; i < SWITCHES; i++)
		pass_switch(
			&run, &cpu,
			1000 + (uint64_t)g_rand_int_range(run.random, 0, (gint32)longest_step_ns),
			i > 20000);
	g_rand_free(run.random);
	return run;
}

static void a_busy_cpu_is_right_within_microseconds(void **state)
{
	const double rates[] = {1.0, 1.0001, 0.9999, 1.0005, 0.9995};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		struct run run = run_at(rates[i], 10000);

		assert_true(run.ahead_ns < 3000);
		assert_true(run.behind_ns < 3000);
	}
}

/* Within what the clocks may drift from one switch to the next, and twice that. */
static void one_that_switches_seldom_is_right_by_a_thousandth(void **state)
{
	const double rates[] = {1.0, 1.0005, 0.9995};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rates); i++) {
		struct run run = run_at(rates[i], 50000000);

		assert_true(run.ahead_ns < 100000);
		assert_true(run.behind_ns < 100000);
	}
}

/* chrony lets a corrected clock run up to a twelfth faster (maxslewrate, chrony.conf(5)). */
static void a_clock_that_is_being_corrected_is_followed(void **state)
{
	struct run faster = run_at(1 / 1.0833, 10000);
	struct run slower = run_at(1.0833, 10000);

	(void)state;
	assert_true(faster.behind_ns < 1000000);
	assert_true(faster.ahead_ns < 1000000);
	assert_true(slower.ahead_ns < 200000);
}

/* A clock that did not tick for long when it was first looked at is found out. */
static void a_bad_first_look_is_mended(void **state)
{
	struct run run = {.random = g_rand_new_with_seed(3), .rate = 1, .now_ns = START_NS};
	struct wf_cpu cpu = {0};

	(void)state;
	twin__time_of_switch(&cpu, START_NS - LONG_LAG_NS, START_NS);
	for (int i = 0; i < 10000; i++)
		pass_switch(&run, &cpu, 10000, i > 1000);
	g_rand_free(run.random);
	assert_true(run.ahead_ns < 3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_busy_cpu_is_right_within_microseconds),
		cmocka_unit_test(one_that_switches_seldom_is_right_by_a_thousandth),
		cmocka_unit_test(a_clock_that_is_being_corrected_is_followed),
		cmocka_unit_test(a_bad_first_look_is_mended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
