// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/intervals.h"

#include <glib.h>

#define NONE UINT32_MAX

struct intervals {
	GArray *all; /* struct interval; `rank` is the index of what it lies in, once linked */
};

struct intervals *intervals__new(void)
{
	struct intervals *intervals = g_new(struct intervals, 1);

	intervals->all = g_array_new(FALSE, FALSE, sizeof(struct interval));
	return intervals;
}

void intervals__free(struct intervals *intervals)
{
	if (!intervals)
		return;
	g_array_free(intervals->all, TRUE);
	g_free(intervals);
}

void intervals__add(struct intervals *intervals, const struct interval *interval)
{
	g_array_append_val(intervals->all, *interval);
}

static int compare(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->high != y->high)
		return x->high > y->high ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

void intervals__sort(struct intervals *intervals)
{
	g_array_sort(intervals->all, compare);
}

size_t intervals__count(const struct intervals *intervals)
{
	return intervals->all->len;
}

struct interval *intervals__at(struct intervals *intervals, size_t index)
{
	return &g_array_index(intervals->all, struct interval, index);
}

/* Going up, the ones that have ended are left by the chain; an outer one that ended before an inner
 * one stays in it, where it does no harm. */
void intervals__link(struct intervals *intervals)
{
	struct interval *all = (void *)intervals->all->data;
	uint32_t open = NONE;

	for (guint i = 0; i < intervals->all->len; i++) {
		while (open != NONE && all[open].high <= all[i].low)
			open = all[open].rank;
		all[i].rank = open;
		open = i;
	}
}

int64_t intervals__find(const struct intervals *intervals, uint64_t address)
{
	const struct interval *all = (void *)intervals->all->data;
	guint low = 0, high = intervals->all->len;
	uint32_t at;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (all[middle].low <= address)
			low = middle + 1;
		else
			high = middle;
	}
	for (at = low ? low - 1 : NONE; at != NONE && address >= all[at].high; at = all[at].rank)
		;
	return at == NONE ? -1 : (int64_t)at;
}
