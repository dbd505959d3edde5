// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/strata.h"

#include <math.h>

/* More borrowed stacks than this only make pictures slower to draw. */
#define SAMPLE_MAX 64
#define CLASSES 64

double draw__weight(const struct draw *draw, enum part part)
{
	return part == PART_RUNQUEUE ? draw->runqueue_weight : draw->weight;
}

static double draw__plain(const struct draw *draw, enum part part)
{
	return (double)(part == PART_RUNQUEUE ? draw->runqueue_ns : draw->ns);
}

static double draw__count(const struct draw *draw)
{
	/* The later slices of a span carry no count; there it is still one span. */
	return draw->count > 0 ? (double)draw->count : 1;
}

double draw__square(const struct draw *draw, enum part part)
{
	double weight = draw__weight(draw, part);
	double p;

	if (weight <= 0)
		return 0;
	/* A tick of the clock stands for its whole period. */
	p = draw->key.state == STATE_RUNNING ? 0 : fmin(draw__plain(draw, part) / weight, 1);
	return (1 - p) * weight * weight / draw__count(draw);
}

static const struct draw *at(const GArray *draws, guint index)
{
	return &g_array_index(draws, struct draw, index);
}

struct tally tally__of(const GArray *draws, struct range range, enum part part)
{
	struct tally tally = {0};

	for (guint i = range.from; i < range.to; i++) {
		const struct draw *draw = at(draws, i);

		if (draw__weight(draw, part) <= 0)
			continue;
		tally.count += draw__count(draw);
		tally.weight += draw__weight(draw, part);
		tally.plain += draw__plain(draw, part);
	}
	return tally;
}

bool tally__is_complete(const struct tally *tally, double total, enum store_state state)
{
	return state != STATE_RUNNING && fabs(tally->plain - total) <= ROUNDING * total &&
	       fabs(tally->weight - total) <= ROUNDING * total;
}

static bool same_stratum(const struct key *a, const struct key *b)
{
	return a->process == b->process && a->state == b->state && a->syscall == b->syscall &&
	       a->class == b->class && a->thread == b->thread;
}

guint strata__end(const GArray *cells, guint from)
{
	const struct key *key = &g_array_index(cells, struct cell, from).key;
	guint to = from + 1;

	while (to < cells->len && same_stratum(&g_array_index(cells, struct cell, to).key, key))
		to++;
	return to;
}

/* The first draw that is not before the key. */
static guint first_from(const GArray *draws, const struct key *key)
{
	guint low = 0, high = draws->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (key__compare(&at(draws, middle)->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct range between(const GArray *draws, struct key first, struct key last)
{
	struct range range = {first_from(draws, &first), 0};

	range.to = first_from(draws, &last);
	while (range.to < draws->len && !key__compare(&at(draws, range.to)->key, &last))
		range.to++;
	return range;
}

static struct range draws_of_thread(const GArray *draws, struct key key)
{
	struct key first = key, last = key;

	first.slice = 0;
	last.slice = UINT32_MAX;
	return between(draws, first, last);
}

struct range strata__draws(const GArray *draws, const struct key *key)
{
	return draws_of_thread(draws, *key);
}

struct range strata__calls(const GArray *draws, const struct key *key)
{
	struct key first = *key, last = *key;

	first.class = first.thread = first.slice = 0;
	last.class = UINT8_MAX;
	last.thread = last.slice = UINT32_MAX;
	return between(draws, first, last);
}

static struct range draws_of_process(const GArray *draws, struct key key)
{
	struct key first = key, last = key;

	first.thread = first.slice = 0;
	last.thread = last.slice = UINT32_MAX;
	return between(draws, first, last);
}

struct range strata__slice(const GArray *draws, struct range all, guint *next, uint32_t slice)
{
	struct range range;

	while (*next < all.to && at(draws, *next)->key.slice < slice)
		(*next)++;
	range.from = *next;
	while (*next < all.to && at(draws, *next)->key.slice == slice)
		(*next)++;
	range.to = *next;
	return range;
}

typedef struct range find_fn(const GArray *draws, struct key key);

static struct range nearest(const GArray *draws, const struct key *key, enum part part,
			    find_fn *find)
{
	for (int distance = 0; distance < CLASSES; distance++) {
		for (int sign = -1; sign <= 1; sign += 2) {
			int class = key->class + sign * distance;
			struct key like = *key;
			struct range range;

			if (class < 0 || class >= CLASSES)
				continue;
			like.class = class;
			range = find(draws, like);
			if (range.from < range.to && tally__of(draws, range, part).weight > 0)
				return range;
		}
	}
	return (struct range){0, 0};
}

struct range strata__donors(const GArray *draws, const struct key *key, enum part part)
{
	struct range range = nearest(draws, key, part, draws_of_thread);

	if (range.from == range.to)
		range = nearest(draws, key, part, draws_of_process);
	return range;
}

void strata__sample(GArray *spills, const GArray *draws, struct range range, enum part part,
		    double total)
{
	double weight = tally__of(draws, range, part).weight;
	bool many = range.to - range.from > SAMPLE_MAX;
	double passed = 0;
	int taken = 0;

	g_array_set_size(spills, 0);
	for (guint i = range.from; i < range.to; i++) {
		struct spill spill = {at(draws, i), 0, total};
		double own = draw__weight(spill.draw, part);

		if (own <= 0)
			continue;
		passed += own;
		if (!many)
			spill.ns = total * (own / weight);
		/* Every SAMPLE_MAX-th part of the weight, from the middle of the first. */
		for (; many && taken < SAMPLE_MAX && (taken + 0.5) / SAMPLE_MAX * weight < passed;
		     taken++)
			spill.ns += total / SAMPLE_MAX;
		if (spill.ns > 0)
			g_array_append_val(spills, spill);
	}
}
