/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Sums of shared-out time with their uncertainty: a figure for every leaf, headline and probe
 * point. A draw carries the set of figures it counts for as bits. docs/causes.md has the formulas.
 */
#ifndef WALLFLAME_ANALYZER_FIGURES_H
#define WALLFLAME_ANALYZER_FIGURES_H

#include "analyzer/analysis.h"
#include "analyzer/causes.h"
#include "analyzer/facts.h"

#define PROBE_COUNT 6

#define FIGURE_LEAF(cause) (cause)
#define FIGURE_HEADLINE(headline) (CAUSE_COUNT + (headline))
#define FIGURE_WALL(probe) (CAUSE_COUNT + HEADLINE_COUNT + (probe))
#define FIGURE_BLOCKED(probe) (FIGURE_WALL(PROBE_COUNT) + (probe))
#define FIGURE_COUNT FIGURE_BLOCKED(PROBE_COUNT)
#define FIGURE_BIT(figure) (UINT64_C(1) << (figure))
/* Leaves and headlines. */
#define FIGURES_OF_CAUSES (FIGURE_BIT(FIGURE_WALL(0)) - 1)
_Static_assert(PROBE_COUNT <= 8, "piece.points are bits");
_Static_assert(FIGURE_COUNT < 64, "figures are bits");

struct estimate {
	double exact;
	double drawn;
	double variance[PART_COUNT];
	double guessed; /* the part of `drawn` borrowed from like spans, or from no stack */
	double blind; /* the part of `guessed` without any stack */
	double hidden; /* time of no known kind at all, which may be of this one */
	/* Of the strata where it may be found: their time, and the sum of the squares of what one
	 * draw stands for. */
	double universe;
	double spread;
	/* Of time in which threads were not watched, and how far that may be off either way. */
	double unseen;
	double unseen_half;
};

struct figures {
	struct estimate of[FIGURE_COUNT];
	double unseen; /* all of that time */
	double universe; /* of all sampled strata */
	double spread;
};

/* The draws of one stratum. */
struct pool {
	double total;
	double spread;
	double amount[FIGURE_COUNT];
	double squares[FIGURE_COUNT];
	double guessed[FIGURE_COUNT];
	double surprise; /* square of the gap between what was expected and what was drawn */
};

/* Figures that a draw of this cause counts for, without the probe points. */
uint64_t figures__of_cause(enum cause cause);

/* Its bits of FIGURE_WALL: piece.points. */
uint8_t figures__points(uint64_t bits);

/* `square` is what the amount adds to the variance if it stood alone. */
void pool__add(struct pool *pool, uint64_t bits, double amount, double square, bool guessed);

void figures__add_exact(struct figures *figures, uint64_t bits, double ns);
/* Time with no stack at all. */
void figures__add_blind(struct figures *figures, uint64_t bits, double ns);
/* Time of which nothing is known: neither a stack nor the system call. */
void figures__add_hidden(struct figures *figures, uint64_t bits, double ns);
/*
 * bits: the figures that are sampled here; possible: those that may be found in such a stratum;
 * like: the share that each figure has of all like strata.
 */
void figures__add_pool(struct figures *figures, const struct pool *pool, enum part part,
		       uint64_t bits, uint64_t possible, const double *like);
/* Above this part of borrowed time a figure is no longer called sampled. */
#define GUESSED_MAX 0.05

struct bounds {
	double low, high;
};

/*
 * Wilson's 95 % interval for a sum of draws that stand for `one` each, out of all that is
 * `universe` (which may be INFINITY).
 */
struct bounds bounds__of(double drawn, double variance, double one, double universe);
struct figure figures__get(const struct figures *figures, int figure);

#endif
