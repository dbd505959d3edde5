// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which calls are counted, each once; which are timed: few enough, and so that their weights make
 * all of them. */
#include "desk.h"

#include "kernel_twin.h"

#include <math.h>

#define BUDGET 100

static void all_are_timed_within_the_budget(void **state)
{
	struct twin_draws draws = twin__draws(1, BUDGET, BUDGET);

	(void)state;
	assert_int_equal(draws.timed, BUDGET);
	assert_float_equal(draws.weight, BUDGET, 1e-9);
}

/* Each doubling of the calls adds half a budget. */
static void storms_cost_little(void **state)
{
	struct twin_draws draws = twin__draws(2, BUDGET, BUDGET << 10);

	(void)state;
	assert_true(draws.timed > BUDGET);
	assert_true(draws.timed < BUDGET + 10 * BUDGET);
}

/* Over many slices the sum of 1 / p is the number of calls, within what its variance allows. */
static void weights_are_unbiased(void **state)
{
	const uint64_t calls = 5000;
	double sum = 0, variance = 0;
	int slices = 2000;

	(void)state;
	for (int i = 0; i < slices; i++) {
		struct twin_draws draws = twin__draws((uint64_t)i * 77 + 3, BUDGET, calls);

		sum += draws.weight;
		variance += draws.variance;
	}
	assert_true(variance > 0);
	assert_true(fabs(sum - (double)calls * slices) < 4 * sqrt(variance));
	/* And it can fail: this is a hundredth of the calls. */
	assert_true(4 * sqrt(variance) < 0.01 * (double)calls * slices);
}

/* alloc_fd() calls expand_files(), or jumps to it; and the one that follows calls neither inside
 * it. */
static void a_call_is_inside_a_deeper_one_of_another_function(void **state)
{
	const struct twin_call open = {.frame = 1000, .place = 1};

	(void)state;
	for (int nests = 0; nests < 2; nests++) {
		assert_true(twin__is_inside(open, (struct twin_call){992, 2}, nests));
		assert_true(twin__is_inside(open, (struct twin_call){1000, 2}, nests));
		assert_false(twin__is_inside(open, (struct twin_call){1008, 2}, nests));
		assert_false(twin__is_inside(open, (struct twin_call){1000, 1}, nests));
		assert_false(twin__is_inside(open, (struct twin_call){1008, 1}, nests));
	}
}

/* Deeper in the stack, it is inside the open call of its own function only where that may be; or
 * the end of the open one was missed, and the stack begins elsewhere in each system call. */
static void a_function_is_inside_itself_only_where_it_nests(void **state)
{
	const struct twin_call open = {.frame = 1000, .place = 1};
	const struct twin_call deeper = {.frame = 400, .place = 1};

	(void)state;
	assert_true(twin__is_inside(open, deeper, true));
	assert_false(twin__is_inside(open, deeper, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_timed_within_the_budget),
		cmocka_unit_test(storms_cost_little),
		cmocka_unit_test(weights_are_unbiased),
		cmocka_unit_test(a_call_is_inside_a_deeper_one_of_another_function),
		cmocka_unit_test(a_function_is_inside_itself_only_where_it_nests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
