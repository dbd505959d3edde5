/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A ratio of two sums, estimated from units that were drawn at random: of calls to time over
 * moments, of bytes to calls. By the ratio estimator for a sample of clusters (Cochran, Sampling
 * Techniques, 6.3 to 6.8 and 9A.1).
 */
#ifndef WALLFLAME_ANALYZER_RATIO_H
#define WALLFLAME_ANALYZER_RATIO_H

#include "analyzer/analysis.h"

/* Fewer units tell nothing of how much they differ. */
#define RATIO_LEAST_UNITS 5

/* Sums over the units; zero is none. */
struct ratio {
	int64_t units;
	double y, x;
	double yy, xy, xx;
};

void ratio__add(struct ratio *ratio, double y, double x);
/*
 * y / x with its 95 % interval (Student's t over the units), never below 0; drawn: the share of all
 * units that were drawn. NAN where x is 0; an interval of NAN where there are too few units.
 */
struct measure ratio__estimate(const struct ratio *ratio, double drawn);
/*
 * The mean of y over all units where that of x is known, by the regression of y on x (Cochran,
 * chapter 7), with its 95 % interval as of a prediction at that x. Never below 0; NAN where too few
 * units were drawn or x is always the same.
 */
struct measure ratio__regress(const struct ratio *ratio, double known, double drawn);
/* The share of the squares of y that goes with more of x: r^2, and 0 where y goes against it. */
double ratio__explained(const struct ratio *ratio);
/* Widens the interval of a rate to that of a count by itself: had the events come independently of
 * each other (Poisson), as if `count` of them had been counted in `time`. */
void measure__allow_chance(struct measure *rate, double count, double time);
/* Widens it by how many of the units had any at all: of bursts in few of them the spread of these
 * few tells little. */
void measure__allow_gaps(struct measure *rate, double with_any, double units);

#endif
