// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_cells.h"

#include "render/html_bytes.h"

#include <math.h>
#include <string.h>

#define FIRST_LEAST_US 500.0
#define LEAST_GROWTH 10.0
#define LAST_LEAST_US 50000.0 /* of a slice of a second it is a twentieth: no more is merged */
#define MOST_US 0x1p52 /* what a script's numbers hold exactly */

struct entry {
	guint32 row;
	guint32 slice;
	guint32 leaf;
	double ns;
};

struct html_cells {
	const struct html_leaves *leaves;
	guint slices;
	GArray *entries; /* struct entry */
	/* By leaf. */
	double *sums;
	guint64 *uses;
	guint *ranks;
	GArray *order;
	/* Of the cell at hand: the leaves that have time in it. */
	GArray *touched;
	GByteArray *bytes;
	struct html_fit fit;
};

struct html_cells *html_cells__new(const struct html_leaves *leaves, guint slices)
{
	struct html_cells *cells = g_new0(struct html_cells, 1);
	guint count = html_leaves__count(leaves);

	cells->leaves = leaves;
	cells->slices = MAX(slices, 1);
	cells->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	cells->sums = g_new0(double, count);
	cells->uses = g_new0(guint64, count);
	cells->ranks = g_new0(guint, count);
	cells->order = g_array_new(FALSE, FALSE, sizeof(guint));
	cells->touched = g_array_new(FALSE, FALSE, sizeof(guint));
	cells->bytes = g_byte_array_new();
	return cells;
}

void html_cells__free(struct html_cells *cells)
{
	g_byte_array_free(cells->bytes, TRUE);
	g_array_free(cells->touched, TRUE);
	g_array_free(cells->order, TRUE);
	g_free(cells->ranks);
	g_free(cells->uses);
	g_free(cells->sums);
	g_array_free(cells->entries, TRUE);
	g_free(cells);
}

void html_cells__add(struct html_cells *cells, guint row, guint slice, guint leaf, double ns)
{
	const struct entry entry = {row, slice, html_leaves__target(cells->leaves, leaf), ns};

	/* A damaged capture may hold negative times. */
	if (ns > 0 && isfinite(ns))
		g_array_append_val(cells->entries, entry);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	if (left->row != right->row)
		return left->row < right->row ? -1 : 1;
	if (left->slice != right->slice)
		return left->slice < right->slice ? -1 : 1;
	return (left->leaf > right->leaf) - (left->leaf < right->leaf);
}

static void touch(struct html_cells *cells, guint leaf, double ns)
{
	if (cells->sums[leaf] == 0)
		g_array_append_val(cells->touched, leaf);
	cells->sums[leaf] += ns;
}

static guint column_of(const struct html_cells *cells, const struct entry *entry)
{
	return entry->slice / cells->fit.slices_a_column;
}

/* Sums the entries from `from` on that are of one cell; returns where the next begins. */
static guint gather(struct html_cells *cells, guint from)
{
	const struct entry *first = &g_array_index(cells->entries, struct entry, from);
	guint at = from;

	for (; at < cells->entries->len; at++) {
		const struct entry *entry = &g_array_index(cells->entries, struct entry, at);

		if (entry->row != first->row || column_of(cells, entry) != column_of(cells, first))
			break;
		touch(cells, entry->leaf, entry->ns);
	}
	return at;
}

static void merge_small(struct html_cells *cells)
{
	guint count = cells->touched->len;

	for (guint i = 0; i < count; i++) {
		guint leaf = g_array_index(cells->touched, guint, i);
		guint rest = html_leaves__rest(cells->leaves, leaf);
		double ns = cells->sums[leaf];

		if (leaf == rest || ns >= cells->fit.least_us * 1000)
			continue;
		cells->sums[leaf] = 0;
		touch(cells, rest, ns);
		cells->fit.merged++;
		cells->fit.merged_us += ns / 1000;
	}
}

static gint by_state(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct html_cells *cells = data;
	guint left = *(const guint *)a, right = *(const guint *)b;
	int order = (int)html_leaves__state(cells->leaves, left) -
		    (int)html_leaves__state(cells->leaves, right);

	return order ? order : (left > right) - (left < right);
}

/* Of the leaf's time, the whole microseconds that are its share with what was carried on to it. */
static guint64 take(struct html_cells *cells, guint leaf, double *exact, double *given)
{
	double whole;

	*exact = fmin(*exact + cells->sums[leaf] / 1000, MOST_US);
	whole = round(*exact) - *given;
	*given += whole;
	cells->sums[leaf] = 0;
	return (guint64)whole;
}

static void write_cell(struct html_cells *cells, guint64 distance)
{
	GArray *weights = g_array_new(FALSE, FALSE, sizeof(guint64));
	double exact = 0;
	double given = 0;

	g_array_sort_with_data(cells->touched, by_state, cells);
	for (guint i = 0; i < cells->touched->len; i++) {
		guint leaf = g_array_index(cells->touched, guint, i);
		const guint64 pair[] = {leaf, take(cells, leaf, &exact, &given)};

		if (!pair[1])
			continue;
		cells->uses[leaf]++;
		g_array_append_vals(weights, pair, 2);
	}
	html_bytes__add(cells->bytes, distance);
	html_bytes__add(cells->bytes, weights->len / 2);
	for (guint i = 0; i < weights->len; i += 2) {
		html_bytes__add(cells->bytes, cells->ranks[g_array_index(weights, guint64, i)]);
		html_bytes__add(cells->bytes, g_array_index(weights, guint64, i + 1));
	}
	g_array_set_size(cells->touched, 0);
	g_array_free(weights, TRUE);
}

static void write_all(struct html_cells *cells)
{
	guint64 before = 0;

	g_byte_array_set_size(cells->bytes, 0);
	memset(cells->uses, 0, sizeof(*cells->uses) * html_leaves__count(cells->leaves));
	cells->fit.columns = (cells->slices - 1) / cells->fit.slices_a_column + 1;
	cells->fit.merged = 0;
	cells->fit.merged_us = 0;
	for (guint at = 0; at < cells->entries->len;) {
		const struct entry *first = &g_array_index(cells->entries, struct entry, at);
		/* From 1 on, so that the first of all has a distance too. */
		guint64 cell =
			(guint64)first->row * cells->fit.columns + column_of(cells, first) + 1;

		at = gather(cells, at);
		merge_small(cells);
		write_cell(cells, cell - before);
		before = cell;
	}
}

static gint more_used(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct html_cells *cells = data;
	guint left = *(const guint *)a, right = *(const guint *)b;

	if (cells->uses[left] != cells->uses[right])
		return cells->uses[left] > cells->uses[right] ? -1 : 1;
	return left < right ? -1 : 1;
}

/* Frequent leaves get small numbers, which are short in the stream. */
static void rank(struct html_cells *cells)
{
	guint count = html_leaves__count(cells->leaves);

	g_array_set_size(cells->order, 0);
	for (guint i = 0; i < count; i++) {
		if (cells->uses[i])
			g_array_append_val(cells->order, i);
	}
	g_array_sort_with_data(cells->order, more_used, cells);
	for (guint i = 0; i < cells->order->len; i++)
		cells->ranks[g_array_index(cells->order, guint, i)] = i;
}

static void coarsen(struct html_fit *fit)
{
	if (fit->least_us < LAST_LEAST_US)
		fit->least_us = fit->least_us > 0 ? fit->least_us * LEAST_GROWTH : FIRST_LEAST_US;
	else
		fit->slices_a_column *= 2;
}

struct html_fit html_cells__fit(struct html_cells *cells, guint budget, guint columns)
{
	g_array_sort(cells->entries, by_place);
	cells->fit = (struct html_fit){.slices_a_column = 1};
	while (cells->slices / cells->fit.slices_a_column > columns)
		cells->fit.slices_a_column *= 2;
	for (guint i = 0; i < cells->entries->len; i++)
		cells->uses[g_array_index(cells->entries, struct entry, i).leaf]++;
	rank(cells);
	write_all(cells);
	while (cells->bytes->len > budget && cells->fit.slices_a_column < cells->slices) {
		coarsen(&cells->fit);
		write_all(cells);
	}
	/* Now that it is known what is used: it can only become smaller. */
	rank(cells);
	write_all(cells);
	return cells->fit;
}

const GArray *html_cells__leaves(const struct html_cells *cells)
{
	return cells->order;
}

struct json_object *html_cells__json(const struct html_cells *cells)
{
	return html_bytes__json(cells->bytes);
}
