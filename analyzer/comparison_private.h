/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The steps of a comparison, in the order in which they are taken. */
#ifndef WALLFLAME_ANALYZER_COMPARISON_PRIVATE_H
#define WALLFLAME_ANALYZER_COMPARISON_PRIVATE_H

#include <glib.h>

#include "analyzer/comparison.h"
#include "analyzer/series.h"

/* The slices of a capture that have a length, inside its window. */
struct slice_set {
	size_t count; /* as in the analysis; the arrays below have as many */
	double *lengths; /* ns of wall time, or of thread time where that is the divisor */
	double worth; /* see series__worth */
	struct spread work; /* of the unit's amount in them, relative; 0 but for PER_WORK */
};

/* A row before it is tested. */
struct candidate {
	struct change_row row;
	double *slices[SIDES]; /* ns by slice */
	double sampling[SIDES]; /* variance of ns by the luck of the draws */
	/* Sum of time times what one draw stands for there; 0: nothing was left to chance. */
	double square[SIDES];
	double least_share;
};

struct comparison_private {
	GStringChunk *strings;
	struct slice_set slices[SIDES];
	double scale[SIDES]; /* value of the time that is not idle: what shares are of */
	GPtrArray *candidates[COMPARED_COUNT]; /* struct candidate */
};

/* 0, or -EINVAL with *error set when the two have no common ground. */
int comparison__check(const struct analysis *before, const struct analysis *after, char **error);
/* NULL-terminated, for g_strfreev. */
char **comparison__warn(const struct comparison *comparison);

/* Fills comparison->unit. 0, or -ENOENT with *error set. */
int comparison__find_unit(struct comparison *comparison, const struct comparison_request *request,
			  char **error);
void comparison__cut_slices(struct comparison *comparison);

struct candidate *candidate__new(struct comparison *comparison, enum compared table);
void candidate__free(void *candidate);
/*
 * After its pieces have been added: makes the sampling variance that of a figure's 95 % interval,
 * its time and basis the row's, and leaves nothing to chance when it is exact.
 */
void candidate__take_figure(struct candidate *candidate, enum side side,
			    const struct figure *figure);

void comparison__list_totals(struct comparison *comparison);
void comparison__list_causes(struct comparison *comparison);
void comparison__list_functions(struct comparison *comparison);
void comparison__list_locks(struct comparison *comparison);
void comparison__list_stacks(struct comparison *comparison);

/* Values, intervals and verdicts of all candidates, which become the rows of the tables. */
void comparison__judge(struct comparison *comparison);

#endif
