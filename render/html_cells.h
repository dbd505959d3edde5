/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The time of the HTML report by row (a thread), column (a slice, or some of them) and leaf, in
 * whole microseconds: within a cell the fractions are carried on, so that what a cell sums to, in
 * all and by state, is off by less than one.
 */
#ifndef WALLFLAME_RENDER_HTML_CELLS_H
#define WALLFLAME_RENDER_HTML_CELLS_H

#include "render/html_leaves.h"

#include <glib.h>

struct html_cells;

/* Fitted leaves, which must outlive the cells. */
struct html_cells *html_cells__new(const struct html_leaves *leaves, guint slices);
void html_cells__free(struct html_cells *cells);

void html_cells__add(struct html_cells *cells, guint row, guint slice, guint leaf, double ns);

/* How the cells were made to fit. */
struct html_fit {
	guint slices_a_column;
	guint columns;
	double least_us; /* weights below were merged; 0: none */
	guint64 merged; /* weights */
	double merged_us;
};
/*
 * Merges small weights of a cell, then slices, until all takes at most `budget` bytes before
 * base64 (or there is one column left), and slices until there are about `columns` at most. Once,
 * after the last html_cells__add.
 */
struct html_fit html_cells__fit(struct html_cells *cells, guint budget, guint columns);
/* The leaves in use, the most frequent first: the stream has their places in it. */
const GArray *html_cells__leaves(const struct html_cells *cells);
/*
 * For every cell that has time, row by row: how far it is from the one before, the number of its
 * weights, and of each the leaf and the microseconds.
 */
struct json_object *html_cells__json(const struct html_cells *cells);

#endif
