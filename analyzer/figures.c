// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/figures.h"

#include <math.h>

#define Z 1.959964 /* 95 % of a normal distribution lie within Z deviations */

/* Takes the lowest figure out of the set; for loops over a set that is not empty yet. */
static int take_figure(uint64_t *bits)
{
	int figure = __builtin_ctzll(*bits);

	*bits &= *bits - 1;
	return figure;
}

uint64_t figures__of_cause(enum cause cause)
{
	uint64_t bits = FIGURE_BIT(FIGURE_LEAF(cause));

	for (int i = 0; i < HEADLINE_COUNT; i++) {
		if (cause__in_group(cause, headline__group(i)))
			bits |= FIGURE_BIT(FIGURE_HEADLINE(i));
	}
	return bits;
}

uint8_t figures__points(uint64_t bits)
{
	return (uint8_t)(bits >> FIGURE_WALL(0) & ((1U << PROBE_COUNT) - 1));
}

void pool__add(struct pool *pool, uint64_t bits, double amount, double square, bool guessed)
{
	pool->total += amount;
	pool->spread += square;
	while (bits) {
		int bit = take_figure(&bits);

		pool->amount[bit] += amount;
		pool->squares[bit] += square;
		if (guessed)
			pool->guessed[bit] += amount;
	}
}

void figures__add_exact(struct figures *figures, uint64_t bits, double ns)
{
	while (bits) {
		int bit = take_figure(&bits);

		figures->of[bit].exact += ns;
	}
}

void figures__add_blind(struct figures *figures, uint64_t bits, double ns)
{
	while (bits) {
		int bit = take_figure(&bits);

		figures->of[bit].guessed += ns;
		figures->of[bit].blind += ns;
	}
}

void figures__add_hidden(struct figures *figures, uint64_t bits, double ns)
{
	while (bits) {
		int bit = take_figure(&bits);

		figures->of[bit].hidden += ns;
	}
}

void figures__add_pool(struct figures *figures, const struct pool *pool, enum part part,
		       uint64_t bits, uint64_t possible, const double *like)
{
	if (pool->total <= 0)
		return;
	figures->universe += pool->total;
	figures->spread += pool->spread;
	bits &= possible;
	while (bits) {
		int bit = take_figure(&bits);

		struct estimate *estimate = &figures->of[bit];
		double share = pool->amount[bit] / pool->total;

		estimate->drawn += pool->amount[bit];
		estimate->guessed += pool->guessed[bit];
		/* The ratio estimator's: each draw by how far it is from its stratum's share. */
		estimate->variance[part] += fmax(
			pool->squares[bit] * (1 - 2 * share) + pool->spread * share * share, 0);
		/* Time that no draw here stands for may be of any kind that like strata have. */
		estimate->variance[part] += pool->surprise * like[bit] * (1 - like[bit]);
		estimate->universe += pool->total;
		estimate->spread += pool->spread;
	}
}

static double variance_of(const struct estimate *estimate)
{
	double deviation = 0;

	for (int part = 0; part < PART_COUNT; part++)
		deviation += sqrt(estimate->variance[part]);
	return deviation * deviation;
}

static enum basis basis_of(const struct estimate *estimate, double universe, double ns)
{
	if (estimate->guessed + estimate->hidden > GUESSED_MAX * ns)
		return BASIS_ESTIMATED;
	return estimate->guessed > 0 || estimate->hidden > 0 || estimate->unseen_half > 0 ||
			       universe > 0
		       ? BASIS_SAMPLED
		       : BASIS_EXACT;
}

struct bounds bounds__of(double drawn, double variance, double one, double universe)
{
	double scale = 1 + Z * Z * one / universe;
	double center = (drawn + Z * Z / 2 * one) / scale;
	double half = Z * sqrt(variance + Z * Z / 4 * one * one) / scale;

	return (struct bounds){fmax(center - half, 0), fmin(center + half, universe)};
}

struct figure figures__get(const struct figures *figures, int index)
{
	const struct estimate *estimate = &figures->of[index];
	double ns = estimate->exact + estimate->drawn + estimate->blind;
	/* What was never seen may hide in any stratum. */
	bool seen = ns > 0;
	double universe = seen ? estimate->universe : figures->universe;
	double spread = seen ? estimate->spread : figures->spread;
	struct figure figure = {.ns = ns, .low = ns, .high = ns};

	figure.basis = basis_of(estimate, universe, ns + estimate->unseen);
	if (universe > 0) {
		struct bounds bounds = bounds__of(estimate->drawn, variance_of(estimate),
						  spread / universe, universe);

		figure.low = estimate->exact + bounds.low;
		figure.high = estimate->exact + estimate->blind + bounds.high;
	} else {
		figure.low = estimate->exact + estimate->drawn;
	}
	figure.low = fmin(figure.low, ns);
	figure.high = fmax(figure.high, ns) + estimate->hidden;
	figure.ns += estimate->unseen;
	figure.low += fmax(estimate->unseen - estimate->unseen_half, 0);
	figure.high += fmin(estimate->unseen + estimate->unseen_half, figures->unseen);
	return figure;
}
