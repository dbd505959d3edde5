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
	uint32_t kind;
	double ns;
	double grain; /* see struct piece */
};

struct gap {
	const struct cell *cell;
	double ns;
};

/*
 * What was found last: threads that need the same donors follow each other, and there may be
 * thousands. All zero at first.
 */
struct donors {
	bool is_known;
	struct key call; /* process, state, system call and class that `of_process` is the answer
			    for */
	struct range of_process;
	struct range sampled;
	GArray *shares; /* struct spill of `sampled`, which sum to 1 */
};

double draw__weight(const struct draw *draw, enum part part);
/* What the draw adds to the variance of a sum: (1 - p) (length / p)^2 for each span. */
double draw__square(const struct draw *draw, enum store_state state, enum part part);

struct tally tally__of(const GArray *draws, struct range range, enum part part);
/* Whether the draws are all there was, so that nothing is left to chance. */
bool tally__is_complete(const struct tally *tally, double total, enum store_state state);

/* The stratum of a key, alone, or an empty range. */
struct range strata__find(const struct registry *strata, const struct key *key);
/* Those draws of a stratum that are of one slice; *next is where to look on for later slices. */
struct range strata__slice(const GArray *draws, guint *next, uint32_t slice);
/*
 * The strata most like the one whose draws are missing: of the nearest class of the same thread,
 * state and system call, then of the same process. Empty when there are none.
 */
struct range strata__donors(struct donors *donors, const struct registry *draws,
			    const struct key *key, enum part part);
/* Some draws of the strata, drawn evenly by weight when they are many, with their shares. */
const GArray *strata__sample(struct donors *donors, const struct registry *draws,
			     struct range strata, enum part part);

#endif
