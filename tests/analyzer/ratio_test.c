// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ratio estimator, against a sum by hand and against populations of which all is known. */
#include "book.h"

#include <math.h>

#include "analyzer/ratio.h"

/* y = 1, 2, 3, 4, 5 of x = 1, 1, 2, 2, 4: R = 1.5; residuals -.5 .5 0 1 -1, squares 2.5 / 4. */
static void a_sum_by_hand(void **state)
{
	static const double ys[] = {1, 2, 3, 4, 5}, xs[] = {1, 1, 2, 2, 4};
	const double t = 2.7764451051978; /* of 4 degrees of freedom */
	double reach = t * sqrt(2.5 / 4 * 5) / 10;
	struct ratio ratio = {0};
	struct measure found;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ys); i++)
		ratio__add(&ratio, ys[i], xs[i]);
	found = ratio__estimate(&ratio, 0);
	assert_near(found.value, 1.5);
	assert_near(found.low, 1.5 - reach);
	assert_near(found.high, 1.5 + reach);
	/* Of which 3 in 4 units were drawn: only the rest can differ. */
	found = ratio__estimate(&ratio, 0.75);
	assert_near(found.high, 1.5 + reach / 2);
	found = ratio__estimate(&ratio, 1);
	assert_near(found.low, 1.5);
	assert_near(found.high, 1.5);
}

/*
 * y = 1, 3, 2, 5, 4, 6, 7 of x = 1 ... 7: means 4, squares 28, 26, 28, so y = 4 + 26/28 (x - 4); of
 * the squares of y 28 - 26^2/28 = 27/7 are left, for 5 degrees of freedom.
 */
static void a_regression_by_hand(void **state)
{
	static const double ys[] = {1, 3, 2, 5, 4, 6, 7};
	const double t = 2.5705818366147; /* of 5 degrees of freedom */
	struct ratio ratio = {0};
	struct measure found;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ys); i++)
		ratio__add(&ratio, ys[i], (double)i + 1);
	assert_near(ratio__explained(&ratio), 26.0 * 26 / 28 / 28);
	found = ratio__regress(&ratio, 4, 0);
	assert_near(found.value, 4);
	assert_near(found.high, 4 + t * sqrt(27.0 / 7 / 5 / 7));
	found = ratio__regress(&ratio, 8, 0);
	assert_near(found.value, 4 + 26.0 / 28 * 4);
	assert_near(found.low, found.value - t * sqrt(27.0 / 7 / 5 * (1.0 / 7 + 16.0 / 28)));
	/* Never less than nothing. */
	assert_near(ratio__regress(&ratio, -100, 0).value, 0);
	ratio.units = 6;
	assert_true(isnan(ratio__regress(&ratio, 4, 0).low));
}

static void nothing_goes_with_what_is_always_the_same(void **state)
{
	struct ratio same_x = {0}, same_y = {0}, against = {0};

	(void)state;
	for (int i = 1; i <= 20; i++) {
		ratio__add(&same_x, i, 1e9 / 3);
		ratio__add(&same_y, 1e9 / 3, i);
		ratio__add(&against, 21 - i, i);
	}
	assert_true(isnan(ratio__regress(&same_x, 1e9 / 3, 0).value));
	assert_near(ratio__explained(&same_x), 0);
	assert_near(ratio__explained(&same_y), 0);
	assert_near(ratio__explained(&against), 0);
}

static void too_few_units_give_no_interval(void **state)
{
	struct ratio ratio = {0};

	(void)state;
	assert_true(isnan(ratio__estimate(&ratio, 0).value));
	for (int i = 1; i < RATIO_LEAST_UNITS; i++)
		ratio__add(&ratio, i, 1);
	assert_near(ratio__estimate(&ratio, 0).value, RATIO_LEAST_UNITS / 2.0);
	assert_true(isnan(ratio__estimate(&ratio, 0).low));
	assert_true(isnan(ratio__estimate(&ratio, 0).high));
	measure__allow_chance(&(struct measure){1, NAN, NAN}, 1, 1);
	ratio__add(&ratio, RATIO_LEAST_UNITS, 1);
	assert_false(isnan(ratio__estimate(&ratio, 0).low));
}

static void one_and_the_same_ratio_has_no_spread(void **state)
{
	struct ratio ratio = {0};
	struct measure found;

	(void)state;
	for (int i = 0; i < 100; i++)
		ratio__add(&ratio, 64.0 * (1e6 + i * 12345), 1e6 + i * 12345);
	found = ratio__estimate(&ratio, 0);
	assert_near(found.value, 64);
	assert_true(fabs(found.high - found.low) < 1e-4);
}

/* The exact 95 % intervals of a Poisson mean (Garwood). */
static void chance_alone(void **state)
{
	static const struct {
		double count, low, high;
	} exact[] = {{0, 0, 3.689}, {1, 0.0253, 5.572}, {10, 4.795, 18.39}, {100, 81.36, 121.6}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(exact); i++) {
		struct measure rate = {exact[i].count / 2, exact[i].count / 2, exact[i].count / 2};

		measure__allow_chance(&rate, exact[i].count, 2);
		assert_true(rate.low * 2 <= exact[i].low * 1.03);
		assert_true(rate.low * 2 >= exact[i].low * 0.9 - 0.03);
		assert_true(rate.high * 2 <= exact[i].high * 1.07);
		assert_true(rate.high * 2 >= exact[i].high * 0.99);
	}
	/* What differs more than by chance alone stays as it is. */
	struct measure wide = {50, 1, 99};

	measure__allow_chance(&wide, 100, 2);
	assert_near(wide.low, 1);
	assert_near(wide.high, 99);
}

static void gaps(void **state)
{
	struct measure in_all = {50, 40, 60}, in_few = {50, 40, 60}, unknown = {50, NAN, NAN};

	(void)state;
	measure__allow_gaps(&in_all, 40, 40);
	assert_near(in_all.low, 40);
	assert_near(in_all.high, 60);
	/* 2 in 40: of a count of 2 the exact ends are 0.24 and 7.2. */
	measure__allow_gaps(&in_few, 2, 40);
	assert_true(in_few.low < 0.2 * 50 && in_few.low > 0.05 * 50);
	assert_true(in_few.high > 3.4 * 50 && in_few.high < 3.8 * 50);
	measure__allow_gaps(&unknown, 2, 40);
	assert_true(isnan(unknown.low) && isnan(unknown.high));
}

#define STRETCHES 40
#define PLACES 100 /* in a stretch, of which one is drawn */
#define ROUNDS 400

/* How the calls of a program come: none, steady, in bursts, slowly more. */
static double calls_at(int kind, int place)
{
	switch (kind) {
	case 0:
		return 50;
	case 1:
		return place / 37 % 3 ? 10 : 400;
	case 4: /* once, and short */
		return place >= 1010 && place < 1140 ? 70 : 0;
	case 2:
		return place % 17 < 3 ? 90 : place * 7919 % 13;
	default:
		return floor(place / 20.0);
	}
}

/* The truth is inside in 95 of 100 draws, but for bursts: where few moments have most calls, the
 * mean is no normal variable yet. */
static void the_truth_is_inside(void **state)
{
	GRand *random = g_rand_new_with_seed(20261130);

	(void)state;
	for (int kind = 0; kind < 5; kind++) {
		double truth = 0;
		int inside = 0;

		for (int place = 0; place < STRETCHES * PLACES; place++)
			truth += calls_at(kind, place) / (STRETCHES * PLACES);
		for (int round = 0; round < ROUNDS; round++) {
			struct ratio ratio = {0};
			struct measure found;
			int with_any = 0;

			for (int i = 0; i < STRETCHES; i++) {
				int place = i * PLACES + g_rand_int_range(random, 0, PLACES);
				double calls = calls_at(kind, place);

				ratio__add(&ratio, calls, 1);
				with_any += calls > 0;
			}
			found = ratio__estimate(&ratio, 1.0 / PLACES);
			if (kind == 4)
				measure__allow_gaps(&found, with_any, STRETCHES);
			inside += found.low <= truth * (1 + 1e-9) &&
				  truth <= found.high * (1 + 1e-9);
		}
		assert_in_range(inside, ROUNDS * 91 / 100, ROUNDS);
	}
	g_rand_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sum_by_hand),
		cmocka_unit_test(a_regression_by_hand),
		cmocka_unit_test(nothing_goes_with_what_is_always_the_same),
		cmocka_unit_test(too_few_units_give_no_interval),
		cmocka_unit_test(one_and_the_same_ratio_has_no_spread),
		cmocka_unit_test(chance_alone),
		cmocka_unit_test(gaps),
		cmocka_unit_test(the_truth_is_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
