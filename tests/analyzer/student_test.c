// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Student's t against published tables, and the spread of sums against sums done by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Needs those above before it. */
#include <cmocka.h>

#include "analyzer/series.h"
#include "analyzer/student.h"

static void near(double value, double expected, double tolerance)
{
	if (!(fabs(value - expected) <= tolerance))
		fail_msg("%.12g, expected %.12g", value, expected);
}

/* The 97.5 % and 99.95 % points of any table of Student's t. */
static const struct {
	double freedom, middle_95, middle_999;
} table[] = {
	{1, 12.7062, 636.619},	 {2, 4.30265, 31.5991},	 {5, 2.57058, 6.86883},
	{9, 2.26216, 4.78091},	 {18, 2.10092, 3.92165}, {30, 2.04227, 3.64596},
	{120, 1.97993, 3.37345},
};

static void quantiles_are_those_of_the_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		near(student__within(0.95, table[i].freedom), table[i].middle_95,
		     1e-5 * table[i].middle_95);
		near(student__within(0.999, table[i].freedom), table[i].middle_999,
		     1e-5 * table[i].middle_999);
		near(student__two_sided(table[i].middle_95, table[i].freedom), 0.05, 1e-6);
		near(student__two_sided(-table[i].middle_999, table[i].freedom), 0.001, 1e-7);
	}
	/* One degree of freedom is Cauchy's distribution, two have a closed form, many are normal.
	 */
	near(student__two_sided(1, 1), 0.5, 1e-12);
	near(student__two_sided(3, 2), 1 - 3 / sqrt(11), 1e-12);
	near(student__within(0.95, 1e7), 1.959964, 1e-5);
	near(student__two_sided(0, 7), 1, 0);
	near(student__two_sided(INFINITY, 7), 0, 0);
	near(student__within(0, 7), 0, 1e-6);
}

/* Far out, where corrections for many rows look: the tail of 2 degrees, 1 - t / sqrt(t^2 + 2). */
static void far_tails_keep_their_digits(void **state)
{
	static const double far[] = {10, 100, 1e3, 1e4, 1e5};

	(void)state;
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
		double t = far[i];
		double root = sqrt(t * t + 2);
		double tail = 2 / (root * (root + t));

		near(student__two_sided(t, 2), tail, 1e-10 * tail);
	}
}

static void slices_that_scatter_by_themselves(void **state)
{
	const double values[] = {3, 1, 3, 1, 2}, lengths[] = {1, 1, 1, 1, 1};
	struct spread spread = series__spread(values, lengths, 5);

	(void)state;
	/* Residuals 1 -1 1 -1 0: squares 4; each unlike the one before, which does not narrow. */
	near(spread.variance, 5.0 / 4 * 4, 1e-12);
	near(spread.freedom, 4, 1e-12);
}

static void slices_that_drift_are_worth_less(void **state)
{
	const double values[] = {1, 2, 3, 4, 5}, lengths[] = {1, 1, 1, 1, 1};
	struct spread spread = series__spread(values, lengths, 5);

	(void)state;
	/* Residuals -2 -1 0 1 2: likeness 4/10 + 1/5, so widened by 1.6/0.4. */
	near(spread.variance, 5.0 / 4 * 10 * 4, 1e-12);
	near(spread.freedom, 4, 1e-12);
}

static void a_part_of_a_slice_weighs_as_a_part(void **state)
{
	/* A rate of 2 throughout: the short slice and the empty one are no deviation. */
	const double steady[] = {2, 2, 1, 0}, lengths[] = {1, 1, 0.5, 0};
	const double other[] = {3, 1, 1, 0};

	(void)state;
	near(series__worth(lengths, 4), 2.5 * 2.5 / 2.25, 1e-12);
	near(series__spread(steady, lengths, 4).variance, 0, 1e-20);
	/* Residuals 1 -1 0: squares 2, likeness (-1 + 0) / 2 + 0.36 < 0. */
	near(series__spread(other, lengths, 4).variance, 25.0 / 9 / (25.0 / 9 - 1) * 2, 1e-12);
	near(series__spread(other, lengths, 4).freedom, 25.0 / 9 - 1, 1e-12);
}

static void one_slice_tells_nothing(void **state)
{
	const double value[] = {5}, length[] = {1};
	struct spread spread = series__spread(value, length, 1);

	(void)state;
	assert_true(isinf(spread.variance));
	assert_true(isinf(series__spread(NULL, NULL, 0).variance));
	assert_true(isinf(spread__add(spread, (struct spread){1, 3}).variance));
}

static void two_spreads_are_added_as_welch_does(void **state)
{
	struct spread sum = spread__add((struct spread){4, 9}, (struct spread){1, 9});

	(void)state;
	near(sum.variance, 5, 0);
	near(sum.freedom, 25 / (16.0 / 9 + 1.0 / 9), 1e-12);
	sum = spread__add((struct spread){0, 4}, (struct spread){2, 7});
	near(sum.freedom, 7, 1e-12);
	sum = spread__add((struct spread){0, 4}, (struct spread){0, 7});
	near(sum.variance, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_the_tables),
		cmocka_unit_test(far_tails_keep_their_digits),
		cmocka_unit_test(slices_that_scatter_by_themselves),
		cmocka_unit_test(slices_that_drift_are_worth_less),
		cmocka_unit_test(a_part_of_a_slice_weighs_as_a_part),
		cmocka_unit_test(one_slice_tells_nothing),
		cmocka_unit_test(two_spreads_are_added_as_welch_does),
	};

	return cmocka_run_group_tests_name("student", tests, NULL, NULL);
}
