// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/student.h"

#include <float.h>
#include <math.h>

#define TERMS_MAX 500
#define TINY 1e-300
#define HALVINGS 200

/*
 * The continued fraction of the incomplete beta function (DLMF 8.17.22), from the front by Lentz's
 * method. It converges fast for x < (a + 1) / (a + b + 2).
 */
static double beta_fraction(double x, double a, double b)
{
	double c = 1;
	double d = 1 / fmax(fabs(1 - (a + b) * x / (a + 1)), TINY);
	double value = d;

	for (int m = 1; m <= TERMS_MAX; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		const double terms[] = {even, odd};
		double step = 1;

		for (int i = 0; i < 2; i++) {
			d = 1 + terms[i] * d;
			d = 1 / (fabs(d) < TINY ? TINY : d);
			c = 1 + terms[i] / c;
			c = fabs(c) < TINY ? TINY : c;
			step = d * c;
			value *= step;
		}
		if (fabs(step - 1) < DBL_EPSILON)
			break;
	}
	return value;
}

/* I_x(a, b), the regularized incomplete beta function; `rest` is 1 - x, without its rounding. */
static double incomplete_beta(double x, double rest, double a, double b)
{
	double front;

	if (x <= 0)
		return 0;
	if (rest <= 0)
		return 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(rest, b, a) / b;
}

double student__two_sided(double t, double freedom)
{
	double square = t * t;

	if (isinf(square))
		return 0;
	return incomplete_beta(freedom / (freedom + square), square / (freedom + square),
			       freedom / 2, 0.5);
}

double student__within(double probability, double freedom)
{
	double low = 0, high = 1;

	while (isfinite(high) && student__two_sided(high, freedom) > 1 - probability)
		high *= 2;
	for (int i = 0; i < HALVINGS && high - low > high * 1e-12; i++) {
		double middle = low + (high - low) / 2;

		if (student__two_sided(middle, freedom) > 1 - probability)
			low = middle;
		else
			high = middle;
	}
	return high;
}
