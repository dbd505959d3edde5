// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/ratio.h"

#include <math.h>

#include "analyzer/student.h"

#define CONFIDENCE 0.95
/* Two more than the ratio wants: there are two figures to find. */
#define REGRESSION_LEAST_UNITS (RATIO_LEAST_UNITS + 2)
/* What rounding may leave of squares that are all the same. */
#define ROUNDING 1e-9

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

/* Around the means. */
struct squares {
	double xx, xy, yy;
};

static struct squares squares_of(const struct ratio *ratio)
{
	double n = (double)ratio->units;
	struct squares squares = {
		.xx = ratio->xx - ratio->x * ratio->x / n,
		.xy = ratio->xy - ratio->x * ratio->y / n,
		.yy = ratio->yy - ratio->y * ratio->y / n,
	};

	if (squares.xx <= ROUNDING * ratio->xx)
		squares.xx = 0;
	if (squares.yy <= ROUNDING * ratio->yy)
		squares.yy = 0;
	return squares;
}

double ratio__explained(const struct ratio *ratio)
{
	struct squares squares = squares_of(ratio);

	if (squares.xx <= 0 || squares.yy <= 0 || squares.xy <= 0)
		return 0;
	return fmin(squares.xy * squares.xy / squares.xx / squares.yy, 1);
}

struct measure ratio__regress(const struct ratio *ratio, double known, double drawn)
{
	struct squares squares = squares_of(ratio);
	struct measure measure = {NAN, NAN, NAN};
	double n = (double)ratio->units, slope, further, spread, reach;

	if (ratio->units < REGRESSION_LEAST_UNITS || squares.xx <= 0)
		return measure;
	slope = squares.xy / squares.xx;
	further = known - ratio->x / n;
	spread = fmax(squares.yy - slope * squares.xy, 0) / (n - 2);
	reach = student__within(CONFIDENCE, n - 2) *
		sqrt(spread * (fmax(1 - drawn, 0) / n + further * further / squares.xx));
	measure.value = fmax(ratio->y / n + slope * further, 0);
	measure.low = fmax(measure.value - reach, 0);
	measure.high = measure.value + reach;
	return measure;
}

/*
 * The square root of a Poisson count has nearly the same spread, 1/2, whatever its mean: the upper
 * end below is within 7 % of the exact one.
 */
#define ROOT_REACH 0.98 /* 1.96 / 2 */

void measure__allow_chance(struct measure *rate, double count, double time)
{
	double low = fmax(sqrt(count) - ROOT_REACH, 0), high = sqrt(count + 1) + ROOT_REACH;

	if (isnan(rate->low))
		return;
	rate->low = fmin(rate->low, low * low / time);
	rate->high = fmax(rate->high, high * high / time);
}

/* As above, with the spread of a binomial count, which is less the nearer it is to all. */
void measure__allow_gaps(struct measure *rate, double with_any, double units)
{
	double without = 1 - with_any / units, reach = ROOT_REACH * sqrt(fmax(without, 0));
	double low = fmax(sqrt(with_any) - reach, 0), high = sqrt(with_any + without) + reach;

	if (isnan(rate->low) || with_any <= 0)
		return;
	rate->low = fmin(rate->low, rate->value * low * low / with_any);
	rate->high = fmax(rate->high, rate->value * high * high / with_any);
}
