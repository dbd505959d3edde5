// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The stacks of a probe point's timed calls: what is drawn of it. docs/causes.md explains how. */
#include <math.h>

#include "analyzer/function_rows.h"

/* Weights are sums of doubles: equal up to rounding. */
#define ROUNDING 1e-9

struct stacked {
	double weight; /* an estimate of the time that has stacks */
	double variance; /* (1 - p) (ns / p)^2 of each of them */
};

static const struct point_draw *draw_at(const struct facts *facts, guint index)
{
	return &g_array_index(facts->probes.draws, struct point_draw, index);
}

/* Whether each of its calls was sure to be timed and to get a stack. */
static bool is_sure(const struct point_draw *draw)
{
	return draw->weight <= (double)draw->ns * (1 + ROUNDING);
}

/* The calls of a row are taken to be equal. */
static double square_of(const struct point_draw *draw)
{
	return (draw->weight - (double)draw->ns) * draw->weight / (double)MAX(draw->count, 1);
}

static struct stacked sum(const struct facts *facts, struct range draws)
{
	struct stacked stacked = {0};

	for (guint i = draws.from; i < draws.to; i++) {
		const struct point_draw *draw = draw_at(facts, i);

		stacked.weight += draw->weight;
		if (!is_sure(draw))
			stacked.variance += square_of(draw);
	}
	return stacked;
}

/*
 * The part of `inside` for which there is no stack: calls that were open when the window closed,
 * stacks that found no room. Not what is missing by the luck of the draw.
 */
static double without_stack(const struct stacked *stacked, double inside)
{
	struct bounds bounds;

	if (stacked->weight <= 0)
		return inside;
	bounds = bounds__of(stacked->weight, stacked->variance, stacked->variance / stacked->weight,
			    INFINITY);
	return inside > bounds.high * (1 + ROUNDING) ? inside - stacked->weight : 0;
}

static void add(GArray *pieces, const struct call_piece *piece)
{
	if (piece->ns > 0)
		g_array_append_vals(pieces, piece, 1);
}

void function_row__share(struct function_row *row, const struct facts *facts, uint32_t point)
{
	struct range draws = probe_facts__of(facts->probes.draws, point);
	GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct call_piece));
	struct stacked stacked = sum(facts, draws);
	/* A capture that was cut off has stacks, but not the sums that are written last. */
	double inside = row->latency.timed ? row->inside.ns : stacked.weight;
	struct call_piece missing = {
		.ns = without_stack(&stacked, inside),
		.basis = stacked.variance > 0 ? MAX(row->inside.basis, BASIS_SAMPLED)
					      : row->inside.basis,
	};
	double scale = stacked.weight > 0 ? (inside - missing.ns) / stacked.weight : 0;
	bool as_it_is = fabs(scale - 1) <= ROUNDING;

	for (guint i = draws.from; i < draws.to; i++) {
		const struct point_draw *draw = draw_at(facts, i);
		struct call_piece piece = {
			.stack = stacks__facts(facts->stacks, draw->stack)->id,
			.thread = draw->thread,
			.ns = draw->weight * scale,
			.basis = as_it_is && is_sure(draw) ? BASIS_EXACT : BASIS_SAMPLED,
		};

		add(pieces, &piece);
	}
	add(pieces, &missing);
	row->piece_count = pieces->len;
	row->pieces = (struct call_piece *)(void *)g_array_free(pieces, FALSE);
}
