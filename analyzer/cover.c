// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/cover.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define CLASSES 64
#define MILLION 1e6
/* bpf/records.h, WF_COVER_SHIFT: in a capture that does not tell. */
#define PIECE_NS 2097152.0
/* No chance is taken to be less: a damaged capture must not make weights of anything. */
#define LEAST_CHANCE 1e-8

struct cover {
	double (*chances)[CLASSES]; /* a slice each */
	double pieces;
};

/* Both its ends lie in one piece with chance `same`; else each piece is drawn for itself. */
static double chance_of(double share, double length_ns, double piece_ns)
{
	double same = fmax(1 - length_ns / piece_ns, 0);

	return share * (same + (1 - same) * share);
}

static double piece_of(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->cost_count; i++) {
		if (!strcmp(analysis->costs[i].name, "ledger-piece") &&
		    analysis->costs[i].value > 0)
			return (double)analysis->costs[i].value;
	}
	return PIECE_NS;
}

/* Mean of what follows a span before its thread leaves the CPU again, which ends it for the ledger.
 */
static double run_of(const struct analysis *analysis)
{
	int64_t runs = analysis->states.count[STATE_RUNNING];

	return runs > 0 ? analysis->states.ns[STATE_RUNNING] / (double)runs : 0;
}

struct cover *cover__new(const struct analysis *analysis)
{
	struct cover *cover = g_new0(struct cover, 1);
	int64_t end_ns = analysis->capture.t0_ns + analysis->window_ns;
	double piece_ns = piece_of(analysis), run_ns = run_of(analysis);

	size_t first = 0; /* slice that is not over when the next pace begins */

	cover->chances = g_malloc0_n(analysis->slice_count + 1, sizeof(*cover->chances));
	for (size_t i = 0; i < analysis->pace_count; i++) {
		const struct pace_row *pace = &analysis->paces[i];
		double share = fmin((double)pace->value / MILLION, 1);

		if (pace->what != PACE_LEDGER)
			continue;
		while (first < analysis->slice_count &&
		       analysis->slices[first].end_ns <= pace->time_ns)
			first++;
		for (size_t slice = first; slice < analysis->slice_count; slice++) {
			const struct slice_row *row = &analysis->slices[slice];
			double from = (double)MAX(row->start_ns, pace->time_ns);
			double to = (double)MIN(MIN(row->end_ns, pace->end_ns), end_ns);
			double part = (to - from) / (double)(row->end_ns - row->start_ns);

			if (row->start_ns >= pace->end_ns)
				break;
			if (to <= from)
				continue;
			cover->pieces += share < 1 ? share * (to - from) / piece_ns : 0;
			for (int class = 0; class < CLASSES; class ++)
				cover->chances[slice][class] +=
					part *
					chance_of(share, ldexp(1.5, class) + run_ns, piece_ns);
		}
	}
	return cover;
}

void cover__free(struct cover *cover)
{
	g_free(cover->chances);
	g_free(cover);
}

double cover__chance(const struct cover *cover, uint32_t slice, unsigned int class)
{
	return fmin(fmax(cover->chances[slice][class % CLASSES], LEAST_CHANCE), 1);
}

double cover__pieces(const struct cover *cover)
{
	return cover->pieces;
}
