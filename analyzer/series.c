// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/series.h"

#include <math.h>

/* Slices that resemble each other more than this tell next to nothing, however many they are. */
#define LIKENESS_MAX 0.9

static double sum_of(const double *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

double series__worth(const double *lengths, size_t count)
{
	double sum = sum_of(lengths, count);
	double squares = 0;

	for (size_t i = 0; i < count; i++)
		squares += lengths[i] * lengths[i];
	return squares > 0 ? sum * sum / squares : 0;
}

/*
 * How much a slice is like the one before it: the correlation of the residuals at a distance of
 * one, which in white noise is -1/n in the mean, made 0 there.
 */
static double likeness(const double *values, const double *lengths, double rate, size_t count)
{
	double white = 1 / series__worth(lengths, count);
	double before = 0, products = 0, squares = 0;

	for (size_t i = 0; i < count; i++) {
		double residual;

		if (lengths[i] <= 0)
			continue;
		residual = (values[i] - rate * lengths[i]) / sqrt(lengths[i]);
		products += before * residual;
		squares += residual * residual;
		before = residual;
	}
	if (squares <= 0)
		return 0;
	return fmin(fmax(products / squares + white, 0), LIKENESS_MAX);
}

struct spread series__spread(const double *values, const double *lengths, size_t count)
{
	double worth = series__worth(lengths, count);
	double rate, like, widening;
	double squares = 0;

	if (worth <= 1)
		return (struct spread){INFINITY, 0};
	rate = sum_of(values, count) / sum_of(lengths, count);
	for (size_t i = 0; i < count; i++) {
		double residual = lengths[i] > 0 ? values[i] - rate * lengths[i] : 0;

		squares += residual * residual;
	}
	like = likeness(values, lengths, rate, count);
	widening = (1 + like) / (1 - like);
	return (struct spread){
		.variance = worth / (worth - 1) * squares * widening,
		.freedom = worth - 1,
	};
}

struct spread spread__add(struct spread a, struct spread b)
{
	double sum = a.variance + b.variance;
	double doubt;

	if (!isfinite(sum))
		return (struct spread){INFINITY, 0};
	if (sum <= 0)
		return (struct spread){0, a.freedom + b.freedom};
	doubt = (a.variance > 0 ? a.variance * a.variance / a.freedom : 0) +
		(b.variance > 0 ? b.variance * b.variance / b.freedom : 0);
	return (struct spread){sum, sum * sum / doubt};
}

struct spread spread__scale(struct spread spread, double factor)
{
	return (struct spread){spread.variance * factor * factor, spread.freedom};
}
