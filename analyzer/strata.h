/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Finding and weighing the draws of a stratum. */
#ifndef WALLFLAME_ANALYZER_STRATA_H
#define WALLFLAME_ANALYZER_STRATA_H

#include <glib.h>

#include "analyzer/facts.h"
#include "analyzer/figures.h"

/* Weights are sums of doubles: equal up to rounding. */
#define ROUNDING 1e-9

struct tally {
	double count; /* spans drawn */
	double weight;
	double plain; /* their own time */
};

/* Time of a draw that a gap of some cell takes. */
struct spill {
	const struct draw *draw;
	double ns;
	double grain; /* see struct piece */
};

struct gap {
	const struct cell *cell;
	double ns;
};

double draw__weight(const struct draw *draw, enum part part);
/* What the draw adds to the variance of a sum: (1 - p) (length / p)^2 for each span. */
double draw__square(const struct draw *draw, enum part part);

struct tally tally__of(const GArray *draws, struct range range, enum part part);
/* Whether the draws are all there was, so that nothing is left to chance. */
bool tally__is_complete(const struct tally *tally, double total, enum store_state state);

/* The first cell after the stratum that begins at `from`. */
guint strata__end(const GArray *cells, guint from);
/* The draws of a key's stratum, in all slices. */
struct range strata__draws(const GArray *draws, const struct key *key);
/* The draws of a key's process, state and system call: all threads and classes. */
struct range strata__calls(const GArray *draws, const struct key *key);
/* Those of one slice of a stratum; *next is where to look on for later slices. */
struct range strata__slice(const GArray *draws, struct range all, guint *next, uint32_t slice);
/*
 * The draws most like those that are missing: of the nearest class of the same thread, state and
 * system call, then of the same process. Empty when there are none.
 */
struct range strata__donors(const GArray *draws, const struct key *key, enum part part);
/* Shares `total` out over some of the range, drawn evenly by weight when they are many. */
void strata__sample(GArray *spills, const GArray *draws, struct range range, enum part part,
		    double total);

#endif
