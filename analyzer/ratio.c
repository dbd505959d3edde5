// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/ratio.h"

#include <math.h>

#include "analyzer/student.h"

#define CONFIDENCE 0.95

void ratio__add(struct ratio *ratio, double y, double x)
{
	ratio->units++;
	ratio->y += y;
	ratio->x += x;
	ratio->yy += y * y;
	ratio->xy += x * y;
	ratio->xx += x * x;
}

struct measure ratio__estimate(const struct ratio *ratio, double drawn)
{
	double value = ratio->x > 0 ? ratio->y / ratio->x : NAN;
	struct measure measure = {value, NAN, NAN};
	double n = (double)ratio->units;
	double squares = ratio->yy - 2 * value * ratio->xy + value * value * ratio->xx;
	double error, reach;

	if (isnan(value) || ratio->units < RATIO_LEAST_UNITS)
		return measure;
	/* What is left of the squares may be less than nothing by their rounding. */
	error = sqrt(fmax(squares, 0) / (n - 1) * n * fmax(1 - drawn, 0)) / ratio->x;
	reach = student__within(CONFIDENCE, n - 1) * error;
	measure.low = fmax(value - reach, 0);
	measure.high = value + reach;
	return measure;
}

/*
 * The square root of a Poisson count has nearly the same spread, 1/2, whatever its mean: the ends
 * below are within 3 % of the exact ones for the upper end.
 */
void measure__allow_chance(struct measure *rate, double count, double time)
{
	const double reach = 0.98; /* 1.96 / 2 */
	double low = fmax(sqrt(count) - reach, 0), high = sqrt(count + 1) + reach;

	if (isnan(rate->low))
		return;
	rate->low = fmin(rate->low, low * low / time);
	rate->high = fmax(rate->high, high * high / time);
}
