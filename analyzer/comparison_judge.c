// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Values, intervals and verdicts. docs/diff.md has the formulas and the reasons. */
#include <math.h>
#include <string.h>

#include "analyzer/comparison_private.h"
#include "analyzer/student.h"

#define LEVEL 0.95 /* of an interval that stands alone */
/* The slice at the end of a window is short: a window of five slices is not to fail by that. */
#define WORTH_SLACK 0.5

static const char *const few_slices = "fewer than 5 slices on a side";
static const char *const one_burst = "most of it is in fewer than 4 slices";
static const char *const few_draws = "fewer than 20 draws";
static const char *const small_share = "a small share of the time on both sides";

/* Of the value, by the slices and never less than by the luck of the draws. */
static struct spread spread_of(const struct comparison *comparison,
			       const struct candidate *candidate, enum side side)
{
	const struct slice_set *set = &comparison->priv->slices[side];
	struct spread spread = series__spread(candidate->slices[side], set->lengths, set->count);

	spread.variance = fmax(spread.variance, candidate->sampling[side]);
	spread = spread__scale(spread, 1 / comparison->unit.amount[side]);
	if (comparison->unit.divisor == PER_WORK && candidate->row.side[side].value > 0)
		spread = spread__add(spread,
				     spread__scale(set->work, candidate->row.side[side].value));
	return spread;
}

static double share_of(const struct comparison *comparison, const struct change_row *row,
		       enum side side)
{
	double scale = comparison->priv->scale[side];

	return scale > 0 ? row->side[side].value / scale : 0;
}

/*
 * So many equal ones tell as much. By the draws themselves: the interval of a figure that has all
 * the draws of its kind of time, three say, is narrower than three draws are sure.
 */
static double draws_of(const struct candidate *candidate, enum side side)
{
	double ns = candidate->row.side[side].ns;

	return candidate->square[side] > 0 ? ns * ns / candidate->square[side] : INFINITY;
}

/* NULL: the row can be tested. */
static const char *too_little(const struct comparison *comparison,
			      const struct candidate *candidate)
{
	const struct slice_set *sets = comparison->priv->slices;
	double shares[SIDES];
	enum side more;

	for (int side = 0; side < SIDES; side++) {
		shares[side] = share_of(comparison, &candidate->row, side);
		if (sets[side].worth < COMPARED_SLICES - WORTH_SLACK)
			return few_slices;
	}
	more = shares[SIDE_AFTER] > shares[SIDE_BEFORE] ? SIDE_AFTER : SIDE_BEFORE;
	if (shares[more] < candidate->least_share)
		return small_share;
	/* Student's t is not for what comes in one burst. */
	if (series__worth(candidate->slices[more], sets[more].count) < COMPARED_FILLED)
		return one_burst;
	return draws_of(candidate, more) < COMPARED_DRAWS ? few_draws : NULL;
}

static double margin_of(const struct comparison *comparison, const struct change_row *row)
{
	const double *scale = comparison->priv->scale;
	const struct change_side *side = row->side;

	return fmax(COMPARED_MARGIN * fmax(scale[SIDE_BEFORE], scale[SIDE_AFTER]),
		    COMPARED_OWN_MARGIN * fmax(side[SIDE_BEFORE].value, side[SIDE_AFTER].value));
}

/* The chance that a change which does not matter looks like this one. */
static double chance(const struct comparison *comparison, const struct change_row *row,
		     struct spread spread)
{
	double excess = fabs(row->change) - margin_of(comparison, row);

	if (!isfinite(spread.variance) || excess <= 0)
		return 1;
	return spread.variance > 0
		       ? student__two_sided(excess / sqrt(spread.variance), spread.freedom)
		       : 0;
}

static void measure(const struct comparison *comparison, struct candidate *candidate)
{
	struct change_row *row = &candidate->row;
	struct spread spread;
	double half = INFINITY;

	for (int side = 0; side < SIDES; side++)
		row->side[side].value = row->side[side].ns / comparison->unit.amount[side];
	spread = spread__add(spread_of(comparison, candidate, SIDE_BEFORE),
			     spread_of(comparison, candidate, SIDE_AFTER));
	row->change = row->side[SIDE_AFTER].value - row->side[SIDE_BEFORE].value;
	if (spread.variance <= 0)
		half = 0;
	else if (isfinite(spread.variance))
		half = student__within(LEVEL, spread.freedom) * sqrt(spread.variance);
	row->low = row->change - half;
	row->high = row->change + half;
	row->why = too_little(comparison, candidate);
	row->verdict = row->why ? VERDICT_TOO_LITTLE : VERDICT_SAME;
	row->p = row->why ? NAN : chance(comparison, row, spread);
	row->adjusted_p = NAN;
}

static gint least_chance_first(gconstpointer a, gconstpointer b)
{
	const struct change_row *left = *(struct change_row *const *)a;
	const struct change_row *right = *(struct change_row *const *)b;

	return (left->p > right->p) - (left->p < right->p);
}

/*
 * Holm's procedure over the rows of all tables: whatever depends on what, the chance that any
 * verdict is wrong where nothing has changed stays below the level.
 */
static void decide(struct comparison *comparison)
{
	GPtrArray *tested = g_ptr_array_new();
	double adjusted = 0;

	for (int table = 0; table < COMPARED_COUNT; table++) {
		for (size_t i = 0; i < comparison->tables[table].count; i++) {
			if (!comparison->tables[table].rows[i].why)
				g_ptr_array_add(tested, &comparison->tables[table].rows[i]);
		}
	}
	g_ptr_array_sort(tested, least_chance_first);
	for (guint i = 0; i < tested->len; i++) {
		struct change_row *row = g_ptr_array_index(tested, i);

		adjusted = fmax(adjusted, fmin(row->p * (double)(tested->len - i), 1));
		row->adjusted_p = adjusted;
		if (adjusted < COMPARED_LEVEL)
			row->verdict = row->change > 0 ? VERDICT_MORE : VERDICT_LESS;
	}
	comparison->tested = tested->len;
	g_ptr_array_free(tested, TRUE);
}

static int compare_frames(const struct change_row *a, const struct change_row *b)
{
	int order = 0;

	for (size_t i = 0; !order && i < a->frame_count && i < b->frame_count; i++)
		order = strcmp(a->frames[i]->name, b->frames[i]->name);
	return order ? order
		     : (a->frame_count > b->frame_count) - (a->frame_count < b->frame_count);
}

static gint largest_change_first(gconstpointer a, gconstpointer b)
{
	const struct change_row *left = a, *right = b;
	int order;

	if (fabs(left->change) != fabs(right->change))
		return fabs(left->change) < fabs(right->change) ? 1 : -1;
	order = g_strcmp0(left->name, right->name);
	if (!order)
		order = g_strcmp0(left->where, right->where);
	return order ? order : compare_frames(left, right);
}

void comparison__judge(struct comparison *comparison)
{
	for (int kind = 0; kind < COMPARED_COUNT; kind++) {
		const GPtrArray *candidates = comparison->priv->candidates[kind];
		struct change_table *table = &comparison->tables[kind];

		table->count = candidates->len;
		table->rows = g_new0(struct change_row, candidates->len + 1);
		for (guint i = 0; i < candidates->len; i++) {
			struct candidate *candidate = g_ptr_array_index(candidates, i);

			measure(comparison, candidate);
			table->rows[i] = candidate->row;
		}
		if (kind != COMPARED_TOTALS)
			qsort(table->rows, table->count, sizeof(*table->rows),
			      largest_change_first);
	}
	decide(comparison);
}
