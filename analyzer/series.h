/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the slices of a window tell of how far its sums may be off: they are its replicates. */
#ifndef WALLFLAME_ANALYZER_SERIES_H
#define WALLFLAME_ANALYZER_SERIES_H

#include <stddef.h>

/* A variance, and how well it is known. */
struct spread {
	double variance;
	double freedom; /* degrees of it; 0 when nothing is known: the variance is infinite */
};

/* What so many slices of these lengths are worth, as slices of one length. */
double series__worth(const double *lengths, size_t count);
/*
 * The spread of the sum of `values`, which are thought to go with the `lengths` of their slices;
 * what has no length does not count. Where a slice resembles the one before it they are worth less.
 * docs/diff.md has the formula.
 */
struct spread series__spread(const double *values, const double *lengths, size_t count);
/* That of the sum of two independent things (Welch and Satterthwaite). */
struct spread spread__add(struct spread a, struct spread b);
struct spread spread__scale(struct spread spread, double factor);

#endif
