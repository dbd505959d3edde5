// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/comparison.h"

#include "analyzer/comparison_private.h"

static const char *const sides[SIDES] = {
	[SIDE_BEFORE] = "before",
	[SIDE_AFTER] = "after",
};

static const char *const verdicts[VERDICT_COUNT] = {
	[VERDICT_MORE] = "more",
	[VERDICT_LESS] = "less",
	[VERDICT_SAME] = "no difference",
	[VERDICT_TOO_LITTLE] = "too little",
};

const char *side__name(enum side side)
{
	return (unsigned)side < SIDES ? sides[side] : "?";
}

const char *verdict__name(enum verdict verdict)
{
	return (unsigned)verdict < VERDICT_COUNT ? verdicts[verdict] : "?";
}

void candidate__free(void *pointer)
{
	struct candidate *candidate = pointer;

	for (int side = 0; side < SIDES; side++)
		g_free(candidate->slices[side]);
	g_free(candidate);
}

struct candidate *candidate__new(struct comparison *comparison, enum compared table)
{
	struct candidate *candidate = g_new0(struct candidate, 1);

	candidate->least_share = COMPARED_SHARE;
	for (int side = 0; side < SIDES; side++) {
		candidate->slices[side] = g_new0(double, comparison->priv->slices[side].count);
		candidate->row.side[side].count = -1;
	}
	g_ptr_array_add(comparison->priv->candidates[table], candidate);
	return candidate;
}

static struct comparison *comparison__create(const struct analysis *before,
					     const struct analysis *after)
{
	struct comparison *comparison = g_new0(struct comparison, 1);
	struct comparison_private *priv = g_new0(struct comparison_private, 1);

	comparison->analyses[SIDE_BEFORE] = before;
	comparison->analyses[SIDE_AFTER] = after;
	comparison->priv = priv;
	priv->strings = g_string_chunk_new(4096);
	for (int table = 0; table < COMPARED_COUNT; table++)
		priv->candidates[table] = g_ptr_array_new_with_free_func(candidate__free);
	return comparison;
}

int comparison__new(struct comparison **out, const struct analysis *before,
		    const struct analysis *after, const struct comparison_request *request,
		    char **error)
{
	struct comparison *comparison;
	int status = comparison__check(before, after, error);

	*out = NULL;
	if (status)
		return status;
	comparison = comparison__create(before, after);
	status = comparison__find_unit(comparison, request, error);
	if (status) {
		comparison__free(comparison);
		return status;
	}
	comparison__cut_slices(comparison);
	comparison__list_totals(comparison);
	comparison__list_causes(comparison);
	comparison__list_functions(comparison);
	comparison__list_locks(comparison);
	comparison__list_stacks(comparison);
	comparison__judge(comparison);
	comparison->warnings = comparison__warn(comparison);
	*out = comparison;
	return 0;
}

void comparison__free(struct comparison *comparison)
{
	struct comparison_private *priv;

	if (!comparison)
		return;
	priv = comparison->priv;
	for (int table = 0; table < COMPARED_COUNT; table++) {
		g_ptr_array_free(priv->candidates[table], TRUE);
		g_free(comparison->tables[table].rows);
	}
	for (int side = 0; side < SIDES; side++)
		g_free(priv->slices[side].lengths);
	g_string_chunk_free(priv->strings);
	g_free(priv);
	g_strfreev(comparison->warnings);
	g_free(comparison);
}
